"""Remembers posts between looks and between runs, so that what has not changed is not read again.

The file holds a line of JSON about itself, then a table: path → (stamp, the post's fields as bytes).
Fields are decoded only when the post is still there with the same stamp. The table is in Python's
marshal format, four times as fast here as JSON; it holds plain data only and is opened only if its
checksum and the Python that wrote it are right. A post is kept only if what is wrong with it, if
anything, cannot be mended elsewhere than in its own files. A cache that is damaged, of another version
or for another zone is ignored; it costs time, never truth.
"""

from __future__ import annotations

import json
import marshal
import os
import sys
import zlib
from collections.abc import Collection
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.contract import Json, Problem, Severity
from publisher.content.facts import options_of
from publisher.content.shelf import KEPT
from publisher.content.walk import stamp_of
from publisher.model import LocalTime, Post, PostMedia

VERSION = 8
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
        self._table, self._rooms = _load(file, setting) if file else ({}, set())
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
        if self._file is None or not (self._changed or self._table.keys() - there):
            return
        draft = self._file.with_name(f".{self._file.name}.{os.getpid()}")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            draft.touch()
            settled = draft.stat().st_mtime_ns - YOUNG_NS  # the file system's own idea of now
            draft.write_bytes(self._written(there, settled))
            draft.replace(self._file)
        except OSError:
            with suppress(OSError):
                draft.unlink()
            return
        self._changed = any(path not in self._table for path in self._kept)

    def _decoded(self, path: str, stamp: str) -> tuple[str, Needs, Post] | None:
        known = self._table.get(path)
        if known is None or known[0] != stamp:
            return None
        try:
            needs, post = _post_from(marshal.loads(known[1]), path, self._content)  # noqa: S302 - see above
        except (ValueError, TypeError, LookupError, EOFError):
            return None
        return stamp, needs, post

    def _fresh(self, needs: Needs) -> bool:
        try:
            return all(self._is_as_it_was(_place(self._content, path), stamp) for path, stamp in needs)
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
                self._table[path] = stamp, marshal.dumps(_post_to(post, needs, self._content))
                self._rooms.update(post.platforms)
        payload = marshal.dumps(self._table)
        rooms = {name: _room_key(name) for name in sorted(self._rooms)}
        head = {**_about(self._setting), "rooms": rooms, "crc": zlib.crc32(payload)}
        return json.dumps(head).encode() + b"\n" + payload


def _about(setting: str) -> dict[str, Json]:
    return {"version": VERSION, "python": sys.version, "setting": setting}


def _load(file: Path, setting: str) -> tuple[dict[str, tuple[str, bytes]], set[str]]:
    """The table, and the platforms that posts in it have a block for; both empty if it does not hold."""
    nothing: tuple[dict[str, tuple[str, bytes]], set[str]] = {}, set()
    try:
        head, _, payload = file.read_bytes().partition(b"\n")
        about = json.loads(head)
        crc, rooms = about.pop("crc"), about.pop("rooms")
        if about != _about(setting) or crc != zlib.crc32(payload):
            return nothing
        if any(_room_key(name) != key for name, key in rooms.items()):
            return nothing
        table: dict[str, tuple[str, bytes]] = marshal.loads(payload)  # noqa: S302 - see above
    except (OSError, ValueError, TypeError, LookupError, AttributeError, EOFError):
        return nothing
    return table, set(rooms)


def _room_key(platform: str) -> str:
    """Changes whenever a platform takes other keys than before."""
    options = sorted(options_of(platform).values(), key=lambda option: option.name)
    return str(zlib.crc32(repr([(o.name, o.kind, o.choices) for o in options]).encode()))


def _newest(stamp: str, needs: Needs) -> int:
    stamps = [piece.rpartition("=")[2] for piece in stamp.split("/")]
    stamps += [need for _, need in needs if need != KEPT]
    return max(int(time) for one in stamps for time in one.split(".")[1:3])


# ── Post ⇄ plain data ────────────────────────────────────────────────────────


def _post_to(post: Post, needs: Needs, content: str) -> tuple[Any, ...]:
    """In the order of Post's own fields, after what the post needs."""
    return (
        needs,
        (post.file, post.id, post.digest, post.title, post.body, post.author),
        post.date and post.date.isoformat(),
        _time_to(post.publish_at),
        _time_to(post.publish_after),
        _time_to(post.publish_before),
        None if post.grace is None else post.grace.total_seconds(),
        (post.channels, post.link, post.hashtags),
        tuple([_medium_to(content, medium) for medium in post.media]),
        tuple([_medium_to(content, medium) for medium in post.companions]),
        (post.topic, post.urgent, post.draft, post.repeat, post.corrects, post.sample, post.card),
        dict(post.platforms),
        dict(post.lines),
        tuple([_problem_to(problem) for problem in post.problems]),
    )


def _post_from(data: tuple[Any, ...], path: str, content: str) -> tuple[Needs, Post]:
    needs, head, day, at, after, before, grace, spread, media, beside, marks, platforms, lines, problems = (
        data
    )
    fields: tuple[Any, ...] = (
        path,
        *head,
        day and date.fromisoformat(day),
        at and _time_from(at),
        after and _time_from(after),
        before and _time_from(before),
        None if grace is None else timedelta(seconds=grace),
        *spread,
        media and tuple([_medium_from(content, medium) for medium in media]),
        beside and tuple([_medium_from(content, medium) for medium in beside]),
        *marks,
        platforms,
        lines,
        problems and tuple([_problem_from(problem, path) for problem in problems]),
    )
    return needs, Post(*fields)


def _time_to(time: LocalTime | None) -> tuple[str, str] | None:
    return (time.wall.isoformat(), time.zone) if time else None


def _time_from(time: tuple[str, str]) -> LocalTime:
    return LocalTime(datetime.fromisoformat(time[0]), time[1])


def _medium_to(content: str, medium: PostMedia) -> tuple[Any, ...]:
    more = (medium.role, medium.language) if medium.role else ()
    place = os.path.relpath(medium.path, content)
    return (place, medium.name, medium.source, medium.alt, medium.focus, medium.line, *more)


def _medium_from(content: str, medium: tuple[Any, ...]) -> PostMedia:
    return PostMedia(Path(_place(content, medium[0])), *medium[1:])


def _place(content: str, relative: str) -> str:
    """The file at a path that leads out of content/ by its name: content/ may be a link to elsewhere."""
    path = f"{content}/{relative}"
    return os.path.normpath(path) if relative.startswith("..") else path


# ── Problem ⇄ plain data ─────────────────────────────────────────────────────


def _problem_to(problem: Problem) -> tuple[Any, ...]:
    return problem.code, problem.severity.value, dict(problem.values), problem.file, problem.line


def _problem_from(data: tuple[Any, ...], path: str) -> Problem:
    code, severity, values, file, line = data
    return Problem(code, Severity(severity), values, post=path, file=file, line=line)
