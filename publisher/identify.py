"""Which file is which post of the log: by its own id, its path, its bytes. Pure; changes nothing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from publisher.content.files import CHANGED
from publisher.content.habits import OPEN, folded, put_away
from publisher.model import FAULTS, Post

VANISHED_FOR = timedelta(minutes=10)
"""How long a file must be gone before its deliveries are cancelled."""
MANY = 5
"""More files than this, and more than a quarter, vanished at once: a share not mounted, not a decision."""
TOLD_FOR = timedelta(days=30)
"""How long a change that came after publication is spoken of."""
OPEN_FOR = timedelta(hours=24)
"""A text that has stood this long beside a lock file without a change is not open: its program crashed."""


class KnownPost(NamedTuple):
    """A post as the log holds it; there are thousands, so they are made as cheaply as can be.

    Attributes:
        accounts: of its channels at first sight.
        settled: published on every one of them: nothing can come of it any more, and its deliveries
            were not loaded.
        digest: of the file as it was last seen, also where it has changed too late.
        own_id: the `id` that was written into its file after the first sight; None: it is `post_id`,
            or there is none.
        edited_at: when the file was changed though nothing could come of it any more.
        skipped: those of `accounts` that could not carry it as it was last seen.
    """

    post_id: str
    path: str
    digest: str
    sequence: int
    accounts: tuple[str, ...]
    adopted: bool
    vanished_at: datetime | None
    settled: bool = False
    own_id: str | None = None
    edited_at: datetime | None = None
    skipped: tuple[str, ...] = ()


# ── Who is who ───────────────────────────────────────────────────────────────


def identify(
    posts: Iterable[Post],
    known: Mapping[str, KnownPost],
    provisional: Mapping[str, str],
    now: datetime | None = None,
) -> dict[str, str]:
    """Path → post id. The file's own `id`; else the same path; else the bytes of one vanished file; else new.

    Args:
        provisional: path → the id a new post gets.
        now: aware; None: nothing is taken as gone for long.
    """
    matching = _Matching(list(posts), known, now)
    matching.by_id()
    matching.as_they_were()
    if matching.left:
        matching.by_bytes_under_a_taken_path()
        matching.by_path()
        matching.by_spelling()
        matching.by_bytes()
        matching.as_new(provisional)
    return matching.found


class _Matching:
    """Files and known posts, matched by one rule after the other; neither is matched twice."""

    def __init__(self, posts: Sequence[Post], known: Mapping[str, KnownPost], now: datetime | None) -> None:
        self.posts = posts
        self.known = known
        self.now = now
        self.found: dict[str, str] = {}
        self.taken: set[str] = set()
        # A path may have been that of several posts, one after the other: the last one counts, and
        # one that is there before one that is gone.
        gone = {post.path: post for post in known.values() if post.vanished_at is not None}
        self.here = {**gone, **{post.path: post for post in known.values() if post.vanished_at is None}}

    @cached_property
    def _files(self) -> Mapping[str, Post]:
        return {post.path: post for post in self.posts}

    @cached_property
    def _by_digest(self) -> Mapping[str, list[KnownPost]]:
        found: dict[str, list[KnownPost]] = {}
        for post in self.known.values():
            found.setdefault(post.digest, []).append(post)
        return found

    @cached_property
    def _gone_at(self) -> Sequence[datetime]:
        return sorted(post.vanished_at for post in self.known.values() if post.vanished_at)

    @property
    def left(self) -> list[Post]:
        """Files that are no post yet."""
        return [post for post in self.posts if post.path not in self.found]

    def _match(self, post: Post, post_id: str) -> None:
        if post_id not in self.taken:
            self.found[post.path] = post_id
            self.taken.add(post_id)

    def by_id(self) -> None:
        """The `id` in the file, as the post's own or as written into it later."""
        own = None
        for post in self.posts:
            if post.id is None:
                continue
            own = own if own is not None else {k.own_id: k for k in self.known.values() if k.own_id}
            if post.id in self.known:
                self._match(post, post.id)
            elif post.id in own:
                self._match(post, own[post.id].post_id)

    def as_they_were(self) -> None:
        """The same bytes under the same path: nearly all, and whom no later rule gives to another."""
        same = {
            post.path: here.post_id
            for post in self.posts
            if post.id is None
            and (here := self.here.get(post.path)) is not None
            and here.digest == post.digest
            and here.post_id not in self.taken
        }
        self.found.update(same)
        self.taken.update(same.values())

    def by_bytes_under_a_taken_path(self) -> None:
        """Two files that swapped their names, or moved up one after the other: each takes its post along.

        By its path alone a post still to come would get the words of one that is out already.
        """
        for post in self.left:
            here = self.here.get(post.path)
            if post.id is not None or here is None or here.digest == post.digest:
                continue
            same = [k for k in self._by_digest.get(post.digest, ()) if self._moved_away(k)]
            if len(same) == 1:
                self._match(post, same[0].post_id)

    def _moved_away(self, known: KnownPost) -> bool:
        """Whether its bytes lay elsewhere a moment ago and no longer do."""
        there = self._files.get(known.path)
        return not self._long_gone(known) and (there is None or there.digest != known.digest)

    def by_path(self) -> None:
        """Whatever its bytes; but not where another post's file has long gone and a new one has come."""
        for post in self.left:
            here = self.here.get(post.path)
            if here is None:
                continue
            if self._another_id(post, here) or self._another_text(post, here):
                continue
            self._match(post, here.post_id)

    def _another_id(self, post: Post, here: KnownPost) -> bool:
        """An id of its own that is not that of the post here.

        One written into a file that had none keeps the post; a given ULID shows by its shape.
        """
        if post.id is None or post.id == here.post_id:
            return False
        given = len(here.post_id) == 26 and here.post_id.isupper()
        return here.vanished_at is not None or not given or here.own_id not in (None, post.id)

    def _another_text(self, post: Post, here: KnownPost) -> bool:
        """The name used again: the old file was away, nothing can come of it any more, the text is another.

        Without the time away it could be a correction of what is out, which must not go out again.
        """
        over = here.settled or here.adopted
        return over and here.digest != post.digest and self._long_gone(here) and self._went_alone(here)

    def _went_alone(self, known: KnownPost) -> bool:
        """Whether it did not vanish with many others, as when a share goes away and comes back."""
        assert known.vanished_at is not None  # noqa: S101 - long gone
        together = _together(self._gone_at, known.vanished_at)
        return not suspicious(together, len(self.known) - len(self._gone_at) + together)

    def _long_gone(self, known: KnownPost) -> bool:
        return self.now is not None and _long(known, self.now)

    def by_spelling(self) -> None:
        """The same path to Windows: `RILIS` for `Rilis`, or with the accents of a Mac."""
        left = [post for post in self.left if post.id is None]
        if not left:
            return
        spelt: dict[str, list[KnownPost]] = {}
        for known in self.known.values():
            if known.post_id not in self.taken and known.path not in self._files:
                spelt.setdefault(folded(known.path), []).append(known)
        for post in left:
            same = [k for k in spelt.get(folded(post.path), ()) if not self._another_text(post, k)]
            if len(same) == 1:
                self._match(post, same[0].post_id)

    def by_bytes(self) -> None:
        """A rename: the bytes of exactly one post that no other file is."""
        taken = self.taken.copy()
        for post in self.left:
            same = [k for k in self._by_digest.get(post.digest, ()) if k.post_id not in taken]
            if post.id is None and len(same) == 1:
                self._match(post, same[0].post_id)

    def as_new(self, provisional: Mapping[str, str]) -> None:
        """The id the file has, else one that is given."""
        for post in self.left:
            self.found[post.path] = post.id or provisional[post.path]


