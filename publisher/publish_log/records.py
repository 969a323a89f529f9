"""What came of a step: receipts, attempts, and the ids that the log has given away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import (
    func,
    insert,
    select,
)

from connectors.contract import Receipt
from publisher.model import State
from publisher.publish_log.account_state import note_last
from publisher.publish_log.claims import Work, change
from publisher.publish_log.store import Tx
from publisher.publish_log.tables import (
    attempts,
    events,
    receipts,
)

_INSERT_RECEIPT = insert(receipts)
_INSERT_ATTEMPT = insert(attempts)


def record_receipt(tx: Tx, work: Work, old: State, receipt: Receipt) -> bool:
    """The part is live: state, receipt and account in one go; False: it is no longer ours.

    Raises:
        IntegrityError: the platform's id already belongs to another part of this account.
    """
    if not change(
        tx,
        work,
        old,
        State.PUBLISHED,
        details={"platform_id": receipt.platform_id, "url": receipt.url},
        platform_id=receipt.platform_id,
        url=receipt.url,
        published_at=receipt.at,
        look_at=None,
        retry_at=None,
        needs_person=False,
        reason_code=None,
        reason_words=None,
    ):
        return False
    insert_receipt(tx, work.delivery_id, work.number, work.account, receipt)
    return True


def insert_receipt(tx: Tx, delivery_id: str, number: int, account: str, receipt: Receipt) -> None:
    """The receipt's own row, and the account's last time."""
    tx.conn.execute(
        _INSERT_RECEIPT,
        {
            "workspace_id": tx.workspace,
            "account": account,
            "platform_id": receipt.platform_id,
            "delivery_id": delivery_id,
            "number": number,
            "url": receipt.url,
            "published_at": receipt.at,
            "recorded_at": tx.now,
        },
    )
    if number == 1:
        note_last(tx, account, receipt.at)


def note_attempt(
    tx: Tx,
    work: Work,
    phase: str,
    outcome: str,
    started_at: datetime,
    *,
    code: str | None = None,
    words: str | None = None,
    http_status: int | None = None,
    owner: str | None = None,
    fence: int | None = None,
) -> None:
    """One row for one try or one look."""
    tx.conn.execute(
        _INSERT_ATTEMPT,
        {
            "workspace_id": tx.workspace,
            "delivery_id": work.delivery_id,
            "number": work.number,
            "phase": phase,
            "outcome": outcome,
            "code": code,
            "words": words,
            "http_status": http_status,
            "owner_id": owner,
            "fence": fence,
            "started_at": started_at,
            "ended_at": tx.now,
        },
    )


def known_ids(tx: Tx, account: str, since: datetime) -> Collection[str]:
    """The platform ids that the account's log gave since a moment: none of them is an unsettled part's."""
    rows = tx.conn.execute(
        select(receipts.c.platform_id).where(
            receipts.c.workspace_id == tx.workspace,
            receipts.c.account == account,
            receipts.c.published_at >= since,
        )
    )
    return frozenset(row.platform_id for row in rows)


def first_fence(tx: Tx, work: Work) -> datetime | None:
    """When a call for this part may first have gone out, over all its attempts; None: never fenced.

    An attempt that counted as absent may show up at the platform later than anybody waited for it; the
    look after the next attempt must not overlook it.
    """
    first: datetime | None = tx.conn.execute(
        select(func.min(events.c.at)).where(
            events.c.workspace_id == tx.workspace,
            events.c.subject == work.delivery_id,
            events.c.part == work.number,
            events.c.new == str(State.COMMITTING),
        )
    ).scalar()
    return first
