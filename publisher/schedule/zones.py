"""From wall times in named zones to instants and back, gaps and folds of summer time included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from publisher.errors import PublisherError
from publisher.model import LocalTime

FIRST_YEAR, LAST_YEAR = 1900, 8999
"""Beyond these a typing error is certain, and sums of times would leave what `datetime` can hold."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The instant a wall time stands for.

    Attributes:
        at: aware, UTC.
        wall: naive, as the clock on the wall shows `at`; other than the one written only in a gap.
        note: `gap` where the written time is left out that day, `fold` where it comes twice.
    """

    at: datetime
    wall: datetime
    note: Literal["gap", "fold"] | None


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name.

    Raises:
        PublisherError: `schedule.unknown_zone`.
    """
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError) as problem:
        raise PublisherError("schedule.unknown_zone", zone=name) from problem


def utc_of(local: LocalTime) -> Resolved:
    """Which instant a wall time is.

    As RFC 5545 section 3.3.5 has it: a time left out by summer time is read with the offset before
    the gap, so it moves forward by the gap's length; of a time that comes twice the first is meant.

    Raises:
        PublisherError: `schedule.unknown_zone`, `schedule.out_of_range`.
    """
    if not FIRST_YEAR <= local.wall.year <= LAST_YEAR:
        raise PublisherError("schedule.out_of_range", wall=shown(local.wall))
    zone = zone_of(local.zone)
    written = local.wall.replace(tzinfo=zone, fold=0)
    at = written.astimezone(UTC)
    if written.utcoffset() == written.replace(fold=1).utcoffset():
        return Resolved(at, local.wall, None)
    wall = wall_of(at, local.zone)
    return Resolved(at, wall, "fold" if wall == local.wall else "gap")


def wall_of(at: datetime, zone: str) -> datetime:
    """What the clock on the wall shows at an instant; naive."""
    return at.astimezone(zone_of(zone)).replace(tzinfo=None, fold=0)


def shown(wall: datetime) -> str:
    """A wall time as the value of a message."""
    return f"{wall:%Y-%m-%d %H:%M}"
