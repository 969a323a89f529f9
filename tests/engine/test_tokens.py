"""Tokens are renewed ahead of time, by one process at a time, and no answer of a platform is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

import pytest

from connectors.errors import ReconnectError
from publisher import wiring
from publisher.deliver import Deliverer, keeping
from publisher.publish_log import account_state, reading
from publisher.token_facts import TokenFacts
from tests.engine.office import START, Office

TT = {
    "tt": {
        "platform": "tiktok",
        "account": "5001",
        "token": "env:TT_TOKEN",
        "audited": True,
        "privacy": "public",
    }
}
ACCOUNT = "tiktok:5001"
OAUTH = "^/v2/oauth/token/$"
HOUR = timedelta(hours=1)


def asked(office: Office) -> int:
    """How often the platform was asked to renew."""
    return len(office.requests(OAUTH, "tiktok"))


def facts(office: Office, account: str = ACCOUNT) -> TokenFacts:
    with office.store.read() as tx:
        return account_state.token_of(tx, account)


def blocked(office: Office, account: str = ACCOUNT) -> str | None:
    with office.store.read() as tx:
        row = reading.account_rows(tx).get(account)
    return row.blocked_code if row is not None and row.blocked_at is not None else None


def refuse_from_now_on(office: Office) -> None:
    """Somebody used the refresh token elsewhere."""
    world = office.sandbox.world
    for token, found in world.all("tiktok", "refresh").items():
        world.put("tiktok", "refresh", token, {**found, "used": True})


@contextmanager
def another(office: Office) -> Iterator[Deliverer]:
    """What a second process on the same workspace has."""
    wired = wiring.wire(office.workspace)
    store = wired.open_log(create=False)
    try:
        with wiring.open_deliverer(wired, store, Event()) as deliverer:
            yield deliverer
    finally:
        store.close()


@pytest.fixture
def renewing(office: Office) -> Office:
    """An office with TikTok, whose tokens were renewed once."""
    office.open(TT)
    office.care()
    assert asked(office) == 1
    return office


def test_the_server_renews_before_the_end_and_not_before_it_is_time(renewing: Office) -> None:
    """Two hours' life, renewed with half an hour left; with no post in sight."""
    first = facts(renewing)
    assert (first.lasts, first.renewed_at) == ("renewed", START)
    assert first.last_day == START + timedelta(days=180)
    renewing.pass_time(minutes=89)
    renewing.care()
    assert asked(renewing) == 1
    renewing.pass_time(minutes=1)
    renewing.care()
    assert asked(renewing) == 2
    assert facts(renewing).renewed_at == START + 1.5 * HOUR
    assert facts(renewing).last_day == START + 1.5 * HOUR + timedelta(days=180)


def test_a_day_of_renewals_and_a_post_at_its_end(renewing: Office) -> None:
    """Each refresh token works once: a dozen renewals in a row lose none, also over restarts."""
    for hour in range(25):
        renewing.pass_time(hours=1)
        if hour % 5 == 0:
            renewing.start()
        renewing.care()
    assert asked(renewing) == 13
    renewing.post("late", due=25 * 60, channels=["tt"], pictures=1)
    renewing.run()
    renewing.live_through(seconds=120, step=30)
    assert renewing.state("late", "tt") == "published"


def test_what_was_missed_is_made_up_for_before_it_is_needed(renewing: Office) -> None:
    """Nobody ran for a week: the access token is dead, the post goes out all the same, and no person is
    needed.
    """
    renewing.post("after-holidays", due=7 * 24 * 60, channels=["tt"], pictures=1)
    renewing.look()
    renewing.pass_time(days=7, minutes=1)
    renewing.start()
    renewing.run()
    renewing.live_through(seconds=120, step=30)
    assert renewing.state("after-holidays", "tt") == "published"
    assert (asked(renewing), blocked(renewing)) == (2, None)


def test_a_platform_that_is_away_is_asked_again_and_posts_go_on(renewing: Office) -> None:
    """After a minute, then two; while the access token lives it is used."""
    renewing.fault(OAUTH, "status", status=503, times=2)
    renewing.pass_time(minutes=100)
    renewing.post("meanwhile", due=100, channels=["tt"], pictures=1)
    renewing.run()
    assert asked(renewing) == 2
    failed = facts(renewing)
    assert (failed.code, failed.refused) == ("token 503", False)
    renewing.pass_time(seconds=61)
    renewing.work()
    renewing.pass_time(minutes=15)
    renewing.care()
    assert asked(renewing) == 4
    assert (facts(renewing).code, facts(renewing).failed_at) == ("", None)
    renewing.live_through(seconds=60, step=30)
    assert (renewing.state("meanwhile", "tt"), blocked(renewing)) == ("published", None)


