"""Where a command writes: its width, its colours, the practice badge, and JSON instead of all that."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from shlex import quote
from shutil import get_terminal_size, which
from typing import Any, TextIO

from publisher.preview.ansi import Paint, safe, wants_colour
from publisher.preview.canvas import Canvas
from publisher.texts import t


def program() -> str:
    """How the program is called here: by its name, or by where it lies if no shell would find that."""
    called = Path(sys.argv[0])
    near = called.name == "publisher" and which("publisher") is None
    return quote(str(called)) if near else "publisher"


NARROWEST = 40
PIPED = 10_000
"""Columns where nobody sees an edge: nothing is clipped or wrapped."""


class Screen:
    """Standard output as people or programs read it.

    Attributes:
        columns: how wide a line may be.
        boxed: whether it is a terminal; in a pipe nothing is framed, wrapped or clipped.
    """

    def __init__(self, out: TextIO, columns: int, boxed: bool, colour: bool) -> None:
        self.out = out
        self.columns = max(NARROWEST, columns)
        self.boxed = boxed
        self.paint = Paint(colour)
        self.canvas = Canvas(self.columns, boxed, self.paint)

    @classmethod
    def of(cls, out: TextIO, environ: Mapping[str, str]) -> Screen:
        """The screen of a stream."""
        boxed = out.isatty()
        columns = get_terminal_size((80, 24)).columns if boxed else PIPED
        return cls(out, columns, boxed, wants_colour(out, environ))

    def line(self, text: str = "") -> None:
        """Write one line."""
        self.out.write(f"{text}\n")

    def lines(self, texts: Iterable[str]) -> None:
        """Write several."""
        for text in texts:
            self.line(text)

    def heading(self, mode: str, words: str) -> None:
        """The first line of every screen; in sandbox mode it begins with the practice badge."""
        badge = f"{self.paint.badge(t('preview.practice'))}  " if mode == "sandbox" else ""
        self.line(f"{badge}{self.paint.bold(safe(words))}")
        self.line()

    def flush(self) -> None:
        """Show what was written now: somebody is waiting."""
        self.out.flush()

    def json(self, data: Any) -> None:
        """One JSON document."""
        plain = (getattr(self.out, "encoding", None) or "utf-8").lower().replace("-", "") != "utf8"
        self.out.write(json.dumps(data, ensure_ascii=plain, indent=2) + "\n")
