"""The pretended Facebook Page: what it takes, what it refuses and how."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import facebook
import pytest
import requests

from connectors.facebook.simulator_answers import ERRORS
from connectors.sandbox import Sandbox, start_in_thread
from connectors.sandbox_graph import parse_fields
from tests.connectors.sandboxed import admin, image, session

Json = Any
API = "https://graph.facebook.com/v26.0"
TOKEN = "sandbox-facebook-1001"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start_in_thread() as running:
        yield running


class Client:
    """Plain requests with a Page token."""

    def __init__(self, sandbox: Sandbox, token: str = TOKEN) -> None:
        self.session = session(sandbox, "facebook")
        self.token = token

    def call(self, method: str, path: str, files: Json = None, **params: Json) -> requests.Response:
        sent = {"access_token": self.token, **params}
        place = "params" if method in ("GET", "DELETE") else "data"
        return self.session.request(method, API + path, files=files, timeout=5, **{place: sent})

    def feed(self, **params: Json) -> requests.Response:
        return self.call("POST", "/1001/feed", **params)

    def photo(self, data: bytes, **params: Json) -> requests.Response:
        return self.call("POST", "/1001/photos", files={"source": ("a", data)}, **params)

    def staged(self, data: bytes, **params: Json) -> str:
        photo_id: str = self.photo(data, published="false", **params).json()["id"]
        return photo_id

    def get(self, path: str, **params: Json) -> Json:
        reply = self.call("GET", path, **params)
        assert reply.status_code == 200, reply.text
        return reply.json()


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    made = Client(sandbox)
    with made.session:
        yield made


def live(sandbox: Sandbox) -> list[Json]:
    return [post for post in admin(sandbox, "live") if not post["removed"]]


def code(reply: requests.Response) -> tuple[int, int | None]:
    """Code and subcode of an error, after looking at its envelope."""
    assert reply.status_code >= 400
    error = reply.json()["error"]
    assert {"message", "type", "code", "fbtrace_id", "is_transient"} <= set(error)
    return error["code"], error.get("error_subcode")


# ── other people's clients ───────────────────────────────────────────────────


def test_facebook_sdk_works_unchanged(sandbox: Sandbox) -> None:
    """Who am I, link post, photos, album, comment, list, delete, and errors as GraphAPIError."""
    with session(sandbox, "facebook") as plain:
        graph = facebook.GraphAPI(TOKEN, session=plain)
        graph.version = "v26.0"
        assert graph.get_object("me") == {"id": "1001", "name": "Dinas Contoh"}
        graph.put_object("me", "feed", message="Halo", link="https://natunakab.go.id")
        ids = [graph.put_photo(BytesIO(image()), published="false")["id"] for _ in range(2)]
        attached = json.dumps([{"media_fbid": photo_id} for photo_id in ids])
        album = graph.put_object("me", "feed", message="Album", attached_media=attached)
        graph.put_comment(album["id"], "pertama")
        assert graph.get_connections(album["id"], "comments")["data"][0]["message"] == "pertama"
        listed = graph.get_connections("me", "published_posts")["data"]
        assert [post["message"] for post in listed] == ["Album", "Halo"]
        with pytest.raises(facebook.GraphAPIError) as caught:
            graph.put_object("me", "feed", message="")
        assert caught.value.code == 100
        graph.delete_object(album["id"])
    assert [post["text"] for post in live(sandbox)] == ["Halo", "pertama"]


# ── who may ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("way", ["form", "query", "bearer", "oauth"])
def test_a_token_may_be_given_in_each_documented_way(sandbox: Sandbox, way: str) -> None:
    """Form field, query parameter, Authorization header."""
    with session(sandbox, "facebook") as plain:
        reply = plain.post(
            f"{API}/me/feed",
            data={"message": "a", **({"access_token": TOKEN} if way == "form" else {})},
            params={"access_token": TOKEN} if way == "query" else {},
            headers={"Authorization": f"{way.title()} {TOKEN}"} if way in ("bearer", "oauth") else {},
            timeout=5,
        )
    assert reply.json()["id"].startswith("1001_")


def test_no_token_and_a_wrong_one_are_told_apart(sandbox: Sandbox) -> None:
    """2500 without one, 190 with one that means nothing."""
    with session(sandbox, "facebook") as plain:
        none = plain.get(f"{API}/me", timeout=5)
        wrong = plain.get(f"{API}/me", params={"access_token": "sandbox-facebook-9"}, timeout=5)
    assert code(none) == (2500, None)
    assert "active access token must be used" in none.json()["error"]["message"]
    assert code(wrong) == (190, None)


@pytest.mark.parametrize(
    ("token", "wanted"),
    [
        ({"expires_at": "2020-01-01T00:00:00+00:00"}, (190, 463)),
        ({"state": "revoked"}, (190, 460)),
        ({"state": "not-installed"}, (190, 458)),
        ({"state": "checkpoint"}, (190, 459)),
        ({"state": "unconfirmed"}, (190, 464)),
        ({"state": "logged-out"}, (190, 467)),
        ({"state": "no-role"}, (190, 492)),
        ({"state": "session"}, (102, None)),
        ({"scopes": ["pages_read_engagement"]}, (200, None)),
    ],
)
def test_tokens_die_as_told(
    client: Client, sandbox: Sandbox, token: Json, wanted: tuple[int, int | None]
) -> None:
    """Every subcode of 190, a lost session, a missing permission."""
    admin(sandbox, "platform", {"platform": "facebook", "token": token})
    assert code(client.feed(message="a")) == wanted
    assert live(sandbox) == []


def test_reading_needs_its_own_permission(client: Client, sandbox: Sandbox) -> None:
    """10 without pages_read_engagement; comments need pages_manage_engagement."""
    post_id = client.feed(message="a").json()["id"]
    admin(sandbox, "platform", {"platform": "facebook", "token": {"scopes": ["pages_manage_posts"]}})
    assert code(client.call("GET", "/me/published_posts")) == (10, None)
    assert code(client.call("POST", f"/{post_id}/comments", message="a")) == (200, None)
    assert client.feed(message="b").status_code == 200


def test_debug_token_tells_validity_scopes_and_end(client: Client, sandbox: Sandbox) -> None:
    """expires_at 0 means never; an expired token is shown as such to the app."""
    data = client.get("/debug_token", input_token=TOKEN)["data"]
    assert data["is_valid"] is True
    assert data["expires_at"] == 0
    assert "pages_manage_posts" in data["scopes"]
    assert data["data_access_expires_at"] > time.time() + 89 * 86400
    kept_back = {"data_access_expires_at": "2030-01-01T00:00:00+00:00"}
    admin(sandbox, "platform", {"platform": "facebook", "token": kept_back})
    data = client.get("/debug_token", input_token=TOKEN)["data"]
    assert data["data_access_expires_at"] == 1893456000
    ended = {"expires_at": "2020-01-01T00:00:00+00:00"}
    admin(sandbox, "platform", {"platform": "facebook", "token": ended})
    client.token = "sandbox-facebook-app|sandbox-facebook-app-secret"
    data = client.get("/debug_token", input_token=TOKEN)["data"]
    assert (data["is_valid"], data["error"]["subcode"]) == (False, 463)


def test_a_proof_is_checked_when_given_and_demanded_when_told(client: Client, sandbox: Sandbox) -> None:
    """appsecret_proof is HMAC-SHA256 of the token under the app secret."""
    secret = sandbox.info["platforms"]["facebook"]["credentials"]["app_secret"]
    proof = hmac.new(secret.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
    assert client.feed(message="a", appsecret_proof=proof).status_code == 200
    assert code(client.feed(message="b", appsecret_proof="0" * 64)) == (100, None)
    admin(sandbox, "platform", {"platform": "facebook", "require_proof": True})
    assert code(client.feed(message="c")) == (100, None)
    assert client.feed(message="d", appsecret_proof=proof).status_code == 200


@pytest.mark.parametrize(
    ("version", "status"), [("v21.0", 200), ("v27.0", 200), ("v28.0", 400), ("v26.1", 400)]
)
def test_versions_that_do_not_exist_are_refused(sandbox: Sandbox, version: str, status: int) -> None:
    """Unknown path components; the header names the version that answered."""
    with session(sandbox, "facebook") as plain:
        url = f"https://graph.facebook.com/{version}/me"
        reply = plain.get(url, params={"access_token": TOKEN}, timeout=5)
    assert reply.status_code == status
    if status == 200:
        assert reply.headers["facebook-api-version"] == version
    else:
        assert reply.json()["error"]["message"].startswith("Unknown path components")


# ── posts ────────────────────────────────────────────────────────────────────


def test_two_equal_posts_on_purpose_are_two_posts(client: Client, sandbox: Sandbox) -> None:
    """Facebook takes them; only `refuse_repeats` answers 506, to the same words twice in a row."""
    first, second = (client.feed(message="sama").json()["id"] for _ in range(2))
    assert first != second
    admin(sandbox, "platform", {"platform": "facebook", "refuse_repeats": True})
    assert code(client.feed(message="sama")) == (506, None)
    assert client.feed(message="lain").status_code == 200
    assert client.feed(message="sama").status_code == 200
    assert [post["text"] for post in live(sandbox)] == ["sama", "sama", "lain", "sama"]


@pytest.mark.parametrize(
    ("params", "wanted"),
    [
        ({}, (100, None)),
        ({"message": "a" * 63207}, (100, None)),
        ({"link": "natunakab"}, (100, 2061006)),
        ({"link": "ftp://natunakab.go.id"}, (100, 2061006)),
        ({"link": "https://www.facebook.com/x"}, (100, 1609008)),
        ({"link": "https://rusak.example/x"}, (100, 1609005)),
        ({"message": "a", "published": "maybe"}, (100, None)),
        ({"message": "a", "scheduled_publish_time": "4102444800"}, (100, None)),
        ({"message": "a", "published": "false", "scheduled_publish_time": "1"}, (100, None)),
        ({"message": "a", "published": "false", "unpublished_content_type": "LATER"}, (100, None)),
        ({"message": "a", "attached_media": "[{"}, (100, None)),
        ({"message": "a", "attached_media": '[{"media_fbid":"1"}]'}, (100, None)),
    ],
)
def test_a_post_facebook_does_not_take(
    client: Client, sandbox: Sandbox, params: Json, wanted: tuple[int, int | None]
) -> None:
    """Nothing to say, too much, links that lead nowhere, times that make no sense."""
    admin(sandbox, "platform", {"platform": "facebook", "unscrapeable": ["rusak.example"]})
    assert code(client.feed(**params)) == wanted
    assert live(sandbox) == []


def test_a_long_message_fits_to_the_last_character(client: Client) -> None:
    """63,206 characters."""
    assert client.feed(message="a" * 63206).status_code == 200


def test_another_page_or_object_is_not_there(client: Client, sandbox: Sandbox) -> None:
    """100/33 for what this token cannot see."""
    admin(sandbox, "platform", {"platform": "facebook", "add_account": {"id": "1002", "name": "Dua"}})
    assert code(client.call("POST", "/1002/feed", message="a")) == (100, 33)
    assert code(client.call("GET", "/1002/published_posts")) == (100, 33)
    assert code(client.call("GET", "/1001_5")) == (100, 33)
    other = Client(sandbox, "sandbox-facebook-1002")
    with other.session:
        theirs = other.call("POST", "/me/feed", message="a").json()["id"]
    assert code(client.call("DELETE", f"/{theirs}")) == (100, 33)


def test_a_draft_is_published_by_an_update_of_its_known_id(client: Client, sandbox: Sandbox) -> None:
    """published=false shows nothing to followers; is_published=true makes the same id live, once."""
    post_id = client.feed(message="nanti", published="false").json()["id"]
    assert live(sandbox) == []
    assert client.get(f"/{post_id}", fields="is_published")["is_published"] is False
    assert client.get("/me/published_posts")["data"] == []
    assert client.get("/me/feed", fields="is_published")["data"][0]["is_published"] is False
    for _ in range(2):
        assert client.call("POST", f"/{post_id}", is_published="true").json() == {"success": True}
    assert [post["id"] for post in live(sandbox)] == [post_id]
    assert client.get(f"/{post_id}", fields="is_published")["is_published"] is True


def test_facebook_itself_can_hold_a_post_until_its_time(client: Client, sandbox: Sandbox) -> None:
    """scheduled_publish_time from 10 minutes to 30 days ahead."""
    admin(sandbox, "clock", {"now": "2026-11-24T01:00:00+00:00"})
    for at, status in (
        ("2026-11-24T01:09:00", 400),
        ("2026-12-25T01:00:00", 400),
        ("2026-11-24T02:00:00", 200),
    ):
        reply = client.feed(message=at, published="false", scheduled_publish_time=at)
        assert reply.status_code == status
    assert len(client.get("/me/scheduled_posts")["data"]) == 1
    assert live(sandbox) == []
    admin(sandbox, "clock", {"now": "2026-11-24T02:00:01+00:00"})
    assert client.get("/me/scheduled_posts")["data"] == []
    assert [post["text"] for post in live(sandbox)] == ["2026-11-24T02:00:00"]


def test_words_can_be_changed_and_posts_removed(client: Client, sandbox: Sandbox) -> None:
    """POST /{post} message=, DELETE; a removed post is gone for every route."""
    post_id = client.feed(message="salah").json()["id"]
    client.call("POST", f"/{post_id}", message="benar")
    assert [post["text"] for post in live(sandbox)] == ["benar"]
    assert client.call("DELETE", f"/{post_id}").json() == {"success": True}
    assert live(sandbox) == []
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/comments")):
        assert code(client.call(method, f"/{post_id}{path}", message="a")) == (100, 33)


# ── photos ───────────────────────────────────────────────────────────────────


def test_photos_go_into_one_post_in_order_with_their_alt_text(client: Client, sandbox: Sandbox) -> None:
    """Staged unpublished, then named by attached_media as JSON or piece by piece."""
    pictures = [image("PNG", (60 + number, 50)) for number in range(4)]
    ids = [client.staged(data, alt_text_custom=f"foto {n}") for n, data in enumerate(pictures)]
    assert live(sandbox) == []
    named = {f"attached_media[{n}]": json.dumps({"media_fbid": photo}) for n, photo in enumerate(ids)}
    post_id = client.feed(message="empat", **named).json()["id"]
    shown = live(sandbox)[0]["media"]
    assert [one["sha256"] for one in shown] == [hashlib.sha256(data).hexdigest() for data in pictures]
    assert [one["alt"] for one in shown] == [f"foto {number}" for number in range(4)]
    fields = "attachments{media_type,subattachments{target{id}}}"
    album = client.get(f"/{post_id}", fields=fields)["attachments"]["data"][0]
    assert album["media_type"] == "album"
    assert [one["target"]["id"] for one in album["subattachments"]["data"]] == ids


def test_one_published_photo_is_a_post_of_its_own(client: Client, sandbox: Sandbox) -> None:
    """The answer names photo and post; the caption is the post's text."""
    answer = client.photo(image(), caption="satu", alt_text_custom="papan").json()
    post = live(sandbox)[0]
    assert (post["id"], post["text"], post["media"][0]["alt"]) == (answer["post_id"], "satu", "papan")
    target = client.get(f"/{answer['post_id']}", fields="attachments{target}")["attachments"]["data"][0]
    assert target["target"]["id"] == answer["id"]
    photo = client.get(f"/{answer['id']}", fields="alt_text_custom,page_story_id,name")
    assert (photo["alt_text_custom"], photo["page_story_id"]) == ("papan", post["id"])


