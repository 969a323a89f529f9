"""What the pretended Instagram takes of pictures and clips, read from their bytes (for simulator.py).

Sources: Meta's Content Publishing, IG User media and Instagram "Error codes" pages (checked
2026-11-23).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, Any

from connectors.instagram.simulator_answers import refusal
from connectors.sandbox_checks import picture
from connectors.sandbox_clips import Clip, clip_of
from connectors.sandbox_fetch import FetchError, fetch
from connectors.sandbox_world import World

Json = Any

_IMAGE_BYTES = 8 * 1024 * 1024  # the error's own words say MiB
_RATIOS = (4 / 5, 1.91)
_PATIENCE = 30.0
_CLIP_SIDE = 1920
_CLIP_FPS = (23.0, 60.0)
_CLIP_BITRATE = 25_000_000
_SOUND = (48_000, 2)


@dataclass(frozen=True)
class _Use:
    """What a clip may be in one use: bytes, seconds, width by height."""

    size: int
    seconds: tuple[float, float]
    ratio: tuple[float, float]


_USES = {
    "REELS": _Use(300 * 10**6, (3, 900), (0.01, 10)),
    "STORIES": _Use(100 * 10**6, (3, 60), (0.1, 10)),
    # Not stated in current documentation: as a reel, and at most a minute.
    "VIDEO": _Use(300 * 10**6, (3, 60), (0.01, 10)),
}


def fetched_image(world: World, url: str, feed: bool) -> Json:
    """Fetch a picture as Meta's crawler does, and keep it; refused at once if Instagram would not take it.

    Args:
        feed: whether it shows in the feed, where ratios are bounded.
    """
    try:
        with fetch(world, url, kinds=("image/*",), most=_IMAGE_BYTES, seconds=_PATIENCE, robots=True) as came:
            data = came.file.read()
    except FetchError as error:
        if error.why == "too_big":
            raise refusal(36000, 2207004) from error
        raise _not_fetched(error) from error
    found = picture(data)
    if found is None:
        raise refusal(36001, 2207005)
    if found.mime != "image/jpeg":  # also MPO, which is a JPEG with another behind it
        raise refusal(36001, 2207005, f"The image format is not supported: {found.mime}.")
    ratio = found.width / found.height
    if feed and not _RATIOS[0] <= ratio <= _RATIOS[1]:
        raise refusal(36003, 2207009)
    return {"type": "image", "sha256": world.keep(data, found.mime), "ratio": ratio}


def fetched_clip(world: World, url: str, use: str) -> Json:
    """Fetch a clip and keep it; what is wrong with it stands in `error`, and is told by the container."""
    most = _USES[use].size
    try:
        with fetch(world, url, kinds=("video/*",), most=most, seconds=_PATIENCE, robots=True) as came:
            return kept_clip(world, came.file, use)
    except FetchError as error:
        if error.why == "too_big":
            return {"type": "video", "error": 2207026, "why": f"larger than {most} bytes"}
        raise _not_fetched(error) from error


def kept_clip(world: World, file: IO[bytes], use: str) -> Json:
    """A clip as it came, kept if it can be read."""
    clip = clip_of(file)
    if clip is None:
        return {"type": "video", "error": 2207026, "why": "no clip that plays"}
    why = _fault(clip, _USES[use])
    found = {"type": "video", "sha256": world.keep_file(file, clip.mime), "seconds": clip.seconds}
    return {**found, "error": 2207026, "why": why} if why else found


def _fault(clip: Clip, use: _Use) -> str:
    """The first thing that Instagram does not take; empty: it takes it."""
    checks = (
        (clip.mime not in ("video/mp4", "video/quicktime"), f"container {clip.mime}"),
        (clip.size > use.size, f"{clip.size} bytes"),
        (not use.seconds[0] <= clip.seconds <= use.seconds[1] + 0.1, f"{clip.seconds:.1f} seconds"),
        (clip.video not in ("h264", "hevc"), f"codec {clip.video}"),
        (not clip.pixels.startswith("yuv420p") and clip.pixels != "yuvj420p", f"pixels {clip.pixels}"),
        (clip.interlaced, "interlaced"),
        (not _CLIP_FPS[0] <= clip.fps <= _CLIP_FPS[1] + 0.01, f"{clip.fps:.2f} frames per second"),
        (clip.width > _CLIP_SIDE, f"{clip.width} pixels wide"),
        (not use.ratio[0] <= clip.ratio <= use.ratio[1], f"ratio {clip.ratio:.3f}"),
        (clip.bitrate > _CLIP_BITRATE, f"{clip.bitrate} bits per second"),
        (clip.audio not in ("", "aac"), f"sound {clip.audio}"),
        (clip.audio_rate > _SOUND[0] or clip.audio_channels > _SOUND[1], "sound"),
        (not clip.moov_first, "moov atom at the end"),
        (clip.edit_lists, "edit lists"),
    )
    return next((why for wrong, why in checks if wrong), "")


def _not_fetched(error: FetchError) -> Exception:
    if error.why == "slow":
        return refusal(-2, 2207003)
    return refusal(9004, 2207052)
