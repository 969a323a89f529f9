"""The pretended YouTube, asked by google-api-python-client and by bare requests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import requests
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseUpload

from connectors.sandbox import Sandbox, start_in_thread
from connectors.youtube.simulator import _COSTS
from connectors.youtube.simulator_answers import ERRORS
from connectors.youtube.simulator_videos import FAILURES, REJECTIONS
from tests.clips import clip
from tests.connectors.sandboxed import admin, image

Json = Any
_open: list[Any] = []
"""Clients whose lines are closed when a test is over."""
WORDS = {"title": "Layanan Keliling", "description": "Jadwal & tempat", "categoryId": "25"}
PRIVATE = {"privacyStatus": "private", "selfDeclaredMadeForKids": False}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start_in_thread() as one:
        yield one
        while _open:
            _open.pop().close()


def told(sandbox: Sandbox) -> Json:
    return sandbox.info["platforms"]["youtube"]


def credentials(sandbox: Sandbox, **changed: str) -> Credentials:
    keys = {**told(sandbox)["credentials"], **changed}
    return Credentials(
        keys["token"],
        refresh_token=keys["refresh_token"],
        token_uri=told(sandbox)["token_uri"],
        client_id=keys["client_id"],
        client_secret=keys["client_secret"],
    )


def client(sandbox: Sandbox, **changed: str) -> Any:
    """Google's own client, told nothing but where the published document stands."""
    document = requests.get(told(sandbox)["discovery_url"], timeout=10).json()
    _open.append(build_from_document(document, credentials=credentials(sandbox, **changed)))
    return _open[-1]


def insert(
    api: Any, data: bytes | None = None, snippet: Json = WORDS, status: Json = PRIVATE, **more: Any
) -> Json:
    media = MediaIoBaseUpload(BytesIO(clip() if data is None else data), "video/mp4", resumable=True, **more)
    body = {"snippet": snippet, "status": status}
    return api.videos().insert(part="snippet,status", body=body, media_body=media).execute()


def reason_of(error: HttpError) -> str:
    return str(error.error_details[0]["reason"])


def live(sandbox: Sandbox) -> list[Json]:
    return [post for post in admin(sandbox, "live") if not post["removed"]]


def later(sandbox: Sandbox, seconds: float) -> None:
    ahead = admin(sandbox, "clock")["offset"]
    admin(sandbox, "clock", {"offset": ahead + seconds})


def setting(sandbox: Sandbox, **change: Json) -> None:
    admin(sandbox, "platform", {"platform": "youtube", **change})


# ── from upload to page ──────────────────────────────────────────────────────


