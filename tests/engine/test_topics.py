"""Channels that are for some topics: what goes there without naming them, and what does not."""

from __future__ import annotations

import pytest

from tests.engine.office import Office


@pytest.fixture
def desk(office: Office) -> Office:
    """X is for services and complaints, Facebook for everything."""
    office.open({"x": {"topics": ["Layanan", "aduan"]}})
    return office


def booked(office: Office, post: str) -> list[str]:
    return sorted(one.channel for one in office.deliveries() if one.path == post)


@pytest.mark.parametrize(
    ("head", "channels"),
    [
        ({"topic": "layanan"}, ["fb", "x"]),
        ({"topic": "ADUAN"}, ["fb", "x"]),
        ({"topic": "olahraga"}, ["fb"]),
        ({}, ["fb"]),
        ({"channels": ["x"]}, ["x"]),
        ({"channels": ["semua"], "topic": "olahraga"}, ["fb", "x"]),
    ],
)
def test_a_channel_of_topics_gets_posts_of_these(desk: Office, head: dict, channels: list[str]) -> None:
    """By the topic of the post, capitals aside; what a post names itself it goes to."""
    desk.post("news", due=30, **head)
    desk.look()
    assert booked(desk, "news") == channels


def test_a_topic_that_no_channel_is_for_is_told(desk: Office) -> None:
    """It may be misspelt; nothing is said where channels have no topics, or where the post names its own."""
    desk.post("news", due=30, topic="layana")
    assert [one.code for one in desk.ask("check").problems] == ["plan.unknown_topic"]
    desk.post("news", due=30, topic="layana", channels=["fb"])
    assert desk.ask("check").problems == ()
    desk.open({"x": {}})
    desk.post("news", due=30, topic="layana")
    assert desk.ask("check").problems == ()


def test_another_topic_takes_a_post_off_a_channel(desk: Office) -> None:
    """Until it is out there; what was never booked does not come by an edit."""
    desk.post("news", due=30, topic="layanan")
    desk.look()
    desk.post("news", due=30, topic="olahraga")
    desk.look()
    assert {one.channel: one.gates for one in desk.deliveries()} == {"fb": (), "x": ("log.gate_broken",)}
    desk.pass_time(minutes=31)
    desk.run()
    assert len(desk.live()) == 1


@pytest.mark.parametrize("head", [{"topic": "olahraga"}, {}, {"channels": ["fb"]}])
def test_what_a_person_sent_to_a_channel_goes_on_there_with_its_edits(desk: Office, head: dict) -> None:
    """The file never asked for that channel: whatever is edited in it is no word against it."""
    desk.post("news", "Semula.", due=30, **head)
    desk.look()
    assert desk.told("publish", "news", channel="x", now=False) == ["desk.sent"]
    for words in ("Diralat.", "Diralat lagi."):
        desk.post("news", words, due=30, **head)
        desk.look()
        assert {one.channel: one.gates for one in desk.deliveries()} == {"fb": (), "x": ()}
    desk.pass_time(minutes=31)
    desk.run()
    assert desk.texts() == ["Diralat lagi."] * 2


@pytest.mark.parametrize(
    ("before", "after"),
    [({"topic": "layanan"}, {"topic": "olahraga"}), ({"channels": ["fb", "x"]}, {"channels": ["fb"]})],
)
def test_what_the_file_asked_for_itself_it_can_take_back(desk: Office, before: dict, after: dict) -> None:
    """Also where a person sent it on its way before: the file is what was changed last."""
    desk.post("news", due=30, **before)
    desk.told("publish", "news", channel="x", now=False)
    desk.look()
    desk.post("news", due=30, **after)
    desk.look()
    assert desk.delivery("news", "x").gates == ("log.gate_broken",)
