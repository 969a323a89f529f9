"""The room of Instagram: what it takes, what it refuses, and the way to a session; imports no SDK."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from connectors import graph_tokens
from connectors.contract import ClipRules, Feature, Json, Part, PartKind, PictureRules, Room
from connectors.instagram import limits
from connectors.instagram.auth import SCOPES
from connectors.instagram.check import problems_of
from connectors.instagram.meanings import MEANINGS
from connectors.instagram.options import OPTIONS
from connectors.renewal import Lasts, Renewal

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.contract import (
        Account,
        FactsOf,
        MediaFacts,
        MediaSource,
        Problem,
        Rendition,
        Session,
        TokenSource,
    )
    from connectors.http import Door

_SHORTCODE = re.compile(r"/(?:p|reel|tv)/([A-Za-z0-9_-]+)|/stories/[^/]+/(\d+)")


class Instagram(Room):
    """A professional account of Instagram."""

    platform = "instagram"
    title = "Instagram"
    nicknames = ("ig", "insta")
    sites = ("instagram.com",)
    short_links = ("instagram.com/share/",)
    limits = limits.LIMITS
    features: ClassVar[frozenset[Feature]] = frozenset(
        {
            *(Feature.TEXT, Feature.IMAGE, Feature.IMAGES, Feature.VIDEO, Feature.MIXED),
            *(Feature.ALT_TEXT, Feature.COVER, Feature.COMMENT),
        }
    )
    options = OPTIONS
    meanings = MEANINGS
    placements: ClassVar[tuple[str, ...]] = ("feed", "reel", "story")
    cover_moments: ClassVar[Mapping[str, str]] = {"reel": "thumb_offset"}
    scopes = SCOPES["instagram"]
    unfit: ClassVar[frozenset[str]] = frozenset({"instagram.needs_media"})
    fetches_ahead = True

    def _check(self, rendition: Rendition, facts: FactsOf) -> list[Problem]:
        return problems_of(rendition, facts)

    def measure(self, text: str) -> int:
        """Code points."""
        return len(text)

    def placement(self, asked: str | None, kinds: Sequence[str]) -> str:
        """A clip alone is a reel, also where `feed` is asked for: Instagram has no other single clip.

        Meta's documentation, IG User media, checked 2026-11-23: media_type VIDEO ended on 2023-11-09.
        """
        if list(kinds) == ["video"] and asked != "story":
            return "reel"
        return super().placement(asked, kinds)

    def clips(self, placement: str) -> ClipRules | None:
        """What `check_clips` asks of a clip; in a story it fills the screen, as wide as it may be."""
        widest = limits.UPRIGHT + limits.UPRIGHT_SLACK
        return ClipRules(
            limits.CLIP_TYPES,
            limits.CLIP_CODECS,
            limits.CLIP_SOUND,
            limits.CLIP_PIXELS,
            fps=limits.CLIP_FPS,
            width=limits.CLIP_WIDTH,
            ratio=(limits.STORY_RATIO[0], widest) if placement == "story" else limits.REEL_RATIO,
            shape=limits.UPRIGHT if placement == "story" else 0.0,
            canvas=limits.UPRIGHT_SIDES,
            bitrate=limits.CLIP_BITRATE,
            size=limits.STORY_BYTES if placement == "story" else limits.REEL_BYTES,
            channels=limits.CLIP_CHANNELS,
            rate=limits.CLIP_SOUND_RATE,
            progressive=True,
            whole=True,
            indexed=True,
        )

    def takes_cover(self, placement: str, clip: MediaFacts) -> bool:
        """Only of a reel."""
        return placement == "reel"

    def pictures(self, placement: str, role: str = "") -> PictureRules | None:
        """JPEG; in the feed of its shapes, all of a carousel alike; a reel has only a cover."""
        if placement == "reel" and not role:
            return None
        everywhere = PictureRules(limits.IMAGE_TYPES, limits.IMAGE_BYTES, sides=limits.STORED_SIDES)
        if role or placement != "feed":
            upright = replace(everywhere, sides=limits.UPRIGHT_SIDES, canvas=limits.UPRIGHT_CARD)
            return replace(upright, covered=limits.COVERED, most=1)
        return replace(
            everywhere, ratio=limits.IMAGE_RATIO, width=limits.IMAGE_WIDTH, alike=True, grow=limits.GROW
        )

    def fetches(self, part: Part, facts: FactsOf, settings: Mapping[str, Json]) -> bool:
        """Pictures and covers always; clips unless the room may send them (Facebook Login)."""
        if part.kind is PartKind.COMMENT:
            return False
        sends = settings.get("login") == "facebook"
        return bool(part.companions) or any(facts[media].kind != "video" or not sends for media in part.media)

    def id_of(self, url: str, account_id: str) -> str:
        """What stands behind /p/, /reel/ or /stories/name/; the API's own number is in no address."""
        found = _SHORTCODE.search(url)
        return (found[1] or found[2]) if found else ""

    def renewal(self, fields: Mapping[str, str], settings: Mapping[str, Json]) -> Renewal:
        """A token of Instagram Login is renewed; that of Facebook Login is a Page token, which has no end."""
        if settings.get("login") == "facebook":
            return Renewal(Lasts.ENDLESS if fields.get("token") else Lasts.BY_PERSON)
        return graph_tokens.renewal_of(fields)

    def open(
        self, account: Account, door: Door, tokens: TokenSource, clock: Clock, media: MediaSource
    ) -> Session:
        from connectors.instagram.adapter import InstagramSession

        return InstagramSession(self, account, door, tokens, clock, media)


ROOM = Instagram()
