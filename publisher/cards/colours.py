"""The colours of a design, as people write them → red, green, blue; always readable where that is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping

TERM = r"(?:#[0-9a-f]{6}|[a-z]+)(?: [+-][0-9]{1,3}%)?"
COLOUR = rf"(?:(?:{TERM} )?on )?{TERM}"
"""What a colour looks like, in small letters."""
WRITTEN = re.compile(rf"(?P<ink>{TERM})|(?:(?P<worn>{TERM}) )?on (?P<paper>{TERM})")

Colour = tuple[int, int, int]


def colour_of(written: str, colours: Mapping[str, str]) -> Colour:
    """`#0b5fa5`, `brand`, `brand +12%` (lighter), `brand -20%` (darker).

    `on brand` is white or nearly black, what is read better on it; `accent on brand` is the accent, made
    darker or lighter as far as is needed to read it there.
    """
    match = WRITTEN.fullmatch(written)
    if match is None:
        raise ValueError(written)
    if match["ink"]:
        return _term(match["ink"], colours)
    paper = _term(match["paper"], colours)
    white = contrast(_WHITE, paper) >= READABLE or contrast(_WHITE, paper) > contrast(_INK, paper)
    best = _WHITE if white else _INK
    if not match["worn"]:
        return best
    worn = _term(match["worn"], colours)
    steps = (_towards(worn, best, part / 20) for part in range(21))
    return next((one for one in steps if contrast(one, paper) >= READABLE), best)


def _term(written: str, colours: Mapping[str, str]) -> Colour:
    name, _, by = written.partition(" ")
    found = _numbers(name if name.startswith("#") else colours[name])
    amount = int(by.rstrip("%") or 0) / 100
    return _towards(found, (255, 255, 255) if amount > 0 else (0, 0, 0), abs(amount))


def _towards(colour: Colour, other: Colour, part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(colour, other, strict=True))
    return red, green, blue


READABLE = 4.5
"""Of letters, WCAG 2.2, 1.4.3."""
_WHITE, _INK = (255, 255, 255), (16, 32, 46)


def _numbers(colour: str) -> Colour:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def contrast(one: Colour, other: Colour) -> float:
    """Of WCAG 2.2: from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    parts = [
        part / 12.92 if (part := one / 255) <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for one in colour
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
