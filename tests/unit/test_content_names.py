"""Names: date, time and title at the beginning of a file's or folder's name; the text wins over it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Severity
from publisher.content import read
from publisher.content.names import facts_of_name
from publisher.model import LocalTime, Post

WIB = "Asia/Jakarta"
AT = datetime(2026, 11, 24, 8, 0)
BEGINS = datetime(2026, 11, 24, 0, 0)


@pytest.mark.parametrize(
    ("name", "wall", "title"),
    [
        ("2026-11-24 08.00 Gotong royong", AT, "Gotong royong"),
        ("2026-11-24 8.00 Gotong royong.docx", AT, "Gotong royong"),
        ("2026-11-24_08.00_Gotong_royong", AT, "Gotong royong"),
        ("2026-11-24 - 08.00 - Gotong royong", AT, "Gotong royong"),
        ("2026-11-24_0800_gotong-royong.md", AT, ""),
        ("2026-11-24T0800 Gotong royong.txt", AT, "Gotong royong"),
        ("2026-11-24 0800 Gotong royong", AT, "Gotong royong"),
        ("24 November 2026 pukul 08.00 Gotong royong", AT, "Gotong royong"),
        ("Selasa, 24 November 2026 08.00 Gotong royong", AT, "Gotong royong"),
        ("24-11-2026 jam 08.00 Gotong royong", AT, "Gotong royong"),
        ("2026-11-24 08.00", AT, ""),
        ("2026/11/2026-11-24 08.00 SP4N-LAPOR! - Salin (2)", AT, "SP4N-LAPOR!"),
        ("2026-11-24 08.00 Rilis - Copy.md", AT, "Rilis"),
        ("2026-11-24", BEGINS, ""),
        ("2026-11-24 Posko pengaduan", BEGINS, "Posko pengaduan"),
        ("2026-11-24-posko-pengaduan.md", BEGINS, ""),
        ("2026-11-24 10.000 bibit bakau", BEGINS, "10.000 bibit bakau"),
        ("2026-11-24-2000-bibit-bakau.md", BEGINS, ""),
    ],
)
def test_names(name: str, wall: datetime, title: str) -> None:
    """A whole date, then perhaps a time, then perhaps a title; a date alone is the day it may not precede."""
    found = facts_of_name(name, WIB)
    assert (found.at, found.day_only, found.title) == (LocalTime(wall, WIB), wall is BEGINS, title)


@pytest.mark.parametrize(
    ("word", "zone"), [("WIB", WIB), ("WITA", "Asia/Makassar"), ("WIT", "Asia/Jayapura")]
)
def test_zones_in_names(word: str, zone: str) -> None:
    """A zone in capitals behind the time is the zone, not the title."""
    found = facts_of_name(f"2026-11-24 08.00 {word} Rapat", WIB)
    assert (found.at, found.title) == (LocalTime(AT, zone), "Rapat")


@pytest.mark.parametrize(
    "name",
    [
        "Gotong royong",
        "2026",
        "2026-11",
        "20261324 Rapat",
        "202611240 Rapat",
        "01 Rilis",
        "IMG-20261124-WA0001",
        "",
    ],
)
def test_names_that_say_nothing(name: str) -> None:
    """Without a whole date at its beginning a name is a name, and gives no title either."""
    assert facts_of_name(name, WIB)[1:] == (None, False, "", ())


@pytest.mark.parametrize(
    ("name", "at", "title"),
    [
        ("20261124 Rapat", datetime(2026, 11, 24), "Rapat"),
        ("20261124_0800_rapat", AT, ""),
        ("20261124 08.00 Rapat", AT, "Rapat"),
        ("24 Nop 2026 pk. 08.00 Rapat", AT, "Rapat"),
    ],
)
def test_days_as_offices_file_them(name: str, at: datetime, title: str) -> None:
    """Eight figures in a row are a day if there is such a day; `Nop` is November."""
    found = facts_of_name(name, WIB)
    assert (found.at, found.title, found.wrong) == (LocalTime(at, WIB), title, ())


@pytest.mark.parametrize(
    "name", ["Rapat 2026-11-24", "Ucapan Natal 25 Desember 2026", "241126 rilis", "261124_rilis"]
)
def test_a_day_that_is_not_read_is_told(name: str) -> None:
    """It sets no time, as it does not stand whole in front; whoever meant it so learns of it."""
    found = facts_of_name(name, WIB)
    assert found.at is None
    assert [wrong[:2] for wrong in found.wrong] == [("content.name_day_unread", Severity.NOTICE)]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("2026-02-30 Rapat", "content.name_no_such_day"),
        ("31 November 2026 Rapat", "content.name_no_such_day"),
        ("Senin, 24 November 2026 Rapat", "content.name_weekday"),
        ("11-12-2026 Rapat", "content.name_date_ambiguous"),
        ("2026-11-24 25.00 Rapat", "content.name_time"),
        ("2026-11-24 08-00 Rapat", "content.name_time"),
        ("2026-11-24 jam 8 Rapat", "content.name_time"),
        ("2026-11-24 08.00-10.00 Rapat", "content.name_span"),
        ("24 November 2026 pukul 08.00 s.d. 10.00 Rapat", "content.name_span"),
    ],
)
def test_names_that_cannot_be_meant(name: str, code: str) -> None:
    """An impossible day, another weekday, two readings, half a time: an error, nothing is guessed."""
    found = facts_of_name(name, WIB)
    assert found.at is None
    assert [(told, severity) for told, severity, _ in found.wrong] == [(code, Severity.ERROR)]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("2026-11-24 1708 siap menerima aduan", "content.name_number"),
        ("2026-11-24 08.00 Rilis banjir FINAL", "content.name_working"),
        ("2026-11-24 08.00 Rilis banjir rev 2", "content.name_working"),
    ],
)
def test_names_worth_a_word(name: str, code: str) -> None:
    """A number that might be a time, and working words that would be published as a title, are warnings."""
    assert [(told, severity) for told, severity, _ in facts_of_name(name, WIB).wrong] == [
        (code, Severity.WARNING)
    ]


@given(
    st.text(max_size=40) | st.from_regex(r"\A2026-1[0-9]-[0-3][0-9][ _T-]?[0-9]{0,4}[.]?[0-9]{0,3}.{0,9}\Z")
)
def test_no_name_raises(name: str) -> None:
    """Whatever a file is called."""
    found = facts_of_name(name, WIB)
    assert not (found.wrong and found.wrong[0][1] is Severity.ERROR and found.at)


# ── Beside what the text says ────────────────────────────────────────────────


def post(root: Path, path: str, text: str) -> Post:
    file = root / "content" / path
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    (only,) = read(root / "content", root=root, zone=WIB).posts
    return only


def told(found: Post) -> list[tuple[str, Severity]]:
    return [(problem.code, problem.severity) for problem in found.problems]


def test_a_name_gives_time_and_title(tmp_path: Path) -> None:
    """A folder with a name and a text without facts is due at that time."""
    found = post(tmp_path, "2026-11-24 08.00 Gotong royong/teks.txt", "Ayo!")
    assert (found.publish_at, found.title, found.problems) == (LocalTime(AT, WIB), "Gotong royong", ())


def test_a_day_alone_lets_the_post_wait_in_the_queue_until_then(tmp_path: Path) -> None:
    """Without a time of day it is no due time: not before that day begins."""
    found = post(tmp_path, "2026-11-24 Posko/teks.txt", "Ayo!")
    assert (found.publish_at, found.publish_after) == (None, LocalTime(BEGINS, WIB))


def test_the_text_in_a_folder_may_have_the_time_in_its_name(tmp_path: Path) -> None:
    """The name of the text counts where the folder's says nothing."""
    found = post(tmp_path, "Gotong royong/2026-11-24 08.00 Rilis.txt", "Ayo!")
    assert (found.publish_at, found.title) == (LocalTime(AT, WIB), "Rilis")


