"""All that goes before the commit: the clip uploaded private and processed, thumbnail, captions, playlist.

Each call that YouTube would do twice (captions, playlist) is preceded by a look, each is followed by a
save, so that a process that dies anywhere goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from googleapiclient.http import MediaFileUpload

from connectors.contract import Checkpoint, Media, MediaSource, NotYet, Part, SaveCheckpoint, Staged
from connectors.errors import RejectedError, TemporaryError
from connectors.youtube import limits
from connectors.youtube.calls import Caller, items_of
from connectors.youtube.channel_videos import Library, privacy_of, published_at, same_words
from connectors.youtube.codes import refusal_of
from connectors.youtube.uploads import SessionGoneError, Upload, video_id

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.http import Door

Json = Any


class Staging:
    """One part on its way to a private video that is ready to be shown.

    The record: `began` (the session), `touched` (its last save), `video`, `uploaded`, `ready`, then
    `cover`, `captions`, `playlist` as far as they are done, `done` at the end.
    """

    def __init__(
        self,
        caller: Caller,
        door: Door,
        clock: Clock,
        media: MediaSource,
        part: Part,
        progress: Callable[[int, int], None],
        checkpoint: Checkpoint | None,
        save: SaveCheckpoint,
    ) -> None:
        self._caller = caller
        self._door = door
        self._clock = clock
        self._media = media
        self._part = part
        self._progress = progress
        self._save = save
        self._library = Library(caller)
        self._record: dict[str, Json] = dict(checkpoint.public) if checkpoint else {}
        self._session: str | None = checkpoint.sealed.get("session") if checkpoint else None

    def run(self) -> Staged | NotYet:
        """As far as it goes now."""
        if self._record.get("done"):
            return Staged(self._checkpoint())
        if not self._record.get("video"):
            self._upload()
        if not self._record.get("ready") and (look_at := self._waits()) is not None:
            return NotYet(self._checkpoint(), look_at)
        self._add_cover()
        self._add_captions()
        self._add_to_playlist()
        self._record["done"] = True
        return Staged(self._checkpoint())

    # ── the clip ─────────────────────────────────────────────────────────────

    def _upload(self) -> None:
        media = self._part.media[0]
        with self._media.path(media).open("rb") as file:
            upload = Upload(
                self._caller,
                self._door,
                self._clock,
                file,
                self._media.facts(media).mime,
                video_of(self._part),
                bool(self._part.options.get("notify_subscribers", True)),
                self._progress,
            )
            self._uploaded(self._sent(upload))

    def _sent(self, upload: Upload) -> str:
        """The id of the video, by the session that is known or by a new one."""
        if self._session is not None:
            try:
                found = upload.resume(self._session)
                return video_id(found if found is not None else upload.send(self._session, self._touch))
            except SessionGoneError:
                self._session = None
                self._keep()
        if self._record.get("began") and (lost := self._lost()):
            return lost
        self._session = upload.begin()
        self._record["began"] = self._clock.now().isoformat()
        self._touch()
        try:
            return video_id(upload.send(self._session, self._touch))
        except SessionGoneError:
            self._session = None
            self._keep()
            raise _broken_off() from None

    def _lost(self) -> str | None:
        """The video of a session that YouTube no longer knows, if its last byte did arrive.

        One claim per account at a time: what was uploaded to this channel between the session's start and
        the end of its last piece, private and with these words, is ours.
        """
        began, touched = _time(self._record["began"]), _time(self._record["touched"])
        first = began - limits.CLOCK_SKEW
        last = touched + timedelta(seconds=limits.CHUNK_SECONDS) + limits.CLOCK_SKEW
        found = [
            str(video["id"])
            for video in self._library.uploads(first)
            if privacy_of(video) == "private"
            and same_words(video, self._part)
            and (at := published_at(video)) is not None
            and first <= at <= last
        ]
        return found[0] if len(found) == 1 else None

    def _uploaded(self, video: str) -> None:
        self._session = None
        self._record.update(video=video, uploaded=self._clock.now().isoformat())
        self._keep()

    def _waits(self) -> datetime | None:
        """When to look again; None: YouTube has done its work.

        Raises:
            RejectedError, ReconnectError: it will never show this video.
        """
        now = self._clock.now()
        age = now - _time(self._record["uploaded"])
        video = self._library.video(self._record["video"])
        if video is None and age > limits.APPEARS_WITHIN:
            self._record = {}
            self._keep()
            raise _broken_off()
        status = (video or {}).get("status") or {}
        if (refusal := refusal_of(status)) is not None:
            self._record = {}
            self._keep()
            raise refusal
        if status.get("uploadStatus") == "processed":
            self._record["ready"] = True
            return None
        return now + min(max(limits.PROCESS_EVERY, age / 4), limits.PROCESS_AT_MOST)

    # ── what belongs to it ───────────────────────────────────────────────────

    def _add_cover(self) -> None:
        for media in self._companions("cover"):
            moment = media.recipe[0] if media.recipe[0].startswith("frame ") else ""
            mark = f"{media.source} {moment}".rstrip()
            if self._record.get("cover") != mark:
                mime = self._media.facts(media).mime
                body = MediaFileUpload(self._media.path(media), mimetype=mime, resumable=False)
                self._send(self._caller.api.thumbnails().set(videoId=self._record["video"], media_body=body))
                self._record["cover"] = mark
                self._keep()

    def _add_captions(self) -> None:
        tracks = [media for media in self._companions("captions") if media.source not in self._captions()]
        if not tracks:
            return
        request = self._caller.api.captions().list(part="snippet", videoId=self._record["video"])
        there = {_track(item) for item in items_of(self._caller.call(request))}
        for media in tracks:
            if self._language(media).lower() not in there:
                self._send(self._insertion(media))
            self._record["captions"] = [*self._captions(), media.source]
            self._keep()

    def _insertion(self, media: Media) -> Any:
        snippet = {"videoId": self._record["video"], "language": self._language(media), "name": ""}
        path = self._media.path(media)
        body = MediaFileUpload(path, mimetype="application/octet-stream", resumable=False)
        return self._caller.api.captions().insert(
            part="snippet", body={"snippet": {**snippet, "isDraft": False}}, media_body=body
        )

    def _add_to_playlist(self) -> None:
        playlist = self._part.options.get("playlist")
        if not playlist or self._record.get("playlist") == playlist:
            return
        items, video = self._caller.api.playlistItems(), self._record["video"]
        request = items.list(part="id", playlistId=playlist, videoId=video)
        if not items_of(self._caller.call(request)):
            resource = {"kind": "youtube#video", "videoId": video}
            body = {"snippet": {"playlistId": playlist, "resourceId": resource}}
            self._caller.call(items.insert(part="snippet", body=body))
        self._record["playlist"] = playlist
        self._keep()

    def _send(self, request: Any) -> None:
        with self._door.deadline(self._clock.boottime() + limits.FILE_SECONDS):
            self._caller.call(request)

    def _companions(self, role: str) -> list[Media]:
        return [media for media in self._part.companions if media.role == role]

    def _captions(self) -> list[str]:
        return list(self._record.get("captions", []))

    def _language(self, media: Media) -> str:
        language = media.language or str(self._part.options.get("language") or "")
        if not language:
            raise RejectedError("captions without a language", code="no-language", effect="none")
        return language

    # ── what is remembered ───────────────────────────────────────────────────

    def _keep(self) -> None:
        self._save(self._checkpoint())

    def _touch(self) -> None:
        self._record["touched"] = self._clock.now().isoformat()
        self._keep()

    def _checkpoint(self) -> Checkpoint:
        sealed = {"session": self._session} if self._session else {}
        return Checkpoint(public=dict(self._record), sealed=sealed)


def video_of(part: Part) -> dict[str, Json]:
    """The video resource to insert: private, with everything that can be said of it.

    Raises:
        RejectedError: it is not said whether it is made for children.
    """
    options = part.options
    snippet: dict[str, Json] = {"title": options.get("title", ""), "description": part.text}
    if options.get("tags"):
        snippet["tags"] = list(options["tags"])
    if options.get("category"):
        snippet["categoryId"] = limits.CATEGORIES[options["category"]]
    if options.get("language"):
        snippet |= {"defaultLanguage": options["language"], "defaultAudioLanguage": options["language"]}
    return {"snippet": snippet, "status": status_of(part, "private")}


def status_of(part: Part, privacy: str) -> dict[str, Json]:
    """The status of the video, whole: an update takes what is left out for nothing.

    Raises:
        RejectedError: it is not said whether it is made for children.
    """
    made_for_kids = part.options.get("made_for_kids")
    if not isinstance(made_for_kids, bool):
        raise RejectedError("made_for_kids is not answered", code="no-made-for-kids", effect="none")
    return {
        "privacyStatus": privacy,
        "selfDeclaredMadeForKids": made_for_kids,
        "containsSyntheticMedia": bool(part.options.get("made_with_ai", False)),
        # What YouTube takes where an upload says nothing.
        "license": "youtube",
        "embeddable": True,
        "publicStatsViewable": True,
    }


def _track(item: Mapping[str, Json]) -> str:
    """The language of a track that was uploaded; those that YouTube makes from the sound are others."""
    snippet = item.get("snippet") or {}
    made = str(snippet.get("trackKind") or "standard").lower() == "asr"
    return "" if made else str(snippet.get("language") or "").lower()


def _time(value: str) -> datetime:
    return datetime.fromisoformat(value)


def _broken_off() -> TemporaryError:
    return TemporaryError("the upload is gone; it begins anew", code="session-gone", effect="none")
