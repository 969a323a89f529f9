"""Remembers posts between looks and between runs, so that what has not changed is not read again.

The file (`remembered.py`) holds two tables: path → (stamp, what else the post hangs on, the post as `kept.py`
packs it), and the one of `folders.py`. A post is kept only if what is wrong with it, if anything, cannot be
mended elsewhere than in its own files. A cache that is damaged, of another version or for another zone is
ignored; it costs time, never truth.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Collection
from pathlib import Path

from connectors.clock import stopwatch
from connectors.contract import Json
from publisher import remembered
from publisher.content import folders, found, kept
from publisher.content.kept import place_of
from publisher.content.shelf import KEPT
from publisher.content.vocabulary import options_of
from publisher.content.walk import stamp_of
from publisher.model import Post

VERSION = 14
"""Of the layout and of the meaning: raise it whenever the same text gives another Post."""

Needs = tuple[tuple[str, str], ...]
Table = dict[str, tuple[str, Needs, kept.Packed]]


class Cache:
    """What is known of one content folder.

    Attributes:
        folders: of its folders, from the walk; the rest is of its posts.

    Args:
        file: where it is kept; None: only in memory.
        content: absolute path of content/.
        setting: whatever else a Post hangs on (zone, place of content/ in the workspace).
    """

    def __init__(self, file: Path | None, content: str, setting: str) -> None:
        self._file = file
        self._content = content
        self._setting = setting
        self._kept: dict[str, tuple[str, Needs, Post]] = {}
        self._table, names, self._rooms = (file and _loaded(file, setting)) or ({}, {}, set())
        self.folders = folders.Folders(names)
        self._changed = False
        self._began = 0.0

    def begin(self) -> None:
        """A look begins."""
        self._began = stopwatch()

    def recall(self, path: str, stamp: str) -> tuple[Needs, Post] | None:
        """The post as it was built when its files had this stamp, and what else it needs; None: read it."""
        known = self._kept.get(path)
        if known is None or known[0] != stamp:
            known = self._unpacked(path, stamp)
        if known is None or (known[1] and not self._fresh(known[1])):
            return None
        self._kept[path] = known
        return known[1:]

    def keep(self, path: str, stamp: str, needs: Needs, post: Post) -> None:
        """Remember a post that was just built."""
        self._kept[path] = (stamp, needs, post)
        self._table.pop(path, None)
        self._changed = True

    def forget(self, path: str) -> None:
        """A post that must be read again."""
        self._kept.pop(path, None)
        self._changed |= self._table.pop(path, None) is not None

    def save(self, there: Collection[str]) -> None:
        """Write the cache for the posts that are still there, whole or not at all.

        A folder that cannot be written to costs only time: nothing is raised.
        """
        if self._file is None or not self._has_news(there):
            return
        if not remembered.keep(self._file, _about(self._setting), lambda now: self._tables(there, now)):
            return
        self._changed = any(path not in self._table for path in self._kept)
        self.folders.changed = False

    def _has_news(self, there: Collection[str]) -> bool:
        return self._changed or self.folders.changed or bool(self._table.keys() - there)

    def _unpacked(self, path: str, stamp: str) -> tuple[str, Needs, Post] | None:
        known = self._table.get(path)
        if known is None or known[0] != stamp:
            return None
        return stamp, known[1], kept.post_of(path, known[2], self._content)

    def _fresh(self, needs: Needs) -> bool:
        try:
            return all(self._is_as_it_was(place_of(self._content, path), stamp) for path, stamp in needs)
        except OSError:
            return False

    def _is_as_it_was(self, path: str, stamp: str) -> bool:
        found = os.lstat(path)
        return stamp == KEPT or stamp_of(found) == stamp

    def _tables(self, there: Collection[str], now: int) -> tuple[Table, folders.Table, dict[str, str]]:
        """What is to be kept; no file that was young when this look began, or came later.

        It could have been written to again, after it was read, without its stamp telling.
        """
        settled = now - int((stopwatch() - self._began) * 10**9) - found.YOUNG_NS
        for path in self._table.keys() - there:
            del self._table[path]
        for path in self._kept.keys() - there:
            del self._kept[path]
        for path, (stamp, needs, post) in self._kept.items():
            if path not in self._table and _newest(stamp, needs) < settled:
                self._table[path] = stamp, needs, kept.packed(post, self._content)
                self._rooms.update(post.platforms)
        return self._table, self.folders.table, {name: _room_key(name) for name in sorted(self._rooms)}


def _about(setting: str) -> dict[str, Json]:
    return {"version": VERSION, "fields": kept.SHAPE, "setting": setting}


def _loaded(file: Path, setting: str) -> tuple[Table, folders.Table, set[str]] | None:
    """Both tables, and the platforms that posts have a block for; None: the file does not hold."""
    tables = remembered.recall(file, _about(setting))
    if tables is None:
        return None
    posts, names, rooms = tables
    try:
        if any(_room_key(name) != key for name, key in rooms.items()):
            return None
    except (LookupError, TypeError, AttributeError):
        return None  # a platform that is not there any more
    return posts, names, set(rooms)


def _room_key(platform: str) -> str:
    """Changes whenever a platform takes other keys than before."""
    options = sorted(options_of(platform).values(), key=lambda option: option.name)
    return str(zlib.crc32(repr([(o.name, o.kind, o.choices) for o in options]).encode()))


def _newest(stamp: str, needs: Needs) -> int:
    stamps = [piece.rpartition("=")[2] for piece in stamp.split("/")]
    stamps += [need for _, need in needs if need != KEPT]
    return max(int(time) for one in stamps for time in one.split(".")[1:3])
