"""The pretended X: what it takes, what it refuses and how; every reply fits the OpenAPI facts."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import tweepy

from connectors.sandbox import Sandbox, start_in_thread
from tests.connectors.sandboxed import admin, image, session, signed
from tests.oracles.x import check_reply, check_request

Json = Any
API = "https://api.x.com"
BEARER = {"Authorization": "Bearer sandbox-twitter-2001-oauth2"}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start_in_thread() as running:
        yield running


def oracle(reply: requests.Response) -> None:
    """Hold a reply against the specification; pages for people and empty bodies have none."""
    path = urlsplit(reply.url).path.removeprefix("/twitter")
    if path.startswith("/2/") and reply.content and reply.status_code < 400:
        assert check_reply(reply.request.method or "", path, reply.status_code, reply.json()) == []


class Client:
    """An OAuth 1.0a client of the default account unless told otherwise."""

    def __init__(self, sandbox: Sandbox, account: str = "2001") -> None:
        keys = sandbox.simulators["twitter"].credentials(account)
        self.session = session(sandbox, "twitter", oracle)
        self.auth = signed(keys)

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        return self.session.request(method, API + path, auth=self.auth, timeout=5, **options)

    def post(self, text: str | None = None, **body: Json) -> requests.Response:
        whole = body if text is None else {"text": text, **body}
        return self.call("POST", "/2/tweets", json=whole)

    def id_of(self, text: str, **body: Json) -> str:
        reply = self.post(text, **body)
        assert reply.status_code == 201, reply.text
        post_id: str = reply.json()["data"]["id"]
        return post_id

    def upload(self, data: bytes, category: str = "tweet_image") -> requests.Response:
        return self.call("POST", "/2/media/upload", files={"media": data}, data={"media_category": category})

    def media_id(self, data: bytes, category: str = "tweet_image") -> str:
        media_id: str = self.upload(data, category).json()["data"]["id"]
        return media_id

    def timeline(self, **query: str) -> Json:
        reply = self.call("GET", "/2/users/2001/tweets", params=query)
        assert reply.status_code == 200, reply.text
        return reply.json()


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    made = Client(sandbox)
    with made.session:
        yield made


def live(sandbox: Sandbox) -> list[Json]:
    return [post for post in admin(sandbox, "live") if not post["removed"]]


def detail(reply: requests.Response) -> tuple[int, str]:
    return reply.status_code, reply.json().get("detail", "")


# ── other people's clients ───────────────────────────────────────────────────


def test_tweepy_works_unchanged(sandbox: Sandbox) -> None:
    """Who am I, post, thread, list, delete, and the errors as tweepy's exceptions."""
    tweeter = tweepy.Client(**sandbox.info["platforms"]["twitter"]["credentials"])
    tweeter.session = session(sandbox, "twitter", oracle)
    with tweeter.session:
        assert tweeter.get_me(user_auth=True).data.username == "contoh_2001"
        root = tweeter.create_tweet(text="satu", user_auth=True).data["id"]
        reply = tweeter.create_tweet(text="dua", in_reply_to_tweet_id=root, user_auth=True).data["id"]
        fields = ["created_at", "referenced_tweets", "conversation_id"]
        found = tweeter.get_users_tweets(2001, max_results=5, tweet_fields=fields, user_auth=True).data
        assert [str(one.id) for one in found] == [reply, root]
        assert [str(one.id) for one in found[0].referenced_tweets] == [root]
        assert str(found[0].conversation_id) == root
        with pytest.raises(tweepy.Forbidden, match="duplicate content"):
            tweeter.create_tweet(text="satu", user_auth=True)
        assert tweeter.delete_tweet(reply, user_auth=True).data == {"deleted": True}
    assert [post["text"] for post in live(sandbox)] == ["satu"]


def test_a_bearer_client_works_unchanged(sandbox: Sandbox) -> None:
    """OAuth 2.0 user tokens need no signature."""
    with session(sandbox, "twitter", oracle) as plain:
        sent = plain.post(f"{API}/2/tweets", json={"text": "a"}, headers=BEARER, timeout=5)
        assert sent.status_code == 201
        assert sent.headers["location"].endswith(sent.json()["data"]["id"])
        page = plain.get(f"https://x.com/i/web/status/{sent.json()['data']['id']}", timeout=5)
        assert page.status_code == 200
        assert "LATIHAN" in page.text


