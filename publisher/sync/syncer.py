"""Goes the whole way once, or again and again: what was read, planned, and booked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.contract import MediaFacts, Problem, Severity
from publisher import cards, content
from publisher.config import Workspace
from publisher.content import Content
from publisher.errors import LogBusyError, LogError, PublisherError
from publisher.faults import Faults
from publisher.identify import identify
from publisher.model import MEDIA_FAULT, Channel, Plan, Post, PostMedia, Rendered, Sight
from publisher.plan import OLD, Snapshot, Wanted
from publisher.publish_log.fence_file import state_home
from publisher.publish_log.store import Store, new_id
from publisher.render import Templates, by_hand, fetched, render, shipped_dir
from publisher.sync import known, wanting
from publisher.sync.one_pass import Pass, worst_first

if TYPE_CHECKING:
    from publisher.cards.deck import Cards
    from publisher.duplicates import Words
    from publisher.media.store import MediaStore

RACED = 2
"""How often a plan is made anew because another process booked at the same time."""


@dataclass(frozen=True)
class Synced:
    """One look at the workspace: what was read, who is who, how it renders, what is planned.

    Attributes:
        ids: path in content/ → post id.
        wanted: every post on every channel that still has something to come.
        touched: ids of the deliveries that booking made or changed.
    """

    content: Content
    ids: Mapping[str, str]
    wanted: tuple[Wanted, ...]
    plan: Plan
    snapshot: Snapshot
    touched: tuple[str, ...] = ()

    def sights_of(self, path: str) -> tuple[Sight, ...]:
        """What the log should note about one post."""
        return tuple(sight for sight in self.plan.sights if sight.path == path)


class _Provisional(dict[str, str]):
    """Path → id of a post without one, made when first asked for.

    The same path keeps it from look to look, until it is booked under it.
    """

    def __missing__(self, path: str) -> str:
        self[path] = given = new_id()
        return given


@dataclass
class Syncer:
    """Looks at one workspace again and again.

    Attributes:
        store: None while there is no log yet.
        media: where sources are kept for delivery; None: nothing is written.
        words: fingerprint → what it says; remembered from pass to pass.
        faults: what the program itself failed over, post by post.
    """

    workspace: Workspace
    store: Store | None
    media: MediaStore | None = None
    _templates: Templates | None = None
    _provisional: _Provisional = field(default_factory=_Provisional)
    _facts: dict[str, MediaFacts] = field(default_factory=dict)
    _cards: Cards | None = None
    words: dict[str, Words] = field(default_factory=dict)
    faults: Faults = field(init=False)

    def __post_init__(self) -> None:
        self.faults = Faults(self.workspace.root)

    def sync(
        self,
        now: datetime,
        *,
        write: bool,
        seen: Content | None = None,
        adopt: bool = False,
        only: str | None = None,
        channels: Sequence[str] | None = None,
        actor: str = "daemon",
    ) -> Synced:
        """Go the whole way once.

        Args:
            now: aware, UTC.
            seen: what a watcher read; None: read now.
            adopt: this is the first live start over old content.
            only: path of the one post to render, for `preview`; the rest is read only.
            channels: labels to render that post for, also where it has none; None: its own.

        Raises:
            LogBusyError: the log cannot be written now.
        """
        look = seen if seen is not None else self.read()
        for _ in range(RACED):
            try:
                return self._sync(look, now, write, adopt, only, channels, actor)
            except LogBusyError as error:
                if error.message != "log.raced":
                    raise
        return self._sync(look, now, write, adopt, only, channels, actor)

    def _sync(
        self,
        look: Content,
        now: datetime,
        write: bool,
        adopt: bool,
        only: str | None,
        channels: Sequence[str] | None,
        actor: str,
    ) -> Synced:
        """One try, planned on the log as it stands now."""
        snapshot, ids, reopened = self._known(look.posts, only, now)
        this = Pass(self, look, snapshot, ids, now, adopt, only, channels, reopened)
        wanted = wanting.wanted(this)
        plan = wanting.plan(this, wanted)
        touched: tuple[str, ...] = ()
        if write:
            plan, touched = self.book(plan, actor)
            if only is None and self._cards is not None:
                self._cards.prune([card.path for cards in plan.drawn.values() for card in cards])
        return Synced(look, ids, tuple(wanted), plan, snapshot, touched)

    def book(self, plan: Plan, actor: str) -> tuple[Plan, tuple[str, ...]]:
        """Write a plan; gives what was left of it, and the ids of the deliveries made or changed.

        Raises:
            LogBusyError: the log cannot be written now.
        """
        if self.store is None:
            raise LogError("log.none", found=None)
        from publisher import book  # a look needs no SQLAlchemy

        plan = self._keep_media(plan)
        touched = tuple(book.book(self.store, plan, actor))
        for sight in plan.sights:
            self._provisional.pop(sight.path, None)  # another post may have this path some day
        return plan, touched

    def read(self) -> Content:
        """Read content/ as it is, remembering what has not changed."""
        space = self.workspace
        return content.read(
            space.content_dir,
            root=space.root,
            zone=space.timezone,
            cache=space.root / ".publisher" / "cache" / "content",
        )

    def render(self, post: Post, channel: Channel, facts: Mapping[str, MediaFacts]) -> Rendered:
        """One post on one channel."""
        if self._templates is None:
            self._templates = Templates(self.workspace.templates_dir, shipped_dir(), _compiled())
        found = render(
            post,
            channel,
            self._templates,
            facts,
            language=self.workspace.language,
            zone=self.workspace.timezone,
            defaults=self.workspace.defaults,
            colour=self.workspace.brand.colour,
        )
        if self.workspace.by_hand(channel):
            return by_hand.told(found)
        host = self.workspace.media_host
        return fetched.told(found, facts, hosted=self.workspace.hosted, url=host.beginning if host else None)

    def dressed(
        self, post: Post, channel: Channel, facts: Mapping[str, MediaFacts]
    ) -> tuple[Post, tuple[Problem, ...]]:
        """The post as a channel gets it, with cards where that needs a picture; and what is told of them."""
        if not cards.are_asked(post, channel):
            return post, ()
        if self._cards is None:
            from publisher.cards.deck import Cards  # most posts go as they are

            self._cards = Cards(self.workspace)
        dressed = self._cards.dressed(post, channel, facts)
        return dressed.post, dressed.problems

    def facts(self, post: Post) -> tuple[dict[str, MediaFacts], list[Problem]]:
        """What is known of a post's pictures, clips and captions, and what is told of them."""
        good: dict[str, MediaFacts] = {}
        told: list[Problem] = []
        if not (post.media or post.companions):
            return good, told
        from publisher.media.inspect import MediaError
        from publisher.sync.facts import facts_of, told_of

        for media in (*post.media, *post.companions):
            if media.source not in self._facts:
                try:
                    self._facts[media.source] = facts_of(media)
                except MediaError as error:
                    told.append(replace(error.problem(post.file, media.line), post=post.path))
                    continue
                except Exception as error:  # a library met a file that its makers never thought of
                    told.append(self._of_media(error, media, post))
                    continue
            good[media.source] = self._facts[media.source]
            told += told_of(media, good[media.source], post)
        return good, told

    def _of_media(self, error: Exception, media: PostMedia, post: Post) -> Problem:
        line, name = media.line, media.name
        return self.faults.told(error, post.file, post.path, code=MEDIA_FAULT, line=line, name=name)

    def _known(
        self, posts: Sequence[Post], only: str | None, now: datetime
    ) -> tuple[Snapshot, dict[str, str], frozenset[str]]:
        """What the log knows, path → post id, and the settled posts that are looked at again.

        Loaded whole is also the one post that is asked for.
        """
        if self.store is None:
            return Snapshot(), identify(posts, {}, self._provisional), frozenset()
        with self.store.look() as look:
            snapshot = known.snapshot(look)
            ids = identify(posts, snapshot.posts, self._provisional, now)
            reopened = _reopened(posts, ids, snapshot)
            if reopened:
                loaded = known.with_whole(look, snapshot, reopened)
                reopened = frozenset(each for each in reopened if _recent(loaded, each, now))
            asked = {ids[only]} if only in ids else set()
            return known.with_whole(look, snapshot, reopened | asked), ids, reopened

    def _keep_media(self, plan: Plan) -> Plan:
        """Copy the sources that deliveries need, and make pictures fit, before the log refers to them.

        A post whose picture cannot be kept or made is left out of the plan and tried again at the next pass.
        """
        if self.media is None:
            return plan
        from publisher import recipe

        needed = {
            media
            for action in plan.changes
            if action.rendition is not None
            for part in action.rendition.parts
            for media in (*part.media, *part.companions)
        }
        sources = {source for media in needed for source in recipe.sources(media)}
        problems: list[Problem] = []
        for post in plan.posts:
            every = (*post.media, *post.companions, *plan.drawn.get(post.path, ()))
            own = [media for media in every if media.source in sources]
            try:
                for media in own:
                    self.media.keep(media.path, media.source)
                if own:
                    used = {media.source for media in own}
                    self.media.make(media for media in needed if used.issuperset(recipe.sources(media)))
            except PublisherError as error:
                problems.append(
                    Problem(error.message, Severity.ERROR, error.values, post=post.path, file=post.file)
                )
            except Exception as error:  # the pictures of others are made
                problems.append(self.faults.told(error, post.file, post.path))
        left = {problem.post for problem in problems}
        if not left:
            return plan
        return replace(
            plan,
            actions=tuple(a for a in plan.actions if a.path not in left),
            sights=tuple(s for s in plan.sights if s.path not in left),
            problems=worst_first((*plan.problems, *problems)),
        )


def _compiled() -> Path | None:
    """Where templates are kept as they were compiled; None: whoever runs this has no home."""
    try:
        return state_home() / "templates"
    except RuntimeError:
        return None


def _recent(snapshot: Snapshot, post_id: str, now: datetime) -> bool:
    """Whether a post went out lately: what is changed in older ones is housekeeping."""
    return any(now - delivery.due.at <= OLD for delivery in snapshot.of_post(post_id))


def _reopened(posts: Sequence[Post], ids: Mapping[str, str], snapshot: Snapshot) -> frozenset[str]:
    """Ids of settled posts that some channel could not carry, and whose file has changed since.

    A picture came to what was published elsewhere without one: now that channel may take it.
    """
    return frozenset(
        post_id
        for post in posts
        if (there := snapshot.posts.get(post_id := ids[post.path])) is not None
        and there.skipped
        and there.settled
        and there.digest != post.digest
        and not post.broken
    )
