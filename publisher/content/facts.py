"""Facts as written → values of the right types; one line of KEYS per key a post may have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import get_close_matches
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from connectors import registry
from connectors.contract import Json, Option
from publisher.content import focus, vocabulary
from publisher.content.text import Draft, Value, shown
from publisher.content.values import (
    BadValue,
    to_background,
    to_card,
    to_cover,
    to_date,
    to_duration,
    to_fit,
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
from publisher.model import LocalTime, PostMedia


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
        values: for the fields of Post of the same name; `media` is a list of MediaFact, `cover` may be a
            file's name.
        platforms: the block per platform id.
        alts: alternative text by the number of the picture, from 1 (`Foto 1: …`).
        focuses: where the eye should rest likewise (`Fokus 1: atas`); 0: in the only picture.
        wrong: (code, dotted key, values) of everything that is not right.
    """

    values: dict[str, Any] = field(default_factory=dict)
    platforms: dict[str, dict[str, Json]] = field(default_factory=dict)
    alts: dict[int, str] = field(default_factory=dict)
    focuses: dict[int, focus.Point] = field(default_factory=dict)
    wrong: list[tuple[str, str, dict[str, Json]]] = field(default_factory=list)


def understand(draft: Draft, zone: str) -> Facts:
    """Every fact of a draft, or what is wrong with it; never raises.

    Args:
        zone: IANA name of the zone that times are in unless they name one.
    """
    facts = Facts()
    for key, value in draft.facts.items():
        try:
            _fact(key, value, zone, facts)
        except BadValue as bad:
            named = bad.key or draft.written.get(key, key)
            facts.wrong.append((bad.code, bad.key or key, {"key": named, **bad.values}))
    for code, key, values in _contradictions(facts.values):
        written = {name: draft.written.get(str(one), one) for name, one in values.items()}
        facts.wrong.append((code, key, written))
    return facts


def _fact(key: str, value: Value, zone: str, facts: Facts) -> None:
    if key in KEYS:
        if value is not None:
            facts.values[key] = KEYS[key](value, zone)
    elif key in registry.platforms():
        facts.platforms[key] = _platform(key, value, facts)
    elif key.startswith("focus"):
        facts.focuses[int(key.partition("_")[2] or 0)] = _focus(value)
    elif key.startswith("photo_"):
        facts.alts[int(key.removeprefix("photo_"))] = to_line(value)
    else:
        facts.wrong.append(_unknown(key, "", [*KEYS, *registry.platforms()], vocabulary.KEYS))


def title_of(platform: str) -> str:
    """As shown to people."""
    return registry.room(platform).title


def _unknown(
    key: str, within: str, known: list[str], aliases: Mapping[str, str] | None = None
) -> tuple[str, str, dict[str, Json]]:
    path = f"{within}.{key}" if within else key
    words = {**dict.fromkeys(known), **(aliases or {})}
    near = get_close_matches(vocabulary.plain(key), list(words), n=1, cutoff=0.6)
    values: dict[str, Json] = {"key": shown(path), "known": known}
    if not near:
        return "content.unknown_key", path, values
    return "content.unknown_key_meant", path, {**values, "meant": near[0]}


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
    options = vocabulary.options_of(platform)
    if isinstance(value, str):
        return _by_words(platform, value, options)
    if not isinstance(value, dict):
        raise BadValue("content.not_block", value=shown(value))
    block: dict[str, Json] = {}
    for key, inner in value.items():
        path = f"{platform}.{key}"
        if key not in options:
            facts.wrong.append(_unknown(key, platform, list(options), _of(options)))
        elif inner is not None:
            try:
                block[key] = _option(options[key], inner)
            except BadValue as bad:
                facts.wrong.append((bad.code, path, {"key": path, **bad.values}))
    return block


def _of(options: Mapping[str, Option]) -> dict[str, str]:
    """The words for the options of a platform."""
    return {word: name for word, name in vocabulary.OPTIONS.items() if name in options}


def _by_words(platform: str, value: str, options: Mapping[str, Option]) -> dict[str, Json]:
    """`X: utas`, `Instagram: reel`: placements, and options that are on or off, by their names alone."""
    placements = options["placement"].choices
    flags = [name for name, option in options.items() if option.kind == "bool"]
    block: dict[str, Json] = {}
    for word in to_names(value):
        plain = vocabulary.plain(word)
        if (placement := vocabulary.PLACEMENTS.get(plain, plain)) in placements:
            block["placement"] = placement
        elif (flag := vocabulary.OPTIONS.get(plain, plain)) in flags:
            block[flag] = True
        else:
            known: list[Json] = [*placements, *flags]
            raise BadValue(
                "content.platform_word", word=shown(word), platform=title_of(platform), known=known
            )
    return block


def _option(option: Option, value: Value) -> Json:
    if option.kind == "choice":
        return _choice(value, option.choices)
    return _OPTION_KINDS[option.kind](value)


def _choice(value: Value, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise BadValue("content.choice", value=shown(value), choices=", ".join(choices))
    return str(value)


# ── Media ────────────────────────────────────────────────────────────────────

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
            code, path, values = _unknown(name, key, _MEDIA_KEYS, vocabulary.INNER)
            values.pop("key")
            raise BadValue(code, path, **values)
    alt, eye = value.get("alt"), value.get("focus")
    return MediaFact(
        _at(f"{key}.file", to_line, value["file"]),
        _at(f"{key}.alt", to_text, alt) if alt is not None else "",
        _at(f"{key}.focus", _focus, eye) if eye is not None else None,
        key,
    )


def _at(key: str, parse: Callable[[Value], Any], value: Value) -> Any:
    try:
        return parse(value)
    except BadValue as bad:
        raise BadValue(bad.code, key, **bad.values) from None


def _focus(value: Value) -> focus.Point:
    """Where the eye should rest: words, or across and down, also as a list of two numbers."""
    written = ", ".join(map(str, value)) if isinstance(value, list) else value
    point = focus.point_of(written) if isinstance(written, str) else None
    if point is None:
        raise BadValue("content.focus", value=shown(value))
    return point


def numbered(
    media: tuple[PostMedia, ...], facts: Facts
) -> tuple[tuple[PostMedia, ...], list[tuple[str, str, dict[str, Json]]]]:
    """The pictures with what stands of them in lines of their own, and what is wrong there."""
    count = len(media)
    wrong: list[tuple[str, str, dict[str, Json]]] = [
        ("content.photo_missing" if media else "content.photo_none", f"photo_{number}", {"number": number})
        for number in facts.alts
        if number > count
    ]
    for number in facts.focuses:
        if not count or number > count:
            code = "content.focus_missing" if media else "content.focus_none"
            wrong.append((code, focus_key(number), {"number": number}))
        elif number == 0 and count > 1:
            wrong.append(("content.focus_which", focus_key(number), {}))
    points = {number or 1: point for number, point in facts.focuses.items() if number or count == 1}
    told = [
        replace(one, alt=facts.alts.get(number, one.alt), focus=points.get(number, one.focus))
        for number, one in enumerate(media, 1)
    ]
    return tuple(told), [(code, key, {**values, "count": count}) for code, key, values in wrong]


def focus_key(number: int) -> str:
    """As `vocabulary.key_of` has it; 0: the line names no number."""
    return f"focus_{number}" if number else "focus"


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
    "card": _plain(to_card),
    "fit": _plain(to_fit),
    "background": _plain(to_background),
    "cover": _plain(to_cover),
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
