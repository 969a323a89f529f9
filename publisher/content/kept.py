"""A post as the cache keeps it: what every look asks is there at once, the rest is unpacked at first need.

Of ten thousand posts, after some years, nearly all are out and unchanged: a look asks their path, id
and bytes, and never their words.
"""

from __future__ import annotations

import marshal
import os
import zlib
from dataclasses import fields
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.contract import Problem, Severity
from publisher.model import LocalTime, Post, PostMedia

Packed = tuple[str | None, str, bool, bytes]
"""The post's id and digest, whether it is plain, and all its fields."""

_FIELDS = tuple(field.name for field in fields(Post))
SHAPE = zlib.crc32(" ".join((*_FIELDS, *(field.name for field in fields(PostMedia)))).encode())
"""Of what is packed: posts that were kept before a field came or went are read again."""


class KeptPost(Post):
    """A post that was read before: like any other, only that most fields are unpacked when asked for."""

    __slots__ = ("_content", "_data")

    _content: str
    _data: bytes

    def __getattr__(self, name: str) -> Any:
        """Called for a field that is not there yet."""
        if name not in _FIELDS:
            raise AttributeError(name)
        for field, value in zip(_FIELDS, _unpacked(self._data, self.path, self._content), strict=True):
            object.__setattr__(self, field, value)
        return object.__getattribute__(self, name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Post):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in _FIELDS)

    __hash__ = Post.__hash__


def packed(post: Post, content: str) -> Packed:
    """A post as plain data.

    Args:
        content: absolute path of content/; what is kept holds no absolute path.
    """
    plain = post.channels is None and not post.sample and not post.problems
    return post.id, post.digest, plain, marshal.dumps(_plain_data(post, content))


def post_of(path: str, data: Packed, content: str) -> Post:
    """The post that was kept."""
    post_id, digest, plain, fields_of = data
    post = object.__new__(KeptPost)
    _PATH(post, path)
    _ID(post, post_id)
    _DIGEST(post, digest)
    _DATA(post, fields_of)
    _CONTENT(post, content)
    if plain:
        _CHANNELS(post, None)
        _SAMPLE(post, False)
        _PROBLEMS(post, ())
    return post


# The class is frozen, and there are thousands: each straight into its slot.
_PATH, _ID, _DIGEST, _DATA, _CONTENT, _CHANNELS, _SAMPLE, _PROBLEMS = (
    getattr(KeptPost, name).__set__
    for name in ("path", "id", "digest", "_data", "_content", "channels", "sample", "problems")
)


# ── Post ⇄ plain data ────────────────────────────────────────────────────────


def _plain_data(post: Post, content: str) -> tuple[Any, ...]:
    """In the order of Post's own fields, after the path."""
    return (
        (post.file, post.id, post.digest, post.title, post.body, post.author),
        post.date and post.date.isoformat(),
        _time_to(post.publish_at),
        _time_to(post.publish_after),
        _time_to(post.publish_before),
        None if post.grace is None else post.grace.total_seconds(),
        (post.channels, post.link, post.hashtags),
        tuple([_medium_to(content, medium) for medium in post.media]),
        tuple([_medium_to(content, medium) for medium in post.companions]),
        (
            *(post.topic, post.urgent, post.draft, post.repeat, post.corrects, post.sample),
            *(post.card, post.fit, post.background, post.cover),
        ),
        dict(post.platforms),
        dict(post.lines),
        tuple([_problem_to(problem) for problem in post.problems]),
    )


def _unpacked(data: bytes, path: str, content: str) -> tuple[Any, ...]:
    """The fields of a post; `cache.py` has seen to it that the data are what was written."""
    head, day, at, after, before, grace, spread, media, beside, marks, platforms, lines, problems = (
        marshal.loads(data)  # noqa: S302 - see cache.py
    )
    return (
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


def _time_to(time: LocalTime | None) -> tuple[str, str] | None:
    return (time.wall.isoformat(), time.zone) if time else None


def _time_from(time: tuple[str, str]) -> LocalTime:
    return LocalTime(datetime.fromisoformat(time[0]), time[1])


def _medium_to(content: str, medium: PostMedia) -> tuple[Any, ...]:
    more = (medium.role, medium.language) if medium.role else ()
    place = os.path.relpath(medium.path, content)
    return (place, medium.name, medium.source, medium.alt, medium.focus, medium.line, medium.stamp, *more)


def _medium_from(content: str, medium: tuple[Any, ...]) -> PostMedia:
    return PostMedia(Path(place_of(content, medium[0])), *medium[1:])


def place_of(content: str, relative: str) -> str:
    """The file at a path that leads out of content/ by its name: content/ may be a link to elsewhere."""
    path = f"{content}/{relative}"
    return os.path.normpath(path) if relative.startswith("..") else path


def _problem_to(problem: Problem) -> tuple[Any, ...]:
    return problem.code, problem.severity.value, dict(problem.values), problem.file, problem.line


def _problem_from(data: tuple[Any, ...], path: str) -> Problem:
    code, severity, values, file, line = data
    return Problem(code, Severity(severity), values, post=path, file=file, line=line)
