"""What errors, rate limits and quotas do to a delivery, its account, and everybody else."""

from __future__ import annotations

import copy
import json
import socket
from datetime import timedelta
from typing import Any

import pytest

from connectors import registry
from publisher import practice
from tests.engine.office import FEED, START, TWEETS, UPLOADS, Office

EPOCH = int(START.timestamp())
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."


def _problem(status: int, title: str, detail: str) -> dict[str, Any]:
    return {"title": title, "detail": detail, "type": "about:blank", "status": status}


def _fail(office: Office, path: str, status: int, detail: str, **more: Any) -> None:
    """Let a POST of X be refused with a problem."""
    body = _problem(status, "Refused", detail)
    office.fault(path, "body", status=status, body=body, **more)


# ── Rate limits ──


def test_nothing_is_asked_before_the_reset_that_x_named(office: Office) -> None:
    """429 with x-rate-limit-reset: the account is left alone until then, all its posts; others go on."""
    headers = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(EPOCH + 600)}
    office.fault(TWEETS, "status", status=429, headers=headers)
    office.post("first", due=0)
    office.post("second", due=1, channels=["x"])
    office.run()
    assert office.state("first", "fb") == "published"
    before = len(office.requests(platform="twitter", path="", method="POST"))
    office.live_through(seconds=595, step=45)
    assert len(office.requests(platform="twitter", path="", method="POST")) == before
    assert office.ask("status").accounts[1].not_before >= START + timedelta(seconds=600)
    office.live_through(minutes=3)
    assert (office.state("first"), office.state("second")) == ("published", "published")
    assert len(office.live("twitter")) == 2


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80001])
def test_the_time_that_meta_names_is_kept(office: Office, code: int) -> None:
    """A throttled Page waits for `estimated_time_to_regain_access`."""
    usage = '{"1001": [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 7}]}'
    body = {"error": {"message": "limit reached", "type": "OAuthException", "code": code}}
    headers = {"X-Business-Use-Case-Usage": usage}
    office.fault(FEED, "body", status=400, body=body, headers=headers)
    office.post("news", due=0, channels=["fb"])
    office.run()
    assert office.state("news", "fb") == "waiting"
    office.live_through(minutes=6, seconds=55, step=50)
    assert len(office.requests(FEED)) == 1
    office.live_through(seconds=30, step=5)
    assert office.state("news", "fb") == "published"
    assert len(office.live()) == 1


def test_a_rate_limit_while_staging_is_obeyed_too(office: Office) -> None:
    """An upload that is refused for now makes the account wait like any other call."""
    headers = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(EPOCH + 300)}
    office.fault(UPLOADS, "status", status=429, headers=headers)
    office.post("news", due=60, pictures=1, channels=["x"])
    office.run()
    office.live_through(seconds=295, step=40)
    assert len(office.requests(UPLOADS)) == 1
    office.live_through(seconds=30, step=5)
    assert len(office.requests(UPLOADS)) == 2
    assert office.live() == []


def test_a_reset_beyond_grace_is_failed_and_says_so(office: Office) -> None:
    """Where the platform's own time lies past grace there is no point in waiting: a person is told."""
    headers = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(EPOCH + 3 * 3600)}
    office.fault(TWEETS, "status", status=429, headers=headers)
    office.post("news", due=0, channels=["x"])
    office.run()
    view = office.delivery("news")
    assert (view.state, view.needs_person) == ("failed", True)
    assert view.reason == "retry.out_of_time_rate"


# ── Quotas ──


def test_the_quota_of_the_room_holds_posts_back(office: Office) -> None:
    """X takes 100 posts in 15 minutes: the 101st is not even tried before the first is 15 minutes old."""
    quota = registry.room("twitter").limits.quotas[0]
    for number in range(quota.count + 1):
        office.post(f"post-{number:03}", due=0, channels=["x"])
    office.run()
    assert len(office.live()) == len(office.requests(TWEETS)) == quota.count
    (waiting,) = [part for part in office.parts() if part.state == "waiting"]
    assert (waiting.reason, waiting.retry_at) == ("log.quota", START + quota.window)
    office.pass_time(seconds=quota.window.total_seconds() - 1)
    office.work()
    assert len(office.requests(TWEETS)) == quota.count
    office.pass_time(seconds=1)
    office.work()
    assert len(office.live()) == quota.count + 1


