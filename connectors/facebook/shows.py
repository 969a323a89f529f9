"""Reels and stories of a Page: the call that publishes one, what became of it, and how it is found again.

A reel is known by its video's id before it is public, so it is asked for itself. A story is known by the id
of the picture or clip in it, which the Page's list of stories shows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.contract import CannotTell, Checkpoint, Gone, NotSeen, Part, Pending, Receipt
from connectors.errors import ConnectorError, OutcomeUnknownError, TemporaryError
from connectors.facebook import limits
from connectors.facebook.matching import normal
from connectors.facebook.phases import Phases, phases_of
from connectors.facebook.videos import EDGES
from connectors.graph_api import moment_of

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.contract import MediaSource
    from connectors.graph_api import GraphCaller
    from connectors.http import Door

Json = Any
_VIDEO_FIELDS = "status,permalink_url,created_time,published"


class Shows:
    """The reels, videos and stories of one Page.

    Args:
        films: gives the caller of the host that takes videos; asked for only when one is finished.
        media: where the cover of a video comes from.
    """

    def __init__(
        self,
        graph: GraphCaller,
        films: Callable[[], GraphCaller],
        door: Door,
        clock: Clock,
        page: str,
        media: MediaSource,
    ) -> None:
        self._graph = graph
        self._films = films
        self._door = door
        self._clock = clock
        self._page = page
        self._media = media

    # ── commit ───────────────────────────────────────────────────────────────

    def commit(self, part: Part, placement: str, checkpoint: Checkpoint) -> Receipt | Pending:
        """Tell Facebook to publish what was uploaded."""
        video, photos = checkpoint.public.get("video"), checkpoint.public.get("photos", [])
        if video is not None and video.get("sent"):
            return self._finish(part, placement, checkpoint, str(video["id"]))
        if placement == "story" and len(photos) == 1:
            data = {"photo_id": str(photos[0]["id"])}
            return self._photo_story(self._done(f"{self._page}/photo_stories", data))
        raise TemporaryError("the clip or picture is not uploaded", code="not-staged", effect="none")

    def _finish(self, part: Part, placement: str, checkpoint: Checkpoint, video_id: str) -> Receipt | Pending:
        way, words = _way(placement, checkpoint), {"description": part.text} if part.text else {}
        data = {"upload_phase": "finish"}
        if way == "video":
            session = str(checkpoint.public["video"]["session"])
            data |= {"upload_session_id": session, **words}
            answer = self._done(f"{self._page}/{EDGES[way]}", data, self._films(), self._cover(part))
        else:
            data |= {"video_id": video_id, **({"video_state": "PUBLISHED", **words} if way == "reel" else {})}
            answer = self._done(f"{self._page}/{EDGES[way]}", data)
        post = {"post": str(answer["post_id"])} if answer.get("post_id") else {}
        return self._pending(Checkpoint(public={**checkpoint.public, **post}))

    def _photo_story(self, answer: Mapping[str, Json]) -> Receipt:
        post_id = str(answer.get("post_id") or "")
        if not post_id:
            raise OutcomeUnknownError("the answer names no story", code="no-id")
        return Receipt(post_id, self._story_url(post_id), self._clock.now())

    def _cover(self, part: Part) -> dict[str, tuple[str, bytes, str]] | None:
        """What the video shows at rest, as `thumb`.

        Named by Meta's own generated SDKs and by other publishing tools, checked 2026-11-23; never seen live.
        """
        cover = next((one for one in part.companions if one.role == "cover"), None)
        if cover is None:
            return None
        return {"thumb": ("cover", self._media.path(cover).read_bytes(), self._media.facts(cover).mime)}

    def _done(
        self,
        edge: str,
        data: Mapping[str, str],
        graph: GraphCaller | None = None,
        files: Mapping[str, Json] | None = None,
    ) -> dict[str, Json]:
        answer = (graph or self._graph).post(edge, data, phase="commit", files=files)
        # Some pages of Meta's documentation show the word instead of the value.
        if answer.get("success") not in (True, "true"):
            raise OutcomeUnknownError("the answer does not say that it succeeded", code="no-success")
        return answer

    def _pending(self, checkpoint: Checkpoint) -> Pending:
        return Pending(checkpoint, self._clock.now() + limits.STATUS_EVERY)

    def _story_url(self, post_id: str) -> str | None:
        """Its address by the list of stories; it is live whatever this answers."""
        try:
            with self._door.deadline(self._clock.boottime() + limits.PERMALINK_SECONDS):
                since = self._clock.now() - limits.STORY_LIFE
                found = next((one for one in self._stories(since) if one.get("post_id") == post_id), {})
        except ConnectorError:
            return None
        return self._door.link(str(found["url"])) if found.get("url") else None

    # ── confirm ──────────────────────────────────────────────────────────────

    def confirm(self, placement: str, checkpoint: Checkpoint) -> Receipt | Pending | Gone:
        """What became of a clip that was to be published."""
        video_id = str(checkpoint.public["video"]["id"])
        found = self._phases(video_id)
        if found.failed:
            return Gone(found.words)
        if not found.published:
            return self._pending(checkpoint)
        if placement == "reel":
            return self._reel(video_id, found)
        post_id = str(checkpoint.public.get("post") or "")
        if not post_id:
            since = self._clock.now() - limits.STORY_LIFE
            post_id = next(
                (str(one["post_id"]) for one in self._stories(since) if _media_id(one) == video_id), ""
            )
        if not post_id:
            return self._pending(checkpoint)
        return Receipt(post_id, self._story_url(post_id), found.at or self._clock.now())

    def _phases(self, video_id: str) -> Phases:
        return phases_of(self._graph.get(video_id, fields=_VIDEO_FIELDS))

    def _reel(self, video_id: str, found: Phases) -> Receipt:
        return Receipt(video_id, self._reel_link(video_id, found.url), found.at or self._clock.now())

    def _reel_link(self, video_id: str, permalink: str) -> str:
        plain = f"/reel/{video_id}/"
        path = permalink or plain
        return self._door.link(path if path.startswith("https://") else f"https://www.facebook.com{path}")

    # ── find ─────────────────────────────────────────────────────────────────

    def find(
        self,
        part: Part,
        placement: str,
        checkpoint: Checkpoint | None,
        earliest: datetime,
        known: Collection[str],
    ) -> Receipt | NotSeen | CannotTell:
        """One look: by the id of what was uploaded; without one by the words."""
        if placement == "story":
            return self._find_story(checkpoint, earliest, known)
        video = checkpoint.public.get("video") if checkpoint else None
        if video is not None:
            return self._find_video(str(video["id"]), known)
        return self._find_words(part, earliest, known)

    def _find_video(self, video_id: str, known: Collection[str]) -> Receipt | NotSeen:
        try:
            found = self._phases(video_id)
        except TemporaryError as error:
            if error.code == "100/33":
                return NotSeen()
            raise
        if found.published and video_id not in known:
            return self._reel(video_id, found)
        if found.working:
            # It may be about to appear: no proof of anything, and no reason to publish it again.
            raise TemporaryError("Facebook still works on the clip", code="in-progress", effect="none")
        return NotSeen()

    def _find_words(
        self, part: Part, earliest: datetime, known: Collection[str]
    ) -> Receipt | NotSeen | CannotTell:
        alike = [
            one
            for one in self._clips()
            if str(one.get("id")) not in known and _is_since(one, "created_time", earliest)
            if normal(str(one.get("description") or "")) == normal(part.text)
        ]
        if not alike:
            return NotSeen()
        if len(alike) == 1 and part.text.strip():
            return self._listed(alike[0])
        links = tuple(self._listed(one).url or "" for one in alike)
        return CannotTell("facebook.several_alike" if len(alike) > 1 else "facebook.perhaps", links)

    def _clips(self) -> Iterable[Mapping[str, Json]]:
        """The Page's reels and videos; Facebook may show one in both lists."""
        how = {"fields": "id,description,created_time,permalink_url", "limit": str(limits.FEED_PAGE)}
        edges = (EDGES["reel"], EDGES["video"])
        listed = [one for edge in edges for one in self._graph.pages(f"{self._page}/{edge}", **how)]
        return {str(one.get("id")): one for one in listed}.values()

    def _listed(self, reel: Mapping[str, Json]) -> Receipt:
        at = moment_of(reel.get("created_time")) or self._clock.now()
        video_id = str(reel["id"])
        return Receipt(video_id, self._reel_link(video_id, str(reel.get("permalink_url") or "")), at)

    def _find_story(
        self, checkpoint: Checkpoint | None, earliest: datetime, known: Collection[str]
    ) -> Receipt | NotSeen | CannotTell:
        kept = checkpoint.public if checkpoint else {}
        ours = {str(one["id"]) for one in (*kept.get("photos", []), *filter(None, [kept.get("video")]))}
        fresh = [one for one in self._stories(earliest) if str(one.get("post_id")) not in known]
        for one in fresh:
            if _media_id(one) in ours:
                at = _time_of(one.get("creation_time")) or self._clock.now()
                url = self._door.link(str(one["url"])) if one.get("url") else None
                return Receipt(str(one["post_id"]), url, at)
        if kept.get("video") and self._is_working(str(kept["video"]["id"])):
            raise TemporaryError("Facebook still works on the clip", code="in-progress", effect="none")
        if ours or not fresh:
            return NotSeen()
        links = (self._door.link(str(one.get("url") or one.get("post_id"))) for one in fresh)
        return CannotTell("facebook.story_perhaps", tuple(links))

    def _is_working(self, video_id: str) -> bool:
        return self._phases(video_id).working

    def _stories(self, earliest: datetime) -> Iterator[Mapping[str, Json]]:
        listed = self._graph.pages(f"{self._page}/stories", since=str(int(earliest.timestamp())))
        return (one for one in listed if _is_since(one, "creation_time", earliest))


def _way(placement: str, checkpoint: Checkpoint) -> str:
    """How the clip of a checkpoint was uploaded: what is begun on one edge is ended on it."""
    return "video" if checkpoint.public["video"].get("edge") == EDGES["video"] else placement


def _media_id(story: Mapping[str, Json]) -> str:
    return str(story.get("media_id") or "")


def _is_since(one: Mapping[str, Json], name: str, earliest: datetime) -> bool:
    at = _time_of(one.get(name))
    return at is None or at >= earliest


def _time_of(value: Json) -> datetime | None:
    """Lists of stories show seconds since 1970, as text; all others ISO 8601."""
    if str(value).isdigit():
        return datetime.fromtimestamp(int(value), UTC)
    return moment_of(value)
