"""Marks of what a part says and shows: equal for equal text or media, whatever account or layout."""

from __future__ import annotations

import hashlib
import unicodedata

from connectors.contract import Part
from publisher.recipe import sources


def text_mark(part: Part) -> str | None:
    """sha256 (hex) of the text in NFC, without case and differences of white space; None: no text."""
    words = unicodedata.normalize("NFC", part.text).casefold().split()
    return hashlib.sha256(" ".join(words).encode()).hexdigest() if words else None


def media_mark(part: Part) -> str | None:
    """sha256 (hex) of the sources in their order; None: no media."""
    if not part.media:
        return None
    return hashlib.sha256(
        "\n".join(source for media in part.media for source in sources(media)).encode()
    ).hexdigest()
