"""The pretended TikTok: what it takes, what it refuses and how."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
import requests
from PIL import Image

from connectors.sandbox import Sandbox, start_in_thread
from connectors.tiktok.simulator_answers import ERRORS, FAIL_REASONS, TRAPS
from tests.clips import clip
from tests.connectors.sandboxed import admin, session

Json = Any
API = "https://open.tiktokapis.com/v2"
MB = 1_000_000


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start_in_thread() as running:
        yield running


class Client:
    """Plain requests with a user's token."""

    def __init__(self, sandbox: Sandbox, token: str = "sandbox-tiktok-5001") -> None:
        self.sandbox = sandbox
        self.session = session(sandbox, "tiktok")
        self.session.headers["Authorization"] = f"Bearer {token}"

    def post(self, path: str, body: Json = None) -> requests.Response:
        headers = {"Content-Type": "application/json; charset=UTF-8"}
        data = {} if body is None else {"json": body}
        return self.session.post(f"{API}{path}", headers=headers, timeout=10, **data)

    def code(self, path: str, body: Json = None) -> str:
        reply = self.post(path, body)
        code: str = reply.json()["error"]["code"]
        assert reply.status_code == (200 if code == "ok" else ERRORS[code][0]), reply.text
        return code

    def data(self, path: str, body: Json = None) -> Json:
        reply = self.post(path, body)
        assert reply.json()["error"]["code"] == "ok", reply.text
        return reply.json()["data"]

    def status(self, publish_id: str) -> Json:
        return self.data("/post/publish/status/fetch/", {"publish_id": publish_id})

    def put(
        self, url: str, data: bytes, first: int, total: int, mime: str = "video/mp4"
    ) -> requests.Response:
        last = first + len(data) - 1
        headers = {"Content-Type": mime, "Content-Range": f"bytes {first}-{last}/{total}"}
        return requests.put(url, data, headers=headers, timeout=10)

    def upload(self, data: bytes, direct: bool = True, **info: Json) -> str:
        """A whole clip in one chunk; gives its publish_id."""
        body = video(len(data), **info) if direct else {"source_info": file(len(data))}
        begun = self.data(f"/post/publish/{'' if direct else 'inbox/'}video/init/", body)
        assert self.put(begun["upload_url"], data, 0, len(data)).status_code == 201
        publish_id: str = begun["publish_id"]
        return publish_id

    def settings(self, **change: Json) -> Json:
        return admin(self.sandbox, "platform", {"platform": "tiktok", **change})

    def wait(self, seconds: float) -> None:
        ahead = admin(self.sandbox, "clock")["offset"]
        admin(self.sandbox, "clock", {"offset": ahead + seconds})

    def live(self) -> Json:
        return [post for post in admin(self.sandbox, "live") if not post["removed"]]

    def hosted(self, name: str, data: bytes) -> str:
        url = f"{self.sandbox.url}/hosting/{name}"
        requests.put(url, data, timeout=10).raise_for_status()
        return url


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    return Client(sandbox)


def file(size: int, chunk: int | None = None, count: int = 1) -> Json:
    return {
        "source": "FILE_UPLOAD",
        "video_size": size,
        "chunk_size": chunk or size,
        "total_chunk_count": count,
    }


def video(size: int, chunk: int | None = None, count: int = 1, **info: Json) -> Json:
    return {
        "post_info": {"privacy_level": "PUBLIC_TO_EVERYONE", **info},
        "source_info": file(size, chunk, count),
    }


def photos(urls: list[str], mode: str = "DIRECT_POST", **info: Json) -> Json:
    return {
        "media_type": "PHOTO",
        "post_mode": mode,
        "post_info": {"privacy_level": "PUBLIC_TO_EVERYONE", **info},
        "source_info": {"source": "PULL_FROM_URL", "photo_images": urls, "photo_cover_index": 0},
    }


def good_clip(**wanted: Any) -> bytes:
    return clip(**{"size": (360, 640), **wanted})


