"""The SQL of booking: what planning needs of the log, and the rows that a plan becomes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, insert, select, text, update

from connectors.contract import Rendition, canonical
from publisher.errors import LogBusyError
from publisher.model import Action, Due, DueWhy, Sight, State
from publisher.publish_log import agenda, states
from publisher.publish_log.claims import NO_CHECKPOINT
from publisher.publish_log.fencing import approved
from publisher.publish_log.marks import media_mark, text_mark
from publisher.publish_log.store import Tx, new_id
from publisher.publish_log.tables import deliveries, logs, parts, posts, renditions, slots

AT_ONCE = 5_000
"""Posts whose deliveries one statement asks for: below what any database takes as parameters."""


def known_posts(tx: Tx) -> list[Any]:
    """Every post the log has seen, in order of first sight; `booked`: on how many accounts."""
    booked = (
        select(func.count(deliveries.c.account.distinct()))
        .where(deliveries.c.workspace_id == posts.c.workspace_id, deliveries.c.post_id == posts.c.post_id)
        .scalar_subquery()
    )
    query = select(
        posts.c.post_id,
        posts.c.path,
        posts.c.digest,
        posts.c.sequence,
        posts.c.accounts,
        posts.c.adopted_at.is_not(None).label("adopted"),
        posts.c.vanished_at,
        booked.label("booked"),
        posts.c.title,
        posts.c.own_id,
        posts.c.edited_at,
        posts.c.skipped,
    )
    query = query.where(posts.c.workspace_id == tx.workspace).order_by(posts.c.sequence)
    return list(tx.conn.execute(query).all())


def open_posts(tx: Tx) -> set[str]:
    """Ids of the posts with a root that is not published: the others are as they will stay."""
    query = (
        select(deliveries.c.post_id)
        .join(parts, _ROOT)
        .where(parts.c.workspace_id == tx.workspace, parts.c.state != text("'published'"))
    )
    return set(tx.conn.scalars(query).all())


_ROOT = and_(
    parts.c.workspace_id == deliveries.c.workspace_id,
    parts.c.delivery_id == deliveries.c.delivery_id,
    parts.c.number == text("1"),
)
"""Literal, as in ix_parts_unpublished: of a parameter no planner knows that the index holds it."""


def known_deliveries(tx: Tx, post_ids: Sequence[str]) -> Iterator[Any]:
    """The deliveries of some posts, with the state of their root."""
    for start in range(0, len(post_ids), AT_ONCE):
        yield from _deliveries_of(tx, post_ids[start : start + AT_ONCE])


def _deliveries_of(tx: Tx, post_ids: Sequence[str]) -> Iterable[Any]:
    query = (
        select(
            deliveries.c.delivery_id,
            deliveries.c.post_id,
            deliveries.c.account,
            deliveries.c.placement,
            deliveries.c.fingerprint,
            deliveries.c.due_at,
            deliveries.c.due_wall,
            deliveries.c.due_zone,
            deliveries.c.due_why,
            deliveries.c.publish_after,
            deliveries.c.publish_before,
            deliveries.c.grace,
            deliveries.c.urgent,
            deliveries.c.broken,
            deliveries.c.held_at,
            deliveries.c.held_reason,
            approved(deliveries.c.fingerprint, deliveries.c.approval).label("approved"),
            parts.c.state,
            parts.c.claim_token,
            parts.c.published_at,
        )
        .join(parts, _ROOT)
        .where(deliveries.c.workspace_id == tx.workspace, deliveries.c.post_id.in_(post_ids))
    )
    return tx.conn.execute(query)


def due_of(row: Any) -> Due:
    """The due of a delivery's row."""
    return Due(row.due_at, datetime.fromisoformat(row.due_wall), row.due_zone, DueWhy(row.due_why))


def seen_since(tx: Tx, sequence: int) -> set[str]:
    """Ids of the posts that came behind a place in the order of first sight; nobody adds one until we end."""
    tx.conn.execute(select(logs.c.sequence).where(logs.c.workspace_id == tx.workspace).with_for_update())
    rows = tx.conn.execute(
        select(posts.c.post_id).where(posts.c.workspace_id == tx.workspace, posts.c.sequence > sequence)
    )
    return {row.post_id for row in rows}


def _is_there(tx: Tx, post_id: str) -> bool:
    this = and_(posts.c.workspace_id == tx.workspace, posts.c.post_id == post_id)
    return tx.conn.execute(select(posts.c.post_id).where(this)).first() is not None


