"""What a platform takes: features, options, limits and quotas, rules for pictures and clips, prices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from math import inf


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
