"""The clock calls deliver: fixed jobs ask the log what is due; one queue per account, some threads.

APScheduler and the threads decide when and where `deliver` runs, never whether: that is the log's word.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Lock
from typing import Any

from sqlalchemy import Row, select, update

from connectors import registry
from connectors.clock import pause
from publisher import gate
from publisher.config import Workspace
from publisher.content import Watcher
from publisher.deliver import Deliverer, Job
from publisher.errors import LogError, PublisherError
from publisher.model import State
from publisher.publish_log import agenda, needed, overview, reading, takeover
from publisher.publish_log.store import Store, Tx, beat
from publisher.publish_log.tables import accounts, logs
from publisher.schedule import Outcome, Verdict
from publisher.sync import Synced, Syncer
from publisher.texts import error_text, t
from publisher.token_facts import TokenFacts

log = logging.getLogger(__name__)

WAKE = 0.5
"""Seconds between two looks at what is due."""
SWEEP = 5.0
"""Seconds between two rounds of take-over, ended holds, blocked accounts and the heartbeat."""
TIDY = 600.0
"""Seconds between two rounds of removing what lies on the media host without need."""
PRUNE = 3600.0
"""Seconds between two rounds of removing from the media store what nothing needs any more."""
TOKENS = 60.0
"""Seconds between two looks at credentials that are to be renewed, or were not tried for long."""
TOKENS_AGAIN = timedelta(minutes=15)
"""How soon one account's are looked after again, whatever became of it."""
LOOK = 2.0
"""Seconds between two looks at content/: shares give no events."""
PLAN_ANYWAY = timedelta(seconds=15)
"""The time itself changes plans (queue, vanished files): also an unchanged content is planned this often."""
PARTS_PATIENCE = 30.0
"""Seconds that `run --once` waits for a part behind a live one to become due."""
FIRST_WORD, NEXT_WORD = 3, 15
"""Seconds after which a person at the terminal is told what is waited for, and told again."""
RECONNECT_FIRST = timedelta(minutes=1)
RECONNECT_LONGEST = timedelta(minutes=15)

OnState = Callable[[str, int, State], None]
OnPlan = Callable[[Synced], None]


