"""The pretended Threads: what it takes, what it refuses and how."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from connectors.sandbox import Sandbox, start_in_thread
from connectors.threads.simulator_answers import ERRORS
from connectors.threads.simulator_containers import media_id_of, shortcode
from connectors.threads.simulator_words import length, links
from tests.clips import clip
from tests.connectors.sandboxed import admin, image, session

Json = Any
API = "https://graph.threads.net/v1.0"


class Client:
    """Plain requests with a long-lived token."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.session = session(sandbox, "threads")
        self.token = "sandbox-threads-4001"

    def call(self, method: str, path: str, **params: Json) -> requests.Response:
        sent = {"access_token": self.token, **params}
        place = "params" if method in ("GET", "DELETE") else "data"
        return self.session.request(method, API + path, timeout=10, **{place: sent})

    def create(self, kind: str = "TEXT", **params: Json) -> requests.Response:
        return self.call("POST", "/me/threads", media_type=kind, **params)

    def made(self, kind: str = "TEXT", **params: Json) -> str:
        reply = self.create(kind, **params)
        assert reply.status_code == 200, reply.text
        number: str = reply.json()["id"]
        return number

    def publish(self, container: str) -> requests.Response:
        return self.call("POST", "/me/threads_publish", creation_id=container)

    def post(self, **params: Json) -> str:
        reply = self.publish(self.made(**params))
        assert reply.status_code == 200, reply.text
        number: str = reply.json()["id"]
        return number

    def get(self, path: str, **params: Json) -> Json:
        reply = self.call("GET", path, **params)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def status(self, container: str) -> Json:
        return self.get(f"/{container}", fields="status,error_message")

    def set(self, **change: Json) -> None:
        admin(self.sandbox, "platform", {"platform": "threads", **change})

    def move(self, seconds: float) -> None:
        ahead = admin(self.sandbox, "clock")["offset"]
        admin(self.sandbox, "clock", {"offset": ahead + seconds})

    def hosted(self, name: str, data: bytes) -> str:
        url = f"{self.sandbox.url}/hosting/{name}"
        assert requests.put(url, data, timeout=5).status_code in (201, 204)
        return url

    def live(self) -> list[Json]:
        return [post for post in admin(self.sandbox, "live") if not post["removed"]]


@pytest.fixture
def client() -> Iterator[Client]:
    with start_in_thread() as running:
        made = Client(running)
        with made.session:
            yield made


def code(reply: requests.Response) -> tuple[int, int | None]:
    """Code and subcode of an error, after looking at its envelope."""
    assert reply.status_code >= 400, reply.text
    error = reply.json()["error"]
    assert {"message", "type", "code", "fbtrace_id", "is_transient"} <= set(error)
    return error["code"], error.get("error_subcode")


def test_a_text_goes_live_and_is_read_back(client: Client) -> None:
    """Container, publish, permalink; the page of the permalink is there, the text is exact."""
    text = "Stan SP4N-LAPOR! dibuka.\n\nSMS 1708 😀"
    options = {
        "link_attachment": "https://natunakab.go.id/a",
        "topic_tag": "Natuna",
        "reply_control": "everyone",
    }
    number = client.post(text=text, **options)
    (post,) = client.live()
    assert (post["id"], post["text"], post["parent"]) == (number, text, None)
    assert post["options"] == {
        "link": "https://natunakab.go.id/a",
        "topic_tag": "Natuna",
        "reply_control": "everyone",
    }
    shown = client.get(f"/{number}", fields="id,permalink,shortcode,timestamp,text,media_type")
    assert shown["media_type"] == "TEXT_POST"
    assert media_id_of(shown["shortcode"]) == number
    assert client.session.get(shown["permalink"], timeout=5).status_code == 200


