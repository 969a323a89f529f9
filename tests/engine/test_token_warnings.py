"""Before a token ends a person is told by status, by notify and by doctor: how long it lasts, what to do."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from publisher import wiring
from publisher.cli import as_json
from publisher.cli.main import main
from publisher.standing import news
from publisher.texts import t
from publisher.token_trials import try_tokens
from publisher.views import NeedsPerson
from tests.engine.office import START, Office
from tests.engine.test_tokens import META, OAUTH, TT, asked, refuse_from_now_on


def needs(office: Office) -> list[NeedsPerson]:
    return list(office.ask("status").needs_person)


def ends_in(office: Office, days: float) -> None:
    """A Page token that was made from a short-lived one."""
    ends = office.now + timedelta(days=days)
    office.platform("facebook", token={"expires_at": ends.isoformat()})


def tried(office: Office) -> dict[str, Any]:
    """Channel → the finding of doctor."""
    return {one.values["channel"]: one for one in try_tokens(wiring.wire(office.workspace))}


def test_status_counts_the_days_of_a_token_that_the_program_cannot_renew(office: Office) -> None:
    """Nothing until fourteen days before; then each stage is one more piece of news."""
    ends_in(office, 20)
    office.care()
    assert needs(office) == []
    told = []
    for days in (6.5, 0, 10.9, 3):
        office.pass_time(days=days)
        office.care()
        told += [news(one).key for one in needs(office)]
    assert told == [
        *["facebook:1001 desk.need_token_soon soon"] * 2,
        "facebook:1001 desk.need_token_soon last",
        "facebook:1001 desk.need_reconnect",
    ]


def test_status_says_it_in_words_and_as_data(office: Office) -> None:
    """Until when, and what to do; the same for programs."""
    ends_in(office, 10)
    office.care()
    (need,) = needs(office)
    words = t(need.message, **need.values)
    assert "Friday 4 December 2026, in 10 days" in words
    assert "put the new token where `token` of the channel points" in words
    assert [one.message for one in need.choices] == ["desk.choice_reconnect"]
    facebook, x = as_json.status(office.ask("status"))["accounts"]
    assert facebook["token"]["last_day"] == facebook["token"]["ends"]
    assert (x["token"]["lasts"], x["token"]["last_day"], x["token"]["not_renewed"]) == ("endless", None, None)


def test_a_token_that_is_renewed_no_more_is_told_with_the_time_that_is_left(office: Office) -> None:
    """And told no more once the office has put another one in place."""
    office.open(TT)
    office.care()
    refuse_from_now_on(office)
    office.pass_time(minutes=95)
    office.care()
    (need,) = needs(office)
    words = t(need.message, **need.values)
    assert "posts go out until Tuesday 24 November 2026, 10:00 UTC" in words
    assert "no longer accepts this account's token" in words
    office.pass_time(minutes=30)
    office.care()
    assert [one.message for one in needs(office)] == ["desk.need_reconnect"]


def test_a_lost_answer_is_told_in_our_words_also_when_it_blocks(office: Office) -> None:
    """Not as somebody's revocation."""
    office.open(TT)
    office.care()
    office.fault(OAUTH, "drop", phase="after")
    office.pass_time(minutes=95)
    office.care()
    office.pass_time(minutes=30)
    office.care()
    (need,) = needs(office)
    assert "got no answer" in t(need.message, **need.values)


def test_data_that_meta_keeps_back_is_told_beforehand(office: Office) -> None:
    """The Page token goes on; the person behind it must log in again."""
    reads_until = office.now + timedelta(days=9)
    office.platform("facebook", token={"data_access_expires_at": reads_until.isoformat()})
    office.care()
    assert [one.message for one in needs(office)] == ["desk.need_reads_soon"]
    assert tried(office)["fb"].code == "desk.trial_token_ends"


