"""YouTube at work: a part becomes a private video, and the commit gives it the privacy that was asked for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from connectors.contract import (
    Account,
    CannotTell,
    ChannelStatus,
    Checkpoint,
    Done,
    Gone,
    MediaSource,
    NotSeen,
    NotYet,
    Part,
    Pending,
    Receipt,
    Room,
    SaveCheckpoint,
    Session,
    Staged,
    TokenSource,
)
from connectors.errors import OutcomeUnknownError, RejectedError, TemporaryError, UnsupportedError
from connectors.youtube import limits
from connectors.youtube.auth import status_of as channel_status_of
from connectors.youtube.calls import Caller
from connectors.youtube.channel_videos import Library, Video, privacy_of, published_at, same_words
from connectors.youtube.codes import refusal_of
from connectors.youtube.options import PRIVACY_DEFAULT
from connectors.youtube.staging import Staging, status_of

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.http import Door


class YouTubeSession(Session):
    """One channel of YouTube."""

    def __init__(
        self,
        room: Room,
        account: Account,
        door: Door,
        tokens: TokenSource,
        clock: Clock,
        media: MediaSource,
    ) -> None:
        super().__init__(room, account, media)
        self._door = door
        self._clock = clock
        self._youtube = Caller(door, clock, tokens, account.key)
        self._library = Library(self._youtube)

    def probe(self) -> ChannelStatus:
        access = self._youtube.access()
        request = self._youtube.api.channels().list(part="id,snippet", mine=True)
        return channel_status_of(self._youtube.call(request), access)

    # ── stage and commit ─────────────────────────────────────────────────────

    def _stage(
        self, part: Part, prior: Sequence[Receipt], checkpoint: Checkpoint | None, save: SaveCheckpoint
    ) -> Staged | NotYet:
        if not part.media:
            raise UnsupportedError(self.room.title, "text without a clip")
        return Staging(
            self._youtube, self._door, self._clock, self.media, part, self.progress, checkpoint, save
        ).run()

    def _commit(self, part: Part, prior: Sequence[Receipt], checkpoint: Checkpoint) -> Receipt:
        video = checkpoint.public.get("video")
        if not video or not checkpoint.public.get("done"):
            raise TemporaryError("the video is not ready", code="not-staged", effect="none")
        body = {"id": video, "status": status_of(part, _wanted(part))}
        answer = self._youtube.call(self._youtube.api.videos().update(part="status", body=body), "commit")
        if not isinstance(answer, dict) or answer.get("id") != video:
            raise OutcomeUnknownError("the answer does not name the video", code="no-id")
        self._refuse_what_is_not_shown(answer, _wanted(part))
        return self._receipt(str(video), part, self._clock.now())

    def _refuse_what_is_not_shown(self, video: Video, wanted: str) -> None:
        status = video.get("status") or {}
        if (refusal := refusal_of(status)) is not None:
            raise refusal
        # Until November 2026 videos of unverified projects were locked private without an error (revision
        # history of the YouTube Data API, checked 2026-11-23): what was set is read back.
        found = privacy_of(video)
        if found == "private" != wanted:
            raise RejectedError("YouTube left the video private", code="stays-private", effect="none")

    def _receipt(self, video: str, part: Part, at: datetime) -> Receipt:
        facts = self.media.facts(part.media[0])
        short = limits.is_short(facts.width, facts.height, facts.seconds)
        form = "shorts/" if short else "watch?v="
        return Receipt(video, self._door.link(f"https://www.youtube.com/{form}{video}"), at)

    # ── what became of it ────────────────────────────────────────────────────

    def confirm(self, part: Part, checkpoint: Checkpoint) -> Receipt | Pending | Gone:
        """One look at the video by its id."""
        video = self._library.video(str(checkpoint.public.get("video") or ""))
        if video is None:
            return Gone("the video is not there")
        if (refusal := refusal_of(video.get("status") or {})) is not None:
            return Gone(refusal.words)
        if not _is_out(video, part):
            return Pending(checkpoint, self._clock.now() + limits.PROCESS_EVERY)
        return self._receipt(str(video["id"]), part, published_at(video) or self._clock.now())

    def find(
        self,
        part: Part,
        prior: Sequence[Receipt],
        checkpoint: Checkpoint | None,
        since: datetime,
        known: Collection[str],
    ) -> Receipt | NotSeen | CannotTell:
        """Look at the video itself where its id is known, else through the channel's uploads."""
        staged = checkpoint.public.get("video") if checkpoint else None
        if not staged:
            return self._search(part, since, known)
        video = self._library.video(str(staged))
        if video is None or staged in known or not _is_out(video, part):
            return NotSeen()
        if refusal_of(video.get("status") or {}) is not None:
            return NotSeen()
        return self._receipt(str(staged), part, published_at(video) or self._clock.now())

    def _search(self, part: Part, since: datetime, known: Collection[str]) -> Receipt | NotSeen | CannotTell:
        """The video may have been uploaded long before `since`, and become public after it."""
        alike = [
            video
            for video in self._library.uploads(since - limits.UPLOADED_BEFORE)
            if video.get("id") not in known and same_words(video, part) and _is_out(video, part)
        ]
        fresh = [video for video in alike if _is_after(video, since)]
        if len(fresh) == 1:
            at = published_at(fresh[0]) or self._clock.now()
            return self._receipt(str(fresh[0]["id"]), part, at)
        # The moment told of an unlisted or private video is that of its upload, which may lie long before
        # its commit; that of a public one is when it became so (videos resource, snippet.publishedAt), of
        # which no second video is made to hang.
        doubtful = fresh or alike
        if not doubtful:
            return NotSeen()
        links = tuple(self._receipt(str(video["id"]), part, since).url or "" for video in doubtful)
        return CannotTell("youtube.several_alike" if len(doubtful) > 1 else "youtube.perhaps", links)

    def remove(self, receipt: Receipt) -> Done:
        try:
            self._youtube.call(self._youtube.api.videos().delete(id=receipt.platform_id))
        except RejectedError as error:
            if error.http_status != 404:  # gone already is what was asked for
                raise
        return Done()


def _wanted(part: Part) -> str:
    return str(part.options.get("privacy") or PRIVACY_DEFAULT)


def _is_out(video: Video, part: Part) -> bool:
    """Whether a video is as public as it was to be, or more."""
    found = privacy_of(video)
    return bool(found) and (found != "private" or _wanted(part) == "private")


def _is_after(video: Video, since: datetime) -> bool:
    at = published_at(video)
    return at is None or at >= since - limits.CLOCK_SKEW
