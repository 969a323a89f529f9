"""What an office spends on a channel in a month, against what it wants to spend; pure.

A month is one of the workspace's zone. A part counts from its reservation, as with quotas, and no more
where nothing was sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from connectors import registry
from connectors.contract import Json, Rendition

NEAR = Decimal("0.8")
"""The share of a budget at which people are warned."""


@dataclass(frozen=True, slots=True)
class Coming:
    """A post that will cost something: when (aware, UTC), how much, and which."""

    at: datetime
    usd: Decimal
    path: str


@dataclass(frozen=True, slots=True)
class Word:
    """What is to be told of a budget: a message id, its values, and the post it is about (None: all)."""

    code: str
    values: dict[str, Json]
    path: str | None = None


def cost_of(rendition: Rendition) -> Decimal:
    """What publishing all parts costs, in US dollars."""
    room = registry.room(rendition.platform)
    prices = (room.price(part) for part in rendition.parts)
    return sum((price.usd for price in prices if price is not None), start=Decimal(0))


def month_start(at: datetime, zone: str) -> datetime:
    """When the calendar month of a zone that holds `at` began; aware, UTC."""
    info = ZoneInfo(zone)
    first = at.astimezone(info).date().replace(day=1)
    return datetime.combine(first, time(), info).astimezone(UTC)


def allows(spent: Decimal, needed: Decimal, budget: Decimal) -> bool:
    """Whether a post fits; what costs nothing always does."""
    return not needed or spent + needed <= budget


def forecast(
    spent: Decimal, coming: Iterable[Coming], budget: Decimal, now: datetime, zone: str
) -> Iterator[Word]:
    """What will happen to the posts to come, in the order of their times: who is held, and when it gets near.

    Args:
        spent: in the month that holds `now`.
    """
    month, near = month_start(now, zone), False
    for one in sorted(coming, key=lambda each: (each.at, each.path)):
        start = month_start(max(one.at, now), zone)
        if start != month:
            month, spent, near = start, Decimal(0), False
        values: dict[str, Json] = {"spent": str(spent), "budget": str(budget), "needed": str(one.usd)}
        if not allows(spent, one.usd, budget):
            yield Word("plan.budget_over", values, one.path)
            continue
        spent += one.usd
        if not near and one.usd and spent >= budget * NEAR:
            near = True
            yield Word("plan.budget_near", {**values, "spent": str(spent)}, one.path)
