"""Lets one encoding run at a time, whatever the number of processes, and none longer than it may."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from connectors.clock import pause, stopwatch
from publisher.media.inspect import MediaError
from publisher.media.progress import heard_by, listener, still_at_it

ASK_AGAIN = 0.2
"""Seconds between two looks whether the encoder is free; whoever waits tells each time that it is alive."""
LEAST, PER_SECOND = timedelta(minutes=10), 30
"""Ours: what encoding may take, and seconds for each second of a long clip.

One core was measured to need 0.6 (1080p made 720p) to 5.7 (noise in 4K at 60 frames a second) of a clip's
length; on a machine with five times more to do than cores, 18.
"""


class Encoder:
    """The only encoder of a media store: it takes a core for as long as it lasts.

    Its lock is a `flock`: the kernel drops it when a process ends, however it ends. There is one draft: what
    a killed process left is where the next one begins anew.

    Args:
        folder: of the store.
        limit: how long encoding one clip may take; None: as long as suits its length.
    """

    def __init__(self, folder: Path, limit: timedelta | None = None) -> None:
        self._lock = folder / "encoder.lock"
        self._draft = folder / "encoder.part"
        self._limit = limit

    @contextmanager
    def turn(self) -> Iterator[Path]:
        """Wait until nobody else encodes; gives the file to write to, which goes with the block.

        Raises:
            OSError: the folder cannot be written.
        """
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        # To read is enough for a lock, and lets people here and the service, another user, share it.
        handle = os.open(self._lock, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            while not _taken(handle):
                still_at_it()
                pause(ASK_AGAIN)
            self._draft.unlink(missing_ok=True)
            try:
                yield self._draft
            finally:
                self._draft.unlink(missing_ok=True)
        finally:
            os.close(handle)

    @contextmanager
    def in_time(self, name: str) -> Iterator[None]:
        """Ends an encoding within the block that takes longer than it may.

        Args:
            name: as staff know the clip.

        Raises:
            MediaError: `media.encoding_slow`.
        """
        outer, started = listener(), stopwatch()

        def watch(made: float, of: float) -> None:
            took = stopwatch() - started
            if took > self._allowed(of).total_seconds():
                percent = int(100 * made / of) if of else 0
                raise MediaError("media.encoding_slow", name=name, percent=percent, took=round(took))
            outer(made, of)

        with heard_by(watch):
            yield

    def _allowed(self, seconds: float) -> timedelta:
        return self._limit or max(LEAST, timedelta(seconds=seconds * PER_SECOND))


def _taken(handle: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
