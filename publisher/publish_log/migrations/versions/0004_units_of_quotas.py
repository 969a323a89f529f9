"""How much of each quota a use takes, where a platform counts more than posts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add a column; uses of older logs count as one of each quota."""
    op.add_column("quota_uses", sa.Column("units", sa.Text(), nullable=True))