# ── who may ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("wrong", ["consumer_key", "consumer_secret", "access_token", "access_token_secret"])
def test_a_wrong_key_is_401(sandbox: Sandbox, wrong: str) -> None:
    """Each of the four is really checked."""
    keys = {**sandbox.info["platforms"]["twitter"]["credentials"], wrong: "sandbox-wrong"}
    with session(sandbox, "twitter") as plain:
        reply = plain.get(f"{API}/2/users/me", auth=signed(keys), timeout=5)
    assert detail(reply) == (401, "Unauthorized")
    assert live(sandbox) == []


def test_a_signature_covers_method_and_query_and_counts_once(sandbox: Sandbox, client: Client) -> None:
    """A signed request sent again, or with another query, is refused: its nonce is used, its words differ."""
    reply = client.call("GET", "/2/users/2001/tweets", params={"max_results": "5"})
    assert reply.status_code == 200
    headers = {"Authorization": reply.request.headers["Authorization"]}
    url = f"{sandbox.url}/twitter/2/users/2001/tweets"
    assert requests.get(f"{url}?max_results=5", headers=headers, timeout=5).status_code == 401
    signed_only = requests.Request("GET", f"{API}/2/users/me", auth=client.auth).prepare()
    headers = {"Authorization": signed_only.headers["Authorization"].decode()}
    assert requests.get(url, headers=headers, timeout=5).status_code == 401
    assert requests.get(f"{sandbox.url}/twitter/2/users/me", headers=headers, timeout=5).status_code == 200


def test_an_old_timestamp_is_401(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    """Signed an hour ago by the machine's clock; moving the sandbox's clock changes nothing."""
    admin(sandbox, "clock", {"offset": 86400})
    assert client.call("GET", "/2/users/me").status_code == 200
    past = str(int(time.time()) - 3600)
    monkeypatch.setattr("oauthlib.oauth1.rfc5849.generate_timestamp", lambda: past)
    assert client.call("GET", "/2/users/me").status_code == 401


@pytest.mark.parametrize(
    ("token", "header", "status"),
    [
        ({"state": "revoked"}, True, 401),
        ({"expires_at": "2020-01-01T00:00:00+00:00"}, True, 401),
        ({"scopes": ["tweet.read", "users.read"]}, True, 403),
        ({"state": "revoked"}, False, 401),
        ({"expires_at": "2020-01-01T00:00:00+00:00"}, False, 201),
    ],
)
def test_tokens_die_as_told(sandbox: Sandbox, client: Client, token: Json, header: bool, status: int) -> None:
    """OAuth 2.0 tokens are revoked, expire or lack a scope; OAuth 1.0a ones are revoked but never expire."""
    admin(sandbox, "platform", {"platform": "twitter", "token": token})
    if header:
        with session(sandbox, "twitter") as plain:
            reply = plain.post(f"{API}/2/tweets", json={"text": "a"}, headers=BEARER, timeout=5)
    else:
        reply = client.post("a")
    assert reply.status_code == status


def test_an_app_only_token_cannot_post(sandbox: Sandbox) -> None:
    """403 Unsupported Authentication."""
    with session(sandbox, "twitter") as plain:
        headers = {"Authorization": "Bearer sandbox-twitter-app-bearer"}
        reply = plain.post(f"{API}/2/tweets", json={"text": "a"}, headers=headers, timeout=5)
    assert (reply.status_code, reply.json()["title"]) == (403, "Unsupported Authentication")


# ── what a post may be ───────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": 5},
        {"text": "a", "foo": 1},
        {"text": "a", "reply_settings": "everyone"},
        {"text": "a", "made_with_ai": "true"},
        {"text": "a", "media": {}},
        {"text": "a", "media": {"media_ids": []}},
        {"text": "a", "media": {"media_ids": ["1", "2", "3", "4", "5"]}},
        {"text": "a", "media": {"media_ids": [1]}},
        {"text": "a", "media": {"media_ids": ["1"], "tagged_user_ids": ["x"]}},
        {"text": "a", "reply": {}},
        {"text": "a", "reply": {"in_reply_to_tweet_id": "abc"}},
        {"text": "a", "poll": {"options": ["x"], "duration_minutes": 5}},
        {"text": "a", "poll": {"options": ["x", "y" * 26], "duration_minutes": 5}},
        {"text": "a", "poll": {"options": ["x", "y"], "duration_minutes": 4}},
        {"text": "a", "poll": {"options": ["x", "y"], "duration_minutes": 5}, "quote_tweet_id": "1"},
        {"text": "a", "edit_options": {}},
        {"text": "a", "media": {"media_ids": ["1234567890"]}},
    ],
)
def test_a_body_outside_the_schema_is_400(client: Client, sandbox: Sandbox, body: Json) -> None:
    """Types, enums, bounds, unknown keys, what is required; nothing goes live."""
    reply = client.call("POST", "/2/tweets", json=body)
    assert reply.status_code == 400
    assert reply.json()["type"].endswith("/problems/invalid-request")
    assert reply.json()["errors"][0]["message"]
    assert live(sandbox) == []


