"""The platform's answer is lost, late, broken or a 5xx: the part is looked for, and out exactly once."""

from __future__ import annotations

import pytest

from connectors.clock import pause
from tests.acceptance.harness import FAST, FEED, TWEETS, Office, long_text

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

COMMENT = {"first_comment": "Ask us by SMS to 1708."}


def test_lost_reply_on_every_post_route_of_x(office: Office) -> None:
    """Upload, alternative text, root and each reply of a thread happen unanswered: each is out once."""
    office.post("thread", long_text("thread", 3), pictures=2, parts={"x": 3}, twitter={"thread": True})
    office.fault("twitter", r"/2/media/upload$", "drop")
    office.fault("twitter", r"/2/media/metadata$", "drop")
    office.fault("twitter", TWEETS, "drop", times=3)
    office.clock(rate=FAST)
    office.start()
    office.settled()
    assert office.faults_left() == []
    assert len(office.requests("POST", "/2/tweets")) == 3


def test_lost_reply_on_every_post_route_of_facebook(office: Office) -> None:
    """Photo, post and comment happen and go unanswered: each is out once."""
    office.post("album", pictures=2, parts={"fb": 2}, facebook=COMMENT)
    for route in (r"/photos$", FEED, r"/comments$"):
        office.fault("facebook", route, "drop")
    office.clock(rate=FAST)
    office.start()
    office.settled()
    assert office.faults_left() == []
    assert len(office.requests("POST", "/feed")) == 1
    assert len(office.requests("POST", "/comments")) == 1


def test_storm_of_bad_answers(office: Office) -> None:
    """5xx, cut lines and nonsense, before the effect and after it: sent again only where nothing was made."""
    bad = [
        {"kind": "status", "status": 503, "after": False},
        {"kind": "status", "status": 503},
        {"kind": "body", "body": "<html>Bad gateway"},
        {"kind": "drop", "after": False},
        {"kind": "drop"},
        {"kind": "body", "body": "{}", "status": 200},
    ]
    for number in range(len(bad)):
        office.post(f"storm-{number}", parts={"x": 1, "fb": 1})
    for one in bad:
        office.fault("twitter", TWEETS, **one)
        office.fault("facebook", FEED, **one)
    office.clock(rate=FAST)
    office.start()
    office.settled()
    assert office.faults_left() == []
    without_effect = sum(not one.get("after", True) for one in bad)
    assert len(office.requests("POST", "/2/tweets")) == len(bad) + without_effect
    assert len(office.requests("POST", "/feed")) == len(bad) + without_effect


def test_effect_after_the_deadline(office: Office) -> None:
    """The platform acts only after we gave the call up: found, not sent again."""
    office.post("late", parts={"x": 1, "fb": 1})
    office.fault("twitter", TWEETS, "delay", after=False, seconds=22)
    office.fault("facebook", FEED, "delay", after=False, seconds=32)
    office.start()
    office.until(lambda: office.live("twitter"), "X acts")
    assert office.states()["late", "x"] == ["unknown"]
    office.until(lambda: office.live("facebook"), "Facebook acts")
    assert office.states()["late", "fb"] == ["unknown"]
    office.clock(rate=FAST)
    office.settled()
    assert len(office.requests("POST", "/2/tweets")) == 1
    assert len(office.requests("POST", "/feed")) == 1


def test_list_lags_behind_the_first_look(office: Office) -> None:
    """What is live shows in the platform's lists only after the first look: it is not sent again."""
    for platform, path in (("twitter", TWEETS), ("facebook", FEED)):
        office.platform(platform, list_lag=50)
        office.fault(platform, path, "drop")
    office.post("lagging", parts={"x": 1, "fb": 1})
    office.clock(rate=20)
    office.start()
    office.settled()
    assert len(office.requests("POST", "/2/tweets")) == 1
    assert len(office.requests("GET", "/2/users/2001/tweets")) >= 2
    assert len(office.requests("POST", "/feed")) == 1
    assert len(office.requests("GET", "/published_posts")) >= 2


def test_list_of_x_lags_beyond_all_looks(office: Office) -> None:
    """X lists a post later than we wait: sent again, refused as a duplicate, and the first is found."""
    office.platform("twitter", list_lag=130)
    office.fault("twitter", TWEETS, "drop")
    office.post("very-late", parts={"x": 1})
    office.clock(rate=20)
    office.start()
    office.settled()
    assert [one["status"] for one in office.requests("POST", "/2/tweets")] == [None, 403]


def test_edit_while_unsettled(office: Office) -> None:
    """A post edited while nobody knows whether it is out does not go out again in its new words."""
    office.platform("twitter", list_lag=60)
    office.fault("twitter", TWEETS, "drop")
    office.post("edited", "The first words.", parts={"x": 1})
    office.start()
    office.until(office.live, "the post is live")
    text = office.folder / "content" / "edited" / "post.md"
    text.write_text(text.read_text().replace("first words", "second words"), encoding="utf-8")
    office.clock(rate=10)
    office.settled()
    assert [one["text"] for one in office.live()] == ["The first words."]
    assert len(office.requests("POST", "/2/tweets")) == 1


def test_platform_goes_away(office: Office) -> None:
    """The platforms vanish in the middle of a call, once after its effect and once before, and come back."""
    sandbox = office.processes[0]
    port = int(office.url.rpartition(":")[2])
    office.post("outage", parts={"x": 1, "fb": 1})
    office.fault("twitter", TWEETS, "delay", seconds=15)
    office.fault("facebook", FEED, "delay", after=False, seconds=15)
    office.start()
    office.until(lambda: office.requests("POST", "/2/tweets"), "X has published and not answered")
    office.until(lambda: not office.faults_left(), "Facebook has the request")
    sandbox.kill()
    pause(2)
    office.start_sandbox(port)
    office.clock(rate=FAST)
    office.settled()
    assert len(office.requests("POST", "/2/tweets")) == 1
    assert len(office.requests("POST", "/feed")) == 1  # and one that died with the platform, unwritten
