"""One value as written → text, flag, date, time, …; strict, with a code for everything looser."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from connectors.contract import Json
from publisher.content import days, vocabulary
from publisher.content.habits import PICTURES, suffix_of
from publisher.content.text import Value, shown
from publisher.durations import parse_duration, parse_moment
from publisher.model import LocalTime

ZONE_NAMES: Mapping[str, str] = {
    "WIB": "Asia/Jakarta",
    "WITA": "Asia/Makassar",
    "WIT": "Asia/Jayapura",
    "UTC": "UTC",
    "Z": "UTC",
}


class BadValue(Exception):
    """The value of a key is not what it must be; `key` says more closely which one."""

    def __init__(self, code: str, key: str = "", **values: Json) -> None:
        super().__init__(code)
        self.code = code
        self.key = key
        self.values = values


# ── Plain values ─────────────────────────────────────────────────────────────

_YES = frozenset({"true", "yes", "ya", "iya"})
_NO = frozenset({"false", "no", "tidak"})
_CARD = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_TAG = re.compile(r"#?(\w+)")
_BETWEEN_NAMES = r"\s*(?:[,;&]|\s(?:dan|and)\s)\s*"


# Word turns "…" into “…”: around a whole value they are the quotation marks of the file, not of the text.
_QUOTED = re.compile("[“”„«»\"]([^“”„«»\"]*)[“”«»\"]|[‘’']([^‘’']*)[‘’']")


def _bare(text: str) -> str:
    """Without quotation marks around the whole, for values that never have any of their own."""
    match = _QUOTED.fullmatch(text)
    return (match[1] or match[2] or "").strip() if match else text


def to_text(value: Value) -> str:
    """A text that is not empty; white space at its ends is dropped."""
    if not isinstance(value, str) or not value.strip():
        raise BadValue("content.not_text", value=shown(value))
    return value.strip()


def to_line(value: Value) -> str:
    """A text of one line."""
    text = to_text(value)
    if "\n" in text:
        raise BadValue("content.one_line", value=shown(text.partition("\n")[0]))
    return text


def to_flag(value: Value) -> bool:
    """Yes or no, in English or Indonesian."""
    word = _bare(value.strip()).lower() if isinstance(value, str) else ""
    if word not in _YES | _NO:
        raise BadValue("content.not_flag", value=shown(value))
    return word in _YES


def to_card(value: Value) -> str:
    """The design of a card: its name, `yes` for any; empty: no card."""
    text = _bare(to_line(value)).lower()
    if text in _YES | _NO:
        return "yes" if text in _YES else ""
    if not _CARD.fullmatch(text):
        raise BadValue("content.card", value=shown(text))
    return text


def to_fit(value: Value) -> str:
    """Whether a picture is kept whole or cut where a platform wants another shape."""
    text = _bare(to_line(value)).lower()
    if text not in vocabulary.FITS:
        raise BadValue("content.fit", value=shown(text))
    return vocabulary.FITS[text]


def to_background(value: Value) -> str:
    """What is around a picture that is kept whole: `blur`, `brand` or `#rrggbb`."""
    text = _bare(to_line(value)).lower()
    if not vocabulary.is_background(text):
        raise BadValue("content.background", value=shown(text))
    return vocabulary.BACKGROUNDS.get(text, text)


def to_cover(value: Value) -> float | str:
    """What a clip shows at rest: a moment of it, in seconds, or a picture's file."""
    text = _bare(to_line(value))
    with suppress(ValueError):
        return parse_moment(text)
    if suffix_of(text) not in PICTURES:
        raise BadValue("content.cover", value=shown(text))
    return text


def to_whole(value: Value) -> int:
    """A whole number in plain digits."""
    text = _bare(value.strip()) if isinstance(value, str) else ""
    if not re.fullmatch(r"-?[0-9]{1,15}", text):
        raise BadValue("content.not_whole", value=shown(value))
    return int(text)


def to_names(value: Value) -> tuple[str, ...]:
    """A list, or one text with commas, `;`, `&`, `dan` or `and` between."""
    parts = _split(_bare(value.strip()), _BETWEEN_NAMES) if isinstance(value, str) else value
    if not isinstance(parts, list) or not parts:
        raise BadValue("content.not_list", value=shown(value))
    return tuple(dict.fromkeys(_bare(to_line(part)) for part in parts))


def _split(text: str, between: str) -> list[Value]:
    return list(re.split(between, text.strip()))


def to_identifier(value: Value) -> str:
    """An id: short, and safe in paths and addresses."""
    text = _bare(to_line(value))
    if not _ID.fullmatch(text):
        raise BadValue("content.id", value=shown(text))
    return text


def to_link(value: Value) -> str:
    """A whole web address."""
    text = _bare(to_line(value))
    try:
        parts = urlsplit(text)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"\s", text)
    except ValueError:
        good = False
    if not good:
        raise BadValue("content.link", value=shown(text))
    return text


def to_hashtags(value: Value) -> tuple[str, ...]:
    """Without their #; a text may hold several, with spaces or commas between."""
    words = _split(_bare(value.strip()), r"[\s,;]+") if isinstance(value, str) else value
    if not isinstance(words, list):
        raise BadValue("content.not_list", value=shown(value))
    return tuple(dict.fromkeys(_hashtag(word) for word in words if word != ""))


def _hashtag(value: Value) -> str:
    text = _bare(to_line(value))
    match = _TAG.fullmatch(text)
    if not match or match.group(1).isdigit():
        raise BadValue("content.hashtag", value=shown(text))
    return match.group(1)


def to_duration(value: Value) -> timedelta:
    """A length of time, `30m`, `2 jam`, `1d`."""
    try:
        return parse_duration(_bare(to_line(value)))
    except ValueError:
        raise BadValue("content.duration", value=shown(value)) from None


