"""Times on the command line: exact ones, clocks of today or tomorrow, lengths."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from publisher.cli.times import moment_ahead, moment_back
from publisher.errors import UsageError

ZONE = "Asia/Jakarta"
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # 10:00 in Jakarta


@pytest.mark.parametrize(
    ("text", "ahead", "back"),
    [
        ("2026-11-25 08:00", (25, 1, 0), (25, 1, 0)),
        ("2026-11-25T08.00", (25, 1, 0), (25, 1, 0)),
        ("2026-11-25", (24, 17, 0), (24, 17, 0)),
        ("2h", (24, 5, 0), (24, 1, 0)),
        ("08:00", (25, 1, 0), (24, 1, 0)),
        ("16.30", (24, 9, 30), (24, 9, 30)),
    ],
)
def test_times_are_read_in_the_zone(
    text: str, ahead: tuple[int, int, int], back: tuple[int, int, int]
) -> None:
    """A clock that has passed today means tomorrow for --until, today for --since."""
    assert moment_ahead(text, ZONE, NOW) == datetime(2026, 11, *ahead, tzinfo=UTC)
    assert moment_back(text, ZONE, NOW) == datetime(2026, 11, *back, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "besok", "2026-13-01", "2026-11-25 25:00", "2026-11-25 08:00 lagi", "99999999999d", "²d"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(UsageError):
        moment_ahead(text, ZONE, NOW)