@pytest.mark.parametrize(
    ("make", "wanted"),
    [
        (lambda: b"not a picture", (324, None)),
        (lambda: image()[:300], (324, None)),
        (lambda: image("WEBP"), (100, 1366046)),
        (lambda: image() + b"\0" * (10 * 1024 * 1024), (100, 1366046)),
    ],
)
def test_bytes_facebook_does_not_take(
    client: Client, make: Callable[[], bytes], wanted: tuple[int, int | None]
) -> None:
    """Kind and size are read from the bytes."""
    assert code(client.photo(make(), published="false")) == wanted


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "BMP", "TIFF"])
def test_bytes_facebook_takes(client: Client, kind: str) -> None:
    """The five documented kinds."""
    assert client.photo(image(kind), published="false").status_code == 200


def test_a_photo_may_come_from_a_url_on_this_machine_only(client: Client, sandbox: Sandbox) -> None:
    """389 where there is nothing to fetch; the sandbox reaches no other machine."""
    data = image("PNG")
    client.photo(data)
    url = f"{sandbox.url}/media/{hashlib.sha256(data).hexdigest()}"
    assert client.call("POST", "/me/photos", url=url).status_code == 200
    for wrong in (f"{sandbox.url}/media/none", "https://natunakab.go.id/a.jpg", "file:///etc/hostname"):
        assert code(client.call("POST", "/me/photos", url=wrong)) == (389, None)
    assert code(client.call("POST", "/me/photos")) == (324, None)


