"""The indexes of the tables; only migrating imports them, since declaring them loads both dialects."""

from __future__ import annotations

from sqlalchemy import Index, text

from publisher.publish_log.states import ON_THE_WIRE, OPEN, UNSETTLED
from publisher.publish_log.tables import (
    among,
    approvals,
    attempts,
    deliveries,
    holds,
    metadata,
    parts,
    quota_uses,
    receipts,
    slots,
)

__all__ = ["metadata"]
"""The tables with their indexes."""

Index("ix_deliveries_account_due", deliveries.c.workspace_id, deliveries.c.account, deliveries.c.due_at)
Index("ix_deliveries_due", deliveries.c.workspace_id, deliveries.c.due_at)
Index(
    "uq_parts_on_the_wire",
    parts.c.workspace_id,
    parts.c.account,
    unique=True,
    sqlite_where=text(among(ON_THE_WIRE)),
    postgresql_where=text(among(ON_THE_WIRE)),
)
Index(
    "ix_parts_open",
    parts.c.workspace_id,
    parts.c.state,
    sqlite_where=text(among(OPEN)),
    postgresql_where=text(among(OPEN)),
)
Index(
    "ix_parts_unpublished",
    parts.c.workspace_id,
    parts.c.delivery_id,
    sqlite_where=text("number = 1 AND state <> 'published'"),
    postgresql_where=text("number = 1 AND state <> 'published'"),
)
Index(
    "ix_parts_unsettled",
    parts.c.workspace_id,
    parts.c.account,
    parts.c.text_hash,
    sqlite_where=text(among(UNSETTLED)),
    postgresql_where=text(among(UNSETTLED)),
)
Index("ix_parts_text", parts.c.workspace_id, parts.c.account, parts.c.text_hash)
Index("ix_receipts_since", receipts.c.workspace_id, receipts.c.account, receipts.c.published_at)
Index("ix_attempts_part", attempts.c.workspace_id, attempts.c.delivery_id, attempts.c.number)
Index("ix_approvals_fingerprint", approvals.c.workspace_id, approvals.c.fingerprint)
Index(
    "ix_holds_active",
    holds.c.workspace_id,
    holds.c.scope,
    sqlite_where=text("released_at IS NULL"),
    postgresql_where=text("released_at IS NULL"),
)
Index("ix_slots_delivery", slots.c.workspace_id, slots.c.delivery_id)
Index("ix_quota_uses_account", quota_uses.c.workspace_id, quota_uses.c.account, quota_uses.c.at)
Index("ix_quota_uses_app", quota_uses.c.workspace_id, quota_uses.c.app, quota_uses.c.at)
