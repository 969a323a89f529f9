"""Times, spans, sizes, ratios and prices as people write them, in both languages; held against the CLDR."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from publisher import texts
from publisher.model import DueWhy, State
from publisher.preview import wording
from publisher.texts import amounts

AT = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)


def test_times_are_said_in_the_zone_and_language() -> None:
    """An instant is shown as the clocks of the workspace show it, with the zone's everyday name."""
    assert amounts.when(AT, "Asia/Jakarta") == "Tuesday 24 November 2026, 08:05 WIB"
    texts.use("id")
    assert amounts.when(AT, "Asia/Jakarta") == "Selasa, 24 November 2026 pukul 08.05 WIB"
    assert amounts.short_when(AT, "Asia/Makassar") == "Sel 24 Nov 2026 09.05 WITA"
    assert amounts.short_when(AT, "Asia/Jayapura") == "Sel 24 Nov 2026 10.05 WIT"


@pytest.mark.parametrize(
    ("zone", "name"), [("Europe/Berlin", "CET"), ("America/Sao_Paulo", "UTC-03"), ("UTC", "UTC")]
)
def test_zones_without_an_everyday_name(zone: str, name: str) -> None:
    """Letters where the zone has some, else its distance from UTC."""
    assert amounts.zone_name(zone, AT) == name


def test_seconds_are_shown_only_where_there_are_any() -> None:
    """08.05, but 08.05.30."""
    assert amounts.clock(AT) == "01:05"
    assert amounts.clock(AT.replace(second=30)) == "01:05:30"
    assert amounts.clock(AT, seconds=True) == "01:05:00"


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
    assert amounts.size(count) == words


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
    assert amounts.ratio(width, height) == words


def test_money_keeps_the_digits_of_the_tariff() -> None:
    """A price of a fraction of a cent is not rounded away."""
    assert amounts.money(Decimal("0.015")) == "US$0.015"
    assert amounts.money(Decimal("0.2000")) == "US$0.20"
    assert amounts.money(Decimal(20)) == "US$20.00"
    texts.use("id")
    assert amounts.money(Decimal("1234.5")) == "US$1.234,50"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-5, "0 s ago"), (59, "59 s ago"), (60, "1 min ago"), (7260, "2 h ago"), (86_400, "1 day ago")],
)
def test_how_long_ago(seconds: int, words: str) -> None:
    """The largest unit that fits; a clock that runs ahead is no future."""
    assert amounts.ago(AT, AT + timedelta(seconds=seconds)) == words


@pytest.mark.parametrize("language", ["en", "id"])
def test_every_state_and_reason_has_a_word(language: str) -> None:
    """No id of ours reaches people."""
    texts.use(language)
    words = [*(wording.state(state) for state in State), *(wording.why(why) for why in DueWhy)]
    assert not [word for word in words if "." in word or "_" in word]


CLDR = {"en": "en_GB", "id": "id_ID"}
"""Dates are written day first in English too: the readers are in Indonesia."""
EVERY_MONTH = [datetime(2026, month, month, 7, 5) for month in range(1, 13)]


@pytest.mark.parametrize("language", CLDR)
@pytest.mark.parametrize("moment", EVERY_MONTH)
def test_dates_are_those_of_the_cldr(language: str, moment: datetime) -> None:
    """Weekday, month and clock are what Babel, with all its data, makes of them."""
    texts.use(language)
    locale = CLDR[language]
    assert amounts.plain_day(moment) == format_date(moment, "d MMMM y", locale)
    assert amounts.day(moment).replace(",", "") == format_date(moment, "EEEE d MMMM y", locale)
    # Three letters for every month: the CLDR has Sept in British English.
    short = format_date(moment, "EEE d MMM y", locale).replace("Sept", "Sep")
    assert amounts.short_day(moment) == short
    assert amounts.clock(moment) == format_time(moment, "short", locale=locale)


@pytest.mark.parametrize("language", CLDR)
@pytest.mark.parametrize("value", ["0", "7.5", "1234.5", "-1234", "1234567.25"])
def test_numbers_are_those_of_the_cldr(language: str, value: str) -> None:
    """1.234,5 in Indonesian, 1,234.5 in English."""
    texts.use(language)
    assert amounts.decimal(value) == format_decimal(Decimal(value), locale=CLDR[language])


@pytest.mark.parametrize(
    ("seconds", "english", "indonesian"),
    [
        (0, "0 s", "0 detik"),
        (90, "1 min 30 s", "1 menit 30 detik"),
        (5400, "1 h 30 min", "1 jam 30 menit"),
        (86_400 + 59, "1 day", "1 hari"),
        (4 * 86_400 + 7200, "4 days 2 h", "4 hari 2 jam"),
    ],
)
def test_spans_are_told_in_two_units(seconds: int, english: str, indonesian: str) -> None:
    """Nobody converts 5,760 minutes in the head."""
    assert amounts.span(seconds) == english
    texts.use("id")
    assert amounts.span(seconds) == indonesian


@pytest.mark.parametrize(
    ("value", "form", "words"),
    [
        ("2026-11-24 08:00", "when Asia/Jakarta", "Selasa, 24 November 2026 pukul 08.00 WIB"),
        ("2026-11-24 08:00", "when", "Selasa, 24 November 2026 pukul 08.00"),
        ("2026-07-01T08:00", "when Europe/Berlin", "Rabu, 1 Juli 2026 pukul 08.00 CEST"),
        (AT, "when Asia/Jayapura", "Selasa, 24 November 2026 pukul 10.05 WIT"),
        ("2026-11-24", "day", "Selasa, 24 November 2026"),
        ("Asia/Makassar", "zone", "WITA"),
        (1_234_567, "size", "1,2 MB"),
        ("0.2", "usd", "US$0,20"),
        (135, "minutes", "2 jam 15 menit"),
        (12.5, "decimal", "12,5"),
    ],
)
def test_placeholders_name_their_form(value: object, form: str, words: str) -> None:
    """A message says how its value is to be written; the value stays as JSON has it."""
    texts.use("id")
    assert amounts.formatted(value, form) == words


def test_a_zone_is_filled_into_a_form() -> None:
    """`{at:when {zone}}` takes the zone from the values beside it; what is no time is refused."""
    texts.use("id")
    values = {"at": "2026-11-24 08:00", "zone": "Asia/Jakarta"}
    said = texts._formatter.vformat("Menunggu {at:when {zone}}.", (), values)
    assert said == "Menunggu Selasa, 24 November 2026 pukul 08.00 WIB."
    with pytest.raises(ValueError, match="besok"):
        texts._formatter.vformat("{at:when {zone}}", (), {**values, "at": "besok"})


def test_a_number_with_a_fraction_is_written_as_the_language_has_it() -> None:
    """Also where the message asks for no format; what is whole has no fraction."""
    values = {"name": "klip.mp4", "seconds": 61.0, "least": 3, "most": 60}
    assert "61 s" in texts.t("instagram.clip_seconds", **values)
    texts.use("id")
    assert "61,5 detik" in texts.t("instagram.clip_seconds", **{**values, "seconds": 61.5})
