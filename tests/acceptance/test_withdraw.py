"""What was published is taken down again, wherever it can be; the log keeps that it was there."""

from __future__ import annotations

import pytest

from tests.acceptance.harness import CHANNELS, FAST, Office, long_text

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]


def published(office: Office, name: str, text: str, **parts: int) -> None:
    running = office.start()
    office.post(name, text, parts=parts, **({"twitter": {"thread": True}} if parts.get("x", 1) > 1 else {}))
    office.clock(rate=FAST)  # late posts come with a distance between them
    office.until(office.all_published, "it is published")
    assert running.end() == 0


def shown(office: Office) -> list[str]:
    return [post["platform"] for post in office.live() if not post.get("removed")]


def test_a_thread_and_a_post_are_taken_down_and_the_log_keeps_them(office: Office) -> None:
    """The last part first; the receipts stay; who, when and why stand beside them; twice does no harm."""
    published(office, "wrong", long_text("wrong", 2), x=2, fb=1)
    done = office.run_cli("withdraw", "wrong", "--reason", "Salah tanggal", "--by", "Sari")
    assert {one["done"] for one in done} == {True}
    assert shown(office) == []
    removed = [one["path"] for one in office.requests("DELETE", platform="twitter")]
    ids = [part["platform_id"] for part in office.delivery("wrong", "x")["parts"]]
    assert [path.rpartition("/")[2] for path in removed] == ids[::-1]
    for channel in ("x", "fb"):
        delivery = office.delivery("wrong", channel)
        assert delivery["state"] == "published"
        assert delivery["url"]
        assert (delivery["withdrawal"], delivery["withdrawn_by"]) == ("removed", "Sari")
        assert delivery["withdrawn_because"] == "Salah tanggal"
    before = len(office.requests("DELETE"))
    assert {one["done"] for one in office.run_cli("withdraw", "wrong")} == {True}
    assert len(office.requests("DELETE")) == before


def test_a_lost_answer_and_a_platform_that_is_away(office: Office) -> None:
    """A lost answer is asked again; an error leaves the question open, and the same command finishes it."""
    published(office, "lost", "A sentence that was wrong.", x=1)
    office.fault("twitter", r"^/2/tweets/\d+$", "drop", after=True, method="DELETE")
    assert [one["done"] for one in office.run_cli("withdraw", "lost")] == [True]
    assert shown(office) == []
    published(office, "away", "Another sentence that was wrong.", x=1)
    office.fault("twitter", r"^/2/tweets/\d+$", "status", after=False, status=503, times=9, method="DELETE")
    assert [one["done"] for one in office.run_cli("withdraw", "away")] == [False]
    assert office.delivery("away", "x")["withdrawal"] == "asked"
    [need] = office.run_cli("resolve")
    assert need["choices"][0]["command"] == "publisher withdraw away --channel x"
    office.ask("DELETE", "/faults")
    assert [one["done"] for one in office.run_cli("withdraw", "away")] == [True]
    assert shown(office) == []


def test_what_is_withdrawn_may_be_said_again_and_what_waits_is_kept_back(office: Office) -> None:
    """A corrected copy is no twin of what is gone; a post that is still to come does not go out."""
    published(office, "first", "Jalan Soekarno-Hatta ditutup pada Selasa pagi.", x=1)
    office.run_cli("withdraw", "first")
    published(office, "second", "Jalan Soekarno-Hatta ditutup pada Selasa pagi.", x=1)
    assert office.states()["second", "x"] == ["published"]
    later = office.now().replace(year=office.now().year + 1)
    office.post("third", "Belum terbit.", parts={"x": 1}, publish_at=later)
    assert [one["done"] for one in office.run_cli("withdraw", "third")] == [True]
    assert office.states()["third", "x"] == ["held"]


def test_where_a_platform_has_no_call_a_person_does_it_and_says_so(office: Office) -> None:
    """TikTok: the answer names what to do; --by-hand records it."""
    import yaml

    path = office.folder / "schedule.yaml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    tiktok = {
        "platform": "tiktok",
        "account": "5001",
        "token": "env:TT",
        "audited": True,
        "privacy": "public",
    }
    settings["channels"] = {**CHANNELS, "tt": tiktok}
    path.write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
    running = office.start()
    office.clock(rate=20)
    office.post("photo", pictures=1, parts={"tt": 1})
    office.until(lambda: office.states().get(("photo", "tt")) == ["published"], "it is published")
    running.end()
    [told] = office.run_cli("withdraw", "photo", "--by", "Sari")
    assert (told["done"], told["delivery"]["withdrawal"]) == (False, "by_hand")
    [need] = office.run_cli("resolve")
    assert "deleted by hand on tt, as Sari asked" in need["message"]
    assert need["delivery"]["url"] == office.delivery("photo", "tt")["url"]
    [choice] = need["choices"]
    assert choice["command"] == "publisher withdraw photo --channel tt --by-hand"
    assert choice["command"] in told["message"]
    assert len(office.run_cli("status")["needs_person"]) == 1
    [told] = office.run_cli("withdraw", "photo", "--by-hand")
    assert (told["done"], told["delivery"]["withdrawal"]) == (True, "removed")
    assert office.run_cli("resolve") == []
