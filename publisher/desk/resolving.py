"""Settles what no machine can know, by what a person saw on the platform."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from connectors import registry
from connectors.contract import Receipt
from publisher import kits
from publisher.config.hosts import is_local
from publisher.desk.workplace import Workplace
from publisher.model import State
from publisher.publish_log import deciding
from publisher.views import Decided, DeliveryView


def resolve(
    place: Workplace,
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
    for delivery in place.booked(post, channel):
        open_parts = [
            p
            for p in delivery.parts
            if (part is None or p.number == part)
            and p.state in (State.UNKNOWN, State.FAILED, State.MISSED, State.HANDED_OVER)
        ]
        if not open_parts:
            done.append(place.decided(delivery, False, "desk.nothing_open"))
            continue
        number, state = open_parts[0].number, open_parts[0].state
        done.append(_settle(place, delivery, number, state, url, not_published=not_published, failed=failed))
    return done


def _settle(
    place: Workplace,
    delivery: DeliveryView,
    number: int,
    state: State,
    url: str | None,
    *,
    not_published: bool,
    failed: bool,
) -> Decided:
    store = place.writing()
    if url is not None:
        if state not in (State.UNKNOWN, State.HANDED_OVER):
            return place.decided(delivery, False, "desk.not_unknown")
        return _found_by_hand(place, delivery, number, state, url)
    with store.write(place.actor) as tx:
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
    return place.decided(delivery, done, message if done else "desk.not_unknown")


def _found_by_hand(place: Workplace, delivery: DeliveryView, number: int, state: State, url: str) -> Decided:
    room = registry.room(delivery.platform)
    platform_id = room.id_of(url, delivery.account.partition(":")[2])
    practised = place.workspace.mode != "live" and is_local(url)
    if room.is_short(url):
        return place.decided(delivery, False, "desk.short_link", url=url)
    if not platform_id or not (practised or room.is_at(url)):
        return place.decided(delivery, False, "desk.bad_url", url=url)
    receipt = Receipt(platform_id, url, place.now)
    try:
        with place.writing().write(place.actor) as tx:
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
        return place.decided(delivery, False, "desk.url_taken", url=url)
    if done and state is State.HANDED_OVER:
        kits.remove(place.workspace.state, delivery.delivery_id)
    return place.decided(delivery, done, "desk.recorded" if done else "desk.under_way", url=url)
