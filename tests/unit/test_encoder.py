"""media/encoder: one clip at a time whatever the number of processes, and none for longer than it may."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from subprocess import PIPE, Popen

import pytest
from PIL import Image

from connectors.contract import Media
from publisher import texts
from publisher.media import encoder
from publisher.media.encoder import Encoder
from publisher.media.inspect import MediaError
from publisher.media.progress import heard_by, still_at_it
from publisher.media.store import MediaStore
from publisher.recipe_clips import ClipRecipe, RepackRecipe, SlidesRecipe, Still
from tests.clips import clip

SMALL = ClipRecipe((96, 160), 25.0, 200_000).steps
SMALLER = ClipRecipe((48, 80), 25.0, 200_000).steps

HOLDS = """
import sys
from pathlib import Path
from publisher.media.encoder import Encoder
with Encoder(Path(sys.argv[1])).turn() as draft:
    draft.write_bytes(b"half a clip")
    print("has it", flush=True)
    sys.stdin.read()
"""
ENCODES = """
import sys
from pathlib import Path
from connectors.contract import Media
from publisher.media import clip_make
from publisher.media.store import MediaStore
really, log = clip_make.make, Path(sys.argv[2])
def make(*given):
    with log.open("a") as file: print("begins", file=file)
    really(*given)
    with log.open("a") as file: print("ends", file=file)
clip_make.make = make
sys.stdin.readline()
print(MediaStore(Path(sys.argv[1])).path(Media(sys.argv[3], tuple(sys.argv[4].split("|")), "")), flush=True)
"""


def kept(tmp_path: Path, **wanted: object) -> tuple[MediaStore, str]:
    """A store with a clip in it; gives the clip's sha256, too."""
    data = clip(**{"size": (96, 160), **wanted})
    (tmp_path / "klip.mp4").write_bytes(data)
    source = sha256(data).hexdigest()
    store = MediaStore(tmp_path / "store")
    store.keep(tmp_path / "klip.mp4", source)
    return store, source


