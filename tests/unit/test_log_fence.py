"""The durable mark before a commit: one test per condition that turns it false; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from connectors.clock import ManualClock
from publisher.model import State
from publisher.publish_log import account_state, booking, claims, deciding, withdrawals
from publisher.publish_log.store import Store
from publisher.publish_log.tables import events, logs
from publisher.vault import NoSealer
from tests.unit.log_world import ACCOUNT, HOUR, OTHER_ACCOUNT, Beside, World, rendition, until_blocked

SECOND = timedelta(seconds=1)
Spoil = Callable[[World, str], None]


def hold(scope: str, until: timedelta | None = None) -> Spoil:
    def do(world: World, delivery: str) -> None:
        with world.store.write("Rina") as tx:
            deciding.hold_scope(tx, scope, world.now + until if until else None, "libur")

    return do


def hold_delivery(world: World, delivery: str) -> None:
    with world.store.write("Rina") as tx:
        assert deciding.hold_delivery(tx, delivery, State.DELIVERING, None, "nanti")


def hold_as_seen_waiting(world: World, delivery: str) -> None:
    """Somebody holds what they saw waiting, a moment after it was claimed."""
    with world.store.write("Rina") as tx:
        assert deciding.hold_delivery(tx, delivery, State.WAITING, None, "nanti")


def block(world: World, delivery: str) -> None:
    with world.store.write("daemon") as tx:
        account_state.touch_account(tx, ACCOUNT, blocked_at=tx.now, blocked_code="190")


def decide(decision: str) -> Spoil:
    def do(world: World, delivery: str) -> None:
        with world.store.write("Rina") as tx:
            deciding.decide(tx, world.delivery(delivery).fingerprint, decision, None, delivery)

    return do


def columns(**given: Any) -> Spoil:
    return lambda world, delivery: world.put(delivery, **given)


def terms(**given: Any) -> Spoil:
    return lambda world, delivery: world.put_delivery(delivery, **given)


def other_fingerprint(world: World, delivery: str) -> None:
    with world.store.write("test") as tx:
        booking.keep_rendition(tx, rendition("lain"))
    world.put_delivery(delivery, fingerprint=rendition("lain").fingerprint)


def at(**given: timedelta) -> Spoil:
    return lambda world, delivery: world.put_delivery(
        delivery, **{name: world.now + delta for name, delta in given.items()}
    )


def take_down(world: World, delivery: str) -> None:
    with world.store.write("Sari") as tx:
        withdrawals.ask(tx, delivery, 1, None)


STOPS: dict[str, Spoil] = {
    "claim of another": columns(claim_token="another"),
    "no claim": columns(claim_token=None),
    "lease shorter than the call": lambda world, delivery: world.put(
        delivery, lease_until=(world.part(delivery).lease_until or 0) - 160
    ),
    "not delivering": columns(state="preparing"),
    "waiting again": columns(state="waiting"),
    "fingerprint changed": other_fingerprint,
    "held": hold_delivery,
    "held as it was seen waiting": hold_as_seen_waiting,
    "account held": hold(ACCOUNT),
    "account held for an hour": hold(ACCOUNT, HOUR),
    "everything held": hold("all"),
    "account blocked": block,
    "file broken": terms(broken="content.unknown_key"),
    "too early": at(publish_after=SECOND),
    "too late": at(publish_before=timedelta(0)),
    "approval missing": terms(approval="required"),
    "rejected": decide("reject"),
    "taken down": take_down,
}


@pytest.fixture
def work(world: World) -> claims.Work:
    return world.claimed(world.book("satu", "dua"))


def test_nothing_in_the_way_lets_it_pass(world: World, work: claims.Work) -> None:
    """The number, the moment and the deadline stand in the row before the call is made."""
    number = world.fence(work, budget=25.0)
    row = world.part(work.delivery_id)
    assert number is not None
    assert (row.state, row.fence, row.fenced_at, row.attempts) == (State.COMMITTING, number, world.now, 1)
    assert row.deadline is not None
    assert row.lease_until is not None
    assert row.deadline < row.lease_until
    assert row.claim_token == work.token
    last = world.rows(events)[-1]
    assert (last.old, last.new) == (State.DELIVERING, State.COMMITTING)


@pytest.mark.parametrize("spoil", STOPS.values(), ids=STOPS.keys())
def test_each_condition_alone_stops_it(world: World, work: claims.Work, spoil: Spoil) -> None:
    """Every condition of the fence turns it false by itself, and nothing but the number has changed."""
    spoil(world, work.delivery_id)
    before = world.part(work.delivery_id)
    told = len(world.rows(events))
    assert world.fence(work) is None
    assert world.part(work.delivery_id) == before
    assert len(world.rows(events)) == told


def test_a_lease_of_another_boot_is_no_lease(world: World, work: claims.Work, database: str) -> None:
    """After a reboot seconds since boot mean something else; PostgreSQL's time goes on."""
    world.put(work.delivery_id, boot_id="another boot")
    assert (world.fence(work) is None) is (database == "sqlite")


