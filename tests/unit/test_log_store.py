"""Opening the publish log, its pragmas and transactions, and what stands in their way; on both databases."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text, update

from connectors.clock import ManualClock, SystemClock
from publisher.errors import LogBusyError, LogError
from publisher.mounts import file_system
from publisher.publish_log import engines, sqlite_file
from publisher.publish_log.store import Store, beat, exists, open_store
from publisher.publish_log.tables import events, logs, parts
from tests.unit.log_world import Beside, World, until_blocked

ROOT = Path(__file__).parent.parent.parent


def opened(url: str, clock: ManualClock, **changed: object) -> Store:
    given = {"workspace": "w", "mode": "sandbox"} | changed
    return open_store(url, clock=clock, **given)  # type: ignore[arg-type]


# ── Opening ──────────────────────────────────────────────────────────────────


def test_a_log_is_made_once_and_found_again(empty_url: str, clock: ManualClock) -> None:
    """The first opening makes tables and stamp; the second finds the same log."""
    assert not exists(empty_url, "w")
    first = opened(empty_url, clock)
    assert exists(empty_url, "w")
    second = opened(empty_url, clock, create=False)
    assert first.log_id == second.log_id
    first.close()
    second.close()


def test_looking_makes_nothing(empty_url: str, clock: ManualClock, tmp_path: Path) -> None:
    """Without leave to create, no file and no table comes into being."""
    with pytest.raises(LogError) as raised:
        opened(empty_url, clock, create=False)
    assert raised.value.message == "log.none"
    assert not exists(empty_url, "w")
    assert list(tmp_path.iterdir()) == []


def test_another_workspace_in_the_same_database_has_no_log_yet(log_url: str, clock: ManualClock) -> None:
    """Tables are shared, logs are not."""
    with pytest.raises(LogError) as raised:
        opened(log_url, clock, workspace="never made", create=False)
    assert raised.value.message == "log.none"


def test_the_other_mode_is_refused(store: Store, open_log: Callable[..., Store]) -> None:
    """A log is stamped at its creation: sandbox and live never mix."""
    with pytest.raises(LogError) as raised:
        open_log(mode="live")
    assert raised.value.message == "log.mode"
    assert raised.value.values == {"found": "sandbox", "wanted": "live"}


def test_a_newer_layout_is_refused(empty_url: str, clock: ManualClock) -> None:
    """An older program does not touch the log of a newer one."""
    log = opened(empty_url, clock)
    with log.write("test") as tx:
        tx.conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    log.close()
    with pytest.raises(LogError) as raised:
        opened(empty_url, clock)
    assert raised.value.message == "log.newer"


def test_an_older_layout_is_not_read_without_leave(empty_url: str, clock: ManualClock) -> None:
    """`status` and `log` change nothing: they name what does."""
    log = opened(empty_url, clock)
    with log.write("test") as tx:
        tx.conn.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    log.close()
    with pytest.raises(LogError) as raised:
        opened(empty_url, clock, create=False)
    assert raised.value.message == "log.older"


OPEN_AND_LIST = """
import sys
from connectors.clock import SystemClock
from publisher.publish_log.store import open_store
store = open_store(sys.argv[1], workspace="w", mode="sandbox", clock=SystemClock(), create=False)
with store.read() as tx:
    pass
