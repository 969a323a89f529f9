"""How far Facebook is with a video, read from its status: uploading, processing, publishing; no call here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.graph_api import moment_of

Json = Any

# Meta's documentation of Reels publishing shows both spellings, checked 2026-11-23.
_DONE = ("complete", "completed")
_FAILED = ("error", "failed")
_DEAD = ("error", "upload_failed", "expired")


@dataclass(frozen=True, slots=True)
class Phases:
    """What one look at a video told.

    Attributes:
        bytes: how many have arrived, as far as told.
        working: Facebook processes or publishes it right now.
        published: followers can see it.
        failed: it will not be public; `words` and `code` say why.
    """

    uploaded: bool
    bytes: int
    working: bool
    published: bool
    failed: bool
    words: str
    code: str
    url: str
    at: datetime | None


def phases_of(video: Mapping[str, Json]) -> Phases:
    """Read the answer to GET /{video}?fields=status."""
    status = _object(video.get("status"))
    uploading, processing, publishing = (
        _object(status.get(f"{name}_phase")) for name in ("uploading", "processing", "publishing")
    )
    every = (uploading, processing, publishing)
    told: Mapping[str, Json] = next(
        (phase["error"] for phase in every if isinstance(phase.get("error"), dict)), {}
    )
    overall = str(status.get("video_status") or "")
    published = publishing.get("publish_status") == "published"
    # Of a video that is no reel Meta shows `published`, and no publishing phase for certain.
    published = published or (video.get("published") is True and overall == "ready")
    failed = overall in _DEAD or publishing.get("publish_status") == "error"
    failed = failed or any(phase.get("status") in _FAILED for phase in every)
    return Phases(
        uploaded=uploading.get("status") in _DONE,
        bytes=_count(uploading),
        working=overall == "processing"
        or any(phase.get("status") == "in_progress" for phase in (processing, publishing)),
        published=published,
        failed=failed and not published,
        words=str(told.get("message") or overall or "the video could not be used"),
        code=str(told.get("code") or "video-failed"),
        url=str(video.get("permalink_url") or ""),
        at=moment_of(publishing.get("publish_time")) or moment_of(video.get("created_time")),
    )


def _object(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _count(phase: Mapping[str, Json]) -> int:
    """`bytes_transfered` is Meta's own spelling."""
    value = phase.get("bytes_transfered", phase.get("bytes_transferred"))
    return value if isinstance(value, int) and value > 0 else 0
