"""Clips on their way to a Page: an id first, then the bytes, streamed and resumed; nothing is public yet.

A clip is a record in the checkpoint: `id`, `url` (where its bytes go; of no use without the token), `until`,
and, as it gets on, `sent` (all bytes arrived) and `looked` (Facebook had nothing against it).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from connectors.contract import Media, MediaSource
from connectors.errors import RejectedError, TemporaryError
from connectors.facebook import limits
from connectors.facebook.phases import Phases, phases_of

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.graph_api import GraphCaller
    from connectors.http import Door

Json = Any
_Record = dict[str, Json]

EDGES = {"reel": "video_reels", "story": "video_stories", "video": "videos"}
"""The way of a clip → the edge of the Page that begins and ends its upload."""

_UPLOAD_HOST = "rupload.facebook.com"


class Videos:
    """Brings one clip to a Page, from wherever an earlier try left off.

    Args:
        progress: told of bytes sent, and of all there are.
    """

    def __init__(
        self,
        graph: GraphCaller,
        door: Door,
        clock: Clock,
        media: MediaSource,
        page: str,
        progress: Callable[[int, int], None],
    ) -> None:
        self._graph = graph
        self._door = door
        self._clock = clock
        self._media = media
        self._page = page
        self._progress = progress

    def bring(
        self, media: Media, way: str, kept: Mapping[str, Json] | None, keep: Callable[[_Record], None]
    ) -> tuple[_Record, datetime | None]:
        """The record of a clip that has arrived, and when to look again if Facebook still works on it.

        Raises:
            RejectedError: Facebook cannot use the clip.
        """
        record = dict(kept) if kept and not self._is_ending(kept) else self._begin(way, media, keep)
        if not record.get("sent"):
            self._deliver(record, media, keep)
            record["sent"] = self._clock.now().isoformat()
            keep(record)
        if record.get("looked"):
            return record, None
        found = self.phases(str(record["id"]))
        if found.failed:
            raise RejectedError(found.words, code=found.code, effect="none")
        waited = self._clock.now() - datetime.fromisoformat(record["sent"])
        if found.working and waited < limits.PROCESSING_WAIT:
            return record, self._clock.now() + limits.STATUS_EVERY
        # What Facebook looks at only when it is told to publish is told by `confirm`.
        record["looked"] = True
        return record, None

    def phases(self, video_id: str) -> Phases:
        """How far Facebook is with a video."""
        answer = self._graph.get(video_id, fields="status,permalink_url,created_time")
        return phases_of(answer)

    def _begin(self, way: str, media: Media, keep: Callable[[_Record], None]) -> _Record:
        answer = self._graph.post(f"{self._page}/{EDGES[way]}", {"upload_phase": "start"}, phase="other")
        video_id, url = answer.get("video_id"), str(answer.get("upload_url") or "")
        parts = urlsplit(url)
        # The token goes where this leads.
        if not video_id or parts.scheme != "https" or parts.hostname != _UPLOAD_HOST:
            raise TemporaryError("the answer names no video, or no place of Meta's for its bytes",
                                 code="no-upload", effect="none")  # fmt: skip
        until = self._clock.now() + limits.VIDEO_LIFE
        record: _Record = {"id": str(video_id), "url": url, "until": until.isoformat()}
        keep(record)
        return {**record, "new": True}

    def _deliver(self, record: _Record, media: Media, keep: Callable[[_Record], None]) -> None:
        """Send what has not arrived yet."""
        self._send(record, media, 0 if record.pop("new", False) else self._arrived(record))

    def _arrived(self, record: Mapping[str, Json]) -> int:
        """Bytes of it that Facebook has from an earlier try; -1: all."""
        found = self.phases(str(record["id"]))
        return -1 if found.uploaded else found.bytes

    def _send(self, record: Mapping[str, Json], media: Media, offset: int) -> None:
        size = self._media.facts(media).size
        if offset < 0 or offset >= size:
            return
        seconds = limits.UPLOAD_SECONDS + size / limits.UPLOAD_SLOWEST
        with (
            self._media.path(media).open("rb") as file,
            self._door.deadline(self._clock.boottime() + seconds),
        ):
            self._graph.upload(record["url"], file, size, offset, self._progress)

    def _is_ending(self, record: Mapping[str, Json]) -> bool:
        return until(record) <= self._clock.now()


def until(record: Mapping[str, Json]) -> datetime:
    """How long we count on an upload (aware), the margin taken off."""
    return datetime.fromisoformat(record["until"]) - limits.PHOTO_MARGIN
