"""Opens the publish log and gives transactions on it; the only place that knows SQLite from PostgreSQL."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, IntegrityError, InternalError, OperationalError
from sqlalchemy.pool import QueuePool
from ulid import ULID

from connectors.clock import Clock, boot_id
from publisher.errors import LogBusyError, LogError
from publisher.publish_log import chain
from publisher.publish_log.tables import logs

log = logging.getLogger(__name__)

HEAD = "0001"
"""The newest migration; opening compares it without importing Alembic."""

BUSY_SECONDS = 10
NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "glusterfs", "fuse.sshfs", "fuse.glusterfs"}
)
"""SQLite's locks do not hold there (sqlite.org/faq.html#q5, checked 2026-11-23)."""


def new_id() -> str:
    """A ULID: sortable by time, 26 characters."""
    return str(ULID())


@dataclass
class Tx:
    """One transaction: its connection, the moment it stands for, who acts.

    Attributes:
        now: `clock.now()` when it began (aware, UTC).
        log_time: seconds in the log's own time: leases and deadlines are stored in it.
        actor: a person's name, or `daemon`.
    """

    conn: Connection
    workspace: str
    now: datetime
    log_time: float
    actor: str
    boot: str | None
    """Leases of another boot are void; None where the log's time outlives a boot (PostgreSQL)."""

    def event(
        self,
        subject: str,
        kind: str,
        *,
        part: int | None = None,
        old: str | None = None,
        new: str | None = None,
        reason: str | None = None,
        **details: Any,
    ) -> None:
        """Append one event to the subject's hash chain."""
        chain.append(
            self.conn,
            self.workspace,
            chain.Event(subject, kind, self.now, self.actor, part, old, new, reason, details),
        )


class Store:
    """The publish log of one workspace and mode.

    Raises (all methods that open transactions):
        LogBusyError: locked, full or read-only; nothing was changed.
    """

    def __init__(self, engine: Engine, workspace: str, clock: Clock, log_id: str, mode: str) -> None:
        self.engine = engine
        self.workspace = workspace
        self.clock = clock
        self.log_id = log_id
        self.mode = mode
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._boot = boot_id() if self.is_sqlite else None

    @contextmanager
    def write(self, actor: str) -> Iterator[Tx]:
        """One write transaction; on SQLite it holds the write lock from its start (BEGIN IMMEDIATE)."""
        with self._connection(immediate=True) as conn, conn.begin():
            yield self._tx(conn, actor)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """One consistent view; writes nothing."""
        with self._connection(immediate=False) as conn:
            if not self.is_sqlite:
                # Each statement would otherwise see what was committed before it.
                conn.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with conn.begin():
                yield self._tx(conn, "")

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    @contextmanager
    def _connection(self, *, immediate: bool) -> Iterator[Connection]:
        with plainly(), self.engine.connect() as conn:
            if self.is_sqlite:
                conn.info["immediate"] = immediate
            yield conn

    def _tx(self, conn: Connection, actor: str) -> Tx:
        if self.is_sqlite:
            log_time = self.clock.boottime()
        else:
            log_time = conn.execute(text("SELECT extract(epoch FROM clock_timestamp())::float8")).scalar_one()
        return Tx(conn, self.workspace, self.clock.now(), log_time, actor, self._boot)


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
        words = str(error.orig)
        # SQLite names a damaged file, or one that is no database, with the bare class.
        if type(error) is DatabaseError or "no such table" in words or "no such column" in words:
            raise LogError("log.schema", words=words) from error
        # InternalError: a PostgreSQL that became a read-only copy.
        if isinstance(error, OperationalError | InternalError):
            raise LogBusyError("log.busy", words=words) from error
        raise


def sqlite_url(folder: Path) -> str:
    """The default log of a workspace and mode: `log.db` in its `.publisher/<mode>/` folder."""
    return f"sqlite:///{folder / 'log.db'}"


