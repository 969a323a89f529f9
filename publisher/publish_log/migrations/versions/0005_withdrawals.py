"""What was taken down again: a row beside the part's own, which stays as it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from publisher.publish_log.tables import Utc

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "withdrawals",
        sa.Column("workspace_id", sa.String(64), nullable=False),
        sa.Column("delivery_id", sa.String(26), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("asked_at", Utc(), nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("words", sa.Text),
        sa.Column("removed_at", Utc()),
        sa.PrimaryKeyConstraint("workspace_id", "delivery_id", "number"),
    )
