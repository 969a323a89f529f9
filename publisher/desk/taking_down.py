"""Takes a post down where it is live, and keeps it back where it is still to come."""

from __future__ import annotations

from shlex import quote
from threading import Event

from publisher.desk.holding import GOING, past_stopping
from publisher.desk.workplace import Workplace
from publisher.model import State
from publisher.publish_log import deciding, fencing, reading, withdrawals
from publisher.publish_log.store import Tx
from publisher.texts import t
from publisher.views import Decided, DeliveryView

_TO_COME = frozenset({State.WAITING, State.PREPARING, State.DELIVERING, State.HELD})
_MAY_BE_LIVE = GOING | {State.UNKNOWN}


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
    booked = place.booked(post, channel)
    return [_withdrawn(place, each.delivery_id, reason, by_hand=by_hand) for each in booked]


def _withdrawn(place: Workplace, delivery_id: str, reason: str | None, *, by_hand: bool) -> Decided:
    with place.writing().write(place.actor) as tx:
        fencing.lock_fences(tx)  # no call goes out for it while this is decided, and none after
        [delivery] = reading.deliveries_where(tx, reading.with_ids([delivery_id]))
        if delivery.live:
            _let_none_follow(tx, delivery, reason)
        elif delivery.state in _TO_COME | _MAY_BE_LIVE:
            deciding.hold_delivery(tx, delivery_id, delivery.state, None, reason)
        outcomes = withdrawals.outcomes(tx, delivery_id)
        left = [part.number for part in delivery.live if outcomes[part.number] != withdrawals.REMOVED]
        if by_hand:
            for number in left:
                withdrawals.settle(tx, delivery_id, number, withdrawals.REMOVED)
    if not delivery.live:
        return _kept_back(place, delivery)
    if not left:
        return place.decided(delivery, True, "desk.withdrawn_before")
    return place.decided(delivery, True, "desk.withdrawn") if by_hand else _take_down(place, delivery, reason)


def _let_none_follow(tx: Tx, delivery: DeliveryView, reason: str | None) -> None:
    """What is live shall go; what is not live is left at that."""
    for part in delivery.live:
        withdrawals.ask(tx, delivery.delivery_id, part.number, reason)
    for part in delivery.parts:
        deciding.let_go(tx, delivery.delivery_id, part.number)


def _kept_back(place: Workplace, delivery: DeliveryView) -> Decided:
    if delivery.state is State.HANDED_OVER:
        typed = _typed("resolve", delivery, "--failed")
        return place.decided(delivery, False, "desk.withdraw_handed_over", command=typed)
    if delivery.state not in _TO_COME | _MAY_BE_LIVE:
        return place.decided(delivery, False, "desk.not_live")
    why_not = past_stopping(delivery)
    return place.decided(delivery, why_not is None, why_not or "desk.kept_back")


def _take_down(place: Workplace, delivery: DeliveryView, reason: str | None) -> Decided:
    from publisher.withdrawing import take_down

    with place.delivering(Event()) as (_, deliverer):
        found = take_down(deliverer, delivery, place.actor, reason)
    if found.outcome == withdrawals.REMOVED and any(part.state in _MAY_BE_LIVE for part in delivery.parts):
        return place.decided(delivery, False, "desk.withdraw_again", words=t("desk.under_way"))
    messages = {
        withdrawals.REMOVED: "desk.withdrawn",
        withdrawals.BY_HAND: "desk.withdraw_by_hand",
        withdrawals.ASKED: "desk.withdraw_again",
    }
    removed = found.outcome == withdrawals.REMOVED
    typed = _typed("withdraw", delivery, "--by-hand")
    return place.decided(delivery, removed, messages[found.outcome], words=found.words, command=typed)


def _typed(verb: str, delivery: DeliveryView, option: str) -> str:
    """The command that records what a person did."""
    return " ".join(map(quote, ("publisher", verb, delivery.path, "--channel", delivery.channel, option)))
