"""The numbers of Facebook Pages, each with its source and the day it was checked."""

from __future__ import annotations

from datetime import timedelta

from connectors.contract import Limits, Quota

# Reels publishing, checked 2026-11-23: 30 reels by API per Page and 24 hours.
REELS_PER_DAY = 30

LIMITS = Limits(
    # UNCERTAIN: not in Meta's documentation; 63,206 code points is what other publishing tools and
    # Facebook's own composer are reported to take, checked 2026-11-23.
    text=63_206,
    # UNCERTAIN: Meta's documentation states no number for attached_media; ten is what other tools
    # keep to, checked 2026-11-23.
    images=10,
    # Ours: an unpublished photo is kept about 24 hours (Meta's documentation, Page photos, checked
    # 2026-11-23), so two hours before due leave room for a late slot.
    lead=timedelta(hours=2),
    # Ours: Meta answers within seconds; a minute after the socket is cut nothing more comes of it.
    settle=timedelta(seconds=60),
    # Ours: Meta states no bound for read-after-write of /published_posts.
    visibility=timedelta(seconds=60),
    looks=3,
    look_every=timedelta(seconds=25),
    commit_budget=30.0,
    # Ours: a comment on a post that the reading side does not know yet is refused with 100/33.
    part_pause=timedelta(seconds=2),
    # Meta counts calls (4800 per engaged user and 24 hours), not posts; its headers say when to stop.
    # Meta's documentation, rate limits, checked 2026-11-23.
    quotas=(Quota("reels", REELS_PER_DAY, timedelta(days=1), "Meta, Reels publishing, checked 2026-11-23"),),
)

# Meta's documentation, Page photos v26.0, checked 2026-11-23 (older text says 4 MB; the answer to a
# larger one is subcode 1366046). Decimal megabytes: the stricter reading.
IMAGE_BYTES = 10_000_000
# Ours, Meta states none: more than a feed shows on any screen, and what fills a telephone.
STORED_SIDES = (2048, 2048)
UPRIGHT_SIDES = (1920, 1080)
# What fills a telephone, and of it what Facebook lays its own buttons over: Meta's design guide for stories
# asks to leave about 14 % free above and 20 % below (checked 2026-11-30).
UPRIGHT_CARD = (1080, 1920)
COVERED = (270, 384, 0)
IMAGE_TYPES = ("image/jpeg", "image/png", "image/bmp", "image/gif", "image/tiff")
# The same page recommends PNG files up to 1 MB: larger ones may look pixelated.
PNG_BYTES = 1_000_000
# Meta states no length for alt_text_custom; Instagram's documented 1,000 is where we warn.
# Checked 2026-11-23.
ALT_TEXT = 1000

# Meta's documentation, Page photos, checked 2026-11-23: kept "about 24 hours" unpublished; we count on
# less and upload anew what is nearer to its end than the margin.
PHOTO_LIFE = timedelta(hours=23)
PHOTO_MARGIN = timedelta(minutes=10)

# v26.0 of 2026-07-29 is the newest version that Meta's own Python SDK speaks, checked 2026-11-23.
GRAPH_VERSION = "v26.0"

# Meta's documentation, Page feed, checked 2026-11-23: limit up to 100.
FEED_PAGE = 100
# Ours: how far the platform's clock and ours may differ when looking for a post.
CLOCK_SKEW = timedelta(seconds=60)

# ── clips and stories ──
# Meta's documentation, Reels publishing (of 2026-07-30), checked 2026-11-23; third parties report longer
# reels being taken since 2025.
REEL_SECONDS = (3, 90)
# The story guide says at most 60 seconds, its table of formats 3 to 90 (checked 2026-11-23): the stricter.
STORY_SECONDS = (3, 60)
# Reels publishing, checked 2026-11-23: at least 540 by 960, 24 to 60 frames, mp4, 4:2:0, AAC sound. The
# answer to a wrong shape (1363040) names 16:9 to 9:16, the table 9:16: outside is an error, inside a warning.
CLIP_SIDES = (540, 960)
CLIP_FPS = (24, 60)
CLIP_RATIO = (9 / 16, 16 / 9)
CLIP_UPRIGHT = 9 / 16
# Ours: clips of 1080 by 1918 exist; a hundredth is not seen.
RATIO_SLACK = 0.01
CLIP_TYPES = ("video/mp4",)
# Ours: it goes along with the one call that publishes, which must stay light.
COVER_BYTES = 1_000_000
CLIP_CODECS = ("h264", "hevc", "vp9", "av1")
CLIP_SOUND = ("aac",)
# What is no reel goes to /videos. UNCERTAIN: no page of Meta's names these; 4 hours and 10 GB are what other
# publishing tools keep to (checked 2026-11-23); mp4 and mov are what it recommends.
VIDEO_SECONDS = (1, 4 * 3600)
VIDEO_BYTES = 10_000_000_000
VIDEO_TYPES = ("video/mp4", "video/quicktime")
# Ours: Facebook says how large a piece it wants; more than this is not held in memory at once.
PIECE_BYTES = 16 << 20
# Ours: Meta names no end of an upload that was begun; photos live a day, so that long we count on a clip.
VIDEO_LIFE = timedelta(hours=23)
# Ours: how often the state of a clip is looked at, and how long staging waits for Facebook to have
# processed it; most of it is done only when it is told to publish.
STATUS_EVERY = timedelta(seconds=10)
PROCESSING_WAIT = timedelta(minutes=20)
# Ours: an upload's call may last this long and the time its bytes take on a slow line (bytes a second).
UPLOAD_SECONDS = 60.0
UPLOAD_SLOWEST = 64_000
# Page Stories API, checked 2026-11-23: shown for a day.
STORY_LIFE = timedelta(hours=24)

# Ours: Meta says nothing of how long a post that was made unpublished keeps; its photos are used up by it.
DRAFT_LIFE = timedelta(hours=23)

# Ours: how long, in seconds, a finished post waits for its own address; without it a plain one is told.
PERMALINK_SECONDS = 5.0
