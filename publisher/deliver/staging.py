"""Does all that makes nothing public, early and resumable: uploads, containers, waiting for them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from textwrap import shorten
from typing import Any

from connectors.clock import stopwatch
from connectors.contract import Checkpoint, NotYet, Session, Staged
from connectors.errors import ConnectorError, OutcomeUnknownError, RejectedError, TemporaryError
from publisher.deliver import outcomes
from publisher.deliver.tools import LEASE, Tools, in_words
from publisher.errors import LogBusyError, PublisherError
from publisher.media.inspect import MediaError
from publisher.media.progress import heard_by, listener
from publisher.media.store import MediaStoreError
from publisher.model import State
from publisher.publish_log import account_state, claims, records
from publisher.publish_log.claims import Work
from publisher.texts import t
from publisher.views import Doing, Underway

log = logging.getLogger(__name__)

RENEW = LEASE / 4
"""Seconds between two renewals while an upload goes on."""
GOOD_FOR = timedelta(minutes=2)
"""What was staged must stay good for at least this long, or it is staged again."""


class ClaimLostError(Exception):
    """Another worker took the part over while we staged; nothing was made public by us."""


def already(tools: Tools, work: Work) -> Staged | None:
    """What an earlier `prepare` left, while it is still good."""
    if work.checkpoint is None or work.staged_at is None:
        return None
    if work.good_until is not None and work.good_until < tools.clock.now() + GOOD_FOR:
        return None
    return Staged(work.checkpoint, work.good_until)


def stage(tools: Tools, work: Work, state: State) -> Staged | None:
    """Call the room's stage; None: the part is back to waiting, or failed.

    Raises:
        ClaimLostError: it is no longer ours.
        LogBusyError: the log cannot be written now.
    """
    started = tools.clock.now()
    try:
        session = tools.session(work.account)
        with telling(tools, session, work):
            found = session.stage(work.part, work.prior, work.checkpoint, _saver(tools, work))
    except ConnectorError as error:
        failed(tools, work, state, started, error)
        return None
    except (ClaimLostError, LogBusyError):
        raise
    except (MediaError, MediaStoreError) as error:
        failed(tools, work, state, started, media_failed(error))
        return None
    except Exception as error:
        log.exception("stage of %s/%s", work.delivery_id, work.number)
        failed(tools, work, state, started, outcomes.bug(error))
        return None
    nothing_new = found.checkpoint == (work.checkpoint or Checkpoint())
    if nothing_new and isinstance(found, Staged) and state is State.DELIVERING:
        return found
    if state is State.PREPARING:
        tools.hashes(work)  # read ahead, so that the due minute is not spent on a large clip
    with tools.store.write("daemon") as tx:
        if not nothing_new and not claims.save_checkpoint(tx, work, found.checkpoint, LEASE, tools.sealer):
            return None
        if isinstance(found, NotYet):
            records.note_attempt(tx, work, "stage", "not_yet", started, owner=tools.owner.id)
            account_state.give_back_quota(tx, work)
            claims.change(tx, work, state, State.WAITING, retry_at=found.look_at, reason="log.not_yet")
            return None
        claims.note_staged(tx, work, found.good_until)
        if state is State.PREPARING or work.part.media:
            records.note_attempt(tx, work, "stage", "staged", started, owner=tools.owner.id)
    return found


@contextmanager
def telling(tools: Tools, session: Session, work: Work) -> Iterator[None]:
    """Let the room say how far its uploads are, for as long as the block."""
    before = session.progress
    with keeping(tools, work) as tell:
        session.progress = partial(tell, Doing.UPLOAD)
        try:
            yield
        finally:
            session.progress = before


@contextmanager
def keeping(tools: Tools, work: Work) -> Iterator[Callable[[Doing, float, float], None]]:
    """Keep the claim while a clip is encoded, or waits for that; gives what is told of other work.

    Raises:
        ClaimLostError: from within the block, once another has the part.
    """
    with tools.progress.of(work.delivery_id, work.number, partial(_say, work)) as note:
        renew, outer = _renewing(tools, work), listener()

        def tell(doing: Doing, done: float, total: float) -> None:
            note(doing, done, total)
            renew()

        def hear(made: float, of: float) -> None:
            tell(Doing.ENCODE if of else Doing.WAIT, made, of)
            outer(made, of)  # a person who asked for it at once

        with heard_by(hear):
            yield tell


def _renewing(tools: Tools, work: Work) -> Callable[[], None]:
    """Renews the lease when it is time: an upload, or encoding a clip, may take longer than it lasts."""
    renewed = stopwatch()

    def renew() -> None:
        nonlocal renewed
        if stopwatch() - renewed < RENEW:
            return
        renewed = stopwatch()
        # A log that is busy now is asked again in a while; the lease outlasts several tries.
        with suppress(LogBusyError), tools.store.write("daemon") as tx:
            if not claims.renew(tx, work, LEASE):
                raise ClaimLostError

    return renew


def _saver(tools: Tools, work: Work) -> Callable[[Checkpoint], None]:
    def save(checkpoint: Checkpoint) -> None:
        with tools.store.write("daemon") as tx:
            if not claims.save_checkpoint(tx, work, checkpoint, LEASE, tools.sealer):
                raise ClaimLostError

    return save


def failed(tools: Tools, work: Work, state: State, started: datetime, error: ConnectorError) -> None:
    """Write that a step before the fence failed, and what its error asks for."""
    if isinstance(error, OutcomeUnknownError):
        # Staging makes nothing public: a lost reply costs a second upload, nothing else.
        error = TemporaryError(error.words, code=error.code, effect="none", http_status=error.http_status)
    with tools.store.write("daemon") as tx:
        records.note_attempt(
            tx, work, "stage", type(error).__name__, started, **outcomes.said(error), owner=tools.owner.id
        )
        account_state.give_back_quota(tx, work)
        outcomes.settle_error(tools, tx, work, state, error, phase="stage")


def media_failed(error: PublisherError) -> ConnectorError:
    """A file that cannot be used must be edited; a store that cannot be used is asked again."""
    kind = RejectedError if isinstance(error, MediaError) else TemporaryError
    return kind(in_words(error), code=error.message, effect="none")


def _say(work: Work, one: Underway) -> None:
    first = (work.rendition.parts[0].text.strip() or work.delivery_id).splitlines()[0]
    values: dict[str, Any] = {"channel": work.channel, "words": shorten(first, 40, placeholder=" …")}
    if one.doing is not Doing.WAIT:
        values |= {"percent": one.percent, "total": round(one.total)}
        values |= {"rate": round(one.rate), "left": one.left or 0}
    log.info("%s", t(f"log.said_{one.doing}", **values))
