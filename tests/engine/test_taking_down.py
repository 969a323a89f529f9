"""Whoever takes a post down, or stops it, is told what became of that, whatever it was at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.engine.office import TWEETS, Office

THREAD = "One.\n\n" + "Two words. " * 80


@contextmanager
def while_calling(office: Office, number: int = 1, phase: str = "before") -> Iterator[None]:
    """Between the fence of a part on X and the platform's answer; `phase`: which waits for the effect."""
    office.fault(TWEETS, "delay", seconds=3.0, times=1, phase=phase)
    turns = office.wake()
    office.until(lambda: "committing" in [part.state for part in office.parts()])
    yield
    assert office.states("news")[number - 1] == "committing"
    for turn in turns:
        turn.result(timeout=30)


@pytest.mark.parametrize("urgent", [False, True])
def test_nothing_follows_what_is_taken_down(office: Office, urgent: bool) -> None:
    """A thread that is withdrawn while it goes out ends there: no reply is sent to what is gone."""
    office.post("news", THREAD, due=0, channels=["x"], twitter={"thread": True}, urgent=urgent)
    office.run()
    assert office.states("news")[:2] == ["published", "waiting"]
    assert office.told("withdraw", "news") == ["desk.withdrawn"]
    sent = len(office.requests(TWEETS))
    office.live_through(seconds=120)
    assert office.texts("twitter") == []
    assert len(office.requests(TWEETS)) == sent
    assert office.told("publish", "news", now=True) == ["desk.already_published"]
    assert office.told("withdraw", "news") == ["desk.withdrawn_before"]


def test_a_post_that_is_being_prepared_is_kept_back(office: Office) -> None:
    """Between claim and fence it is not too late, and the answer is that it is kept back."""
    office.post("news", due=0, channels=["x"])
    office.look()
    with office.while_staging():
        assert office.told("withdraw", "news") == ["desk.kept_back"]
    office.live_through(seconds=60)
    assert office.texts("twitter") == []


def test_a_post_whose_call_is_out_is_taken_down_when_it_is_there(office: Office) -> None:
    """Nobody is told that it is not live while it may appear at any moment."""
    office.post("news", due=0, channels=["x"])
    office.look()
    with while_calling(office):
        assert office.told("withdraw", "news") == ["desk.under_way"]
    assert office.texts("twitter") != []
    assert office.told("withdraw", "news") == ["desk.withdrawn"]
    assert office.texts("twitter") == []


def test_a_reply_whose_call_is_out_is_taken_down_with_the_next_word(office: Office) -> None:
    """What goes live while its thread is taken down is not forgotten behind a root that is gone."""
    office.post("news", THREAD, due=0, channels=["x"], twitter={"thread": True})
    office.run()
    office.pass_time(seconds=30)
    with while_calling(office, 2, "after"):
        office.until(lambda: len(office.live("twitter")) == 2)
        assert office.told("withdraw", "news") == ["desk.withdraw_again"]
    assert office.told("withdraw", "news") == ["desk.withdrawn"]
    assert office.texts("twitter") == []


def test_a_hold_says_what_it_cannot_stop(office: Office) -> None:
    """Whoever stops a post in a hurry must know whether that was in time."""
    office.post("news", due=0, channels=["x"])
    office.look()
    with while_calling(office):
        assert office.told("hold", "news") == ["desk.under_way"]
    assert office.state("news") == "published"
    assert office.told("hold", "news") == ["desk.already_published"]


def test_a_hold_on_what_may_be_live_keeps_it_from_going_out_again(office: Office) -> None:
    """The answer was lost: it is looked for, and found absent it waits for whoever held it."""
    office.post("news", due=0, channels=["x"])
    office.look()
    office.fault(TWEETS, "drop")
    office.work()
    assert office.state("news") == "unknown"
    assert office.told("hold", "news") == ["desk.unsettled"]
    office.live_through(minutes=15)
    assert office.texts("twitter") == []
    assert office.told("release", "news") == ["desk.released"]
    office.live_through(minutes=1)
    assert len(office.texts("twitter")) == 1
