"""The numbers of Threads, each with its source and the day it was checked, and how its text is counted."""

from __future__ import annotations

import re
from datetime import timedelta

from connectors.contract import Limits, Quota

_DAY = timedelta(hours=24)
_DOCUMENTED = "Meta's documentation, Threads API overview, rate limits, checked 2026-11-23"

LIMITS = Limits(
    # Meta's documentation, Threads posts, checked 2026-11-23; the unit is `text_bytes` below.
    text=500,
    # Meta's documentation, Threads posts, carousels, checked 2026-11-23: 2 to 20.
    images=20,
    # Ours: Meta fetches the files when the containers are made, so what cannot be fetched is known hours
    # ahead; a container lives 24 hours.
    lead=timedelta(hours=4),
    # Ours: Meta answers within seconds; a minute after the socket is cut nothing more comes of it.
    settle=timedelta(seconds=60),
    # Ours: Meta states no bound for read-after-write of /me/threads.
    visibility=timedelta(seconds=120),
    looks=3,
    look_every=timedelta(seconds=50),
    commit_budget=30.0,
    # Ours: a reply to a post that the reading side does not know yet is refused.
    part_pause=timedelta(seconds=5),
    quotas=(
        Quota("posts", 250, _DAY, _DOCUMENTED),
        Quota("replies", 1000, _DAY, _DOCUMENTED),
    ),
)
# Not counted here: 100 deletes and 500 searches for places in 24 hours (the same pages). A person withdraws
# posts one by one and is told Threads' answer; places are not searched for.

# Meta's documentation, Threads posts, checked 2026-11-23.
CAROUSEL = (2, 20)
ALT_TEXT = 1000
TOPIC_TAG = 50
POLL_OPTIONS = (2, 4)
POLL_CHARACTERS = 25
# The same, since 2025-12-22: THREADS_API__LINK_LIMIT_EXCEEDED.
LINKS = 5

# Meta's documentation, Threads media specifications, checked 2026-11-23; "8 MB", the stricter reading.
# The same page: up to 1440 pixels wide, wider ones are made smaller.
STORED_SIDES = (1920, 1440)
IMAGE_TYPES = ("image/jpeg", "image/png")
IMAGE_BYTES = 8_000_000
IMAGE_RATIO = 10.0
CLIP_TYPES = ("video/mp4", "video/quicktime")
CLIP_BYTES = 1_000_000_000
CLIP_SECONDS = 300.0
CLIP_WIDTH = 1920
CLIP_RATIO = (0.01, 10.0)
CLIP_CODECS = ("h264", "hevc")
CLIP_FPS = (23.0, 60.0)
CLIP_BITRATE = 100_000_000
CLIP_PIXELS = ("yuv420p", "yuvj420p")
CLIP_SOUND = ("aac",)
CLIP_SOUND_RATE = 48_000
CLIP_CHANNELS = 2

# Meta's documentation, Threads publishing, checked 2026-11-23: a container expires after 24 hours; we count
# on less, and make anew what is nearer to its end than the margin.
CONTAINER_LIFE = timedelta(hours=23)
CONTAINER_MARGIN = timedelta(minutes=10)
# The same page: "wait on average 30 seconds" before publishing, ask once a minute for five minutes; Meta's
# own sample app asks every 5 s. Other publishing tools saw 24/4279009 on publishing straight after making,
# checked 2026-11-23: a container of words is looked at after 5 s, one of media after 30 s.
FIRST_LOOK_TEXT = timedelta(seconds=5)
FIRST_LOOK_MEDIA = timedelta(seconds=30)
POLL = timedelta(seconds=15)
PROCESSING_MOST = timedelta(minutes=20)
# Ours, after what other tools do about that race, checked 2026-11-23: three times the same container, then
# a new one, at most three of them.
RACE_PAUSE = timedelta(seconds=5)
RACE_TRIES = 3
RACE_CONTAINERS = 3

HOST = "graph.threads.net"
VERSION = "v1.0"
# Meta's documentation, Threads media retrieval, checked 2026-11-23: limit up to 100.
LIST_PAGE = 100
# Ours: how far the platform's clock and ours may differ when looking for a post.
CLOCK_SKEW = timedelta(seconds=60)
QUOTA_PAUSE = timedelta(hours=1)

# Pictographs, their joiners and variation signs. Wider than Unicode's list on purpose: the stricter reading.
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f"
    "\u2b00-\u2bff\u3030\u303d\u3297\u3299\u200d\ufe0f\u20e3\U000e0020-\U000e007f]"
)
_URL = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)


def text_points(text: str) -> int:
    """Code points, an emoji at the bytes it has in UTF-8: the documentation's words, checked 2026-11-23."""
    return len(text) + sum(len(one.encode()) - 1 for one in _EMOJI.findall(text))


def text_bytes(text: str) -> int:
    """UTF-8 bytes of everything.

    UNCERTAIN: other publishing tools report that a text of 498 characters and 504 bytes was refused,
    checked 2026-11-23. Never less than `text_points`.
    """
    return len(text.encode())


def links_of(text: str, attached: str | None) -> set[str]:
    """The different links of a part, those in its words and the one attached."""
    found = {one.rstrip(".,;:!?)]}") for one in _URL.findall(text)}
    return found | ({attached} if attached else set())


# Ours: how long before a person recorded a post by its address it is looked for among the account's posts.
RECORDED_WITHIN = timedelta(days=7)