@pytest.mark.parametrize(
    "body",
    [
        {"text": "a", "foo": 1},
        {"text": 5},
        {"text": "a", "reply_settings": "everyone"},
        {"text": "a", "made_with_ai": "true"},
        {"text": "a", "media": {"media_ids": []}},
        {"text": "a", "reply": {"in_reply_to_tweet_id": "abc"}},
        {"text": "a", "poll": {"options": ["x"], "duration_minutes": 5}},
    ],
)
def test_the_oracle_refuses_what_the_simulator_refuses(body: Json) -> None:
    """Two readings of one schema agree."""
    assert check_request("POST", "/2/tweets", json_body=body) != []


@pytest.mark.parametrize(
    ("status", "reply"),
    [
        (200, {"data": {"id": "1", "text": "a"}}),
        (201, {"data": {"id": 1, "text": "a"}}),
        (201, {"data": {"id": "1"}}),
        (201, {"data": {"id": "1", "text": "a"}, "errors": [{"message": "a"}]}),
    ],
)
def test_the_oracle_refuses_a_wrong_reply(status: int, reply: Json) -> None:
    """So a reply that passes it was really held against something."""
    assert check_reply("POST", "/2/tweets", 201, {"data": {"id": "1", "text": "a"}}) == []
    assert check_reply("POST", "/2/tweets", status, reply) != []


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("a" * 280, 201),
        ("a" * 281, 403),
        ("界" * 140, 201),
        ("界" * 141, 403),
        ("a" * 256 + " https://natunakab.go.id/" + "x" * 200, 201),
        ("a" * 257 + " https://natunakab.go.id/" + "x" * 200, 403),
        ("👨‍👩‍👧‍👦" * 140, 201),
        ("👨‍👩‍👧‍👦" * 141, 403),
        ("tanda\ufeffurutan", 403),
        ("harga $NTN", 201),
        ("harga $NTN dan $ABC", 403),
        ("harga $100 dan $200", 201),
    ],
)
def test_length_is_counted_the_platforms_way(client: Client, text: str, status: int) -> None:
    """280 weighted: links 23, CJK and emoji 2; one cashtag."""
    assert client.post(text).status_code == status


def test_options_are_kept(client: Client, sandbox: Sandbox) -> None:
    """reply_settings and made_with_ai are what followers will find."""
    client.id_of("a", reply_settings="mentionedUsers", made_with_ai=True)
    assert live(sandbox)[0]["options"] == {"reply_settings": "mentionedUsers", "made_with_ai": True}


def test_the_same_words_are_refused_within_the_window(client: Client, sandbox: Sandbox) -> None:
    """Not beyond it, not from another account, not once the first is deleted; never the first one's id."""
    first = client.id_of("Kerja  bakti")
    again = client.post("Kerja bakti ")
    assert detail(again) == (403, "You are not allowed to create a Tweet with duplicate content.")
    assert first not in again.text
    admin(sandbox, "platform", {"platform": "twitter", "add_account": {"id": "2002", "name": "Dua"}})
    other = Client(sandbox, "2002")
    with other.session:
        assert other.post("Kerja bakti").status_code == 201
    admin(sandbox, "clock", {"offset": 86401})
    second = client.id_of("Kerja bakti")
    assert second != first
    assert client.post("Kerja bakti").status_code == 403
    client.call("DELETE", f"/2/tweets/{second}")
    assert client.post("Kerja bakti").status_code == 201