def test_pictures_and_clips_are_fetched_and_awaited(client: Client) -> None:
    """A picture takes a moment, a clip longer; before that they cannot be published."""
    picture = client.made("IMAGE", image_url=client.hosted("a.png", image("PNG")), alt_text="Stan", text="a")
    film = client.made("VIDEO", video_url=client.hosted("a.mp4", clip(seconds=1.0)), text="b")
    assert client.status(picture)["status"] == "IN_PROGRESS"
    assert code(client.publish(picture)) == (24, 4279009)
    client.move(3)
    assert client.status(picture)["status"] == "FINISHED"
    assert client.status(film)["status"] == "IN_PROGRESS"
    client.move(20)
    for one in (picture, film):
        assert client.publish(one).status_code == 200
        assert client.status(one)["status"] == "PUBLISHED"
    assert [(one["media"][0]["type"], one["media"][0]["alt"]) for one in client.live()] == [
        ("image", "Stan"),
        ("video", ""),
    ]


def test_a_carousel_shows_its_children_in_order(client: Client) -> None:
    """Two to twenty items, each with its own alternative text; an item is no post of its own."""
    client.set(image_seconds=0)
    urls = [client.hosted(f"{number}.jpg", image(size=(64 + number, 64))) for number in range(21)]
    items = [
        client.made("IMAGE", image_url=url, is_carousel_item="true", alt_text=f"Foto {number}")
        for number, url in enumerate(urls)
    ]
    for wrong in (items[:1], items, [items[0], items[0]], [items[0], "1"]):
        assert code(client.create("CAROUSEL", children=",".join(wrong))) == (100, None)
    assert code(client.publish(items[0])) == (100, None)
    assert client.publish(client.made("CAROUSEL", children=",".join(items[:20]), text="a")).status_code == 200
    (post,) = client.live()
    assert [one["alt"] for one in post["media"]] == [f"Foto {number}" for number in range(20)]


def test_a_chain_hangs_together(client: Client) -> None:
    """A reply names the post before it, needs its permission, and stands in /replies only."""
    root = client.post(text="1/2")
    reply = client.post(text="2/2", reply_to_id=root)
    assert [one["parent"] for one in client.live()] == [None, root]
    assert [one["id"] for one in client.get("/me/threads")["data"]] == [root]
    assert [one["id"] for one in client.get("/me/replies")["data"]] == [reply]
    assert client.get(f"/{reply}", fields="replied_to,root_post")["root_post"] == {"id": root}
    assert code(client.create(text="a", reply_to_id="99")) == (24, 4279009)
    client.set(token={"state": "valid", "scopes": ["threads_basic", "threads_content_publish"]})
    assert code(client.create(text="a", reply_to_id=root)) == (10, None)


@pytest.mark.parametrize(
    "asked",
    [
        {"text": ""},
        {"text": "a" * 501},
        {"kind": "STORY", "text": "a"},
        {"text": "a", "reply_control": "nobody"},
        {"text": "a", "topic_tag": "a.b"},
        {"text": "a", "topic_tag": "a" * 51},
        {"text": "a", "alt_text": "b"},
        {"text": "a", "link_attachment": "natuna"},
        {"text": "a", "poll_attachment": json.dumps({"option_a": "ya"})},
        {"text": "a", "poll_attachment": json.dumps({"option_a": "ya", "option_b": "x" * 26})},
        {"text": " ".join(f"https://natunakab.go.id/{number}" for number in range(6))},
        {"kind": "IMAGE", "text": "a"},
        {"kind": "IMAGE", "image_url": "IMAGE", "link_attachment": "https://natunakab.go.id"},
        {"kind": "IMAGE", "image_url": "IMAGE", "alt_text": "a" * 1001},
    ],
)
def test_what_it_does_not_take(client: Client, asked: dict[str, str]) -> None:
    """Refused at creation, as a bad parameter; nothing is live."""
    if asked.get("image_url"):
        asked = {**asked, "image_url": client.hosted("a.jpg", image())}
    assert code(
        client.create(asked.get("kind", "TEXT"), **{k: v for k, v in asked.items() if k != "kind"})
    ) == (
        100,
        None,
    )
    assert client.live() == []


