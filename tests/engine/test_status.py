"""What status tells a person who looks once a day: nothing that needs them stays unsaid."""

from __future__ import annotations

from datetime import timedelta

import pytest

from publisher import texts
from publisher.desk import serving
from publisher.model import State
from tests.engine.office import START, TWEETS, Office


def test_status_without_a_log_shows_the_workspace(office: Office) -> None:
    """Before anything ran there is only what schedule.yaml says."""
    office.close()
    for file in (office.folder / ".publisher/sandbox").glob("log.db*"):
        file.unlink()
    status = office.ask("status")
    assert [one.channel for one in status.accounts] == ["fb", "x"]
    assert (status.counts, status.needs_person, status.daemon_seen_at) == ({}, (), None)
    assert status.mode == "sandbox"


def test_status_counts_and_names_what_comes_next(office: Office) -> None:
    """How many are in each state, and the next ones by due time."""
    office.post("out", due=0, channels=["x"])
    office.post("second", due=120, channels=["x"])
    office.post("first", due=60, channels=["x"])
    office.run()
    status = office.ask("status")
    assert status.counts == {"published": 1, "waiting": 2}
    assert [one.post for one in status.next] == ["first", "second"]
    assert (status.now, status.zone) == (START, "UTC")


def test_status_knows_whether_the_daemon_lives(office: Office) -> None:
    """A heartbeat with each sweep, and a lock that ends with the process."""
    office.run()
    status = office.ask("status")
    assert (status.daemon_seen_at, status.daemon_alive) == (START, True)
    office.close()
    assert not office.ask("status").daemon_alive


def test_status_names_accounts_with_what_stands_in_their_way(office: Office) -> None:
    """Blocked, rate limited until when, last published when."""
    headers = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(START.timestamp()) + 600)}
    office.fault(TWEETS, "status", status=429, headers=headers)
    office.post("news", due=0)
    office.run()
    facebook, x = office.ask("status").accounts
    assert (facebook.blocked, facebook.last_published_at, facebook.not_before) == (None, START, None)
    assert x.not_before >= START + timedelta(minutes=10)
    assert x.last_published_at is None


def test_everything_that_needs_a_person_is_listed(office: Office) -> None:
    """Failed, missed, unknown beyond telling, in part, held by the machine, account blocked: all at once."""
    refused = {"title": "Forbidden", "detail": "You are not permitted to perform this action.", "status": 403}
    office.fault(TWEETS, "body", status=403, body=refused)
    office.post("failed", due=0, channels=["x"])
    office.run()
    office.post("missed", due=-180, channels=["x"])
    office.post("words", "The same words.", due=0, channels=["x"])
    office.post("copy", "The same words.", due=1, channels=["x"])
    office.run()
    office.platform("facebook", token={"state": "expired"})
    office.post("blocked", due=0, channels=["fb"])
    office.run()
    messages = sorted(one.message for one in office.ask("status").needs_person)
    assert messages == ["desk.need_failed", "desk.need_missed", "desk.need_reconnect", "desk.need_twin"]


def test_problems_of_the_content_are_in_status(office: Office) -> None:
    """What is wrong with a file shows without running `check`."""
    target = office.post("news", due=0, channels=["x"])
    (target / "post.md").write_text("---\nchanels: [x]\n---\nWords.\n", encoding="utf-8")
    office.run()
    (problem,) = office.ask("status").problems
    assert (problem.severity, problem.file, problem.line) == ("error", "content/news/post.md", 2)


def test_an_error_on_one_channel_stops_only_that_channel(office: Office) -> None:
    """A text of its own that is too long for X, fine for Facebook: Facebook goes out, X is told."""
    office.post("long", due=0, twitter={"text": "word " * 200})
    office.run()
    assert [post["platform"] for post in office.live()] == ["facebook"]
    assert [(p.severity, p.channel) for p in office.ask("check").problems] == [("error", "x")]


