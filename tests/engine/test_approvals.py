"""Where a yes is asked for, nothing goes out without it; a yes is to one text, not to a post."""

from __future__ import annotations

from typing import Any

import pytest

from publisher.errors import NotFoundError
from tests.engine.office import Office

REQUIRED: dict[str, Any] = {"approval": "required"}


@pytest.fixture
def strict(office: Office) -> Office:
    """An office where everything needs a yes."""
    office.open(**REQUIRED)
    return office


def test_nothing_goes_out_before_the_yes(strict: Office) -> None:
    """A due post waits for its approval, with no call to the platform; then it goes out."""
    strict.post("news", due=0, pictures=1, channels=["x"])
    strict.run()
    assert strict.requests() == []
    assert strict.delivery("news").gates == ("log.gate_approval",)
    assert strict.told("approve", "news", by="Budi") == ["desk.approved"]
    strict.run()
    assert strict.state("news") == "published"
    assert strict.delivery("news").approved_by == "Budi"


def test_nobody_approves_their_own(strict: Office) -> None:
    """The author named in the file may not approve, whatever the case of their name; somebody else may."""
    strict.post("news", due=0, channels=["x"], author="Sari Dewi")
    strict.run()
    assert strict.told("approve", "news", by="sari dewi") == ["desk.own_post"]
    strict.run()
    assert strict.live() == []
    assert strict.told("approve", "news", by="Budi") == ["desk.approved"]
    strict.run()
    assert len(strict.live()) == 1


def test_only_approvers_approve_and_reject(office: Office) -> None:
    """With a list of approvers nobody else may say yes or no."""
    office.open(approvers=["Budi"], **REQUIRED)
    office.post("news", due=0, channels=["x"])
    office.run()
    assert office.told("approve", "news", by="Sari") == ["desk.not_approver"]
    assert office.told("reject", "news", by="Sari", note="no") == ["desk.not_approver"]
    office.run()
    assert office.live() == []
    assert office.told("approve", "news", by="Budi") == ["desk.approved"]
    office.run()
    assert len(office.live()) == 1


def test_an_author_may_reject_their_own(strict: Office) -> None:
    """Nobody needs permission to stop what they wrote themselves."""
    strict.post("news", due=0, channels=["x"], author="Sari")
    strict.run()
    assert strict.told("reject", "news", by="Sari", note="wrong date") == ["desk.rejected"]


def _text(office: Office) -> None:
    office.post("news", "Other words.", due=30, pictures=1, channels=["fb", "x"])


def _picture(office: Office) -> None:
    (office.folder / "content/news/1.jpg").unlink()
    office.post("other", due=600, pictures=1, channels=["x"])
    picture = office.folder / "content/other/1.jpg"
    (office.folder / "content/news/1.jpg").write_bytes(picture.read_bytes())


def _alt(office: Office) -> None:
    media = [{"file": "1.jpg", "alt": "Another description"}]
    office.post("news", due=30, pictures=1, channels=["fb", "x"], media=media)


def _option(office: Office) -> None:
    office.post("news", due=30, pictures=1, channels=["fb", "x"], twitter={"reply_settings": "following"})


def _time(office: Office) -> None:
    office.post("news", due=20, pictures=1, channels=["fb", "x"])


def _title_and_topic(office: Office) -> None:
    office.post("news", due=30, pictures=1, channels=["fb", "x"], author="Wati", grace="3h")


EDITS = {
    "text": (_text, False),
    "picture": (_picture, False),
    "alternative text": (_alt, False),
    "option": (_option, False),
    "time": (_time, True),
    "author and grace": (_title_and_topic, True),
}


@pytest.mark.parametrize("what", EDITS)
def test_an_edit_of_what_goes_out_voids_the_yes(strict: Office, what: str) -> None:
    """Text, pictures, alternative texts and options are what was approved; the time is not."""
    edit, stands = EDITS[what]
    strict.post("news", due=30, pictures=1, channels=["fb", "x"])
    strict.run()
    strict.told("approve", "news", by="Budi")
    edit(strict)
    strict.run()
    assert strict.delivery("news").gates == (() if stands else ("log.gate_approval",))
    strict.pass_time(minutes=31)
    strict.run()
    assert strict.state("news") == ("published" if stands else "waiting")


def test_another_account_voids_the_yes(strict: Office) -> None:
    """What was approved for one account is not approved for another under the same label."""
    strict.platform("twitter", add_account={"id": "2002", "name": "Another office"})
    strict.post("news", due=30, channels=["x"])
    strict.run()
    strict.told("approve", "news", by="Budi")
    strict.open({"x": {"account": "2002"}}, **REQUIRED)
    assert strict.told("publish", "news", channel="x", now=True) == ["desk.waits_gate"]
    strict.pass_time(minutes=31)
    strict.run()
    assert strict.live() == []


