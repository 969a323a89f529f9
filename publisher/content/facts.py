"""Facts as written → values of the right types; one line of KEYS per key a post may have."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from connectors import registry
from connectors.contract import Json, Option
from publisher.content.text import Draft, Value, shown
from publisher.content.values import (
    BadValue,
    to_date,
    to_duration,
    to_flag,
    to_hashtags,
    to_identifier,
    to_line,
    to_link,
    to_names,
    to_text,
    to_time,
    to_whole,
)
from publisher.model import LocalTime


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


# ── Media ────────────────────────────────────────────────────────────────────

_FOCUS = re.compile(r"0*(?:0(?:\.\d{1,9})?|1(?:\.0{1,9})?)")
_MEDIA_KEYS = ["file", "alt", "focus"]


def _media(value: Value) -> list[MediaFact]:
    entries = value if isinstance(value, list) else [value]
    return [_medium(entry, f"media.{number}") for number, entry in enumerate(entries)]


def _medium(value: Value, key: str) -> MediaFact:
    if isinstance(value, str):
        return MediaFact(_at(key, to_line, value), "", None, key)
    if not isinstance(value, dict) or value.get("file") is None:
        raise BadValue("content.media_entry", key)
    for name in value:
        if name not in _MEDIA_KEYS:
            code, path, values = _unknown(name, key, _MEDIA_KEYS)
            values.pop("key")
            raise BadValue(code, path, **values)
    alt, focus = value.get("alt"), value.get("focus")
    return MediaFact(
        _at(f"{key}.file", to_line, value["file"]),
        _at(f"{key}.alt", to_text, alt) if alt is not None else "",
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
    "id": _plain(to_identifier),
    "title": _plain(to_line),
    "author": _plain(to_line),
    "date": _plain(to_date),
    "publish_at": to_time,
    "publish_after": to_time,
    "publish_before": to_time,
    "grace": _plain(to_duration),
    "channels": _plain(to_names),
    "link": _plain(to_link),
    "hashtags": _plain(to_hashtags),
    "media": _plain(_media),
    "topic": _plain(to_line),
    "urgent": _plain(to_flag),
    "draft": _plain(to_flag),
    "repeat": _plain(to_flag),
    "corrects": _plain(to_line),
    "sample": _plain(to_flag),
}
"""Key → how its value is understood, given the zone of the workspace."""

_OPTION_KINDS: Mapping[str, Callable[[Value], Json]] = {
    "bool": to_flag,
    "text": to_text,
    "int": to_whole,
    "list": lambda value: list(to_names(value)),
}
