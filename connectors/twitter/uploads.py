"""Media on their way to X: one shot for pictures, chunks for clips, GIFs and captions; nothing is public yet.

An upload is a record in the checkpoint: `id`, `key`, `until`, and, where it goes in chunks, `sent`
(chunks that arrived), `done` (finalised) and `ready` (processed).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.contract import Checkpoint, Media, MediaSource, NotYet, Part, SaveCheckpoint, Staged
from connectors.errors import RejectedError, TemporaryError
from connectors.twitter import limits
from connectors.twitter.calls import Caller

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.contract import MediaFacts

Json = Any
_Record = dict[str, Json]

# tweepy has no v2 media call (4.17.0, checked 2026-11-23) and takes no multipart body, so the calls
# that carry bytes go straight to its session.
_UPLOAD = "https://api.x.com/2/media/upload"


class Uploads:
    """Brings the media of one part to X, from wherever an earlier try left off.

    Args:
        progress: told of bytes sent, and of all there are.
    """

    def __init__(
        self, x: Caller, clock: Clock, media: MediaSource, progress: Callable[[int, int], None]
    ) -> None:
        self._x = x
        self._clock = clock
        self._media = media
        self._progress = progress

    def stage(self, part: Part, checkpoint: Checkpoint | None, save: SaveCheckpoint) -> Staged | NotYet:
        """Upload what is not uploaded yet, describe what is not described, wait for what X works on.

        Raises:
            RejectedError: X cannot process a clip.
        """
        kept = checkpoint.public if checkpoint else {}
        records = {name: [dict(one) for one in kept.get(name, [])] for name in ("media", "captions")}

        def keep() -> None:
            save(_checkpoint(records))

        for number, media in enumerate(part.media):
            self._bring(records["media"], number, media, keep)
            self._describe(records["media"][number], media, keep)
        if waits := self._waits(records["media"]):
            return NotYet(_checkpoint(records), self._clock.now() + waits)
        captions = [one for one in part.companions if one.role == "captions"]
        for number, media in enumerate(captions):
            self._bring(records["captions"], number, media, keep)
            self._attach(records["media"][0], records["captions"][number], media, keep)
        everything = [*records["media"], *records["captions"]]
        good_until = min((_until(one) for one in everything), default=None)
        return Staged(_checkpoint(records), good_until and good_until - limits.MEDIA_MARGIN)

    # ── one file ─────────────────────────────────────────────────────────────

    def _bring(self, records: list[_Record], number: int, media: Media, keep: Callable[[], None]) -> None:
        facts = self._media.facts(media)
        fresh = number >= len(records) or self._is_ending(records[number])
        if fresh:
            started = self._in_one_go(media, facts) if facts.kind == "image" else self._begin(facts)
            records[number : number + 1] = [started]
            keep()
        if records[number].get("done") is False:
            try:
                self._send_chunks(records[number], media, facts, keep)
            except RejectedError:
                if fresh:
                    raise
                # Where the answer to the end was lost, the upload takes no more: nobody saw it, so once anew.
                records[number] = self._begin(facts)
                keep()
                self._send_chunks(records[number], media, facts, keep)

    def _in_one_go(self, media: Media, facts: MediaFacts) -> _Record:
        with self._media.path(media).open("rb") as file:
            # The name goes no further than our own machine: staff's file names may say more than the post.
            answer = self._x.send(
                "POST",
                _UPLOAD,
                data={"media_category": "tweet_image"},
                files={"media": ("image", file, facts.mime)},
            )
        return self._record(answer)

    def _begin(self, facts: MediaFacts) -> _Record:
        body = {
            "media_type": _TYPES.get(facts.mime, facts.mime),
            "total_bytes": facts.size,
            "media_category": _CATEGORIES[facts.kind],
        }
        answer = self._x.call("POST", "/2/media/upload/initialize", json=body)
        return {**self._record(answer), "sent": 0, "done": False}

    def _send_chunks(
        self, record: _Record, media: Media, facts: MediaFacts, keep: Callable[[], None]
    ) -> None:
        """The chunks that are missing, then the call that ends the upload.

        A chunk sent twice under its own index does no harm, so not each is written down.
        """
        with self._media.path(media).open("rb") as file:
            file.seek(record["sent"] * limits.CHUNK)
            while chunk := file.read(limits.CHUNK):
                self._x.send(
                    "POST",
                    f"{_UPLOAD}/{record['id']}/append",
                    data={"segment_index": str(record["sent"])},
                    files={"media": ("chunk", chunk, "application/octet-stream")},
                )
                record["sent"] += 1
                self._progress(min(record["sent"] * limits.CHUNK, facts.size), facts.size)
                if record["sent"] % limits.CHUNKS_PER_SAVE == 0:
                    keep()
        answer = self._x.call("POST", f"/2/media/upload/{record['id']}/finalize")
        ended = self._record(answer)
        record.update(ended, done=True, ready=_processed(answer))
        keep()

    def _record(self, answer: Json) -> _Record:
        data = _data(answer)
        if not data.get("id"):
            raise TemporaryError("the answer to an upload names no media id", code="no-id", effect="none")
        life = data.get("expires_after_secs")
        until = self._clock.now() + (
            timedelta(seconds=life) if isinstance(life, int) and life > 0 else limits.MEDIA_LIFE
        )
        return {"id": str(data["id"]), "key": data.get("media_key"), "until": until.isoformat()}

    def _is_ending(self, record: Mapping[str, Json]) -> bool:
        return _until(record) <= self._clock.now() + limits.MEDIA_MARGIN

    # ── what X does with it ──────────────────────────────────────────────────

    def _waits(self, records: list[_Record]) -> timedelta | None:
        """How long X still wants for its work; None: all is ready."""
        longest: timedelta | None = None
        for record in records:
            if record.get("ready") is not False:
                continue
            params = {"command": "STATUS", "media_id": record["id"]}
            answer = self._x.call("GET", "/2/media/upload", params=params)
            record["ready"] = _processed(answer)
            if not record["ready"]:
                wait = _data(answer).get("processing_info", {}).get("check_after_secs")
                seconds = wait if isinstance(wait, int | float) and wait > 0 else limits.STATUS_EVERY
                longest = max(longest or timedelta(0), timedelta(seconds=seconds))
        return longest

    def _describe(self, record: _Record, media: Media, keep: Callable[[], None]) -> None:
        """Alternative text; X takes it for pictures and GIFs (a clip has none)."""
        if media.alt and not record.get("described") and self._media.facts(media).kind != "video":
            body = {"id": record["id"], "metadata": {"alt_text": {"text": media.alt}}}
            self._x.call("POST", "/2/media/metadata", json=body)
            record["described"] = True
            keep()

    def _attach(self, clip: _Record, record: _Record, media: Media, keep: Callable[[], None]) -> None:
        """Tie captions to their clip."""
        if record.get("attached") == clip["id"]:
            return
        language = media.language or limits.CAPTIONS_LANGUAGE
        track = {
            "id": record["id"],
            "language_code": language.partition("-")[0].upper(),
            "display_name": limits.LANGUAGE_NAMES.get(language.partition("-")[0].lower(), language),
        }
        body = {"id": clip["id"], "media_category": "TweetVideo", "subtitles": track}
        self._x.call("POST", "/2/media/subtitles", json=body)
        record["attached"] = clip["id"]
        keep()


_CATEGORIES = {"gif": "tweet_gif", "video": "tweet_video", "text": "subtitles"}
# X OpenAPI 2.167, InitializeMediaUploadRequest.media_type, checked 2026-11-23: its own spelling.
_TYPES = {"application/x-subrip": "text/srt"}


def _processed(answer: Json) -> bool:
    """Whether X is done with an upload; one that is not worked on at all has no `processing_info`.

    Raises:
        RejectedError: X cannot use it.
    """
    info = _data(answer).get("processing_info")
    if not isinstance(info, dict):
        return True
    if info.get("state") == "failed":
        told = info.get("error")
        words = str(told.get("message") or "") if isinstance(told, dict) else ""
        raise RejectedError(words or "X could not process the file", code="processing-failed", effect="none")
    return info.get("state") == "succeeded"


def _data(answer: Json) -> dict[str, Json]:
    data = answer.get("data") if isinstance(answer, dict) else None
    return data if isinstance(data, dict) else {}


def _until(record: Mapping[str, Json]) -> datetime:
    return datetime.fromisoformat(record["until"])


def _checkpoint(records: Mapping[str, list[_Record]]) -> Checkpoint:
    """Where nothing was uploaded there is nothing to remember, and nothing to write down."""
    return Checkpoint(public={name: [dict(one) for one in ones] for name, ones in records.items() if ones})