def test_replies_only_to_own_posts_or_where_mentioned(client: Client, sandbox: Sandbox) -> None:
    """The rule of February 2026; a deleted or unknown parent is not visible."""
    admin(sandbox, "platform", {"platform": "twitter", "add_account": {"id": "2002", "name": "Dua"}})
    other = Client(sandbox, "2002")
    with other.session:
        theirs = other.id_of("milik orang")
        naming = other.id_of("halo @contoh_2001 apa kabar")
    refused = client.post("balas", reply={"in_reply_to_tweet_id": theirs})
    assert detail(refused)[1].startswith("You can only reply to or quote posts where you are mentioned")
    assert client.post("balas", quote_tweet_id=theirs).status_code == 403
    assert client.post("balas", reply={"in_reply_to_tweet_id": naming}).status_code == 201
    own = client.id_of("sendiri")
    child = client.id_of("lanjut", reply={"in_reply_to_tweet_id": own})
    client.call("DELETE", f"/2/tweets/{child}")
    for parent in (child, "999"):
        gone = client.post("lagi", reply={"in_reply_to_tweet_id": parent})
        assert "deleted or not visible" in detail(gone)[1]


def test_a_parent_can_be_too_fresh_to_answer(client: Client, sandbox: Sandbox) -> None:
    """`reply_lag` is the passing 403 that a fast thread can get."""
    admin(sandbox, "platform", {"platform": "twitter", "reply_lag": 5})
    root = client.id_of("satu")
    assert client.post("dua", reply={"in_reply_to_tweet_id": root}).status_code == 403
    admin(sandbox, "clock", {"offset": 6})
    assert client.post("dua", reply={"in_reply_to_tweet_id": root}).status_code == 201


# ── media ────────────────────────────────────────────────────────────────────


def test_pictures_with_alt_text_go_out_in_order(client: Client, sandbox: Sandbox) -> None:
    """Up to four; the bytes that were sent are the bytes that are live."""
    pictures = [image(kind, (60 + n, 50)) for n, kind in enumerate(("JPEG", "PNG", "WEBP", "GIF"))]
    ids = [client.media_id(data) for data in pictures]
    for number, media_id in enumerate(ids):
        body = {"id": media_id, "metadata": {"alt_text": {"text": f"foto {number}"}}}
        assert client.call("POST", "/2/media/metadata", json=body).status_code == 200
    client.id_of("empat", media={"media_ids": ids})
    shown = live(sandbox)[0]["media"]
    assert [one["sha256"] for one in shown] == [hashlib.sha256(data).hexdigest() for data in pictures]
    assert [one["alt"] for one in shown] == [f"foto {number}" for number in range(4)]
    query = {"expansions": "attachments.media_keys", "media.fields": "alt_text,url,width"}
    included = client.timeline(**query)["includes"]["media"]
    assert [one["alt_text"] for one in included] == [f"foto {number}" for number in range(4)]


def test_a_one_shot_upload_may_be_json(client: Client) -> None:
    """base64 in `media`; size and shape are read from the bytes."""
    data = image("PNG", (33, 22))
    body = {"media": base64.b64encode(data).decode(), "media_category": "tweet_image"}
    answer = client.call("POST", "/2/media/upload", json=body).json()["data"]
    assert answer["size"] == len(data)
    assert answer["image"] == {"w": 33, "h": 22, "image_type": "image/png"}
    assert client.call("POST", "/2/media/upload", json={**body, "media": "%%"}).status_code == 400


def initialize(client: Client, data: bytes, kind: str, category: str) -> str:
    body = {"media_type": kind, "total_bytes": len(data), "media_category": category}
    reply = client.call("POST", "/2/media/upload/initialize", json=body)
    assert reply.status_code == 200, reply.text
    media_id: str = reply.json()["data"]["id"]
    return media_id


def append(client: Client, media_id: str, index: int, data: bytes) -> requests.Response:
    path = f"/2/media/upload/{media_id}/append"
    return client.call("POST", path, data={"segment_index": str(index)}, files={"media": data})


