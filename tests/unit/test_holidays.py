"""publisher/schedule/holidays.py, quiet.py, rests.py: the queue rests on holidays, and says so; dates win."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher import texts
from publisher.config.values import COUNTRIES
from publisher.model import Channel, Due, DueWhy, LocalTime, Quiet
from publisher.schedule import Case, Outcome, QuietTimes, Request, Rule, assign, decide, wall_of
from publisher.schedule.holidays import Holidays

WIB = "Asia/Jakarta"
ID = Holidays("ID")
KEPT = Quiet(holidays="ID")
BEFORE_CHRISTMAS = datetime(2026, 12, 23, 10, 0, tzinfo=UTC)  # Wednesday, 17.00 WIB


def channel(*slots: str) -> Channel:
    return Channel("fb", "facebook", "1", "facebook:1", "env:T", slots=slots)


def request(key: str = "a", **more) -> Request:
    return Request(key=key, account="facebook:1", channel="fb", seen=1, grace=timedelta(hours=2), **more)


def placed(quiet: Quiet, now: datetime, *slots: str, **more):
    (answer,) = assign([request(**more)], [], [channel(*slots)], quiet, WIB, now)
    return answer


# ── What is known ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 12, 25), "Hari Raya Natal"),
        (date(2026, 12, 24), "Cuti Bersama Hari Raya Natal"),
        (date(2026, 8, 17), "Hari Kemerdekaan Republik Indonesia"),
        (date(2026, 3, 23), "Cuti Bersama Hari Raya Idul Fitri"),
        (date(2027, 1, 1), "Tahun Baru Masehi"),
    ],
)
def test_national_holidays_and_joint_leave_are_known(day, name):
    """What the three ministers decreed for 2026, joint leave included, under its Indonesian name."""
    found = ID.on(day)
    assert found is not None
    assert found.names["id"] == name
    assert not found.estimated


def test_a_working_day_is_no_holiday():
    """Nothing is off between Christmas and New Year, nor on a Saturday."""
    assert [ID.on(date(2026, 12, day)) for day in (26, 28, 29, 30, 31)] == [None] * 5


def test_names_come_in_the_readers_language():
    """The same day has a name for each reader."""
    names = ID.on(date(2026, 12, 25)).names
    assert (names["id"], names["en"]) == ("Hari Raya Natal", "Christmas Day")


def test_what_hangs_on_the_moon_is_an_estimate():
    """Eid al-Fitr of 2028 is estimated and says so in its name; Independence Day is not."""
    eid = ID.on(date(2028, 2, 27))
    assert eid.estimated
    assert "(perkiraan)" in eid.names["id"]
    assert "(estimated)" in eid.names["en"]
    assert not ID.on(date(2028, 8, 17)).estimated


def test_a_year_without_decree_is_known_as_such():
    """Joint leave is decreed a year ahead; what lies beyond is not known to anyone."""
    assert ID.decreed(2026)
    assert not ID.decreed(2090)
    assert Holidays("DE").decreed(2090)


def test_a_subdivision_has_its_own():
    """Women's Day is a holiday in Berlin, not in Bavaria."""
    day = date(2027, 3, 8)
    assert Holidays("DE-BE").on(day) is not None
    assert Holidays("DE-BY").on(day) is None
    assert Holidays("DE").on(day) is None


def test_the_countries_are_those_of_the_package():
    """A country that config takes is one that the package answers for."""
    from holidays.registry import COUNTRIES as REGISTRY

    assert {codes[1] for codes in REGISTRY.values() if len(codes[1]) == 2} >= COUNTRIES
    assert "ID" in COUNTRIES


