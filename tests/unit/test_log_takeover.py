"""Claims of the dead are taken over, per state; of the living never; on both databases."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from connectors.clock import ManualClock
from connectors.contract import Checkpoint
from publisher.model import State
from publisher.publish_log import claims, takeover
from publisher.publish_log.owner import Owner
from publisher.publish_log.tables import events
from publisher.vault import NoSealer
from tests.unit.log_world import World

SETTLE = timedelta(seconds=40)


def take_over(world: World, *, gone: bool) -> int:
    return takeover.take_over(world.store, lambda owner: gone, lambda platform: SETTLE)


def standing(world: World, state: State, *, lease: float = 180.0, deadline: float = -1.0) -> str:
    """A part that owner-1 holds in a state; the call's deadline is `deadline` seconds from now."""
    delivery = world.book()
    work = world.claimed(delivery, lease=lease)
    if state is State.PREPARING:
        world.put(delivery, state="preparing")
    elif state is not State.DELIVERING:
        world.put(delivery, lease_until=(world.part(delivery).lease_until or 0) + 500)
        assert world.fence(work, budget=deadline) is not None
        world.put(delivery, state=str(state), lease_until=world.part(delivery).lease_until - 500)
    return delivery


@pytest.mark.parametrize("state", [State.PREPARING, State.DELIVERING])
@pytest.mark.parametrize(
    ("gone", "lease", "freed"),
    [(False, 180.0, False), (True, 180.0, True), (False, -1.0, True), (True, -1.0, True)],
)
def test_before_the_fence_lease_or_death_frees_a_part(
    world: World, state: State, gone: bool, lease: float, freed: bool
) -> None:
    """Nothing was made public: it waits again, with an event that says so."""
    delivery = standing(world, state, lease=lease)
    assert take_over(world, gone=gone) == freed
    row = world.part(delivery)
    assert row.state == (State.WAITING if freed else state)
    assert (row.claim_token is None) is freed
    assert (world.rows(events)[-1].kind == "taken_over") is freed


@pytest.mark.parametrize(
    ("gone", "settled", "freed"),
    [(False, False, False), (False, True, False), (True, False, False), (True, True, True)],
)
def test_behind_the_fence_death_and_settling_make_it_unknown(
    world: World, clock: ManualClock, gone: bool, settled: bool, freed: bool
) -> None:
    """It may be live: only when its call can have no more effect is it looked for, and never sent again."""
    delivery = standing(world, State.COMMITTING, lease=-1.0)
    clock.advance(SETTLE.total_seconds() + (1 if settled else -1))
    assert take_over(world, gone=gone) == freed
    row = world.part(delivery)
    assert row.state == (State.UNKNOWN if freed else State.COMMITTING)
    if freed:
        assert (row.look_at, row.looks, row.claim_token) == (clock.now(), 0, None)


def test_on_postgresql_the_deadline_itself_must_be_over(
    world: World, clock: ManualClock, database: str
) -> None:
    """A free advisory lock may be a living process that lost its database; a free flock is a dead one."""
    delivery = standing(world, State.COMMITTING, deadline=25.0)
    clock.advance(0 if database == "postgresql" else SETTLE.total_seconds() + 1)
    if database == "postgresql":
        clock._now += SETTLE + timedelta(seconds=1)
    assert take_over(world, gone=True) == (database == "sqlite")
    assert world.state(delivery) is (State.UNKNOWN if database == "sqlite" else State.COMMITTING)


@pytest.mark.parametrize("state", [State.PROCESSING, State.UNKNOWN])
@pytest.mark.parametrize(
    ("gone", "lease", "freed"),
    [(False, 180.0, False), (True, 180.0, True), (False, -1.0, True)],
)
def test_a_look_of_the_dead_is_free_again(
    world: World, state: State, gone: bool, lease: float, freed: bool
) -> None:
    """The state stays: somebody else looks on."""
    delivery = standing(world, state, lease=lease)
    assert take_over(world, gone=gone) == freed
    assert (world.part(delivery).claim_token is None) is freed
    assert world.state(delivery) is state


def test_after_a_reboot_every_lease_is_over(world: World, database: str) -> None:
    """On SQLite; PostgreSQL's time did not stop."""
    delivery = standing(world, State.DELIVERING)
    world.put(delivery, boot_id="another boot")
    assert take_over(world, gone=False) == (database == "sqlite")


def test_what_nobody_holds_is_left_alone(world: World) -> None:
    """Waiting, unknown without a claim, published: nothing to take over."""
    world.book(post="p1")
    unknown = world.book(post="p2")
    world.put(unknown, state="unknown")
    world.published(world.book(post="p3"))
    assert take_over(world, gone=True) == 0


def test_a_lease_renewed_meanwhile_is_not_taken_over(world: World) -> None:
    """The holder saved a checkpoint after the sweep had read it as over: it keeps its claim."""
    delivery = world.book()
    work = world.claimed(delivery, lease=-1.0)

    def asked_meanwhile(owner: str) -> bool:
        with world.store.write("daemon") as tx:
            assert claims.save_checkpoint(tx, work, Checkpoint({"id": "1"}), 180.0, NoSealer())
        return False

    assert takeover.take_over(world.store, asked_meanwhile, lambda platform: SETTLE) == 0
    assert world.fence(work) is not None


def test_a_part_recorded_meanwhile_is_not_taken_over(world: World, clock: ManualClock) -> None:
    """Its holder came back with the receipt while the sweep was asking: the receipt stands."""
    delivery = world.book()
    work = world.fenced(delivery)
    clock.advance(600)

    def recorded_meanwhile(owner: str) -> bool:
        assert world.record(work, "id-1")
        return True

    takeover.take_over(world.store, recorded_meanwhile, lambda platform: SETTLE)
    assert world.state(delivery) is State.PUBLISHED


def test_whoever_was_taken_over_can_do_nothing_more(world: World) -> None:
    """A stopped process that wakes up finds its claim gone at the fence."""
    delivery = world.book()
    work = world.claimed(delivery, lease=-1.0)
    assert take_over(world, gone=False) == 1
    assert world.fence(work) is None
    assert world.claim(delivery, owner="owner-2") is not None


# ── Who is gone ──────────────────────────────────────────────────────────────


def test_an_owner_lives_as_long_as_its_lock(world: World, tmp_path: Path) -> None:
    """While it holds its lock nobody takes it for dead; when it lets go everybody does."""
    first, second = Owner(world.store, tmp_path), Owner(world.store, tmp_path)
    try:
        assert not second.gone(first.id)
        assert not first.gone(first.id)
        assert first.holds()
        first.close()
        assert second.gone(first.id)
        assert not first.holds()
        assert second.gone("01NEVERSEEN")
    finally:
        first.close()
        second.close()


def test_the_living_are_listed(world: World, tmp_path: Path) -> None:
    """`status` asks who is there."""
    from publisher.publish_log.owner import alive

    first, second = Owner(world.store, tmp_path), Owner(world.store, tmp_path)
    try:
        assert alive(world.store, tmp_path) == {first.id, second.id}
        first.close()
        assert alive(world.store, tmp_path) == {second.id}
    finally:
        first.close()
        second.close()
    assert alive(world.store, tmp_path) == frozenset()
