"""What there is to do, what is over, and what people decided; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.clock import ManualClock
from publisher.model import State
from publisher.publish_log import account_state, agenda, claims, deciding, reading
from publisher.publish_log.tables import events
from tests.unit.log_world import ACCOUNT, HOUR, OTHER_ACCOUNT, World

MINUTE = timedelta(minutes=1)


def todo(world: World, ahead: timedelta = timedelta(0)) -> list[tuple[str, int]]:
    with world.store.read() as tx:
        return [
            (row.delivery_id, row.number) for row in agenda.candidates(tx, world.store.clock.now() + ahead)
        ]


# ── What there is to do ──────────────────────────────────────────────────────


def test_looks_come_first_then_followers_then_roots_by_due_time(world: World) -> None:
    """What may be live already is settled before anything new goes out."""
    late = world.book("1", post="p1", at=world.now - MINUTE)
    early = world.book("2", post="p2", at=world.now - HOUR)
    thread = world.book("3", "4", post="p3", account=OTHER_ACCOUNT)
    world.published(thread)
    lost = world.book("5", post="p4", account="twitter:9")
    world.fenced(lost)
    world.put(lost, state="unknown", look_at=world.now, claim_token=None)
    assert todo(world) == [(lost, 1), (thread, 2), (early, 1), (late, 1)]


def test_of_two_due_at_once_the_first_seen_goes_first(world: World) -> None:
    """The queue's order is the order of first sight, whatever the ids."""
    first, second = world.book(post="zz"), world.book(post="aa")
    assert todo(world) == [(first, 1), (second, 1)]


def test_the_horizon_counts_for_roots(world: World, clock: ManualClock) -> None:
    """What is due within the lead can be prepared; beyond it is nobody's concern yet."""
    delivery = world.book(at=world.now + HOUR)
    assert todo(world) == []
    assert todo(world, HOUR) == [(delivery, 1)]


def test_what_waits_for_a_moment_is_not_there_before(world: World, clock: ManualClock) -> None:
    """`retry_at` and `look_at` keep a part off the list."""
    waiting, lost = world.book(post="p1"), world.book(post="p2", account=OTHER_ACCOUNT)
    world.put(waiting, retry_at=world.now + MINUTE)
    world.fenced(lost)
    world.put(lost, state="unknown", look_at=world.now + MINUTE, claim_token=None)
    assert todo(world) == []
    clock.advance(60)
    assert todo(world) == [(lost, 1), (waiting, 1)]


@pytest.mark.parametrize("state", [s for s in State if s not in (State.WAITING,)])
def test_only_open_parts_are_there(world: World, state: State) -> None:
    """Claimed, held, failed, over: not for the wake-up."""
    delivery = world.book()
    world.put(delivery, state=str(state), fence=1, platform_id="id-1")
    assert todo(world) == []


def test_the_list_says_what_stands_in_the_way(world: World) -> None:
    """Approval, hold, block and rate limit of the account are in the row."""
    delivery = world.book(terms={"approval": "required"})
    with world.store.write("Rina") as tx:
        deciding.hold_scope(tx, ACCOUNT, None, None)
        account_state.touch_account(tx, ACCOUNT, blocked_at=tx.now, not_before=tx.now + HOUR)
    with world.store.read() as tx:
        row = agenda.candidate(tx, delivery, 1)
    assert row is not None
    assert (bool(row.approved), bool(row.account_held)) == (False, True)
    assert (row.blocked_at, row.not_before) == (world.now, world.now + HOUR)


def test_a_delivery_goes_on_at_its_first_part_that_is_not_live(world: World, clock: ManualClock) -> None:
    """`publish --now` follows one delivery, part after part."""

    def next_of() -> tuple[int, str] | None:
        with world.store.read() as tx:
            found = agenda.next_part(tx, thread)
        return (found.number, found.job) if found else None

    thread = world.book("satu", "dua")
    assert next_of() == (1, "deliver")
    world.published(thread)
    assert next_of() == (2, "deliver")
    with world.store.read() as tx:
        assert agenda.follower_soon(tx, world.now)
    world.fenced(thread, 2)
    assert next_of() is None
    world.put(thread, 2, state="unknown", look_at=world.now, claim_token=None)
    assert next_of() == (2, "look")
    world.put(thread, 2, state="published", platform_id="id-2")
    assert next_of() is None


