"""What each part costs at its platform, for the office's budget."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add a column; what older logs published counts as free."""
    op.add_column("quota_uses", sa.Column("usd", sa.String(32), nullable=True))
