"""Two equal posts on purpose (`repeat: true`) are two posts; neither is ever taken for the other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.acceptance.harness import FAST, FEED, TWEETS, Office

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

WORDS = "The office is open from 8 to 16."


def test_equal_posts_on_facebook_are_both_live(office: Office) -> None:
    """Facebook takes the same words twice: both are out with ids of their own, whichever answer is lost."""
    office.clock(rate=FAST)
    office.fault("facebook", FEED, "drop", times=2)
    office.post("both-lost-1", f"{WORDS} Monday.", parts={"fb": 1})
    office.post("first-lost-1", f"{WORDS} Tuesday.", parts={"fb": 1})
    office.start()
    office.until(lambda: len(office.live()) == 2, "two are live whose answers are lost")
    office.post("first-lost-2", f"{WORDS} Tuesday.", parts={"fb": 1}, repeat=True)
    office.post("second-lost-1", f"{WORDS} Wednesday.", parts={"fb": 1})
    office.until(lambda: len(office.live()) == 4, "two more are live")
    office.fault("facebook", FEED, "drop", times=2)
    office.post("both-lost-2", f"{WORDS} Monday.", parts={"fb": 1}, repeat=True)
    office.post("second-lost-2", f"{WORDS} Wednesday.", parts={"fb": 1}, repeat=True)
    office.settled()
    assert office.faults_left() == []
    assert len(office.requests("POST", "/feed")) == 6


def test_equal_post_inside_the_window_of_x_fails(office: Office) -> None:
    """X refuses the same words within its window: the second is failed with X's words, and has no id."""
    office.clock(rate=FAST)
    office.post("first", WORDS, parts={"x": 1})
    office.start()
    office.settled()
    office.post("second", WORDS, parts={"x": 1}, repeat=True)
    office.until(
        lambda: office.states().get(("second", "x")) == ["failed"], "the second is failed", every=0.4
    )
    second = office.delivery("second", "x")
    assert "You are not allowed to create a Tweet with duplicate content." in second["reason"]
    assert second["needs_person"]
    assert second["url"] is None
    assert second["parts"][0]["platform_id"] is None
    assert len(office.live()) == 1
    assert office.delivery("first", "x")["parts"][0]["platform_id"] == office.live()[0]["id"]


def test_equal_post_beyond_the_window_of_x_is_live(office: Office) -> None:
    """A day later X takes the same words again: both are out."""
    office.post("first", WORDS, parts={"x": 1})
    office.post("second", WORDS, parts={"x": 1}, repeat=True, publish_at=office.now() + timedelta(hours=25))
    office.start()
    office.until(lambda: office.states().get(("first", "x")) == ["published"], "the first is out", every=0.4)
    assert office.states()["second", "x"] == ["waiting"]
    office.clock(offset=timedelta(hours=25, minutes=1).total_seconds())
    office.settled()


def test_equal_post_with_a_lost_reply_on_x(office: Office) -> None:
    """The second's answer is lost while the first still stands in the timeline: it gets its own id."""
    office.platform("twitter", duplicate_window=60)
    office.post("first", WORDS, parts={"x": 1})
    office.post("second", WORDS, parts={"x": 1}, repeat=True, publish_at=office.now() + timedelta(seconds=90))
    office.start()
    office.until(lambda: office.states().get(("first", "x")) == ["published"], "the first is out", every=0.4)
    office.fault("twitter", TWEETS, "drop")
    office.clock(rate=20)
    office.settled()
    assert office.faults_left() == []
    assert len(office.requests("POST", "/2/tweets")) == 2