def see(tx: Tx, sight: Sight) -> None:
    """Note a post as it is seen now; a new one takes the next place in the order of first sight."""
    if sight.new and not _is_there(tx, sight.post_id):
        sequence = tx.conn.execute(
            update(logs)
            .where(logs.c.workspace_id == tx.workspace)
            .values(sequence=logs.c.sequence + 1)
            .returning(logs.c.sequence)
        ).scalar_one()
        tx.conn.execute(
            insert(posts).values(
                workspace_id=tx.workspace,
                post_id=sight.post_id,
                path=sight.path,
                digest=sight.digest,
                title=sight.title,
                author=sight.author,
                sequence=sequence,
                accounts=json.dumps(sight.accounts),
                skipped=_skipped(sight),
                first_seen_at=tx.now,
                adopted_at=tx.now if sight.adopted else None,
            )
        )
        return
    tx.conn.execute(
        update(posts)
        .where(posts.c.workspace_id == tx.workspace, posts.c.post_id == sight.post_id)
        .values(
            path=sight.path,
            digest=sight.digest,
            vanished_at=None,
            own_id=sight.own_id,
            **(({} if sight.where_only else _whole(sight)) | ({"edited_at": tx.now} if sight.late else {})),
        )
    )


def _whole(sight: Sight) -> dict[str, Any]:
    return {
        "title": sight.title,
        "author": sight.author,
        "accounts": json.dumps(sight.accounts),
        "skipped": _skipped(sight),
        "edited_at": None,
        **({} if sight.adopted else {"adopted_at": None}),
    }


def _skipped(sight: Sight) -> str | None:
    return json.dumps(sight.skipped) if sight.skipped else None


def vanish(tx: Tx, post_id: str) -> None:
    """Note since when a post's file is gone."""
    tx.conn.execute(
        update(posts)
        .where(
            posts.c.workspace_id == tx.workspace, posts.c.post_id == post_id, posts.c.vanished_at.is_(None)
        )
        .values(vanished_at=tx.now)
    )


def insert_delivery(tx: Tx, action: Action) -> str | None:
    """A new delivery with all its parts; None: it is there already."""
    if action.rendition is None or action.due is None or action.state is None:
        raise ValueError(f"not bookable: {action!r}")
    account = action.channel.account
    there = tx.conn.execute(
        select(deliveries.c.delivery_id).where(
            deliveries.c.workspace_id == tx.workspace,
            deliveries.c.post_id == action.post_id,
            deliveries.c.account == account,
            deliveries.c.placement == action.placement,
            deliveries.c.edition == 1,
        )
    ).first()
    if there is not None:
        return None
    _refuse_second_placement(tx, action)
    keep_rendition(tx, action.rendition)
    delivery_id = new_id()
    held = action.state is State.HELD
    sequence = tx.conn.execute(
        select(posts.c.sequence).where(
            posts.c.workspace_id == tx.workspace, posts.c.post_id == action.post_id
        )
    ).scalar_one()
    tx.conn.execute(
        insert(deliveries).values(
            workspace_id=tx.workspace,
            delivery_id=delivery_id,
            post_id=action.post_id,
            channel=action.channel.label,
            platform=action.channel.platform,
            account=account,
            placement=action.placement,
            edition=1,
            sequence=sequence,
            held_at=tx.now if held else None,
            held_by=tx.actor if held else None,
            held_reason=action.reason if held else None,
            held_values=_values(action) if held else None,
            created_at=tx.now,
            **_terms(action),
        )
    )
    insert_parts(tx, delivery_id, action.rendition, action.state, action)
    take_slot(tx, delivery_id, account, action.due)
    tx.event(
        delivery_id,
        "booked",
        new=action.state,
        reason=action.reason,
        post=action.post_id,
        path=action.path,
        channel=action.channel.label,
        account=account,
        fingerprint=action.rendition.fingerprint,
        due=action.due.at.isoformat(),
        why=str(action.due.why),
    )
    return delivery_id


def _refuse_second_placement(tx: Tx, action: Action) -> None:
    """Of a post only one placement may go out on an account.

    Raises:
        LogBusyError: another one stands there, perhaps claimed since this was planned.
    """
    other = tx.conn.execute(
        select(deliveries.c.delivery_id)
        .join(parts, _ROOT)
        .where(
            deliveries.c.workspace_id == tx.workspace,
            deliveries.c.post_id == action.post_id,
            deliveries.c.account == action.channel.account,
            deliveries.c.placement != action.placement,
            parts.c.state != State.CANCELLED,
        )
    ).first()
    if other is not None:
        raise LogBusyError("log.raced", words=other.delivery_id)


def _terms(action: Action) -> dict[str, Any]:
    """The columns that an edit of the file or of schedule.yaml may change."""
    if action.rendition is None or action.due is None:
        raise ValueError(f"not bookable: {action!r}")
    return {
        "fingerprint": action.rendition.fingerprint,
        "approval": action.channel.approval,
        "urgent": action.urgent,
        "due_at": action.due.at,
        "due_wall": action.due.wall.isoformat(),
        "due_zone": action.due.zone,
        "due_why": str(action.due.why),
        "publish_after": action.publish_after,
        "publish_before": action.publish_before,
        "grace": action.grace.total_seconds(),
        "spacing": action.channel.spacing.total_seconds(),
        "daily_quota": action.channel.quota,
        "broken": None,
    }