def photo(size: tuple[int, int] = (64, 48), kind: str = "JPEG") -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (10, 90, 120)).save(out, kind)
    return out.getvalue()


VIDEO, INBOX = "/post/publish/video/init/", "/post/publish/inbox/video/init/"
CONTENT, CREATOR = "/post/publish/content/init/", "/post/publish/creator_info/query/"
STATUS, CANCEL = "/post/publish/status/fetch/", "/post/publish/cancel/"


# ── uploads ──────────────────────────────────────────────────────────────────


def test_a_clip_goes_up_and_is_live_once(client: Client) -> None:
    """The last byte publishes; its public id is told only after moderation."""
    data = good_clip()
    publish_id = client.upload(data, title="Selamat pagi 😀", is_aigc=True)
    assert publish_id.startswith("v_pub_file~v2-1.")
    assert client.status(publish_id)["status"] == "PROCESSING_UPLOAD"
    client.wait(3)
    status = client.status(publish_id)
    assert (status["status"], status["publicaly_available_post_id"]) == ("PUBLISH_COMPLETE", [])
    client.wait(60)
    (post,) = client.live()
    assert client.status(publish_id)["publicaly_available_post_id"] == [int(post["id"])]
    assert post["text"] == "Selamat pagi 😀"
    assert post["options"] == {"privacy_level": "PUBLIC_TO_EVERYONE", "is_aigc": True}
    assert post["media"] == [{"type": "video", "sha256": hashlib.sha256(data).hexdigest(), "alt": ""}]
    page = f"https://www.tiktok.com/@contoh_5001/video/{post['id']}"
    assert "Selamat pagi" in client.session.get(page, timeout=5).text


def test_a_private_post_never_tells_its_id(client: Client) -> None:
    """SELF_ONLY posts are complete without a public id, and stand in no list."""
    client.settings(access_life=90000)
    publish_id = client.upload(good_clip(), privacy_level="SELF_ONLY")
    client.wait(86400)
    status = client.status(publish_id)
    assert (status["status"], status["publicaly_available_post_id"]) == ("PUBLISH_COMPLETE", [])
    assert client.data("/video/list/?fields=id")["videos"] == []
    assert len(client.live()) == 1


def test_chunks_follow_their_plan(client: Client) -> None:
    """206 until all is there, then 201; what is out of turn is 416 and tells how far it is."""
    size = 12 * MB
    begun = client.data(VIDEO, video(size, 6 * MB, 2))
    url, piece = begun["upload_url"], b"\0" * (6 * MB)
    assert len(url) <= 256
    assert client.put(url, piece, 6 * MB, size).status_code == 416
    assert client.put(url, piece[:-1], 0, size).status_code == 400
    assert client.put(url, piece, 0, size + 1).status_code == 400
    assert client.put(url, piece, 0, size, "application/json").status_code == 400
    first = client.put(url, piece, 0, size)
    assert (first.status_code, first.headers["Content-Range"]) == (206, f"bytes 0-{6 * MB}/{size}")
    assert client.put(url, piece, 0, size).status_code == 416
    assert client.status(begun["publish_id"]) == {
        "status": "PROCESSING_UPLOAD",
        "uploaded_bytes": 6 * MB,
    }
    assert client.live() == []
    assert client.put(url, piece, 6 * MB, size).status_code == 201
    assert client.put(url, piece, 6 * MB, size).status_code == 416


def test_the_worked_example_of_the_guide(client: Client) -> None:
    """50,000,123 bytes in chunks of 10,000,000 are 5, what is left goes with the last."""
    assert client.code(VIDEO, video(50_000_123, 10 * MB, 5)) == "ok"
    assert client.code(VIDEO, video(50_000_123, 10 * MB, 6)) == "invalid_params"