def test_an_end_that_comes_while_the_platform_is_away_makes_posts_wait(renewing: Office) -> None:
    """No person is asked for what time mends."""
    renewing.fault(OAUTH, "status", status=503, times=3)
    renewing.pass_time(minutes=121)
    renewing.post("news", due=121, channels=["tt"], pictures=1)
    renewing.run()
    assert (renewing.state("news", "tt"), blocked(renewing)) == ("waiting", None)
    renewing.live_through(minutes=20, step=60)
    assert (renewing.state("news", "tt"), blocked(renewing)) == ("published", None)


def test_a_refusal_is_told_while_posts_still_go_out(renewing: Office) -> None:
    """The access token lives on for half an hour; after that the account waits for a person."""
    refuse_from_now_on(renewing)
    renewing.pass_time(minutes=95)
    renewing.post("still", due=95, channels=["tt"], pictures=1)
    renewing.care()
    told = facts(renewing)
    assert (told.code, told.refused, told.failed_at) == ("invalid_grant", True, renewing.now)
    renewing.run()
    renewing.live_through(seconds=90, step=30)
    assert (renewing.state("still", "tt"), blocked(renewing)) == ("published", None)
    renewing.pass_time(minutes=30)
    renewing.care()
    assert blocked(renewing) == "invalid_grant"
    assert asked(renewing) == 2
    renewing.pass_time(hours=6)
    renewing.sweep()
    assert asked(renewing) == 3


def test_an_answer_that_is_lost_on_the_way_is_told_for_what_it_is(renewing: Office) -> None:
    """The platform renewed and nobody learned it: the next refusal says so, not that somebody revoked it."""
    renewing.fault(OAUTH, "drop", phase="after")
    renewing.pass_time(minutes=95)
    renewing.care()
    assert facts(renewing).refused is False
    renewing.pass_time(minutes=16)
    renewing.care()
    told = facts(renewing)
    assert (told.code, told.refused) == ("vault.renewal_lost", True)
    assert [one.kind for one in renewing.history(ACCOUNT)][-1] == "token_not_renewed"


def test_an_answer_that_is_lost_before_the_platform_acted_costs_nothing(renewing: Office) -> None:
    """The same refresh token is good for another try."""
    renewing.fault(OAUTH, "drop", phase="before")
    renewing.pass_time(minutes=95)
    renewing.care()
    renewing.pass_time(minutes=16)
    renewing.care()
    assert (facts(renewing).code, asked(renewing)) == ("", 3)


def test_two_processes_renew_once(renewing: Office) -> None:
    """While one asks, the other goes on with what is still good, and then has the new one."""
    renewing.pass_time(minutes=95)
    renewing.fault(OAUTH, "delay", seconds=1.0)
    with another(renewing) as other:
        turns = [Thread(target=keeping.keep, args=(one, ACCOUNT)) for one in (renewing.deliverer, other)]
        for turn in turns:
            turn.start()
        for turn in turns:
            turn.join()
        assert asked(renewing) == 2
        assert not keeping.keep(other, ACCOUNT)
        assert asked(renewing) == 2
        mine, theirs = (one.tokens.get(ACCOUNT) for one in (renewing.deliverer, other))
        assert mine == theirs != renewing.sandbox.info["platforms"]["tiktok"]["credentials"]
        assert other.session(ACCOUNT).probe().account_id == "5001"


