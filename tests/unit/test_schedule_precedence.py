"""The table of precedence: one test per row, each against the rows below it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from publisher import texts
from publisher.model import Due, DueWhy, Quiet
from publisher.schedule import (
    BURST,
    Case,
    Gates,
    Lateness,
    Outcome,
    QuietTimes,
    Rule,
    decide,
    late,
    next_free,
    returns_to_queue,
    wall_of,
)

ZONE = "Asia/Jakarta"
NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)  # 12:00 in Natuna
NIGHT = datetime(2026, 11, 24, 15, tzinfo=UTC)  # 22:00
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
GRACE = 2 * HOUR
QUIET = QuietTimes(Quiet(((21 * 60, 5 * 60),)), ZONE)
DOCS = Path(__file__).parents[2] / "docs" / "schedule.md"


def due(at: datetime, why: DueWhy = DueWhy.SLOT) -> Due:
    return Due(at, wall_of(at, ZONE), ZONE, why)


def test_row_file_error() -> None:
    """A file error stops a post that is due, approved by nobody and held: it alone is named."""
    verdict = decide(Case(due(NOON), GRACE, Gates(broken=True, approved=False, held=True)), QUIET, NOON)
    assert (verdict.outcome, verdict.rule) == (Outcome.STOPPED, Rule.FILE_ERROR)


def test_row_approval() -> None:
    """Without approval nothing goes out, be it urgent, held or past its publish_before."""
    gates = Gates(approved=False, held=True)
    urgent = decide(Case(due(NOON, DueWhy.URGENT), GRACE, gates, urgent=True), QUIET, NOON)
    assert (urgent.outcome, urgent.rule) == (Outcome.WAIT, Rule.APPROVAL)
    over = decide(Case(due(NOON - HOUR), GRACE, gates, publish_before=NOON), QUIET, NOON)
    assert (over.outcome, over.rule) == (Outcome.MISSED, Rule.APPROVAL)


def test_row_hold() -> None:
    """A hold keeps an explicit time back and gives its name to the miss; only urgent passes it."""
    held = Gates(held=True)
    explicit = due(NOON, DueWhy.EXPLICIT)
    waits = decide(Case(explicit, GRACE, held, publish_before=NOON + HOUR), QUIET, NOON)
    assert (waits.outcome, waits.rule) == (Outcome.WAIT, Rule.HOLD)
    over = decide(Case(explicit, GRACE, held, publish_before=NOON + HOUR), QUIET, NOON + HOUR)
    assert (over.outcome, over.rule) == (Outcome.MISSED, Rule.HOLD)
    assert decide(Case(explicit, GRACE, held, urgent=True), QUIET, NOON).outcome is Outcome.GO


def test_row_publish_before() -> None:
    """At publish_before it is over, within grace or not, explicit or urgent; a moment earlier it goes."""
    for why in (DueWhy.EXPLICIT, DueWhy.URGENT, DueWhy.SLOT):
        case = Case(due(NOON - MINUTE, why), GRACE, urgent=why is DueWhy.URGENT, publish_before=NOON)
        over = decide(case, QUIET, NOON)
        assert (over.outcome, over.rule) == (Outcome.MISSED, Rule.PUBLISH_BEFORE)
        assert decide(case, QUIET, NOON - timedelta(microseconds=1)).outcome is Outcome.GO


def test_row_explicit() -> None:
    """An explicit time is kept in quiet hours and close to another post."""
    case = Case(due(NIGHT, DueWhy.EXPLICIT), GRACE, last=NIGHT - MINUTE, spacing=HOUR)
    waits = decide(case, QUIET, NIGHT - HOUR)
    assert (waits.outcome, waits.rule, waits.at) == (Outcome.WAIT, Rule.EXPLICIT, NIGHT)
    goes = decide(case, QUIET, NIGHT)
    assert (goes.outcome, goes.rule) == (Outcome.GO, Rule.EXPLICIT)


def test_row_quiet() -> None:
    """What has no time of its own waits for the end of the quiet hours, though spacing would let it go."""
    case = Case(due(NIGHT), 12 * HOUR, last=NIGHT - MINUTE, spacing=HOUR)
    verdict = decide(case, QUIET, NIGHT)
    assert (verdict.outcome, verdict.rule) == (Outcome.WAIT, Rule.QUIET)
    assert verdict.at == datetime(2026, 11, 24, 22, tzinfo=UTC)


def test_row_spacing() -> None:
    """Spacing delays a slot whose time has come."""
    case = Case(due(NOON), GRACE, last=NOON - 10 * MINUTE, spacing=15 * MINUTE)
    verdict = decide(case, QUIET, NOON)
    assert (verdict.outcome, verdict.rule, verdict.at) == (Outcome.WAIT, Rule.SPACING, NOON + 5 * MINUTE)


def test_row_queue() -> None:
    """What nothing else delays waits for its slot, and goes out on it."""
    case = Case(due(NOON), GRACE)
    waits = decide(case, QUIET, NOON - HOUR)
    assert (waits.outcome, waits.rule, waits.at) == (Outcome.WAIT, Rule.QUEUE, NOON)
    assert decide(case, QUIET, NOON).outcome is Outcome.GO


def test_the_documented_table_has_these_rows() -> None:
    """docs/schedule.md lists every rule in the order of the code, each with its test in this module."""
    text = DOCS.read_text(encoding="utf-8")
    rows = re.findall(r"^\| \d \| ([a-z_ ]+) \|.*\| `(test_row_\w+)` \|$", text, re.MULTILINE)
    assert [name.replace(" ", "_") for name, _ in rows] == [str(rule) for rule in Rule]
    assert [test for _, test in rows] == [f"test_row_{rule}" for rule in Rule]
    assert all(callable(globals().get(test)) for _, test in rows)


def test_urgent_passes_queue_spacing_quiet_and_hold() -> None:
    """Urgent goes out at once at night, on hold and right after another post."""
    case = Case(due(NIGHT, DueWhy.URGENT), GRACE, Gates(held=True), urgent=True, last=NIGHT, spacing=HOUR)
    verdict = decide(case, QUIET, NIGHT)
    assert (verdict.outcome, verdict.rule, verdict.at) == (Outcome.GO, None, NIGHT)


@pytest.mark.parametrize(
    ("passed", "lateness"),
    [
        (-HOUR, Lateness.ON_TIME),
        (timedelta(0), Lateness.ON_TIME),
        (MINUTE, Lateness.ON_TIME),
        (MINUTE + timedelta(seconds=1), Lateness.LATE),
        (GRACE, Lateness.LATE),
        (GRACE + timedelta(seconds=1), Lateness.MISSED),
    ],
)
def test_lateness(passed: timedelta, lateness: Lateness) -> None:
    """On time within a minute, late up to and with the last second of grace, missed after it."""
    assert late(NOON, GRACE, NOON + passed) is lateness


def test_without_grace_the_minute_itself_is_still_in_time() -> None:
    """A daemon that wakes half a second after the due time has missed nothing, whatever the grace."""
    assert late(NOON, timedelta(0), NOON + timedelta(seconds=30)) is Lateness.ON_TIME
    assert late(NOON, timedelta(0), NOON + timedelta(seconds=61)) is Lateness.MISSED


def test_late_posts_are_spaced_also_when_their_time_was_explicit() -> None:
    """Within grace a late post waits for the account's spacing; its own time no longer excuses it."""
    case = Case(due(NOON, DueWhy.EXPLICIT), GRACE, last=NOON + 30 * MINUTE, spacing=15 * MINUTE)
    verdict = decide(case, QUIET, NOON + 31 * MINUTE)
    assert (verdict.outcome, verdict.rule, verdict.at) == (Outcome.WAIT, Rule.SPACING, NOON + 45 * MINUTE)