def test_the_offices_own_quota_is_per_day_and_post(office: Office) -> None:
    """`quota: 2`: the third post of the day waits for the next one; parts of a thread count once."""
    office.open({"x": {"quota": 2, "grace": "3d"}})
    thread = "First part.\n\n" + "Some words here. " * 20
    office.post("a", thread, due=0, channels=["x"], twitter={"thread": True})
    office.post("b", due=1, channels=["x"])
    office.post("c", due=2, channels=["x"])
    office.look()
    office.live_through(minutes=5)
    assert [office.state(name) for name in "abc"] == ["published", "published", "waiting"]
    assert set(office.states("a")) == {"published"}
    assert office.delivery("c").reason == "log.daily_quota"
    office.pass_time(hours=15, minutes=50)
    office.run()
    assert office.state("c") == "waiting"
    office.pass_time(minutes=10)
    office.run()
    assert office.state("c") == "published"


def test_what_was_refused_gives_its_place_back(office: Office) -> None:
    """A post that did not go out does not count against the day."""
    office.open({"x": {"quota": 1}})
    _fail(office, TWEETS, 403, "You are not permitted to perform this action.")
    office.post("a", due=0, channels=["x"])
    office.post("b", due=1, channels=["x"])
    office.run()
    assert office.state("a") == "failed"
    office.pass_time(minutes=1)
    office.run()
    assert office.state("b") == "published"


# ── A person must act ──


@pytest.mark.parametrize(
    ("status", "detail"),
    [
        (401, "Unauthorized"),
        (402, "Your enrolled account does not have any credits to fulfill this request."),
        (403, "User has been suspended: your account is suspended."),
    ],
)
def test_a_dead_account_is_blocked_and_others_go_on(office: Office, status: int, detail: str) -> None:
    """401, 402, suspended: no further call for that account, its posts wait, other accounts go on."""
    _fail(office, TWEETS, status, detail)
    office.post("a", due=0)
    office.post("b", due=1)
    office.run()
    office.pass_time(minutes=1)
    office.work()
    assert len(office.requests(TWEETS)) == 1
    assert len(office.live("facebook")) == 2
    assert [office.state(name) for name in "ab"] == ["waiting", "waiting"]
    account = next(one for one in office.ask("status").accounts if one.channel == "x")
    assert detail in (account.blocked or "")
    asked = office.ask("needs_person")
    assert [(one.message, one.account) for one in asked] == [("desk.need_reconnect", "twitter:2001")]
    assert office.delivery("b").gates == ("log.gate_blocked",)


def test_a_mended_token_is_noticed(office: Office) -> None:
    """The account is asked now and then; once its token works again its posts go out by themselves."""
    office.platform("twitter", token={"state": "revoked"})
    office.post("a", due=0, channels=["x"])
    office.post("b", due=1, channels=["x"])
    office.run()
    assert office.live() == []
    office.live_through(minutes=5)
    asked = len(office.requests("/2/users/me", method="GET"))
    assert 2 <= asked <= 5
    assert office.live() == []
    office.platform("twitter", token={"state": "valid"})
    office.live_through(minutes=12)
    assert [office.state(name) for name in "ab"] == ["published", "published"]
    assert office.ask("needs_person") == ()
    kinds = [one.kind for one in office.history("twitter:2001")]
    assert kinds == ["blocked", "unblocked"]


def test_a_block_that_stands_is_told_once(office: Office) -> None:
    """A part whose answer was lost is looked for all the while; not every look is a block in the log."""
    office.fault(TWEETS, "drop", phase="after")
    office.fault("/2/users/2001/", "status", status=401, body={"status": 401}, method="GET", times=99)
    office.post("news", due=0, channels=["x"])
    office.run()
    assert office.state("news") == "unknown"
    office.platform("twitter", token={"state": "revoked"})
    office.live_through(minutes=31)
    assert len([1 for phase, _ in office.attempts("news") if phase == "find"]) >= 5
    assert len(office.history("twitter:2001")) <= 2  # refused there, then here: two codes
    account = next(one for one in office.ask("status").accounts if one.channel == "x")
    assert account.blocked_at == START


def test_a_dead_token_of_facebook_blocks_the_page_only(office: Office) -> None:
    """The same for Meta's 190, with Meta's words."""
    office.platform("facebook", token={"state": "expired"})
    office.post("news", due=0)
    office.run()
    assert (office.state("news", "fb"), office.state("news", "x")) == ("waiting", "published")
    account = next(one for one in office.ask("status").accounts if one.channel == "fb")
    assert "access token" in (account.blocked or "")


