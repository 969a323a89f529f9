"""The program's own mistakes: each stays with the post it was made over, and what is booked stands."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from connectors.contract import Problem, Severity
from publisher.cli.main import main
from publisher.content.listing import Listing
from publisher.content.text import READERS
from publisher.media import inspect
from publisher.media.store import MediaStore
from publisher.publish_log.tables import deliveries, posts
from publisher.sync import wanting
from tests.engine.office import Office
from tests.engine.wall import Board, Wall

BAD = "meledak"


def failing(real: Callable[..., Any], bad: Callable[..., bool]) -> Callable[..., Any]:
    """The same, only that it divides by zero over some."""

    def call(*given: Any, **named: Any) -> Any:
        return 1 // 0 if bad(*given) else real(*given, **named)

    return call


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Texts with a certain word make their reader fail."""
    monkeypatch.setitem(READERS, "md", failing(READERS["md"], lambda data: BAD.encode() in data))
    return monkeypatch


@pytest.fixture
def misjudged(board: Board, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The room of other people fails over the same word."""
    monkeypatch.setattr(Wall, "_check", failing(Wall._check, lambda _, rendition, __: BAD in str(rendition)))
    return monkeypatch


def faults(office: Office) -> list[Problem]:
    """What `check` tells of them."""
    found = [one for one in office.ask("check").problems if one.code.endswith(".fault")]
    assert all(one.severity is Severity.ERROR for one in found)
    return found


def states(office: Office) -> dict[tuple[str, str], str]:
    return {(one.post, one.channel): str(one.state) for one in office.deliveries()}


def broken(office: Office) -> set[str | None]:
    """Why deliveries wait for an edit."""
    with office.store.read() as tx:
        return set(tx.conn.execute(select(deliveries.c.broken)).scalars())


# ── On one channel ───────────────────────────────────────────────────────────


def test_a_room_that_fails_over_a_post_stops_it_on_its_channel_only(
    office: Office, board: Board, misjudged: pytest.MonkeyPatch
) -> None:
    """Other channels and posts go out; told is where, what and the file; mended, it goes out there too."""
    office.post("a", f"Yang ini {BAD}.", due=0)
    office.post("b", "Yang ini tidak.", due=0)
    (told,) = faults(office)
    assert (told.post, told.file, told.channel) == ("a", "content/a/post.md", "w")
    assert told.values == {"kind": "ZeroDivisionError", "log": ".publisher/crash.log"}
    office.run()
    assert [notice[1] for notice in board.notices] == ["Yang ini tidak."]
    assert sorted(office.texts()) == sorted([f"Yang ini {BAD}.", "Yang ini tidak."] * 2)
    kept = (office.folder / ".publisher" / "crash.log").read_text(encoding="utf-8")
    assert "content/a/post.md" in kept
    assert "ZeroDivisionError: " in kept
    misjudged.undo()
    misjudged.setenv("WALL_TOKEN", "sandbox-wall-1")
    assert faults(office) == []
    office.pass_time(minutes=1)
    office.run()
    assert states(office)["a", "w"] == "published"
    assert len(office.live()) == 4


def test_what_is_booked_there_goes_out_as_booked(
    office: Office, board: Board, misjudged: pytest.MonkeyPatch
) -> None:
    """An edit that the program fails over is none there; it is one on the other channels."""
    office.post("a", "Semula.", due=30)
    office.run()
    office.post("a", f"Kini {BAD}.", due=30)
    office.run()
    assert broken(office) == {None}
    assert [one.channel for one in faults(office)] == ["w"]
    office.pass_time(minutes=30)
    office.run()
    assert [notice[1] for notice in board.notices] == ["Semula."]
    assert office.texts() == [f"Kini {BAD}."] * 2


def test_the_file_of_details_does_not_grow_with_every_look(
    office: Office, board: Board, misjudged: pytest.MonkeyPatch
) -> None:
    """The server looks every two seconds: the same mistake over the same file is written down once."""
    office.post("a", f"Yang ini {BAD}.", due=0)
    for _ in range(5):
        office.look()
        office.pass_time(minutes=1)
    file = office.folder / ".publisher" / "crash.log"
    assert file.read_text(encoding="utf-8").count("── ") == 1
    file.unlink()  # the admin has sent it on
    office.look()
    assert file.read_text(encoding="utf-8").count("── ") == 1


def test_a_person_reads_words_and_no_traceback(
    office: Office, board: Board, misjudged: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`check` ends with 1; `plan` and `preview` show the others."""
    office.post("a", f"Yang ini {BAD}.", due=0)
    office.post("b", "Yang ini tidak.", due=0)
    where = ["--workspace", str(office.folder)]
    assert main([*where, "check"]) == 1
    shown = capsys.readouterr()
    assert "The program itself failed over this post (ZeroDivisionError)" in " ".join(shown.out.split())
    assert ".publisher/crash.log" in shown.out
    assert main([*where, "preview", "--week", "--html", str(office.folder / "week.html")]) == 0
    main([*where, "plan"])
    main([*where, "preview", "a"])
    shown = capsys.readouterr()
    assert "Yang ini tidak." in (office.folder / "week.html").read_text(encoding="utf-8")
    assert ("Yang ini meledak." in shown.out, "Facebook" in shown.out) == (True, True)
    assert "Traceback" not in shown.out + shown.err


# ── While reading and inspecting ─────────────────────────────────────────────


def test_a_text_that_cannot_be_read_holds_up_no_other(office: Office, unread: pytest.MonkeyPatch) -> None:
    """It is told and not booked; as soon as the program is mended it is read again, unchanged as it is."""
    office.post("a", f"Yang ini {BAD}.", due=0)
    office.post("b", due=0)
    office.run()
    assert states(office) == {("b", "fb"): "published", ("b", "x"): "published"}
    (told,) = faults(office)
    assert (told.post, told.file, told.channel) == ("a", "content/a/post.md", None)
    unread.undo()
    assert faults(office) == []
    office.run()
    assert states(office)["a", "x"] == "published"


def test_a_booked_text_that_cannot_be_read_any_more_has_not_vanished(
    office: Office, unread: pytest.MonkeyPatch
) -> None:
    """Neither cancelled nor stopped nor changed, it goes out at its time as it was booked."""
    office.post("a", "Semula.", due=60)
    office.run()
    office.post("a", f"Kini {BAD}.", due=90)
    office.run()
    office.live_through(minutes=50, step=600)
    office.look()
    assert set(states(office).values()) == {"waiting"}
    assert broken(office) == {None}
    with office.store.read() as tx:
        assert set(tx.conn.execute(select(posts.c.vanished_at)).scalars()) == {None}
    office.pass_time(minutes=10)
    office.run()
    assert office.texts() == ["Semula.", "Semula."]


def test_a_folder_that_cannot_be_sorted_holds_up_no_other(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is booked from it has not vanished; it is told with its name."""
    office.post("2026/a", "Semula.", due=60)
    office.run()
    (office.folder / "content" / "2026" / "a" / f"{BAD}.pdf").touch()
    office.post("2026/b", due=60)
    monkeypatch.setattr(Listing, "_sort_in", failing(Listing._sort_in, lambda _, file: BAD in file.name))
    office.run()
    office.live_through(minutes=50, step=600)
    office.look()
    assert {one.file for one in faults(office)} == {"content/2026/a"}
    assert {(one.path, str(one.state)) for one in office.deliveries()} == {
        ("2026/a", "waiting"),
        ("2026/b", "waiting"),
    }
    office.pass_time(minutes=10)
    office.run()
    assert sorted(office.texts("twitter")) == ["Announcement 2026/b of the office.", "Semula."]


def test_a_picture_that_a_library_fails_over_is_told_by_its_name(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The post is not booked, one that was booked goes out as it is, and others are booked."""
    office.post("a", "Semula.", due=30)
    office.run()
    office.post("a", "Dengan foto.", due=30, pictures=1)
    office.post("b", due=30, pictures=1)
    bad = office.folder / "content" / "a" / "1.jpg"
    monkeypatch.setattr(inspect, "facts", failing(inspect.facts, lambda path, *_: path == bad))
    office.run()
    (told,) = faults(office)
    assert (told.code, told.post, told.values["name"], told.line) == ("media.fault", "a", "1.jpg", 5)
    assert broken(office) == {None}
    assert office.ask("preview", "a").problems == (told,)
    office.pass_time(minutes=30)
    office.run()
    assert sorted(office.texts("twitter")) == ["Announcement b of the office.", "Semula."]
    monkeypatch.undo()
    assert faults(office) == []


# ── After rendering ──────────────────────────────────────────────────────────


def test_a_post_whose_time_or_twin_the_program_fails_over_is_set_aside(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of many the one is found; what is booked of it stays, all others get their times."""
    office.post("p03", "Semula.", due=30, channels=["x"])
    office.run()
    for number in range(12):
        office.post(f"p{number:02}", f"Kabar bernomor {number}.", due=30 + number)
    really = wanting.events.problems_of
    monkeypatch.setattr(
        wanting.events, "problems_of", failing(really, lambda post, _: post.path in ("p03", "p07"))
    )
    office.look()
    assert {one.post for one in faults(office)} == {"p03", "p07"}
    assert {post for post, _ in states(office)} == {f"p{number:02}" for number in range(12)} - {"p07"}
    assert broken(office) == {None}
    office.pass_time(minutes=30)
    office.run()
    assert set(office.texts("twitter")) == {"Kabar bernomor 0.", "Semula."}


def test_a_picture_that_cannot_be_kept_for_reasons_of_the_program_leaves_out_its_post_only(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tried again at the next pass."""
    office.post("a", due=0, pictures=1)
    office.post("b", due=0, pictures=1)
    bad = office.folder / "content" / "a" / "1.jpg"
    monkeypatch.setattr(MediaStore, "keep", failing(MediaStore.keep, lambda _, path, __: path == bad))
    office.run()
    assert {post for post, _ in states(office)} == {"b"}
    monkeypatch.undo()
    office.pass_time(minutes=1)
    office.run()
    assert set(states(office).values()) == {"published"}


# ── What is nobody's post ────────────────────────────────────────────────────


@pytest.mark.parametrize("error", [MemoryError, KeyboardInterrupt, SystemExit, sqlite3.OperationalError])
def test_what_no_single_post_is_to_blame_for_ends_the_pass(
    office: Office, board: Board, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    """No memory, no database, or the wish to stop: it is not put down to a post."""

    def end(*_: object) -> list[Problem]:
        raise error

    office.post("a", due=0)
    office.daemon.look()
    monkeypatch.setattr(Wall, "_check", end)
    with pytest.raises(error):
        office.daemon.look()
    assert states(office) == {}


# ── The first live start ─────────────────────────────────────────────────────


def test_what_cannot_be_read_at_the_first_live_start_is_as_old_as_the_rest(
    office: Office, unread: pytest.MonkeyPatch
) -> None:
    """A mended program must not publish it as new."""
    office.post("a", f"Lama, dan {BAD}.")
    office.post("b", "Lama.")
    now = office.now
    office.daemon.syncer.sync(now, write=True, adopt=True)
    unread.undo()
    office.daemon.syncer.sync(now, write=True)
    office.run()
    assert states(office) == {}
    with office.store.read() as tx:
        rows = tx.conn.execute(select(posts.c.path, posts.c.adopted_at)).all()
    assert {row.path for row in rows if row.adopted_at is not None} == {"a", "b"}
