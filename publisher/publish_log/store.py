"""Opens the publish log and gives transactions on it; the only place that knows SQLite from PostgreSQL."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from errno import EACCES, EROFS
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select, text, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DatabaseError, IntegrityError, InternalError, OperationalError
from sqlalchemy.pool import QueuePool
from ulid import ULID

from connectors.clock import Clock, boot_id
from publisher.errors import LogBusyError, LogError
from publisher.publish_log import chain
from publisher.publish_log.tables import logs
from publisher.texts import system_words

log = logging.getLogger(__name__)

HEAD = "0007"
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

    Attributes:
        read_only: it lies where nothing can be written, and was opened for looking only.

    Raises (all methods that open transactions):
        LogBusyError: locked, full or read-only; nothing was changed.
    """

    def __init__(self, engine: Engine, workspace: str, clock: Clock, log_id: str, mode: str) -> None:
        self.read_only = False
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
            raise LogBusyError(_hindrance(words), words=words) from error
        raise


def _hindrance(words: str) -> str:
    """The message for what keeps the log from being used, by SQLite's words (sqlite.org/rescode.html)."""
    if "is locked" in words:
        return "log.locked"
    if "is full" in words:
        return "log.full"
    return "log.read_only" if "readonly" in words else "log.busy"


def sqlite_url(folder: Path) -> str:
    """The default log of a workspace and mode: `log.db` in its `.publisher/<mode>/` folder."""
    return str(URL.create("sqlite", database=str(folder / "log.db")))  # a folder may be called `50% ?`


def exists(url: str, workspace: str) -> bool:
    """Whether there is a log to open; creates nothing."""
    parsed = make_url(url)
    if parsed.drivername.startswith("sqlite"):
        return _is_log(Path(str(parsed.database)), workspace)
    engine = _engine(url)
    try:
        with plainly():
            return revision(engine) is not None
    finally:
        engine.dispose()


def _is_log(database: Path, workspace: str) -> bool:
    """Whether a file holds the workspace's log; one whose making broke off (full disk) holds none yet."""
    if not database.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True)) as conn:
            names = {row[0] for row in conn.execute("SELECT name FROM sqlite_master")}
            if not {"alembic_version", "logs"} <= names:
                return "alembic_version" in names
            asked = conn.execute("SELECT 1 FROM logs WHERE workspace_id = ?", (workspace,))
            return asked.fetchone() is not None
    except sqlite3.Error:
        return True  # opening it says what is wrong


def open_store(url: str, *, workspace: str, mode: str, clock: Clock, create: bool = True) -> Store:
    """Open the log, creating or migrating it first where `create` allows.

    Without leave to create, a log on a full disk or in a folder that may only be read can be read.

    Raises:
        LogError: not there, of the other mode, of a newer version, or on a network file system.
    """
    parsed = make_url(url)
    if not parsed.drivername.startswith("sqlite"):
        return _opened(_engine(url), workspace, mode, clock, create=create)
    database = Path(str(parsed.database))
    _prepare_folder(database, create=create)
    if not create and not os.access(database.parent, os.W_OK):
        return _read_only(database, workspace, mode, clock)
    try:
        return _opened(_engine(url), workspace, mode, clock, create=create)
    except LogBusyError:
        # Even reading needs room for SQLite's shared memory, unless nothing waits beside the file.
        if create or not _is_whole(database):
            raise
        return _read_only(database, workspace, mode, clock)


def _read_only(database: Path, workspace: str, mode: str, clock: Clock) -> Store:
    store = _opened(_read_only_engine(database), workspace, mode, clock, create=False)
    store.read_only = True
    return store


def _opened(engine: Engine, workspace: str, mode: str, clock: Clock, *, create: bool) -> Store:
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


def _read_only_engine(database: Path) -> Engine:
    """For a file that cannot be written; `immutable` does without locks and shared memory."""
    frozen = "&immutable=1" if _is_whole(database) else ""
    where = f"file:{quote(str(database))}?mode=ro{frozen}"
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


def _is_whole(database: Path) -> bool:
    """Whether all that was committed is in the file itself: nothing waits in the write-ahead log."""
    try:
        return database.with_name(f"{database.name}-wal").stat().st_size == 0
    except FileNotFoundError:
        return True


def _prepare_folder(database: Path, *, create: bool) -> None:
    folder = database.parent
    if not create and not database.exists():
        raise LogError("log.none", found=None, known=HEAD)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LogError("log.folder", folder=str(folder), words=system_words(error)) from error
    kind = file_system(folder)
    if kind in NETWORK_FILE_SYSTEMS:
        raise LogError("log.network_folder", folder=str(folder), kind=kind)
    if create and not os.access(folder, os.W_OK):
        code = EROFS if os.statvfs(folder).f_flag & os.ST_RDONLY else EACCES
        refused = OSError(code, os.strerror(code))
        raise LogError("log.folder", folder=str(folder), words=system_words(refused))


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
