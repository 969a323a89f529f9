"""Wall times, gaps and folds; slots and quiet times in zones that have them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.errors import PublisherError
from publisher.model import LocalTime, Quiet
from publisher.schedule import QuietTimes, Slot, parse_slot, slot_times, utc_of, wall_of

ZONES = (
    "Asia/Jakarta",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Cairo",
    "America/Goose_Bay",
    "Asia/Kathmandu",
)
moments = st.datetimes(datetime(2009, 1, 1), datetime(2030, 1, 1))
instants = moments.map(lambda moment: moment.replace(tzinfo=UTC))
zones = st.sampled_from(ZONES)
minutes = st.integers(0, 1439)
slots = st.builds(Slot, st.frozensets(st.integers(0, 6), min_size=1), minutes)
quiets = st.builds(
    Quiet,
    st.lists(st.tuples(minutes, minutes), max_size=3).map(tuple),
    st.frozensets(st.dates(date(2009, 1, 1), date(2009, 2, 1)), max_size=20),
)


@pytest.mark.parametrize(
    ("wall", "zone", "at", "moved", "note"),
    [
        ("2026-11-24T08:00", "Asia/Jakarta", "2026-11-24T01:00", "2026-11-24T08:00", None),
        ("2027-03-28T02:30", "Europe/Berlin", "2027-03-28T01:30", "2027-03-28T03:30", "gap"),
        ("2027-03-28T02:00", "Europe/Berlin", "2027-03-28T01:00", "2027-03-28T03:00", "gap"),
        ("2027-03-28T03:00", "Europe/Berlin", "2027-03-28T01:00", "2027-03-28T03:00", None),
        ("2027-10-31T02:30", "Europe/Berlin", "2027-10-31T00:30", "2027-10-31T02:30", "fold"),
        ("2027-10-31T03:00", "Europe/Berlin", "2027-10-31T02:00", "2027-10-31T03:00", None),
        ("2027-11-07T01:15", "America/New_York", "2027-11-07T05:15", "2027-11-07T01:15", "fold"),
        ("2011-12-30T10:00", "Pacific/Apia", "2011-12-30T20:00", "2011-12-31T10:00", "gap"),
        ("2026-04-24T00:00", "Africa/Cairo", "2026-04-23T22:00", "2026-04-24T01:00", "gap"),
    ],
)
def test_gaps_move_forward_and_folds_mean_the_first(
    wall: str, zone: str, at: str, moved: str, note: str | None
) -> None:
    """A left-out time moves by the gap, a doubled one is its first; Samoa's left-out day moves by a day."""
    resolved = utc_of(LocalTime(datetime.fromisoformat(wall), zone))
    assert resolved.at == datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert resolved.wall == datetime.fromisoformat(moved)
    assert resolved.note == note


@given(moments, zones)
def test_only_a_gap_changes_the_wall_time(wall: datetime, zone: str) -> None:
    """Back on the wall, an instant shows what was written, but in a gap something later."""
    resolved = utc_of(LocalTime(wall, zone))
    assert resolved.wall == wall_of(resolved.at, zone)
    assert resolved.wall > wall if resolved.note == "gap" else resolved.wall == wall


@pytest.mark.parametrize(
    ("local", "message"),
    [
        (LocalTime(datetime(2026, 1, 1), "Asia/Natuna"), "schedule.unknown_zone"),
        (LocalTime(datetime(2026, 1, 1), "../etc/passwd"), "schedule.unknown_zone"),
        (LocalTime(datetime(2026, 1, 1), ""), "schedule.unknown_zone"),
        (LocalTime(datetime(9999, 12, 31), "Asia/Jakarta"), "schedule.out_of_range"),
        (LocalTime(datetime(1, 1, 1), "Asia/Jakarta"), "schedule.out_of_range"),
    ],
)
def test_impossible_times_are_our_error(local: LocalTime, message: str) -> None:
    """A zone that is none and a year that cannot be meant are told, with no traceback of the library's."""
    with pytest.raises(PublisherError) as refusal:
        utc_of(local)
    assert refusal.value.message == message


@given(st.lists(slots, min_size=1, max_size=4), zones, instants)
def test_slots_come_in_order_each_once_on_their_day_and_minute(
    given_slots: list[Slot], zone: str, start: datetime
) -> None:
    """From `start` on, strictly later each, and on the wall at a slot's minute unless a gap moved it."""
    found = list(islice(slot_times(given_slots, zone, start), 40))
    assert found[0] >= start
    assert found[0] - start <= timedelta(days=9)
    assert all(one < two for one, two in pairwise(found))
    exact = {(day, slot.minute) for slot in given_slots for day in slot.days}
    walls = [wall_of(at, zone) for at in found]
    moved = [wall for wall in walls if (wall.weekday(), wall.hour * 60 + wall.minute) not in exact]
    # Each of these zones leaves out at most one stretch in half a year; 40 slots are at most 40 weeks.
    assert len(moved) <= 3 * len(given_slots)


