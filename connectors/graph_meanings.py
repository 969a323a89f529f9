"""What Meta's common answers mean to the office, for the rooms that share its API; see `Room.meanings`.

Codes and what they stand for: Meta's documentation, "Error handling", checked 2026-11-23.
"""

from __future__ import annotations

from collections.abc import Mapping

MEANINGS: Mapping[str, str] = {
    **dict.fromkeys(("190", "102", "2500"), "room.said_token"),
    **dict.fromkeys(("3", "10", *map(str, range(200, 300))), "room.said_permission"),
    "100": "room.said_request",
    "368": "room.said_restricted",
    "368/1404082": "room.said_duplicate",
    "506": "room.said_duplicate",
}
