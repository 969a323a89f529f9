"""What Facebook's answers mean to the office; see `Room.meanings`, and codes.py for the platform's words."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.graph_meanings import MEANINGS as COMMON

_FILES = (
    *("324", "382", "6000", "6001"),
    *("/1366046", "/1349125", "/2069019", "/1363040", "/1363127", "/1363128", "/1363129"),
)

MEANINGS: Mapping[str, str] = {
    **COMMON,
    **dict.fromkeys(_FILES, "room.said_file"),
    **dict.fromkeys(("/1609005", "/1609008", "/1609010", "/2061006", "/1363047"), "room.said_link"),
    "389": "room.said_fetch",
    "/1366051": "room.said_duplicate",
}
