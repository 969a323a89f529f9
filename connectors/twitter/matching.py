"""Whether a post in the account's timeline is the part we sent: what `find` of X compares."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connectors.contract import Part, PartKind, Receipt

Json = Any


def is_ours(post: Mapping[str, Json], part: Part, prior: Sequence[Receipt]) -> bool:
    """Whether text, place in the conversation and number of pictures are the part's."""
    if _pictures(post) != len(part.media) or not _same_place(post, part, prior):
        return False
    there, ours = text_of(post), normal(part.text)
    return there == ours or (part.kind is PartKind.THREAD and _without_mentions(there) == ours)


def same_media(post: Mapping[str, Json], media_keys: Iterable[str]) -> bool:
    """Whether the post carries pictures that we uploaded for this part: then it is surely ours."""
    attached = (post.get("attachments") or {}).get("media_keys") or []
    return bool(set(attached) & set(media_keys))


def text_of(post: Mapping[str, Json]) -> str:
    """The text of a post as X keeps it, brought to the form of `normal`.

    X wraps every link in t.co, appends one for the pictures, and escapes `& < >`.
    """
    note = post.get("note_post") or post.get("note_tweet") or {}
    text = str(note.get("text") or post.get("text") or "")
    urls = [
        *((note.get("entities") or {}).get("urls") or []),
        *((post.get("entities") or {}).get("urls") or []),
    ]
    for url in urls:
        short, long = url.get("url"), url.get("expanded_url")
        if short and long:
            text = text.replace(short, "" if _is_media(url) else long)
    if _pictures(post):
        text = re.sub(r"\s*https://t\.co/\w+\s*$", "", text)
    return normal(html.unescape(text))


def normal(text: str) -> str:
    """NFC, white space as one space, links without scheme and closing slash (X adds both)."""
    text = re.sub(r"https?://", "", unicodedata.normalize("NFC", text), flags=re.IGNORECASE)
    return " ".join(re.sub(r"/(?=\s|$)", "", text).split())


def _same_place(post: Mapping[str, Json], part: Part, prior: Sequence[Receipt]) -> bool:
    references = post.get("referenced_posts") or post.get("referenced_tweets") or []
    if any(one.get("type") == "retweeted" for one in references):
        return False
    parents = {str(one.get("id")) for one in references if one.get("type") == "replied_to"}
    if part.kind is PartKind.ROOT:
        return not parents
    return bool(prior) and prior[-1].platform_id in parents


def _without_mentions(text: str) -> str:
    """X may put the names of those replied to before a reply's text."""
    return re.sub(r"^(?:@\w+ )+", "", text)


def _is_media(url: Mapping[str, Json]) -> bool:
    target = str(url.get("expanded_url") or "")
    return bool(
        url.get("media_key")
        or re.match(r"https://(?:x|twitter)\.com/\w+/status/\d+/(?:photo|video)/\d+$", target)
    )


def _pictures(post: Mapping[str, Json]) -> int:
    return len((post.get("attachments") or {}).get("media_keys") or [])
