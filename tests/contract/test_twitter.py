"""The contract, kept by X."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.contract import NotSeen, Part, Receipt
from connectors.errors import (
    ConnectorError,
    OutcomeUnknownError,
    RateLimitedError,
    ReconnectError,
    RejectedError,
    TemporaryError,
)
from connectors.renewal import Lasts
from connectors.twitter import limits
from connectors.twitter.codes import ROWS
from connectors.twitter.options import POLL
from publisher.texts import known
from tests.contract.stand import Stand, stand
from tests.contract.suite import ROOT, THREAD, ContractSuite
from tests.oracles import x

Json = Any


def against_the_specification(request: Json) -> list[str]:
    """What the OpenAPI specification has against a request as the sandbox wrote it down."""
    method, path, body = request["method"], request["path"], request["body"]
    if path.startswith("/web/"):
        return []
    if request["headers"].get("Content-Type", "").startswith("multipart/"):
        return x.check_fields(method, path, body)
    if "tweet.fields" in request["query"]:
        return []  # the spelling of before; asked for by one test only
    return x.check_request(method, path, request["query"], body)


class TestTwitter(ContractSuite):
    """X."""

    platform = "twitter"
    lasts = Lasts.ENDLESS
    renew_path = "/2/oauth2/token$"
    commit_path = "/2/tweets$"
    list_path = "/2/users/.*/tweets$"
    probe_path = "/2/users/me$"
    commit_on = "tweet"
    probe_on = "me"
    refuses_equal_posts = 86400.0
    dead_token = {"state": "revoked"}  # noqa: RUF012 - read only
    throttle = {"quota": {"tweet": 0}}  # noqa: RUF012
    said = {  # noqa: RUF012
        "403 duplicate": "duplicate",
        "403 reply": "reply",
        "403 cashtag": "cashtag",
        "403 invalid URL": "invalid-url",
        "403 video length": "video-length",
        "403 385": "not-visible",
        "403 suspended": "suspended",
        "403 app permissions": "client-forbidden",
        "403 authentication": "app-only",
        "403 not permitted": "not-permitted",
        "400 media": "media-ids",
        "400 invalid-request": "invalid-request",
        "401": "unauthorized",
        "402": "credits",
        "404": "not-found",
        "413": "too-large",
        "429 usage cap": "usage-capped",
        "429": "rate-legacy",
        "5xx": "over-capacity",
    }

    @pytest.fixture
    def stand(self, tmp_path: Path) -> Iterator[Stand]:
        """Every request a test made is held against X's own specification."""
        with stand(self.platform, tmp_path) as one:
            yield one
            assert [told for request in one.requests() for told in against_the_specification(request)] == []

    def formats(self, stand: Stand) -> dict[str, tuple[Part, ...]]:
        photos = tuple(stand.picture(number, f"Foto {number}") for number in range(4))
        return {
            "text": (Part(ROOT, "Stan SP4N-LAPOR! dibuka.\n\nSMS 1708 & natuna.lapor.go.id <gratis> 😀"),),
            "photo": (Part(ROOT, "Satu foto https://natunakab.go.id/berita?a=1&b=2", media=photos[:1]),),
            "photos": (Part(ROOT, "Empat foto", media=photos),),
            "photo only": (Part(ROOT, "", media=(stand.picture(9),)),),
            "png": (Part(ROOT, "Poster", media=(stand.picture(5, "Poster", "PNG"),)),),
            "gif": (Part(ROOT, "Bergerak", media=(stand.animation("Bendera berkibar"),)),),
            "clip": (
                Part(
                    ROOT,
                    "Klip",
                    media=(stand.clip(),),
                    companions=(stand.captions(), stand.captions("en", "vtt")),
                ),
            ),
            "poll": (Part(ROOT, "Jam buka mana?", options={"poll": ["08.00", "09.00"], "poll_minutes": 60}),),
            "thread": (
                Part(ROOT, "Utas 1/3", options={"reply_settings": "following", "made_with_ai": True}),
                Part(THREAD, "Utas 2/3", media=photos[:2]),
                Part(THREAD, "Utas 3/3: natunakab.go.id"),
            ),
        }

    def assert_live_as(self, stand: Stand, part: Part, post: Json) -> None:
        super().assert_live_as(stand, part, post)
        asked = {name: value for name, value in part.options.items() if name not in POLL}
        if "poll" in part.options:
            minutes = part.options["poll_minutes"]
            asked["poll"] = {"options": part.options["poll"], "duration_minutes": minutes}
        if part.companions:
            asked["subtitles"] = {one.language.upper(): stand.sha256(one) for one in part.companions}
        assert post["options"] == asked

    def shorten_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "TIMELINE_PAGE", 5)

    def rows(self) -> Iterator[tuple[str, int, Json, str, type[ConnectorError], str]]:
        for row in ROWS:
            status = 503 if row.code == "5xx" else row.status
            yield row.code, status, dict(row.example), row.phase, row.error, row.effect

    def simulated(self) -> dict[Any, type[ConnectorError]]:
        return {
            "duplicate": RejectedError,
            "reply": RejectedError,
            "reply-limited": RejectedError,
            "not-visible": TemporaryError,
            "cashtag": RejectedError,
            "invalid-url": RejectedError,
            "video-length": RejectedError,
            "not-permitted": RejectedError,
            "suspended": ReconnectError,
            "client-forbidden": ReconnectError,
            "invalid-request": RejectedError,
            "media-ids": RejectedError,
            "unauthorized": ReconnectError,
            "credits": ReconnectError,
            "usage-capped": ReconnectError,
            "rate-legacy": RateLimitedError,
            "over-capacity": OutcomeUnknownError,
            "internal": OutcomeUnknownError,
        }

    def renewable(self, stand: Stand) -> dict[str, str]:
        """An OAuth 2.0 log-in, of an app that has a secret."""
        return {
            "token": f"sandbox-twitter-{stand.account.id}-oauth2",
            "refresh_token": f"sandbox-twitter-{stand.account.id}-oauth2-refresh",
            "client_id": "sandbox-twitter-client",
            "client_secret": "sandbox-twitter-client-secret",
        }

    def test_an_app_without_a_secret_renews_as_well(self, stand: Stand) -> None:
        """It names itself in the form; one that has a secret and does not show it is refused."""
        keys = self.renewable(stand)
        del keys["client_secret"]
        stand.tokens.fields = keys
        with pytest.raises(ReconnectError) as caught:
            stand.session().renew()
        assert caught.value.code == "unauthorized_client"
        assert known(stand.room.meaning(caught.value.code))
        stand.platform(public_client=True)
        assert set(stand.session().renew().fields) == {"token", "refresh_token"}

    def test_an_oauth2_token_serves_as_well(self, stand: Stand) -> None:
        """A user's OAuth 2.0 token alone posts text and pictures; expired, it asks for a person."""
        stand.tokens.fields = {"token": f"sandbox-twitter-{stand.account.id}-oauth2"}
        stand.commit(self.richest(stand))
        assert len(stand.live()) == 1
        stand.platform(token={"state": "expired"})
        with pytest.raises(ReconnectError):
            stand.session().probe()

    def test_the_older_spelling_of_the_fields(self, stand: Stand) -> None:
        """Where X does not know `post.fields`, the timeline is asked for in the older words."""
        part, since = Part(ROOT, "Selamat pagi"), stand.since()
        receipt = stand.commit(part)
        refusal = {
            "errors": [{"message": "The query parameter [post.fields] is not one of [tweet.fields]"}],
            "title": "Invalid Request",
            "type": "https://api.x.com/2/problems/invalid-request",
        }
        stand.fault(path="/2/users/.*/tweets$", phase="before", kind="body", status=400, body=refusal)
        found = stand.session().find(part, (), None, since, ())
        assert isinstance(found, Receipt)
        assert found.platform_id == receipt.platform_id

    def test_an_answer_without_the_fields_asked_for_is_no_look(self, stand: Stand) -> None:
        """Where X pays no heed to either spelling nothing is concluded, least of all absence."""
        since = stand.since()
        first, _ = stand.publish(Part(ROOT, "Satu"), Part(THREAD, "Dua"))
        bare = {"data": [{"id": "99", "text": "Dua"}], "meta": {"result_count": 1}}
        stand.fault(path="/2/users/.*/tweets$", phase="before", kind="body", body=bare, times=2)
        session = stand.session()
        with pytest.raises(TemporaryError):
            session.find(Part(THREAD, "Dua"), (first,), None, since, ())
        assert isinstance(session.find(Part(THREAD, "Dua"), (first,), None, since, ()), Receipt)

    def test_a_reply_is_no_root(self, stand: Stand) -> None:
        """A thread post with a root's text is not taken for the root, nor one with another parent."""
        since = stand.since()
        first, second = stand.publish(Part(ROOT, "Satu"), Part(THREAD, "Dua"))
        session = stand.session()
        assert session.find(Part(ROOT, "Dua"), (), None, since, ()) == NotSeen()
        assert session.find(Part(THREAD, "Dua"), (second,), None, since, ()) == NotSeen()
        found = session.find(Part(THREAD, "Dua"), (first,), None, since, ())
        assert isinstance(found, Receipt)
        assert found.platform_id == second.platform_id

    def test_the_same_words_with_other_pictures(self, stand: Stand) -> None:
        """Of two posts with equal words and as many pictures, the one with our uploads is ours."""
        since = stand.since()
        one = Part(ROOT, "Foto", media=(stand.picture(1),))
        two = Part(ROOT, "Foto", media=(stand.picture(2),))
        stand.commit(one)
        stand.platform(duplicate_window=0)
        checkpoint = stand.stage(two)
        receipt = stand.commit(two, (), checkpoint)
        found = stand.session().find(two, (), checkpoint, since, ())
        assert isinstance(found, Receipt)
        assert found.platform_id == receipt.platform_id
