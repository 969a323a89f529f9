"""From parts to containers of Threads: made, looked at until they can be published, made anew when spent."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from connectors.contract import Checkpoint, Media, MediaSource, NotYet, Part, SaveCheckpoint, Staged
from connectors.errors import RateLimitedError, RejectedError, TemporaryError
from connectors.threads import limits
from connectors.threads.auth import quota_left
from connectors.threads.codes import RACE, REFUSED_IN_STATUS
from connectors.threads.options import topic_of

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.graph_api import GraphCaller

Json = Any
_Record = dict[str, Json]


class Containers:
    """The containers of one part of one account.

    A checkpoint holds `items` (the children of a carousel) and `post` (what is published), each with its id,
    the time until which we count on it, and whether it was seen FINISHED; and `spent`, how many containers
    Threads could not find when they were to be published.
    """

    def __init__(self, graph: GraphCaller, clock: Clock, media: MediaSource, account: str) -> None:
        self._graph = graph
        self._clock = clock
        self._media = media
        self._account = account

    def stage(
        self,
        part: Part,
        reply_to: str | None,
        checkpoint: Checkpoint | None,
        save: SaveCheckpoint,
        missed: Mapping[str, int],
    ) -> Staged | NotYet:
        """Make what is missing, and look how far Threads is with it.

        Args:
            reply_to: the media id that the part answers; None for a root.
            missed: how often publishing a container was answered with the race, by its id.
        """
        public = checkpoint.public if checkpoint else {}
        items = [dict(one) for one in public.get("items", [])]
        posts = [dict(public["post"])] if public.get("post") else []
        spent = int(public.get("spent", 0))

        def keep() -> None:
            save(_checkpoint(items, posts, spent))

        if posts and missed.get(posts[0]["id"], 0) >= limits.RACE_TRIES:
            posts, items, spent = [], [], spent + 1
            if spent >= limits.RACE_CONTAINERS:
                raise RejectedError(
                    "Threads cannot find any of the containers it made", code=RACE, effect="none"
                )
            keep()
        if not posts and not items:
            self._refuse_without_quota(replies=reply_to is not None)
        look_at = self._items(part, items, posts, keep) if len(part.media) > 1 else None
        if look_at is None:
            children = ",".join(one["id"] for one in items)
            look_at = self._brought(posts, 0, lambda: self._asked(part, reply_to, children), part.media, keep)
        if look_at is not None:
            return NotYet(_checkpoint(items, posts, spent), look_at)
        good_until = min(_until(one) for one in (*items, *posts)) - limits.CONTAINER_MARGIN
        return Staged(_checkpoint(items, posts, spent), good_until)

    def status(self, container: str) -> tuple[str, str]:
        """`FINISHED` and the like, and what went wrong; Instagram has `status_code` for it."""
        answer = self._graph.get(container, fields="status,error_message")
        if not isinstance(answer.get("status"), str):
            raise TemporaryError("the answer names no status", code="no-status", effect="none")
        return answer["status"], str(answer.get("error_message") or "")

    # ── what is asked for ────────────────────────────────────────────────────

    def _items(
        self, part: Part, items: list[_Record], posts: list[_Record], keep: Callable[[], None]
    ) -> datetime | None:
        """The children of a carousel, all made before any is waited for."""
        looks: list[datetime] = []
        for number, media in enumerate(part.media):

            def asked(media: Media = media) -> dict[str, str]:
                posts.clear()  # a child made anew takes the parent with it
                return {"is_carousel_item": "true", **self._source(media)}

            look_at = self._brought(items, number, asked, (media,), keep)
            if look_at is not None:
                looks.append(look_at)
        return max(looks, default=None)

    def _asked(self, part: Part, reply_to: str | None, children: str) -> dict[str, str]:
        """The parameters of the container that is published."""
        asked = {"text": part.text} if part.text else {}
        if children:
            asked |= {"media_type": "CAROUSEL", "children": children}
        elif part.media:
            asked |= self._source(part.media[0])
        else:
            # Without auto_publish_text: that is one call, and no container to ask what became of it.
            asked["media_type"] = "TEXT"
            if part.link:
                asked["link_attachment"] = part.link
        options = part.options
        if options.get("poll"):
            named = zip("abcd", options["poll"], strict=False)
            poll = {f"option_{letter}": str(answer).strip() for letter, answer in named}
            asked["poll_attachment"] = json.dumps(poll, ensure_ascii=False)
        if options.get("topic_tag"):
            asked["topic_tag"] = topic_of(str(options["topic_tag"]))
        if options.get("reply_control"):
            asked["reply_control"] = str(options["reply_control"])
        return asked | ({"reply_to_id": reply_to} if reply_to else {})

    def _source(self, media: Media) -> dict[str, str]:
        """Threads takes no bytes, only addresses."""
        moves = self._media.facts(media).kind == "video"
        kind, name = ("VIDEO", "video_url") if moves else ("IMAGE", "image_url")
        alt = {"alt_text": media.alt} if media.alt else {}
        return {"media_type": kind, name: self._media.url(media), **alt}

    # ── one container ────────────────────────────────────────────────────────

    def _brought(
        self,
        records: list[_Record],
        number: int,
        asked: Callable[[], Mapping[str, str]],
        media: Sequence[Media],
        keep: Callable[[], None],
    ) -> datetime | None:
        """A container that can be published; when to look where it cannot be yet.

        Never looked at straight after it was made: Threads says FINISHED before it can find it.
        """
        if number >= len(records) or _until(records[number]) <= self._clock.now() + limits.CONTAINER_MARGIN:
            records[number : number + 1] = [self._made(asked(), bool(media))]
            keep()
        record = records[number]
        if record.get("ready"):
            return None
        first_look = datetime.fromisoformat(record["look_at"])
        if self._clock.now() < first_look:
            return first_look
        state, words = self.status(record["id"])
        if state == "FINISHED":
            record["ready"] = True
            return None
        if state == "IN_PROGRESS" and not self._is_stuck(record):
            return self._clock.now() + limits.POLL
        if state == "PUBLISHED":
            raise RejectedError(
                "the container is published already", code="already-published", effect="maybe"
            )
        # Dead: the next round makes it anew, and in a carousel those after it.
        del records[number:]
        keep()
        if words in REFUSED_IN_STATUS:
            raise RejectedError(words, code=words, effect="none")
        raise TemporaryError(words or f"the container is {state}", code=words or state, effect="none")

    def _made(self, asked: Mapping[str, str], has_media: bool) -> _Record:
        answer = self._graph.post(f"{self._account}/threads", asked, phase="other")
        if not answer.get("id"):
            raise TemporaryError("the answer names no container", code="no-id", effect="none")
        now = self._clock.now()
        look_at = now + (limits.FIRST_LOOK_MEDIA if has_media else limits.FIRST_LOOK_TEXT)
        until = now + limits.CONTAINER_LIFE
        return {"id": str(answer["id"]), "until": until.isoformat(), "look_at": look_at.isoformat()}

    def _is_stuck(self, record: Mapping[str, Json]) -> bool:
        made = _until(record) - limits.CONTAINER_LIFE
        return self._clock.now() - made > limits.PROCESSING_MOST

    def _refuse_without_quota(self, *, replies: bool) -> None:
        if quota_left(self._graph, self._account, replies=replies) == 0:
            raise RateLimitedError(
                "the account's posts of 24 hours are used up",
                retry_at=self._clock.now() + limits.QUOTA_PAUSE,
                code="quota",
                effect="none",
            )


def _checkpoint(
    items: Sequence[Mapping[str, Json]], posts: Sequence[Mapping[str, Json]], spent: int
) -> Checkpoint:
    public: dict[str, Json] = {"items": [dict(one) for one in items]} if items else {}
    if posts:
        public["post"] = dict(posts[0])
    if spent:
        public["spent"] = spent
    return Checkpoint(public=public)


def _until(record: Mapping[str, Json]) -> datetime:
    return datetime.fromisoformat(record["until"])