def test_a_follower_waits_for_its_pause(world: World) -> None:
    """Platforms dislike a reply in the same second."""
    thread = world.book("satu", "dua")
    work = world.fenced(thread)
    assert world.record(work, "id-1")
    with world.store.write("daemon") as tx:
        claims.open_follower(tx, work, world.now + MINUTE)
    assert todo(world) == []
    with world.store.read() as tx:
        assert not agenda.follower_soon(tx, world.now + MINUTE / 2)
        assert agenda.follower_soon(tx, world.now + MINUTE)


# ── Holds ────────────────────────────────────────────────────────────────────


def hold(world: World, delivery: str, until: timedelta | None = None) -> bool:
    with world.store.write("Rina") as tx:
        end = world.now + until if until is not None else None
        return deciding.hold_delivery(tx, delivery, world.state(delivery), end, "nanti")


def test_a_held_delivery_is_held_until_released(world: World) -> None:
    """By whom, since when, and gone from the list; released it waits again."""
    delivery = world.book()
    assert hold(world, delivery)
    row = world.delivery(delivery)
    assert (world.state(delivery), row.held_by, row.held_at) == (State.HELD, "Rina", world.now)
    assert todo(world) == []
    with world.store.write("Rina") as tx:
        assert deciding.release_delivery(tx, delivery, State.HELD)
    assert (world.state(delivery), world.delivery(delivery).held_at) == (State.WAITING, None)


def test_a_hold_with_an_end_ends(world: World, clock: ManualClock) -> None:
    """At its moment, not before; one without an end stays."""
    one, two = world.book(post="p1"), world.book(post="p2")
    assert hold(world, one, HOUR)
    assert hold(world, two)
    for seconds, released, state in ((3599, 0, State.HELD), (1, 1, State.WAITING)):
        clock.advance(seconds)
        with world.store.write("daemon") as tx:
            assert agenda.release_expired(tx) == released
        assert world.state(one) is state
    assert world.state(two) is State.HELD
    with world.store.read() as tx:
        assert [row.delivery_id for row in agenda.held_past_grace(tx)] == [two]


def test_a_hold_on_an_account_with_an_end_ends(world: World, clock: ManualClock) -> None:
    """Nobody has to release it."""
    with world.store.write("Rina") as tx:
        deciding.hold_scope(tx, ACCOUNT, world.now + HOUR, None)
        deciding.hold_scope(tx, "all", world.now + 2 * HOUR, None)
    seen = []
    for _ in range(3):
        with world.store.read() as tx:
            seen.append(reading.held_scopes(tx))
        clock.advance(3600)
    assert seen == [{ACCOUNT, "all"}, {"all"}, frozenset()]


def test_a_hold_behind_a_live_root_keeps_the_state(world: World) -> None:
    """A follower is never held: it stops at the fence, and the release lets it go on."""
    thread = world.book("satu", "dua")
    world.published(thread)
    assert hold(world, thread)
    assert world.state(thread) is State.PUBLISHED
    assert world.delivery(thread).held_at == world.now
    with world.store.write("Rina") as tx:
        assert deciding.release_delivery(tx, thread, State.PUBLISHED)
    assert world.delivery(thread).held_at is None
    assert [row.kind for row in world.rows(events)][-2:] == ["hold", "release"]


# ── What people settle ───────────────────────────────────────────────────────


def lost(world: World) -> str:
    delivery = world.book()
    world.fenced(delivery)
    world.put(delivery, state="unknown", claim_token=None, needs_person=True, look_at=None)
    return delivery


def test_a_person_says_it_is_not_live(world: World) -> None:
    """Then it goes again, from the start, and asks nobody any more."""
    delivery = lost(world)
    with world.store.write("Rina") as tx:
        assert deciding.again(tx, delivery, 1, State.UNKNOWN)
    row = world.part(delivery)
    assert (row.state, row.failures, row.retry_at, row.needs_person) == (State.WAITING, 0, None, False)


def test_a_person_gives_up(world: World) -> None:
    """Failed, and nobody is asked again."""
    delivery = lost(world)
    with world.store.write("Rina") as tx:
        assert deciding.give_up(tx, delivery, 1)
    assert (world.state(delivery), world.part(delivery).needs_person) == (State.FAILED, False)


