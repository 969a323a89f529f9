"""What TikTok would refuse, found before anyone commits to it; pure, and without any network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connectors.contract import FactsOf, MediaFacts, Part, Problem, Rendition, Severity
from connectors.tiktok import limits
from connectors.tiktok.options import ONLY_PHOTOS, ONLY_VIDEO

_Found = tuple[str, Severity, dict[str, object]]
_ERROR, _WARNING, _NOTICE = Severity.ERROR, Severity.WARNING, Severity.NOTICE


def problems_of(rendition: Rendition, facts: FactsOf) -> list[Problem]:
    """All problems of a rendition; it has one part, others are refused by name."""
    return [
        Problem(code, severity, values, part=number)
        for number, part in enumerate(rendition.parts, 1)
        for code, severity, values in _of_part(part, rendition.placement, facts)
    ]


def _of_part(part: Part, placement: str, facts: FactsOf) -> Iterator[_Found]:
    media = [facts[one] for one in part.media]
    if not media:
        yield "tiktok.no_media", _ERROR, {}
        return
    clips = [one for one in media if one.kind == "video"]
    kind = "video" if clips else "photo"
    if placement != kind:
        yield "tiktok.placement", _ERROR, {"asked": placement, "placement": kind}
    if clips:
        yield from _of_clips(clips, part)
    else:
        yield from _of_photos(media, part)
    yield from _of_text(part, kind)
    yield from _of_options(part, kind)
    yield from _of_visibility(part, kind)
    if any(one.alt.strip() for one in part.media):
        yield "tiktok.alt_stays_behind", _NOTICE, {}


# ── media ────────────────────────────────────────────────────────────────────


def _of_clips(clips: Sequence[MediaFacts], part: Part) -> Iterator[_Found]:
    if len(clips) > 1:
        yield "tiktok.one_clip", _ERROR, {"count": len(clips)}
    for clip in clips:
        yield from _of_clip(clip)
    seconds, cover = clips[0].seconds, part.options.get("cover_ms")
    if cover is not None and not 0 <= cover <= 1000 * (seconds or 0):
        last = int(1000 * (seconds or 0))
        yield "tiktok.cover", _ERROR, {"name": clips[0].name, "found": cover, "limit": last}


def _of_clip(facts: MediaFacts) -> Iterator[_Found]:
    name = facts.name
    if facts.mime not in limits.CLIP_TYPES:
        allowed = ", ".join(limits.CLIP_TYPES)
        yield "tiktok.clip_type", _ERROR, {"name": name, "type": facts.mime, "allowed": allowed}
    if facts.size > limits.CLIP_BYTES:
        yield "tiktok.clip_size", _ERROR, _sizes(facts, limits.CLIP_BYTES)
    if facts.seconds is not None and facts.seconds > limits.CLIP_SECONDS:
        values = {"name": name, "found": round(facts.seconds, 1), "limit": int(limits.CLIP_SECONDS)}
        yield "tiktok.clip_seconds", _ERROR, values
    least, most = limits.CLIP_SIDES
    if min(facts.width, facts.height) < least or max(facts.width, facts.height) > most:
        sides: dict[str, object] = {"width": facts.width, "height": facts.height}
        yield "tiktok.clip_sides", _ERROR, {"name": name, **sides, "least": least, "most": most}
    if facts.clip is None:
        return
    if facts.clip.video not in limits.CLIP_CODECS:
        allowed = ", ".join(limits.CLIP_CODECS)
        yield "tiktok.clip_codec", _ERROR, {"name": name, "found": facts.clip.video, "allowed": allowed}
    slow, fast = limits.CLIP_FPS
    if not slow <= round(facts.clip.fps, 2) <= fast:
        values = {"name": name, "found": round(facts.clip.fps, 2), "least": int(slow), "most": int(fast)}
        yield "tiktok.clip_fps", _ERROR, values


def _of_photos(photos: Sequence[MediaFacts], part: Part) -> Iterator[_Found]:
    most = limits.LIMITS.images
    if len(photos) > most:
        yield "tiktok.too_many_images", _ERROR, {"count": len(photos), "limit": most}
    for facts in photos:
        yield from _of_photo(facts)
    cover = part.options.get("photo_cover")
    if cover is not None and not 1 <= cover <= len(photos):
        yield "tiktok.photo_cover", _ERROR, {"found": cover, "count": len(photos)}


def _of_photo(facts: MediaFacts) -> Iterator[_Found]:
    if facts.mime not in limits.PHOTO_TYPES:
        allowed = ", ".join(limits.PHOTO_TYPES)
        yield "tiktok.image_type", _ERROR, {"name": facts.name, "type": facts.mime, "allowed": allowed}
    if facts.frames > 1:
        yield "tiktok.animated", _ERROR, {"name": facts.name, "frames": facts.frames}
    if facts.size > limits.PHOTO_BYTES:
        yield "tiktok.image_size", _ERROR, _sizes(facts, limits.PHOTO_BYTES)
    long, short = limits.PHOTO_SIDES
    if max(facts.width, facts.height) > long or min(facts.width, facts.height) > short:
        sides: dict[str, object] = {"width": facts.width, "height": facts.height}
        yield "tiktok.image_sides", _ERROR, {"name": facts.name, **sides, "long": long, "short": short}


def _sizes(facts: MediaFacts, limit: int) -> dict[str, object]:
    """In megabytes, rounded up, so that what is over a limit never reads as the limit itself."""
    return {"name": facts.name, "size": -(-facts.size // 10_000) / 100, "limit": limit // 10**6}


# ── words ────────────────────────────────────────────────────────────────────


def _of_text(part: Part, kind: str) -> Iterator[_Found]:
    most = limits.PHOTO_TEXT if kind == "photo" else limits.LIMITS.text
    used = limits.units(part.text)
    if used > most:
        yield "tiktok.too_long", _ERROR, {"used": used, "limit": most, "over": used - most}
    title = str(part.options.get("title") or "")
    used, most = limits.units(title), limits.PHOTO_TITLE
    if kind == "photo" and used > most:
        yield "tiktok.title_too_long", _ERROR, {"used": used, "limit": most, "over": used - most}
    if not part.text.strip() and not title.strip():
        yield "tiktok.empty_caption", _WARNING, {}


# ── options ──────────────────────────────────────────────────────────────────


def _of_options(part: Part, kind: str) -> Iterator[_Found]:
    """What is asked of one kind and has no place in the other; a channel's own habit counts for both."""
    others = ONLY_VIDEO if kind == "photo" else ONLY_PHOTOS
    for name in others:
        if part.options.get(name) and name not in _HABITS:
            yield f"tiktok.only_{'video' if kind == 'photo' else 'photo'}", _ERROR, {"option": name}


_HABITS = ("disable_duet", "disable_stitch", "auto_add_music", "video_from")
"""Options that a channel may give for all its posts."""


def _of_visibility(part: Part, kind: str) -> Iterator[_Found]:
    """Who will see it, said plainly: inbox, not audited, private."""
    privacy, audited = part.options.get("privacy"), part.options.get("audited", False)
    if part.options.get("post_mode") == "inbox":
        yield "tiktok.inbox", _NOTICE, {"limit": limits.INBOX_DRAFTS}
        if kind == "video" and part.text.strip():
            yield "tiktok.inbox_caption", _WARNING, {}
        return
    if not audited:
        if privacy in (None, "private"):
            yield "tiktok.not_audited", _NOTICE, {}
        else:
            yield "tiktok.needs_audit", _ERROR, {"privacy": privacy}
    elif privacy is None:
        yield "tiktok.privacy_missing", _ERROR, {}
    if part.options.get("brand_content") and (privacy == "private" or not audited):
        yield "tiktok.brand_private", _ERROR, {}
