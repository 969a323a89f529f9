"""What Instagram's answers mean beyond Meta's common codes; the platform's words beside each."""

from __future__ import annotations

from connectors.errors import (
    OutcomeUnknownError,
    RateLimitedError,
    ReconnectError,
    RejectedError,
    TemporaryError,
)
from connectors.graph_api import ROWS as COMMON
from connectors.graph_api import Row

# Meta's documentation, Instagram Platform error codes, and what other publishing tools report, checked
# 2026-11-23. The first row that fits counts.
OWN: tuple[Row, ...] = (
    # "Suspected spam", and yet the post is reported to have gone live in spite of it: looked for, and where
    # it is not there a person decides, since sending it again makes the suspicion worse.
    Row(4, 2207051, RejectedError, "commit", "maybe", "Application request limit reached"),
    Row(4, 2207051, RateLimitedError, "other", "none", "Application request limit reached"),
    Row(-2, 2207003, TemporaryError, "any", "none", "It takes too long to download the media"),
    Row(-2, 2207020, TemporaryError, "any", "none", "The media you are trying to access has expired"),
    Row(-1, 2207001, OutcomeUnknownError, "commit", "maybe", "Instagram server error. Try again"),
    Row(-1, 2207001, TemporaryError, "other", "none", "Instagram server error. Try again"),
    Row(-1, 2207032, OutcomeUnknownError, "commit", "maybe", "Create media fail, please try to re-create"),
    Row(-1, 2207032, TemporaryError, "other", "none", "Create media fail, please try to re-create"),
    Row(-1, 2207053, OutcomeUnknownError, "commit", "maybe", "Unknown upload error"),
    Row(-1, 2207053, TemporaryError, "other", "none", "Unknown upload error"),
    Row(1, 2207057, RejectedError, "any", "none", "Thumbnail offset must be within the video's duration"),
    Row(9, 2207042, RateLimitedError, "any", "none", "You reached the maximum number of posts allowed"),
    Row(9004, 2207052, TemporaryError, "any", "none", "The media could not be fetched from this URI"),
    Row(9007, 2207027, TemporaryError, "any", "none", "The media is not ready for publishing"),
    # The container is gone, or the publishing side does not know it yet: nothing was published.
    Row(24, 2207006, TemporaryError, "any", "none", "The media with this id cannot be found"),
    Row(24, 2207008, TemporaryError, "any", "none", "The media builder with this id does not exist"),
    Row(25, 2207050, ReconnectError, "any", "none", "The Instagram account is restricted or inactive"),
    Row(100, 2207023, RejectedError, "any", "none", "The media type is unknown"),
    Row(100, 2207028, RejectedError, "any", "none", "Carousels need between 2 and 10 children"),
    Row(100, 2207035, RejectedError, "any", "none", "Product tag positions are not for video"),
    Row(100, 2207036, RejectedError, "any", "none", "Product tag positions are required for photos"),
    Row(100, 2207037, RejectedError, "any", "none", "The product tags are invalid"),
    Row(100, 2207040, RejectedError, "any", "none", "Cannot use more than 20 tags per post"),
    # A code in words: the Page has no address, or is none.
    Row(None, None, RejectedError, "any", "none", "The location is not valid",
        name="INSTAGRAM_PLATFORM_API__INVALID_LOCATION_ID"),
    # A post or container that the reading side does not know yet; also one that is not there.
    Row(100, 33, TemporaryError, "any", "none", "Object with ID does not exist, cannot be loaded"),
    Row(352, 2207026, RejectedError, "any", "none", "The video format is not supported"),
    Row(36000, 2207004, RejectedError, "any", "none", "The image is too large to download (8 MiB)"),
    Row(36001, 2207005, RejectedError, "any", "none", "The image format is not supported"),
    Row(36003, 2207009, RejectedError, "any", "none", "The aspect ratio is not supported"),
    Row(36004, 2207010, RejectedError, "any", "none", "The caption is too long"),
    # A comment whose POST asked for fields: it is made, and then the answer fails. We never ask for any.
    Row(20, 1772107, OutcomeUnknownError, "commit", "maybe", "The comment could not be read"),
    Row(20, 1772107, TemporaryError, "other", "none", "The comment could not be read"),
    Row(506, None, RejectedError, "commit", "maybe", "Duplicate status message"),
    Row(368, 1404082, RejectedError, "commit", "maybe", "Duplicate content"),
    # The account is blocked for a while, not the post; 1404078: its Page must be authorised to publish.
    Row(368, None, ReconnectError, "any", "none",
        "The action attempted has been deemed abusive or is otherwise disallowed"),
)  # fmt: skip

ROWS = (*OWN, *COMMON)

# What a publish is answered with when its container is gone, and how often the same one is tried before a new
# one is made: 24/2207008 is also what a publishing side says that does not know it yet. The same pages.
ANEW_AFTER = {"24/2207006": 1, "-2/2207020": 1, "24/2207008": 3}

# Seen only in the text of a container's status, undocumented, checked 2026-11-23. What is not here and in no
# row above is tried again with a new container.
REFUSED_IN_STATUS = frozenset({2207081})
"""2207081: trial reels are not open to this account."""
