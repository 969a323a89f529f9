"""The words of the flow as types: Post → Rendered → Plan → Delivery. Frozen; they touch nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from connectors.contract import Json, Problem, Quota, Rendition, Severity

FAULT, MEDIA_FAULT = "content.fault", "media.fault"
FAULTS = frozenset({FAULT, MEDIA_FAULT})
"""Problems of the program itself (`faults.py`). They say nothing about the post: what is booked of it is
neither changed nor stopped by them."""


SENT_THERE = "desk.sent_there"
"""Why a delivery was booked: a person named a channel that the post's own file does not ask for."""


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A wall time in a named zone, as staff wrote it; `schedule.utc_of` says which instant that is."""

    wall: datetime
    """Naive."""
    zone: str
    """IANA name."""


@dataclass(frozen=True, slots=True)
class PostMedia:
    """A picture or clip that a post names.

    Attributes:
        path: absolute; inside the workspace, no symlink out of it.
        name: as written by staff, for messages.
        source: sha256 of the bytes.
        line: where it is named in the text; None: found lying in the folder.
        stamp: of the file when `source` was taken, as `content.found` has it; empty: not noted.
        role: of a companion of a clip: `cover` or `captions`; empty: shown itself.
        language: of captions, BCP 47; empty: that of the workspace.
        reading: characters that stand on it, of a card.
    """

    path: Path
    name: str
    source: str
    alt: str = ""
    focus: tuple[float, float] | None = None
    line: int | None = None
    stamp: str = field(default="", compare=False)
    role: str = ""
    language: str = ""
    reading: int = 0


_ALL = frozenset({"semua", "semua kanal", "all", "all channels"})


def is_all(word: str) -> bool:
    """Whether a word under `channels` means every channel."""
    return word.strip(" .").lower() in _ALL


@dataclass(frozen=True, slots=True)
class Post:
    """One item in content/, as read; nothing of the log, nothing of the clock in it.

    Attributes:
        path: of the file or folder, relative to content/, with forward slashes.
        file: of the text, relative to the workspace, for messages.
        id: the front matter's `id`; None: given at first sight.
        digest: sha256 over the text's bytes and the media's: equal for a renamed copy.
        companions: covers and captions of clips, which are not shown beside them.
        cover: the moment that is shown of its clip at rest, in seconds; None: it names none.
        channels: labels the post names itself; None: it inherits.
        card: the design of the card it asks for, `yes`: any; empty: it asks for none.
        fit, background: as of a channel, for its pictures; empty: those of the channel. `brand` is the
            colour of the office.
        platforms: the block per platform id, checked against the room's options.
        lines: line of each key (`publish_at`, `twitter.thread`), from 1; `body`: where the body begins.
        problems: found while reading; one with severity error and no channel stops the whole post.
    """

    path: str
    file: str
    id: str | None
    digest: str
    title: str
    body: str
    author: str | None = None
    date: date | None = None
    publish_at: LocalTime | None = None
    publish_after: LocalTime | None = None
    publish_before: LocalTime | None = None
    grace: timedelta | None = None
    channels: tuple[str, ...] | None = None
    link: str | None = None
    hashtags: tuple[str, ...] = ()
    media: tuple[PostMedia, ...] = ()
    companions: tuple[PostMedia, ...] = ()
    topic: str | None = None
    urgent: bool = False
    draft: bool = False
    repeat: bool = False
    corrects: str | None = None
    sample: bool = False
    card: str = ""
    fit: str = ""
    background: str = ""
    cover: float | None = None
    platforms: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def inherits(self) -> bool:
        """Whether its channels are none of its own choice: it names none, or all of them at once."""
        return self.channels is None or any(is_all(word) for word in self.channels)

    @property
    def broken(self) -> bool:
        """Whether something stops the post on every channel."""
        return any(p.severity is Severity.ERROR and p.channel is None for p in self.problems)


@dataclass(frozen=True, slots=True)
class Channel:
    """A connected profile as named in schedule.yaml.

    Attributes:
        label: its name there, such as `fb`.
        account: the account key.
        token: `env:NAME` or `file:PATH`; empty: not connected yet.
        mode: `auto`, or `assisted`: a person publishes, from a kit.
        slots: as written, such as `mon-fri 08:00`.
        approval: `none` or `required`.
        app: the app of the platform that speaks for it; channels of one share its quotas.
        quota: the office's own bound, posts per day; the room's quotas hold besides.
        default: whether posts that name no channel go there.
        topics: which of them, by their topic; none: all.
        unsupported: `skip` or `error`: what becomes of a post that cannot be carried and only inherits it;
            `card`: words become a picture where the platform needs one, else as `skip`.
        card: the design of cards; empty: the program's own.
        long_text: `lead`, `thread` or `error`: what becomes of a text that does not fit.
        bold: `plain` or `typed`: whether the marks of bold go out where the platform has no bold.
        fit: `pad`, `crop` or `refuse`: what becomes of a picture of a shape that the platform does not take.
        background: of `pad`: `blur` (the picture itself, out of focus) or `#rrggbb`.
        enlarge: how many times larger a picture or clip may be made at most; None: as the room says.
        options: the room's channel options.
    """

    label: str
    platform: str
    account_id: str
    account: str
    token: str
    app: str = ""
    slots: tuple[str, ...] = ()
    spacing: timedelta = timedelta(0)
    grace: timedelta = timedelta(hours=2)
    approval: str = "none"
    quota: int | None = None
    budget_usd: Decimal | None = None
    default: bool = True
    topics: tuple[str, ...] = ()
    unsupported: str = "skip"
    long_text: str = "lead"
    bold: str = "plain"
    mode: str = "auto"
    fit: str = "pad"
    background: str = "blur"
    enlarge: float | None = None
    card: str = ""
    options: Mapping[str, Json] = field(default_factory=dict)

    def is_default_of(self, topic: str | None) -> bool:
        """Whether a post with that topic goes there without naming it."""
        topics = {each.casefold() for each in self.topics}
        return self.default and (not topics or (topic or "").casefold() in topics)


@dataclass(frozen=True, slots=True)
class Quiet:
    """When nothing is planned on its own: hours as (start, end) of a day, whole dates, holidays."""

    hours: tuple[tuple[int, int], ...] = ()
    """Minutes since midnight; an end before its start is on the next day."""
    dates: frozenset[date] = frozenset()
    holidays: str | None = None
    """Country (ISO 3166-1), `ID`, or country and subdivision, `DE-BE`, whose holidays are kept."""
    workdays: frozenset[date] = frozenset()
    """Holidays on which the office works."""
    kept: Path | None = field(default=None, compare=False)
    """Folder in which holidays that were worked out are remembered; may be emptied at any time."""


@dataclass(frozen=True, slots=True)
class Brand:
    """How the office looks: on cards, and where a preview shows the profile.

    Attributes:
        name: empty: the office has not said.
        logo: a picture; absolute.
        colour, accent: `#rrggbb`; empty: those of the design.
    """

    name: str = ""
    logo: Path | None = None
    colour: str = ""
    accent: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A post as it will stand on one channel, or why it will not.

    Attributes:
        rendition: None where an error or an unsupported feature leaves nothing to send.
        skipped: an inherited channel that cannot carry the post; a notice says why.
    """

    post: Post
    channel: Channel
    rendition: Rendition | None
    problems: tuple[Problem, ...] = ()
    skipped: bool = False


