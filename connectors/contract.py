"""All that crosses the border between the engine (publisher/) and the rooms (connectors/<platform>/).

The engine hands a `Rendition`, part by part, to a `Session`; the session gives back checkpoints
and receipts. Which methods may be repeated is said at each method; the engine relies on it.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol
from urllib.parse import urlsplit

from connectors.errors import UnsupportedError
from connectors.renewal import Lasts, Renewal, Renewed

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.http import Door

Json = Any
"""What json.dumps takes: None, bool, int, float, str, list, dict with str keys."""

RENDITION_VERSION = 1


# ── What is to be posted ─────────────────────────────────────────────────────


class PartKind(StrEnum):
    """The place of a part in its delivery."""

    ROOT = "root"
    THREAD = "thread"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Media:
    """One picture or clip of a part: which source, what is done to it, what it shows.

    Attributes:
        source: sha256 of the source file, hex.
        recipe: the steps that make the bytes to send, in order, such as `("strip",)`.
        alt: alternative text; empty if the post gives none.
        role: of a companion: `cover` (what stands still for a clip) or `captions`; empty: shown itself.
        language: of captions, BCP 47.
    """

    source: str
    recipe: tuple[str, ...]
    alt: str
    role: str = ""
    language: str = ""

    def to_json(self) -> dict[str, Json]:
        """As canonical JSON holds it; what is empty by default stays out, so that old fingerprints hold."""
        more = {"role": self.role, "language": self.language}
        given = {key: value for key, value in more.items() if value}
        return {"source": self.source, "recipe": list(self.recipe), "alt": self.alt, **given}

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Media:
        """The inverse of `to_json`."""
        role, language = data.get("role", ""), data.get("language", "")
        return cls(data["source"], tuple(data["recipe"]), data["alt"], role, language)


@dataclass(frozen=True, slots=True)
class ClipFacts:
    """What is known of a clip beside its size and length.

    Attributes:
        container: `mp4`, `mov` (QuickTime's own brand), `webm`, `mkv`, `3gp`.
        video, audio: codecs, such as `h264`, `hevc`, `aac`; `audio` is empty without sound.
        fps: frames per second, on average.
        bitrate: bits per second, all streams together.
        pixels: pixel format, such as `yuv420p`, `yuv420p10le`.
        audio_rate: samples per second; 0 without sound.
        moov_first: whether the index stands before the data, as streaming needs it.
        edit_lists: whether there is an edit list that is more than the start of the whole.
        interlaced: whether the frames are stored as half pictures.
        hdr: how it holds more brightness than a plain screen shows: `hlg`, `pq`; empty: it does not.
    """

    container: str
    video: str
    audio: str = ""
    fps: float = 0.0
    bitrate: int = 0
    pixels: str = "yuv420p"
    audio_channels: int = 0
    audio_rate: int = 0
    moov_first: bool = True
    edit_lists: bool = False
    interlaced: bool = False
    hdr: str = ""


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """What is known of the bytes that will be sent.

    Attributes:
        mime: read from the bytes, never from the name.
        size: bytes.
        width, height: pixels as shown, after orientation; 0 of captions.
        frames: 1 for a still picture.
        seconds: length of a clip; None for pictures.
        name: the file's name as staff know it, for messages.
        clip: of a clip, what is known beside.
        colours: of a picture, what keeps its numbers from being sRGB as they stand: `cmyk`, `profile`
            (another colour space), `deep` (16 bits); empty: nothing.
        clear: whether a picture can be seen through.
    """

    mime: str
    size: int
    width: int
    height: int
    frames: int = 1
    seconds: float | None = None
    name: str = ""
    clip: ClipFacts | None = None
    colours: str = ""
    clear: bool = False

    @property
    def ratio(self) -> float:
        """Width by height; 0 of what has neither, such as captions."""
        return self.width / self.height if self.height else 0.0

    @property
    def kind(self) -> str:
        """`image`, `gif` (animated), `video`, or `text` (captions)."""
        if self.mime.startswith("text/"):
            return "text"
        if self.mime.startswith("video/"):
            return "video"
        return "gif" if self.mime == "image/gif" and self.frames > 1 else "image"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to publish: the root, a further post of a thread, or a first comment.

    Attributes:
        text: exactly what goes out, line breaks included.
        link: a link given to the platform as a field of its own; links inside `text` are text.
        options: the room's own keys (see its options.py), JSON values only; `placement` where it is not
            the room's first one.
        media: in the order shown.
        companions: files that belong to the media without being shown beside them: a cover, captions.
    """

    kind: PartKind
    text: str
    link: str | None = None
    options: Mapping[str, Json] = field(default_factory=dict)
    media: tuple[Media, ...] = ()
    companions: tuple[Media, ...] = ()

    def to_json(self) -> dict[str, Json]:
        """The part as canonical JSON holds it; text in NFC."""
        data: dict[str, Json] = {
            "kind": str(self.kind),
            "text": unicodedata.normalize("NFC", self.text),
            "link": self.link,
            "options": dict(self.options),
            "media": [media.to_json() for media in self.media],
        }
        if self.companions:
            data["companions"] = [media.to_json() for media in self.companions]
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Part:
        """The inverse of `to_json`."""
        return cls(
            kind=PartKind(data["kind"]),
            text=data["text"],
            link=data["link"],
            options=data["options"],
            media=tuple(Media.from_json(one) for one in data["media"]),
            companions=tuple(Media.from_json(one) for one in data.get("companions", ())),
        )


@dataclass(frozen=True)
class Rendition:
    """What a post becomes for one account and placement. Frozen; known by its fingerprint.

    Attributes:
        account: the account key, `platform:account id`.
        placement: `feed`, `reel`, `story`, …
        parts: the root first, then thread posts, then a first comment.
    """

    account: str
    placement: str
    parts: tuple[Part, ...]

    @property
    def platform(self) -> str:
        """The platform id inside the account key."""
        return self.account.partition(":")[0]

    @cached_property
    def fingerprint(self) -> str:
        """sha256 (hex) over canonical JSON: no clock, no due time, no library version in it."""
        return hashlib.sha256(canonical(self.to_json())).hexdigest()

    def to_json(self) -> dict[str, Json]:
        """What is stored, hashed and compared."""
        return {
            "version": RENDITION_VERSION,
            "account": self.account,
            "placement": self.placement,
            "parts": [part.to_json() for part in self.parts],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Rendition:
        """The inverse of `to_json`; the fingerprint of the result is that of the original."""
        return cls(data["account"], data["placement"], tuple(Part.from_json(p) for p in data["parts"]))


def canonical(data: Json) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8: equal data give equal bytes."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def account_key(platform: str, account_id: str) -> str:
    """What order, quota, hold and receipts hang on."""
    return f"{platform}:{account_id}"


# ── What comes back ──────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the platform gave us to go on with: container ids, upload sessions.

    Attributes:
        public: JSON that may stand in the log in the clear.
        sealed: JSON that may not (it lets its holder post); refused by the log without a key.
        version: of the room's own layout.
    """

    public: Mapping[str, Json] = field(default_factory=dict)
    sealed: Mapping[str, Json] = field(default_factory=dict)
    version: int = 1


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a part is live: the platform's id, where it can be seen, since when (aware, UTC)."""

    platform_id: str
    url: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Staged:
    """Ready to commit with one call; stage again when `good_until` (aware, UTC) is near. None: keeps."""

    checkpoint: Checkpoint
    good_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class NotYet:
    """The platform still works on what was staged; call `stage` again at `look_at` (aware, UTC)."""

    checkpoint: Checkpoint
    look_at: datetime


@dataclass(frozen=True, slots=True)
class Pending:
    """Accepted and being worked on; call `confirm` at `look_at` (aware, UTC)."""

    checkpoint: Checkpoint
    look_at: datetime


@dataclass(frozen=True, slots=True)
class HandedOver:
    """All that a machine may do is done; a person finishes in the app and records the link.

    Attributes:
        why: a message id of the room, such as `tiktok.in_the_inbox`.
    """

    checkpoint: Checkpoint
    why: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The platform accepted the part and then dropped it: it is not and will not be public."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotSeen:
    """One look found nothing. Not proof of absence: the engine looks `limits.looks` times."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """Looking cannot settle it: a person must. `candidates` are links or ids worth opening."""

    why: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """Removed or edited, as asked."""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """The platform has no call for it; a person must do it there."""


@dataclass(frozen=True, slots=True)
class ChannelStatus:
    """What `probe` found.

    Attributes:
        account_id: as the platform names it; the engine refuses one that is not the configured one.
        scopes: granted; empty where the platform does not tell.
        expires_at: of the token; None: no end known.
        quota_left: posts the platform still takes in its window; None: not told.
        reads_until: from then on the platform keeps data back although the token lives, until the person
            behind it has logged in to the app again; None: not told.
    """

    account_id: str
    name: str
    scopes: tuple[str, ...] = ()
    missing_scopes: tuple[str, ...] = ()
    expires_at: datetime | None = None
    quota_left: int | None = None
    reads_until: datetime | None = None


# ── Problems ─────────────────────────────────────────────────────────────────


class Severity(StrEnum):
    """An error stops a channel (or the post); a warning asks for a look; a notice informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person should know: code, values, place. Its words are found when it is shown.

    Attributes:
        code: the message id, `domain.name`; its advice is the message `domain.name.fix`.
        values: what the message's placeholders stand for; JSON values.
        file: relative to the workspace; `line` from 1.
        channel: the label in schedule.yaml; None: the post as a whole.
        part: number of the part, from 1.
    """

    code: str
    severity: Severity
    values: Mapping[str, Json] = field(default_factory=dict)
    post: str | None = None
    file: str | None = None
    line: int | None = None
    channel: str | None = None
    part: int | None = None


# ── What a room is ───────────────────────────────────────────────────────────


class Feature(StrEnum):
    """What a part may ask of a platform; a room has only those it names."""

    TEXT = "text"
    LINK = "link"
    IMAGE = "image"
    IMAGES = "images"
    GIF = "gif"
    VIDEO = "video"
    ALT_TEXT = "alt_text"
    THREAD = "thread"
    COMMENT = "comment"
    POLL = "poll"
    MIXED = "mixed"
    """Pictures and clips beside each other in one part."""
    COVER = "cover"
    CAPTIONS = "captions"


@dataclass(frozen=True, slots=True)
class Option:
    """A key that a post's platform block or a channel may give.

    Attributes:
        name: as written in YAML.
        kind: `bool`, `text`, `choice`, `int`, `list` (of texts).
        choices: the values allowed for `choice`.
        where: `post`, `channel` or both.
        help: a message id.
        in_part: whether the value travels to the room in `Part.options` of the root;
            others (`text`, `thread`, `first_comment`, …) are used up by rendering.
    """

    name: str
    kind: str
    choices: tuple[str, ...] = ()
    where: tuple[str, ...] = ("post",)
    help: str = ""
    in_part: bool = True


@dataclass(frozen=True, slots=True)
class Quota:
    """How much a platform takes in a rolling window, or per day of its own calendar.

    Attributes:
        count: commits, or units where `Room.cost` says what a part costs.
        zone: IANA name of the zone whose midnight starts it anew; None: a rolling window.
        per: `account`, or `app`: shared by all accounts that one app of the platform speaks for.
        counts: `uses`, or `accounts`: how many different ones publish, however much each of them does.
    """

    name: str
    count: int
    window: timedelta
    source: str
    zone: str | None = None
    per: str = "account"
    counts: str = "uses"


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers the engine needs from a room; each room writes them once, with source and date.

    Attributes:
        text: the most `Room.measure` may give for one part.
        images: the most pictures in one part.
        lead: how long before due the room stages.
        settle: how long after a call's deadline it may still take effect.
        visibility: how long a live post may be missing from the platform's lists.
        looks: how many times nothing must be seen before a part counts as absent.
        look_every: between two looks.
        commit_budget: seconds the one commit call may take, at most 30.
        part_pause: between two parts of one delivery.
        quotas: for commits; see `Quota` for whose and of which time.
    """

    text: int
    images: int
    lead: timedelta
    settle: timedelta
    visibility: timedelta
    looks: int
    look_every: timedelta
    commit_budget: float
    part_pause: timedelta = timedelta(0)
    quotas: tuple[Quota, ...] = ()


@dataclass(frozen=True, slots=True)
class PictureRules:
    """What a platform takes of a picture, so that others can be made to fit.

    Attributes:
        types: mime types it takes; what is of another is made into the first.
        size: bytes at most.
        ratio: width by height, the least and the most.
        width: pixels, the least that is shown well.
        sides: pixels of the longer and the shorter side above which it makes it smaller itself.
        strict: whether it refuses larger ones instead.
        alike: whether all pictures of a part are shown in the shape of the first.
        moving: mime types whose animations stay as they are; others become their first frame.
        grow: how many times larger a small picture may be made to reach `width`.
        lossless: bytes of a PNG above which the platform shows it worse than a JPEG.
        most: pictures in one part; None: as many as `Limits.images`.
        canvas: width and height that a picture made for this place best has.
        covered: pixels of the canvas that the platform's own buttons lie on: above, below, at the right.
    """

    types: tuple[str, ...]
    size: int
    ratio: tuple[float, float] = (0.0, inf)
    width: int = 1
    sides: tuple[float, float] = (inf, inf)
    strict: bool = False
    alike: bool = False
    moving: tuple[str, ...] = ()
    grow: float = 1.0
    lossless: float = inf
    most: int | None = None
    canvas: tuple[int, int] = (1080, 1350)
    covered: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class ClipRules:
    """What a platform takes of a clip, as far as encoding it anew can make it fit.

    Attributes:
        types: mime types; what is made anew is MP4.
        video, sound: codecs; what is made anew is H.264 and AAC. None: any.
        pixels: pixel formats; none: any.
        fps: frames per second, the least and the most.
        sides: pixels of the longer and the shorter side at most.
        width: pixels across at most.
        ratio: width by height, the least and the most.
        shape: width by height of what is beyond; 0: the nearest that is within.
        canvas: pixels of the longer and the shorter side at most, where it is put on a background.
        least: pixels of the shorter and the longer side at least.
        grow: how many times larger a small clip may be made to reach that.
        bitrate: bits per second at most, all streams together.
        size: bytes at most.
        channels, rate: of the sound, at most.
        progressive: whether it refuses half pictures; whole: edit lists; indexed: an index behind the data.
    """

    types: tuple[str, ...]
    video: tuple[str, ...]
    sound: tuple[str, ...] = ()
    pixels: tuple[str, ...] = ()
    fps: tuple[float, float] = (0.0, inf)
    sides: tuple[float, float] = (inf, inf)
    width: float = inf
    ratio: tuple[float, float] = (0.0, inf)
    shape: float = 0.0
    canvas: tuple[float, float] = (inf, inf)
    least: tuple[float, float] = (0.0, 0.0)
    grow: float = 2.0
    bitrate: float = inf
    size: float = inf
    channels: float = inf
    rate: float = inf
    progressive: bool = False
    whole: bool = False
    indexed: bool = False


@dataclass(frozen=True, slots=True)
class Price:
    """What publishing a part costs at the platform, in US dollars, and which tariff says so (message id)."""

    usd: Decimal
    why: str


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
