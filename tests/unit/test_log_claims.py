"""Who may claim a part, and when nobody may; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import select

from connectors.clock import ManualClock
from connectors.contract import Checkpoint
from publisher.errors import NotAllowedError
from publisher.model import State
from publisher.publish_log import claims
from publisher.publish_log.store import Store
from publisher.publish_log.tables import events, parts
from publisher.vault import NoSealer
from tests.unit.log_world import OTHER_ACCOUNT, Beside, World, until_blocked

SECOND = timedelta(seconds=1)


def test_a_claim_names_its_owner_token_and_lease(world: World) -> None:
    """What is claimed says by whom, under which token, until when; and an event says it too."""
    delivery = world.book("Gotong royong")
    work = world.claimed(delivery, owner="owner-1")
    row = world.part(delivery)
    assert (row.state, row.owner_id, row.claim_token) == (State.DELIVERING, "owner-1", work.token)
    assert row.lease_until is not None
    assert (row.boot_id is not None) is world.store.is_sqlite
    assert work.part.text == "Gotong royong"
    assert world.rows(events)[-1].new == State.DELIVERING


@pytest.mark.parametrize("to", [State.PREPARING, State.DELIVERING])
def test_of_two_claims_at_once_one_wins(world: World, open_log: Callable[..., Store], to: State) -> None:
    """Two processes reach for one part in the same moment: one gets it, the other nothing; no error."""
    for round_ in range(5):
        delivery = world.book(post=f"p{round_}", account=f"twitter:{round_}")
        barrier = Barrier(2)

        def reach(own: World, barrier: Barrier = barrier, delivery: str = delivery) -> claims.Work | None:
            barrier.wait()
            return own.claim(delivery, to=to)

        both = [Beside(partial(reach, World(open_log()))) for _ in range(2)]
        assert [each.result() is None for each in both].count(False) == 1


def test_of_two_parts_of_an_account_at_once_one_goes(world: World, open_log: Callable[..., Store]) -> None:
    """Two processes reach for two parts of one account: one gets it, the other is told to wait."""
    for round_ in range(5):
        account = f"twitter:{round_}"
        pair = [world.book(post=f"p{round_}-{each}", account=account) for each in range(2)]
        barrier = Barrier(2)

        def reach(own: World, delivery: str, barrier: Barrier = barrier) -> claims.Work | None:
            barrier.wait()
            return own.claim(delivery)

        both = [Beside(partial(reach, World(open_log()), each)) for each in pair]
        assert [each.result() is None for each in both].count(False) == 1


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_claim_that_met_another_on_the_wire_leaves_its_transaction_whole(
    world: World, open_log: Callable[..., Store]
) -> None:
    """Whoever loses the account in the last moment can go on writing; on SQLite nobody comes in between."""
    first, second = world.book(post="p1"), world.book(post="p2")
    other = World(open_log())
    with world.store.write("daemon") as tx:
        assert claims.claim(tx, first, 1, State.DELIVERING, owner="owner-1", lease=9.0, sealed=NoSealer())

        def lose() -> bool:
            with other.store.write("daemon") as there:
                lost = claims.claim(
                    there, second, 1, State.DELIVERING, owner="owner-2", lease=9.0, sealed=NoSealer()
                )
                there.event("workspace", "still_writing")
                return lost is None

        beside = Beside(lose)
        until_blocked(world.store, beside)
        assert not beside.over
    assert beside.result()
    assert [row.kind for row in world.rows(events)].count("still_writing") == 1


def test_an_account_delivers_one_part_at_a_time(world: World) -> None:
    """While a part is on the wire, no other of its account is claimed for delivery; other accounts go on."""
    first = world.claimed(world.book(post="p1"))
    second = world.book(post="p2")
    elsewhere = world.book(post="p3", account=OTHER_ACCOUNT)
    assert world.claim(second) is None
    assert world.claim(elsewhere) is not None
    assert world.fence(first) is not None
    assert world.claim(second) is None
    assert world.record(first, "id-1")
    assert world.claim(second) is not None


def test_what_is_on_the_wire_does_not_stop_preparing(world: World) -> None:
    """Uploads for the next post go on while one is being committed."""
    world.fenced(world.book(post="p1"))
    assert world.claim(world.book(post="p2"), to=State.PREPARING) is not None


@pytest.mark.parametrize("state", [State.COMMITTING, State.UNKNOWN])
@pytest.mark.parametrize("to", [State.PREPARING, State.DELIVERING])
def test_the_same_words_wait_while_their_twin_is_unsettled(world: World, state: State, to: State) -> None:
    """`find` could not tell two equal posts apart, so the second waits; case and spaces are nothing."""
    first = world.book("Jam layanan 08.00", post="p1")
    world.fenced(first)
    world.put(first, state=str(state))
    twin = world.book("jam  LAYANAN\n08.00", post="p2")
    assert world.claim(twin, to=to) is None
    world.put(first, state="published", platform_id="id-1")
    assert world.claim(twin, to=to) is not None


def test_the_same_pictures_wait_while_their_twin_is_unsettled(world: World) -> None:
    """Other words under the same picture are a twin too; in another order it is another post."""
    first = world.book("Pagi", post="p1", media=["a" * 64, "b" * 64])
    world.fenced(first)
    world.put(first, state="unknown")
    assert world.claim(world.book("Sore", post="p2", media=["a" * 64, "b" * 64])) is None
    assert world.claim(world.book("Malam", post="p3", media=["b" * 64, "a" * 64])) is not None


def test_other_words_go_on_past_an_unknown_part(world: World) -> None:
    """An account is not stopped by one post of which nobody knows what became."""
    first = world.book("Satu", post="p1")
    world.fenced(first)
    world.put(first, state="unknown", claim_token=None)
    assert world.claim(world.book("Dua", post="p2")) is not None


def test_the_same_words_go_on_elsewhere(world: World) -> None:
    """What is unsettled on one account stops nothing on another."""
    world.fenced(world.book("Satu", post="p1"))
    assert world.claim(world.book("Satu", post="p1", account=OTHER_ACCOUNT)) is not None


def test_two_parts_without_words_are_no_twins(world: World) -> None:
    """No text is not the same text."""
    first = world.book("", post="p1", media=["a" * 64])
    world.fenced(first)
    world.put(first, state="unknown")
    assert world.claim(world.book("", post="p2", media=["b" * 64])) is not None


def test_a_follower_is_claimed_only_behind_a_live_part(world: World) -> None:
    """The second post of a thread waits for the first to be live; the third for the second."""
    thread = world.book("satu", "dua", "tiga")
    assert world.claim(thread, 2) is None
    world.fenced(thread)
    assert world.claim(thread, 2) is None
    world.put(thread, state="published", platform_id="id-1", claim_token=None)
    assert world.claim(thread, 3) is None
    work = world.claimed(thread, 2)
    assert [receipt.platform_id for receipt in work.prior] == ["id-1"]


@pytest.mark.parametrize(
    "state", [State.WAITING, State.COMMITTING, State.PROCESSING, State.UNKNOWN, State.FAILED]
)
def test_nothing_but_a_live_part_lets_a_follower_go(world: World, state: State) -> None:
    """Of a root that is anything but published no follower goes out."""
    thread = world.book("satu", "dua")
    world.put(thread, state=str(state), fence=1)
    assert world.claim(thread, 2) is None


def test_a_part_is_not_tried_before_its_time(world: World, clock: ManualClock) -> None:
    """`retry_at` is obeyed to the second."""
    delivery = world.book()
    world.put(delivery, retry_at=world.now + 10 * SECOND)
    assert world.claim(delivery) is None
    clock.advance(10)
    assert world.claim(delivery) is not None


@pytest.mark.parametrize("state", [s for s in State if s is not State.WAITING])
def test_only_what_waits_is_claimed(world: World, state: State) -> None:
    """A part in any other state is nobody's to claim."""
    delivery = world.book()
    world.put(delivery, state=str(state), fence=1, platform_id="id-1")
    for to in (State.PREPARING, State.DELIVERING):
        assert world.claim(delivery, to=to) is None


