"""Looks at the log in plain SQL that both databases read, so that a look needs no SQLAlchemy.

What planning asks (overview.py, alike.py, usage.py) is asked through a `Look`: of SQLite's file through
the standard library, within a larger transaction through that transaction.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from publisher.publish_log import sqlite_file

APPROVED = """coalesce(
    (SELECT approvals.decision FROM approvals
     WHERE approvals.workspace_id = deliveries.workspace_id AND approvals.fingerprint = deliveries.fingerprint
     ORDER BY approvals.approval_id DESC LIMIT 1),
    CASE deliveries.approval WHEN 'none' THEN 'approve' ELSE 'nobody' END
) = 'approve'"""
"""Of a delivery: the last word on its fingerprint is a yes; or none is needed and nobody said no."""


NONE = "SELECT '' WHERE 1 = 0"
"""An empty list, for databases that want something between the brackets."""


AT_ONCE = 5_000
"""Values that one statement asks for: below what any database takes as parameters."""
T = TypeVar("T")


def in_turns(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values, as many at a time as one statement takes."""
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]


class Look(Protocol):
    """One consistent view of a log."""

    workspace: str

    def rows(self, sql: str, /, **values: object) -> Sequence[tuple[Any, ...]]:
        """What a query gives.

        Args:
            sql: with `:name` for each value; for a list of them `IN :name`.
            values: times aware; they come back as the database keeps them: see `instant`.
        """


@dataclass
class SqliteLook:
    """A view of a SQLite log."""

    conn: sqlite3.Connection
    workspace: str

    def rows(self, sql: str, /, **values: object) -> Sequence[tuple[Any, ...]]:
        return self.conn.execute(*spelt(sql, values, sqlite=True)).fetchall()


@dataclass
class SqliteLooks:
    """Connections that only look at a SQLite log, kept from look to look."""

    database: Path
    read_only: bool
    _idle: list[sqlite3.Connection] = field(default_factory=list)

    @contextmanager
    def look(self, workspace: str) -> Iterator[SqliteLook]:
        """One consistent view, of several threads one each.

        Raises:
            LogBusyError, LogError: as of every transaction.
        """
        with sqlite_file.plainly():
            conn = self._taken() or sqlite_file.connect(self.database, self.read_only)
            try:
                conn.execute("BEGIN")
                yield SqliteLook(conn, workspace)
                conn.execute("COMMIT")
            except BaseException:
                conn.close()
                raise
            self._idle.append(conn)

    def close(self) -> None:
        """Give the connections back."""
        while (conn := self._taken()) is not None:
            conn.close()

    def _taken(self) -> sqlite3.Connection | None:
        """One that nobody looks through; a list gives each to one thread only, and may be empty by then."""
        try:
            return self._idle.pop()
        except IndexError:
            return None


def instant(value: Any) -> datetime:
    """A time (aware, UTC), as `rows` gives it."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value.astimezone(UTC)


def instant_or_none(value: Any) -> datetime | None:
    """The same, where there may be none."""
    return None if value is None else instant(value)


def spelt(sql: str, values: Mapping[str, object], *, sqlite: bool) -> tuple[str, dict[str, object]]:
    """A query with one parameter per value of a list, and the values as the database takes them."""
    single: dict[str, object] = {}
    for name, value in values.items():
        if isinstance(value, list | tuple | set | frozenset):
            several = {f"{name}_{number}": each for number, each in enumerate(value)}
            listed = ", ".join(f":{each}" for each in several) or NONE
            sql = re.sub(rf":{name}\b", f"({listed})", sql)
            single.update(several)
        elif sqlite and isinstance(value, datetime):
            single[name] = value.astimezone(UTC).isoformat(timespec="microseconds")
        else:
            single[name] = value
    return sql, single
