"""Other people's clients, made as their documentation says, against the simulators: only the host is changed.

Google's client is tried in test_youtube_simulator.py. TikTok, Instagram and Threads have none among our
dependencies.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import facebook
import pytest
import tweepy

from connectors.sandbox import Sandbox, start_in_thread
from tests.clips import clip
from tests.connectors.sandboxed import Rerouted, admin, image

Json = Any


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start_in_thread() as running:
        yield running


def live(sandbox: Sandbox) -> list[Json]:
    return [post for post in admin(sandbox, "live") if not post["removed"]]


# ── tweepy ───────────────────────────────────────────────────────────────────


@pytest.fixture
def keys(sandbox: Sandbox) -> dict[str, str]:
    given: dict[str, str] = sandbox.info["platforms"]["twitter"]["credentials"]
    return given


def pointed(sandbox: Sandbox, client: Any) -> Any:
    """tweepy has no setting for a host that is not https: its own session sends elsewhere."""
    client.session.trust_env = False
    client.session.mount("https://", Rerouted(sandbox.info["platforms"]["twitter"]["hosts"]))
    return client


@pytest.fixture
def tweeter(sandbox: Sandbox, keys: dict[str, str]) -> Iterator[tweepy.Client]:
    client = pointed(sandbox, tweepy.Client(**keys))
    with client.session:
        yield client


@pytest.fixture
def api(sandbox: Sandbox, keys: dict[str, str]) -> tweepy.API:
    return pointed(sandbox, tweepy.API(tweepy.OAuth1UserHandler(*keys.values())))


def test_tweepy_posts_and_deletes(sandbox: Sandbox, tweeter: tweepy.Client) -> None:
    """Who am I, a post, a poll, an answer to it, the post read back, a refusal, a deletion."""
    assert tweeter.get_me().data.id == 2001
    root = tweeter.create_tweet(text="Loket dibuka").data["id"]
    tweeter.create_tweet(text="Jam berapa?", poll_options=["08.00", "09.00"], poll_duration_minutes=60)
    answer = tweeter.create_tweet(text="Sampai pukul 15.00", in_reply_to_tweet_id=root).data["id"]
    assert tweeter.get_tweet(root, user_auth=True).data.text == "Loket dibuka"
    with pytest.raises(tweepy.Forbidden, match="duplicate content"):
        tweeter.create_tweet(text="Loket dibuka")
    assert tweeter.delete_tweet(answer).data == {"deleted": True}
    assert [post["text"] for post in live(sandbox)] == ["Loket dibuka", "Jam berapa?"]


def test_tweepy_pages_through_a_timeline(tweeter: tweepy.Client) -> None:
    """Its Paginator is led on from page to page."""
    for number in range(7):
        tweeter.create_tweet(text=f"Nomor {number}")
    pages = tweepy.Paginator(tweeter.get_users_tweets, 2001, max_results=5, user_auth=True)
    assert [one.text for one in pages.flatten()] == [f"Nomor {number}" for number in range(6, -1, -1)]


def test_tweepy_uploads_a_picture(
    sandbox: Sandbox, tweeter: tweepy.Client, api: tweepy.API, tmp_path: Path
) -> None:
    """At once from a file, in pieces from an open one, with a description: the bytes sent are live."""
    first, second = image(size=(60, 50)), image("PNG", (70, 50))
    path = tmp_path / "kantor.jpg"
    path.write_bytes(first)
    one = api.media_upload(path)
    assert (one.media_id_string, one.size) == (str(one.media_id), len(first))
    api.create_media_metadata(one.media_id, "Kantor camat")
    two = api.media_upload("poster.png", file=BytesIO(second), chunked=True, media_category="tweet_image")
    tweeter.create_tweet(text="Dua foto", media_ids=[one.media_id, two.media_id])
    (post,) = live(sandbox)
    assert [shown["sha256"] for shown in post["media"]] == [
        hashlib.sha256(data).hexdigest() for data in (first, second)
    ]
    assert [shown["alt"] for shown in post["media"]] == ["Kantor camat", ""]


def test_tweepy_uploads_a_clip_and_waits_for_it(
    sandbox: Sandbox, tweeter: tweepy.Client, api: tweepy.API
) -> None:
    """In pieces, with INIT, APPEND, FINALIZE and STATUS; processing is waited for by tweepy itself."""
    data = clip(seconds=1.0)
    media = api.media_upload(
        "klip.mp4", file=BytesIO(data), media_category="tweet_video", chunk_size=len(data) // 2
    )
    assert media.processing_info["state"] == "succeeded"
    asked = [(one["method"], one["path"]) for one in admin(sandbox, "requests")]
    assert asked[-1] == ("GET", "/1.1/media/upload.json")
    assert asked.count(("POST", "/1.1/media/upload.json")) >= 4
    tweeter.create_tweet(text="Klip", media_ids=[media.media_id])
    (post,) = live(sandbox)
    assert [shown["sha256"] for shown in post["media"]] == [hashlib.sha256(data).hexdigest()]


def test_tweepy_is_told_what_is_wrong_with_an_upload(sandbox: Sandbox, api: tweepy.API) -> None:
    """No picture, pieces that do not add up, an upload that is not there; and what v1.1 no longer does."""
    with pytest.raises(tweepy.BadRequest, match="unrecognized"):
        api.media_upload("a.jpg", file=BytesIO(b"not a picture, though it is called one"))
    begun = api.chunked_upload_init(1000, "image/jpeg", media_category="tweet_image")
    api.chunked_upload_append(begun.media_id, ("a", image()), 0)
    with pytest.raises(tweepy.BadRequest, match="do not add up"):
        api.chunked_upload_finalize(begun.media_id)
    with pytest.raises(tweepy.BadRequest, match="media IDs are invalid"):
        api.get_media_upload_status(17)
    with pytest.raises(tweepy.Forbidden, match="453"):
        api.update_status("Halo")
    assert live(sandbox) == []


def test_uploads_of_before_take_no_bearer(sandbox: Sandbox) -> None:
    """v1.1 knows OAuth 1.0a only."""
    bearer = pointed(sandbox, tweepy.API(tweepy.OAuth2BearerHandler("sandbox-twitter-2001-oauth2")))
    with pytest.raises(tweepy.Forbidden, match="220"):
        bearer.media_upload("a.jpg", file=BytesIO(image()))


# ── facebook-sdk ─────────────────────────────────────────────────────────────


@pytest.fixture
def graph(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[facebook.GraphAPI]:
    """Of the newest version that the SDK knows; its one address is the sandbox's."""
    told = sandbox.info["platforms"]["facebook"]
    monkeypatch.setattr(facebook, "FACEBOOK_GRAPH_URL", f"{told['base_url']}/")
    made = facebook.GraphAPI(access_token=told["credentials"]["token"], version="3.1")
    made.session.trust_env = False
    with made.session:
        yield made