def test_late_posts_are_no_burst_where_no_spacing_is_asked_for() -> None:
    """After an outage two late posts of an account keep a distance, though the channel names none."""
    verdict = decide(Case(due(NOON), GRACE, last=NOON + HOUR), QUIET, NOON + HOUR)
    assert (verdict.outcome, verdict.at) == (Outcome.WAIT, NOON + HOUR + BURST)


def test_missed_past_grace() -> None:
    """Nobody's fault but the outage's: past grace it is missed, with the figures in the reason."""
    verdict = decide(Case(due(NOON), GRACE), QUIET, NOON + 3 * HOUR)
    assert (verdict.outcome, verdict.rule, verdict.reason) == (
        Outcome.MISSED,
        Rule.QUEUE,
        "schedule.missed_grace",
    )
    assert verdict.values == {
        "due": "2026-11-24 12:00",
        "zone": ZONE,
        "late_minutes": 180,
        "grace_minutes": 120,
    }


@pytest.mark.parametrize("gates", [Gates(approved=False), Gates(held=True)])
def test_the_queue_does_not_miss_while_a_person_is_awaited(gates: Gates) -> None:
    """A queue post whose slot passed without approval waits on; one with an explicit time is missed."""
    queued = Case(due(NOON), GRACE, gates)
    assert decide(queued, QUIET, NOON + 3 * HOUR).outcome is Outcome.WAIT
    assert returns_to_queue(queued, NOON + 3 * HOUR)
    assert not returns_to_queue(queued, NOON + HOUR)
    explicit = Case(due(NOON, DueWhy.EXPLICIT), GRACE, gates)
    verdict = decide(explicit, QUIET, NOON + 3 * HOUR)
    assert (verdict.outcome, verdict.rule) == (
        Outcome.MISSED,
        Rule.HOLD if gates.held else Rule.APPROVAL,
    )