def test_nothing_is_imported_before_a_day_is_asked_for():
    """The package costs nothing where no queue has to be decided."""
    program = (
        "import sys; from publisher.schedule import QuietTimes; from publisher.model import Quiet;"
        "from datetime import UTC, datetime, date;"
        "q = QuietTimes(Quiet(holidays='ID'), 'Asia/Jakarta'); q.in_hours(datetime(2026, 1, 1, tzinfo=UTC));"
        "assert 'holidays' not in sys.modules; q.holiday(date(2026, 1, 1)); assert 'holidays' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_year_worked_out_is_remembered(tmp_path):
    """The next command knows the year without the package; the answers are the same."""
    first, day = Holidays("ID", tmp_path), date(2027, 3, 10)
    assert first.on(day) == ID.on(day)
    program = (
        "import sys; from pathlib import Path; from datetime import date;"
        "from publisher.schedule.holidays import Holidays; h = Holidays('ID', Path(sys.argv[1]));"
        "assert h.on(date(2027, 3, 10)).estimated and h.on(date(2027, 3, 16)) is None and h.decreed(2027);"
        "assert 'holidays' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True)
    assert all(Holidays("ID", tmp_path).on(one) == ID.on(one) for one in days_of(2027))


@pytest.mark.parametrize("broken", ["", "[]", "{}", '{"package": 1}', '{"package": "other", "days": {}}'])
def test_what_is_remembered_wrongly_is_worked_out_anew(tmp_path, broken):
    """A broken file, or one of another version of the package, is no answer."""
    Holidays("ID", tmp_path).on(date(2026, 1, 1))
    (file,) = tmp_path.iterdir()
    file.write_text(broken)
    assert Holidays("ID", tmp_path).on(date(2026, 12, 25)) == ID.on(date(2026, 12, 25))


def test_where_nothing_can_be_remembered_it_is_known_all_the_same(tmp_path):
    """A folder that cannot be made costs time only."""
    (tmp_path / "file").touch()
    assert Holidays("ID", tmp_path / "file" / "x").on(date(2026, 12, 25)) is not None


def days_of(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=number) for number in range(365)]


# ── The queue ────────────────────────────────────────────────────────────────


def test_the_queue_rests_on_holidays():
    """Over Christmas 2026 a slot on Thursday and Friday is passed by; Monday is the next."""
    answer = placed(KEPT, BEFORE_CHRISTMAS, "mon-fri 08:00")
    assert answer.due.wall == datetime(2026, 12, 28, 8)
    assert placed(Quiet(), BEFORE_CHRISTMAS, "mon-fri 08:00").due.wall == datetime(2026, 12, 24, 8)


def test_a_workday_of_the_office_is_none():
    """A holiday on which the office works is a day like others; a date of its own adds one."""
    working = Quiet(holidays="ID", workdays=frozenset({date(2026, 12, 24)}))
    assert placed(working, BEFORE_CHRISTMAS, "mon-fri 08:00").due.wall == datetime(2026, 12, 24, 8)
    local = Quiet(holidays="ID", dates=frozenset({date(2026, 12, 28)}))
    assert placed(local, BEFORE_CHRISTMAS, "mon-fri 08:00").due.wall == datetime(2026, 12, 29, 8)


def test_a_channel_without_slots_rests_too():
    """What would go out at once waits for the end of the holiday."""
    christmas = datetime(2026, 12, 25, 3, 0, tzinfo=UTC)
    assert placed(KEPT, christmas).due.wall == datetime(2026, 12, 26)


def test_an_explicit_time_on_a_holiday_is_meant():
    """The greeting goes out on Christmas Day, without a word."""
    at = LocalTime(datetime(2026, 12, 25, 7), WIB)
    answer = placed(KEPT, BEFORE_CHRISTMAS, "mon-fri 08:00", publish_at=at)
    assert (answer.due.wall, answer.problems) == (at.wall, ())


def test_an_urgent_post_does_not_rest():
    """A flood does not wait for the end of the holiday."""
    christmas = datetime(2026, 12, 25, 3, 0, tzinfo=UTC)
    assert placed(KEPT, christmas, "mon-fri 08:00", urgent=True).verdict.outcome is Outcome.GO


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "id",
            "Antrean libur sampai Jumat, 25 Desember 2026 (Cuti Bersama Hari Raya Natal, Hari Raya Natal)",
        ),
        ("en", "The queue rests until Friday 25 December 2026 (Christmas Joint Holiday, Christmas Day)"),
    ],
)
def test_a_slot_passed_by_is_told_with_the_name_of_the_day(language, words):
    """Nobody has to wonder why nothing goes out on Thursday."""
    (notice,) = placed(KEPT, BEFORE_CHRISTMAS, "mon-fri 08:00").problems
    texts.use(language)
    assert (notice.code, notice.channel) == ("schedule.rested", "fb")
    assert texts.text_of(notice).startswith(words)
    assert "workdays" in texts.fix_of(notice)


