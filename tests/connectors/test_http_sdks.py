"""tweepy and facebook-sdk work through the door unchanged, and let its errors pass untouched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote

import facebook
import pytest
import tweepy

from connectors.clock import SystemClock
from connectors.errors import NotSentError, OutcomeUnknownError
from connectors.http import Door, DoorError
from tests.connectors.loopback import Loopback, drop, ok

CLOCK = SystemClock()
KEYS = {
    "consumer_key": "sandbox-ck",
    "consumer_secret": "sandbox-cs",
    "access_token": "sandbox-at",
    "access_token_secret": "sandbox-ats",
}


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


@pytest.fixture
def door(server: Loopback) -> Iterator[Door]:
    routes = {"api.twitter.com": f"{server.url}/twitter", "graph.facebook.com": f"{server.url}/facebook"}
    made = Door(mode="sandbox", routes=routes, clock=CLOCK)
    yield made
    made.close()


def twitter(door: Door) -> tweepy.Client:
    client = tweepy.Client(**KEYS)
    client.session = door.session("twitter:2001")
    return client


def graph(door: Door) -> facebook.GraphAPI:
    return facebook.GraphAPI("sandbox-page", session=door.session("facebook:1001"))


def test_tweepy_posts_with_a_signature_over_the_real_url(server: Loopback, door: Door) -> None:
    """The request is signed for X and only then sent to the simulator."""
    from oauthlib.oauth1.rfc5849 import Client, signature

    server.answer = ok(b'{"data": {"id": "7", "text": "Halo"}}', status="201 Created")
    posted = twitter(door).create_tweet(text="Halo")
    assert posted.data["id"] == "7"
    (seen,) = server.seen
    assert seen.line == "POST /twitter/2/tweets HTTP/1.1"
    fields = dict(re.findall(r'(\w+)="([^"]*)"', seen.headers["authorization"]))
    given = unquote(fields.pop("oauth_signature"))
    params = signature.normalize_parameters([(k, unquote(v)) for k, v in fields.items()])
    base = signature.signature_base_string("POST", "https://api.twitter.com/2/tweets", params)
    secrets = Client(
        KEYS["consumer_key"], KEYS["consumer_secret"], resource_owner_secret=KEYS["access_token_secret"]
    )
    assert signature.sign_hmac_sha1_with_client(base, secrets) == given


def test_tweepy_shows_statuses_as_its_own_errors(server: Loopback, door: Door) -> None:
    """A platform's refusal is tweepy's exception as ever, its headers at hand in the session."""
    server.answer = ok(b"{}", status="429 Too Many Requests", headers="x-rate-limit-reset: 99\r\n")
    client = twitter(door)
    with pytest.raises(tweepy.TooManyRequests):
        client.create_tweet(text="Halo")
    assert client.session.last_headers["x-rate-limit-reset"] == "99"
    assert len(server.seen) == 1


def test_facebook_posts_through_the_door(server: Loopback, door: Door) -> None:
    """facebook-sdk's calls reach the Page simulator with token and form as written."""
    server.answer = ok(b'{"id": "1001_1"}')
    assert graph(door).put_object("1001", "feed", message="Halo")["id"] == "1001_1"
    (seen,) = server.seen
    assert seen.line.startswith("POST /facebook/v")
    assert parse_qs(seen.body.decode())["message"] == ["Halo"]


def test_facebook_shows_refusals_as_its_own_errors(server: Loopback, door: Door) -> None:
    """An error body is GraphAPIError as ever."""
    server.answer = ok(b'{"error": {"message": "no", "code": 190}}', status="400 Bad Request")
    with pytest.raises(facebook.GraphAPIError):
        graph(door).put_object("1001", "feed", message="Halo")


def test_lost_replies_pass_through_both(server: Loopback, door: Door) -> None:
    """Neither SDK swallows, wraps or repeats a write of unknown outcome."""
    server.answer = drop
    with pytest.raises(OutcomeUnknownError):
        twitter(door).create_tweet(text="Halo")
    with pytest.raises(OutcomeUnknownError):
        graph(door).put_object("1001", "feed", message="Halo")
    assert len(server.seen) == 2


def test_refusals_pass_through_both(door: Door, server: Loopback) -> None:
    """What the door refuses or cannot send reaches the room as it is."""
    with pytest.raises(NotSentError), door.deadline(CLOCK.boottime() - 1):
        twitter(door).create_tweet(text="Halo")
    stray = Door(mode="sandbox", clock=CLOCK)
    with pytest.raises(DoorError):
        graph(stray).get_object("me")
    assert server.connections == 0
