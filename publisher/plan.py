"""Compares what content/ asks for with what the log holds: what booking would do. Pure; changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from connectors.contract import Json, Severity
from publisher.model import Action, ActionKind, Channel, Due, Post, Rendered, State

VANISHED_FOR = timedelta(minutes=10)
"""How long a file must be gone before its deliveries are cancelled."""
MANY = 5
"""More files than this, and more than a quarter, vanished at once: a share not mounted, not a decision."""
OLD = timedelta(days=7)
"""A time that had passed this long before the post was first seen is old content, not a missed delivery."""

EDITABLE = frozenset({State.WAITING, State.HELD, State.MISSED, State.FAILED, State.CANCELLED})
"""Roots that an edit of the file may still change."""


class KnownPost(NamedTuple):
    """A post as the log holds it; there are thousands, so they are made as cheaply as can be.

    Attributes:
        accounts: of its channels at first sight.
        settled: published on every one of them: nothing can come of it any more, and its deliveries
            were not loaded.
    """

    post_id: str
    path: str
    digest: str
    sequence: int
    accounts: tuple[str, ...]
    adopted: bool
    vanished_at: datetime | None
    settled: bool = False


@dataclass(frozen=True, slots=True)
class KnownDelivery:
    """A delivery as the log holds it.

    Attributes:
        state: of the root; `claimed` while a worker has it.
        broken: the message id of what its file has wrong; None: nothing.
    """

    delivery_id: str
    post_id: str
    account: str
    placement: str
    fingerprint: str
    state: State
    claimed: bool
    due: Due
    publish_after: datetime | None
    publish_before: datetime | None
    grace: timedelta
    urgent: bool
    broken: str | None
    approved: bool
    held: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What planning needs of the log, read in one look.

    Attributes:
        deliveries: by (post id, account, placement), of every post that is not settled. Ask `delivery`
            or `of_post`: they tell what is not there from what was not loaded.
    """

    posts: Mapping[str, KnownPost] = field(default_factory=dict)
    deliveries: Mapping[tuple[str, str, str], KnownDelivery] = field(default_factory=dict)

    def delivery(self, post_id: str, account: str, placement: str = "feed") -> KnownDelivery | None:
        """The delivery of a post to an account; None: there is none.

        Raises:
            LookupError: the post is settled: its deliveries exist and were not loaded.
        """
        found = self.deliveries.get((post_id, account, placement))
        if found is None and (post := self.posts.get(post_id)) is not None and post.settled:
            raise LookupError(f"the deliveries of {post.path} were not loaded: all are published")
        return found

    def of_post(self, post: KnownPost, placement: str = "feed") -> list[KnownDelivery]:
        """The deliveries of a post to the accounts of its first sight.

        Raises:
            LookupError: the post is settled.
        """
        found = (self.delivery(post.post_id, account, placement) for account in post.accounts)
        return [delivery for delivery in found if delivery is not None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What content/ asks for on one channel, rendered and with its due time.

    Attributes:
        publish_after, publish_before: aware, UTC.
        twin: path of another post with the same words on this account; None: none, or `repeat: true`.
        missed: a message id if its time had passed with its grace; `missed_values` fill it.
    """

    post_id: str
    rendered: Rendered
    due: Due | None
    publish_after: datetime | None
    publish_before: datetime | None
    grace: timedelta
    twin: str | None = None
    missed: str | None = None
    missed_values: Mapping[str, Json] = field(default_factory=dict)


def action_for(wanted: Wanted, known: KnownDelivery | None, now: datetime) -> Action:
    """What becomes of one post on one channel."""
    problem = _stopper(wanted.rendered)
    if known is None:
        return _book(wanted, problem, now)
    if known.claimed or known.state not in EDITABLE:
        return _action(ActionKind.KEEP, wanted, known, known.state)
    if problem is not None:
        broken = known.broken == problem[0]
        return _action(ActionKind.KEEP if broken else ActionKind.BREAK, wanted, known, known.state, *problem)
    return _edit(wanted, known, now)


def _stopper(rendered: Rendered) -> tuple[str, Mapping[str, Json]] | None:
    """The first problem that leaves nothing to send on this channel."""
    for problem in rendered.problems:
        if problem.severity is Severity.ERROR:
            return problem.code, problem.values
    if rendered.skipped or rendered.rendition is None:
        notice = rendered.problems[0] if rendered.problems else None
        return (notice.code, notice.values) if notice else ("plan.nothing_to_send", {})
    return None


def _book(wanted: Wanted, problem: tuple[str, Mapping[str, Json]] | None, now: datetime) -> Action:
    if problem is not None:
        return _action(ActionKind.SKIP, wanted, None, None, *problem)
    if wanted.due is None:
        return _action(
            ActionKind.SKIP, wanted, None, None, wanted.missed or "plan.no_time", wanted.missed_values
        )
    if wanted.missed is not None:
        old = now - wanted.due.at > OLD
        kind, state = (ActionKind.SKIP, None) if old else (ActionKind.BOOK, State.MISSED)
        reason = "plan.old" if old else wanted.missed
        return _action(kind, wanted, None, state, reason, wanted.missed_values)
    if wanted.twin is not None:
        return _action(
            ActionKind.BOOK, wanted, None, State.HELD, "plan.looks_published", {"other": wanted.twin}
        )
    return _action(ActionKind.BOOK, wanted, None, State.WAITING)


def _edit(wanted: Wanted, known: KnownDelivery, now: datetime) -> Action:
    """The file may have changed, come back, or got another time since it was booked."""
    assert wanted.rendered.rendition is not None  # noqa: S101 - _stopper saw to it
    changed = wanted.rendered.rendition.fingerprint != known.fingerprint
    moved = wanted.due is not None and wanted.due.at != known.due.at
    ahead = wanted.due is not None and now <= wanted.due.at + wanted.grace
    if known.state is State.CANCELLED:
        state = State.WAITING if ahead else State.CANCELLED
        kind = ActionKind.REVIVE if ahead else ActionKind.KEEP
        return _action(kind, wanted, known, state, "plan.came_back" if ahead else None)
    if known.state is State.MISSED and not (moved and ahead):
        return _action(ActionKind.KEEP, wanted, known, State.MISSED)
    if known.state is State.FAILED and not (changed and ahead):
        return _action(ActionKind.KEEP, wanted, known, State.FAILED)
    state = known.state if known.state is State.HELD else State.WAITING
    if changed or known.broken is not None or state is not known.state:
        return _action(ActionKind.CHANGE, wanted, known, state)
    if moved or _bounds(wanted) != (known.publish_after, known.publish_before, known.grace, known.urgent):
        return _action(ActionKind.MOVE, wanted, known, state)
    return _action(ActionKind.KEEP, wanted, known, known.state)


def _bounds(wanted: Wanted) -> tuple[datetime | None, datetime | None, timedelta, bool]:
    return wanted.publish_after, wanted.publish_before, wanted.grace, wanted.rendered.post.urgent


def _action(
    kind: ActionKind,
    wanted: Wanted,
    known: KnownDelivery | None,
    state: State | None,
    reason: str | None = None,
    values: Mapping[str, Json] | None = None,
) -> Action:
    post, channel, rendition = wanted.rendered.post, wanted.rendered.channel, wanted.rendered.rendition
    return Action(
        kind=kind,
        post_id=wanted.post_id,
        path=post.path,
        title=post.title,
        channel=channel,
        placement=rendition.placement if rendition else "feed",
        delivery_id=known.delivery_id if known else None,
        rendition=rendition,
        due=wanted.due or (known.due if known else None),
        state=state,
        reason=reason,
        values=values or {},
        publish_after=wanted.publish_after,
        publish_before=wanted.publish_before,
        grace=wanted.grace,
        urgent=post.urgent,
    )


# ── Which file is which post ─────────────────────────────────────────────────


def identify(
    posts: Iterable[Post], known: Mapping[str, KnownPost], provisional: Mapping[str, str]
) -> dict[str, str]:
    """Path → post id. The file's own `id`; else the same path; else the bytes of one vanished file; else new.

    Args:
        provisional: path → the id a new post gets.
    """
    posts = list(posts)
    by_path = {post.path: post.post_id for post in known.values() if post.vanished_at is None}
    by_old_path = {post.path: post.post_id for post in known.values()}
    present = {post.path for post in posts}
    taken: set[str] = set()
    found: dict[str, str] = {}
    for post in posts:
        post_id = _by_name(post, known, by_path) or (None if post.id else by_old_path.get(post.path))
        if post_id is not None and post_id not in taken:
            found[post.path] = post_id
            taken.add(post_id)
    moved = _by_digest(known, present, taken)
    for post in posts:
        if post.path in found:
            continue
        same = moved.get(post.digest, [])
        if post.id is None and len(same) == 1 and same[0] not in taken:
            found[post.path] = same[0]
        else:
            found[post.path] = post.id or provisional[post.path]
        taken.add(found[post.path])
    return found


def _by_name(post: Post, known: Mapping[str, KnownPost], by_path: Mapping[str, str]) -> str | None:
    if post.id is None:
        return by_path.get(post.path)
    if post.id in known:
        return post.id
    # An id written into a file that had none keeps the post the log knows; a given ULID shows by its shape.
    here = by_path.get(post.path)
    return here if here is not None and len(here) == 26 and here.isupper() else None


def _by_digest(
    known: Mapping[str, KnownPost], present: Collection[str], taken: Collection[str]
) -> dict[str, list[str]]:
    moved: dict[str, list[str]] = {}
    for post in known.values():
        if post.path not in present and post.post_id not in taken:
            moved.setdefault(post.digest, []).append(post.post_id)
    return moved


def suspicious(vanished: int, present_before: int) -> bool:
    """Whether so many files vanished at once that nobody can have meant it."""
    return vanished > MANY and vanished * 4 > present_before


def cancellation(known: KnownDelivery, path: str, title: str, channel: Channel) -> Action:
    """The file has been gone long enough: what was not yet under way will not go out."""
    return Action(
        kind=ActionKind.CANCEL,
        post_id=known.post_id,
        path=path,
        title=title,
        channel=channel,
        placement=known.placement,
        delivery_id=known.delivery_id,
        due=known.due,
        state=State.CANCELLED,
        reason="plan.file_vanished",
    )
