"""Lengths of time as people write them, `15m`, `2 jam`, `1h30m`: in settings, posts and commands."""

from __future__ import annotations

import re
from datetime import timedelta

UNITS = {
    "d day days hari": 86400,
    "h hour hours jam": 3600,
    "m min mins minute minutes menit": 60,
    "s sec secs second seconds detik": 1,
}
"""Words for a unit → its seconds, the largest first."""


def _any_of(words: str) -> str:
    return "|".join(sorted(words.split(), key=len, reverse=True))


# Each unit at most once, the largest first: "1 jam 30 menit", never "30 menit 1 jam".
_DURATION = re.compile(r"\s*".join(rf"(?:([0-9]{{1,6}})\s*(?:{_any_of(words)})\b)?" for words in UNITS))
_TOGETHER = re.compile(r"(?<=[a-z])(?=[0-9])")


def parse_duration(text: str) -> timedelta:
    """`15m`, `2h`, `2 jam`, `1d`, `1h30m`, `1 jam 30 menit`, `0`.

    Raises:
        ValueError: it is none; a number without a unit is none.
    """
    plain = _TOGETHER.sub(" ", text.strip().lower())
    if plain == "0":
        return timedelta(0)
    found = _DURATION.fullmatch(plain)
    if not found or not any(found.groups()):
        raise ValueError(text)
    pairs = zip(found.groups(), UNITS.values(), strict=True)
    return timedelta(seconds=sum(int(number or 0) * seconds for number, seconds in pairs))
