"""One delivery id in, one step done: stage, fence, commit, record, or look what became of it.

Reads the log and the media store only. The order of the steps is the promise of the system; see
docs/reliability.md. No transaction is open during a platform call.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import partial
from textwrap import shorten
from threading import Event
from typing import Any

from sqlalchemy.exc import IntegrityError

from connectors import registry
from connectors.clock import Clock, pause, stopwatch
from connectors.contract import (
    Account,
    CannotTell,
    Checkpoint,
    Gone,
    HandedOver,
    MediaSource,
    NotSeen,
    NotYet,
    Pending,
    Receipt,
    Session,
    Staged,
    TokenSource,
)
from connectors.errors import (
    ConnectorError,
    OutcomeUnknownError,
    ReconnectError,
    RejectedError,
    TemporaryError,
)
from connectors.http import Door
from publisher import gate, retry
from publisher.errors import LogBusyError, PublisherError
from publisher.kits import Kits
from publisher.media.inspect import MediaError
from publisher.media.progress import Progress, heard_by
from publisher.media.store import MediaStoreError
from publisher.model import State
from publisher.publish_log import account_state, agenda, claims, fencing, records
from publisher.publish_log.claims import Work
from publisher.publish_log.fence_file import FenceFile
from publisher.publish_log.owner import Owner
from publisher.publish_log.store import Store, Tx
from publisher.schedule import QuietTimes
from publisher.texts import error_text, system_words, t
from publisher.texts import known as has_words
from publisher.vault import Sealing
from publisher.views import Upload

log = logging.getLogger(__name__)

LEASE = 180.0
"""Seconds a claim lasts without a saved checkpoint; well above a commit's budget of at most 30."""
RENEW = LEASE / 4
"""Seconds between two renewals while an upload goes on."""
FENCE_AGAIN = timedelta(seconds=5)
"""How soon a delivery that the fence turned back is looked at again."""
LOOK_AGAIN = timedelta(minutes=5)
"""How soon an unsettled part is looked for again while its account is blocked."""
GOOD_FOR = timedelta(minutes=2)
"""What was staged must stay good for at least this long, or it is staged again."""


class Job(StrEnum):
    """What the wake-up asks of a part."""

    PREPARE = "prepare"
    DELIVER = "deliver"
    LOOK = "look"


class ClaimLostError(Exception):
    """Another worker took the part over while we staged; nothing was made public by us."""