def test_both_ways_of_counting() -> None:
    """500 characters of which emojis cost their bytes, or 500 bytes; which one is not known."""
    assert length("a’😀", in_bytes=False) == 1 + 1 + 4
    assert length("a’😀", in_bytes=True) == 1 + 3 + 4


def test_the_way_of_counting_is_a_setting(client: Client) -> None:
    """A text of 498 characters and 504 bytes goes in one reading and not in the other."""
    text = "a" * 495 + "’’’"
    assert client.create(text=text).status_code == 200
    client.set(count_bytes=True, too_long_status=500)
    reply = client.create(text=text)
    assert (reply.status_code, code(reply)) == (500, (100, None))
    assert "at most 500" in reply.json()["error"]["message"]


def test_links_are_counted_once() -> None:
    """Unique links of the text and the one attached."""
    five = " ".join(f"https://natunakab.go.id/{number}" for number in range(5))
    assert links(five + " https://natunakab.go.id/0.", "https://natunakab.go.id/1") == 5
    assert links(five, "https://natunakab.go.id/9") == 6


def test_the_race_after_creating(client: Client) -> None:
    """Finished, and yet not found, as often as asked for; then the same container goes out, once."""
    client.set(publish_race=2)
    container = client.made(text="a")
    for _ in range(2):
        assert client.status(container)["status"] == "FINISHED"
        reply = client.publish(container)
        assert code(reply) == (24, 4279009)
        assert reply.json()["error"]["is_transient"] is False
    assert client.live() == []
    assert client.publish(container).status_code == 200
    assert code(client.publish(container)) == (100, None)
    assert len(client.live()) == 1


def test_a_container_expires(client: Client) -> None:
    """After 24 hours it says so and cannot be published."""
    container = client.made(text="a")
    client.move(86400)
    assert client.status(container)["status"] == "EXPIRED"
    assert code(client.publish(container)) == (24, 4279009)


def test_what_goes_wrong_with_media(client: Client) -> None:
    """A picture that cannot be fetched is refused at once; a clip's trouble is told by its container."""
    assert code(client.create("IMAGE", image_url=f"{client.sandbox.url}/hosting/none.jpg")) == (1, 2207052)
    assert code(client.create("IMAGE", image_url=client.hosted("a.gif", image("GIF")))) == (100, None)
    clips = {
        "FAILED_DOWNLOADING_VIDEO": f"{client.sandbox.url}/hosting/none.mp4",
        "FAILED_PROCESSING_VIDEO": client.hosted("b.mp4", b"not a clip at all"),
        "INVALID_FRAME_RATE": client.hosted("c.mp4", clip(fps=10)),
    }
    for why, url in clips.items():
        container = client.made("VIDEO", video_url=url)
        client.move(21)
        found = client.status(container)
        assert (found["status"], found["error_message"]) == ("ERROR", why)
        assert code(client.publish(container)) == (100, None)
    client.set(container_error="UNKNOWN")
    assert client.status(client.made(text="a"))["error_message"] == "UNKNOWN"


def test_publishing_limits(client: Client) -> None:
    """Posts and replies are counted apart, in a rolling day; what is used up is refused at publishing."""
    client.set(quota_total=1)
    root = client.post(text="a")
    assert code(client.publish(client.made(text="b"))) == (613, None)
    client.post(text="c", reply_to_id=root)
    fields = "quota_usage,config,reply_quota_usage,reply_config"
    (entry,) = client.get("/me/threads_publishing_limit", fields=fields)["data"]
    assert (entry["quota_usage"], entry["reply_quota_usage"]) == (1, 1)
    assert entry["config"] == {"quota_total": 1, "quota_duration": 86400}
    client.move(86401)
    client.post(text="d")


def test_lists_lag_and_have_pages(client: Client) -> None:
    """The freshest is missing for a while; since, limit and cursors lead through all."""
    first = [client.post(text=str(number)) for number in range(5)]
    client.set(list_lag=60)
    client.post(text="late")
    client.move(0)
    assert client.get("/me/threads")["data"] == []
    client.move(61)
    client.set(list_lag=0)
    seen, params = [], {"fields": "id,text", "limit": "2"}
    while True:
        page = client.get("/me/threads", **params)
        seen += [one["id"] for one in page["data"]]
        if "next" not in page["paging"]:
            break
        params["after"] = page["paging"]["cursors"]["after"]
    assert seen[1:] == first[::-1]


