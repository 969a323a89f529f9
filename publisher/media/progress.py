"""How far long uploads are: noted by whoever delivers, read by whoever asks for the status."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime, timedelta
from pathlib import Path

from connectors.clock import Clock, stopwatch
from publisher.views import Upload

FOLDER = "progress"
"""In a mode's state folder."""
EVERY = 1.0
"""Seconds between two notes."""
SAY_EVERY = 10.0
"""Seconds between two words about one upload; one that is shorter than that is not spoken of."""
STALE = timedelta(minutes=5)
"""A note this old is of a process that ended in the middle; a slow link sends a chunk in less."""


_ALIVE: ContextVar[Callable[[], None] | None] = ContextVar("alive", default=None)


@contextmanager
def heard_by(alive: Callable[[], None]) -> Iterator[None]:
    """Whoever calls `still_at_it` on this thread within the block is heard by `alive`."""
    token = _ALIVE.set(alive)
    try:
        yield
    finally:
        _ALIVE.reset(token)


def still_at_it() -> None:
    """Told now and then by long work that sends nothing, such as encoding; may raise what ends it."""
    alive = _ALIVE.get()
    if alive is not None:
        alive()


class Progress:
    """The notes of one workspace and mode, a file for each delivery.

    Args:
        folder: made at first need.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock

    @contextmanager
    def of(
        self, delivery_id: str, part: int, say: Callable[[Upload], None] | None = None
    ) -> Iterator[Callable[[int, int], None]]:
        """Gives what a room tells of its uploads: bytes sent, bytes in all. The note ends with the block.

        A note that cannot be written costs nobody anything: the upload goes on.

        Args:
            say: told now and then of an upload that takes long.
        """
        place = self._folder / f"{delivery_id}.json"
        start: tuple[float, int] | None = None
        last = float("-inf")
        said: float | None = None

        def tell(sent: int, total: int) -> None:
            nonlocal start, last, said
            now = stopwatch()
            start = start if start is not None and start[1] <= sent else (now, sent)
            if now - last < EVERY:
                return
            last = now
            said = now if said is None else said
            rate = (sent - start[1]) / (now - start[0]) if now > start[0] else 0.0
            note = Upload(delivery_id, part, sent, total, rate, self._clock.now())
            with suppress(OSError):
                self._write(place, note)
            if say is not None and now - said >= SAY_EVERY:
                said = now
                say(note)

        try:
            yield tell
        finally:
            with suppress(OSError):
                place.unlink(missing_ok=True)

    def _write(self, place: Path, note: Upload) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = place.with_suffix(f".{os.getpid()}")
        told = {"part": note.part, "sent": note.sent, "total": note.total, "rate": note.rate}
        draft.write_text(json.dumps({**told, "at": note.at.isoformat()}), encoding="utf-8")
        draft.replace(place)


def uploads(folder: Path, now: datetime) -> list[Upload]:
    """What is under way now, by delivery."""
    found = [one for place in sorted(folder.glob("*.json")) if (one := _read(place)) is not None]
    return [one for one in found if abs(now - one.at) < STALE]


def _read(place: Path) -> Upload | None:
    """A note; None: it went in this moment, or was left by something else."""
    try:
        note = json.loads(place.read_text(encoding="utf-8"))
        at = datetime.fromisoformat(note["at"])
        return Upload(place.stem, int(note["part"]), int(note["sent"]), int(note["total"]), note["rate"], at)
    except (OSError, ValueError, KeyError, TypeError):
        return None
