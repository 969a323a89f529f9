"""One value as written → text, flag, date, time, …; strict, with a code for everything looser."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from connectors.contract import Json
from publisher.content.text import Value, shown
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

_YES = frozenset({"true", "yes", "ya"})
_NO = frozenset({"false", "no", "tidak"})
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_TAG = re.compile(r"#?(\w+)")
_DURATION = re.compile(r"([0-9]{1,6})\s*(m|min|menit|h|jam|d|hari)")
_MINUTES = {"m": 1, "min": 1, "menit": 1, "h": 60, "jam": 60, "d": 1440, "hari": 1440}


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
    word = value.strip().lower() if isinstance(value, str) else ""
    if word not in _YES | _NO:
        raise BadValue("content.not_flag", value=shown(value))
    return word in _YES


def to_whole(value: Value) -> int:
    """A whole number in plain digits."""
    if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,15}", value.strip()):
        raise BadValue("content.not_whole", value=shown(value))
    return int(value)


def to_names(value: Value) -> tuple[str, ...]:
    """A list, or one text with commas."""
    parts = _split(value, ",") if isinstance(value, str) else value
    if not isinstance(parts, list) or not parts:
        raise BadValue("content.not_list", value=shown(value))
    return tuple(dict.fromkeys(to_line(part) for part in parts))


def _split(text: str, between: str) -> list[Value]:
    return list(re.split(between, text.strip()))


def to_identifier(value: Value) -> str:
    """An id: short, and safe in paths and addresses."""
    text = to_line(value)
    if not _ID.fullmatch(text):
        raise BadValue("content.id", value=shown(text))
    return text


def to_link(value: Value) -> str:
    """A whole web address."""
    text = to_line(value)
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
    words = _split(value, r"[\s,]+") if isinstance(value, str) else value
    if not isinstance(words, list):
        raise BadValue("content.not_list", value=shown(value))
    return tuple(dict.fromkeys(_hashtag(word) for word in words if word != ""))


def _hashtag(value: Value) -> str:
    text = to_line(value)
    match = _TAG.fullmatch(text)
    if not match or match.group(1).isdigit():
        raise BadValue("content.hashtag", value=shown(text))
    return match.group(1)


def to_date(value: Value) -> date:
    """A day, `2026-11-24`; nothing looser."""
    text = to_line(value)
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise BadValue("content.date", value=shown(text))
    return _moment(text, text).date()


def to_duration(value: Value) -> timedelta:
    """A length of time, `30m`, `2 jam`, `1d`."""
    match = _DURATION.fullmatch(to_line(value).lower())
    if not match:
        raise BadValue("content.duration", value=shown(value))
    return timedelta(minutes=int(match.group(1)) * _MINUTES[match.group(2)])


# ── Times ────────────────────────────────────────────────────────────────────

_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:(?:T|[ ]+)([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2}))?)?"
    r"(?:[ ]*([A-Za-z][A-Za-z0-9_+/-]*))?"
)


def to_time(value: Value, zone: str) -> LocalTime:
    """`2026-11-24 08:00`, `2026-11-24T08:00:30`, `2026-11-24 08.00 WIB`, `… Asia/Jakarta`; nothing looser."""
    text = to_line(value)
    match = _TIME.fullmatch(text)
    if not match:
        raise BadValue("content.time", value=shown(text))
    day, hour, minute, second, name = match.groups()
    if hour is None:
        raise BadValue("content.time_missing", value=shown(text))
    wall = _moment(f"{day}T{hour:0>2}:{minute}:{second or '00'}", text)
    if not name:
        return LocalTime(wall, zone)
    found = _zone(name)
    if found is None:
        raise BadValue("content.zone", value=shown(name))
    return LocalTime(wall, found)


def _moment(iso: str, written: str) -> datetime:
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        raise BadValue("content.no_such_time", value=shown(written)) from None
    if not 1970 <= moment.year <= 2999:
        raise BadValue("content.no_such_time", value=shown(written))
    return moment


@cache
def _zone(name: str) -> str | None:
    name = ZONE_NAMES.get(name.upper(), name)
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, a path, a folder of the zone data
        return None
    return name
