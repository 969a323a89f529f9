"""Stops a post, a channel or everything, and lets it go on."""

from __future__ import annotations

from datetime import datetime

from publisher.desk.workplace import Workplace
from publisher.publish_log import deciding
from publisher.views import Decided


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
        with place.writing().write(place.actor) as tx:
            held = deciding.hold_delivery(tx, delivery.delivery_id, delivery.state, until, reason)
        done.append(place.decided(delivery, held, "desk.held" if held else "desk.under_way"))
    return done


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