def test_staged_photos_are_used_once_and_keep_a_day(client: Client, sandbox: Sandbox) -> None:
    """1366051 for one already posted; refused after 24 hours; never beside a link."""
    used, old, third = (client.staged(image()) for _ in range(3))

    def post(photo_id: str, **more: str) -> requests.Response:
        return client.feed(message="a", attached_media=json.dumps([{"media_fbid": photo_id}]), **more)

    assert code(post(third, link="https://natunakab.go.id")) == (100, None)
    assert post(used).status_code == 200
    assert code(post(used)) == (100, 1366051)
    admin(sandbox, "clock", {"offset": 86401})
    assert code(post(old)) == (100, None)
    assert len(live(sandbox)) == 1


# ── reading back ─────────────────────────────────────────────────────────────


def test_lists_page_back_within_since_and_until(client: Client, sandbox: Sandbox) -> None:
    """Newest first, cursors, since and until in the sandbox's time."""
    ids = []
    for number in range(5):
        admin(sandbox, "clock", {"offset": number * 60})
        ids.append(client.feed(message=f"p{number}").json()["id"])
    first = client.get("/me/published_posts", limit="2", fields="created_time")
    assert [post["id"] for post in first["data"]] == ids[:2:-1]
    after = first["paging"]["cursors"]["after"]
    second = client.get("/me/published_posts", limit="2", after=after)
    assert [post["id"] for post in second["data"]] == [ids[2], ids[1]]
    token = {"access_token": TOKEN}
    followed = client.session.get(first["paging"]["next"], params=token, timeout=5).json()
    assert [post["id"] for post in followed["data"]] == [ids[2], ids[1]]
    since = first["data"][1]["created_time"]
    assert [post["id"] for post in client.get("/me/posts", since=since)["data"]] == ids[:2:-1]
    assert [post["id"] for post in client.get("/me/feed", until=since)["data"]] == [*ids[3::-1]]
    assert "next" not in client.get("/me/posts")["paging"]


