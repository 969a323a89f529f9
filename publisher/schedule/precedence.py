"""The table of precedence as one function: what may happen to a delivery now, and which rule says so.

docs/schedule.md shows the same table to people; plan, status and deliver all ask `decide`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from connectors.contract import Json
from publisher.model import Due, DueWhy
from publisher.schedule.holidays import Holiday
from publisher.schedule.quiet import QuietTimes
from publisher.schedule.zones import shown, wall_of

PUNCTUAL = timedelta(minutes=1)
"""Times are written in minutes: what goes out within the one of its due is on time."""
BURST = timedelta(minutes=1)
"""Late posts keep at least this distance, also where the channel asks for none: no burst after an outage."""


class Rule(StrEnum):
    """The rows of the table, the strongest first."""

    FILE_ERROR = "file_error"
    APPROVAL = "approval"
    HOLD = "hold"
    PUBLISH_BEFORE = "publish_before"
    EXPLICIT = "explicit"
    QUIET = "quiet"
    SPACING = "spacing"
    QUEUE = "queue"


class Outcome(StrEnum):
    """What may happen to a delivery at this moment."""

    GO = "go"
    WAIT = "wait"
    MISSED = "missed"
    STOPPED = "stopped"


class Lateness(StrEnum):
    """How a moment lies to a due time and its grace."""

    ON_TIME = "on_time"
    LATE = "late"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Gates:
    """What is decided outside the schedule: the first three rows.

    Attributes:
        broken: the file has an error for this channel.
        approved: nobody's yes is missing.
        held: a hold on the post, its channel or everything.
    """

    broken: bool = False
    approved: bool = True
    held: bool = False


OPEN = Gates()


@dataclass(frozen=True, slots=True)
class Case:
    """One delivery, as far as the table needs it.

    Attributes:
        due: None where no legal time was found.
        publish_after, publish_before: aware, UTC.
        last: when the account's last post went out (or will, in a forecast); aware, UTC.
    """

    due: Due | None
    grace: timedelta
    gates: Gates = OPEN
    urgent: bool = False
    publish_after: datetime | None = None
    publish_before: datetime | None = None
    last: datetime | None = None
    spacing: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the table says.

    Attributes:
        rule: the row that decided; None: an urgent post that no row stops.
        at: the moment it goes out, as things stand; None where a person or an edit must come first.
        reason: a message id; `values` are for its placeholders.
        lateness: of this moment; None without a due time.
    """

    outcome: Outcome
    rule: Rule | None
    at: datetime | None
    reason: str
    values: Mapping[str, Json] = field(default_factory=dict)
    lateness: Lateness | None = None


def late(due: datetime, grace: timedelta, now: datetime) -> Lateness:
    """Whether `now` is in time for `due`: on time, late within grace, or too late."""
    if now - due <= PUNCTUAL:
        return Lateness.ON_TIME
    return Lateness.LATE if now - due <= grace else Lateness.MISSED


def next_free(last: datetime | None, spacing: timedelta, now: datetime) -> datetime:
    """When an account may publish again, `spacing` after its last post: late posts never come in a burst."""
    return now if last is None else max(now, last + spacing)


def is_fixed(due: Due) -> bool:
    """Whether a person chose this very time: quiet times do not touch it, nor spacing while it is on time."""
    return due.why in (DueWhy.EXPLICIT, DueWhy.NOW)


def awaits_person(gates: Gates, urgent: bool) -> bool:
    """Whether a person keeps it back: by a missing yes, or by a hold that an urgent post does not pass."""
    return not gates.approved or (gates.held and not urgent)


def returns_to_queue(case: Case, now: datetime) -> bool:
    """Whether it is past its grace only because a person was awaited, and no time of day had been promised.

    Such a post is not missed: it takes a new place in the queue.
    """
    return (
        case.due is not None
        and case.due.why is not DueWhy.EXPLICIT
        and not case.gates.broken
        and awaits_person(case.gates, case.urgent)
        and late(case.due.at, case.grace, now) is Lateness.MISSED
    )


