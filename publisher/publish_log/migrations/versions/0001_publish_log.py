"""The publish log as it begins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from publisher.publish_log.tables import Utc

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create all tables."""
    op.create_table(
        "accounts",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=160), nullable=False),
        sa.Column("last_published_at", Utc(), nullable=True),
        sa.Column("not_before", Utc(), nullable=True),
        sa.Column("blocked_at", Utc(), nullable=True),
        sa.Column("blocked_code", sa.Text(), nullable=True),
        sa.Column("blocked_words", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "account"),
    )
    op.create_table(
        "approvals",
        sa.Column(
            "approval_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("decision", sa.String(length=8), nullable=False),
        sa.CheckConstraint("decision IN ('approve', 'reject')", name="ck_approvals_decision"),
        sa.PrimaryKeyConstraint("approval_id"),
    )
    op.create_index("ix_approvals_fingerprint", "approvals", ["workspace_id", "fingerprint"], unique=False)
    op.create_table(
        "attempts",
        sa.Column(
            "attempt_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("delivery_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.String(length=26), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=True),
        sa.Column("started_at", Utc(), nullable=False),
        sa.Column("ended_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id"),
    )
    op.create_index("ix_attempts_part", "attempts", ["workspace_id", "delivery_id", "number"], unique=False)
    op.create_table(
        "events",
        sa.Column(
            "event_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=160), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=True),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("old", sa.String(length=16), nullable=True),
        sa.Column("new", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("event_id"),
        sa.UniqueConstraint("workspace_id", "subject", "sequence", name="uq_events_chain"),
    )
    op.create_table(
        "holds",
        sa.Column(
            "hold_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=160), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("until", Utc(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("released_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("hold_id"),
    )
    op.create_index(
        "ix_holds_active",
        "holds",
        ["workspace_id", "scope"],
        unique=False,
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.create_table(
        "logs",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("log_id", sa.String(length=26), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("heartbeat_at", Utc(), nullable=True),
        sa.Column("first_run_at", Utc(), nullable=True),
        sa.Column("fence", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("sequence", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("mode IN ('sandbox', 'live')", name="ck_logs_mode"),
        sa.PrimaryKeyConstraint("workspace_id"),
        sa.UniqueConstraint("log_id"),
    )
    op.create_table(
        "owners",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("owner_id", sa.String(length=26), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("boot_id", sa.String(length=36), nullable=False),
        sa.Column("started_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "owner_id"),
    )
    op.create_table(
        "posts",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("post_id", sa.String(length=128), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("accounts", sa.Text(), nullable=False),
        sa.Column("first_seen_at", Utc(), nullable=False),
        sa.Column("adopted_at", Utc(), nullable=True),
        sa.Column("vanished_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "post_id"),
        sa.UniqueConstraint("workspace_id", "sequence", name="uq_posts_sequence"),
    )
    op.create_table(
        "quota_uses",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=160), nullable=False),
        sa.Column("delivery_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "delivery_id", "number"),
    )
    op.create_index("ix_quota_uses_account", "quota_uses", ["workspace_id", "account", "at"], unique=False)
    op.create_table(
        "renditions",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "fingerprint"),
    )
    op.create_table(
        "slots",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=160), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("delivery_id", sa.String(length=26), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "account", "at"),
    )
    op.create_index("ix_slots_delivery", "slots", ["workspace_id", "delivery_id"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("delivery_id", sa.String(length=26), nullable=False),
        sa.Column("post_id", sa.String(length=128), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=160), nullable=False),
        sa.Column("placement", sa.String(length=32), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("approval", sa.String(length=16), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("due_wall", sa.String(length=32), nullable=False),
        sa.Column("due_zone", sa.String(length=64), nullable=False),
        sa.Column("due_why", sa.String(length=16), nullable=False),
        sa.Column("publish_after", Utc(), nullable=True),
        sa.Column("publish_before", Utc(), nullable=True),
        sa.Column("grace", sa.Float(), nullable=False),
        sa.Column("spacing", sa.Float(), nullable=False),
        sa.Column("daily_quota", sa.Integer(), nullable=True),
        sa.Column("broken", sa.Text(), nullable=True),
        sa.Column("held_at", Utc(), nullable=True),
        sa.Column("held_until", Utc(), nullable=True),
        sa.Column("held_by", sa.Text(), nullable=True),
        sa.Column("held_reason", sa.Text(), nullable=True),
        sa.Column("held_values", sa.Text(), nullable=True),
        sa.Column("created_at", Utc(), nullable=False),
        sa.CheckConstraint("approval IN ('none', 'required')", name="ck_deliveries_approval"),
        sa.CheckConstraint("edition >= 1", name="ck_deliveries_edition"),
        sa.ForeignKeyConstraint(
            ["workspace_id", "fingerprint"],
            ["renditions.workspace_id", "renditions.fingerprint"],
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "post_id"],
            ["posts.workspace_id", "posts.post_id"],
        ),
        sa.PrimaryKeyConstraint("workspace_id", "delivery_id"),
        sa.UniqueConstraint(
            "workspace_id", "post_id", "account", "placement", "edition", name="uq_deliveries_once"
        ),
    )
    op.create_index(
        "ix_deliveries_account_due", "deliveries", ["workspace_id", "account", "due_at"], unique=False
    )
    op.create_index("ix_deliveries_due", "deliveries", ["workspace_id", "due_at"], unique=False)
    op.create_table(
        "parts",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("delivery_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("account", sa.String(length=160), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("since", Utc(), nullable=False),
        sa.Column("claim_token", sa.String(length=26), nullable=True),
        sa.Column("owner_id", sa.String(length=26), nullable=True),
        sa.Column("lease_until", sa.Float(), nullable=True),
        sa.Column("boot_id", sa.String(length=36), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=True),
        sa.Column("fenced_at", Utc(), nullable=True),
        sa.Column("deadline", sa.Float(), nullable=True),
        sa.Column("checkpoint_version", sa.Integer(), nullable=True),
        sa.Column("checkpoint_public", sa.Text(), nullable=True),
        sa.Column("checkpoint_sealed", sa.Text(), nullable=True),
        sa.Column("checkpoint_fingerprint", sa.String(length=64), nullable=True),
        sa.Column("staged_at", Utc(), nullable=True),
        sa.Column("good_until", Utc(), nullable=True),
        sa.Column("look_at", Utc(), nullable=True),
        sa.Column("looks", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("retry_at", Utc(), nullable=True),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=True),
        sa.Column("media_hash", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reason_values", sa.Text(), nullable=True),
        sa.Column("reason_code", sa.Text(), nullable=True),
        sa.Column("reason_words", sa.Text(), nullable=True),
        sa.Column("needs_person", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("platform_id", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("published_at", Utc(), nullable=True),
        sa.CheckConstraint(
            "number = 1 OR state NOT IN ('held', 'missed', 'cancelled', 'handed_over')",
            name="ck_parts_root_only",
        ),
        sa.CheckConstraint("state <> 'committing' OR fence IS NOT NULL", name="ck_parts_fenced"),
        sa.CheckConstraint("state <> 'published' OR platform_id IS NOT NULL", name="ck_parts_receipt"),
        sa.CheckConstraint(
            "state IN ("
            "'waiting', 'preparing', 'delivering', 'committing', 'processing', 'published', "
            "'handed_over', 'unknown', 'held', 'missed', 'cancelled', 'failed')",
            name="ck_parts_state",
        ),
        sa.CheckConstraint("number >= 1", name="ck_parts_number"),
        sa.ForeignKeyConstraint(
            ["workspace_id", "delivery_id"],
            ["deliveries.workspace_id", "deliveries.delivery_id"],
        ),
        sa.PrimaryKeyConstraint("workspace_id", "delivery_id", "number"),
    )
    op.create_index(
        "ix_parts_open",
        "parts",
        ["workspace_id", "state"],
        unique=False,
        sqlite_where=sa.text(
            "state IN ('committing', 'delivering', 'preparing', 'processing', 'unknown', 'waiting')"
        ),
        postgresql_where=sa.text(
            "state IN ('committing', 'delivering', 'preparing', 'processing', 'unknown', 'waiting')"
        ),
    )
    op.create_index(
        "ix_parts_unpublished",
        "parts",
        ["workspace_id", "delivery_id"],
        unique=False,
        sqlite_where=sa.text("number = 1 AND state <> 'published'"),
        postgresql_where=sa.text("number = 1 AND state <> 'published'"),
    )
    op.create_index("ix_parts_text", "parts", ["workspace_id", "account", "text_hash"], unique=False)
    op.create_index(
        "ix_parts_unsettled",
        "parts",
        ["workspace_id", "account", "text_hash"],
        unique=False,
        sqlite_where=sa.text("state IN ('committing', 'unknown')"),
        postgresql_where=sa.text("state IN ('committing', 'unknown')"),
    )
    op.create_index(
        "uq_parts_on_the_wire",
        "parts",
        ["workspace_id", "account"],
        unique=True,
        sqlite_where=sa.text("state IN ('committing', 'delivering')"),
        postgresql_where=sa.text("state IN ('committing', 'delivering')"),
    )
    op.create_table(
        "receipts",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=160), nullable=False),
        sa.Column("platform_id", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("published_at", Utc(), nullable=False),
        sa.Column("recorded_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "delivery_id", "number"],
            ["parts.workspace_id", "parts.delivery_id", "parts.number"],
        ),
        sa.PrimaryKeyConstraint("workspace_id", "account", "platform_id"),
        sa.UniqueConstraint("workspace_id", "delivery_id", "number", name="uq_receipts_part"),
    )
    op.create_index(
        "ix_receipts_since", "receipts", ["workspace_id", "account", "published_at"], unique=False
    )
