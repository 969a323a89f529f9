"""The daemon is killed (SIGKILL) at each step of a delivery; started again it publishes exactly once."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from connectors.clock import pause
from tests.acceptance.harness import FAST, FEED, TWEETS, Office, long_text
from tests.acceptance.storm import kill_at_work, strange_answers

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

FOLLOWED = {"twitter": {"thread": True}, "facebook": {"first_comment": "Ask us by SMS to 1708."}}
BOTH = {"x": 1, "fb": 1}


def test_kill_during_stage(office: Office) -> None:
    """Killed while a picture's upload is answered: uploaded again if need be, published once on both."""
    office.post("pictures", pictures=2, parts=BOTH)
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


def test_kill_between_fence_and_commit(office: Office) -> None:
    """Killed behind the fence, before the call: looked for, surely absent, then published once."""
    daemon = office.start()
    with office.fence_shut() as somebody_waits:
        office.post("fenced", pictures=1, parts=BOTH)
        office.until(somebody_waits, "the daemon is between fence and commit")
        fenced = {("fenced", channel): ["committing"] for channel in BOTH}
        office.until(lambda: office.states() == fenced, "so it is on both platforms", every=0.4)
        daemon.kill()
    assert office.live() == []
    office.restart()
    office.settled()
    _sent_once(office)


def test_kill_while_the_call_is_on_the_wire(office: Office) -> None:
    """Killed while the platform has the request and has not acted yet: the effect comes late, and once."""
    office.post("wire", parts=BOTH)
    office.fault("twitter", TWEETS, "delay", after=False, seconds=4)
    office.fault("facebook", FEED, "delay", after=False, seconds=4)
    daemon = office.start()
    office.until(lambda: not office.faults_left(), "the platforms have the requests")
    daemon.kill()
    assert office.live() == []
    office.start("restarted daemon")
    office.until(lambda: len(office.live()) == 2, "the effects come")
    office.clock(rate=FAST)
    office.settled()
    _sent_once(office)


def test_kill_after_the_effect(office: Office) -> None:
    """Killed when the post is live and its answer is not there: found, with its own id and link."""
    office.post("effect", pictures=1, parts=BOTH)
    office.fault("twitter", TWEETS, "delay", seconds=20)
    office.fault("facebook", FEED, "delay", seconds=20)
    daemon = office.start()
    office.until(lambda: len(office.live()) == 2, "the post is live")
    daemon.kill()
    office.restart()
    office.settled()
    _sent_once(office)


def test_kill_before_the_receipt_is_recorded(office: Office) -> None:
    """Killed with the platforms' answers in memory and the log locked: found again, never sent again."""
    office.post("answered", parts=BOTH)
    office.fault("twitter", TWEETS, "delay", seconds=3)
    office.fault("facebook", FEED, "delay", seconds=3)
    daemon = office.start()
    office.until(lambda: len(office.live()) == 2, "the post is live")
    with office.log_locked():
        office.until(lambda: len(office.commits()) == 2, "the answers have come")
        pause(0.3)
        daemon.kill()
    assert office.states() == {("answered", channel): ["committing"] for channel in BOTH}
    office.restart()
    office.settled()
    _sent_once(office)


def test_locked_log_loses_no_receipt(office: Office) -> None:
    """The log stays locked for longer than a writer waits: the receipt is kept, and recorded then."""
    office.post("patient", parts={"x": 1})
    office.fault("twitter", TWEETS, "delay", seconds=2)
    daemon = office.start()
    office.until(office.live, "the post is live")
    with office.log_locked():
        office.until(lambda: "cannot record" in daemon.said.read_text(), "it says that it cannot record")
        assert office.states() == {("patient", "x"): ["committing"]}
    office.settled()
    assert len(office.requests("POST", "/2/tweets")) == 1
    assert office.requests("GET", "/2/users/2001/tweets") == []