def test_another_state_folder_neither_renews_nor_uses_what_is_void(
    renewing: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command run as another user would turn the server's refresh token to waste."""
    monkeypatch.setattr(wiring, "TOKENS", "elsewhere")
    with another(renewing) as other, pytest.raises(ReconnectError) as caught:
        other.session(ACCOUNT)
    assert caught.value.code == "vault.other_shelf"
    assert asked(renewing) == 1


def test_a_token_that_dies_before_its_time_is_replaced_without_a_person(renewing: Office) -> None:
    """The account is blocked, and at the next look the server has another one."""
    renewing.platform("tiktok", token={"state": "expired"})
    renewing.post("news", due=0, channels=["tt"], pictures=1)
    renewing.run()
    assert blocked(renewing) == "access_token_invalid"
    renewing.live_through(minutes=3, step=30)
    assert (renewing.state("news", "tt"), blocked(renewing)) == ("published", None)


def test_a_dead_token_is_known_before_a_post_needs_it(renewing: Office) -> None:
    """Every account is asked once a day, whether or not there is anything to publish."""
    looks = len(renewing.requests("^/v2/user/info/$", "tiktok", "GET"))
    renewing.pass_time(hours=23)
    renewing.care()
    renewing.platform("facebook", token={"state": "revoked"})
    renewing.pass_time(hours=1)
    renewing.care()
    assert blocked(renewing, "facebook:1001") == "190/460"
    assert len(renewing.requests("^/v2/user/info/$", "tiktok", "GET")) > looks


def test_a_token_that_the_office_replaces_counts_at_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also for sessions that are open, and for chains of renewals: the new one begins its own."""
    keys = office.platform("tiktok", add_account={"id": "5002", "name": "Kecamatan"})["credentials"]
    monkeypatch.setenv("TT_TOKEN", json.dumps(keys))
    office.open({"tt": {**TT["tt"], "account": "5002"}})
    office.care()
    refuse_from_now_on(office)
    office.pass_time(hours=3)
    office.care()
    assert blocked(office, "tiktok:5002") == "invalid_grant"
    code = {"grant_type": "authorization_code", "code": "sandbox-tiktok-code-5002", "redirect_uri": "x"}
    app = {name: keys[name] for name in ("client_key", "client_secret")}
    door = office.deliverer.door.session("tiktok:5002")
    made = door.post("https://open.tiktokapis.com/v2/oauth/token/", data=code | app).json()
    monkeypatch.setenv("TT_TOKEN", json.dumps({**keys, "refresh_token": made["refresh_token"]}))
    office.live_through(minutes=2, step=30)
    assert blocked(office, "tiktok:5002") is None
    assert office.deliverer.tokens.get("tiktok:5002")["refresh_token"] != made["refresh_token"]
    assert facts(office, "tiktok:5002").code == ""


def test_what_the_office_mends_is_tried_at_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong secret of the app is refused; the right one needs no new token, and no six hours."""
    keys = office.platform("tiktok", add_account={"id": "5002", "name": "Kecamatan"})["credentials"]
    monkeypatch.setenv("TT_TOKEN", json.dumps({**keys, "client_secret": "sandbox-wrong"}))
    office.open({"tt": {**TT["tt"], "account": "5002"}})
    office.care()
    assert facts(office, "tiktok:5002").code == "invalid_client"
    office.pass_time(minutes=16)
    office.care()
    assert asked(office) == 1
    monkeypatch.setenv("TT_TOKEN", json.dumps(keys))
    office.care()
    assert (asked(office), facts(office, "tiktok:5002").code) == (2, "")


META = {
    "ig": {"platform": "instagram", "account": "3001", "token": "env:IG_TOKEN"},
    "th": {"platform": "threads", "account": "4001", "token": "env:TH_TOKEN"},
}


def test_tokens_of_sixty_days_outlive_a_year_without_a_post(office: Office) -> None:
    """A day after they were first seen their end is found out, or was told; then every thirty days."""
    office.open(META)
    refreshed = "/refresh_access_token$"
    for day in range(365):
        if day % 50 == 0:
            office.start()
        office.care()
        office.pass_time(days=1, minutes=11)
    assert [len(office.requests(refreshed, one, "GET")) for one in ("instagram", "threads")] == [13, 12]
    for account in ("instagram:3001", "threads:4001"):
        assert blocked(office, account) is None
        left = facts(office, account).last_day - office.now
        assert timedelta(days=29) < left < timedelta(days=61)


def test_a_token_that_is_not_renewed_for_sixty_days_is_dead_and_told(office: Office) -> None:
    """Nobody ran the server: no call of the program brings it back."""
    office.open(META)
    office.care()
    office.pass_time(days=61)
    office.start()
    office.care()
    assert [blocked(office, one) for one in ("instagram:3001", "threads:4001")] == ["190/463"] * 2


def test_x_with_oauth2_is_renewed_like_the_rest(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hours' life; the keys of OAuth 1.0a beside it need nothing."""
    office.platform("twitter", add_account={"id": "2002", "name": "Kecamatan"})
    keys = office.sandbox.simulators["twitter"].oauth2.credentials("2002")  # type: ignore[attr-defined]
    monkeypatch.setenv("X_TOKEN", json.dumps(keys))
    office.open({"x": {"platform": "twitter", "account": "2002", "token": "env:X_TOKEN"}})
    office.post("later", due=10 * 60, channels=["x"])
    office.look()
    office.pass_time(hours=10, minutes=1)
    office.run()
    office.pass_time(minutes=95)
    office.care()
    assert office.state("later") == "published"
    assert len(office.requests("^/2/oauth2/token$", "twitter")) == 2
    assert (facts(office, "twitter:2002").lasts, blocked(office, "twitter:2002")) == ("renewed", None)


def test_what_facebook_says_of_both_ends_is_noted(office: Office) -> None:
    """It is asked once a day; the Page token itself has no end."""
    ends = START + timedelta(days=20)
    office.platform("facebook", token={"data_access_expires_at": ends.isoformat()})
    office.care()
    known = facts(office, "facebook:1001")
    assert (known.lasts, known.last_day, known.reads_until) == ("endless", None, ends)
    assert facts(office, "twitter:2001").lasts == "endless"


def test_no_secret_of_a_renewal_is_written_down(renewing: Office) -> None:
    """Not in the wire log, not in the publish log."""
    fields = renewing.deliverer.tokens.get(ACCOUNT)
    secrets = [fields["token"].encode(), fields["refresh_token"].encode()]
    state = renewing.workspace.state
    for path in [state / "wire.jsonl", *state.glob("log.db*"), *(state / "tokens").iterdir()]:
        assert not any(secret in path.read_bytes() for secret in secrets), path.name
