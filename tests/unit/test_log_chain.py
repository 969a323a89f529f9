"""Events are chained: whatever is changed, taken out or put in shows; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from publisher.publish_log import chain
from publisher.publish_log.store import Store
from publisher.publish_log.tables import events
from tests.unit.log_world import Beside, World, until_blocked


@pytest.fixture
def told(world: World) -> World:
    """Five events of one delivery, and one of another."""
    with world.store.write("Rina") as tx:
        for number in range(5):
            tx.event(
                "d1",
                "state",
                part=1,
                old="held",
                new="waiting",
                reason=f"r{number}",
                words="Áé “ya” 🙂",
                n=number,
            )
        tx.event("d2", "booked")
    return world


def broken(world: World, subject: str = "d1") -> int | None:
    with world.store.read() as tx:
        return chain.broken(tx.conn, tx.workspace, subject)


def this(world: World, sequence: int) -> Any:
    return (
        (events.c.workspace_id == world.store.workspace)
        & (events.c.subject == "d1")
        & (events.c.sequence == sequence)
    )


def test_an_untouched_chain_fits(told: World) -> None:
    """Each event names the hash of the one before; the first one names nothing."""
    assert broken(told) is None
    assert broken(told, "d2") is None
    assert broken(told, "nobody") is None
    rows = [row for row in told.rows(events) if row.subject == "d1"]
    assert [row.sequence for row in rows] == [1, 2, 3, 4, 5]
    assert [row.previous_hash for row in rows] == [chain.GENESIS, *(row.hash for row in rows[:-1])]


@pytest.mark.parametrize(
    "column",
    ["part", "at", "actor", "kind", "old", "new", "reason", "details", "previous_hash", "hash", "sequence"],
)
def test_a_changed_field_is_found(told: World, column: str) -> None:
    """Whichever field of an event is changed, the chain breaks there."""
    lies: dict[str, Any] = {
        "part": 2,
        "at": told.now + timedelta(microseconds=1),
        "details": "{}",
        "previous_hash": "f" * 64,
        "hash": "f" * 64,
        "sequence": 17,
    }
    with told.store.write("mallory") as tx:
        tx.conn.execute(update(events).where(this(told, 3)).values({column: lies.get(column, "lie")}))
    assert broken(told) == 3


@pytest.mark.parametrize("column", ["part", "old", "new", "reason"])
def test_an_emptied_field_is_found(told: World, column: str) -> None:
    """Nothing is not the same as something."""
    with told.store.write("mallory") as tx:
        tx.conn.execute(update(events).where(this(told, 2)).values({column: None}))
    assert broken(told) == 2


@pytest.mark.parametrize("sequence", [1, 2, 4])
def test_a_missing_event_is_found(told: World, sequence: int) -> None:
    """An event taken out breaks the chain; of the last one only a seal could tell."""
    with told.store.write("mallory") as tx:
        tx.conn.execute(delete(events).where(this(told, sequence)))
    assert broken(told) == sequence


def test_closing_the_gap_is_found_too(told: World) -> None:
    """Renumbering the rest does not hide that one is missing."""
    with told.store.write("mallory") as tx:
        tx.conn.execute(delete(events).where(this(told, 2)))
    for number in (3, 4, 5):
        with told.store.write("mallory") as tx:
            tx.conn.execute(update(events).where(this(told, number)).values(sequence=number - 1))
    assert broken(told) == 2


def test_an_event_moved_to_another_chain_is_found(told: World) -> None:
    """Each event says whose it is."""
    with told.store.write("mallory") as tx:
        tx.conn.execute(update(events).where(this(told, 1)).values(subject="d3"))
    assert broken(told, "d3") == 1


def test_an_event_put_in_is_found(told: World) -> None:
    """A made-up last event does not know the hash it would need; seals stop recomputing it."""
    with told.store.write("mallory") as tx:
        tx.conn.execute(
            insert(events).values(
                workspace_id=tx.workspace,
                subject="d1",
                sequence=6,
                at=tx.now,
                actor="mallory",
                kind="state",
                details="{}",
                previous_hash="0" * 64,
                hash="0" * 64,
            )
        )
    assert broken(told) == 6


def test_the_hash_says_which_moment_not_in_which_zone(world: World) -> None:
    """A clock that speaks of the same instant in another zone gives an event that fits."""
    wib = world.now.astimezone(timezone(timedelta(hours=7)))
    with world.store.write("Rina") as tx:
        chain.append(tx.conn, tx.workspace, chain.Event("d1", "booked", wib, "Rina"))
    assert broken(world) is None


def test_two_writers_of_one_chain_wait_for_each_other(world: World, open_log: Callable[..., Store]) -> None:
    """A worker and a person write about one delivery in the same moment: both events are there, in order."""
    other = open_log()

    def hold() -> None:
        with other.write("Rina") as there:
            there.event("d1", "hold")

    with world.store.write("daemon") as tx:
        tx.event("d1", "booked")
        beside = Beside(hold)
        until_blocked(world.store, beside)
        tx.event("d1", "state")
    beside.result()
    assert broken(world) is None
    assert [row.kind for row in world.rows(events)] == ["booked", "state", "hold"]


def test_chains_of_two_workspaces_are_apart(told: World, open_log: Callable[..., Store]) -> None:
    """The same subject elsewhere is another chain."""
    other = open_log(workspace=f"{told.store.workspace}-other")
    with other.write("Rina") as tx:
        tx.event("d1", "booked")
    assert broken(told) is None
    assert broken(World(other)) is None
