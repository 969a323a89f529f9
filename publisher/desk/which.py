"""The post that a person means: by id, path, or an unambiguous piece of path or title; or by its files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from connectors.contract import Problem, Severity
from publisher.config import Workspace
from publisher.errors import NotFoundError
from publisher.model import Post
from publisher.publish_log.overview import SeenPost

_CONTENT = "content/"
SHOWN = 10
"""How many are named where several are meant."""


def path_of(name: str, posts: Sequence[Post], known: Iterable[SeenPost]) -> str:
    """The path in content/ of the post that is meant.

    Args:
        known: the log's posts, which give ids to files that have none of their own.

    Raises:
        NotFoundError: there is none, or more than one.
    """
    wanted = _tidy(name)
    paths = {post.path for post in posts}
    if wanted in paths:
        return wanted
    by_id = [post.path for post in posts if post.id == name] or [
        row.path for row in known if row.post_id == name and row.path in paths
    ]
    return _only(name, by_id or [post.path for post in posts if _like(wanted, post.path, post.title)])


def id_of(name: str, known: Iterable[SeenPost]) -> str:
    """The id of a post that the log knows, also of one whose file is gone.

    Raises:
        NotFoundError: there is none, or more than one.
    """
    wanted = _tidy(name)
    known = sorted(known, key=lambda row: (row.vanished_at is None, row.sequence))
    # A path may have been that of several posts: the one that is there counts, and the last one.
    ids = {row.path: row.post_id for row in known}
    if any(row.post_id == wanted for row in known):
        return wanted
    if wanted in ids:
        return ids[wanted]
    return ids[_only(name, [row.path for row in known if _like(wanted, row.path, row.title)])]


# ── By file ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Scope:
    """What files stand for.

    Attributes:
        posts: their paths in content/.
        files: what was named, relative to the workspace: also what belongs to no post may have a problem.
    """

    posts: frozenset[str]
    files: frozenset[str]

    def concerns(self, problem: Problem) -> bool:
        """Whether a problem is one of these posts or files, or of the workspace as a whole."""
        if problem.post is not None and (problem.file or _CONTENT).startswith(_CONTENT):
            return problem.post in self.posts  # one in a template is everybody's, and told once
        if problem.file is None or not problem.file.startswith(_CONTENT):
            # A picture lying in content/ itself is nothing of these; that the folder is missing is.
            return problem.file != _CONTENT.rstrip("/") or problem.severity is Severity.ERROR
        return any(_related(name, problem.file) for name in self.files)


def scope_of(
    names: Sequence[str], space: Workspace, posts: Sequence[Post], known: Callable[[], Iterable[SeenPost]]
) -> Scope | None:
    """What is meant by the names of files, folders and posts; None: everything.

    A file of a post stands for the post, a folder for all in it, and what every post depends on
    (schedule.yaml, a template, content/ itself) for everything.

    Args:
        known: gives the log's posts; asked only for a name that is no file.

    Raises:
        NotFoundError: a name is neither a file of the workspace nor one post.
    """
    found: set[str] = set()
    files: set[str] = set()
    for name in names:
        file = _file(name, space)
        if file is None:
            found.add(path_of(name, posts, known()))
            continue
        if space.content_dir not in file.parents:
            return None
        files.add(f"{_CONTENT}{file.relative_to(space.content_dir).as_posix()}")
        found.update(post.path for post in posts if _belongs(file, post, space.content_dir))
    return Scope(frozenset(found), frozenset(files))


def _file(name: str, space: Workspace) -> Path | None:
    """The file or folder of the workspace that is meant: as the shell sees it, else as messages name it."""
    for base in (Path.cwd(), space.root, space.content_dir):
        file = Path(os.path.abspath(base / name))
        if (space.root == file or space.root in file.parents) and os.path.lexists(file):
            return file
    return None


def _belongs(file: Path, post: Post, content: Path) -> bool:
    lies = content / post.path
    return _related(str(file), str(lies)) or file in {media.path for media in post.media}


def _related(one: str, other: str) -> bool:
    """Whether they are the same, or one lies in the other."""
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


def _tidy(name: str) -> str:
    return name.removeprefix("content/").rstrip("/")


def _like(wanted: str, path: str, title: str) -> bool:
    return wanted.lower() in path.lower() or wanted.lower() in title.lower()


def _only(name: str, paths: Sequence[str]) -> str:
    if not paths:
        raise NotFoundError("desk.no_post", post=name)
    if len(paths) > 1:
        raise NotFoundError("desk.many_posts", post=name, found=", ".join(sorted(paths)[:SHOWN]))
    return paths[0]
