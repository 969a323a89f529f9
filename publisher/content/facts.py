"""Facts as written → values of the right types; one line of KEYS per key a post may have."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from connectors import registry
from connectors.contract import Json, Option
from publisher.content.text import Draft, Value, shown
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


class MediaFact(NamedTuple):
    """A picture as the post names it; `key` is `media.0` and so on."""

    file: str
    alt: str
    focus: tuple[float, float] | None
    key: str


@dataclass
class Facts:
    """What the facts of one post mean.

    Attributes:
        values: for the fields of Post of the same name; `media` is a list of MediaFact.
        platforms: the block per platform id.
        wrong: (code, dotted key, values) of everything that is not right.
    """

    values: dict[str, Any] = field(default_factory=dict)
    platforms: dict[str, dict[str, Json]] = field(default_factory=dict)
    wrong: list[tuple[str, str, dict[str, Json]]] = field(default_factory=list)


def understand(draft: Draft, zone: str) -> Facts:
    """Every fact of a draft, or what is wrong with it; never raises.

    Args:
        zone: IANA name of the zone that times are in unless they name one.
    """
    facts = Facts()
    for key, value in draft.facts.items():
        try:
            if key in KEYS:
                if value is not None:
                    facts.values[key] = KEYS[key](value, zone)
            elif key in registry.platforms():
                facts.platforms[key] = _platform(key, value, facts)
            else:
                facts.wrong.append(_unknown(key, "", [*KEYS, *registry.platforms()]))
        except BadValue as bad:
            facts.wrong.append((bad.code, bad.key or key, {"key": bad.key or key, **bad.values}))
    facts.wrong.extend(_contradictions(facts.values))
    return facts


def _unknown(key: str, within: str, known: list[str]) -> tuple[str, str, dict[str, Json]]:
    path = f"{within}.{key}" if within else key
    near = get_close_matches(key.lower(), known, n=1, cutoff=0.6) or _by_title(key)
    values: dict[str, Json] = {"key": shown(path), "known": ", ".join(sorted(known))}
    if not near:
        return "content.unknown_key", path, values
    return "content.unknown_key_meant", path, {**values, "meant": near[0]}


def _by_title(key: str) -> list[str]:
    """The platform that people know under that name, such as X."""
    return [name for name in registry.platforms() if registry.room(name).title.lower() == key.lower()]


def _contradictions(values: Mapping[str, Any]) -> list[tuple[str, str, dict[str, Json]]]:
    at, after, before = (values.get(key) for key in ("publish_at", "publish_after", "publish_before"))
    wrong: list[tuple[str, str, dict[str, Json]]] = []
    for first, second, key in (
        (after, before, "publish_before"),
        (after, at, "publish_at"),
        (at, before, "publish_before"),
    ):
        if first and second and not wrong and _instant(first) > _instant(second):
            other = "publish_after" if first is after else "publish_at"
            wrong.append(("content.contradiction", key, {"key": key, "other": other}))
    return wrong


def _instant(time: LocalTime) -> datetime:
    return time.wall.replace(tzinfo=ZoneInfo(time.zone))


# ── Platform blocks ──────────────────────────────────────────────────────────


def _platform(platform: str, value: Value, facts: Facts) -> dict[str, Json]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadValue("content.not_block", value=shown(value))
    options = options_of(platform)
    block: dict[str, Json] = {}
    for key, inner in value.items():
        path = f"{platform}.{key}"
        if key not in options:
            facts.wrong.append(_unknown(key, platform, list(options)))
        elif inner is not None:
            try:
                block[key] = _option(options[key], inner)
            except BadValue as bad:
                facts.wrong.append((bad.code, path, {"key": path, **bad.values}))
    return block


@cache
def options_of(platform: str) -> Mapping[str, Option]:
    """The keys a post may give for a platform: `text` and `placement` everywhere, and the room's own."""
    room = registry.room(platform)
    common = (Option("text", "text"), Option("placement", "choice", choices=room.placements))
    return {option.name: option for option in (*common, *room.options) if "post" in option.where}


def _option(option: Option, value: Value) -> Json:
    if option.kind == "choice":
        return _choice(value, option.choices)
    return _OPTION_KINDS[option.kind](value)


def _choice(value: Value, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise BadValue("content.choice", value=shown(value), choices=", ".join(choices))
    return str(value)


# ── Plain values ─────────────────────────────────────────────────────────────

_YES = frozenset({"true", "yes", "ya"})
_NO = frozenset({"false", "no", "tidak"})
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_TAG = re.compile(r"#?(\w+)")
_FOCUS = re.compile(r"0*(?:0(?:\.\d{1,9})?|1(?:\.0{1,9})?)")
_DURATION = re.compile(r"([0-9]{1,6})\s*(m|min|menit|h|jam|d|hari)")
_MINUTES = {"m": 1, "min": 1, "menit": 1, "h": 60, "jam": 60, "d": 1440, "hari": 1440}


def _text(value: Value) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadValue("content.not_text", value=shown(value))
    return value.strip()


def _line(value: Value) -> str:
    text = _text(value)
    if "\n" in text:
        raise BadValue("content.one_line", value=shown(text.partition("\n")[0]))
    return text


def _flag(value: Value) -> bool:
    word = value.strip().lower() if isinstance(value, str) else ""
    if word not in _YES | _NO:
        raise BadValue("content.not_flag", value=shown(value))
    return word in _YES


def _whole(value: Value) -> int:
    if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,15}", value.strip()):
        raise BadValue("content.not_whole", value=shown(value))
    return int(value)