class DueWhy(StrEnum):
    """Why a delivery is due when it is."""

    EXPLICIT = "explicit"
    SLOT = "slot"
    QUEUE = "queue"
    URGENT = "urgent"
    NOW = "now"


@dataclass(frozen=True, slots=True)
class Due:
    """When a delivery is due: the wall time people meant, its zone, and the instant (aware, UTC)."""

    at: datetime
    wall: datetime
    zone: str
    why: DueWhy


class State(StrEnum):
    """Of a part; publish_log/states.py holds the legal changes."""

    WAITING = "waiting"
    PREPARING = "preparing"
    DELIVERING = "delivering"
    COMMITTING = "committing"
    PROCESSING = "processing"
    PUBLISHED = "published"
    HANDED_OVER = "handed_over"
    UNKNOWN = "unknown"
    HELD = "held"
    MISSED = "missed"
    CANCELLED = "cancelled"
    FAILED = "failed"


EDITABLE = frozenset({State.WAITING, State.HELD, State.MISSED, State.FAILED, State.CANCELLED})
"""Roots that an edit of the file may still change."""


@dataclass(frozen=True, slots=True)
class KnownDelivery:
    """A delivery as the log holds it.

    Attributes:
        state: of the root; `claimed` while a worker has it.
        broken: the message id of what its file has wrong; None: nothing.
        held_for: the message id of what it was held for at booking; None: nothing, or by a person.
    """

    delivery_id: str
    post_id: str
    account: str
    placement: str
    fingerprint: str
    state: State
    claimed: bool
    due: Due
    publish_after: datetime | None
    publish_before: datetime | None
    grace: timedelta
    urgent: bool
    broken: str | None
    approved: bool
    held: bool
    held_for: str | None = None

    @property
    def editable(self) -> bool:
        """Whether an edit of the file can still change it: nobody has it, and it is not out."""
        return not self.claimed and self.state in EDITABLE


