"""read → identify → render → schedule → plan (→ book): the one way that desk, preview and daemon take.

With `write=False` nothing is written: a new post has a provisional id, the log may not exist yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from connectors.contract import MediaFacts, Problem, Severity
from publisher import book, content
from publisher import identify as identity
from publisher import plan as planning
from publisher.config import Workspace
from publisher.content import Content, events
from publisher.content.habits import OPEN
from publisher.errors import LogBusyError, LogError, PublisherError
from publisher.identify import KnownPost, identify
from publisher.media import inspect
from publisher.model import (
    Action,
    ActionKind,
    Channel,
    Due,
    DueWhy,
    LocalTime,
    Plan,
    Post,
    Rendered,
    Sight,
    State,
)
from publisher.plan import OLD, KnownDelivery, Snapshot, Wanted
from publisher.publish_log import booking
from publisher.publish_log.marks import text_mark
from publisher.publish_log.store import Store, new_id
from publisher.render import Templates, placement_of, render, shipped_dir
from publisher.schedule import Assigned, Gates, Outcome, Request, Taken, assign, utc_of, wall_of

if TYPE_CHECKING:
    from publisher.media.store import MediaStore

RACED = 2
"""How often a plan is made anew because another process booked at the same time."""


@dataclass(frozen=True)
class Synced:
    """One look at the workspace: what was read, who is who, how it renders, what is planned.

    Attributes:
        ids: path in content/ → post id.
        wanted: every post on every channel that still has something to come.
        touched: ids of the deliveries that booking made or changed.
    """

    content: Content
    ids: Mapping[str, str]
    wanted: tuple[Wanted, ...]
    plan: Plan
    snapshot: Snapshot
    touched: tuple[str, ...] = ()

    def sights_of(self, path: str) -> tuple[Sight, ...]:
        """What the log should note about one post."""
        return tuple(sight for sight in self.plan.sights if sight.path == path)


class _Provisional(dict[str, str]):
    """Path → id of a post without one, made when first asked for.

    The same path keeps it from look to look, until it is booked under it.
    """

    def __missing__(self, path: str) -> str:
        self[path] = given = new_id()
        return given


@dataclass
class Syncer:
    """Looks at one workspace again and again.

    Attributes:
        store: None while there is no log yet.
        media: where sources are kept for delivery; None: nothing is written.
    """

    workspace: Workspace
    store: Store | None
    media: MediaStore | None = None
    _templates: Templates | None = None
    _provisional: _Provisional = field(default_factory=_Provisional)
    _facts: dict[str, MediaFacts] = field(default_factory=dict)

    def sync(
        self,
        now: datetime,
        *,
        write: bool,
        seen: Content | None = None,
        adopt: bool = False,
        only: str | None = None,
        channels: Sequence[str] | None = None,
        actor: str = "daemon",
    ) -> Synced:
        """Go the whole way once.

        Args:
            now: aware, UTC.
            seen: what a watcher read; None: read now.
            adopt: this is the first live start over old content.
            only: path of the one post to render, for `preview`; the rest is read only.
            channels: labels to render that post for, also where it has none; None: its own.

        Raises:
            LogBusyError: the log cannot be written now.
        """
        look = seen if seen is not None else self.read()
        for _ in range(RACED):
            try:
                return self._sync(look, now, write, adopt, only, channels, actor)
            except LogBusyError as error:
                if error.message != "log.raced":
                    raise
        return self._sync(look, now, write, adopt, only, channels, actor)

    def _sync(
        self,
        look: Content,
        now: datetime,
        write: bool,
        adopt: bool,
        only: str | None,
        channels: Sequence[str] | None,
        actor: str,
    ) -> Synced:
        """One try, planned on the log as it stands now."""
        snapshot, ids = self._known(look.posts, only, now)
        pass_ = _Pass(self, look, snapshot, ids, now, adopt=adopt, only=only, named=channels)
        wanted = pass_.wanted()
        plan = pass_.plan(wanted)
        touched: tuple[str, ...] = ()
        if write:
            plan, touched = self.book(plan, actor)
        return Synced(look, ids, tuple(wanted), plan, snapshot, touched)

    def book(self, plan: Plan, actor: str) -> tuple[Plan, tuple[str, ...]]:
        """Write a plan; gives what was left of it, and the ids of the deliveries made or changed.

        Raises:
            LogBusyError: the log cannot be written now.
        """
        if self.store is None:
            raise LogError("log.none", found=None)
        plan = self._keep_media(plan)
        touched = tuple(book.book(self.store, plan, actor))
        for sight in plan.sights:
            self._provisional.pop(sight.path, None)  # another post may have this path some day
        return plan, touched

    def read(self) -> Content:
        """Read content/ as it is, remembering what has not changed."""
        space = self.workspace
        return content.read(
            space.content_dir,
            root=space.root,
            zone=space.timezone,
            cache=space.root / ".publisher" / "cache" / "content",
        )

    def render(self, post: Post, channel: Channel, facts: Mapping[str, MediaFacts]) -> Rendered:
        """One post on one channel."""
        if self._templates is None:
            self._templates = Templates(self.workspace.templates_dir, shipped_dir())
        return render(
            post,
            channel,
            self._templates,
            facts,
            language=self.workspace.language,
            zone=self.workspace.timezone,
            defaults=self.workspace.defaults,
        )

    def facts(self, post: Post) -> tuple[dict[str, MediaFacts], list[Problem]]:
        """What is known of a post's pictures, and what is wrong with them."""
        good: dict[str, MediaFacts] = {}
        bad: list[Problem] = []
        for media in post.media:
            if media.source not in self._facts:
                try:
                    self._facts[media.source] = inspect.facts(media.path, media.name)
                except inspect.MediaError as error:
                    bad.append(replace(error.problem(post.file, media.line), post=post.path))
                    continue
            good[media.source] = self._facts[media.source]
        return good, bad

    def _known(
        self, posts: Sequence[Post], only: str | None, now: datetime
    ) -> tuple[Snapshot, dict[str, str]]:
        """What the log knows, and path → post id; the one post that is asked for is loaded whole."""
        if self.store is None:
            return Snapshot(), identify(posts, {}, self._provisional)
        with self.store.read() as tx:
            snapshot = book.snapshot(tx)
            ids = identify(posts, snapshot.posts, self._provisional, now)
            if only is not None and only in ids:
                snapshot = book.with_whole(tx, snapshot, ids[only])
            return snapshot, ids

    def _keep_media(self, plan: Plan) -> Plan:
        """Copy the sources that deliveries need before the log refers to them.

        A post whose picture cannot be kept is left out of the plan and tried again at the next pass.
        """
        if self.media is None:
            return plan
        needed = {
            media.source
            for action in plan.changes
            if action.rendition is not None
            for part in action.rendition.parts
            for media in part.media
        }
        problems: list[Problem] = []
        for post in plan.posts:
            try:
                for media in post.media:
                    if media.source in needed:
                        self.media.keep(media.path, media.source)
            except PublisherError as error:
                problems.append(
                    Problem(error.message, Severity.ERROR, error.values, post=post.path, file=post.file)
                )
        left = {problem.post for problem in problems}
        if not left:
            return plan
        return replace(
            plan,
            actions=tuple(a for a in plan.actions if a.path not in left),
            sights=tuple(s for s in plan.sights if s.path not in left),
            problems=_worst_first((*plan.problems, *problems)),
        )