def test_the_log_has_every_step_with_who_and_why(office: Office) -> None:
    """From booked to published, each change of state is an event; the daemon is its actor."""
    office.post("news", due=0, channels=["x"])
    office.run()
    told = office.history(office.delivery("news").delivery_id)
    steps = [(one.kind, one.old, one.new) for one in told]
    assert steps == [
        ("booked", None, "waiting"),
        ("state", "waiting", "delivering"),
        ("state", "delivering", "committing"),
        ("state", "committing", "published"),
    ]
    assert {one.actor for one in told} == {"daemon"}


def test_links_in_the_log_answer(office: Office) -> None:
    """A permalink of the sandbox's log opens while the sandbox runs."""
    import requests

    office.post("news", due=0)
    office.run()
    for one in office.deliveries():
        assert one.url is not None
        assert "Announcement news" in requests.get(one.url, timeout=5).text


def test_log_filters(office: Office) -> None:
    """By post, channel, state and time; with a limit the last ones."""
    office.post("a", due=0)
    office.post("b", due=60)
    office.run()
    assert {one.post for one in office.ask("log", post="a")} == {"a"}
    assert {one.channel for one in office.ask("log", channel="X")} == {"x"}
    assert {one.post for one in office.ask("log", state="waiting")} == {"b"}
    assert {one.post for one in office.ask("log", since=START + timedelta(minutes=30))} == {"b"}
    assert [one.post for one in office.ask("log", limit=2)] == ["b", "b"]


def test_once_exits_by_what_it_left(office: Office) -> None:
    """`run --once`: 0 where all went well, 3 with failures, 4 where a person is needed."""
    from threading import Event

    office.post("news", due=0, channels=["x"])
    office.sandbox.world.set_clock(rate=1)
    assert office.ask("run", once=True, stop=Event()) == 0
    assert office.state("news") == "published"
    office.post("missed", due=-180, channels=["x"])
    assert office.ask("run", once=True, stop=Event()) == 4
    refused = {"title": "Forbidden", "detail": "You are not permitted to perform this action.", "status": 403}
    office.fault(TWEETS, "body", status=403, body=refused)
    office.post("failed", due=0, channels=["x"])
    assert office.ask("run", once=True, stop=Event()) == 3


def test_the_server_s_own_log_says_why_with_what_fills_it(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """A file that breaks before its time is missed: the line says when it was due."""
    folder = office.post("news", due=30, channels=["x"])
    office.look()
    (folder / "post.md").write_text("---\nnonsense: yes\n---\nHalo", encoding="utf-8")
    office.look()
    office.pass_time(hours=4)
    office.work()
    assert office.state("news") == "missed"
    caplog.set_level("INFO", "publisher")
    with office.desk() as desk:
        serving._News(desk).of_step(office.delivery("news").delivery_id, 1, State.MISSED)
    [line] = [record.getMessage() for record in caplog.records if record.name == "publisher.desk.serving"]
    assert "08:30" in line
    assert "{" not in line


def test_the_server_s_own_log_speaks_the_reader_s_language(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """The state in words; what two channels have in common is one line."""
    office.open({"x2": {"platform": "twitter", "account": "2002", "token": "env:X2"}})
    office.post("long", due=30, channels=["x", "x2"], twitter={"text": "kata " * 80})
    office.post("news", due=0, channels=["x"])
    office.run()
    caplog.set_level("INFO", "publisher")
    texts.use("id")
    try:
        with office.desk() as desk:
            news = serving._News(desk)
            news.of_plan(desk.look())
            news.of_step(office.delivery("news").delivery_id, 1, State.PUBLISHED)
    finally:
        texts.use("en")
    error, published = [r.getMessage() for r in caplog.records if r.name == "publisher.desk.serving"]
    assert error.startswith("long/post.md:8 · X (x), X (x2): 399 dari 280, lebih 119.")
    assert published.startswith("terbit x 1/1 news http")
