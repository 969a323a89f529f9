"""The fence: the durable mark before a commit, as one conditional UPDATE."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Update,
    and_,
    bindparam,
    exists,
    literal_column,
    or_,
    select,
    update,
)

from publisher.model import State
from publisher.publish_log import looking, states
from publisher.publish_log.claims import THIS, Work, bound, key_of
from publisher.publish_log.store import Tx
from publisher.publish_log.tables import (
    Utc,
    accounts,
    deliveries,
    holds,
    logs,
    parts,
)
from publisher.publish_log.withdrawals import none_of

APPROVED: ColumnElement[bool] = literal_column(looking.APPROVED, Boolean)
"""Condition on a delivery: it may go as far as people's approval goes."""


def fence(tx: Tx, work: Work, budget: float, files: Sequence[str] = ()) -> int | None:
    """The durable mark before a commit, as one conditional UPDATE.

    True only if the claim is ours and outlasts the call's budget, the delivery still stands for this
    fingerprint, nobody takes it down, no hold and no block stands in the way, and (for a root) the times and
    approvals allow it.

    Args:
        budget: seconds the commit call may take.
        files: sha256 of what is sent, for whoever asks later.

    Returns:
        The fence number; None if any of it does not hold.
    """
    states.require(State.DELIVERING, State.COMMITTING, work.number)
    number = tx.conn.execute(_NEXT_FENCE, {"w": tx.workspace}).scalar_one()
    statement = _fence_statement(root=work.is_root, urgent=work.urgent, boot=tx.boot is not None)
    done = tx.conn.execute(
        statement,
        {
            **key_of(tx, work.delivery_id, work.number),
            "token": work.token,
            "on_account": work.account,
            "fingerprint": work.rendition.fingerprint,
            "now": tx.now,
            "call_over": tx.log_time + budget,
            "boot": tx.boot,
            "v_since": tx.now,
            "v_fence": number,
            "v_fenced_at": tx.now,
            "v_deadline": tx.log_time + budget,
        },
    )
    if done.rowcount != 1:
        return None
    told: dict[str, Any] = {"fence": number, "fingerprint": work.rendition.fingerprint}
    if files:
        told["files"] = list(files)
    tx.event(work.delivery_id, "state", part=work.number, old=State.DELIVERING, new=State.COMMITTING, **told)
    return int(number)


_NEXT_FENCE = (
    update(logs)
    .where(logs.c.workspace_id == bindparam("w"))
    .values(fence=logs.c.fence + 1)
    .returning(logs.c.fence)
)


@cache
def _fence_statement(*, root: bool, urgent: bool, boot: bool) -> Update:
    now = bindparam("now", type_=Utc())
    conditions: list[ColumnElement[bool]] = [
        THIS,
        parts.c.state == str(State.DELIVERING),
        parts.c.claim_token == bindparam("token"),
        parts.c.lease_until > bindparam("call_over"),
        exists().where(_may_go(now, root=root, urgent=urgent)),
        ~exists().where(
            accounts.c.workspace_id == bindparam("w"),
            accounts.c.account == bindparam("on_account"),
            accounts.c.blocked_at.is_not(None),
        ),
    ]
    if boot:
        conditions.append(parts.c.boot_id == bindparam("boot"))
    if not urgent:
        conditions.append(
            ~exists().where(
                holds.c.workspace_id == bindparam("w"),
                holds.c.released_at.is_(None),
                or_(holds.c.until.is_(None), holds.c.until > now),
                or_(holds.c.scope == "all", holds.c.scope == bindparam("on_account")),
            )
        )
    return (
        update(parts)
        .where(*conditions)
        .values(
            state=str(State.COMMITTING),
            attempts=parts.c.attempts + 1,
            looks=0,
            needs_person=False,
            reason=None,
            reason_code=None,
            reason_words=None,
            **bound("since", "fence", "fenced_at", "deadline"),
        )
    )


def _may_go(now: Any, *, root: bool, urgent: bool) -> ColumnElement[bool]:
    """The delivery still stands for what was claimed, and its times and approvals allow it."""
    clauses = [
        deliveries.c.workspace_id == bindparam("w"),
        deliveries.c.delivery_id == bindparam("d"),
        deliveries.c.fingerprint == bindparam("fingerprint"),
        deliveries.c.broken.is_(None),
        APPROVED,
        none_of(bindparam("w"), bindparam("d")),
    ]
    if not urgent:
        clauses.append(deliveries.c.held_at.is_(None))
    if root:
        clauses += [
            or_(deliveries.c.publish_after.is_(None), deliveries.c.publish_after <= now),
            or_(deliveries.c.publish_before.is_(None), deliveries.c.publish_before > now),
        ]
    return and_(*clauses)


def active_hold(tx: Tx) -> ColumnElement[bool]:
    """A hold on everything or on an account that stands now."""
    return and_(
        holds.c.workspace_id == tx.workspace,
        holds.c.released_at.is_(None),
        or_(holds.c.until.is_(None), holds.c.until > tx.now),
    )


def lock_fences(tx: Tx) -> None:
    """No fence passes until this transaction ends, so that the next one hears what a person decides in it."""
    tx.conn.execute(select(logs.c.fence).where(logs.c.workspace_id == tx.workspace).with_for_update())
