"""Draws a card unless it lies on the shelf already, and remembers what it was drawn of."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from connectors.contract import Json, MediaFacts, PictureRules, Severity, canonical
from publisher.cards.design import Design
from publisher.cards.words import CardWords, spoken
from publisher.content.shelf import Shelf
from publisher.errors import PublisherError
from publisher.model import Brand, PostMedia
from publisher.render.fitting import Wish, filling

NAMED = 20
"""Characters that no font has, of which so many are named."""


@dataclass(frozen=True, slots=True)
class Told:
    """What people are told of a card, and later of the same card once more."""

    code: str
    severity: Severity
    values: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The pages of a card as they lie on the shelf: (sha256, alternative text), and what is told of them."""

    pages: tuple[tuple[str, str], ...]
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Photo:
    """The picture of a post that stands on its card."""

    media: PostMedia
    facts: MediaFacts

    def cut(self, size: tuple[int, int]) -> bytes:
        """Cut to fill a frame, around its focus; decoded like any picture that is made anew."""
        from publisher.media import inspect, pictures

        made = filling(self.facts, self.media.focus, size, Wish("crop"))
        data = inspect.read(self.media.path, self.media.name)
        return pictures.make_all(data, [made], self.media.name)[0]


@dataclass(frozen=True, slots=True)
class Task:
    """All that a card is drawn of."""

    design: Design
    words: CardWords
    rules: PictureRules
    most: int
    photo: Photo | None


class Gallery:
    """The cards of one workspace: a file for each page, and a note for each card.

    Args:
        folder: may be emptied at any time.
    """

    def __init__(self, folder: Path, brand: Brand) -> None:
        self._folder = folder
        self._brand = brand
        self._shelf = Shelf(folder)
        self._drawn: dict[str, Drawn] = {}

    def card(self, task: Task) -> Drawn:
        """The pages of a card, drawn now if they are not there.

        Raises:
            PublisherError: it cannot be drawn.
            ReadError: it cannot be kept.
        """
        key = self._key(task)
        drawn = self._recalled(key)
        if drawn is None:
            drawn = self._draw(task)
            self._remember(key, drawn)
        return drawn

    def path(self, source: str) -> Path:
        """The file of a page."""
        return self._folder / source

    def prune(self, used: Collection[Path]) -> None:
        """Remove what no post has used for a day."""
        self._shelf.prune({path.name for path in (*used, *map(self._note, self._drawn))})

    def _key(self, task: Task) -> str:
        """The name of a card: all that its look hangs on, without drawing it."""
        from publisher.cards import draw, fonts

        brand, design, photo = self._brand, task.design, task.photo
        logo = hashlib.sha256(_bytes_of(brand.logo)).hexdigest() if brand.logo else ""
        about = {
            "drawing": draw.VERSION,
            "design": repr(replace(design, folder=Path())),
            "words": repr(task.words),
            "fonts": fonts.digests(sorted(design.fonts), design.folder),
            "brand": [brand.colour, brand.accent, logo],
            "size": [*task.rules.canvas, *task.rules.covered, task.most],
            "photo": [photo.media.source, photo.media.alt, photo.media.focus] if photo else None,
        }
        return hashlib.sha256(canonical(about)).hexdigest()

    def _draw(self, task: Task) -> Drawn:
        from publisher.cards.draw import Drawing
        from publisher.cards.pages import Page, spread
        from publisher.cards.setting import Canvas, Setting

        words, order = task.words, task.design.area.order
        setting = Setting(task.design, Canvas(*task.rules.canvas, *task.rules.covered), words)
        if "body" not in order and not setting.fits(Page(words.title), 0, 1.0):
            raise PublisherError("cards.long_title", design=task.design.name)
        if not setting.readable():
            raise PublisherError("cards.no_letters")
        found = spread(words.title, words.paragraphs, task.most, setting.fits)
        box = setting.photo()
        photo = task.photo.cut((box[2] - box[0], box[3] - box[1])) if task.photo and box else None
        drawing = Drawing(setting, self._brand, photo)
        count, pages = len(found.pages), []
        seen = (task.photo.media.alt,) if task.photo else ()
        for number, page in enumerate(found.pages, 1):
            _, source = self._shelf.put(drawing.page(page, found.step, number, count))
            kicker = words.kicker if page.first and "kicker" in order else ""
            pages.append((source, spoken(kicker, page.title, page.paragraphs, (*seen, *words.below()))))
        told = []
        if missing := setting.missing():
            listed = " ".join(missing[:NAMED]) + (" …" if len(missing) > NAMED else "")
            told.append(Told("cards.no_glyph", Severity.WARNING, {"characters": listed}))
        of = found.of + words.left
        if found.kept < of:
            values = {"kept": found.kept, "of": of, "pages": count}
            told.append(Told("cards.cut", Severity.WARNING, values))
        return Drawn(tuple(pages), tuple(told))

    # ── What was drawn ──

    def _note(self, key: str) -> Path:
        return self._folder / f"{key}.json"

    def _recalled(self, key: str) -> Drawn | None:
        drawn = self._drawn.get(key)
        if drawn is None:
            try:
                data = json.loads(self._note(key).read_bytes())
                told = tuple(Told(code, Severity(how), values) for code, how, values in data["told"])
                drawn = Drawn(tuple((source, alt) for source, alt in data["pages"]), told)
            except (OSError, ValueError, TypeError, LookupError):
                return None
        if not all((self._folder / source).is_file() for source, _ in drawn.pages):
            return None
        if key not in self._drawn:
            self._drawn[key] = drawn
            for name in (f"{key}.json", *(source for source, _ in drawn.pages)):
                with suppress(OSError):
                    os.utime(self._folder / name)  # in use: stays on the shelf
        return drawn

    def _remember(self, key: str, drawn: Drawn) -> None:
        self._drawn[key] = drawn
        told = [[one.code, one.severity.value, dict(one.values)] for one in drawn.told]
        note = self._note(key)
        draft = note.with_name(f".{note.name}.{os.getpid()}")
        with suppress(OSError):  # costs only that it is drawn once more
            draft.write_text(json.dumps({"pages": drawn.pages, "told": told}), encoding="utf-8")
            draft.replace(note)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise PublisherError("cards.logo", name=path.name) from None
