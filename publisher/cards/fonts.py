"""The letters of cards: which file has them, how wide they run, and which character nobody has.

A character that the design's own font lacks is taken from Noto; one that no font has is found before
anything is drawn, so that no empty box ever stands on a card. Fonts come from packages with an open
licence, or lie beside the design.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.errors import PublisherError

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

WEIGHTS = {"regular": 400, "medium": 500, "semibold": 600, "bold": 700, "extrabold": 800}
"""Names of the shipped family, with their weight."""
_OWN = {
    name: f"Manrope-{file}.ttf"
    for name, file in zip(WEIGHTS, ("Regular", "Medium", "SemiBold", "Bold", "ExtraBold"), strict=True)
}
_OTHERS = (
    "NotoSans[wght].ttf",
    "NotoSansSymbols[wght].ttf",
    "NotoEmoji[wght].ttf",
    "NotoSansArabic[wght].ttf",
)
_EMOJI, _ARABIC = _OTHERS[2:]
_NOBODY = "\U0010fffe"
"""No font has it: what is drawn in its place is drawn for every character that is not there."""
_PICTURE = "[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff]"
_SEQUENCE = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"
    "|[0-9#*]\ufe0f?\u20e3"
    f"|{_PICTURE}(?:\ufe0f|[\U0001f3fb-\U0001f3ff])?"
    f"(?:\u200d{_PICTURE}(?:\ufe0f|[\U0001f3fb-\U0001f3ff])?)*"
)
_SAME = str.maketrans({"\u2713": "\u2714", "\u2611": "\u2714", "\u2010": "-", "\u2011": "-"})
"""What hardly any font has → what says the same."""
_MIRRORED = str.maketrans("()[]{}«»<>", ")(][}{»«><")
_PLAIN = "".join(map(chr, range(33, 127)))
_SILENT = re.compile("[\ufe0e\ufe0f\u200b-\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069\u00ad]")
_ARABIC_LETTER = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")


@dataclass(frozen=True, slots=True)
class Face:
    """A font file at a weight.

    Attributes:
        shaped: whether its letters change with their neighbours, which a library of the system does.
    """

    path: Path
    weight: int = 0
    shaped: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one face."""

    text: str
    face: Face


def face_of(name: str, folder: Path) -> Face:
    """The face that a design names: a weight of the shipped family, or a file beside the design.

    Raises:
        PublisherError: `cards.no_fonts`: the package is not installed.
    """
    if name in _OWN:
        return Face(packaged("font_manrope") / "files" / _OWN[name])
    return Face(folder / name)


@cache
def packaged(package: str) -> Path:
    """Where a package of fonts lies; nothing of it is run."""
    spec = find_spec(package)
    places = spec.submodule_search_locations if spec else None
    if not places:
        raise PublisherError("cards.no_fonts", package=package)
    return Path(places[0])


@cache
def shaping() -> bool:
    """Whether this machine can join letters (Arabic) and emoji of several characters: it needs FriBiDi."""
    from PIL import features

    return bool(features.check("raqm"))


def digests(names: Iterable[str], folder: Path) -> list[str]:
    """sha256 of every font file that a design may use, as a card's name counts them."""
    helpers = (packaged("manimgx_fonts") / name for name in _OTHERS)
    return [_digest(path) for path in (*(face_of(name, folder).path for name in names), *helpers)]


@cache
def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        raise PublisherError("cards.font_unreadable", name=path.name) from None


def others(weight: int) -> tuple[Face, ...]:
    """The faces that help out, in this order."""
    folder = packaged("manimgx_fonts")
    return tuple(Face(folder / name, weight, name in (_EMOJI, _ARABIC) and shaping()) for name in _OTHERS)


@lru_cache(maxsize=128)
def loaded(face: Face, size: int) -> FreeTypeFont:
    """The font at a size in pixels.

    Raises:
        PublisherError: `cards.font_unreadable`.
    """
    from PIL import ImageFont

    # Letters are laid out the same on every machine; only what must be shaped asks a library of the system.
    engine = ImageFont.Layout.RAQM if face.shaped else ImageFont.Layout.BASIC
    try:
        font = ImageFont.truetype(face.path, size, layout_engine=engine)
        if face.weight:
            font.set_variation_by_axes([face.weight])
    except OSError:
        raise PublisherError("cards.font_unreadable", name=face.path.name) from None
    return font


