"""Compares what content/ asks for with what the log holds: what booking would do. Pure; changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from connectors.contract import Json, Severity
from publisher.duplicates import Double, Verdict, told
from publisher.identify import KnownPost
from publisher.model import FAULTS, Action, ActionKind, Channel, Due, KnownDelivery, Rendered, State

OLD = timedelta(days=7)
"""A time that had passed this long before the post was first seen is old content, not a missed delivery."""


@dataclass(frozen=True)
class Snapshot:
    """What planning needs of the log, read in one look.

    Attributes:
        deliveries: by (post id, account, placement), of every post that is not settled. Ask `of_post`
            and what follows it: they tell what is not there from what was not loaded.
    """

    posts: Mapping[str, KnownPost] = field(default_factory=dict)
    deliveries: Mapping[tuple[str, str, str], KnownDelivery] = field(default_factory=dict)

    @cached_property
    def _by_post(self) -> Mapping[str, list[KnownDelivery]]:
        found: dict[str, list[KnownDelivery]] = {}
        for delivery in self.deliveries.values():
            found.setdefault(delivery.post_id, []).append(delivery)
        return found

    def of_post(self, post_id: str) -> Sequence[KnownDelivery]:
        """All deliveries of a post, also those that another placement has replaced.

        Raises:
            LookupError: the post is settled: its deliveries exist and were not loaded.
        """
        post = self.posts.get(post_id)
        if post is not None and post.settled:
            raise LookupError(f"the deliveries of {post.path} were not loaded: nothing can come of it")
        return self._by_post.get(post_id, ())

    def delivery(self, post_id: str, account: str, placement: str) -> KnownDelivery | None:
        """The delivery of a post to an account and placement; None: there is none.

        Raises:
            LookupError: the post is settled.
        """
        here = (d for d in self.of_post(post_id) if (d.account, d.placement) == (account, placement))
        return next(here, None)

    def elsewhere(self, post_id: str, account: str, placement: str) -> list[KnownDelivery]:
        """The deliveries of a post that stand on an account in another placement: at most one.

        Raises:
            LookupError: the post is settled.
        """
        return [
            delivery
            for delivery in self.of_post(post_id)
            if delivery.account == account
            and delivery.placement != placement
            and delivery.state is not State.CANCELLED
        ]

    def standing(self, post_id: str, account: str, placement: str) -> KnownDelivery | None:
        """The one that stands for a post on an account, be it in another placement; else the cancelled one.

        Raises:
            LookupError: the post is settled.
        """
        others = self.elsewhere(post_id, account, placement)
        return others[0] if others else self.delivery(post_id, account, placement)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What content/ asks for on one channel, rendered and with its due time.

    Attributes:
        placement: that the post will have there.
        publish_after, publish_before: aware, UTC.
        double: another post that says the same on this account; None: none, or `repeat: true`.
        missed: a message id if its time had passed with its grace; `missed_values` fill it.
    """

    post_id: str
    rendered: Rendered
    placement: str
    due: Due | None
    publish_after: datetime | None
    publish_before: datetime | None
    grace: timedelta
    double: Double | None = None
    missed: str | None = None
    missed_values: Mapping[str, Json] = field(default_factory=dict)


def actions_for(wanted: Wanted, snapshot: Snapshot, now: datetime) -> list[Action]:
    """What becomes of one post on one channel, and of what stands there in another placement.

    Of a post one placement goes out on an account, never two: what an edit moved from feed to reel is
    cancelled in the one and booked in the other. What is out or under way stays, and nothing new comes.
    """
    where = wanted.post_id, wanted.rendered.channel.account, wanted.placement
    others = snapshot.elsewhere(*where)
    fixed = next((other for other in others if not other.editable), None)
    if fixed is not None:
        late = {"former": fixed.placement, "placement": wanted.placement}
        return [_action(ActionKind.KEEP, wanted, fixed, fixed.state, "plan.placement_late", late)]
    action = action_for(wanted, snapshot.delivery(*where), now)
    if not others:
        return [action]
    if action.kind in (ActionKind.SKIP, ActionKind.BREAK):
        return [_stopped(other, wanted, action) for other in others]
    if action.state is State.CANCELLED:
        return [_action(ActionKind.KEEP, wanted, other, other.state) for other in others]
    if action.state is State.WAITING and any(other.held for other in others):
        action = replace(action, state=State.HELD, reason="plan.held_before")
    return [*(moved_away(other, wanted) for other in others), action]


