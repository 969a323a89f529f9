"""The room of X (Twitter): what it takes, what it refuses, and the way to a session; imports no SDK."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from connectors.contract import ClipRules, Feature, Part, PictureRules, Price, Room
from connectors.twitter import limits
from connectors.twitter.auth import SCOPES, renewal_of
from connectors.twitter.check import problems_of
from connectors.twitter.meanings import MEANINGS
from connectors.twitter.options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

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


# Also https://x.com/name/status/1/photo/1, which people copy from a picture.
_STATUS = re.compile(r"/status/(\d+)(?![^/?#])")


class Twitter(Room):
    """X, known as `twitter` everywhere but on screens."""

    platform = "twitter"
    title = "X"
    nicknames = ("tw", "x")
    sites = ("x.com", "twitter.com")
    takes_repeats = False  # 403 "duplicate content", see codes.py
    limits = limits.LIMITS
    features: ClassVar[frozenset[Feature]] = frozenset(
        {
            *(Feature.TEXT, Feature.IMAGE, Feature.IMAGES, Feature.ALT_TEXT, Feature.THREAD),
            *(Feature.GIF, Feature.VIDEO, Feature.CAPTIONS, Feature.POLL),
        }
    )
    options = OPTIONS
    meanings = MEANINGS
    scopes = SCOPES

    def _check(self, rendition: Rendition, facts: FactsOf) -> list[Problem]:
        return problems_of(rendition, facts)

    def clips(self, placement: str) -> ClipRules | None:
        """What `check_clips` asks of a clip; larger ones, as telephones make them, are made smaller."""
        return ClipRules(
            limits.CLIP_TYPES,
            limits.CLIP_CODECS,
            limits.CLIP_SOUND,
            limits.CLIP_PIXELS,
            fps=(0.0, limits.CLIP_FPS),
            sides=limits.CLIP_MOST,
            ratio=limits.CLIP_RATIO,
            least=(limits.CLIP_LEAST, limits.CLIP_LEAST),
            size=limits.CLIP_BYTES,
            channels=limits.CLIP_CHANNELS,
            progressive=True,
        )

    def pictures(self, placement: str, role: str = "") -> PictureRules | None:
        """JPEG, PNG, WebP that stands still, and GIF."""
        return PictureRules(
            limits.IMAGE_TYPES, limits.IMAGE_BYTES, sides=limits.STORED_SIDES, moving=("image/gif",)
        )

    def measure(self, text: str) -> int:
        """The weighted length."""
        return limits.weighted_length(text)

    def id_of(self, url: str, account_id: str) -> str:
        """What stands behind `/status/`; empty for a profile, or anything that is no post."""
        found = _STATUS.search(url)
        return found[1] if found else ""

    def price(self, part: Part) -> Price:
        """A post with a link costs thirteen times one without; each alternative text is a request."""
        linked = limits.has_url(part.text)
        described = sum(1 for media in part.media if media.alt)
        usd = (limits.PRICE_WITH_URL if linked else limits.PRICE) + described * limits.PRICE_METADATA
        return Price(Decimal(usd), "twitter.price_url" if linked else "twitter.price")

    def renewal(self, fields: Mapping[str, str], settings: Mapping[str, Json]) -> Renewal:
        """Keys that a person signs with have no end."""
        return renewal_of(fields)

    def open(
        self, account: Account, door: Door, tokens: TokenSource, clock: Clock, media: MediaSource
    ) -> Session:
        from connectors.twitter.adapter import TwitterSession

        return TwitterSession(self, account, door, tokens, clock, media)


ROOM = Twitter()
