"""What is sent to TikTok for a part: the route and body of its init, by media, mode and source; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import FactsOf, Part
from connectors.errors import ReconnectError, RejectedError
from connectors.tiktok import limits
from connectors.tiktok.options import LEVELS

Json = Any

CREATOR = "/v2/post/publish/creator_info/query/"
STATUS = "/v2/post/publish/status/fetch/"
LIST = "/v2/video/list/"
_VIDEO = "/v2/post/publish/video/init/"
_INBOX = "/v2/post/publish/inbox/video/init/"
_PHOTOS = "/v2/post/publish/content/init/"


def is_clip(part: Part, facts: FactsOf) -> bool:
    """Whether the part is a clip; else it is photos."""
    return any(facts[media].kind == "video" for media in part.media)


def to_inbox(part: Part) -> bool:
    """Whether the person who runs the account finishes the post in the app."""
    return part.options.get("post_mode") == "inbox"


def level_of(part: Part) -> str:
    """TikTok's word for the privacy asked for; an app that is not audited can only do one."""
    asked = part.options.get("privacy")
    if asked is None:
        if part.options.get("audited"):
            raise RejectedError("no privacy level is chosen", code="privacy-missing", effect="none")
        asked = "private"
    return LEVELS[str(asked)]


def is_public(part: Part) -> bool:
    """Whether TikTok will name a public id for it."""
    return not to_inbox(part) and level_of(part) == LEVELS["public"]


def refuse_unfit(part: Part, facts: FactsOf, creator: Mapping[str, Json]) -> None:
    """Hold a part against what the account offers at this moment.

    Raises:
        RejectedError: another level is needed, or a shorter clip.
        ReconnectError: the app is not audited, and the account is not private.
    """
    level, offered = level_of(part), creator["levels"]
    if not part.options.get("audited") and LEVELS["public"] in offered:
        raise ReconnectError(
            "Unaudited clients can only post to a private account",  # what TikTok itself would answer
            code="unaudited_client_can_only_post_to_private_accounts",
            effect="none",
        )
    if level not in offered:
        names = {theirs: ours for ours, theirs in LEVELS.items()}
        told = ", ".join(names.get(one, one) for one in offered) or "–"
        # What was asked and what there is, in no language: what it means is told in the reader's.
        words = f"privacy_level: {names[level]}; privacy_level_options: {told}"
        raise RejectedError(words, code="privacy-not-offered", effect="none")
    most = creator.get("seconds")
    longest = max((facts[media].seconds or 0 for media in part.media), default=0)
    if most and longest > most:
        words = f"duration: {longest:.1f}; max_video_post_duration_sec: {most}"
        raise RejectedError(words, code="too-long-for-account", effect="none")


def creator_of(data: Mapping[str, Json]) -> dict[str, Json]:
    """What matters of creator_info, as a checkpoint keeps it."""
    levels, seconds = data.get("privacy_level_options"), data.get("max_video_post_duration_sec")
    return {
        "name": str(data.get("creator_username") or ""),
        "levels": [str(one) for one in levels] if isinstance(levels, list) else [],
        "seconds": seconds if isinstance(seconds, int) else None,
        "off": [name for name in ("comment", "duet", "stitch") if data.get(f"{name}_disabled")],
    }


def init_of(
    part: Part, facts: FactsOf, creator: Mapping[str, Json], urls: Sequence[str] = ()
) -> tuple[str, Json]:
    """Route and body of the call that begins a post.

    Args:
        creator: as `creator_of` gives it; empty for the inbox.
        urls: where TikTok fetches the media; none: the clip is uploaded.
    """
    if not is_clip(part, facts):
        return _PHOTOS, _photos(part, creator, urls)
    if urls:
        source: dict[str, Json] = {"source": "PULL_FROM_URL", "video_url": urls[0]}
    else:
        plan = limits.chunks(facts[part.media[0]].size)
        sizes = {"video_size": plan.total, "chunk_size": plan.size, "total_chunk_count": plan.count}
        source = {"source": "FILE_UPLOAD", **sizes}
    if to_inbox(part):
        return _INBOX, {"source_info": source}
    info: dict[str, Json] = {
        "privacy_level": level_of(part),
        "title": part.text,
        **{f"disable_{name}": _off(part, creator, name) for name in ("duet", "stitch", "comment")},
        **_disclosed(part),
        "is_aigc": bool(part.options.get("is_aigc")),
    }
    if part.options.get("cover_ms") is not None:
        info["video_cover_timestamp_ms"] = part.options["cover_ms"]
    return _VIDEO, {"post_info": info, "source_info": source}


def _photos(part: Part, creator: Mapping[str, Json], urls: Sequence[str]) -> Json:
    inbox = to_inbox(part)
    info: dict[str, Json] = {"title": str(part.options.get("title") or ""), "description": part.text}
    if not inbox:
        info |= {
            "privacy_level": level_of(part),
            "disable_comment": _off(part, creator, "comment"),
            "auto_add_music": bool(part.options.get("auto_add_music")),
            **_disclosed(part),
        }
    return {
        "media_type": "PHOTO",
        "post_mode": "MEDIA_UPLOAD" if inbox else "DIRECT_POST",
        "post_info": info,
        "source_info": {
            "source": "PULL_FROM_URL",
            "photo_images": list(urls),
            "photo_cover_index": int(part.options.get("photo_cover", 1)) - 1,
        },
    }


def _off(part: Part, creator: Mapping[str, Json], name: str) -> bool:
    """Off where the post wants it so, or where the account's own settings leave no choice."""
    return bool(part.options.get(f"disable_{name}")) or name in creator.get("off", ())


def _disclosed(part: Part) -> dict[str, bool]:
    # The reference calls the first one required and leaves it out in its examples: always both.
    return {
        "brand_content_toggle": bool(part.options.get("brand_content")),
        "brand_organic_toggle": bool(part.options.get("brand_organic")),
    }
