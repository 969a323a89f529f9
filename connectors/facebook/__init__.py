"""The room of Facebook Pages: what they take, what they refuse, and the way to a session; imports no SDK."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import parse_qsl

from connectors.contract import ClipRules, Feature, PartKind, PictureRules, Room
from connectors.facebook import limits
from connectors.facebook.auth import SCOPES
from connectors.facebook.check import problems_of
from connectors.facebook.check_clips import way_of
from connectors.facebook.meanings import MEANINGS
from connectors.facebook.options import OPTIONS
from connectors.renewal import Lasts, Renewal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.clock import Clock
    from connectors.contract import (
        Account,
        FactsOf,
        Json,
        MediaFacts,
        MediaSource,
        Part,
        Problem,
        Rendition,
        Session,
        TokenSource,
    )
    from connectors.http import Door


# Facebook also shows ids in a form that only it can read: pfbid02abc.
_POST = re.compile(r"(?:\d+_)?\d+|pfbid\w+")
_STORY = re.compile(r"[\w=-]+")
_VIDEO_STEPS = {"reel", "reels", "videos"}


class Facebook(Room):
    """A Facebook Page."""

    platform = "facebook"
    title = "Facebook"
    nicknames = ("fb",)
    sites = ("facebook.com", "fb.com", "fb.watch")
    short_links = ("facebook.com/share/", "fb.watch/")
    limits = limits.LIMITS
    features: ClassVar[frozenset[Feature]] = frozenset(
        {
            Feature.TEXT,
            Feature.LINK,
            Feature.IMAGE,
            Feature.IMAGES,
            Feature.VIDEO,
            Feature.ALT_TEXT,
            Feature.COMMENT,
            Feature.COVER,
        }
    )
    options = OPTIONS
    meanings = MEANINGS
    placements: ClassVar[tuple[str, ...]] = ("feed", "reel", "story")
    scopes = SCOPES

    def _check(self, rendition: Rendition, facts: FactsOf) -> list[Problem]:
        return problems_of(rendition, facts)

    def measure(self, text: str) -> int:
        """Code points."""
        return len(text)

    def cost(self, part: Part) -> Mapping[str, int]:
        """Only reels are counted."""
        return {"reels": int(part.kind is PartKind.ROOT and part.options.get("placement") == "reel")}

    def pictures(self, placement: str, role: str = "") -> PictureRules | None:
        """JPEG and PNG; other kinds it takes (BMP, TIFF, GIF) are as well made JPEG here. None in a reel."""
        if role:
            return PictureRules(("image/jpeg",), limits.COVER_BYTES, sides=limits.UPRIGHT_SIDES)
        if placement == "reel":
            return None
        types = ("image/jpeg", "image/png")
        feed = PictureRules(types, limits.IMAGE_BYTES, sides=limits.STORED_SIDES, lossless=limits.PNG_BYTES)
        if placement == "feed":
            return feed
        upright = replace(feed, sides=limits.UPRIGHT_SIDES, canvas=limits.UPRIGHT_CARD)
        return replace(upright, covered=limits.COVERED, most=1)

    def clips(self, placement: str) -> ClipRules | None:
        """A story fills the screen and must fit by itself; other clips that are no reel become a video."""
        colours = ("yuv420p", "yuvj420p")
        if placement == "story":
            slack = limits.RATIO_SLACK
            return ClipRules(
                limits.CLIP_TYPES,
                limits.CLIP_CODECS,
                limits.CLIP_SOUND,
                colours,
                fps=limits.CLIP_FPS,
                ratio=(limits.CLIP_UPRIGHT - slack, limits.CLIP_UPRIGHT + slack),
                shape=limits.CLIP_UPRIGHT,
                canvas=limits.UPRIGHT_SIDES,
                least=limits.CLIP_SIDES,
            )
        return ClipRules(limits.VIDEO_TYPES, limits.CLIP_CODECS, limits.CLIP_SOUND, size=limits.VIDEO_BYTES)

    def takes_cover(self, placement: str, clip: MediaFacts) -> bool:
        """Only of a video of the Page: reels and stories have no field for it."""
        return way_of(placement, clip) == "video"

    def placement(self, asked: str | None, kinds: Sequence[str]) -> str:
        """A clip alone is a reel, as Facebook itself makes of every video since 2025."""
        if asked in (None, "feed") and list(kinds) == ["video"]:
            return "reel"
        return super().placement(asked, kinds)

    def id_of(self, url: str, account_id: str) -> str:
        """`<page>_<post>`: permalinks show the post's half; comments stand as `comment_id` in the query.

        Reels and other videos, and stories, are known by one number (or word) alone.

        Empty for a Page's own address, or anything that is no post.
        """
        path, _, query = url.partition("#")[0].partition("?")
        named = dict(parse_qsl(query))
        steps = path.rstrip("/").split("/")
        number = named.get("story_fbid") or named.get("v") or steps[-1]
        comment = named.get("comment_id", "")
        if "stories" in steps[:-1]:
            return number if _STORY.fullmatch(number) else ""
        if not _POST.fullmatch(number) or not re.fullmatch(r"\d*", comment):
            return ""
        if comment:
            return f"{number.rpartition('_')[2]}_{comment}"
        if number.isdigit() and ("v" in named or _VIDEO_STEPS & set(steps[:-1])):
            return number
        return number if "_" in number else f"{account_id}_{number}"

    def renewal(self, fields: Mapping[str, str], settings: Mapping[str, Json]) -> Renewal:
        """A Page token from a long-lived user token has no end (Meta, long-lived tokens, checked 2026-11-23).

        One from a short-lived user token has; `probe` tells it.
        """
        return Renewal(Lasts.ENDLESS if fields.get("token") else Lasts.BY_PERSON)

    def open(
        self, account: Account, door: Door, tokens: TokenSource, clock: Clock, media: MediaSource
    ) -> Session:
        from connectors.facebook.adapter import FacebookSession

        return FacebookSession(self, account, door, tokens, clock, media)


ROOM = Facebook()