def test_the_way_of_a_video(sandbox: Sandbox) -> None:
    """Uploaded private, processed, with thumbnail, captions and playlist, made public: Google's client
    needs nothing but the document, and followers see it at its address from then on only.
    """
    api = client(sandbox)
    video = insert(api, chunksize=262144)
    assert (video["kind"], len(video["id"]), video["status"]["uploadStatus"]) == (
        "youtube#video",
        11,
        "uploaded",
    )
    assert live(sandbox) == []
    later(sandbox, 3)
    shown = api.videos().list(part="status,processingDetails", id=video["id"]).execute()["items"][0]
    assert shown["status"]["uploadStatus"] == "processed"
    assert shown["processingDetails"]["processingStatus"] == "succeeded"
    picture = MediaIoBaseUpload(BytesIO(image()), "image/jpeg")
    api.thumbnails().set(videoId=video["id"], media_body=picture).execute()
    words = MediaIoBaseUpload(
        BytesIO(b"1\n00:00:00,000 --> 00:00:01,000\nHalo\n"), "application/octet-stream"
    )
    track = {"snippet": {"videoId": video["id"], "language": "id", "name": ""}}
    api.captions().insert(part="snippet", body=track, media_body=words).execute()
    assert (
        api.captions().list(part="snippet", videoId=video["id"]).execute()["items"][0]["snippet"]["language"]
        == "id"
    )
    entry = {"playlistId": "PLsandbox0001", "resourceId": {"kind": "youtube#video", "videoId": video["id"]}}
    api.playlistItems().insert(part="snippet", body={"snippet": entry}).execute()
    body = {"id": video["id"], "status": {**PRIVATE, "privacyStatus": "public"}}
    assert api.videos().update(part="status", body=body).execute()["status"]["privacyStatus"] == "public"
    (post,) = live(sandbox)
    assert (post["id"], post["text"], post["options"]["title"]) == (
        video["id"],
        "Jadwal & tempat",
        WORDS["title"],
    )
    assert post["options"]["playlists"] == ["PLsandbox0001"]
    assert {*post["options"]} >= {"thumbnail", "captions"}
    assert post["url"].endswith(f"/youtube/web/shorts/{video['id']}")
    assert requests.get(post["url"], timeout=10).status_code == 200
    watch = told(sandbox)["hosts"]["www.youtube.com"] + f"/watch?v={video['id']}"
    assert requests.get(watch, timeout=10).status_code == 200
    api.videos().delete(id=video["id"]).execute()
    assert live(sandbox) == []
    assert requests.get(watch, timeout=10).status_code == 404


def test_a_lying_clip_is_no_short(sandbox: Sandbox) -> None:
    """Wider than high: its page is the usual one."""
    insert(client(sandbox), clip(size=(160, 96)), status={"privacyStatus": "unlisted"})
    assert "/web/watch?v=" in live(sandbox)[0]["url"]


def test_without_a_privacy_it_is_public(sandbox: Sandbox) -> None:
    """The API's default."""
    assert insert(client(sandbox), status={})["status"]["privacyStatus"] == "public"
    assert len(live(sandbox)) == 1


def test_back_to_private_and_public_again(sandbox: Sandbox) -> None:
    """Followers see a video as long as it is not private."""
    api = client(sandbox)
    video = insert(api, status={"privacyStatus": "public"})
    for privacy, seen in (("private", 0), ("public", 1)):
        api.videos().update(
            part="status", body={"id": video["id"], "status": {"privacyStatus": privacy}}
        ).execute()
        assert len(live(sandbox)) == seen


def test_an_update_erases_what_it_leaves_out(sandbox: Sandbox) -> None:
    """Whole parts are replaced."""
    api = client(sandbox)
    video = insert(api, snippet={**WORDS, "tags": ["a", "b"]})
    body = {"id": video["id"], "snippet": {"title": "Baru", "categoryId": "25"}}
    changed = api.videos().update(part="snippet", body=body).execute()["snippet"]
    assert (changed["title"], changed["description"], "tags" in changed) == ("Baru", "", False)


def test_publish_at(sandbox: Sandbox) -> None:
    """A private video with a time goes public then, with a past time at once; a public one has none."""
    api = client(sandbox)
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    video = insert(api, status={**PRIVATE, "publishAt": soon})
    assert live(sandbox) == []
    later(sandbox, 3700)
    assert (
        api.videos().list(part="status", id=video["id"]).execute()["items"][0]["status"]["privacyStatus"]
        == "public"
    )
    assert len(live(sandbox)) == 1
    insert(api, clip(seconds=2.0), status={**PRIVATE, "publishAt": "2020-01-01T00:00:00Z"})
    assert len(live(sandbox)) == 2
    with pytest.raises(HttpError) as caught:
        insert(api, status={"privacyStatus": "public", "publishAt": soon})
    assert reason_of(caught.value) == "invalidPublishAt"


# ── the protocol of sessions ─────────────────────────────────────────────────


