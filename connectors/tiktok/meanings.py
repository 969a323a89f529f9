"""What TikTok's answers mean to the office; see `Room.meanings`, and codes.py for the platform's words."""

from __future__ import annotations

from collections.abc import Mapping

_FILES = ("file_format_check", "frame_rate_check", "picture_size_check", "upload 400")

MEANINGS: Mapping[str, str] = {
    "access_token_invalid": "room.said_token",
    "auth_removed": "room.said_token",
    **dict.fromkeys(("scope_not_authorized", "scope_permission_missed"), "room.said_permission"),
    **dict.fromkeys(("invalid_param", "invalid_params"), "room.said_request"),
    **dict.fromkeys(("privacy_level_option_mismatch", "privacy-not-offered"), "room.said_privacy"),
    "unaudited_client_can_only_post_to_private_accounts": "room.said_unaudited",
    "url_ownership_unverified": "room.said_domain",
    "app_version_check_failed": "room.said_old_app",
    **dict.fromkeys(_FILES, "room.said_file"),
    **dict.fromkeys(("duration_check", "too-long-for-account"), "room.said_clip_length"),
    **dict.fromkeys(("video_pull_failed", "photo_pull_failed"), "room.said_fetch"),
    "spam_risk": "room.said_spam",
    "spam_risk_user_banned": "room.said_restricted",
    "spam_risk_too_many": "room.said_quota",
    "reached_active_user_cap": "room.said_quota",
}
