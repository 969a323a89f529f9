"""What has pictures is made ready hours ahead, so that its minute costs one call and trouble shows early."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors import registry
from tests.engine.office import TWEETS, UPLOADS, Office

LEAD = registry.room("twitter").limits.lead
MINUTES = LEAD.total_seconds() / 60


def test_pictures_are_uploaded_at_lead_and_the_slot_costs_one_call(office: Office) -> None:
    """Not before due − lead is anything uploaded; at the due time one call is left, and it is made once."""
    office.post("news", due=MINUTES + 60, pictures=2, channels=["x"])
    office.run()
    office.pass_time(minutes=59)
    office.run()
    assert office.requests() == []
    office.pass_time(minutes=1)
    office.run()
    assert len(office.requests(UPLOADS)) == 2
    assert office.requests(TWEETS) == []
    assert office.state("news") == "waiting"
    before = len(office.sandbox.world.requests())
    office.pass_time(minutes=MINUTES)
    office.run()
    assert [one["path"] for one in office.sandbox.world.requests()[before:]] == ["/2/tweets"]
    assert [one["alt"] for one in office.live()[0]["media"]] == [
        "Picture 1.jpg of news",
        "Picture 2.jpg of news",
    ]


@pytest.mark.parametrize("channel", ["fb", "x"])
def test_early_staging_shows_followers_nothing(office: Office, channel: str) -> None:
    """Whatever is staged before its time is not public."""
    office.post("news", due=60, pictures=3, channels=[channel])
    office.run()
    assert len(office.requests()) >= 3
    assert office.live() == []


def test_words_alone_are_not_staged_early(office: Office) -> None:
    """A post without pictures has nothing to upload: no call is made for it before it is due."""
    office.post("news", due=60, channels=["x"])
    office.run()
    assert office.sandbox.world.requests() == []
    assert office.attempts("news") == []


def test_staging_is_done_once(office: Office) -> None:
    """What is staged is not staged again at every wake-up."""
    office.post("news", due=60, pictures=1, channels=["x"])
    for _ in range(3):
        office.run()
        office.pass_time(minutes=5)
    assert len(office.requests(UPLOADS)) == 1


def test_what_expires_before_its_time_is_staged_again(office: Office) -> None:
    """Uploads that would not be good any more at the commit are made anew; the post goes out with them."""
    office.post("news", due=60, pictures=1, channels=["x"])
    office.run()
    office.ask("hold", "news")
    office.pass_time(hours=30)
    office.post("news", due=30 * 60, pictures=1, channels=["x"])
    office.run()
    office.told("release", "news")
    office.run()
    assert office.state("news") == "published"
    assert len(office.requests(UPLOADS)) == 2


def test_an_edit_discards_what_was_staged(office: Office) -> None:
    """A checkpoint belongs to a fingerprint: after an edit the pictures are uploaded anew."""
    office.post("news", "First words.", due=60, pictures=1, channels=["x"])
    office.run()
    office.post("news", "Second words.", due=60, pictures=1, channels=["x"])
    office.run()
    assert len(office.requests(UPLOADS)) == 2
    office.pass_time(minutes=60)
    office.run()
    assert office.texts() == ["Second words."]
    assert len(office.requests(UPLOADS)) == 2


def test_another_time_keeps_what_was_staged(office: Office) -> None:
    """Only the time changed: the uploads are still the right ones."""
    office.post("news", due=60, pictures=1, channels=["x"])
    office.run()
    office.post("news", due=50, pictures=1, channels=["x"])
    office.run()
    office.pass_time(minutes=50)
    office.run()
    assert office.state("news") == "published"
    assert len(office.requests(UPLOADS)) == 1


def test_before_publish_after_only_what_is_not_public(office: Office) -> None:
    """Before its embargo ends a post may be staged, and nothing of it may be seen."""
    office.post("news", pictures=1, channels=["x"], publish_after="2026-11-24 09:00:00")
    office.run()
    assert len(office.requests(UPLOADS)) == 1
    assert office.live() == []
    office.pass_time(minutes=59)
    office.run()
    assert office.live() == []
    office.pass_time(minutes=1)
    office.run()
    assert office.state("news") == "published"
    assert len(office.requests(UPLOADS)) == 1


@pytest.mark.parametrize("gate", ["approval", "post held", "channel held", "everything held"])
def test_nothing_is_staged_that_somebody_keeps_back(office: Office, gate: str) -> None:
    """No upload, and no money spent, for what is not approved or held."""
    office.open(approval="required" if gate == "approval" else "none")
    office.post("news", due=180, pictures=1, channels=["x"])
    office.run()
    if gate == "post held":
        office.told("hold", "news")
    elif gate != "approval":
        office.ask("hold", None, channel="x" if gate == "channel held" else None, everything=gate[0] == "e")
    office.pass_time(minutes=100)
    office.run()
    assert office.requests() == []


def test_trouble_with_pictures_is_known_hours_ahead(office: Office) -> None:
    """What the platform refuses while staging is failed, with its words, long before the slot."""
    words = "You are not permitted to perform this action."
    body = {"title": "Forbidden", "detail": words, "type": "about:blank", "status": 403}
    office.fault(UPLOADS, "body", status=403, body=body)
    office.post("news", due=100, pictures=1, channels=["x"])
    office.run()
    view = office.delivery("news")
    assert (view.state, view.needs_person) == ("failed", True)
    assert words in (view.words or "")
    assert view.due_at - office.now == timedelta(minutes=100)


def test_a_lost_reply_while_staging_is_only_a_second_upload(office: Office) -> None:
    """Staging makes nothing public: a lost answer is followed by another try, not by a look."""
    office.fault(UPLOADS, "drop", phase="after")
    office.post("news", due=60, pictures=1, channels=["x"])
    office.run()
    assert office.state("news") == "waiting"
    office.live_through(minutes=3)
    office.pass_time(minutes=60)
    office.run()
    assert office.state("news") == "published"
    assert len(office.requests(UPLOADS)) == 2
    assert "find" not in [phase for phase, _ in office.attempts("news")]


def test_a_second_picture_that_fails_keeps_the_first(office: Office) -> None:
    """Each upload is durable when it is done: only what is missing is uploaded again."""
    office.post("news", due=60, pictures=3, channels=["x"])
    office.look()
    for turn in office.wake():
        turn.result(timeout=10)
    assert len(office.requests(UPLOADS)) == 3
    office.post("second", due=60, pictures=3, channels=["x"])
    office.fault("/2/media/metadata", "status", status=503)
    office.run()
    uploads = len(office.requests(UPLOADS))
    office.live_through(minutes=3)
    assert uploads == 4
    assert len(office.requests(UPLOADS)) == 6