print(any(name.partition(".")[0] in ("alembic", "mako") for name in sys.modules))
"""


def test_opening_does_not_import_alembic(empty_url: str, clock: ManualClock) -> None:
    """A log that is up to date is opened by comparing one value."""
    opened(empty_url, clock).close()
    done = subprocess.run(
        [sys.executable, "-c", OPEN_AND_LIST, empty_url], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def make_log(url: str, barrier: object, found: object) -> None:
    barrier.wait()  # type: ignore[attr-defined]
    try:
        log = open_store(url, workspace="w", mode="sandbox", clock=SystemClock())
        found.put(log.log_id)  # type: ignore[attr-defined]
    except BaseException as error:
        found.put(repr(error))  # type: ignore[attr-defined]


def test_processes_that_make_the_log_at_once_make_one(empty_url: str) -> None:
    """Daemon and desk start in the same moment over an empty folder: one log, no error."""
    context = multiprocessing.get_context("spawn")
    barrier, found = context.Barrier(3), context.Queue()
    makers = [context.Process(target=make_log, args=(empty_url, barrier, found)) for _ in range(3)]
    for maker in makers:
        maker.start()
    ids = [found.get(timeout=60) for _ in makers]
    for maker in makers:
        maker.join(10)
    assert len(set(ids)) == 1
    assert len(ids[0]) == 26


def test_threads_that_make_the_log_at_once_make_one(empty_url: str, clock: ManualClock) -> None:
    """Alembic works in the globals of its modules; in one process as well it is one log, and no error."""
    several = [Beside(lambda: opened(empty_url, clock)) for _ in range(4)]
    logs_ = [each.result() for each in several]
    assert len({log.log_id for log in logs_}) == 1
    for log in logs_:
        log.close()


def test_threads_that_stamp_one_workspace_at_once_agree(log_url: str, clock: ManualClock) -> None:
    """The tables are there, the workspace is new, two open it: one stamp."""
    for round_ in range(5):
        name = f"{tempfile.mktemp(prefix='stamp')}-{round_}"[-60:]
        both = [Beside(lambda name=name: opened(log_url, clock, workspace=name)) for _ in range(3)]  # type: ignore[misc]
        logs_ = [each.result() for each in both]
        assert len({log.log_id for log in logs_}) == 1
        for log in logs_:
            log.close()


# ── Folders and files ────────────────────────────────────────────────────────


def test_a_network_file_system_is_refused(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's locks do not hold there; nothing is created. (Named as mounted here; no share is at hand.)"""
    kind = file_system(tmp_path)
    assert kind
    assert kind not in sqlite_file.NETWORK_FILE_SYSTEMS
    assert {"nfs4", "cifs", "smb3", "fuse.sshfs"} <= sqlite_file.NETWORK_FILE_SYSTEMS
    monkeypatch.setattr(sqlite_file, "NETWORK_FILE_SYSTEMS", {kind})
    with pytest.raises(LogError) as raised:
        opened(f"sqlite:///{tmp_path / 'log.db'}", clock)
    assert raised.value.message == "log.network_folder"
    assert raised.value.values["kind"] == kind
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(clock: ManualClock) -> None:
    """The system's own words, and which folder."""
    with pytest.raises(LogError) as raised:
        opened("sqlite:////proc/no/such/log.db", clock)
    assert raised.value.message == "log.folder"
    assert raised.value.values["folder"] == "/proc/no/such"


def as_nobody(do: Callable[[], None]) -> int:
    """Run something without root's rights, in a child; 0: it went through."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            if os.geteuid() == 0:
                os.setgid(65534)
                os.setuid(65534)
            do()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.fixture
def open_folder() -> object:
    """A folder that everybody may reach: pytest's own are its user's only."""
    folder = Path(tempfile.mkdtemp(prefix="log"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_a_read_only_folder_is_named(open_folder: Path, clock: ManualClock) -> None:
    """A log that cannot be written is refused before anything is begun."""
    closed = open_folder / "state"
    closed.mkdir(mode=0o555)

    def refused() -> None:
        with pytest.raises(LogError) as raised:
            opened(f"sqlite:///{closed / 'log.db'}", clock)
        assert raised.value.message == "log.folder"

    assert as_nobody(refused) == 0
    assert list(closed.iterdir()) == []


def test_a_read_only_log_is_said(open_folder: Path, migrated: Path, clock: ManualClock) -> None:
    """The folder is writable, the file is not."""
    state = open_folder / "state"
    state.mkdir()
    state.chmod(0o777)
    shutil.copy(migrated, state / "log.db")
    (state / "log.db").chmod(0o444)

    def refused() -> None:
        with pytest.raises(LogBusyError):
            opened(f"sqlite:///{state / 'log.db'}", clock)

    assert as_nobody(refused) == 0


def test_what_is_no_database_is_said(tmp_path: Path, clock: ManualClock) -> None:
    """A damaged file is a message, never a traceback; it is left as it is."""
    (tmp_path / "log.db").write_bytes(b"this is not a database, " * 400)
    with pytest.raises(LogError) as raised:
        opened(f"sqlite:///{tmp_path / 'log.db'}", clock)
    assert raised.value.message == "log.schema"
    assert (tmp_path / "log.db").read_bytes().startswith(b"this is not")


def test_a_server_that_is_not_there_is_said(clock: ManualClock, tmp_path: Path) -> None:
    """No PostgreSQL behind the socket: try again."""
    url = f"postgresql+psycopg://postgres@/nothing?host={tmp_path}"
    for ask in (lambda: opened(url, clock), lambda: exists(url, "w")):
        with pytest.raises(LogBusyError):
            ask()


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_server_that_no_longer_answers_is_not_waited_for_for_ever(store: Store, clock: ManualClock) -> None:
    """Connections notice within a minute that the network is gone, and the server names the program."""
    with store.read() as tx:
        driver = tx.conn.connection.dbapi_connection
        assert driver is not None
        known = driver.info.get_parameters()
        named = tx.conn.execute(
            text("SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()")
        ).scalar()
    assert named == "publisher"
    assert int(known["connect_timeout"]) <= 10
    assert known.get("keepalives", "1") == "1"  # libpq does not repeat what is its own default
    idle, every, times = (int(known[f"keepalives_{name}"]) for name in ("idle", "interval", "count"))
    assert idle + every * times <= 60
    assert int(known["tcp_user_timeout"]) <= 60_000


def test_the_url_of_a_log_says_how_long_its_server_is_waited_for() -> None:
    """What an office writes there counts; what it leaves out is ours."""
    url = "postgresql+psycopg://u:p%40ss@db/log?host=a:5432&host=b&connect_timeout=3&tcp_user_timeout=9"
    engine = engines.on_server(url)
    _, given = engine.dialect.create_connect_args(engine.url)
    assert (given["connect_timeout"], given["tcp_user_timeout"]) == ("3", "9")
    assert (given["keepalives_idle"], given["keepalives_count"]) == ("30", "3")
    assert (given["host"], given["password"], given["dbname"]) == ("a,b", "p@ss", "log")


def test_a_server_that_takes_a_call_and_says_nothing_is_given_up(clock: ManualClock) -> None:
    """As behind a firewall that swallows: it is said, and nobody hangs."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql+psycopg://u@127.0.0.1:{silent.getsockname()[1]}/log?connect_timeout=2"
        with pytest.raises(LogBusyError):
            Beside(lambda: opened(url, clock)).result(timeout=20)


