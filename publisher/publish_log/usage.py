"""What accounts and apps have used of their quotas and budgets."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal

from connectors.contract import account_key
from publisher.model import Use
from publisher.publish_log.looking import Look, instant

NOBODY: tuple[str, int] = ("", 0)
"""A delivery id and the number of a part that there is not."""


def quota_used(look: Look, account: str, since: datetime, but: tuple[str, int] = NOBODY) -> list[Use]:
    """What the account used or reserved of its quotas since a moment, oldest first.

    Args:
        but: delivery id and number of a part that asks for its place; one it kept from an earlier try,
            which broke off, is its own.
    """
    rows = look.rows(
        """SELECT at, units, account FROM quota_uses
        WHERE workspace_id = :w AND account = :account AND at > :since
            AND NOT (delivery_id = :delivery AND number = :number) ORDER BY at""",
        w=look.workspace,
        account=account,
        since=since,
        delivery=but[0],
        number=but[1],
    )
    return [_use(*row) for row in rows]


def quota_used_by_app(
    look: Look, platform: str, app: str, since: datetime, but: tuple[str, int] = NOBODY
) -> list[Use]:
    """The same of all accounts of this workspace that the app spoke for."""
    rows = look.rows(
        """SELECT at, units, account FROM quota_uses
        WHERE workspace_id = :w AND app = :app AND at > :since
            AND NOT (delivery_id = :delivery AND number = :number) ORDER BY at""",
        w=look.workspace,
        app=account_key(platform, app),
        since=since,
        delivery=but[0],
        number=but[1],
    )
    return [_use(*row) for row in rows]


def _use(at: object, units: str | None, account: str) -> Use:
    return Use(instant(at), json.loads(units) if units else {}, account)


def parts_of_app(look: Look, platform: str, app: str, since: datetime) -> int:
    """How many parts an app was used for since a moment."""
    [(count,)] = look.rows(
        "SELECT count(*) FROM quota_uses WHERE workspace_id = :w AND app = :app AND at > :since",
        w=look.workspace,
        app=account_key(platform, app),
        since=since,
    )
    return int(count)


def roots_used(look: Look, account: str, since: datetime, but: str = "") -> int:
    """How many posts (not parts) of the account were counted since a moment, but for the one that asks."""
    [(count,)] = look.rows(
        """SELECT count(*) FROM quota_uses
        WHERE workspace_id = :w AND account = :account AND number = 1 AND at >= :since
            AND delivery_id <> :delivery""",
        w=look.workspace,
        account=account,
        since=since,
        delivery=but,
    )
    return int(count)


def spent(look: Look, account: str, since: datetime, but: str = "") -> Decimal:
    """What the account's parts cost since a moment, in US dollars; also of those that are under way.

    Args:
        but: the delivery that asks.
    """
    rows = look.rows(
        """SELECT usd FROM quota_uses
        WHERE workspace_id = :w AND account = :account AND usd IS NOT NULL AND at >= :since
            AND delivery_id <> :delivery""",
        w=look.workspace,
        account=account,
        since=since,
        delivery=but,
    )
    return sum((Decimal(usd) for (usd,) in rows), start=Decimal(0))