@pytest.mark.parametrize(
    ("size", "chunk", "count"),
    [
        (4 * MB, 2 * MB, 2),
        (4 * MB, 3 * MB, 1),
        (65 * MB, 65 * MB, 1),
        (20 * MB, 4 * MB, 5),
        (150 * MB, 70 * MB, 2),
        (4_000_000_001, 40 * MB, 100),
        (10 * MB, 20 * MB, 1),
        (0, 1, 1),
    ],
)
def test_a_wrong_plan_is_refused(client: Client, size: int, chunk: int, count: int) -> None:
    """Chunks of 5 to 64 MB, one chunk up to 64 MB, the count rounded down."""
    assert client.code(VIDEO, video(size, chunk, count)) == "invalid_params"


def test_an_upload_url_lives_an_hour(client: Client) -> None:
    """After it 403; with a wrong token 403; an unknown task is 404."""
    begun = client.data(VIDEO, video(1000))
    url = begun["upload_url"]
    assert client.put(url[:-1], b"\0" * 1000, 0, 1000).status_code == 403
    assert client.put(url.replace("upload_id=", "upload_id=9"), b"\0" * 1000, 0, 1000).status_code == 404
    client.wait(3601)
    assert client.put(url, b"\0" * 1000, 0, 1000).status_code == 403
    assert client.live() == []


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: b"\0" * 5000, "file_format_check_failed"),
        (lambda: good_clip()[:3000], "file_format_check_failed"),
        (lambda: good_clip(size=(96, 160)), "picture_size_check_failed"),
        (lambda: good_clip(fps=15), "frame_rate_check_failed"),
    ],
)
def test_the_bytes_themselves_are_looked_at(client: Client, make: Callable[[], bytes], reason: str) -> None:
    """A clip that does not fit fails after processing, and nothing is live."""
    publish_id = client.upload(make())
    client.wait(3)
    status = client.status(publish_id)
    assert (status["status"], status["fail_reason"]) == ("FAILED", reason)
    assert client.live() == []


def test_a_clip_longer_than_the_creator_may(client: Client) -> None:
    """creator_info says how long; a longer one fails."""
    client.settings(max_video_seconds=1)
    assert client.data(CREATOR)["max_video_post_duration_sec"] == 1
    publish_id = client.upload(good_clip(seconds=2.0))
    client.wait(3)
    assert client.status(publish_id)["fail_reason"] == "duration_check_failed"


# ── what is fetched ──────────────────────────────────────────────────────────


def test_photos_are_fetched(client: Client) -> None:
    """JPEG and WebP from the practice host become one post, in order."""
    one, two = photo(), photo((50, 50), "WEBP")
    urls = [client.hosted("a.jpg", one), client.hosted("b.webp", two)]
    begun = client.data(CONTENT, photos(urls, title="Judul", description="Isi", auto_add_music=False))
    assert list(begun) == ["publish_id"]
    assert begun["publish_id"].startswith("p_pub_url~v2.")
    assert client.status(begun["publish_id"])["status"] == "PROCESSING_DOWNLOAD"
    client.wait(3)
    assert client.status(begun["publish_id"])["status"] == "PUBLISH_COMPLETE"
    (post,) = client.live()
    assert (post["text"], post["options"]["title"]) == ("Isi", "Judul")
    assert [m["sha256"] for m in post["media"]] == [
        hashlib.sha256(one).hexdigest(),
        hashlib.sha256(two).hexdigest(),
    ]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.png", photo(kind="PNG"), "file_format_check_failed"),
        ("a.jpg", photo((1920, 1081)), "picture_size_check_failed"),
        ("a.jpg", photo((1921, 1000)), "picture_size_check_failed"),
        ("gone.jpg", b"", "photo_pull_failed"),
    ],
)
def test_photos_that_do_not_fit(client: Client, name: str, data: bytes, reason: str) -> None:
    """PNG, more than 1080p, or not to be fetched."""
    url = client.hosted(name, data) if data else f"{client.sandbox.url}/hosting/{name}"
    publish_id = client.data(CONTENT, photos([url]))["publish_id"]
    client.wait(3)
    status = client.status(publish_id)
    assert (status["status"], status["fail_reason"]) == ("FAILED", reason)
    assert client.live() == []


