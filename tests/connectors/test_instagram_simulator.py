"""The pretended Instagram against Meta's documentation, spoken to as other people's clients do."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from connectors.instagram.simulator_answers import ERRORS
from connectors.sandbox import Sandbox, start_in_thread
from tests.clips import clip
from tests.connectors.sandboxed import admin, session

Json = Any
IG = "https://graph.instagram.com/v26.0"
FB = "https://graph.facebook.com/v26.0"
ME = "3001"
TOKEN = "sandbox-instagram-3001"


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with start_in_thread(tmp_path / "state") as one:
        yield one


class Client:
    """What a client of other people does, as plainly as it can be written."""

    def __init__(self, sandbox: Sandbox, base: str = IG) -> None:
        self.sandbox = sandbox
        self.base = base
        self.http = session(sandbox, "instagram")

    def ask(self, method: str, path: str, **params: Json) -> tuple[int, Json]:
        how = {"params": params} if method == "GET" else {"data": params}
        headers = {"Authorization": f"Bearer {TOKEN}"}
        reply = self.http.request(method, f"{self.base}/{path}", headers=headers, timeout=10, **how)
        return reply.status_code, reply.json()

    def refused(self, method: str, path: str, **params: Json) -> tuple[int, int | None]:
        status, body = self.ask(method, path, **params)
        assert status >= 400, body
        return body["error"]["code"], body["error"].get("error_subcode")

    def made(self, **params: Json) -> str:
        status, body = self.ask("POST", f"{ME}/media", **params)
        assert status == 200, body
        return str(body["id"])

    def state(self, container: str) -> Json:
        return self.ask("GET", container, fields="status_code,status")[1]

    def publish(self, container: str) -> str:
        self.wait()
        status, body = self.ask("POST", f"{ME}/media_publish", creation_id=container)
        assert status == 200, body
        return str(body["id"])

    def image_post(self, caption: str = "Selamat pagi") -> str:
        return self.publish(self.made(image_url=self.hosted(jpeg()), caption=caption))

    def hosted(self, data: bytes, name: str = "a.jpg") -> str:
        url = f"{self.sandbox.url}/hosting/{abs(hash(data)) % 10**9}-{name}"
        assert requests.put(url, data=data, timeout=10).status_code in (201, 204)
        return url

    def wait(self, seconds: float = 30) -> None:
        offset = admin(self.sandbox, "clock")["offset"]
        admin(self.sandbox, "clock", {"offset": offset + seconds})

    def platform(self, **change: Json) -> None:
        admin(self.sandbox, "platform", {"platform": "instagram", **change})

    def live(self) -> list[Json]:
        return [one for one in admin(self.sandbox, "live") if not one["removed"]]


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    return Client(sandbox)


def jpeg(size: tuple[int, int] = (400, 400), kind: str = "JPEG", shade: int = 90) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (shade, 90, 120)).save(out, kind)
    return out.getvalue()


# ── the ways things go out ───────────────────────────────────────────────────


def test_an_image_by_container_and_publish(client: Client) -> None:
    """Container, wait, publish, permalink: the post is live with caption and alternative text."""
    container = client.made(image_url=client.hosted(jpeg()), caption="Selamat pagi", alt_text="Kantor")
    assert client.state(container)["status_code"] == "IN_PROGRESS"
    assert client.refused("POST", f"{ME}/media_publish", creation_id=container) == (9007, 2207027)
    post = client.publish(container)
    assert client.state(container)["status_code"] == "PUBLISHED"
    _, told = client.ask("GET", post, fields="permalink,caption,media_type,media_product_type")
    assert (told["caption"], told["media_type"], told["media_product_type"]) == (
        "Selamat pagi",
        "IMAGE",
        "FEED",
    )
    assert client.http.get(told["permalink"], timeout=10).status_code == 200
    (live,) = client.live()
    assert (live["id"], live["media"][0]["alt"]) == (post, "Kantor")


def test_a_carousel_of_children(client: Client) -> None:
    """Children keep their order; a carousel takes two to ten, each finished and made as an item."""
    urls = [client.hosted(jpeg(shade=shade)) for shade in (10, 20, 30)]
    children = [client.made(image_url=url, is_carousel_item="true") for url in urls]
    wanted = {"media_type": "CAROUSEL", "children": ",".join(children), "caption": "Tiga"}
    assert client.refused("POST", f"{ME}/media", **wanted) == (9007, 2207027)
    client.wait()
    parent = client.made(**wanted)
    single = client.made(image_url=urls[0])
    client.wait()
    for ids, code in (
        (children[:1], (100, 2207028)),
        (children * 4, (100, 2207028)),
        ([children[0], "17"], (24, 2207006)),
        ([children[0], single], (100, None)),
    ):
        given = {**wanted, "children": ",".join(ids)}
        assert client.refused("POST", f"{ME}/media", **given) == code
    client.publish(parent)
    (live,) = client.live()
    assert len({one["sha256"] for one in live["media"]}) == 3
    assert client.refused("POST", f"{ME}/media_publish", creation_id=children[0])[0] == 100


def test_a_reel_from_a_url_and_by_upload(client: Client) -> None:
    """A reel is a clip by its address, or its bytes in one piece or more, told apart as REELS."""
    data = clip(seconds=3.0, size=(360, 640), fps=30)
    by_url = client.made(media_type="REELS", video_url=client.hosted(data, "a.mp4"), share_to_feed="true")
    _, body = client.ask("POST", f"{ME}/media", media_type="REELS", upload_type="resumable")
    half = len(data) // 2
    head = {"Authorization": f"OAuth {TOKEN}", "file_size": str(len(data))}
    first = client.http.post(body["uri"], data=data[:half], headers={**head, "offset": "0"}, timeout=10)
    assert first.json()["debug_info"]["type"] == "PartialRequestError"
    wrong = client.http.post(body["uri"], data=data[half:], headers={**head, "offset": "0"}, timeout=10)
    assert wrong.json()["debug_info"]["type"] == "OffsetInvalidError"
    last = client.http.post(body["uri"], data=data[half:], headers={**head, "offset": str(half)}, timeout=10)
    assert last.json()["success"] is True
    posts = [client.publish(one) for one in (by_url, body["id"])]
    for post in posts:
        _, told = client.ask("GET", post, fields="media_type,media_product_type,permalink")
        assert (told["media_type"], told["media_product_type"]) == ("VIDEO", "REELS")
        assert "/reel/" in told["permalink"]
    assert {one["media"][0]["sha256"] for one in client.live()} == {client.live()[0]["media"][0]["sha256"]}


def test_stories_are_a_list_of_their_own_and_end(client: Client) -> None:
    """A story carries no caption, is not in the list of media, and is gone after a day."""
    url = client.hosted(jpeg((90, 160)))
    story = client.publish(client.made(media_type="STORIES", image_url=url, caption="Tak terlihat"))
    assert client.live()[0]["text"] == ""
    assert client.ask("GET", f"{ME}/media")[1]["data"] == []
    assert [one["id"] for one in client.ask("GET", f"{ME}/stories")[1]["data"]] == [story]
    link = client.ask("GET", story, fields="permalink")[1]["permalink"]
    assert client.http.get(link, timeout=10).status_code == 200
    client.wait(86_500)
    assert client.ask("GET", f"{ME}/stories")[1]["data"] == []
    assert client.http.get(link, timeout=10).status_code == 404


@pytest.mark.parametrize("base", [IG, FB])
def test_both_hosts(sandbox: Sandbox, base: str) -> None:
    """Either login speaks the same paths; the host of the other one refuses its token."""
    client = Client(sandbox, base)
    client.image_post()
    login, other = ("instagram", FB) if base == IG else ("facebook", IG)
    client.platform(login=login)
    assert client.ask("GET", ME, fields="id")[0] == 200
    assert Client(sandbox, other).refused("GET", ME) == (190, None)


# ── what is refused ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (jpeg(kind="PNG"), (36001, 2207005)),
        (jpeg((300, 100)), (36003, 2207009)),
        (jpeg((100, 200)), (36003, 2207009)),
        (jpeg() + b"\0" * (8 * 1024 * 1024), (36000, 2207004)),
        (b"no picture", (36001, 2207005)),
    ],
)
def test_pictures_it_does_not_take(client: Client, data: bytes, code: tuple[int, int]) -> None:
    """Type, ratio and size are read from the bytes, when the container is made."""
    assert client.refused("POST", f"{ME}/media", image_url=client.hosted(data)) == code


def test_addresses_it_cannot_fetch(client: Client) -> None:
    """An address that is nowhere, is missing, or gives something else."""
    page = client.hosted(b"<html>", "a.html")
    for url in ("https://natunakab.go.id/a.jpg", f"{client.sandbox.url}/hosting/none.jpg", page):
        assert client.refused("POST", f"{ME}/media", image_url=url) == (9004, 2207052)


@pytest.mark.parametrize(
    "wanted",
    [{"seconds": 1.0}, {"seconds": 3.0, "fps": 10}, {"seconds": 3.0, "faststart": False}],
)
def test_clips_it_does_not_take_are_told_by_the_container(client: Client, wanted: Json) -> None:
    """A clip is judged while it is processed: the container ends in ERROR and cannot be published."""
    url = client.hosted(clip(**wanted), "a.mp4")
    container = client.made(media_type="REELS", video_url=url)
    assert client.state(container)["status_code"] == "IN_PROGRESS"
    client.wait()
    told = client.state(container)
    assert told["status_code"] == "ERROR"
    assert told["status"].endswith("2207026")
    assert client.refused("POST", f"{ME}/media_publish", creation_id=container) == (9007, 2207027)


def test_a_story_longer_than_a_minute(client: Client) -> None:
    """Sixty-one seconds are a reel, no story."""
    url = client.hosted(clip(seconds=61.5, size=(64, 112), fps=24), "a.mp4")
    story, reel = (client.made(media_type=kind, video_url=url) for kind in ("STORIES", "REELS"))
    client.wait()
    assert client.state(story)["status_code"] == "ERROR"
    assert client.state(reel)["status_code"] == "FINISHED"


def test_parameters_it_does_not_take(client: Client) -> None:
    """Each rule of the parameters has its refusal."""
    image, video = client.hosted(jpeg()), client.hosted(clip(seconds=3.0), "a.mp4")
    tag = '[{"username":"natuna","x":0.5,"y":0.5}]'
    cases: list[tuple[dict[str, str], tuple[int, int | None]]] = [
        ({"image_url": image, "caption": "a" * 2201}, (36004, 2207010)),
        ({"image_url": image, "caption": "#a " * 31}, (100, None)),
        ({"image_url": image, "caption": "@a " * 21}, (100, 2207040)),
        ({"image_url": image, "alt_text": "a" * 1001}, (100, None)),
        ({"image_url": image, "user_tags": '[{"username":"natuna"}]'}, (100, None)),
        ({"image_url": image, "user_tags": tag.replace("0.5,", "1.5,")}, (100, None)),
        ({"image_url": image, "collaborators": '["a","b","c","d"]'}, (100, None)),
        ({"image_url": image, "thumb_offset": "1"}, (100, None)),
        ({"image_url": image, "location_id": "Ranai"}, (100, None)),
        ({"image_url": image, "is_carousel_item": "true", "is_ai_generated": "true"}, (100, None)),
        ({"video_url": video}, (100, 2207023)),
        ({"video_url": video, "media_type": "VIDEO"}, (100, 2207023)),
        ({"video_url": video, "media_type": "REELS", "is_carousel_item": "true"}, (100, 2207023)),
        ({"video_url": video, "media_type": "REELS", "thumb_offset": "5000"}, (1, 2207057)),
        ({"video_url": video, "media_type": "REELS", "alt_text": "a"}, (100, None)),
        ({"image_url": image, "media_type": "STORIES", "collaborators": '["a"]'}, (100, None)),
        ({"image_url": image, "media_type": "FILM"}, (100, 2207023)),
        ({"caption": "hanya teks"}, (100, None)),
    ]
    for params, code in cases:
        assert client.refused("POST", f"{ME}/media", **params) == code, params
    assert client.made(image_url=image, user_tags=tag, collaborators='["a"]', location_id="1")


def test_containers_end_after_a_day(client: Client) -> None:
    """What was not published within 24 hours is expired."""
    container = client.made(image_url=client.hosted(jpeg()))
    client.wait(86_400)
    assert client.state(container)["status_code"] == "EXPIRED"
    assert client.refused("POST", f"{ME}/media_publish", creation_id=container) == (24, 2207008)


def test_published_once(client: Client) -> None:
    """A published container is refused, an unknown one not found."""
    container = client.made(image_url=client.hosted(jpeg()))
    client.publish(container)
    assert client.refused("POST", f"{ME}/media_publish", creation_id=container)[0] == 100
    assert client.refused("POST", f"{ME}/media_publish", creation_id="17") == (24, 2207006)
    assert len(client.live()) == 1


def test_the_quota_is_told_and_kept(client: Client) -> None:
    """`content_publishing_limit` tells use and total; above it 9/2207042, until the window has rolled on."""
    client.platform(quota_total=1)
    client.image_post()
    _, told = client.ask("GET", f"{ME}/content_publishing_limit", fields="quota_usage,config")
    assert told["data"] == [{"quota_usage": 1, "config": {"quota_total": 1, "quota_duration": 86400}}]
    client.wait(3600)
    container = client.made(image_url=client.hosted(jpeg()))
    client.wait()
    assert client.refused("POST", f"{ME}/media_publish", creation_id=container) == (9, 2207042)
    client.wait(86_400 - 3600)
    assert client.publish(container)


def test_four_hundred_containers_a_day(client: Client) -> None:
    """The 401st container of a day is refused."""
    made = client.sandbox.world.now().isoformat()
    for number in range(400):
        client.sandbox.world.put("instagram", "container", str(number), {"account": ME, "made": made})
    url = client.hosted(jpeg())
    assert client.refused("POST", f"{ME}/media", image_url=url) == (9, 2207042)


# ── comments, lists, removal ─────────────────────────────────────────────────


def test_a_comment_and_its_trap(client: Client) -> None:
    """A comment is made and listed; with `fields` it is made as well, and then an error is told."""
    post = client.image_post()
    assert client.ask("POST", f"{post}/comments", message="Satu")[0] == 200
    trap = client.refused("POST", f"{post}/comments", message="Dua", fields="id")
    assert trap == (20, 1772107)
    listed = client.ask("GET", f"{post}/comments", fields="id,text,from,username")[1]["data"]
    assert [one["text"] for one in listed] == ["Dua", "Satu"]
    assert listed[0]["from"]["id"] == ME
    client.ask("POST", post, comment_enabled="false")
    assert client.refused("POST", f"{post}/comments", message="Tiga")[0] == 100


def test_lists_lag_and_are_paged(client: Client) -> None:
    """New posts show after `list_lag`; pages lead on, newest first."""
    posts = [client.image_post(f"Kiriman {number}") for number in range(3)]
    _, page = client.ask("GET", f"{ME}/media", fields="id,caption,timestamp", limit="2")
    assert [one["id"] for one in page["data"]] == posts[:0:-1]
    rest = client.http.get(
        page["paging"]["next"], headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10
    ).json()
    assert [one["id"] for one in rest["data"]] == posts[:1]
    client.wait(61)
    client.platform(list_lag=60)
    client.image_post("Baru")
    assert len(client.ask("GET", f"{ME}/media")[1]["data"]) == 3
    client.wait(61)
    assert len(client.ask("GET", f"{ME}/media")[1]["data"]) == 4


def test_what_is_deleted_is_gone(client: Client) -> None:
    """DELETE takes the post, its page and its place in the list."""
    post = client.image_post()
    link = client.ask("GET", post, fields="permalink")[1]["permalink"]
    assert client.ask("DELETE", post)[1] == {"success": True}
    assert client.live() == []
    assert client.http.get(link, timeout=10).status_code == 404
    assert client.refused("GET", post) == (100, 33)


# ── who may, and what goes wrong ─────────────────────────────────────────────


def test_permissions(client: Client) -> None:
    """Each kind of call needs its scope."""
    post = client.image_post()
    client.platform(token={"state": "valid", "scopes": ["instagram_business_basic"]})
    assert client.ask("GET", "me", fields="user_id,username")[1]["user_id"] == ME
    assert client.refused("POST", f"{ME}/media", image_url="x")[0] == 10
    assert client.refused("POST", f"{post}/comments", message="a")[0] == 10
    assert client.refused("DELETE", post)[0] == 10


def test_dead_tokens(client: Client) -> None:
    """Each way a token dies has its subcode."""
    for state, subcode in (("expired", 463), ("revoked", 460), ("no-role", 492), ("not-installed", 458)):
        client.platform(token={"state": state})
        assert client.refused("GET", "me") == (190, subcode)


def refresh(client: Client, token: str) -> Json:
    return client.http.get(
        "https://graph.instagram.com/refresh_access_token",
        params={"grant_type": "ig_refresh_token", "access_token": token},
        timeout=10,
    ).json()


def test_a_token_is_refreshed_when_it_is_a_day_old_and_has_not_ended(client: Client) -> None:
    """Another one for sixty days more; the one before lives to its own end, and is renewed no more after."""
    assert client.ask("GET", "me")[0] == 200
    client.wait(86_000)
    assert refresh(client, TOKEN)["error"]["code"] == 100
    client.wait(401)
    made = refresh(client, TOKEN)
    assert made["expires_in"] == 5183944
    assert made["access_token"] not in (TOKEN, "")
    client.wait(5183944 - 86_000)
    assert client.refused("GET", "me") == (190, 463)
    assert refresh(client, TOKEN)["error"]["error_subcode"] == 463
    assert refresh(client, made["access_token"])["access_token"] != made["access_token"]


def test_every_error_can_be_raised(client: Client) -> None:
    """`next_error` gives each code of the table, once, without any effect."""
    container = client.made(image_url=client.hosted(jpeg()))
    client.wait()
    for code, subcode in ERRORS:
        wanted = {"code": code, "on": "publish", **({"subcode": subcode} if subcode else {})}
        client.platform(next_error=wanted)
        given = client.refused("POST", f"{ME}/media_publish", creation_id=container)
        assert given == (code, subcode)
    assert client.live() == []
    client.publish(container)


def test_an_error_that_tells_nothing_of_the_effect(client: Client) -> None:
    """4/2207051 was seen over posts that went live."""
    container = client.made(image_url=client.hosted(jpeg()))
    client.wait()
    client.platform(next_error={"code": 4, "subcode": 2207051, "on": "publish", "effect": True})
    assert client.refused("POST", f"{ME}/media_publish", creation_id=container) == (4, 2207051)
    assert len(client.live()) == 1


def test_containers_that_end_in_an_error_of_the_platform(client: Client) -> None:
    """`container_error` is what the status then says."""
    client.platform(container_error=2207082)
    container = client.made(image_url=client.hosted(jpeg()))
    client.wait()
    assert client.state(container)["status"] == "Error: Media upload has failed with error code 2207082"


def test_the_rate_limit(client: Client) -> None:
    """At its full use calls are refused; the header says for how many minutes."""
    client.platform(usage_percent=100, regain_minutes=9)
    assert client.refused("GET", "me") == (80002, None)
    reply = client.http.get(f"{IG}/me", params={"access_token": TOKEN}, timeout=10)
    assert '"estimated_time_to_regain_access": 9' in reply.headers["X-Business-Use-Case-Usage"]