class _Pass:
    """One pass over what was read; all decisions are those of plan, schedule and render."""

    def __init__(
        self,
        syncer: Syncer,
        look: Content,
        snapshot: Snapshot,
        ids: Mapping[str, str],
        now: datetime,
        *,
        adopt: bool,
        only: str | None,
        named: Sequence[str] | None,
    ) -> None:
        self.syncer = syncer
        self.space = syncer.workspace
        self.look = look
        self.snapshot = snapshot
        self.ids = ids
        self.now = now
        self.adopt = adopt
        self.only = only
        self.named = named
        self.problems: list[Problem] = list(look.problems)
        self.actions: list[Action] = []
        self.sights: list[Sight] = []
        self.placements: dict[tuple[str, str], str] = {}
        self.order = self._in_order()

    # ── What is wanted ──

    def wanted(self) -> list[Wanted]:
        """Every post on every channel that has something to come, with its due time."""
        asked: list[tuple[Rendered, Request]] = []
        fixed: list[Wanted] = []
        for place, post in enumerate(self.order):
            self.problems.extend(post.problems)
            if self.only is not None and post.path != self.only:
                continue
            for rendered, request in self._ask(post, place):
                self.problems.extend(rendered.problems)
                if request is None:
                    fixed.append(self._as_booked(rendered))
                else:
                    asked.append((rendered, request))
            self._track(post)
        due = assign(
            [request for _, request in asked],
            self._taken(),
            self.space.channels,
            self.space.quiet,
            self.space.timezone,
            self.now,
        )
        twins = self._twins([rendered for rendered, _ in asked])
        result = [
            self._with_due(rendered, request, given, twins)
            for (rendered, request), given in zip(asked, due, strict=True)
        ]
        return [*fixed, *result]

    def _in_order(self) -> list[Post]:
        """Order of first sight: known posts by their place in the log, then new ones by path."""
        known = self.snapshot.posts
        last = len(known) + 1
        return sorted(
            self.look.posts,
            key=lambda p: (known[i].sequence if (i := self.ids[p.path]) in known else last, p.path),
        )

    def _ask(self, post: Post, place: int) -> list[tuple[Rendered, Request | None]]:
        """The channels of a post that still have something to come, rendered."""
        post_id = self.ids[post.path]
        known = self.snapshot.posts.get(post_id)
        if post.broken:
            if not identity.unreadable_now(post, known):
                self._break(post, post_id)
            return []
        adopted = known is not None and known.adopted
        if self.only is None and (post.draft or self._refused_sample(post) or adopted):
            if not adopted:
                self._break(post, post_id, "plan.draft" if post.draft else "plan.sample_live")
            return []
        if self.only is None and identity.not_now(post, known, self.now):
            self._break(post, post_id, OPEN)
            return []
        if known is not None and known.settled and post.channels is None:
            return []  # nearly all of them, after some years
        channels = self._channels(post, known)
        own = channels
        self._drop(post, known, channels)
        if self.named is not None:
            channels = [self.space.channel(label) for label in self.named]
        if self._over(post, known, channels):
            return []
        facts, bad = self.syncer.facts(post)
        self.problems.extend(bad)
        if bad:
            self._break(post, post_id)
            return []
        self._sight(post, known, [*own, *(c for c in channels if c not in own)])
        if self.only is None and identity.never_seen_and_put_away(post, known):
            self.problems.append(_problem("plan.put_away", Severity.NOTICE, post, "body"))
            return []
        result: list[tuple[Rendered, Request | None]] = []
        for channel in channels:
            placement = placement_of(post, channel, facts)
            delivery = self.snapshot.standing(post_id, channel.account, placement)
            if delivery is not None and not self._still_open(post, known, delivery):
                self.actions.append(self._kept(post, post_id, channel, delivery, placement))
                self._tell_out_before(post, channel, delivery, facts)
                continue
            rendered = self.syncer.render(post, channel, facts)
            self.placements[post.path, channel.account] = placement
            result.append((rendered, self._request(post, rendered, delivery, known, place)))
        return result

    def _kept(
        self, post: Post, post_id: str, channel: Channel, delivery: KnownDelivery, placement: str
    ) -> Action:
        """What no edit changes any more; said where the file now asks for another placement."""
        if delivery.placement == placement or delivery.state is State.CANCELLED:
            return _keep(post, post_id, channel, delivery)
        key = f"{channel.platform}.placement"
        told = {"label": channel.label, "former": delivery.placement, "placement": placement}
        self.problems.append(_problem("plan.placement_late", Severity.NOTICE, post, key, **told))
        return _keep(post, post_id, channel, delivery, reason="plan.placement_late")

    def _channels(self, post: Post, known: KnownPost | None) -> list[Channel]:
        """Those the post names, else the defaults; of a known post only those of its first sight."""
        named: list[Channel] = []
        for name in post.channels or ():
            found = [c for c in self.space.channels if name.lower() in (c.label.lower(), c.platform)]
            named.extend(channel for channel in found if channel not in named)
            if not found:
                known_labels = ", ".join(c.label for c in self.space.channels)
                self.problems.append(
                    _problem(
                        "plan.unknown_channel",
                        Severity.ERROR,
                        post,
                        "channels",
                        channel=name,
                        known=known_labels,
                    )
                )
        channels = named if post.channels is not None else [c for c in self.space.channels if c.default]
        if known is None:
            return channels
        later = [c.label for c in channels if c.account not in known.accounts]
        if later and post.channels is not None:
            self.problems.append(
                _problem("plan.channel_later", Severity.NOTICE, post, "channels", channels=", ".join(later))
            )
        return [c for c in channels if c.account in known.accounts]

    def _over(self, post: Post, known: KnownPost | None, channels: list[Channel]) -> bool:
        """Whether nothing can come of a post any more, so that it need not be rendered."""
        if known is None:
            if post.publish_at is None or self.only is not None:
                return False
            grace = max((self._grace(post, channel) for channel in channels), default=timedelta(0))
            passed = self.now - utc_of(post.publish_at).at
            if passed <= grace + OLD:
                return False
            self.problems.append(_problem("plan.old", Severity.NOTICE, post, "publish_at", days=passed.days))
            return True
        if known.settled:
            return True
        deliveries = self.snapshot.of_post(known.post_id)
        standing = {d.account for d in deliveries if d.state is not State.CANCELLED}
        live = [d for d in deliveries if d.state is not State.CANCELLED or d.account not in standing]
        complete = {d.account for d in live}.issuperset(known.accounts)
        return complete and not any(self._still_open(post, known, d) for d in live)

    def _still_open(self, post: Post, known: KnownPost | None, delivery: KnownDelivery) -> bool:
        """Whether an edit of the file can still change this delivery."""
        if self.only is not None:
            return True
        if not delivery.editable:
            return False
        if delivery.state in (State.MISSED, State.FAILED):
            return known is None or known.digest != post.digest
        return True

    def _request(
        self,
        post: Post,
        rendered: Rendered,
        delivery: KnownDelivery | None,
        known: KnownPost | None,
        place: int,
    ) -> Request | None:
        """What the schedule is asked; None: the delivery was told to go at once and keeps that time."""
        waits = delivery is not None and delivery.state in (State.WAITING, State.HELD)
        if delivery is not None and (delivery.due.why is DueWhy.NOW or not delivery.editable):
            return None
        return Request(
            key=_key(self.ids[post.path], rendered.channel.account),
            account=rendered.channel.account,
            channel=rendered.channel.label,
            seen=known.sequence if known else len(self.snapshot.posts) + 1 + place,
            grace=self._grace(post, rendered.channel),
            publish_at=post.publish_at,
            publish_after=post.publish_after,
            publish_before=post.publish_before,
            urgent=post.urgent,
            booked=delivery.due if delivery is not None and waits else None,
            gates=Gates(
                broken=rendered.rendition is None
                or any(p.severity is Severity.ERROR for p in rendered.problems),
                approved=delivery.approved if delivery else rendered.channel.approval == "none",
                held=delivery.held if delivery else False,
            ),
            post=post.path,
            file=post.file,
            lines=post.lines,
        )

    def _grace(self, post: Post, channel: Channel) -> timedelta:
        return post.grace if post.grace is not None else channel.grace

    def _taken(self) -> list[Taken]:
        if self.syncer.store is None:
            return []
        with self.syncer.store.read() as tx:
            rows = booking.taken_times(tx, self.now)
        return [
            Taken(_key(row.post_id, row.account), row.account, row.published_at or row.due_at) for row in rows
        ]

    def _twins(self, rendered: list[Rendered]) -> dict[tuple[str, str], str]:
        """(post path, account) → path of the post that already stands there with the same words."""
        marks: dict[tuple[str, str], str] = {}
        first: dict[tuple[str, str], str] = {}
        twins: dict[tuple[str, str], str] = {}
        for each in rendered:
            post = each.post
            mark = text_mark(each.rendition.parts[0]) if each.rendition else None
            known = self.snapshot.posts.get(self.ids[post.path])
            if mark is None or post.repeat or known is not None:
                continue
            here = (each.channel.account, mark)
            marks[(post.path, each.channel.account)] = mark
            other = first.setdefault(here, post.path)
            if other != post.path:
                twins[(post.path, each.channel.account)] = other
        if self.syncer.store is None or not marks:
            return twins
        with self.syncer.store.read() as tx:
            there = booking.same_text(tx, {(account, mark) for (_, account), mark in marks.items()})
        for (path, account), mark in marks.items():
            if (account, mark) in there and there[account, mark][0] != self.ids[path]:
                twins[path, account] = there[account, mark][1]
        return twins

    def _with_due(
        self,
        rendered: Rendered,
        request: Request,
        given: Assigned,
        twins: Mapping[tuple[str, str], str],
    ) -> Wanted:
        self.problems.extend(p for p in given.problems if p not in self.problems)
        twin = twins.get((rendered.post.path, request.account))
        if twin is not None:
            self.problems.append(
                _problem(
                    "plan.looks_published",
                    Severity.WARNING,
                    rendered.post,
                    "body",
                    label=rendered.channel.label,
                    other=twin,
                )
            )
        missed = given.verdict.outcome is Outcome.MISSED
        if given.due is not None and not missed:
            day = wall_of(given.due.at, self.space.timezone).date()
            self.problems.extend(events.problems_of(rendered.post, day))
        return Wanted(
            post_id=self.ids[rendered.post.path],
            rendered=rendered,
            placement=self.placements[rendered.post.path, request.account],
            due=given.due,
            publish_after=_instant(request.publish_after),
            publish_before=_instant(request.publish_before),
            grace=request.grace,
            twin=twin,
            missed=given.verdict.reason if missed else None,
            missed_values=given.verdict.values if missed else {},
        )

    def _as_booked(self, rendered: Rendered) -> Wanted:
        post_id = self.ids[rendered.post.path]
        placement = self.placements[rendered.post.path, rendered.channel.account]
        delivery = self.snapshot.standing(post_id, rendered.channel.account, placement)
        assert delivery is not None  # noqa: S101 - only a booked one is asked for no other time
        return Wanted(
            post_id=post_id,
            rendered=rendered,
            placement=placement,
            due=delivery.due,
            publish_after=delivery.publish_after,
            publish_before=delivery.publish_before,
            grace=delivery.grace,
        )

    # ── What becomes of it ──

    def plan(self, wanted: list[Wanted]) -> Plan:
        """Wanted against known, and what has vanished."""
        for each in wanted:
            actions = planning.actions_for(each, self.snapshot, self.now)
            self.actions += [self._adopted(action, each) for action in actions] if self.adopt else actions
        vanished = self._vanished() if self.only is None else []
        order = {self.ids[post.path]: place for place, post in enumerate(self.order)}
        self.actions.sort(key=lambda a: (order.get(a.post_id, -1), a.channel.label))
        return Plan(
            at=self.now,
            actions=tuple(self.actions),
            sights=tuple(self.sights),
            vanished=tuple(vanished),
            problems=_worst_first(self.problems),
            posts=self.look.posts,
            last_seen=max((post.sequence for post in self.snapshot.posts.values()), default=0),
        )

    def _adopted(self, action: Action, wanted: Wanted) -> Action:
        """At the first live start only what has an explicit time still to come is booked."""
        due = wanted.due
        if action.kind is not ActionKind.BOOK or (
            due is not None and due.why is DueWhy.EXPLICIT and due.at > self.now
        ):
            return action
        return _skip(wanted, "plan.adopted")

    def _sight(self, post: Post, known: KnownPost | None, channels: list[Channel]) -> None:
        """What the log should note about the post: only where it differs."""
        accounts = known.accounts if known else ()
        accounts += tuple(c.account for c in channels if c.account not in accounts)
        explicit_ahead = post.publish_at is not None and utc_of(post.publish_at).at > self.now
        own_id = _own_id(post, known)
        put_away = identity.never_seen_and_put_away(post, known)
        changed = known is None or (
            (known.path, known.digest, known.accounts, known.vanished_at, known.own_id)
            != (post.path, post.digest, accounts, None, own_id)
        )
        changed = changed or (self.only is not None and known is not None and known.adopted)
        if changed:
            self.sights.append(
                Sight(
                    post_id=self.ids[post.path],
                    path=post.path,
                    digest=post.digest,
                    title=post.title,
                    author=post.author,
                    accounts=accounts,
                    new=known is None,
                    adopted=known is None
                    and ((self.adopt and not explicit_ahead) or (put_away and self.only is None)),
                    own_id=own_id,
                )
            )

    def _track(self, post: Post) -> None:
        """Where a post lies that needs no other note, so that a later rename or edit does not make it new."""
        known = self.snapshot.posts.get(self.ids[post.path])
        if known is None or (self.sights and self.sights[-1].post_id == known.post_id):
            return
        if identity.told_late(post, known, self.now):
            code = "plan.edited_adopted" if known.adopted else "plan.edited_late"
            self.problems.append(_problem(code, Severity.WARNING, post, "body"))
        late = identity.edited_too_late(post, known)
        own_id = _own_id(post, known)
        if late or (known.path, known.vanished_at, known.own_id) != (post.path, None, own_id):
            self.sights.append(
                Sight(
                    post_id=known.post_id,
                    path=post.path,
                    digest=post.digest if late else known.digest,
                    title=post.title,
                    author=post.author,
                    accounts=known.accounts,
                    new=False,
                    adopted=known.adopted,
                    own_id=own_id,
                    where_only=True,
                    late=late,
                )
            )

    def _tell_out_before(
        self, post: Post, channel: Channel, delivery: KnownDelivery, facts: Mapping[str, MediaFacts]
    ) -> None:
        """Where a post is out already, an edit for the channels still to come does not reach it."""
        if delivery.state not in (State.PUBLISHED, State.PROCESSING, State.HANDED_OVER):
            return
        now_it_is = self.syncer.render(post, channel, facts).rendition
        if now_it_is is not None and now_it_is.fingerprint != delivery.fingerprint:
            self.problems.append(
                _problem("plan.edited_some", Severity.WARNING, post, "body", label=channel.label)
            )

    def _drop(self, post: Post, known: KnownPost | None, channels: list[Channel]) -> None:
        """What an edit of the file took out of its `channels` does not go out there, until it is put back.

        Only at the edit itself: `publish --channel` may have booked a channel that the file never named.
        """
        if known is not None and post.channels is not None and known.digest != post.digest:
            gone = [channel for channel in self.space.channels if channel not in channels]
            self._break(post, known.post_id, "plan.channel_dropped", gone)

    def _break(
        self, post: Post, post_id: str, code: str | None = None, channels: Sequence[Channel] | None = None
    ) -> None:
        """Deliveries of a file that cannot be published as it stands now wait for the next edit."""
        known = self.snapshot.posts.get(post_id)
        if known is None or known.settled:
            return
        if code is None:
            code = next((p.code for p in post.problems if p.severity is Severity.ERROR), "plan.broken")
        for channel, delivery in self._booked(post_id, self.space.channels if channels is None else channels):
            if not delivery.editable:
                continue
            kind = ActionKind.KEEP if delivery.broken == code else ActionKind.BREAK
            self.actions.append(_keep(post, post_id, channel, delivery, kind=kind, reason=code))

    def _booked(self, post_id: str, channels: Sequence[Channel]) -> Iterator[tuple[Channel, KnownDelivery]]:
        """The deliveries of a post on some channels, whatever their placement."""
        by_account = {channel.account: channel for channel in channels}
        for delivery in self.snapshot.of_post(post_id):
            if delivery.account in by_account:
                yield by_account[delivery.account], delivery

    def _vanished(self) -> list[str]:
        """Posts whose file is gone; those gone long enough are cancelled, unless too many went at once."""
        if self.look.missing:
            return []
        seen = {self.ids[post.path] for post in self.look.posts}
        known = self.snapshot.posts
        missing = [p for p in known.values() if p.post_id not in seen and not self.look.unsure(p.path)]
        coming = {
            each.post_id
            for each in self.snapshot.deliveries.values()
            if each.state in (State.WAITING, State.HELD)
        }
        present = len(known) - len(missing)
        gone = identity.gone(missing, present, coming, self.now)
        if gone.many:
            values = {"count": gone.many, "known": present + gone.many}
            self.problems.append(Problem("plan.many_vanished", Severity.WARNING, values, file="content"))
        for post in gone.cancel:
            self._cancel(post)
        return [post.post_id for post in gone.fresh]

    def _cancel(self, post: KnownPost) -> None:
        if post.settled:
            return
        for channel, delivery in self._booked(post.post_id, self.space.channels):
            if delivery.claimed or delivery.state not in (State.WAITING, State.HELD):
                continue
            self.actions.append(planning.cancellation(delivery, post.path, post.path, channel))

    def _refused_sample(self, post: Post) -> bool:
        if not post.sample or self.space.mode != "live":
            return False
        self.problems.append(_problem("plan.sample_live", Severity.WARNING, post, "sample"))
        return True


