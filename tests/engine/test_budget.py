"""A channel's budget in the engine: spent by what was sent, held at the limit, let out by a person."""

from __future__ import annotations

from decimal import Decimal

from publisher.desk import Desk
from publisher.model import State
from publisher.publish_log import account_state, deciding
from tests.engine.office import Office


def spent(office: Office) -> Decimal:
    with office.store.read() as tx:
        return account_state.spent(tx, "twitter:2001", office.now.replace(day=1))


def test_the_post_that_would_go_over_is_held_and_comes_with_a_larger_budget(office: Office) -> None:
    """Two posts of 0.015 fit into 0.03, the third is held with the figures; raised and released it goes."""
    office.open({"x": {"budget_usd": 0.03}})
    for number in range(3):
        office.post(f"n{number}", due=number * 30, channels=["x"])
    with Desk(office.workspace, "admin") as desk:
        told = [(p.code, p.post) for p in desk.check().problems if p.code.startswith("plan.budget")]
    assert told == [("plan.budget_near", "n1"), ("plan.budget_over", "n2")]
    office.run()
    office.live_through(minutes=61, step=600)
    assert [office.state(f"n{number}", "x") for number in range(3)] == ["published", "published", "held"]
    assert spent(office) == Decimal("0.030")
    [held] = [part for part in office.parts() if part.state == "held"]
    with Desk(office.workspace, "admin") as desk:
        [need] = desk.needs_person()
        assert need.message == "desk.need_budget"
        assert need.delivery is not None
        assert need.delivery.reason_values == {"spent": "0.030", "budget": "0.03", "needed": "0.015"}
    office.open({"x": {"budget_usd": 0.05}})
    with office.store.write("admin") as tx:
        deciding.release_delivery(tx, held.delivery_id, State.HELD)
    office.work()
    assert office.state("n2", "x") == "published"
    assert spent(office) == Decimal("0.045")


def test_what_was_not_sent_costs_nothing_and_what_may_have_been_does(office: Office) -> None:
    """Turned away, a post gives back what was reserved; one of which nobody knows keeps it."""
    office.open({"x": {"budget_usd": 1}})
    office.post("no", due=0, channels=["x"])
    office.fault("/2/tweets", "status", status=429, times=1)
    office.run()
    assert (office.state("no", "x"), spent(office)) == ("waiting", 0)
    office.post("maybe", due=0, channels=["x"])
    office.fault("/2/tweets", "status", status=403, times=1)
    office.live_through(minutes=30, step=600)
    assert spent(office) >= Decimal("0.015")
