"""Alembic's entry: runs the migrations on the engine that publish_log.migrations hands over."""

from __future__ import annotations

from alembic import context
from sqlalchemy import text

from publisher.publish_log.indexes import metadata

LOCK = 0x70756C6F
"""Two programs that start at once migrate one after the other (PostgreSQL advisory lock)."""


def run() -> None:
    """Migrate in one transaction; on SQLite it begins IMMEDIATE, so a second starter waits."""
    with context.config.attributes["engine"].connect() as conn:
        conn.info["immediate"] = True
        with conn.begin():
            if conn.dialect.name == "postgresql":
                conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
            context.configure(connection=conn, target_metadata=metadata, transactional_ddl=False)
            context.run_migrations()


run()
