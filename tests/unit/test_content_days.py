"""Days: dates in Indonesian and English within a text, with line and weekday; what is wrong with them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.content.days import mentioned
from publisher.content.text import draft_of

DAY = date(2026, 11, 24)  # a Tuesday


@pytest.mark.parametrize(
    ("text", "weekday"),
    [
        ("24 November 2026", None),
        ("pada Selasa, 24 November 2026 pukul 08.00", 1),
        ("SELASA 24 NOVEMBER 2026", 1),
        ("*Selasa*, 24 Nov 2026.", 1),
        ("_24 November 2026_", None),
        ("Selasa (24/11/2026)", 1),
        ("Hari/Tanggal : Selasa / 24 November 2026", 1),
        ("Selasa tanggal 24 November 2026", 1),
        ("Tuesday, 24 November 2026", 1),
        ("Tuesday, November 24, 2026", 1),
        ("2026-11-24", None),
        ("24-11-2026", None),
        ("tgl. 24 Nopember 2026,", None),
        ("23-24 November 2026", None),
        ("Senin dan Selasa, 23 dan 24 November 2026", None),
        ("Senin s.d. Jumat 24 November 2026", None),
        ("Hari : Selasa\nTanggal : 24 November 2026", 1),
    ],
)
def test_mentions(text: str, weekday: int | None) -> None:
    """A date with its year, in the forms of announcements and of the press; of a range its last day."""
    (found,) = mentioned(text, 1)
    assert (found.date, found.weekday, found.wrong) == (DAY, weekday, None)


@pytest.mark.parametrize(
    "text",
    [
        "24 November",
        "11/12/2026",
        "https://natunakab.go.id/2026-11-24/berita",
        "Nomor 14 Tahun 2008",
        "versi 1.24.11.2026",
        "2026",
        "24/11",
        "0812-2026-1124",
        "Mei 2026",
    ],
)
def test_what_is_no_date_of_its_own(text: str) -> None:
    """Without a year, with two readings, within an address or a longer number: none."""
    assert mentioned(text, 1) == []


@pytest.mark.parametrize(
    ("text", "line", "values"),
    [
        ("Isi\n\nSenin, 24 November 2026", 3, {"weekday": "Senin", "actual": "Selasa"}),
        ("SENIN, 24 November 2026", 1, {"weekday": "SENIN", "actual": "SELASA"}),
        ("on monday, 24 November 2026", 1, {"weekday": "monday", "actual": "tuesday"}),
        ("Ahad, 24/11/2026", 1, {"weekday": "Ahad", "actual": "Selasa"}),
        ("Hari: Senin\nTanggal: 24 November 2026", 2, {"weekday": "Senin", "actual": "Selasa"}),
        ("# Rapat Senin, 24 November 2026\n\nIsi", 1, {"weekday": "Senin", "actual": "Selasa"}),
        ("Judul: Rapat Senin, 24 November 2026\n\nIsi", 1, {"weekday": "Senin", "actual": "Selasa"}),
        ("---\nx:\n  text: Senin, 24 November 2026\n---\nIsi", 3, {"weekday": "Senin", "actual": "Selasa"}),
    ],
)
def test_a_weekday_that_is_not_the_dates_is_told(text: str, line: int, values: dict[str, str]) -> None:
    """A warning with the line, in body, title and texts of platforms; the right day in their language."""
    ((code, _, at, told),) = draft_of(text).notes
    assert (code, at) == ("content.weekday", line)
    assert values.items() <= told.items()


def test_a_day_that_does_not_exist_is_told() -> None:
    """The calendar is short of it."""
    ((code, _, line, values),) = draft_of("Rapat 31 November 2026").notes
    assert (code, line, values) == ("content.no_such_day", 1, {"words": "31 November 2026"})


@given(st.dates(date(1970, 1, 1), date(2099, 12, 31)), st.sampled_from(["{d} {m} {y}", "{w}, {d} {m} {y}"]))
def test_every_date_written_right_is_right(day: date, form: str) -> None:
    """In words, with its own weekday, any date is found and nothing is wrong with it."""
    months = [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ]
    weekdays = ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"]
    words = form.format(d=day.day, m=months[day.month - 1], y=day.year, w=weekdays[day.weekday()])
    (found,) = mentioned(f"Rapat pada {words}.", 1)
    assert (found.date, found.wrong, found.words) == (day, None, words)


@given(st.text(alphabet="0123456789 /.-,SeninNovmbr(\n", max_size=60))
def test_no_body_raises(body: str) -> None:
    """Whatever stands there; each mention has a date or something wrong."""
    assert all(each.date or each.wrong for each in mentioned(body, 1))
