"""What YouTube's and Google's answers mean, and what an upload costs, beside the contract suite."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors import sandbox
from connectors.clock import SystemClock
from connectors.contract import Part, PartKind
from connectors.errors import ConnectorError, RateLimitedError, ReconnectError, RejectedError, TemporaryError
from connectors.http import Door
from connectors.youtube.auth import Tokens
from connectors.youtube.calls import Caller, items_of
from connectors.youtube.codes import error_of, retry_at
from tests.connectors.loopback import Loopback, drop, ok
from tests.contract.stand import Stand, stand

Json = Any
CLOCK = SystemClock()
KEYS = {"client_id": "app", "client_secret": "sandbox-s", "refresh_token": "sandbox-r"}


class Source:
    """Credentials of one account."""

    def get(self, account: str) -> dict[str, str]:
        return KEYS


@pytest.fixture
def google() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


@pytest.fixture
def door(google: Loopback) -> Iterator[Door]:
    hosts = ("oauth2.googleapis.com", "youtube.googleapis.com")
    made = Door(mode="sandbox", routes=dict.fromkeys(hosts, google.url), clock=CLOCK)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        ("400 Bad Request", {"error": "invalid_grant", "error_description": "revoked."}, ReconnectError),
        ("401 Unauthorized", {"error": "invalid_client"}, ReconnectError),
        ("429 Too Many", {"error": "rate_limit_exceeded"}, RateLimitedError),
        ("503 Unavailable", {"error": "backend"}, TemporaryError),
        ("200 OK", {"token_type": "Bearer"}, TemporaryError),
        ("200 OK", [], TemporaryError),
    ],
)
def test_what_google_says_of_a_refresh_token(
    google: Loopback, door: Door, status: str, body: Json, kind: type[ConnectorError]
) -> None:
    """A dead one needs a person, everything else passes; none has an effect, none is told."""
    google.answer = ok(json.dumps(body).encode(), status=status)
    with pytest.raises(ConnectorError) as caught:
        Tokens(door, CLOCK, Source(), "youtube:UC1").access()
    assert type(caught.value) is kind
    assert caught.value.effect == "none"
    assert "sandbox-" not in caught.value.words


def test_a_lost_answer_of_the_token_endpoint_is_temporary(google: Loopback, door: Door) -> None:
    """Asking for a token changes nothing at YouTube."""
    google.answer = drop
    with pytest.raises(TemporaryError) as caught:
        Tokens(door, CLOCK, Source(), "youtube:UC1").access()
    assert caught.value.effect == "none"


def test_a_testing_app_tells_when_its_refresh_token_ends(google: Loopback, door: Door) -> None:
    """Seven days, while the consent screen is in Testing; the access token is kept from every log."""
    body = {"access_token": "sandbox-a", "expires_in": 3599, "refresh_token_expires_in": 604_799}
    google.answer = ok(json.dumps(body).encode())
    access = Tokens(door, CLOCK, Source(), "youtube:UC1").access()
    assert access.ends is not None
    assert timedelta(days=6) < access.ends - CLOCK.now() < timedelta(days=7)
    assert "sandbox-a" not in repr(access)
    assert door.redact("said sandbox-a") == "said ***"


def test_nothing_is_sent_twice(google: Loopback, door: Door) -> None:
    """httplib2 would repeat a request whose connection was closed without an answer; here it is one."""
    body = json.dumps({"access_token": "sandbox-a", "expires_in": 3599}).encode()
    google.answer = lambda connection, seen: (ok(body) if "/token" in seen.line else drop)(connection, seen)
    caller = Caller(door, CLOCK, Source(), "youtube:UC1")
    request = caller.api.playlistItems().insert(part="snippet", body={"snippet": {"playlistId": "PL"}})
    with pytest.raises(TemporaryError):
        caller.call(request)
    assert [seen.method for seen in google.seen if "/youtube/" in seen.target] == ["POST"]


@pytest.mark.parametrize(
    ("now", "midnight"),
    [
        (datetime(2026, 11, 23, 10, 0, tzinfo=UTC), datetime(2026, 11, 24, 8, 0, tzinfo=UTC)),
        (datetime(2026, 11, 23, 7, 59, tzinfo=UTC), datetime(2026, 11, 23, 8, 0, tzinfo=UTC)),
        (datetime(2026, 7, 1, 12, 0, tzinfo=UTC), datetime(2026, 7, 2, 7, 0, tzinfo=UTC)),
    ],
)
def test_a_quota_is_whole_again_at_midnight_pacific(now: datetime, midnight: datetime) -> None:
    """Summer and winter time of California, whatever the office's own."""
    assert retry_at("midnight", now) == midnight


def test_the_reason_decides_and_not_the_status() -> None:
    """403 is a full quota, a missing right or a wrong post, by its reason."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    kinds = {
        "quotaExceeded": RateLimitedError,
        "insufficientPermissions": ReconnectError,
        "forbiddenPrivacySetting": RejectedError,
    }
    for reason, kind in kinds.items():
        body = {"error": {"code": 403, "message": "No.", "errors": [{"reason": reason}]}}
        error = error_of(403, body, "commit", now)
        assert type(error) is kind
        assert (error.words, error.effect) == ("No.", "none")
    bare = error_of(403, None, "commit", now)
    assert (type(bare), bare.effect) == (RejectedError, "maybe")


@pytest.mark.parametrize("answer", [{}, [], None, {"data": []}, {"items": {}}, {"items": [1]}])
def test_what_is_no_list_is_no_look(answer: Json) -> None:
    """Nothing is concluded from an answer that is not a list."""
    with pytest.raises(TemporaryError):
        items_of(answer)
    assert items_of({"items": []}) == items_of({"kind": "youtube#videoListResponse"}) == []


@pytest.fixture
def youtube(tmp_path: Path) -> Iterator[Stand]:
    with stand("youtube", tmp_path) as one:
        yield one


def test_a_large_upload_is_never_held_in_memory(youtube: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    """64 MiB go out in four pieces; neither the file nor a piece of it is in memory at once."""
    monkeypatch.setattr(sandbox, "_IN_MEMORY", 1 << 20)  # it holds pieces in the memory that is counted here
    clip = youtube.store.path(youtube.clip()).read_bytes()
    free = (64 << 20) - len(clip)
    media = youtube.kept(clip + free.to_bytes(4, "big") + b"free" + bytes(free - 8), "mp4")
    part = Part(PartKind.ROOT, "", options={"title": "Besar", "made_for_kids": False}, media=(media,))
    youtube.store.path(media)
    told: list[int] = []
    session = youtube.session()
    session.progress = lambda sent, total: told.append(sent)
    tracemalloc.start()
    try:
        session.stage(part, (), None, youtube.saved.append)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 12 << 20
    assert told[-1] == youtube.store.facts(media).size
    assert told == sorted(told)


def test_what_cannot_be_a_video_is_refused(youtube: Stand) -> None:
    """Without a clip, or without saying whether it is for children, nothing is sent."""
    part = Part(PartKind.ROOT, "Isi", options={"title": "a", "made_for_kids": False})
    with pytest.raises(ConnectorError) as caught:
        youtube.stage(part)
    assert caught.value.effect == "none"
    assert youtube.requests() == []
    silent = replace(part, options={"title": "a"}, media=(youtube.clip(),))
    with pytest.raises(RejectedError, match="made_for_kids"):
        youtube.stage(silent)
