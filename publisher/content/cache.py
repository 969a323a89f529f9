"""Remembers posts between looks and between runs, so that what has not changed is not read again.

The file holds a line of JSON about itself, then a line per post: path, stamp, the post as JSON.
A line is decoded only when its post is still there with the same stamp. Only posts without any
problem are kept: what is wrong may be mended elsewhere. A cache that is damaged, of another version
or for another zone is ignored; it costs time, never truth.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

from connectors import registry
from connectors.contract import Json
from publisher.content.facts import options_of
from publisher.content.walk import stamp_of
from publisher.model import LocalTime, Post, PostMedia

VERSION = 1
"""Of the layout and of the meaning: raise it whenever the same text gives another Post."""

YOUNG_NS = 2_000_000_000
"""The coarsest file times in use (FAT) count two seconds: a file younger than that when the cache is
written could change again without its stamp telling."""

Needs = tuple[tuple[str, str], ...]


class Cache:
    """What is known of the posts of one content folder.

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
        self._lines = _load(file, setting) if file else {}
        self._changed = False

    def recall(self, path: str, stamp: str) -> tuple[Needs, Post] | None:
        """The post as it was built when its files had this stamp, and what else it needs; None: read it."""
        kept = self._kept.get(path)
        if kept is None or kept[0] != stamp:
            kept = self._decoded(path, stamp)
        if kept is None or not self._fresh(kept[1]):
            return None
        self._kept[path] = kept
        return kept[1:]

    def keep(self, path: str, stamp: str, needs: Needs, post: Post) -> None:
        """Remember a post that was just built."""
        self._kept[path] = (stamp, needs, post)
        self._lines.pop(path, None)
        self._changed = True

    def forget(self, path: str) -> None:
        """A post that must be read again."""
        self._kept.pop(path, None)
        self._changed |= self._lines.pop(path, None) is not None

    def save(self, there: Collection[str]) -> None:
        """Write the cache for the posts that are still there, whole or not at all.

        A folder that cannot be written to costs only time: nothing is raised.
        """
        if self._file is None or not (self._changed or self._lines.keys() - there):
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            draft = self._file.with_name(f".{self._file.name}.{os.getpid()}")
            draft.touch()
            settled = draft.stat().st_mtime_ns - YOUNG_NS  # the file system's own idea of now
            draft.write_bytes(self._written(there, settled))
            draft.replace(self._file)
        except OSError:
            return
        self._changed = any(path not in self._lines for path in self._kept)

    def _decoded(self, path: str, stamp: str) -> tuple[str, Needs, Post] | None:
        line = self._lines.get(path)
        if line is None or line[0] != stamp:
            return None
        try:
            needs, post = _post_from(json.loads(line[1]), path, self._content)
        except (ValueError, TypeError, LookupError):
            return None
        return stamp, needs, post

    def _fresh(self, needs: Needs) -> bool:
        try:
            return all(stamp_of(os.lstat(f"{self._content}/{path}")) == stamp for path, stamp in needs)
        except OSError:
            return False

    def _written(self, there: Collection[str], settled: int) -> bytes:
        for path in self._lines.keys() - there:
            del self._lines[path]
        for path in self._kept.keys() - there:
            del self._kept[path]
        for path, (stamp, needs, post) in self._kept.items():
            if path not in self._lines and _newest(stamp, needs) < settled:
                self._lines[path] = stamp, json.dumps(_post_to(post, needs, self._content))
        body = "\n".join([f"{path}\t{stamp}\t{data}" for path, (stamp, data) in self._lines.items()])
        rooms = {name: _room_key(name) for name in registry.platforms()}
        payload = body.encode()
        head = {"version": VERSION, "setting": self._setting, "rooms": rooms, "crc": zlib.crc32(payload)}
        return json.dumps(head).encode() + b"\n" + payload


def _load(file: Path, setting: str) -> dict[str, tuple[str, str]]:
    try:
        head, _, payload = file.read_bytes().partition(b"\n")
        about = json.loads(head)
        usable = (
            (about["version"], about["setting"], about["crc"]) == (VERSION, setting, zlib.crc32(payload))
            and all(_room_key(name) == key for name, key in about["rooms"].items())
        )  # fmt: skip
        if not usable or not payload:
            return {}
        lines = (line.split("\t", 2) for line in payload.decode().split("\n"))
        return {path: (stamp, data) for path, stamp, data in lines}
    except (OSError, ValueError, TypeError, LookupError):
        return {}


def _room_key(platform: str) -> str:
    """Changes whenever a platform takes other keys than before."""
    options = sorted(options_of(platform).values(), key=lambda option: option.name)
    return str(zlib.crc32(repr([(o.name, o.kind, o.choices) for o in options]).encode()))


def _newest(stamp: str, needs: Needs) -> int:
    stamps = [piece.rpartition("=")[2] for piece in stamp.split("/")] + [need for _, need in needs]
    return max(int(time) for one in stamps for time in one.split(".")[1:3])


# ── Post ⇄ JSON ──────────────────────────────────────────────────────────────


def _post_to(post: Post, needs: Needs, content: str) -> list[Json]:
    return [
        needs,
        (post.file, post.id, post.digest, post.title, post.body, post.author),
        post.date and post.date.isoformat(),
        [_time_to(time) for time in (post.publish_at, post.publish_after, post.publish_before)],
        None if post.grace is None else post.grace.total_seconds(),
        post.channels,
        post.link,
        post.hashtags,
        [(os.path.relpath(m.path, content), m.name, m.source, m.alt, m.focus, m.line) for m in post.media],
        post.topic,
        (post.urgent, post.draft, post.repeat),
        post.corrects,
        post.sample,
        dict(post.platforms),
        dict(post.lines),
    ]


def _post_from(data: Json, path: str, content: str) -> tuple[Needs, Post]:
    (
        needs,
        head,
        day,
        times,
        grace,
        channels,
        link,
        tags,
        media,
        topic,
        flags,
        corrects,
        sample,
        own,
        lines,
    ) = data
    fields = (
        path,
        *head,
        date.fromisoformat(day) if day else None,
        *[_time_from(time) if time else None for time in times],
        None if grace is None else timedelta(seconds=grace),
        None if channels is None else tuple(channels),
        link,
        tuple(tags),
        tuple([_medium_from(content, *medium) for medium in media]) if media else (),
        topic,
        *flags,
        corrects,
        sample,
        own,
        lines,
    )
    return tuple([(need, stamp) for need, stamp in needs]) if needs else (), Post(*fields)


def _time_to(time: LocalTime | None) -> tuple[str, str] | None:
    return (time.wall.isoformat(), time.zone) if time else None


def _time_from(time: tuple[str, str]) -> LocalTime:
    return LocalTime(datetime.fromisoformat(time[0]), time[1])


def _medium_from(
    content: str, path: str, name: str, source: str, alt: str, focus: Iterable[float] | None, line: int | None
) -> PostMedia:
    whole = f"{content}/{path}"
    if path.startswith(".."):
        whole = os.path.normpath(whole)
    across_down = None if focus is None else (float((pair := list(focus))[0]), float(pair[1]))
    return PostMedia(Path(whole), name, source, alt, across_down, line)
