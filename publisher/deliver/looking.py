"""Looks what became of a part that the platform works on, or whose answer was lost."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from connectors import registry
from connectors.contract import CannotTell, Checkpoint, Gone, HandedOver, NotSeen, Pending, Receipt
from connectors.errors import ConnectorError, ReconnectError
from publisher import retry
from publisher.deliver import outcomes
from publisher.deliver.tools import LEASE, Tools
from publisher.model import State
from publisher.publish_log import account_state, claims, records
from publisher.publish_log.claims import Work
from publisher.publish_log.store import Tx
from publisher.texts import known as has_words

log = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(minutes=5)
"""How soon an unsettled part is looked for again while its account is blocked."""


def look(tools: Tools, delivery_id: str, number: int) -> State | None:
    """One look at a part that the platform works on, or of which we do not know what became."""
    with tools.store.write("daemon") as tx:
        work = claims.claim_look(
            tx, delivery_id, number, owner=tools.owner.id, lease=LEASE, sealed=tools.sealer
        )
        if work is None:
            return None
        first = records.first_fence(tx, work) or _since(tools, work)
        known = records.known_ids(tx, work.account, first - timedelta(days=1))
    started = tools.clock.now()
    phase: retry.Phase = "confirm" if work.state is State.PROCESSING else "find"
    seen: Receipt | Pending | Gone | HandedOver | NotSeen | CannotTell
    try:
        session = tools.session(work.account)
        if work.state is State.PROCESSING:
            seen = session.confirm(work.part, work.checkpoint or Checkpoint())
        else:
            seen = session.find(work.part, work.prior, work.checkpoint, first, known)
    except ConnectorError as error:
        return _failed(tools, work, started, phase, error)
    except Exception as error:
        log.exception("%s of %s/%s", phase, work.delivery_id, work.number)
        return _failed(tools, work, started, phase, outcomes.bug(error))
    if isinstance(seen, Receipt):
        return outcomes.published(tools, work, work.state, started, seen, phase)
    if isinstance(seen, HandedOver):
        return outcomes.handed_over(tools, work, work.state, started, seen, phase)
    with tools.store.write("daemon") as tx:
        records.note_attempt(tx, work, phase, type(seen).__name__, started, owner=tools.owner.id)
        if isinstance(seen, Pending):
            claims.save_checkpoint(tx, work, seen.checkpoint, LEASE, tools.sealer)
            claims.keep_looking(tx, work, look_at=seen.look_at)
            return State.PROCESSING
        if isinstance(seen, Gone):
            claims.change(
                tx,
                work,
                work.state,
                State.FAILED,
                reason="log.gone",
                reason_words=seen.reason,
                look_at=None,
            )
            return State.FAILED
        if isinstance(seen, CannotTell):
            own = has_words(seen.why)  # a room says why with a text of its own catalogue
            words = " · ".join(seen.candidates if own else (seen.why, *seen.candidates))
            reason = seen.why if own else "log.cannot_tell"
            claims.keep_looking(tx, work, look_at=None, needs_person=True, reason=reason, reason_words=words)
            return State.UNKNOWN
        return _not_seen(tools, tx, work)


def _not_seen(tools: Tools, tx: Tx, work: Work) -> State:
    """Absent only after enough looks, the last of them when a live post must have shown."""
    limits = registry.room(work.rendition.platform).limits
    looks = work.looks + 1
    shown_by = _since(tools, work) + timedelta(seconds=limits.commit_budget) + limits.visibility
    if looks < limits.looks or tx.now < shown_by:
        look_at = tx.now + limits.look_every
        if looks >= limits.looks - 1:
            look_at = max(look_at, shown_by)
        claims.keep_looking(tx, work, looks=looks, look_at=look_at)
        return State.UNKNOWN
    account_state.give_back_quota(tx, work)
    if work.refused_code:
        claims.change(tx, work, work.state, State.FAILED, reason="log.refused", look_at=None, looks=looks)
        return State.FAILED
    claims.change(
        tx, work, work.state, State.WAITING, reason="log.absent", look_at=None, looks=looks, retry_at=None
    )
    return State.WAITING


def _failed(
    tools: Tools, work: Work, started: datetime, phase: retry.Phase, error: ConnectorError
) -> State | None:
    """A look that failed says nothing about the part: look again, later each time."""
    verdict = retry.decide(
        error, work.failures, tools.clock.now(), key=work.delivery_id, phase=phase, due=None, grace=None
    )
    named = verdict.at if isinstance(verdict, retry.Again | retry.LookFirst) else None
    if isinstance(verdict, retry.AccountWaits):
        named = verdict.until
    until = named or tools.clock.now() + LOOK_AGAIN
    with tools.store.write("daemon") as tx:
        records.note_attempt(
            tx, work, phase, type(error).__name__, started, **outcomes.said(error), owner=tools.owner.id
        )
        claims.keep_looking(tx, work, look_at=until, failures=work.failures + 1)
        if isinstance(error, ReconnectError):
            tools.block(tx, work.account, error)
    return work.state


def _since(tools: Tools, work: Work) -> datetime:
    """From when on the part may be live; in a restored log nothing is known but its due time."""
    return work.since or work.due_at