def exists(url: str, workspace: str) -> bool:
    """Whether there is a log to open; creates nothing."""
    parsed = make_url(url)
    if parsed.drivername.startswith("sqlite"):
        return Path(str(parsed.database)).is_file()
    engine = _engine(url)
    try:
        with plainly():
            return revision(engine) is not None
    finally:
        engine.dispose()


def open_store(url: str, *, workspace: str, mode: str, clock: Clock, create: bool = True) -> Store:
    """Open the log, creating or migrating it first where `create` allows.

    Raises:
        LogError: not there, of the other mode, of a newer version, or on a network file system.
    """
    parsed = make_url(url)
    if parsed.drivername.startswith("sqlite"):
        _prepare_folder(Path(str(parsed.database)), create=create)
    engine = _engine(url)
    try:
        with plainly():
            _migrate(engine, create=create)
            log_id = _stamp(engine, workspace, mode, clock, create=create)
    except (DatabaseError, LogError):
        engine.dispose()
        raise
    return Store(engine, workspace, clock, log_id, mode)


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


def _migrate(engine: Engine, *, create: bool) -> None:
    found = revision(engine)
    if found == HEAD:
        return
    if found is not None and found > HEAD:
        raise LogError("log.newer", found=found, known=HEAD)
    if not create:
        raise LogError("log.none" if found is None else "log.older", found=found, known=HEAD)
    from publisher.publish_log.migrations import upgrade

    upgrade(engine, HEAD)


def _stamp(engine: Engine, workspace: str, mode: str, clock: Clock, *, create: bool) -> str:
    row = _stamped(engine, workspace)
    if row is None:
        if not create:
            raise LogError("log.none", found=None, known=HEAD)
        try:
            with engine.connect() as conn:
                conn.info["immediate"] = True
                with conn.begin():
                    conn.execute(
                        insert(logs).values(
                            workspace_id=workspace, log_id=new_id(), mode=mode, created_at=clock.now()
                        )
                    )
        except IntegrityError:
            log.debug("another process stamped %s in between; its stamp counts", workspace)
        row = _stamped(engine, workspace)
    if row is None:
        raise LogError("log.none", found=None, known=HEAD)
    if row.mode != mode:
        raise LogError("log.mode", found=row.mode, wanted=mode)
    return str(row.log_id)


def _stamped(engine: Engine, workspace: str) -> Any:
    with engine.connect() as conn:
        conn.info["immediate"] = False
        return conn.execute(
            select(logs.c.log_id, logs.c.mode).where(logs.c.workspace_id == workspace)
        ).first()


def _engine(url: str) -> Engine:
    if not make_url(url).drivername.startswith("sqlite"):
        return create_engine(url, pool_size=16, pool_pre_ping=True)
    engine = create_engine(
        url,
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


def _prepare_folder(database: Path, *, create: bool) -> None:
    if not database.exists() and not create:
        raise LogError("log.none", found=None, known=HEAD)
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LogError("log.folder", folder=str(database.parent), words=str(error)) from error
    kind = file_system(database.parent)
    if kind in NETWORK_FILE_SYSTEMS:
        raise LogError("log.network_folder", folder=str(database.parent), kind=kind)
    if not os.access(database.parent, os.W_OK):
        raise LogError("log.folder", folder=str(database.parent), words=os.strerror(13))


def file_system(folder: Path) -> str:
    """The type of the file system that holds `folder`, as /proc/self/mountinfo names it."""
    target = os.stat(folder).st_dev
    wanted = f"{os.major(target)}:{os.minor(target)}"
    kind = ""
    for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines():
        mount, _, rest = line.partition(" - ")
        if mount.split()[2] == wanted and rest:
            kind = rest.split()[0]
    return kind


def beat(tx: Tx) -> None:
    """Note that a daemon is awake: after a restore, what was due since the last beat is looked up."""
    tx.conn.execute(update(logs).where(logs.c.workspace_id == tx.workspace).values(heartbeat_at=tx.now))