def test_a_gif_goes_in_chunks_and_is_processed(client: Client, sandbox: Sandbox) -> None:
    """initialize, append, finalize, STATUS; it cannot be posted before it is ready, nor beside another."""
    data = image("GIF", frames=4)
    media_id = initialize(client, data, "image/gif", "tweet_gif")
    half = len(data) // 2
    assert append(client, media_id, 1, data[half:]).status_code == 200
    assert client.call("POST", f"/2/media/upload/{media_id}/finalize").status_code == 400
    assert append(client, media_id, 0, data[:half]).status_code == 200
    done = client.call("POST", f"/2/media/upload/{media_id}/finalize").json()["data"]
    assert done["processing_info"]["state"] == "in_progress"
    assert client.post("terlalu cepat", media={"media_ids": [media_id]}).status_code == 400
    admin(sandbox, "clock", {"offset": 2})
    query = {"command": "STATUS", "media_id": media_id}
    status = client.call("GET", "/2/media/upload", params=query).json()["data"]
    assert status["processing_info"]["state"] == "succeeded"
    still = client.media_id(image())
    assert client.post("campur", media={"media_ids": [media_id, still]}).status_code == 400
    client.id_of("bergerak", media={"media_ids": [media_id]})
    assert live(sandbox)[0]["media"][0]["type"] == "gif"


def test_processing_can_fail(client: Client, sandbox: Sandbox) -> None:
    """A failed upload cannot be posted."""
    admin(
        sandbox, "platform", {"platform": "twitter", "processing_seconds": 0, "processing_result": "failed"}
    )
    data = image("GIF", frames=2)
    media_id = initialize(client, data, "image/gif", "tweet_gif")
    append(client, media_id, 0, data)
    done = client.call("POST", f"/2/media/upload/{media_id}/finalize").json()["data"]
    assert done["processing_info"]["state"] == "failed"
    assert client.post("a", media={"media_ids": [media_id]}).status_code == 400


@pytest.mark.parametrize(
    ("make", "category"),
    [
        (lambda: b"not a picture", "tweet_image"),
        (lambda: image()[:200], "tweet_image"),
        (lambda: image("BMP"), "tweet_image"),
        (lambda: image() + b"\0" * (5 * 1024 * 1024), "tweet_image"),
        (lambda: image("PNG"), "tweet_gif"),
        (lambda: image("GIF", (1300, 10), frames=2), "tweet_gif"),
        (lambda: image("GIF", (8, 8), frames=351), "tweet_gif"),
        (lambda: image(), "poster"),
    ],
)
def test_bytes_x_does_not_take_are_refused(client: Client, make: Callable[[], bytes], category: str) -> None:
    """Kind, size and shape are read from the bytes, never from a name."""
    assert client.upload(make(), category).status_code == 400


def test_a_chunk_may_be_too_large(client: Client, sandbox: Sandbox) -> None:
    """413 with an empty body, as X's edge answers."""
    admin(sandbox, "platform", {"platform": "twitter", "append_limit": 100})
    data = image("GIF", frames=2)
    reply = append(client, initialize(client, data, "image/gif", "tweet_gif"), 0, data)
    assert (reply.status_code, reply.content) == (413, b"")


def test_media_belong_to_one_account_one_post_one_day(client: Client, sandbox: Sandbox) -> None:
    """Used, foreign and expired ids are refused; so is the same id twice."""
    used = client.media_id(image())
    assert client.post("dobel", media={"media_ids": [used, used]}).status_code == 400
    client.id_of("sekali", media={"media_ids": [used]})
    assert client.post("dua kali", media={"media_ids": [used]}).status_code == 400
    admin(sandbox, "platform", {"platform": "twitter", "add_account": {"id": "2002", "name": "Dua"}})
    other = Client(sandbox, "2002")
    with other.session:
        foreign = other.media_id(image())
    assert client.post("asing", media={"media_ids": [foreign]}).status_code == 400
    old = client.media_id(image())
    admin(sandbox, "clock", {"offset": 86401})
    assert client.post("basi", media={"media_ids": [old]}).status_code == 400


def test_alt_text_has_a_limit(client: Client) -> None:
    """1000 characters; and the media must exist."""
    media_id = client.media_id(image())
    for length, status in ((1000, 200), (1001, 400)):
        body = {"id": media_id, "metadata": {"alt_text": {"text": "a" * length}}}
        assert client.call("POST", "/2/media/metadata", json=body).status_code == status
    unknown = {"id": "77", "metadata": {"alt_text": {"text": "a"}}}
    assert client.call("POST", "/2/media/metadata", json=unknown).status_code == 400


# ── reading back ─────────────────────────────────────────────────────────────


