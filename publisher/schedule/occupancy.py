"""What is already taken on an account: its slots, and the times around its posts that spacing keeps free."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta

from publisher.schedule.quiet import QuietTimes

_TICK = timedelta.resolution


class Blocked:
    """Times too near to another post: open intervals, in order and apart from each other."""

    def __init__(self, spacing: timedelta) -> None:
        self._spacing = spacing
        self._starts: list[datetime] = []
        self._ends: list[datetime] = []

    def add(self, at: datetime) -> None:
        """Block what is nearer than the spacing to `at`."""
        if not self._spacing:
            return
        self.block(at - self._spacing, at + self._spacing)

    def block(self, start: datetime, end: datetime) -> None:
        """Block all between two moments, neither of them included."""
        first, last = bisect_right(self._ends, start), bisect_left(self._starts, end)
        if first < last:
            start, end = min(start, self._starts[first]), max(end, self._ends[last - 1])
        self._starts[first:last], self._ends[first:last] = [start], [end]

    def until(self, at: datetime) -> datetime | None:
        """When the block around `at` ends; None: `at` is free."""
        place = bisect_left(self._starts, at) - 1
        return self._ends[place] if place >= 0 and at < self._ends[place] else None


class Occupancy:
    """One account's calendar while it is being filled.

    What is still to come is firm: it also drives a booked place away that is too near to it. What is
    out or about to go out is not: it only keeps new places away, and delays booked ones by minutes.
    """

    def __init__(self, spacing: timedelta, now: datetime) -> None:
        self._now = now
        self._times: set[datetime] = set()
        self._all = Blocked(spacing)
        self._firm = Blocked(spacing)

    def add(self, at: datetime) -> None:
        """Note a post at `at`."""
        self._times.add(at)
        self._all.add(at)
        if at > self._now:
            self._firm.add(at)

    def add_turn(self, at: datetime) -> None:
        """Note that a late post will go out at about `at`."""
        self._all.add(at)

    def claims(self, at: datetime) -> bool:
        """Whether another post has this very time."""
        return at in self._times

    def refuses(self, at: datetime) -> bool:
        """Whether a new place at `at` would be taken or too near to another post."""
        return at in self._times or self._all.until(at) is not None

    def drives_away(self, at: datetime) -> bool:
        """Whether a booked place is too near to what is still to come."""
        return self._firm.until(at) is not None

    def first_free(self, start: datetime, quiet: QuietTimes) -> datetime | None:
        """The first moment from `start` on that is far enough from every post and not quiet."""
        at: datetime | None = start
        while at is not None:
            awake = quiet.over_at(at)
            blocked = None if awake is None else self._all.until(awake)
            if awake is not None and blocked is None:
                # Nobody need go this way again: what was not free up to here never will be.
                self._all.block(start - _TICK, awake)
                return awake
            at = blocked
        return None
