"""What was used of a quota so far → whether there is room for more, and if not, when.

Two kinds: the platform's, in rolling windows, and the office's own, per calendar day of its zone.
A use counts from its reservation, in the transaction of the claim, so that no two claims share the last one.
Some platforms count units: a use then takes what the room said of its part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from connectors.contract import Quota
from publisher.model import Use


def may_use(
    uses: Iterable[Use], needed: int, quota: Quota, now: datetime, account: str = ""
) -> tuple[bool, datetime | None]:
    """Whether `needed` units are left of a platform's quota; if not, when they will be (None: never).

    Args:
        uses: in any order; those that do not count any more are left aside.
        now: aware, UTC.
        account: the key of the one that asks.
    """
    if quota.counts == "accounts":
        return _may_join(uses, quota, now, account)
    if needed > quota.count:
        return False, None
    if quota.zone is not None:
        start = day_start(now, quota.zone)
        spent = sum(use.of(quota) for use in uses if use.at >= start)
        fits = needed + spent <= quota.count
        return fits, None if fits else day_end(now, quota.zone)
    counted = sorted((use.at, use.of(quota)) for use in uses if now - use.at < quota.window)
    over = needed + sum(units for _, units in counted) - quota.count
    if over <= 0:
        return True, None
    for at, units in counted:
        over -= units
        if over <= 0:
            return False, at + quota.window
    return False, None  # not reached: all of them together free the whole quota


def _may_join(uses: Iterable[Use], quota: Quota, now: datetime, account: str) -> tuple[bool, datetime | None]:
    """Who has published in the window may again; a new account needs a place."""
    last: dict[str, datetime] = {}
    for use in uses:
        if now - use.at < quota.window:
            last[use.account] = max(use.at, last.get(use.account, use.at))
    if account in last or len(last) < quota.count:
        return True, None
    leave = sorted(last.values())[: len(last) - quota.count + 1]
    return False, leave[-1] + quota.window if quota.count else None


OWN = "posts of the office"
"""The name of the quota that an office sets itself."""


def own_per_day(count: int, zone: str) -> Quota:
    """The key `quota` of a channel, as a quota like the platforms'."""
    return Quota(OWN, count, timedelta(days=1), "schedule.yaml", zone)


@dataclass(frozen=True, slots=True)
class Coming:
    """A post that will take of quotas: when (aware, UTC), what each part takes, which post, and where."""

    at: datetime
    units: tuple[Mapping[str, int], ...]
    path: str
    account: str = ""


def forecast(
    uses: Iterable[Use], coming: Iterable[Coming], quota: Quota
) -> Iterator[tuple[str, datetime | None]]:
    """The posts to come that find a quota used up at their time, and when there is room again.

    One that has to wait takes its share then, and so do those behind it; None: it never fits.

    Args:
        uses: what was used so far, as far back as still counts.
    """
    taken = list(uses)
    for one in sorted(coming, key=lambda each: (each.at, each.path)):
        own = [Use(one.at, units, one.account) for units in one.units]
        at, waits = one.at, False
        for use in own:
            needed = use.of(quota)
            if not needed:
                continue
            fits, later = may_use(taken, needed, quota, at, one.account)
            while not fits and later is not None:
                at, waits = later, True
                fits, later = may_use(taken, needed, quota, at, one.account)
            if not fits:
                yield one.path, None
                break
            taken.append(replace(use, at=at))
        else:
            if waits:
                yield one.path, at


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
