"""What must never be is refused by the database itself, whoever writes; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Table, delete, insert
from sqlalchemy.exc import IntegrityError

from publisher.model import DueWhy, State
from publisher.publish_log import slotting
from publisher.publish_log.store import Store
from publisher.publish_log.tables import (
    accounts,
    approvals,
    deliveries,
    events,
    logs,
    metadata,
    owners,
    parts,
    posts,
    quota_uses,
    receipts,
    renditions,
    slots,
)
from tests.unit.log_world import ACCOUNT, OTHER_ACCOUNT, World, due

ROOT_ONLY = (State.HELD, State.MISSED, State.CANCELLED, State.HANDED_OVER)


def copied(world: World, table: Table, where: dict[str, Any], **changed: Any) -> None:
    """Insert one more row, like the one that matches, with some columns changed."""
    row = next(
        row._asdict() for row in world.rows(table) if all(getattr(row, k) == v for k, v in where.items())
    )
    serial = table.autoincrement_column
    if serial is not None:
        del row[serial.name]
    with world.store.write("test") as tx:
        tx.conn.execute(insert(table).values(row | changed))


def refused(world: World, table: Table, where: dict[str, Any], **changed: Any) -> None:
    """The same row once more is refused, and nothing has changed."""
    before = world.rows(table)
    with pytest.raises(IntegrityError):
        copied(world, table, where, **changed)
    assert world.rows(table) == before


def put_refused(world: World, delivery: str, number: int = 1, **columns: Any) -> None:
    before = world.part(delivery, number)
    with pytest.raises(IntegrityError):
        world.put(delivery, number, **columns)
    assert world.part(delivery, number) == before


# ── Unique ───────────────────────────────────────────────────────────────────


def test_a_post_goes_once_to_an_account_and_placement(world: World) -> None:
    """A second one of the same edition is refused; another edition, placement or account is another one."""
    first = world.book()
    this = {"delivery_id": first}
    refused(world, deliveries, this, delivery_id="d2")
    copied(world, deliveries, this, delivery_id="d3", edition=2)
    copied(world, deliveries, this, delivery_id="d4", placement="reel")
    copied(world, deliveries, this, delivery_id="d5", account=OTHER_ACCOUNT)


@pytest.mark.parametrize("first", [State.DELIVERING, State.COMMITTING])
@pytest.mark.parametrize("second", [State.DELIVERING, State.COMMITTING])
def test_an_account_has_one_part_on_the_wire(world: World, first: State, second: State) -> None:
    """Whatever a program believes, two parts of an account cannot be under way at once."""
    world.put(world.book(post="p1"), state=str(first), fence=1)
    other = world.book(post="p2")
    put_refused(world, other, state=str(second), fence=2)
    world.put(world.book(post="p3", account=OTHER_ACCOUNT), state=str(second), fence=3)


@pytest.mark.parametrize("state", [s for s in State if s not in (State.DELIVERING, State.COMMITTING)])
def test_any_other_state_leaves_the_wire_free(world: World, state: State) -> None:
    """Processing, unknown, live or over: the next one may go."""
    world.put(world.book(post="p1"), state=str(state), fence=1, platform_id="id-1")
    world.put(world.book(post="p2"), state="delivering")


def test_the_wire_of_another_workspace_is_its_own(world: World, open_log: Callable[..., Store]) -> None:
    """Two offices in one database do not wait for each other."""
    other = World(open_log(workspace=f"{world.store.workspace}-other"))
    world.put(world.book(), state="delivering")
    other.put(other.book(), state="delivering")


def test_a_platform_id_belongs_to_one_part(world: World) -> None:
    """A second part of the account cannot have its receipt; on another account the id is another post."""
    world.published(world.book(post="p1"), platform_id="id-1")
    second = world.fenced(world.book(post="p2"))
    before = [world.part(second.delivery_id), world.rows(receipts), world.rows(events), world.rows(accounts)]
    with pytest.raises(IntegrityError):
        world.record(second, "id-1")
    after = [world.part(second.delivery_id), world.rows(receipts), world.rows(events), world.rows(accounts)]
    assert after == before
    assert world.record(second, "id-2")
    world.published(world.book(post="p3", account=OTHER_ACCOUNT), platform_id="id-1")


def test_a_part_has_one_receipt(world: World) -> None:
    """Live is live once."""
    delivery = world.book()
    world.published(delivery)
    refused(world, receipts, {"delivery_id": delivery}, platform_id="id-2")


def test_a_slot_belongs_to_one_delivery(world: World) -> None:
    """Two posts never share a regular slot; the same time elsewhere is another slot."""
    first, second = world.book(why=DueWhy.SLOT), world.book(post="p2")
    elsewhere = world.book(account=OTHER_ACCOUNT)
    with world.store.write("test") as tx, pytest.raises(IntegrityError):
        slotting.take_slot(tx, second, ACCOUNT, due(world.now, DueWhy.SLOT))
    with world.store.write("test") as tx:
        slotting.take_slot(tx, elsewhere, OTHER_ACCOUNT, due(world.now, DueWhy.SLOT))
    assert {row.delivery_id for row in world.rows(slots)} == {first, elsewhere}


def test_every_place_in_the_order_of_first_sight_is_taken_once(world: World) -> None:
    """The order of the queue has no ties."""
    world.book()
    refused(world, posts, {"post_id": "p1"}, post_id="p2")


def test_an_event_has_one_place_in_its_chain(world: World) -> None:
    """Two events cannot both follow the same one."""
    delivery = world.book()
    refused(world, events, {"subject": delivery}, actor="mallory")


def test_keys_are_keys(world: World) -> None:
    """A second row with the same key is refused, in every table that has one of its own."""
    delivery = world.book(why=DueWhy.SLOT)
    world.published(delivery)
    with world.store.write("test") as tx:
        tx.conn.execute(
            insert(quota_uses).values(
                workspace_id=tx.workspace, account=ACCOUNT, delivery_id=delivery, number=1, at=tx.now
            )
        )
        tx.conn.execute(
            insert(owners).values(
                workspace_id=tx.workspace, owner_id="o", pid=1, host="h", boot_id="b", started_at=tx.now
            )
        )
    for table in (logs, posts, renditions, deliveries, parts, receipts, accounts, slots, quota_uses, owners):
        refused(world, table, {})


# ── Conditions ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize("state", ROOT_ONLY)
def test_a_follower_is_never_in_a_roots_state(world: World, state: State) -> None:
    """Held, missed, cancelled and handed over are words about a whole delivery."""
    thread = world.book("satu", "dua")
    put_refused(world, thread, 2, state=str(state))
    world.put(thread, 1, state=str(state))


def test_a_state_is_one_of_the_table(world: World) -> None:
    """A state that nobody knows cannot be written."""
    put_refused(world, world.book(), state="nearly done")


def test_committing_has_a_fence(world: World) -> None:
    """No part is under way to the public without its durable mark."""
    put_refused(world, world.book(), state="committing", fence=None)


def test_published_has_a_receipt(world: World) -> None:
    """Nothing is live without the platform's id."""
    put_refused(world, world.book(), state="published", platform_id=None)


