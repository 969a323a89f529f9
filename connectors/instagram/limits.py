"""The numbers of Instagram, each with its source and the day it was checked."""

from __future__ import annotations

import re
from datetime import timedelta

from connectors.contract import Limits

LIMITS = Limits(
    # Meta's documentation, IG User media and error 36004/2207010, checked 2026-11-23. UNCERTAIN: the unit
    # is not stated; code points, as other publishing tools count.
    text=2200,
    # Meta's documentation, Content publishing, carousels, checked 2026-11-23 (the app's 20 are not offered).
    images=10,
    # Ours: Meta fetches the files when the containers are made, so what cannot be fetched is known hours
    # ahead; a container lives 24 hours.
    lead=timedelta(hours=4),
    # Ours: Meta answers within seconds; a minute after the socket is cut nothing more comes of it.
    settle=timedelta(seconds=60),
    # Ours: Meta states no bound for read-after-write of /media and /stories.
    visibility=timedelta(seconds=120),
    looks=3,
    look_every=timedelta(seconds=50),
    commit_budget=30.0,
    # Ours: a comment on a post that the reading side does not know yet is refused with 100/33.
    part_pause=timedelta(seconds=5),
    # Meta's pages disagree (25, 50, 100 in 24 hours), so the number is read from
    # /content_publishing_limit and never written here; checked 2026-11-23.
    quotas=(),
)

# Meta's documentation, Content publishing, checked 2026-11-23.
CAROUSEL = (2, 10)
# Meta's documentation, IG User media, checked 2026-11-23: 30 hashtags, 20 @ in the caption, 20 user tags,
# 3 collaborators. UNCERTAIN: since December 2025 the app is reported to take 5 hashtags.
HASHTAGS = 30
HASHTAGS_ADVISED = 5
MENTIONS = 20
USER_TAGS = 20
COLLABORATORS = 3
ALT_TEXT = 1000

# Meta's documentation, IG User media, image specifications, checked 2026-11-23. UNCERTAIN: some report that
# PNG works; the documentation refuses it (36001/2207005). "8 MB" in the text, "8 MiB" in the error: the
# stricter reading.
IMAGE_TYPES = ("image/jpeg",)
IMAGE_BYTES = 8_000_000
IMAGE_RATIO = (4 / 5, 1.91)
IMAGE_WIDTH = 320
# The same page: up to 1440 pixels wide, wider ones are made smaller; 4:5 is the highest of that width.
STORED_SIDES = (1800, 1440)
# The same page, stories and covers of reels: 9:16 recommended. Ours: as large as fills a telephone.
UPRIGHT_SIDES = (1920, 1080)
# What fills a telephone, and of it what Instagram lays its own buttons over: Meta's design guide for stories
# asks to leave about 14 % free above and 20 % below (checked 2026-11-30).
UPRIGHT_CARD = (1080, 1920)
COVERED = (270, 384, 0)
# Ours: a picture made more than twice as large looks worse than a small one.
GROW = 2.0
RATIO_SLACK = 0.005
"""Ours: whole pixels cannot hit a ratio exactly."""
CROP_SEEN = 0.02
"""Ours: a shape so much apart from the first one's, and nobody sees what is cut off."""

# Meta's documentation, IG User media, video specifications, checked 2026-11-23. UNCERTAIN: the limits of
# clips in a carousel are not stated; they are held to a reel's, and to 60 s.
CLIP_TYPES = ("video/mp4", "video/quicktime")
CLIP_CODECS = ("h264", "hevc")
CLIP_SOUND = ("aac",)
CLIP_CHANNELS = 2
CLIP_SOUND_RATE = 48_000
CLIP_PIXELS = ("yuv420p", "yuvj420p")
CLIP_FPS = (23.0, 60.0)
CLIP_BITRATE = 25_000_000
CLIP_WIDTH = 1920
REEL_BYTES = 300_000_000
REEL_SECONDS = (3.0, 900.0)
REEL_RATIO = (0.01, 10.0)
STORY_BYTES = 100_000_000
STORY_SECONDS = (3.0, 60.0)
STORY_RATIO = (0.1, 10.0)
CAROUSEL_SECONDS = (3.0, 60.0)
# Only such reels stand in the Reels tab.
TAB_SECONDS = (5.0, 90.0)
UPRIGHT = 9 / 16
# Ours: a clip of 1080 by 1918 fills the screen, too.
UPRIGHT_SLACK = 0.01

# Meta's documentation, Content publishing, checked 2026-11-23: a container not published within 24 hours
# expires. We count on less and make anew what is nearer to its end than the margin.
# IG User media, checked 2026-11-23: 400 containers an account in 24 hours, which is some thirty carousels a
# day; a 401st is answered with 9/2207042, as the posts of the day are.
CONTAINER_LIFE = timedelta(hours=23)
CONTAINER_MARGIN = timedelta(minutes=10)
# The same page asks for one look a minute, "for no more than 5 minutes"; pictures are ready at once or
# within seconds, long clips take longer than it says, so we wait for as long as an hour.
POLL_IMAGE = timedelta(seconds=10)
POLL_CLIP = timedelta(seconds=60)
PROCESSING_MOST = timedelta(hours=1)
# Other publishing tools' advice on 24/2207008, checked 2026-11-23: the same container again in 30 seconds to
# two minutes, once or twice.
BUILDER_PAUSE = timedelta(seconds=45)
# Ours: the window is a rolling one, and Meta does not say when the oldest post leaves it.
QUOTA_PAUSE = timedelta(minutes=30)

# v26.0 of 2026-07-29 is the newest version that Meta's own Python SDK speaks, checked 2026-11-23.
GRAPH_VERSION = "v26.0"
HOSTS = {"instagram": "graph.instagram.com", "facebook": "graph.facebook.com"}
UPLOAD_HOST = "rupload.facebook.com"
# Ours: seconds that a clip may take on its way, for a slow line: 300 MB at 1 Mbit/s.
UPLOAD_BUDGET = 2700.0

# Meta's documentation, IG Media comments, checked 2026-11-23: 50 at most.
COMMENT_PAGE = 50
# Ours; Graph lists take up to 100.
MEDIA_PAGE = 50
# Ours: how far the platform's clock and ours may differ when looking for a post.
CLOCK_SKEW = timedelta(seconds=60)

_HASHTAG = re.compile(r"(?<![\w&/])#\w*[^\W\d_]\w*")
_MENTION = re.compile(r"(?<![\w@/.])@[A-Za-z0-9_](?:[A-Za-z0-9_.]*[A-Za-z0-9_])?")
_URL = re.compile(r"https?://\S+|(?<![\w@.])www\.\S+")


def hashtags(text: str) -> int:
    """How many hashtags a caption has; `#1` is none."""
    return len(_HASHTAG.findall(text))


def mentions(text: str) -> int:
    """How many accounts a caption names; an e-mail address names none."""
    return len(_MENTION.findall(text))


def links(text: str) -> list[str]:
    """The addresses in a caption."""
    return _URL.findall(text)


# Ours: how long before a person recorded a post by its address it is looked for among the account's posts.
RECORDED_WITHIN = timedelta(days=7)
