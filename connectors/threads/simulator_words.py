"""How Threads counts: characters in both readings of its documentation, and links.

Meta's Threads posts page says 500 characters, "emojis are counted as the number of UTF-8 bytes they
are represented as"; a text of 498 characters and 504 bytes is reported as refused. Which of the two the
platform does is not known, so it is a setting. Checked 2026-11-23.
"""

from __future__ import annotations

import re
import unicodedata

_URL = re.compile(r"https?://[^\s<>\"']+")
_JOINERS = ("\u200d", "\ufe0f", "\u20e3")


def length(text: str, *, in_bytes: bool) -> int:
    """In UTF-8 bytes, or in code points of which emojis alone cost their bytes."""
    if in_bytes:
        return len(text.encode())
    return sum(len(char.encode()) if _is_emoji(char) else 1 for char in text)


def links(text: str, attached: str) -> int:
    """Different addresses in a text and beside it."""
    found = {one.rstrip(".,;:!?)") for one in _URL.findall(text)}
    return len(found | ({attached} if attached else set()))


def _is_emoji(char: str) -> bool:
    code = ord(char)
    if char in _JOINERS or 0x1F000 <= code <= 0x1FAFF or 0xE0020 <= code <= 0xE007F:
        return True
    return 0x2190 <= code <= 0x2BFF and unicodedata.category(char) == "So"