class ActionKind(StrEnum):
    """What booking will do for a planned line."""

    BOOK = "book"
    CHANGE = "change"
    MOVE = "move"
    CANCEL = "cancel"
    REVIVE = "revive"
    BREAK = "break"
    KEEP = "keep"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Action:
    """One line of a plan: what becomes of one post on one channel.

    Attributes:
        post_id: provisional for a post the log has not seen.
        delivery_id: None for a new one.
        state: that the root will be in; None where nothing is booked.
        reason: a message id: why held, skipped, missed, cancelled, broken; `values` fill it.
        rendition: of a BOOK, CHANGE or REVIVE.
    """

    kind: ActionKind
    post_id: str
    path: str
    title: str
    channel: Channel
    placement: str = "feed"
    delivery_id: str | None = None
    rendition: Rendition | None = None
    due: Due | None = None
    state: State | None = None
    reason: str | None = None
    values: Mapping[str, Json] = field(default_factory=dict)
    publish_after: datetime | None = None
    publish_before: datetime | None = None
    grace: timedelta = timedelta(hours=2)
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Sight:
    """A post as content/ shows it now, for the log's list of posts.

    Attributes:
        post_id: the log's; a provisional one of a new post becomes it.
        accounts: account keys of its channels at first sight; deliveries come into being for these only.
        new: never seen before.
        adopted: present at the first live start: known, and nothing booked.
        own_id: the id that was written into its file after the log had given it another.
        where_only: title, author and accounts stay as they were noted; nothing of the post changes by it.
        late: the file was changed though nothing could come of it any more.
        skipped: those of `accounts` that cannot carry it as it is.
    """

    post_id: str
    path: str
    digest: str
    title: str
    author: str | None
    accounts: tuple[str, ...]
    new: bool
    adopted: bool = False
    own_id: str | None = None
    where_only: bool = False
    late: bool = False
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What booking would do, in order of first sight; and every problem found on the way.

    Attributes:
        vanished: ids of posts whose file is newly not there any more.
        posts: all that were read.
        drawn: path of a post → the cards that were drawn for it.
        last_seen: the newest place in the order of first sight when the plan was made; None: unknown.
    """

    at: datetime
    actions: tuple[Action, ...] = ()
    sights: tuple[Sight, ...] = ()
    vanished: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    posts: tuple[Post, ...] = ()
    drawn: Mapping[str, tuple[PostMedia, ...]] = field(default_factory=dict)
    last_seen: int | None = None

    @property
    def changes(self) -> tuple[Action, ...]:
        """The actions that change the log."""
        return tuple(a for a in self.actions if a.kind not in (ActionKind.KEEP, ActionKind.SKIP))


@dataclass(frozen=True, slots=True)
class Use:
    """One part that was published or is about to be.

    Attributes:
        at: of its reservation (aware, UTC).
        units: of each quota by name, as `contract.Room.cost` gave it; empty: one of every quota.
        account: the key of the account that published.
    """

    at: datetime
    units: Mapping[str, int] = field(default_factory=dict)
    account: str = ""

    def of(self, quota: Quota) -> int:
        """What it takes of a quota."""
        return self.units.get(quota.name, 0) if self.units else 1
