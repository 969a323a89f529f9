"""Dates as people write them, in Indonesian and English: one strictly, or all that a body mentions.

Nothing is guessed: a date has its year, a month by name or a number that can be read in one way only,
and a weekday beside it must be its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from connectors.contract import Json

_WEEKDAYS = (
    ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu"),
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
)
_WEEKDAY_NUMBERS: Mapping[str, int] = {
    **{name: number for names in _WEEKDAYS for number, name in enumerate(names)},
    "jum'at": 4,
    "jum’at": 4,
    "ahad": 6,
}
_MONTHS = (
    ("januari", "january", "jan"),
    ("februari", "pebruari", "february", "feb", "peb"),
    ("maret", "march", "mar"),
    ("april", "apr"),
    ("mei", "may"),
    ("juni", "june", "jun"),
    ("juli", "july", "jul"),
    ("agustus", "august", "agu", "agt", "ags", "aug"),
    ("september", "sept", "sep"),
    ("oktober", "october", "okt", "oct"),
    ("november", "nopember", "nov", "nop"),
    ("desember", "december", "des", "dec"),
)
_MONTH_NUMBERS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}

FIRST_YEAR, LAST_YEAR = 1970, 2999


def _any(names: Mapping[str, int]) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


WEEKDAY = rf"(?:{_any(_WEEKDAY_NUMBERS)})"
_MONTH = rf"(?:{_any(_MONTH_NUMBERS)})"
DAY = (
    rf"(?:(?P<weekday>{WEEKDAY})[ *_]*[,/(]?[ *_]*(?:tanggal[ ]+|tgl\.?[ ]*)?)?"
    r"(?:(?P<iso>[0-9]{4}(?P<between>[-/])[0-9]{2}(?P=between)[0-9]{2})"
    rf"|(?P<day>[0-9]{{1,2}})[ ]+(?P<month>{_MONTH})\.?,?[ ]+(?P<year>[0-9]{{4}})"
    rf"|(?P<us_month>{_MONTH})[ ]+(?P<us_day>[0-9]{{1,2}}),[ ]*(?P<us_year>[0-9]{{4}})"
    r"|(?P<first>[0-9]{1,2})(?P<mark>[/.-])(?P<second>[0-9]{1,2})(?P=mark)(?P<last>[0-9]{4}))"
    r"(?![0-9])"
)
"""A regular expression (case to be ignored) for one date, its weekday before it if it has one."""
LEAD = r"(?:hari[ ]+(?=\D))?(?:(?:tanggal|tgl\.?)[ ]+)?"
"""What letters put before it: `hari Kamis, tanggal 24 Desember 2026`, `tanggal 24 Desember 2026`."""


_NO_YEAR = (
    rf"(?:{WEEKDAY}[ ]*,?[ ]*)?(?:tanggal[ ]+|tgl\.?[ ]*)?"
    rf"(?:[0-9]{{1,2}}[ ]+{_MONTH}\b\.?|(?P<mark>[0-9]{{1,2}}[/.-])[0-9]{{1,2}})"
)
WITHOUT_YEAR = re.compile(rf"{_NO_YEAR}(?![/.-]?[0-9])(?![ ]+[0-9]{{4}}(?![:.]))", re.IGNORECASE)
"""A day whose year is not written, as in `24 November pukul 08.00`."""
WITH_HALF_A_YEAR = re.compile(rf"{_NO_YEAR}(?:[/.-]| ['’]?)[0-9]{{2}}(?![0-9:.])", re.IGNORECASE)
"""A day whose year has two digits: 24/11/26 may be of 2024 as well."""


class WrongDay(Exception):
    """What is written is no day: a code and its values."""

    def __init__(self, code: str, **values: Json) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def day_of(match: re.Match[str]) -> date:
    """The day that a match of DAY names.

    Raises:
        WrongDay: there is no such day, its numbers can be read in two ways, or its weekday is another.
    """
    day = _numbers(match)
    word = match["weekday"]
    if word and weekday_of(word) != day.weekday():
        values: dict[str, Json] = {"weekday": word, "actual": name_like(word, day)}
        raise WrongDay("content.weekday", words=_words(match), **values)
    return day


def weekday_of(word: str) -> int:
    """0 for Monday to 6, of a word that WEEKDAY matches."""
    return _WEEKDAY_NUMBERS[word.lower()]


def name_like(word: str, day: date) -> str:
    """The weekday of a date, in the language and the case that the weekday `word` is written in."""
    english = word.lower() in _WEEKDAYS[1]
    name = _WEEKDAYS[english][day.weekday()]
    return name.upper() if word.isupper() else name.capitalize() if word[0].isupper() else name


def _numbers(match: re.Match[str]) -> date:
    try:
        found = date(*_year_month_day(match))
    except ValueError:
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise WrongDay("content.no_such_day", words=_words(match))
    if match["last"] and found.day <= 12 and found.day != found.month:
        other = date(found.year, found.day, found.month)
        raise WrongDay("content.date_ambiguous", words=_words(match), one=str(found), other=str(other))
    return found


def _year_month_day(match: re.Match[str]) -> tuple[int, int, int]:
    if match["iso"]:
        year, month, day = match["iso"].split(match["between"])
        return int(year), int(month), int(day)
    if match["year"]:
        return int(match["year"]), _MONTH_NUMBERS[match["month"].lower()], int(match["day"])
    if match["us_year"]:
        return int(match["us_year"]), _MONTH_NUMBERS[match["us_month"].lower()], int(match["us_day"])
    return int(match["last"]), int(match["second"]), int(match["first"])


def _words(match: re.Match[str]) -> str:
    """As written, without what only surrounds it."""
    words = match.group().strip(" *_")
    return f"{words})" if "(" in words else words


# ── What a body mentions ─────────────────────────────────────────────────────

_YEAR = re.compile(r"(?<![0-9])(?:19[7-9]|20[0-9])[0-9](?![0-9])")
# Not within a longer number, a path or a version: 1.24.11.2026, /2026-11-24/
_MENTIONED = re.compile(rf"(?<![^\W_])(?<![/.]){DAY}(?![^\W_]|[/-])", re.IGNORECASE)
_RANGE = re.compile(r"(?:[-–—/&]|\b(?:dan|s\.?d\.?|s/d|sampai|hingga|and|to))\s*$", re.IGNORECASE)
_WEEKDAY_LINE = re.compile(rf"\W*(?:hari|day)\W+(?P<weekday>{WEEKDAY})\W*", re.IGNORECASE)
_DATE_LABEL = re.compile(r"\W*(?:tanggal|tgl|date)\W*", re.IGNORECASE)


class Mention(NamedTuple):
    """A date in a body.

    Attributes:
        weekday: the weekday written beside it, 0 for Monday; None: none is.
        line: of the file, from 1.
        words: as written.
        start: where it begins in its line; `end` likewise.
        wrong: what is wrong with it (`content.weekday`, `content.no_such_day`), with its values.
    """

    date: date | None
    weekday: int | None
    line: int
    words: str
    start: int
    end: int
    wrong: WrongDay | None = None


def mentioned(body: str, line: int) -> list[Mention]:
    """Every date that a body mentions with its year; costs next to nothing where no year stands.

    A date that can be read in two ways (11/12/2026) is not among them.

    Args:
        line: at which the body begins.
    """
    if not _YEAR.search(body):
        return []
    return list(_mentions(body.split("\n"), line))


def _mentions(lines: list[str], first: int) -> Iterator[Mention]:
    for number, text in enumerate(lines):
        if not _YEAR.search(text):
            continue
        for match in _MENTIONED.finditer(text):
            above = lines[number - 1] if number else ""
            mention = _mention(match, first + number, _weekday_above(text[: match.start()], above))
            if mention is not None:
                yield mention


def _mention(match: re.Match[str], line: int, above: str | None) -> Mention | None:
    words, wrong, day = _words(match), None, None
    word = match["weekday"] or above
    try:
        day = _numbers(match)
    except WrongDay as error:
        if error.code == "content.date_ambiguous":
            return None
        wrong = error
    if word and match["weekday"] and _RANGE.search(match.string[: match.start()]):
        word = None  # "Senin-Jumat 24 November 2026" says something else
    if day and word and weekday_of(word) != day.weekday():
        wrong = WrongDay("content.weekday", weekday=word, actual=name_like(word, day), words=words)
    return Mention(day, weekday_of(word) if word else None, line, words, match.start(), match.end(), wrong)


def _weekday_above(label: str, above: str) -> str | None:
    """Of `Hari: Senin` on the line above `Tanggal: 23 November 2026`."""
    if not _DATE_LABEL.fullmatch(label):
        return None
    match = _WEEKDAY_LINE.fullmatch(above)
    return match["weekday"] if match else None
