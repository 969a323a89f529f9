"""The rows of slots: which delivery has reserved which regular time of an account."""

from __future__ import annotations

from sqlalchemy import and_, delete, insert, select

from publisher.model import Due, DueWhy
from publisher.publish_log.overview import NO_PLACE
from publisher.publish_log.store import Tx
from publisher.publish_log.tables import parts, slots


def take_slot(tx: Tx, delivery_id: str, account: str, due: Due) -> None:
    """Reserve a slot of an account; other times take none.

    Raises:
        IntegrityError: another delivery that may still go out has it.
    """
    if due.why is DueWhy.SLOT:
        given_up = select(parts.c.delivery_id).where(
            parts.c.workspace_id == tx.workspace, parts.c.number == 1, parts.c.state.in_(NO_PLACE)
        )
        this = and_(slots.c.workspace_id == tx.workspace, slots.c.account == account, slots.c.at == due.at)
        tx.conn.execute(delete(slots).where(this, slots.c.delivery_id.in_(given_up)))
        tx.conn.execute(
            insert(slots).values(
                workspace_id=tx.workspace, account=account, at=due.at, delivery_id=delivery_id
            )
        )


def free_slots(tx: Tx, delivery_id: str) -> None:
    """Give back what the delivery had reserved."""
    tx.conn.execute(
        delete(slots).where(slots.c.workspace_id == tx.workspace, slots.c.delivery_id == delivery_id)
    )
