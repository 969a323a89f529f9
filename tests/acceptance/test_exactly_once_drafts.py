"""The spine with Facebook's other way (`commit: staged`): made unpublished ahead, then switched on; once.

The call that makes a post public is another one here, and so is the look: the post's id is known before. What
is promised is the same: a lost answer, a kill at each step, two daemons, equal posts on purpose.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.clock import pause
from tests.acceptance.harness import CHANNELS, FAST, Office

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

SWITCH = r"/1001_\d+$"
"""The call that makes a post public."""
MAKE = r"/1001/feed$"
"""The call that makes one which nobody sees."""
COMMENT = {"facebook": {"first_comment": "Ask us by SMS to 1708."}}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with one Page, whose posts are made ahead, and the sandbox running."""
    one = Office(tmp_path / "office", tmp_path / "state")
    try:
        one.set_up(channels={"fb": {**CHANNELS["fb"], "commit": "staged"}})
        yield one
    finally:
        one.close()


def drop(office: Office, name: str, number: int = 0) -> None:
    """Words alone, with pictures, or with a comment below."""
    pictures, comment = number % 3, number % 2 == 1
    more = {**COMMENT} if comment else {}
    office.post(name, parts={"fb": 2 if comment else 1}, pictures=pictures, urgent=True, **more)


def made(office: Office) -> int:
    """How many posts were made that nobody sees."""
    asked = [one for one in office.requests("POST") if re.search(MAKE, one["path"])]
    return len([one for one in asked if one["status"] != 400])


def switched(office: Office) -> int:
    """How often Facebook was asked to make one public."""
    return sum(bool(re.search(SWITCH, one["path"])) for one in office.requests("POST"))


def out_once(office: Office, posts: int = 1) -> None:
    """All is out, and Facebook was asked to make nothing public twice."""
    office.clock(rate=FAST)
    office.settled(90)
    assert (made(office), switched(office)) == (posts, posts)


def test_no_answer_to_the_switch(office: Office) -> None:
    """Published and never answered: the post itself is asked, and nothing is switched on again."""
    for number in range(3):
        drop(office, f"unanswered-{number}", number)
    office.fault("facebook", SWITCH, "drop", times=3)
    office.start()
    out_once(office, 3)
    assert office.faults_left() == []
    assert office.requests("GET", "/published_posts") == []


def test_a_switch_that_never_arrived(office: Office) -> None:
    """Facebook never acted: the post is asked, is surely not public, and is switched on then."""
    drop(office, "unheard", 2)
    office.fault("facebook", SWITCH, "drop", after=False)
    office.clock(rate=FAST)
    office.start()
    office.settled(90)
    assert (made(office), switched(office)) == (1, 2)
    assert office.faults_left() == []


def test_killed_after_the_effect(office: Office) -> None:
    """Killed when the post is live and its answer is not there."""
    drop(office, "effect", 1)
    office.fault("facebook", SWITCH, "delay", seconds=20)
    daemon = office.start()
    office.until(office.live, "the post is live")
    daemon.kill()
    office.start("restarted daemon")
    out_once(office)


def test_killed_with_the_switch_on_the_wire(office: Office) -> None:
    """Killed while Facebook has the call and has not acted yet: the effect comes late, and once."""
    drop(office, "wire")
    office.fault("facebook", SWITCH, "delay", after=False, seconds=4)
    daemon = office.start()
    office.until(lambda: not office.faults_left(), "Facebook has the call")
    daemon.kill()
    assert office.live() == []
    office.start("restarted daemon")
    office.until(office.live, "the effect comes")
    out_once(office)


def test_killed_between_fence_and_switch(office: Office) -> None:
    """Killed behind the fence: the post that was made is surely not public, and is the one that goes out."""
    daemon = office.start()
    with office.fence_shut() as somebody_waits:
        drop(office, "fenced", 2)
        office.until(somebody_waits, "the daemon is between fence and commit")
        office.until(lambda: office.states() == {("fenced", "fb"): ["committing"]}, "so it is", every=0.4)
        daemon.kill()
    assert (made(office), switched(office), office.live()) == (1, 0, [])
    office.start("restarted daemon")
    out_once(office)


@pytest.mark.parametrize("path", [r"/photos$", MAKE])
def test_killed_while_it_is_made(office: Office, path: str) -> None:
    """Killed while a picture, or the unseen post, is answered: one is public in the end, and no second."""
    drop(office, "making", 2)
    office.fault("facebook", path, "delay", seconds=20)
    daemon = office.start()
    office.until(lambda: not office.faults_left(), "Facebook has it")
    daemon.kill()
    assert office.live() == []
    office.start("restarted daemon")
    office.clock(rate=FAST)
    office.settled(90)
    # One that was made and never answered stays unseen among the Page's drafts, and has used up its pictures.
    assert (made(office), switched(office)) == (2 if path == MAKE else 1, 1)


def test_two_daemons(office: Office) -> None:
    """Two daemons on one log with six posts due: each is made once and switched on once."""
    for number in range(6):
        drop(office, f"shared-{number}", number)
    first, second = office.start("first"), office.start("second")
    out_once(office, 6)
    assert first.alive, first.words()
    assert second.alive, second.words()


def test_equal_posts_are_both_live(office: Office) -> None:
    """The same words on purpose, both answers lost: two posts with ids of their own."""
    words = "The office is open from 8 to 16."
    office.fault("facebook", SWITCH, "drop", times=2)
    office.post("first", words, parts={"fb": 1}, urgent=True)
    office.start()
    office.until(office.live, "the first is live")
    office.post("second", words, parts={"fb": 1}, urgent=True, repeat=True)
    out_once(office, 2)
    assert office.faults_left() == []


def test_storm_of_bad_answers(office: Office) -> None:
    """5xx, cut lines and nonsense, before the effect and after it: switched on again only if nothing was."""
    bad = [
        {"kind": "status", "status": 503, "after": False},
        {"kind": "status", "status": 503},
        {"kind": "body", "body": "<html>Bad gateway"},
        {"kind": "body", "body": "{}", "status": 200},
        {"kind": "drop"},
    ]
    for number, one in enumerate(bad):
        drop(office, f"storm-{number}", number)
        office.fault("facebook", SWITCH, **one)
    office.clock(rate=FAST)
    office.start()
    office.settled(90)
    assert office.faults_left() == []
    without_effect = sum(not one.get("after", True) for one in bad)
    assert (made(office), switched(office)) == (len(bad), len(bad) + without_effect)


def test_killed_at_random_moments(office: Office) -> None:
    """Six posts, six kills, lost and slow answers, a slow list: all is out once."""
    chance = random.Random(2028)
    for number in range(6):
        drop(office, f"random-{number}", number)
    for path in (SWITCH, MAKE, r"/comments$") * 4:
        kind = {"kind": "drop"} if chance.random() < 0.3 else {"kind": "delay", "seconds": 0.5}
        office.fault("facebook", path, after=chance.random() < 0.7, **kind)
    office.platform("facebook", list_lag=15)
    office.clock(rate=20)
    for _ in range(6):
        before = len(office.ask("GET", "/requests"))
        daemon = office.start()
        office.until(lambda b=before: len(office.ask("GET", "/requests")) > b, "it asks for something")
        pause(chance.random() * 1.2)
        daemon.kill()
    pause(1)  # what is still at the platform takes effect before time flies
    office.start("restarted daemon")
    office.clock(rate=FAST)
    office.settled(120)
