"""Whoever says stop is obeyed at the last possible moment: at the fence, right before the call."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.engine.office import START, TWEETS, Office

HOLDS = ["post", "channel", "everything"]


def _hold(office: Office, what: str, **more: Any) -> None:
    if what == "post":
        assert office.told("hold", "news", **more) == ["desk.held"]
    else:
        office.ask(
            "hold", None, channel="x" if what == "channel" else None, everything=what[0] == "e", **more
        )


def _release(office: Office, what: str) -> None:
    if what == "post":
        assert office.told("release", "news") == ["desk.released"]
    else:
        office.ask("release", None, channel="x" if what == "channel" else None, everything=what[0] == "e")


@pytest.mark.parametrize("what", HOLDS)
def test_what_is_held_waits_and_goes_on_when_released(office: Office, what: str) -> None:
    """Post, channel or everything: nothing is sent while it is held; released within grace, it goes out."""
    office.post("news", due=30, channels=["x"])
    office.run()
    _hold(office, what, reason="rumour, wait")
    office.pass_time(minutes=31)
    office.run()
    assert office.sandbox.world.requests() == []
    _release(office, what)
    office.run()
    assert office.state("news") == "published"


def test_the_hold_of_a_channel_stops_no_other(office: Office) -> None:
    """The other channels of the same post go on."""
    office.post("news", due=0)
    office.look()
    office.ask("hold", None, channel="x")
    office.run()
    assert [post["platform"] for post in office.live()] == ["facebook"]


@pytest.mark.parametrize("what", HOLDS)
def test_a_hold_between_claim_and_fence_is_heard(office: Office, what: str) -> None:
    """Set while the post is being staged: the fence refuses, nothing is sent; released, it goes on."""
    office.post("news", due=0, channels=["x"])
    office.look()
    with office.desk() as desk, office.while_staging():
        if what == "post":
            desk.hold("news")
        else:
            desk.hold(None, channel="x" if what == "channel" else None, everything=what == "everything")
    assert office.requests(TWEETS) == []
    office.run()
    assert office.state("news") in ("waiting", "held")
    assert office.requests(TWEETS) == []
    office.ask("release", "news") if what == "post" else _release(office, what)
    office.live_through(seconds=30)
    assert office.state("news") == "published"
    assert len(office.requests(TWEETS)) == 1


def test_a_hold_stops_the_parts_behind_a_live_one(office: Office) -> None:
    """A hold during a thread stops it at its next part; released, it goes on there."""
    office.post("news", "One.\n\n" + "Two words. " * 30, due=0, channels=["x"], twitter={"thread": True})
    office.run()
    assert office.states("news")[0] == "published"
    assert office.told("hold", "news") == ["desk.held"]
    office.live_through(seconds=60)
    assert len(office.live()) == 1
    assert office.states("news")[1] == "waiting"
    assert office.told("release", "news") == ["desk.released"]
    office.live_through(seconds=60)
    assert set(office.states("news")) == {"published"}


@pytest.mark.parametrize("what", HOLDS)
def test_a_hold_ends_by_itself_at_its_time(office: Office, what: str) -> None:
    """`hold --until` needs nobody to release it."""
    office.post("news", due=30, channels=["x"])
    office.run()
    _hold(office, what, until=START + timedelta(minutes=60))
    office.pass_time(minutes=59)
    office.run()
    assert office.live() == []
    office.pass_time(minutes=2)
    office.run()
    assert office.state("news") == "published"


def test_held_past_its_grace_is_missed_and_says_so(office: Office) -> None:
    """An explicit time does not come back: released days later nothing surprising goes out."""
    office.post("news", due=30, channels=["x"], grace="1h")
    office.run()
    office.told("hold", "news")
    office.pass_time(minutes=91)
    office.run()
    view = office.delivery("news")
    assert (view.state, view.reason, view.needs_person) == ("missed", "schedule.missed_hold", True)
    office.ask("release", "news")
    office.run()
    assert office.live() == []


def test_a_post_of_the_queue_waits_as_long_as_it_is_held(office: Office) -> None:
    """Nobody promised it a time: released, it goes out, however late."""
    office.post("news", channels=["x"])
    office.look()
    office.told("hold", "news")
    office.pass_time(days=3)
    office.run()
    assert office.state("news") == "held"
    office.told("release", "news")
    office.run()
    assert office.state("news") == "published"


def test_an_edit_leaves_a_held_post_held(office: Office) -> None:
    """Only a person ends a hold."""
    office.post("news", "First words.", due=30, channels=["x"])
    office.run()
    office.told("hold", "news")
    office.post("news", "Second words.", due=40, channels=["x"])
    office.pass_time(minutes=41)
    office.run()
    assert office.state("news") == "held"
    office.told("release", "news")
    office.run()
    assert office.texts() == ["Second words."]


def test_what_was_held_before_the_daemon_saw_it_is_held(office: Office) -> None:
    """Somebody may hold a post in the minute they wrote it."""
    office.post("news", due=0, channels=["x"])
    assert office.told("hold", "news") == ["desk.held"]
    office.run()
    assert office.live() == []


def test_the_file_of_a_held_post_may_vanish(office: Office) -> None:
    """Taken away while held, it is cancelled like any other."""
    target = office.post("news", due=600, channels=["x"])
    office.post("other", due=600, channels=["x"])
    office.run()
    office.told("hold", "news")
    (target / "post.md").unlink()
    office.look()
    office.pass_time(minutes=11)
    office.look()
    assert office.state("news") == "cancelled"


def test_release_of_what_nobody_held_says_so(office: Office) -> None:
    """No state changes, and the answer is plain."""
    office.post("news", due=30, channels=["x"])
    office.run()
    assert office.told("release", "news") == ["desk.not_held"]
    assert office.state("news") == "waiting"


def test_status_shows_what_is_held(office: Office) -> None:
    """Everything held, a channel held, a post held with who did it."""
    office.post("news", due=30, channels=["x"])
    office.run()
    office.ask("hold", None, everything=True)
    status = office.ask("status")
    assert status.everything_held
    assert office.delivery("news").gates == ("log.gate_account_held",)
    office.ask("release", None, everything=True)
    office.ask("hold", None, channel="x")
    assert [one.channel for one in office.ask("status").accounts if one.held] == ["x"]
    office.ask("release", None, channel="x")
    office.ask("hold", "news", by="Budi")
    assert office.delivery("news").held_by == "Budi"
    assert not office.ask("status").everything_held