def test_publish_after_keeps_back_whatever_the_due_time_says() -> None:
    """A booked time before publish_after (the file was edited) is not used."""
    case = Case(due(NOON, DueWhy.URGENT), GRACE, urgent=True, publish_after=NOON + HOUR)
    verdict = decide(case, QUIET, NOON)
    assert (verdict.outcome, verdict.at) == (Outcome.WAIT, NOON + HOUR)


def test_next_free() -> None:
    """An account may publish `spacing` after its last post, and at once if that is over or there is none."""
    assert next_free(None, HOUR, NOON) == NOON
    assert next_free(NOON - 2 * HOUR, HOUR, NOON) == NOON
    assert next_free(NOON - 20 * MINUTE, HOUR, NOON) == NOON + 40 * MINUTE


def test_every_reason_has_words_and_values() -> None:
    """Whatever the table can answer is said in both languages without a placeholder left open."""
    seen = set()
    rows = product(
        [None, *(due(NOON, why) for why in DueWhy)],
        [Gates(*gates) for gates in product((False, True), repeat=3)],
        [None, NOON + HOUR, NOON + 9 * HOUR],
        [NOON - HOUR, NOON, NOON + HOUR, NOON + 2 * HOUR, NOON + 10 * HOUR],
        [None, NOON + HOUR],
        [QUIET, QuietTimes(Quiet(((0, 720), (720, 1440))), ZONE)],
    )
    for each, gates, before, now, last, quiet in rows:
        urgent = each is not None and each.why is DueWhy.URGENT
        case = Case(each, GRACE, gates, urgent, None, before, last, HOUR)
        verdict = decide(case, quiet, now)
        for language in ("en", "id"):
            texts.use(language)
            said = texts.t(verdict.reason, **verdict.values)
            assert texts.known(verdict.reason), verdict.reason
            assert "{" not in said, said
        seen.add(verdict.reason)
    texts.use("en")
    assert len(seen) >= 18
