"""Times, sizes, ratios and prices as people say them, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from publisher import texts
from publisher.model import DueWhy, State
from publisher.preview import wording

AT = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)


def test_times_are_said_in_the_zone_and_language() -> None:
    """An instant is shown as the clocks of the workspace show it, with the zone's everyday name."""
    assert wording.when(AT, "Asia/Jakarta") == "Tuesday 24 November 2026, 08:05 WIB"
    texts.use("id")
    assert wording.when(AT, "Asia/Jakarta") == "Selasa, 24 November 2026 pukul 08.05 WIB"
    assert wording.short_when(AT, "Asia/Makassar") == "Sel 24 Nov 2026 09.05 WITA"
    assert wording.short_when(AT, "Asia/Jayapura") == "Sel 24 Nov 2026 10.05 WIT"


@pytest.mark.parametrize(
    ("zone", "name"), [("Europe/Berlin", "CET"), ("America/Sao_Paulo", "UTC-03"), ("UTC", "UTC")]
)
def test_zones_without_an_everyday_name(zone: str, name: str) -> None:
    """Letters where the zone has some, else its distance from UTC."""
    assert wording.zone_name(zone, AT) == name


def test_seconds_are_shown_only_where_there_are_any() -> None:
    """08.05, but 08.05.30."""
    assert wording.clock(AT) == "01:05"
    assert wording.clock(AT.replace(second=30)) == "01:05:30"
    assert wording.clock(AT, seconds=True) == "01:05:00"


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (999, "999 bytes"),
        (84_567, "84.6 kB"),
        (999_600, "1.0 MB"),
        (1_234_567, "1.2 MB"),
        (123_400_000, "123 MB"),
    ],
)
def test_sizes(count: int, words: str) -> None:
    """Thousands, not powers of two: as file managers show it."""
    assert wording.size(count) == words


@pytest.mark.parametrize(
    ("width", "height", "words"),
    [
        (1600, 1200, "4:3"),
        (1080, 1080, "1:1"),
        (1920, 1080, "16:9"),
        (1080, 1350, "4:5"),
        (1200, 628, "1.91:1"),
        (628, 1200, "1:1.91"),
    ],
)
def test_ratios(width: int, height: int, words: str) -> None:
    """Ratios that people know by name, others as a number."""
    assert wording.ratio(width, height) == words


def test_money_keeps_the_digits_of_the_tariff() -> None:
    """A price of a fraction of a cent is not rounded away."""
    assert wording.money(Decimal("0.015")) == "US$0.015"
    assert wording.money(Decimal("0.2000")) == "US$0.20"
    assert wording.money(Decimal(20)) == "US$20.00"
    texts.use("id")
    assert wording.money(Decimal("1234.5")) == "US$1.234,50"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-5, "0 s ago"), (59, "59 s ago"), (60, "1 min ago"), (7200, "2 h ago"), (200_000, "2 days ago")],
)
def test_how_long_ago(seconds: int, words: str) -> None:
    """The largest unit that fits; a clock that runs ahead is no future."""
    assert wording.ago(AT, AT + timedelta(seconds=seconds)) == words


@pytest.mark.parametrize("language", ["en", "id"])
def test_every_state_and_reason_has_a_word(language: str) -> None:
    """No id of ours reaches people."""
    texts.use(language)
    words = [*(wording.state(state) for state in State), *(wording.why(why) for why in DueWhy)]
    assert not [word for word in words if "." in word or "_" in word]
    assert len(texts.t("preview.weekdays").split()) == len(texts.t("preview.weekdays_short").split()) == 7
    assert len(texts.t("preview.months").split()) == len(texts.t("preview.months_short").split()) == 12
