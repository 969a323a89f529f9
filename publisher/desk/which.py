"""The post that a person means: by id, by path, or by an unambiguous piece of path or title."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from publisher.errors import NotFoundError
from publisher.model import Post

SHOWN = 10
"""How many are named where several are meant."""


def path_of(name: str, posts: Sequence[Post], known: Iterable[Any]) -> str:
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


def id_of(name: str, known: Iterable[Any]) -> str:
    """The id of a post that the log knows, also of one whose file is gone.

    Raises:
        NotFoundError: there is none, or more than one.
    """
    wanted = _tidy(name)
    ids = {row.path: str(row.post_id) for row in known}
    for row in known:
        if wanted in (row.post_id, row.path):
            return str(row.post_id)
    return ids[_only(name, [row.path for row in known if _like(wanted, row.path, row.title)])]


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
