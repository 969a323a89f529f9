"""What a plan becomes in the log: once, also when it is booked twice or by two; on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.clock import ManualClock
from connectors.contract import Checkpoint
from publisher.book import book
from publisher.errors import LogBusyError
from publisher.model import Action, ActionKind, DueWhy, Plan, Sight, State
from publisher.publish_log import agenda, claims, deciding
from publisher.publish_log.store import Store
from publisher.publish_log.tables import deliveries, events, parts, posts, renditions, slots
from publisher.sync.known import snapshot
from publisher.vault import NoSealer
from tests.unit.log_world import (
    ACCOUNT,
    HOUR,
    OTHER_ACCOUNT,
    Beside,
    World,
    due,
    rendition,
    sight,
    until_blocked,
)

SECOND = timedelta(seconds=1)


def plan(world: World, actions: Iterable[Action] = (), sights: Iterable[Sight] = (), **given: object) -> Plan:
    return Plan(at=world.now, actions=tuple(actions), sights=tuple(sights), **given)  # type: ignore[arg-type]


def new(world: World, *texts: str, post: str = "p1", **given: object) -> Plan:
    """One new post on one channel."""
    return plan(world, [world.action(*texts, post=post, **given)], [sight(post)], last_seen=0)  # type: ignore[arg-type]


def everything(world: World) -> list[list[object]]:
    """All that booking writes, row by row."""
    return [
        [tuple(row) for row in world.rows(table)]
        for table in (posts, deliveries, parts, renditions, slots, events)
    ]


# ── Once ─────────────────────────────────────────────────────────────────────


def test_a_new_post_becomes_a_delivery_with_its_parts(world: World) -> None:
    """Root and followers wait, the rendition is stored once, an event says what was booked."""
    (delivery,) = book(world.store, new(world, "satu", "dua", why=DueWhy.SLOT), "daemon")
    assert [row.state for row in world.rows(parts)] == [State.WAITING, State.WAITING]
    assert [row.fingerprint for row in world.rows(renditions)] == [rendition("satu", "dua").fingerprint]
    assert [row.delivery_id for row in world.rows(slots)] == [delivery]
    assert [(row.kind, row.new) for row in world.rows(events)] == [("booked", State.WAITING)]


def test_booking_the_same_plan_again_changes_nothing(world: World) -> None:
    """A plan says what shall stand; said twice it stands once."""
    twice = new(world, "satu", "dua", why=DueWhy.SLOT)
    assert len(book(world.store, twice, "daemon")) == 1
    before = everything(world)
    assert book(world.store, twice, "daemon") == []
    assert everything(world) == before


def test_two_posts_with_the_same_words_share_a_rendition(world: World) -> None:
    """The same fingerprint is stored once, and both deliveries refer to it."""
    book(world.store, new(world, "sama", post="p1"), "daemon")
    book(world.store, replace(new(world, "sama", post="p2"), last_seen=1), "daemon")
    assert len(world.rows(deliveries)) == 2
    assert len(world.rows(renditions)) == 1


def test_posts_stand_in_the_order_of_first_sight(world: World) -> None:
    """Seen again a post keeps its place."""
    book(world.store, plan(world, sights=[sight("p1"), sight("p2")], last_seen=0), "daemon")
    book(
        world.store, plan(world, sights=[sight("p1", new=False, title="lain"), sight("p3")], last_seen=2), "d"
    )
    assert {row.post_id: row.sequence for row in world.rows(posts)} == {"p1": 1, "p2": 2, "p3": 3}
    assert {row.post_id: row.title for row in world.rows(posts)}["p1"] == "lain"


def test_a_post_of_a_running_log_is_booked_by_one_process_only(
    world: World, open_log: Callable[..., Store]
) -> None:
    """Two processes see a new file at once, each under an id of its own: it goes out once."""
    mine = plan(world, [world.action(post="id-a")], [sight("id-a", path="baru.md")], last_seen=0)
    theirs = plan(world, [world.action(post="id-b")], [sight("id-b", path="baru.md")], last_seen=0)
    assert len(book(world.store, mine, "daemon")) == 1
    with pytest.raises(LogBusyError) as raised:
        book(open_log(), theirs, "Rina")
    assert raised.value.message == "log.raced"
    assert [row.post_id for row in world.rows(posts)] == ["id-a"]
    assert len(world.rows(deliveries)) == 1


def test_two_bookings_at_the_same_moment_are_one_after_the_other(
    world: World, open_log: Callable[..., Store]
) -> None:
    """Also where both have begun before either has ended."""
    from publisher.publish_log import sighting

    theirs = plan(world, [world.action(post="id-b")], [sight("id-b", path="baru.md")], last_seen=0)
    other = open_log()
    with world.store.write("daemon") as tx:
        sighting.see(tx, sight("id-a", path="baru.md"))
        beside = Beside(lambda: book(other, theirs, "Rina"))
        until_blocked(world.store, beside)
    with pytest.raises(LogBusyError):
        beside.result()
    assert [row.post_id for row in world.rows(posts)] == ["id-a"]


def test_twins_of_two_processes_are_planned_anew(world: World, open_log: Callable[..., Store]) -> None:
    """Each process has a file of its own with the same words: the second must see the first as its twin."""
    book(world.store, new(world, "sama", post="p1"), "daemon")
    with pytest.raises(LogBusyError):
        book(open_log(), new(world, "sama", post="p2"), "Rina")


def test_two_processes_with_one_plan_book_it_once(world: World, open_log: Callable[..., Store]) -> None:
    """A post whose file names its id has one id for everybody: the second booking finds it there."""
    book(world.store, new(world), "daemon")
    assert book(open_log(), new(world), "daemon") == []
    assert len(world.rows(deliveries)) == 1


def test_a_taken_slot_stops_the_booking_and_nothing_of_it_stays(world: World) -> None:
    """Somebody else took the slot in between: nothing is booked, the next pass plans anew."""
    book(world.store, new(world, why=DueWhy.SLOT), "daemon")
    before = everything(world)
    with pytest.raises(LogBusyError):
        book(world.store, replace(new(world, post="p2", why=DueWhy.SLOT), last_seen=1), "daemon")
    assert everything(world) == before


@pytest.mark.parametrize("state", [State.FAILED, State.MISSED, State.CANCELLED])
def test_the_slot_of_what_will_not_go_out_is_free(world: World, state: State) -> None:
    """A post refused hours ahead gives its slot to the next one; it does not stop all booking."""
    (first,) = book(world.store, new(world, why=DueWhy.SLOT), "daemon")
    with world.store.write("daemon") as tx:
        assert agenda.move_root(tx, first, State.WAITING, state, "retry.rejected")
    (second,) = book(world.store, replace(new(world, post="p2", why=DueWhy.SLOT), last_seen=1), "daemon")
    assert [row.delivery_id for row in world.rows(slots)] == [second]


# ── Edits ────────────────────────────────────────────────────────────────────


def changed(world: World, delivery: str, *texts: str, **given: object) -> list[str]:
    action = world.action(*texts, delivery_id=delivery, kind=ActionKind.CHANGE, **given)  # type: ignore[arg-type]
    return book(world.store, plan(world, [action]), "daemon")


def stage(world: World, delivery: str) -> None:
    work = world.claimed(delivery, to=State.PREPARING)
    with world.store.write("daemon") as tx:
        assert claims.save_checkpoint(tx, work, Checkpoint({"id": "1"}), 60.0, NoSealer())
        claims.note_staged(tx, work, None)
        assert claims.change(tx, work, State.PREPARING, State.WAITING)


def approve(world: World, delivery: str) -> None:
    with world.store.write("Rina") as tx:
        deciding.decide(tx, world.delivery(delivery).fingerprint, "approve", None, delivery)


def is_approved(world: World, delivery: str) -> bool:
    with world.store.read() as tx:
        return next(d for d in snapshot(tx).deliveries.values() if d.delivery_id == delivery).approved


def test_an_edit_discards_the_checkpoint_and_voids_the_approval(world: World) -> None:
    """What was uploaded and what was approved belong to the old text."""
    delivery = world.book("lama", "dua", terms={"approval": "required"})
    stage(world, delivery)
    approve(world, delivery)
    assert is_approved(world, delivery)
    assert changed(world, delivery, "baru", terms={"approval": "required"}) == [delivery]
    row = world.part(delivery)
    assert (row.checkpoint_public, row.staged_at, row.state) == (None, None, State.WAITING)
    assert not is_approved(world, delivery)
    assert len(world.rows(parts)) == 1


def test_another_time_keeps_checkpoint_and_approval(world: World) -> None:
    """Moved to the afternoon: the same words, the same upload, the same yes."""
    delivery = world.book("tetap", terms={"approval": "required"})
    stage(world, delivery)
    approve(world, delivery)
    later = world.now + 3 * HOUR
    assert changed(world, delivery, "tetap", at=later, terms={"approval": "required"})
    row = world.part(delivery)
    assert row.checkpoint_public is not None
    assert row.staged_at is not None
    assert is_approved(world, delivery)
    assert world.delivery(delivery).due_at == later


def test_back_to_approved_words_is_approved(world: World) -> None:
    """An approval belongs to a fingerprint: undoing the edit brings it back."""
    delivery = world.book("lama", terms={"approval": "required"})
    approve(world, delivery)
    changed(world, delivery, "baru", terms={"approval": "required"})
    changed(world, delivery, "lama", terms={"approval": "required"})
    assert is_approved(world, delivery)


def test_slots_change_hands_within_one_plan(world: World) -> None:
    """Two posts swap their slots in one booking."""
    one, two = world.now + HOUR, world.now + 2 * HOUR
    first = world.book(post="p1", why=DueWhy.SLOT, at=one)
    second = world.book(post="p2", why=DueWhy.SLOT, at=two)
    moves = [
        world.action(post="p1", kind=ActionKind.MOVE, delivery_id=first, due=due(two, DueWhy.SLOT)),
        world.action(post="p2", kind=ActionKind.MOVE, delivery_id=second, due=due(one, DueWhy.SLOT)),
    ]
    assert book(world.store, plan(world, moves), "daemon") == [first, second]
    assert {row.at: row.delivery_id for row in world.rows(slots)} == {one: second, two: first}


def test_a_move_off_the_slots_gives_the_slot_back(world: World) -> None:
    """An explicit time takes no slot."""
    delivery = world.book(why=DueWhy.SLOT)
    move = world.action(kind=ActionKind.MOVE, delivery_id=delivery, at=world.now + HOUR)
    book(world.store, plan(world, [move]), "daemon")
    assert world.rows(slots) == []


@pytest.mark.parametrize(
    "state",
    [State.PREPARING, State.DELIVERING, State.COMMITTING, State.PROCESSING, State.UNKNOWN, State.PUBLISHED],
)
@pytest.mark.parametrize("kind", [ActionKind.CHANGE, ActionKind.MOVE, ActionKind.BREAK, ActionKind.CANCEL])
def test_what_is_under_way_or_out_is_not_changed(world: World, state: State, kind: ActionKind) -> None:
    """A plan from a moment ago changes nothing of what has been claimed or published since."""
    delivery = world.book("lama", why=DueWhy.SLOT)
    claimed = state not in (State.PUBLISHED, State.UNKNOWN, State.PROCESSING)
    world.put(
        delivery,
        state=str(state),
        fence=1,
        platform_id="id-1",
        claim_token="token" if claimed else None,
    )
    before = [world.part(delivery), world.delivery(delivery), world.rows(slots)]
    action = world.action("baru", kind=kind, delivery_id=delivery, reason="content.bad", why=DueWhy.SLOT)
    book(world.store, plan(world, [action]), "daemon")
    if kind in (ActionKind.CHANGE, ActionKind.MOVE):
        before[2] = world.rows(slots)
    assert [world.part(delivery), world.delivery(delivery), world.rows(slots)] == before


def test_a_slot_stays_with_what_was_claimed_meanwhile(world: World) -> None:
    """A move that came too late does not give the slot of a delivery under way to others."""
    delivery = world.book(why=DueWhy.SLOT)
    world.claimed(delivery)
    move = world.action(kind=ActionKind.MOVE, delivery_id=delivery, at=world.now + HOUR)
    assert book(world.store, plan(world, [move]), "daemon") == []
    assert [row.delivery_id for row in world.rows(slots)] == [delivery]


def test_an_edit_leaves_a_held_delivery_held(world: World) -> None:
    """Held between planning and booking: an edit changes the words, never a person's hold."""
    delivery = world.book("lama")
    with world.store.write("Rina") as tx:
        assert deciding.hold_delivery(tx, delivery, State.WAITING, None, "nanti")
    assert changed(world, delivery, "baru") == [delivery]
    assert world.state(delivery) is State.HELD
    assert world.delivery(delivery).held_by == "Rina"


