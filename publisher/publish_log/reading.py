"""The log as people read it: deliveries with their parts, accounts, what needs a person."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select

from publisher.model import State
from publisher.publish_log.fencing import APPROVED, active_hold
from publisher.publish_log.joins import POST, ROOT
from publisher.publish_log.looking import in_turns
from publisher.publish_log.store import Tx
from publisher.publish_log.tables import (
    accounts,
    approvals,
    deliveries,
    events,
    holds,
    logs,
    parts,
    posts,
    withdrawals,
)
from publisher.token_facts import TokenFacts
from publisher.views import DeliveryView, PartView

BEFORE = (State.WAITING, State.PREPARING, State.HELD)
"""States in which gates still matter."""


def deliveries_where(
    tx: Tx,
    *conditions: ColumnElement[bool],
    limit: int | None = None,
    newest_first: bool = False,
) -> list[DeliveryView]:
    """Deliveries with all their parts, by due time; with a limit and `newest_first` the last ones."""
    order = deliveries.c.due_at.desc() if newest_first else deliveries.c.due_at
    rows = tx.conn.execute(
        _select(tx).where(*conditions).order_by(order, deliveries.c.delivery_id).limit(limit)
    ).all()
    ids = [row.delivery_id for row in rows]
    found = _parts(tx, ids)
    deciders = _deciders(tx, {row.fingerprint for row in rows})
    return [_view(row, found[row.delivery_id], deciders.get(row.fingerprint)) for row in rows]


def of_post(post_id: str) -> ColumnElement[bool]:
    """Condition: deliveries of a post."""
    return deliveries.c.post_id == post_id


def on_channel(label: str) -> ColumnElement[bool]:
    """Condition: deliveries of a channel."""
    return func.lower(deliveries.c.channel) == label.lower()


def in_state(state: State) -> ColumnElement[bool]:
    """Condition: the root is in a state."""
    return parts.c.state == str(state)


def due_since(at: datetime) -> ColumnElement[bool]:
    """Condition: due at or after a moment."""
    return deliveries.c.due_at >= at


def with_ids(ids: Collection[str]) -> ColumnElement[bool]:
    """Condition: these deliveries."""
    return deliveries.c.delivery_id.in_(list(ids))


def needing_person() -> ColumnElement[bool]:
    """Condition: a part asks for a person, or the machine held the delivery at booking."""
    asking = parts.alias("asking")
    return or_(
        exists().where(
            asking.c.workspace_id == deliveries.c.workspace_id,
            asking.c.delivery_id == deliveries.c.delivery_id,
            asking.c.needs_person,
        ),
        and_(parts.c.state == State.HELD, deliveries.c.held_reason.is_not(None)),
    )


def _select(tx: Tx) -> Any:
    return (
        select(
            deliveries,
            posts.c.path,
            posts.c.title,
            parts.c.state,
            parts.c.reason,
            parts.c.reason_words,
            accounts.c.blocked_at,
            accounts.c.not_before,
            APPROVED.label("approved"),
            withdrawals.c.outcome.label("withdrawal"),
            withdrawals.c.removed_at,
            withdrawals.c.asked_by.label("withdrawn_by"),
            withdrawals.c.reason.label("withdrawn_because"),
            exists()
            .where(active_hold(tx), or_(holds.c.scope == "all", holds.c.scope == deliveries.c.account))
            .label("account_held"),
        )
        .join(posts, POST)
        .join(parts, ROOT)
        .outerjoin(
            withdrawals,
            and_(
                withdrawals.c.workspace_id == deliveries.c.workspace_id,
                withdrawals.c.delivery_id == deliveries.c.delivery_id,
                withdrawals.c.number == 1,
            ),
        )
        .outerjoin(
            accounts,
            and_(
                accounts.c.workspace_id == deliveries.c.workspace_id,
                accounts.c.account == deliveries.c.account,
            ),
        )
        .where(deliveries.c.workspace_id == tx.workspace)
    )


def _parts(tx: Tx, ids: Sequence[str]) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for some in in_turns(ids):
        rows = tx.conn.execute(
            select(parts)
            .where(parts.c.workspace_id == tx.workspace, parts.c.delivery_id.in_(some))
            .order_by(parts.c.number)
        )
        for row in rows:
            found[row.delivery_id].append(row)
    return found


def _deciders(tx: Tx, fingerprints: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Fingerprint → (who decided last, `approve` or `reject`)."""
    found: dict[str, tuple[str, str]] = {}
    for some in in_turns(sorted(fingerprints)):
        rows = tx.conn.execute(
            select(approvals.c.fingerprint, approvals.c.actor, approvals.c.decision)
            .where(approvals.c.workspace_id == tx.workspace, approvals.c.fingerprint.in_(some))
            .order_by(approvals.c.approval_id)
        )
        found.update({row.fingerprint: (row.actor, row.decision) for row in rows})
    return found