def test_the_token_of_another_account_is_refused(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that works, but for somebody else, publishes nothing: neither here nor there."""
    given = office.platform("twitter", add_account={"id": "2002", "name": "Neighbours"})
    office.platform("twitter", add_account={"id": "2003", "name": "Others"})
    monkeypatch.setenv("OTHER_TOKEN", json.dumps(given["credentials"]))
    office.open({"y": {"platform": "twitter", "account": "2003", "token": "env:OTHER_TOKEN"}})
    office.post("news", due=0, channels=["y"])
    office.run()
    assert office.live() == []
    assert office.requests() == []
    account = next(one for one in office.ask("status").accounts if one.channel == "y")
    assert "(2002) ≠ 2003" in (account.blocked or "")


def test_no_token_at_all_blocks_with_words(office: Office) -> None:
    """A channel whose token is not there says where it was looked for; the others go on."""
    office.open({"y": {"platform": "twitter", "account": "kantor", "token": "env:NOWHERE"}})
    office.post("news", due=0, channels=["y", "x"])
    office.run()
    assert (office.state("news", "y"), office.state("news", "x")) == ("waiting", "published")
    account = next(one for one in office.ask("status").accounts if one.channel == "y")
    assert "NOWHERE" in (account.blocked or "")


# ── Temporary ──


def test_a_temporary_error_is_tried_again_later_each_time(office: Office) -> None:
    """503 while staging: again after half a minute, then a minute, then two; then it works."""
    office.fault(UPLOADS, "status", status=503, times=3)
    office.post("news", due=60, pictures=1, channels=["x"])
    office.run()
    times = []
    for _ in range(120):
        before = len(office.requests(UPLOADS))
        office.live_through(seconds=5, step=5)
        if len(office.requests(UPLOADS)) > before:
            times.append((office.now - START).total_seconds())
    assert len(times) == 3
    assert 30 <= times[0] <= 45
    assert 60 <= times[1] - times[0] <= 85
    assert 120 <= times[2] - times[1] <= 160
    assert office.attempts("news") == [("stage", "TemporaryError")] * 3 + [("stage", "staged")]


def test_a_temporary_error_ends_with_grace(office: Office) -> None:
    """One last try before grace ends; then it is failed, and says so."""
    office.platform("twitter", quota={})
    office.fault("/2/media/metadata", "status", status=503, times=100)
    office.post("news", due=0, pictures=1, channels=["x"], grace="10m")
    office.run()
    office.live_through(minutes=12, step=10)
    view = office.delivery("news")
    assert (view.state, view.reason, view.needs_person) == ("failed", "retry.out_of_time", True)
    assert office.live() == []


def test_what_never_left_this_machine_is_not_unknown(office: Office) -> None:
    """Nobody listens where X should be: no byte was sent, so it is soon tried again, without a look."""
    office.post("news", due=0, channels=["x"])
    office.run()
    office.post("again", due=1, channels=["x"])
    office.look()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        nobody = f"http://127.0.0.1:{listener.getsockname()[1]}"
    told = copy.deepcopy(office.sandbox.info)
    told["platforms"]["twitter"]["hosts"] = dict.fromkeys(told["platforms"]["twitter"]["hosts"], nobody)
    practice.announce(office.workspace, told)
    office.start()
    office.pass_time(minutes=1)
    office.work()
    view = office.delivery("again")
    assert (view.state, view.reason) == ("waiting", "retry.not_sent")
    practice.announce(office.workspace, office.sandbox.info)
    office.start()
    office.pass_time(seconds=10)
    office.work()
    assert office.state("again") == "published"


# ── Unknown ──


@pytest.mark.parametrize(("channel", "path"), [("x", TWEETS), ("fb", FEED)])
def test_a_lost_answer_is_looked_up(office: Office, channel: str, path: str) -> None:
    """The platform took it and the answer was lost: found, recorded with its link, one live post."""
    office.fault(path, "drop", phase="after")
    office.post("news", due=0, channels=[channel])
    office.run()
    assert office.state("news", channel) == "published"
    assert office.delivery("news", channel).url is not None
    assert len(office.live()) == 1
    assert office.attempts("news", channel) == [("commit", "OutcomeUnknownError"), ("find", "published")]


@pytest.mark.parametrize(("channel", "path"), [("x", TWEETS), ("fb", FEED)])
def test_what_surely_is_absent_goes_out_once_more(office: Office, channel: str, path: str) -> None:
    """A 500 that published nothing: after enough looks over the visibility window it is sent again."""
    office.fault(path, "status", status=500)
    office.post("news", due=0, channels=[channel])
    office.run()
    assert office.state("news", channel) == "unknown"
    limits = registry.room({"x": "twitter", "fb": "facebook"}[channel]).limits
    shown_by = limits.visibility + timedelta(seconds=limits.commit_budget)
    office.live_through(seconds=shown_by.total_seconds() - 5, step=5)
    assert office.state("news", channel) == "unknown"
    assert len(office.requests(path)) == 1
    office.live_through(minutes=2, step=5)
    assert office.state("news", channel) == "published"
    assert len(office.live()) == 1
    looks = [outcome for phase, outcome in office.attempts("news", channel) if phase == "find"]
    assert looks == ["NotSeen"] * limits.looks


def test_while_it_is_unknown_its_words_are_not_sent_again(office: Office) -> None:
    """An equal post on purpose waits until what became of the first is known; other words go on."""
    office.fault(FEED, "status", status=500)
    office.post("first", "The office is open.", due=0, channels=["fb"])
    office.run()
    office.post("second", "The office is open.", due=0, channels=["fb"], repeat=True)
    office.post("third", "Other words.", due=0, channels=["fb"])
    office.run()
    assert [office.state(name, "fb") for name in ("first", "second", "third")] == [
        "unknown",
        "waiting",
        "published",
    ]
    office.live_through(minutes=4)
    assert sorted(office.texts()) == ["Other words.", "The office is open.", "The office is open."]


def test_a_duplicate_that_is_not_ours_is_failed_with_the_words_of_x(office: Office) -> None:
    """403 duplicate: unknown first, looked for, absent, then failed with what X said."""
    _fail(office, TWEETS, 403, DUPLICATE)
    office.post("news", due=0, channels=["x"])
    office.run()
    assert office.state("news") == "unknown"
    office.live_through(minutes=3)
    view = office.delivery("news")
    assert (view.state, view.reason, view.needs_person) == ("failed", "log.refused", True)
    assert DUPLICATE in (view.words or "")
    assert office.live() == []


def test_a_duplicate_that_is_ours_is_published(office: Office) -> None:
    """403 duplicate, and the look names a new post with these words: it was our own lost call."""
    body = _problem(403, "Forbidden", DUPLICATE)
    office.fault(TWEETS, "body", status=403, body=body, phase="after")
    office.post("news", due=0, channels=["x"])
    office.run()
    assert office.state("news") == "published"
    assert len(office.live()) == 1


def test_the_quota_counts_what_was_looked_up(office: Office) -> None:
    """A lost answer costs one place of the day, not two."""
    office.open({"x": {"quota": 2}})
    office.fault(TWEETS, "drop", phase="after")
    office.post("a", due=0, channels=["x"])
    office.post("b", due=1, channels=["x"])
    office.look()
    office.live_through(minutes=2)
    assert [office.state(name) for name in "ab"] == ["published", "published"]


def test_looking_never_ends_by_itself(office: Office) -> None:
    """While the platform does not answer, a part stays unknown, looked for ever more rarely."""
    office.fault(TWEETS, "drop", phase="after")
    office.fault("/2/users/2001/tweets", "status", status=503, times=40, method="GET")
    office.post("news", due=0, channels=["x"])
    office.run()
    office.live_through(hours=3, step=60)
    assert office.state("news") == "unknown"
    looks = len(office.requests("/2/users/2001/tweets", method="GET"))
    assert 8 <= looks <= 16
    office.sandbox.world.clear_faults()
    office.live_through(minutes=40, step=60)
    assert office.state("news") == "published"
    assert len(office.requests(TWEETS)) == 1


@pytest.mark.parametrize("live", [True, False])
def test_what_instagram_suspects_of_spam_is_never_sent_again_by_itself(office: Office, live: bool) -> None:
    """It may be live all the same: looked for; where it is not there a person hears what it means."""
    office.open({"ig": {"platform": "instagram", "account": "3001", "token": "env:IG_TOKEN"}})
    error = {"code": 4, "subcode": 2207051, "on": "publish", "effect": live}
    office.platform("instagram", next_error=error, image_seconds=0)
    office.post("news", due=0, channels=["ig"], pictures=1)
    office.run()
    office.live_through(minutes=10, step=20)
    view = office.delivery("news", "ig")
    assert len(office.requests("/media_publish$", platform="instagram")) == 1
    if live:
        assert (view.state, view.url is None) == ("published", False)
    else:
        assert (view.state, view.reason, view.needs_person) == ("failed", "log.refused", True)
        assert "Application request limit reached" in (view.words or "")
        assert registry.room("instagram").meaning(view.code or "") == "room.said_spam"
