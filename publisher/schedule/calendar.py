"""The slots of a channel as instants, and which of them are still free."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta

from publisher.model import LocalTime
from publisher.schedule.quiet import QuietTimes
from publisher.schedule.zones import FIRST_YEAR, LAST_YEAR, utc_of, wall_of, zone_of
from publisher.slots import Slot


def slot_times(slots: Sequence[Slot], zone: str, start: datetime) -> Iterator[datetime]:
    """The instants (UTC) of slots from `start` on, in order, each once.

    A slot in a gap moves forward like every other time, and is one with the slot it meets there.
    """
    for year in range(wall_of(start, zone).year, LAST_YEAR):
        yield from (at for at in _year_of(slots, zone, year) if at >= start)


def _year_of(slots: Sequence[Slot], zone: str, year: int) -> list[datetime]:
    """The slots of a year of the zone. Two days of the year before, as a gap may move a slot by a day."""
    day = date(year, 1, 1) - timedelta(days=2)
    found: set[datetime] = set()
    while day.year <= year:
        found.update(_instant(day, slot.minute, zone) for slot in slots if day.weekday() in slot.days)
        day += timedelta(days=1)
    info = zone_of(zone)
    return sorted(at for at in found if at.astimezone(info).year == year)


def _instant(day: date, minute: int, zone: str) -> datetime:
    wall = datetime(day.year, day.month, day.day, *divmod(minute, 60))  # noqa: DTZ001 - a wall time
    return utc_of(LocalTime(wall, zone)).at


class Openings:
    """The slots of one channel outside quiet times; remembers which were refused, for good.

    The refusal of a slot must not depend on who asks, and must never be taken back: then finding
    a place for each of n posts costs little more than n steps.
    """

    def __init__(self, slots: Sequence[Slot], quiet: QuietTimes) -> None:
        self._slots = [slot for slot in slots if not quiet.minute_is_quiet(slot.minute)]
        self._quiet = quiet
        self._years: dict[int, _Year] = {}

    def __bool__(self) -> bool:
        return bool(self._slots)

    def has(self, at: datetime) -> bool:
        """Whether an instant is a slot outside quiet times."""
        times = self._year(wall_of(at, self._quiet.zone).year).times
        place = bisect_left(times, at)
        return place < len(times) and times[place] == at

    def first(
        self, start: datetime, before: datetime | None, refused: Callable[[datetime], bool]
    ) -> datetime | None:
        """The first slot from `start` on that is not refused; None: none before `before`."""
        if not self._slots:
            return None
        for number in range(wall_of(start, self._quiet.zone).year, LAST_YEAR):
            year = self._year(number)
            place = year.first(bisect_left(year.times, start), refused)
            if place is not None:
                at = year.times[place]
                return at if before is None or at < before else None
            if before is not None and year.times and year.times[-1] >= before:
                return None
        return None

    def _year(self, number: int) -> _Year:
        if number not in self._years:
            usable = FIRST_YEAR < number < LAST_YEAR
            times = _year_of(self._slots, self._quiet.zone, number) if usable else []
            self._years[number] = _Year([at for at in times if not self._quiet.covers(at)])
        return self._years[number]


class _Year:
    """The slots of a year; `_onward[i]` leads from a refused slot towards the next that may be free."""

    def __init__(self, times: list[datetime]) -> None:
        self.times = times
        self._onward = list(range(len(times) + 1))

    def first(self, place: int, refused: Callable[[datetime], bool]) -> int | None:
        """The first place from `place` on whose slot is not refused."""
        place = self._root(place)
        while place < len(self.times) and refused(self.times[place]):
            self._onward[place] = place + 1
            place = self._root(place)
        return place if place < len(self.times) else None

    def _root(self, place: int) -> int:
        end = place
        while self._onward[end] != end:
            end = self._onward[end]
        while self._onward[place] != end:  # shorten the way for the next who comes along
            self._onward[place], place = end, self._onward[place]
        return end
