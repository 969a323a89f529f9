"""Looks at content/ again and again, for the daemon; only posts that stand still between two looks count."""

from __future__ import annotations

from pathlib import Path

from publisher.content.reader import Content, Reader


class Watcher:
    """Shares give no events and copies take time, so content/ is looked at every few seconds.

    A post counts when none of its files has come, gone or changed since the look before; until then
    it is named in `Content.unsettled`. The pause between looks is the caller's.
    """

    def __init__(self, content_dir: Path, *, root: Path, zone: str, cache: Path | None = None) -> None:
        self._reader = Reader(content_dir, root=root, zone=zone, cache=cache)
        self._before: dict[str, str] = {}
        self._now: dict[str, str] = {}

    def look(self) -> Content:
        """What stands still; takes some milliseconds per thousand posts while nothing changes."""
        self._now = {}
        content = self._reader.look(steady=self._stands_still)
        self._before = self._now
        return content

    def _stands_still(self, path: str, stamp: str) -> bool:
        self._now[path] = stamp
        return self._before.get(path) == stamp
