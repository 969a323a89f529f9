"""Where the eye should rest in a picture, as people write it → across and down, each from 0 to 1; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from publisher.content import vocabulary

Point = tuple[float, float]

ACROSS: Mapping[str, float] = {"kiri": 0.0, "left": 0.0, "kanan": 1.0, "right": 1.0}
DOWN: Mapping[str, float] = {"atas": 0.0, "top": 0.0, "bawah": 1.0, "bottom": 1.0}
MIDDLE = ("tengah", "center", "centre", "middle")
WORDS: Mapping[str, str] = {word: word for word in (*ACROSS, *DOWN, *MIDDLE)}

_BETWEEN = re.compile(r"[\s,;/+-]+")
_DOTTED, _NUMBER = r"0*[01](?:\.[0-9]{1,9})?", r"[0-9]{1,3}(?:[.,][0-9]{1,9})?"
_FRACTIONS = re.compile(rf"({_DOTTED})\s*,\s*({_DOTTED})|({_NUMBER})(?:\s*;\s*|\s+)({_NUMBER})")
_PERCENT = re.compile(rf"({_NUMBER})\s*%\s*[,;/x×]?\s*({_NUMBER})\s*%")


def point_of(text: str) -> Point | None:
    """`atas`, `kiri atas`, `30% 20%`, `0.5, 0.3`; None: no point in a picture."""
    text = text.strip(" \t.").lower()
    if found := _PERCENT.fullmatch(text):
        return _inside(found[1], found[2], 100)
    if found := _FRACTIONS.fullmatch(text):
        return _inside(found[1] or found[3], found[2] or found[4], 1)
    words = _BETWEEN.split(text)
    if not 1 <= len(words) <= 2 or any(word not in WORDS for word in words):
        return None
    across = [ACROSS[word] for word in words if word in ACROSS]
    down = [DOWN[word] for word in words if word in DOWN]
    if len(across) > 1 or len(down) > 1:
        return None  # `atas bawah`
    return (*across, 0.5)[0], (*down, 0.5)[0]


def is_meant(text: str) -> bool:
    """Whether a text is a point, or one but for a slip of the finger; `Fokus 1: Pendidikan` is none."""
    words = _BETWEEN.split(text.strip(" \t.").lower())
    near = all(word in WORDS or vocabulary.misspelt(word, WORDS) for word in words)
    return near or re.search(r"[0-9]\s*%", text) is not None or point_of(text) is not None


def _inside(across: str, down: str, whole: int) -> Point | None:
    point = tuple(float(number.replace(",", ".")) / whole for number in (across, down))
    return (point[0], point[1]) if max(point) <= 1 else None
