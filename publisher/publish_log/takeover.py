"""Claims whose holder is gone are taken over: before the fence back to waiting, behind it to unknown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, and_, or_, select, text, update

from publisher.model import State
from publisher.publish_log import states
from publisher.publish_log.claims import NO_CLAIM
from publisher.publish_log.store import Store, Tx
from publisher.publish_log.tables import among, deliveries, parts

SettleOf = Callable[[str], timedelta]


def take_over(store: Store, gone: Callable[[str], bool], settle_of: SettleOf) -> int:
    """Free all claims whose holder cannot use them any more; gives how many.

    Args:
        gone: whether an owner's process has ended.
        settle_of: platform → how long after its fence a call may still take effect: budget and settling.
    """
    with store.read() as tx:
        rows = tx.conn.execute(
            select(parts, deliveries.c.platform)
            .join(
                deliveries,
                and_(
                    deliveries.c.workspace_id == parts.c.workspace_id,
                    deliveries.c.delivery_id == parts.c.delivery_id,
                ),
            )
            .where(
                parts.c.workspace_id == tx.workspace,
                text("parts." + among(states.OPEN)),
                or_(parts.c.claim_token.is_not(None), parts.c.state == State.COMMITTING),
            )
        ).all()
    dead = {owner: gone(owner) for owner in {row.owner_id for row in rows if row.owner_id}}
    taken = 0
    for row in rows:
        with store.write("daemon") as tx:
            taken += _free(tx, row, gone=dead.get(row.owner_id, True), settle=settle_of(row.platform))
    return taken


def _free(tx: Tx, row: Row[Any], *, gone: bool, settle: timedelta) -> bool:
    """Free one claim, if it still stands as it was read."""
    state = State(row.state)
    rebooted = tx.boot is not None and row.boot_id != tx.boot
    lease_over = rebooted or (row.lease_until is not None and row.lease_until <= tx.log_time)
    if state in states.CLAIMED and (lease_over or gone):
        return _move(tx, row, State.WAITING, "log.taken_over")
    if state is State.COMMITTING and gone:
        # A free flock means a dead process, whose sockets the kernel has closed. A free advisory lock
        # may also mean a living process that lost its database: its door still obeys the deadline.
        silent = tx.boot is not None or tx.log_time > row.deadline
        if silent and tx.now > row.fenced_at + settle:
            return _move(tx, row, State.UNKNOWN, "log.outcome_unknown", look_at=tx.now, looks=0)
    if state in (State.PROCESSING, State.UNKNOWN) and (lease_over or gone):
        return _update(tx, row, **NO_CLAIM)
    return False


def _move(tx: Tx, row: Row[Any], new: State, reason: str, **columns: Any) -> bool:
    states.require(State(row.state), new, row.number)
    if not _update(tx, row, state=str(new), since=tx.now, reason=reason, **NO_CLAIM, **columns):
        return False
    tx.event(
        row.delivery_id,
        "taken_over",
        part=row.number,
        old=row.state,
        new=new,
        reason=reason,
        owner=row.owner_id,
    )
    return True


def _update(tx: Tx, row: Row[Any], **columns: Any) -> bool:
    done = tx.conn.execute(
        update(parts)
        .where(
            parts.c.workspace_id == tx.workspace,
            parts.c.delivery_id == row.delivery_id,
            parts.c.number == row.number,
            parts.c.state == row.state,
            parts.c.claim_token == row.claim_token,
            # A living holder may have renewed it since it was read.
            parts.c.lease_until.is_not_distinct_from(row.lease_until),
        )
        .values(**columns)
    )
    return done.rowcount == 1
