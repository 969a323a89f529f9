"""What a place in the queue owes to holidays, as notices: nobody should wonder why a slot was passed by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from connectors.contract import Json
from publisher.model import Due, DueWhy
from publisher.schedule.holidays import Holiday
from publisher.schedule.quiet import QuietTimes
from publisher.schedule.zones import wall_of
from publisher.slots import Slot

_DAY = timedelta(days=1)


def notices(
    due: Due, start: datetime, slots: Sequence[Slot], quiet: QuietTimes
) -> Iterator[tuple[str, dict[str, Json]]]:
    """Names and values of notices about a place that the queue gave.

    Args:
        start: aware; from when on a place was looked for.
        slots: of the channel; none: it takes any free moment.
    """
    if due.why not in (DueWhy.SLOT, DueWhy.QUEUE):
        return
    passed = _passed(due, wall_of(start, quiet.zone), slots, quiet)
    if passed:
        name = "rested_estimated" if any(one.estimated for one in passed) else "rested"
        yield name, {"last": str(passed[-1].day), "names": _names(passed)}
    if not quiet.decreed(due.wall.year):
        yield "not_decreed", {"year": due.wall.year}


def _passed(due: Due, start: datetime, slots: Sequence[Slot], quiet: QuietTimes) -> list[Holiday]:
    """The holidays right before a place on which it would have been given otherwise, in order."""
    found: list[Holiday] = []
    day = due.wall.date() - _DAY
    while day >= start.date():
        earliest = start.hour * 60 + start.minute if day == start.date() else 0
        if not slots or any(day.weekday() in slot.days and slot.minute >= earliest for slot in slots):
            holiday = quiet.holiday(day)
            if holiday is None:
                break
            found.insert(0, holiday)
        day -= _DAY
    return found


def _names(days: Sequence[Holiday]) -> dict[str, Json]:
    """Per language: the names, each once."""
    return {
        language: ", ".join(dict.fromkeys(one.names[language] for one in days)) for language in days[0].names
    }