def test_folder_and_text_that_disagree_are_an_error(tmp_path: Path) -> None:
    """Two times in two names: nobody can say which one is meant."""
    found = post(tmp_path, "2026-11-24 08.00 Posko/2026-11-25 08.00 Rilis.txt", "Ayo!")
    assert told(found) == [("content.names_differ", Severity.ERROR)]


@pytest.mark.parametrize(
    ("name", "said", "codes"),
    [
        ("2026-11-24 08.00 Posko", "Terbit: 24 November 2026 08.00", []),
        ("2026-11-24 08.00 Posko", "Terbit: 24 November 2026 09.00", ["content.name_other_time"]),
        ("2026-11-24 Posko", "Terbit: 24 November 2026 09.00", []),
        ("2026-11-24 Posko", "Terbit: 25 November 2026 09.00", ["content.name_other_time"]),
        ("2026-11-24 Posko", "Terbit setelah: 25 November 2026 09.00", ["content.name_other_time"]),
        ("2026-11-24 08.00 Posko", "Terbit setelah: 24 November 2026 07.00", []),
        ("2026-11-24 08.00 Posko", "Terbit sebelum: 24 November 2026 07.00", ["content.name_too_late"]),
        ("2026-11-24 08.00 Posko", "Terbit: besok", ["content.time_relative"]),
    ],
)
def test_the_text_wins_over_the_name(tmp_path: Path, name: str, said: str, codes: list[str]) -> None:
    """What the text says counts; where the name says another time, a warning names both."""
    found = post(tmp_path, f"{name}/teks.txt", f"{said}\n\nAyo!")
    assert [problem.code for problem in found.problems] == codes
    if "name_other_time" in str(codes) and "setelah" not in said:
        assert found.publish_at is not None
        assert found.publish_at.wall.strftime("%d %H") in {"24 09", "25 09"}


def test_a_title_in_the_text_wins_in_silence(tmp_path: Path) -> None:
    """Names are short; the text's own title is the title."""
    found = post(tmp_path, "2026-11-24 08.00 Posko FINAL/teks.txt", "# Posko pengaduan dibuka\n\nAyo!")
    assert (found.title, found.problems) == ("Posko pengaduan dibuka", ())
