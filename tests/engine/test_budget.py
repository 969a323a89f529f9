"""A channel's budget in the engine: spent by what was sent, held at the limit, let out by a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from connectors import registry
from connectors.contract import Quota
from publisher.desk import Desk
from publisher.model import State
from publisher.publish_log import deciding, usage
from tests.engine.office import Office


def spent(office: Office) -> Decimal:
    with office.store.read() as tx:
        return usage.spent(tx, "twitter:2001", office.now.replace(day=1))


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


def forecasts(office: Office) -> list[tuple[str, str | None, str | None]]:
    with Desk(office.workspace, "admin") as desk:
        return [(p.code, p.post, p.channel) for p in desk.check().problems if p.code.startswith("plan.quota")]


def test_the_office_s_own_limit_is_told_beforehand(office: Office) -> None:
    """One post a day: the second of the same day is named before and after the first has gone out."""
    office.open({"x": {"quota": 1}})
    office.post("one", due=0, channels=["x"])
    office.post("two", due=30, channels=["x"])
    assert forecasts(office) == [("plan.quota_own", "two", "x")]
    office.run()
    assert office.state("one", "x") == "published"
    assert forecasts(office) == [("plan.quota_own", "two", "x")]


def test_a_quota_of_the_platform_is_told_beforehand(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a platform takes in a day is counted with what went out; an app's quota over all its accounts."""
    room = registry.room("twitter")
    office.open()
    for per in ("account", "app"):
        day = Quota("posts", 2, timedelta(days=1), "a test", per=per)
        monkeypatch.setattr(type(room), "limits", replace(room.limits, quotas=(day,)))
        for number in range(3):
            office.post(f"{per}{number}", due=number * 30, channels=["x"])
        assert ("plan.quota_over", f"{per}2", "x") in forecasts(office)
    assert len(forecasts(office)) == 4


def test_channels_of_two_apps_are_told_apart(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two channels of X: through one app the second post waits, through two each has the app's quota."""
    room = registry.room("twitter")
    day = Quota("posts", 1, timedelta(days=1), "a test", per="app")
    monkeypatch.setattr(type(room), "limits", replace(room.limits, quotas=(day,)))
    second = {"platform": "twitter", "account": "2002", "token": "env:X2_TOKEN"}
    for number, app in ((0, {}), (1, {"app": "second"})):
        office.open({"x2": {**second, **app}})
        office.post("one", due=0, channels=["x"])
        office.post("two", due=30, channels=["x2"])
        told = [] if number else [("plan.quota_over", "two", "x2")]
        assert forecasts(office) == told
