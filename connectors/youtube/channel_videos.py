"""What a channel holds: its videos by id, and its latest uploads back to a moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors.contract import Part
from connectors.errors import RejectedError, TemporaryError
from connectors.youtube import limits
from connectors.youtube.calls import Caller, items_of
from connectors.youtube.uploads import moment

Json = Any
Video = Mapping[str, Json]


class Library:
    """The channel's videos, as its owner may see them."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def video(self, video_id: str) -> Video | None:
        """One video with snippet and status; None: there is none (any more, or yet)."""
        return next(iter(self._videos([video_id])), None)

    def uploads(self, since: datetime) -> Iterator[Video]:
        """All videos that were uploaded from `since` on, newest first, with snippet and status."""
        ids = list(self._ids(since))
        for start in range(0, len(ids), limits.PAGE):
            yield from self._videos(ids[start : start + limits.PAGE])

    def _videos(self, ids: Sequence[str]) -> list[Video]:
        request = self._caller.api.videos().list(part="id,snippet,status", id=",".join(ids))
        return items_of(self._caller.call(request))

    def _ids(self, since: datetime) -> Iterator[str]:
        playlist, token, tokens = self._playlist(), None, set[str]()
        while token not in tokens:
            tokens |= {token} if token else set()
            page = self._page(playlist, token)
            items = items_of(page)
            for item in items:
                at = moment((item.get("snippet") or {}).get("publishedAt"))
                if at is None or at >= since:
                    yield _id_in(item)
            last = moment((items[-1].get("snippet") or {}).get("publishedAt")) if items else None
            token = page.get("nextPageToken")
            if not token or (last is not None and last < since):
                return

    def _page(self, playlist: str, token: str | None) -> Json:
        request = self._caller.api.playlistItems().list(
            part="snippet,contentDetails", playlistId=playlist, maxResults=limits.PAGE, pageToken=token
        )
        try:
            return self._caller.call(request)
        except RejectedError as error:
            # A channel that never had a video has no such playlist yet (reported by users of the API).
            if error.code == "404 playlistNotFound":
                return {"items": []}
            raise

    def _playlist(self) -> str:
        request = self._caller.api.channels().list(part="contentDetails", mine=True)
        for channel in items_of(self._caller.call(request)):
            lists = (channel.get("contentDetails") or {}).get("relatedPlaylists") or {}
            if lists.get("uploads"):
                return str(lists["uploads"])
        raise TemporaryError("the channel names no list of uploads", code="no-uploads", effect="none")


def _id_in(item: Mapping[str, Json]) -> str:
    found = (item.get("contentDetails") or {}).get("videoId")
    if not isinstance(found, str) or not found:
        raise TemporaryError("the answer names no video", code="no-list", effect="none")
    return found


def same_words(video: Video, part: Part) -> bool:
    """Whether a video has the title and the description of a part; YouTube trims both."""
    snippet = video.get("snippet") or {}
    title, text = str(part.options.get("title") or ""), part.text
    return str(snippet.get("title") or "").strip() == title.strip() and _lines(
        str(snippet.get("description") or "")
    ) == _lines(text)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def privacy_of(video: Video) -> str:
    """`public`, `unlisted`, `private`; empty if not told."""
    return str((video.get("status") or {}).get("privacyStatus") or "")


def published_at(video: Video) -> datetime | None:
    """When it became public; of a private or unlisted one, when it was uploaded (aware)."""
    return moment((video.get("snippet") or {}).get("publishedAt"))
