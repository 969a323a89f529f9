"""Keeps the pictures that lie inside documents as files, by their content, so that all media are files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from publisher.content.files import ReadError
from publisher.texts import system_words

KEPT = "kept"
"""Stands for the stamp of such a file: its name says what is in it, so it can only be there or be gone."""

_DAY_NS = 24 * 3600 * 10**9


class Shelf:
    """A folder with a file per picture, named by its sha256; what is lost is read from the document again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> tuple[Path, str]:
        """Keep a picture, whole or not at all; its file and sha256 (hex).

        Raises:
            ReadError: the disk is full, or the folder may not be written to.
        """
        source = hashlib.sha256(data).hexdigest()
        path = self._folder / source
        try:
            if not _is_there(path, len(data)):
                self._write(path, data)
        except OSError as error:
            values = {"folder": os.fspath(self._folder), "reason": system_words(error)}
            raise ReadError("content.word_pictures_kept", **values) from None
        return path, source

    def prune(self, used: Collection[str]) -> None:
        """Remove what no post has used for a day; whatever cannot be removed stays, and costs only room.

        Args:
            used: names of files on the shelf.
        """
        with suppress(OSError), os.scandir(self._folder) as listed:
            unused = [entry for entry in listed if entry.name not in used]
            if not unused:
                return
            from tempfile import NamedTemporaryFile

            with NamedTemporaryFile(dir=self._folder, prefix=".") as probe:
                now = os.fstat(probe.fileno()).st_mtime_ns  # the file system's own idea of now
            for entry in unused:
                if entry.stat(follow_symlinks=False).st_mtime_ns < now - _DAY_NS:
                    os.unlink(entry.path)

    def _write(self, path: Path, data: bytes) -> None:
        from tempfile import NamedTemporaryFile

        self._folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self._folder, prefix=".", delete=False) as draft:
            try:
                draft.write(data)
                draft.flush()
                os.fsync(draft.fileno())
                os.chmod(draft.name, 0o644)  # the service and people here may be different users
                os.replace(draft.name, path)
            except BaseException:
                Path(draft.name).unlink(missing_ok=True)
                raise


def _is_there(path: Path, size: int) -> bool:
    """Whether it is kept already; then its time is renewed where that is allowed, so that it stays."""
    try:
        if path.stat().st_size != size:
            return False
    except FileNotFoundError:
        return False
    with suppress(OSError):
        os.utime(path)
    return True
