"""Which file is which post of the log: by its own id, its path, its bytes. Pure; changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from publisher.model import Post

VANISHED_FOR = timedelta(minutes=10)
"""How long a file must be gone before its deliveries are cancelled."""
MANY = 5
"""More files than this, and more than a quarter, vanished at once: a share not mounted, not a decision."""


class KnownPost(NamedTuple):
    """A post as the log holds it; there are thousands, so they are made as cheaply as can be.

    Attributes:
        accounts: of its channels at first sight.
        settled: published on every one of them: nothing can come of it any more, and its deliveries
            were not loaded.
    """

    post_id: str
    path: str
    digest: str
    sequence: int
    accounts: tuple[str, ...]
    adopted: bool
    vanished_at: datetime | None
    settled: bool = False


def identify(
    posts: Iterable[Post], known: Mapping[str, KnownPost], provisional: Mapping[str, str]
) -> dict[str, str]:
    """Path → post id. The file's own `id`; else the same path; else the bytes of one vanished file; else new.

    Args:
        provisional: path → the id a new post gets.
    """
    posts = list(posts)
    by_path = {post.path: post.post_id for post in known.values() if post.vanished_at is None}
    by_old_path = {post.path: post.post_id for post in known.values()}
    present = {post.path for post in posts}
    taken: set[str] = set()
    found: dict[str, str] = {}
    for post in posts:
        post_id = _by_name(post, known, by_path) or (None if post.id else by_old_path.get(post.path))
        if post_id is not None and post_id not in taken:
            found[post.path] = post_id
            taken.add(post_id)
    moved = _by_digest(known, present, taken)
    for post in posts:
        if post.path in found:
            continue
        same = moved.get(post.digest, [])
        if post.id is None and len(same) == 1 and same[0] not in taken:
            found[post.path] = same[0]
        else:
            found[post.path] = post.id or provisional[post.path]
        taken.add(found[post.path])
    return found


def _by_name(post: Post, known: Mapping[str, KnownPost], by_path: Mapping[str, str]) -> str | None:
    if post.id is None:
        return by_path.get(post.path)
    if post.id in known:
        return post.id
    # An id written into a file that had none keeps the post the log knows; a given ULID shows by its shape.
    here = by_path.get(post.path)
    return here if here is not None and len(here) == 26 and here.isupper() else None


def _by_digest(
    known: Mapping[str, KnownPost], present: Collection[str], taken: Collection[str]
) -> dict[str, list[str]]:
    moved: dict[str, list[str]] = {}
    for post in known.values():
        if post.path not in present and post.post_id not in taken:
            moved.setdefault(post.digest, []).append(post.post_id)
    return moved


def suspicious(vanished: int, present_before: int) -> bool:
    """Whether so many files vanished at once that nobody can have meant it."""
    return vanished > MANY and vanished * 4 > present_before
