"""What people decide, as rows: approvals, holds, and the settling of what no machine can know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert, update

from connectors.contract import Receipt
from publisher.model import State
from publisher.publish_log import agenda, fencing, records
from publisher.publish_log.store import Tx
from publisher.publish_log.tables import approvals, deliveries, holds, parts


def decide(tx: Tx, fingerprint: str, decision: str, note: str | None, subject: str) -> None:
    """A yes or no to exactly one rendition; the last one counts."""
    fencing.lock_fences(tx)
    tx.conn.execute(
        insert(approvals).values(
            workspace_id=tx.workspace,
            fingerprint=fingerprint,
            actor=tx.actor,
            at=tx.now,
            note=note,
            decision=decision,
        )
    )
    tx.event(subject, decision, reason=note, fingerprint=fingerprint)


def hold_scope(tx: Tx, scope: str, until: datetime | None, reason: str | None) -> None:
    """Stop everything, or one account."""
    fencing.lock_fences(tx)
    tx.conn.execute(
        insert(holds).values(
            workspace_id=tx.workspace, scope=scope, actor=tx.actor, at=tx.now, until=until, reason=reason
        )
    )
    tx.event(scope, "hold", reason=reason, until=until.isoformat() if until else None)


def release_scope(tx: Tx, scope: str) -> bool:
    """End the holds on everything, or on one account; False: there was none."""
    done = tx.conn.execute(
        update(holds)
        .where(holds.c.workspace_id == tx.workspace, holds.c.scope == scope, holds.c.released_at.is_(None))
        .values(released_at=tx.now)
    )
    if done.rowcount:
        tx.event(scope, "release")
    return done.rowcount > 0


def hold_delivery(tx: Tx, delivery_id: str, state: State, until: datetime | None, reason: str | None) -> bool:
    """Stop one delivery: a waiting root is held; what is under way, and parts to come, stop at the fence.

    Returns:
        False: there is no such delivery.
    """
    fencing.lock_fences(tx)
    moved = state is State.WAITING and agenda.move_root(
        tx, delivery_id, State.WAITING, State.HELD, "log.held", words=reason
    )
    done = tx.conn.execute(
        update(deliveries)
        .where(deliveries.c.workspace_id == tx.workspace, deliveries.c.delivery_id == delivery_id)
        .values(held_at=tx.now, held_until=until, held_by=tx.actor, held_reason=None, held_values=None)
    )
    if not moved:
        tx.event(delivery_id, "hold", reason=reason)
    return done.rowcount == 1


def release_delivery(tx: Tx, delivery_id: str, state: State) -> bool:
    """Let a held delivery go on."""
    agenda.unhold(tx, delivery_id)
    if state is State.HELD:
        return agenda.move_root(tx, delivery_id, State.HELD, State.WAITING, "log.released", retry_at=None)
    tx.event(delivery_id, "release")
    return True


def record_by_hand(tx: Tx, delivery_id: str, number: int, old: State, account: str, receipt: Receipt) -> bool:
    """A person found the part live.

    Raises:
        IntegrityError: the id already belongs to another part of this account.
    """
    if not agenda.move_part(
        tx,
        delivery_id,
        number,
        old,
        State.PUBLISHED,
        "log.by_hand",
        platform_id=receipt.platform_id,
        url=receipt.url,
        published_at=receipt.at,
        look_at=None,
        needs_person=False,
    ):
        return False
    records.insert_receipt(tx, delivery_id, number, account, receipt)
    return True


def record_handed_over(
    tx: Tx, delivery_id: str, numbers: Sequence[int], account: str, receipt: Receipt
) -> bool:
    """A person published what was handed over: the root, and with it what hangs on it.

    The parts behind the root have no address of their own; their receipts name the root's.

    Raises:
        IntegrityError: the id already belongs to another part of this account.
    """
    if not record_by_hand(tx, delivery_id, 1, State.HANDED_OVER, account, receipt):
        return False
    for number in numbers:
        if number > 1:
            below = replace(receipt, platform_id=f"{receipt.platform_id}#{number}")
            record_by_hand(tx, delivery_id, number, State.WAITING, account, below)
    return True


def give_up(tx: Tx, delivery_id: str, number: int) -> bool:
    """A person says of an unknown part that it is not live and shall not be."""
    return agenda.move_part(
        tx, delivery_id, number, State.UNKNOWN, State.FAILED, "log.by_hand", look_at=None, needs_person=False
    )


def let_go(tx: Tx, delivery_id: str, number: int) -> bool:
    """A person knows of a failed or missed part and leaves it at that."""
    done = tx.conn.execute(
        update(parts)
        .where(
            parts.c.workspace_id == tx.workspace,
            parts.c.delivery_id == delivery_id,
            parts.c.number == number,
            parts.c.needs_person,
        )
        .values(needs_person=False)
    )
    if done.rowcount:
        tx.event(delivery_id, "let_go", part=number)
    return done.rowcount > 0


def again(tx: Tx, delivery_id: str, number: int, old: State) -> bool:
    """A failed part behind a live root is tried again."""
    return agenda.move_part(
        tx, delivery_id, number, old, State.WAITING, "log.again", retry_at=None, look_at=None, failures=0
    )
