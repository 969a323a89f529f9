"""What is known of an account's credentials: until when they are good, and how their renewals went."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Nothing is known of them until now."""
    op.add_column("accounts", sa.Column("token", sa.Text))
