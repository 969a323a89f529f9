"""What Threads makes of pictures and clips: fetched by their address, judged by their bytes.

Sources: Meta's Threads posts and troubleshooting pages, checked 2026-11-23.
"""

from __future__ import annotations

from typing import Any

from connectors.sandbox_checks import picture
from connectors.sandbox_clips import Clip, clip_of
from connectors.sandbox_fetch import FetchError, fetch
from connectors.sandbox_world import World
from connectors.threads.simulator_answers import bad, refusal

Json = Any

STATUS_ERRORS = (
    *("FAILED_DOWNLOADING_VIDEO", "FAILED_PROCESSING_AUDIO", "FAILED_PROCESSING_VIDEO"),
    *("INVALID_ASPEC_RATIO", "INVALID_ASPECT_RATIO", "INVALID_BIT_RATE", "INVALID_DURATION"),
    *("INVALID_FRAME_RATE", "INVALID_AUDIO_CHANNELS", "INVALID_AUDIO_CHANNEL_LAYOUT", "UNKNOWN"),
)
"""What `error_message` of a container may say; the platform misspells one, which it may mend any day."""
_IMAGE_BYTES = 8 * 1024 * 1024
_IMAGE_TYPES = ("image/jpeg", "image/png")
_CLIP_BYTES = 1024**3


def image(world: World, url: str) -> Json:
    """Fetch a picture and keep it; what Threads does not take is refused at once."""
    try:
        with fetch(world, url, most=_IMAGE_BYTES, robots=True) as came:
            data = came.file.read()
    except FetchError as error:
        if error.why == "too_big":
            raise bad("The image is larger than 8 MB.") from error
        raise refusal(1, 2207052) from error
    found = picture(data)
    if found is None or found.mime not in _IMAGE_TYPES or found.frames > 1:
        raise bad("The image format is not supported: JPEG and PNG are.")
    wide, narrow = max(found.width, found.height), min(found.width, found.height)
    fault = "INVALID_ASPEC_RATIO" if wide > 10 * narrow else ""
    return {"type": "image", "sha256": world.keep(data, found.mime), "error": fault}


def clip(world: World, url: str) -> Json:
    """Fetch a clip and keep it; what is wrong with it is told by the container."""
    try:
        with fetch(world, url, most=_CLIP_BYTES, robots=True, seconds=120) as came:
            facts = clip_of(came.file)
            if facts is None:
                return {"type": "video", "error": "FAILED_PROCESSING_VIDEO"}
            sha256 = world.keep_file(came.file, facts.mime)
    except FetchError:
        return {"type": "video", "error": "FAILED_DOWNLOADING_VIDEO"}
    return {"type": "video", "sha256": sha256, "error": _fault(facts)}


def _fault(facts: Clip) -> str:
    """The first thing that Threads does not take; empty: it takes it."""
    checks = (
        (facts.mime not in ("video/mp4", "video/quicktime"), "FAILED_PROCESSING_VIDEO"),
        (facts.video not in ("h264", "hevc"), "FAILED_PROCESSING_VIDEO"),
        (facts.edit_lists or not facts.moov_first or facts.interlaced, "FAILED_PROCESSING_VIDEO"),
        (facts.width > 1920, "FAILED_PROCESSING_VIDEO"),
        (not 0 < facts.seconds <= 300, "INVALID_DURATION"),
        (not 23 <= facts.fps <= 60.01, "INVALID_FRAME_RATE"),
        (facts.bitrate > 100_000_000, "INVALID_BIT_RATE"),
        (not 0.01 <= facts.ratio <= 10, "INVALID_ASPEC_RATIO"),
        (facts.audio not in ("", "aac") or facts.audio_rate > 48_000, "FAILED_PROCESSING_AUDIO"),
        (facts.audio_channels > 2, "INVALID_AUDIO_CHANNELS"),
    )
    return next((why for wrong, why in checks if wrong), "")
