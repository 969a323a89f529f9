"""Whose turn it is with a file of the media store: to use it, which counts as a use, or to remove it."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

_NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS)
"""What a file system without locks says: there the age of a file alone tells."""
LOCK = ".lock"
"""In the store's folder; shared by those who use files, of one alone who removes one."""


class Uses:
    """Users and removers of the files below one folder, in any number of processes.

    A file's modification time is when it was last used, by the clock of its file system: a sandbox may
    move ours, and a share may have another.
    """

    def __init__(self, folder: Path) -> None:
        self._lock = folder / LOCK

    def note(self, file: Path) -> bool:
        """Whether a file is there. If so it counts as used now, and nobody removes it soon.

        A file that may only be read counts as it did: whoever sends it may do more.
        """
        with self._turn(fcntl.LOCK_SH):
            try:
                os.utime(file)
            except (FileNotFoundError, NotADirectoryError):
                return False
            except OSError:
                return file.exists()
        return True

    def now(self) -> float:
        """Seconds since the epoch, as the file system counts them.

        Raises:
            OSError: the folder cannot be written.
        """
        with self._lock.open("ab") as file:
            os.utime(file.fileno())
            return os.fstat(file.fileno()).st_mtime

    def remove(self, file: Path, before: float) -> int | None:
        """Remove a file, unless it was used since; gives its size in bytes, None: it stays, or was gone.

        Args:
            before: as `now` counts.

        Raises:
            OSError: it cannot be removed.
        """
        with self._turn(fcntl.LOCK_EX):
            try:
                there = file.lstat()
                if there.st_mtime >= before:
                    return None
                file.unlink()
            except FileNotFoundError:
                return None
        return there.st_size

    @contextmanager
    def _turn(self, kind: int) -> Iterator[None]:
        try:
            handle = self._opened()
        except OSError:
            if kind == fcntl.LOCK_EX:
                raise
            yield  # whoever may not write here meets no remover of the same folder, or has no file yet
            return
        try:
            fcntl.flock(handle, kind)
            yield
        finally:
            os.close(handle)

    def _opened(self) -> int:
        try:
            return os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except PermissionError:
            return os.open(self._lock, os.O_RDONLY | os.O_CLOEXEC)


def written_by_us(draft: IO[bytes]) -> None:
    """Say of a file that is being written that its writer lives, as long as it is open."""
    with suppress(OSError):  # a file system without locks: then its age alone tells
        fcntl.flock(draft.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def writer_is_gone(draft: Path) -> bool:
    """Whether nobody writes a file that `written_by_us` was said of."""
    try:
        with draft.open("rb") as file:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in _NO_LOCKS
    return True