def test_a_person_lets_go(world: World) -> None:
    """The state stays, the question is answered; once."""
    delivery = lost(world)
    with world.store.write("Rina") as tx:
        assert deciding.let_go(tx, delivery, 1)
        assert not deciding.let_go(tx, delivery, 1)
    assert world.state(delivery) is State.UNKNOWN


def test_nobody_settles_what_is_being_looked_at(world: World) -> None:
    """A look is under way: its holder comes first."""
    delivery = lost(world)
    world.put(delivery, claim_token="token")
    with world.store.write("Rina") as tx:
        assert not deciding.again(tx, delivery, 1, State.UNKNOWN)
        assert not deciding.give_up(tx, delivery, 1)
    assert world.state(delivery) is State.UNKNOWN


# ── As people read it ────────────────────────────────────────────────────────


def test_a_delivery_reads_as_a_whole(world: World) -> None:
    """State of its root, parts in order, gates while they matter, who approved."""
    delivery = world.book("satu", "dua", terms={"approval": "required"})
    with world.store.read() as tx:
        (view,) = reading.deliveries_where(tx)
    assert (view.delivery_id, view.state, view.gates) == (delivery, State.WAITING, ("log.gate_approval",))
    assert [part.number for part in view.parts] == [1, 2]
    with world.store.write("Rina") as tx:
        deciding.decide(tx, view.fingerprint, "approve", None, delivery)
    world.published(delivery)
    with world.store.read() as tx:
        (view,) = reading.deliveries_where(tx, reading.in_state(State.PUBLISHED))
        assert reading.state_counts(tx) == {"published": 1}
    assert (view.approved_by, view.gates, view.incomplete, view.url) == (
        "Rina",
        (),
        True,
        "https://example.org/id-1",
    )


def test_filters_and_limits(world: World) -> None:
    """By post, channel, due time; the last ones first where asked."""
    ids = [world.book(post=f"p{n}", at=world.now + n * HOUR) for n in range(4)]
    with world.store.read() as tx:
        newest = reading.deliveries_where(tx, limit=2, newest_first=True)
        later = reading.deliveries_where(tx, reading.due_since(world.now + 2 * HOUR))
        one = reading.deliveries_where(tx, reading.of_post("p1"))
        here = reading.deliveries_where(tx, reading.on_channel("TW"))
        some = reading.deliveries_where(tx, reading.with_ids(ids[:2]))
    assert [view.delivery_id for view in newest] == [ids[3], ids[2]]
    assert [view.delivery_id for view in later] == ids[2:]
    assert [view.delivery_id for view in one] == [ids[1]]
    assert len(here) == 4
    assert [view.delivery_id for view in some] == ids[:2]


def test_the_whole_log_is_read_however_long_it_is(world: World) -> None:
    """No statement asks for more values at once than a database takes: 65,535 in PostgreSQL."""
    with world.store.read() as tx:
        assert reading._deciders(tx, [f"{number:064}" for number in range(66_000)]) == {}


def test_what_needs_a_person_is_found(world: World) -> None:
    """Unsettled, failed, missed, and what the machine held; not what a person held."""
    asking = world.book(post="p1")
    world.put(asking, needs_person=True)
    by_machine = world.book(post="p2", state=State.HELD, reason="plan.looks_published", values={"other": "a"})
    assert hold(world, world.book(post="p3"))
    with world.store.read() as tx:
        found = reading.deliveries_where(tx, reading.needing_person())
    assert {view.delivery_id for view in found} == {asking, by_machine}
    held = next(view for view in found if view.delivery_id == by_machine)
    assert (held.reason, held.reason_values) == ("plan.looks_published", {"other": "a"})


def test_history_is_told_in_order(world: World) -> None:
    """Every event of a delivery, oldest first."""
    delivery = world.book()
    world.published(delivery)
    with world.store.read() as tx:
        told = reading.history(tx, delivery)
        assert reading.fenced_owners(tx) == {}
        assert reading.author_of(tx, "p1") is None
    assert [(row.old, row.new) for row in told] == [
        (None, "waiting"),
        ("waiting", "delivering"),
        ("delivering", "committing"),
        ("committing", "published"),
    ]