@pytest.mark.parametrize(
    "params",
    [{"limit": "101"}, {"limit": "0"}, {"since": "soon"}, {"after": "nowhere"}, {"fields": "colour"}],
)
def test_a_wrong_query_is_refused(client: Client, params: Json) -> None:
    """Code 100."""
    client.feed(message="a")
    assert code(client.call("GET", "/me/published_posts", **params)) == (100, None)


def test_a_broken_fields_parameter_is_a_syntax_error(client: Client) -> None:
    """Code 2500, as for other paths that cannot be read."""
    assert code(client.call("GET", "/me", fields="id,{")) == (2500, None)
    assert code(client.call("GET", "/me", fields="id,na me}")) == (2500, None)


def test_fields_are_read_as_a_tree() -> None:
    """Modifiers are left aside."""
    assert parse_fields("id,attachments.limit(3){target{id},url}") == {
        "id": {},
        "attachments": {"target": {"id": {}}, "url": {}},
    }


def test_a_fresh_post_is_missing_from_lists_for_a_while(client: Client, sandbox: Sandbox) -> None:
    """`list_lag` seconds, comments as well; by id it is there at once."""
    admin(sandbox, "platform", {"platform": "facebook", "list_lag": 30})
    post_id = client.feed(message="baru").json()["id"]
    client.call("POST", f"/{post_id}/comments", message="pertama")
    assert client.get("/me/published_posts") == client.get(f"/{post_id}/comments") == {"data": []}
    assert client.get(f"/{post_id}")["message"] == "baru"
    admin(sandbox, "clock", {"offset": 31})
    assert len(client.get("/me/published_posts")["data"]) == 1
    assert len(client.get(f"/{post_id}/comments")["data"]) == 1