def _view(row: Row[Any], own: list[Row[Any]], decided: tuple[str, str] | None) -> DeliveryView:
    state = State(row.state)
    held = row.held_at is not None
    reason, values, words, code = _why(row, own, held=held)
    return DeliveryView(
        delivery_id=row.delivery_id,
        post=row.post_id,
        path=row.path,
        title=row.title,
        channel=row.channel,
        platform=row.platform,
        account=row.account,
        placement=row.placement,
        state=state,
        due_at=row.due_at,
        due_wall=datetime.fromisoformat(row.due_wall),
        due_zone=row.due_zone,
        published_at=own[0].published_at,
        url=own[0].url,
        parts=tuple(_part(part) for part in own),
        attempts=sum(part.attempts for part in own),
        reason=reason,
        reason_values=json.loads(values) if values else {},
        words=words,
        gates=_gates(row, decided) if state in BEFORE else (),
        needs_person=any(part.needs_person for part in own)
        or (state is State.HELD and row.held_reason is not None),
        held_by=row.held_by,
        held_until=row.held_until,
        fingerprint=row.fingerprint,
        approved_by=decided[0] if decided and decided[1] == "approve" else None,
        withdrawal=row.withdrawal,
        withdrawn_at=row.removed_at,
        withdrawn_by=row.withdrawn_by,
        withdrawn_because=row.withdrawn_because,
        code=code,
        urgent=row.urgent,
    )


def _why(row: Row[Any], own: list[Row[Any]], *, held: bool) -> tuple[str | None, ...]:
    """Why it stands where it stands: message id, JSON that fills it, the platform's words and code."""
    if held and row.held_reason:
        return row.held_reason, row.held_values, None, None
    if row.broken is not None:
        return "log.gate_broken", None, None, None
    for part in own:
        if part.state != State.PUBLISHED and (part.reason or part.reason_words):
            return part.reason, part.reason_values, part.reason_words, part.reason_code
    return None, None, None, None


def _part(row: Row[Any]) -> PartView:
    return PartView(
        number=row.number,
        kind=row.kind,
        state=State(row.state),
        platform_id=row.platform_id,
        url=row.url,
        published_at=row.published_at,
        reason=row.reason,
        words=row.reason_words,
        reason_values=json.loads(row.reason_values) if row.reason_values else {},
        platform=row.account.partition(":")[0],
        code=row.reason_code,
    )


def _gates(row: Row[Any], decided: tuple[str, str] | None) -> tuple[str, ...]:
    gates = []
    if row.broken is not None:
        gates.append("log.gate_broken")
    if not row.approved:
        rejected = decided is not None and decided[1] == "reject"
        gates.append("log.gate_rejected" if rejected else "log.gate_approval")
    if row.held_at is not None:
        gates.append("log.gate_held")
    if row.account_held:
        gates.append("log.gate_account_held")
    if row.blocked_at is not None:
        gates.append("log.gate_blocked")
    return tuple(gates)


def state_counts(tx: Tx) -> dict[str, int]:
    """How many roots are in each state."""
    rows = tx.conn.execute(
        select(parts.c.state, func.count())
        .where(parts.c.workspace_id == tx.workspace, parts.c.number == 1)
        .group_by(parts.c.state)
    )
    return {row[0]: row[1] for row in rows}


def account_rows(tx: Tx) -> dict[str, Row[Any]]:
    """What is known of each account."""
    rows = tx.conn.execute(select(accounts).where(accounts.c.workspace_id == tx.workspace))
    return {row.account: row for row in rows}


def token_facts(tx: Tx) -> dict[str, TokenFacts]:
    """What is known of each account's credentials, and of the profile they speak for."""
    return {account: TokenFacts.from_json(row.token) for account, row in account_rows(tx).items()}


def held_scopes(tx: Tx) -> frozenset[str]:
    """`all` and the account keys on which a hold stands now."""
    return frozenset(row.scope for row in tx.conn.execute(select(holds.c.scope).where(active_hold(tx))))


def log_row(tx: Tx) -> Row[Any]:
    """The log's own row."""
    return tx.conn.execute(select(logs).where(logs.c.workspace_id == tx.workspace)).one()


def adopted_count(tx: Tx) -> int:
    """Posts present at the first live start for which nothing was booked."""
    return tx.conn.execute(
        select(func.count())
        .select_from(posts)
        .where(posts.c.workspace_id == tx.workspace, posts.c.adopted_at.is_not(None))
    ).scalar_one()


def fenced_owners(tx: Tx) -> dict[str, str]:
    """Account → owner of the part that is being committed there."""
    rows = tx.conn.execute(
        select(parts.c.account, parts.c.owner_id).where(
            parts.c.workspace_id == tx.workspace, parts.c.state == State.COMMITTING
        )
    )
    return {row.account: row.owner_id for row in rows if row.owner_id}


def history(tx: Tx, delivery_id: str) -> list[Row[Any]]:
    """The events of a delivery, oldest first."""
    return list(
        tx.conn.execute(
            select(events)
            .where(events.c.workspace_id == tx.workspace, events.c.subject == delivery_id)
            .order_by(events.c.sequence)
        )
    )


def author_of(tx: Tx, post_id: str) -> str | None:
    """Who wrote a post, as its file says."""
    found: str | None = tx.conn.execute(
        select(posts.c.author).where(posts.c.workspace_id == tx.workspace, posts.c.post_id == post_id)
    ).scalar()
    return found
