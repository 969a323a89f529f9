"""The log's database through SQLAlchemy, which all that writes goes through; a look does without it."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.pool import QueuePool

from publisher.publish_log import sqlite_file
from publisher.publish_log.sqlite_file import BUSY_SECONDS
from publisher.publish_log.tables import logs

log = logging.getLogger(__name__)

PATIENCE = {
    "connect_timeout": "10",
    "keepalives": "1",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
    "fallback_application_name": "publisher",
}
"""How long a server that does not answer is waited for: a minute, where TCP alone would wait for hours or,
with nothing to send, for ever (libpq, "Parameter Key Words", postgresql.org/docs/current/libpq-connect.html,
checked 2026-11-30; seconds, `tcp_user_timeout` milliseconds). The URL of the log may say otherwise."""


@contextmanager
def plainly() -> Iterator[None]:
    """What a database error means for people; broken constraints and our own mistakes stay what they are.

    Raises:
        LogBusyError: worth trying again.
        LogError: not.
    """
    try:
        yield
    except DatabaseError as error:
        told = sqlite_file.meaning(type(error).__name__, str(error.orig))
        if told is None:
            raise
        raise told from error


def on_server(url: str) -> Engine:
    """Connections to a log on PostgreSQL; what `PATIENCE` says holds unless the URL says otherwise."""
    given = make_url(url)
    asked = {name: value for name, value in PATIENCE.items() if name not in given.query}
    return create_engine(given.update_query_dict(asked), pool_size=16, pool_pre_ping=True)


def on_file(database: Path) -> Engine:
    """Connections to a log on SQLite."""
    engine = create_engine(
        URL.create("sqlite", database=str(database)),
        poolclass=QueuePool,
        pool_size=16,
        max_overflow=16,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _set_up(dbapi: Any, _record: Any) -> None:
        # pysqlite would otherwise begin transactions on its own, late and deferred
        # (SQLAlchemy, SQLite dialect, "Serializable isolation", checked 2026-11-23).
        dbapi.isolation_level = None
        cursor = dbapi.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(conn: Connection) -> None:
        conn.exec_driver_sql("BEGIN IMMEDIATE" if conn.info.get("immediate", True) else "BEGIN")

    return engine


def on_read_only_file(database: Path) -> Engine:
    """Connections to a log on SQLite where nothing can be written."""
    where = sqlite_file.read_only_uri(database)
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(
            where, uri=True, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None
        ),
        poolclass=QueuePool,
    )

    @event.listens_for(engine, "begin")
    def _begin(conn: Connection) -> None:
        conn.exec_driver_sql("BEGIN")

    return engine


def revision(engine: Engine) -> str | None:
    """The migration the database stands at; None: it has no publish log yet."""
    with engine.connect() as conn:
        # A writer that is stopped or busy keeps nobody from reading; the next user begins as he likes.
        conn.info["immediate"] = False
        try:
            if not inspect(conn).has_table("alembic_version"):
                return None
            found: str | None = conn.execute(text("SELECT version_num FROM alembic_version")).scalar()
            return found
        finally:
            conn.info.pop("immediate")


def stamp_of(engine: Engine, workspace: str) -> tuple[str, str] | None:
    """(log id, mode) of a workspace's log; None: there is none."""
    with engine.connect() as conn:
        conn.info["immediate"] = False
        row = conn.execute(select(logs.c.log_id, logs.c.mode).where(logs.c.workspace_id == workspace)).first()
    return None if row is None else (row.log_id, row.mode)


def stamp(engine: Engine, workspace: str, mode: str, log_id: str, at: datetime) -> None:
    """Make the log of a workspace, unless another process just did."""
    try:
        with engine.connect() as conn:
            conn.info["immediate"] = True
            with conn.begin():
                conn.execute(
                    insert(logs).values(workspace_id=workspace, log_id=log_id, mode=mode, created_at=at)
                )
    except IntegrityError:
        log.debug("another process stamped %s in between; its stamp counts", workspace)