def test_no_fence_no_call(office: Office) -> None:
    """Where the fence cannot be written outside the log, nothing is sent; once it can, it is sent once."""
    office.start()
    fences = office.fence_file()
    fences.mkdir()
    office.post("unfenced", parts=BOTH)
    office.until(lambda: len(office.states()) == 2, "the post is booked", every=0.4)
    pause(1.5)
    assert set(map(tuple, office.states().values())) == {("waiting",)}
    assert office.requests("POST") == []
    fences.rmdir()
    office.clock(rate=FAST)
    office.settled()
    _sent_once(office)


def test_kill_between_the_parts(office: Office) -> None:
    """Killed when a thread and a commented post are half out: goes on with the first that is not."""
    office.post("parts", long_text("parts", 3), parts={"x": 3, "fb": 2}, **FOLLOWED)
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
    office.post("later", long_text("later", 3), parts={"x": 3, "fb": 2}, **FOLLOWED)
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


def test_kill_of_a_person_s_publish(office: Office) -> None:
    """`publish --now` killed when the post is live: the daemon finds what it left, and sends nothing."""
    office.post("urgent", parts={"x": 1}, publish_at=office.now() + timedelta(days=365))
    office.fault("twitter", TWEETS, "delay", seconds=20)
    person = office.start_cli("person", "publish", "urgent", "--now", "--by", "Tester")
    office.until(office.live, "the post is live")
    person.kill()
    office.restart()
    office.settled()
    assert len(office.requests("POST", "/2/tweets")) == 1


def test_killed_and_resumed_by_cron(office: Office) -> None:
    """After a kill, `run --once` from cron settles everything as well, however often it is called."""
    office.post("cron", long_text("cron", 2), parts={"x": 2, "fb": 2}, **FOLLOWED)
    office.fault("twitter", TWEETS, "delay", seconds=20)
    daemon = office.start()
    office.until(lambda: _out(office, "twitter", 1), "the root is live on X")
    daemon.kill()
    office.clock(rate=FAST)
    for _ in range(12):
        once = office.start_cli("cron", "run", "--once")
        office.until(lambda one=once: not one.alive, "run --once ends")
        if office.all_published():
            break
    office.settled(0)
    assert len(office.requests("POST", "/2/tweets")) == 2


@pytest.mark.parametrize("seed", [2026])
def test_kill_at_random_moments(office: Office, seed: int) -> None:
    """Twelve posts with threads and pictures, eight kills, lost answers, slow lists: all is out once."""
    chance = random.Random(seed)
    for number in range(12):
        _any_post(office, f"post-{number:02}", number)
    calls = (("twitter", TWEETS), ("facebook", FEED), ("facebook", "/comments$")) * 12
    strange_answers(office, [{"platform": name, "path": path} for name, path in calls], chance, lost=0.2)
    for platform in ("twitter", "facebook"):
        office.platform(platform, list_lag=20)
    office.clock(rate=40)
    for _ in range(8):
        kill_at_work(office, chance.random() * 0.8, "POST")
    pause(1)  # what is still at the platform takes effect before time flies
    unheard = len(office.requests("POST", "/2/tweets")) + len(office.requests("POST", "/feed"))
    unheard += len(office.requests("POST", "/comments")) - len(office.commits())
    assert unheard >= 3, "too few of the kills met a call on the wire"
    office.restart()
    office.settled(90)


def _any_post(office: Office, name: str, number: int) -> None:
    """A thread, pictures, a comment or plain words; urgent, so that nothing late is kept at a distance."""
    if number % 4 == 0:
        office.post(name, long_text(name, 3), parts={"x": 3}, twitter={"thread": True}, urgent=True)
    elif number % 4 == 1:
        office.post(name, pictures=1 + number % 3, parts=BOTH, urgent=True)
    elif number % 4 == 2:
        comment = {"first_comment": f"A comment below {name}."}
        office.post(name, parts={"fb": 2}, facebook=comment, urgent=True)
    else:
        office.post(name, parts=BOTH, urgent=True)


def _sent_once(office: Office) -> None:
    assert len(office.requests("POST", "/2/tweets")) == 1
    assert len(office.requests("POST", "/feed")) == 1


def _out(office: Office, platform: str, count: int) -> bool:
    return len(office.live(platform)) >= count
