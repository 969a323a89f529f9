"""Fence numbers outside the log: if this file is ahead of a log, that log was restored from a copy."""

from __future__ import annotations

import os
from errno import ENOSPC
from pathlib import Path
from threading import Lock


class FenceFile:
    """One line per fence, fsynced before the commit call; lives in the service's state directory."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "fences"
        self._lock = Lock()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def write(self, number: int) -> None:
        """Note a fence number durably.

        Raises:
            OSError: it could not be written; then nothing may be committed.
        """
        with self._lock:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                # A break on both sides: what a full disk cut off before must not run into this number.
                line = f"\n{number}\n".encode()
                if os.write(descriptor, line) < len(line):
                    raise OSError(ENOSPC, os.strerror(ENOSPC), str(self.path))
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def newest(self) -> int | None:
        """The highest number noted; None: there is no file."""
        try:
            lines = self.path.read_bytes().split()
        except FileNotFoundError:
            return None
        return max((int(line) for line in lines if line.isdigit()), default=None)


def state_folder(log_id: str) -> Path:
    """Where a log's fence and seal files lie: never in `.publisher/`, so no copy of it takes them along."""
    return state_home() / log_id


def state_home() -> Path:
    """The program's own folder among the states that systems keep for programs."""
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "publisher"