def test_a_broken_file_stops_its_delivery_until_it_is_mended(world: World) -> None:
    """Told once; the next edit that can be read lets it go on."""
    delivery = world.book("lama")
    stop = world.action("lama", kind=ActionKind.BREAK, delivery_id=delivery, reason="content.unknown_key")
    assert book(world.store, plan(world, [stop]), "daemon") == [delivery]
    assert book(world.store, plan(world, [stop]), "daemon") == []
    assert world.delivery(delivery).broken == "content.unknown_key"
    changed(world, delivery, "lama")
    assert world.delivery(delivery).broken is None


# ── Vanished and back ────────────────────────────────────────────────────────


def test_a_cancelled_delivery_frees_its_slot_and_comes_back(world: World) -> None:
    """The file went and returned: the same delivery goes on, at the time that is free then."""
    delivery = world.book(why=DueWhy.SLOT)
    stop = world.action(kind=ActionKind.CANCEL, delivery_id=delivery, reason="plan.file_vanished")
    assert book(world.store, plan(world, [stop]), "daemon") == [delivery]
    assert book(world.store, plan(world, [stop]), "daemon") == []
    assert (world.state(delivery), world.rows(slots)) == (State.CANCELLED, [])
    back = world.action(kind=ActionKind.REVIVE, delivery_id=delivery, why=DueWhy.SLOT)
    assert book(world.store, plan(world, [back]), "daemon") == [delivery]
    assert world.state(delivery) is State.WAITING
    assert len(world.rows(slots)) == 1