def _own_id(post: Post, known: KnownPost | None) -> str | None:
    """The id that stands in the file of a post that the log knows by another."""
    if known is None or post.id in (None, known.post_id):
        return known.own_id if known is not None else None
    return post.id


def _key(post_id: str, account: str) -> str:
    return f"{post_id}/{account}"


def _instant(local: LocalTime | None) -> datetime | None:
    return None if local is None else utc_of(local).at


def _keep(
    post: Post,
    post_id: str,
    channel: Channel,
    delivery: KnownDelivery,
    *,
    kind: ActionKind = ActionKind.KEEP,
    reason: str | None = None,
) -> Action:
    return Action(
        kind=kind,
        post_id=post_id,
        path=post.path,
        title=post.title,
        channel=channel,
        placement=delivery.placement,
        delivery_id=delivery.delivery_id,
        due=delivery.due,
        state=delivery.state,
        reason=reason,
        grace=delivery.grace,
        urgent=delivery.urgent,
    )


def _skip(wanted: Wanted, reason: str) -> Action:
    return Action(
        kind=ActionKind.SKIP,
        post_id=wanted.post_id,
        path=wanted.rendered.post.path,
        title=wanted.rendered.post.title,
        channel=wanted.rendered.channel,
        due=wanted.due,
        reason=reason,
    )


def _problem(code: str, severity: Severity, post: Post, key: str, **values: object) -> Problem:
    channel = values.get("channel") or values.get("label")
    return Problem(
        code,
        severity,
        values,
        post=post.path,
        file=post.file,
        line=post.lines.get(key),
        channel=str(channel) if channel else None,
    )


def _worst_first(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    rank = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTICE: 2}
    unique = {
        (p.code, p.file, p.line, p.channel, p.part, repr(sorted(p.values.items()))): p for p in problems
    }
    return tuple(sorted(unique.values(), key=lambda p: (p.file or "", rank[p.severity], p.line or 0)))


__all__ = ["Due", "Synced", "Syncer"]
