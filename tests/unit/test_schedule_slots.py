"""Regular slots as people write them."""

from __future__ import annotations

import pytest

from publisher.errors import PublisherError
from publisher.slots import Slot, parse_slot


@pytest.mark.parametrize(
    ("text", "days", "minute"),
    [
        ("mon-fri 08:00", {0, 1, 2, 3, 4}, 480),
        ("daily 10:00", set(range(7)), 600),
        ("sat,sun 09:30", {5, 6}, 570),
        ("Senin-Jumat 08.00", {0, 1, 2, 3, 4}, 480),
        ("sen, rab ,jum 7:05", {0, 2, 4}, 425),
        ("setiap  hari 23:59", set(range(7)), 1439),
        ("Hari Kerja 00:00", {0, 1, 2, 3, 4}, 0),
        ("fri-mon 12:00", {4, 5, 6, 0}, 720),
        ("sab \u2013 min 06.15", {5, 6}, 375),
        ("Jum\u2019at 13:30", {4}, 810),
        ("tue-thu,sunday 14:00", {1, 2, 3, 6}, 840),
    ],
)
def test_both_languages_are_read(text: str, days: set[int], minute: int) -> None:
    """Days, ranges, lists and `daily` are read in English and Indonesian, with colon or dot."""
    assert parse_slot(text) == Slot(frozenset(days), minute)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("08:00", "08:00"),
        ("mon-fri", "mon-fri"),
        ("mon-fry 08:00", "mon-fry"),
        ("mon-wed-fri 08:00", "mon-wed-fri"),
        ("mon 24:00", "24:00"),
        ("mon 08:60", "08:60"),
        ("mon,,tue 08:00", "mon,,tue 08:00"),
        ("mon 8", "mon 8"),
        ("mon 08:00 09:00", "mon 08:00 09:00"),
        ("", ""),
    ],
)
def test_a_slot_that_is_not_understood_is_refused(text: str, part: str) -> None:
    """Nothing is guessed: the refusal names the piece that was not understood."""
    with pytest.raises(PublisherError) as refusal:
        parse_slot(text)
    assert refusal.value.message == "schedule.bad_slot"
    assert refusal.value.values == {"slot": text, "part": part}
