"""Whether a post on the profile is the part we sent: what `find` of Threads compares."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from connectors.contract import Part

Json = Any


def same_post(post: Mapping[str, Json], part: Part, kind: str, reply_to: str | None) -> bool:
    """Whether words, kind and the post it answers agree.

    Args:
        kind: as the reading side names it: TEXT_POST, IMAGE, VIDEO, CAROUSEL_ALBUM.
    """
    if normal(str(post.get("text") or "")) != normal(part.text):
        return False
    if post.get("media_type") not in (None, kind):
        return False
    answered = post.get("replied_to")
    above = answered.get("id") if isinstance(answered, dict) else None
    return above is None or reply_to is None or str(above) == reply_to


def kind_of(part: Part, moves: bool) -> str:
    """How Threads names such a post when it is read."""
    if len(part.media) > 1:
        return "CAROUSEL_ALBUM"
    if part.media:
        return "VIDEO" if moves else "IMAGE"
    return "TEXT_POST"


def normal(text: str) -> str:
    """NFC, white space as one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())
