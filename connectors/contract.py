"""All that crosses the border between the engine (publisher/) and the rooms (connectors/<platform>/).

The engine hands a `Rendition` (rendition.py), part by part, to a `Session`; the session gives back
checkpoints and receipts (answers.py). What a platform takes a `Room` says in the words of rules.py. Which
methods may be repeated is said at each method; the engine relies on it. Rooms import all of it from here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol
from urllib.parse import urlsplit

from connectors.answers import (
    CannotTell,
    ChannelStatus,
    Checkpoint,
    Done,
    Gone,
    HandedOver,
    NotSeen,
    NotYet,
    Pending,
    Problem,
    Receipt,
    Severity,
    Staged,
    Unsupported,
)
from connectors.errors import UnsupportedError
from connectors.rendition import (
    RENDITION_VERSION,
    ClipFacts,
    Json,
    Media,
    MediaFacts,
    Part,
    PartKind,
    Rendition,
    account_key,
    canonical,
)
from connectors.renewal import Lasts, Renewal, Renewed
from connectors.rules import (
    ClipRules,
    Feature,
    Limits,
    Option,
    PictureRules,
    Price,
    Quota,
)

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.http import Door

__all__ = [
    "RENDITION_VERSION",
    "Account",
    "CannotTell",
    "ChannelStatus",
    "Checkpoint",
    "ClipFacts",
    "ClipRules",
    "Done",
    "FactsOf",
    "Feature",
    "Gone",
    "HandedOver",
    "Json",
    "Lasts",
    "Limits",
    "Media",
    "MediaFacts",
    "MediaSource",
    "NotSeen",
    "NotYet",
    "Option",
    "Part",
    "PartKind",
    "Pending",
    "PictureRules",
    "Price",
    "Problem",
    "Quota",
    "Receipt",
    "Rendition",
    "Renewal",
    "Renewed",
    "Room",
    "SaveCheckpoint",
    "Session",
    "Severity",
    "Staged",
    "TokenSource",
    "Unsupported",
    "account_key",
    "canonical",
    "features_of",
]


@dataclass(frozen=True, slots=True)
class Account:
    """The account a session speaks for: its key, its id on the platform, the channel's own settings.

    Attributes:
        app: the app of the platform that speaks for it, as the office calls it; empty: the only one.
    """

    key: str
    id: str
    settings: Mapping[str, Json] = field(default_factory=dict)
    app: str = ""


class TokenSource(Protocol):
    """Where credentials come from: the environment, files, later the vault."""

    def get(self, account: str) -> Mapping[str, str]:
        """The credential fields of an account key; a bare token stands under `token`.

        Raises:
            ReconnectError: there is none, or it cannot be read.
        """


class MediaSource(Protocol):
    """Gives the bytes that will be sent: source and recipe in, made file out."""

    def facts(self, media: Media) -> MediaFacts:
        """What is known of the made bytes."""

    def path(self, media: Media) -> Path:
        """The made file; it stays until the delivery is over."""

    def url(self, media: Media) -> str:
        """Where the platform itself can fetch the made file; put there now if it is not yet.

        Raises:
            TemporaryError: the media host cannot be reached, or there is none.
        """


FactsOf = Mapping[Media, MediaFacts]
SaveCheckpoint = Callable[[Checkpoint], None]


_MEANINGS = {
    "no-credentials": "room.said_credentials",
    "other_account": "room.said_other_account",
    "no_channel": "room.said_no_channel",
    "not-renewed": "room.said_not_renewed",
    "invalid_grant": "room.said_token",
    "invalid_client": "room.said_app",
    "unauthorized_client": "room.said_app",
}
"""What stands in the way at any platform: found on our side, or said by a token endpoint (RFC 6749, 5.2)."""


def _begins(code: str, key: str) -> bool:
    """Whether a code is of this kind: `368/1404082` is one of 368, `3680` is not."""
    if key.startswith("/"):
        return code.endswith(key) or code == key[1:]
    return code == key or (code.startswith(key) and code[len(key)] in " /_")


class Room(ABC):
    """One platform, as the engine sees it before any call is made. Pure; imports no SDK."""

    platform: ClassVar[str]
    title: ClassVar[str]
    """As shown to people."""
    nicknames: ClassVar[tuple[str, ...]] = ()
    """What else people write for it in `channels` or as a key, in lower case: `fb`, `you tube`."""
    limits: ClassVar[Limits]
    features: ClassVar[frozenset[Feature]]
    options: ClassVar[tuple[Option, ...]] = ()
    placements: ClassVar[tuple[str, ...]] = ("feed",)
    scopes: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[tuple[str, ...]] = ()
    """Texts besides the text, such as `title`: each has a template, and travels in `Part.options` of the
    root under its name. An option of the same name lets a post give it."""
    counts: ClassVar[Literal["characters", "bytes"]] = "characters"
    """What `measure` counts, as people are told it."""
    bold: ClassVar[str] = ""
    """What the platform takes for bold around words, such as `*`; empty: it has no bold."""
    sites: ClassVar[tuple[str, ...]] = ()
    """Domains of its permalinks, such as `youtube.com`: an address of another one is no post of it."""
    short_links: ClassVar[tuple[str, ...]] = ()
    """How addresses begin that its app gives to share, such as `vt.tiktok.com/`: they lead to a post, and
    name none."""
    fetches_ahead: ClassVar[bool] = False
    """Whether the platform fetches media while a post is staged: then staging tests the media host."""
    takes_repeats: ClassVar[bool] = True
    """Whether the same text may stand on an account twice."""
    unfit: ClassVar[frozenset[str]] = frozenset()
    """Codes of `check` that say, as a missing feature does, that no such post can stand there at all (a
    platform that needs a picture): a channel that is only inherited is then left out."""

    cover_moments: ClassVar[Mapping[str, str]] = {}
    """Placement → the option that takes the moment a clip shows at rest, in milliseconds."""
    cover_numbers: ClassVar[Mapping[str, str]] = {}
    """Placement → the option that takes the number of the picture which stands for all, from 1."""
    of_the_api: ClassVar[frozenset[str]] = frozenset()
    """Codes of `check` that matter only where this program publishes, not where a person does in the app."""

    meanings: ClassVar[Mapping[str, str]] = {}
    """What its answers mean to an office: how a code begins → a message id with advice under `.fix`. A key
    that begins with `/` is the end of one."""

    def meaning(self, code: str) -> str:
        """The message id of what an answer with this code means; empty: its class says all there is."""
        every = {**_MEANINGS, **self.meanings}
        return every[max(fits, key=len)] if (fits := [one for one in every if _begins(code, one)]) else ""

    def check(self, rendition: Rendition, facts: FactsOf) -> list[Problem]:
        """All that this platform would refuse, and what it would show badly; no call is made.

        The first word is the base's: a feature the room does not have is an error that names it.
        """
        problems = [
            Problem(
                "room.unsupported",
                Severity.ERROR,
                {"platform": self.title, "feature": str(feature)},
                part=number,
            )
            for number, part in enumerate(rendition.parts, 1)
            for feature in sorted(features_of(part, facts) - self.features)
        ]
        return problems or self._check(rendition, facts)

    @abstractmethod
    def _check(self, rendition: Rendition, facts: FactsOf) -> list[Problem]:
        """The room's own rules."""

    @abstractmethod
    def measure(self, text: str) -> int:
        """How long `text` is the platform's way, to hold against `limits.text`."""

    def placement(self, asked: str | None, kinds: Sequence[str]) -> str:
        """The placement of a post: the one it asks for, else what its media (`MediaFacts.kind`) suggest."""
        return asked if asked in self.placements else self.placements[0]

    def several(self, placement: str) -> bool:
        """Whether a post of this placement may hold several pictures."""
        return placement == self.placements[0]

    def text_limit(self, placement: str, kinds: Sequence[str] = ()) -> int:
        """The most `measure` may give for a part's text in a placement with such media."""
        return self.limits.text

    def comment_limit(self) -> int:
        """The most `measure` may give for a first comment."""
        return self.limits.text

    def field_limit(self, field: str, placement: str) -> int | None:
        """The most `measure_field` may give for one of `fields`; None: no bound is known."""
        return None

    def measure_field(self, field: str, text: str) -> int:
        """How long one of `fields` is the platform's way."""
        return self.measure(text)

    def pictures(self, placement: str, role: str = "") -> PictureRules | None:
        """What it takes of pictures in a placement, or of a companion with that role.

        None: pictures go out as they are, and `check` refuses what does not fit.
        """
        return None

    def clips(self, placement: str) -> ClipRules | None:
        """What it takes of clips in a placement; None: clips go out as they are, and `check` decides."""
        return None

    def takes_cover(self, placement: str, clip: MediaFacts) -> bool:
        """Whether a clip may have a picture of its own as cover (the role `cover`) in a placement.

        Args:
            clip: as it will be sent.
        """
        return Feature.COVER in self.features

    def fetches(self, part: Part, facts: FactsOf, settings: Mapping[str, Json]) -> bool:
        """Whether the platform must fetch media of the part from a public address (`MediaSource.url`)."""
        return False

    def may_fetch(self, url: str, settings: Mapping[str, Json]) -> bool:
        """Whether the platform fetches from addresses that begin so, by what the channel's settings say."""
        return True

    def quotas(self, settings: Mapping[str, Json]) -> tuple[Quota, ...]:
        """Those that bind a channel with these settings."""
        return self.limits.quotas

    def cost(self, part: Part) -> Mapping[str, int]:
        """What publishing the part uses of each quota, by its name; one of every quota if not said."""
        return {}

    def steps(self, rendition: Rendition) -> tuple[str, ...]:
        """Message ids: what a person does to publish it by hand in the platform's own app."""
        return (f"{self.platform}.by_hand",)

    def id_of(self, url: str, account_id: str) -> str:
        """The platform id behind a permalink that a person names; by default its last path segment."""
        return url.split("?", 1)[0].rstrip("/").rpartition("/")[2]

    def is_at(self, url: str) -> bool:
        """Whether an address is one of the platform's `sites`; a platform that names none takes any."""
        try:
            host = (urlsplit(url if "//" in url else f"https://{url}").hostname or "").lower()
        except ValueError:
            return False
        return bool(host) and (
            not self.sites or any(host == site or host.endswith(f".{site}") for site in self.sites)
        )

    def is_short(self, url: str) -> bool:
        """Whether an address is one of `short_links`."""
        try:
            parts = urlsplit(url if "//" in url else f"https://{url}")
            host = (parts.hostname or "").lower()
        except ValueError:
            return False
        return f"{host.removeprefix('www.').removeprefix('m.')}{parts.path}".startswith(self.short_links)

    def price(self, part: Part) -> Price | None:
        """What publishing the part costs; None: nothing."""
        return None

    def renewal(self, fields: Mapping[str, str], settings: Mapping[str, Json]) -> Renewal:
        """Until when credentials with these fields are good, on a channel with these settings; pure."""
        return Renewal(Lasts.BY_PERSON)

    @abstractmethod
    def open(
        self, account: Account, door: Door, tokens: TokenSource, clock: Clock, media: MediaSource
    ) -> Session:
        """A session for one account; imports the SDK; makes no call yet."""