def test_text_comes_back_as_x_writes_it(client: Client) -> None:
    """t.co links with their entities, `&<>` escaped, a link for the pictures at the end."""
    media_id = client.media_id(image())
    text = "A & B <c> https://natunakab.go.id/a?b=1&c=2 atau natuna.lapor.go.id"
    client.id_of(text, media={"media_ids": [media_id]})
    post = client.timeline(**{"post.fields": "entities,attachments,created_at"})["data"][0]
    assert post["text"].startswith("A &amp; B &lt;c&gt; https://t.co/")
    urls = post["entities"]["urls"]
    assert all(post["text"][one["start"] : one["end"]] == one["url"] for one in urls)
    assert urls[0]["expanded_url"] == "https://natunakab.go.id/a?b=1&c=2"
    assert urls[1]["expanded_url"] == "http://natuna.lapor.go.id"
    assert urls[2]["media_key"] == post["attachments"]["media_keys"][0]
    assert post["text"].endswith(urls[2]["url"])
    assert post["created_at"].endswith(".000Z")


def test_a_reply_names_its_parent_in_the_words_it_was_asked_in(client: Client) -> None:
    """Old names for tweet.fields, the specification's for post.fields and expansions."""
    root = client.id_of("satu")
    client.id_of("dua", reply={"in_reply_to_tweet_id": root})
    old = client.timeline(**{"tweet.fields": "referenced_tweets"})["data"][0]
    new = client.timeline(expansions="referenced_posts")["data"][0]
    assert old["referenced_tweets"] == new["referenced_posts"] == [{"type": "replied_to", "id": root}]
    assert "edit_history_tweet_ids" in old
    assert "edit_history_post_ids" in new
    refused = client.call("GET", "/2/users/2001/tweets", params={"post.fields": "referenced_tweets"})
    assert refused.status_code == 400


def test_timelines_page_back_and_filter(client: Client, sandbox: Sandbox) -> None:
    """Newest first; max_results, pagination_token, since_id, until_id, start_time, exclude."""
    ids = []
    for number in range(7):
        admin(sandbox, "clock", {"offset": number * 60})
        ids.append(client.id_of(f"p{number}"))
    first = client.timeline(max_results="5")
    assert [post["id"] for post in first["data"]] == ids[:1:-1]
    rest = client.timeline(max_results="5", pagination_token=first["meta"]["next_token"])
    assert [post["id"] for post in rest["data"]] == [ids[1], ids[0]]
    assert "next_token" not in rest["meta"]
    assert [post["id"] for post in client.timeline(since_id=ids[4])["data"]] == ids[:4:-1]
    assert [post["id"] for post in client.timeline(until_id=ids[1])["data"]] == [ids[0]]
    shown = client.timeline(**{"post.fields": "created_at"})["data"]
    since = client.timeline(start_time=shown[2]["created_at"])
    assert [post["id"] for post in since["data"]] == ids[:3:-1]
    client.id_of("balasan", reply={"in_reply_to_tweet_id": ids[-1]})
    assert client.timeline(exclude="replies")["data"][0]["id"] == ids[-1]


@pytest.mark.parametrize(
    "query",
    [
        {"max_results": "4"},
        {"max_results": "101"},
        {"start_time": "2026-11-24 08:00"},
        {"since_id": "abc"},
        {"pagination_token": "!"},
        {"post.fields": "colour"},
        {"tweet.fields": "colour"},
        {"colour": "red"},
    ],
)
def test_a_wrong_query_is_400(client: Client, query: dict[str, str]) -> None:
    """Bounds, formats, enums and unknown parameters."""
    assert client.call("GET", "/2/users/2001/tweets", params=query).status_code == 400


def test_a_fresh_post_is_missing_from_lists_for_a_while(client: Client, sandbox: Sandbox) -> None:
    """`list_lag` seconds; by id it is there at once."""
    admin(sandbox, "platform", {"platform": "twitter", "list_lag": 30})
    post_id = client.id_of("baru")
    assert client.timeline() == {"meta": {"result_count": 0}}
    assert client.call("GET", f"/2/tweets/{post_id}").json()["data"]["id"] == post_id
    admin(sandbox, "clock", {"offset": 31})
    assert client.timeline()["data"][0]["id"] == post_id


def test_what_is_not_there_is_said_as_x_says_it(client: Client) -> None:
    """200 with errors for reads of unknown posts and users, 404 for routes."""
    for path in ("/2/tweets/1", "/2/users/9999/tweets"):
        reply = client.call("GET", path)
        assert reply.status_code == 200
        assert reply.json()["errors"][0]["title"] == "Not Found Error"
    assert client.call("GET", "/2/nothing").status_code == 404
    assert client.call("DELETE", "/2/tweets/1").status_code == 404


