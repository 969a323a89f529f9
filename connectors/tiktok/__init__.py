"""The room of TikTok: what it takes, what it refuses, and the way to a session; imports no SDK."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from connectors.contract import ClipRules, Feature, PictureRules, Room
from connectors.tiktok import limits
from connectors.tiktok.auth import SCOPES, renewal_of
from connectors.tiktok.check import problems_of
from connectors.tiktok.meanings import MEANINGS
from connectors.tiktok.options import OPTIONS, is_below

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.clock import Clock
    from connectors.contract import (
        Account,
        FactsOf,
        Json,
        MediaSource,
        Part,
        Problem,
        Quota,
        Rendition,
        Session,
        TokenSource,
    )
    from connectors.http import Door
    from connectors.renewal import Renewal

_POST = re.compile(r"/(?:video|photo)/(\d+)(?![^/?#])")


class TikTok(Room):
    """A TikTok account."""

    platform = "tiktok"
    title = "TikTok"
    nicknames = ("tt", "tik tok")
    sites = ("tiktok.com",)
    short_links = ("vt.tiktok.com/", "vm.tiktok.com/", "tiktok.com/t/")
    limits = limits.LIMITS
    # TikTok has no field for alternative text; it stands here so that a described picture goes out, and
    # check says that the words stay behind.
    features: ClassVar[frozenset[Feature]] = frozenset(
        {Feature.TEXT, Feature.IMAGE, Feature.IMAGES, Feature.VIDEO, Feature.ALT_TEXT}
    )
    options = OPTIONS
    meanings = MEANINGS
    placements = ("video", "photo")
    cover_moments: ClassVar[Mapping[str, str]] = {"video": "cover_ms"}
    cover_numbers: ClassVar[Mapping[str, str]] = {"photo": "photo_cover"}
    scopes = SCOPES
    fields = ("title",)
    unfit = frozenset({"tiktok.no_media"})
    of_the_api = frozenset(
        f"tiktok.{code}"
        for code in (
            *("not_audited", "needs_audit", "privacy_missing", "inbox", "inbox_caption"),
            "alt_stays_behind",
        )
    )

    def _check(self, rendition: Rendition, facts: FactsOf) -> list[Problem]:
        return problems_of(rendition, facts)

    def quotas(self, settings: Mapping[str, Json]) -> tuple[Quota, ...]:
        """As long as the app is not audited it also has a bound on users."""
        return (
            self.limits.quotas if settings.get("audited") else (*self.limits.quotas, limits.USERS_UNAUDITED)
        )

    def measure(self, text: str) -> int:
        """UTF-16 units."""
        return limits.units(text)

    def placement(self, asked: str | None, kinds: Sequence[str]) -> str:
        """Photos where there are pictures and no clip."""
        if asked in self.placements:
            return asked
        return "photo" if kinds and "video" not in kinds else "video"

    def several(self, placement: str) -> bool:
        """Photos; a clip is one."""
        return placement == "photo"

    def text_limit(self, placement: str, kinds: Sequence[str] = ()) -> int:
        """A clip's caption, or the description of photos."""
        return limits.PHOTO_TEXT if placement == "photo" else limits.LIMITS.text

    def field_limit(self, field: str, placement: str) -> int | None:
        """The title of photos."""
        return limits.PHOTO_TITLE if field == "title" and placement == "photo" else None

    def clips(self, placement: str) -> ClipRules | None:
        """Type, codec, pace and size; TikTok names nothing else."""
        return ClipRules(
            limits.CLIP_TYPES,
            limits.CLIP_CODECS,
            fps=limits.CLIP_FPS,
            sides=(limits.CLIP_SIDES[1], limits.CLIP_SIDES[1]),
            least=(limits.CLIP_SIDES[0], limits.CLIP_SIDES[0]),
            size=limits.CLIP_BYTES,
        )

    def pictures(self, placement: str, role: str = "") -> PictureRules | None:
        """JPEG and WebP, no larger than 1080p."""
        return PictureRules(
            limits.PHOTO_TYPES,
            limits.PHOTO_BYTES,
            sides=limits.PHOTO_SIDES,
            strict=True,
            canvas=limits.CARD,
            covered=limits.COVERED,
        )

    def fetches(self, part: Part, facts: FactsOf, settings: Mapping[str, Json]) -> bool:
        """Photos always; clips where the channel says so."""
        clip = any(facts[media].kind == "video" for media in part.media)
        by_url = part.options.get("video_from", settings.get("video_from")) == "url"
        return bool(part.media) and (not clip or by_url)

    def may_fetch(self, url: str, settings: Mapping[str, Json]) -> bool:
        """Only what was verified as the office's own; where nobody wrote that down, it may be."""
        verified = settings.get("verified") or ()
        return not verified or any(is_below(url, str(one)) for one in verified)

    def id_of(self, url: str, account_id: str) -> str:
        """What stands behind `/video/` or `/photo/`; empty for a profile, or anything that is no post."""
        found = _POST.search(url)
        return found[1] if found else ""

    def renewal(self, fields: Mapping[str, str], settings: Mapping[str, Json]) -> Renewal:
        """With a refresh token and the app it belongs to."""
        return renewal_of(fields)

    def open(
        self, account: Account, door: Door, tokens: TokenSource, clock: Clock, media: MediaSource
    ) -> Session:
        from connectors.tiktok.adapter import TikTokSession

        return TikTokSession(self, account, door, tokens, clock, media)


ROOM = TikTok()
