"""The host of offices with a web server: a folder that the server shows to everybody under a URL."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from connectors.clock import Clock
from connectors.contract import MediaFacts
from publisher.config.hosts import MediaHostSettings
from publisher.media.hosts.naming import ENDINGS, Names, due_for_removal
from publisher.media.pruning import STRAY, is_stray
from publisher.media.store import MediaStoreError, write_whole
from publisher.texts import system_words

_CHUNK = 1 << 20
OURS = re.compile(rf"[0-9a-f]{{64}}\.(?:{'|'.join(ENDINGS.values())}|bin)")
"""What this program has put there; everything else in the folder belongs to somebody."""
_DRAFT = re.compile(rf"\.{OURS.pattern}\.[a-z0-9_]{{8}}\.part")


class DirectoryHost:
    """Fills `MediaHost`: files appear whole, under names that cannot be guessed.

    A file's modification time is when it was last needed; `tidy` goes by it.

    Args:
        settings: `folder` must exist: one that is made at need would hide a share that is not there.
    """

    def __init__(self, settings: MediaHostSettings, names: Names, clock: Clock) -> None:
        self.settings = settings
        self._names = names
        self._clock = clock

    def put(self, path: Path, facts: MediaFacts, key: str) -> str:
        """Copy a made file into the folder, unless it lies there; its public URL.

        Raises:
            MediaStoreError: there is no such folder (`media.host_folder`), or it cannot be written.
        """
        self._need_folder()
        target = self.settings.folder / self._names.name(key, facts.mime)
        try:
            there = target.stat().st_size == path.stat().st_size
        except FileNotFoundError:
            there = False
        except OSError as error:
            raise self._refused(error) from error
        if not there:
            self._lay(path, target)
        at = self._clock.now().timestamp()
        try:
            os.utime(target, (at, at))
        except OSError as error:
            raise self._refused(error) from error
        return self._url(target.name)

    def _lay(self, path: Path, target: Path) -> None:
        write_whole(target, chunks(path), draft=f".{target.name}.")

    def _url(self, name: str) -> str:
        return f"{self.settings.url}/{name}"

    def tidy(self) -> int:
        """Remove what nobody has needed for as long as `keep` says, and what was never finished; how many.

        Raises:
            MediaStoreError: the folder cannot be read or written.
        """
        self._need_folder()
        try:
            with os.scandir(self.settings.folder) as found:
                files = [entry for entry in found if entry.is_file(follow_symlinks=False)]
            old = (*self._unneeded(files), *self._unfinished(files))
            for name in old:
                (self.settings.folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise self._refused(error) from error
        return len(old)

    def _unneeded(self, files: Iterable[os.DirEntry[str]]) -> tuple[str, ...]:
        needed_at = {
            entry.name: datetime.fromtimestamp(entry.stat(follow_symlinks=False).st_mtime, UTC)
            for entry in files
            if OURS.fullmatch(entry.name)
        }
        return due_for_removal(needed_at, self._clock.now(), self.settings.keep)

    def _unfinished(self, files: Iterable[os.DirEntry[str]]) -> tuple[str, ...]:
        begun = self._clock.now().timestamp() - STRAY.total_seconds()
        return tuple(entry.name for entry in files if _DRAFT.fullmatch(entry.name) and is_stray(entry, begun))

    def _need_folder(self) -> None:
        if not self.settings.folder.is_dir():
            raise MediaStoreError("media.host_folder", folder=str(self.settings.folder))

    def _refused(self, error: OSError) -> MediaStoreError:
        return MediaStoreError("media.host", place=str(self.settings.folder), words=system_words(error))


def chunks(path: Path) -> Iterator[bytes]:
    """A file, piece by piece."""
    with path.open("rb") as file:
        while data := file.read(_CHUNK):
            yield data