@dataclass
class Deliverer:
    """All that one process needs to deliver; one thread per account at a time may use it.

    Attributes:
        accounts: the accounts of schedule.yaml, by key.
        by_hand: keys of those on which a person publishes.
        hosted: whether platforms can fetch media from us.
        budgets: US dollars a month, by account key, of those that have one.
        stop: set when the process is asked to end: nothing new is fenced.
    """

    store: Store
    owner: Owner
    door: Door
    tokens: TokenSource
    clock: Clock
    media: MediaSource
    fences: FenceFile
    sealer: Sealing
    accounts: Mapping[str, Account]
    quiet: QuietTimes
    progress: Progress
    kits: Kits
    by_hand: frozenset[str] = frozenset()
    hosted: bool = True
    budgets: Mapping[str, Decimal] = field(default_factory=dict)
    stop: Event = field(default_factory=Event)
    _sessions: dict[str, Session] = field(default_factory=dict)
    _held_up: dict[tuple[str, int], str] = field(default_factory=dict)
    """What was said of the log: it comes twice a second while a disk is full, and is said once."""

    # ── Jobs ──

    def run(self, delivery_id: str, number: int, job: Job) -> State | None:
        """Do one job on one part; gives the state it ends in, None if there was nothing to do."""
        try:
            state = self._run(delivery_id, number, job)
            self._held_up.pop((delivery_id, number), None)
            return state
        except LogBusyError as error:
            words = _in_words(error)
            if self._held_up.get((delivery_id, number)) != words:
                log.warning("%s", t("log.said_waits", delivery=delivery_id, part=number, words=words))
            self._held_up[delivery_id, number] = words
        except Exception:
            log.exception("%s/%s was left in the middle", delivery_id, number)
        return self._record(lambda tx: claims.abandon(tx, delivery_id, number, self.owner.id))

    def _run(self, delivery_id: str, number: int, job: Job) -> State | None:
        if job is Job.LOOK:
            return self._look(delivery_id, number)
        if job is Job.PREPARE:
            return self._prepare(delivery_id, number)
        return self._deliver(delivery_id, number)

    def _prepare(self, delivery_id: str, number: int) -> State | None:
        """Stage before the part is due, so that its slot costs one call and failures are known early."""
        with self.store.write("daemon") as tx:
            work = claims.claim(
                tx,
                delivery_id,
                number,
                State.PREPARING,
                owner=self.owner.id,
                lease=LEASE,
                sealed=self.sealer,
            )
        if work is None:
            return None
        if self._handed_to_people(work):
            return self._make_ahead(work)
        staged = self._stage(work, State.PREPARING)
        if staged is None:
            return State.WAITING
        return self._back(work, State.PREPARING, "log.staged")

    def _deliver(self, delivery_id: str, number: int) -> State | None:
        """Claim a due part, stage what is not staged yet, and commit it behind the fence."""
        with self.store.write("daemon") as tx:
            opening = gate.opening(tx, delivery_id, number, self.quiet, self.budgets)
            if not opening.go:
                if opening.hold and opening.reason is not None:
                    agenda.hold_root(tx, delivery_id, opening.reason, opening.values)
                elif opening.until is not None and opening.reason is not None:
                    claims.postpone(tx, delivery_id, number, opening.until, opening.reason, opening.values)
                return None
            work = claims.claim(
                tx,
                delivery_id,
                number,
                State.DELIVERING,
                owner=self.owner.id,
                lease=LEASE,
                sealed=self.sealer,
            )
            if work is None:
                return None
            account_state.reserve_quota(tx, work)
        why = self._handed_to_people(work)
        if why is not None:
            return self._hand_over(work, why)
        staged = self._staged_already(work) or self._stage(work, State.DELIVERING)
        if staged is None:
            return State.WAITING
        return self._commit(work, staged)

    # ── By hand ──

    def _handed_to_people(self, work: Work) -> str | None:
        """Why a person publishes it (message id): nothing of it is ever sent by us; None: we do."""
        if work.account in self.by_hand:
            return "log.by_hand_channel"
        settings = self.accounts.get(work.account)
        if self.hosted or settings is None or not work.part.media:
            return None
        try:
            facts = {one: self.media.facts(one) for one in (*work.part.media, *work.part.companions)}
        except PublisherError:
            return None  # staging says what is wrong with it
        room = registry.room(work.rendition.platform)
        return "log.by_hand_host" if room.fetches(work.part, facts, settings.settings) else None

    def _make_ahead(self, work: Work) -> State | None:
        """What the kit will hold is made before it is due, so that a damaged file is known early."""
        started = self.clock.now()
        try:
            for media in (*work.part.media, *work.part.companions):
                self.media.path(media)
        except PublisherError as error:
            self._stage_failed(work, State.PREPARING, started, _media_failed(error))
            return State.WAITING
        with self.store.write("daemon") as tx:
            claims.note_staged(tx, work, None)
        return self._back(work, State.PREPARING, "log.staged")

    def _hand_over(self, work: Work, why: str) -> State | None:
        """The kit, then the state: killed in between, the same kit is made again and handed over once."""
        started = self.clock.now()
        if self.stop.is_set():
            return self._back(work, State.DELIVERING, "log.stopping")
        try:
            self.kits.make(work.delivery_id, work.channel, work.due_at, work.rendition)
        except PublisherError as error:
            self._stage_failed(work, State.DELIVERING, started, _media_failed(error))
            return State.WAITING

        def write(tx: Tx) -> State:
            account_state.give_back_quota(tx, work)
            records.note_attempt(tx, work, "hand", "handed_over", started, owner=self.owner.id, code=why)
            claims.change(
                tx, work, State.DELIVERING, State.HANDED_OVER, reason=why, needs_person=True, look_at=None
            )
            return State.HANDED_OVER

        return self._record(write)

    # ── Stage ──

    def _staged_already(self, work: Work) -> Staged | None:
        """What an earlier `prepare` left, while it is still good."""
        if work.checkpoint is None or work.staged_at is None:
            return None
        if work.good_until is not None and work.good_until < self.clock.now() + GOOD_FOR:
            return None
        return Staged(work.checkpoint, work.good_until)

    def _stage(self, work: Work, state: State) -> Staged | None:
        """Call the room's stage; None: the part is back to waiting, failed, or no longer ours."""
        started = self.clock.now()
        try:
            session = self.session(work.account)
            with self._told(session, work):
                found = session.stage(work.part, work.prior, work.checkpoint, self._saver(work))
        except ConnectorError as error:
            self._stage_failed(work, state, started, error)
            return None
        except ClaimLostError:
            log.warning("%s", t("log.said_claim_lost", delivery=work.delivery_id, part=work.number))
            return None
        except LogBusyError:
            raise
        except (MediaError, MediaStoreError) as error:
            self._stage_failed(work, state, started, _media_failed(error))
            return None
        except Exception as error:
            log.exception("stage of %s/%s", work.delivery_id, work.number)
            self._stage_failed(work, state, started, _bug(error))
            return None
        nothing_new = found.checkpoint == (work.checkpoint or Checkpoint())
        if nothing_new and isinstance(found, Staged) and state is State.DELIVERING:
            return found
        with self.store.write("daemon") as tx:
            if not nothing_new and not claims.save_checkpoint(tx, work, found.checkpoint, LEASE, self.sealer):
                return None
            if isinstance(found, NotYet):
                records.note_attempt(tx, work, "stage", "not_yet", started, owner=self.owner.id)
                account_state.give_back_quota(tx, work)
                claims.change(tx, work, state, State.WAITING, retry_at=found.look_at, reason="log.not_yet")
                return None
            claims.note_staged(tx, work, found.good_until)
            if state is State.PREPARING or work.part.media:
                records.note_attempt(tx, work, "stage", "staged", started, owner=self.owner.id)
        return found

    @contextmanager
    def _told(self, session: Session, work: Work) -> Iterator[None]:
        """Let the room say how far its uploads are, for as long as the block."""
        before = session.progress
        with self.progress.of(work.delivery_id, work.number, partial(_say_upload, work)) as tell:
            renew = self._renewing(work)

            def told(sent: int, total: int) -> None:
                tell(sent, total)
                renew()

            session.progress = told
            try:
                with heard_by(renew):
                    yield
            finally:
                session.progress = before

    def _renewing(self, work: Work) -> Callable[[], None]:
        """Renews the lease when it is time: an upload, or encoding a clip, may take longer than it lasts."""
        renewed = stopwatch()

        def renew() -> None:
            nonlocal renewed
            if stopwatch() - renewed < RENEW:
                return
            renewed = stopwatch()
            # A log that is busy now is asked again in a while; the lease outlasts several tries.
            with suppress(LogBusyError), self.store.write("daemon") as tx:
                if not claims.renew(tx, work, LEASE):
                    raise ClaimLostError

        return renew

    def _saver(self, work: Work) -> Callable[[Checkpoint], None]:
        def save(checkpoint: Checkpoint) -> None:
            with self.store.write("daemon") as tx:
                if not claims.save_checkpoint(tx, work, checkpoint, LEASE, self.sealer):
                    raise ClaimLostError

        return save

    def _stage_failed(self, work: Work, state: State, started: datetime, error: ConnectorError) -> None:
        if isinstance(error, OutcomeUnknownError):
            # Staging makes nothing public: a lost reply costs a second upload, nothing else.
            error = TemporaryError(error.words, code=error.code, effect="none", http_status=error.http_status)
        with self.store.write("daemon") as tx:
            records.note_attempt(
                tx, work, "stage", type(error).__name__, started, **_said(error), owner=self.owner.id
            )
            account_state.give_back_quota(tx, work)
            self._settle_error(tx, work, state, error, phase="stage")

    # ── Commit ──

    def _commit(self, work: Work, staged: Staged) -> State | None:
        """The fence, the one call, the record."""
        limits = registry.room(work.rendition.platform).limits
        try:
            session = self.session(work.account)
        except ConnectorError as error:
            self._stage_failed(work, State.DELIVERING, self.clock.now(), error)
            return State.WAITING
        if self.stop.is_set():
            return self._back(work, State.DELIVERING, "log.stopping")
        before = self.clock.boottime()
        with self.store.write("daemon") as tx:
            number = fencing.fence(tx, work, limits.commit_budget)
            if number is None:
                account_state.give_back_quota(tx, work)
        if number is None:
            return self._back(work, State.DELIVERING, "log.fence", self.clock.now() + FENCE_AGAIN)
        started = self.clock.now()
        try:
            self.fences.write(number)
        except OSError as error:
            return self._not_sent(work, started, number, error)
        try:
            with (
                self.door.deadline(before + limits.commit_budget, commit=True),
                self._told(session, work),
            ):
                outcome = session.commit(work.part, work.prior, staged.checkpoint)
        except ConnectorError as error:
            return self._commit_failed(work, started, number, error)
        except Exception as error:
            log.exception("commit of %s/%s", work.delivery_id, work.number)
            return self._commit_failed(work, started, number, _bug(error))
        if isinstance(outcome, Pending):
            return self._pending(work, started, number, outcome)
        if isinstance(outcome, HandedOver):
            return self._handed_over(work, State.COMMITTING, started, outcome, "commit", number)
        return self._published(work, State.COMMITTING, started, outcome, "commit", number)

    def _not_sent(self, work: Work, started: datetime, number: int, error: OSError) -> State | None:
        """The fence file could not be written: nothing may be sent, and nothing was."""
        words = f"{self.fences.path}: {system_words(error)}"

        def write(tx: Tx) -> State:
            records.note_attempt(
                tx,
                work,
                "commit",
                "not_sent",
                started,
                words=words,
                owner=self.owner.id,
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

        return self._record(write)

    def _pending(self, work: Work, started: datetime, number: int, pending: Pending) -> State | None:
        def write(tx: Tx) -> State:
            records.note_attempt(tx, work, "commit", "pending", started, owner=self.owner.id, fence=number)
            claims.save_checkpoint(tx, work, pending.checkpoint, LEASE, self.sealer)
            claims.change(tx, work, State.COMMITTING, State.PROCESSING, look_at=pending.look_at)
            return State.PROCESSING

        return self._record(write)

    def _handed_over(
        self,
        work: Work,
        old: State,
        started: datetime,
        outcome: HandedOver,
        phase: str,
        fence: int | None = None,
    ) -> State | None:
        """The machine's part is done; a person finishes in the platform's app and records the link."""
        try:
            self.kits.make(work.delivery_id, work.channel, work.due_at, work.rendition)
        except PublisherError as error:  # the post waits in the app all the same
            log.warning("%s", _in_words(error))

        def write(tx: Tx) -> State:
            records.note_attempt(
                tx, work, phase, "handed_over", started, owner=self.owner.id, fence=fence, code=outcome.why
            )
            claims.save_checkpoint(tx, work, outcome.checkpoint, LEASE, self.sealer)
            claims.change(
                tx, work, old, State.HANDED_OVER, reason=outcome.why, needs_person=True, look_at=None
            )
            return State.HANDED_OVER

        return self._record(write)

    def _commit_failed(
        self, work: Work, started: datetime, number: int, error: ConnectorError
    ) -> State | None:
        """Not published only where the room's table says so; everything else is looked up."""

        def write(tx: Tx) -> State:
            records.note_attempt(
                tx,
                work,
                "commit",
                type(error).__name__,
                started,
                **_said(error),
                owner=self.owner.id,
                fence=number,
            )
            if error.effect == "none":
                account_state.give_back_quota(tx, work)
                return self._settle_error(tx, work, State.COMMITTING, error, phase="commit")
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

        return self._record(write)

    def _published(
        self,
        work: Work,
        old: State,
        started: datetime,
        receipt: Receipt,
        phase: str,
        fence: int | None = None,
    ) -> State | None:
        limits = registry.room(work.rendition.platform).limits

        def write(tx: Tx) -> State:
            records.note_attempt(
                tx,
                work,
                phase,
                "published",
                started,
                owner=self.owner.id,
                fence=fence,
                code=receipt.platform_id,
            )
            if records.record_receipt(tx, work, old, receipt) and work.number < work.count:
                claims.open_follower(tx, work, tx.now + limits.part_pause)
            return State.PUBLISHED

        try:
            return self._record(write)
        except IntegrityError:
            log.exception("the id %s is already another part's", receipt.platform_id)
            return self._ask_person(work, old, started, phase, receipt)

    def _ask_person(
        self, work: Work, old: State, started: datetime, phase: str, receipt: Receipt
    ) -> State | None:
        """The platform named an id that the log gave to another part: no machine may decide that."""
        words = f"{receipt.platform_id} {receipt.url or ''}".strip()

        def write(tx: Tx) -> State:
            records.note_attempt(tx, work, phase, "id_taken", started, words=words, owner=self.owner.id)
            columns: dict[str, Any] = {"reason_words": words, "needs_person": True, "look_at": None}
            if old is State.UNKNOWN:
                claims.keep_looking(tx, work, reason="log.id_taken", **columns)
            else:
                claims.change(tx, work, old, State.UNKNOWN, reason="log.id_taken", **columns)
            return State.UNKNOWN

        return self._record(write)

    # ── Look ──

    def _look(self, delivery_id: str, number: int) -> State | None:
        """One look at a part that the platform works on, or of which we do not know what became."""
        with self.store.write("daemon") as tx:
            work = claims.claim_look(
                tx, delivery_id, number, owner=self.owner.id, lease=LEASE, sealed=self.sealer
            )
            if work is None:
                return None
            first = records.first_fence(tx, work) or self._since(work)
            known = records.known_ids(tx, work.account, first - timedelta(days=1))
        started = self.clock.now()
        phase: retry.Phase = "confirm" if work.state is State.PROCESSING else "find"
        seen: Receipt | Pending | Gone | HandedOver | NotSeen | CannotTell
        try:
            session = self.session(work.account)
            if work.state is State.PROCESSING:
                seen = session.confirm(work.part, work.checkpoint or Checkpoint())
            else:
                seen = session.find(work.part, work.prior, work.checkpoint, first, known)
        except ConnectorError as error:
            return self._look_failed(work, started, phase, error)
        except Exception as error:
            log.exception("%s of %s/%s", phase, work.delivery_id, work.number)
            return self._look_failed(work, started, phase, _bug(error))
        if isinstance(seen, Receipt):
            return self._published(work, work.state, started, seen, phase)
        if isinstance(seen, HandedOver):
            return self._handed_over(work, work.state, started, seen, phase)
        with self.store.write("daemon") as tx:
            records.note_attempt(tx, work, phase, type(seen).__name__, started, owner=self.owner.id)
            if isinstance(seen, Pending):
                claims.save_checkpoint(tx, work, seen.checkpoint, LEASE, self.sealer)
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
                claims.keep_looking(
                    tx, work, look_at=None, needs_person=True, reason=reason, reason_words=words
                )
                return State.UNKNOWN
            return self._not_seen(tx, work)

    def _not_seen(self, tx: Tx, work: Work) -> State:
        """Absent only after enough looks, the last of them when a live post must have shown."""
        limits = registry.room(work.rendition.platform).limits
        looks = work.looks + 1
        shown_by = self._since(work) + timedelta(seconds=limits.commit_budget) + limits.visibility
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

    def _look_failed(
        self, work: Work, started: datetime, phase: retry.Phase, error: ConnectorError
    ) -> State | None:
        """A look that failed says nothing about the part: look again, later each time."""
        verdict = retry.decide(
            error, work.failures, self.clock.now(), key=work.delivery_id, phase=phase, due=None, grace=None
        )
        named = verdict.at if isinstance(verdict, retry.Again | retry.LookFirst) else None
        if isinstance(verdict, retry.AccountWaits):
            named = verdict.until
        until = named or self.clock.now() + LOOK_AGAIN
        with self.store.write("daemon") as tx:
            records.note_attempt(
                tx, work, phase, type(error).__name__, started, **_said(error), owner=self.owner.id
            )
            claims.keep_looking(tx, work, look_at=until, failures=work.failures + 1)
            if isinstance(error, ReconnectError):
                self._block(tx, work.account, error)
        return work.state

    def _since(self, work: Work) -> datetime:
        """From when on the part may be live; in a restored log nothing is known but its due time."""
        return work.since or work.due_at

    # ── Shared ──

    def session(self, account: str) -> Session:
        """The account's session, opened and probed at first need.

        Raises:
            ReconnectError: no token, or one that speaks for another account.
        """
        session = self._sessions.get(account)
        if session is not None:
            return session
        settings = self.accounts.get(account)
        if settings is None:
            raise ReconnectError(account, code="no_channel", effect="none")
        platform = account.partition(":")[0]
        session = registry.room(platform).open(settings, self.door, self.tokens, self.clock, self.media)
        found = session.probe()
        if found.account_id != settings.id:
            raise ReconnectError(
                f"{found.name} ({found.account_id}) ≠ {settings.id}", code="other_account", effect="none"
            )
        self._sessions[account] = session
        return session

    def reconnect(self, account: str) -> bool:
        """Open and probe a blocked account anew; True if its posts may go on."""
        self._sessions.pop(account, None)
        try:
            self.session(account)
        except ConnectorError as error:
            log.info("%s", t("log.said_still_blocked", account=account, words=error.words))
            return False
        with self.store.write("daemon") as tx:
            account_state.touch_account(tx, account, blocked_at=None, blocked_code=None, blocked_words=None)
            tx.event(account, "unblocked")
        return True

    def _settle_error(
        self, tx: Tx, work: Work, old: State, error: ConnectorError, *, phase: retry.Phase
    ) -> State:
        """Do what the class of an error that published nothing asks for."""
        if isinstance(error, ReconnectError):
            self._block(tx, work.account, error)
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

    def _block(self, tx: Tx, account: str, error: ReconnectError) -> None:
        self._sessions.pop(account, None)
        account_state.touch_account(
            tx, account, blocked_at=tx.now, blocked_code=error.code, blocked_words=error.words
        )
        tx.event(account, "blocked", reason=error.code, words=error.words)

    def _back(self, work: Work, old: State, reason: str, retry_at: datetime | None = None) -> State | None:
        def write(tx: Tx) -> State:
            claims.change(tx, work, old, State.WAITING, reason=reason, retry_at=retry_at)
            return State.WAITING

        return self._record(write)

    def _record(self, write: Callable[[Tx], State | None]) -> State | None:
        """Write what happened, for as long as it takes: the receipt is in our memory only."""
        waited = 0
        while True:
            try:
                with self.store.write("daemon") as tx:
                    return write(tx)
            except LogBusyError as error:
                waited += 1
                if waited == 1 or waited % 30 == 0:
                    log.warning("%s", t("log.said_cannot_record", words=_in_words(error)))
                pause(min(0.2 * waited, 2.0))


def _say_upload(work: Work, upload: Upload) -> None:
    first = (work.rendition.parts[0].text.strip() or work.delivery_id).splitlines()[0]
    values: dict[str, Any] = {"channel": work.channel, "words": shorten(first, 40, placeholder=" …")}
    values |= {"percent": upload.percent, "total": upload.total}
    values |= {"rate": round(upload.rate), "left": upload.left or 0}
    log.info("%s", t("log.said_uploading", **values))


def _said(error: ConnectorError) -> dict[str, Any]:
    return {"code": error.code, "words": error.words, "http_status": error.http_status}


def _media_failed(error: PublisherError) -> ConnectorError:
    """A file that cannot be used must be edited; a store that cannot be used is asked again."""
    kind = RejectedError if isinstance(error, MediaError) else TemporaryError
    return kind(_in_words(error), code=error.message, effect="none")


def _in_words(error: PublisherError) -> str:
    return error_text(error).replace("\n", " ")


def _bug(error: Exception) -> OutcomeUnknownError:
    """An exception no room should raise: what it did is unknown."""
    return OutcomeUnknownError(f"{type(error).__name__}: {error}", code="bug")
