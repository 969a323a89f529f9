"""Sends a post on its way when a person says so; what is booked for that, and why it may not be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event

from connectors.contract import Severity
from publisher import standing
from publisher.desk.workplace import Workplace
from publisher.errors import NotFoundError
from publisher.model import SENT_THERE, Action, ActionKind, Due, DueWhy, KnownDelivery, Plan, State
from publisher.plan import Snapshot, Wanted, moved_away
from publisher.publish_log import deciding, reading
from publisher.schedule import wall_of
from publisher.sync import Synced
from publisher.sync.asking import own_channels
from publisher.views import Decided, DeliveryView

PATIENCE = timedelta(minutes=2)
"""How long `publish` waits for the parts of what it sends; the daemon goes on with the rest."""
_IN_HAND = (State.PREPARING, State.DELIVERING, State.COMMITTING)
_UNSTOPPABLE = ("desk.accepted", "desk.being_sent")
"""What is told of a part that is on its way: what was asked for happens, whoever began it."""


def publish(
    place: Workplace,
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
    path = place.path_of(post)
    synced = place.look(only=path, channels=[channel] if channel else None)
    actions, refused = _send_on_its_way(place, synced, path, now=now)
    plan = Plan(
        at=place.now,
        actions=tuple(actions),
        sights=tuple(replace(sight, adopted=False) for sight in synced.sights_of(path)),
        posts=synced.content.posts,
        last_seen=synced.plan.last_seen,
    )
    _, touched = place.syncer(place.writing()).book(plan, place.actor)
    again = _try_parts_again(place, synced.ids[path], channel)
    # What the daemon has in hand already, or took before we could book it, is waited for as well.
    asked = {action.channel.account for action in actions}
    busy = [one.delivery.delivery_id for one in refused if now and one.message in _UNSTOPPABLE]
    busy += _taken(place, synced.ids[path], asked) if now else []
    refused = [one for one in refused if one.delivery.delivery_id not in busy]
    ids = dict.fromkeys((*touched, *again, *busy))
    if now and ids:
        _deliver_now(place, list(ids), waiting)
    views = [d for d in place.standing_of(synced.ids[path]) if d.delivery_id in ids or d.account in asked]
    return [*(_sent(place, view) for view in views), *refused]


def _send_on_its_way(
    place: Workplace, synced: Synced, path: str, *, now: bool
) -> tuple[list[Action], list[Decided]]:
    actions: list[Action] = []
    refused: list[Decided] = []
    post = next(p for p in synced.content.posts if p.path == path)
    # A channel that cannot carry the post is no error of the post: the others go, `check` tells of it.
    carrying = [wanted for wanted in synced.wanted if not wanted.rendered.skipped]
    for wanted in carrying or synced.wanted:
        channel = wanted.rendered.channel
        known = synced.snapshot.standing(wanted.post_id, channel.account, wanted.placement)
        booked = [d for d in place.standing_of(wanted.post_id) if d.account == channel.account]
        why = _refusal(wanted, known)
        if why is None:
            zone = place.workspace.timezone
            booking = _actions(wanted, synced.snapshot, place.now, zone, at_once=now)
            if channel not in own_channels(post, place.workspace.channels):
                booking = [_beyond_its_file(action) for action in booking]
            actions += booking
        elif not any(_may_go_on(d) for d in booked):
            view = booked[0] if booked else standing.unbooked(wanted, post)
            refused.append(place.decided(view, why in _UNSTOPPABLE, why))
    if not synced.wanted:
        raise NotFoundError("desk.nothing_to_publish", post=path)
    return actions, refused


def _beyond_its_file(action: Action) -> Action:
    """Noted with the booking: no edit of the file takes it off a channel that the file never asked for."""
    return replace(action, reason=SENT_THERE) if action.kind is ActionKind.BOOK else action


def _may_go_on(delivery: DeliveryView) -> bool:
    """Whether parts are left to send behind a root that is to stay."""
    return delivery.incomplete and delivery.withdrawal is None


def _taken(place: Workplace, post_id: str, accounts: Collection[str]) -> list[str]:
    """The deliveries of a post on some accounts that somebody has in hand."""
    return [
        d.delivery_id for d in place.standing_of(post_id) if d.account in accounts and d.state in _IN_HAND
    ]


def _try_parts_again(place: Workplace, post_id: str, channel: str | None) -> list[str]:
    """Failed parts behind a live root go on; gives the deliveries that have some."""
    label = place.workspace.channel(channel).label if channel is not None else None
    again = []
    for delivery in place.deliveries_of(post_id):
        if not _may_go_on(delivery) or (label is not None and delivery.channel != label):
            continue
        with place.writing().write(place.actor) as tx:
            for part in delivery.parts:
                if part.state is State.FAILED:
                    deciding.again(tx, delivery.delivery_id, part.number, part.state)
        again.append(delivery.delivery_id)
    return again


def _deliver_now(
    place: Workplace, ids: list[str], waiting: Callable[[DeliveryView, timedelta], None] | None
) -> None:
    """Deliver at once; a running daemon may be faster, which the claims decide."""
    from publisher.daemon import deliver_all

    def tell(left: Sequence[str], at_most: timedelta) -> None:
        if waiting is None:
            return
        with store.read() as tx:
            views = reading.deliveries_where(tx, reading.with_ids(left))
        for view in views:
            waiting(place.linked(view), at_most)

    stop = Event()
    with place.delivering(stop) as (store, deliverer):
        deliver_all(store, deliverer, ids, PATIENCE, stop, tell)


def _sent(place: Workplace, view: DeliveryView) -> Decided:
    if view.state is State.PUBLISHED:
        return place.decided(view, True, "desk.parts_out" if view.incomplete else "desk.published")
    if view.state in (State.WAITING, State.HELD):
        message = "desk.waits_gate" if view.gates else "desk.sent"
        return place.decided(view, not view.gates, message)
    if view.state is State.HANDED_OVER:
        return place.decided(view, True, "desk.handed_over")
    if view.state in (State.FAILED, State.MISSED):
        return place.decided(view, False, "desk.failed")
    return place.decided(view, view.state is not State.UNKNOWN, _on_its_way(view.state))


def _on_its_way(state: State) -> str:
    """What is told of a part that is behind the claim, and not out yet."""
    if state is State.UNKNOWN:
        return "desk.unsettled"
    return "desk.accepted" if state is State.PROCESSING else "desk.being_sent"


def _refusal(wanted: Wanted, known: KnownDelivery | None) -> str | None:
    """The message id of why a post cannot be sent on a channel; None: it can."""
    rendered = wanted.rendered
    if rendered.rendition is None or any(p.severity is Severity.ERROR for p in rendered.problems):
        return "desk.has_errors"
    if known is None or known.editable:
        return None
    if known.state is State.PUBLISHED:
        return "desk.already_published"
    return _on_its_way(known.state)


def _actions(wanted: Wanted, snapshot: Snapshot, now: datetime, zone: str, *, at_once: bool) -> list[Action]:
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
