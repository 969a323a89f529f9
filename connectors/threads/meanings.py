"""What Threads' answers mean to the office; see `Room.meanings`, and codes.py for the platform's words."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.graph_meanings import MEANINGS as COMMON

_FILES = (
    *("FAILED_PROCESSING_AUDIO", "FAILED_PROCESSING_VIDEO", "INVALID_ASPEC_RATIO", "INVALID_ASPECT_RATIO"),
    *("INVALID_BIT_RATE", "INVALID_DURATION", "INVALID_FRAME_RATE"),
    *("INVALID_AUDIO_CHANNELS", "INVALID_AUDIO_CHANNEL_LAYOUT"),
)

MEANINGS: Mapping[str, str] = {
    **COMMON,
    **dict.fromkeys(_FILES, "room.said_file"),
    **dict.fromkeys(("FAILED_DOWNLOADING_VIDEO", "/2207052"), "room.said_fetch"),
    "/4279013": "room.said_restricted",
    "THREADS_API__LINK_LIMIT_EXCEEDED": "room.said_link",
    "THREADS_API__FEATURE_NOT_AVAILABLE": "room.said_permission",
    "THREADS_API__GEO_GATING_INVALID_COUNTRY_CODES": "room.said_request",
}
