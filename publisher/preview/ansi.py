"""Text as a terminal takes it: what cannot harm it, how wide it is, where it breaks, in which colour."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import TextIO

# Colours, and what draws a picture: moves of the cursor that end where they began, its data.
_STYLE = re.compile("\x1b(?:\\[[0-9;]*[A-Za-z]|[78]|[P_][^\x1b]*\x1b\\\\)")
# What could move the cursor, hide text or turn its direction, and halves of surrogates, which
# cannot be written at all. Joiners and variation selectors stay: emoji are made of them.
_TRICKY = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)
TAB = 4


def safe(text: str) -> str:
    """The text with every character that a terminal would obey instead of showing made visible."""
    return text if text.isascii() and text.isprintable() else _TRICKY.sub(_visible, text)


def _visible(match: re.Match[str]) -> str:
    number = ord(match.group())
    if number < 0x20:
        return chr(0x2400 + number)
    return "␡" if number == 0x7F else f"⟨U+{number:04X}⟩"


def columns_of(text: str) -> int:
    """How many columns a line takes; styles take none."""
    bare = _STYLE.sub("", text) if "\x1b" in text else text
    if bare.isascii():
        return len(bare)
    from wcwidth import width  # 20 ms, and most tables are plain ASCII

    return int(width(bare, control_codes="ignore"))


def pad(text: str, columns: int) -> str:
    """The text, filled with spaces to a width."""
    return text + " " * max(0, columns - columns_of(text))


def clip(text: str, columns: int) -> str:
    """An unstyled line cut to a width, with `…` as the sign of it; for titles, never for what is posted."""
    if columns_of(text) <= columns:
        return text
    kept, used = "", 0
    for cluster in _clusters(text):
        used += columns_of(cluster)
        if used > columns - 1:
            break
        kept += cluster
    return kept.rstrip() + "…"


def wrap(line: str, columns: int) -> list[str]:
    """An unstyled line cut into pieces no wider than asked; joined they are the line, every space included.

    It breaks after spaces where it can. Spaces at the end of a piece may hang over the width.
    """
    pieces: list[str] = []
    piece, used, good = "", 0, 0
    for cluster in _clusters(line):
        wide = columns_of(cluster)
        while piece and used + wide > columns and not cluster.isspace():
            cut = good or len(piece)
            pieces.append(piece[:cut])
            piece = piece[cut:]
            used, good = columns_of(piece), 0
        piece += cluster
        used += wide
        if cluster.isspace():
            good = len(piece)
    return [*pieces, piece]


def _clusters(text: str) -> Iterable[str]:
    """What people see as one character each."""
    if text.isascii():
        return text
    from wcwidth import iter_graphemes

    return iter_graphemes(text)


def beside(left: list[str], right: list[str], columns: int, gap: int) -> Iterator[str]:
    """Two blocks side by side; `columns` is the width of the left one."""
    for one, other in zip_longest(left, right, fillvalue=""):
        yield f"{pad(one, columns + gap)}{other}".rstrip()


class Paint:
    """Colours, or none at all."""

    def __init__(self, on: bool) -> None:
        self.on = on

    def _in(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.on and text else text

    def bold(self, text: str) -> str:
        """What to read first."""
        return self._in("1", text)

    def dim(self, text: str) -> str:
        """What may be overlooked."""
        return self._in("2", text)

    def good(self, text: str) -> str:
        """Done, in order."""
        return self._in("32", text)

    def bad(self, text: str) -> str:
        """Stops something."""
        return self._in("31", text)

    def careful(self, text: str) -> str:
        """Asks for a look."""
        return self._in("33", text)

    def calm(self, text: str) -> str:
        """Informs; links."""
        return self._in("36", text)

    def badge(self, text: str) -> str:
        """A word on a coloured ground; in brackets where there are no colours."""
        return f"\x1b[30;43m {text} \x1b[0m" if self.on else f"[{text}]"


def wants_colour(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether to colour what goes to a stream (no-color.org; FORCE_COLOR overrules a pipe)."""
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environ.get("TERM") != "dumb"