def _names(value: Value) -> tuple[str, ...]:
    """A list, or one text with commas."""
    parts = _split(value, ",") if isinstance(value, str) else value
    if not isinstance(parts, list) or not parts:
        raise BadValue("content.not_list", value=shown(value))
    return tuple(dict.fromkeys(_line(part) for part in parts))


def _split(text: str, between: str) -> list[Value]:
    return list(re.split(between, text.strip()))


def _identifier(value: Value) -> str:
    text = _line(value)
    if not _ID.fullmatch(text):
        raise BadValue("content.id", value=shown(text))
    return text


def _link(value: Value) -> str:
    text = _line(value)
    try:
        parts = urlsplit(text)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"\s", text)
    except ValueError:
        good = False
    if not good:
        raise BadValue("content.link", value=shown(text))
    return text


def _hashtags(value: Value) -> tuple[str, ...]:
    """Without their #; a text may hold several, with spaces or commas between."""
    words = _split(value, r"[\s,]+") if isinstance(value, str) else value
    if not isinstance(words, list):
        raise BadValue("content.not_list", value=shown(value))
    return tuple(dict.fromkeys(_hashtag(word) for word in words if word != ""))


def _hashtag(value: Value) -> str:
    text = _line(value)
    match = _TAG.fullmatch(text)
    if not match or match.group(1).isdigit():
        raise BadValue("content.hashtag", value=shown(text))
    return match.group(1)


def _date(value: Value) -> date:
    text = _line(value)
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise BadValue("content.date", value=shown(text))
    return _moment(text, text).date()


def _duration(value: Value) -> timedelta:
    match = _DURATION.fullmatch(_line(value).lower())
    if not match:
        raise BadValue("content.duration", value=shown(value))
    return timedelta(minutes=int(match.group(1)) * _MINUTES[match.group(2)])


# ── Times ────────────────────────────────────────────────────────────────────

_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:(?:T|[ ]+)([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2}))?)?"
    r"(?:[ ]*([A-Za-z][A-Za-z0-9_+/-]*))?"
)


def _time(value: Value, zone: str) -> LocalTime:
    """`2026-11-24 08:00`, `2026-11-24T08:00:30`, `2026-11-24 08.00 WIB`, `… Asia/Jakarta`; nothing looser."""
    text = _line(value)
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


# ── Media ────────────────────────────────────────────────────────────────────

_MEDIA_KEYS = ["file", "alt", "focus"]


def _media(value: Value) -> list[MediaFact]:
    entries = value if isinstance(value, list) else [value]
    return [_medium(entry, f"media.{number}") for number, entry in enumerate(entries)]


def _medium(value: Value, key: str) -> MediaFact:
    if isinstance(value, str):
        return MediaFact(_at(key, _line, value), "", None, key)
    if not isinstance(value, dict) or value.get("file") is None:
        raise BadValue("content.media_entry", key)
    for name in value:
        if name not in _MEDIA_KEYS:
            code, path, values = _unknown(name, key, _MEDIA_KEYS)
            values.pop("key")
            raise BadValue(code, path, **values)
    alt, focus = value.get("alt"), value.get("focus")
    return MediaFact(
        _at(f"{key}.file", _line, value["file"]),
        _at(f"{key}.alt", _text, alt) if alt is not None else "",
        _at(f"{key}.focus", _focus, focus) if focus is not None else None,
        key,
    )


def _at(key: str, parse: Callable[[Value], Any], value: Value) -> Any:
    try:
        return parse(value)
    except BadValue as bad:
        raise BadValue(bad.code, key, **bad.values) from None


def _focus(value: Value) -> tuple[float, float]:
    """Where the eye should rest: across and down, each from 0 to 1."""
    parts = value.split(",") if isinstance(value, str) else value
    numbers = [part.strip() for part in parts if isinstance(part, str)] if isinstance(parts, list) else []
    if len(numbers) != 2 or not all(_FOCUS.fullmatch(number) for number in numbers):
        raise BadValue("content.focus", value=shown(value))
    return float(numbers[0]), float(numbers[1])


# ── The keys ─────────────────────────────────────────────────────────────────


def _plain(parse: Callable[[Value], Any]) -> Callable[[Value, str], Any]:
    return lambda value, zone: parse(value)


KEYS: Mapping[str, Callable[[Value, str], Any]] = {
    "id": _plain(_identifier),
    "title": _plain(_line),
    "author": _plain(_line),
    "date": _plain(_date),
    "publish_at": _time,
    "publish_after": _time,
    "publish_before": _time,
    "grace": _plain(_duration),
    "channels": _plain(_names),
    "link": _plain(_link),
    "hashtags": _plain(_hashtags),
    "media": _plain(_media),
    "topic": _plain(_line),
    "urgent": _plain(_flag),
    "draft": _plain(_flag),
    "repeat": _plain(_flag),
    "corrects": _plain(_line),
    "sample": _plain(_flag),
}
"""Key → how its value is understood, given the zone of the workspace."""

_OPTION_KINDS: Mapping[str, Callable[[Value], Json]] = {
    "bool": _flag,
    "text": _text,
    "int": _whole,
    "list": lambda value: list(_names(value)),
}
