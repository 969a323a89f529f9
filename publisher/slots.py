"""Reads a channel's regular slots, `mon-fri 08:00` or `senin-jumat 08.00`; for config and schedule."""

from __future__ import annotations

import re
from dataclasses import dataclass

from publisher.errors import PublisherError

_DAYS = (
    ("mon", "monday", "sen", "senin"),
    ("tue", "tues", "tuesday", "sel", "selasa"),
    ("wed", "wednesday", "rab", "rabu"),
    ("thu", "thur", "thurs", "thursday", "kam", "kamis"),
    ("fri", "friday", "jum", "jumat", "jum'at"),
    ("sat", "saturday", "sab", "sabtu"),
    ("sun", "sunday", "min", "minggu", "ahad"),
)
_NUMBER = {name: number for number, names in enumerate(_DAYS) for name in names}
_EVERY = frozenset(range(7))
_WORKING = frozenset(range(5))
_GROUPS = {
    "daily": _EVERY,
    "every day": _EVERY,
    "setiap hari": _EVERY,
    "tiap hari": _EVERY,
    "weekdays": _WORKING,
    "hari kerja": _WORKING,
}
DAY_WORDS = (*_NUMBER,)
GROUP_WORDS = (*_GROUPS,)
_AS_TYPED_BY_WORD = {0x2013: "-", 0x2019: "'"}
_SHAPE = re.compile(r"(?P<days>[^0-9]+?)\s+(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9]{2})")


@dataclass(frozen=True, slots=True)
class Slot:
    """A time of the week at which a channel publishes what waits in its queue.

    Attributes:
        days: 0 is Monday, 6 is Sunday.
        minute: since midnight, wall time of the workspace's zone.
    """

    days: frozenset[int]
    minute: int


def parse_slot(text: str) -> Slot:
    """Read `DAYS HH:MM`; DAYS is a day, a range, a list of both, or `daily`, in English or Indonesian.

    Upper and lower case are one; `08.00` is `08:00`; a range may run over the weekend (`fri-mon`).

    Raises:
        PublisherError: `schedule.bad_slot`, values `slot` and `part`, the piece not understood.
    """
    plain = " ".join(text.translate(_AS_TYPED_BY_WORD).lower().split())
    shape = _SHAPE.fullmatch(plain)
    if shape is None:
        raise PublisherError("schedule.bad_slot", slot=text, part=text)
    hour, minute = int(shape["hour"]), int(shape["minute"])
    if hour > 23 or minute > 59:
        raise PublisherError("schedule.bad_slot", slot=text, part=f"{shape['hour']}:{shape['minute']}")
    days = frozenset[int]().union(*(_days(item.strip(), text) for item in shape["days"].split(",")))
    return Slot(days, hour * 60 + minute)


def _days(item: str, text: str) -> frozenset[int]:
    if item in _GROUPS:
        return _GROUPS[item]
    first, dash, last = (piece.strip() for piece in item.partition("-"))
    if first in _NUMBER and not dash:
        return frozenset({_NUMBER[first]})
    if first in _NUMBER and last in _NUMBER:
        length = (_NUMBER[last] - _NUMBER[first]) % 7
        return frozenset((_NUMBER[first] + step) % 7 for step in range(length + 1))
    raise PublisherError("schedule.bad_slot", slot=text, part=item or text)
