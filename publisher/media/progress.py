"""How far uploads and encoding are: noted by whoever does them, read by whoever asks for the status."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime, timedelta
from pathlib import Path

from connectors.clock import Clock, stopwatch
from publisher.views import Doing, Underway

Hears = Callable[[float, float], None]
"""Told by long work: seconds of the clip that are made, seconds in all; of 0 in all it waits for its turn."""

FOLDER = "progress"
"""In a mode's state folder."""
EVERY = 1.0
"""Seconds between two notes."""
SAY_EVERY = 10.0
"""Seconds between two words about one work; one that is shorter than that is not spoken of."""
STALE = timedelta(minutes=5)
"""A note this old is of a process that ended in the middle; a slow link sends a chunk in less."""


def _nobody(made: float, of: float) -> None:
    """Hears what is told where nobody listens."""


_ALIVE: ContextVar[Hears] = ContextVar("alive", default=_nobody)


@contextmanager
def heard_by(alive: Hears) -> Iterator[None]:
    """Whoever calls `still_at_it` on this thread within the block is heard by `alive`."""
    token = _ALIVE.set(alive)
    try:
        yield
    finally:
        _ALIVE.reset(token)


def listener() -> Hears:
    """Who hears `still_at_it` on this thread now."""
    return _ALIVE.get()


def still_at_it(made: float = 0.0, of: float = 0.0) -> None:
    """Told now and then by long work that sends nothing, such as encoding; may raise what ends it.

    Args:
        made: seconds of the clip that are there.
        of: seconds that it will have; 0: the work waits for its turn.
    """
    _ALIVE.get()(made, of)


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
        self, delivery_id: str, part: int, say: Callable[[Underway], None] | None = None
    ) -> Iterator[Callable[[Doing, float, float], None]]:
        """Gives what is told how far the work is: what is done, how much of it, how much in all.

        The note ends with the block. One that cannot be written costs nobody anything: the work goes on.

        Args:
            say: told now and then of work that takes long.
        """
        place = self._folder / f"{delivery_id}.json"
        start: tuple[Doing, float, float] | None = None
        last = float("-inf")
        said: float | None = None

        def tell(doing: Doing, done: float, total: float) -> None:
            nonlocal start, last, said
            now = stopwatch()
            if start is None or start[0] is not doing or start[2] > done:
                start, last = (doing, now, done), float("-inf")
            if now - last < EVERY:
                return
            last = now
            said = now if said is None else said
            rate = (done - start[2]) / (now - start[1]) if now > start[1] else 0.0
            note = Underway(delivery_id, part, doing, done, total, rate, self._clock.now())
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

    def _write(self, place: Path, note: Underway) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = place.with_suffix(f".{os.getpid()}")
        told = {"part": note.part, "doing": note.doing, "done": note.done, "total": note.total}
        told |= {"rate": note.rate, "at": note.at.isoformat()}
        draft.write_text(json.dumps(told), encoding="utf-8")
        draft.replace(place)


def underway(folder: Path, now: datetime) -> list[Underway]:
    """What is done now, by delivery."""
    found = [one for place in sorted(folder.glob("*.json")) if (one := _read(place)) is not None]
    return [one for one in found if abs(now - one.at) < STALE]


def _read(place: Path) -> Underway | None:
    """A note; None: it went in this moment, or was left by something else."""
    try:
        note = json.loads(place.read_text(encoding="utf-8"))
        at, doing = datetime.fromisoformat(note["at"]), Doing(note["doing"])
        return Underway(
            place.stem, int(note["part"]), doing, float(note["done"]), float(note["total"]), note["rate"], at
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
