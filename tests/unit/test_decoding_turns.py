"""Two pictures decoded at once, whoever decodes: all that needs one is let loose at the same time."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from threading import Lock, Thread
from time import sleep
from typing import Any

import pytest
from PIL import Image, ImageFile

import publisher
from publisher import config
from publisher.cards.deck import Cards
from publisher.media import decoding, inspect, moments, slides
from publisher.media.make import make
from publisher.model import Brand, Post, PostMedia
from publisher.preview import embedding
from publisher.recipe import PLAIN, Recipe
from publisher.recipe_clips import SlidesRecipe
from tests.clips import clip
from tests.pictures import scene, stored
from tests.unit.test_cards import desk as desk  # a fixture

LONG_ENOUGH = 60.0
"""Seconds after which whoever waits is taken to wait for ever."""


class Decodes:
    """How many pictures are being decoded, and the most there were at once."""

    def __init__(self) -> None:
        self.now, self.most, self.all, self._lock = 0, 0, 0, Lock()

    def counted(self, decode: Callable[..., Any]) -> Callable[..., Any]:
        """The same, slow enough for others to come."""

        def counting(*given: Any) -> Any:
            if isinstance(given[0], ImageFile.ImageFile) and not given[0].tile:
                return decode(*given)  # in memory already
            with self._lock:
                self.now, self.all = self.now + 1, self.all + 1
                self.most = max(self.most, self.now)
            try:
                sleep(0.02)
                return decode(*given)
            finally:
                with self._lock:
                    self.now -= 1

        return counting


@pytest.fixture
def decodes(monkeypatch: pytest.MonkeyPatch) -> Decodes:
    seen = Decodes()
    monkeypatch.setattr(ImageFile.ImageFile, "load", seen.counted(ImageFile.ImageFile.load))
    monkeypatch.setattr(moments, "_picture", seen.counted(moments._picture))
    return seen


def all_at_once(jobs: list[Callable[[], object]]) -> None:
    """Each in a thread of its own; all of them end, and none of them badly."""
    failed: list[BaseException] = []

    def done(job: Callable[[], object]) -> None:
        try:
            job()
        except BaseException as error:
            failed.append(error)

    threads = [Thread(target=done, args=(job,), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG_ENOUGH)
        assert not thread.is_alive(), "waits for ever"
    assert failed == []


WIDE = (1600, 1200)
SHOWN = Recipe((0, 0, *WIDE), (400, 300), None, "", "image/jpeg", 10**7)
LARGE = replace(SHOWN, scale=(1500, 1125))


def test_no_more_than_two_pictures_are_decoded_at_once(decodes: Decodes, tmp_path: Path) -> None:
    """Made anew, only tried, turned, shown in previews, a moment of a clip: whatever all threads do."""
    exif = Image.Exif()
    exif[0x0112] = 6
    held = stored(scene(WIDE), "JPEG", exif=exif.tobytes())
    files = [stored(scene(WIDE), kind) for kind in ("JPEG", "PNG", "WEBP", "HEIF")]
    photo, film = tmp_path / "foto.jpg", tmp_path / "klip.mp4"
    photo.write_bytes(files[0])
    film.write_bytes(clip(size=(640, 360)))

    def moment() -> None:
        with moments.picture_at(film, 0.5, "klip.mp4"):
            pass

    jobs: list[Callable[[], object]] = [
        *(lambda data=data: make(data, SHOWN.steps, "x") for data in files),
        lambda: make(files[0], PLAIN, "x"),
        lambda: make(held, PLAIN, "x"),
        lambda: embedding.picture(photo, 500),
        lambda: embedding.small(photo, 300),
        moment,
    ]
    all_at_once(jobs * 2)
    assert (decodes.now, decodes.most) == (0, decoding.AT_ONCE)
    assert decodes.all >= 2 * len(jobs)


def test_a_photo_wanted_in_several_sizes_takes_no_more_turns(decodes: Decodes) -> None:
    """It is decoded once for each of two sizes, side by side; many of them at once wait, and not for ever."""
    from publisher.media.pictures import make_all

    data = stored(scene(WIDE), "JPEG")
    all_at_once([lambda: make_all(data, [SHOWN, LARGE], "x")] * 6)
    assert (decodes.now, decodes.most, decodes.all) == (0, decoding.AT_ONCE, 12)


def test_cards_and_slideshows_take_turns_too(
    decodes: Decodes, tmp_path: Path, desk: config.Workspace
) -> None:
    """The photo and the logo of a card, and the stills of a slideshow, one of which is a card."""
    logo, photo = desk.root / "logo.png", desk.root / "foto.jpg"
    Image.new("RGBA", (300, 200), "navy").save(logo)
    photo.write_bytes(stored(scene(WIDE), "JPEG"))
    branded = replace(desk, brand=Brand(name="Dinas", logo=logo))
    media = PostMedia(photo, "foto.jpg", "foto.jpg", "Foto")
    facts = {"foto.jpg": inspect.facts(photo, "foto.jpg")}

    def card(number: int) -> Path:
        post = Post("a", "content/a/a.md", None, "", f"Layanan {number}", "", media=(media,), card="foto")
        dressed = Cards(branded).dressed(post, desk.channel("fb"), facts)
        return dressed.post.media[0].path

    first = card(0)
    show = SlidesRecipe((), (72, 128), 0.5, 0.1, 400_000)
    jobs: list[Callable[[], object]] = [
        *(lambda n=n: card(n) for n in range(1, 5)),
        *(lambda n=n: slides.make([photo, first, photo], tmp_path / f"{n}.mp4", show, "x") for n in range(5)),
        *(lambda: make(photo.read_bytes(), SHOWN.steps, "x") for _ in range(3)),
    ]
    before = decodes.all
    all_at_once(jobs)
    assert (decodes.now, decodes.most) == (0, decoding.AT_ONCE)
    assert decodes.all - before == 4 * 3 + 5 * 3 + 3


def test_whoever_has_a_turn_takes_no_second() -> None:
    """Two who wait for a second each with the first in hand would wait for ever: it is told at once."""
    with decoding.one_of_few, pytest.raises(AssertionError, match="give it back"), decoding.one_of_few:
        pass
    with decoding.one_of_few, Image.open(BytesIO(stored(scene((40, 30)), "PNG"))) as image:
        image.load()


def test_files_are_given_to_a_decoder_in_one_place() -> None:
    """Where its size is looked at first, and where turns are taken: nowhere else is `Image.open` called."""
    root = Path(publisher.__file__).parent
    places = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "open" and ast.unparse(node.value) == "Image"
    }
    assert places == {"media/decoding.py"}