def test_a_vanished_post_remembers_since_when(world: World, clock: ManualClock) -> None:
    """The first moment counts, and it is forgotten when the file is back."""
    world.book()
    book(world.store, plan(world, vanished=("p1",)), "daemon")
    clock.advance(60)
    book(world.store, plan(world, vanished=("p1",)), "daemon")
    assert world.rows(posts)[0].vanished_at == world.now
    book(world.store, plan(world, sights=[sight("p1", new=False)]), "daemon")
    assert world.rows(posts)[0].vanished_at is None


def test_an_adopted_post_is_marked_and_publish_lifts_it(world: World) -> None:
    """Adopted at first sight; seen again it stays adopted until a person wants it out."""
    book(world.store, plan(world, sights=[sight("p1", adopted=True)], last_seen=0), "daemon")
    assert world.rows(posts)[0].adopted_at == world.now
    book(world.store, plan(world, sights=[sight("p1", new=False, adopted=True)]), "daemon")
    assert world.rows(posts)[0].adopted_at is not None
    book(world.store, plan(world, sights=[sight("p1", new=False)]), "Rina")
    assert world.rows(posts)[0].adopted_at is None


def test_the_snapshot_says_what_was_booked(world: World) -> None:
    """What planning reads is what booking wrote."""
    delivery = world.book("satu", terms={"approval": "required"})
    elsewhere = world.book("satu", account=OTHER_ACCOUNT, state=State.HELD, reason="plan.looks_published")
    with world.store.read() as tx:
        found = snapshot(tx)
    here, there = found.deliveries["p1", ACCOUNT, "feed"], found.deliveries["p1", OTHER_ACCOUNT, "feed"]
    assert (here.delivery_id, here.state, here.claimed, here.approved) == (
        delivery,
        State.WAITING,
        False,
        False,
    )
    assert (there.delivery_id, there.state, there.held, there.approved) == (elsewhere, State.HELD, True, True)
    assert here.due == due(world.now)
    assert found.posts["p1"].accounts == (ACCOUNT, OTHER_ACCOUNT)


def test_what_is_sent_on_its_way_again_begins_anew(world: World) -> None:
    """A person sends a failed post once more: its failures of before count no more, and are not told."""
    delivery = world.book("satu")
    world.put(delivery, state=State.FAILED, failures=9, reason_code="503", reason_words="Service Unavailable")
    assert world.edit(delivery, "satu", state=State.WAITING, reason="desk.sent")
    row = world.part(delivery)
    assert (row.state, row.failures, row.reason_code, row.reason_words) == (State.WAITING, 0, None, None)