def test_a_clip_by_its_address(client: Client) -> None:
    """PULL_FROM_URL: init alone publishes; while it is fetched it can be cancelled."""
    url = client.hosted("a.mp4", good_clip())
    body = {**video(1), "source_info": {"source": "PULL_FROM_URL", "video_url": url}}
    first, second = (client.data(VIDEO, body)["publish_id"] for _ in range(2))
    assert first.startswith("v_pub_url~v2.")
    assert client.code(CANCEL, {"publish_id": second}) == "ok"
    client.wait(3)
    assert client.status(first)["status"] == "PUBLISH_COMPLETE"
    assert client.status(second)["fail_reason"] == "publish_cancelled"
    assert client.code(CANCEL, {"publish_id": first}) == "publish_not_cancellable"
    assert len(client.live()) == 1


PREFIX = "https://media.natunakab.go.id/tiktok/"
UNVERIFIED = "url_ownership_unverified"


@pytest.mark.parametrize(
    ("url", "verified", "code"),
    [
        ("https://media.natunakab.go.id/a.jpg", [], UNVERIFIED),
        ("http://media.natunakab.go.id/a.jpg", ["natunakab.go.id"], UNVERIFIED),
        ("https://media.natunakab.go.id/a.jpg", ["natunakab.go.id"], "ok"),
        ("https://notnatunakab.go.id/a.jpg", ["natunakab.go.id"], UNVERIFIED),
        (
            "https://media.natunakab.go.id/a.jpg",
            [PREFIX],
            UNVERIFIED,
        ),
        ("https://media.natunakab.go.id/tiktok/a.jpg", [PREFIX], "ok"),
        ("http://media.natunakab.go.id/tiktok/a.jpg", [PREFIX.replace("https", "http")], UNVERIFIED),
        ("http://127.0.0.1:9/a.jpg", ["hosting"], UNVERIFIED),
        ("http://127.0.0.1:9/a.jpg", ["127.0.0.1"], "ok"),
        ("http://127.0.0.1:9/media/a.jpg", ["http://127.0.0.1:9/media/"], "ok"),
        ("http://127.0.0.1:9/other/a.jpg", ["http://127.0.0.1:9/media/"], UNVERIFIED),
    ],
)
def test_only_verified_places_are_fetched_from(
    client: Client, url: str, verified: list[str], code: str
) -> None:
    """https, on a verified domain or below a verified prefix; on this machine http will do."""
    client.settings(verified_domains=verified)
    assert client.code(CONTENT, photos([url])) == code


# ── the inbox ────────────────────────────────────────────────────────────────


def test_a_draft_waits_until_a_person_posts_it(client: Client) -> None:
    """The inbox is the end for a machine; a person makes a post of it."""
    publish_id = client.upload(good_clip(), direct=False)
    client.wait(3)
    assert client.status(publish_id)["status"] == "SEND_TO_USER_INBOX"
    assert client.live() == []
    post_id = client.settings(finish_draft=publish_id)["post_id"]
    assert [post["id"] for post in client.live()] == [post_id]
    assert client.status(publish_id)["status"] == "PUBLISH_COMPLETE"


def test_at_the_sandbox_a_person_finishes_a_draft_on_its_page(client: Client) -> None:
    """The feed shows what waits in inboxes, with a button; it leads to the post's page, whose address can be
    recorded. What does not wait there is not found.
    """
    publish_id = client.upload(good_clip(), direct=False)
    client.wait(3)
    url = client.sandbox.url
    feed = requests.get(url, timeout=5).text
    assert f'name="id" value="{publish_id}"' in feed
    sent = {"platform": "tiktok", "id": publish_id}
    page = requests.post(f"{url}/finish", data=sent, timeout=5)
    (post,) = client.live()
    assert (page.status_code, page.url) == (200, post["url"])
    assert 'name="id"' not in requests.get(url, timeout=5).text
    for wrong in (sent, {"platform": "twitter", "id": "1"}, {"platform": "x"}, {}):
        assert requests.post(f"{url}/finish", data=wrong, timeout=5).status_code == 404
    assert len(client.live()) == 1


