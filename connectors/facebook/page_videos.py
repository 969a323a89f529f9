"""Clips that the Reels API does not take (long, wide, small) on their way to a Page: by pieces, to /videos.

As with a reel an id comes first, then the bytes, and nothing is public until the upload is finished. Facebook
says which piece it wants next. The record in the checkpoint has, beside what every clip's has, `edge`,
`session` (of no use without the token) and `next`, where the next piece begins and ends.

Meta's documentation (Video API, Page/videos v26.0) and its own SDK for Python (video_uploader.py), checked
2026-11-23. Never seen live: which sizes Facebook asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from connectors.errors import RejectedError, TemporaryError
from connectors.facebook import limits
from connectors.facebook.videos import Videos

if TYPE_CHECKING:
    from connectors.contract import Media

Json = Any
_Record = dict[str, Json]

EDGE = "videos"
HOST = "graph-video.facebook.com"
# The piece does not begin where it is expected to; `error_data` says where that is.
_ELSEWHERE = "100/1363037"


class PageVideos(Videos):
    """As `Videos`, with the piecewise upload of /{page}/videos."""

    def _begin(self, placement: str, media: Media, keep: Callable[[_Record], None]) -> _Record:
        size = self._media.facts(media).size
        data = {"upload_phase": "start", "file_size": str(size)}
        answer = self._graph.post(f"{self._page}/{EDGE}", data, phase="other")
        if not answer.get("video_id") or not answer.get("upload_session_id"):
            raise TemporaryError("the answer names no video, or no upload", code="no-upload", effect="none")
        record: _Record = {
            "id": str(answer["video_id"]),
            "edge": EDGE,
            "session": str(answer["upload_session_id"]),
            "next": _wanted(answer, size),
            "until": (self._clock.now() + limits.VIDEO_LIFE).isoformat(),
        }
        keep(record)
        return record

    def _deliver(self, record: _Record, media: Media, keep: Callable[[_Record], None]) -> None:
        size = self._media.facts(media).size
        with self._media.path(media).open("rb") as file:
            while record["next"][0] < record["next"][1]:
                begin, end = record["next"]
                file.seek(begin)
                piece = file.read(min(end - begin, limits.PIECE_BYTES))
                record["next"] = self._piece(record, begin, piece, size)
                keep(record)
                self._progress(record["next"][0], size)

    def _piece(self, record: Mapping[str, Json], begin: int, piece: bytes, size: int) -> list[int]:
        """Send one piece; gives the borders of the next, which are equal after the last."""
        data = {
            "upload_phase": "transfer",
            "upload_session_id": str(record["session"]),
            "start_offset": str(begin),
        }
        chunk = {"video_file_chunk": ("chunk", piece, "application/octet-stream")}
        seconds = limits.UPLOAD_SECONDS + len(piece) / limits.UPLOAD_SLOWEST
        with self._door.deadline(self._clock.boottime() + seconds):
            try:
                answer = self._graph.post(f"{self._page}/{EDGE}", data, phase="other", files=chunk)
            except RejectedError as error:
                wanted = error.details.get("start_offset"), error.details.get("end_offset")
                if error.code != _ELSEWHERE or str(wanted[0]) == str(begin):
                    raise
                # An answer was lost: the piece is there already.
                return _wanted(error.details, size)
        return _wanted(answer, size)


def _wanted(told: Mapping[str, Json], size: int) -> list[int]:
    """Which piece Facebook wants next.

    Raises:
        TemporaryError: it does not say, or says what the file does not have.
    """
    begin, end = str(told.get("start_offset")), str(told.get("end_offset"))
    if not begin.isdigit() or not end.isdigit() or not int(begin) <= int(end) <= size:
        raise TemporaryError("the answer names no piece of the file", code="no-offset", effect="none")
    if int(begin) == int(end) < size:
        raise TemporaryError("the upload ends before the file does", code="no-offset", effect="none")
    return [int(begin), int(end)]