@dataclass
class Daemon:
    """Wakes, sweeps and looks; ends when `stop` is set, leaving everything resumable.

    Attributes:
        on_state: told (delivery id, part number, state) after each step; called from worker threads.
        on_plan: told after each booking.
        tidy: removes what the media host no longer needs.
        tell: writes to people what needs them.
    """

    workspace: Workspace
    store: Store
    syncer: Syncer
    deliverer: Deliverer
    stop: Event
    workers: int = 8
    on_state: OnState | None = None
    on_plan: OnPlan | None = None
    tidy: Callable[[], int] | None = None
    tell: Callable[[], int] | None = None
    _pool: ThreadPoolExecutor = field(init=False)
    _watcher: Watcher = field(init=False)
    _busy: set[str] = field(default_factory=set)
    _guard: Lock = field(default_factory=Lock)
    _planned_at: datetime | None = None
    _planned_on: Any = None
    _cared: dict[str, datetime] = field(default_factory=dict)
    _reconnects: dict[str, tuple[datetime, timedelta]] = field(default_factory=dict)
    _troubles: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(self.workers, thread_name_prefix="deliver")
        space = self.workspace
        self._watcher = Watcher(
            space.content_dir,
            root=space.root,
            zone=space.timezone,
            cache=space.root / ".publisher" / "cache" / "content",
        )

    # ── The two ways to run ──

    def run(self) -> None:
        """Until `stop`: APScheduler holds fixed jobs only, never one per delivery."""
        from apscheduler.executors.pool import ThreadPoolExecutor as JobThreads
        from apscheduler.schedulers.background import BackgroundScheduler

        # A job that takes longer than its interval is not begun twice, which APScheduler warns of each time.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        scheduler = BackgroundScheduler(
            executors={"default": JobThreads(4)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone="UTC",
        )
        jobs = (
            *((self.look, LOOK), (self.sweep, SWEEP), (self.wake, WAKE)),
            *((self.tidy_media, TIDY), (self.prune_media, PRUNE), (self.keep_tokens, TOKENS)),
        )
        for first in (self.look, self.sweep, self.keep_tokens, self.tidy_media, self.prune_media):
            self._guarded(first)()
        for job, seconds in jobs:
            scheduler.add_job(self._guarded(job), "interval", seconds=seconds, id=job.__name__)
        scheduler.start()
        try:
            self.stop.wait()
        finally:
            scheduler.shutdown(wait=True)
            self._pool.shutdown(wait=True, cancel_futures=True)

    def once(self) -> None:
        """What is due now, and nothing later: for cron."""
        self.look()
        pause(1.0, self.stop)
        self.look()
        self.sweep()
        for future in self.keep_tokens():
            future.result()
        patience = self.deliverer.clock.boottime() + PARTS_PATIENCE
        while not self.stop.is_set():
            futures = self.wake()
            for future in futures:
                future.result()
            if futures:
                patience = self.deliverer.clock.boottime() + PARTS_PATIENCE
            elif self._soon() and self.deliverer.clock.boottime() < patience:
                pause(0.2, self.stop)
            else:
                break
        self._pool.shutdown(wait=True)
        self.tidy_media()
        self.prune_media()

    def _guarded(self, job: Callable[[], Any]) -> Callable[[], None]:
        """A job that meets a locked or full log says so and is called again; nothing else is hidden."""

        def run() -> None:
            try:
                job()
            except LogError as error:
                self._trouble(job.__name__, error)
            except Exception:
                log.exception("%s failed", job.__name__)
            else:
                self._troubles.pop(job.__name__, None)

        return run

    def _trouble(self, who: str, error: LogError) -> None:
        """Say what is wrong with the log; not again while it stays the same, as this comes twice a second."""
        words = error_text(error).replace("\n", " ")
        if self._troubles.get(who) != words:
            log.warning("%s: %s", who, words)
        self._troubles[who] = words

    # ── Look: content → plan → log ──

    def look(self) -> None:
        """Read content/ and book what is new; every look counts towards files standing still."""
        seen = self._watcher.look()
        now = self.deliverer.clock.now()
        signature = (seen.posts, seen.missing, seen.unsettled)
        recent = self._planned_at is not None and now - self._planned_at < PLAN_ANYWAY
        if recent and signature == self._planned_on:
            return
        adopt = self._first_live_run()
        if adopt and seen.unsettled:
            return
        synced = self.syncer.sync(now, write=True, seen=seen, adopt=adopt)
        if adopt:
            self._note_first_run()
        self._planned_at, self._planned_on = now, signature
        if self.on_plan is not None:
            self.on_plan(synced)

    def _first_live_run(self) -> bool:
        """Whether this log has never been run and is live: then what lies in content/ is old."""
        if self.workspace.mode != "live":
            return False
        with self.store.look() as look:
            return not overview.has_run(look)

    def _note_first_run(self) -> None:
        with self.store.write("daemon") as tx:
            tx.conn.execute(
                update(logs).where(logs.c.workspace_id == tx.workspace).values(first_run_at=tx.now)
            )
            tx.event("workspace", "first_run")

    # ── Wake: log → deliver ──

    def wake(self) -> list[Future[None]]:
        """Give every idle account what it has to do now."""
        if self.stop.is_set():
            return []
        if not self.deliverer.owner.holds():
            # Others may take our claims over: nothing new may be fenced by this process.
            log.critical("the lock of this process is lost; stopping, so that it is started anew")
            self.stop.set()
            return []
        self.deliverer.clock.refresh()
        lead = max(
            (registry.room(c.platform).limits.lead for c in self.workspace.channels), default=timedelta(0)
        )
        with self.store.read() as tx:
            now = tx.now
            rows = agenda.candidates(tx, now + lead)
        futures = []
        for account, jobs in self._jobs(rows, now).items():
            if self._take(account):
                futures.append(self._pool.submit(self._work, account, jobs))
        return futures

    def _jobs(self, rows: Sequence[Row[Any]], now: datetime) -> dict[str, list[tuple[str, int, Job]]]:
        """Per account, in order, what may be tried; the claim asks everything again."""
        jobs: dict[str, list[tuple[str, int, Job]]] = {}
        for row in rows:
            job = self._job(row, now)
            if job is not None:
                jobs.setdefault(row.account, []).append((row.delivery_id, row.number, job))
        return jobs

    def _job(self, row: Row[Any], now: datetime) -> Job | None:
        if row.state in (State.UNKNOWN, State.PROCESSING):
            return Job.LOOK
        blocked = row.blocked_at is not None or (row.not_before is not None and row.not_before > now)
        if row.number > 1:
            held = not row.urgent and (row.held_at is not None or row.account_held)
            return None if blocked or held or not row.approved else Job.DELIVER
        said = gate.verdict(row, self.deliverer.quiet, now)
        if said.outcome is Outcome.MISSED:
            self._miss(row.delivery_id, State.WAITING, said)
            return None
        if blocked:
            return None
        if said.outcome is Outcome.GO:
            return Job.DELIVER
        return Job.PREPARE if gate.may_stage(row, now) else None

    def _soon(self) -> bool:
        """Whether a part that follows a live one becomes due within seconds."""
        with self.store.read() as tx:
            return agenda.follower_soon(tx, tx.now + timedelta(seconds=PARTS_PATIENCE))

    def _take(self, account: str) -> bool:
        with self._guard:
            if account in self._busy:
                return False
            self._busy.add(account)
            return True

    def _work(self, account: str, jobs: list[tuple[str, int, Job]]) -> None:
        """One account's turn: its jobs one after the other."""
        try:
            for delivery_id, number, job in jobs:
                if self.stop.is_set():
                    return
                state = self.deliverer.run(delivery_id, number, job)
                if state is not None and self.on_state is not None:
                    self.on_state(delivery_id, number, state)
            self._troubles.pop(account, None)
        except LogError as error:
            self._trouble(account, error)
        except Exception:
            log.exception("%s stopped in the middle; its claims are taken over", account)
        finally:
            with self._guard:
                self._busy.discard(account)

    # ── Sweep ──

    def sweep(self) -> None:
        """Take over what the dead left, end holds whose time has come, ask blocked accounts again."""
        owner = self.deliverer.owner
        takeover.take_over(self.store, owner.gone, _settle)
        with self.store.write("daemon") as tx:
            beat(tx)
            agenda.release_expired(tx)
            held = agenda.held_past_grace(tx)
            now = tx.now
        for row in held:
            said = gate.held_verdict(row, self.deliverer.quiet, now)
            if said.outcome is Outcome.MISSED:
                self._miss(row.delivery_id, State.HELD, said)
        self._reconnect(now)
        if self.tell is not None:
            self.tell()

    def _miss(self, delivery_id: str, old: State, said: Verdict) -> None:
        with self.store.write("daemon") as tx:
            agenda.move_root(tx, delivery_id, old, State.MISSED, said.reason, values=said.values)
        if self.on_state is not None:
            self.on_state(delivery_id, 1, State.MISSED)

    def tidy_media(self) -> None:
        """Remove old files from the media host; one that cannot be reached is tidied later."""
        if self.tidy is None:
            return
        try:
            self.tidy()
        except PublisherError as error:
            words = error_text(error).replace("\n", " ")
            log.warning("%s", t("media.host_not_tidied", words=words))

    def prune_media(self) -> None:
        """Remove from the media store what nothing needs any more."""
        media, keep = self.syncer.media, self.workspace.keep_media
        if media is None:
            return
        with self.store.look() as look:
            stays = needed.needed(look, self.deliverer.clock.now() - keep)
        try:
            gone = media.prune(stays, keep)
        except PublisherError as error:
            words = error_text(error).replace("\n", " ")
            log.warning("%s", t("media.not_pruned", words=words))
            return
        if gone.files:
            log.info("%s", t("media.pruned", count=gone.files, size=gone.size))

    def _reconnect(self, now: datetime) -> None:
        """A blocked account is asked now and then whether its token works again."""
        with self.store.read() as tx:
            blocked = tx.conn.execute(
                select(accounts.c.account, accounts.c.blocked_at).where(
                    accounts.c.workspace_id == tx.workspace, accounts.c.blocked_at.is_not(None)
                )
            ).all()
        for row in blocked:
            at, wait = self._reconnects.get(row.account, (row.blocked_at, RECONNECT_FIRST))
            if now < at + wait or not self._take(row.account):
                continue
            self._reconnects[row.account] = (now, min(wait * 2, RECONNECT_LONGEST))
            self._pool.submit(self._ask_again, row.account)

    # ── Tokens ──

    def keep_tokens(self) -> list[Future[None]]:
        """Look after every account's credentials, unless it is at work or waits for a person."""
        self.deliverer.clock.refresh()
        with self.store.read() as tx:
            now, known = tx.now, reading.account_rows(tx)
        futures = []
        for channel in self.workspace.channels:
            account, row = channel.account, known.get(channel.account)
            cared = self._cared.get(account)
            if self.workspace.by_hand(channel) or (cared is not None and cared <= now < cared + TOKENS_AGAIN):
                continue
            if row is not None and row.blocked_at is not None:
                continue
            facts = TokenFacts.from_json(row.token if row is not None else None)
            if self.deliverer.wants_care(account, facts.checked_at) and self._take(account):
                self._cared[account] = now
                futures.append(self._pool.submit(self._care, account))
        return futures

    def _care(self, account: str) -> None:
        try:
            self.deliverer.care(account)
        except LogError as error:
            self._trouble(account, error)
        except Exception:
            log.exception("looking after %s failed", account)
        finally:
            with self._guard:
                self._busy.discard(account)

    def _ask_again(self, account: str) -> None:
        try:
            if self.deliverer.reconnect(account):
                log.info("%s", t("log.said_works_again", account=account))
        except Exception:
            log.exception("asking %s again failed", account)
        finally:
            with self._guard:
                self._busy.discard(account)


