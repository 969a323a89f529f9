"""What Threads' answers mean beyond Meta's common codes; the platform's words beside each."""

from __future__ import annotations

from connectors.errors import ReconnectError, RejectedError, TemporaryError
from connectors.graph_api import ROWS as COMMON
from connectors.graph_api import Row

# Meta's documentation, Threads troubleshooting, and what other publishing tools report, checked 2026-11-23.
# The first row that fits counts.
OWN: tuple[Row, ...] = (
    # The race: publishing straight after the container was made, even when it says FINISHED. Nothing was
    # published; the same container can be published a little later.
    Row(24, 4279009, TemporaryError, "any", "none", "The requested resource does not exist"),
    Row(None, 4279013, ReconnectError, "any", "none", "The user is restricted from this action"),
    # The same text is there already. That may be the very post whose answer was lost: they ask for a look.
    Row(506, None, RejectedError, "commit", "maybe", "Duplicate status message"),
    Row(368, 1404082, RejectedError, "commit", "maybe", "Duplicate content"),
    # The account is blocked for a while, not the post.
    Row(368, None, ReconnectError, "any", "none", "The action attempted has been deemed abusive"),
    Row(1, 2207052, TemporaryError, "other", "none", "The media could not be fetched from this URI"),
    # Codes in words. More than five links; what the profile may not do (yet); countries that are none.
    Row(None, None, RejectedError, "any", "none", "Too many links", name="THREADS_API__LINK_LIMIT_EXCEEDED"),
    Row(None, None, RejectedError, "any", "none", "The feature is not available to this profile",
        name="THREADS_API__FEATURE_NOT_AVAILABLE"),
    Row(None, None, RejectedError, "any", "none", "A country code is not valid",
        name="THREADS_API__GEO_GATING_INVALID_COUNTRY_CODES"),
    # A reply to a post that the reading side does not know yet; also a post that is not there.
    Row(100, 33, TemporaryError, "any", "none", "Unsupported post request. Object does not exist"),
)  # fmt: skip
RACE = "24/4279009"

ROWS = (*OWN, *COMMON)

# What `error_message` of a container says of the file itself; UNKNOWN and FAILED_DOWNLOADING_VIDEO may
# pass. Meta's documentation, Threads troubleshooting, checked 2026-11-23 (the spelling is Meta's).
REFUSED_IN_STATUS = (
    "FAILED_PROCESSING_AUDIO",
    "FAILED_PROCESSING_VIDEO",
    "INVALID_ASPEC_RATIO",
    "INVALID_ASPECT_RATIO",
    "INVALID_BIT_RATE",
    "INVALID_DURATION",
    "INVALID_FRAME_RATE",
    "INVALID_AUDIO_CHANNELS",
    "INVALID_AUDIO_CHANNEL_LAYOUT",
)
