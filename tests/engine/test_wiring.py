"""The pieces together: fence file and fence, a locked log, processes that end, the server's fixed jobs."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

import pytest

from connectors.clock import pause
from publisher import practice, wiring
from publisher.daemon import LOOK
from publisher.desk import sending
from publisher.publish_log import engines
from publisher.publish_log.fence_file import state_folder
from tests.clips import clip
from tests.engine.office import FEED, TWEETS, Office

THREAD = "First part of a report.\n\n" + "Some more words follow here. " * 25


@contextmanager
def _log_locked(office: Office) -> Iterator[None]:
    """Somebody else holds the log's write lock, as a backup would."""
    log = sqlite3.connect(office.workspace.state / "log.db", timeout=10, isolation_level=None)
    try:
        log.execute("BEGIN IMMEDIATE")
        yield
        log.execute("ROLLBACK")
    finally:
        log.close()


# ── The fence file ──


def test_each_fence_number_is_in_the_file_before_the_call(office: Office) -> None:
    """While the call is on the wire its number is on disk already; the file lies outside the workspace."""
    office.post("news", due=0, channels=["x"])
    office.look()
    office.fault(TWEETS, "delay", seconds=0.5)
    turns = office.wake()
    office.until(lambda: office.state("news") == "committing")
    office.until(lambda: office.deliverer.fences.newest() is not None)
    assert office.live() == []
    assert office.deliverer.fences.newest() == office.part("news").fence
    for turn in turns:
        turn.result(timeout=10)
    assert office.state("news") == "published"
    assert office.folder not in office.deliverer.fences.path.parents
    assert office.deliverer.fences.path.parent == state_folder(office.store.log_id)


def test_every_part_and_every_attempt_has_a_fence_of_its_own(office: Office) -> None:
    """Numbers only grow, over all accounts, and none is used twice."""
    office.fault(FEED, "status", status=500)
    office.post("news", THREAD, due=0, twitter={"thread": True})
    office.run()
    office.live_through(minutes=3)
    lines = [int(line) for line in office.deliverer.fences.path.read_text().split()]
    commits = len(office.requests(TWEETS)) + len(office.requests(FEED))
    assert sorted(lines) == sorted(set(lines)) == list(range(1, commits + 1))
    assert commits == len(office.states("news")) + 2


def test_a_fence_that_cannot_be_written_down_sends_nothing(office: Office) -> None:
    """The state directory is broken: back to waiting with the reason; mended, the post goes out."""
    office.post("news", due=0, channels=["x"])
    office.deliverer.fences.path.mkdir()
    office.run()
    view = office.delivery("news")
    assert (view.state, view.reason) == ("waiting", "log.fence_file")
    assert office.requests(TWEETS) == []
    office.deliverer.fences.path.rmdir()
    office.live_through(seconds=70, step=10)
    assert office.state("news") == "published"


# ── The log ──


