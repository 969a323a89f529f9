"""What Facebook's answers about Pages mean beyond Meta's common codes; the platform's words beside each."""

from __future__ import annotations

from connectors.errors import ReconnectError, RejectedError, TemporaryError
from connectors.graph_api import ROWS as COMMON
from connectors.graph_api import Row

# Meta's documentation, "Error handling", and subcodes reported by other publishing tools, checked
# 2026-11-23. The first row that fits counts.
OWN: tuple[Row, ...] = (
    # The same text is on the Page already. That may be the very post whose answer was lost, so these
    # two ask for a look; neither names the post.
    Row(506, None, RejectedError, "commit", "maybe", "Duplicate status message"),
    Row(368, 1404082, RejectedError, "commit", "maybe", "Duplicate content"),
    # "The action attempted has been deemed abusive or is otherwise disallowed." The account is blocked
    # for a while, not the post: 1390008 too fast, 4854002 confirm your identity, 1404078 Page
    # publishing authorization, 1346003, 1404102, 1404006, 1404112 others.
    Row(368, None, ReconnectError, "any", "none",
        "The action attempted has been deemed abusive or is otherwise disallowed"),
    # A comment on a post that the reading side does not know yet; also a post that is not there.
    Row(100, 33, TemporaryError, "any", "none",
        "Unsupported post request. Object with ID does not exist, cannot be loaded due to missing "
        "permissions, or does not support this operation"),
    Row(324, None, RejectedError, "any", "none", "Missing or invalid image file"),
    Row(389, None, RejectedError, "any", "none", "Unable to fetch video file from URL"),
    Row(382, None, RejectedError, "any", "none", "Video file is too small"),
    Row(6000, None, RejectedError, "any", "none", "There was a problem uploading your video file", 6001),
    Row(None, 1609005, RejectedError, "any", "none", "The link could not be scraped"),
    Row(None, 1609008, RejectedError, "any", "none", "Links to facebook cannot be posted"),
    Row(None, 1366046, RejectedError, "any", "none", "Photos should be smaller than 4 MB"),
    Row(None, 1366051, RejectedError, "any", "none", "These photos were already posted"),
    Row(None, 2061006, RejectedError, "any", "none", "Invalid URL"),
    Row(None, 1349125, RejectedError, "any", "none", "The file is invalid"),
    Row(None, 1363047, RejectedError, "any", "none", "This content is not available"),
    Row(None, 1609010, RejectedError, "any", "none", "This content is not available"),
    Row(None, 2069019, RejectedError, "any", "none", "Invalid file"),
    # Meta's documentation, Reels publishing, checked 2026-11-23.
    Row(None, 1363040, RejectedError, "any", "none", "The aspect ratio must be between 16:9 and 9:16"),
    # Meta's SDK for Python, video_uploader.py, checked 2026-11-23; `error_data` names the offset it wants.
    Row(None, 1363037, RejectedError, "any", "none", "The start offset of the piece is not the expected one"),
    Row(None, 1363127, RejectedError, "any", "none", "The resolution must be at least 540x960"),
    Row(None, 1363128, RejectedError, "any", "none", "The duration must be between 3 and 90 seconds"),
    Row(None, 1363129, RejectedError, "any", "none", "The frame rate must be between 24 and 60"),
)  # fmt: skip

ROWS = (*OWN, *COMMON)
