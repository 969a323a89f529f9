"""Which app of a platform a use counts for: quotas that its channels share are counted per app."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Until now all accounts of a platform had one app: `platform:`."""
    op.add_column("quota_uses", sa.Column("app", sa.String(80), nullable=False, server_default=sa.text("''")))
    uses = sa.table("quota_uses", sa.column("app"), sa.column("account"))
    colon = (
        sa.func.strpos(uses.c.account, ":")
        if op.get_bind().dialect.name == "postgresql"
        else sa.func.instr(uses.c.account, ":")
    )
    op.execute(sa.update(uses).values(app=sa.func.substr(uses.c.account, 1, colon)))
    op.create_index("ix_quota_uses_app", "quota_uses", ["workspace_id", "app", "at"])
