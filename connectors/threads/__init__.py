"""The room of Threads: what it takes, what it refuses, and the way to a session; imports no SDK."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from connectors import graph_tokens
from connectors.contract import ClipRules, Feature, Json, Part, PartKind, PictureRules, Room
from connectors.threads import limits
from connectors.threads.auth import SCOPES
from connectors.threads.check import problems_of
from connectors.threads.meanings import MEANINGS
from connectors.threads.options import OPTIONS

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.contract import Account, FactsOf, MediaSource, Problem, Rendition, Session, TokenSource
    from connectors.http import Door
    from connectors.renewal import Renewal

# https://www.threads.net/@name/post/Cxyz; people also copy /t/Cxyz.
_SHORTCODE = re.compile(r"/(?:post|t)/([A-Za-z0-9_-]+)(?![^/?#])")


class Threads(Room):
    """A Threads profile."""

    platform = "threads"
    title = "Threads"
    sites = ("threads.com", "threads.net")
    limits = limits.LIMITS
    features: ClassVar[frozenset[Feature]] = frozenset(
        {
            *(Feature.TEXT, Feature.LINK, Feature.IMAGE, Feature.IMAGES, Feature.VIDEO, Feature.MIXED),
            *(Feature.ALT_TEXT, Feature.THREAD, Feature.COMMENT, Feature.POLL),
        }
    )
    options = OPTIONS
    meanings = MEANINGS
    scopes = SCOPES
    fetches_ahead = True

    def _check(self, rendition: Rendition, facts: FactsOf) -> list[Problem]:
        return problems_of(rendition, facts)

    def measure(self, text: str) -> int:
        """UTF-8 bytes: the stricter of the two readings.

        What is shortened or split by it is never refused; in a chain that would be after its first part
        is live. A text that is longer by this reading alone, and not shortened, is judged by `check`.
        """
        return limits.text_bytes(text)

    def clips(self, placement: str) -> ClipRules | None:
        """What `check_clips` asks of a clip."""
        return ClipRules(
            limits.CLIP_TYPES,
            limits.CLIP_CODECS,
            limits.CLIP_SOUND,
            limits.CLIP_PIXELS,
            fps=limits.CLIP_FPS,
            width=limits.CLIP_WIDTH,
            ratio=limits.CLIP_RATIO,
            bitrate=limits.CLIP_BITRATE,
            size=limits.CLIP_BYTES,
            channels=limits.CLIP_CHANNELS,
            rate=limits.CLIP_SOUND_RATE,
            progressive=True,
            whole=True,
            indexed=True,
        )

    def pictures(self, placement: str, role: str = "") -> PictureRules | None:
        """JPEG and PNG of nearly any shape."""
        ratio = (1 / limits.IMAGE_RATIO, limits.IMAGE_RATIO)
        return PictureRules(limits.IMAGE_TYPES, limits.IMAGE_BYTES, ratio, sides=limits.STORED_SIDES)

    def fetches(self, part: Part, facts: FactsOf, settings: Mapping[str, Json]) -> bool:
        """Threads takes no bytes, only addresses."""
        return bool(part.media)

    def cost(self, part: Part) -> Mapping[str, int]:
        """A post or a reply; a carousel is one."""
        return {"posts": 1} if part.kind is PartKind.ROOT else {"replies": 1}

    def id_of(self, url: str, account_id: str) -> str:
        """What stands behind /post/; the API's own number is in no address."""
        found = _SHORTCODE.search(url)
        return found[1] if found else ""

    def renewal(self, fields: Mapping[str, str], settings: Mapping[str, Json]) -> Renewal:
        """Sixty days, renewed by the token itself."""
        return graph_tokens.renewal_of(fields)

    def open(
        self, account: Account, door: Door, tokens: TokenSource, clock: Clock, media: MediaSource
    ) -> Session:
        from connectors.threads.adapter import ThreadsSession

        return ThreadsSession(self, account, door, tokens, clock, media)


ROOM = Threads()