def begun(sandbox: Sandbox, total: int) -> str:
    headers = {
        "Authorization": f"Bearer {told(sandbox)['credentials']['token']}",
        "X-Upload-Content-Length": str(total),
        "X-Upload-Content-Type": "video/mp4",
    }
    place = f"{told(sandbox)['base_url']}/upload/youtube/v3/videos?uploadType=resumable&part=snippet,status"
    reply = requests.post(place, json={"snippet": WORDS, "status": PRIVATE}, headers=headers, timeout=10)
    assert (reply.status_code, reply.content) == (200, b"")
    return reply.headers["Location"]


def put(place: str, data: bytes, span: str) -> requests.Response:
    return requests.put(place, data=data, headers={"Content-Range": f"bytes {span}"}, timeout=10)


def test_pieces_and_questions(sandbox: Sandbox) -> None:
    """308 with Range while bytes are missing, none while there is nothing, the video at the last byte and
    ever after; what does not follow, or is no multiple of 256 KiB, is refused.
    """
    piece, data = 262_144, clip() + bytes(300_000)
    total = len(data)
    place = begun(sandbox, total)
    asked = put(place, b"", f"*/{total}")
    assert (asked.status_code, asked.headers.get("Range")) == (308, None)
    assert put(place, data[:1000], f"0-999/{total}").status_code == 400
    first = put(place, data[:piece], f"0-{piece - 1}/{total}")
    assert (first.status_code, first.headers["Range"]) == (308, f"bytes=0-{piece - 1}")
    assert put(place, data[:piece], f"0-{piece - 1}/{total}").status_code == 400
    assert put(place, b"", f"*/{total}").headers["Range"] == f"bytes=0-{piece - 1}"
    done = put(place, data[piece:], f"{piece}-{total - 1}/{total}")
    assert done.status_code == 200
    assert put(place, b"", f"*/{total}").json()["id"] == done.json()["id"]


def test_a_session_ends(sandbox: Sandbox) -> None:
    """One that nobody began is 404, one that is over 410."""
    place = begun(sandbox, 1000)
    assert put(place[:-1] + "x", b"", "*/1000").status_code == 404
    setting(sandbox, session_hours=1)
    later(sandbox, 3601)
    assert put(place, b"", "*/1000").status_code == 410