@lru_cache(maxsize=4096)
def has(face: Face, char: str) -> bool:
    """Whether a face has a character: what it draws for it is not what it draws for none."""
    if char.isspace():
        return True
    font = loaded(face, 32)
    drawn, nothing = font.getmask(char), font.getmask(_NOBODY)
    return bytes(drawn) != bytes(nothing) and drawn.getbbox() is not None


class Script:
    """One face of a design with those that help out: text becomes runs, widths, and what is missing."""

    def __init__(self, face: Face, weight: int) -> None:
        self.face = face
        self._helpers = others(weight)
        self._plain = all(has(face, char) for char in _PLAIN)
        self._widths: dict[tuple[str, int], float] = {}

    def runs(self, text: str, *, leftward: bool = False) -> list[Run]:
        """The text in pieces of one face each, from left to right; what no face has is left out.

        Args:
            leftward: whether it is read from right to left: its first piece then stands last.
        """
        if self._plain and text.isascii():
            return [Run(text, self.face)] if text else []
        found: list[Run] = []
        for piece, face in self._pieces(text):
            if face is None:
                continue
            if found and found[-1].face == face:
                found[-1] = Run(found[-1].text + piece, face)
            else:
                found.append(Run(piece, face))
        return [_turned(run) for run in reversed(found)] if leftward else found

    def missing(self, text: str) -> list[str]:
        """What no face has."""
        if self._plain and text.isascii():
            return []
        return [piece for piece, face in self._pieces(text) if face is None]

    def width(self, text: str, size: int) -> float:
        """How wide a text runs, in pixels."""
        key = (text, size)
        if key not in self._widths:
            self._widths[key] = sum(loaded(run.face, size).getlength(run.text) for run in self.runs(text))
        return self._widths[key]

    def _pieces(self, text: str) -> Iterator[tuple[str, Face | None]]:
        text, at, last = text.translate(_SAME), 0, self.face
        while at < len(text):
            char = text[at]
            sequence = _SEQUENCE.match(text, at)
            if sequence and not (len(sequence[0]) == 1 and has(self.face, char)):
                at = sequence.end()
                yield self._pictured(sequence[0])
                continue
            at += 1
            if _SILENT.match(char):
                continue
            joins = unicodedata.category(char) in ("Mn", "Me") or (char == " " and _between(text, at))
            face = last if joins else self._of(char)
            yield char, face
            last = face or last

    def _of(self, char: str) -> Face | None:
        helpers = [one for one in self._helpers if one.shaped or not _ARABIC_LETTER.match(char)]
        return next((face for face in (self.face, *helpers) if has(face, char)), None)

    def _pictured(self, sequence: str) -> tuple[str, Face | None]:
        """An emoji of one or more characters."""
        emoji = self._helpers[2]
        bare = _SILENT.sub("", sequence) if "\u200d" not in sequence else sequence.replace("\ufe0f", "")
        if len(bare) == 1:
            face = self._of(bare)
            return bare, face
        if not emoji.shaped and not "\U0001f1e6" <= bare[0] <= "\U0001f1ff":
            return bare[0], self._of(bare[0])  # without its colour of skin, or the frame around a digit
        if not emoji.shaped or not all(has(emoji, char) or char == "\u200d" for char in bare):
            return sequence, None
        return bare, emoji


def _turned(run: Run) -> Run:
    """A piece that stands between pieces read from right to left: signs by themselves change sides."""
    signs = not any(char.isalnum() for char in run.text)
    return Run(run.text[::-1].translate(_MIRRORED), run.face) if signs else run


def _between(text: str, at: int) -> bool:
    """Whether a blank stands between Arabic words, which are then read from right to left as a whole."""
    return (
        at >= 2 and bool(_ARABIC_LETTER.match(text[at - 2])) and bool(_ARABIC_LETTER.match(text[at : at + 1]))
    )