def test_a_claim_leads_to_a_claimed_state(world: World) -> None:
    """Nobody claims a part straight into `published`."""
    delivery = world.book()
    with pytest.raises(NotAllowedError), world.store.write("daemon") as tx:
        claims.claim(tx, delivery, 1, State.PUBLISHED, owner="owner-1", lease=1.0, sealed=NoSealer())


# ── Looks ──


def look(world: World, delivery: str, *, owner: str = "owner-1", lease: float = 60.0) -> claims.Work | None:
    with world.store.write("daemon") as tx:
        return claims.claim_look(tx, delivery, 1, owner=owner, lease=lease, sealed=NoSealer())


@pytest.mark.parametrize("state", [State.PROCESSING, State.UNKNOWN])
def test_a_look_is_claimed_when_it_is_due(world: World, clock: ManualClock, state: State) -> None:
    """A look has one holder, changes no state, and comes at its time."""
    delivery = world.book()
    world.fenced(delivery)
    world.put(delivery, state=str(state), look_at=world.now + SECOND, claim_token=None, lease_until=None)
    assert look(world, delivery) is None
    clock.advance(1)
    assert look(world, delivery) is not None
    assert look(world, delivery, owner="owner-2") is None
    assert world.state(delivery) is state


def test_a_look_whose_lease_is_over_is_anybodys(world: World) -> None:
    """Whoever died while looking does not stop the looking."""
    delivery = world.book()
    world.fenced(delivery)
    world.put(delivery, state="unknown", look_at=world.now, claim_token=None)
    assert look(world, delivery, lease=-1.0) is not None
    assert look(world, delivery, owner="owner-2") is not None


