"""Where the sandbox keeps what is too large for a row: clips, uploads in pieces, files of the practice host.

Plain files beside the state file. Nothing here waits for the world's lock, so that a simulator may
fetch from the practice host in the middle of a transaction of its own.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from threading import Lock
from typing import IO

CHUNK = 1 << 20
SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
"""A name that is one file in one folder on every system; no path, nothing hidden."""


class Shelf:
    """Files by name in three folders: `blobs`, `uploads`, `hosting`.

    Args:
        folder: None keeps them in a temporary folder that ends with `close`.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._temporary: TemporaryDirectory[str] | None = None
        self._guard = Lock()

    def close(self) -> None:
        """Let go of what is temporary."""
        with self._guard:
            if self._temporary is not None:
                self._temporary.cleanup()
                self._temporary = None

    def clear(self) -> None:
        """An empty shelf."""
        for kind in ("blobs", "uploads", "hosting"):
            shutil.rmtree(self._root() / kind, ignore_errors=True)

    def place(self, kind: str, name: str) -> Path:
        """Where a file of this name stands, or would; its folder exists.

        Raises:
            ValueError: no name for a file.
        """
        if not SAFE_NAME.fullmatch(name):
            raise ValueError(f"no name for a file: {name!r}")
        place = self._root() / kind / name
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    def put(self, kind: str, name: str, source: IO[bytes]) -> Path:
        """Store a whole file; it appears at once or not at all."""
        target = self.place(kind, name)
        with NamedTemporaryFile(dir=target.parent, prefix=".", delete=False) as draft:
            try:
                shutil.copyfileobj(source, draft, CHUNK)
                draft.close()
                os.replace(draft.name, target)
            except BaseException:
                Path(draft.name).unlink(missing_ok=True)
                raise
        return target

    def append(self, name: str, at: int, source: IO[bytes]) -> int:
        """Write a piece of an upload at `at`; what stood from there on is gone. Gives the new length.

        Raises:
            ValueError: there is a gap between what is there and `at`.
        """
        place = self.place("uploads", name)
        with place.open("r+b" if place.exists() else "w+b") as file:
            if at > file.seek(0, os.SEEK_END):
                raise ValueError(f"{name} has {file.tell()} bytes; {at} would leave a gap")
            file.seek(at)
            file.truncate()
            shutil.copyfileobj(source, file, CHUNK)
            return file.tell()

    def _root(self) -> Path:
        if self._folder is not None:
            return self._folder
        with self._guard:
            if self._temporary is None:
                self._temporary = TemporaryDirectory(prefix="sandbox-")
            return Path(self._temporary.name)


def sha256_of(file: IO[bytes]) -> str:
    """Of a file from its beginning, hex; it stands at its beginning again afterwards."""
    file.seek(0)
    digest = hashlib.sha256()
    for piece in pieces(file):
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The rest of a file, a mebibyte at a time."""
    return iter(lambda: file.read(CHUNK), b"")