# ── Transactions ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_sqlite_is_set_up_for_safety(store: Store) -> None:
    """WAL, every commit on disk, foreign keys, patience; in read and write transactions alike."""
    for begin in (store.read, lambda: store.write("test")):
        with begin() as tx:
            found = {
                name: tx.conn.execute(text(f"PRAGMA {name}")).scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
        assert found == {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "busy_timeout": sqlite_file.BUSY_SECONDS * 1000,
        }


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_write_transaction_holds_the_lock_from_its_start(
    store: Store, open_log: Callable[..., Store]
) -> None:
    """BEGIN IMMEDIATE: a second writer waits before it has read anything; readers do not."""
    other = open_log()
    with store.write("test"):
        beside = Beside(lambda: _count(other))
        until_blocked(store, beside)
        assert not beside.over
        with other.read() as tx:
            assert tx.conn.execute(text("SELECT count(*) FROM logs")).scalar_one() >= 1
    assert beside.result() >= 1


def _count(log: Store) -> int:
    with log.write("test") as tx:
        return int(tx.conn.execute(text("SELECT count(*) FROM logs")).scalar_one())


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_locked_log_is_busy_and_nothing_has_changed(
    world: World, open_log: Callable[..., Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program sits on the lock: a message, and the log as it was."""
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.2)
    other = World(open_log())
    delivery = world.book()
    with world.store.write("test"), pytest.raises(LogBusyError):
        other.claim(delivery)
    assert world.part(delivery).claim_token is None
    assert world.claim(delivery) is not None


def test_what_raises_in_a_transaction_leaves_nothing(world: World) -> None:
    """All of it or none."""
    delivery = world.book()
    before = world.part(delivery)
    told = len(world.rows(events))

    def break_off() -> None:
        with world.store.write("test") as tx:
            tx.event(delivery, "state")
            tx.conn.execute(update(parts).where(parts.c.delivery_id == delivery).values(reason="lost"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert world.part(delivery) == before
    assert len(world.rows(events)) == told


def test_a_read_sees_one_moment(world: World, open_log: Callable[..., Store]) -> None:
    """What others commit between two looks of one read does not show in it."""
    delivery = world.book()
    other = World(open_log())
    with world.store.read() as tx:
        one = text("SELECT reason FROM parts WHERE delivery_id = :d").bindparams(d=delivery)
        before = tx.conn.execute(one).scalar_one()
        other.put(delivery, reason="changed meanwhile")
        assert tx.conn.execute(one).scalar_one() == before
    with world.store.read() as tx:
        assert tx.conn.execute(one).scalar_one() == "changed meanwhile"


def test_a_write_after_a_read_may_write(world: World) -> None:
    """The next user of a connection begins as he likes, not as the last one did."""
    for _ in range(3):
        with world.store.read() as tx:
            tx.conn.execute(text("SELECT 1"))
        with world.store.write("test") as tx:
            beat(tx)
    assert world.rows(logs)[0].heartbeat_at == world.now


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_log_time_is_the_servers(store: Store, clock: ManualClock) -> None:
    """Leases on PostgreSQL follow neither the sandbox's clock nor this machine's boot."""
    with store.write("test") as tx:
        server = tx.conn.execute(text("SELECT extract(epoch FROM now())::float8")).scalar_one()
        assert abs(tx.log_time - server) < 5
        assert tx.boot is None
    clock.advance(10_000)
    with store.write("test") as tx:
        assert abs(tx.log_time - server) < 60


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_log_time_is_seconds_since_boot(store: Store, clock: ManualClock) -> None:
    """Leases on SQLite are seconds since boot, with the boot they belong to."""
    with store.write("test") as tx:
        assert tx.log_time == clock.boottime()
        assert tx.boot
    assert tx.now == clock.now()
