"""Quiet hours and quiet dates: may a post that names no time of its own go out at this instant?"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import cached_property

from publisher.model import Quiet
from publisher.schedule.zones import zone_of

_DAY = 24 * 60


class QuietTimes:
    """The quiet hours and dates of a workspace, in its zone.

    A start belongs to the quiet time, its end does not; an end before its start is on the next day;
    a range whose start is its end is empty.
    """

    def __init__(self, quiet: Quiet, zone: str) -> None:
        self.quiet = quiet
        self.zone = zone
        self._info = zone_of(zone)

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
        return at.astimezone(self._info).date() in self.quiet.dates or self.in_hours(at)

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
