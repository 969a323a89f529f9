"""What was taken down again: rows linked to published parts, which themselves never change."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, insert, select, update

from publisher.publish_log.store import Tx
from publisher.publish_log.tables import withdrawals

ASKED, REMOVED, BY_HAND = "asked", "removed", "by_hand"
"""Asked of the platform, gone there, or left to a person because the platform has no call for it."""


def none_of(workspace: Any, delivery: Any) -> ColumnElement[bool]:
    """Condition: nobody wants a delivery taken down. What is left of one that is never goes out.

    Args:
        workspace, delivery: columns or bound values that name it.
    """
    return ~exists().where(withdrawals.c.workspace_id == workspace, withdrawals.c.delivery_id == delivery)


def ask(tx: Tx, delivery_id: str, number: int, reason: str | None) -> None:
    """Note that a part shall go, before the platform is asked; asking again keeps the first row."""
    if _row(tx, delivery_id, number) is not None:
        return
    tx.conn.execute(
        insert(withdrawals).values(
            workspace_id=tx.workspace,
            delivery_id=delivery_id,
            number=number,
            asked_at=tx.now,
            asked_by=tx.actor,
            reason=reason,
            outcome=ASKED,
        )
    )
    tx.event(delivery_id, "withdraw", part=number, reason=reason)


def settle(tx: Tx, delivery_id: str, number: int, outcome: str, words: str | None = None) -> None:
    """What came of it; a part that is gone stays gone in the log."""
    this = _this(tx, delivery_id, number)
    values = {"outcome": outcome, "words": words, "removed_at": tx.now if outcome == REMOVED else None}
    done = tx.conn.execute(update(withdrawals).where(this, withdrawals.c.outcome != REMOVED).values(values))
    if done.rowcount:
        tx.event(delivery_id, f"withdraw_{outcome}", part=number, words=words)


def outcomes(tx: Tx, delivery_id: str) -> dict[int, str]:
    """Number of a part → what came of its withdrawal; parts nobody asked about are missing."""
    rows = tx.conn.execute(
        select(withdrawals.c.number, withdrawals.c.outcome).where(
            withdrawals.c.workspace_id == tx.workspace, withdrawals.c.delivery_id == delivery_id
        )
    )
    return {row.number: row.outcome for row in rows}


def left(tx: Tx) -> dict[str, tuple[str, str | None]]:
    """Deliveries of which something shall go and is not gone: what came of asking, the platform's words.

    Of several parts that one counts which only a person can take down.
    """
    rows = tx.conn.execute(
        select(withdrawals.c.delivery_id, withdrawals.c.outcome, withdrawals.c.words)
        .where(withdrawals.c.workspace_id == tx.workspace, withdrawals.c.outcome != REMOVED)
        .order_by(withdrawals.c.outcome == BY_HAND)
    )
    return {row.delivery_id: (row.outcome, row.words) for row in rows}


def _row(tx: Tx, delivery_id: str, number: int) -> Any:
    return tx.conn.execute(select(withdrawals).where(_this(tx, delivery_id, number))).first()


def _this(tx: Tx, delivery_id: str, number: int) -> ColumnElement[bool]:
    return and_(
        withdrawals.c.workspace_id == tx.workspace,
        withdrawals.c.delivery_id == delivery_id,
        withdrawals.c.number == number,
    )
