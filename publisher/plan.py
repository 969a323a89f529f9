"""Compares what content/ asks for with what the log holds: what booking would do. Pure; changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.contract import Json, Severity
from publisher.identify import KnownPost
from publisher.model import Action, ActionKind, Channel, Due, Rendered, State

OLD = timedelta(days=7)
"""A time that had passed this long before the post was first seen is old content, not a missed delivery."""

EDITABLE = frozenset({State.WAITING, State.HELD, State.MISSED, State.FAILED, State.CANCELLED})
"""Roots that an edit of the file may still change."""


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
