"""The numbers of Facebook Pages, each with its source and the day it was checked."""

from __future__ import annotations

from datetime import timedelta

from connectors.contract import Limits

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
    quotas=(),
)

# Meta's documentation, Page photos v26.0, checked 2026-11-23 (older text says 4 MB; the answer to a
# larger one is subcode 1366046). Decimal megabytes: the stricter reading.
IMAGE_BYTES = 10_000_000
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
