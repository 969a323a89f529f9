"""Whether a quota has room, and when there is more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Quota
from publisher import quota
from publisher.model import Use
from publisher.quota import day_end, day_start, may_use

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
DAY = 24 * HOUR
THREE = Quota("posts", 3, DAY, "for the test")


def used(*moments: datetime) -> list[Use]:
    return [Use(moment) for moment in moments]


def test_a_use_counts_until_it_is_exactly_one_window_old() -> None:
    """A moment before, it counts; at the moment itself there is room again."""
    uses = used(NOW - DAY, NOW - HOUR, NOW)
    assert may_use(uses, 1, THREE, NOW - timedelta.resolution) == (False, NOW)
    assert may_use(uses, 1, THREE, NOW) == (True, None)


def test_more_used_than_allowed_waits_for_as_many_to_grow_old() -> None:
    """Posts made by hand, or a quota that was lowered: the first that grows old makes no room yet."""
    uses = used(*(NOW - number * HOUR for number in range(5)))
    assert may_use(uses, 1, THREE, NOW) == (False, NOW - 2 * HOUR + DAY)


def test_a_use_in_the_future_counts() -> None:
    """A clock set back does not give the quota away again."""
    assert may_use(used(NOW + HOUR, NOW + HOUR, NOW + HOUR), 1, THREE, NOW)[0] is False


def test_what_is_more_than_the_whole_quota_never_fits() -> None:
    """No moment is named, as none will come."""
    assert may_use([], 4, THREE, NOW) == (False, None)
    assert may_use(used(NOW - HOUR), 1, Quota("none", 0, DAY, ""), NOW) == (False, None)


def test_units_are_counted_where_a_platform_counts_them() -> None:
    """A use takes what the room said; of a quota it does not name, nothing; of any, one, if it names none."""
    units = Quota("units", 100, DAY, "")
    uses = [Use(NOW - 2 * HOUR, {"units": 60}), Use(NOW - HOUR, {"units": 30}), Use(NOW, {"uploads": 1})]
    assert may_use(uses, 10, units, NOW) == (True, None)
    assert may_use(uses, 11, units, NOW) == (False, NOW - 2 * HOUR + DAY)
    assert may_use([*uses, Use(NOW)], 10, units, NOW) == (False, NOW - 2 * HOUR + DAY)


def test_a_quota_of_a_calendar_day_is_new_at_midnight_of_its_zone() -> None:
    """Pacific midnight, also on the day of 25 hours; what was used before does not count any more."""
    each = Quota("uploads", 2, DAY, "", "America/Los_Angeles", "app")
    midnight = datetime(2026, 11, 2, 8, tzinfo=UTC)  # the day before had 25 hours: clocks went back
    early = midnight - 25 * HOUR
    uses = used(early, midnight - HOUR)
    assert may_use(uses, 1, each, midnight - SECOND) == (False, midnight)
    assert may_use(uses, 2, each, midnight) == (True, None)
    assert may_use(used(early - SECOND, midnight - HOUR), 1, each, midnight - SECOND) == (True, None)


@given(
    st.lists(st.tuples(st.integers(-3 * 86400, 0), st.integers(0, 4)), max_size=30),
    st.integers(1, 6),
    st.integers(60, 2 * 86400),
)
def test_a_rolling_window_is_never_exceeded_and_room_comes_when_promised(
    wishes: list[tuple[int, int]], count: int, window: int
) -> None:
    """Used whenever there is room, no window holds more than `count` units; room comes when it says so."""
    quota = Quota("q", count, window * SECOND, "")
    uses: list[Use] = []
    for age, units in sorted(wishes):
        moment = NOW + age * SECOND
        fits, at = may_use(uses, units, quota, moment)
        if fits:
            uses.append(Use(moment, {"q": units}))
        elif at is not None:
            assert at > moment
            assert may_use(uses, units, quota, at)[0]
            assert not may_use(uses, units, quota, at - timedelta.resolution)[0]
    for first in uses:
        inside = (use for use in uses if first.at <= use.at < first.at + quota.window)
        assert sum(use.of(quota) for use in inside) <= count


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


# ── Told beforehand ──────────────────────────────────────────────────────────


def coming(*minutes: int, parts: int = 1) -> list[quota.Coming]:
    return [
        quota.Coming(NOW + timedelta(minutes=each), ({"posts": 1},) * parts, f"p{number}")
        for number, each in enumerate(minutes)
    ]


def test_who_will_have_to_wait_and_until_when() -> None:
    """Two a day: the third waits until a day after the first, and takes its share then."""
    two = Quota("posts", 2, timedelta(days=1), "")
    told = list(quota.forecast([], coming(0, 10, 20, 30, 3000), two))
    assert told == [("p2", NOW + timedelta(days=1)), ("p3", NOW + timedelta(days=1, minutes=10))]


def test_what_was_used_before_counts() -> None:
    """A use of yesterday evening takes a place until this evening."""
    one = Quota("posts", 1, timedelta(days=1), "")
    before = [Use(NOW - timedelta(hours=20), {"posts": 1})]
    assert list(quota.forecast(before, coming(0), one)) == [("p0", NOW + timedelta(hours=4))]
    assert list(quota.forecast(before, coming(241), one)) == []


def test_a_post_of_several_parts_may_wait_in_the_middle_or_for_ever() -> None:
    """Its last part goes when there is room for it; what takes nothing of a quota never waits."""
    two = Quota("posts", 2, timedelta(days=1), "")
    assert list(quota.forecast([], coming(0, parts=3), two)) == [("p0", NOW + timedelta(days=1))]
    free = [quota.Coming(NOW, ({"posts": 0},), "p0")] * 5
    assert list(quota.forecast([], free, two)) == []
    large = [quota.Coming(NOW, ({"posts": 3},), "p0")]
    assert list(quota.forecast([], large, two)) == [("p0", None)]
