"""Whether a post or comment on the Page is the part we sent: what `find` of Facebook compares."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Mapping
from enum import IntEnum
from typing import Any
from urllib.parse import unquote

from connectors.contract import Part

Json = Any


class Match(IntEnum):
    """How sure we are that a post is ours; the surest of several counts."""

    NO = 0
    PERHAPS = 1
    ALIKE = 2
    SURE = 3


def match(post: Mapping[str, Json], part: Part, photos: Collection[str]) -> Match:
    """How well a post of /published_posts fits a root part.

    Args:
        photos: ids of the photos uploaded for this part.
    """
    attached = list(_leaves(post))
    if photos and {_target(one) for one in attached} & set(photos):
        return Match.SURE
    if normal(str(post.get("message") or "")) != normal(part.text):
        return Match.NO
    if any(map(_is_video, attached)) or sum(map(_is_photo, attached)) != len(part.media):
        return Match.NO
    if part.link and not any(_same_link(one, part.link) for one in attached):
        # Facebook keeps the address that the page itself names (og:url), so another one proves nothing.
        return Match.PERHAPS
    # Without words, and with photos whose ids are not ours, there is too little to go by.
    return Match.ALIKE if part.text.strip() or part.link else Match.PERHAPS


def same_comment(comment: Mapping[str, Json], part: Part, page: str) -> bool:
    """Whether a comment is the Page's own (where Meta tells by whom it is) and has the part's text."""
    author = (comment.get("from") or {}).get("id")
    if author is not None and str(author) != page:
        return False
    return normal(str(comment.get("message") or "")) == normal(part.text)


def normal(text: str) -> str:
    """NFC, white space as one space: Facebook trims and folds it."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _leaves(post: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    """The photos or links of a post; those of an album one by one."""
    for attachment in _data(post.get("attachments")):
        below = _data(attachment.get("subattachments"))
        yield from below or [attachment]


def _data(edge: Json) -> list[Mapping[str, Json]]:
    items = edge.get("data") if isinstance(edge, dict) else None
    return [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []


def _target(attachment: Mapping[str, Json]) -> str:
    return str((attachment.get("target") or {}).get("id") or "")


def _is_photo(attachment: Mapping[str, Json]) -> bool:
    """Whether it is a photo; one without a type is no link, and so taken for one."""
    kinds = {str(attachment[key]) for key in ("type", "media_type") if attachment.get(key)}
    return not kinds or any("photo" in kind or "album" in kind for kind in kinds)


def _is_video(attachment: Mapping[str, Json]) -> bool:
    """Reels stand in the list of posts too, with their words."""
    return any("video" in str(attachment.get(key) or "") for key in ("type", "media_type"))


def _same_link(attachment: Mapping[str, Json], link: str) -> bool:
    """Facebook shows links through its own redirector, with the address inside."""
    wanted = link.rstrip("/")
    target = attachment.get("target") or {}
    shown = (attachment.get("unshimmed_url"), attachment.get("url"), target.get("url"))
    return any(wanted in unquote(str(one)) for one in shown if one)
