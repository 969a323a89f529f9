"""Looking at the log in plain SQL: the same as any transaction sees, without SQLAlchemy."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.engine import make_url

from connectors.clock import ManualClock
from publisher import config
from publisher.errors import LogBusyError
from publisher.model import State, Use
from publisher.publish_log import account_state, alike, deciding, overview, sighting, sqlite_file, usage
from publisher.publish_log import withdrawals as withdrawn
from publisher.publish_log.looking import Look, SqliteLooks, spelt
from publisher.publish_log.store import Store, sqlite_url
from publisher.publish_log.tables import logs, posts
from publisher.sync import Syncer
from publisher.sync.known import snapshot
from tests.unit.log_world import ACCOUNT, HOUR, OTHER_ACCOUNT, Beside, World, sight

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def rich(world: World) -> World:
    """A log in which every kind of row that planning asks for stands at least once."""
    both = (ACCOUNT, OTHER_ACCOUNT)
    for number, account in enumerate(both):
        world.published(world.book("Sudah terbit", post="out", account=account), platform_id=f"out-{number}")
    world.published(world.book("Sebagian", post="half"), platform_id="half")
    world.book("Menunggu persetujuan", post="asks", terms={"approval": "required"})
    yes = world.book("Disetujui", post="yes", terms={"approval": "required"}, at=world.now + HOUR)
    no = world.book(
        "Ditolak", post="no", urgent=True, publish_after=world.now, publish_before=world.now + HOUR
    )
    held = world.book("Ditahan", post="held", state=State.HELD, reason="duplicates.alike", grace=3 * HOUR)
    broken = world.book("Rusak", post="broken")
    gone = world.book("Ditarik", post="gone")
    world.published(gone, platform_id="gone")
    for post, state in (("failed", "failed"), ("missed", "missed"), ("cancelled", "cancelled")):
        world.put(world.book(f"Kata {post}", post=post), state=state)
    work = world.claimed(world.book("Sedang jalan", post="claimed"))
    with world.store.write("Ibu Sari") as tx:
        deciding.decide(tx, world.delivery(yes).fingerprint, "approve", None, yes)
        deciding.decide(tx, world.delivery(no).fingerprint, "approve", None, no)
        deciding.decide(tx, world.delivery(no).fingerprint, "reject", "salah", no)
        deciding.hold_delivery(tx, held, State.HELD, None, "tunggu")
        withdrawn.ask(tx, gone, 1, "keliru")
        withdrawn.settle(tx, gone, 1, withdrawn.REMOVED)
        account_state.reserve_quota(tx, work, "kantor")
        sighting.see(tx, sight("O'Brien", path="kutip \" dan ' /teks.md", adopted=True, skipped=(ACCOUNT,)))
        tx.conn.execute(
            update(posts)
            .where(posts.c.post_id == "half")
            .values(vanished_at=tx.now, edited_at=tx.now, own_id="sendiri")
        )
    world.put_delivery(broken, broken="content.no_body")
    return world


ASKED: dict[str, Callable[[Look, datetime], Any]] = {
    "what planning knows": lambda look, _: snapshot(look),
    "posts": lambda look, _: overview.seen_posts(look),
    "times": lambda look, now: sorted(overview.taken_times(look, now)),
    "texts": lambda look, now: sorted(
        alike.standing(
            look, {ACCOUNT}, now - HOUR, now + HOUR, {State.FAILED}, {"duplicates.alike", "duplicates.same"}
        )
    ),
    "words": lambda look, _: dict(
        alike.renditions_of(
            look, {row[0] for row in look.rows("SELECT fingerprint FROM renditions ORDER BY 1 LIMIT 3")}
        )
    ),
    "first run": lambda look, _: overview.has_run(look),
    "use": lambda look, now: usage.quota_used(look, ACCOUNT, now - HOUR),
    "use of the app": lambda look, now: usage.quota_used_by_app(look, "twitter", "kantor", now - HOUR),
    "parts of the app": lambda look, now: usage.parts_of_app(look, "twitter", "kantor", now - HOUR),
    "roots": lambda look, now: usage.roots_used(look, ACCOUNT, now - HOUR),
    "spent": lambda look, now: usage.spent(look, ACCOUNT, now - HOUR),
}


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED.keys())
def test_a_look_sees_what_a_transaction_sees(rich: World, ask: Callable[[Look, datetime], Any]) -> None:
    """Through the standard library or through SQLAlchemy: the same answers, of the same types."""
    with rich.store.read() as tx:
        expected = ask(tx, rich.now)
    with rich.store.look() as look:
        found = ask(look, rich.now)
    assert repr(found) == repr(expected)


def test_what_a_look_tells(rich: World) -> None:
    """Times are aware, yes and no are truth values, approval is the last word on the words that stand."""
    with rich.store.look() as look:
        known = snapshot(look)
        [used] = usage.quota_used(look, ACCOUNT, rich.now - HOUR)
        stand = alike.standing(look, {ACCOUNT}, rich.now - HOUR, rich.now + 2 * HOUR, (), ())
    assert {post for post, seen in known.posts.items() if seen.settled} == {"out"}
    assert known.posts["half"].vanished_at == known.posts["half"].edited_at == rich.now
    assert known.posts["O'Brien"].adopted
    assert known.posts["O'Brien"].skipped == (ACCOUNT,)
    booked = {each.post_id: each for each in known.deliveries.values()}
    assert {post for post, each in booked.items() if not each.approved} == {"asks", "no"}
    assert {post for post, each in booked.items() if each.claimed} == {"claimed"}
    assert {post for post, each in booked.items() if each.held} == {"held"}
    assert {post for post, each in booked.items() if each.urgent is True} == {"no"}
    assert booked["no"].publish_before == rich.now + HOUR
    assert booked["held"].grace == 3 * HOUR
    assert booked["broken"].broken == "content.no_body"
    assert used == Use(rich.now, {}, ACCOUNT) or used.units
    assert "gone" not in {each.post_id for each in stand}
    assert "broken" not in {each.post_id for each in stand}
    assert {each.at for each in stand if each.post_id == "yes"} == {rich.now + HOUR}


def test_a_look_sees_one_moment(world: World, open_log: Callable[..., Store]) -> None:
    """What others commit between two of its questions does not show in it; and it waits for no writer."""
    delivery = world.book()
    other = open_log(create=False)
    with other.look() as look:
        before = overview.open_posts(look)
        world.put(delivery, state="published", platform_id="x")
        assert overview.open_posts(look) == before == {"p1"}
        with other.look() as beside:
            assert overview.open_posts(beside) == set()
    with world.store.write("test") as tx:
        tx.conn.execute(update(logs).values(heartbeat_at=tx.now))
        later = open_log(create=False)
        with later.look() as look:
            assert overview.open_posts(look) == set()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_look_changes_nothing(store: Store) -> None:
    """Not even by mistake; and the next look is not harmed by it."""
    with pytest.raises(LogBusyError), store.look() as look:
        look.rows("UPDATE logs SET fence = 7")
    with store.look() as look:
        assert look.rows("SELECT fence FROM logs") == [(0,)]


class Snatched(list[sqlite3.Connection]):
    """Idle connections, the last of which another thread takes in the moment after it was seen there."""

    def __bool__(self) -> bool:
        there = len(self) > 0
        self.clear()
        return there

    def __len__(self) -> int:
        there = super().__len__()
        self.clear()
        return there


def test_a_look_whose_idle_connection_is_taken_by_another_thread_opens_its_own(tmp_path: Path) -> None:
    """Between a look into the list and the taking out of it anything may happen."""
    database = tmp_path / "log.db"
    sqlite3.connect(database).close()
    idle = Snatched()
    looks = SqliteLooks(database, read_only=False, _idle=idle)
    for _ in range(2):
        idle.append(sqlite_file.connect(database, read_only=False))
        with looks.look("w") as look:
            assert look.rows("SELECT 1") == [(1,)]
    looks.close()


def test_threads_that_look_at_once_have_a_connection_each(tmp_path: Path) -> None:
    """Whoever looks is alone on his connection until he is done, and all are used again."""
    database = tmp_path / "log.db"
    sqlite3.connect(database).close()
    looks = SqliteLooks(database, read_only=False)
    used: set[int] = set()
    shared: list[int] = []

    def look_often() -> None:
        for _ in range(200):
            with looks.look("w") as look:
                me = id(look.conn)
                if me in used:
                    shared.append(me)
                used.add(me)
                look.rows("SELECT 1")
                used.discard(me)

    several = [Beside(look_often) for _ in range(4)]
    for each in several:
        each.result()
    assert shared == []
    assert 1 <= len(looks._idle) <= len(several)
    looks.close()
    assert looks._idle == []


def test_values_never_become_sql() -> None:
    """A list is as many parameters as it has values; a name that begins another is not mistaken for it."""
    sql, values = spelt("a IN :some AND b = :so", {"some": ["x", "'; DROP"], "so": 1}, sqlite=True)
    assert sql == "a IN (:some_0, :some_1) AND b = :so"
    assert values == {"some_0": "x", "some_1": "'; DROP", "so": 1}


@pytest.mark.parametrize("folder", ["/var/kantor", "/a b/50% ?/#1", "relatif", "/Ünï/+"])
def test_the_place_of_a_log_is_read_as_sqlalchemy_reads_it(folder: str) -> None:
    """With and without it the same file is opened."""
    url = sqlite_url(Path(folder))
    assert str(sqlite_file.file_of(url)) == make_url(url).database == f"{folder}/log.db"
    assert sqlite_file.file_of("postgresql+psycopg://u@h/d") is None


SETTINGS = """\
timezone: Asia/Jakarta
language: id
sandbox: true
channels:
  x: {platform: twitter, account: "2001", token: env:X, budget_usd: 20, slots: ["mon-fri 08:00"]}
  yt: {platform: youtube, account: UC1, token: env:Y, quota: 2}
