"""What Instagram's answers mean to the office; see `Room.meanings`, and codes.py for the platform's words."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.graph_meanings import MEANINGS as COMMON

MEANINGS: Mapping[str, str] = {
    **COMMON,
    **dict.fromkeys(("352", "36000", "36001", "36003", "/2207057"), "room.said_file"),
    **dict.fromkeys(("9004", "-2", "/2207076", "/2207077"), "room.said_fetch"),
    "36004": "room.said_text",
    "4/2207051": "room.said_spam",
    "25": "room.said_restricted",
    "9": "room.said_quota",
    "INSTAGRAM_PLATFORM_API__INVALID_LOCATION_ID": "room.said_request",
}
