"""The surface people read on: hanging lines and frames around exact text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from publisher.preview.ansi import Paint, columns_of, pad, safe, wrap

_FRAME_AND_SPACE = 4


class Canvas(NamedTuple):
    """How wide, whether it is a terminal (in a pipe nothing is framed or wrapped), in which colours."""

    columns: int
    boxed: bool
    paint: Paint

    def hanging(self, lead: str, text: str, style: Callable[[str], str] = str) -> Iterator[str]:
        """A text behind a lead, its further lines indented to where it began."""
        indent = columns_of(lead)
        room = max(10, self.columns - indent)
        pieces = [piece for line in safe(text).split("\n") for piece in self._pieces(line, room)]
        for number, piece in enumerate(pieces):
            yield (" " * indent if number else lead) + style(piece.rstrip())

    def frame(
        self, text: str, left: str, right: str, *, right_style: Callable[[str], str] = str
    ) -> Iterator[str]:
        """Exact text in a frame, with words in its upper edge.

        A row that only the width broke is told from a new line by its edge: dotted, not solid.
        """
        dim, inner = self.paint.dim, self.columns - _FRAME_AND_SPACE
        head = f"╭─ {left} " if left else "╭─"
        tail = f" {right} ─╮" if right else "─╮"
        fill = "─" * max(1, self.columns - columns_of(head) - columns_of(tail))
        yield dim(head + fill) + (f" {right_style(right)} " if right else "") + dim("─╮")
        for line in text.expandtabs(4).split("\n"):
            for number, piece in enumerate(wrap(safe(line), inner)):
                edge = dim("┆" if number else "│")
                shown = piece if columns_of(piece) <= inner else piece.rstrip()
                yield f"{edge} {pad(shown, inner)} {dim('│')}"
        yield dim(f"╰{'─' * (self.columns - 2)}╯")

    def breaks(self, text: str) -> bool:
        """Whether the frame would have to break a line of the text."""
        inner = self.columns - _FRAME_AND_SPACE
        return self.boxed and any(len(wrap(safe(line), inner)) > 1 for line in text.expandtabs(4).split("\n"))

    def _pieces(self, line: str, room: int) -> list[str]:
        return wrap(line, room) if self.boxed else [line]
