"""What stands in an account's way, and what it has used of its quotas."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Update,
    bindparam,
    delete,
    exists,
    or_,
    select,
    update,
)

from connectors import registry
from connectors.contract import account_key
from publisher.publish_log.claims import Work
from publisher.publish_log.store import Tx
from publisher.publish_log.tables import (
    Utc,
    accounts,
    parts,
    quota_uses,
)
from publisher.token_facts import TokenFacts


def touch_account(tx: Tx, account: str, **columns: Any) -> None:
    """Change the account's row, making it at first need."""
    values = {f"v_{name}": value for name, value in columns.items()}
    values |= {"w": tx.workspace, "on_account": account}
    statement = _touch(tuple(sorted(columns)))
    if tx.conn.execute(statement, values).rowcount == 0:
        _make_account(tx, account)
        tx.conn.execute(statement, values)


def _make_account(tx: Tx, account: str) -> None:
    """The account's bare row; two processes may need it for the first time at once, and neither fails."""
    statement = _insert(tx.conn.dialect.name)(accounts).on_conflict_do_nothing()
    tx.conn.execute(statement, {"workspace_id": tx.workspace, "account": account})


def block(tx: Tx, account: str, code: str, words: str) -> None:
    """The account's posts wait for a person. Said again while it stands, it is no news."""
    query = select(accounts.c.blocked_at, accounts.c.blocked_code).where(
        accounts.c.workspace_id == tx.workspace, accounts.c.account == account
    )
    now = tx.conn.execute(query).first()
    since = now.blocked_at if now is not None else None
    if now is not None and since is not None and now.blocked_code == code:
        return
    touch_account(tx, account, blocked_at=since or tx.now, blocked_code=code, blocked_words=words)
    tx.event(account, "blocked", reason=code, words=words)


def unblock(tx: Tx, account: str) -> None:
    """A person has connected it again."""
    touch_account(tx, account, blocked_at=None, blocked_code=None, blocked_words=None)
    tx.event(account, "unblocked")


def token_of(tx: Tx, account: str) -> TokenFacts:
    """What is known of the account's credentials."""
    query = select(accounts.c.token).where(
        accounts.c.workspace_id == tx.workspace, accounts.c.account == account
    )
    return TokenFacts.from_json(tx.conn.execute(query).scalar())


def note_token(tx: Tx, account: str, facts: TokenFacts) -> None:
    """Keep what is known of them now."""
    touch_account(tx, account, token=facts.to_json())


def note_last(tx: Tx, account: str, at: datetime) -> None:
    """When the account last published; what is found late is older than what went out since."""
    values = {"w": tx.workspace, "on_account": account, "v_last_published_at": at}
    if tx.conn.execute(_LAST, values).rowcount == 0:
        _make_account(tx, account)
        tx.conn.execute(_LAST, values)


@cache
def _touch(columns: tuple[str, ...]) -> Update:
    values = {name: bindparam(f"v_{name}", type_=accounts.c[name].type) for name in columns}
    return (
        update(accounts)
        .where(accounts.c.workspace_id == bindparam("w"), accounts.c.account == bindparam("on_account"))
        .values(values)
    )


_LAST = _touch(("last_published_at",)).where(
    or_(
        accounts.c.last_published_at.is_(None),
        accounts.c.last_published_at < bindparam("v_last_published_at", type_=Utc()),
    )
)


def lock_account(tx: Tx, account: str) -> None:
    """Lock the account against other claims until the transaction ends (SQLite: the whole log is already)."""
    query = (
        select(accounts.c.account)
        .where(accounts.c.workspace_id == tx.workspace, accounts.c.account == account)
        .with_for_update()
    )
    if tx.conn.execute(query).first() is None:
        _make_account(tx, account)
        tx.conn.execute(query)


def lock_app(tx: Tx, platform: str, app: str) -> None:
    """The same for all accounts that an app speaks for: it has quotas that they share."""
    lock_account(tx, account_key(platform, f"*{app}"))


def reserve_quota(tx: Tx, work: Work, app: str = "") -> None:
    """Count this part against its account, and the app that speaks for it, from now.

    In the claim's transaction.
    """
    room = registry.room(work.rendition.platform)
    units, price = room.cost(work.part), room.price(work.part)
    values = {
        "workspace_id": tx.workspace,
        "account": work.account,
        "app": account_key(work.rendition.platform, app),
        "delivery_id": work.delivery_id,
        "number": work.number,
        "at": tx.now,
        "units": json.dumps(dict(units), sort_keys=True) if units else None,
        "usd": str(price.usd) if price is not None else None,
    }
    tx.conn.execute(_reserve(tx.conn.dialect.name), values)


def _insert(dialect: str) -> Any:
    """The dialect's own insert, which knows what to do about a row that is there already."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert
    from sqlalchemy.dialects import sqlite

    return sqlite.insert


@cache
def _reserve(dialect: str) -> Any:
    """Insert, or move the part's own reservation of an earlier claim to now."""
    statement = _insert(dialect)(quota_uses)
    return statement.on_conflict_do_update(
        index_elements=[quota_uses.c.workspace_id, quota_uses.c.delivery_id, quota_uses.c.number],
        set_={name: statement.excluded[name] for name in ("app", "at", "units", "usd")},
    )


def give_back_quota(tx: Tx, work: Work) -> None:
    """Nothing was sent after all. Only while the part is ours: whoever took it over counts it anew."""
    tx.conn.execute(
        delete(quota_uses).where(
            quota_uses.c.workspace_id == tx.workspace,
            quota_uses.c.delivery_id == work.delivery_id,
            quota_uses.c.number == work.number,
            exists().where(
                parts.c.workspace_id == quota_uses.c.workspace_id,
                parts.c.delivery_id == quota_uses.c.delivery_id,
                parts.c.number == quota_uses.c.number,
                parts.c.claim_token == work.token,
            ),
        )
    )
