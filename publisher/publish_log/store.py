"""Opens the publish log and gives transactions on it; the only place that knows SQLite from PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from connectors.clock import Clock, boot_id
from publisher.errors import LogBusyError, LogError
from publisher.publish_log import sqlite_file
from publisher.publish_log.looking import Look, SqliteLooks, spelt

if TYPE_CHECKING:  # a look at a log on SQLite needs none of it
    from sqlalchemy import Connection, Engine

HEAD = "0008"
"""The newest migration; opening compares it without importing Alembic."""


def new_id() -> str:
    """A ULID: sortable by time, 26 characters."""
    from ulid import ULID

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
        from publisher.publish_log import chain

        chain.append(
            self.conn,
            self.workspace,
            chain.Event(subject, kind, self.now, self.actor, part, old, new, reason, details),
        )

    def rows(self, sql: str, /, **values: object) -> Sequence[tuple[Any, ...]]:
        """What a query in plain SQL gives (`looking.Look`), seen within this transaction."""
        from sqlalchemy import text

        query, given = spelt(sql, values, sqlite=self.conn.dialect.name == "sqlite")
        return self.conn.execute(text(query), given).all()


class Store:
    """The publish log of one workspace and mode.

    Attributes:
        log_id: given when the log was made.
        read_only: it lies where nothing can be written, and was opened for looking only.

    Raises (all methods that open transactions):
        LogBusyError: locked, full or read-only; nothing was changed.
    """

    def __init__(self, url: str, workspace: str, clock: Clock, mode: str, *, read_only: bool = False) -> None:
        self.workspace = workspace
        self.clock = clock
        self.mode = mode
        self.read_only = read_only
        self.log_id = ""
        self._url = url
        self._file = sqlite_file.file_of(url)
        self._looks = SqliteLooks(self._file, read_only) if self._file else None
        self._engine: Engine | None = None
        self._making = Lock()
        self._boot = boot_id() if self.is_sqlite else None

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of this machine."""
        return self._file is not None

    @contextmanager
    def look(self) -> Iterator[Look]:
        """One consistent view in plain SQL, for what planning asks."""
        if self._looks is None:
            with self.read() as tx:
                yield tx
        else:
            with self._looks.look(self.workspace) as look:
                yield look

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

    @property
    def engine(self) -> Engine:
        """The connections that transactions use; made at first need."""
        from publisher.publish_log import engines

        with self._making:
            if self._engine is None:
                if self._file is None:
                    self._engine = engines.on_server(self._url)
                elif self.read_only:
                    self._engine = engines.on_read_only_file(self._file)
                else:
                    self._engine = engines.on_file(self._file)
        return self._engine

    def close(self) -> None:
        """Give all connections back."""
        if self._looks is not None:
            self._looks.close()
        if self._engine is not None:
            self._engine.dispose()

    @contextmanager
    def _connection(self, *, immediate: bool) -> Iterator[Connection]:
        from publisher.publish_log import engines

        with engines.plainly(), self.engine.connect() as conn:
            if self.is_sqlite:
                conn.info["immediate"] = immediate
            yield conn

    def _tx(self, conn: Connection, actor: str) -> Tx:
        from sqlalchemy import text

        if self.is_sqlite:
            log_time = self.clock.boottime()
        else:
            log_time = conn.execute(text("SELECT extract(epoch FROM clock_timestamp())::float8")).scalar_one()
        return Tx(conn, self.workspace, self.clock.now(), log_time, actor, self._boot)


def sqlite_url(folder: Path) -> str:
    """The default log of a workspace and mode: `log.db` in its `.publisher/<mode>/` folder."""
    return sqlite_file.url_of(folder / "log.db")


def exists(url: str, workspace: str) -> bool:
    """Whether there is a log to open; creates nothing."""
    database = sqlite_file.file_of(url)
    if database is not None:
        return sqlite_file.is_log(database, workspace)
    from publisher.publish_log import engines

    engine = engines.on_server(url)
    try:
        with engines.plainly():
            return engines.revision(engine) is not None
    finally:
        engine.dispose()


# ── Opening ──────────────────────────────────────────────────────────────────


def open_store(url: str, *, workspace: str, mode: str, clock: Clock, create: bool = True) -> Store:
    """Open the log, creating or migrating it first where `create` allows.

    Without leave to create, a log on a full disk or in a folder that may only be read can be read.

    Raises:
        LogError: not there, of the other mode, of a newer version, or on a network file system.
    """
    store = Store(url, workspace, clock, mode)
    database = sqlite_file.file_of(url)
    if database is None:
        return _opened(store, create=create)
    if not create and not database.exists():
        raise LogError("log.none", found=None, known=HEAD)
    sqlite_file.prepare_folder(database.parent, writable=create)
    if create:
        return _opened(store, create=True)
    frozen = Store(url, workspace, clock, mode, read_only=True)
    if not os.access(database.parent, os.W_OK):
        return _looked_up(frozen)
    try:
        return _looked_up(store)
    except LogBusyError:
        # Even reading needs room for SQLite's shared memory, unless nothing waits beside the file.
        if not sqlite_file.is_whole(database):
            raise
        return _looked_up(frozen)


def _looked_up(store: Store) -> Store:
    """A log on SQLite that must be there already, of this version."""
    try:
        with store.look() as look:
            tables = look.rows("SELECT name FROM sqlite_master WHERE name = 'alembic_version'")
            found = look.rows("SELECT version_num FROM alembic_version") if tables else []
            _needs_migration(found[0][0] if found else None, create=False)
            stamps = look.rows("SELECT log_id, mode FROM logs WHERE workspace_id = :w", w=store.workspace)
        return _stamped(store, stamps[0] if stamps else None)
    except LogError:
        store.close()
        raise


def _opened(store: Store, *, create: bool) -> Store:
    """A log on either database, made or migrated where that is allowed."""
    from publisher.publish_log import engines

    with engines.plainly():
        try:
            if _needs_migration(engines.revision(store.engine), create=create):
                from publisher.publish_log.migrations import upgrade

                upgrade(store.engine, HEAD)
            found = engines.stamp_of(store.engine, store.workspace)
            if found is None and create:
                engines.stamp(store.engine, store.workspace, store.mode, new_id(), store.clock.now())
                found = engines.stamp_of(store.engine, store.workspace)
            return _stamped(store, found)
        except BaseException:
            store.close()
            raise


def _needs_migration(found: str | None, *, create: bool) -> bool:
    """Whether a log at this migration must be brought to HEAD; None: there is none yet.

    Raises:
        LogError: it is of a newer program; or it may not be changed, and would have to be.
    """
    if found == HEAD:
        return False
    if found is not None and found > HEAD:
        raise LogError("log.newer", found=found, known=HEAD)
    if not create:
        raise LogError("log.none" if found is None else "log.older", found=found, known=HEAD)
    return True


def _stamped(store: Store, found: Sequence[Any] | None) -> Store:
    """The log under the id of its stamp.

    Raises:
        LogError: the workspace has none, or it is of the other mode.
    """
    if found is None:
        raise LogError("log.none", found=None, known=HEAD)
    log_id, mode = found
    if mode != store.mode:
        raise LogError("log.mode", found=mode, wanted=store.mode)
    store.log_id = str(log_id)
    return store


def beat(tx: Tx) -> None:
    """Note that a daemon is awake: after a restore, what was due since the last beat is looked up."""
    from sqlalchemy import update

    from publisher.publish_log.tables import logs

    tx.conn.execute(update(logs).where(logs.c.workspace_id == tx.workspace).values(heartbeat_at=tx.now))
