"""Files that change while they are read: facts belong to the bytes that were hashed, or nothing does."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from threading import Event

import pytest
from PIL import Image

from connectors.clock import ManualClock, pause
from connectors.contract import Problem
from publisher import config, texts
from publisher.content import Content
from publisher.content.build import Builder
from publisher.content.files import ReadError
from publisher.content.found import Borders, stamp_of
from publisher.content.shelf import Shelf
from publisher.media.store import MediaStore
from publisher.publish_log.store import Store
from publisher.publish_log.tables import deliveries
from publisher.sync import Synced, Syncer
from tests.clips import clip
from tests.unit.log_world import World

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
SETTINGS = """
timezone: UTC
language: en
sandbox: true
channels:
  fb: {platform: facebook, account: "1001", token: "env:FB"}
"""


def picture(width: int, height: int, colour: str = "red") -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "JPEG")
    return out.getvalue()


class Office:
    """A folder of one post with one file, looked at in two steps: read, then planned."""

    def __init__(self, root: Path, store: Store | None, clock: ManualClock | None) -> None:
        self.root, self.store, self.clock = root, store, clock
        self.post = root / "content" / "a"
        self.post.mkdir(parents=True)
        (root / "schedule.yaml").write_text(SETTINGS, encoding="utf-8")
        (self.post / "teks.txt").write_text("Satu\n", encoding="utf-8")
        self.start()

    def start(self) -> None:
        """A new process, which remembers no facts."""
        self.syncer = Syncer(config.load(self.root), self.store, MediaStore(self.root / "store"))

    def read(self) -> Content:
        return self.syncer.read()

    def plan(self, seen: Content) -> Synced:
        assert self.clock is not None
        self.clock.advance(60)
        return self.syncer.sync(self.clock.now(), write=self.store is not None, seen=seen)

    def wrong(self, seen: Content) -> list[Problem]:
        return [p for p in self.plan(seen).plan.problems if p.code.startswith(("media.", "content."))]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Without a log: what `check` does."""
    return Office(tmp_path, None, ManualClock(NOW))


