"""The verbs that a person has, as one function each."""

from __future__ import annotations

import getpass
import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError

from connectors import registry
from connectors.contract import Receipt, Severity
from publisher import config, kits, standing, wiring
from publisher.config import Workspace, find_root
from publisher.config_hosts import is_local
from publisher.desk import forecasting, previewing, sending, which
from publisher.errors import LogError, NotFoundError
from publisher.model import Action, Plan, Post, State
from publisher.plan import Wanted
from publisher.preview.problems import sentence
from publisher.publish_log import deciding, overview, reading, withdrawals
from publisher.publish_log.store import Store
from publisher.sync import Synced, Syncer
from publisher.texts import t
from publisher.views import (
    Checked,
    Decided,
    DeliveryView,
    NeedsPerson,
    PostPreview,
    Status,
)

if TYPE_CHECKING:
    from publisher.deliver import Deliverer

log = logging.getLogger(__name__)

_TOLD = (State.PUBLISHED, State.FAILED, State.UNKNOWN, State.MISSED, State.WAITING, State.HANDED_OVER)
"""States of which the program's own log tells."""
PATIENCE = timedelta(minutes=2)
"""How long `publish` waits for the parts of what it sends; the daemon goes on with the rest."""


class Desk:
    """One workspace, one person at it; use as a context manager.

    Attributes:
        actor: stands in every event that this desk causes.
    """

    def __init__(self, workspace: Workspace, actor: str) -> None:
        self.workspace = workspace
        self.actor = actor
        self._wired = wiring.wire(workspace)
        self._store: Store | None = None
        self._reported: set[str] = set()
        self._retried: dict[str, str] = {}
        self._telling = Lock()
        self._open = ExitStack()

    @classmethod
    def open(cls, root: Path | None, *, sandbox: bool | None = None, actor: str | None = None) -> Desk:
        """The desk of a workspace; None: the nearest at or above the current folder.

        Raises:
            WorkspaceError: there is none, or schedule.yaml is wrong.
        """
        folder = find_root(Path.cwd()) if root is None else root
        return cls(config.load(folder, sandbox=sandbox), actor or getpass.getuser())

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()
        if self._store is not None:
            self._store.close()

    @property
    def now(self) -> datetime:
        """The desk's time (aware, UTC); in the sandbox its clock."""
        return self._wired.clock.now()

    # ── Look ──

    def check(self, names: Sequence[str] = ()) -> Checked:
        """Everything that is wrong with what is to come; writes nothing.

        Args:
            names: files, folders or posts to tell of; none: all. All are read nevertheless: what is
                there twice can only be seen beside the others.

        Raises:
            NotFoundError: a name is neither a file of the workspace nor one post.
        """
        synced = self._look()
        posts, problems = synced.content.posts, synced.plan.problems
        reach = previewing.reach(self.workspace.channels, synced.wanted, problems)
        scope = which.scope_of(names, self.workspace, posts, self._known_posts) if names else None
        if scope is not None:
            posts = tuple(post for post in posts if post.path in scope.posts)
            problems = tuple(problem for problem in problems if scope.concerns(problem))
        return Checked(len(posts), problems, reach)

    def plan(self) -> Plan:
        """What booking would do now; writes nothing."""
        return self._look().plan

    def preview(self, post: str) -> PostPreview:
        """A post as it will stand on every channel; writes nothing.

        Raises:
            NotFoundError: no such post, or more than one.
        """
        path = self._path_of(post)
        synced = self._look(only=path)
        return self._previewed(synced, path, synced.wanted)

    def week(self) -> tuple[PostPreview, ...]:
        """The posts of today and the six days after it, each on the channels that are due then.

        Beside them what an error stops, which has no time until it is mended.

        Writes nothing but pictures made ahead.
        """
        synced = self._look()
        until = self._midnight(self.days_of_week()[1] + timedelta(days=1))
        coming: defaultdict[str, list[Wanted]] = defaultdict(list)
        for each in synced.wanted:
            if previewing.comes_before(until, each):
                coming[each.rendered.post.path].append(each)
        return tuple(self._previewed(synced, path, wanted) for path, wanted in coming.items())

    def days_of_week(self) -> tuple[date, date]:
        """Today and the sixth day after it, where the office is."""
        today = self.now.astimezone(ZoneInfo(self.workspace.timezone)).date()
        return today, today + timedelta(days=6)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), ZoneInfo(self.workspace.timezone))

    def _previewed(self, synced: Synced, path: str, wanted: Sequence[Wanted]) -> PostPreview:
        """A post on the channels of `wanted`, its pictures made."""
        found = next(p for p in synced.content.posts if p.path == path)
        post_id = synced.ids[path]
        booked = {delivery.account: delivery for delivery in self._standing(post_id)}
        facts, _ = self._syncer(None).facts(found)
        made = previewing.make(found, wanted, self._wired.media())
        return PostPreview(
            post=found,
            post_id=post_id,
            channels=tuple(
                previewing.on_channel(
                    each,
                    booked.get(each.rendered.channel.account),
                    facts,
                    made,
                    by_hand=self.workspace.by_hand(each.rendered.channel),
                )
                for each in sorted(wanted, key=lambda w: w.rendered.channel.label)
            ),
            problems=tuple(p for p in synced.plan.problems if p.post == path),
            reach=previewing.reach(self.workspace.channels, synced.wanted, synced.plan.problems),
        )

    def page(self, shown: PostPreview) -> str:
        """A preview as one page of HTML that needs nothing else; only the media store is written to."""
        from publisher.preview.page import page

        space, files = self.workspace, previewing.files_of(shown.post, self._wired.media())
        return page(shown, name=space.id, mode=space.mode, language=space.language, now=self.now, files=files)

    def page_of_week(self, shown: Sequence[PostPreview]) -> str:
        """A week as one page of HTML; clips that are not encoded yet are named only, not waited for."""
        from publisher.preview import week

        space, store = self.workspace, self._wired.media()
        return week.page(
            shown,
            self.days_of_week(),
            name=space.id,
            mode=space.mode,
            language=space.language,
            zone=space.timezone,
            now=self.now,
            files={one.post.path: previewing.files_of(one.post, store, wait=False) for one in shown},
        )

    def log(
        self,
        *,
        post: str | None = None,
        channel: str | None = None,
        state: str | None = None,
        since: datetime | None = None,
        limit: int | None = None,
    ) -> list[DeliveryView]:
        """What was and will be delivered, by due time; with a limit the last ones."""
        conditions = []
        if channel is not None:
            conditions.append(reading.on_channel(self.workspace.channel(channel).label))
        store = self._log()
        if store is None:
            return []
        if post is not None:
            conditions.append(reading.of_post(which.id_of(post, self._known_posts())))
        if state is not None:
            conditions.append(reading.in_state(State(state)))
        if since is not None:
            conditions.append(reading.due_since(since))
        with store.read() as tx:
            found = reading.deliveries_where(tx, *conditions, limit=limit, newest_first=limit is not None)
        found = [self._linked(delivery) for delivery in found]
        return found[::-1] if limit is not None else found

    def status(self) -> Status:
        """The desk at a glance."""
        synced = self._look()
        errors = tuple(p for p in synced.plan.problems if p.severity is not Severity.NOTICE)
        store = self._log()
        return standing.status(self.workspace, store, self.now, errors)

    def needs_person(self) -> tuple[NeedsPerson, ...]:
        """All that waits for somebody to decide, with what is needed to decide it."""
        store = self._log()
        if store is None:
            return ()
        with store.read() as tx:
            return standing.needs_person(tx, self.workspace)

    # ── Decide ──

    def approve(self, post: str, *, channel: str | None = None, note: str | None = None) -> list[Decided]:
        """Say yes to what the preview shows, per channel; nobody to their own."""
        return self._judge(post, channel, note, "approve")

    def reject(self, post: str, *, channel: str | None = None, note: str) -> list[Decided]:
        """Say no, with the reason; an approval may follow."""
        return self._judge(post, channel, note, "reject")

    def hold(
        self,
        post: str | None,
        *,
        channel: str | None = None,
        everything: bool = False,
        until: datetime | None = None,
        reason: str | None = None,
    ) -> list[Decided]:
        """Stop a post, a channel or everything, until `until` or until released."""
        if post is None:
            with self._writing().write(self.actor) as tx:
                deciding.hold_scope(tx, self._scope(channel, everything=everything), until, reason)
            return []
        done = []
        for delivery in self._booked(post, channel):
            with self._writing().write(self.actor) as tx:
                held = deciding.hold_delivery(tx, delivery.delivery_id, delivery.state, until, reason)
            done.append(self._decided(delivery, held, "desk.held" if held else "desk.under_way"))
        return done

    def release(
        self, post: str | None, *, channel: str | None = None, everything: bool = False
    ) -> list[Decided]:
        """Let what was held go on."""
        if post is None:
            with self._writing().write(self.actor) as tx:
                deciding.release_scope(tx, self._scope(channel, everything=everything))
            return []
        done = []
        for delivery in self._booked(post, channel):
            held = delivery.held_by is not None
            if held:
                with self._writing().write(self.actor) as tx:
                    held = deciding.release_delivery(tx, delivery.delivery_id, delivery.state)
            done.append(self._decided(delivery, held, "desk.released" if held else "desk.not_held"))
        return done

    def publish(
        self,
        post: str,
        *,
        channel: str | None = None,
        now: bool,
        waiting: Callable[[DeliveryView, timedelta], None] | None = None,
    ) -> list[Decided]:
        """Send a post on its way: also an adopted, missed, failed or cancelled one.

        Args:
            now: at once, and wait for the outcome; else at its own time.
            waiting: is told what is waited for, and how long at most, when that takes a while.
        """
        path = self._path_of(post)
        synced = self._look(only=path, channels=[channel] if channel else None)
        actions, refused = self._send_on_its_way(synced, path, now=now)
        plan = Plan(
            at=self.now,
            actions=tuple(actions),
            sights=tuple(replace(sight, adopted=False) for sight in synced.sights_of(path)),
            posts=synced.content.posts,
            last_seen=synced.plan.last_seen,
        )
        _, touched = self._syncer(self._writing()).book(plan, self.actor)
        again = self._try_parts_again(synced.ids[path], channel)
        ids = {*touched, *again}
        if now and ids:
            self._deliver_now([*touched, *again], waiting)
        # Also those that the daemon took before we could: whoever asked is told of each.
        asked = {action.channel.account for action in actions}
        views = [d for d in self._standing(synced.ids[path]) if d.delivery_id in ids or d.account in asked]
        return [*(self._sent(view) for view in views), *refused]

    def resolve(
        self,
        post: str,
        *,
        channel: str | None = None,
        url: str | None = None,
        not_published: bool = False,
        failed: bool = False,
        part: int | None = None,
    ) -> list[Decided]:
        """Settle what no machine can know: it is live there, it is not, or it is let go."""
        done = []
        for delivery in self._booked(post, channel):
            open_parts = [
                p
                for p in delivery.parts
                if (part is None or p.number == part)
                and p.state in (State.UNKNOWN, State.FAILED, State.MISSED, State.HANDED_OVER)
            ]
            if not open_parts:
                done.append(self._decided(delivery, False, "desk.nothing_open"))
                continue
            number, state = open_parts[0].number, open_parts[0].state
            done.append(
                self._settle(delivery, number, state, url, not_published=not_published, failed=failed)
            )
        return done

    def withdraw(
        self, post: str, *, channel: str | None = None, reason: str | None = None, by_hand: bool = False
    ) -> list[Decided]:
        """Take a post down where it is live, and keep it back where it is still to come.

        Args:
            by_hand: a person took it down where the program cannot.
        """
        done = []
        for delivery in self._booked(post, channel):
            if not delivery.parts_live:
                held = delivery.state in (State.WAITING, State.PREPARING, State.HELD)
                if held:
                    with self._writing().write(self.actor) as tx:
                        deciding.hold_delivery(tx, delivery.delivery_id, delivery.state, None, reason)
                done.append(self._decided(delivery, held, "desk.kept_back" if held else "desk.not_live"))
            elif delivery.withdrawal == withdrawals.REMOVED:
                done.append(self._decided(delivery, True, "desk.withdrawn_before"))
            elif by_hand:
                with self._writing().write(self.actor) as tx:
                    for part in delivery.live:
                        withdrawals.ask(tx, delivery.delivery_id, part.number, reason)
                        withdrawals.settle(tx, delivery.delivery_id, part.number, withdrawals.REMOVED)
                done.append(self._decided(delivery, True, "desk.withdrawn"))
            else:
                done.append(self._take_down(delivery, reason))
        return done

    def _take_down(self, delivery: DeliveryView, reason: str | None) -> Decided:
        from publisher.withdrawing import take_down

        with self._delivering(Event()) as (_, deliverer):
            found = take_down(deliverer, delivery, self.actor, reason)
        messages = {
            withdrawals.REMOVED: "desk.withdrawn",
            withdrawals.BY_HAND: "desk.withdraw_by_hand",
            withdrawals.ASKED: "desk.withdraw_again",
        }
        removed = found.outcome == withdrawals.REMOVED
        return self._decided(delivery, removed, messages[found.outcome], words=found.words)

    # ── Run ──

    def run(self, *, once: bool = False, stop: Event, workers: int = 8) -> int:
        """Be the server until `stop`, or do once what is due; gives an exit code.

        Raises:
            WorkspaceError: no sandbox in sandbox mode.
            LogError: the log cannot be used.
        """
        from publisher.daemon import Daemon

        with self._delivering(stop, alone=not once) as (store, deliverer):
            daemon = Daemon(
                self.workspace,
                store,
                self._syncer(store),
                deliverer,
                stop,
                workers,
                on_state=self._tell,
                on_plan=self._report,
                tidy=self._wired.tidy_media,
                tell=self._tell_people(store),
            )
            if not once:
                daemon.run()
                return 0
            daemon.once()
            if daemon.tell is not None:
                daemon.tell()
            with store.read() as tx:
                failed = reading.state_counts(tx).get(State.FAILED, 0)
                waiting = standing.needs_person(tx, self.workspace)
            return 3 if failed and waiting else 4 if waiting else 0

    # ── How ──

    def _look(self, *, only: str | None = None, channels: list[str] | None = None) -> Synced:
        store = self._log()
        syncer = self._syncer(store)
        synced = syncer.sync(self.now, write=False, adopt=self._would_adopt(), only=only, channels=channels)
        return synced if only else forecasting.with_forecasts(synced, self.workspace, store, self.now)

    def _would_adopt(self) -> bool:
        if self.workspace.mode != "live":
            return False
        store = self._log()
        if store is None:
            return True
        with store.read() as tx:
            return reading.log_row(tx).first_run_at is None

    def _syncer(self, store: Store | None) -> Syncer:
        return Syncer(self.workspace, store, self._wired.media())

    def _log(self) -> Store | None:
        """The publish log; None while there is none, or while it is just being made."""
        if self._store is None and self._wired.has_log():
            try:
                self._store = self._wired.open_log(create=False)
            except LogError as error:
                if error.message != "log.none":
                    raise
        return self._store

    def _writing(self) -> Store:
        if self._store is not None and self._store.read_only:
            self._store.close()
            self._store = None
        if self._store is None:
            self._store = self._wired.open_log(create=True)
        return self._store

    @contextmanager
    def _delivering(self, stop: Event, *, alone: bool = False) -> Iterator[tuple[Store, Deliverer]]:
        """The log and a deliverer; starts a sandbox where the mode needs one and none answers."""
        from publisher import practice

        with ExitStack() as stack:
            if self.workspace.mode == "sandbox" and self._wired.announced is None:
                self._writing()  # a log that cannot be used is said before a sandbox is started for it
                stack.enter_context(practice.running(self.workspace))
                if self._store is not None:
                    self._store.close()
                    self._store = None
                self._wired = wiring.wire(self.workspace)
            store = self._writing()
            stack.enter_context(self._wired.serving_media(alone=alone))
            yield store, stack.enter_context(wiring.open_deliverer(self._wired, store, stop))

    def _path_of(self, name: str) -> str:
        """The path in content/ of the post that is meant."""
        return which.path_of(name, self._syncer(None).read().posts, self._known_posts())

    def _known_posts(self) -> Sequence[Any]:
        store = self._log()
        if store is None:
            return ()
        with store.read() as tx:
            return overview.known_posts(tx)

    def _deliveries(self, post_id: str) -> list[DeliveryView]:
        store = self._log()
        if store is None:
            return []
        with store.read() as tx:
            return [self._linked(d) for d in reading.deliveries_where(tx, reading.of_post(post_id))]

    def _standing(self, post_id: str) -> list[DeliveryView]:
        """The deliveries of a post, without those that another placement on the account has replaced."""
        found = self._deliveries(post_id)
        taken = {d.account for d in found if d.state is not State.CANCELLED}
        return [d for d in found if d.state is not State.CANCELLED or d.account not in taken]

    def _booked(self, post: str, channel: str | None) -> list[DeliveryView]:
        """The deliveries of a post, booked first if the daemon has not seen it yet.

        Raises:
            NotFoundError: no such post, or it has none on that channel.
        """
        label = self.workspace.channel(channel).label if channel is not None else None
        try:
            path = self._path_of(post)
        except NotFoundError:
            if self._log() is None:
                raise
            post_id = which.id_of(post, self._known_posts())
        else:
            synced = self._syncer(self._writing()).sync(self.now, write=True, only=path, actor=self.actor)
            post_id = synced.ids[path]
        found = [d for d in self._standing(post_id) if label is None or d.channel == label]
        if not found:
            raise NotFoundError("desk.no_delivery", post=post, channel=label or "")
        return found

    def _scope(self, channel: str | None, *, everything: bool) -> str:
        if everything or channel is None:
            return "all"
        return self.workspace.channel(channel).account

    def _linked(self, delivery: DeliveryView) -> DeliveryView:
        """In sandbox mode permalinks lead to the simulators' pages."""
        if self._wired.announced is None:
            return delivery
        return standing.link(delivery, self._wired.announced)

    def _decided(self, delivery: DeliveryView, done: bool, message: str, **values: Any) -> Decided:
        fresh = delivery
        if delivery.delivery_id:
            with self._writing().read() as tx:
                found = reading.deliveries_where(tx, reading.with_ids([delivery.delivery_id]))
            fresh = self._linked(found[0]) if found else delivery
        told = {"post": fresh.title or fresh.path, "channel": fresh.channel, "actor": self.actor, **values}
        return Decided(fresh, done, message, told)

    # ── approve, reject ──

    def _judge(self, post: str, channel: str | None, note: str | None, decision: str) -> list[Decided]:
        path = self._path_of(post)
        label = self.workspace.channel(channel).label if channel is not None else None
        synced = self._look(only=path)
        found = next(p for p in synced.content.posts if p.path == path)
        booked = {d.account: d for d in self._standing(synced.ids[path])}
        refusal = self._may_not_judge(found, decision)
        done = []
        for wanted in synced.wanted:
            to = wanted.rendered.channel
            if wanted.rendered.rendition is None or (label is not None and to.label != label):
                continue
            view = booked.get(to.account) or standing.unbooked(wanted, found)
            if view.state is State.PUBLISHED:
                done.append(self._decided(view, False, "desk.already_published"))
            elif refusal is not None:
                done.append(self._decided(view, False, refusal, author=found.author or ""))
            else:
                with self._writing().write(self.actor) as tx:
                    subject = view.delivery_id or f"post:{synced.ids[path]}"
                    deciding.decide(tx, wanted.rendered.rendition.fingerprint, decision, note, subject)
                done.append(
                    self._decided(
                        view, True, f"desk.{decision}d" if decision == "approve" else "desk.rejected"
                    )
                )
        if not done:
            raise NotFoundError("desk.no_delivery", post=post, channel=label or "")
        return done

    def _may_not_judge(self, post: Post, decision: str) -> str | None:
        """The message id of why this person may not; None: they may."""
        if self.workspace.approvers and self.actor not in self.workspace.approvers:
            return "desk.not_approver"
        if (
            decision == "approve"
            and post.author is not None
            and post.author.casefold() == self.actor.casefold()
        ):
            return "desk.own_post"
        return None

    # ── publish ──

    def _send_on_its_way(self, synced: Synced, path: str, *, now: bool) -> tuple[list[Action], list[Decided]]:
        actions: list[Action] = []
        refused: list[Decided] = []
        post = next(p for p in synced.content.posts if p.path == path)
        # A channel that cannot carry the post is no error of the post: the others go, `check` tells of it.
        carrying = [wanted for wanted in synced.wanted if not wanted.rendered.skipped]
        for wanted in carrying or synced.wanted:
            channel = wanted.rendered.channel
            known = synced.snapshot.standing(wanted.post_id, channel.account, wanted.placement)
            booked = [d for d in self._standing(wanted.post_id) if d.account == channel.account]
            why = sending.refusal(wanted, known)
            if why is None:
                zone = self.workspace.timezone
                actions += sending.actions(wanted, synced.snapshot, self.now, zone, at_once=now)
            elif not any(d.incomplete for d in booked):
                view = booked[0] if booked else standing.unbooked(wanted, post)
                refused.append(self._decided(view, False, why))
        if not synced.wanted:
            raise NotFoundError("desk.nothing_to_publish", post=path)
        return actions, refused

    def _try_parts_again(self, post_id: str, channel: str | None) -> list[str]:
        """Failed parts behind a live root go on; gives the deliveries that have some."""
        label = self.workspace.channel(channel).label if channel is not None else None
        again = []
        for delivery in self._deliveries(post_id):
            if not delivery.incomplete or (label is not None and delivery.channel != label):
                continue
            with self._writing().write(self.actor) as tx:
                for part in delivery.parts:
                    if part.state is State.FAILED:
                        deciding.again(tx, delivery.delivery_id, part.number, part.state)
            again.append(delivery.delivery_id)
        return again

    def _deliver_now(self, ids: list[str], waiting: Callable[[DeliveryView, timedelta], None] | None) -> None:
        """Deliver at once; a running daemon may be faster, which the claims decide."""
        from publisher.daemon import deliver_all

        def tell(left: Sequence[str], at_most: timedelta) -> None:
            if waiting is None:
                return
            with store.read() as tx:
                views = reading.deliveries_where(tx, reading.with_ids(left))
            for view in views:
                waiting(self._linked(view), at_most)

        stop = Event()
        with self._delivering(stop) as (store, deliverer):
            deliver_all(store, deliverer, ids, PATIENCE, stop, tell)

    def _sent(self, view: DeliveryView) -> Decided:
        if view.state is State.PUBLISHED:
            return self._decided(view, True, "desk.parts_out" if view.incomplete else "desk.published")
        if view.state in (State.WAITING, State.HELD):
            message = "desk.waits_gate" if view.gates else "desk.sent"
            return self._decided(view, not view.gates, message)
        if view.state is State.HANDED_OVER:
            return self._decided(view, True, "desk.handed_over")
        if view.state in (State.FAILED, State.MISSED):
            return self._decided(view, False, "desk.failed")
        return self._decided(
            view, False, "desk.unsettled" if view.state is State.UNKNOWN else "desk.under_way"
        )

    # ── resolve ──

    def _settle(
        self,
        delivery: DeliveryView,
        number: int,
        state: State,
        url: str | None,
        *,
        not_published: bool,
        failed: bool,
    ) -> Decided:
        store = self._writing()
        if url is not None:
            if state not in (State.UNKNOWN, State.HANDED_OVER):
                return self._decided(delivery, False, "desk.not_unknown")
            return self._found_by_hand(delivery, number, state, url)
        with store.write(self.actor) as tx:
            if not_published and state is State.UNKNOWN:
                done = deciding.again(tx, delivery.delivery_id, number, State.UNKNOWN)
                message = "desk.goes_again"
            elif failed and state is State.UNKNOWN:
                done = deciding.give_up(tx, delivery.delivery_id, number)
                message = "desk.given_up"
            elif failed:
                done = deciding.let_go(tx, delivery.delivery_id, number)
                message = "desk.given_up"
            else:
                done, message = False, "desk.not_unknown"
        return self._decided(delivery, done, message if done else "desk.not_unknown")

    def _found_by_hand(self, delivery: DeliveryView, number: int, state: State, url: str) -> Decided:
        room = registry.room(delivery.platform)
        platform_id = room.id_of(url, delivery.account.partition(":")[2])
        practised = self.workspace.mode != "live" and is_local(url)
        if not platform_id or not (practised or room.is_at(url)):
            return self._decided(delivery, False, "desk.bad_url", url=url)
        receipt = Receipt(platform_id, url, self.now)
        try:
            with self._writing().write(self.actor) as tx:
                if state is State.HANDED_OVER:
                    numbers = [part.number for part in delivery.parts]
                    done = deciding.record_handed_over(
                        tx, delivery.delivery_id, numbers, delivery.account, receipt
                    )
                else:
                    done = deciding.record_by_hand(
                        tx, delivery.delivery_id, number, state, delivery.account, receipt
                    )
        except IntegrityError:
            return self._decided(delivery, False, "desk.url_taken", url=url)
        if done and state is State.HANDED_OVER:
            kits.remove(self.workspace.state, delivery.delivery_id)
        return self._decided(delivery, done, "desk.recorded" if done else "desk.under_way", url=url)

    # ── run ──

    def _report(self, synced: Synced) -> None:
        """Every error of a post, with its place, in the program's own log: once, until it is mended."""
        reach = previewing.reach(self.workspace.channels, synced.wanted, synced.plan.problems)
        errors = [problem for problem in synced.plan.problems if problem.severity is Severity.ERROR]
        lines = {sentence(problem, reach, others=False) for problem in errors}
        for line in sorted(lines - self._reported):
            log.warning("%s", line)
        self._reported = lines

    def _tell_people(self, store: Store) -> Callable[[], int] | None:
        """Writes what needs a person to the addresses of schedule.yaml; None: it names none."""
        notifier = self._wired.notifier()
        if notifier is None:
            return None

        def tell() -> int:
            with store.read() as tx:
                needs = standing.needs_person(tx, self.workspace)
            return notifier.tell(self.workspace.id, map(standing.news, needs))

        return tell

    def _tell(self, delivery_id: str, number: int, state: State) -> None:
        """One line in the program's own log per step that people care about."""
        if state not in _TOLD:
            return
        with self._writing().read() as tx:
            found = reading.deliveries_where(tx, reading.with_ids([delivery_id]))
        for view in found:
            linked = self._linked(view)
            part = linked.parts[number - 1]
            if not self._is_news(linked.account, state, part.reason):
                continue
            level = logging.INFO if state is State.PUBLISHED else logging.WARNING
            log.log(
                level,
                "%s %s %s/%s %s %s",
                state,
                linked.channel,
                number,
                len(linked.parts),
                linked.path,
                part.url
                or " · ".join(
                    filter(None, (part.reason and t(part.reason, **linked.reason_values), part.words))
                ),
            )

    def _is_news(self, account: str, state: State, reason: str | None) -> bool:
        """Whether a step is worth a line: a platform that is away is one, not one per post and attempt."""
        with self._telling:
            if state is State.PUBLISHED:
                self._retried.pop(account, None)
            if state is not State.WAITING:
                return True
            if reason is None or not reason.startswith("retry."):
                return False
            fresh = self._retried.get(account) != reason
            self._retried[account] = reason
            return fresh