def _stopped(other: KnownDelivery, wanted: Wanted, action: Action) -> Action:
    """Nothing can be sent in the new placement: what was booked in the old one waits for the next edit."""
    kind = ActionKind.KEEP if action.reason in (other.broken, *FAULTS) else ActionKind.BREAK
    return _action(kind, wanted, other, other.state, action.reason, action.values)


def moved_away(other: KnownDelivery, wanted: Wanted) -> Action:
    """The cancellation of what stood in another placement than the post has now."""
    post, channel = wanted.rendered.post, wanted.rendered.channel
    values = {"former": other.placement, "placement": wanted.placement}
    return cancellation(other, post.path, post.title, channel, "plan.placement_changed", values)


def action_for(wanted: Wanted, known: KnownDelivery | None, now: datetime) -> Action:
    """What becomes of one post on one channel and placement."""
    problem = _stopper(wanted.rendered)
    if known is None:
        return _book(wanted, problem, now)
    if not known.editable:
        return _action(ActionKind.KEEP, wanted, known, known.state)
    if problem is not None:
        stays = problem[0] in (known.broken, *FAULTS)
        return _action(ActionKind.KEEP if stays else ActionKind.BREAK, wanted, known, known.state, *problem)
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
    return _action(ActionKind.BOOK, wanted, None, *_start(wanted))


def _start(wanted: Wanted) -> tuple[State, str | None, Mapping[str, Json]]:
    """The state in which a root begins, and why."""
    if wanted.double is None or wanted.due is None:
        return State.WAITING, None, {}
    values = told(wanted.double, wanted.rendered.post.path, wanted.due.zone)
    return State.HELD, str(wanted.double.verdict), values


def _goes_on(wanted: Wanted, known: KnownDelivery) -> tuple[State, str | None, Mapping[str, Json]]:
    """The state of a root after an edit, and why: what held it at booking may be gone, or new."""
    if known.state is not State.HELD:
        return _start(wanted)
    if wanted.double is None and known.held_for in set(Verdict):
        return State.WAITING, "plan.no_double", {"held_for": known.held_for}
    return State.HELD, None, {}


def _edit(wanted: Wanted, known: KnownDelivery, now: datetime) -> Action:
    """The file may have changed, come back, or got another time since it was booked."""
    assert wanted.rendered.rendition is not None  # noqa: S101 - _stopper saw to it
    changed = wanted.rendered.rendition.fingerprint != known.fingerprint
    moved = wanted.due is not None and wanted.due.at != known.due.at
    ahead = wanted.due is not None and now <= wanted.due.at + wanted.grace
    if known.state is State.CANCELLED:
        if not ahead:
            return _action(ActionKind.KEEP, wanted, known, State.CANCELLED)
        state, reason, values = _start(wanted)
        return _action(ActionKind.REVIVE, wanted, known, state, reason or "plan.came_back", values)
    if known.state is State.MISSED and not (moved and ahead):
        return _action(ActionKind.KEEP, wanted, known, State.MISSED)
    if known.state is State.FAILED and not (changed and ahead):
        return _action(ActionKind.KEEP, wanted, known, State.FAILED)
    state, reason, values = _goes_on(wanted, known)
    if changed or known.broken is not None or state is not known.state:
        return _action(ActionKind.CHANGE, wanted, known, state, reason, values)
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
    post, channel = wanted.rendered.post, wanted.rendered.channel
    return Action(
        kind=kind,
        post_id=wanted.post_id,
        path=post.path,
        title=post.title,
        channel=channel,
        placement=known.placement if known else wanted.placement,
        delivery_id=known.delivery_id if known else None,
        rendition=wanted.rendered.rendition,
        due=wanted.due or (known.due if known else None),
        state=state,
        reason=reason,
        values=values or {},
        publish_after=wanted.publish_after,
        publish_before=wanted.publish_before,
        grace=wanted.grace,
        urgent=post.urgent,
    )


def cancellation(
    known: KnownDelivery,
    path: str,
    title: str,
    channel: Channel,
    reason: str = "plan.file_vanished",
    values: Mapping[str, Json] | None = None,
) -> Action:
    """What was not yet under way will not go out: its file has been gone long enough, or says otherwise."""
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
        reason=reason,
        values=values or {},
    )
