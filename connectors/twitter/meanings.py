"""What X's answers mean to the office; see `Room.meanings`, and codes.py for the platform's words."""

from __future__ import annotations

from collections.abc import Mapping

MEANINGS: Mapping[str, str] = {
    "401": "room.said_token",
    # What X's token endpoint says of a refresh token that is used up or revoked (reports, 2026-11-23).
    "invalid_request": "room.said_token",
    **dict.fromkeys(("403 authentication", "403 app permissions"), "room.said_permission"),
    **dict.fromkeys(("402", "429 usage cap"), "room.said_credit"),
    "403 suspended": "room.said_restricted",
    "403 duplicate": "room.said_duplicate",
    "403 reply": "room.said_reply",
    "403 cashtag": "room.said_cashtag",
    "403 invalid URL": "room.said_link",
    "403 video length": "room.said_clip_length",
    "403 not permitted": "room.said_text",
    "400 media": "room.said_file",
    "400 invalid-request": "room.said_request",
    "processing-failed": "room.said_file",
}