def test_a_comment_hangs_on_its_post(client: Client, sandbox: Sandbox) -> None:
    """Its permalink leads to the post's page, where its words are."""
    post_id = client.feed(message="induk", fields="id,permalink_url").json()["id"]
    comment = client.call("POST", f"/{post_id}/comments", message="anak").json()["id"]
    assert [(post["kind"], post["parent"]) for post in live(sandbox)] == [
        ("root", None),
        ("comment", post_id),
    ]
    permalink = client.get(f"/{comment}", fields="permalink_url")["permalink_url"]
    page = client.session.get(permalink, timeout=5)
    assert (page.status_code, "anak" in page.text) == (200, True)
    assert code(client.call("POST", f"/{post_id}/comments")) == (100, None)


# ── limits and errors on demand ──────────────────────────────────────────────


def test_usage_is_told_and_refused_when_full(client: Client, sandbox: Sandbox) -> None:
    """X-App-Usage and X-Business-Use-Case-Usage on every answer; 80001 at 100 percent."""
    admin(sandbox, "platform", {"platform": "facebook", "usage_percent": 97})
    reply = client.feed(message="a")
    assert json.loads(reply.headers["X-App-Usage"])["call_count"] == 97
    admin(sandbox, "platform", {"platform": "facebook", "usage_percent": 100, "regain_minutes": 12})
    refused = client.feed(message="b")
    assert code(refused) == (80001, None)
    told = json.loads(refused.headers["X-Business-Use-Case-Usage"])["1001"][0]
    assert (told["type"], told["estimated_time_to_regain_access"]) == ("pages", 12)
    assert len(live(sandbox)) == 1


