"""Quiet hours, quiet dates and holidays: may a post that names no time of its own go out at this instant?"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from publisher.model import Quiet
from publisher.schedule.holidays import Holiday, Holidays
from publisher.schedule.zones import zone_of

_DAY = 24 * 60


class QuietTimes:
    """The quiet hours and dates of a workspace, in its zone, and the holidays it keeps.

    A start belongs to the quiet time, its end does not; an end before its start is on the next day;
    a range whose start is its end is empty.
    """

    def __init__(self, quiet: Quiet, zone: str) -> None:
        self.quiet = quiet
        self.zone = zone
        self._info = zone_of(zone)
        self._holidays = Holidays(quiet.holidays, quiet.kept) if quiet.holidays else None

    @cached_property
    def always(self) -> bool:
        """Whether the quiet hours leave no minute of a day."""
        return all(self.minute_is_quiet(minute) for minute in range(_DAY))

    def minute_is_quiet(self, minute: int) -> bool:
        """Whether a minute of the day lies in quiet hours."""
        return any(_within(minute, start, end) for start, end in self.quiet.hours)

    def in_hours(self, at: datetime) -> bool:
        """Whether an instant lies in quiet hours, whatever its date."""
        wall = at.astimezone(self._info)
        return self.minute_is_quiet(wall.hour * 60 + wall.minute)

    def covers(self, at: datetime) -> bool:
        """Whether an instant lies in quiet hours or on a quiet date."""
        return self.in_hours(at) or self.day_is_quiet(at.astimezone(self._info).date())

    def day_is_quiet(self, day: date) -> bool:
        """Whether a whole day is quiet: a date of the office's own, or a holiday it does not work on."""
        return day in self.quiet.dates or self.holiday(day) is not None

    def holiday(self, day: date) -> Holiday | None:
        """The holiday that makes a day quiet; None on other days and on those the office works."""
        if self._holidays is None or day in self.quiet.workdays:
            return None
        return self._holidays.on(day)

    def holiday_at(self, at: datetime) -> Holiday | None:
        """The holiday that an instant lies on."""
        return self.holiday(at.astimezone(self._info).date())

    def decreed(self, year: int) -> bool:
        """Whether all days off of a year are known, as far as the office keeps holidays."""
        return self._holidays is None or self._holidays.decreed(year)

    def over_at(self, at: datetime) -> datetime | None:
        """The first moment from `at` on that is not quiet: `at` itself, or an end; None: there is none."""
        if self.always:
            return None
        while self.covers(at):
            at = self._next_end(at)
        return at

    def _next_end(self, at: datetime) -> datetime:
        """The next moment after `at` at which quiet hours or a quiet date may end; midnight is always one."""
        midnight = datetime.combine(at.astimezone(self._info).date(), time())
        walls = [midnight + timedelta(minutes=end) for end in {_DAY, *(end for _, end in self.quiet.hours)}]
        # Where an end comes twice, the second may be the one that is still to come.
        both = (wall.replace(tzinfo=self._info, fold=fold) for wall in walls for fold in (0, 1))
        return min(end for wall in both if (end := wall.astimezone(UTC)) > at)


def _within(minute: int, start: int, end: int) -> bool:
    if start <= end:
        return start <= minute < end
    return minute >= start or minute < end
