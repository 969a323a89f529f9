"""What the log has to do now or soon: the query of the wake-up, and the bookkeeping of what is over."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, exists, or_, select, text, update

from publisher.model import State
from publisher.publish_log import states
from publisher.publish_log.fencing import APPROVED
from publisher.publish_log.joins import PART, ROOT
from publisher.publish_log.store import Tx
from publisher.publish_log.tables import Utc, accounts, among, deliveries, holds, parts
from publisher.publish_log.withdrawals import none_of


def candidates(tx: Tx, horizon: datetime) -> Sequence[Row[Any]]:
    """All parts that may be worked on until `horizon` (aware, UTC): looks first, then followers, then roots.

    Roots come by due time, then by first sight. Each row says also what stands in its way:
    `approved`, `account_held`, `blocked_at`, `not_before`, `last_published_at`.
    """
    return tx.conn.execute(_CANDIDATES, {"w": tx.workspace, "now": tx.now, "horizon": horizon}).all()


def candidate(tx: Tx, delivery_id: str, number: int) -> Row[Any] | None:
    """The same row for one part, read inside the transaction that claims it."""
    return tx.conn.execute(
        _CANDIDATE, {"w": tx.workspace, "now": tx.now, "d": delivery_id, "n": number}
    ).first()


_NOW = bindparam("now", type_=Utc())


def _select() -> Select[Any]:
    return (
        select(
            parts.c.delivery_id,
            parts.c.number,
            parts.c.state,
            parts.c.account,
            parts.c.staged_at,
            parts.c.good_until,
            parts.c.retry_at,
            parts.c.media_hash,
            deliveries.c.platform,
            deliveries.c.channel,
            deliveries.c.due_at,
            deliveries.c.due_wall,
            deliveries.c.due_zone,
            deliveries.c.due_why,
            deliveries.c.publish_after,
            deliveries.c.publish_before,
            deliveries.c.grace,
            deliveries.c.spacing,
            deliveries.c.daily_quota,
            deliveries.c.urgent,
            deliveries.c.broken,
            deliveries.c.held_at,
            accounts.c.blocked_at,
            accounts.c.not_before,
            accounts.c.last_published_at,
            APPROVED.label("approved"),
            exists()
            .where(
                holds.c.workspace_id == bindparam("w"),
                holds.c.released_at.is_(None),
                or_(holds.c.until.is_(None), holds.c.until > _NOW),
                or_(holds.c.scope == "all", holds.c.scope == parts.c.account),
            )
            .label("account_held"),
        )
        .join(deliveries, PART)
        .outerjoin(
            accounts,
            and_(accounts.c.workspace_id == parts.c.workspace_id, accounts.c.account == parts.c.account),
        )
        .where(parts.c.workspace_id == bindparam("w"), text("parts." + among(states.OPEN)))
    )


def _may_follow() -> Any:
    """The part before is live and is to stay so."""
    previous = parts.alias("previous")
    live = exists().where(
        previous.c.workspace_id == parts.c.workspace_id,
        previous.c.delivery_id == parts.c.delivery_id,
        previous.c.number == parts.c.number - 1,
        previous.c.state == State.PUBLISHED,
    )
    return and_(live, none_of(parts.c.workspace_id, parts.c.delivery_id))


@dataclass(frozen=True, slots=True)
class NextPart:
    """The first part of a delivery that is not live, and from when on it may be worked on."""

    delivery_id: str
    number: int
    job: str
    at: datetime | None


def next_part(tx: Tx, delivery_id: str) -> NextPart | None:
    """What to do next for one delivery; None: it is complete, or waits for somebody else."""
    row = tx.conn.execute(
        select(parts.c.number, parts.c.state, parts.c.retry_at, parts.c.look_at)
        .where(
            parts.c.workspace_id == tx.workspace,
            parts.c.delivery_id == delivery_id,
            parts.c.state != State.PUBLISHED,
        )
        .order_by(parts.c.number)
        .limit(1)
    ).first()
    if row is None:
        return None
    if row.state == State.WAITING:
        return NextPart(delivery_id, row.number, "deliver", row.retry_at)
    if row.state in (State.UNKNOWN, State.PROCESSING) and row.look_at is not None:
        return NextPart(delivery_id, row.number, "look", row.look_at)
    return None


def in_work(tx: Tx, delivery_id: str) -> bool:
    """Whether somebody has claimed a part of a delivery, or has a call for it on the wire."""
    busy = (State.PREPARING, State.DELIVERING, State.COMMITTING)
    found = tx.conn.execute(
        select(parts.c.number)
        .where(
            parts.c.workspace_id == tx.workspace,
            parts.c.delivery_id == delivery_id,
            parts.c.state.in_(busy),
        )
        .limit(1)
    ).first()
    return found is not None


def follower_soon(tx: Tx, until: datetime) -> bool:
    """Whether a part behind a live one may be claimed by `until`."""
    found = tx.conn.execute(
        select(parts.c.number)
        .where(
            parts.c.workspace_id == tx.workspace,
            text("parts." + among(states.OPEN)),
            parts.c.state == State.WAITING,
            parts.c.number > 1,
            or_(parts.c.retry_at.is_(None), parts.c.retry_at <= until),
            _may_follow(),
        )
        .limit(1)
    ).first()
    return found is not None


_CANDIDATE = _select().where(parts.c.delivery_id == bindparam("d"), parts.c.number == bindparam("n"))
_CANDIDATES = (
    _select()
    .where(
        or_(
            and_(parts.c.state.in_([State.UNKNOWN, State.PROCESSING]), parts.c.look_at <= _NOW),
            and_(
                parts.c.state == State.WAITING,
                or_(parts.c.retry_at.is_(None), parts.c.retry_at <= _NOW),
                or_(
                    and_(parts.c.number == 1, deliveries.c.due_at <= bindparam("horizon", type_=Utc())),
                    and_(parts.c.number > 1, _may_follow()),
                ),
            ),
        )
    )
    .order_by(
        parts.c.state == State.WAITING,
        parts.c.number == 1,
        deliveries.c.due_at,
        deliveries.c.sequence,
        parts.c.number,
    )
)


def move_root(
    tx: Tx,
    delivery_id: str,
    old: State,
    new: State,
    reason: str | None,
    *,
    kind: str = "state",
    words: str | None = None,
    values: Mapping[str, Any] | None = None,
    **columns: Any,
) -> bool:
    """Change the state of a root that nobody has claimed; False: it is not in `old` any more."""
    states.require(old, new, 1)
    return move_part(tx, delivery_id, 1, old, new, reason, kind=kind, words=words, values=values, **columns)


def move_part(
    tx: Tx,
    delivery_id: str,
    number: int,
    old: State,
    new: State,
    reason: str | None,
    *,
    kind: str = "state",
    words: str | None = None,
    values: Mapping[str, Any] | None = None,
    **columns: Any,
) -> bool:
    """Change the state of an unclaimed part; False: it is not in `old` any more, or somebody has it."""
    states.require(old, new, number)
    columns.setdefault("needs_person", new in (State.FAILED, State.MISSED))
    done = tx.conn.execute(
        update(parts)
        .where(
            parts.c.workspace_id == tx.workspace,
            parts.c.delivery_id == delivery_id,
            parts.c.number == number,
            parts.c.state == str(old),
            parts.c.claim_token.is_(None),
        )
        .values(
            state=str(new),
            since=tx.now,
            reason=reason,
            reason_values=json.dumps(dict(values)) if values else None,
            reason_words=words,
            **columns,
        )
    )
    if done.rowcount != 1:
        return False
    tx.event(delivery_id, kind, part=number, old=old, new=new, reason=reason, words=words)
    return True


def release_expired(tx: Tx) -> int:
    """Holds on single deliveries whose end has come: back to waiting."""
    rows = tx.conn.execute(
        select(deliveries.c.delivery_id, parts.c.state)
        .join(parts, ROOT)
        .where(
            deliveries.c.workspace_id == tx.workspace,
            deliveries.c.held_at.is_not(None),
            deliveries.c.held_until <= tx.now,
        )
    ).all()
    for row in rows:
        unhold(tx, row.delivery_id)
        if row.state == State.HELD:
            move_root(tx, row.delivery_id, State.HELD, State.WAITING, "log.hold_over")
    return len(rows)


def unhold(tx: Tx, delivery_id: str) -> None:
    """Forget a delivery's own hold."""
    tx.conn.execute(
        update(deliveries)
        .where(deliveries.c.workspace_id == tx.workspace, deliveries.c.delivery_id == delivery_id)
        .values(held_at=None, held_until=None, held_by=None, held_reason=None, held_values=None)
    )


def hold_root(tx: Tx, delivery_id: str, reason: str, values: Mapping[str, Any]) -> None:
    """Keep a waiting root back until a person has looked: the machine's own hold, with its reason."""
    if move_root(tx, delivery_id, State.WAITING, State.HELD, reason, values=values):
        tx.conn.execute(
            update(deliveries)
            .where(deliveries.c.workspace_id == tx.workspace, deliveries.c.delivery_id == delivery_id)
            .values(
                held_at=tx.now,
                held_until=None,
                held_by=tx.actor,
                held_reason=reason,
                held_values=json.dumps(dict(values), sort_keys=True),
            )
        )


def held_past_grace(tx: Tx) -> Sequence[Any]:
    """Held roots that are due already: their grace may be over."""
    return tx.conn.execute(
        select(
            deliveries.c.delivery_id,
            deliveries.c.due_at,
            deliveries.c.due_wall,
            deliveries.c.due_zone,
            deliveries.c.due_why,
            deliveries.c.grace,
            deliveries.c.publish_before,
        )
        .join(parts, ROOT)
        .where(
            deliveries.c.workspace_id == tx.workspace,
            parts.c.state == State.HELD,
            deliveries.c.due_at <= tx.now,
        )
    ).all()
