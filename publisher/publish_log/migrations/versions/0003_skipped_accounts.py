"""Which accounts could not carry a post, so that it is over when it is out on all others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add a column; posts of older logs are asked once more."""
    op.add_column("posts", sa.Column("skipped", sa.Text(), nullable=True))
