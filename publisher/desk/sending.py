"""What `publish` books for a channel, and why it may not."""

from __future__ import annotations

from datetime import datetime

from connectors.contract import Severity
from publisher.model import Action, ActionKind, Due, DueWhy, State
from publisher.plan import KnownDelivery, Snapshot, Wanted, moved_away
from publisher.schedule import wall_of

AGAIN = frozenset({State.WAITING, State.HELD, State.MISSED, State.FAILED, State.CANCELLED})
"""Roots that a person may send on their way."""


def refusal(wanted: Wanted, known: KnownDelivery | None) -> str | None:
    """The message id of why a post cannot be sent on a channel; None: it can."""
    rendered = wanted.rendered
    if rendered.rendition is None or any(p.severity is Severity.ERROR for p in rendered.problems):
        return "desk.has_errors"
    if known is None or (known.state in AGAIN and not known.claimed):
        return None
    if known.state is State.PUBLISHED:
        return "desk.already_published"
    return "desk.unsettled" if known.state is State.UNKNOWN else "desk.under_way"


def actions(wanted: Wanted, snapshot: Snapshot, now: datetime, zone: str, *, at_once: bool) -> list[Action]:
    """The booking, due now, or at its own time if that is still to come; what it replaces is cancelled.

    Args:
        now: aware, UTC.
        zone: IANA name of the workspace's zone.
    """
    where = wanted.post_id, wanted.rendered.channel.account, wanted.placement
    gone = [moved_away(other, wanted) for other in snapshot.elsewhere(*where)]
    return [*gone, _action(wanted, snapshot.delivery(*where), now, zone, at_once=at_once)]


def _action(
    wanted: Wanted, known: KnownDelivery | None, now: datetime, zone: str, *, at_once: bool
) -> Action:
    post = wanted.rendered.post
    due = wanted.due
    if at_once or due is None or due.at < now:
        due = Due(now, wall_of(now, zone), zone, DueWhy.NOW)
    return Action(
        kind=ActionKind.BOOK if known is None else ActionKind.CHANGE,
        post_id=wanted.post_id,
        path=post.path,
        title=post.title,
        channel=wanted.rendered.channel,
        placement=wanted.placement,
        delivery_id=known.delivery_id if known else None,
        rendition=wanted.rendered.rendition,
        due=due,
        state=State.WAITING,
        reason="desk.sent" if known else None,
        publish_after=wanted.publish_after,
        publish_before=wanted.publish_before,
        grace=wanted.grace,
        urgent=post.urgent,
    )
