"""Facebook at work: parts become posts and comments of a Page, over facebook-sdk on the door's session."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from connectors.contract import (
    Account,
    CannotTell,
    ChannelStatus,
    Checkpoint,
    Done,
    Gone,
    Media,
    MediaSource,
    NotSeen,
    NotYet,
    Part,
    PartKind,
    Pending,
    Receipt,
    Room,
    SaveCheckpoint,
    Session,
    Staged,
    TokenSource,
    Unsupported,
)
from connectors.errors import (
    ConnectorError,
    OutcomeUnknownError,
    ReconnectError,
    RejectedError,
    TemporaryError,
    UnsupportedError,
)
from connectors.facebook import limits
from connectors.facebook.auth import status_of
from connectors.facebook.check_clips import way_of
from connectors.facebook.codes import OWN
from connectors.facebook.drafts import Drafts
from connectors.facebook.matching import Match, match, same_comment
from connectors.facebook.page_videos import HOST as FILM_HOST
from connectors.facebook.page_videos import PageVideos
from connectors.facebook.shows import Shows
from connectors.facebook.videos import Videos, until
from connectors.graph_api import GRAPH_HOST, GraphCaller, moment_of

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.http import Door

Json = Any

# "These photos were already posted."
_PHOTOS_USED = "1366051"


class FacebookSession(Session):
    """One Page."""

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
        self._tokens = door.checked(tokens)
        self._clock = clock

    def probe(self) -> ChannelStatus:
        return status_of(self._graph, self._fields)

    # ── stage ────────────────────────────────────────────────────────────────

    def _stage(
        self, part: Part, prior: Sequence[Receipt], checkpoint: Checkpoint | None, save: SaveCheckpoint
    ) -> Staged | NotYet:
        """Upload what is shown, unpublished: also a single photo, so that the commit is one light call.

        A photo posted by one call to /photos would have to carry its bytes inside the commit's
        deadline, and could not be told from the others by an id known beforehand.
        """
        _refuse(self.room, part)
        kept = dict(checkpoint.public) if checkpoint else {}
        has_clip, placement = self._has_clip(part), _placement(part)
        if has_clip and placement == "feed":
            raise UnsupportedError(self.room.title, "clip in the feed")
        if placement == "reel" and not has_clip:
            raise UnsupportedError(self.room.title, "reel without a clip")
        if has_clip:
            return self._stage_clip(part, kept, save)
        if part.kind is PartKind.ROOT and self._drafts.wanted and placement == "feed":
            return self._stage_draft(part, kept, save)
        return self._stage_photos(part, kept, save)

    def _stage_photos(self, part: Part, kept: Mapping[str, Json], save: SaveCheckpoint) -> Staged:
        photos = [dict(one) for one in kept.get("photos", [])]
        for number, media in enumerate(part.media):
            if number >= len(photos) or self._is_ending(photos[number]):
                photos[number : number + 1] = [self._upload(media)]
                save(_checkpoint(photos))
        good_until = min((_until(one) for one in photos), default=None)
        return Staged(_checkpoint(photos), good_until and good_until - limits.PHOTO_MARGIN)

    def _stage_clip(self, part: Part, kept: Mapping[str, Json], save: SaveCheckpoint) -> Staged | NotYet:
        clip = part.media[0]
        way = way_of(_placement(part), self.media.facts(clip))
        bringer, graph = (PageVideos, self._film_graph) if way == "video" else (Videos, self._graph)
        videos = bringer(graph, self._door, self._clock, self.media, self.account.id, self.progress)
        record, look_at = videos.bring(
            clip,
            way,
            kept.get("video"),
            lambda one: save(Checkpoint(public={"video": dict(one)})),
        )
        staged = Checkpoint(public={"video": record})
        return NotYet(staged, look_at) if look_at else Staged(staged, until(record))

    def _stage_draft(self, part: Part, kept: Mapping[str, Json], save: SaveCheckpoint) -> Staged:
        """The post itself, unpublished; one that grows old is made anew, with its photos."""
        draft = kept.get("draft")
        if draft is not None:
            if not self._is_ending(draft) or not self._drafts.discard(str(draft["id"])):
                return Staged(Checkpoint(public=kept), _until(draft) - limits.PHOTO_MARGIN)
            kept = {}
        photos = self._stage_photos(part, kept, save).checkpoint
        try:
            draft = self._drafts.make(_feed(part, photos))
        except RejectedError as error:
            if not photos.public or not error.code.endswith(_PHOTOS_USED):
                raise
            # An earlier call made a draft of them and its answer was lost: that one is never published.
            photos = self._stage_photos(part, {}, save).checkpoint
            draft = self._drafts.make(_feed(part, photos))
        made = Checkpoint(public={**photos.public, "draft": draft})
        save(made)
        return Staged(made, _until(made.public["draft"]) - limits.PHOTO_MARGIN)

    def _has_clip(self, part: Part) -> bool:
        return any(self.media.facts(media).kind == "video" for media in part.media)

    def _upload(self, media: Media) -> dict[str, Json]:
        facts = self.media.facts(media)
        data = {"published": "false", **({"alt_text_custom": media.alt} if media.alt else {})}
        with self.media.path(media).open("rb") as file:
            # The name goes no further than our own machine: staff's file names may say more than the post.
            source = ("image", file, facts.mime)
            answer = self._graph.post(
                f"{self.account.id}/photos", data, phase="other", files={"source": source}
            )
        if not answer.get("id"):
            raise TemporaryError("the answer to an upload names no photo", code="no-id", effect="none")
        until = self._clock.now() + limits.PHOTO_LIFE
        return {"id": str(answer["id"]), "until": until.isoformat()}

    def _is_ending(self, photo: Mapping[str, Json]) -> bool:
        return _until(photo) <= self._clock.now() + limits.PHOTO_MARGIN

    # ── commit ───────────────────────────────────────────────────────────────

    def _commit(self, part: Part, prior: Sequence[Receipt], checkpoint: Checkpoint) -> Receipt | Pending:
        _refuse(self.room, part)
        if part.kind is PartKind.ROOT and _placement(part) != "feed":
            return self._shows.commit(part, _placement(part), checkpoint)
        if part.kind is PartKind.ROOT and self._drafts.wanted:
            post_id = self._drafts.publish(checkpoint)
        else:
            post_id = self._post(part, prior, checkpoint)
        at = self._clock.now()
        return Receipt(post_id, self._permalink(post_id), at)

    def _post(self, part: Part, prior: Sequence[Receipt], checkpoint: Checkpoint) -> str:
        if part.kind is PartKind.COMMENT:
            edge, data = f"{_root(prior)}/comments", {"message": part.text}
        else:
            edge, data = f"{self.account.id}/feed", _feed(part, checkpoint)
        answer = self._graph.post(edge, data, phase="commit")
        if not answer.get("id"):
            raise OutcomeUnknownError("the answer names no id", code="no-id")
        return str(answer["id"])

    def confirm(self, part: Part, checkpoint: Checkpoint) -> Receipt | Pending | Gone:
        """What became of a reel or a clip in a story."""
        return self._shows.confirm(_placement(part), checkpoint)

    def _permalink(self, post_id: str) -> str:
        """Where it can be seen; asked for after the fact, because it is live whatever this answers.

        `fields` in the POST itself would be one call less, but on Meta's comments it is known to answer
        with an error after the effect (code 20/1772107, checked 2026-11-23).
        """
        try:
            with self._door.deadline(self._clock.boottime() + limits.PERMALINK_SECONDS):
                url = self._graph.get(post_id, fields="id,permalink_url").get("permalink_url")
        except ConnectorError:
            url = None
        return self._link(url, post_id)

    # ── find ─────────────────────────────────────────────────────────────────

    def find(
        self,
        part: Part,
        prior: Sequence[Receipt],
        checkpoint: Checkpoint | None,
        since: datetime,
        known: Collection[str],
    ) -> Receipt | NotSeen | CannotTell:
        """Look through the Page's posts, or a post's comments."""
        earliest = since - limits.CLOCK_SKEW
        if part.kind is PartKind.ROOT and _placement(part) != "feed":
            return self._shows.find(part, _placement(part), checkpoint, earliest, known)
        draft = checkpoint.public.get("draft") if checkpoint else None
        if draft is not None:
            found_draft = self._drafts.published(str(draft["id"]))
            return self._receipt(found_draft) if found_draft and str(draft["id"]) not in known else NotSeen()
        if part.kind is PartKind.COMMENT:
            found = [(Match.ALIKE, one) for one in self._comments(part, prior, earliest)]
        else:
            photos = {one["id"] for one in (checkpoint.public.get("photos", []) if checkpoint else [])}
            found = [(match(one, part, photos), one) for one in self._posts(earliest)]
        fresh = [(how, one) for how, one in found if str(one.get("id")) not in known]
        best = max((how for how, _ in fresh), default=Match.NO)
        candidates = [one for how, one in fresh if how is best]
        if best is Match.NO:
            return NotSeen()
        if best > Match.PERHAPS and len(candidates) == 1:
            return self._receipt(candidates[0])
        links = tuple(self._receipt(one).url or "" for one in candidates)
        return CannotTell("facebook.several_alike" if best > Match.PERHAPS else "facebook.perhaps", links)

    def _posts(self, earliest: datetime) -> list[Mapping[str, Json]]:
        listed = self._graph.pages(
            f"{self.account.id}/published_posts",
            fields="id,message,created_time,permalink_url,attachments",
            since=str(int(earliest.timestamp())),
            limit=str(limits.FEED_PAGE),
        )
        return [one for one in listed if _is_since(one, earliest)]

    def _comments(self, part: Part, prior: Sequence[Receipt], earliest: datetime) -> list[Mapping[str, Json]]:
        listed = self._graph.pages(
            f"{_root(prior)}/comments",
            fields="id,message,created_time,permalink_url,from",
            limit=str(limits.FEED_PAGE),
        )
        page = self.account.id
        return [one for one in listed if _is_since(one, earliest) and same_comment(one, part, page)]

    def _receipt(self, post: Mapping[str, Json]) -> Receipt:
        post_id = str(post["id"])
        url = self._link(post.get("permalink_url"), post_id)
        return Receipt(post_id, url, moment_of(post.get("created_time")) or self._clock.now())

    def _link(self, permalink: Json, post_id: str) -> str:
        """Facebook gives comments and some posts an address without a host."""
        page, _, number = post_id.rpartition("_")
        plain = f"{page}/posts/{number}" if page else post_id
        return self._door.link(urljoin("https://www.facebook.com/", str(permalink or plain)))

    # ── remove ───────────────────────────────────────────────────────────────

    def remove(self, receipt: Receipt) -> Done | Unsupported:
        """Meta documents no call that takes a story down; it ends by itself after a day."""
        if "/stories/" in (receipt.url or ""):
            return Unsupported()
        self._graph.remove(receipt.platform_id)
        return Done()

    # ── credentials ──────────────────────────────────────────────────────────

    @cached_property
    def _fields(self) -> Mapping[str, str]:
        fields = self._tokens.get(self.account.key)
        if not fields.get("token"):
            raise ReconnectError("missing: token", code="no-credentials", effect="none")
        return fields

    @property
    def _shows(self) -> Shows:
        films = (lambda: self._film_graph), self._door, self._clock
        return Shows(self._graph, *films, self.account.id, self.media)

    @property
    def _drafts(self) -> Drafts:
        wanted = self.account.settings.get("commit") == "staged"
        return Drafts(lambda: self._graph, self._clock, self.account.id, wanted=wanted)

    @cached_property
    def _graph(self) -> GraphCaller:
        return self._caller(GRAPH_HOST)

    @cached_property
    def _film_graph(self) -> GraphCaller:
        return self._caller(FILM_HOST)

    def _caller(self, host: str) -> GraphCaller:
        version = str(self.account.settings.get("graph_version") or limits.GRAPH_VERSION)
        return GraphCaller(
            self._door,
            self._clock,
            self.account.key,
            self._fields["token"],
            version=version if version.startswith("v") else f"v{version}",
            rows=OWN,
            app_secret=self._fields.get("app_secret"),
            host=host,
        )


def _refuse(room: Room, part: Part) -> None:
    """What no single feature says: combinations that Facebook does not have."""
    if part.media and part.link:
        raise UnsupportedError(room.title, "link with image")
    if _placement(part) != "feed" and len(part.media) != 1:
        raise UnsupportedError(room.title, f"{_placement(part)} of {len(part.media)} files")
    if part.kind is PartKind.COMMENT and (part.media or part.link):
        raise UnsupportedError(room.title, "comment with image or link")


def _placement(part: Part) -> str:
    return str(part.options.get("placement") or "feed")


def _feed(part: Part, checkpoint: Checkpoint) -> dict[str, str]:
    """The body of POST /{page}/feed."""
    photos = checkpoint.public.get("photos", [])
    if len(photos) != len(part.media):
        raise TemporaryError("not all photos are uploaded", code="not-staged", effect="none")
    data = {"message": part.text} if part.text else {}
    if part.link:
        data["link"] = part.link
    if photos:
        data["attached_media"] = json.dumps([{"media_fbid": one["id"]} for one in photos])
    return data


def _root(prior: Sequence[Receipt]) -> str:
    if not prior:
        raise TemporaryError("the post to comment on has no id yet", code="no-parent", effect="none")
    return prior[0].platform_id


def _is_since(post: Mapping[str, Json], earliest: datetime) -> bool:
    at = moment_of(post.get("created_time"))
    return at is None or at >= earliest


def _checkpoint(photos: Sequence[Mapping[str, Json]]) -> Checkpoint:
    """Where nothing was uploaded there is nothing to remember, and nothing to write down."""
    return Checkpoint(public={"photos": [dict(one) for one in photos]}) if photos else Checkpoint()


def _until(photo: Mapping[str, Json]) -> datetime:
    return datetime.fromisoformat(photo["until"]).astimezone(UTC)