def saved_over(file: Path, data: bytes) -> None:
    """By a program that keeps size and times as they were: only the bytes can tell."""
    before = file.stat()
    file.write_bytes(data.ljust(before.st_size, b"\0"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def replaced(file: Path, data: bytes) -> None:
    """As Word, Photoshop and rsync save: a new file under the old name."""
    draft = file.with_name(".draft")
    draft.write_bytes(data)
    draft.replace(file)


def cut_short(file: Path, data: bytes) -> None:
    """A copy over it has just begun."""
    file.write_bytes(data[: len(data) // 3])


def emptied(file: Path, data: bytes) -> None:
    """A copy over it is about to begin."""
    file.write_bytes(b"")


CHANGES: list[Callable[[Path, bytes], None]] = [saved_over, replaced, cut_short, emptied]
FILES = {
    "1.jpg": (picture(900, 600, "blue"), picture(600, 900)),
    "1.mp4": (clip(size=(160, 96)), clip()),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("change", CHANGES)
def test_facts_of_other_bytes_than_those_hashed_are_not_taken(
    office: Office, name: str, change: Callable[[Path, bytes], None]
) -> None:
    """Told as a change, with the file's name and what to do; the next look takes the new file as it is."""
    before, after = FILES[name]
    file = office.post / name
    file.write_bytes(before)
    seen = office.read()
    change(file, after)
    [told] = office.wrong(seen)
    assert (told.code, told.values["name"], told.file) == ("media.changed", name, "content/a/teks.txt")
    assert "changed while it was read" in texts.text_of(told)
    assert "tried again" in (texts.fix_of(told) or "")
    assert office.syncer.facts(seen.posts[0])[0] == {}
    replaced(file, after)
    seen = office.read()
    facts, wrong = office.syncer.facts(seen.posts[0])
    assert wrong == []
    [found] = facts.values()
    assert found.width < found.height
    assert office.wrong(seen) == []


def test_what_changes_and_changes_back_is_known_as_it_was_hashed(office: Office) -> None:
    """Wrong facts are not remembered under the old hash: that they were read in between leaves no trace."""
    before, after = FILES["1.jpg"]
    file = office.post / "1.jpg"
    file.write_bytes(before)
    seen = office.read()
    replaced(file, after)
    assert office.wrong(seen)
    replaced(file, before)
    [found] = office.syncer.facts(office.read().posts[0])[0].values()
    assert (found.width, found.height) == (900, 600)


def test_a_post_that_was_remembered_is_held_against_its_file_all_the_same(office: Office) -> None:
    """The stamp of the hashed file is kept with the post, also over the end of a process."""
    file = office.post / "1.mp4"
    file.write_bytes(FILES["1.mp4"][0])
    old = 1_700_000_000
    for each in (file, office.post / "teks.txt", office.post):
        os.utime(each, (old, old))
    pause(2.2)  # younger files are not remembered: the coarsest file systems count two seconds
    office.read()
    seen = office.read()
    assert type(seen.posts[0]).__name__ == "KeptPost"
    assert office.wrong(seen) == []
    office.start()
    seen = office.read()
    replaced(file, FILES["1.mp4"][1])
    assert [told.code for told in office.wrong(seen)] == ["media.changed"]


def test_a_change_in_the_middle_decides_nothing_about_what_is_booked(
    tmp_path: Path, store: Store, clock: ManualClock
) -> None:
    """The delivery stays as it was booked until the file stands still; then it takes the new picture."""
    office = Office(tmp_path, store, clock)
    file = office.post / "1.jpg"
    file.write_bytes(FILES["1.jpg"][0])
    office.plan(office.read())

    def booked() -> list[tuple[str, str | None]]:
        return [(row.fingerprint, row.broken) for row in World(store).rows(deliveries)]

    [first] = booked()
    office.start()
    seen = office.read()
    file.write_bytes(FILES["1.jpg"][1])
    assert [told.code for told in office.wrong(seen)] == ["media.changed"]
    assert booked() == [first]
    office.plan(office.read())
    [then] = booked()
    assert then[0] != first[0]
    assert then[1] is None


# ── While it is hashed ───────────────────────────────────────────────────────


@contextmanager
def written_to(file: Path) -> Iterator[None]:
    """Somebody writes into the file all the time."""
    enough, begun = Event(), Event()

    def write() -> None:
        with file.open("r+b") as there:
            while not enough.is_set():
                there.seek(random.randrange(1000))
                there.write(b"x")
                there.flush()
                begun.set()

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(write)
        begun.wait(10)
        try:
            yield
        finally:
            enough.set()
            done.result()


def test_a_hash_of_half_the_old_and_half_the_new_file_is_none(tmp_path: Path) -> None:
    """What is written to while it is hashed is an error of its own; still again, it is read."""
    file = tmp_path / "big.mp4"
    with file.open("wb") as made:
        made.truncate(60_000_000)
    builder = Builder(str(tmp_path), "content", Borders(str(tmp_path), str(tmp_path)), "UTC", Shelf(tmp_path))
    stamp = stamp_of(file.stat())
    with written_to(file), pytest.raises(ReadError, match=r"media\.changed"):
        builder.hash_of(str(file), stamp)
    now = stamp_of(file.stat())
    assert builder.hash_of(str(file), stamp) == (now, sha256(file.read_bytes()).hexdigest())


def test_a_post_whose_file_is_written_to_is_told_and_not_planned(office: Office) -> None:
    """By the whole way from the folder; afterwards it is a post like any other."""
    file = office.post / "1.mp4"
    with file.open("wb") as made:
        made.write(FILES["1.mp4"][0])
        made.truncate(60_000_000)
    with written_to(file):
        synced = office.plan(office.read())
    [told] = [p for p in synced.plan.problems if p.code == "media.changed"]
    assert (told.values["name"], told.file) == ("1.mp4", "content/a/teks.txt")
    assert list(synced.wanted) == []
    file.write_bytes(FILES["1.mp4"][0])
    assert office.wrong(office.read()) == []


# ── While it is made ─────────────────────────────────────────────────────────

MAKES = """
import sys
from pathlib import Path
from connectors.contract import Media
from publisher.media.store import MediaStore
from publisher.recipe import Recipe
store = MediaStore(Path(sys.argv[1]))
for side in range(int(sys.argv[3]), 2400):
    recipe = Recipe((0, 0, 1500, 1000), (side, side * 2 // 3), None, "", "image/png", 64_000_000)
    store.make([Media(sys.argv[2], recipe.steps, "")])
"""


def test_a_process_killed_while_it_makes_pictures_leaves_none_by_halves(tmp_path: Path) -> None:
    """Whatever bears the name of a made picture is whole, also where the end came while writing."""
    data = BytesIO()
    noise = Image.frombytes("RGB", (1500, 1000), random.Random(5).randbytes(4_500_000))
    noise.save(data, "PNG", compress_level=1)
    source = tmp_path / "1.png"
    source.write_bytes(data.getvalue())
    name = sha256(data.getvalue()).hexdigest()
    folder = tmp_path / "store"
    MediaStore(folder).keep(source, name)
    halves = 0
    for side in (900, 1100, 1300):
        done = set(folder.glob("made/*/*"))
        process = subprocess.Popen([sys.executable, "-c", MAKES, str(folder), name, str(side)])
        while process.poll() is None and not set(folder.glob("made/*/.*")) - done:
            pause(0.0005)
        process.send_signal(signal.SIGKILL)
        process.wait()
        halves += len(set(folder.glob("made/*/.*")) - done)
        for file in folder.glob("made/*/[!.]*"):
            with Image.open(file) as image:
                image.load()
    assert halves, "the end came in the middle at least once"
