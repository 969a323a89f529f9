"""The few marks that render understands in what staff type: bold, links, hashtags."""

from __future__ import annotations

import re

# A target in round brackets; brackets inside it must be balanced, as in …/Natuna_(kabupaten).
_LINK = re.compile(r"(?<!!)\[([^\[\]\n]+)\]\((https?://[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)\)")
_URL = re.compile(r"https?://\S+")
# Asterisks mark bold at the border of a word, with nothing blank inside them: `2**3`, `* item`, `***` stay.
_BOLD = re.compile(r"(?<![^\W_])\*\*(?=[^\s*])([^\n]*?[^\s*])\*\*(?![^\W_])")
_WHATSAPP_BOLD = re.compile(r"(?<![^\W_])(?<!\*)\*(?=[^\s*])([^*\n]*[^\s*])\*(?!\*)(?![^\W_])")
_HASHTAG = re.compile(r"(?<![\w/&])#\w*[^\W\d]")
_SPACE = re.compile(r"\s+")


def plain(text: str, bold: str | None = "") -> str:
    """The text as a platform shows it: links as `text: url`, bold its way; all else as typed.

    Args:
        bold: what the platform has around bold words; empty: it has no bold, bare words; None: as typed.
    """
    if "*" not in text and "](" not in text:
        return text
    linked = _LINK.sub(_link, text)
    if bold is None:
        return linked
    return "".join(_bold(piece, bold) for piece in _around_urls(linked))


def hashtag(written: str) -> str:
    """`#Natuna` from `Natuna`, `#Natuna` or ` #natuna kita` (blanks inside close up); empty from nothing."""
    bare = _SPACE.sub("", written).lstrip("#")
    return f"#{bare}" if bare else ""


def has_hashtag(text: str) -> bool:
    """Whether there is any hashtag in the text."""
    return _HASHTAG.search(text) is not None


def mentions_tag(text: str, tag: str) -> bool:
    """Whether the text has the hashtag already, in whatever case."""
    return re.search(re.escape(tag) + r"(?!\w)", text, re.IGNORECASE) is not None


def mentions_url(text: str, url: str) -> bool:
    """Whether the text has exactly this URL already."""
    if not url:
        return False
    return any(found.rstrip(".,;:!?)»”'\"") in (url, url.rstrip("/")) for found in _URL.findall(text))


def _link(match: re.Match[str]) -> str:
    text, url = match[1].strip(), match[2]
    return url if text == url else f"{text}: {url}"


def _around_urls(text: str) -> list[str]:
    """The text in pieces of which each URL is one, so that asterisks inside URLs stay."""
    pieces, at = [], 0
    for match in _URL.finditer(text):
        pieces += [text[at : match.start()], match[0]]
        at = match.end()
    return [*pieces, text[at:]]


def _bold(piece: str, mark: str) -> str:
    if piece.startswith(("http://", "https://")):
        return piece
    marked = rf"{mark}\1{mark}"
    return _WHATSAPP_BOLD.sub(marked, _BOLD.sub(marked, piece))
