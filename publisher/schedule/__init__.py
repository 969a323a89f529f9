"""Posts, slots, quiet times and *now* → due times, and the table of precedence; touches nothing."""

from publisher.schedule.assign import assign
from publisher.schedule.calendar import slot_times
from publisher.schedule.precedence import (
    BURST,
    PUNCTUAL,
    Case,
    Gates,
    Lateness,
    Outcome,
    Rule,
    Verdict,
    awaits_person,
    decide,
    is_fixed,
    late,
    next_free,
    returns_to_queue,
)
from publisher.schedule.quiet import QuietTimes
from publisher.schedule.requests import Assigned, Request, Taken
from publisher.schedule.zones import Resolved, utc_of, wall_of, zone_of
from publisher.slots import Slot, parse_slot

__all__ = [
    "BURST",
    "PUNCTUAL",
    "Assigned",
    "Case",
    "Gates",
    "Lateness",
    "Outcome",
    "QuietTimes",
    "Request",
    "Resolved",
    "Rule",
    "Slot",
    "Taken",
    "Verdict",
    "assign",
    "awaits_person",
    "decide",
    "is_fixed",
    "late",
    "next_free",
    "parse_slot",
    "returns_to_queue",
    "slot_times",
    "utc_of",
    "wall_of",
    "zone_of",
]
