"""Fonts that this machine has besides ours, for letters on paper that ours lack: as fontconfig lists them.

Whoever writes Chinese or Thai installs a font for it once (`fonts-noto-cjk`, `fonts-noto-core`), and the
sheets have its letters; without fontconfig, or without such a font, they are printed by their numbers.
"""

from __future__ import annotations

import subprocess
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_LINE = "%{file}\t%{index}\t%{weight}\t%{slant}\t%{charset}\n"
_LIST = ("fc-list", "-f", _LINE, ":scalable=true:color=false")
_READ = frozenset({".ttf", ".otf", ".ttc", ".otc"})
"""What fpdf2 takes."""
_PATIENCE = 30
"""Seconds; fontconfig may have to read all fonts first."""
_REGULAR = 80
_NOT_IN_DOCUMENTS = 0x0002
"""Restricted license embedding."""
_OF_A_COLLECTION = 0xFFFF
"""The other bits of an index name an instance of a variable font."""


@dataclass(frozen=True, slots=True)
class SystemFont:
    """A font of this machine.

    Attributes:
        number: within a collection.
        weight, slant: as fontconfig counts them; 80 and 0 are regular and upright.
        spans: first and last of the characters it has.
    """

    path: Path
    number: int
    weight: int
    slant: int
    spans: tuple[tuple[int, int], ...]

    def has(self, letter: str) -> bool:
        """Whether it has a letter."""
        return any(first <= ord(letter) <= last for first, last in self.spans)

    def may_be_used(self) -> bool:
        """Whether it can be read, and its maker lets it be part of a document (OpenType, OS/2, fsType)."""
        from fontTools.ttLib import TTFont, TTLibError

        try:
            with self.path.open("rb") as file:
                rights = TTFont(file, fontNumber=self.number, lazy=True)["OS/2"].fsType
        except (OSError, TTLibError, KeyError):
            return False
        return not rights & _NOT_IN_DOCUMENTS


def listed() -> list[SystemFont]:
    """All that fontconfig knows and a sheet can take; empty: it is not installed, or says nothing."""
    try:
        told = subprocess.run(  # noqa: S603 - nothing of a post is in it
            _LIST, capture_output=True, timeout=_PATIENCE, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return list(read(told.stdout.decode("utf-8", "replace")))


def read(told: str) -> Iterator[SystemFont]:
    """What a list of fontconfig says, a font a line; lines of another kind are left out."""
    for line in told.splitlines():
        try:
            path, index, weight, slant, letters = line.split("\t")
            number = int(index) & _OF_A_COLLECTION
            spans = tuple(map(_span, letters.split()))
            font = SystemFont(Path(path), number, int(weight), int(slant), spans)
        except ValueError:  # a variable font has a span of weights; its instances have lines of their own
            continue
        if font.path.suffix.lower() in _READ:
            yield font


def best(fonts: Sequence[SystemFont], letters: Collection[str]) -> SystemFont | None:
    """The font with the most of these letters; of equal ones the plainest. None: no font has any."""
    able = [(sum(map(font.has, letters)), font) for font in fonts]
    able = [(count, font) for count, font in able if count]
    return min(able, key=lambda one: (-one[0], *_plainness(one[1])), default=(0, None))[1]


def _plainness(font: SystemFont) -> tuple[bool, bool, int, int, str, int]:
    name = font.path.name.lower()
    odd = "mono" in name or "ui" in name
    return "sans" not in name, odd, abs(font.weight - _REGULAR), font.slant, str(font.path), font.number


def _span(words: str) -> tuple[int, int]:
    first, _, last = words.partition("-")
    return int(first, 16), int(last or first, 16)
