"""May this part be worked on now? Asks the table of precedence, the account's state and its quotas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row

from connectors import registry
from connectors.contract import Account, Json, Quota
from publisher import budget, quota
from publisher.model import Due, DueWhy, State, Use
from publisher.publish_log import account_state, agenda, claims, usage
from publisher.publish_log.store import Tx
from publisher.schedule import Case, Gates, Outcome, QuietTimes, Verdict, decide

_NO_BUDGETS: Mapping[str, Decimal] = MappingProxyType({})
_NO_ACCOUNTS: Mapping[str, Account] = MappingProxyType({})
_FAR = 500
"""Posts left of an app's quota above which its accounts need not wait for each other: never are as many
on their way at once."""
_INCLUSIVE = timedelta(microseconds=1)
"""The log is asked for what came after a moment; a day begins with its first one."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether a part may be claimed; if not, why, and when to ask again (None: when something changes)."""

    go: bool
    until: datetime | None = None
    reason: str | None = None
    values: Mapping[str, Json] = field(default_factory=dict)
    hold: bool = False
    """It waits for a person, not for a time."""


def verdict(row: Row[Any], quiet: QuietTimes, now: datetime) -> Verdict:
    """The table's word on a root, as `agenda.candidates` gives it."""
    return decide(
        Case(
            due=due_of(row),
            grace=timedelta(seconds=row.grace),
            gates=Gates(
                broken=row.broken is not None,
                approved=bool(row.approved),
                held=row.held_at is not None or bool(row.account_held),
            ),
            urgent=row.urgent,
            publish_after=row.publish_after,
            publish_before=row.publish_before,
            last=row.last_published_at,
            spacing=timedelta(seconds=row.spacing),
        ),
        quiet,
        now,
    )


def held_verdict(row: Row[Any], quiet: QuietTimes, now: datetime) -> Verdict:
    """The table's word on a held root, as `agenda.held_past_grace` gives it."""
    case = Case(
        due=due_of(row),
        grace=timedelta(seconds=row.grace),
        gates=Gates(held=True),
        publish_before=row.publish_before,
    )
    return decide(case, quiet, now)


def due_of(row: Row[Any]) -> Due:
    """The due of a delivery's row."""
    return Due(row.due_at, datetime.fromisoformat(row.due_wall), row.due_zone, DueWhy(row.due_why))


def may_stage(row: Row[Any], now: datetime) -> bool:
    """Whether a root should be staged ahead of its time: it has media, none staged, and nobody objects."""
    lead = registry.room(row.platform).limits.lead
    return (
        row.media_hash is not None
        and row.staged_at is None
        and row.due_at - lead <= now < row.due_at
        and bool(row.approved)
        and row.broken is None
        and row.held_at is None
        and (row.urgent or not row.account_held)
        and row.blocked_at is None
        and (row.not_before is None or row.not_before <= now)
    )


def opening(
    tx: Tx,
    delivery_id: str,
    number: int,
    quiet: QuietTimes,
    accounts: Mapping[str, Account] = _NO_ACCOUNTS,
    budgets: Mapping[str, Decimal] = _NO_BUDGETS,
) -> Opening:
    """Ask everything in the transaction that claims: state, table, account, quotas, budget.

    Args:
        accounts: those of schedule.yaml, by key.
        budgets: US dollars a month, by account key.
    """
    row = agenda.candidate(tx, delivery_id, number)
    if row is None or row.state != State.WAITING:
        return Opening(go=False)
    if tx.boot is None:
        # PostgreSQL: others may claim on this account meanwhile; SQLite's write lock is ours already.
        account_state.lock_account(tx, row.account)
        row = agenda.candidate(tx, delivery_id, number)
        if row is None or row.state != State.WAITING:
            return Opening(go=False)
    if row.blocked_at is not None:
        return Opening(go=False, reason="log.account_blocked")
    if row.not_before is not None and row.not_before > tx.now:
        return Opening(go=False, until=row.not_before, reason="log.rate_limited")
    if row.number == 1:
        said = verdict(row, quiet, tx.now)
        if said.outcome is not Outcome.GO:
            return Opening(go=False, until=said.at, reason=said.reason, values=said.values)
    account = accounts.get(row.account) or Account(row.account, "")
    within = _within_quotas(tx, row, account, quiet.zone)
    if within.go and row.number == 1 and row.account in budgets:
        return _within_budget(tx, row, budgets[row.account], quiet.zone)
    return within


def _within_budget(tx: Tx, row: Row[Any], limit: Decimal, zone: str) -> Opening:
    """All parts of a post at once: a thread that has begun goes on."""
    needed = budget.cost_of(claims.rendition_of(tx, row.delivery_id))
    spent = usage.spent(tx, row.account, budget.month_start(tx.now, zone), but=row.delivery_id)
    if budget.allows(spent, needed, limit):
        return Opening(go=True)
    values: dict[str, Json] = {"spent": str(spent), "budget": str(limit), "needed": str(needed)}
    return Opening(go=False, reason="log.budget", values=values, hold=True)


def _within_quotas(tx: Tx, row: Row[Any], account: Account, zone: str) -> Opening:
    """Room in every quota of the platform, and in the office's own posts per day."""
    room = registry.room(row.platform)
    quotas = room.quotas(account.settings)
    if quotas:
        use = Use(tx.now, room.cost(claims.part_of(tx, row.delivery_id, row.number)), row.account)
        for each in quotas:
            left = _left(tx, row, each, use, account.app)
            if not left.go:
                return left
    if row.daily_quota is not None and row.number == 1:
        used = usage.roots_used(tx, row.account, quota.day_start(tx.now, zone), but=row.delivery_id)
        if used >= row.daily_quota:
            return Opening(go=False, until=quota.day_end(tx.now, zone), reason="log.daily_quota")
    return Opening(go=True)


def _left(tx: Tx, row: Row[Any], each: Quota, use: Use, app: str) -> Opening:
    needed = use.of(each)
    if needed == 0:
        return Opening(go=True)
    # A day of 25 hours is longer than its window.
    since = tx.now - each.window if each.zone is None else quota.day_start(tx.now, each.zone) - _INCLUSIVE
    own = row.delivery_id, row.number
    if each.per == "app":
        if not use.units and usage.parts_of_app(tx, row.platform, app, since) + _FAR < each.count:
            return Opening(go=True)
        if tx.boot is None:
            account_state.lock_app(tx, row.platform, app)
        uses = usage.quota_used_by_app(tx, row.platform, app, since, but=own)
    else:
        uses = usage.quota_used(tx, row.account, since, but=own)
    fits, at = quota.may_use(uses, needed, each, tx.now, row.account)
    return Opening(go=True) if fits else Opening(go=False, until=at, reason="log.quota")
