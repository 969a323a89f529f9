"""What is remembered changes nothing: a warm look tells and plans to the letter what a cold one does."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from connectors.clock import ManualClock
from publisher import config
from publisher.content import found
from publisher.content.kept import KeptPost
from publisher.publish_log.store import Store, open_store, sqlite_url
from publisher.sync import Synced, Syncer
from tests.corpus.drops import DROPS, Drop
from tests.corpus.files import jpeg
from tests.corpus.test_drops import put

SETTINGS = """\
timezone: Asia/Jakarta
language: id
sandbox: true
approval: none
channels:
  fb: {platform: facebook, account: "1001", token: env:FB, slots: ["mon-fri 08:00"]}
  ig: {platform: instagram, account: "17841", token: env:IG, slots: ["mon-fri 08:00"]}
  x: {platform: twitter, account: "2001", token: env:X, slots: ["mon-fri 08:05"]}
"""
NOW = datetime(2026, 11, 20, 1, tzinfo=UTC)
_numbers = count(1)


class Office:
    """A workspace with drops of the corpus and a log that has known them for a day, half of them out."""

    def __init__(self, root: Path, drops: Sequence[Drop]) -> None:
        self.root = root
        (root / "schedule.yaml").write_text(SETTINGS, encoding="utf-8")
        for drop in drops:
            put(drop, root / "content" / drop.name)
        self.space = config.load(root)
        self.store = self._booked()
        self.provisional = Syncer(self.space, None)._provisional

    def _booked(self) -> Store:
        clock = ManualClock(NOW - timedelta(days=1))
        store = open_store(
            sqlite_url(self.space.state), workspace=self.space.id, mode=self.space.mode, clock=clock
        )
        Syncer(self.space, store).sync(clock.now(), write=True)
        with store.write("test") as tx:
            tx.conn.execute(
                text(
                    "UPDATE parts SET state = 'published', platform_id = delivery_id, published_at = since"
                    " WHERE delivery_id IN (SELECT delivery_id FROM deliveries WHERE sequence % 2 = 0)"
                )
            )
        return store

    def look(self, *, cold: bool = False) -> Synced:
        """As a new process looks; cold: one that remembers nothing."""
        if cold:
            shutil.rmtree(self.root / ".publisher" / "cache")
        return Syncer(self.space, self.store, _provisional=self.provisional).sync(NOW, write=False)


def told(synced: Synced) -> dict[str, object]:
    """All that people and booking get of a look."""
    seen, plan = synced.content, synced.plan
    return {
        "posts": [(post.path, post.title, post.body, post.media, post.problems) for post in seen.posts],
        "problems of the folder": seen.problems,
        "unsettled": seen.unsettled,
        "ids": synced.ids,
        "problems": plan.problems,
        "actions": plan.actions,
        "sights": plan.sights,
        "vanished": plan.vanished,
    }


@pytest.fixture(autouse=True)
def _remembered_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written a moment ago is remembered too, or these tests would compare cold with cold."""
    monkeypatch.setattr(found, "YOUNG_NS", 0)


def test_the_whole_corpus_warm_and_cold(tmp_path: Path) -> None:
    """Every post, every problem with its place, every line of the plan; and most were not read again."""
    office = Office(tmp_path, DROPS)
    cold = office.look(cold=True)
    warm = office.look()
    assert sum(isinstance(post, KeptPost) for post in warm.content.posts) > len(DROPS) // 3
    assert told(warm) == told(cold)
    assert warm.content == cold.content
    assert cold.content == warm.content
    office.store.close()


# ── And after edits ──


def _edit(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"\nSatu kalimat lagi.\n")


def _same_size(file: Path) -> None:
    """Other words of the same length, and the time put back, as some programs do."""
    before = file.stat()
    file.write_bytes(bytes(reversed(file.read_bytes())))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def _rename(file: Path) -> None:
    file.parent.rename(file.parent.with_name(f"pindah {next(_numbers)}"))


def _copy(file: Path) -> None:
    shutil.copytree(file.parent, file.parent.with_name(f"{file.parent.name} - Salin {next(_numbers)}"))


def _remove(file: Path) -> None:
    file.unlink()


def _add_picture(file: Path) -> None:
    (file.parent / f"tambahan {next(_numbers)}.jpg").write_bytes(jpeg(next(_numbers)))


def _add_text(file: Path) -> None:
    (file.parent / f"kedua {next(_numbers)}.txt").write_text("Teks kedua.\n", encoding="utf-8")


def _lock(file: Path) -> None:
    (file.parent / f"~${file.name}").write_bytes(b"x")


def _swap_with_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _bury(file: Path) -> None:
    """The post moves into an archive."""
    shelf = file.parent.parent / "Arsip 2026"
    shelf.mkdir(exist_ok=True)
    file.parent.rename(shelf / f"{file.parent.name} {next(_numbers)}")


EDITS: tuple[Callable[[Path], None], ...] = (
    *(_edit, _same_size, _rename, _copy, _remove, _add_picture, _add_text, _lock, _swap_with_a_folder, _bury),
)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Some drops of every kind."""
    office = Office(tmp_path_factory.mktemp("few"), DROPS[::9])
    shutil.copytree(office.root / "content", office.root / "as it was")
    yield office
    office.store.close()


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, 999), st.sampled_from(EDITS)), min_size=1, max_size=4))
def test_after_any_edits(few: Office, edits: list[tuple[int, Callable[[Path], None]]]) -> None:
    """Renamed, rewritten, copied, swapped, opened, gone: what was remembered before misleads nobody."""
    content = few.root / "content"
    shutil.rmtree(content)
    shutil.copytree(few.root / "as it was", content)
    few.look()
    for number, edit in edits:
        files = sorted(path for path in content.rglob("*") if path.is_file())
        edit(files[number % len(files)])
    warm = few.look()
    assert told(warm) == told(few.look(cold=True))
