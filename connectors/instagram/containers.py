"""From parts to containers: made, fed with files, looked at until Instagram can publish them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from connectors.contract import Checkpoint, Media, MediaSource, NotYet, Part, SaveCheckpoint, Staged
from connectors.errors import ConnectorError, RateLimitedError, RejectedError, TemporaryError
from connectors.graph_api import GraphCaller, error_of
from connectors.instagram import limits
from connectors.instagram.auth import quota_left
from connectors.instagram.codes import OWN, REFUSED_IN_STATUS, ROWS
from connectors.instagram.options import tag_of

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.http import Door

Json = Any
_Record = dict[str, Json]


class Containers:
    """The containers of one part of one account.

    A checkpoint holds `items` (the children of a carousel) and `post` (what is published), each with its
    id and the time until which we count on it; a clip that we send ourselves also has `uri` and `sent`.
    """

    def __init__(
        self,
        graph: GraphCaller,
        door: Door,
        clock: Clock,
        media: MediaSource,
        account: str,
        login: str,
        progress: Callable[[int, int], None],
    ) -> None:
        self._graph = graph
        self._door = door
        self._clock = clock
        self._media = media
        self._account = account
        self._login = login
        self._progress = progress

    def stage(
        self, part: Part, placement: str, checkpoint: Checkpoint | None, save: SaveCheckpoint
    ) -> Staged | NotYet:
        """Make what is missing, and look how far Instagram is with it."""
        public = checkpoint.public if checkpoint else {}
        items = [dict(one) for one in public.get("items", [])]
        posts = [dict(public["post"])] if public.get("post") else []

        def keep() -> None:
            save(_checkpoint(items, posts))

        if not posts and not items:
            self._refuse_without_quota()
        if len(part.media) > 1:
            wait = self._items(part, items, posts, keep)
            if wait is not None:
                return NotYet(_checkpoint(items, posts), self._clock.now() + wait)
            asked = {"media_type": "CAROUSEL", "children": ",".join(one["id"] for one in items)}
            asked |= _of_post(part)
            wait = self._brought(posts, 0, lambda: asked, None, keep)
        else:
            media = part.media[0]
            wait = self._brought(posts, 0, lambda: self._single(part, media, placement), media, keep)
        if wait is not None:
            return NotYet(_checkpoint(items, posts), self._clock.now() + wait)
        good_until = min(_until(one) for one in (*items, *posts)) - limits.CONTAINER_MARGIN
        return Staged(_checkpoint(items, posts), good_until)

    def status(self, container: str) -> tuple[str, str]:
        """`FINISHED` and the like, and the words beside it."""
        answer = self._graph.get(container, fields="status_code,status")
        if not isinstance(answer.get("status_code"), str):
            raise TemporaryError("the answer names no status", code="no-status", effect="none")
        return answer["status_code"], str(answer.get("status") or "")

    # ── what is asked for ────────────────────────────────────────────────────

    def _items(
        self, part: Part, items: list[_Record], posts: list[_Record], keep: Callable[[], None]
    ) -> timedelta | None:
        """The children of a carousel; one made anew takes the parent with it."""
        waits: list[timedelta] = []
        for number, media in enumerate(part.media):

            def asked(media: Media = media, number: int = number) -> dict[str, str]:
                posts.clear()
                return {"is_carousel_item": "true", **self._source(media, "VIDEO"), **_tags(part, number)}

            wait = self._brought(items, number, asked, media, keep)
            if wait is not None:
                waits.append(wait)
        return max(waits, default=None)

    def _single(self, part: Part, media: Media, placement: str) -> dict[str, str]:
        if placement == "story":
            asked = {**self._source(media, ""), "media_type": "STORIES"}
            return asked | _tags(part, 0, places=False)
        if placement != "reel":
            return {**self._source(media, ""), **_of_post(part), **_tags(part, 0)}
        asked = {**self._source(media, "REELS"), **_of_post(part), **_tags(part, 0, places=False)}
        for name in ("thumb_offset", "share_to_feed"):
            if part.options.get(name) is not None:
                asked[name] = json.dumps(part.options[name])
        covers = [one for one in part.companions if one.role == "cover"]
        return asked | ({"cover_url": self._media.url(covers[0])} if covers else {})

    def _source(self, media: Media, clip_type: str) -> dict[str, str]:
        """Where Instagram gets the file; a clip by our own hand where it takes it so."""
        if self._media.facts(media).kind != "video":
            alt = {"alt_text": media.alt} if media.alt and clip_type != "REELS" else {}
            return {"image_url": self._media.url(media), **alt}
        kind = {"media_type": clip_type} if clip_type else {}
        if self._sends(media):
            return {"upload_type": "resumable", **kind}
        return {"video_url": self._media.url(media), **kind}

    def _sends(self, media: Media | None) -> bool:
        """Meta documents uploads to Instagram for Facebook Login only (checked 2026-11-23)."""
        return media is not None and self._login == "facebook" and self._media.facts(media).kind == "video"

    # ── one container ────────────────────────────────────────────────────────

    def _brought(
        self,
        records: list[_Record],
        number: int,
        asked: Callable[[], Mapping[str, str]],
        media: Media | None,
        keep: Callable[[], None],
    ) -> timedelta | None:
        """A container that can be published; how long to wait where Instagram still works on it."""
        is_new = number >= len(records) or self._is_ending(records[number])
        if is_new:
            records[number : number + 1] = [self._made(asked())]
            keep()
        if self._sends(media) and media is not None and not records[number].get("sent"):
            arrived = 0 if is_new else self._arrived(records[number], media)
            if arrived is None:
                records[number : number + 1] = [self._made(asked())]
                keep()
            self._send(records[number], media, arrived or 0)
            records[number]["sent"] = True
            keep()
        code, words = self.status(records[number]["id"])
        if code == "FINISHED":
            return None
        if code == "IN_PROGRESS":
            return self._patience(records, number, media, keep)
        if code == "PUBLISHED":
            raise RejectedError(
                "the container is published already", code="already-published", effect="maybe"
            )
        # Dead: those after it in a carousel go with it, the next round makes them anew.
        del records[number:]
        keep()
        if code == "EXPIRED":
            raise TemporaryError("the container has expired", code="expired", effect="none")
        raise self._failed(words)

    def _made(self, asked: Mapping[str, str]) -> _Record:
        answer = self._graph.post(f"{self._account}/media", asked, phase="other")
        if not answer.get("id"):
            raise TemporaryError("the answer names no container", code="no-id", effect="none")
        until = self._clock.now() + limits.CONTAINER_LIFE
        record = {"id": str(answer["id"]), "until": until.isoformat()}
        return {**record, **({"uri": str(answer["uri"])} if answer.get("uri") else {})}

    def _arrived(self, record: _Record, media: Media) -> int | None:
        """Bytes of a clip that Instagram has from an earlier try, whose answer was lost or which broke off.

        None: it does not tell, and a new container, which nobody sees, is surer than to guess. Fields from
        the API specification in Meta's SDK (ShadowIGMediaBuilder), checked 2026-11-23; not documented.
        """
        answer = self._graph.get(record["id"], fields="status_code,video_status")
        video = answer.get("video_status")
        phase = video.get("uploading_phase") if isinstance(video, dict) else None
        if answer.get("status_code") not in ("IN_PROGRESS", "FINISHED") or not isinstance(phase, dict):
            return None
        if phase.get("status") in ("complete", "completed"):
            return self._media.facts(media).size
        # Meta's pages spell it with one r and with two.
        arrived = phase.get("bytes_transfered", phase.get("bytes_transferred"))
        return arrived if isinstance(arrived, int) and arrived >= 0 else None

    def _send(self, record: _Record, media: Media, offset: int) -> None:
        """The bytes of a clip from `offset` on, read while they are sent."""
        uri = str(record.get("uri") or "")
        if urlsplit(uri).hostname != limits.UPLOAD_HOST or urlsplit(uri).scheme != "https":
            raise TemporaryError("the answer names no place to upload to", code="no-uri", effect="none")
        size = self._media.facts(media).size
        if offset >= size:
            return
        with (
            self._door.deadline(self._clock.boottime() + limits.UPLOAD_BUDGET),
            self._media.path(media).open("rb") as file,
        ):
            self._graph.upload(uri, file, size, offset, self._progress)

    def _patience(
        self, records: list[_Record], number: int, media: Media | None, keep: Callable[[], None]
    ) -> timedelta:
        made = _until(records[number]) - limits.CONTAINER_LIFE
        if self._clock.now() - made > limits.PROCESSING_MOST:
            del records[number:]
            keep()
            raise TemporaryError("Instagram does not get done with it", code="processing", effect="none")
        is_clip = media is not None and self._media.facts(media).kind == "video"
        return limits.POLL_CLIP if is_clip else limits.POLL_IMAGE

    def _failed(self, words: str) -> ConnectorError:
        """What `Error: Media upload has failed with error code 2207082` asks for."""
        number = next((int(word) for word in words.replace(":", " ").split() if word.isdigit()), 0)
        if number in REFUSED_IN_STATUS:
            return RejectedError(words, code=str(number), effect="none")
        row = next((row for row in OWN if row.subcode == number), None)
        if row is None:
            return TemporaryError(words, code=str(number or "container"), effect="none")
        body = {"code": row.code, "error_subcode": number, "message": words}
        return error_of(body, ROWS, "other", {}, self._clock.now())

    def _is_ending(self, record: Mapping[str, Json]) -> bool:
        return _until(record) <= self._clock.now() + limits.CONTAINER_MARGIN

    def _refuse_without_quota(self) -> None:
        if quota_left(self._graph, self._account) == 0:
            raise RateLimitedError(
                "the account's posts of 24 hours are used up",
                retry_at=self._clock.now() + limits.QUOTA_PAUSE,
                code="quota",
                effect="none",
            )


def _of_post(part: Part) -> dict[str, str]:
    """What belongs to a post as a whole, never to a child of a carousel."""
    asked = {"caption": part.text} if part.text else {}
    if part.options.get("location_id"):
        asked["location_id"] = str(part.options["location_id"])
    if part.options.get("collaborators"):
        asked["collaborators"] = json.dumps([str(one).lstrip("@") for one in part.options["collaborators"]])
    if part.options.get("is_ai_generated"):
        asked["is_ai_generated"] = "true"
    return asked


def _tags(part: Part, number: int, *, places: bool = True) -> dict[str, str]:
    """The accounts tagged in one picture, counted from 0."""
    read = [tag_of(str(one)) for one in part.options.get("user_tags") or ()]
    mine = [tag for one in read if one is not None for picture, tag in [one] if picture == number + 1]
    if not places:
        mine = [{"username": tag["username"]} for tag in mine]
    return {"user_tags": json.dumps(mine)} if mine else {}


def _checkpoint(items: Sequence[Mapping[str, Json]], posts: Sequence[Mapping[str, Json]]) -> Checkpoint:
    public: dict[str, Json] = {"items": [dict(one) for one in items]} if items else {}
    if posts:
        public["post"] = dict(posts[0])
    return Checkpoint(public=public)


def _until(record: Mapping[str, Json]) -> datetime:
    return datetime.fromisoformat(record["until"])
