"""Where a person publishes nothing is ever sent, the kit is whole, and the log holds the outcome."""

from __future__ import annotations

import json
import re
import signal
from pathlib import Path

import pytest
import yaml

from tests.acceptance.harness import CHANNELS, FAST, SIX, Office, long_text
from tests.clips import clip

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

BY_HAND = {
    **CHANNELS,
    "x": {**CHANNELS["x"], "mode": "assisted"},
    "ig": {"platform": "instagram", "account": "3001", "mode": "assisted"},
}


@pytest.fixture
def desk(office: Office) -> Office:
    """X and Instagram by hand, Facebook by the machine."""
    path = office.folder / "schedule.yaml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump({**settings, "channels": BY_HAND}, sort_keys=False), encoding="utf-8")
    return office


def once(desk: Office) -> None:
    """`run --once`, to its end."""
    running = desk.start_cli("once", "run", "--once")
    desk.until(lambda: not running.alive, "it has done what is due")


def kits_of(office: Office) -> list[Path]:
    return sorted((office.folder / ".publisher/sandbox/kits").glob("[0-9]*"))


def test_a_person_publishes_from_the_kit_and_the_log_says_so(desk: Office) -> None:
    """Kit, question, answer, receipt; the platform is never asked, the other channel goes by itself."""
    text = long_text("kit", 2)
    desk.post("kit", text, pictures=2, parts={"x": 2, "fb": 1}, twitter={"thread": True})
    once(desk)
    assert desk.states() == {("kit", "x"): ["handed_over", "waiting"], ("kit", "fb"): ["published"]}
    assert desk.requests("GET", platform="twitter") + desk.requests("POST", platform="twitter") == []

    [kit] = kits_of(desk)
    assert {path.name for path in kit.iterdir()} == {
        *("STEPS.txt", "text.txt", "text-2.txt", "01.jpg", "02.jpg", "alt.txt"),
    }
    sent = [part["text"] for part in desk.run_cli("preview", "kit", "--channel", "x")["channels"][0]["parts"]]
    assert [(kit / name).read_text(encoding="utf-8") for name in ("text.txt", "text-2.txt")] == sent
    assert (kit / "alt.txt").read_text(encoding="utf-8").startswith("01.jpg: Picture 1 of kit\n")
    steps = (kit / "STEPS.txt").read_text(encoding="utf-8")
    assert "publisher resolve kit --channel x --url ADDRESS" in steps
    assert re.fullmatch(r"[\d-]{10} [\d.]{5} X kit \w{8}", kit.name)

    [asked] = desk.run_cli("resolve")
    assert str(kit.relative_to(desk.folder)) in json.dumps(asked)
    wrong = "https://x.com.example/kantor/status/1990000000000000001"
    [refused] = desk.run_cli("resolve", "kit", "--channel", "x", "--url", wrong)
    assert not refused["done"]
    [left] = desk.run_cli("withdraw", "kit", "--channel", "x")
    assert "publisher resolve kit --channel x --failed" in left["message"]
    url = "https://x.com/kantor/status/1990000000000000001"
    desk.run_cli("resolve", "kit", "--channel", "x", "--url", url)
    assert desk.states()["kit", "x"] == ["published", "published"]
    assert desk.delivery("kit", "x")["url"].endswith("/kantor/status/1990000000000000001")
    assert desk.run_cli("resolve") == []
    assert kits_of(desk) == []
    once(desk)
    [told] = desk.run_cli("withdraw", "kit", "--channel", "x")
    assert (told["done"], told["delivery"]["withdrawal"]) == (False, "by_hand")
    assert desk.requests("POST", platform="twitter") + desk.requests("DELETE", platform="twitter") == []


def test_it_is_handed_over_once_even_if_the_server_is_killed(desk: Office) -> None:
    """Killed and started again and again: one kit, one hand-over, no second question."""
    desk.post("once", pictures=1, parts={"x": 1, "ig": 1})
    for _ in range(3):
        running = desk.start()
        desk.until(lambda: (desk.folder / ".publisher/sandbox/kits").exists(), "a kit is made")
        running.signal(signal.SIGKILL)
        running.end()
    desk.run_leases_down()
    once(desk)
    assert desk.states() == {("once", "x"): ["handed_over"], ("once", "ig"): ["handed_over"]}
    assert len(kits_of(desk)) == 2
    assert len(desk.run_cli("resolve")) == 2


def test_what_only_the_api_asks_keeps_nobody_from_publishing(office: Office) -> None:
    """TikTok's audit and YouTube's question for children are not the program's where a person publishes: the
    app asks them. What cannot stand there at all is told all the same.
    """
    path = office.folder / "schedule.yaml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    hands = {
        "tt": {"platform": "tiktok", "account": "5001", "mode": "assisted", "privacy": "public"},
        "yt": {"platform": "youtube", "account": "6001", "mode": "assisted"},
    }
    path.write_text(yaml.safe_dump({**settings, "channels": hands}, sort_keys=False), encoding="utf-8")
    office.post(
        "clip",
        clip=clip(size=(540, 960), seconds=3.0, fps=24),
        parts=dict.fromkeys(hands, 1),
        title="Klip: satu?",
    )
    office.post("words", parts={"tt": 1})
    told = office.run_cli("check")
    assert [(one["code"], one["post"]) for one in told if one["severity"] == "error"] == [
        ("tiktok.no_media", "words")
    ]
    assert not [one for one in told if one["code"] in ("tiktok.needs_audit", "tiktok.not_audited")]
    once(office)
    assert {state for (post, _), [state] in office.states().items() if post == "clip"} == {"handed_over"}
    assert sorted(kit.name.split(" ", 2)[2][:-9] for kit in kits_of(office)) == [
        "TikTok Klip satu",
        "YouTube Klip satu",
    ]


def test_letting_go_ends_the_question_and_nothing_is_sent(desk: Office) -> None:
    """A person may also decide not to publish it there."""
    desk.post("no", parts={"x": 1})
    once(desk)
    desk.run_cli("resolve", "no", "--channel", "x", "--failed")
    assert desk.run_cli("resolve") == []
    once(desk)
    assert desk.requests("POST", platform="twitter") == []


def test_a_draft_that_waits_in_the_app_is_not_uploaded_again(office: Office) -> None:
    """The kit of a draft in TikTok's inbox says where it waits, and tells nobody to choose the file again."""
    path = office.folder / "schedule.yaml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump({**settings, "channels": {"tt": SIX["tt"]}}), encoding="utf-8")
    data = clip(size=(540, 960), seconds=3.0, fps=24)
    office.post("draft", clip=data, parts={"tt": 1}, tiktok={"post_mode": "inbox"})
    office.clock(rate=FAST)
    office.start()
    office.until(lambda: office.states() == {("draft", "tt"): ["handed_over"]}, "it waits in the inbox")
    [kit] = kits_of(office)
    steps = (kit / "STEPS.txt").read_text(encoding="utf-8")
    assert "1. It is in the TikTok inbox" in steps
    assert "do not upload them again" in steps
    assert "press +" not in steps
    assert "publisher resolve draft --channel tt --url ADDRESS" in steps
    assert (kit / "text.txt").read_text(encoding="utf-8") == "Announcement draft of the office."
