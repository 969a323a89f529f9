"""Times as they are typed on the command line."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from publisher.config.values import parse_clock
from publisher.durations import parse_duration
from publisher.errors import UsageError

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def moment_ahead(text: str, zone: str, now: datetime) -> datetime:
    """The instant (aware, UTC) that `--until` names; `2h` is from now, `08:00` the next one.

    Raises:
        UsageError: `cli.bad_time`.
    """
    return _moment(text, zone, now, ahead=True)


def moment_back(text: str, zone: str, now: datetime) -> datetime:
    """The instant (aware, UTC) that `--since` names; `2h` is before now, `08:00` today's.

    Raises:
        UsageError: `cli.bad_time`.
    """
    return _moment(text, zone, now, ahead=False)


def _moment(text: str, zone: str, now: datetime, *, ahead: bool) -> datetime:
    words = text.strip()
    try:
        if words[:1].isdecimal() and words[-1:].isalpha():
            return now + parse_duration(words) * (1 if ahead else -1)
        wall = _wall(words, now.astimezone(ZoneInfo(zone)), ahead)
        return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError("cli.bad_time", value=text) from None


def _wall(words: str, here: datetime, ahead: bool) -> datetime:
    day, _, clock = words.replace("T", " ").partition(" ")
    if _DAY.fullmatch(day):
        midnight = datetime.fromisoformat(day)
        return midnight + timedelta(minutes=parse_clock(clock)) if clock else midnight
    today = datetime.combine(here.date(), time()) + timedelta(minutes=parse_clock(words))
    return today + timedelta(days=1) if ahead and today <= here.replace(tzinfo=None) else today
