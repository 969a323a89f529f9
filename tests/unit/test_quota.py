"""How much room is left of a quota, and when there is more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Quota
from publisher.quota import DAILY, Room, daily_left, day_end, day_start, room_left, tightest

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
DAY = 24 * HOUR
THREE = Quota("posts", 3, DAY, "for the test")


def test_a_use_counts_until_it_is_exactly_one_window_old() -> None:
    """A moment before, it counts; at the moment itself there is room again."""
    uses = [NOW - DAY, NOW - HOUR, NOW]
    assert room_left(uses, THREE, NOW - timedelta.resolution) == Room(0, NOW, "posts")
    assert room_left(uses, THREE, NOW) == Room(1, NOW - HOUR + DAY, "posts")


def test_unused_and_used_up() -> None:
    """Nothing used: all of it, and no moment to wait for. Used up: none, until the oldest is a window old."""
    assert room_left([], THREE, NOW) == Room(3, None, "posts")
    assert room_left([NOW - HOUR] * 3, THREE, NOW) == Room(0, NOW - HOUR + DAY, "posts")


def test_more_used_than_allowed_waits_for_as_many_to_grow_old() -> None:
    """Posts made by hand, or a quota that was lowered: the first that grows old makes no room yet."""
    uses = [NOW - number * HOUR for number in range(5)]
    assert room_left(uses, THREE, NOW) == Room(0, NOW - 2 * HOUR + DAY, "posts")


def test_a_use_in_the_future_counts() -> None:
    """A clock set back does not give the quota away again."""
    assert room_left([NOW + HOUR] * 3, THREE, NOW).left == 0


def test_a_quota_of_none_never_has_room() -> None:
    """No moment is named, as none will come."""
    assert room_left([NOW - HOUR], Quota("none", 0, DAY, ""), NOW) == Room(0, None, "none")
    assert daily_left([], 0, "Asia/Jakarta", NOW) == Room(0, None, DAILY)


@given(st.lists(st.integers(-3 * 86400, 0), max_size=30), st.integers(1, 5), st.integers(60, 2 * 86400))
def test_a_rolling_window_is_never_exceeded_and_room_comes_when_promised(
    ages: list[int], count: int, window: int
) -> None:
    """Used whenever there is room, no window holds more than `count`; at `next_at` there is room again."""
    quota = Quota("q", count, window * SECOND, "")
    used: list[datetime] = []
    for age in sorted(ages):
        moment = NOW + age * SECOND
        room = room_left(used, quota, moment)
        assert 0 <= room.left <= count
        if room.left:
            used.append(moment)
        else:
            assert room.next_at is not None
            assert room.next_at > moment
            assert room_left(used, quota, room.next_at).left > 0
            assert room_left(used, quota, room.next_at - timedelta.resolution).left == 0
    for first in used:
        assert sum(first <= use < first + quota.window for use in used) <= count


def test_the_office_counts_by_the_day_of_its_zone() -> None:
    """At 00:00 in Natuna the day's bound is new, 17:00 UTC the day before."""
    midnight = datetime(2026, 11, 24, 17, tzinfo=UTC)
    uses = [midnight - HOUR, midnight - 2 * HOUR, midnight - 30 * HOUR]
    assert daily_left(uses, 2, "Asia/Jakarta", midnight - SECOND) == Room(0, midnight, DAILY)
    assert daily_left(uses, 2, "Asia/Jakarta", midnight) == Room(2, None, DAILY)
    assert daily_left(uses, 9, "Asia/Jakarta", midnight - SECOND) == Room(7, midnight, DAILY)


@pytest.mark.parametrize(
    ("zone", "at", "hours"),
    [
        ("Asia/Jakarta", "2026-11-24T05:00", 24),
        ("Europe/Berlin", "2027-03-28T12:00", 23),
        ("Europe/Berlin", "2027-10-31T12:00", 25),
        ("Africa/Cairo", "2026-04-24T12:00", 23),
        ("Pacific/Apia", "2011-12-31T12:00", 24),
        # Clocks went from 00:01 back to 23:01: the evening of the 6th came twice.
        ("America/Goose_Bay", "2010-11-06T15:00", 24),
    ],
)
def test_days_are_as_long_as_their_zone_makes_them(zone: str, at: str, hours: int) -> None:
    """A day starts at or before a moment in it, ends after it, and has the length the zone gives it."""
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    start, end = day_start(moment, zone), day_end(moment, zone)
    assert start <= moment < end
    assert end - start == hours * HOUR


def test_a_day_ends_also_in_the_evening_that_comes_twice() -> None:
    """In the second turn of 23:30 the first midnight is over; the day ends at the second."""
    second_turn = datetime(2010, 11, 7, 3, 30, tzinfo=UTC)
    assert day_end(second_turn, "America/Goose_Bay") == datetime(2010, 11, 7, 4, tzinfo=UTC)


@given(
    st.datetimes(datetime(2009, 1, 1), datetime(2030, 1, 1)),
    st.sampled_from(["Asia/Jakarta", "Europe/Berlin", "America/Goose_Bay", "Pacific/Apia", "Africa/Cairo"]),
)
def test_a_moment_lies_in_its_day(moment: datetime, zone: str) -> None:
    """Whatever clocks do at midnight, a day's end is always still to come."""
    at = moment.replace(tzinfo=UTC)
    assert day_start(at, zone) <= at < day_end(at, zone)


def test_the_tightest_quota_decides() -> None:
    """The least room counts; where several have none, the last of them to have room again."""
    later, soon = NOW + DAY, NOW + HOUR
    assert tightest([]) is None
    assert tightest([Room(5, later, "a"), Room(2, soon, "b")]) == Room(2, soon, "b")
    assert tightest([Room(0, soon, "a"), Room(0, later, "b"), Room(1, None, "c")]) == Room(0, later, "b")
    assert tightest([Room(0, soon, "a"), Room(0, None, "never")]) == Room(0, None, "never")
