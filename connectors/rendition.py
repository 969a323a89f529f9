"""What is to be posted: parts in their order with text, pictures and clips; frozen, with a fingerprint."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

Json = Any
"""What json.dumps takes: None, bool, int, float, str, list, dict with str keys."""

RENDITION_VERSION = 1


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