def test_photos_to_the_inbox_need_no_privacy(client: Client) -> None:
    """MEDIA_UPLOAD takes title and description alone."""
    body = photos([client.hosted("a.jpg", photo())], "MEDIA_UPLOAD")
    body["post_info"] = {"title": "Judul", "description": "Isi"}
    publish_id = client.data(CONTENT, body)["publish_id"]
    client.wait(3)
    assert client.status(publish_id)["status"] == "SEND_TO_USER_INBOX"


def test_five_drafts_may_wait(client: Client) -> None:
    """The sixth in 24 hours is one too many."""
    client.settings(quota={"inbox_init": 100}, access_life=90000)
    for _ in range(5):
        client.upload(good_clip(), direct=False)
    assert client.code(INBOX, {"source_info": file(1000)}) == "spam_risk_too_many_pending_share"
    client.wait(86401)
    assert client.code(INBOX, {"source_info": file(1000)}) == "ok"


# ── what is refused ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "change",
    [
        {"title": "a" * 2201},
        {"title": "😀" * 1101},
        {"title": 1},
        {"privacy_level": "EVERYONE"},
        {"disable_comment": "no"},
        {"video_cover_timestamp_ms": -1},
        {"no_such_field": True},
        {"brand_content_toggle": True, "privacy_level": "SELF_ONLY"},
    ],
)
def test_post_info_of_a_clip(client: Client, change: Json) -> None:
    """Lengths in UTF-16 units, types, unknown keys, branded content that nobody sees."""
    assert client.code(VIDEO, video(1000, **change)) == "invalid_params"
    assert client.code(VIDEO, video(1000, title="😀" * 1100)) == "ok"


@pytest.mark.parametrize(
    "change",
    [
        {"title": "a" * 91},
        {"description": "a" * 4001},
        {"is_aigc": True},
        {"disable_duet": True},
        {"disable_stitch": False},
    ],
)
def test_post_info_of_photos(client: Client, change: Json) -> None:
    """Photos have other fields and lengths than clips."""
    assert client.code(CONTENT, photos(["https://x.example/a.jpg"], **change)) == "invalid_params"


def test_how_many_photos(client: Client) -> None:
    """One to 35, by address only, and the cover is one of them."""
    url = client.hosted("a.jpg", photo())
    assert client.code(CONTENT, photos([url] * 35)) == "ok"
    assert client.code(CONTENT, photos([url] * 36)) == "invalid_params"
    assert client.code(CONTENT, photos([])) == "invalid_params"
    body = photos([url])
    body["source_info"]["photo_cover_index"] = 1
    assert client.code(CONTENT, body) == "invalid_params"
    assert client.code(CONTENT, {**photos([url]), "source_info": file(1000)}) == "invalid_params"
    assert client.code(CONTENT, {**photos([url]), "post_mode": "DIRECT POST"}) == "invalid_params"


def test_privacy_must_be_offered(client: Client) -> None:
    """Public and private accounts are offered different levels, and take no other."""
    assert client.data(CREATOR)["privacy_level_options"] == [
        "PUBLIC_TO_EVERYONE",
        "MUTUAL_FOLLOW_FRIENDS",
        "SELF_ONLY",
    ]
    wanted = video(1000, privacy_level="FOLLOWER_OF_CREATOR")
    assert client.code(VIDEO, wanted) == "privacy_level_option_mismatch"
    client.settings(private_account=True)
    assert client.data(CREATOR)["privacy_level_options"] == [
        "MUTUAL_FOLLOW_FRIENDS",
        "FOLLOWER_OF_CREATOR",
        "SELF_ONLY",
    ]
    assert client.code(VIDEO, wanted) == "ok"
    assert client.code(VIDEO, video(1000)) == "privacy_level_option_mismatch"