def test_facebook_sdk_posts_and_reads(sandbox: Sandbox, graph: facebook.GraphAPI) -> None:
    """Who am I, a text, a photo, a comment, each read back; one and several objects; a deletion."""
    assert graph.get_object("me") == {"id": "1001", "name": "Dinas Contoh"}
    assert graph.get_version() == "21.0"
    text = graph.put_object("me", "feed", message="Loket dibuka")["id"]
    photo = graph.put_photo(BytesIO(image()), message="Satu foto")
    graph.put_comment(text, "Sampai pukul 15.00")
    assert graph.get_object(text, fields="message")["message"] == "Loket dibuka"
    assert graph.get_connections(text, "comments")["data"][0]["message"] == "Sampai pukul 15.00"
    listed = graph.get_connections("me", "published_posts", fields="message")["data"]
    assert [one["message"] for one in listed] == ["Satu foto", "Loket dibuka"]
    assert set(graph.get_objects([text, photo["post_id"]])) == {text, photo["post_id"]}
    graph.delete_object(text)
    assert [post["text"] for post in live(sandbox) if post["kind"] == "root"] == ["Satu foto"]
    with pytest.raises(facebook.GraphAPIError) as caught:
        graph.get_object(text)
    assert (caught.value.code, caught.value.result["error"]["error_subcode"]) == (100, 33)


def test_facebook_sdk_follows_a_list_to_its_end(graph: facebook.GraphAPI) -> None:
    """Every page has the address of the next one, with the token in it, which the SDK takes out."""
    words = [f"Nomor {number} & lain = lain" for number in range(5)]
    for one in words:
        graph.put_object("me", "feed", message=one)
    listed = graph.get_all_connections("me", "published_posts", fields="message", limit=2)
    assert [one["message"] for one in listed] == words[::-1]


def test_facebook_sdk_is_told_of_a_dead_token(sandbox: Sandbox, graph: facebook.GraphAPI) -> None:
    """As GraphAPIError with the code and the subcode; nothing is live."""
    admin(sandbox, "platform", {"platform": "facebook", "token": {"state": "expired"}})
    with pytest.raises(facebook.GraphAPIError, match="Session has expired") as caught:
        graph.put_object("me", "feed", message="Halo")
    assert (caught.value.code, caught.value.result["error"]["error_subcode"]) == (190, 463)
    assert live(sandbox) == []
