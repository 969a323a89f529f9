"""The fence, the one call that makes a part public, and what became of it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from connectors import registry
from connectors.contract import HandedOver, Pending, Staged
from connectors.errors import ConnectorError, RejectedError
from publisher.deliver import outcomes, staging
from publisher.deliver.tools import LEASE, Tools
from publisher.model import State
from publisher.publish_log import account_state, claims, fencing, records
from publisher.publish_log.claims import Work
from publisher.publish_log.store import Tx
from publisher.texts import system_words

log = logging.getLogger(__name__)

FENCE_AGAIN = timedelta(seconds=5)
"""How soon a delivery that the fence turned back is looked at again."""


def commit(tools: Tools, work: Work, staged: Staged) -> State | None:
    """The fence, the one call, the record."""
    limits = registry.room(work.rendition.platform).limits
    try:
        session = tools.session(work.account)
    except ConnectorError as error:
        staging.failed(tools, work, State.DELIVERING, tools.clock.now(), error)
        return State.WAITING
    if tools.stop.is_set():
        return tools.back(work, State.DELIVERING, "log.stopping")
    files = tools.hashes(work)
    before = tools.clock.boottime()
    with tools.store.write("daemon") as tx:
        number = fencing.fence(tx, work, limits.commit_budget, files)
        if number is None:
            account_state.give_back_quota(tx, work)
    if number is None:
        return tools.back(work, State.DELIVERING, "log.fence", tools.clock.now() + FENCE_AGAIN)
    started = tools.clock.now()
    try:
        tools.fences.write(number)
    except OSError as error:
        return _not_sent(tools, work, started, number, error)
    try:
        with (
            tools.door.deadline(before + limits.commit_budget, commit=True),
            staging.telling(tools, session, work),
        ):
            outcome = session.commit(work.part, work.prior, staged.checkpoint)
    except ConnectorError as error:
        return _failed(tools, work, started, number, error)
    except Exception as error:
        log.exception("commit of %s/%s", work.delivery_id, work.number)
        return _failed(tools, work, started, number, outcomes.bug(error))
    if isinstance(outcome, Pending):
        return _pending(tools, work, started, number, outcome)
    if isinstance(outcome, HandedOver):
        return outcomes.handed_over(tools, work, State.COMMITTING, started, outcome, "commit", number)
    return outcomes.published(tools, work, State.COMMITTING, started, outcome, "commit", number)


def _not_sent(tools: Tools, work: Work, started: datetime, number: int, error: OSError) -> State | None:
    """The fence file could not be written: nothing may be sent, and nothing was."""
    words = f"{tools.fences.path}: {system_words(error)}"

    def write(tx: Tx) -> State:
        records.note_attempt(
            tx,
            work,
            "commit",
            "not_sent",
            started,
            words=words,
            owner=tools.owner.id,
            fence=number,
        )
        account_state.give_back_quota(tx, work)
        claims.change(
            tx,
            work,
            State.COMMITTING,
            State.WAITING,
            reason="log.fence_file",
            reason_words=words,
            retry_at=tx.now + timedelta(minutes=1),
        )
        return State.WAITING

    return tools.record(write)


def _pending(tools: Tools, work: Work, started: datetime, number: int, pending: Pending) -> State | None:
    def write(tx: Tx) -> State:
        records.note_attempt(tx, work, "commit", "pending", started, owner=tools.owner.id, fence=number)
        claims.save_checkpoint(tx, work, pending.checkpoint, LEASE, tools.sealer)
        claims.change(tx, work, State.COMMITTING, State.PROCESSING, look_at=pending.look_at)
        return State.PROCESSING

    return tools.record(write)


def _failed(tools: Tools, work: Work, started: datetime, number: int, error: ConnectorError) -> State | None:
    """Not published only where the room's table says so; everything else is looked up."""

    def write(tx: Tx) -> State:
        records.note_attempt(
            tx,
            work,
            "commit",
            type(error).__name__,
            started,
            **outcomes.said(error),
            owner=tools.owner.id,
            fence=number,
        )
        if error.effect == "none":
            account_state.give_back_quota(tx, work)
            return outcomes.settle_error(tools, tx, work, State.COMMITTING, error, phase="commit")
        refused = isinstance(error, RejectedError)
        claims.change(
            tx,
            work,
            State.COMMITTING,
            State.UNKNOWN,
            reason="log.outcome_unknown",
            reason_code=error.code if refused else None,
            reason_words=error.words,
            look_at=tx.now,
        )
        return State.UNKNOWN

    return tools.record(write)
