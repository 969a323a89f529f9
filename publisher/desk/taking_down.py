"""Takes a post down where it is live, and keeps it back where it is still to come."""

from __future__ import annotations

from threading import Event

from publisher.desk.workplace import Workplace
from publisher.model import State
from publisher.publish_log import deciding, withdrawals
from publisher.views import Decided, DeliveryView


def withdraw(
    place: Workplace,
    post: str,
    *,
    channel: str | None = None,
    reason: str | None = None,
    by_hand: bool = False,
) -> list[Decided]:
    """Take a post down where it is live, and keep it back where it is still to come.

    Args:
        by_hand: a person took it down where the program cannot.
    """
    done = []
    for delivery in place.booked(post, channel):
        if not delivery.parts_live:
            held = delivery.state in (State.WAITING, State.PREPARING, State.HELD)
            if held:
                with place.writing().write(place.actor) as tx:
                    deciding.hold_delivery(tx, delivery.delivery_id, delivery.state, None, reason)
            done.append(place.decided(delivery, held, "desk.kept_back" if held else "desk.not_live"))
        elif delivery.withdrawal == withdrawals.REMOVED:
            done.append(place.decided(delivery, True, "desk.withdrawn_before"))
        elif by_hand:
            with place.writing().write(place.actor) as tx:
                for part in delivery.live:
                    withdrawals.ask(tx, delivery.delivery_id, part.number, reason)
                    withdrawals.settle(tx, delivery.delivery_id, part.number, withdrawals.REMOVED)
            done.append(place.decided(delivery, True, "desk.withdrawn"))
        else:
            done.append(_take_down(place, delivery, reason))
    return done


def _take_down(place: Workplace, delivery: DeliveryView, reason: str | None) -> Decided:
    from publisher.withdrawing import take_down

    with place.delivering(Event()) as (_, deliverer):
        found = take_down(deliverer, delivery, place.actor, reason)
    messages = {
        withdrawals.REMOVED: "desk.withdrawn",
        withdrawals.BY_HAND: "desk.withdraw_by_hand",
        withdrawals.ASKED: "desk.withdraw_again",
    }
    removed = found.outcome == withdrawals.REMOVED
    return place.decided(delivery, removed, messages[found.outcome], words=found.words)
