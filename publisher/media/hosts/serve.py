"""The host of offices with a proxy only: this program answers itself, under signed addresses that expire."""

from __future__ import annotations

import hmac
import os
import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from connectors.clock import Clock
from publisher.config.hosts import MediaHostSettings
from publisher.media.hosts.directory import OURS, DirectoryHost
from publisher.media.hosts.naming import Names

_ADDRESS = re.compile(rf"(?:.*/)?media/([0-9]{{1,12}})\.([0-9a-f]{{64}})/({OURS.pattern})")
"""Whether or not the proxy leaves away the path that `url` may have."""


class ServedHost(DirectoryHost):
    """Fills `MediaHost`: what is put here can be fetched until it expires, and nothing else.

    Args:
        folder: in the workspace's state: links to made files that a platform has been told of.
    """

    def __init__(self, settings: MediaHostSettings, names: Names, clock: Clock, folder: Path) -> None:
        super().__init__(replace(settings, folder=folder), names, clock)

    def file_of(self, path: str) -> Path | None:
        """The file of an address's path; None: not signed by us, expired, or gone."""
        found = _ADDRESS.fullmatch(path)
        if found is None:
            return None
        until, signature, name = int(found[1]), found[2], found[3]
        if not hmac.compare_digest(signature, self._signed(name, until)):
            return None
        file = self.settings.folder / name
        return file if self._clock.now().timestamp() < until and file.is_file() else None

    def _need_folder(self) -> None:
        try:
            self.settings.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._refused(error) from error

    def _lay(self, path: Path, target: Path) -> None:
        """A second name for the made file; a copy where the disk has no such thing."""
        try:
            target.unlink(missing_ok=True)
            with suppress(FileExistsError):  # another process needed it too
                os.link(path, target)
        except OSError:
            super()._lay(path, target)

    def _url(self, name: str) -> str:
        """Valid for `keep` at least, and for twice that at most."""
        period = int(self.settings.keep.total_seconds())
        until = (int(self._clock.now().timestamp()) // period + 2) * period
        return f"{self.settings.url}/media/{until}.{self._signed(name, until)}/{name}"

    def _signed(self, name: str, until: int) -> str:
        return hmac.digest(self._names.secret(), f"serve\n{until}\n{name}".encode(), "sha256").hex()
