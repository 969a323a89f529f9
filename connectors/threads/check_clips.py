"""What Threads would refuse of clips; pure, and without any SDK."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract import MediaFacts, Severity
from connectors.threads import limits

_Found = tuple[str, Severity, dict[str, object]]
_ERROR = Severity.ERROR


def of_clip(facts: MediaFacts) -> Iterator[_Found]:
    """A clip: container, size, length, shape, codecs, pace, sound."""
    yield from _of_file(facts)
    clip = facts.clip
    if clip is None:
        return
    slow, fast = limits.CLIP_FPS
    wrong: list[tuple[bool, str, object, object]] = [
        (clip.video not in limits.CLIP_CODECS, "codec", clip.video, ", ".join(limits.CLIP_CODECS)),
        (bool(clip.audio) and clip.audio not in limits.CLIP_SOUND, "sound", clip.audio, limits.CLIP_SOUND[0]),
        (clip.audio_channels > limits.CLIP_CHANNELS, "channels", clip.audio_channels, limits.CLIP_CHANNELS),
        (clip.audio_rate > limits.CLIP_SOUND_RATE, "sound_rate", clip.audio_rate, limits.CLIP_SOUND_RATE),
        # 23.976 and 59.94 are written as 24 and 60; a little beyond is rounding.
        (
            bool(clip.fps) and not slow - 0.1 <= clip.fps <= fast + 0.1,
            "fps",
            round(clip.fps, 1),
            f"{slow:g}-{fast:g}",
        ),
        (
            clip.bitrate > limits.CLIP_BITRATE,
            "bitrate",
            round(clip.bitrate / 10**6, 1),
            limits.CLIP_BITRATE // 10**6,
        ),
        (clip.pixels not in limits.CLIP_PIXELS, "pixels", clip.pixels, limits.CLIP_PIXELS[0]),
    ]
    for is_wrong, what, found, limit in wrong:
        if is_wrong:
            yield f"threads.clip_{what}", _ERROR, {"name": facts.name, "found": found, "limit": limit}
    flaws = {"interlaced": clip.interlaced, "edit_lists": clip.edit_lists, "moov_last": not clip.moov_first}
    for flaw, is_so in flaws.items():
        if is_so:
            yield f"threads.clip_{flaw}", _ERROR, {"name": facts.name}


def _of_file(facts: MediaFacts) -> Iterator[_Found]:
    if facts.mime not in limits.CLIP_TYPES:
        yield "threads.clip_type", _ERROR, {"name": facts.name, "type": facts.mime}
    if facts.size > limits.CLIP_BYTES:
        values: dict[str, object] = {"size": megabytes(facts.size), "limit": limits.CLIP_BYTES // 10**6}
        yield "threads.clip_size", _ERROR, {"name": facts.name, **values}
    if facts.seconds is not None and not 0 < facts.seconds <= limits.CLIP_SECONDS:
        values = {"seconds": round(facts.seconds, 1), "limit": int(limits.CLIP_SECONDS)}
        yield "threads.clip_seconds", _ERROR, {"name": facts.name, **values}
    if facts.width > limits.CLIP_WIDTH:
        yield (
            "threads.clip_width",
            _ERROR,
            {"name": facts.name, "width": facts.width, "limit": limits.CLIP_WIDTH},
        )
    narrow, wide = limits.CLIP_RATIO
    if not narrow <= facts.ratio <= wide:
        sides: dict[str, object] = {"width": facts.width, "height": facts.height}
        yield "threads.clip_ratio", _ERROR, {"name": facts.name, **sides}


def megabytes(size: int) -> float:
    """Rounded up, so that what is over a limit never reads as the limit itself."""
    return -(-size // 10_000) / 100