# ── limits, money, errors on demand ──────────────────────────────────────────


def test_rates_are_counted_per_account_and_told(client: Client, sandbox: Sandbox) -> None:
    """x-rate-limit headers on every answer; 429 beyond, until the reset that was named."""
    admin(sandbox, "platform", {"platform": "twitter", "quota": {"tweet": 2}})
    first = client.post("a")
    assert first.headers["x-rate-limit-limit"] == "2"
    assert first.headers["x-rate-limit-remaining"] == "1"
    client.post("b")
    refused = client.post("c")
    assert (refused.status_code, refused.json()["title"]) == (429, "Too Many Requests")
    assert refused.headers["x-rate-limit-remaining"] == "0"
    assert 0 < int(refused.headers["x-rate-limit-reset"]) - time.time() <= 900
    assert client.call("GET", "/2/users/me").status_code == 200
    admin(sandbox, "clock", {"offset": 901})
    assert client.post("c").status_code == 201


def test_credit_runs_out(client: Client, sandbox: Sandbox) -> None:
    """$0.015 a post, $0.20 with a link; then 402 CreditsDepleted and nothing goes live."""
    admin(sandbox, "platform", {"platform": "twitter", "credit_usd": 0.22})
    client.id_of("biasa")
    client.id_of("tautan natunakab.go.id")
    refused = client.post("satu lagi")
    assert (refused.status_code, refused.json()["title"]) == (402, "CreditsDepleted")
    assert len(live(sandbox)) == 2


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("duplicate", 403),
        ("reply", 403),
        ("reply-limited", 403),
        ("not-visible", 403),
        ("cashtag", 403),
        ("invalid-url", 403),
        ("video-length", 403),
        ("not-permitted", 403),
        ("suspended", 403),
        ("client-forbidden", 403),
        ("app-only", 403),
        ("invalid-request", 400),
        ("media-ids", 400),
        ("unauthorized", 401),
        ("credits", 402),
        ("not-found", 404),
        ("too-large", 413),
        ("usage-capped", 429),
        ("rate-legacy", 429),
        ("over-capacity", 503),
        ("internal", 500),
    ],
)
def test_every_listed_error_can_be_asked_for(
    client: Client, sandbox: Sandbox, code: str, status: int
) -> None:
    """Once, on the route named, with no effect."""
    admin(sandbox, "platform", {"platform": "twitter", "next_error": {"code": code, "on": "tweet"}})
    assert client.call("GET", "/2/users/me").status_code == 200
    assert client.post("a").status_code == status
    assert live(sandbox) == []
    assert client.post("a").status_code == 201


def test_an_oauth2_token_lives_two_hours_and_its_refresh_token_works_once(sandbox: Sandbox) -> None:
    """X's own words for what is used up; the app shows its secret, or has none."""
    http = session(sandbox, "twitter")

    def renew(token: str, **how: Any) -> requests.Response:
        form = {"grant_type": "refresh_token", "refresh_token": token, **how.pop("form", {})}
        auth = how.pop("auth", ("sandbox-twitter-client", "sandbox-twitter-client-secret"))
        return http.post(f"{API}/2/oauth2/token", data=form, auth=auth, timeout=5)

    def me(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return http.get(f"{API}/2/users/me", headers=headers, timeout=5).status_code

    first = "sandbox-twitter-2001-oauth2"
    assert me(first) == 200
    admin(sandbox, "clock", {"offset": 7201})
    assert me(first) == 401
    made = renew(f"{first}-refresh").json()
    assert (made["expires_in"], made["token_type"], me(made["access_token"])) == (7200, "bearer", 200)
    again = renew(f"{first}-refresh")
    assert (again.status_code, again.json()) == (
        400,
        {"error": "invalid_request", "error_description": "Value passed for the token was invalid."},
    )
    assert renew(made["refresh_token"], auth=None).status_code == 401
    admin(sandbox, "platform", {"platform": "twitter", "public_client": True})
    named = {"client_id": "sandbox-twitter-client"}
    assert renew(made["refresh_token"], auth=None).json()["error"] == "invalid_client"
    later = renew(made["refresh_token"], auth=None, form=named)
    assert later.status_code == 200
    admin(sandbox, "clock", {"offset": 200 * 86400})
    assert renew(later.json()["refresh_token"], auth=None, form=named).status_code == 400
