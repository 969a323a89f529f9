"""How a clip gets to YouTube: one resumable session, saved before its first byte, asked after any break.

A video comes into being with the last byte of its session and not before. Whoever holds the session's
address can fill it, so it is sealed; and as long as it is known, no break leads to a second video.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseUpload

from connectors.errors import ConnectorError, OutcomeUnknownError, TemporaryError
from connectors.youtube import limits
from connectors.youtube.calls import Caller, json_of, settled
from connectors.youtube.codes import reasons_of

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.http import Door

Json = Any
_GONE = (404, 410)


class SessionGoneError(Exception):
    """YouTube no longer knows the upload session."""


class Upload:
    """One clip on its way.

    Args:
        body: the video resource: snippet and status.
        notify: whether subscribers are told when it becomes public.
        progress: told the bytes sent so far, and in all.
    """

    def __init__(
        self,
        caller: Caller,
        door: Door,
        clock: Clock,
        file: BinaryIO,
        mime: str,
        body: Mapping[str, Json],
        notify: bool,
        progress: Callable[[int, int], None],
    ) -> None:
        self._caller = caller
        self._door = door
        self._clock = clock
        watched = _Watched(file, progress)
        self._media = MediaIoBaseUpload(watched, mimetype=mime, chunksize=limits.CHUNK, resumable=True)
        self._size = watched.size = int(self._media.size() or 0)
        self._request = caller.api.videos().insert(
            part="snippet,status", body=dict(body), notifySubscribers=notify, media_body=self._media
        )
        self._request.postproc = lambda _, content: content

    def begin(self) -> str:
        """Open a session; gives its address, which lets whoever holds it upload.

        Raises:
            ConnectorError: without effect.
        """
        headers = {
            **self._request.headers,
            "X-Upload-Content-Type": self._media.mimetype(),
            "X-Upload-Content-Length": str(self._size),
        }
        try:
            answer, content = self._caller.wire.request(
                self._request.uri, "POST", self._request.body, headers
            )
        except OutcomeUnknownError as error:
            raise settled(error, "other") from None
        if answer.status != 200:
            raise self._caller.error(answer.status, content, "other")
        if not answer.get("location"):
            raise TemporaryError("the answer names no session", code="no-session", effect="none")
        return str(answer["location"])

    def resume(self, session: str) -> Json | None:
        """Ask how far a session is; gives the video if it is complete.

        Raises:
            SessionGoneError: YouTube does not know it.
        """
        self._request.resumable_uri = session
        headers = {"Content-Range": f"bytes */{self._size}"}
        try:
            answer, content = self._caller.wire.request(session, "PUT", None, headers)
        except OutcomeUnknownError as error:
            raise settled(error, "other") from None
        if answer.status in (200, 201):
            return json_of(content, "other")
        if answer.status != 308:
            raise self._refused(answer.status, content)
        self._request.resumable_progress = _stored(answer.get("range", ""))
        return None

    def send(self, session: str, sent: Callable[[], None]) -> Json:
        """Send what is missing, piece by piece; gives the video. `sent` is called after each but the last.

        Raises:
            SessionGoneError: YouTube does not know the session any more.
        """
        self._request.resumable_uri = session
        while True:
            before = self._request.resumable_progress
            answer = self._piece()
            if answer is not None:
                return json_of(answer, "other")
            if self._request.resumable_progress <= before:
                words = f"YouTube kept nothing after byte {before}"
                raise TemporaryError(words, code="no-progress", effect="none")
            sent()

    def _piece(self) -> bytes | None:
        failure: ConnectorError | SessionGoneError
        try:
            with self._door.deadline(self._clock.boottime() + limits.CHUNK_SECONDS):
                _, answer = self._request.next_chunk(http=self._caller.wire)
        except OutcomeUnknownError as error:
            failure = settled(error, "other")
        except HttpError as error:
            failure = self._refused(error.resp.status, error.content)
        else:
            return None if answer is None else bytes(answer)
        raise failure

    def _refused(self, status: int, content: bytes) -> ConnectorError | SessionGoneError:
        found = self._caller.error(status, content, "other")
        # A reason of its own, such as a playlist's, would be an answer of the API and not of the session.
        return SessionGoneError() if status in _GONE and not _is_about_more(content) else found


def _is_about_more(content: bytes) -> bool:
    try:
        return any(reason not in ("notFound", "gone") for reason in reasons_of(json_of(content, "other")))
    except TemporaryError:
        return False


def _stored(header: str) -> int:
    """Bytes that YouTube has, from `bytes=0-N`; without the header there are none."""
    last = header.rpartition("-")[2]
    return int(last) + 1 if last.isdecimal() else 0


class _Watched:
    """A file that tells how far it was read; read in pieces, never held."""

    def __init__(self, file: BinaryIO, progress: Callable[[int, int], None]) -> None:
        self._file = file
        self._progress = progress
        self.size = 0

    def read(self, count: int = -1) -> bytes:
        data = self._file.read(count)
        if data and self.size:
            self._progress(self._file.tell(), self.size)
        return data

    def seek(self, place: int, whence: int = 0) -> int:
        return self._file.seek(place, whence)

    def tell(self) -> int:
        return self._file.tell()


def video_id(answer: Json) -> str:
    """The id in a video resource.

    Raises:
        TemporaryError: there is none.
    """
    found = answer.get("id") if isinstance(answer, dict) else None
    if not isinstance(found, str) or not found:
        raise TemporaryError("the answer names no video", code="no-id", effect="none")
    return found


def moment(value: Json) -> datetime | None:
    """An instant of the API (aware); None: none."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else None
