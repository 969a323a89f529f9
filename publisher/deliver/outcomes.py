"""Writes how a step ended: published, handed to a person, or an error and what it asks for."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError

from connectors import registry
from connectors.contract import HandedOver, Receipt
from connectors.errors import ConnectorError, OutcomeUnknownError, ReconnectError
from publisher import retry
from publisher.deliver.tools import LEASE, Tools, in_words
from publisher.errors import PublisherError
from publisher.model import State
from publisher.publish_log import account_state, claims, records
from publisher.publish_log.claims import Work
from publisher.publish_log.store import Tx

log = logging.getLogger(__name__)


def handed_over(
    tools: Tools,
    work: Work,
    old: State,
    started: datetime,
    outcome: HandedOver,
    phase: str,
    fence: int | None = None,
) -> State | None:
    """The machine's part is done; a person finishes in the platform's app and records the link."""
    try:
        tools.make_kit(work, waits=outcome.why)
    except PublisherError as error:  # the post waits in the app all the same
        log.warning("%s", in_words(error))

    def write(tx: Tx) -> State:
        records.note_attempt(
            tx, work, phase, "handed_over", started, owner=tools.owner.id, fence=fence, code=outcome.why
        )
        claims.save_checkpoint(tx, work, outcome.checkpoint, LEASE, tools.sealer)
        claims.change(tx, work, old, State.HANDED_OVER, reason=outcome.why, needs_person=True, look_at=None)
        return State.HANDED_OVER

    return tools.record(write)


def published(
    tools: Tools,
    work: Work,
    old: State,
    started: datetime,
    receipt: Receipt,
    phase: str,
    fence: int | None = None,
) -> State | None:
    """The receipt, and the way free for the next part."""
    limits = registry.room(work.rendition.platform).limits

    def write(tx: Tx) -> State:
        records.note_attempt(
            tx,
            work,
            phase,
            "published",
            started,
            owner=tools.owner.id,
            fence=fence,
            code=receipt.platform_id,
        )
        if records.record_receipt(tx, work, old, receipt) and work.number < work.count:
            claims.open_follower(tx, work, tx.now + limits.part_pause)
        return State.PUBLISHED

    try:
        return tools.record(write)
    except IntegrityError:
        log.exception("the id %s is already another part's", receipt.platform_id)
        return _ask_person(tools, work, old, started, phase, receipt)


def _ask_person(
    tools: Tools, work: Work, old: State, started: datetime, phase: str, receipt: Receipt
) -> State | None:
    """The platform named an id that the log gave to another part: no machine may decide that."""
    words = f"{receipt.platform_id} {receipt.url or ''}".strip()

    def write(tx: Tx) -> State:
        records.note_attempt(tx, work, phase, "id_taken", started, words=words, owner=tools.owner.id)
        columns: dict[str, Any] = {"reason_words": words, "needs_person": True, "look_at": None}
        if old is State.UNKNOWN:
            claims.keep_looking(tx, work, reason="log.id_taken", **columns)
        else:
            claims.change(tx, work, old, State.UNKNOWN, reason="log.id_taken", **columns)
        return State.UNKNOWN

    return tools.record(write)


def settle_error(
    tools: Tools, tx: Tx, work: Work, old: State, error: ConnectorError, *, phase: retry.Phase
) -> State:
    """Do what the class of an error that published nothing asks for."""
    if isinstance(error, ReconnectError):
        tools.block(tx, work.account, error)
    verdict = retry.decide(
        error,
        work.failures,
        tx.now,
        key=f"{work.delivery_id}/{work.number}",
        phase=phase,
        due=work.due_at if work.is_root else None,
        grace=timedelta(seconds=work.grace),
    )
    words = {"reason_code": error.code, "reason_words": error.words}
    if isinstance(verdict, retry.GiveUp):
        claims.change(
            tx, work, old, State.FAILED, reason=verdict.reason, details={"words": error.words}, **words
        )
        return State.FAILED
    if isinstance(verdict, retry.AccountWaits) and verdict.until is not None:
        account_state.touch_account(tx, work.account, not_before=verdict.until)
    until = verdict.until if isinstance(verdict, retry.AccountWaits) else verdict.at
    # What the platform would not publish may be what was staged: the room looks at it once more.
    anew = {"staged_at": None} if phase == "commit" else {}
    claims.change(
        tx,
        work,
        old,
        State.WAITING,
        reason=verdict.reason,
        details={"words": error.words},
        retry_at=until,
        failures=work.failures + 1,
        **words,
        **anew,
    )
    return State.WAITING


def said(error: ConnectorError) -> dict[str, Any]:
    """What the platform said, as an attempt keeps it."""
    return {"code": error.code, "words": error.words, "http_status": error.http_status}


def bug(error: Exception) -> OutcomeUnknownError:
    """An exception no room should raise: what it did is unknown."""
    return OutcomeUnknownError(f"{type(error).__name__}: {error}", code="bug")
