"""publisher/durations.py: one reading of a length of time, wherever one is written."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.durations import parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("90s", 90),
        ("15m", 900),
        ("1h30m", 5400),
        ("1d", 86400),
        ("2 jam", 7200),
        (" 30 Menit ", 1800),
        ("1 jam 30 menit", 5400),
        ("2 hari", 172800),
    ],
)
def test_durations(text, seconds):
    """Numbers with units of either language, largest first."""
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "5", "m", "1.5h", "-1h", "1m2h", "1h1h", "dua jam", "2 jamx", "1 2 h", "0h m"]
)
def test_no_durations(text):
    """A number without a unit, or a number in words, is not guessed at."""
    with pytest.raises(ValueError, match=r"^"):
        parse_duration(text)


@given(*[st.integers(0, 999_999)] * 4)
def test_what_is_written_out_is_read_back(days, hours, minutes, seconds):
    """However it is put together, it is the sum of its pieces."""
    whole = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    assert parse_duration(f"{days}d{hours}h{minutes}m{seconds}s") == whole
    assert parse_duration(f"{days} hari {hours} jam {minutes} menit {seconds} detik") == whole