def test_an_option_of_the_channel_voids_the_yes(strict: Office) -> None:
    """Also what schedule.yaml adds to a post is part of what was approved."""
    strict.post("news", due=30, channels=["x"])
    strict.run()
    strict.told("approve", "news", by="Budi")
    strict.open({"x": {"reply_settings": "following"}}, **REQUIRED)
    strict.pass_time(minutes=31)
    strict.run()
    assert strict.delivery("news").gates == ("log.gate_approval",)


def test_back_to_the_approved_words_is_approved(strict: Office) -> None:
    """A yes belongs to a text: written back, it stands again."""
    strict.post("news", "First words.", due=30, channels=["x"])
    strict.run()
    strict.told("approve", "news", by="Budi")
    strict.post("news", "Second words.", due=30, channels=["x"])
    strict.run()
    strict.post("news", "First words.", due=30, channels=["x"])
    strict.run()
    assert strict.delivery("news").gates == ()


def test_a_no_blocks_until_a_yes(office: Office) -> None:
    """Where no approval is asked for, a rejection stops a post all the same, until somebody approves."""
    office.post("news", due=30, channels=["x"])
    office.run()
    assert office.told("reject", "news", by="Budi", note="the date is wrong") == ["desk.rejected"]
    office.pass_time(minutes=31)
    office.run()
    assert office.live() == []
    assert office.delivery("news").gates == ("log.gate_rejected",)
    assert office.told("approve", "news", by="Budi") == ["desk.approved"]
    office.run()
    assert len(office.live()) == 1


def test_a_no_after_a_yes_counts(strict: Office) -> None:
    """The last word counts."""
    strict.post("news", due=30, channels=["x"])
    strict.run()
    strict.told("approve", "news", by="Budi")
    strict.told("reject", "news", by="Ali", note="wait")
    strict.pass_time(minutes=31)
    strict.run()
    assert strict.delivery("news").gates == ("log.gate_rejected",)
    assert strict.live() == []


def test_a_no_that_comes_while_it_is_being_staged_is_heard(office: Office) -> None:
    """Between claim and fence somebody says no: the fence refuses, and nothing is sent."""
    office.post("news", due=0, channels=["x"])
    office.look()
    with office.desk("Budi") as desk, office.while_staging():
        desk.reject("news", note="stop")
    assert office.requests("/2/tweets") == []
    assert office.state("news") == "waiting"


def test_a_yes_is_for_the_channel_that_was_named(strict: Office) -> None:
    """`approve --channel` opens that channel and no other."""
    strict.post("news", due=0)
    strict.run()
    assert strict.told("approve", "news", by="Budi", channel="fb") == ["desk.approved"]
    strict.run()
    assert (strict.state("news", "fb"), strict.state("news", "x")) == ("published", "waiting")


def test_a_post_can_be_approved_before_the_daemon_has_seen_it(strict: Office) -> None:
    """The yes is to what the preview shows; it counts when the post is booked."""
    strict.post("news", due=0, channels=["x"])
    assert strict.told("approve", "news", by="Budi") == ["desk.approved"]
    strict.run()
    assert strict.state("news") == "published"


def test_what_is_out_cannot_be_judged(office: Office) -> None:
    """Approving or rejecting what is live already changes nothing and says so."""
    office.post("news", due=0, channels=["x"])
    office.run()
    assert office.told("reject", "news", by="Budi", note="too late") == ["desk.already_published"]
    assert office.state("news") == "published"


def test_nobody_approves_what_is_not_there(office: Office) -> None:
    """A name that no post has is an error."""
    with pytest.raises(NotFoundError):
        office.ask("approve", "nothing")


def test_approval_of_one_channel_only(office: Office) -> None:
    """`approval: required` on a channel concerns that channel."""
    office.open({"x": {"approval": "required"}})
    office.post("news", due=0)
    office.run()
    assert (office.state("news", "fb"), office.state("news", "x")) == ("published", "waiting")


def test_every_decision_is_an_event_with_its_actor(strict: Office) -> None:
    """Who said yes or no stands in the log, with the fingerprint and the note."""
    strict.post("news", due=30, channels=["x"])
    strict.run()
    strict.told("approve", "news", by="Budi", note="checked with the head")
    strict.told("reject", "news", by="Ali", note="wait")
    view = strict.delivery("news")
    told = [(e.kind, e.actor, e.reason) for e in strict.history(view.delivery_id)][1:]
    assert told == [("approve", "Budi", "checked with the head"), ("reject", "Ali", "wait")]


def test_a_missing_yes_past_grace_is_missed_and_says_why(strict: Office) -> None:
    """An explicit time that passed with its grace is missed; the reason names the missing approval."""
    strict.post("news", due=0, channels=["x"], grace="1h")
    strict.run()
    strict.pass_time(minutes=61)
    strict.run()
    view = strict.delivery("news")
    assert (view.state, view.reason, view.needs_person) == ("missed", "schedule.missed_approval", True)
