"""Numbers, money, sizes, spans and times as readers of the language in use write them; the only place.

Written out here rather than taken from Babel, which needs 20 to 30 ms for its modules and the data of
one language (this module: 3 ms); tests compare every form with Babel's (the CLDR).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from publisher.texts import known, number, t

_ZONES = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
_RATIOS = ((1, 1), (4, 5), (5, 4), (3, 4), (4, 3), (2, 3), (3, 2), (9, 16), (16, 9), (1, 2), (2, 1))
_UNITS = (("days", 86400), ("hours", 3600), ("minutes", 60), ("seconds", 1))


# ── Times ────────────────────────────────────────────────────────────────────


def local(at: datetime, zone: str) -> datetime:
    """An instant (aware) as the clocks of a zone show it."""
    return at.astimezone(ZoneInfo(zone))


def clock(moment: datetime, *, seconds: bool = False) -> str:
    """08.00 or 08:00; seconds where there are any, or always."""
    name = "common.clock_seconds" if seconds or moment.second else "common.clock"
    return t(name, hour=moment.hour, minute=moment.minute, second=moment.second)


def day(moment: date) -> str:
    """Selasa, 24 November 2026."""
    return t("common.day", weekday=_pick("common.weekdays", moment.weekday()), date=plain_day(moment))


def plain_day(moment: date) -> str:
    """24 November 2026."""
    return t("common.date", day=moment.day, month=_pick("common.months", moment.month - 1), year=moment.year)


def day_in(at: datetime, zone: str) -> str:
    """Selasa, 24 November 2026 (WIB): the heading of a day's list."""
    return f"{day(local(at, zone))} ({zone_name(zone, at)})"


def short_day(moment: date) -> str:
    """Sel 24 Nov 2026."""
    return t(
        "common.day_short",
        weekday=_pick("common.weekdays_short", moment.weekday()),
        day=moment.day,
        month=_pick("common.months_short", moment.month - 1),
        year=moment.year,
    )


def when(at: datetime, zone: str) -> str:
    """Selasa, 24 November 2026 pukul 08.00 WIB."""
    moment = local(at, zone)
    return t("common.when", day=day(moment), clock=f"{clock(moment)} {zone_name(zone, at)}")


def short_when(at: datetime, zone: str) -> str:
    """Sel 24 Nov 2026 08.00 WIB."""
    moment = local(at, zone)
    return f"{short_day(moment)} {clock(moment)} {zone_name(zone, at)}"


def wall_when(wall: datetime, zone: str | None = None) -> str:
    """A wall time (naive) the long way, with its zone where one is given."""
    shown = clock(wall)
    if zone:
        shown = f"{shown} {zone_name(zone, wall.replace(tzinfo=ZoneInfo(zone)))}"
    return t("common.when", day=day(wall), clock=shown)


def zone_name(zone: str, at: datetime | None = None) -> str:
    """WIB, WITA, WIT; elsewhere the letters in use at an instant, or the distance from UTC.

    Without an instant a zone that changes its clocks keeps its long name.
    """
    if zone in _ZONES or at is None:
        return _ZONES.get(zone, zone)
    name = local(at, zone).tzname() or zone
    return name if name[:1].isalpha() else f"UTC{name}"


# ── Spans ────────────────────────────────────────────────────────────────────


def span(seconds: float) -> str:
    """1 jam 30 menit: the two largest units in a row that are not nothing; never negative."""
    left = max(0, int(seconds))
    counts: list[tuple[str, int]] = []
    for unit, length in _UNITS:
        count, left = divmod(left, length)
        counts.append((unit, count))
    first = next((place for place, (_, count) in enumerate(counts) if count), len(_UNITS) - 1)
    told = [
        t(f"common.{unit}" if count != 1 else f"common.one_{unit}", count=count)
        for unit, count in counts[first : first + 2]
        if count or unit == counts[first][0]
    ]
    return " ".join(told)


def ago(then: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that fits; never in the future."""
    seconds = max(0, int((now.astimezone(UTC) - then.astimezone(UTC)).total_seconds()))
    length = next((length for _, length in _UNITS if seconds >= length), 1)
    return t("common.ago", span=span(seconds - seconds % length))


# ── Numbers ──────────────────────────────────────────────────────────────────


def decimal(digits: str) -> str:
    """A number written with a point, as readers of the language expect it: 1.234,5 from 1234.5."""
    whole, point, rest = digits.partition(".")
    grouped = number(int(whole)) if whole.lstrip("-").isdecimal() else whole
    return f"{grouped}{t('common.decimal') if point else ''}{rest}"


def size(count: int) -> str:
    """Bytes as 1,2 MB."""
    if count < 1000:
        return t("common.bytes", count=count)
    unit, amount = ("kB", count / 1e3) if count < 999_500 else ("MB", count / 1e6)
    digits = 0 if amount >= 100 else 1
    return f"{decimal(f'{amount:.{digits}f}')} {unit}"


def ratio(width: int, height: int) -> str:
    """16:9 where it is one people know (within 1 %), else 1,91:1."""
    exact = width / height
    for across, down in _RATIOS:
        if abs(exact * down / across - 1) < 0.01:
            return f"{across}:{down}"
    if exact >= 1:
        return f"{decimal(f'{exact:.2f}')}:1"
    return f"1:{decimal(f'{1 / exact:.2f}')}"


def money(usd: Decimal) -> str:
    """US dollars, with as many digits as the tariff has."""
    whole, _, cents = f"{usd.normalize():f}".partition(".")
    return t("common.usd", amount=decimal(f"{whole}.{cents.ljust(2, '0')}"))


def _pick(message: str, place: int) -> str:
    return t(message).split()[place]


# ── Placeholders of messages ─────────────────────────────────────────────────


def _moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def _when(value: Any, zone: str) -> str:
    moment = _moment(value)
    if moment.tzinfo is None:
        return wall_when(moment, zone or None)
    return when(moment, zone or "UTC")


def _features(value: Any, _: str) -> str:
    """What a platform cannot take, in words: `image` → gambar; one, or several with commas."""
    names = value if isinstance(value, list | tuple) else [value]
    return ", ".join(t(f"room.feature_{name}") for name in names)


def _words(value: Any, _: str) -> str:
    """Keys, options, placements, one or several, as people write them: `publish_at` → terbit."""
    names = [value] if isinstance(value, str) else value
    called = {name: f"content.called_{name}" for name in names}
    return ", ".join(t(one) if known(one) else name for name, one in called.items())


def _number(value: Any, _: str) -> str:
    return decimal(str(value).removesuffix(".0"))


_FORMATS: Mapping[str, Callable[[Any, str], str]] = {
    "when": _when,
    "day": lambda value, _: day(_moment(value)),
    "clock": lambda value, _: clock(_moment(value)),
    "zone": lambda value, _: zone_name(str(value)),
    "size": lambda value, _: size(int(value)),
    "usd": lambda value, _: money(Decimal(str(value))),
    "decimal": _number,
    "seconds": lambda value, _: span(float(value)),
    "feature": _features,
    "words": _words,
    "message": lambda value, _: t(str(value)),
    "minutes": lambda value, _: span(60 * float(value)),
}


def formatted(value: Any, format_spec: str) -> str:
    """A placeholder's value by the format that the message names; times and numbers also as JSON has them.

    Raises:
        ValueError: no such format, or the value is none of its kind.
    """
    name, _, more = format_spec.partition(" ")
    if name not in _FORMATS:
        return format(value, format_spec)
    return _FORMATS[name](value, more)