# ── Times ────────────────────────────────────────────────────────────────────

_ONLY_DAY = re.compile(rf"{days.LEAD}{days.DAY}", re.IGNORECASE)
_TIME = re.compile(
    rf"{days.LEAD}{days.DAY}(?:(?:T|[ ]*[,|]?[ ]*(?:(?:pukul|jam|pkl?\.?|at|@)[ ]*)?(?<![0-9]))"
    r"(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9]{2})(?:[:.](?P<seconds>[0-9]{2}))?)?"
    r"(?:[ ]*\(?(?P<zone>[A-Za-z][A-Za-z0-9_+/-]*)\)?)?",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"(?:nanti|besok|lusa|hari ini|malam ini|minggu depan|bulan depan|"
    r"soon|today|tonight|tomorrow|next)\b.*"
    rf"|{days.WEEKDAY} (?:depan|besok|ini)\b.*|{days.WEEKDAY}\b[^0-9]*(?:[0-9]{{1,2}}[:.][0-9]{{2}}.*)?",
    re.IGNORECASE,
)
_AT_ONCE = re.compile(
    r"(?:terbit(?:kan)? )?(?:segera|sekarang(?: juga)?|langsung|secepatnya|now|at once|immediately|asap)",
    re.IGNORECASE,
)
_PART_OF_DAY = r"(?:dini hari|subuh|pagi|siang|sore|petang|malam|[ap]\.?m\.?)"
_CLOCK = (
    rf"(?:(?:pukul|jam|pkl?\.?|at|@)[ ]*)?[0-9]{{1,2}}(?:[:.][0-9]{{2}})?(?:[ ]*(?:{_PART_OF_DAY}|WI[BT]A?))?"
)
_IN_WORDS = re.compile(rf"[ ,]*{_CLOCK}(?:[ ]*WI[BT]A?)?", re.IGNORECASE)
_SPAN = re.compile(
    rf"[ ,]*{_CLOCK}[ ]*(?:[-–—]|s\.?[ ]?d\.?|s/d|sampai|hingga|to|until)[ ]*\S.*", re.IGNORECASE
)
_HOUR_ONLY = re.compile(
    r"(?:(?:pukul|jam|pkl?\.?|at)[ ]*)?[0-9]{1,2}[:.][0-9]{2}(?:[ ]*[A-Za-z]{2,4})?", re.IGNORECASE
)


def _line_of(value: Value) -> str:
    """A line without what Word puts for blanks: spaces that do not break, or take no room at all."""
    return _bare(_ODD_SPACES.sub(" ", to_line(value)).replace("\u200b", "").strip())


_ODD_SPACES = re.compile("[\u00a0\u2007\u2009\u202f]")


def to_date(value: Value) -> date:
    """A day: `2026-11-24`, `24 November 2026`, `Selasa, 24/11/2026`; nothing looser."""
    text = _line_of(value)
    match = _ONLY_DAY.fullmatch(text)
    if not match:
        raise BadValue(
            "content.date_relative" if _RELATIVE.fullmatch(text) else "content.date", value=shown(text)
        )
    return _day(match, text)


def to_time(value: Value, zone: str) -> LocalTime:
    """A day and a time of day, in `zone` unless another is named; nothing looser.

    `2026-11-24 08:00`, `2026-11-24T08:00:30`, `24 November 2026 08.00 WIB`,
    `Selasa, 24 November 2026 pukul 08.00`, `24/11/2026 08.00 Asia/Jakarta`.
    """
    text = _line_of(value)
    match = _TIME.fullmatch(text.rstrip(" ."))
    if not match:
        raise BadValue(_why_no_time(text), value=shown(text))
    day = _day(match, text)
    if match["hour"] is None:
        raise BadValue("content.time_missing", value=shown(text))
    try:
        moment = time(int(match["hour"]), int(match["minute"]), int(match["seconds"] or 0))
    except ValueError:
        raise BadValue("content.no_such_time", value=shown(text)) from None
    wall = datetime.combine(day, moment)
    if not match["zone"]:
        return LocalTime(wall, zone)
    if re.fullmatch(_PART_OF_DAY, match["zone"], re.IGNORECASE):
        raise BadValue("content.time_words", value=shown(text))
    found = _zone(match["zone"])
    if found is None:
        raise BadValue("content.zone", value=shown(match["zone"]))
    return LocalTime(wall, found)


def _why_no_time(text: str) -> str:
    for pattern, code in _REASONS:
        if pattern.fullmatch(text):
            return code
    if days.WITH_HALF_A_YEAR.match(text):
        return "content.year_short"
    if days.WITHOUT_YEAR.match(text):
        return "content.year_missing"
    if day := _ONLY_DAY.match(text):
        rest = text[day.end() :]
        if _IN_WORDS.fullmatch(rest):
            return "content.time_words"
        if _SPAN.fullmatch(rest):
            return "content.time_span"
    return "content.time"


_REASONS = (
    (_AT_ONCE, "content.time_now"),
    (_RELATIVE, "content.time_relative"),
    (_HOUR_ONLY, "content.day_missing"),
)


def _day(match: re.Match[str], written: str) -> date:
    try:
        return days.day_of(match)
    except days.WrongDay as wrong:
        if wrong.code == "content.no_such_day":
            raise BadValue("content.no_such_time", value=shown(written)) from None
        code = {"content.weekday": "content.weekday_wrong"}.get(wrong.code, wrong.code)
        raise BadValue(code, value=shown(written), **wrong.values) from None


@cache
def _zone(name: str) -> str | None:
    name = ZONE_NAMES.get(name.upper(), name)
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, a path, a folder of the zone data
        return None
    return name
