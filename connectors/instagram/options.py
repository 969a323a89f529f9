"""The keys that a post or a channel may give for Instagram, and how the tags among them are written."""

from __future__ import annotations

import re

from connectors.contract import Json, Option

OPTIONS = (
    Option("text", "text", help="instagram.option_text", in_part=False),
    Option("first_comment", "text", help="instagram.option_first_comment", in_part=False),
    Option("user_tags", "list", help="instagram.option_user_tags"),
    Option("collaborators", "list", help="instagram.option_collaborators"),
    Option("location_id", "text", help="instagram.option_location_id"),
    Option("thumb_offset", "int", help="instagram.option_thumb_offset"),
    Option("share_to_feed", "bool", help="instagram.option_share_to_feed"),
    Option("is_ai_generated", "bool", where=("post", "channel"), help="instagram.option_is_ai_generated"),
    Option(
        "login", "choice", ("instagram", "facebook"), ("channel",), "instagram.option_login", in_part=False
    ),
    Option("graph_version", "text", where=("channel",), help="instagram.option_graph_version", in_part=False),
    Option("slideshow", "bool", where=("post", "channel"), help="instagram.option_slideshow", in_part=False),
    Option(
        "slide_seconds",
        "int",
        where=("post", "channel"),
        help="instagram.option_slides",
        in_part=False,
    ),
)

_NAME = r"@?(?P<name>[A-Za-z0-9._]{1,30})"
_TAG = re.compile(rf"(?:(?P<picture>[1-9]\d?):\s*)?{_NAME}(?:\s+(?P<x>[\d.,]+)\s+(?P<y>[\d.,]+))?")


def tag_of(written: str) -> tuple[int, dict[str, Json]] | None:
    """`kantor`, `kantor 0.3 0.7`, `2: kantor 0.3 0.7` → (number of the picture, what the API takes).

    Without a place the tag stands in the middle. None: it cannot be read.
    """
    found = _TAG.fullmatch(written.strip())
    if found is None:
        return None
    try:
        x, y = (float((found[axis] or "0.5").replace(",", ".")) for axis in ("x", "y"))
    except ValueError:
        return None
    if not (0 <= x <= 1 and 0 <= y <= 1):
        return None
    return int(found["picture"] or 1), {"username": found["name"], "x": x, "y": y}