def decide(case: Case, quiet: QuietTimes, now: datetime) -> Verdict:
    """Read the table from the top; the first row that has something to say decides.

    A gate that is closed when the time is up for good gives its name to the miss.
    """
    gate = _closed_gate(case)
    due = case.due
    if due is None:
        return _without_due(case, gate)
    lateness = late(due.at, case.grace, now)
    base = Rule.EXPLICIT if is_fixed(due) else None if due.why is DueWhy.URGENT else Rule.QUEUE
    if case.publish_before is not None and now >= case.publish_before:
        ended = gate or Rule.PUBLISH_BEFORE
        values = {"before": shown(wall_of(case.publish_before, quiet.zone)), "zone": quiet.zone}
        return Verdict(Outcome.MISSED, ended, None, f"schedule.ended_{ended}", values, lateness)
    if lateness is Lateness.MISSED and not returns_to_queue(case, now):
        reason = f"schedule.missed_{gate or 'grace'}"
        return Verdict(Outcome.MISSED, gate or base, None, reason, _past(case, due, now), lateness)
    if gate is not None:
        outcome = Outcome.STOPPED if gate is Rule.FILE_ERROR else Outcome.WAIT
        return Verdict(outcome, gate, None, f"schedule.{outcome}_{gate}", {}, lateness)
    at, rule, asked = _earliest(case, due, base, lateness, quiet, now)
    holiday = quiet.holiday_at(asked) if rule is Rule.QUIET else None
    return _at_its_time(at, rule, lateness, quiet, now, holiday)


def _closed_gate(case: Case) -> Rule | None:
    if case.gates.broken:
        return Rule.FILE_ERROR
    if not case.gates.approved:
        return Rule.APPROVAL
    return Rule.HOLD if case.gates.held and not case.urgent else None


def _without_due(case: Case, gate: Rule | None) -> Verdict:
    if gate is Rule.FILE_ERROR or case.publish_before is None:
        return Verdict(Outcome.STOPPED, Rule.FILE_ERROR, None, "schedule.stopped_file_error")
    return Verdict(Outcome.STOPPED, Rule.PUBLISH_BEFORE, None, "schedule.stopped_publish_before")


def _past(case: Case, due: Due, now: datetime) -> dict[str, Json]:
    return {
        "due": shown(due.wall),
        "zone": due.zone,
        "late_minutes": int((now - due.at).total_seconds() // 60),
        "grace_minutes": int(case.grace.total_seconds() // 60),
    }


def _earliest(
    case: Case, due: Due, base: Rule | None, lateness: Lateness, quiet: QuietTimes, now: datetime
) -> tuple[datetime | None, Rule | None, datetime]:
    """The first moment no row objects to, the row that put it there, and the moment it objected to.

    None: no such moment.
    """
    at = max(due.at, now, case.publish_after or now)
    rule = base
    if due.why is DueWhy.URGENT or (is_fixed(due) and lateness is Lateness.ON_TIME):
        return at, rule, at
    spacing = max(case.spacing, BURST) if lateness is Lateness.LATE else case.spacing
    spaced = next_free(case.last, spacing, at)
    if spaced > at:
        at, rule = spaced, Rule.SPACING
    if is_fixed(due):
        return at, rule, at
    awake = quiet.over_at(at)
    return awake, rule if awake == at else Rule.QUIET, at


def _at_its_time(
    at: datetime | None,
    rule: Rule | None,
    lateness: Lateness,
    quiet: QuietTimes,
    now: datetime,
    holiday: Holiday | None,
) -> Verdict:
    if at is None:
        return Verdict(Outcome.STOPPED, rule, None, "schedule.always_quiet", {}, lateness)
    if at <= now:
        return Verdict(Outcome.GO, rule, at, "schedule.go", {}, lateness)
    values: dict[str, Json] = {"at": shown(wall_of(at, quiet.zone)), "zone": quiet.zone}
    if holiday is not None:
        values["holiday"] = dict(holiday.names)
        return Verdict(Outcome.WAIT, rule, at, "schedule.wait_holiday", values, lateness)
    return Verdict(Outcome.WAIT, rule, at, f"schedule.wait_{rule or 'urgent'}", values, lateness)
