"""The spine on all six platforms at once: one clip for each, killed, cut off, fought over; each is out once.

What a platform does differently (two calls, an upload that is the commit, work that takes its time) is the
room's; what is promised is the same everywhere.
"""

from __future__ import annotations

import random
import re
from datetime import timedelta
from typing import Any

import pytest

from connectors.clock import pause
from tests.acceptance.harness import FAST, SIX, Office, Running
from tests.acceptance.storm import kill_at_work, strange_answers
from tests.clips import clip

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

COMMITS = {
    "facebook": ("POST", r"/1001/video_reels$", 1),
    "twitter": ("POST", r"/2/tweets$", 0),
    "instagram": ("POST", r"/media_publish$", 0),
    "threads": ("POST", r"/threads_publish$", 0),
    "tiktok": ("PUT", r"/upload$", 0),
    "youtube": ("PUT", r"^/youtube/v3/videos$", 0),
}
"""Platform → the call that makes a clip public, and how many calls of that route come before it."""
OFFICE = {"channels": SIX}
EACH = dict.fromkeys(SIX, 1)


def post(office: Office, name: str, **facts: Any) -> None:
    """A clip that all six take, each time another: YouTube refuses one that it has."""
    data = clip(size=(540, 960), seconds=3.0 + len(office.expected) / 4, fps=24)
    office.post(name, clip=data, parts=EACH, title=f"Announcement {name}", **facts)


def at_once(office: Office, name: str) -> Running:
    """A daemon that has prepared a post on all six, shortly before it is due on all six.

    Instagram and Threads may be asked only once a minute how far they are, so without this, and if they
    were not done at the first look, the six would never meet.
    """
    for platform in ("instagram", "threads"):
        office.platform(platform, clip_seconds=0)
    due = office.now() + timedelta(minutes=8)
    post(office, name, publish_at=due)
    daemon = office.start()
    office.clock(rate=30)
    office.until(lambda: office.now() >= due - timedelta(seconds=60), "it is nearly due")
    office.clock(rate=1)
    office.clock(offset=office.ask("GET", "/clock")["offset"] + (due - office.now()).total_seconds() - 4)
    return daemon


def fault_at_commits(office: Office, kind: str, **how: Any) -> None:
    for platform, (method, path, skip) in COMMITS.items():
        office.fault(platform, path, kind, method=method, skip=skip, **how)


def committed(office: Office, platform: str) -> int:
    method, path, skip = COMMITS[platform]
    asked = office.requests(method, platform=platform)
    return len([one for one in asked if re.search(path, one["path"])]) // (skip + 1)


def out_once(office: Office, posts: int = 1) -> None:
    """Everything is out, and no platform was asked to publish more often than there are posts."""
    office.clock(rate=FAST)
    office.settled(90)
    assert {platform: committed(office, platform) for platform in COMMITS} == dict.fromkeys(COMMITS, posts)


def test_no_answer_to_any_commit(office: Office) -> None:
    """Published and never answered, on all six: found again, with its own id and link."""
    fault_at_commits(office, "drop")
    post(office, "unanswered")
    office.start()
    out_once(office)
    assert office.faults_left() == []


def test_killed_after_the_effect(office: Office) -> None:
    """Killed when all six have published and none has answered."""
    fault_at_commits(office, "delay", seconds=25)
    daemon = at_once(office, "effect")
    office.until(lambda: len(office.live()) == 6, "all six are live")
    daemon.kill()
    office.start("restarted daemon")
    out_once(office)


def test_killed_with_the_calls_on_the_wire(office: Office) -> None:
    """Killed while all six have the call and have not acted: the effects come late, and once."""
    fault_at_commits(office, "delay", after=False, seconds=6)
    daemon = at_once(office, "wire")
    office.until(lambda: not office.faults_left(), "all six have the call")
    daemon.kill()
    assert office.live() == []
    office.start("restarted daemon")
    office.until(lambda: len(office.live()) == 6, "the effects come")
    out_once(office)


def test_killed_between_fence_and_commit(office: Office) -> None:
    """Killed behind the fence and before the call, on all six: looked for, surely absent, published once."""
    daemon = at_once(office, "fenced")
    with office.fence_shut() as somebody_waits:
        office.until(somebody_waits, "the daemon is between fence and commit")
        fenced = {("fenced", channel): ["committing"] for channel in SIX}
        office.until(lambda: office.states() == fenced, "so it is on all six", seconds=30, every=0.4)
        daemon.kill()
    assert office.live() == []
    office.start("restarted daemon")
    out_once(office)


def test_killed_while_staging(office: Office) -> None:
    """Killed while the first call that uploads or prepares is answered, on all six."""
    for platform in COMMITS:
        office.fault(platform, ".", "delay", seconds=20)
    post(office, "staged")
    daemon = office.start()
    office.until(lambda: not office.faults_left(), "all six were asked for something")
    daemon.kill()
    assert office.live() == []
    office.start("restarted daemon")
    out_once(office)


def test_two_daemons(office: Office) -> None:
    """Two daemons on one log with three posts due: every clip is sent once to each of the six."""
    for number in range(3):
        post(office, f"shared-{number}", urgent=True)
    first, second = office.start("first"), office.start("second")
    out_once(office, 3)
    assert first.alive, first.words()
    assert second.alive, second.words()


def test_killed_at_random_moments(office: Office) -> None:
    """Three posts on six platforms, six kills, lost and slow answers, slow lists: all is out once."""
    chance = random.Random(2026)
    for number in range(3):
        post(office, f"random-{number}", urgent=True)
    calls = [
        {"platform": platform, "path": path, "method": method}
        for platform, (method, path, _) in COMMITS.items()
    ]
    strange_answers(office, calls * 4, chance, lost=0.3)
    for platform in ("twitter", "facebook", "threads", "instagram"):
        office.platform(platform, list_lag=15)
    office.clock(rate=20)
    for _ in range(6):
        kill_at_work(office, chance.random() * 1.5)
    pause(1)  # what is still at a platform takes effect before time flies
    office.start("restarted daemon")
    office.clock(rate=FAST)
    office.settled(120)
