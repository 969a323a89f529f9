"""Writes a plan into the log, in one idempotent transaction; the only writer of posts and deliveries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import cache

from sqlalchemy.exc import IntegrityError

from publisher.errors import LogBusyError
from publisher.identify import KnownPost
from publisher.model import Action, ActionKind, Plan, State
from publisher.plan import KnownDelivery, Snapshot
from publisher.publish_log import booking, overview, sighting
from publisher.publish_log.store import Store, Tx


def snapshot(tx: Tx) -> Snapshot:
    """What planning needs of the log: every post, and the deliveries of those that are not settled.

    After some years nearly all are settled: published wherever they were to go and could, which is final.
    """
    open_posts = overview.open_posts(tx)
    accounts_of = cache(_accounts)
    posts: dict[str, KnownPost] = {}
    unsettled: list[str] = []
    for row in overview.known_posts(tx):
        post_id, path, digest, sequence, listed, adopted, gone_at, booked, _, own_id, edited_at, left_out = (
            row
        )
        accounts = accounts_of(listed)
        skipped = accounts_of(left_out) if left_out else ()
        is_open = post_id in open_posts
        settled = booked >= len(accounts) - len(skipped) and not is_open and bool(booked or not accounts)
        posts[post_id] = KnownPost(
            post_id,
            path,
            digest,
            sequence,
            accounts,
            bool(adopted),
            gone_at,
            settled,
            own_id,
            edited_at,
            skipped,
        )
        if is_open or (booked and not settled):
            unsettled.append(post_id)
    return Snapshot(posts, _deliveries(tx, unsettled))


def with_whole(tx: Tx, known: Snapshot, post_ids: Iterable[str]) -> Snapshot:
    """The snapshot with the deliveries of some more posts, settled or not."""
    settled = [post for i in post_ids if (post := known.posts.get(i)) is not None and post.settled]
    if not settled:
        return known
    return Snapshot(
        {**known.posts, **{post.post_id: post._replace(settled=False) for post in settled}},
        {**known.deliveries, **_deliveries(tx, [post.post_id for post in settled])},
    )


def _accounts(listed: str) -> tuple[str, ...]:
    return tuple(json.loads(listed))


def _deliveries(tx: Tx, post_ids: Sequence[str]) -> dict[tuple[str, str, str], KnownDelivery]:
    return {
        (row.post_id, row.account, row.placement): KnownDelivery(
            delivery_id=row.delivery_id,
            post_id=row.post_id,
            account=row.account,
            placement=row.placement,
            fingerprint=row.fingerprint,
            state=State(row.state),
            claimed=row.claim_token is not None,
            due=overview.due_of(row),
            publish_after=row.publish_after,
            publish_before=row.publish_before,
            grace=timedelta(seconds=row.grace),
            urgent=row.urgent,
            broken=row.broken,
            approved=bool(row.approved),
            held=row.held_at is not None,
            held_for=row.held_reason,
        )
        for row in overview.known_deliveries(tx, post_ids)
    }


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
        others = overview.seen_since(tx, plan.last_seen) - new
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
