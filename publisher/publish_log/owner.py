"""One lock per process that dies with it: who holds a claim is alive exactly as long as its lock is."""

from __future__ import annotations

import fcntl
import hashlib
import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import DBAPIError

from connectors.clock import boot_id
from publisher.publish_log.store import Store, new_id
from publisher.publish_log.tables import owners

_UNLOCK = text("SELECT pg_advisory_unlock(:k)")

NEWEST = 20
"""How many owners are asked whether they live; older ones have ended long since."""


class Owner:
    """This process as a holder of claims.

    On SQLite the lock is a `flock` on a file beside the log: the kernel drops it when the process
    ends, however it ends. On PostgreSQL it is a session advisory lock on a connection of its own.
    """

    def __init__(self, store: Store, folder: Path) -> None:
        self.id = new_id()
        self._store = store
        self._folder = folder / "owners"
        self._file: IO[str] | None = None
        self._conn: Connection | None = None
        self._acquire()
        with store.write("daemon") as tx:
            tx.conn.execute(
                insert(owners).values(
                    workspace_id=store.workspace,
                    owner_id=self.id,
                    pid=os.getpid(),
                    host=socket.gethostname(),
                    boot_id=boot_id(),
                    started_at=tx.now,
                )
            )

    def close(self) -> None:
        """Give the lock up: all claims of this owner may be taken over."""
        if self._file is not None:
            _lock_file(self._folder, self.id).unlink(missing_ok=True)
            self._file.close()
            self._file = None
        if self._conn is not None:
            # The session ends with its connection, but the server may take a moment to see it.
            with suppress(DBAPIError):
                self._conn.execute(_UNLOCK, {"k": _key(self._store, self.id)})
            self._conn.close()
            self._conn = None

    def holds(self) -> bool:
        """Whether the lock is still ours: a PostgreSQL server that restarted has dropped it."""
        if self._file is not None:
            return True
        if self._conn is None:
            return False
        try:
            return self._conn.execute(text("SELECT 1")).scalar() == 1
        except Exception:
            return False

    def gone(self, owner_id: str) -> bool:
        """Whether another owner's process has ended (its lock is free). Our own is never gone."""
        return owner_id != self.id and lock_is_free(self._store, self._folder, owner_id)

    def _acquire(self) -> None:
        if self._store.is_sqlite:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = _lock_file(self._folder, self.id).open("w", encoding="ascii")
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._file.write(f"{os.getpid()}\n")
            self._file.flush()
        else:
            self._conn = self._store.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            # Given back to the pool the session would live on, and the lock with it.
            self._conn.detach()
            self._conn.execute(text("SELECT pg_advisory_lock(:k)"), {"k": _key(self._store, self.id)})


def lock_is_free(store: Store, folder: Path, owner_id: str) -> bool:
    """Whether the process behind an owner has ended."""
    if store.is_sqlite:
        return _flock_is_free(_lock_file(folder, owner_id))
    with store.engine.connect() as conn, conn.begin():
        free = conn.execute(text("SELECT pg_try_advisory_xact_lock(:k)"), {"k": _key(store, owner_id)})
        return bool(free.scalar())


def alive(store: Store, folder: Path) -> frozenset[str]:
    """The owners whose processes are there, of the newest few."""
    with store.read() as tx:
        newest = tx.conn.execute(
            select(owners.c.owner_id)
            .where(owners.c.workspace_id == tx.workspace)
            .order_by(owners.c.owner_id.desc())
            .limit(NEWEST)
        ).scalars()
        ids = list(newest)
    return frozenset(each for each in ids if not lock_is_free(store, folder / "owners", each))


def _flock_is_free(path: Path) -> bool:
    try:
        with path.open("r", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with suppress(OSError):  # in a folder that may only be read it stays
                path.unlink()
            return True
    except FileNotFoundError:
        return True
    except BlockingIOError:
        return False


def _lock_file(folder: Path, owner_id: str) -> Path:
    return folder / f"{owner_id}.lock"


def _key(store: Store, owner_id: str) -> int:
    mark = hashlib.sha256(f"{store.log_id}/{owner_id}".encode()).digest()
    return int.from_bytes(mark[:8], "big", signed=True)


def pid_of(conn: Connection, workspace: str, owner_id: str) -> tuple[int, str] | None:
    """(pid, host) of an owner, to name it to people."""
    row = conn.execute(
        select(owners.c.pid, owners.c.host).where(
            owners.c.workspace_id == workspace, owners.c.owner_id == owner_id
        )
    ).first()
    return (row.pid, row.host) if row else None
