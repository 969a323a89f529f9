"""The tables of the publish log, for SQLite and PostgreSQL; migrations/ builds them, this describes them.

Their indexes stand in indexes.py, which only migrating needs: declaring them loads both dialects.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from publisher.model import State

metadata = MetaData()


class Utc(TypeDecorator[datetime]):
    """An aware UTC instant: timestamptz on PostgreSQL, sortable ISO text on SQLite."""

    impl = String(32)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(String(32))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive time for the log: {value!r}")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.isoformat(timespec="microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if isinstance(value, datetime) else datetime.fromisoformat(value)


Serial = BigInteger().with_variant(Integer, "sqlite")


def among(states: frozenset[State]) -> str:
    """`state IN (…)` as SQL text, for partial indexes."""
    return "state IN (" + ", ".join(f"'{state}'" for state in sorted(states)) + ")"


logs = Table(
    "logs",
    metadata,
    Column("workspace_id", String(64), primary_key=True),
    Column("log_id", String(26), nullable=False, unique=True),
    Column("mode", String(8), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("heartbeat_at", Utc),
    Column("first_run_at", Utc),
    Column("fence", BigInteger, nullable=False, server_default=text("0")),
    Column("sequence", BigInteger, nullable=False, server_default=text("0")),
    CheckConstraint("mode IN ('sandbox', 'live')", name="ck_logs_mode"),
)

posts = Table(
    "posts",
    metadata,
    Column("workspace_id", String(64), nullable=False),
    Column("post_id", String(128), nullable=False),
    Column("path", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("author", Text),
    Column("sequence", BigInteger, nullable=False),
    Column("accounts", Text, nullable=False),  # JSON list of account keys of the channels at first sight
    Column("first_seen_at", Utc, nullable=False),
    Column("adopted_at", Utc),
    Column("vanished_at", Utc),
    Column("own_id", String(128)),  # the id written into the file of a post that was given one
    Column("skipped", Text),  # JSON list of those of `accounts` that could not carry it as it was last seen
    Column("edited_at", Utc),  # when the file was changed though nothing could come of it any more
    PrimaryKeyConstraint("workspace_id", "post_id"),
    UniqueConstraint("workspace_id", "sequence", name="uq_posts_sequence"),
)

renditions = Table(
    "renditions",
    metadata,
    Column("workspace_id", String(64), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Utc, nullable=False),
    PrimaryKeyConstraint("workspace_id", "fingerprint"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("workspace_id", String(64), nullable=False),
    Column("delivery_id", String(26), nullable=False),
    Column("post_id", String(128), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("platform", String(32), nullable=False),
    Column("account", String(160), nullable=False),
    Column("placement", String(32), nullable=False),
    Column("edition", Integer, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("approval", String(16), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("due_at", Utc, nullable=False),
    Column("due_wall", String(32), nullable=False),
    Column("due_zone", String(64), nullable=False),
    Column("due_why", String(16), nullable=False),
    Column("publish_after", Utc),
    Column("publish_before", Utc),
    Column("grace", Float, nullable=False),  # seconds
    Column("spacing", Float, nullable=False),  # seconds
    Column("daily_quota", Integer),
    Column("broken", Text),  # message id: the file cannot be published as it stands now
    Column("held_at", Utc),
    Column("held_until", Utc),
    Column("held_by", Text),
    Column("held_reason", Text),  # message id or a person's words
    Column("held_values", Text),  # JSON
    Column("created_at", Utc, nullable=False),
    PrimaryKeyConstraint("workspace_id", "delivery_id"),
    UniqueConstraint("workspace_id", "post_id", "account", "placement", "edition", name="uq_deliveries_once"),
    ForeignKeyConstraint(["workspace_id", "post_id"], ["posts.workspace_id", "posts.post_id"]),
    ForeignKeyConstraint(
        ["workspace_id", "fingerprint"], ["renditions.workspace_id", "renditions.fingerprint"]
    ),
    CheckConstraint("approval IN ('none', 'required')", name="ck_deliveries_approval"),
    CheckConstraint("edition >= 1", name="ck_deliveries_edition"),
)

parts = Table(
    "parts",
    metadata,
    Column("workspace_id", String(64), nullable=False),
    Column("delivery_id", String(26), nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("account", String(160), nullable=False),
    Column("state", String(16), nullable=False),
    Column("since", Utc, nullable=False),
    # claim: who works on it, until when (log time), in which boot
    Column("claim_token", String(26)),
    Column("owner_id", String(26)),
    Column("lease_until", Float),
    Column("boot_id", String(36)),
    # fence: the durable mark before the commit
    Column("fence", BigInteger),
    Column("fenced_at", Utc),
    Column("deadline", Float),  # log time
    # what the platform gave us to go on with
    Column("checkpoint_version", Integer),
    Column("checkpoint_public", Text),
    Column("checkpoint_sealed", Text),
    Column("checkpoint_fingerprint", String(64)),
    Column("staged_at", Utc),
    Column("good_until", Utc),
    # when to look or try again
    Column("look_at", Utc),
    Column("looks", Integer, nullable=False, server_default=text("0")),
    Column("retry_at", Utc),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    # what must not stand twice while one of them is unsettled
    Column("text_hash", String(64)),
    Column("media_hash", String(64)),
    # why it stands where it stands
    Column("reason", Text),  # message id
    Column("reason_values", Text),  # JSON: what fills the message
    Column("reason_code", Text),
    Column("reason_words", Text),  # the platform's
    Column("needs_person", Boolean, nullable=False, server_default=text("false")),
    # receipt
    Column("platform_id", Text),
    Column("url", Text),
    Column("published_at", Utc),
    PrimaryKeyConstraint("workspace_id", "delivery_id", "number"),
    ForeignKeyConstraint(
        ["workspace_id", "delivery_id"], ["deliveries.workspace_id", "deliveries.delivery_id"]
    ),
    CheckConstraint("state IN (" + ", ".join(f"'{state}'" for state in State) + ")", name="ck_parts_state"),
    CheckConstraint("number >= 1", name="ck_parts_number"),
    CheckConstraint(
        "number = 1 OR state NOT IN ('held', 'missed', 'cancelled', 'handed_over')",
        name="ck_parts_root_only",
    ),
    CheckConstraint("state <> 'committing' OR fence IS NOT NULL", name="ck_parts_fenced"),
    CheckConstraint("state <> 'published' OR platform_id IS NOT NULL", name="ck_parts_receipt"),
)

receipts = Table(
    "receipts",
    metadata,
    Column("workspace_id", String(64), nullable=False),
    Column("account", String(160), nullable=False),
    Column("platform_id", Text, nullable=False),
    Column("delivery_id", String(26), nullable=False),
    Column("number", Integer, nullable=False),
    Column("url", Text),
    Column("published_at", Utc, nullable=False),
    Column("recorded_at", Utc, nullable=False),
    PrimaryKeyConstraint("workspace_id", "account", "platform_id"),
    UniqueConstraint("workspace_id", "delivery_id", "number", name="uq_receipts_part"),
    ForeignKeyConstraint(
        ["workspace_id", "delivery_id", "number"],
        ["parts.workspace_id", "parts.delivery_id", "parts.number"],
    ),
)

attempts = Table(
    "attempts",
    metadata,
    Column("attempt_id", Serial, primary_key=True, autoincrement=True),
    Column("workspace_id", String(64), nullable=False),
    Column("delivery_id", String(26), nullable=False),
    Column("number", Integer, nullable=False),
    Column("phase", String(16), nullable=False),
    Column("outcome", String(24), nullable=False),
    Column("code", Text),
    Column("words", Text),
    Column("http_status", Integer),
    Column("owner_id", String(26)),
    Column("fence", BigInteger),
    Column("started_at", Utc, nullable=False),
    Column("ended_at", Utc, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("event_id", Serial, primary_key=True, autoincrement=True),
    Column("workspace_id", String(64), nullable=False),
    Column("subject", String(160), nullable=False),  # a delivery id; else an account key or `workspace`
    Column("sequence", Integer, nullable=False),
    Column("part", Integer),
    Column("at", Utc, nullable=False),
    Column("actor", Text, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("old", String(16)),
    Column("new", String(16)),
    Column("reason", Text),
    Column("details", Text, nullable=False),  # canonical JSON
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("workspace_id", "subject", "sequence", name="uq_events_chain"),
)

approvals = Table(
    "approvals",
    metadata,
    Column("approval_id", Serial, primary_key=True, autoincrement=True),
    Column("workspace_id", String(64), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("note", Text),
    Column("decision", String(8), nullable=False),
    CheckConstraint("decision IN ('approve', 'reject')", name="ck_approvals_decision"),
)

holds = Table(
    "holds",
    metadata,
    Column("hold_id", Serial, primary_key=True, autoincrement=True),
    Column("workspace_id", String(64), nullable=False),
    Column("scope", String(160), nullable=False),  # `all` or an account key
    Column("actor", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("until", Utc),
    Column("reason", Text),
    Column("released_at", Utc),
)

accounts = Table(
    "accounts",
    metadata,
    Column("workspace_id", String(64), nullable=False),
    Column("account", String(160), nullable=False),
    Column("last_published_at", Utc),
    Column("not_before", Utc),  # a rate limit said so
    Column("blocked_at", Utc),
    Column("blocked_code", Text),
    Column("blocked_words", Text),
    Column("token", Text),  # JSON, token_facts.py: what is known of its credentials
    PrimaryKeyConstraint("workspace_id", "account"),
)

slots = Table(
    "slots",
    metadata,
    Column("workspace_id", String(64), nullable=False),
    Column("account", String(160), nullable=False),
    Column("at", Utc, nullable=False),
    Column("delivery_id", String(26), nullable=False),
    PrimaryKeyConstraint("workspace_id", "account", "at"),
)

quota_uses = Table(
    "quota_uses",
    metadata,
    Column("workspace_id", String(64), nullable=False),
    Column("account", String(160), nullable=False),
    Column("app", String(80), nullable=False, server_default=text("''")),  # `platform:app`
    Column("delivery_id", String(26), nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Utc, nullable=False),
    Column("units", Text),
    Column("usd", String(32)),
    PrimaryKeyConstraint("workspace_id", "delivery_id", "number"),
)

withdrawals = Table(
    "withdrawals",
    metadata,
    Column("workspace_id", String(64), nullable=False),
    Column("delivery_id", String(26), nullable=False),
    Column("number", Integer, nullable=False),
    Column("asked_at", Utc, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("reason", Text),
    Column("outcome", String(16), nullable=False),
    Column("words", Text),
    Column("removed_at", Utc),
    PrimaryKeyConstraint("workspace_id", "delivery_id", "number"),
)

owners = Table(
    "owners",
    metadata,
    Column("workspace_id", String(64), nullable=False),
    Column("owner_id", String(26), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("host", Text, nullable=False),
    Column("boot_id", String(36), nullable=False),
    Column("started_at", Utc, nullable=False),
    PrimaryKeyConstraint("workspace_id", "owner_id"),
)
