"""The numbers of YouTube, each with its source and the day it was checked; also how YouTube counts text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from connectors.contract import Limits, Quota

_QUOTAS = "YouTube Data API, quota costs and revision history, checked 2026-11-23"

# YouTube Data API, quota page, checked 2026-11-23: since June 2026 inserts have a bucket of their own, 100
# a day, and everything else shares 10,000 units; both start anew at midnight Pacific time and are the
# project's, not the channel's.
UPLOADS_PER_DAY = 100
UNITS_PER_DAY = 10_000
ZONE = "America/Los_Angeles"
UNITS_LIST = 1
UNITS_UPDATE = 50
UNITS_THUMBNAIL = 50
UNITS_PLAYLIST = 50
UNITS_CAPTIONS_LIST = 50
UNITS_CAPTIONS = 400
# Ours: a look at the processing every now and then, one after the commit, one for the playlist of uploads.
LOOKS_RESERVED = 10

LIMITS = Limits(
    # YouTube Data API, videos resource, snippet.description, checked 2026-11-23: 5,000 bytes.
    text=5000,
    images=0,
    # Ours: a clip of an hour is processed within a few; the upload over an office's line comes before.
    lead=timedelta(hours=6),
    # Ours: an update is answered in about a second; a minute after the socket is cut nothing comes of it.
    settle=timedelta(seconds=60),
    # Ours: a video is known by its id at once; the playlist of uploads follows without a stated bound.
    visibility=timedelta(minutes=5),
    looks=3,
    look_every=timedelta(seconds=150),
    commit_budget=20.0,
    quotas=(
        Quota("uploads", UPLOADS_PER_DAY, timedelta(days=1), _QUOTAS, ZONE, "app"),
        Quota("units", UNITS_PER_DAY, timedelta(days=1), _QUOTAS, ZONE, "app"),
    ),
)

# YouTube Data API, videos resource, snippet.title, checked 2026-11-23: 100 characters, none of them < or >.
# What a character is is not said: UTF-16 units, the stricter reading.
TITLE = 100
FORBIDDEN = "<>"
# YouTube Data API, videos resource, snippet.tags[], checked 2026-11-23.
TAGS = 500

# Discovery document of youtube.v3, revision 20261104, videos.insert and thumbnails.set and
# captions.insert: mediaUpload.maxSize. Thumbnails: 2 MB until 2026-09-14 (revision history).
CLIP_BYTES = 274_877_906_944
# Ours: what everybody's browser plays is what YouTube surely reads; Matroska and 3GP are packed anew.
CLIP_TYPES = ("video/mp4", "video/quicktime", "video/webm")
COVER_BYTES = 52_428_800
# Ours: 4K, as far as a thumbnail of 50 MB makes sense.
COVER_SIDES = (3840, 2160)
COVER_TYPES = ("image/jpeg", "image/png")
CAPTIONS_BYTES = 104_857_600
# YouTube Help, 71673 (as quoted by others), checked 2026-11-23: 12 hours; 15 minutes until the channel is
# verified by telephone, which the API does not tell.
CLIP_SECONDS = 12 * 3600
CLIP_SECONDS_UNVERIFIED = 15 * 60
# YouTube Help, 15424877, checked 2026-11-23: square or taller, up to three minutes, uploaded since
# October 2024.
SHORT_SECONDS = 180.0

# Google's resumable upload protocol, checked 2026-11-23: a piece is a multiple of this, save the last.
CHUNK_UNIT = 262_144
# Ours: 16 MiB are sent within the time below over 30 kB/s, and cost one answer per 16 MiB on a fast line.
CHUNK = 64 * CHUNK_UNIT
CHUNK_SECONDS = 600.0
# Ours: for a thumbnail or captions over a slow line.
FILE_SECONDS = 300.0

# Ours: between two looks at a video that is being processed: soon at first, then a quarter of its age.
PROCESS_EVERY = timedelta(seconds=15)
PROCESS_AT_MOST = timedelta(minutes=10)
# Ours: a new video may be missing from videos.list for a moment; after this it was deleted.
APPEARS_WITHIN = timedelta(minutes=10)

# Ours: how long before its commit a video may have been uploaded, when looking for one without its id.
UPLOADED_BEFORE = timedelta(days=2)
# Ours: the platform's clock and ours.
CLOCK_SKEW = timedelta(seconds=60)
# YouTube Data API, playlistItems.list and videos.list, maxResults, checked 2026-11-23.
PAGE = 50

# RFC 6749 leaves it to the answer (expires_in); Google's access tokens live about an hour. Ours: renewed
# when less than this is left, so that none dies in the middle of a commit.
TOKEN_MARGIN = timedelta(minutes=5)

# YouTube Data API, videoCategories.list: those a channel may choose, the same in every region; the names
# are ours. Checked 2026-11-23.
CATEGORIES = {
    "film": "1",
    "autos": "2",
    "music": "10",
    "pets": "15",
    "sports": "17",
    "travel": "19",
    "gaming": "20",
    "people": "22",
    "comedy": "23",
    "entertainment": "24",
    "news": "25",
    "howto": "26",
    "education": "27",
    "science": "28",
    "nonprofits": "29",
}


def bytes_of(text: str) -> int:
    """The length of a description: bytes in UTF-8."""
    return len(text.encode("utf-8", "replace"))


def units_of(text: str) -> int:
    """The length of a title: UTF-16 units, so that most emoji count two."""
    return len(text.encode("utf-16-le", "replace")) // 2


def tags_length(tags: Sequence[str]) -> int:
    """The length of all tags: two more for one with a space (its quotation marks), a comma between two."""
    return sum(units_of(tag) + (2 if " " in tag else 0) for tag in tags) + max(0, len(tags) - 1)


def is_short(width: int, height: int, seconds: float | None) -> bool:
    """Whether YouTube makes a Short of a clip: square or taller, and at most three minutes."""
    return 0 < width <= height and seconds is not None and seconds <= SHORT_SECONDS
