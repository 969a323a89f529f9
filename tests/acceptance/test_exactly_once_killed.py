"""The daemon is killed (SIGKILL) at each step of a delivery; started again it publishes exactly once."""

from __future__ import annotations

import random

import pytest

from connectors.clock import pause
from tests.acceptance.harness import FEED, TWEETS, Office, long_text

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

COMMITS = [pytest.param("x", "twitter", TWEETS, id="x"), pytest.param("fb", "facebook", FEED, id="facebook")]
FOLLOWED = {"twitter": {"thread": True}, "facebook": {"first_comment": "Ask us by SMS to 1708."}}


def test_kill_during_stage(office: Office) -> None:
    """Killed while a picture's upload is answered: uploaded again if need be, published once on both."""
    office.post("pictures", pictures=2, parts={"x": 1, "fb": 1})
    office.fault("twitter", r"/2/media/upload$", "delay", seconds=20)
    office.fault("facebook", r"/photos$", "delay", seconds=20)
    daemon = office.start()
    office.until(
        lambda: office.requests("POST", "/media/upload") and office.requests("POST", "/photos"),
        "both pictures are uploaded",
    )
    daemon.kill()
    assert office.live() == []
    office.restart()
    office.settled()


@pytest.mark.parametrize(("channel", "platform", "path"), COMMITS)
def test_kill_between_fence_and_commit(office: Office, channel: str, platform: str, path: str) -> None:
    """Killed behind the fence, before the call: looked for, surely absent, then published once."""
    daemon = office.start()
    with office.fence_shut() as somebody_waits:
        office.post("fenced", pictures=1, parts={channel: 1})
        office.until(somebody_waits, "the daemon is between fence and commit")
        assert office.states() == {("fenced", channel): ["committing"]}
        daemon.kill()
    assert office.live() == []
    office.restart()
    office.settled()
    assert len(office.requests("POST", path.removesuffix("$"), platform)) == 1


@pytest.mark.parametrize(("channel", "platform", "path"), COMMITS)
def test_kill_while_the_call_is_on_the_wire(office: Office, channel: str, platform: str, path: str) -> None:
    """Killed while the platform has the request and has not acted yet: the effect comes late, and once."""
    office.post("wire", parts={channel: 1})
    office.fault(platform, path, "delay", after=False, seconds=4)
    daemon = office.start()
    office.until(lambda: not office.faults_left(), "the platform has the request")
    daemon.kill()
    assert office.live() == []
    office.start("restarted daemon")
    office.until(office.live, "the effect comes")
    office.clock(rate=60)
    office.settled()
    assert len(office.requests("POST", path.removesuffix("$"), platform)) == 1


@pytest.mark.parametrize(("channel", "platform", "path"), COMMITS)
def test_kill_after_the_effect(office: Office, channel: str, platform: str, path: str) -> None:
    """Killed when the post is live and its answer is not there: found, with its own id and link."""
    office.post("effect", pictures=1, parts={channel: 1})
    office.fault(platform, path, "delay", seconds=20)
    daemon = office.start()
    office.until(office.live, "the post is live")
    daemon.kill()
    office.restart()
    office.settled()
    assert len(office.requests("POST", path.removesuffix("$"), platform)) == 1


@pytest.mark.parametrize(("channel", "platform", "path"), COMMITS)
def test_kill_before_the_receipt_is_recorded(office: Office, channel: str, platform: str, path: str) -> None:
    """Killed with the platform's answer in memory and the log locked: found again, never sent again."""
    office.post("answered", parts={channel: 1})
    office.fault(platform, path, "delay", seconds=2)
    daemon = office.start()
    office.until(office.live, "the post is live")
    with office.log_locked():
        office.until(office.commits, "the answer has come")
        pause(0.3)
        daemon.kill()
    assert office.states() == {("answered", channel): ["committing"]}
    office.restart()
    office.settled()
    assert len(office.requests("POST", path.removesuffix("$"), platform)) == 1


