"""The room of YouTube: what it takes, what it refuses, and the way to a session; imports no SDK."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal
from urllib.parse import parse_qs, urlsplit

from connectors.contract import ClipRules, Feature, Part, PictureRules, Room
from connectors.youtube import limits
from connectors.youtube.auth import SCOPES, renewal_of
from connectors.youtube.check import problems_of
from connectors.youtube.meanings import MEANINGS
from connectors.youtube.options import OPTIONS

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.contract import (
        Account,
        FactsOf,
        Json,
        MediaSource,
        Problem,
        Rendition,
        Session,
        TokenSource,
    )
    from connectors.http import Door
    from connectors.renewal import Renewal

_ID = re.compile(r"[\w-]{11}")
_PATHS = ("shorts", "live", "embed", "v")


class YouTube(Room):
    """YouTube: one clip with a title, a description, a thumbnail and captions."""

    platform = "youtube"
    title = "YouTube"
    nicknames = ("yt", "you tube")
    sites = ("youtube.com", "youtu.be")
    limits = limits.LIMITS
    features: ClassVar[frozenset[Feature]] = frozenset(
        {Feature.TEXT, Feature.VIDEO, Feature.COVER, Feature.CAPTIONS, Feature.ALT_TEXT}
    )
    options = OPTIONS
    meanings = MEANINGS
    placements: ClassVar[tuple[str, ...]] = ("video",)
    scopes = SCOPES
    fields: ClassVar[tuple[str, ...]] = ("title",)
    counts: ClassVar[Literal["characters", "bytes"]] = "bytes"
    bold = "*"
    unfit: ClassVar[frozenset[str]] = frozenset({"youtube.no_clip"})
    of_the_api: ClassVar[frozenset[str]] = frozenset({"youtube.made_for_kids_missing"})  # the Studio asks

    def _check(self, rendition: Rendition, facts: FactsOf) -> list[Problem]:
        return problems_of(rendition, facts)

    def clips(self, placement: str) -> ClipRules | None:
        """Whatever can be packed into one of three kinds of files; YouTube encodes all of it anew."""
        return ClipRules(limits.CLIP_TYPES, ())

    def pictures(self, placement: str, role: str = "") -> PictureRules | None:
        """A thumbnail: JPEG or PNG; YouTube takes no pictures else."""
        if not role:
            return None
        return PictureRules(limits.COVER_TYPES, limits.COVER_BYTES, sides=limits.COVER_SIDES)

    def measure(self, text: str) -> int:
        """Bytes of the description."""
        return limits.bytes_of(text)

    def field_limit(self, field: str, placement: str) -> int | None:
        """Of the title."""
        return limits.TITLE if field == "title" else None

    def measure_field(self, field: str, text: str) -> int:
        """UTF-16 units of the title."""
        return limits.units_of(text)

    def cost(self, part: Part) -> Mapping[str, int]:
        """One upload, and the units of the calls around it."""
        roles = [media.role for media in part.companions]
        units = limits.UNITS_UPDATE + limits.LOOKS_RESERVED * limits.UNITS_LIST
        units += limits.UNITS_THUMBNAIL * roles.count("cover")
        units += limits.UNITS_CAPTIONS * roles.count("captions")
        units += limits.UNITS_CAPTIONS_LIST if "captions" in roles else 0
        units += limits.UNITS_PLAYLIST + limits.UNITS_LIST if part.options.get("playlist") else 0
        return {"uploads": 1, "units": units}

    def id_of(self, url: str, account_id: str) -> str:
        """The id in any of YouTube's forms of a link; empty for a channel, or anything that is no video."""
        parts = urlsplit(url if "//" in url else f"https://{url}")
        steps = [step for step in parts.path.split("/") if step]
        found = parse_qs(parts.query).get("v", [""])[0]
        if not found and parts.hostname == "youtu.be" and steps:
            found = steps[0]
        elif not found and len(steps) >= 2 and steps[-2] in _PATHS:
            found = steps[-1]
        return found if _ID.fullmatch(found) else ""

    def renewal(self, fields: Mapping[str, str], settings: Mapping[str, Json]) -> Renewal:
        """A refresh token, with the app it belongs to, serves by itself."""
        return renewal_of(fields)

    def open(
        self, account: Account, door: Door, tokens: TokenSource, clock: Clock, media: MediaSource
    ) -> Session:
        from connectors.youtube.adapter import YouTubeSession

        return YouTubeSession(self, account, door, tokens, clock, media)


ROOM = YouTube()
