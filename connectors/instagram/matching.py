"""Whether something on the profile is the part we sent: what `find` of Instagram compares."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from connectors.contract import Part

Json = Any


def same_post(post: Mapping[str, Json], part: Part, placement: str, *, moves: bool) -> bool:
    """Whether a post of /media or /stories can be a root part: its kind, and its words where it has any.

    Instagram shows no id of ours in it, and of pictures nothing that could be compared.

    Args:
        moves: whether what the part shows first is a clip.
    """
    product = str(post.get("media_product_type") or "").upper()
    kind = str(post.get("media_type") or "").upper()
    if placement == "story":
        return product in ("", "STORY") and kind in ("", "VIDEO" if moves else "IMAGE")
    if placement == "reel":
        fits = not product or product == "REELS"
    elif len(part.media) > 1:
        fits = not kind or kind in ("CAROUSEL_ALBUM", "CAROUSEL")
    else:
        fits = not kind or kind == "IMAGE"
    return fits and normal(str(post.get("caption") or "")) == normal(part.text)


def same_comment(comment: Mapping[str, Json], part: Part) -> bool:
    """Whether a comment has the part's words.

    By whom it is is not asked: what Instagram gives as `from` differs with the way to log in, and an own
    comment not recognised would be written twice.
    """
    return normal(str(comment.get("text") or "")) == normal(part.text)


def normal(text: str) -> str:
    """NFC, white space as one space: Instagram trims and folds it."""
    return " ".join(unicodedata.normalize("NFC", text).split())