def test_a_part_that_a_person_must_settle_is_not_looked_at(world: World) -> None:
    """Without `look_at` there is nothing to look for."""
    delivery = world.book()
    world.fenced(delivery)
    world.put(delivery, state="unknown", look_at=None, claim_token=None)
    assert look(world, delivery) is None


def test_a_lease_of_another_boot_is_over(world: World, database: str) -> None:
    """SQLite's leases are in seconds since boot: after a reboot they mean nothing; PostgreSQL's stay."""
    work = world.claimed(world.book(), lease=1e6)
    world.put(work.delivery_id, boot_id="another boot")
    with world.store.read() as tx:
        over = tx.conn.execute(
            select(claims.lease_over(tx)).select_from(parts).where(parts.c.delivery_id == work.delivery_id)
        ).scalar_one()
    assert bool(over) is (database == "sqlite")


# ── Checkpoints ──


def save(world: World, work: claims.Work, checkpoint: Checkpoint, lease: float = 60.0) -> bool:
    with world.store.write("daemon") as tx:
        return claims.save_checkpoint(tx, work, checkpoint, lease, NoSealer())


def test_a_checkpoint_comes_back_with_the_next_claim(world: World) -> None:
    """What the platform gave us is there again, word for word, for whoever goes on."""
    delivery = world.book()
    work = world.claimed(delivery, to=State.PREPARING)
    assert save(world, work, Checkpoint({"media": ["12"], "alt": "Áé"}, version=3))
    with world.store.write("daemon") as tx:
        claims.note_staged(tx, work, world.now)
        assert claims.change(tx, work, State.PREPARING, State.WAITING)
    again = world.claimed(delivery)
    assert again.checkpoint == Checkpoint({"media": ["12"], "alt": "Áé"}, version=3)
    assert (again.staged_at, again.good_until) == (world.now, world.now)


def test_a_checkpoint_of_another_rendition_is_not_used(world: World) -> None:
    """An upload for the old text is never published under the new one."""
    delivery = world.book("lama")
    work = world.claimed(delivery, to=State.PREPARING)
    assert save(world, work, Checkpoint({"id": "1"}))
    with world.store.write("daemon") as tx:
        assert claims.change(tx, work, State.PREPARING, State.WAITING)
    assert world.edit(delivery, "baru")
    again = world.claimed(delivery)
    assert again.part.text == "baru"
    assert (again.checkpoint, again.staged_at) == (None, None)


def test_whoever_lost_a_claim_changes_nothing(world: World) -> None:
    """After a take-over the old holder's writes do nothing, whatever they are."""
    delivery = world.book()
    old = world.claimed(delivery)
    world.put(delivery, state="waiting", claim_token=None)
    new = world.claimed(delivery, owner="owner-2")
    before = world.part(delivery)
    assert not save(world, old, Checkpoint({"id": "1"}))
    assert world.fence(old) is None
    with world.store.write("daemon") as tx:
        assert not claims.change(tx, old, State.DELIVERING, State.FAILED)
        assert not claims.keep_looking(tx, old, looks=5)
        claims.note_staged(tx, old, None)
    assert world.part(delivery) == before
    assert world.fence(new) is not None
