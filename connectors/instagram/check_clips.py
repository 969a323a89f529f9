"""What Instagram would refuse of clips, as reel, story or in a carousel; pure, and without any SDK."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract import MediaFacts, Severity
from connectors.instagram import limits

_Found = tuple[str, Severity, dict[str, object]]
_ERROR, _WARNING, _NOTICE = Severity.ERROR, Severity.WARNING, Severity.NOTICE
_SECONDS = {
    "reel": limits.REEL_SECONDS,
    "story": limits.STORY_SECONDS,
    "carousel": limits.CAROUSEL_SECONDS,
}


def of_clip(facts: MediaFacts, use: str) -> Iterator[_Found]:
    """A clip.

    Args:
        use: `reel`, `story` or `carousel`.
    """
    yield from _of_file(facts, use)
    clip = facts.clip
    if clip is None:
        return
    wrong: list[tuple[str, object, object]] = []
    slow, fast = limits.CLIP_FPS
    if clip.video not in limits.CLIP_CODECS:
        wrong.append(("instagram.clip_codec", clip.video, ", ".join(limits.CLIP_CODECS)))
    if clip.audio and clip.audio not in limits.CLIP_SOUND:
        wrong.append(("instagram.clip_sound", clip.audio, ", ".join(limits.CLIP_SOUND)))
    if clip.audio_channels > limits.CLIP_CHANNELS:
        wrong.append(("instagram.clip_channels", clip.audio_channels, limits.CLIP_CHANNELS))
    if clip.audio_rate > limits.CLIP_SOUND_RATE:
        wrong.append(("instagram.clip_sound_rate", clip.audio_rate, limits.CLIP_SOUND_RATE))
    if clip.fps and not slow - 0.1 <= clip.fps <= fast + 0.1:
        wrong.append(("instagram.clip_fps", round(clip.fps, 1), f"{slow:g}-{fast:g}"))
    if clip.bitrate > limits.CLIP_BITRATE:
        most = limits.CLIP_BITRATE // 10**6
        wrong.append(("instagram.clip_bitrate", round(clip.bitrate / 10**6, 1), most))
    if clip.pixels not in limits.CLIP_PIXELS:
        wrong.append(("instagram.clip_pixels", clip.pixels, limits.CLIP_PIXELS[0]))
    for code, found, limit in wrong:
        yield code, _ERROR, {"name": facts.name, "found": found, "limit": limit}
    flaws = {"interlaced": clip.interlaced, "edit_lists": clip.edit_lists, "moov_last": not clip.moov_first}
    for flaw, is_so in flaws.items():
        if is_so:
            yield f"instagram.clip_{flaw}", _ERROR, {"name": facts.name}


def _of_file(facts: MediaFacts, use: str) -> Iterator[_Found]:
    name: dict[str, object] = {"name": facts.name}
    if facts.mime not in limits.CLIP_TYPES:
        yield "instagram.clip_type", _ERROR, {**name, "type": facts.mime}
    most = limits.STORY_BYTES if use == "story" else limits.REEL_BYTES
    if facts.size > most:
        yield (
            "instagram.clip_size",
            _ERROR,
            {**name, "size": -(-facts.size // 10_000) / 100, "limit": most // 10**6},
        )
    shortest, longest = _SECONDS.get(use, limits.REEL_SECONDS)
    if facts.seconds is not None and not shortest <= facts.seconds <= longest:
        values = {"seconds": round(facts.seconds, 1), "least": int(shortest), "most": int(longest)}
        yield "instagram.clip_seconds", _ERROR, {**name, **values}
    elif use == "reel" and facts.seconds is not None:
        first, last = limits.TAB_SECONDS
        if not first <= facts.seconds <= last:
            values = {"seconds": round(facts.seconds, 1), "least": int(first), "most": int(last)}
            yield "instagram.not_in_reels_tab", _NOTICE, {**name, **values}
    if facts.width > limits.CLIP_WIDTH:
        yield "instagram.clip_width", _ERROR, {**name, "width": facts.width, "limit": limits.CLIP_WIDTH}
    narrow, wide = limits.STORY_RATIO if use == "story" else limits.REEL_RATIO
    sides: dict[str, object] = {"width": facts.width, "height": facts.height}
    if not narrow <= facts.ratio <= wide:
        yield "instagram.clip_ratio", _ERROR, {**name, **sides}
    elif use != "carousel" and abs(facts.ratio / limits.UPRIGHT - 1) > 0.02:
        yield "instagram.not_upright", _NOTICE, {**name, **sides}
