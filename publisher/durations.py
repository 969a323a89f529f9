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


_MOMENT = re.compile(r"(?:([0-9]{1,2}):)?([0-9]{1,3}):([0-5][0-9])(?:[.,]([0-9]{1,3}))?")
# Two digits behind a point are seconds to some and a fraction to others: neither is taken.
_SECONDS = re.compile(r"([0-9]{1,5})(?:[.,]([0-9]|[0-9]{3}))?(?:\s*(?:s|sec|secs|seconds?|dtk|detik))?")


def parse_moment(text: str) -> float:
    """A place in a clip, in seconds: `0:07`, `1:02:30`, `7`, `7,5 detik`, `1 menit 5 detik`.

    Raises:
        ValueError: it is none.
    """
    plain = text.strip().lower()
    if found := _MOMENT.fullmatch(plain):
        hours, minutes, seconds, part = found.groups("0")
        return int(hours) * 3600 + int(minutes) * 60 + float(f"{seconds}.{part}")
    if found := _SECONDS.fullmatch(plain):
        return float(".".join(found.groups("0")))
    return parse_duration(plain).total_seconds()
