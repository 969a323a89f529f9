"""The platform cannot be reached: gone in the middle, away when a post is due, or never there at all."""

from __future__ import annotations

import json
import socket
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.acceptance.bad_input import Desk, fair
from tests.acceptance.harness import FAST, FEED, TWEETS, Office, Running

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

ROUTES = {"x": ("twitter", TWEETS), "fb": ("facebook", FEED)}


def sandbox_of(office: Office) -> tuple[Running, int]:
    """The running sandbox and its port, on which it must come back."""
    port = urlsplit(office.url).port
    assert port
    return office.processes[0], port


def back(office: Office, port: int) -> None:
    """The sandbox again, with what it remembers; its clock hurries, as retries take minutes."""
    office.start_sandbox(port)
    office.clock(rate=FAST)


@pytest.mark.parametrize(
    ("channel", "after"),
    [("x", False), ("x", True), ("fb", True)],
    ids=["X, before the effect", "X, after it", "Facebook, after it"],
)
def test_a_platform_that_dies_in_the_middle_of_a_call(office: Office, channel: str, after: bool) -> None:
    """Whether the post was live before it died or not: looked for, then out exactly once."""
    platform, path = ROUTES[channel]
    sandbox, port = sandbox_of(office)
    office.fault(platform, path, "delay", after=after, seconds=30)
    running = office.start()
    office.post("a", parts={channel: 1})
    if after:
        office.until(lambda: len(office.live()) == 1, "it is live, and the answer is still to come")
    else:
        office.until(lambda: office.states().get(("a", channel)) == ["committing"], "the call is under way")
    sandbox.kill()
    office.until(lambda: office.states()["a", channel] != ["committing"], "the server notices", every=0.3)
    assert office.states()["a", channel] in (["unknown"], ["waiting"])
    back(office, port)
    office.settled()
    fair(running.words(), "run")
    assert running.end() == 0


def test_a_platform_that_is_away_when_posts_are_due(office: Office) -> None:
    """Not one byte could be sent: the log says so, and everything goes out once when it is back."""
    sandbox, port = sandbox_of(office)
    running = office.start()
    office.until(lambda: office.run_cli("status")["daemon"]["alive"], "the server runs")
    due = office.now() + timedelta(seconds=6)
    office.post("a", parts={"x": 1, "fb": 1}, publish_at=due)
    office.post("b", parts={"x": 1, "fb": 1}, publish_at=due, pictures=1)
    office.until(lambda: len(office.log()) == 4, "they are booked", every=0.3)
    sandbox.kill()
    desk = Desk(office.folder, schedule=None)
    desk.environ["XDG_STATE_HOME"] = str(office.state)
    office.until(lambda: any(one["reason"] for one in office.log()), "the log says why", every=0.3)
    office.until(lambda: running.words().count("could not be reached") >= 1, "the server says so")
    for lang in ("en", "id"):
        for verb in ("status", "log", "plan", "resolve"):
            fair(desk(verb, lang=lang).out, verb)
    back(office, port)
    office.settled()
    assert running.words().count("could not be reached") <= 4
    fair(running.words(), "run")
    assert running.end() == 0


def test_no_sandbox_at_all(tmp_path: Path) -> None:
    """`run` starts one as its child, publishes on it, and ends it."""
    desk = Desk(tmp_path / "desk")
    desk.post("good", "publish_at: 2031-03-04 08:00\n")
    text = desk.root / "content" / "good" / "post.md"
    text.write_text(text.read_text(encoding="utf-8").replace("publish_at: 2031-03-04 08:00\n", ""), "utf-8")
    desk("run", "--once", code=0)
    assert {one["state"] for one in desk("log", "--json").json} == {"published"}
    announced = json.loads((desk.root / ".publisher/sandbox/server.json").read_text(encoding="utf-8"))
    where = urlsplit(announced["url"])
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((where.hostname or "", where.port or 0), timeout=2)