FAMILIES = {*range(80000, 80015), *range(200, 300)} - {80001, 200, 299}


@pytest.mark.parametrize(
    ("number", "subcode"), sorted((pair for pair in ERRORS if pair[0] not in FAMILIES), key=str)
)
def test_every_listed_error_can_be_asked_for(
    client: Client, sandbox: Sandbox, number: int, subcode: int | None
) -> None:
    """Once, on the route named, in the true envelope, with no effect."""
    wanted = {"code": number, "subcode": subcode, "on": "feed"}
    admin(sandbox, "platform", {"platform": "facebook", "next_error": wanted})
    assert client.call("GET", "/me").status_code == 200
    assert code(client.feed(message="a")) == (number, subcode)
    assert live(sandbox) == []
    assert client.feed(message="a").status_code == 200


@pytest.mark.parametrize("on", ["feed", "comments", "photos"])
def test_an_error_can_come_after_the_effect(client: Client, sandbox: Sandbox, on: str) -> None:
    """An unknown error on a publishing call says nothing about what became of it."""
    root = client.feed(message="induk").json()["id"]
    admin(sandbox, "platform", {"platform": "facebook", "next_error": {"code": 1, "on": on, "effect": True}})
    if on == "photos":
        reply = client.photo(image(), caption="anak")
    else:
        reply = client.call("POST", f"/{root if on == 'comments' else 'me'}/{on}", message="anak")
    assert reply.status_code == 500
    assert code(reply) == (1, None)
    assert [post["text"] for post in live(sandbox)] == ["induk", "anak"]
