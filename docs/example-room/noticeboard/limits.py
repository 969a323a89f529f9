"""Every number of Noticeboard, with its source and the day it was read."""

from __future__ import annotations

from datetime import timedelta

from connectors.contract import Limits, Quota

# Noticeboard API v1, "Notices", checked 2026-11-24: code points, of which a notice has at least one
# unless it shows a picture.
TEXT = 1000

# Noticeboard API v1, "Pictures", checked 2026-11-24.
PICTURES = 4
PICTURE_BYTES = 5_000_000
PICTURE_KINDS = frozenset({"image/jpeg", "image/png"})
ALT_TEXT = 400

# Noticeboard API v1, "Pictures", checked 2026-11-24: "unused pictures are deleted after 12 hours". An
# hour less, since the clocks of two machines differ and a delivery takes its time.
PICTURE_LIVES = timedelta(hours=11)

# Noticeboard API v1, "Lists", checked 2026-11-24.
PAGE = 50

CLOCK_SKEW = timedelta(minutes=2)
"""How far the platform's clock may be away from ours when we look back to `since`."""

LIMITS = Limits(
    text=TEXT,
    images=PICTURES,
    lead=timedelta(hours=1),
    # Not documented; the gateway in front of it gives up after 30 s (uncertain).
    settle=timedelta(seconds=60),
    # "A new notice may be missing from lists for up to a minute", page "Lists", checked 2026-11-24.
    visibility=timedelta(seconds=60),
    looks=3,
    look_every=timedelta(seconds=30),
    commit_budget=15.0,
    # Page "Rate limits", checked 2026-11-24.
    quotas=(Quota("notices", 30, timedelta(hours=1), "Noticeboard API v1, Rate limits, 2026-11-24"),),
)