PASSES: dict[str, Spoil] = {
    "hold that is over": hold(ACCOUNT, -SECOND),
    "hold elsewhere": hold(OTHER_ACCOUNT),
    "rejected, then approved": lambda world, d: (decide("reject")(world, d), decide("approve")(world, d))[0],
    "approved": lambda world, d: (terms(approval="required")(world, d), decide("approve")(world, d))[0],
    "between its bounds": at(publish_after=timedelta(0), publish_before=SECOND),
}


@pytest.mark.parametrize("spoil", PASSES.values(), ids=PASSES.keys())
def test_what_is_not_in_the_way_lets_it_pass(world: World, work: claims.Work, spoil: Spoil) -> None:
    """Holds that ended or stand elsewhere, a later yes, and bounds that hold do not stop it."""
    spoil(world, work.delivery_id)
    assert world.fence(work) is not None


def test_a_later_no_counts(world: World, work: claims.Work) -> None:
    """Approved, then rejected: the last word counts."""
    decide("approve")(world, work.delivery_id)
    decide("reject")(world, work.delivery_id)
    assert world.fence(work) is None


def test_a_yes_to_another_text_is_no_yes(world: World, work: claims.Work) -> None:
    """An approval belongs to exactly one rendition."""
    world.put_delivery(work.delivery_id, approval="required")
    with world.store.write("Rina") as tx:
        deciding.decide(tx, rendition("lain").fingerprint, "approve", None, work.delivery_id)
    assert world.fence(work) is None


def test_a_released_account_goes_on(world: World, work: claims.Work) -> None:
    """A hold that a person ended stands no more."""
    hold(ACCOUNT)(world, work.delivery_id)
    with world.store.write("Rina") as tx:
        assert deciding.release_scope(tx, ACCOUNT)
        assert not deciding.release_scope(tx, ACCOUNT)
    assert world.fence(work) is not None


@pytest.mark.parametrize("name", ["held", "account held", "everything held"])
def test_urgent_passes_every_hold(world: World, name: str) -> None:
    """An urgent post goes out although its channel is held."""
    urgent = world.claimed(world.book(urgent=True))
    STOPS[name](world, urgent.delivery_id)
    assert world.fence(urgent) is not None


@pytest.mark.parametrize(
    "name", ["approval missing", "rejected", "account blocked", "file broken", "taken down"]
)
def test_urgent_passes_nothing_else(world: World, name: str) -> None:
    """An urgent post needs its approval like every other."""
    urgent = world.claimed(world.book(urgent=True))
    STOPS[name](world, urgent.delivery_id)
    assert world.fence(urgent) is None


@pytest.mark.parametrize("name", ["too early", "too late"])
def test_a_follower_is_not_stopped_by_times(world: World, work: claims.Work, name: str) -> None:
    """Half a thread is worse than a late one: bounds are the root's."""
    assert world.fence(work) is not None
    assert world.record(work, "id-1")
    follower = world.claimed(work.delivery_id, 2)
    STOPS[name](world, work.delivery_id)
    assert world.fence(follower) is not None


@pytest.mark.parametrize("name", ["held", "account held", "everything held", "rejected", "account blocked"])
def test_a_follower_is_stopped_by_people(world: World, work: claims.Work, name: str) -> None:
    """A hold or a no stops the rest of a thread."""
    assert world.fence(work) is not None
    assert world.record(work, "id-1")
    follower = world.claimed(work.delivery_id, 2)
    STOPS[name](world, work.delivery_id)
    assert world.fence(follower) is None


