"""What the desk shows, as data: the CLI, `--json` and later a web page draw these and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from connectors.contract import Json, Media, MediaFacts, Problem
from publisher.checked import Reach
from publisher.model import Due, Post, Rendered, State
from publisher.token_facts import TokenFacts


@dataclass(frozen=True, slots=True)
class PartCount:
    """How long a part is the platform's way, and how long it may be."""

    used: int
    limit: int


@dataclass(frozen=True, slots=True)
class ChannelPreview:
    """One post on one channel, exactly as it would be posted.

    Attributes:
        title: the platform as people know it (`X`, `Facebook`).
        counts: one per part.
        facts: of every media in the rendition, as it will be sent.
        sources: of every media in the rendition, as staff gave it.
        usd: what publishing all parts costs; None: nothing.
        price_notes: message ids that say which tariff applies.
        state: of its delivery, if the log has one.
        gates: message ids of what keeps it from going out now (approval, hold, blocked account).
    """

    channel: str
    platform: str
    title: str
    account: str
    rendered: Rendered
    due: Due | None
    counts: tuple[PartCount, ...]
    facts: Mapping[Media, MediaFacts]
    usd: Decimal | None
    price_notes: tuple[str, ...]
    state: State | None
    gates: tuple[str, ...]
    url: str | None
    sources: Mapping[Media, MediaFacts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PostPreview:
    """A post and what becomes of it on every channel."""

    post: Post
    post_id: str
    channels: tuple[ChannelPreview, ...]
    problems: tuple[Problem, ...]
    reach: Reach = field(default_factory=Reach)


@dataclass(frozen=True, slots=True)
class PartView:
    """One part of a delivery as the log holds it."""

    number: int
    kind: str
    state: State
    platform_id: str | None
    url: str | None
    published_at: datetime | None
    reason: str | None
    words: str | None
    reason_values: Mapping[str, Json] = field(default_factory=dict)
    platform: str = ""
    code: str | None = None


NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""Stands for a due time that could not be found; `DeliveryView.has_due` tells."""


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One line of `log`, `plan --booked` and `status`.

    Attributes:
        post: the post's id; `path` where it lies in content/.
        state: of the root.
        reason: a message id; None: nothing to say.
        words, code: of the platform's answer behind it.
        gates: message ids: what it waits for besides its time.
        needs_person: somebody must decide (`resolve`).
        withdrawal: `asked`, `removed` or `by_hand`: what came of taking the root down; None: nobody asked.
    """

    delivery_id: str
    post: str
    path: str
    title: str
    channel: str
    platform: str
    account: str
    placement: str
    state: State
    due_at: datetime
    due_wall: datetime
    due_zone: str
    published_at: datetime | None
    url: str | None
    parts: tuple[PartView, ...]
    attempts: int
    reason: str | None
    reason_values: Mapping[str, Json]
    words: str | None
    gates: tuple[str, ...]
    needs_person: bool
    held_by: str | None
    held_until: datetime | None
    fingerprint: str
    approved_by: str | None
    withdrawal: str | None = None
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_because: str | None = None
    code: str | None = None
    urgent: bool = False

    @property
    def has_due(self) -> bool:
        """Whether a time was found for it; without one `due_at` lies at the end of all times."""
        return self.due_at < NEVER

    @property
    def live(self) -> tuple[PartView, ...]:
        """The parts that are published."""
        return tuple(part for part in self.parts if part.state is State.PUBLISHED)

    @property
    def parts_live(self) -> int:
        """How many parts are published."""
        return len(self.live)

    @property
    def incomplete(self) -> bool:
        """The root is live and some part behind it is not."""
        return self.state is State.PUBLISHED and self.parts_live < len(self.parts)


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account and what stands in its way.

    Attributes:
        blocked: the platform's words; a person must act.
        stopped_pid: a stopped process that holds a fenced part of this account.
        spent_usd: of this month's budget so far; None: it has none.
        token: what is known of its credentials.
    """

    channel: str
    platform: str
    account: str
    blocked: str | None
    blocked_at: datetime | None
    not_before: datetime | None
    held: bool
    last_published_at: datetime | None
    stopped_pid: int | None
    spent_usd: Decimal | None = None
    budget_usd: Decimal | None = None
    token: TokenFacts = field(default_factory=TokenFacts)


@dataclass(frozen=True, slots=True)
class Choice:
    """A legal way to resolve something: the verb and its options after post and channel, and what it means.

    Attributes:
        verb: None where nothing is typed: the file is edited, a token renewed.
        message: a message id.
    """

    verb: str | None
    options: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class NeedsPerson:
    """One thing that waits for a person, with all that is needed to decide.

    Attributes:
        message: a message id; `values` fill it.
        candidates: links or ids worth opening.
    """

    delivery: DeliveryView | None
    account: str | None
    message: str
    values: Mapping[str, Json]
    candidates: tuple[str, ...]
    choices: tuple[Choice, ...]


class Doing(StrEnum):
    """What takes long on the way of a delivery: bytes sent, a clip encoded, its turn to be encoded."""

    UPLOAD = "upload"
    ENCODE = "encode"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Underway:
    """One long work under way.

    Attributes:
        part: number of the part, from 1.
        done, total: bytes of an upload, seconds of a clip; 0 of what waits.
        rate: bytes, or seconds of the clip, per second since it began or was taken up again; 0: not known.
        at: when this was noted (aware, UTC).
    """

    delivery_id: str
    part: int
    doing: Doing
    done: float
    total: float
    rate: float
    at: datetime

    @property
    def uploads(self) -> bool:
        """Whether bytes are sent; else a clip is encoded, or waits for that."""
        return self.doing is Doing.UPLOAD

    @property
    def waits(self) -> bool:
        """Whether its turn has not come yet."""
        return self.doing is Doing.WAIT

    @property
    def percent(self) -> int:
        """Whole percent that are done; 100 only when all is."""
        return int(min(self.done / self.total, 1.0) * 100) if self.total else 0

    @property
    def left(self) -> float | None:
        """Seconds it will still take at this rate; None: not known."""
        return max(0.0, self.total - self.done) / self.rate if self.rate > 0 else None


@dataclass(frozen=True, slots=True)
class Status:
    """The desk at a glance.

    Attributes:
        daemon_seen_at: last heartbeat; None: never ran.
        counts: how many deliveries per state.
        next: the next few due.
        adopted: posts present at the first live start, for which nothing was booked.
        everything_held: a hold on everything stands.
        underway: uploads and clips that are encoded now, each with its delivery.
    """

    workspace: Path
    mode: str
    now: datetime
    zone: str
    daemon_seen_at: datetime | None
    daemon_alive: bool
    counts: Mapping[str, int]
    next: tuple[DeliveryView, ...]
    accounts: tuple[AccountView, ...]
    needs_person: tuple[NeedsPerson, ...]
    adopted: int
    everything_held: bool
    problems: tuple[Problem, ...]
    underway: tuple[tuple[DeliveryView, Underway], ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """What a verb did to one delivery, or why it could not: a message id and its values."""

    delivery: DeliveryView
    done: bool
    message: str
    values: Mapping[str, Json]