def test_doctor_names_the_account_and_how_long_each_token_lasts(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of every connected channel; before the server has ever run, too."""
    bare = {"token": "sandbox-twitter-2001-oauth2"}
    office.platform("twitter", add_account={"id": "2002", "name": "Kecamatan"})
    monkeypatch.setenv("BARE", json.dumps({"token": bare["token"].replace("2001", "2002")}))
    alone = {"platform": "twitter", "account": "2002", "token": "env:BARE"}
    office.open({**TT, **META, "alone": alone, "hand": {**META["ig"], "account": "9", "mode": "assisted"}})
    found = tried(office)
    assert {name: (one.code, one.good) for name, one in found.items()} == dict.fromkeys(
        ("fb", "x", "tt", "ig", "th", "alone"), ("desk.trial_token", True)
    )
    assert found["fb"].values["name"] == "Dinas Contoh"
    said = {name: one.values["words"] for name, one in found.items()}
    assert said["x"] == said["fb"] == "its token has no end"
    assert said["tt"] == "its token is renewed by the server"
    assert said["alone"] == "the program cannot renew its token, and nothing tells when it ends"
    office.care()
    assert "last on Tuesday 24 November 2026" in tried(office)["tt"].values["words"]


def test_doctor_renews_nothing(office: Office) -> None:
    """Who runs it may have another state folder than the server: a refresh token would be lost there."""
    office.open(TT)
    office.pass_time(hours=1)
    assert tried(office)["tt"].good
    assert asked(office) == 0
    office.pass_time(hours=3)
    assert tried(office)["tt"].code == "desk.trial_token_asleep"
    assert asked(office) == 0


def test_doctor_sees_a_token_that_is_refused_or_lacks_rights(office: Office) -> None:
    """In the reader's words, with what to do."""
    office.open(META)
    office.platform("instagram", token={"state": "revoked"})
    scopes = ["pages_show_list", "pages_read_engagement", "pages_manage_posts"]
    office.platform("facebook", token={"scopes": scopes})
    found = list(try_tokens(wiring.wire(office.workspace)))
    by_code = {one.code: one for one in found if not one.good}
    assert set(by_code) == {"desk.trial_token_refused", "desk.trial_token_scopes"}
    assert "no longer accepts this account's token" in by_code["desk.trial_token_refused"].values["words"]
    assert by_code["desk.trial_token_scopes"].values["scopes"] == "pages_manage_engagement"
    assert office.requests("", "instagram", "POST") == []


def test_what_a_platform_says_to_doctor_is_shown_and_not_obeyed(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its escapes neither clear nor colour the screen nor name the window, and it writes no line of ours."""
    words = "\x1b[2J\x1b]0;hacked\x07 gone\r\n  \u2713 x: all is well"
    body = {"title": "Forbidden", "detail": words, "type": "about:blank", "status": 403}
    office.fault("/2/users/me", "status", method="GET", status=403, body=body)
    assert main(["--workspace", str(office.folder), "doctor"]) == 1
    shown = capsys.readouterr().out
    assert "\u241b[2J\u241b]0;hacked\u2407 gone" in shown
    assert {char for char in shown if ord(char) < 32 or 127 <= ord(char) < 160} == {"\n"}
    assert [line for line in shown.split("\n") if line.startswith("  \u2713 x")] == []


def test_doctor_as_another_user_says_where_to_run_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own state folder knows nothing of the server's renewals."""
    office.open(TT)
    office.care()
    monkeypatch.setattr(wiring, "TOKENS", "elsewhere")
    found = tried(office)["tt"]
    assert (found.code, found.good) == ("desk.trial_token_refused", False)
    assert "as the user of the server" in found.values["words"]


def test_what_status_knows_it_asks_nobody_for(office: Office) -> None:
    """It reads the log: no request, and no token, is needed to see the days left."""
    office.open(META)
    office.care()
    before = len(office.sandbox.world.requests())
    accounts = {one.channel: one for one in office.ask("status").accounts}
    assert accounts["th"].token.last_day is not None
    assert accounts["th"].token.last_day - START > timedelta(days=59)
    assert len(office.sandbox.world.requests()) == before