def deliver_all(
    store: Store,
    deliverer: Deliverer,
    ids: Sequence[str],
    patience: timedelta,
    stop: Event,
    waiting: Callable[[Sequence[str], timedelta], None] | None = None,
) -> None:
    """Deliver some deliveries at once, part after part; what is not done in time is left to the daemon.

    What the daemon has in hand is waited for as well: whoever asked wants to know how it ends.

    Args:
        waiting: is told, after the first seconds without anything to do and now and then, which
            deliveries are waited for and how long at most.
    """
    clock = deliverer.clock
    until = clock.boottime() + patience.total_seconds()
    tell_at = clock.boottime() + FIRST_WORD
    left = list(ids)
    while left and not stop.is_set() and clock.boottime() < until:
        clock.refresh()
        with store.read() as tx:
            now = tx.now
            rows = {each: agenda.next_part(tx, each) for each in left}
            left = [each for each in left if rows[each] is not None or agenda.in_work(tx, each)]
        ready = [row for row in rows.values() if row is not None and (row.at is None or row.at <= now)]
        done = [deliverer.run(row.delivery_id, row.number, Job(row.job)) for row in ready]
        refused = {row.delivery_id for row, state in zip(ready, done, strict=True) if state is None}
        if refused:
            with store.read() as tx:
                left = [each for each in left if each not in refused or _goes_on(tx, each)]
        if len(refused) == len(ready):
            if waiting is not None and left and clock.boottime() >= tell_at:
                waiting(left, timedelta(seconds=max(0, until - clock.boottime())))
                tell_at = clock.boottime() + NEXT_WORD
            pause(0.2, stop)


def _goes_on(tx: Tx, delivery_id: str) -> bool:
    """Whether somebody else is at it, or was and comes back to it."""
    row = agenda.next_part(tx, delivery_id)
    return agenda.in_work(tx, delivery_id) or (row is not None and row.at is not None and row.at > tx.now)


def _settle(platform: str) -> timedelta:
    """How long after its fence a call of a platform may still take effect."""
    limits = registry.room(platform).limits
    return timedelta(seconds=limits.commit_budget) + limits.settle