def test_delete(client: Client) -> None:
    """What is deleted is in no list, and cannot be deleted again; deletions are limited."""
    one, two = client.post(text="a"), client.post(text="b")
    client.set(delete_quota_total=1)
    assert client.call("DELETE", f"/{one}").json() == {"success": True, "deleted_id": one}
    assert code(client.call("DELETE", f"/{one}")) == (100, 33)
    assert code(client.call("DELETE", f"/{two}")) == (613, None)
    assert [post["id"] for post in client.live()] == [two]


def test_a_media_id_has_no_status(client: Client) -> None:
    """Only containers have a status; asking a post for it is refused."""
    assert code(client.call("GET", f"/{client.post(text='a')}", fields="status")) == (100, None)


def test_tokens(client: Client) -> None:
    """No token, one of nobody, an expired one, one without the permission."""
    client.set(token={"state": "expired"})
    assert code(client.call("GET", "/me")) == (190, 463)
    client.set(token={"state": "valid", "scopes": ["threads_basic"]})
    assert code(client.create(text="a")) == (10, None)
    assert client.get("/me", fields="id,username") == {"id": "4001", "username": "dinas_contoh"}
    client.token = "sandbox-threads-9"
    assert code(client.call("GET", "/me")) == (190, None)
    client.token = ""
    assert code(client.call("GET", "/me")) == (2500, None)


def refresh(client: Client, token: str) -> Json:
    params = {"grant_type": "th_refresh_token", "access_token": token}
    return client.session.get(
        "https://graph.threads.net/refresh_access_token", params=params, timeout=10
    ).json()


def test_a_token_is_refreshed_when_it_is_a_day_old_and_has_not_ended(client: Client) -> None:
    """Another one for sixty days more, whose end debug_token tells; who asks after the end logs in anew."""
    first = client.token
    end = client.get("/debug_token", input_token=first)["data"]["expires_at"]
    client.move(86_000)
    assert refresh(client, first)["error"]["code"] == 100
    client.move(401)
    made = refresh(client, first)["access_token"]
    client.token = made
    assert client.get("/debug_token", input_token=made)["data"]["expires_at"] == pytest.approx(
        end + 86_401, abs=5
    )
    simulator = client.sandbox.simulators["threads"]
    assert simulator.credentials("4001") == {"token": first}
    client.move(5183944 - 86_000)
    assert refresh(client, first)["error"]["error_subcode"] == 463
    anew = simulator.credentials("4001")["token"]
    assert anew not in (first, made)
    client.token = anew
    assert client.get("/me", fields="id") == {"id": "4001"}


@pytest.mark.parametrize("wanted", [(1, None), (24, 4279009), (1, 2207052), (4279013, None), (368, 1390008)])
def test_any_error_can_be_asked_for(client: Client, wanted: tuple[int, int | None]) -> None:
    """Before or after the effect, once."""
    assert wanted in ERRORS
    for effect in (False, True):
        container = client.made(text="a")
        client.set(next_error={"code": wanted[0], "subcode": wanted[1], "on": "publish", "effect": effect})
        assert code(client.publish(container)) == wanted
        assert len(client.live()) == int(effect)


def test_a_throttle_says_when(client: Client) -> None:
    """At 100 percent calls are refused, and the header names the minutes."""
    client.set(usage_percent=100, regain_minutes=7)
    reply = client.create(text="a")
    assert code(reply) == (4, None)
    usage = json.loads(reply.headers["X-Business-Use-Case-Usage"])
    assert usage["4001"][0]["estimated_time_to_regain_access"] == 7


def test_shortcodes_lead_back() -> None:
    """A permalink names exactly one post."""
    assert media_id_of(shortcode("18000000000000001")) == "18000000000000001"
    assert media_id_of("!") == ""