def test_an_unaudited_client(client: Client) -> None:
    """Only SELF_ONLY, only on a private account; drafts always."""
    code = "unaudited_client_can_only_post_to_private_accounts"
    client.settings(audited=False)
    own = video(1000, privacy_level="SELF_ONLY")
    assert client.code(VIDEO, own) == code
    client.settings(private_account=True)
    assert client.code(VIDEO, own) == "ok"
    assert client.code(VIDEO, video(1000, privacy_level="FOLLOWER_OF_CREATOR")) == code
    assert client.code(INBOX, {"source_info": file(1000)}) == "ok"


def test_an_unaudited_client_has_five_users_a_day(client: Client) -> None:
    """The sixth is refused; creator_info says so with HTTP 200."""
    client.settings(audited=False, private_account=True, user_cap=1)
    client.upload(good_clip(), privacy_level="SELF_ONLY")
    keys = client.settings(add_account={"id": "5002", "name": "Kecamatan"})["credentials"]
    other = Client(client.sandbox, keys["access_token"])
    assert other.code(VIDEO, video(1000, privacy_level="SELF_ONLY")) == "reached_active_user_cap"
    reply = other.post(CREATOR)
    assert (reply.status_code, reply.json()["error"]["code"]) == (200, "reached_active_user_cap")


def test_posts_of_a_day(client: Client) -> None:
    """At the cap creator_info and init both refuse; a day later there is room."""
    client.settings(daily_cap=1, access_life=90000)
    client.upload(good_clip())
    assert client.code(VIDEO, video(1000)) == "spam_risk_too_many_posts"
    assert client.post(CREATOR).status_code == 200
    assert client.post(CREATOR).json()["error"]["code"] == "spam_risk_too_many_posts"
    client.wait(86401)
    assert client.code(VIDEO, video(1000)) == "ok"


def test_calls_of_a_minute(client: Client) -> None:
    """Six inits in a sliding minute."""
    for _ in range(6):
        assert client.code(VIDEO, video(1000)) == "ok"
    assert client.code(VIDEO, video(1000)) == "rate_limit_exceeded"
    client.wait(61)
    assert client.code(VIDEO, video(1000)) == "ok"


def test_a_publish_id_is_its_owners(client: Client) -> None:
    """An unknown one and another account's have codes of their own."""
    publish_id = client.data(VIDEO, video(1000))["publish_id"]
    keys = client.settings(add_account={"id": "5002", "name": "Kecamatan"})["credentials"]
    other = Client(client.sandbox, keys["access_token"])
    mine = {"publish_id": publish_id}
    assert other.code(STATUS, mine) == "token_not_authorized_for_specified_publish_id"
    assert client.code(STATUS, {"publish_id": "v_pub_file~v2-1.1"}) == "invalid_publish_id"


@pytest.mark.parametrize("code", sorted(ERRORS))
def test_every_code_can_be_asked_for(client: Client, code: str) -> None:
    """Each listed code comes once, with its status; on creator_info some come with HTTP 200."""
    client.settings(next_error={"code": code, "on": "video_init"})
    assert client.code(VIDEO, video(1000)) == code
    assert client.code(VIDEO, video(1000)) == "ok"
    client.settings(next_error={"code": code, "on": "creator_info"})
    reply = client.post(CREATOR)
    assert reply.json()["error"]["code"] == code
    assert reply.status_code == (200 if code in TRAPS else ERRORS[code][0])


@pytest.mark.parametrize("reason", FAIL_REASONS)
def test_every_fail_reason_can_be_asked_for(client: Client, reason: str) -> None:
    """The next post fails with it, and nothing is live."""
    client.settings(next_error={"code": reason, "on": "process"})
    publish_id = client.upload(good_clip())
    client.wait(3)
    assert client.status(publish_id)["fail_reason"] == reason
    assert client.live() == []


# ── tokens and lists ─────────────────────────────────────────────────────────


