"""Remembers posts between looks and between runs, so that what has not changed is not read again.

The file holds a line of JSON about itself, then two tables: path → (stamp, what else the post hangs on,
the post as `kept.py` packs it), and the one of `folders.py`. They are in Python's marshal format, four
times as fast here as JSON; they hold plain data only and are opened only if their checksum and the Python
that wrote them are right. A post is kept only if what is wrong with it, if anything, cannot be mended
elsewhere than in its own files. A cache that is damaged, of another version or for another zone is ignored;
it costs time, never truth.
"""

from __future__ import annotations

import json
import marshal
import os
import sys
import zlib
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from connectors.contract import Json
from publisher.content import folders, found, kept
from publisher.content.kept import place_of
from publisher.content.shelf import KEPT
from publisher.content.vocabulary import options_of
from publisher.content.walk import stamp_of
from publisher.model import Post

VERSION = 13
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
        self._table, names, self._rooms = (file and _load(file, setting)) or ({}, {}, set())
        self.folders = folders.Folders(names)
        self._changed = False

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
        draft = self._file.with_name(f".{self._file.name}.{os.getpid()}")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            draft.touch()
            settled = draft.stat().st_mtime_ns - found.YOUNG_NS  # the file system's own idea of now
            draft.write_bytes(self._written(there, settled))
            draft.replace(self._file)
        except OSError:
            with suppress(OSError):
                draft.unlink()
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

    def _written(self, there: Collection[str], settled: int) -> bytes:
        for path in self._table.keys() - there:
            del self._table[path]
        for path in self._kept.keys() - there:
            del self._kept[path]
        for path, (stamp, needs, post) in self._kept.items():
            if path not in self._table and _newest(stamp, needs) < settled:
                self._table[path] = stamp, needs, kept.packed(post, self._content)
                self._rooms.update(post.platforms)
        payload = marshal.dumps((self._table, self.folders.table))
        rooms = {name: _room_key(name) for name in sorted(self._rooms)}
        head = {**_about(self._setting), "rooms": rooms, "crc": zlib.crc32(payload)}
        return json.dumps(head).encode() + b"\n" + payload


def _about(setting: str) -> dict[str, Json]:
    return {"version": VERSION, "python": sys.version, "setting": setting}


def _load(file: Path, setting: str) -> tuple[Table, folders.Table, set[str]] | None:
    """Both tables, and the platforms that posts have a block for; None: the file does not hold."""
    try:
        head, _, payload = file.read_bytes().partition(b"\n")
        about = json.loads(head)
        crc, rooms = about.pop("crc"), about.pop("rooms")
        if about != _about(setting) or crc != zlib.crc32(payload):
            return None
        if any(_room_key(name) != key for name, key in rooms.items()):
            return None
        table, names = marshal.loads(payload)  # noqa: S302 - see above
    except (OSError, ValueError, TypeError, LookupError, AttributeError, EOFError):
        return None
    return table, names, set(rooms)


def _room_key(platform: str) -> str:
    """Changes whenever a platform takes other keys than before."""
    options = sorted(options_of(platform).values(), key=lambda option: option.name)
    return str(zlib.crc32(repr([(o.name, o.kind, o.choices) for o in options]).encode()))


def _newest(stamp: str, needs: Needs) -> int:
    stamps = [piece.rpartition("=")[2] for piece in stamp.split("/")]
    stamps += [need for _, need in needs if need != KEPT]
    return max(int(time) for one in stamps for time in one.split(".")[1:3])