"""
LOOKS = """
import sys
from publisher.cli.main import main
codes = [main(["--workspace", sys.argv[1], *words.split()]) for words in sys.argv[2:]]
loaded = {name.partition(".")[0] for name in sys.modules}
print(codes, sorted(loaded & {"sqlalchemy", "alembic", "PIL", "av"}))
"""


def test_checking_and_planning_import_no_database_library(tmp_path: Path) -> None:
    """Loading SQLAlchemy takes longer than looking at a thousand posts."""
    (tmp_path / "schedule.yaml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "satu.md").write_text("Rapat koordinasi di aula.\n", encoding="utf-8")
    space = config.load(tmp_path)
    store = open_sandbox_log(space)
    Syncer(space, store).sync(store.clock.now(), write=True)
    store.close()
    (tmp_path / "content" / "dua.md").write_text("Rapat koordinasi di aula!\n", encoding="utf-8")
    looks = ["check", "check content/dua.md", "plan", "plan --json"]
    done = subprocess.run(
        [sys.executable, "-c", LOOKS, str(tmp_path), *looks],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[0, 0, 0, 0] []"


def open_sandbox_log(space: config.Workspace) -> Store:
    """The log that the program itself will find, as of yesterday."""
    from publisher.publish_log.store import open_store

    clock = ManualClock(datetime.fromisoformat("2026-11-24T01:00:00+00:00") - timedelta(days=1))
    return open_store(sqlite_url(space.state), workspace=space.id, mode=space.mode, clock=clock)
