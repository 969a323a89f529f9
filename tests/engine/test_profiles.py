"""Profiles in previews are those the platforms last told of; nobody is asked while a person looks."""

from __future__ import annotations

import re

import pytest

from connectors.sandbox_world import Profile
from publisher.cli.main import main
from tests.engine.office import Office

SIX = {
    "ig": {"platform": "instagram", "account": "3001", "token": "env:IG_TOKEN"},
    "th": {"platform": "threads", "account": "4001", "token": "env:TH_TOKEN"},
    "tt": {"platform": "tiktok", "account": "5001", "token": "env:TT_TOKEN"},
    "yt": {"platform": "youtube", "account": "6001", "token": "env:YT_TOKEN"},
}
SAID = {
    "fb": ("Dinas Contoh", ""),
    "x": ("Dinas Contoh", "contoh_2001"),
    "ig": ("", "dinas_contoh"),
    "th": ("", "dinas_contoh"),
    "tt": ("Dinas Contoh", "contoh_5001"),
    "yt": ("Dinas Contoh", "6001"),
}
BRAND = {"name": "Diskominfo Natuna"}


def names(page: str) -> dict[str, str]:
    """Platform → whom its mock-up names first."""
    drawn = re.findall(r'<article class="mock mock-(\w+)">(.*?)</article>', page, re.DOTALL)
    return {platform: re.search(r"<b[^>]*>([^<]+)</b>", html)[1] for platform, html in drawn}


def page(office: Office) -> str:
    with office.desk() as desk:
        return desk.page(desk.preview("a"))


def test_a_preview_shows_profiles_as_the_platforms_name_them(office: Office) -> None:
    """Before the first contact as the settings say; then the true names, on all six, without a request."""
    office.open(SIX, brand=BRAND)
    office.post("a", pictures=2, due=600)
    assert set(names(page(office)).values()) == {"Diskominfo Natuna"}
    assert "@contoh_2001" not in page(office)
    office.care()
    asked = len(office.sandbox.world.requests())
    shown = page(office)
    assert "@contoh_2001" in shown
    assert names(shown) == {
        "facebook": "Dinas Contoh",
        "twitter": "Dinas Contoh",
        "instagram": "dinas_contoh",
        "threads": "dinas_contoh",
        "tiktok": "contoh_5001",
    }
    assert len(office.sandbox.world.requests()) == asked


def test_status_knows_what_people_call_the_accounts(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """All six rooms say it, the log keeps it, and `status` prints handles in place of numbers."""
    office.open(SIX, brand=BRAND)
    office.care()
    found = office.ask("status").accounts
    assert main(["--workspace", str(office.folder), "status"]) == 0
    printed = capsys.readouterr().out
    assert {"X · @contoh_2001", "Facebook · 1001"} <= set(re.findall(r"\S+ · @?\w+", printed))
    starts = [found.end() for found in re.finditer(r"(?m)^  \w+ +\w+ · @?\w+ +", printed)]
    lines = [0, *(found.end() for found in re.finditer("\n", printed))]
    assert len({start - max(line for line in lines if line < start) for start in starts}) == 1
    assert {one.channel: (one.token.name, one.token.handle) for one in found} == SAID


def test_a_name_that_changes_is_seen_within_a_day(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each account is asked once a day, also without a post."""
    office.open(brand=BRAND)
    office.post("a", due=6000)
    office.care()
    assert names(page(office))["twitter"] == "Dinas Contoh"
    there = office.sandbox.simulators["twitter"]
    monkeypatch.setattr(there, "default_account", Profile("2001", "Kominfo Natuna"))
    office.pass_time(days=1, hours=1)
    office.care()
    assert names(page(office))["twitter"] == "Kominfo Natuna"