def keep_rendition(tx: Tx, rendition: Rendition) -> None:
    """Store a rendition under its fingerprint, once."""
    there = tx.conn.execute(
        select(renditions.c.fingerprint).where(
            renditions.c.workspace_id == tx.workspace, renditions.c.fingerprint == rendition.fingerprint
        )
    ).first()
    if there is None:
        tx.conn.execute(
            insert(renditions).values(
                workspace_id=tx.workspace,
                fingerprint=rendition.fingerprint,
                body=canonical(rendition.to_json()).decode(),
                created_at=tx.now,
            )
        )


def insert_parts(tx: Tx, delivery_id: str, rendition: Rendition, state: State, action: Action) -> None:
    """The parts of a delivery: the root in `state` for the action's reason, the followers waiting."""
    tx.conn.execute(
        insert(parts),
        [
            {
                "workspace_id": tx.workspace,
                "delivery_id": delivery_id,
                "number": number,
                "kind": str(part.kind),
                "account": rendition.account,
                "state": str(state if number == 1 else State.WAITING),
                "since": tx.now,
                "text_hash": text_mark(part),
                "media_hash": media_mark(part),
                "reason": action.reason if number == 1 else None,
                "reason_values": _values(action) if number == 1 else None,
                "needs_person": number == 1 and state is State.MISSED,
            }
            for number, part in enumerate(rendition.parts, 1)
        ],
    )


def _values(action: Action) -> str | None:
    """What fills the action's reason, as JSON."""
    return json.dumps(dict(action.values)) if action.values else None


def edit_delivery(tx: Tx, action: Action) -> bool:
    """Give an untouched delivery a new text, time or terms; False: a worker has it or it went out."""
    root = _root(tx, action)
    if not _untouched(root):
        return False
    before = tx.conn.execute(
        select(deliveries.c.fingerprint, deliveries.c.due_at, deliveries.c.held_reason).where(
            _delivery(tx, action)
        )
    ).one()
    if root.state == State.HELD:
        if action.state is State.WAITING and _ends(before.held_reason, action):
            agenda.unhold(tx, str(action.delivery_id))
        else:
            # Perhaps since it was planned: an edit never ends a person's hold.
            action = replace(action, state=State.HELD)
    held_anew = root.state != State.HELD and action.state is State.HELD
    if root.state == State.CANCELLED:
        _refuse_second_placement(tx, action)
    if held_anew:
        action = replace(action, state=State.WAITING)
    if action.rendition is None or action.due is None or action.state is None:
        raise ValueError(f"not bookable: {action!r}")
    if action.state is not State(root.state):
        states.require(State(root.state), action.state, 1)
    keep_rendition(tx, action.rendition)
    tx.conn.execute(update(deliveries).where(_delivery(tx, action)).values(**_terms(action)))
    if before.fingerprint != action.rendition.fingerprint:
        tx.conn.execute(
            delete(parts).where(
                parts.c.workspace_id == tx.workspace, parts.c.delivery_id == action.delivery_id
            )
        )
        insert_parts(tx, str(action.delivery_id), action.rendition, action.state, action)
    else:
        tx.conn.execute(
            update(parts)
            .where(
                parts.c.workspace_id == tx.workspace,
                parts.c.delivery_id == action.delivery_id,
                parts.c.number == 1,
            )
            .values(
                state=str(action.state),
                since=tx.now,
                reason=action.reason,
                reason_values=_values(action),
                retry_at=None,
                needs_person=False,
                **(NO_CHECKPOINT if action.state is not State(root.state) else {}),
            )
        )
    free_slots(tx, str(action.delivery_id))
    take_slot(tx, str(action.delivery_id), action.channel.account, action.due)
    tx.event(
        str(action.delivery_id),
        str(action.kind),
        part=1,
        old=root.state,
        new=action.state,
        reason=action.reason,
        fingerprint=action.rendition.fingerprint,
        due=action.due.at.isoformat(),
        was_due=before.due_at.isoformat(),
        was=before.fingerprint,
    )
    if held_anew:
        _hold(tx, action)
    return True


def _ends(held_for: str | None, action: Action) -> bool:
    """Whether an edit took away what it was held for at booking; people end their own holds."""
    return held_for is not None and action.values.get("held_for") == held_for


def _hold(tx: Tx, action: Action) -> None:
    """What came back or was edited is to wait for a person's word."""
    held = {"held_at": tx.now, "held_by": tx.actor, "held_reason": action.reason}
    tx.conn.execute(
        update(deliveries).where(_delivery(tx, action)).values(**held, held_values=_values(action))
    )
    agenda.move_root(tx, str(action.delivery_id), State.WAITING, State.HELD, action.reason)


