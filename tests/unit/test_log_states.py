"""The table of legal changes, pair by pair, and that nothing goes round it; on both databases."""

from __future__ import annotations

import pytest

from publisher.errors import NotAllowedError
from publisher.model import State
from publisher.publish_log import agenda, claims, states
from publisher.publish_log.tables import events
from tests.unit.log_world import World

TABLE = """
waiting → preparing delivering held missed cancelled failed unknown published
preparing → waiting failed
delivering → committing waiting failed handed_over
committing → published processing handed_over unknown waiting failed
processing → published handed_over failed unknown
unknown → published processing waiting failed
held → waiting missed cancelled
failed → waiting cancelled
missed → waiting cancelled
cancelled → waiting
handed_over → published
published →
"""
LEGAL = {
    (State(old.strip()), State(new))
    for line in TABLE.strip().splitlines()
    for old, _, rest in [line.partition("→")]
    for new in rest.split()
}
PAIRS = [(old, new) for old in State for new in State]
ROOT_ONLY = {State.HELD, State.MISSED, State.CANCELLED, State.HANDED_OVER}


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_a_change_is_legal_exactly_where_the_table_says_so(old: State, new: State) -> None:
    """Every pair of states, for a root and for a part behind it."""
    for number in (1, 2):
        by_hand = (old, new) == (State.WAITING, State.PUBLISHED)  # with the root that a person published
        if (old, new) in LEGAL and not (number > 1 and new in ROOT_ONLY) and not (number == 1 and by_hand):
            states.require(old, new, number)
        else:
            with pytest.raises(NotAllowedError) as raised:
                states.require(old, new, number)
            assert raised.value.values == {"old": str(old), "new": str(new), "part": number}


def test_only_published_is_final() -> None:
    """Every other state has a way on."""
    assert {state for state in State if not states.LEGAL[state]} == {State.PUBLISHED}
    assert set(states.LEGAL) == set(State)


def test_the_groups_of_states_are_what_their_names_say() -> None:
    """What indexes and queries rely on."""
    assert {State.DELIVERING, State.COMMITTING} == states.ON_THE_WIRE
    assert {State.COMMITTING, State.UNKNOWN} == states.UNSETTLED
    over = {State.PUBLISHED, State.HANDED_OVER, State.HELD, State.MISSED, State.CANCELLED, State.FAILED}
    assert set(State) - over == states.OPEN


@pytest.mark.parametrize(("old", "new"), [pair for pair in PAIRS if pair not in LEGAL])
def test_an_illegal_change_is_refused_before_the_log_is_touched(old: State, new: State) -> None:
    """Both ways of changing a state ask the table first: there is no transaction to be opened."""
    with pytest.raises(NotAllowedError):
        agenda.move_part(None, "d", 1, old, new, None)  # type: ignore[arg-type]
    with pytest.raises(NotAllowedError):
        claims.change(None, _Root, old, new)  # type: ignore[arg-type]


class _Root:
    number = 1


def test_every_change_leaves_one_event(world: World) -> None:
    """Old and new state, the part, who and why."""
    delivery = world.book()
    with world.store.write("Rina") as tx:
        assert agenda.move_root(tx, delivery, State.WAITING, State.MISSED, "schedule.missed", words="besok")
    last = world.rows(events)[-1]
    assert (last.old, last.new, last.part, last.actor, last.reason) == (
        "waiting",
        "missed",
        1,
        "Rina",
        "schedule.missed",
    )
    assert world.part(delivery).needs_person


def test_a_change_from_another_state_than_the_log_holds_does_nothing(world: World) -> None:
    """Legal on paper, but the part has moved on: no change, no event."""
    delivery = world.book()
    before = world.part(delivery), len(world.rows(events))
    with world.store.write("Rina") as tx:
        assert not agenda.move_root(tx, delivery, State.HELD, State.WAITING, None)
    assert (world.part(delivery), len(world.rows(events))) == before


def test_what_a_worker_has_is_not_moved_by_others(world: World) -> None:
    """A claimed part changes by its claim only."""
    delivery = world.book()
    world.put(delivery, claim_token="token")
    with world.store.write("Rina") as tx:
        assert not agenda.move_root(tx, delivery, State.WAITING, State.CANCELLED, None)
    assert world.state(delivery) is State.WAITING