# ── What a file says about its post ──────────────────────────────────────────


def at_rest(post: Post, known: KnownPost) -> bool:
    """Whether a post is over and its file is as the log has it: nothing can come of it, or be said of it."""
    return (
        (known.settled or known.adopted)
        and known.path == post.path
        and known.digest == post.digest
        and known.vanished_at is None
        and known.edited_at is None
        and post.id in (None, known.post_id, known.own_id)
        and post.channels is None
        and not post.sample
        and not post.problems
    )


def not_now(post: Post, known: KnownPost | None, now: datetime) -> bool:
    """Whether somebody is at work on the file, so that its words do not count yet.

    What was booked and has not changed since is complete: opening it to read is no decision.
    """
    if known is not None and known.digest == post.digest:
        return False
    opened = [p.values["since"] for p in post.problems if p.code == OPEN]
    return any(now - datetime.fromisoformat(str(since)) < OPEN_FOR for since in opened)


def unreadable_now(post: Post, known: KnownPost | None) -> bool:
    """Whether a known post's file is locked, out of reach, being saved, or too much for the program.

    That decides nothing about it.
    """
    errors = {p.code for p in post.problems if p.severity == "error"}
    return known is not None and bool(errors) and errors <= {"content.unreadable", CHANGED, *FAULTS}


