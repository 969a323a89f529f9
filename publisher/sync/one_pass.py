"""One pass over what was read: what all its steps know, and what they find; decides nothing itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from connectors.contract import Json, Problem, Severity
from publisher.config import Workspace
from publisher.content import Content
from publisher.identify import KnownPost
from publisher.model import Action, ActionKind, Channel, KnownDelivery, Post, PostMedia, Sight
from publisher.plan import Snapshot

if TYPE_CHECKING:
    from publisher.sync.syncer import Syncer


@dataclass
class Pass:
    """What the steps of one pass share.

    Attributes:
        ids: path in content/ → post id.
        adopt: this is the first live start over old content.
        only: path of the one post to render; None: all.
        named: labels to render that post for, also where it has none; None: its own.
        reopened: ids of settled posts that are looked at again, since their file has changed.
        drawn: path of a post → the cards that its channels show.
    """

    syncer: Syncer
    look: Content
    snapshot: Snapshot
    ids: Mapping[str, str]
    now: datetime
    adopt: bool = False
    only: str | None = None
    named: Sequence[str] | None = None
    reopened: frozenset[str] = frozenset()
    problems: list[Problem] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    sights: list[Sight] = field(default_factory=list)
    drawn: dict[str, tuple[PostMedia, ...]] = field(default_factory=dict)

    @property
    def space(self) -> Workspace:
        """The workspace that is looked at."""
        return self.syncer.workspace

    @cached_property
    def order(self) -> list[Post]:
        """Order of first sight: known posts by their place in the log, then new ones by path."""
        known = self.snapshot.posts
        last = len(known) + 1
        # Posts come by path, and what is sorted by one key stays as it was within it.
        return sorted(
            self.look.posts,
            key=lambda p: known[i].sequence if (i := self.ids[p.path]) in known else last,
        )

    def mark(self) -> tuple[int, int, int]:
        """How much was found so far."""
        return len(self.problems), len(self.actions), len(self.sights)

    def back_to(self, mark: tuple[int, int, int]) -> None:
        """Forget what was found since then: it was not thought through to the end."""
        problems, actions, sights = mark
        del self.problems[problems:], self.actions[actions:], self.sights[sights:]

    def fault(self, error: Exception, post: Post, channel: Channel | None = None) -> Problem:
        """The program itself failed over a post, or over it on one channel: what is told of that.

        Raises:
            Exception: the error itself, if the post is not to blame.
        """
        label = channel.label if channel is not None else None
        return self.syncer.faults.told(error, post.file, post.path, channel=label)

    def known(self, post: Post) -> KnownPost | None:
        """What the log knows of a post; None: it is new."""
        return self.snapshot.posts.get(self.ids[post.path])

    def booked(self, post_id: str, channels: Sequence[Channel]) -> Iterator[tuple[Channel, KnownDelivery]]:
        """The deliveries of a post on some channels, whatever their placement."""
        by_account = {channel.account: channel for channel in channels}
        for delivery in self.snapshot.of_post(post_id):
            if delivery.account in by_account:
                yield by_account[delivery.account], delivery

    def tell(self, code: str, severity: Severity, post: Post, key: str, /, **values: Json) -> None:
        """Note a problem at the line of one of the post's keys."""
        self.problems.append(problem_of(code, severity, post, key, **values))

    def keep(
        self,
        post: Post,
        channel: Channel,
        delivery: KnownDelivery,
        *,
        kind: ActionKind = ActionKind.KEEP,
        reason: str | None = None,
    ) -> None:
        """Plan that a delivery stays as it is; as BREAK, that it waits for the next edit."""
        self.actions.append(
            Action(
                kind=kind,
                post_id=delivery.post_id,
                path=post.path,
                title=post.title,
                channel=channel,
                placement=delivery.placement,
                delivery_id=delivery.delivery_id,
                due=delivery.due,
                state=delivery.state,
                reason=reason,
                grace=delivery.grace,
                urgent=delivery.urgent,
            )
        )


def problem_of(code: str, severity: Severity, post: Post, key: str, /, **values: Json) -> Problem:
    """A problem at the line of one of the post's keys; its channel is `channel` or `label` of the values."""
    channel = values.get("channel") or values.get("label")
    return Problem(
        code,
        severity,
        values,
        post=post.path,
        file=post.file,
        line=post.lines.get(key),
        channel=str(channel) if channel else None,
    )


def worst_first(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each once, file by file."""
    rank = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTICE: 2}
    unique = {
        (p.code, p.file, p.line, p.channel, p.part, repr(sorted(p.values.items()))): p for p in problems
    }
    return tuple(sorted(unique.values(), key=lambda p: (p.file or "", rank[p.severity], p.line or 0)))