@pytest.mark.parametrize(
    "slot", ["wed 08:00", "sat 08:00", "mon 08:00"], ids=["over", "free before", "not a slot day"]
)
def test_no_word_where_no_slot_was_passed_by(slot):
    """A holiday on which the channel would not have published anyway is not worth a line."""
    assert placed(KEPT, BEFORE_CHRISTMAS, slot).problems == ()


def test_an_estimated_holiday_is_told_as_one():
    """Who plans over an estimated Eid is told to look for the decree."""
    codes = {p.code: p for p in placed(KEPT, datetime(2029, 2, 12, 23, tzinfo=UTC), "daily 08:00").problems}
    texts.use("id")
    assert "(perkiraan)" in texts.text_of(codes["schedule.rested_estimated"])
    assert "SKB 3 Menteri" in texts.fix_of(codes["schedule.rested_estimated"])


def test_a_year_without_joint_leave_is_told_once():
    """The queue of a year whose joint leave is not known says so in a line of schedule.yaml, not per post."""
    requests = [request(str(number)) for number in range(5)]
    now = datetime(2090, 6, 10, tzinfo=UTC)
    told = [p for a in assign(requests, [], [channel("daily 08:00")], KEPT, WIB, now) for p in a.problems]
    assert {(p.code, p.file, p.post, p.values["year"]) for p in told} == {
        ("schedule.not_decreed", "schedule.yaml", None, 2090)
    }


def test_the_table_names_the_holiday():
    """What is late when a holiday begins waits for its end, and says which one."""
    due = Due(datetime(2026, 12, 24, 16, 30, tzinfo=UTC), datetime(2026, 12, 24, 23, 30), WIB, DueWhy.SLOT)
    case = Case(due=due, grace=timedelta(days=2))
    said = decide(case, QuietTimes(KEPT, WIB), datetime(2026, 12, 24, 17, 30, tzinfo=UTC))
    assert (said.outcome, said.rule, said.reason) == (Outcome.WAIT, Rule.QUIET, "schedule.wait_holiday")
    texts.use("id")
    assert texts.t(said.reason, **said.values) == (
        "Menunggu libur berakhir (Hari Raya Natal), Sabtu, 26 Desember 2026 pukul 00.00 WIB."
    )


SLOTS = ("daily 00:00", "mon-fri 08:00", "senin-jumat 23:59", "sat,sun 09:30")
DAYS = st.integers(0, 800).map(lambda days: date(2026, 1, 1) + timedelta(days=days))


@settings(max_examples=60)
@given(
    now=st.integers(0, 700 * 24 * 60).map(lambda m: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=m)),
    slots=st.lists(st.sampled_from(SLOTS), max_size=2, unique=True),
    dates=st.frozensets(DAYS, max_size=5),
    workdays=st.frozensets(DAYS, max_size=5),
    posts=st.integers(1, 15),
    hours=st.sampled_from([(), ((1260, 300),)]),
    zone=st.sampled_from([WIB, "Asia/Jayapura", "Pacific/Honolulu"]),
)
def test_nothing_queued_lands_on_a_quiet_day(now, slots, dates, workdays, posts, hours, zone):
    """Whatever the slots: no place of the queue lies on a quiet date, or on a holiday that is no workday."""
    quiet = Quiet(hours, dates, "ID", workdays)
    answers = assign([request(str(n)) for n in range(posts)], [], [channel(*slots)], quiet, zone, now)
    for answer in answers:
        if answer.due is None:  # all slots lie in quiet hours
            assert hours
            assert slots
            continue
        day = wall_of(answer.due.at, zone).date()
        assert day not in dates
        assert day in workdays or ID.on(day) is None
        assert answer.verdict.at is None or wall_of(answer.verdict.at, zone).date() == day
