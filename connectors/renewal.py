"""How long credentials are good, and when they are renewed: what a room says of its own, and one pure rule.

A room says it in one way, `Room.renewal`, from the credential fields alone; `Session.renew` makes the one
call. When that call is made, and where its answer is kept, is the engine's to decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Lasts(StrEnum):
    """Until when credentials are good."""

    ENDLESS = "endless"
    """Until somebody revokes them."""
    BY_ITSELF = "by_itself"
    """They stay as they are; the room makes from them what each call needs."""
    RENEWED = "renewed"
    """They end, and `Session.renew` gets others in time."""
    BY_PERSON = "by_person"
    """They end, or nobody knows, and only a person can get others."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a room says of some credential fields.

    Attributes:
        seed: the field whose value, as the office gave it, names the grant: another value is another grant.
        rotates: whether a renewal makes what was used for it void, so that its answer must never be lost.
        youngest: the age at which the platform renews at the earliest.
        ahead: how long before their end they are renewed; half their life where they do not live that long.
    """

    lasts: Lasts
    seed: str = "token"
    rotates: bool = False
    youngest: timedelta = timedelta(0)
    ahead: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Life:
    """How long credentials live; aware, UTC.

    Attributes:
        since: when they were issued, or first seen.
        ends: from then on calls with them are refused; None: not known.
        until: from then on they cannot be renewed any more; None: not known.
    """

    since: datetime
    ends: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Renewed:
    """What a renewal gave.

    Attributes:
        fields: the credential fields that are others now.
        ends, until: as in `Life`.
    """

    fields: Mapping[str, str] = field(repr=False)
    ends: datetime | None = None
    until: datetime | None = None


def renew_at(renewal: Renewal, life: Life) -> datetime | None:
    """When credentials are to be renewed (aware, UTC); None: never by the program.

    Where their end is not known they are renewed as soon as the platform does it: its answer tells the end.
    """
    if renewal.lasts is not Lasts.RENEWED:
        return None
    earliest = life.since + renewal.youngest
    if life.ends is None:
        return earliest
    return max(earliest, life.ends - min(renewal.ahead, (life.ends - life.since) / 2))


def is_due(renewal: Renewal, life: Life, now: datetime) -> bool:
    """Whether to renew now."""
    at = renew_at(renewal, life)
    return at is not None and at <= now


def last_day(renewal: Renewal, life: Life) -> datetime | None:
    """When a person must have acted, unless a renewal comes first; None: no such day is known."""
    if renewal.lasts is Lasts.RENEWED:
        return life.until
    return None if renewal.lasts is Lasts.ENDLESS else life.ends
