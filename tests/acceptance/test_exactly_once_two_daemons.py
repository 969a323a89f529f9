"""Several daemons on one log, stopped, continued, ended: every part is out once, nothing is left behind."""

from __future__ import annotations

import signal
from datetime import timedelta

import pytest

from connectors.clock import pause, stopwatch
from tests.acceptance.harness import CHANNELS, FAST, TWEETS, Office, Running, long_text

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]


def test_two_daemons_on_one_log(office: Office) -> None:
    """Started together on a log that is not made yet, with ten posts due: every part is sent once."""
    soon = office.now() + timedelta(seconds=3)
    for number in range(5):
        name = f"plain-{number}"
        office.post(name, parts={"x": 1, "fb": 1}, pictures=number % 2, publish_at=soon)
    for number in range(5):
        name = f"thread-{number}"
        more = {"twitter": {"thread": True}, "facebook": {"first_comment": f"A comment below {name}."}}
        office.post(name, long_text(name, 2), parts={"x": 2, "fb": 2}, publish_at=soon, **more)
    daemons = [office.start("first"), office.start("second")]
    office.settled()
    assert all(one.alive for one in daemons), "".join(one.words() for one in daemons)
    assert len(office.requests("POST", "/2/tweets")) == 15
    assert len(office.requests("POST", "/feed")) == 10
    assert len(office.requests("POST", "/comments")) == 5


def test_stopped_while_staging(office: Office) -> None:
    """Stopped beyond its lease while a picture is uploaded, then continued: it does nothing more."""
    office.post("stopped", pictures=1, parts={"x": 1})
    office.fault("twitter", r"/2/media/upload$", "delay", seconds=3)
    first = office.start("first")
    office.until(lambda: office.requests("POST", "/media/upload"), "the picture is at the platform")
    first.signal(signal.SIGSTOP)
    office.run_leases_down()
    office.start("second")
    office.settled()
    first.signal(signal.SIGCONT)
    office.until(
        lambda: "took longer to prepare" in first.said.read_text(), "the first sees that its claim is lost"
    )
    office.exactly_once()
    assert len(office.requests("POST", "/2/tweets")) == 1


def test_stopped_between_fence_and_commit(office: Office) -> None:
    """Stopped behind the fence, continued after the call's deadline: it sends nothing; others go on.

    Its account waits, however long: the call may still go out. The other account is served by a second
    daemon, and `status` names the process that is in the way.
    """
    first = office.start("first")
    with office.fence_shut() as somebody_waits:
        office.post("fenced", parts={"x": 1})
        office.until(somebody_waits, "the first daemon is between fence and commit")
        fenced = stopwatch()
        first.signal(signal.SIGSTOP)
        office.fence_file().rename(office.fence_file().with_name("shut"))  # the second gets one that opens
        _second_serves_the_other_account(office, first)
        pause(max(0.0, 21 - (stopwatch() - fenced)))  # the deadline: 20 s of real time after the fence
        assert office.live("twitter") == []
    first.signal(signal.SIGCONT)
    office.settled()
    too_late = next(one for one in office.commits() if "twitter" in one["account"])
    assert too_late["sent"] == 0
    assert "too_late" in too_late["error"]
    assert len(office.requests("POST", "/2/tweets")) == 2
    assert _stopped(office, "x") is None


def test_stopped_with_the_answer_on_its_way(office: Office) -> None:
    """Stopped after the effect and continued in time: it records its own answer, nobody sends anything."""
    first = _stopped_after_the_effect(office)
    _second_serves_the_other_account(office, first)
    first.signal(signal.SIGCONT)
    office.settled()
    assert len(office.requests("POST", "/2/tweets")) == 2


def test_killed_while_stopped(office: Office) -> None:
    """Stopped after the effect, then killed: only then the second takes over, and finds what is live."""
    first = _stopped_after_the_effect(office)
    _second_serves_the_other_account(office, first)
    first.kill()
    office.settled()
    assert len(office.requests("POST", "/2/tweets")) == 2


def test_sigterm_leaves_everything_resumable(office: Office) -> None:
    """Asked to end in the middle of work: the call on the wire is waited for, nothing is left half done."""
    office.post("thread", long_text("thread", 3), parts={"x": 3}, twitter={"thread": True})
    office.post("album", pictures=2, parts={"fb": 1})
    office.post("after", parts={"x": 1, "fb": 1})
    office.fault("twitter", TWEETS, "delay", seconds=2)
    office.fault("facebook", r"/photos$", "delay", seconds=2)
    daemon = office.start()
    office.until(lambda: office.live("twitter"), "the thread's root is live")
    assert daemon.end() == 0, daemon.words()
    left = {state for states in office.states().values() for state in states}
    assert left <= {"waiting", "published"}, office.states()
    assert office.states()["thread", "x"] == ["published", "waiting", "waiting"]
    office.clock(rate=FAST)
    second = office.start("second")
    office.settled()
    assert second.end() == 0, second.words()
    assert len(office.requests("POST", "/2/tweets")) == 4
    assert len(office.requests("POST", "/feed")) == 2


def _stopped_after_the_effect(office: Office) -> Running:
    """A daemon stopped when its post is live on X and the answer is not read yet."""
    office.post("effect", parts={"x": 1})
    office.fault("twitter", TWEETS, "delay", seconds=1)
    first = office.start("first")
    office.until(lambda: office.live("twitter"), "the post is live")
    first.signal(signal.SIGSTOP)
    assert office.states() == {("effect", "x"): ["committing"]}
    return first


def _second_serves_the_other_account(office: Office, first: Running) -> None:
    """Until Facebook's post is out and X's settle time is long over; X's account waits for the first."""
    office.post("other", parts={"fb": 1})
    office.post("behind", parts={"x": 1})
    office.start("second")
    office.clock(rate=FAST)
    office.until(lambda: office.live("facebook"), "the other account goes on")
    pause(2)
    on_x = {post: states for (post, channel), states in office.states().items() if channel == "x"}
    assert on_x.pop("behind") == ["waiting"]
    assert list(on_x.values()) == [["committing"]], on_x
    assert _stopped(office, "x") == first.pid
    assert _stopped(office, "fb") is None


def _stopped(office: Office, channel: str) -> int | None:
    """The pid that `status` names for a channel."""
    accounts = {one["channel"]: one for one in office.run_cli("status")["accounts"]}
    assert accounts.keys() == CHANNELS.keys()
    pid: int | None = accounts[channel]["stopped_pid"]
    return pid
