"""The file of a log on SQLite, as the standard library sees it: where it may lie, and what it holds."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from errno import EACCES, EROFS
from pathlib import Path
from urllib.parse import quote, unquote

from publisher.errors import LogBusyError, LogError, PublisherError
from publisher.mounts import file_system
from publisher.texts import system_words

BUSY_SECONDS = 10
NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "glusterfs", "fuse.sshfs", "fuse.glusterfs"}
)
"""SQLite's locks do not hold there (sqlite.org/faq.html#q5, checked 2026-11-23)."""


def url_of(database: Path) -> str:
    """As `log` names a log: a folder may be called `50% ?`."""
    return f"sqlite:///{quote(str(database))}"


def file_of(url: str) -> Path | None:
    """The file of a log on SQLite; None: it lies on a server."""
    kind, _, place = url.partition(":///")
    return Path(unquote(place.partition("?")[0])) if kind in ("sqlite", "sqlite+pysqlite") else None


def is_log(database: Path, workspace: str) -> bool:
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


def is_whole(database: Path) -> bool:
    """Whether all that was committed is in the file itself: nothing waits in the write-ahead log."""
    try:
        return database.with_name(f"{database.name}-wal").stat().st_size == 0
    except FileNotFoundError:
        return True


def read_only_uri(database: Path) -> str:
    """For a file that cannot be written; `immutable` does without locks and shared memory."""
    frozen = "&immutable=1" if is_whole(database) else ""
    return f"file:{quote(str(database))}?mode=ro{frozen}"


def connect(database: Path, read_only: bool) -> sqlite3.Connection:
    """A connection that only looks, whatever the file allows; the caller begins and ends transactions."""
    conn = sqlite3.connect(
        read_only_uri(database) if read_only else f"file:{quote(str(database))}?mode=rw",
        uri=True,
        timeout=BUSY_SECONDS,
        check_same_thread=False,
        isolation_level=None,
    )
    conn.execute("PRAGMA query_only = ON")
    return conn


# ── What stands in the way ───────────────────────────────────────────────────


@contextmanager
def plainly() -> Iterator[None]:
    """What an error of SQLite means for people; our own mistakes stay what they are.

    Raises:
        LogBusyError: worth trying again.
        LogError: not.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        told = meaning(type(error).__name__, str(error))
        if told is None:
            raise
        raise told from error


def meaning(kind: str, words: str) -> PublisherError | None:
    """What a database error means for people; None: a broken constraint, or our own mistake.

    Args:
        kind: its class in the DB-API.
        words: the database's.
    """
    # SQLite names a damaged file, or one that is no database, with the bare class.
    if kind == "DatabaseError" or "no such table" in words or "no such column" in words:
        return LogError("log.schema", words=words)
    # InternalError: a PostgreSQL that became a read-only copy.
    if kind in ("OperationalError", "InternalError"):
        return LogBusyError(_hindrance(words), words=words)
    return None


def _hindrance(words: str) -> str:
    """The message for what keeps the log from being used, by SQLite's words (sqlite.org/rescode.html)."""
    if "is locked" in words:
        return "log.locked"
    if "is full" in words:
        return "log.full"
    return "log.read_only" if "readonly" in words else "log.busy"


# ── Where it may lie ─────────────────────────────────────────────────────────


def prepare_folder(folder: Path, *, writable: bool) -> None:
    """Make the folder of a log.

    Raises:
        LogError: it cannot be made, lies on a network file system, or cannot be written to but has to be.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LogError("log.folder", folder=str(folder), words=system_words(error)) from error
    kind = file_system(folder)
    if kind in NETWORK_FILE_SYSTEMS:
        raise LogError("log.network_folder", folder=str(folder), kind=kind)
    if writable and not os.access(folder, os.W_OK):
        code = EROFS if os.statvfs(folder).f_flag & os.ST_RDONLY else EACCES
        refused = OSError(code, os.strerror(code))
        raise LogError("log.folder", folder=str(folder), words=system_words(refused))
