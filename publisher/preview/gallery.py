"""The pictures themselves in a terminal: sharp where it can draw, else in half blocks; in a pipe none.

A picture is as many rows of cells as it is high, and one more that names it. What draws a sharp picture goes
out with that last row: by then the terminal has scrolled as far as it must.
"""

from __future__ import annotations

import sys
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from connectors.contract import Media, MediaFacts
from publisher.errors import PublisherError
from publisher.preview import embedding
from publisher.preview.ansi import columns_of, pad

if TYPE_CHECKING:
    from PIL.Image import Image

    from publisher.preview.posters import Poster

    Draw = Callable[[Image, tuple[int, int]], list[str]]

ALONE, BESIDE = (48, 18), (18, 9)
"""Columns and rows that a picture may take: one alone, one of several."""
GAP = 2
_PIXELS = 480
"""Of the longer side: what a drawn picture takes at common sizes of cells."""

_DRAWS = frozenset({"xterm-kitty", "xterm-ghostty", "foot", "foot-extra", "mlterm", "contour"})
_PROGRAMS = frozenset({"WezTerm", "ghostty", "iTerm.app", "vscode", "mintty", "rio", "contour"})
_MARKS = ("KITTY_WINDOW_ID", "KONSOLE_VERSION", "WT_SESSION")
"""Terminals that may know Kitty's protocol or Sixel, by TERM, TERM_PROGRAM, or a variable of their own."""


class Way(StrEnum):
    """How pictures are shown: drawn, if the terminal says so when asked; or as half blocks in its colours."""

    DRAWN = "drawn"
    TRUE = "true"
    PALETTE = "palette"


def way_of(stream: TextIO, environ: Mapping[str, str], platform: str = sys.platform) -> Way | None:
    """How pictures can be shown; None: not at all, as in a pipe, without colours, on an old console."""
    term = environ.get("TERM", "")
    if not stream.isatty() or environ.get("NO_COLOR") or term == "dumb":
        return None
    if (getattr(stream, "encoding", None) or "").lower().replace("-", "") != "utf8":
        return None
    if platform == "win32":
        return Way.DRAWN if "WT_SESSION" in environ else None
    if "TMUX" not in environ and "STY" not in environ:
        known = term in _DRAWS or environ.get("TERM_PROGRAM") in _PROGRAMS
        if known or any(mark in environ for mark in _MARKS):
            return Way.DRAWN
    if environ.get("COLORTERM") in ("truecolor", "24bit") or term.endswith("-direct"):
        return Way.TRUE
    return Way.PALETTE if "256color" in term else None


@dataclass
class Gallery:
    """Shows each picture once, where it first goes out.

    Attributes:
        file_of: the file of a picture or clip; raises PublisherError or LookupError where there is none yet.
    """

    way: Way
    file_of: Callable[[Media], Path]
    _shown: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)

    def lines(
        self,
        media: Sequence[Media],
        facts: Mapping[Media, MediaFacts],
        columns: int,
        poster: Callable[[Media], Poster] | None = None,
    ) -> Iterator[str]:
        """Pictures beside each other, as many as fit, each with its number below if there are several.

        Args:
            poster: what a clip shows at rest; raises LookupError where that is not known.
        """
        wide, high = BESIDE if len(media) > 1 else ALONE
        blocks = []
        for place, one in enumerate(media, 1):
            image = self._image(one, facts[one].kind, poster) if one in facts else None
            if image is not None:
                name = f"{place}." if len(media) > 1 else ""
                blocks.append(self._block(image, (min(wide, columns), high), name))
        for row in _rows(blocks, columns):
            yield from _side_by_side(row)

    def _is_new(self, one: Media) -> bool:
        """Whether it was not shown before, here or on another channel."""
        key = (one.source, one.recipe)
        new = key not in self._shown
        self._shown.add(key)
        return new

    def _image(self, one: Media, kind: str, poster: Callable[[Media], Poster] | None) -> Image | None:
        """What to show, small; None: it was shown, or cannot be had now, and its name stands for it."""
        if kind == "text" or (kind == "video" and poster is None):
            return None
        try:
            at_rest = poster(one) if poster is not None and kind == "video" else None
            if not self._is_new(at_rest.picture if at_rest is not None else one):
                return None
            return at_rest.image(_PIXELS) if at_rest else embedding.small(self.file_of(one), _PIXELS)
        except (PublisherError, LookupError, OSError):
            return None

    def _block(self, image: Image, most: tuple[int, int], name: str) -> list[str]:
        cells = _cells(image.size, most)
        draws = _sharp() if self.way is Way.DRAWN else None
        if draws is not None:
            *rows, drawing = draws(image, cells)
            return [*rows, drawing + name]
        return [*_half_blocks(image, cells, palette=self.way is Way.PALETTE), name]