def test_locked_log_loses_no_receipt(office: Office) -> None:
    """The log stays locked for longer than a writer waits: the receipt is kept, and recorded then."""
    office.post("patient", parts={"x": 1})
    office.fault("twitter", TWEETS, "delay", seconds=2)
    daemon = office.start()
    office.until(office.live, "the post is live")
    with office.log_locked():
        office.until(office.commits, "the answer has come")
        office.until(lambda: "cannot record" in daemon.said.read_text(), "it says that it cannot record")
        assert office.states() == {("patient", "x"): ["committing"]}
    office.settled()
    assert len(office.requests("POST", "/2/tweets")) == 1
    assert office.requests("GET", "/2/users/2001/tweets") == []


def test_kill_between_the_parts(office: Office) -> None:
    """Killed when a thread and a commented post are half out: goes on with the first that is not."""
    comment = {"first_comment": "Ask us by SMS to 1708."}
    office.post(
        "parts", long_text("parts", 3), parts={"x": 3, "fb": 2}, twitter={"thread": True}, facebook=comment
    )
    daemon = office.start()
    office.until(lambda: _out(office, "twitter", 1) and _out(office, "facebook", 1), "both roots are out")
    daemon.kill()
    assert len(office.live("twitter")) == 1
    second = office.restart()
    office.until(lambda: _out(office, "twitter", 2), "the second part is out")
    second.kill()
    office.restart()
    office.settled()
    assert len(office.requests("POST", "/2/tweets")) == 3


def test_kill_after_the_effect_of_a_later_part(office: Office) -> None:
    """Killed when a reply and a comment are live and unanswered: found below the right post."""
    comment = {"first_comment": "Ask us by SMS to 1708."}
    office.post(
        "later", long_text("later", 3), parts={"x": 3, "fb": 2}, twitter={"thread": True}, facebook=comment
    )
    daemon = office.start()
    office.until(lambda: _out(office, "twitter", 1) and _out(office, "facebook", 1), "both roots are out")
    office.fault("twitter", TWEETS, "delay", seconds=20)
    office.fault("facebook", r"/comments$", "delay", seconds=20)
    office.until(lambda: _out(office, "twitter", 2) and _out(office, "facebook", 2), "the followers are live")
    daemon.kill()
    office.restart()
    office.settled()
    assert len(office.requests("POST", "/2/tweets")) == 3
    assert len(office.requests("POST", "/comments")) == 1


@pytest.mark.parametrize("seed", [1708, 2026])
@pytest.mark.timeout(240)
def test_kill_at_random_moments(office: Office, seed: int) -> None:
    """Twelve posts, threads and pictures among them, eight kills at any moment: each part is out once."""
    chance = random.Random(seed)
    for number in range(12):
        name = f"post-{number:02}"
        if number % 4 == 0:
            office.post(name, long_text(name, 3), parts={"x": 3}, twitter={"thread": True})
        elif number % 4 == 1:
            office.post(name, pictures=1 + number % 3, parts={"x": 1, "fb": 1})
        elif number % 4 == 2:
            office.post(name, parts={"fb": 2}, facebook={"first_comment": f"A comment below {name}."})
        else:
            office.post(name, parts={"x": 1, "fb": 1})
    for _ in range(12):
        platform, path = chance.choice(
            [("twitter", TWEETS), ("facebook", FEED), ("twitter", "/media/upload$")]
        )
        office.fault(platform, path, "delay", after=chance.random() < 0.7, seconds=0.4)
    office.clock(rate=10)
    for _ in range(8):
        daemon = office.start()
        pause(1.5 + chance.random() * 3.5)
        daemon.kill()
    pause(1)  # what is still at the platform takes effect before time flies
    office.restart()
    office.settled(120)


def _out(office: Office, platform: str, count: int) -> bool:
    return len(office.live(platform)) >= count