@pytest.fixture
def impatient(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office whose log gives up waiting for a lock after a fifth of a second."""
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.2)
    office.start()
    return office


def test_a_receipt_that_cannot_be_recorded_is_kept_until_it_can(impatient: Office) -> None:
    """The log is locked when the answer comes: the receipt waits in memory, and one post is live."""
    office = impatient
    office.post("news", due=0, channels=["x"])
    office.look()
    office.fault(TWEETS, "delay", seconds=0.5, phase="after")
    turns = office.wake()
    office.until(office.live)
    with _log_locked(office):
        pause(1.5)
        assert not any(turn.done() for turn in turns)
        assert office.state("news") == "committing"
    for turn in turns:
        turn.result(timeout=10)
    office.run()
    assert office.state("news") == "published"
    assert (len(office.live()), len(office.requests(TWEETS))) == (1, 1)


def test_a_log_locked_before_the_fence_loses_nothing(impatient: Office) -> None:
    """It cannot be fenced, so nothing is sent; the claim is given back and the post goes out later."""
    office = impatient
    office.post("news", due=0, channels=["x"])
    office.look()
    office.fault("/2/users/me", "delay", seconds=1.0, method="GET")
    turns = office.wake()
    office.until(lambda: office.parts()[0].state == "delivering")
    with _log_locked(office):
        pause(2.0)
        assert not any(turn.done() for turn in turns)
    for turn in turns:
        turn.result(timeout=10)
    assert office.requests(TWEETS) == []
    office.live_through(seconds=40, step=10)
    assert office.state("news") == "published"


def test_a_locked_log_stops_no_job_for_good(impatient: Office, caplog: pytest.LogCaptureFixture) -> None:
    """Look, sweep and wake say that the log is locked, and work again at their next turn."""
    office = impatient
    office.post("news", due=0, channels=["x"])
    jobs = [office.daemon._guarded(job) for job in (office.daemon.look, office.daemon.look, office.sweep)]
    with _log_locked(office), caplog.at_level(logging.WARNING):
        for job in jobs:
            job()
    assert [record.name for record in caplog.records] == ["publisher.daemon"] * 2
    office.run()
    assert office.state("news") == "published"


# ── Ends ──


def test_a_new_process_goes_on_where_the_old_one_was_stopped(office: Office) -> None:
    """Asked to end while staging: nothing is fenced any more; the next process delivers it."""
    office.post("news", due=0, channels=["x"])
    office.look()
    with office.while_staging():
        office.daemon.stop.set()
    assert office.state("news") == "waiting"
    assert office.requests(TWEETS) == []
    assert office.wake() == []
    office.start()
    office.run()
    assert office.state("news") == "published"


def test_a_call_on_the_wire_is_finished_before_the_end(office: Office) -> None:
    """Asked to end behind the fence: the answer is awaited and recorded."""
    office.post("news", due=0, channels=["x"])
    office.look()
    office.fault(TWEETS, "delay", seconds=0.5)
    turns = office.wake()
    office.until(lambda: office.state("news") == "committing")
    office.daemon.stop.set()
    for turn in turns:
        turn.result(timeout=10)
    assert office.state("news") == "published"


def test_who_lost_its_lock_fences_nothing(office: Office) -> None:
    """Others may take our claims over: the process stops itself before it does anything."""
    office.post("news", due=0, channels=["x"])
    office.look()
    office.deliverer.owner.close()
    assert office.wake() == []
    assert office.daemon.stop.is_set()
    assert office.live() == []


def test_a_sandbox_that_went_away_is_waited_for(office: Office) -> None:
    """It does not answer any more: the program's clock runs on from its last word, and nothing is lost."""
    office.post("news", due=0, channels=["x"])
    office.look()
    told = {**office.sandbox.info, "url": "http://127.0.0.1:9"}
    practice.announce(office.workspace, told)
    assert wiring.sandbox_of(office.workspace) is None
    before = office.deliverer.clock.now()
    office.deliverer.clock.refresh()
    assert office.deliverer.clock.now() >= before
    practice.announce(office.workspace, office.sandbox.info)
    office.work()
    assert office.state("news") == "published"


def test_a_workspace_may_name_a_sandbox_by_its_url(office: Office) -> None:
    """`sandbox: http://…` uses that one."""
    office.open(sandbox=office.sandbox.url)
    office.post("news", due=0)
    office.run()
    assert len(office.live()) == 2


# ── The server's own timers ──


def test_run_delivers_by_its_own_timers(office: Office) -> None:
    """APScheduler calls look, sweep and wake; a post dropped in while it runs goes out, thread and all."""
    office.sandbox.world.set_clock(rate=20)
    server = Thread(target=office.daemon.run, daemon=True)
    server.start()
    try:
        office.post("news", THREAD, channels=["x"], twitter={"thread": True})
        office.until(lambda: len(office.live()) >= 3)
        office.until(lambda: set(office.states("news")) == {"published"})
    finally:
        office.daemon.stop.set()
        server.join(timeout=10)
    assert not server.is_alive()
    assert len(office.live()) == len(office.states("news"))


def test_a_look_that_takes_long_is_no_news(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A large folder, or cards to be drawn: the next look waits for it, and nobody is told meanwhile."""
    looks: list[str] = []

    def look() -> None:
        looks.append("begun")
        if looks.count("begun") == 2:
            pause(1.3 * LOOK, Event())
        looks.append("ended")

    monkeypatch.setattr(office.daemon, "look", look)
    server = Thread(target=office.daemon.run, daemon=True)
    server.start()
    try:
        office.until(lambda: looks.count("ended") >= 3)
    finally:
        office.daemon.stop.set()
        server.join(timeout=10)
    assert looks[:6] == ["begun", "ended"] * 3
    assert "skipped" not in caplog.text


def test_once_finishes_threads_and_leaves_what_is_not_due(office: Office) -> None:
    """For cron: all parts of what is due, nothing that is not."""
    office.sandbox.world.set_clock(rate=20)
    office.post("thread", THREAD, channels=["x"], twitter={"thread": True})
    office.post("later", due=600, channels=["x"])
    office.ask("run", once=True, stop=Event())
    assert set(office.states("thread")) == {"published"}
    assert office.state("later") == "waiting"


def test_publish_now_waits_for_all_parts(office: Office) -> None:
    """The person sees the whole thread live, in order."""
    office.sandbox.world.set_clock(rate=20)
    office.post("news", THREAD, due=600, channels=["x"], twitter={"thread": True})
    assert office.told("publish", "news", now=True) == ["desk.published"]
    live = office.live()
    assert [post["parent"] for post in live] == [None, *(post["id"] for post in live[:-1])]
    assert len(live) == len(office.states("news"))


def test_publish_now_and_the_daemon_at_once_publish_once(office: Office) -> None:
    """Whoever claims first delivers; the other finds nothing to do, and the person is told how it ended."""
    office.post("news", due=0, channels=["x"])
    office.look()
    office.fault("/2/users/me", "delay", seconds=0.4, method="GET", times=2)
    turns = office.wake()
    told = office.told("publish", "news", now=True)
    for turn in turns:
        turn.result(timeout=10)
    assert told == ["desk.published"]
    assert len(office.requests(TWEETS)) == 1
    assert office.state("news") == "published"


def test_publish_now_of_what_the_platform_still_works_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Accepted is no failure: the person hears that TikTok works on it, also when asking again."""
    monkeypatch.setattr(sending, "PATIENCE", timedelta(seconds=3))
    tiktok = {"platform": "tiktok", "account": "5001", "token": "env:TT_TOKEN"}
    office.open({"tt": {**tiktok, "audited": True, "privacy": "public"}})
    office.platform("tiktok", processing_seconds=86_400)
    folder = office.post("news", due=600, channels=["tt"], media=[{"file": "clip.mp4"}])
    (folder / "clip.mp4").write_bytes(clip(size=(360, 640)))
    for _ in range(2):
        (answer,) = office.ask("publish", "news", now=True)
        assert (answer.message, answer.done) == ("desk.accepted", True)
        assert office.state("news", "tt") == "processing"


def test_publish_now_waits_for_what_the_daemon_has_in_hand(office: Office) -> None:
    """The daemon was first and is slow: the person waits for the outcome, and is told it."""
    office.post("news", due=0, channels=["x"])
    office.look()
    office.fault(TWEETS, "delay", phase="after", seconds=1.5)
    turns = office.wake()
    while not office.live():
        pause(0.05)
    assert office.told("publish", "news", now=True) == ["desk.published"]
    for turn in turns:
        turn.result(timeout=10)
    assert len(office.requests(TWEETS)) == 1
