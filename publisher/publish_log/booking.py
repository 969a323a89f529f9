"""The rows that a plan becomes: deliveries with their parts, and what edits make of them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, delete, insert, select, update

from connectors.contract import Rendition, canonical
from publisher.errors import LogBusyError
from publisher.model import EDITABLE, Action, State
from publisher.publish_log import agenda, slotting, states
from publisher.publish_log.claims import NO_CHECKPOINT
from publisher.publish_log.joins import ROOT
from publisher.publish_log.marks import media_mark, text_mark
from publisher.publish_log.store import Tx, new_id
from publisher.publish_log.tables import deliveries, parts, posts, renditions


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
    slotting.take_slot(tx, delivery_id, account, action.due)
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
        .join(parts, ROOT)
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
                **(_ANEW if action.state is not State(root.state) else {}),
            )
        )
    slotting.free_slots(tx, str(action.delivery_id))
    slotting.take_slot(tx, str(action.delivery_id), action.channel.account, action.due)
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


_ANEW = {**NO_CHECKPOINT, "failures": 0, "reason_code": None, "reason_words": None}
"""Of a part that begins once more: what went wrong before is told by its attempts."""


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
    slotting.free_slots(tx, str(action.delivery_id))
    tx.event(str(action.delivery_id), "cancel", part=1, old=old, new=State.CANCELLED, reason=action.reason)
    return True


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
    return root is not None and root.claim_token is None and State(root.state) in EDITABLE


def _delivery(tx: Tx, action: Action) -> Any:
    return and_(deliveries.c.workspace_id == tx.workspace, deliveries.c.delivery_id == action.delivery_id)


def give_up_slots(tx: Tx, action: Action) -> None:
    """Before slots change hands: what will be moved gives its own back, unless a worker has it meanwhile."""
    if _untouched(_root(tx, action)):
        slotting.free_slots(tx, str(action.delivery_id))
