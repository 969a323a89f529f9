"""Says how far it is while a person waits for a clip to be encoded: one line on stderr, then gone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from connectors.clock import stopwatch
from publisher.preview.ansi import clip
from publisher.texts import t

EVERY = 0.5
"""Seconds between two words."""
_COLUMNS = 79


@contextmanager
def encoding_shown() -> Iterator[None]:
    """Show it as long as the block lasts; in a pipe nobody looks, and nothing is said."""
    if not sys.stderr.isatty():
        yield
        return
    from publisher.media.progress import heard_by

    shown = _Line()
    try:
        with heard_by(shown.tell):
            yield
    finally:
        shown.end()


class _Line:
    """The line of one encoding after another."""

    def __init__(self) -> None:
        self._said = float("-inf")
        self._start: tuple[float, float] | None = None
        self._there = False

    def tell(self, made: float, of: float) -> None:
        now = stopwatch()
        if not of or self._start is None or made < self._start[1]:
            self._start = (now, made) if of else None
        if now - self._said < EVERY:
            return
        self._said, self._there = now, True
        sys.stderr.write(f"\r\x1b[2K{clip(self._words(now, made, of), _COLUMNS)}")
        sys.stderr.flush()

    def _words(self, now: float, made: float, of: float) -> str:
        if self._start is None:
            return t("cli.encoding_waits")
        begun, first = self._start
        percent = int(100 * min(made / of, 1.0))
        if made <= first or now <= begun:
            return t("cli.encoding_begun", percent=percent)
        left = max(0.0, of - made) * (now - begun) / (made - first)
        return t("cli.encoding_here", percent=percent, left=left)

    def end(self) -> None:
        if self._there:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
