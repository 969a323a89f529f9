"""The number or bullet that Word shows before a paragraph of a list, counted along the document."""

from __future__ import annotations

from typing import NamedTuple

from publisher.content.docx.styles import Numbered, Styles
from publisher.content.docx.symbols import bullet
from publisher.content.docx.xml import Element, W, child, flag, value, whole

_LEVELS = 9
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


class Marker(NamedTuple):
    """What stands before the paragraph, with the space behind it; and whether it is a bullet."""

    text: str
    is_bullet: bool


class _Level(NamedTuple):
    start: int
    format: str
    text: str
    gap: str
    restart: int | None
    legal: bool
    style: str | None


class Numbering:
    """The lists of one document; ask for each paragraph once, in order.

    Lists that share their abstract numbering go on counting across paragraphs of other kinds, unless
    one of them says at which number it starts: then it does, the first time it is met.
    """

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._abstract: dict[str, Element] = {}
        self._nums: dict[str, Element] = {}
        if root is not None:
            self._abstract = {
                one.get(f"{W}abstractNumId", ""): one for one in root.iterfind(f"{W}abstractNum")
            }
            self._nums = {one.get(f"{W}numId", ""): one for one in root.iterfind(f"{W}num")}
        self._levels: dict[tuple[str, int], _Level | None] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()

    def marker(self, numbered: Numbered | None) -> Marker | None:
        """What Word shows before the next paragraph; None: it is in no list, or shows nothing."""
        if numbered is None or numbered.num_id not in self._nums:
            return None
        level_number = self._level_number(numbered)
        level = self._level(numbered.num_id, level_number)
        if level is None:
            return None
        counts = self._count(numbered.num_id, level_number, level)
        if level.format == "bullet":
            return Marker(bullet(level.text) + level.gap, True) if level.text.strip() else None
        text = self._filled(numbered.num_id, level, counts)
        return Marker(text + level.gap, False) if text.strip() else None

    def _level_number(self, numbered: Numbered) -> int:
        if numbered.level is not None:
            return min(max(numbered.level, 0), _LEVELS - 1)
        for number in range(_LEVELS):
            level = self._level(numbered.num_id, number)
            if level is not None and level.style is not None and level.style == numbered.style:
                return number
        return 0

    def _count(self, num_id: str, number: int, level: _Level) -> list[int | None]:
        counts = self._counts.setdefault(self._shared(num_id), [None] * _LEVELS)
        override = None
        if (num_id, number) not in self._begun:
            self._begun.add((num_id, number))
            override = self._start_override(num_id, number)
        before = counts[number]
        if override is not None:
            counts[number] = override
        else:
            counts[number] = level.start if before is None else before + 1
        for deeper in range(number + 1, _LEVELS):
            below = self._level(num_id, deeper)
            restart = None if below is None else below.restart
            if restart is None or (restart and number < restart):
                counts[deeper] = None
        return counts

    def _filled(self, num_id: str, level: _Level, counts: list[int | None]) -> str:
        text = level.text
        for number in range(_LEVELS):
            place = f"%{number + 1}"
            if place in text:
                other = self._level(num_id, number)
                count = counts[number] if counts[number] is not None else (other.start if other else 1)
                shape = "decimal" if level.legal or other is None else other.format
                text = text.replace(place, _written(count or 0, shape))
        return text

    def _shared(self, num_id: str) -> str:
        """What lists have in common that count together."""
        num = self._nums[num_id]
        key = value(num, "abstractNumId") or ""
        link = value(self._abstract.get(key), "numStyleLink")
        linked = self._styles.style(link).numbered if link else None
        if linked is not None and linked.num_id in self._nums and linked.num_id != num_id:
            return value(self._nums[linked.num_id], "abstractNumId") or key
        return key

    def _start_override(self, num_id: str, number: int) -> int | None:
        for override in self._nums[num_id].iterfind(f"{W}lvlOverride"):
            if whole(override.get(f"{W}ilvl")) == number:
                return whole(value(override, "startOverride"))
        return None

    def _level(self, num_id: str, number: int) -> _Level | None:
        key = num_id, number
        if key not in self._levels:
            found = self._level_element(num_id, number)
            self._levels[key] = None if found is None else _level_of(found)
        return self._levels[key]

    def _level_element(self, num_id: str, number: int) -> Element | None:
        for override in self._nums[num_id].iterfind(f"{W}lvlOverride"):
            own = child(override, "lvl")
            if own is not None and whole(override.get(f"{W}ilvl")) == number:
                return own
        abstract = self._abstract.get(self._shared(num_id))
        for level in () if abstract is None else abstract.iterfind(f"{W}lvl"):
            if whole(level.get(f"{W}ilvl")) == number:
                return level
        return None


def _level_of(level: Element) -> _Level:
    start = whole(value(level, "start"))
    return _Level(
        0 if start is None else start,
        value(level, "numFmt") or "decimal",
        value(level, "lvlText") or "",
        "" if value(level, "suff") == "nothing" else " ",
        whole(value(level, "lvlRestart")),
        bool(flag(level, "isLgl")),
        value(level, "pStyle"),
    )


def _written(number: int, shape: str) -> str:
    """A number as the list writes it; ways of writing that are rare in offices come out in digits."""
    if shape == "none":
        return ""
    if shape == "decimalZero":
        return f"{number:02}"
    if shape in {"lowerLetter", "upperLetter"} and 0 < number <= 780:
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters if shape == "lowerLetter" else letters.upper()
    if shape in {"lowerRoman", "upperRoman"} and 0 < number < 4000:
        roman = _roman(number)
        return roman if shape == "lowerRoman" else roman.upper()
    return str(number)


def _roman(number: int) -> str:
    made = ""
    for worth, letters in _ROMAN:
        made += letters * (number // worth)
        number %= worth
    return made