def never_seen_and_put_away(post: Post, known: KnownPost | None) -> bool:
    """Whether a file came straight into an archive folder: old things, stored; nothing to publish."""
    return known is None and put_away(post.path)


def edited_too_late(post: Post, known: KnownPost) -> bool:
    """Whether a file has just been changed though nothing can come of it: it is out, or was adopted."""
    return (known.settled or known.adopted) and not post.broken and known.digest != post.digest


def told_late(post: Post, known: KnownPost, now: datetime) -> bool:
    """Whether such a change should still be spoken of."""
    if edited_too_late(post, known):
        return True
    over = known.settled or known.adopted
    return over and known.edited_at is not None and now - known.edited_at < TOLD_FOR


# ── What is gone ─────────────────────────────────────────────────────────────


class Gone(NamedTuple):
    """Posts without a file, sorted by what that means.

    Attributes:
        fresh: newly gone.
        cancel: gone long enough, and meant.
        many: how many went together with one that may still be told apart from a decision; 0: none.
    """

    fresh: list[KnownPost]
    cancel: list[KnownPost]
    many: int


def gone(missing: Sequence[KnownPost], present: int, open_ids: Collection[str], now: datetime) -> Gone:
    """What to make of files that are not there.

    A slow share loses 300 files in ten looks: those that went within ten minutes of each other went
    at once. When they did, none of them is cancelled, however long they are gone.

    Args:
        missing: every post whose file is surely not there, since whenever.
        present: how many files are there.
        open_ids: posts of which something could still go out: nothing else needs a decision.
    """
    asked = [post for post in missing if post.post_id in open_ids or not _long(post, now)]
    if not asked:
        return Gone([], [], 0)
    times = sorted(post.vanished_at or now for post in missing)
    cancel: list[KnownPost] = []
    many = 0
    for post in asked:
        together = _together(times, post.vanished_at or now)
        if suspicious(together, present + together):
            many = max(many, together)
        elif _long(post, now):
            cancel.append(post)
    return Gone([post for post in asked if post.vanished_at is None], cancel, many)


def _long(post: KnownPost, now: datetime) -> bool:
    return post.vanished_at is not None and now - post.vanished_at >= VANISHED_FOR


def _together(times: Sequence[datetime], at: datetime) -> int:
    """How many of the sorted times lie around one of them: what one slow look after another found."""
    return bisect_right(times, at + VANISHED_FOR) - bisect_left(times, at - VANISHED_FOR)


def suspicious(vanished: int, present_before: int) -> bool:
    """Whether so many files vanished at once that nobody can have meant it."""
    return vanished > MANY and vanished * 4 > present_before