@pytest.mark.parametrize(
    ("table", "changed"),
    [
        (parts, {"number": 0}),
        (deliveries, {"edition": 0, "delivery_id": "d2"}),
        (deliveries, {"approval": "perhaps", "delivery_id": "d2", "edition": 2}),
        (logs, {"mode": "both", "workspace_id": "another", "log_id": "another"}),
        (approvals, {"decision": "perhaps"}),
    ],
)
def test_other_conditions(world: World, table: Table, changed: dict[str, Any]) -> None:
    """Parts and editions count from one; approval, decision and mode are words of the design."""
    world.book()
    with world.store.write("test") as tx:
        tx.conn.execute(
            insert(approvals).values(
                workspace_id=tx.workspace, fingerprint="f", actor="Rina", at=tx.now, decision="approve"
            )
        )
    refused(world, table, {}, **changed)


# ── Foreign keys ─────────────────────────────────────────────────────────────


def test_nothing_hangs_in_the_air(world: World) -> None:
    """A delivery has its post and rendition, a part its delivery, a receipt its part."""
    delivery = world.book()
    world.published(delivery)
    this = {"delivery_id": delivery}
    refused(world, deliveries, this, delivery_id="d2", post_id="nobody")
    refused(world, deliveries, this, delivery_id="d2", edition=2, fingerprint="nothing")
    refused(world, parts, this, delivery_id="nothing", state="waiting")
    refused(world, receipts, this, platform_id="id-2", number=7)


@pytest.mark.parametrize("table", [posts, renditions, deliveries, parts])
def test_what_others_hang_on_cannot_be_taken_away(world: World, table: Table) -> None:
    """The evidence of what went out cannot lose its ground."""
    world.published(world.book())
    before = world.rows(table)
    with pytest.raises(IntegrityError), world.store.write("test") as tx:
        tx.conn.execute(delete(table).where(table.c.workspace_id == tx.workspace))
    assert world.rows(table) == before


def test_a_naive_time_never_reaches_the_log(world: World) -> None:
    """Every instant in the log is aware; SQLite's text and PostgreSQL's type give the same one back."""
    delivery = world.book()
    with pytest.raises(Exception, match="naive time"):
        world.put_delivery(delivery, due_at=world.now.replace(tzinfo=None))
    assert world.delivery(delivery).due_at == world.now
    assert world.delivery(delivery).due_at.tzinfo is not None


def test_every_table_knows_its_workspace() -> None:
    """One database may hold many offices."""
    for table in metadata.tables.values():
        assert "workspace_id" in table.c, table.name
