"""The real server is killed, or asked to end, while a platform renews a token that works only once."""

from __future__ import annotations

import pytest

from tests.acceptance.harness import Json, Office

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

OAUTH = "/v2/oauth/token/"
TT = {"platform": "tiktok", "account": "5001", "token": "env:TT_TOKEN", "audited": True, "privacy": "public"}
X = {"platform": "twitter", "account": "2001", "token": "env:X_TOKEN"}


@pytest.fixture
def tiktok(office: Office) -> Office:
    """An office on X and TikTok; nothing has been renewed yet."""
    text = (office.folder / "schedule.yaml").read_text()
    head = text[: text.index("channels:")]
    lines = [f"  {name}: {keys}" for name, keys in (("x", X), ("tt", TT))]
    (office.folder / "schedule.yaml").write_text(head + "channels:\n" + "\n".join(lines) + "\n")
    office.platform("tiktok", moderation_seconds=0, processing_seconds=0)
    return office


def token(office: Office) -> Json:
    """What `status` says of TikTok's."""
    accounts = {one["channel"]: one for one in office.run_cli("status")["accounts"]}
    return accounts["tt"]["token"] or {}


def test_a_server_that_ends_in_order_keeps_the_answer_it_waits_for(tiktok: Office) -> None:
    """SIGTERM while the platform answers: it is written before the process is gone, and the next one goes on
    with it.
    """
    tiktok.fault("tiktok", OAUTH, "delay", seconds=3)
    daemon = tiktok.start()
    tiktok.until(lambda: not tiktok.faults_left(), "the platform is asked")
    assert daemon.end() == 0
    assert len(tiktok.requests("POST", OAUTH)) == 1
    tiktok.clock(offset=100 * 60)
    tiktok.post("after", pictures=1, parts={"tt": 1, "x": 1})
    tiktok.start("the next server")
    tiktok.settled()
    assert [one["status"] for one in tiktok.requests("POST", OAUTH)] == [200, 200]
    assert token(tiktok)["not_renewed"] is None


def test_a_server_that_is_killed_over_the_answer_says_what_was_lost_and_publishes_on(tiktok: Office) -> None:
    """SIGKILL: nobody else learned the new tokens. What is in use goes on as long as it lives, the platform's
    refusal is told for what it is, and a person is asked before anything stops.
    """
    tiktok.fault("tiktok", OAUTH, "delay", seconds=20)
    daemon = tiktok.start()
    tiktok.until(lambda: tiktok.requests("POST", OAUTH), "the platform has renewed")
    daemon.kill()
    tiktok.post("after", pictures=1, parts={"tt": 1, "x": 1})
    tiktok.start("the next server")
    tiktok.settled()
    assert [one["status"] for one in tiktok.requests("POST", OAUTH)] == [200, 400]
    told = token(tiktok)["not_renewed"]
    assert (told["code"], told["for_good"]) == ("vault.renewal_lost", True)
    needs = tiktok.run_cli("resolve")
    assert "got no answer" in str(needs)


def test_two_servers_at_once_renew_once(tiktok: Office) -> None:
    """Both see that it is time; one asks, and both publish with what it got."""
    tiktok.fault("tiktok", OAUTH, "delay", after=False, seconds=2)
    first, second = tiktok.start("one"), tiktok.start("two")
    tiktok.post("news", pictures=1, parts={"tt": 1, "x": 1})
    tiktok.settled()
    assert [one["status"] for one in tiktok.requests("POST", OAUTH)] == [200]
    assert first.alive
    assert second.alive
