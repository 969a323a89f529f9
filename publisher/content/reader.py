"""Reads the whole content folder: walks it, builds or recalls each post, gathers what is wrong."""

from __future__ import annotations

import gc
import os
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.contract import Json, Problem, Severity
from publisher.content.cache import Cache, Needs
from publisher.content.files import GoneError
from publisher.content.found import real_path
from publisher.content.kept import KeptPost
from publisher.content.shelf import KEPT, Shelf
from publisher.content.walk import Borders, File, Flaw, Found, Walk, walk
from publisher.faults import Faults
from publisher.model import Post

if TYPE_CHECKING:
    from publisher.content.build import Builder

PRUNE_EVERY = 1_000
"""Looks; about half an hour while `run` watches."""


@dataclass(frozen=True, slots=True)
class Content:
    """What one look at content/ found.

    Attributes:
        posts: by path; broken ones too, with their problems.
        problems: those that belong to no post.
        missing: content/ itself is not there or cannot be listed: nothing may be taken as vanished.
        unsettled: paths that this look cannot speak for: posts still being written, folders that
            cannot be listed. Ask `unsure`.
    """

    posts: tuple[Post, ...]
    problems: tuple[Problem, ...] = ()
    missing: bool = False
    unsettled: frozenset[str] = frozenset()

    def unsure(self, path: str) -> bool:
        """Whether a post that is not among `posts` may still be there: it has not surely vanished."""
        if self.missing:
            return True
        # Upwards from the path: at a watcher's first look thousands are unsettled.
        while path and path not in self.unsettled:
            path = path.rpartition("/")[0]
        return bool(path)


def read(
    content_dir: Path,
    *,
    root: Path,
    zone: str,
    cache: Path | None = None,
    accept: Callable[[str], bool] | None = None,
) -> Content:
    """Read every post below `content_dir` once; problems are collected, nothing is raised.

    Args:
        root: the workspace; media may lie anywhere in it.
        zone: IANA name of the zone of times that name none.
        cache: file in which what was read is remembered.
        accept: given a post's path, whether to read it; default all.
    """
    return Reader(content_dir, root=root, zone=zone, cache=cache).look(accept=accept)