@contextmanager
def running(code: str, *given: str) -> Iterator[Popen[str]]:
    """Another process of the program."""
    with Popen([sys.executable, "-c", code, *given], stdin=PIPE, stdout=PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def left_over(tmp_path: Path) -> list[str]:
    """What lies in the store beside the sources and the locks."""
    files = (one for one in (tmp_path / "store").rglob("*") if one.is_file())
    return [one.name for one in files if "source" not in one.parts and one.suffix != ".lock" != one.name]


# ── One at a time ────────────────────────────────────────────────────────────


def test_whoever_waits_for_another_process_keeps_its_claim(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another process encodes, the one that waits tells that it is alive until its turn comes."""
    monkeypatch.setattr(encoder, "ASK_AGAIN", 0.01)
    store, source = kept(tmp_path)
    waited: list[int] = []
    with running(HOLDS, str(tmp_path / "store")) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        other.stdout.readline()

        def alive(made: float, of: float) -> None:
            assert not store.has(media) or of
            waited.append(1)
            if not of and len(waited) == 3:
                other.stdin.close()  # type: ignore[union-attr]  # the other clip is done

        media = Media(source, SMALL, "")
        with heard_by(alive):
            assert store.path(media).is_file()
    assert len(waited) > 3


def test_a_killed_encoder_blocks_nobody_and_leaves_nothing(tmp_path: Path) -> None:
    """Its lock dies with it, and its half clip gives way to the next."""
    store, source = kept(tmp_path)
    with running(HOLDS, str(tmp_path / "store")) as other:
        assert other.stdout is not None
        other.stdout.readline()
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
    assert left_over(tmp_path) == ["encoder.part"]
    made = store.path(Media(source, SMALL, ""))
    assert left_over(tmp_path) == [made.name]


@pytest.mark.parametrize(("recipes", "encoded"), [((SMALL, SMALL), 1), ((SMALL, SMALLER), 2)])
def test_two_processes_encode_one_after_the_other(
    tmp_path: Path, recipes: tuple[tuple[str, ...], ...], encoded: int
) -> None:
    """Server and preview: the same clip once, two clips never at once."""
    _, source = kept(tmp_path, seconds=2.0)
    given = (str(tmp_path / "store"), str(tmp_path / "log"), source)
    with (
        running(ENCODES, *given, "|".join(recipes[0])) as one,
        running(ENCODES, *given, "|".join(recipes[1])) as other,
    ):
        for each in (one, other):
            assert each.stdin is not None
            each.stdin.write("\n")
            each.stdin.flush()
        for each in (one, other):
            assert each.stdout is not None
            assert Path(each.stdout.readline().strip()).is_file()
    assert (tmp_path / "log").read_text().split() == ["begins", "ends"] * encoded


# ── In time ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("steps", [SMALL, RepackRecipe("aac").steps])
def test_encoding_that_takes_too_long_is_ended(tmp_path: Path, steps: tuple[str, ...]) -> None:
    """In words of both languages, with what to do; nothing half made stays, and with more time it is made."""
    store, source = kept(tmp_path)
    hurried = MediaStore(tmp_path / "store", encoding_limit=timedelta(microseconds=1))
    with pytest.raises(MediaError) as caught:
        hurried.path(Media(source, steps, ""))
    assert caught.value.message == "media.encoding_slow"
    for language in ("id", "en"):
        texts.use(language)
        assert re.search(r"\d %", texts.error_text(caught.value))
        assert "encoding_limit" in texts.fix_of(caught.value.problem())
    assert left_over(tmp_path) == []
    assert store.path(Media(source, steps, "")).is_file()


def test_a_slideshow_has_its_limit_too(tmp_path: Path) -> None:
    """Pictures that become a clip are encoded as any other."""
    Image.new("RGB", (64, 64), "red").save(tmp_path / "foto.jpg")
    data = (tmp_path / "foto.jpg").read_bytes()
    source = sha256(data).hexdigest()
    store = MediaStore(tmp_path / "store", encoding_limit=timedelta(microseconds=1))
    store.keep(tmp_path / "foto.jpg", source)
    steps = SlidesRecipe((Still(source, ("strip",)),), (64, 64), 1.0, 0.0, 100_000).steps
    with pytest.raises(MediaError, match="encoding_slow"):
        store.path(Media(source, steps, ""))


@pytest.mark.parametrize(
    ("seconds", "limit", "allowed"), [(10.0, None, 600), (3600.0, None, 108_000), (3600.0, 5400, 5400)]
)
def test_how_long_it_may_take_follows_the_clip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float, limit: int | None, allowed: int
) -> None:
    """Thirty times its length and at least ten minutes, unless the office says how long."""
    times = count(0, allowed / 10)
    monkeypatch.setattr(encoder, "stopwatch", lambda: next(times))
    told: list[int] = []

    def encode() -> None:
        with Encoder(tmp_path, timedelta(seconds=limit) if limit else None).in_time("klip.mp4"):
            for part in range(1, 20):
                told.append(part)
                still_at_it(seconds * part / 20, seconds)

    with pytest.raises(MediaError) as caught:
        encode()
    assert told[-1] == 11
    assert caught.value.values == {"name": "klip.mp4", "percent": 55, "took": round(allowed * 1.1)}


def test_waiting_for_a_turn_takes_nothing_of_that_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another clip takes is not this one's fault."""
    monkeypatch.setattr(encoder, "ASK_AGAIN", 0.0)
    now = [0.0]
    monkeypatch.setattr(encoder, "stopwatch", lambda: now[0])
    store, source = kept(tmp_path)
    with running(HOLDS, str(tmp_path / "store")) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        other.stdout.readline()

        def alive(made: float, of: float) -> None:
            if not of:
                now[0] += 10_000
                other.stdin.close()  # type: ignore[union-attr]

        with heard_by(alive):
            assert store.path(Media(source, SMALL, "")).is_file()
    assert now[0] >= 10_000


def test_how_far_it_is_can_be_followed(tmp_path: Path) -> None:
    """From nothing to all of the clip, never backwards; packed anew or encoded."""
    store, source = kept(tmp_path, seconds=2.0)
    for steps in (SMALL, RepackRecipe("aac").steps):
        told: list[tuple[float, float]] = []
        with heard_by(lambda made, of, told=told: told.append((made, of))):  # type: ignore[misc]
            store.path(Media(source, steps, ""))
        lengths = {of for _, of in told}
        assert len(lengths) == 1
        assert lengths.pop() == pytest.approx(2.0, abs=0.1)
        assert told[0][0] < 0.2
        assert told[-1][0] == pytest.approx(2.0, abs=0.1)
