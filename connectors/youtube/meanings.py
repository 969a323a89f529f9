"""What YouTube's answers mean to the office; see `Room.meanings`, and codes.py for the platform's words."""

from __future__ import annotations

from collections.abc import Mapping

_DETAILS = (
    *("Title", "Description", "Tags", "CategoryId", "PublishAt", "VideoMetadata", "Filename"),
    "RecordingDetails",
)
_FILES = ("conversion", "invalidFile", "emptyFile", "tooSmall", "codec", "uploadAborted")

MEANINGS: Mapping[str, str] = {
    **dict.fromkeys(("401", "401 authError", "401 authorizationRequired"), "room.said_token"),
    "401 youtubeSignupRequired": "room.said_no_channel_there",
    **dict.fromkeys(("403", "403 insufficientPermissions", "403 insufficientScopes"), "room.said_permission"),
    "403 accessNotConfigured": "room.said_api_off",
    "403 accountDelegationForbidden": "room.said_permission",
    **dict.fromkeys(
        ("403 authenticatedUserAccountClosed", "403 authenticatedUserAccountSuspended"),
        "room.said_restricted",
    ),
    "403 forbidden": "room.said_not_allowed_there",
    **dict.fromkeys((f"400 invalid{each}" for each in _DETAILS), "room.said_request"),
    **dict.fromkeys(("400 defaultLanguageNotSet", "400"), "room.said_request"),
    **dict.fromkeys(("403 forbiddenPrivacySetting", "stays-private"), "room.said_request"),
    "403 forbiddenLicenseSetting": "room.said_request",
    **dict.fromkeys(("400 invalidImage", "400 mediaBodyRequired"), "room.said_file"),
    **dict.fromkeys(("404 videoNotFound", "404 playlistNotFound"), "room.said_playlist"),
    **dict.fromkeys((f"failed {each}" for each in _FILES), "room.said_file"),
    **dict.fromkeys(("rejected", "failed"), "room.said_studio"),
    "rejected duplicate": "room.said_same_clip",
    "rejected length": "room.said_clip_length",
    **dict.fromkeys(
        ("rejected uploaderAccountSuspended", "rejected uploaderAccountClosed"), "room.said_restricted"
    ),
    **dict.fromkeys(
        ("403 quotaExceeded", "403 dailyLimitExceeded", "400 uploadLimitExceeded"), "room.said_quota"
    ),
}
