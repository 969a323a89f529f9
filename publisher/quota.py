"""How often an account was used so far → how much room is left, and when there is more.

Two kinds: the platform's, in rolling windows, and the office's own, per calendar day of its zone.
A use counts from its reservation, in the transaction of the claim, so that no two claims share the last one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from connectors.contract import Quota

DAILY = "daily"


@dataclass(frozen=True, slots=True)
class Room:
    """What is left of a quota.

    Attributes:
        left: commits that may still be made now, never below 0.
        next_at: when there is more room than now (aware, UTC); None: all of it is left, or none ever.
        name: of the quota; `DAILY` for the office's own.
    """

    left: int
    next_at: datetime | None
    name: str = ""


def room_left(uses: Iterable[datetime], quota: Quota, now: datetime) -> Room:
    """Room in a rolling window: a use counts until it is exactly one window old.

    Args:
        uses: when the account was used or reserved (aware, UTC), in any order; older ones are left aside.
            One that lies in the future (a clock was set back) counts as well.
        now: aware, UTC.
    """
    counted = sorted(use for use in uses if now - use < quota.window)
    left = max(0, quota.count - len(counted))
    if not counted or quota.count == 0:
        return Room(left, None, quota.name)
    # Where more was used than allowed, as many must grow old first.
    frees = max(0, len(counted) - quota.count)
    return Room(left, counted[frees] + quota.window, quota.name)


def daily_left(uses: Iterable[datetime], count: int, zone: str, now: datetime) -> Room:
    """Room in the office's own bound of `count` posts per calendar day of a zone.

    Args:
        uses: as in `room_left`.
        count: posts per day; 0 allows none.
        zone: IANA name.
        now: aware, UTC.
    """
    start = day_start(now, zone)
    left = max(0, count - sum(use >= start for use in uses))
    return Room(left, day_end(now, zone) if left < count else None, DAILY)


def tightest(rooms: Sequence[Room]) -> Room | None:
    """What all quotas of an account allow together; None: there is no quota.

    While nothing is left, `next_at` is when every quota has room again, None if one never has.
    """
    if not rooms:
        return None
    least = min(room.left for room in rooms)
    binding = [room for room in rooms if room.left == least]
    moments = [room.next_at for room in binding if room.next_at is not None]
    if len(moments) < len(binding):
        never = next(room for room in binding if room.next_at is None)
        return Room(least, None, never.name)
    return max(binding, key=lambda room: room.next_at or datetime.min.replace(tzinfo=UTC))


def day_start(at: datetime, zone: str) -> datetime:
    """When the calendar day of a zone that holds `at` began; aware, UTC."""
    info = ZoneInfo(zone)
    return datetime.combine(at.astimezone(info).date(), time(), info).astimezone(UTC)


def day_end(at: datetime, zone: str) -> datetime:
    """When the next calendar day of the zone begins; aware, UTC. A day may have 23 or 25 hours."""
    info = ZoneInfo(zone)
    day = at.astimezone(info).date() + timedelta(days=1)
    midnight = datetime.combine(day, time(), info).astimezone(UTC)
    if midnight > at:
        return midnight
    # Clocks went back over midnight and `at` is in the evening that comes twice.
    return datetime.combine(day, time(fold=1), info).astimezone(UTC)
