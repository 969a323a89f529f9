"""What Facebook would refuse or show badly of reels and stories; pure, and without any SDK."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract import FactsOf, MediaFacts, Part, PartKind, Severity
from connectors.facebook import limits

_Found = tuple[str, Severity, dict[str, object]]
_ERROR, _WARNING, _NOTICE = Severity.ERROR, Severity.WARNING, Severity.NOTICE


def of_placement(part: Part, facts: FactsOf, placement: str) -> Iterator[_Found]:
    """Whether a part is what its placement takes: a reel is one clip, a story one clip or picture."""
    kinds = [facts[media].kind for media in part.media]
    if part.kind is PartKind.COMMENT:
        if placement == "story":
            yield "facebook.story_comment", _ERROR, {}
        return
    if placement == "reel" and kinds != ["video"]:
        yield "facebook.reel_one_clip", _ERROR, {"count": kinds.count("video"), "files": len(kinds)}
    elif placement == "story":
        yield from _of_story(part, facts, kinds)
    elif placement == "feed" and "video" in kinds:
        yield "facebook.clip_alone", _ERROR, {"files": len(kinds)}


def _of_story(part: Part, facts: FactsOf, kinds: list[str]) -> Iterator[_Found]:
    if len(kinds) != 1:
        yield "facebook.story_one_file", _ERROR, {"count": len(kinds)}
        return
    yield "facebook.story_text", _NOTICE, {}
    shown = facts[part.media[0]]
    if shown.kind != "video" and not _is_upright(shown):
        yield "facebook.story_shape", _WARNING, _shape(shown)


def way_of(placement: str, facts: MediaFacts) -> str:
    """The way a clip goes: `story`, `reel`, or `video` where the Reels API would refuse it or show it cut.

    Facebook shows every video as a reel since 2025, so to a reader the last two look the same.
    """
    if placement == "story":
        return "story"
    return "video" if any(_of_story_or_reel(facts, *limits.REEL_SECONDS)) else "reel"


def of_clip(facts: MediaFacts, placement: str) -> Iterator[_Found]:
    """A clip of a reel, a story or a Page's video: container, length, shape, size, pace, codecs."""
    way = way_of(placement, facts)
    if way == "story":
        yield from _of_story_or_reel(facts, *limits.STORY_SECONDS)
    elif way == "video":
        yield "facebook.clip_as_video", _NOTICE, {"name": facts.name}
        yield from _of_video(facts)
    yield from _of_streams(facts)


def _of_story_or_reel(facts: MediaFacts, least: float, most: float) -> Iterator[_Found]:
    yield from _of_type(facts, limits.CLIP_TYPES)
    if facts.seconds is not None and not least <= facts.seconds <= most:
        values: dict[str, object] = {"name": facts.name, "seconds": _seconds(facts.seconds, most)}
        yield "facebook.story_seconds", _ERROR, {**values, "least": least, "most": most}
    yield from _of_shape(facts)
    yield from _of_pace(facts)


def _of_video(facts: MediaFacts) -> Iterator[_Found]:
    yield from _of_type(facts, limits.VIDEO_TYPES)
    least, most = limits.VIDEO_SECONDS
    if facts.seconds is not None and not least <= facts.seconds <= most:
        values: dict[str, object] = {"name": facts.name, "seconds": _seconds(facts.seconds, most)}
        yield "facebook.video_seconds", _ERROR, {**values, "least": least, "hours": most // 3600}
    if facts.size > limits.VIDEO_BYTES:
        size = round(facts.size / 1e9 + 0.05, 1)
        limit = limits.VIDEO_BYTES // 1_000_000_000
        yield "facebook.video_size", _ERROR, {"name": facts.name, "size": size, "limit": limit}


def _of_type(facts: MediaFacts, types: tuple[str, ...]) -> Iterator[_Found]:
    if facts.mime not in types:
        allowed = ", ".join(types)
        yield "facebook.clip_type", _ERROR, {"name": facts.name, "type": facts.mime, "allowed": allowed}


def _of_shape(facts: MediaFacts) -> Iterator[_Found]:
    narrow, wide = limits.CLIP_RATIO
    if not narrow - limits.RATIO_SLACK <= facts.ratio <= wide + limits.RATIO_SLACK:
        yield "facebook.clip_ratio", _ERROR, _shape(facts)
    elif not _is_upright(facts):
        yield "facebook.clip_not_upright", _WARNING, _shape(facts)
    short, long = sorted((facts.width, facts.height))
    if short < limits.CLIP_SIDES[0] or long < limits.CLIP_SIDES[1]:
        least = {"least_width": limits.CLIP_SIDES[0], "least_height": limits.CLIP_SIDES[1]}
        yield "facebook.clip_small", _ERROR, {**_shape(facts), **least}


def _of_pace(facts: MediaFacts) -> Iterator[_Found]:
    least, most = limits.CLIP_FPS
    # 23.976 is what "24" means in film.
    if facts.clip is not None and (not least <= round(facts.clip.fps) or facts.clip.fps > most + 0.01):
        values = {"name": facts.name, "found": round(facts.clip.fps, 1), "least": least, "most": most}
        yield "facebook.clip_fps", _ERROR, values


def _of_streams(facts: MediaFacts) -> Iterator[_Found]:
    clip = facts.clip
    if clip is None:
        return
    if clip.video not in limits.CLIP_CODECS:
        allowed = ", ".join(limits.CLIP_CODECS)
        yield "facebook.clip_codec", _ERROR, {"name": facts.name, "found": clip.video, "limit": allowed}
    if clip.audio and clip.audio not in limits.CLIP_SOUND:
        allowed = ", ".join(limits.CLIP_SOUND)
        yield "facebook.clip_sound", _ERROR, {"name": facts.name, "found": clip.audio, "limit": allowed}
    if not clip.pixels.startswith(("yuv420p", "yuvj420p")):
        yield "facebook.clip_pixels", _ERROR, {"name": facts.name, "found": clip.pixels, "limit": "yuv420p"}


def _is_upright(facts: MediaFacts) -> bool:
    return abs(facts.ratio - limits.CLIP_UPRIGHT) <= limits.RATIO_SLACK


def _shape(facts: MediaFacts) -> dict[str, object]:
    return {"name": facts.name, "width": facts.width, "height": facts.height}


def _seconds(found: float, most: float) -> float:
    """With one digit, and never so that what is over a bound reads as the bound."""
    return round(max(found, most + 0.1), 1) if found > most else round(found, 1)