def test_slots_that_meet_in_a_gap_are_one() -> None:
    """02:30 moves to 03:30 on the day it is left out; with a slot at 03:30 there is still one."""
    both = [parse_slot("daily 02:30"), parse_slot("daily 03:30")]
    start = datetime(2027, 3, 27, 23, tzinfo=UTC)
    assert list(islice(slot_times(both, "Europe/Berlin", start), 3)) == [
        datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
        datetime(2027, 3, 29, 0, 30, tzinfo=UTC),
        datetime(2027, 3, 29, 1, 30, tzinfo=UTC),
    ]


def test_a_slot_in_a_doubled_hour_comes_once() -> None:
    """A slot at 02:30 publishes once on the night on which 02:30 comes twice."""
    start = datetime(2027, 10, 30, 22, tzinfo=UTC)
    assert list(islice(slot_times([parse_slot("daily 02:30")], "Europe/Berlin", start), 2)) == [
        datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
        datetime(2027, 11, 1, 1, 30, tzinfo=UTC),
    ]


def test_quiet_hours_run_over_midnight_and_their_end_is_free() -> None:
    """21:00 is quiet, 05:00 is not; both nights of a date belong to it."""
    quiet = QuietTimes(Quiet(((21 * 60, 5 * 60),)), "Asia/Jakarta")
    by_wall = {"20:59": False, "21:00": True, "23:59": True, "00:00": True, "04:59": True, "05:00": False}
    for wall, expected in by_wall.items():
        at = utc_of(LocalTime(datetime.fromisoformat(f"2026-11-24T{wall}"), "Asia/Jakarta")).at
        assert quiet.covers(at) is expected, wall


def test_quiet_dates_and_hours_together_end_where_both_are_over() -> None:
    """Christmas is quiet, then the night: on from 05:00 of the 26th."""
    quiet = QuietTimes(Quiet(((21 * 60, 5 * 60),), frozenset({date(2026, 12, 25)})), "Asia/Jakarta")
    at = datetime(2026, 12, 24, 14, 30, tzinfo=UTC)
    assert quiet.over_at(at) == datetime(2026, 12, 25, 22, tzinfo=UTC)


def test_a_day_that_is_all_quiet_has_no_end() -> None:
    """Ranges that together cover the day are found out instead of searched for ever."""
    assert (
        QuietTimes(Quiet(((0, 720), (720, 1440))), "Asia/Jakarta").over_at(datetime(2026, 1, 1, tzinfo=UTC))
        is None
    )


def test_quiet_in_an_hour_that_comes_twice_ends_in_its_second_turn_too() -> None:
    """02:00-02:30 is quiet twice that night; each turn ends at its own 02:30, never before the question."""
    quiet = QuietTimes(Quiet(((120, 150),)), "Europe/Berlin")
    first, second = datetime(2027, 10, 31, 0, 15, tzinfo=UTC), datetime(2027, 10, 31, 1, 15, tzinfo=UTC)
    assert quiet.over_at(first) == first + timedelta(minutes=15)
    assert quiet.over_at(second) == second + timedelta(minutes=15)


def test_a_slot_on_the_last_day_of_a_year_that_is_left_out_is_found_in_the_next() -> None:
    """Kiritimati had no 31 December 1994: that Saturday's slot is on Sunday, 1 January."""
    start = datetime(1994, 12, 30, tzinfo=UTC)
    times = list(islice(slot_times([parse_slot("sat 10:00")], "Pacific/Kiritimati", start), 2))
    assert [wall_of(at, "Pacific/Kiritimati") for at in times] == [
        datetime(1995, 1, 1, 10),
        datetime(1995, 1, 7, 10),
    ]


@given(quiets, zones, instants)
def test_quiet_ends_at_the_first_moment_that_is_not_quiet(quiet: Quiet, zone: str, at: datetime) -> None:
    """The end is not quiet, and every quarter of an hour up to it is."""
    times = QuietTimes(quiet, zone)
    end = times.over_at(at)
    if end is None:
        assert times.always
        return
    assert end >= at
    assert not times.covers(end)
    step = at
    while step < end and step - at < timedelta(days=3):
        # An end that lies in a gap moves on with the clocks, by an hour at most.
        assert times.covers(step) or end - step <= timedelta(hours=1) or zone == "Pacific/Apia"
        step += timedelta(minutes=15)