class Reader:
    """Looks at one content folder, once or again and again."""

    def __init__(self, content_dir: Path, *, root: Path, zone: str, cache: Path | None = None) -> None:
        self._content = os.path.abspath(content_dir)
        self._prefix = Path(os.path.relpath(self._content, os.path.abspath(root))).as_posix()
        self._borders = Borders(os.fspath(root), self._content)
        kept = cache.parent if cache else Path(root, ".publisher", "cache")
        self._shelf = Shelf(kept / "pictures")
        self._zone = zone
        self._faults = Faults(root)
        self._cache = Cache(cache, self._content, f"{zone} {self._prefix}")
        self._looks_to_prune = 0
        self._on_shelf: set[str] = set()
        self._elsewhere: dict[str, frozenset[str]] = {}

    @cached_property
    def _builder(self) -> Builder:
        """Loaded with the first post that must be read: most looks find all of them as they were."""
        from publisher.content.build import Builder

        return Builder(self._content, self._prefix, self._borders, self._zone, self._shelf)

    def look(
        self,
        *,
        accept: Callable[[str], bool] | None = None,
        steady: Callable[[str, str], bool] | None = None,
    ) -> Content:
        """One look.

        Args:
            accept: given a post's path, whether to read it.
            steady: given a path and the stamp of what is there, whether it stands still; a post that
                does not, or needs a file that does not, is left out as unsettled.
        """
        with _no_collection():
            return self._look(accept, steady)

    def _look(
        self, accept: Callable[[str], bool] | None, steady: Callable[[str, str], bool] | None
    ) -> Content:
        self._cache.begin()
        seen = walk(self._content, self._borders, self._cache.folders, self._failed)
        self._on_shelf.clear()
        self._elsewhere.clear()
        posts: list[Post] = []
        unsettled = list(seen.unread)
        for found in seen.found:
            if accept is not None and not accept(found.path):
                continue
            post = self._post(found, steady)
            if post is None:
                unsettled.append(found.path)
            else:
                posts.append(post)
        if not seen.missing:
            self._cache.save({found.path for found in seen.found})
        problems = [flaw.problem(self._prefix) for flaw in seen.flaws]
        if len(posts) == len(seen.found):
            problems.extend(flaw.problem(self._prefix) for flaw in self._unused(seen, posts))
            self._prune(seen)
        if seen.loose or seen.folders:
            posts = list(self._with_inner(posts, seen))
        return Content(_told_apart(posts), tuple(problems), seen.missing, frozenset(unsettled))

    def _prune(self, seen: Walk) -> None:
        """Now and then, when every post was seen, pictures of documents that are no more go."""
        if self._looks_to_prune == 0 and not (seen.missing or seen.unread):
            self._looks_to_prune = PRUNE_EVERY
            self._shelf.prune(self._on_shelf)
        self._looks_to_prune = max(0, self._looks_to_prune - 1)

    def _post(self, found: Found, steady: Callable[[str, str], bool] | None) -> Post | None:
        """The post; None: it is in motion."""
        stamp = found.stamp()
        if steady is not None and not steady(found.path, stamp):
            return None
        try:
            needs, post = self._cache.recall(found.path, stamp) or self._built(found, stamp)
        except GoneError:
            return None
        if needs:
            self._on_shelf.update(os.path.basename(path) for path, stamp in needs if stamp == KEPT)
            self._elsewhere[found.path] = frozenset(os.path.basename(path) for path, _ in needs)
            if steady is not None and not _all(steady, needs):
                return None
        return post

    def _built(self, found: Found, stamp: str) -> tuple[Needs, Post]:
        builder = self._builder
        try:
            built = builder.build(found)
        except GoneError:
            raise
        except Exception as error:  # whatever one text brings about, the others are read
            file = f"{self._prefix}/{found.texts[0].path}"
            built = builder.unread(found, self._faults.told(error, file, found.path))
        if built.keep:
            self._cache.keep(found.path, stamp, built.needs, built.post)
        else:
            self._cache.forget(found.path)
        return built.needs, built.post

    def _failed(self, error: Exception, folder: str) -> Flaw:
        """What is said of a folder that the program itself fails over."""
        told = self._faults.told(error, f"{self._prefix}/{folder}", folder)
        return Flaw(told.code, told.severity, folder, dict(told.values))

    def _unused(self, seen: Walk, posts: Iterable[Post]) -> Iterable[Flaw]:
        """Pictures that lie where no text is and that no post names."""
        if not seen.loose:
            return
        names = {
            os.path.basename(real_path(self._content, file))
            for pictures in seen.loose.values()
            for file in pictures
        }
        # Only who names a file that does not lie beside its text can use one; and of the posts that are
        # remembered, whose media would have to be unpacked, only who names one that is called so.
        asked = [
            post
            for post in posts
            if not isinstance(post, KeptPost) or not names.isdisjoint(self._elsewhere.get(post.path, ()))
        ]
        used = {os.fspath(medium.path) for post in asked for medium in (*post.media, *post.companions)}
        for folder, pictures in seen.loose.items():
            left = self._besides(pictures, used)
            if left and _outer(folder, seen.folders) is None:
                yield Flaw("content.no_text", Severity.WARNING, folder, _listed(left))

    def _besides(self, pictures: Iterable[File], used: Container[str]) -> list[str]:
        """Names of those that no post uses."""
        return [file.name for file in pictures if real_path(self._content, file) not in used]

    def _with_inner(self, posts: Iterable[Post], seen: Walk) -> Iterator[Post]:
        """The posts, those whose folders hold more below with a word about it.

        Pictures there do not go out: without any of its own a post would appear without, so it stops. A text
        there is a post by itself.
        """
        below: defaultdict[str, list[str]] = defaultdict(list)
        for folder in seen.loose:
            below[_outer(folder, seen.folders) or ""].append(folder)
        for post in posts:
            told: list[Problem] = []
            for folder in below.get(post.path, ()):
                used = {os.fspath(medium.path) for medium in post.media}
                if names := self._besides(seen.loose[folder], used):
                    severity = Severity.WARNING if post.media else Severity.ERROR
                    values = {**_listed(names), "folder": folder.removeprefix(f"{post.path}/")}
                    told.append(_told(post, "content.pictures_below", severity, values))
            if outer := _outer(post.path, seen.folders):
                told.append(_told(post, "content.text_below", Severity.WARNING, {"outer": outer}))
            yield replace(post, problems=(*post.problems, *told)) if told else post


def _listed(names: list[str]) -> dict[str, Json]:
    return {"count": len(names), "names": ", ".join(names[:3]) + (", …" if names[3:] else "")}


def _outer(path: str, folders: Container[str]) -> str | None:
    """The folder that is a post and holds this path; the innermost; None: there is none."""
    while "/" in path:
        path = path.rpartition("/")[0]
        if path in folders:
            return path
    return None


def _told(post: Post, code: str, severity: Severity, values: Mapping[str, Json]) -> Problem:
    return Problem(code, severity, values, post=post.path, file=post.file)


@contextmanager
def _no_collection() -> Iterator[None]:
    """A look makes many objects that all stay; to search them for cycles would cost a third of it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _all(steady: Callable[[str, str], bool], needs: Needs) -> bool:
    """Asks for each, even after a no: `steady` takes note of what it is asked."""
    answers = [steady(path, stamp) for path, stamp in needs if stamp != KEPT]
    return all(answers)


def _told_apart(posts: list[Post]) -> tuple[Post, ...]:
    """The posts, those that share an id each with an error that names the others."""
    ids = [post.id for post in posts if post.id is not None]
    if len(set(ids)) == len(ids):
        return tuple(posts)
    by_id: defaultdict[str, list[str]] = defaultdict(list)
    for post in posts:
        if post.id is not None:
            by_id[post.id].append(post.path)
    return tuple(_with_twins(post, by_id[post.id]) if post.id else post for post in posts)


def _with_twins(post: Post, paths: list[str]) -> Post:
    if len(paths) == 1:
        return post
    others = ", ".join(path for path in paths if path != post.path)
    problem = Problem(
        "content.same_id",
        Severity.ERROR,
        {"id": post.id, "others": others},
        post=post.path,
        file=post.file,
        line=post.lines.get("id"),
    )
    return replace(post, problems=(*post.problems, problem))
