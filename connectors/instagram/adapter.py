"""Instagram at work: parts become containers, containers become posts; over facebook-sdk and the door."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from connectors.contract import (
    Account,
    CannotTell,
    ChannelStatus,
    Checkpoint,
    Done,
    MediaSource,
    NotSeen,
    NotYet,
    Part,
    PartKind,
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
from connectors.graph_api import GraphCaller, moment_of
from connectors.graph_tokens import renewed
from connectors.instagram import limits
from connectors.instagram.auth import status_of
from connectors.instagram.codes import ANEW_AFTER, OWN
from connectors.instagram.containers import Containers
from connectors.instagram.matching import same_comment, same_post

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.http import Door
    from connectors.renewal import Renewed

Json = Any

# Ours: how long, in seconds, a finished post waits for its own address.
_PERMALINK_BUDGET = 5.0


class InstagramSession(Session):
    """One professional account."""

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
        self._login = "facebook" if account.settings.get("login") == "facebook" else "instagram"
        self._missed: dict[str, int] = {}
        self._gone: set[str] = set()

    def probe(self) -> ChannelStatus:
        return status_of(self._graph, self.account.id, self._login, self._fields)

    def renew(self) -> Renewed:
        if self._login == "facebook":
            return super().renew()
        return renewed(self._graph, "ig_refresh_token", self._door)

    # ── stage ────────────────────────────────────────────────────────────────

    def _stage(
        self, part: Part, prior: Sequence[Receipt], checkpoint: Checkpoint | None, save: SaveCheckpoint
    ) -> Staged | NotYet:
        """Containers, so that Instagram has fetched every file long before the slot; a comment needs none."""
        _refuse(self.room, part)
        if part.kind is PartKind.COMMENT:
            return Staged(Checkpoint())
        if _container(checkpoint) in self._gone:
            checkpoint = None
        return self._containers.stage(part, self._placement(part), checkpoint, save)

    # ── commit ───────────────────────────────────────────────────────────────

    def _commit(self, part: Part, prior: Sequence[Receipt], checkpoint: Checkpoint) -> Receipt:
        _refuse(self.room, part)
        if part.kind is PartKind.COMMENT:
            # Without `fields`: Meta then makes the comment and answers with an error all the same
            # (code 20/1772107, reported by other publishing tools, checked 2026-11-23).
            edge, data = f"{_root(prior)}/comments", {"message": part.text}
        else:
            container = _container(checkpoint)
            if container is None:
                raise TemporaryError("no container has been made", code="not-staged", effect="none")
            edge, data = f"{self.account.id}/media_publish", {"creation_id": container}
        try:
            answer = self._graph.post(edge, data, phase="commit")
        except TemporaryError as error:
            if part.kind is not PartKind.COMMENT and error.code in ANEW_AFTER:
                self._miss(data["creation_id"], error)
            raise
        if not answer.get("id"):
            raise OutcomeUnknownError("the answer names no id", code="no-id")
        at, made = self._clock.now(), str(answer["id"])
        shown = prior[0].url if part.kind is PartKind.COMMENT else self._permalink(made)
        return Receipt(made, shown, at)

    def _miss(self, container: str, error: TemporaryError) -> None:
        """A container that Instagram does not find to publish: after its tries a new one is made.

        Counted only while this process lives: after a restart the container is simply tried anew.
        """
        self._missed[container] = self._missed.get(container, 0) + 1
        if self._missed[container] >= ANEW_AFTER[error.code]:
            self._gone.add(container)
        else:
            error.retry_at = self._clock.now() + limits.BUILDER_PAUSE

    def _permalink(self, media_id: str) -> str | None:
        """Where it can be seen; only Instagram knows the address, and it is live whatever this answers."""
        try:
            with self._door.deadline(self._clock.boottime() + _PERMALINK_BUDGET):
                url = self._graph.get(media_id, fields="id,permalink").get("permalink")
        except ConnectorError:
            return None
        return self._door.link(str(url)) if url else None

    # ── find ─────────────────────────────────────────────────────────────────

    def find(
        self,
        part: Part,
        prior: Sequence[Receipt],
        checkpoint: Checkpoint | None,
        since: datetime,
        known: Collection[str],
    ) -> Receipt | NotSeen | CannotTell:
        """Ask the container, then look through the profile, the stories, or a post's comments."""
        earliest = since - limits.CLOCK_SKEW
        if part.kind is PartKind.COMMENT:
            found = [one for one in self._comments(prior, earliest) if same_comment(one, part)]
            return self._verdict([one for one in found if str(one.get("id")) not in known], prior[0].url)
        container = _container(checkpoint)
        state = self._state(container) if container else None
        placement = self._placement(part)
        moves = any(self.media.facts(media).kind == "video" for media in part.media[:1])
        found = [
            one
            for one in self._posts(placement, earliest)
            if same_post(one, part, placement, moves=moves) and str(one.get("id")) not in known
        ]
        wordless = placement == "story" or not part.text.strip()
        if state == "PUBLISHED":
            return self._published(found, since)
        if wordless and state is not None and state != "UNKNOWN":
            # Nothing to recognise it by but the container, and that says that it was not published.
            return NotSeen()
        if wordless and found:
            return CannotTell("instagram.perhaps", self._links(found))
        return self._verdict(found, None)

    def _published(
        self, found: Sequence[Mapping[str, Json]], since: datetime
    ) -> Receipt | NotSeen | CannotTell:
        """The container is live: which post it became is only a question of the lists, which may lag."""
        if found:
            return self._verdict(found, None)
        if self._clock.now() < since + self.room.limits.visibility * 2:
            raise TemporaryError("published, and not in any list yet", code="not-listed", effect="none")
        return CannotTell("instagram.published_unlisted")

    def _verdict(
        self, found: Sequence[Mapping[str, Json]], shown: str | None
    ) -> Receipt | NotSeen | CannotTell:
        if not found:
            return NotSeen()
        if len(found) > 1:
            return CannotTell("instagram.several_alike", self._links(found))
        at = moment_of(found[0].get("timestamp")) or self._clock.now()
        return Receipt(str(found[0]["id"]), shown or self._link(found[0]), at)

    def _state(self, container: str) -> str:
        """The container's status; `UNKNOWN` where Instagram no longer knows it."""
        try:
            return self._containers.status(container)[0]
        except (RejectedError, TemporaryError) as error:
            if error.code.startswith(("100", "24")):
                return "UNKNOWN"
            raise

    def _posts(self, placement: str, earliest: datetime) -> list[Mapping[str, Json]]:
        edge = "stories" if placement == "story" else "media"
        window = {} if placement == "story" else {"since": str(int(earliest.timestamp()))}
        listed = self._graph.pages(
            f"{self.account.id}/{edge}",
            fields="id,caption,timestamp,permalink,media_type,media_product_type",
            limit=str(limits.MEDIA_PAGE),
            **window,
        )
        return [one for one in listed if _is_since(one, earliest)]

    def _comments(self, prior: Sequence[Receipt], earliest: datetime) -> list[Mapping[str, Json]]:
        listed = self._graph.pages(
            f"{_root(prior)}/comments", fields="id,text,timestamp", limit=str(limits.COMMENT_PAGE)
        )
        return [one for one in listed if _is_since(one, earliest)]

    def _links(self, found: Sequence[Mapping[str, Json]]) -> tuple[str, ...]:
        return tuple(self._link(one) or str(one.get("id")) for one in found)

    def _link(self, post: Mapping[str, Json]) -> str | None:
        url = post.get("permalink")
        return self._door.link(str(url)) if url else None

    # ── remove ───────────────────────────────────────────────────────────────

    def remove(self, receipt: Receipt) -> Done | Unsupported:
        """Take a post or comment down; where the token may not, a person does it in the app.

        DELETE of media is new of December 2025 and asks for a permission of its own
        (instagram_manage_contents), which few tokens have. Meta's documentation, checked 2026-11-23.
        """
        number = receipt.platform_id
        if not number.isdigit():
            # Recorded by a person, by its address.
            since = receipt.at - limits.RECORDED_WITHIN
            number = self._graph.by_shortcode(f"{self.account.id}/media", number, since)
            if not number:
                return Unsupported()
        try:
            self._graph.remove(number)
        except ReconnectError as error:
            code = error.code.partition("/")[0]
            if code == "10" or (code.isdigit() and 200 <= int(code) <= 299):
                return Unsupported()
            raise
        return Done()

    # ── credentials ──────────────────────────────────────────────────────────

    def _placement(self, part: Part) -> str:
        return str(part.options.get("placement") or self.room.placements[0])

    @cached_property
    def _fields(self) -> Mapping[str, str]:
        fields = self._tokens.get(self.account.key)
        if not fields.get("token"):
            raise ReconnectError("missing: token", code="no-credentials", effect="none")
        return fields

    @cached_property
    def _graph(self) -> GraphCaller:
        version = str(self.account.settings.get("graph_version") or limits.GRAPH_VERSION)
        return GraphCaller(
            self._door,
            self._clock,
            self.account.key,
            self._fields["token"],
            version=version if version.startswith("v") else f"v{version}",
            rows=OWN,
            # Proofs belong to graph.facebook.com (Meta's documentation, checked 2026-11-23).
            app_secret=self._fields.get("app_secret") if self._login == "facebook" else None,
            host=limits.HOSTS[self._login],
        )

    @property
    def _containers(self) -> Containers:
        return Containers(
            self._graph, self._door, self._clock, self.media, self.account.id, self._login, self._progress
        )

    def _progress(self, sent: int, total: int) -> None:
        self.progress(sent, total)


def _refuse(room: Room, part: Part) -> None:
    """What no single feature says: combinations that Instagram does not have."""
    placement = part.options.get("placement", "feed")
    if part.kind is PartKind.COMMENT:
        if part.media:
            raise UnsupportedError(room.title, "comment with image or clip")
        return
    if not part.media:
        raise UnsupportedError(room.title, "text without image or clip")
    if placement != "feed" and len(part.media) > 1:
        raise UnsupportedError(room.title, f"{placement} of several")
    if placement == "story" and part.text.strip():
        raise UnsupportedError(room.title, "story with text")


def _container(checkpoint: Checkpoint | None) -> str | None:
    post = checkpoint.public.get("post") if checkpoint else None
    return str(post["id"]) if post else None


def _root(prior: Sequence[Receipt]) -> str:
    if not prior:
        raise TemporaryError("the post to comment on has no id yet", code="no-parent", effect="none")
    return prior[0].platform_id


def _is_since(post: Mapping[str, Json], earliest: datetime) -> bool:
    at = moment_of(post.get("timestamp"))
    return at is None or at >= earliest