def test_dead_tokens_and_missing_scopes(client: Client) -> None:
    """401 both; the inbox needs another scope than publishing."""
    assert Client(client.sandbox, "sandbox-tiktok-9").code(CREATOR) == "access_token_invalid"
    client.settings(token={"scopes": ["video.upload"]})
    assert client.code(VIDEO, video(1000)) == "scope_not_authorized"
    assert client.code(INBOX, {"source_info": file(1000)}) == "ok"
    client.settings(token={"state": "revoked"})
    assert client.code(INBOX, {"source_info": file(1000)}) == "access_token_invalid"


def test_a_renewal_rotates(client: Client) -> None:
    """A refresh token works once; a renewed access token ends when it said so."""
    keys = client.sandbox.info["platforms"]["tiktok"]["credentials"]

    def renew(token: str) -> requests.Response:
        form = {
            "client_key": keys["client_key"],
            "client_secret": keys["client_secret"],
            "grant_type": "refresh_token",
            "refresh_token": token,
        }
        return client.session.post(f"{API}/oauth/token/", data=form, timeout=5)

    made = renew(keys["refresh_token"]).json()
    assert (made["open_id"], made["expires_in"], made["token_type"]) == ("5001", 7200, "Bearer")
    again = renew(keys["refresh_token"])
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    client.settings(oauth_error_status=200)
    assert renew("sandbox-tiktok-none").status_code == 200
    assert Client(client.sandbox, made["access_token"]).code(CREATOR) == "ok"
    client.wait(7201)
    assert Client(client.sandbox, made["access_token"]).code(CREATOR) == "access_token_invalid"
    assert renew(made["refresh_token"]).status_code == 200


def test_tokens_of_the_first_log_in_end_as_well(client: Client) -> None:
    """Two hours after its first use an access token is dead, half a year after its own a refresh token."""
    keys = client.sandbox.info["platforms"]["tiktok"]["credentials"]
    form = {name: keys[name] for name in ("client_key", "client_secret", "refresh_token")}
    form["grant_type"] = "refresh_token"
    client.wait(400 * 86400)
    assert client.code(CREATOR) == "ok"
    client.wait(7201)
    assert client.code(CREATOR) == "access_token_invalid"
    client.settings(refresh_life=60)
    reply = client.session.post(f"{API}/oauth/token/", data=form, timeout=5)
    made = reply.json()
    assert (reply.status_code, made["refresh_expires_in"]) == (200, 60)
    client.wait(61)
    form["refresh_token"] = made["refresh_token"]
    late = client.session.post(f"{API}/oauth/token/", data=form, timeout=5)
    assert (late.status_code, late.json()["error"]) == (400, "invalid_grant")


def test_public_videos_are_listed(client: Client) -> None:
    """Newest first, in pages, after their lag, in the fields asked for."""
    client.settings(list_lag=30, quota={"video_init": 100})
    for number in range(3):
        client.upload(good_clip(), title=f"Klip {number}")
        client.wait(1)
    assert client.data("/video/list/?fields=id,title")["videos"] == []
    client.wait(30)
    page = client.data("/video/list/?fields=id,title", {"max_count": 2})
    assert [one["title"] for one in page["videos"]] == ["Klip 2", "Klip 1"]
    assert page["has_more"] is True
    rest = client.data("/video/list/?fields=title", {"max_count": 2, "cursor": page["cursor"]})
    assert rest["videos"] == [{"title": "Klip 0"}]
    assert rest["has_more"] is False
    assert client.code("/video/list/") == "invalid_params"
    ids = [page["videos"][0]["id"]]
    assert len(client.data("/video/query/?fields=id", {"filters": {"video_ids": ids}})["videos"]) == 1


def test_who_am_i(client: Client) -> None:
    """user.info gives what was asked for, if the scope is there."""
    told = client.session.get(f"{API}/user/info/?fields=open_id,display_name,username", timeout=5).json()
    assert told["data"]["user"] == {
        "open_id": "5001",
        "display_name": "Dinas Contoh",
        "username": "contoh_5001",
    }