def test_a_lost_answer_to_the_last_piece(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The video is there once; Google's client probes and is given it."""
    monkeypatch.setattr("googleapiclient.http.DEFAULT_HTTP_TIMEOUT_SEC", 3)
    api, data = client(sandbox), clip()
    fault = {
        "platform": "youtube",
        "method": "PUT",
        "path": "upload",
        "phase": "after",
        "kind": "drop",
        "times": 2,
    }
    admin(sandbox, "faults", fault)
    media = MediaIoBaseUpload(BytesIO(data), "video/mp4", resumable=True)
    request = api.videos().insert(
        part="snippet,status", body={"snippet": WORDS, "status": PRIVATE}, media_body=media
    )
    with pytest.raises(OSError):  # noqa: PT011 - whatever httplib2 makes of a closed line
        request.execute()
    again = api.videos().insert(part="snippet,status", body={}, media_body=media)
    again.resumable_uri, again._in_error_state = request.resumable_uri, True
    _, video = again.next_chunk()
    assert video["snippet"]["title"] == WORDS["title"]
    assert len(uploads(api)) == 1


# ── what becomes of the bytes ────────────────────────────────────────────────


def state(sandbox: Sandbox, api: Any, video: Json) -> Json:
    later(sandbox, 3)
    return api.videos().list(part="status", id=video["id"]).execute()["items"][0]["status"]


def test_bytes_that_are_no_video(sandbox: Sandbox) -> None:
    """Taken, and failed when they are looked at; a truncated clip too."""
    api = client(sandbox)
    for data in (b"bukan video" * 100, clip(faststart=False)[:2000]):
        status = state(sandbox, api, insert(api, data, status={"privacyStatus": "public"}))
        assert (status["uploadStatus"], status["failureReason"]) == ("failed", "invalidFile")
    assert live(sandbox) == []


def test_the_same_video_again(sandbox: Sandbox) -> None:
    """Rejected as a duplicate in the same channel, unless an admin lets it pass."""
    api = client(sandbox)
    insert(api)
    status = state(sandbox, api, insert(api))
    assert (status["uploadStatus"], status["rejectionReason"]) == ("rejected", "duplicate")
    setting(sandbox, refuse_duplicates=False)
    assert state(sandbox, api, insert(api))["uploadStatus"] == "processed"


@pytest.mark.parametrize("why", [*FAILURES, *REJECTIONS])
def test_every_failure_can_be_had(sandbox: Sandbox, why: str) -> None:
    """Whatever may become of an upload."""
    setting(sandbox, processing_result=why)
    status = state(sandbox, client(sandbox), insert(client(sandbox)))
    assert why in (status.get("failureReason"), status.get("rejectionReason"))


# ── words ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("snippet", "reason"),
    [
        ({"title": ""}, "invalidTitle"),
        ({"title": "a" * 101}, "invalidTitle"),
        ({"title": "😀" * 51}, "invalidTitle"),
        ({"title": "a < b"}, "invalidTitle"),
        ({"description": "é" * 2501}, "invalidDescription"),
        ({"description": "<b>"}, "invalidDescription"),
        ({"tags": ["a" * 249, "b" * 251]}, "invalidTags"),
        ({"tags": ["Foo Baz" + "x" * 493]}, "invalidTags"),
        ({"categoryId": "99"}, "invalidCategoryId"),
        ({"nonsense": "1"}, "badRequest"),
        ({"title": 5}, "badRequest"),
    ],
)
def test_words_that_youtube_refuses(sandbox: Sandbox, snippet: Json, reason: str) -> None:
    """Each with the reason's own name, before any byte is sent."""
    with pytest.raises(HttpError) as caught:
        insert(client(sandbox), snippet={**WORDS, **snippet})
    assert (caught.value.status_code, reason_of(caught.value)) == (400, reason)


def test_words_at_the_limit(sandbox: Sandbox) -> None:
    """A hundred, five thousand bytes, five hundred with commas and quotes."""
    tags = ["a" * 248, "b b" + "c" * 246]
    words = {"title": "😀" * 50, "description": "é" * 2500, "tags": tags}
    assert insert(client(sandbox), snippet={**WORDS, **words})["snippet"]["tags"] == tags


@pytest.mark.parametrize(
    ("part", "body", "reason"),
    [
        ("snippet", {"snippet": WORDS, "status": PRIVATE}, "unexpectedPart"),
        ("snippet,nonsense", {"snippet": WORDS}, "unknownPart"),
        ("snippet,status", {"snippet": WORDS, "status": {"privacyStatus": "secret"}}, "badRequest"),
        ("snippet,localizations", {"snippet": WORDS, "localizations": {"en": {}}}, "defaultLanguageNotSet"),
    ],
)
def test_resources_off_the_schema(sandbox: Sandbox, part: str, body: Json, reason: str) -> None:
    """The discovery document is the measure."""
    media = MediaIoBaseUpload(BytesIO(clip()), "video/mp4", resumable=True)
    with pytest.raises(HttpError) as caught:
        client(sandbox).videos().insert(part=part, body=body, media_body=media).execute()
    assert reason_of(caught.value) == reason


# ── the rest ─────────────────────────────────────────────────────────────────


def test_thumbnails(sandbox: Sandbox) -> None:
    """JPEG and PNG by their bytes; a Short's only once processed; only for a verified phone."""
    api = client(sandbox)
    video = insert(api)

    def reason(data: bytes) -> str:
        with pytest.raises(HttpError) as caught:
            thumbnail(data)
        return reason_of(caught.value)

    def thumbnail(data: bytes) -> None:
        media = MediaIoBaseUpload(BytesIO(data), "image/png")
        api.thumbnails().set(videoId=video["id"], media_body=media).execute()

    assert reason(image()) == "forbidden"
    later(sandbox, 3)
    thumbnail(image("PNG"))
    assert reason(b"bukan gambar") == "invalidImage"
    assert reason(image("GIF")) == "invalidImage"
    setting(sandbox, phone_verified=False)
    assert reason(image()) == "forbidden"