def features_of(part: Part, facts: FactsOf) -> frozenset[Feature]:
    """What a part asks of its platform."""
    wanted = set()
    if part.text:
        wanted.add(Feature.TEXT)
    if part.link:
        wanted.add(Feature.LINK)
    if part.kind is PartKind.THREAD:
        wanted.add(Feature.THREAD)
    if part.kind is PartKind.COMMENT:
        wanted.add(Feature.COMMENT)
    wanted.update(Feature(facts[media].kind) for media in part.media)
    kinds = {facts[media].kind for media in part.media}
    if len(part.media) > 1:
        wanted.add(Feature.IMAGES)
    if "video" in kinds and len(kinds) > 1:
        wanted.add(Feature.MIXED)
    roles = {media.role for media in part.companions}
    if "cover" in roles:
        wanted.add(Feature.COVER)
    if "captions" in roles:
        wanted.add(Feature.CAPTIONS)
    if part.options.get("poll"):
        wanted.add(Feature.POLL)
    if any(media.alt for media in part.media):
        wanted.add(Feature.ALT_TEXT)
    return frozenset(wanted)


class Session(ABC):
    """A room at work for one account. No method sleeps: waiting is `NotYet` or `Pending`.

    All raise the errors of connectors/errors.py and nothing else on purpose. The public methods
    refuse features that the room does not name; rooms write the ones with an underscore.
    """

    def __init__(self, room: Room, account: Account, media: MediaSource) -> None:
        self.room = room
        self.account = account
        self.media = media
        self.progress: Callable[[int, int], None] = lambda sent, total: None
        """Told of long uploads: bytes sent so far, and in all. Set by the engine before `stage`, `commit`."""

    @abstractmethod
    def probe(self) -> ChannelStatus:
        """Who the token speaks for and what it may do. Changes nothing; may be repeated."""

    def renew(self) -> Renewed:
        """Have the platform issue other credentials for those in use; one call, never repeated in here.

        The engine calls it for what `Room.renewal` says is renewed, for one process at a time, and keeps the
        answer before anything is done with it. A session opened after that uses the new ones.

        Raises:
            ReconnectError: refused; only a person can get others.
            RateLimitedError, TemporaryError: not now; those in use are as good as before.
            OutcomeUnknownError: no answer came: those in use may be void.
        """
        raise UnsupportedError(self.room.title, "renew")

    def stage(
        self, part: Part, prior: Sequence[Receipt], checkpoint: Checkpoint | None, save: SaveCheckpoint
    ) -> Staged | NotYet:
        """Everything that can be done without making anything public: uploads, containers.

        May be repeated, resumes from `checkpoint`. Calls `save` (durable when it returns) after
        each step whose loss would cost a second upload.
        """
        self._refuse(part)
        return self._stage(part, prior, checkpoint, save)

    def commit(
        self, part: Part, prior: Sequence[Receipt], checkpoint: Checkpoint
    ) -> Receipt | Pending | HandedOver:
        """The one call that makes a part public. Never repeated without `find`.

        Raises:
            ConnectorError: with `effect="none"` only where the platform's code is listed so.
        """
        self._refuse(part)
        return self._commit(part, prior, checkpoint)

    def confirm(self, part: Part, checkpoint: Checkpoint) -> Receipt | Pending | Gone | HandedOver:
        """What became of an accepted part. One look; may be repeated."""
        raise UnsupportedError(self.room.title, "confirm")

    @abstractmethod
    def find(
        self,
        part: Part,
        prior: Sequence[Receipt],
        checkpoint: Checkpoint | None,
        since: datetime,
        known: Collection[str],
    ) -> Receipt | NotSeen | CannotTell:
        """One look whether the part is live, paged back to `since`; may be repeated.

        Never returns an id in `known`: those belong to other deliveries of this account.
        Two candidates are `CannotTell`.
        """

    def remove(self, receipt: Receipt) -> Done | Unsupported:
        """Take a live part down; one that is gone already is `Done`. May be repeated."""
        return Unsupported()

    def edit(self, receipt: Receipt, part: Part) -> Done | Unsupported:
        """Change a live part in place."""
        return Unsupported()

    @abstractmethod
    def _stage(
        self, part: Part, prior: Sequence[Receipt], checkpoint: Checkpoint | None, save: SaveCheckpoint
    ) -> Staged | NotYet: ...

    @abstractmethod
    def _commit(
        self, part: Part, prior: Sequence[Receipt], checkpoint: Checkpoint
    ) -> Receipt | Pending | HandedOver: ...

    def _refuse(self, part: Part) -> None:
        facts = {media: self.media.facts(media) for media in part.media}
        for feature in sorted(features_of(part, facts) - self.room.features):
            raise UnsupportedError(self.room.title, str(feature))
        placement = part.options.get("placement", self.room.placements[0])
        if placement not in self.room.placements:
            raise UnsupportedError(self.room.title, placement)
        declared = {option.name for option in self.room.options if option.in_part} | {"placement"}
        for name in sorted(set(part.options) - declared):
            raise UnsupportedError(self.room.title, name)
