"""The keys that a post or a channel may give for TikTok."""

from __future__ import annotations

from urllib.parse import urlsplit

from connectors.contract import Option

# How each level is called here, and at TikTok (Content Posting API, checked 2026-11-23). Which of them an
# account offers is asked before each post.
LEVELS = {
    "public": "PUBLIC_TO_EVERYONE",
    "friends": "MUTUAL_FOLLOW_FRIENDS",
    "followers": "FOLLOWER_OF_CREATOR",
    "private": "SELF_ONLY",
}
ONLY_VIDEO = ("disable_duet", "disable_stitch", "is_aigc", "cover_ms", "video_from")
ONLY_PHOTOS = ("title", "auto_add_music", "photo_cover")

_BOTH = ("post", "channel")

OPTIONS = (
    Option("text", "text", help="tiktok.option_text", in_part=False),
    Option("title", "text", help="tiktok.option_title"),
    Option("privacy", "choice", tuple(LEVELS), _BOTH, "tiktok.option_privacy"),
    Option("post_mode", "choice", ("direct", "inbox"), _BOTH, "tiktok.option_post_mode"),
    Option("audited", "bool", where=("channel",), help="tiktok.option_audited"),
    Option("video_from", "choice", ("upload", "url"), ("channel",), "tiktok.option_video_from"),
    Option("verified", "list", (), ("channel",), "tiktok.option_verified", in_part=False),
    Option("brand_content", "bool", help="tiktok.option_brand_content"),
    Option("brand_organic", "bool", help="tiktok.option_brand_organic"),
    Option("is_aigc", "bool", help="tiktok.option_is_aigc"),
    Option("disable_comment", "bool", where=_BOTH, help="tiktok.option_disable_comment"),
    Option("disable_duet", "bool", where=_BOTH, help="tiktok.option_disable_duet"),
    Option("disable_stitch", "bool", where=_BOTH, help="tiktok.option_disable_stitch"),
    Option("cover_ms", "int", help="tiktok.option_cover_ms"),
    Option("auto_add_music", "bool", where=_BOTH, help="tiktok.option_auto_add_music"),
    Option("photo_cover", "int", help="tiktok.option_photo_cover"),
    Option("slideshow", "bool", where=("post", "channel"), help="tiktok.option_slideshow", in_part=False),
    Option("slide_seconds", "int", where=("post", "channel"), help="tiktok.option_slides", in_part=False),
)


_PRACTICE = tuple(("http", host) for host in ("127.0.0.1", "localhost", "::1"))


def is_below(url: str, verified: str) -> bool:
    """Whether an address lies on a verified domain (or one below it), or below a verified prefix.

    TikTok fetches by https only (Content Posting API, "Pull from URL", checked 2026-11-24). A web server on
    this machine, which only the sandbox can reach, may do without.
    """
    where = urlsplit(url)
    host = (where.hostname or "").lower()
    if where.scheme != "https" and (where.scheme, host) not in _PRACTICE:
        return False
    if "/" in verified:
        prefix = urlsplit(verified)
        path = prefix.path.rstrip("/") + "/"
        same = (where.netloc, where.scheme) == (prefix.netloc, prefix.scheme)
        return same and where.path.startswith(path)
    return host == verified.lower() or host.endswith(f".{verified.lower()}")