def test_captions(sandbox: Sandbox) -> None:
    """A second track of the same language and name is refused; what is no timed text fails."""
    api = client(sandbox)
    video = insert(api)

    def add(data: bytes, name: str = "") -> Json:
        media = MediaIoBaseUpload(BytesIO(data), "application/octet-stream", resumable=bool(name))
        body = {"snippet": {"videoId": video["id"], "language": "id", "name": name}}
        return api.captions().insert(part="snippet", body=body, media_body=media).execute()["snippet"]

    vtt = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHalo\n"
    assert add(vtt)["status"] == "serving"
    assert add(b"halo", "lain")["failureReason"] == "unknownFormat"
    with pytest.raises(HttpError) as caught:
        add(vtt)
    assert (caught.value.status_code, reason_of(caught.value)) == (409, "captionExists")


def uploads(api: Any) -> list[str]:
    mine = api.channels().list(part="contentDetails", mine=True).execute()["items"][0]
    playlist = mine["contentDetails"]["relatedPlaylists"]["uploads"]
    found, request = (
        [],
        api.playlistItems().list(part="snippet,contentDetails", playlistId=playlist, maxResults=2),
    )
    while request is not None:
        answer = request.execute()
        found += [one["contentDetails"]["videoId"] for one in answer["items"]]
        request = api.playlistItems().list_next(request, answer)
    return found


def test_the_uploads_playlist(sandbox: Sandbox) -> None:
    """Newest first over all pages, and behind by as much as an admin says."""
    api = client(sandbox)
    ids = [insert(api, clip(seconds=0.2 * number))["id"] for number in range(1, 6)]
    assert uploads(api) == ids[::-1]
    setting(sandbox, list_lag=60)
    new = insert(api, clip(seconds=1.4))["id"]
    assert new not in uploads(api)
    later(sandbox, 120)
    assert uploads(api)[0] == new


def test_a_playlist_takes_a_video_twice(sandbox: Sandbox) -> None:
    """playlistItems.insert is not idempotent; an unknown playlist is refused."""
    api = client(sandbox)
    video = insert(api)["id"]

    def add(playlist: str) -> None:
        what = {"playlistId": playlist, "resourceId": {"kind": "youtube#video", "videoId": video}}
        api.playlistItems().insert(part="snippet", body={"snippet": what}).execute()

    add("PLsandbox0001")
    add("PLsandbox0001")
    listed = api.playlistItems().list(part="snippet", playlistId="PLsandbox0001", videoId=video).execute()
    assert len(listed["items"]) == 2
    with pytest.raises(HttpError) as caught:
        add("PLnone")
    assert reason_of(caught.value) == "playlistNotFound"


# ── tokens, quotas, errors ───────────────────────────────────────────────────


def test_a_token_is_refreshed_and_ends(sandbox: Sandbox) -> None:
    """A dead access token is renewed by Google's library; after an hour again; revoked, it is over."""
    api = client(sandbox)
    setting(sandbox, token={"state": "expired"})
    assert uploads(api) == []
    later(sandbox, 3700)
    assert uploads(api) == []
    setting(sandbox, token={"state": "revoked"})
    with pytest.raises(RefreshError, match="invalid_grant"):
        uploads(api)


def test_scopes(sandbox: Sandbox) -> None:
    """Captions need more than uploads."""
    setting(sandbox, token={"state": "valid", "scopes": ["youtube.upload"]})
    api = client(sandbox)
    video = insert(api)
    with pytest.raises(HttpError) as caught:
        api.captions().list(part="snippet", videoId=video["id"]).execute()
    assert reason_of(caught.value) == "insufficientPermissions"


