"""The methods of the pretended YouTube, one by one (for simulator.py beside it)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from connectors.sandbox_world import Simulator, stamp
from connectors.youtube.simulator_answers import bad_request, json_answer, listing, refused
from connectors.youtube.simulator_schema import body_of, parts_of
from connectors.youtube.simulator_uploads import Finish
from connectors.youtube.simulator_videos import Videos, refuse_words

if TYPE_CHECKING:
    from connectors.youtube.simulator import Call

Json = Any

_BCP47 = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_NAME = 150
_DAY = timedelta(days=1)


class Desk:
    """Answers calls whose sender and query are known.

    Attributes:
        begins: by name of an upload: what is announced, checked before any byte is taken.
        finishes: by name of an upload: what becomes of it when its last byte is here.
    """

    def __init__(self, simulator: Simulator, videos: Videos) -> None:
        self._simulator = simulator
        self._world = simulator.world
        self._platform = simulator.platform
        self._videos = videos
        self.begins: Mapping[str, Callable[[Call, Json], Json]] = {
            "videos.insert": self._announce_video,
            "thumbnails.set": self._announce_thumbnail,
            "captions.insert": self._announce_captions,
        }
        self.finishes: Mapping[str, Finish] = {
            "videos.insert": self._make_video,
            "thumbnails.set": self._set_thumbnail,
            "captions.insert": self._make_captions,
        }

    def answer(self, call: Call) -> Response:
        """A call that uploads nothing."""
        act: Callable[[Call], Response] = {
            "videos.list": self._list_videos,
            "videos.update": self._update_video,
            "videos.delete": self._delete_video,
            "captions.list": self._list_captions,
            "playlistItems.insert": self._add_to_playlist,
            "playlistItems.list": self._list_playlist,
            "channels.list": self._list_channels,
        }[call.name]
        return act(call)

    # ── videos ───────────────────────────────────────────────────────────────

    def _announce_video(self, call: Call, data: Json) -> Json:
        parts = parts_of(call.query, "Video")
        resource = body_of(data, "Video", parts)
        refuse_words(resource)
        most = self._simulator.setting("upload_limit")
        since = self._world.now() - _DAY
        if most is not None:
            recent = [1 for one in self._videos.of(call.account) if datetime.fromisoformat(one["at"]) > since]
            if len(recent) >= most:
                raise refused("uploadLimitExceeded")
        return {"resource": resource, "parts": parts}

    def _make_video(self, account: str, announced: Mapping[str, Json], upload: str) -> Json:
        video = self._videos.make(account, announced["resource"], upload)
        self._videos.release_due()
        return self._videos.shown(self._videos.now(video), announced["parts"])

    def _list_videos(self, call: Call) -> Response:
        parts, ids = parts_of(call.query, "Video"), call.query.get("id")
        if not ids:
            raise bad_request(
                "No filter selected. Expected one of: chart, id, myRating", "missingRequiredParameter"
            )
        found = [video for video in map(self._videos.get, dict.fromkeys(ids)) if video is not None]
        seen = [
            self._videos.shown(one, parts)
            for one in found
            if one["account"] == call.account or one["status"]["privacyStatus"] != "private"
        ]
        return json_answer(listing("video", seen, per_page=len(seen)))

    def _update_video(self, call: Call) -> Response:
        parts = parts_of(call.query, "Video")
        resource = body_of(_json(call), "Video", parts)
        return json_answer(self._videos.shown(self._videos.update(call.account, resource, parts), parts))

    def _delete_video(self, call: Call) -> Response:
        self._videos.delete(self._videos.owned(call.account, call.query["id"][0]))
        return Response(status=204)

    # ── thumbnails ───────────────────────────────────────────────────────────

    def _announce_thumbnail(self, call: Call, data: Json) -> Json:
        video = self._videos.owned(call.account, call.query["videoId"][0])
        if not self._simulator.setting("phone_verified"):
            raise refused("forbidden", "The thumbnail can't be set for the specified video.")
        return {"video": video["id"]}

    def _set_thumbnail(self, account: str, announced: Mapping[str, Json], upload: str) -> Json:
        video = self._videos.owned(account, announced["video"])
        self._videos.set_thumbnail(video, upload)
        place = f"{self._world.base_url}/media/{video['thumbnail']}"
        return {"kind": "youtube#thumbnailSetResponse", "items": [{"default": {"url": place}}]}

    # ── captions ─────────────────────────────────────────────────────────────

    def _announce_captions(self, call: Call, data: Json) -> Json:
        snippet = body_of(data, "Caption", parts_of(call.query, "Caption")).get("snippet", {})
        if any(name not in snippet for name in ("videoId", "language", "name")):
            raise refused("invalidMetadata")
        if not _BCP47.fullmatch(snippet["language"]) or len(snippet["name"]) > _NAME:
            raise refused("invalidMetadata")
        video = self._videos.owned(call.account, snippet["videoId"])
        if _track(snippet) in video["captions"]:
            raise refused("captionExists")
        return {"snippet": snippet}

    def _make_captions(self, account: str, announced: Mapping[str, Json], upload: str) -> Json:
        snippet = announced["snippet"]
        video = self._videos.owned(account, snippet["videoId"])
        place = self._world.uploaded(self._platform, upload)
        data = place.read_bytes() if place.exists() else b""
        if not data:
            raise refused("contentRequired")
        self._world.drop_upload(self._platform, upload)
        status = {"status": "serving"}
        if not _is_timed_text(data):
            status = {"status": "failed", "failureReason": "unknownFormat"}
        number = self._world.next_number(self._platform)
        video["captions"][_track(snippet)] = {
            "id": f"caption-{number}",
            "sha256": self._world.keep(data, "text/plain"),
            "snippet": {
                **snippet,
                **status,
                "trackKind": "standard",
                "lastUpdated": stamp(self._world.now()),
            },
        }
        self._videos.put(video)
        return _caption(video["captions"][_track(snippet)])

    def _list_captions(self, call: Call) -> Response:
        parts_of(call.query, "Caption")
        video = self._videos.owned(call.account, call.query["videoId"][0])
        found = [_caption(one) for one in video["captions"].values()]
        wanted = call.query.get("id")
        return json_answer(listing("caption", [one for one in found if not wanted or one["id"] in wanted]))

    # ── playlists ────────────────────────────────────────────────────────────

    def _add_to_playlist(self, call: Call) -> Response:
        """Adds, every time it is asked to: the same video may stand in a playlist twice."""
        parts = parts_of(call.query, "PlaylistItem")
        snippet = body_of(_json(call), "PlaylistItem", parts).get("snippet", {})
        what = snippet.get("resourceId", {})
        if snippet.get("playlistId") not in self._simulator.setting("playlists"):
            raise refused("playlistNotFound")
        video = (
            self._videos.get(str(what.get("videoId", ""))) if what.get("kind") == "youtube#video" else None
        )
        if video is None:
            raise refused("videoNotFound")
        key = f"{call.account} {snippet['playlistId']}"
        entries = self._world.get(self._platform, "playlist", key) or []
        number = self._world.next_number(self._platform)
        entry = {"id": f"item-{number}", "video": video["id"], "at": self._world.now().isoformat()}
        entries.insert(snippet.get("position", len(entries)), entry)
        self._world.put(self._platform, "playlist", key, entries)
        if video["account"] == call.account:
            video["playlists"].append(snippet["playlistId"])
            self._videos.put(video)
        return json_answer(self._item(call, snippet["playlistId"], entries.index(entry), entry))

    def _list_playlist(self, call: Call) -> Response:
        parts_of(call.query, "PlaylistItem")
        name = (call.query.get("playlistId") or [""])[0]
        if not name:
            raise bad_request(
                "No filter selected. Expected one of: id, playlistId", "missingRequiredParameter"
            )
        if name == uploads_of(call.account):
            entries = self._uploads(call.account)
        elif name in self._simulator.setting("playlists"):
            entries = self._world.get(self._platform, "playlist", f"{call.account} {name}") or []
        else:
            raise refused("playlistNotFound")
        items = [self._item(call, name, number, one) for number, one in enumerate(entries)]
        items = [one for one in items if one]
        wanted = (call.query.get("videoId") or [""])[0]
        if wanted:
            items = [one for one in items if one["contentDetails"]["videoId"] == wanted]
        per_page = int((call.query.get("maxResults") or ["5"])[0])
        start = _page(call)
        following = f"CP{start + per_page}" if start + per_page < len(items) else None
        page = items[start : start + per_page]
        return json_answer(listing("playlistItem", page, len(items), per_page, nextPageToken=following))

    def _uploads(self, account: str) -> list[dict[str, Json]]:
        """What the channel uploaded, newest first; the list is behind by `list_lag`."""
        until = self._world.now() - timedelta(seconds=self._simulator.setting("list_lag"))
        return [
            {"id": f"upload-{video['id']}", "video": video["id"], "at": video["at"]}
            for video in self._videos.of(account)
            if datetime.fromisoformat(video["at"]) <= until
        ]

    def _item(self, call: Call, playlist: str, position: int, entry: Mapping[str, Json]) -> Json:
        video = self._videos.get(entry["video"])
        if video is None:
            return None
        at = stamp(datetime.fromisoformat(entry["at"]))
        return {
            "kind": "youtube#playlistItem",
            "id": entry["id"],
            "snippet": {
                "publishedAt": at,
                "channelId": call.account,
                "title": video["snippet"]["title"],
                "description": video["snippet"].get("description", ""),
                "playlistId": playlist,
                "position": position,
                "resourceId": {"kind": "youtube#video", "videoId": video["id"]},
                "videoOwnerChannelId": video["account"],
            },
            "contentDetails": {"videoId": video["id"], "videoPublishedAt": at},
            "status": {"privacyStatus": video["status"]["privacyStatus"]},
        }

    # ── channels ─────────────────────────────────────────────────────────────

    def _list_channels(self, call: Call) -> Response:
        parts = parts_of(call.query, "Channel")
        if call.query.get("mine") == ["true"]:
            ids = [call.account] if self._simulator.setting("signed_up") else []
        elif call.query.get("id"):
            ids = call.query["id"]
        else:
            raise bad_request("No filter selected. Expected one of: id, mine", "missingRequiredParameter")
        profiles = [profile for profile in map(self._simulator.profile, ids) if profile is not None]
        items = []
        for profile in profiles:
            verified = "allowed" if self._simulator.setting("phone_verified") else "eligible"
            every = {
                "snippet": {"title": profile.name, "description": "", "customUrl": f"@{profile.id}"},
                "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": uploads_of(profile.id)}},
                "status": {"privacyStatus": "public", "isLinked": True, "longUploadsStatus": verified},
                "statistics": {"videoCount": str(len(self._videos.of(profile.id)))},
            }
            found = {part: every.get(part, {}) for part in parts if part != "id"}
            items.append({"kind": "youtube#channel", "id": profile.id, **found})
        return json_answer(listing("channel", items))


def uploads_of(account: str) -> str:
    """The playlist of a channel's uploads."""
    return f"UU{account.removeprefix('UC')}"


def _track(snippet: Mapping[str, Json]) -> str:
    return f"{snippet['language']} {snippet['name']}".strip()


def _caption(track: Mapping[str, Json]) -> Json:
    return {"kind": "youtube#caption", "id": track["id"], "snippet": track["snippet"]}


def _is_timed_text(data: bytes) -> bool:
    """Whether the bytes are SubRip or WebVTT."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return re.search(r"\d\d:\d\d[.,]\d{3} --> (?:\d\d:)?\d\d:\d\d[.,]\d{3}", text) is not None


def _page(call: Call) -> int:
    token = (call.query.get("pageToken") or ["CP0"])[0]
    if not re.fullmatch(r"CP\d{1,9}", token):
        raise bad_request("The request specifies an invalid page token.", "invalidPageToken", "pageToken")
    return int(token[2:])


def _json(call: Call) -> Json:
    try:
        return json.loads(call.request.get_data() or b"{}")
    except ValueError:
        raise bad_request("Invalid JSON payload received.", "parseError") from None
