"""The numbers of TikTok, each with its source and the day it was checked; also the plan of chunks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from connectors.contract import Limits, Quota

LIMITS = Limits(
    # TikTok Content Posting API, Direct Post, checked 2026-11-23: 2200 "UTF-16 runes" for a clip's
    # caption; photos take 4000 (PHOTO_TEXT).
    text=2200,
    # TikTok Content Posting API, Photo Post, checked 2026-11-23.
    images=35,
    # An upload address lives one hour (UPLOAD_LIFE): staged 35 minutes ahead, it is good through a
    # quarter of an hour after the due time.
    lead=timedelta(minutes=35),
    # Ours: TikTok answers within seconds; a minute after the socket is cut nothing more comes of it.
    settle=timedelta(seconds=60),
    # Ours: status/fetch knows a publish_id at once; the list of videos states no bound.
    visibility=timedelta(seconds=60),
    looks=3,
    look_every=timedelta(seconds=25),
    # The last piece of a clip is at most some 10 MB (`chunks`), which needs 3 Mbit/s.
    commit_budget=30.0,
    quotas=(
        # About 15 posts per creator and day, shared by all programs that post there.
        Quota(
            "posts",
            15,
            timedelta(days=1),
            "TikTok content sharing guidelines, checked 2026-11-23 (about 15)",
        ),
        Quota("init", 6, timedelta(minutes=1), "TikTok Content Posting API, checked 2026-11-23"),
    ),
)
# Not counted here (the same page): 20 creator_info and 30 status calls a minute, 600 of the list of videos.
# There is one creator_info for each init, of which there are fewer; looks wait when TikTok answers 429.

# TikTok content sharing guidelines (2026-08-04), checked 2026-11-23: as long as an app is not audited,
# at most five users may post through it in 24 hours; the answer to a sixth is reached_active_user_cap.
USERS_UNAUDITED = Quota(
    "users of the app",
    5,
    timedelta(hours=24),
    "TikTok content sharing guidelines (2026-08-04), checked 2026-11-23",
    per="app",
    counts="accounts",
)

# TikTok Content Posting API, Direct Post and Photo Post, checked 2026-11-23; in UTF-16 units. How TikTok
# counts an emoji is UNCERTAIN; this is the stricter reading.
PHOTO_TEXT = 4000
PHOTO_TITLE = 90

# TikTok media transfer guide, checked 2026-11-23. Decimal bytes: the stricter reading.
CLIP_TYPES = ("video/mp4", "video/quicktime", "video/webm")
CLIP_CODECS = ("h264", "hevc", "vp8", "vp9")
CLIP_BYTES = 4_000_000_000
CLIP_SECONDS = 600.0
CLIP_FPS = (23.0, 60.0)
CLIP_SIDES = (360, 4096)
PHOTO_TYPES = ("image/jpeg", "image/webp")
PHOTO_BYTES = 20_000_000
# "1080p": taken as 1080 on the shorter and 1920 on the longer side. UNCERTAIN, the page says no more.
PHOTO_SIDES = (1920, 1080)
# Ours: what fills a telephone, and of it what the app lays its tabs, caption and buttons over; TikTok names
# no numbers. As measured by others in 2026: 180 to 250 above, 320 to 460 below, 120 to 180 at the right.
CARD = (1080, 1920)
COVERED = (220, 430, 165)

# The same page: pieces of 5 to 64 MB, the last one up to 128 MB, at most 1000. The unit looks decimal in
# its example; what lies between 5 MiB and 64,000,000 bytes is right in both readings.
CHUNK_LEAST = 5 * 1024 * 1024
CHUNKS = 1000

# Ours: how long one piece of a clip may take while staging; 5 MB at 350 kbit/s.
PIECE_SECONDS = 120.0
# Content Posting API, "upload_url is valid for one hour", checked 2026-11-23.
UPLOAD_LIFE = timedelta(hours=1)
# Ours: an upload nearer to its end than this is begun anew.
UPLOAD_MARGIN = timedelta(minutes=5)

# Ours: between two looks at what TikTok works on; status/fetch takes 30 calls a minute (checked 2026-11-23).
STATUS_EVERY = timedelta(seconds=10)
STATUS_SLOWLY = timedelta(minutes=2)
# A public post's id comes after moderation, "minutes to hours" after PUBLISH_COMPLETE (Content Posting API,
# checked 2026-11-23). Ours: after this the post counts as published without an address.
WAIT_FOR_ID = timedelta(hours=2)

# Content Posting API, rate limits: a sliding minute, no header tells its end; a day where TikTok speaks of
# too many posts. Checked 2026-11-23.
RATE_WINDOW = timedelta(minutes=1)
DAY = timedelta(hours=24)

# TikTok content sharing guidelines, checked 2026-11-23: so many drafts of 24 hours may wait in an inbox.
# Ours: staff finish them at any time, so a full one is tried again much sooner.
INBOX_DRAFTS = 5
INBOX_PAUSE = timedelta(hours=1)

# Ours: an access token lives 2 to 24 hours, and its refresh token many months: what is missed is made up for
# at the next call. Half an hour is longer than one delivery takes.
RENEW_AHEAD = timedelta(minutes=30)

# Display API, video/list: at most 20 a page, checked 2026-11-23.
LIST_PAGE = 20
# Ours: how far the platform's clock and ours may differ when looking for a post.
CLOCK_SKEW = timedelta(seconds=60)


def units(text: str) -> int:
    """How long TikTok takes `text` to be: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True)
class Chunks:
    """How a clip is cut: `count` pieces of `size` bytes, what is left over goes with the last."""

    total: int
    size: int
    count: int

    def span(self, number: int) -> tuple[int, int]:
        """First byte of a piece and the byte after its last; `number` from 0."""
        first = number * self.size
        return first, self.total if number == self.count - 1 else first + self.size


def chunks(total: int) -> Chunks:
    """The cut of a clip with the smallest last piece, since that one is the commit.

    Pieces as small as TikTok takes them, and evened out: otherwise the last one, which carries the
    remainder, could be nearly twice as large.
    """
    count = max(1, min(CHUNKS, total // CHUNK_LEAST))
    return Chunks(total, total // count, count)
