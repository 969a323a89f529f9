"""The media store empties itself of what nothing needs, of nothing else, whoever works there meanwhile."""

from __future__ import annotations

import fcntl
import hashlib
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier
from pathlib import Path
from threading import Thread
from time import sleep

import pytest
from PIL import Image

from connectors.contract import Media
from publisher.media import uses
from publisher.media.inspect import facts
from publisher.media.pruning import Pruned
from publisher.media.store import MediaStore, MediaStoreError
from publisher.model import State
from publisher.publish_log import deciding
from publisher.publish_log.needed import needed
from publisher.recipe import Recipe
from tests.unit.log_world import HOUR, Beside, World, rendition

KEEP = timedelta(days=30)
FITTED = Recipe((0, 0, 40, 30), (20, 15), None, "", "image/jpeg", 1_000_000).steps


def picture(shade: int) -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 30), (shade % 256, shade // 256, 90)).save(out, "PNG")
    return out.getvalue()


def put(folder: Path, store: MediaStore, shade: int, steps: tuple[str, ...] = ("strip",)) -> Media:
    """A picture in the store, made as well."""
    data = picture(shade)
    source = hashlib.sha256(data).hexdigest()
    (folder / f"{shade}.png").write_bytes(data)
    store.keep(folder / f"{shade}.png", source)
    media = Media(source, steps, "")
    store.path(media)
    return media


def files(store: Path) -> set[str]:
    return {file.name for file in store.rglob("*") if file.is_file() and file.name != uses.LOCK}


def age(store: Path, days: float) -> None:
    """All files of the store were last used so long ago."""
    for file in store.rglob("*"):
        if file.is_file():
            at = file.stat().st_mtime - days * 86400
            os.utime(file, (at, at))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "store"


# ── What goes, and what stays ────────────────────────────────────────────────


def test_what_nothing_needs_goes_after_its_time(tmp_path: Path, place: Path) -> None:
    """Source and made file of an old picture go; those of a young one, and of a needed one, stay."""
    store = MediaStore(place)
    gone, stays = put(tmp_path, store, 1), put(tmp_path, store, 2, FITTED)
    age(place, 29)
    assert store.prune([], KEEP) == Pruned()
    age(place, 2)
    young = put(tmp_path, store, 3)
    freed = sum(file.stat().st_size for file in place.rglob(f"{gone.source}*"))
    assert store.prune([stays], KEEP) == Pruned(2, freed)
    assert {name[:64] for name in files(place)} == {stays.source, young.source}
    assert len(files(place)) == 4


def test_all_that_a_slideshow_is_made_of_is_needed_with_it(tmp_path: Path, place: Path) -> None:
    """Its stills and their sources stay: they are what an approver saw, and the clip may be made anew."""
    from publisher.recipe_clips import SlidesRecipe, Still

    store = MediaStore(place)
    stills = [put(tmp_path, store, shade, FITTED) for shade in (1, 2)]
    slides = SlidesRecipe(tuple(Still(one.source, one.recipe) for one in stills), (20, 14), 2.0, 0.5, 10**6)
    age(place, 40)
    assert store.prune([Media(stills[0].source, slides.steps, "")], KEEP) == Pruned()
    assert store.prune([], KEEP).files == 4


def test_what_is_looked_at_counts_as_used(tmp_path: Path, place: Path) -> None:
    """A preview of an old picture keeps what it showed for another while."""
    store = MediaStore(place)
    looked_at, asked_for = put(tmp_path, store, 1), put(tmp_path, store, 2)
    put(tmp_path, store, 3)
    age(place, 40)
    another = MediaStore(place)
    another.path(looked_at)
    assert another.has(asked_for)
    another.keep(tmp_path / "2.png", asked_for.source)
    store.prune([], KEEP)
    made, source = f"{looked_at.source}-strip", asked_for.source
    assert files(place) == {made, f"{asked_for.source}-strip", source}


def test_files_of_others_are_left_alone(tmp_path: Path, place: Path) -> None:
    """A note that somebody put there, and the links of a media host, are not the store's to remove."""
    store = MediaStore(place)
    put(tmp_path, store, 1)
    for name in ("made/00/note.txt", "source/README", "hosted/" + "0" * 64 + ".jpg"):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text("mine")
    age(place, 400)
    store.prune([], KEEP)
    assert files(place) == {"note.txt", "README", "0" * 64 + ".jpg"}


def test_one_that_cannot_be_removed_stops_no_other(tmp_path: Path, place: Path) -> None:
    """The rest goes, and what the disk says is told."""
    store = MediaStore(place)
    put(tmp_path, store, 1)
    stuck = place / "made" / "00" / ("0" * 64)
    stuck.mkdir(parents=True)
    os.utime(stuck, (1, 1))
    age(place, 40)
    with pytest.raises(MediaStoreError, match="media"):
        store.prune([], KEEP)
    assert files(place) == set()


def test_an_empty_store_is_nothing_to_prune(place: Path) -> None:
    """Where nothing was ever kept, nothing is made either."""
    assert MediaStore(place).prune([], KEEP) == Pruned()
    assert not place.exists()


# ── Half-written files ───────────────────────────────────────────────────────

KILLED = """
import sys
from pathlib import Path
from publisher.media.store import write_whole
def chunks():
    yield b"half"
    print("writing", flush=True)
    sys.stdin.read()
write_whole(Path(sys.argv[1]), chunks())
"""


def test_half_written_files_go_once_their_writer_is_gone(place: Path) -> None:
    """Killed in the middle: what it wrote goes a day later. While it lives, its file stays at any age."""
    target = place / "made" / "ab" / ("ab" * 32)
    writer = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(target)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"writing\n"
    (draft,) = files(place)
    assert draft.endswith(".part")
    store = MediaStore(place)
    age(place, 40)
    assert store.prune([], KEEP) == Pruned()
    writer.kill()
    writer.communicate(timeout=10)
    assert files(place) == {draft}
    young = place / "made" / "ab" / ".fresh.part"
    young.write_bytes(b"half")
    assert store.prune([], KEEP).files == 1
    assert files(place) == {young.name}


# ── Others at work ───────────────────────────────────────────────────────────


@contextmanager
def turn(place: Path, kind: int) -> Iterator[None]:
    """Another process in the middle of its turn."""
    with (place / uses.LOCK).open("rb+") as lock:
        fcntl.flock(lock, kind)
        yield


def test_whoever_removes_waits_for_whoever_looks(tmp_path: Path, place: Path) -> None:
    """What another process is just about to use is looked at again when it has done so, and stays."""
    store = MediaStore(place)
    media = put(tmp_path, store, 1)
    age(place, 40)
    with turn(place, fcntl.LOCK_SH):
        pruning = Beside(lambda: store.prune([], KEEP))
        sleep(0.3)
        assert not pruning.over
        for file in place.rglob(f"{media.source}*"):
            os.utime(file)
    assert pruning.result() == Pruned()


def test_whoever_looks_waits_for_whoever_removes(tmp_path: Path, place: Path) -> None:
    """What goes in that moment is made again: nobody is given a file that is no longer there."""
    store = MediaStore(place)
    media = put(tmp_path, store, 1)
    with turn(place, fcntl.LOCK_EX):
        asking = Beside(lambda: store.path(media))
        sleep(0.3)
        assert not asking.over
        (place / "made" / media.source[:2] / f"{media.source}-strip").unlink()
    assert asking.result().exists()


ROUNDS, AT_ONCE = 15, 6


def _prune_again_and_again(place: Path, start: Barrier, removed: Synchronized[int]) -> None:
    store = MediaStore(place)
    for _ in range(ROUNDS):
        start.wait(timeout=60)
        removed.value += store.prune([], KEEP).files
        start.wait(timeout=60)


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_what_was_asked_for_is_there_while_another_prunes(tmp_path: Path, place: Path, kind: str) -> None:
    """Old files are asked for in the moment in which they are removed: each is there, whole, afterwards.

    Either it was asked for first, and stays; or it was gone first, and was brought or made again.
    """
    store = MediaStore(place)
    old = {put(tmp_path, store, shade): tmp_path / f"{shade}.png" for shade in range(AT_ONCE)}
    context = multiprocessing.get_context("spawn")
    start, removed = context.Barrier(2), context.Value("i", 0)
    begin = context.Process if kind == "processes" else Thread
    other = begin(target=_prune_again_and_again, args=(place, start, removed))
    other.start()
    for _ in range(ROUNDS):
        age(place, 40)
        start.wait(timeout=60)
        asked = [(media, store.keep(file, media.source), store.path(media)) for media, file in old.items()]
        start.wait(timeout=60)
        for media, source, made in asked:
            assert hashlib.sha256(source.read_bytes()).hexdigest() == media.source
            assert facts(made, "").width == 40
    other.join(timeout=60)
    assert 0 < removed.value < ROUNDS * len(old) * 2, "they never met"


# ── What the log needs ───────────────────────────────────────────────────────


def needs(world: World, days: float) -> set[str]:
    with world.store.look() as look:
        return {media.source for media in needed(look, world.store.clock.now() - timedelta(days=days))}


def test_what_may_still_go_out_is_needed_whatever_its_age(world: World, clock) -> None:
    """Booked, held, under way, in doubt, handed over, live in part, waiting for a word: all of it stays."""
    for post, columns in {
        "waiting": {"state": "waiting"},
        "held": {"state": "held"},
        "preparing": {"state": "preparing"},
        "unknown": {"state": "unknown"},
        "processing": {"state": "processing"},
        "handed": {"state": "handed_over"},
        "failed": {"state": "failed", "needs_person": True},
        "missed": {"state": "missed", "needs_person": True},
        "given-up": {"state": "failed", "needs_person": False},
        "let-go": {"state": "missed", "needs_person": False},
        "cancelled": {"state": "cancelled"},
    }.items():
        world.put(world.book(f"Kata {post}", post=post, media=[post]), **columns)
    world.published(world.book("Terbit", post="out", media=["out"]), platform_id="out")
    half = world.book("Satu", "Dua", post="half", media=["half"])
    world.published(half, platform_id="half")
    clock.advance(40 * 86400)
    over = {"given-up", "let-go", "cancelled", "out"}
    every = needs(world, days=41)
    assert needs(world, days=30) == every - over
    assert over < every


def test_what_an_approver_said_yes_to_lately_is_needed(world: World, clock) -> None:
    """Also where the post was edited since, and its delivery stands for another picture."""
    delivery = world.book("Lama", media=["seen"])
    with world.store.write("Ibu Sari") as tx:
        deciding.decide(tx, rendition("Lama", media=["seen"]).fingerprint, "approve", None, delivery)
    clock.advance(86400)
    world.edit(delivery, "Baru", media=["edited"], at=world.now + 500 * HOUR)
    assert world.state(delivery) is State.WAITING
    assert needs(world, days=30) == {"seen", "edited"}
    clock.advance(40 * 86400)
    assert needs(world, days=30) == {"edited"}