def _rows(blocks: Sequence[list[str]], columns: int) -> Iterator[list[list[str]]]:
    """As many blocks beside each other as fit."""
    row: list[list[str]] = []
    used = 0
    for block in blocks:
        wide = max(map(columns_of, block)) + GAP
        if row and used + wide > columns + GAP:
            yield row
            row, used = [], 0
        row.append(block)
        used += wide
    if row:
        yield row


def _side_by_side(blocks: Sequence[list[str]]) -> Iterator[str]:
    """Blocks on one level: what draws a sharp picture counts its rows from the last."""
    high = max(map(len, blocks))
    level = [[""] * (high - len(block)) + block for block in blocks]
    wide = [max(map(columns_of, block)) for block in level]
    for row in zip(*level, strict=True):
        yield (" " * GAP).join(pad(cell, width) for cell, width in zip(row, wide, strict=True)).rstrip()


def _cells(size: tuple[int, int], most: tuple[int, int]) -> tuple[int, int]:
    """Columns and rows for a picture; a cell is taken to be twice as high as wide."""
    scale = min(most[0] / size[0], 2 * most[1] / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale / 2))


# ── Half blocks ──────────────────────────────────────────────────────────────


def _half_blocks(image: Image, cells: tuple[int, int], *, palette: bool) -> Iterator[str]:
    """Two pixels a cell: the upper half in the colour of the writing, the lower in that of the ground."""
    colour = _of_palette if palette else _of_all
    columns, rows = cells
    small = image.convert("RGB").resize((columns, 2 * rows))
    pixels = [colour(*small.getpixel((x, y))) for y in range(2 * rows) for x in range(columns)]  # type: ignore[misc]
    for row in range(rows):
        above = pixels[2 * row * columns :][:columns]
        below = pixels[(2 * row + 1) * columns :][:columns]
        pairs = zip(above, below, strict=True)
        yield "".join(f"\x1b[38;{over};48;{under}m▀" for over, under in pairs) + "\x1b[0m"


def _of_all(red: int, green: int, blue: int) -> str:
    return f"2;{red};{green};{blue}"


def _of_palette(red: int, green: int, blue: int) -> str:
    """The nearest of the cube of 6 × 6 × 6 colours that every terminal with 256 has."""
    return f"5;{16 + 36 * _step(red) + 6 * _step(green) + _step(blue)}"


def _step(level: int) -> int:
    """The cube's steps are 0, 95, 135, 175, 215, 255."""
    return 0 if level < 48 else 1 if level < 115 else (level - 35) // 40


# ── Drawn ────────────────────────────────────────────────────────────────────


@cache
def _sharp() -> Draw | None:
    """What draws in this terminal, which is asked once; None: it cannot, or its answer cannot be read."""
    if not sys.stdin.isatty():
        return None
    from textual_image.renderable import Image, SixelImage, TGPImage  # asks at import; 0.1 s

    return {SixelImage: _sixel, TGPImage: _kitty}.get(Image)


def _sixel(image: Image, cells: tuple[int, int]) -> list[str]:
    """Rows that keep the room, and what draws into them from the row below."""
    from rich.console import Console
    from textual_image.renderable import SixelImage

    columns, rows = cells
    out = StringIO()
    console = Console(
        file=out, force_terminal=True, color_system="truecolor", legacy_windows=False, width=columns + 1
    )
    console.print(SixelImage(image, width=columns, height=rows), end="")
    return out.getvalue().split("\n")


def _kitty(image: Image, cells: tuple[int, int]) -> list[str]:
    """The same by Kitty's protocol, the picture laid over the cells.

    The library lays it under characters of its own, which Kitty knows since 0.28 only, and older ones show.
    """
    columns, rows = cells
    png = BytesIO()
    image.convert("RGB").save(png, "PNG", compress_level=1)
    data = b64encode(png.getvalue()).decode()
    chunks = [data[at : at + 4096] for at in range(0, len(data), 4096)]
    heads = [f"a=T,f=100,q=2,C=1,c={columns},r={rows},", *[""] * (len(chunks) - 1)]
    last = len(chunks) - 1
    sent = (
        f"\x1b_G{head}m={int(place < last)};{chunk}\x1b\\"
        for place, (head, chunk) in enumerate(zip(heads, chunks, strict=True))
    )
    return [*[" " * columns] * rows, f"\x1b7\x1b[{rows}A{''.join(sent)}\x1b8"]
