"""Times, sizes, states and prices as people say them; shared by the preview and every table of the CLI."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from publisher.model import DueWhy, State
from publisher.texts import number, t

_ZONES = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
_RATIOS = ((1, 1), (4, 5), (5, 4), (3, 4), (4, 3), (2, 3), (3, 2), (9, 16), (16, 9), (1, 2), (2, 1))


def local(at: datetime, zone: str) -> datetime:
    """An instant (aware) as the clocks of a zone show it."""
    return at.astimezone(ZoneInfo(zone))


def clock(moment: datetime, *, seconds: bool = False) -> str:
    """08.00 or 08:00; seconds where there are any, or always."""
    name = "preview.clock_seconds" if seconds or moment.second else "preview.clock"
    return t(name, hour=moment.hour, minute=moment.minute, second=moment.second)


def day(moment: date) -> str:
    """Selasa, 24 November 2026."""
    return t(
        "preview.day",
        weekday=_pick("preview.weekdays", moment.weekday()),
        day=moment.day,
        month=_pick("preview.months", moment.month - 1),
        year=moment.year,
    )


def day_in(at: datetime, zone: str) -> str:
    """Selasa, 24 November 2026 (WIB): the heading of a day's list."""
    return f"{day(local(at, zone))} ({zone_name(zone, at)})"


def short_day(moment: date) -> str:
    """Sel 24 Nov 2026."""
    return t(
        "preview.day_short",
        weekday=_pick("preview.weekdays_short", moment.weekday()),
        day=moment.day,
        month=_pick("preview.months_short", moment.month - 1),
        year=moment.year,
    )


def when(at: datetime, zone: str) -> str:
    """Selasa, 24 November 2026 pukul 08.00 WIB."""
    moment = local(at, zone)
    return t("preview.when", day=day(moment), clock=clock(moment), zone=zone_name(zone, at))


def short_when(at: datetime, zone: str) -> str:
    """Sel 24 Nov 2026 08.00 WIB."""
    moment = local(at, zone)
    return f"{short_day(moment)} {clock(moment)} {zone_name(zone, at)}"


def zone_name(zone: str, at: datetime) -> str:
    """WIB, WITA, WIT; elsewhere the usual letters, or the distance from UTC."""
    if zone in _ZONES:
        return _ZONES[zone]
    name = local(at, zone).tzname() or zone
    return name if name[:1].isalpha() else f"UTC{name}"


def ago(then: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that fits; never in the future."""
    seconds = max(0, int((now.astimezone(UTC) - then.astimezone(UTC)).total_seconds()))
    for unit, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= length:
            return t(f"preview.ago_{unit}", count=seconds // length)
    return t("preview.ago_seconds", count=seconds)


def why(reason: DueWhy) -> str:
    """Why it is due when it is."""
    return t(f"preview.why_{reason}")


def state(of: State) -> str:
    """A state as staff call it."""
    return t(f"preview.state_{of}")


def size(count: int) -> str:
    """Bytes as 1,2 MB."""
    if count < 1000:
        return t("preview.bytes", count=count)
    unit, amount = ("kB", count / 1e3) if count < 999_500 else ("MB", count / 1e6)
    digits = 0 if amount >= 100 else 1
    return f"{decimal(f'{amount:.{digits}f}')} {unit}"


def decimal(digits: str) -> str:
    """A number written with a point, as readers of the language expect it."""
    return digits.replace(".", t("preview.decimal"))


def ratio(width: int, height: int) -> str:
    """16:9 where it is one people know (within 1 %), else 1,91:1."""
    exact = width / height
    for across, down in _RATIOS:
        if abs(exact * down / across - 1) < 0.01:
            return f"{across}:{down}"
    return decimal(f"{exact:.2f}:1") if exact >= 1 else decimal(f"1:{1 / exact:.2f}")


def money(usd: Decimal) -> str:
    """US dollars, with as many digits as the tariff has."""
    digits = f"{usd.normalize():f}"
    whole, _, cents = digits.partition(".")
    return t("preview.usd", amount=number(int(whole)) + t("preview.decimal") + cents.ljust(2, "0"))


def _pick(message: str, place: int) -> str:
    return t(message).split()[place]
