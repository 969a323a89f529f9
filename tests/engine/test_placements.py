"""Where on its platform a post stands is part of what it is: moved elsewhere in time, never out twice."""

from __future__ import annotations

import pytest

from connectors.errors import RejectedError
from publisher.errors import LogBusyError
from tests.engine.office import Office
from tests.engine.wall import Board

WORDS = "Gotong royong hari Sabtu."


def write(
    office: Office, placement: str | None, body: str = "Gotong royong hari Sabtu.", **head: object
) -> None:
    """The one post, due in ten minutes."""
    block = {"placement": placement} if placement else None
    head = {"due": 10, "channels": ["w"]} | head
    office.post("news", body, wall=block, **head)  # type: ignore[arg-type]


def booked(office: Office) -> dict[str, str]:
    """Placement → state."""
    return {one.placement: str(one.state) for one in office.deliveries()}


def test_a_story_is_booked_as_a_story_and_seen_again_as_one(office: Office, board: Board) -> None:
    """The first placement of the room unless the post says otherwise; a second look changes nothing."""
    write(office, "story")
    office.run()
    office.run()
    assert booked(office) == {"story": "waiting"}
    assert [action.kind for action in office.ask("plan").actions] == ["keep"]
    office.pass_time(minutes=10)
    office.run()
    assert booked(office) == {"story": "published"}
    assert len(board.notices) == 1


def test_an_edit_moves_a_booked_post_to_the_other_placement(office: Office, board: Board) -> None:
    """Cancelled in the one with the reason, booked in the other at the same time, and out once."""
    write(office, None)
    office.run()
    write(office, "story", body="Gotong royong hari Minggu.")
    kinds = [(a.kind, a.placement, a.reason) for a in office.ask("plan").actions]
    assert kinds == [("cancel", "feed", "plan.placement_changed"), ("book", "story", None)]
    office.run()
    assert booked(office) == {"feed": "cancelled", "story": "waiting"}
    office.pass_time(minutes=10)
    office.run()
    assert [text for _, text, _ in board.notices] == ["Gotong royong hari Minggu."]
    assert booked(office) == {"feed": "cancelled", "story": "published"}


def test_there_and_back_again(office: Office, board: Board) -> None:
    """What was moved away and back is revived where it was first."""
    for placement in (None, "story", None):
        write(office, placement)
        office.run()
    assert booked(office) == {"feed": "waiting", "story": "cancelled"}
    office.pass_time(minutes=10)
    office.run()
    assert len(board.notices) == 1
    assert [a.kind for a in office.ask("plan").actions] == []


def test_a_queued_post_keeps_its_slot(office: Office, board: Board) -> None:
    """Another placement is no reason to go to the end of the queue."""
    slots = {"platform": "wall", "account": "1", "token": "env:WALL_TOKEN", "slots": ["daily 12:00"]}
    office.open({"w": slots})
    write(office, None, due=None)
    office.post("later", "Kerja bakti pekan depan di halaman kantor.", channels=["w"])
    office.run()
    due = {one.post: one.due_at for one in office.deliveries()}
    write(office, "story", due=None)
    office.run()
    standing = {one.post: one.due_at for one in office.deliveries() if one.state == "waiting"}
    assert standing == due


@pytest.mark.parametrize("placement", [None, "story"])
def test_what_is_out_stays_and_nothing_new_comes(office: Office, board: Board, placement: str | None) -> None:
    """Published as the one, it is not published as the other; also `publish` refuses."""
    other = "story" if placement is None else "feed"
    write(office, placement, channels=["w", "x"])
    office.pass_time(minutes=10)
    office.run()
    write(office, other, channels=["w", "x"])
    office.run()
    assert office.told("publish", "news", channel="w", now=True) == ["desk.already_published"]
    office.run()
    assert len(board.notices) == 1
    assert len(office.live("twitter")) == 1


def test_what_is_out_is_told_while_the_post_is_still_to_come_elsewhere(office: Office, board: Board) -> None:
    """`check` says that the change of placement came too late there."""
    write(office, None, channels=["w", "x"])
    office.run()
    assert office.told("publish", "news", channel="w", now=True) == ["desk.published"]
    write(office, "story", channels=["w", "x"])
    (late,) = [p for p in office.ask("check").problems if p.code == "plan.placement_late"]
    assert late.values["former"] == "feed"
    office.run()
    assert [one.placement for one in office.deliveries() if one.channel == "w"] == ["feed"]


def test_what_is_claimed_meanwhile_is_not_booked_elsewhere(office: Office, board: Board) -> None:
    """The plan was made before a worker took the post: booking it refuses the second placement."""
    write(office, None, due=0)
    office.look()
    write(office, "story", due=0)
    with office.desk() as desk:
        synced = desk.look()
    office.work()
    assert [text for _, text, _ in board.notices] == [WORDS]
    with pytest.raises(LogBusyError) as raised:
        office.daemon.syncer.book(synced.plan, "daemon")
    assert raised.value.message == "log.raced"
    office.run()
    assert booked(office) == {"feed": "published"}
    assert len(board.notices) == 1


def test_a_hold_moves_along(office: Office, board: Board) -> None:
    """Held by a person in the one placement, it is held in the other, also on the way back."""
    write(office, None)
    office.run()
    assert office.told("hold", "news") == ["desk.held"]
    for placement, other in (("story", "feed"), (None, "story")):
        write(office, placement)
        office.run()
        assert booked(office) == {placement or "feed": "held", other: "cancelled"}
    office.pass_time(minutes=11)
    office.run()
    assert board.notices == []
    assert office.told("release", "news") == ["desk.released"]
    office.run()
    assert len(board.notices) == 1


def test_an_error_in_the_new_placement_stops_the_old_one(office: Office, board: Board) -> None:
    """The file no longer means the old placement: nothing of it goes out until it is mended."""
    write(office, None)
    office.run()
    write(office, "story", pictures=2)
    office.run()
    office.pass_time(minutes=10)
    office.run()
    assert board.notices == []
    for picture in ("1.jpg", "2.jpg"):
        (office.folder / "content/news" / picture).unlink()
    write(office, "story", body="Gotong royong.")
    office.run()
    assert [text for _, text, _ in board.notices] == ["Gotong royong."]


def test_a_failed_one_may_be_sent_in_the_other_placement(office: Office, board: Board) -> None:
    """`publish` cancels what failed and sends what the file says now."""
    board.moods["stage"] = [RejectedError("too ugly", code="1")]
    write(office, None)
    office.pass_time(minutes=10)
    office.run()
    assert booked(office) == {"feed": "failed"}
    write(office, "story")
    assert office.told("publish", "news", channel="w", now=True) == ["desk.published"]
    assert booked(office) == {"feed": "cancelled", "story": "published"}
