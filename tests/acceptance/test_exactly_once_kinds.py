"""The spine with a text and with photos, on all of the six that take them: cut off, killed; each is out once.

What a platform cannot carry its channel passes over, as `unsupported: skip` says. TikTok fetches photos, and
where its answer is lost nobody but a person can tell: here one looks, and says so.
"""

from __future__ import annotations

import random

import pytest

from connectors.clock import pause
from tests.acceptance.harness import FAST, SIX, Office
from tests.acceptance.storm import kill_at_work, strange_answers

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

OFFICE = {"channels": SIX}
TEXT = dict.fromkeys(("fb", "x", "th"), 1)
PHOTO = dict.fromkeys(("fb", "x", "th", "ig", "tt"), 1)
COMMITS = {
    "facebook": r"/1001/feed$",
    "twitter": r"/2/tweets$",
    "threads": r"/threads_publish$",
    "instagram": r"/media_publish$",
    "tiktok": r"/content/init/$",
}
"""Platform → the call that makes a text or a photo public."""
UNSURE = ("tt",)
"""Channels where a lost answer is a person's to settle."""


def drop_posts(office: Office, count: int) -> None:
    """So many of each kind, for whoever takes them, due now."""
    for number in range(1, count + 1):
        office.post(f"text-{number}", parts=TEXT, inherited=True, urgent=True)
        office.post(f"photo-{number}", parts=PHOTO, inherited=True, urgent=True, pictures=number)


def person_looks(office: Office) -> int:
    """Whoever is asked opens the account and says what is there; gives how often."""
    asked = [one for one in office.log() if one["needs_person"]]
    for one in asked:
        assert one["channel"] in UNSURE, one
        there = [live["url"] for live in office.live(one["platform"]) if one["post"] in live["text"]]
        assert len(there) <= 1, there
        verdict = ("--url", there[0]) if there else ("--not-published",)
        office.run_cli("resolve", one["post"], "--channel", one["channel"], *verdict)
    return len(asked)


def out_once(office: Office) -> int:
    """Everything is out, where it can be, and nowhere else; gives how often a person had to look."""
    office.clock(rate=FAST)
    looks = 0

    def all_out() -> bool:
        nonlocal looks
        if office.all_published():
            return True
        looks += person_looks(office)
        return False

    office.until(all_out, "everything is published", 120, every=1)
    office.exactly_once()
    wanted = {(post, channel) for post, parts in office.expected.items() for channel in parts}
    assert office.states().keys() == wanted
    return looks


def test_no_answer_to_any_commit(office: Office) -> None:
    """Published and never answered: found again with its own id and link, and asked about where no list
    tells (TikTok's shows it too late); nothing is sent a second time.
    """
    office.platform("tiktok", list_lag=90_000)
    drop_posts(office, 1)
    takes = {platform: 1 if platform in ("instagram", "tiktok") else 2 for platform in COMMITS}
    for platform, path in COMMITS.items():
        office.fault(platform, path, "drop", times=takes[platform])
    office.start()
    assert out_once(office) == 1
    assert office.faults_left() == []
    for platform, path in COMMITS.items():
        assert len(office.requests("POST", path.rstrip("$"), platform)) == takes[platform], platform


def test_killed_at_random_moments(office: Office) -> None:
    """Two posts of each kind, six kills, lost and slow answers, slow lists: all is out once."""
    chance = random.Random(2027)
    drop_posts(office, 2)
    calls = [{"platform": platform, "path": path} for platform, path in COMMITS.items()]
    strange_answers(office, calls * 4, chance, lost=0.3)
    for platform in COMMITS.keys() - {"tiktok"}:
        office.platform(platform, list_lag=15)
    office.clock(rate=20)
    for _ in range(6):
        kill_at_work(office, chance.random() * 1.5)
    pause(1)  # what is still at a platform takes effect before time flies
    office.start("restarted daemon")
    out_once(office)