_EDITABLE = frozenset({State.WAITING, State.HELD, State.MISSED, State.FAILED, State.CANCELLED})


def break_delivery(tx: Tx, action: Action) -> bool:
    """The file cannot be published as it stands now: its delivery waits for the next edit.

    Not where a worker has it or its root is live: no later edit mends that, and its followers would stop.
    """
    if not _untouched(_root(tx, action)):
        return False
    done = tx.conn.execute(
        update(deliveries)
        .where(_delivery(tx, action), deliveries.c.broken.is_distinct_from(action.reason))
        .values(broken=action.reason)
    )
    if done.rowcount == 1:
        tx.event(str(action.delivery_id), "broken", reason=action.reason, **dict(action.values))
    return done.rowcount == 1


def cancel_delivery(tx: Tx, action: Action) -> bool:
    """The file is gone: a root that nobody has claimed is cancelled and its slot is free."""
    root = _root(tx, action)
    if root is None or root.claim_token is not None:
        return False
    old = State(root.state)
    if State.CANCELLED not in states.LEGAL[old]:
        return False
    tx.conn.execute(
        update(parts)
        .where(
            parts.c.workspace_id == tx.workspace,
            parts.c.delivery_id == action.delivery_id,
            parts.c.number == 1,
            parts.c.claim_token.is_(None),
        )
        .values(state=str(State.CANCELLED), since=tx.now, reason=action.reason, reason_values=_values(action))
    )
    free_slots(tx, str(action.delivery_id))
    tx.event(str(action.delivery_id), "cancel", part=1, old=old, new=State.CANCELLED, reason=action.reason)
    return True


def take_slot(tx: Tx, delivery_id: str, account: str, due: Due) -> None:
    """Reserve a slot of an account; other times take none.

    Raises:
        IntegrityError: another delivery that may still go out has it.
    """
    if due.why is DueWhy.SLOT:
        given_up = select(parts.c.delivery_id).where(
            parts.c.workspace_id == tx.workspace, parts.c.number == 1, parts.c.state.in_(_NO_PLACE)
        )
        this = and_(slots.c.workspace_id == tx.workspace, slots.c.account == account, slots.c.at == due.at)
        tx.conn.execute(delete(slots).where(this, slots.c.delivery_id.in_(given_up)))
        tx.conn.execute(
            insert(slots).values(
                workspace_id=tx.workspace, account=account, at=due.at, delivery_id=delivery_id
            )
        )


_NO_PLACE = (State.CANCELLED, State.MISSED, State.FAILED)
"""Roots in these states keep no time from others."""


def give_up_slots(tx: Tx, action: Action) -> None:
    """Before slots change hands: what will be moved gives its own back, unless a worker has it meanwhile."""
    if _untouched(_root(tx, action)):
        free_slots(tx, str(action.delivery_id))


def free_slots(tx: Tx, delivery_id: str) -> None:
    """Give back what the delivery had reserved."""
    tx.conn.execute(
        delete(slots).where(slots.c.workspace_id == tx.workspace, slots.c.delivery_id == delivery_id)
    )


def taken_times(tx: Tx, since: datetime) -> list[Any]:
    """(post id, account, due, published) of roots that went out, are under way, or are due since then."""
    return list(
        tx.conn.execute(
            select(deliveries.c.post_id, deliveries.c.account, deliveries.c.due_at, parts.c.published_at)
            .join(
                parts,
                and_(
                    parts.c.workspace_id == deliveries.c.workspace_id,
                    parts.c.delivery_id == deliveries.c.delivery_id,
                    parts.c.number == 1,
                ),
            )
            .where(
                deliveries.c.workspace_id == tx.workspace,
                deliveries.c.due_at >= since - timedelta(days=2),
                parts.c.state.not_in(_NO_PLACE),
            )
        )
    )


def _root(tx: Tx, action: Action) -> Any:
    """The root as it stands, locked: on PostgreSQL a claim could otherwise come between look and write."""
    return tx.conn.execute(
        select(parts.c.state, parts.c.claim_token)
        .where(
            parts.c.workspace_id == tx.workspace,
            parts.c.delivery_id == action.delivery_id,
            parts.c.number == 1,
        )
        .with_for_update()
    ).first()


def _untouched(root: Any) -> bool:
    """Whether nobody has the root, and it is not out or under way: an edit of the file still counts."""
    return root is not None and root.claim_token is None and State(root.state) in _EDITABLE


def _delivery(tx: Tx, action: Action) -> Any:
    return and_(deliveries.c.workspace_id == tx.workspace, deliveries.c.delivery_id == action.delivery_id)
