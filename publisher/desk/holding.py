"""Stops a post, a channel or everything, and lets it go on."""

from __future__ import annotations

from datetime import datetime

from publisher.desk.workplace import Workplace
from publisher.model import State
from publisher.publish_log import deciding
from publisher.views import Decided, DeliveryView

GOING = frozenset({State.COMMITTING, State.PROCESSING})
"""The call has been made."""


def hold(
    place: Workplace,
    post: str | None,
    *,
    channel: str | None = None,
    everything: bool = False,
    until: datetime | None = None,
    reason: str | None = None,
) -> list[Decided]:
    """Stop a post, a channel or everything, until `until` or until released."""
    if post is None:
        with place.writing().write(place.actor) as tx:
            deciding.hold_scope(tx, _scope(place, channel, everything=everything), until, reason)
        return []
    done = []
    for delivery in place.booked(post, channel):
        if past_stopping(delivery) in (None, "desk.under_way", "desk.unsettled"):  # it may come back
            with place.writing().write(place.actor) as tx:
                deciding.hold_delivery(tx, delivery.delivery_id, delivery.state, until, reason)
        now = place.as_it_stands(delivery)
        why_not = past_stopping(now)
        done.append(place.decided(now, why_not is None, why_not or "desk.held"))
    return done


def past_stopping(delivery: DeliveryView) -> str | None:
    """The message id of why a hold does not stop what is next of a delivery; None: it does."""
    following = next((part for part in delivery.parts if part.state is not State.PUBLISHED), None)
    if following is None:
        return "desk.already_published"
    if following.state is State.HANDED_OVER:
        return "desk.handed_over"
    if following.state in GOING or (following.state is State.DELIVERING and delivery.urgent):
        return "desk.under_way"
    return "desk.unsettled" if following.state is State.UNKNOWN else None


def release(
    place: Workplace, post: str | None, *, channel: str | None = None, everything: bool = False
) -> list[Decided]:
    """Let what was held go on."""
    if post is None:
        with place.writing().write(place.actor) as tx:
            deciding.release_scope(tx, _scope(place, channel, everything=everything))
        return []
    done = []
    for delivery in place.booked(post, channel):
        held = delivery.held_by is not None
        if held:
            with place.writing().write(place.actor) as tx:
                held = deciding.release_delivery(tx, delivery.delivery_id, delivery.state)
        done.append(place.decided(delivery, held, "desk.released" if held else "desk.not_held"))
    return done


def _scope(place: Workplace, channel: str | None, *, everything: bool) -> str:
    if everything or channel is None:
        return "all"
    return place.workspace.channel(channel).account
