"""What a post's file told after its first sight: an id written into it later, a change that came too late."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from publisher.publish_log.tables import Utc

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add two columns; the posts of older logs have neither."""
    op.add_column("posts", sa.Column("own_id", sa.String(length=128), nullable=True))
    op.add_column("posts", sa.Column("edited_at", Utc(), nullable=True))