def test_the_hold_of_another_workspace_stops_nothing(
    world: World, work: claims.Work, open_log: Callable[..., Store]
) -> None:
    """Two offices in one database do not hear each other."""
    other = World(open_log(workspace=f"{world.store.workspace}-other"))
    hold("all")(other, "")
    with other.store.write("daemon") as tx:
        account_state.touch_account(tx, ACCOUNT, blocked_at=tx.now)
    assert world.fence(work) is not None


def test_fence_numbers_only_grow(world: World) -> None:
    """Every fence has a number of its own, also after one that was refused."""
    numbers = []
    for each in range(4):
        work = world.claimed(world.book(post=f"p{each}", account=f"twitter:{each}"))
        if each == 2:
            world.put(work.delivery_id, claim_token="another")
        numbers.append(world.fence(work))
    assert numbers[2] is None
    passed = [number for number in numbers if number is not None]
    assert passed == sorted(set(passed))
    assert world.rows(logs)[0].fence >= passed[-1]


def test_a_part_is_fenced_once(world: World, work: claims.Work) -> None:
    """The same claim passes the fence once."""
    assert world.fence(work) is not None
    assert world.fence(work) is None


def test_the_lease_must_outlast_the_call(world: World, clock: ManualClock) -> None:
    """A call that may last as long as the lease is not begun."""
    short = world.claimed(world.book(), lease=20.0)
    assert world.fence(short, budget=21.0) is None
    assert world.fence(short, budget=15.0) is not None


# ── Against people at the same moment ────────────────────────────────────────


@pytest.mark.parametrize("name", ["held", "everything held", "rejected"])
def test_a_decision_that_came_first_is_heard(
    world: World, work: claims.Work, open_log: Callable[..., Store], name: str
) -> None:
    """While a person's hold or no is being written, a fence waits for it, and then does not pass."""
    other = World(open_log())
    with other.store.write("Rina") as tx:
        if name == "held":
            assert deciding.hold_delivery(tx, work.delivery_id, State.DELIVERING, None, None)
        elif name == "everything held":
            deciding.hold_scope(tx, "all", None, None)
        else:
            deciding.decide(tx, work.rendition.fingerprint, "reject", None, work.delivery_id)
        fence = Beside(lambda: world.fence(work))
        until_blocked(world.store, fence)
    assert fence.result() is None


def test_an_edit_never_reaches_a_part_that_was_claimed_meanwhile(
    world: World, open_log: Callable[..., Store]
) -> None:
    """A claim and an edit at once: whichever comes second finds what the first one left."""
    delivery = world.book("lama")
    other = World(open_log())
    with world.store.write("daemon") as tx:
        work = claims.claim(
            tx, delivery, 1, State.DELIVERING, owner="owner-1", lease=180.0, sealed=NoSealer()
        )
        assert work is not None
        edit = Beside(lambda: other.edit(delivery, "baru"))
        until_blocked(world.store, edit)
    assert edit.result() is False
    assert world.delivery(delivery).fingerprint == rendition("lama").fingerprint
    assert world.fence(work) is not None


def test_a_claim_takes_what_an_edit_left(world: World, open_log: Callable[..., Store]) -> None:
    """The other way round: a claim that waited for a change of the time carries on with the new one."""
    delivery = world.book("lama")
    other = World(open_log())
    with world.store.write("daemon") as tx:
        assert booking.edit_delivery(tx, world.action("lama", delivery_id=delivery, at=world.now - HOUR))
        claim = Beside(lambda: other.claim(delivery))
        until_blocked(world.store, claim)
    work = claim.result()
    assert work is not None
    assert work.due_at == world.now - HOUR


def test_a_vanished_file_never_cancels_what_was_claimed_meanwhile(
    world: World, open_log: Callable[..., Store]
) -> None:
    """A cancellation that waited for a claim finds it, and leaves the part alone."""
    delivery = world.book()
    other = World(open_log())

    def cancel() -> bool:
        with other.store.write("daemon") as there:
            return booking.cancel_delivery(there, world.action(delivery_id=delivery))

    with world.store.write("daemon") as tx:
        assert claims.claim(tx, delivery, 1, State.DELIVERING, owner="o", lease=9.0, sealed=NoSealer())
        beside = Beside(cancel)
        until_blocked(world.store, beside)
    assert beside.result() is False
    assert world.state(delivery) is State.DELIVERING