def test_quotas_begin_anew_at_midnight_in_the_pacific(sandbox: Sandbox) -> None:
    """A hundred inserts and ten thousand units a day, each in its own bucket."""
    api = client(sandbox)
    admin(sandbox, "clock", {"now": "2026-11-24T07:00:00+00:00"})  # 23.00 in the Pacific
    setting(sandbox, quota_inserts=1, quota_units=60)
    video = insert(api)
    with pytest.raises(HttpError) as caught:
        insert(api)
    assert (caught.value.status_code, reason_of(caught.value)) == (403, "quotaExceeded")
    change = api.videos().update(part="status", body={"id": video["id"], "status": PRIVATE})
    change.execute()
    with pytest.raises(HttpError) as caught:
        change.execute()
    assert (caught.value.status_code, reason_of(caught.value)) == (403, "quotaExceeded")
    later(sandbox, 3601)
    assert insert(api, clip(seconds=2.0))["id"] != video["id"]


def test_a_channel_uploads_so_many_a_day(sandbox: Sandbox) -> None:
    """uploadLimitExceeded is a 400, and ends after 24 hours."""
    api = client(sandbox)
    setting(sandbox, upload_limit=1)
    insert(api)
    with pytest.raises(HttpError) as caught:
        insert(api)
    assert (caught.value.status_code, reason_of(caught.value)) == (400, "uploadLimitExceeded")
    later(sandbox, 86_500)
    insert(api, clip(seconds=2.0))


def test_without_a_channel(sandbox: Sandbox) -> None:
    """An account that never made one."""
    setting(sandbox, signed_up=False)
    api = client(sandbox)
    assert api.channels().list(part="id", mine=True).execute()["items"] == []
    place = f"{told(sandbox)['base_url']}/youtube/v3/videos?part=id&id=x"
    token = {"Authorization": f"Bearer {told(sandbox)['credentials']['token']}"}
    reply = requests.get(place, headers=token, timeout=10)
    assert (reply.status_code, reply.json()["error"]["errors"][0]["reason"]) == (401, "youtubeSignupRequired")


@pytest.mark.parametrize("code", sorted(ERRORS))
def test_every_error_can_be_raised(sandbox: Sandbox, code: str) -> None:
    """With its own status and in Google's envelope; once."""
    setting(sandbox, next_error={"code": code, "on": "videos.list"})
    place = f"{told(sandbox)['base_url']}/youtube/v3/videos?part=id&id=x"
    token = {"Authorization": f"Bearer {told(sandbox)['credentials']['token']}"}
    reply = requests.get(place, headers=token, timeout=10)
    assert reply.status_code == ERRORS[code][0] == reply.json()["error"]["code"]
    assert {*reply.json()["error"]["errors"][0]} >= {"reason", "domain", "message"}
    assert requests.get(place, headers=token, timeout=10).status_code == 200


def test_an_error_after_the_effect(sandbox: Sandbox) -> None:
    """What was asked for has happened all the same."""
    api = client(sandbox)
    video = insert(api)
    setting(sandbox, next_error={"code": "backendError", "on": "videos.update", "effect": True})
    body = {"id": video["id"], "status": {"privacyStatus": "public"}}
    with pytest.raises(HttpError):
        api.videos().update(part="status", body=body).execute()
    assert len(live(sandbox)) == 1


def test_the_costs_are_those_of_known_methods(sandbox: Sandbox) -> None:
    """Every method that costs something stands in the published document."""
    document = requests.get(told(sandbox)["discovery_url"], timeout=10).json()
    for name in _COSTS:
        resource, _, verb = name.partition(".")
        assert verb in document["resources"][resource]["methods"]
    assert json.dumps(document).count(told(sandbox)["base_url"]) >= 2
