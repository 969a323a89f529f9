"""Writes a plan into the log, in one idempotent transaction; the only writer of posts and deliveries."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.exc import IntegrityError

from publisher.errors import LogBusyError
from publisher.model import Action, ActionKind, Plan
from publisher.publish_log import booking, sighting
from publisher.publish_log.store import Store, Tx


def book(store: Store, plan: Plan, actor: str) -> list[str]:
    """Do what the plan says, as far as the log still stands as it was planned on.

    Returns:
        The ids of the deliveries that were made or changed. Booking the same plan again changes nothing.

    Raises:
        LogBusyError: the log cannot be written now, or another process booked at the same time.
    """
    try:
        return _book(store, plan, actor)
    except IntegrityError as error:
        # Another process booked in between, on the same log; the next pass plans on what stands now.
        raise LogBusyError("log.raced", words=str(error.orig)) from error


def _book(store: Store, plan: Plan, actor: str) -> list[str]:
    touched: list[str] = []
    with store.write(actor) as tx:
        _refuse_stale(tx, plan)
        for sight in plan.sights:
            sighting.see(tx, sight)
        for post_id in plan.vanished:
            sighting.vanish(tx, post_id)
        # Slots are unique: those that are given up must be free before others take them.
        for action in _moving_first(plan.changes):
            booking.give_up_slots(tx, action)
        # And of a post only one placement stands on an account: the former one goes before the new one comes.
        for action in sorted(plan.changes, key=lambda each: each.kind is not ActionKind.CANCEL):
            delivery_id = _apply(tx, action)
            if delivery_id is not None:
                touched.append(delivery_id)
    return touched


def _refuse_stale(tx: Tx, plan: Plan) -> None:
    """Two processes that see a new file at once give it an id each: the second must plan on what is booked.

    The same holds for two new files with the same words: the twin of the second was not there yet.
    """
    new = {sight.post_id for sight in plan.sights if sight.new}
    if plan.last_seen is not None and new:
        others = sighting.seen_since(tx, plan.last_seen) - new
        if others:
            raise LogBusyError("log.raced", words=", ".join(sorted(others)))


def _moving_first(actions: Iterable[Action]) -> list[Action]:
    kinds = (ActionKind.CHANGE, ActionKind.MOVE, ActionKind.REVIVE)
    return [action for action in actions if action.kind in kinds]


def _apply(tx: Tx, action: Action) -> str | None:
    """One action; gives the delivery's id if anything changed."""
    match action.kind:
        case ActionKind.BOOK:
            return booking.insert_delivery(tx, action)
        case ActionKind.CHANGE | ActionKind.MOVE | ActionKind.REVIVE:
            return action.delivery_id if booking.edit_delivery(tx, action) else None
        case ActionKind.BREAK:
            return action.delivery_id if booking.break_delivery(tx, action) else None
        case ActionKind.CANCEL:
            return action.delivery_id if booking.cancel_delivery(tx, action) else None
        case _:
            return None
