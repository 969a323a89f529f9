"""Threads at work: parts become containers, containers become posts and replies; over facebook-sdk."""

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
from connectors.threads import limits
from connectors.threads.auth import status_of
from connectors.threads.codes import OWN, RACE
from connectors.threads.containers import Containers
from connectors.threads.matching import kind_of, same_post

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.http import Door
    from connectors.renewal import Renewed

Json = Any

# Ours: how long, in seconds, a finished post waits for its own address.
_PERMALINK_BUDGET = 5.0


class ThreadsSession(Session):
    """One profile."""

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
        self._missed: dict[str, int] = {}

    def probe(self) -> ChannelStatus:
        return status_of(self._graph, self.account.id, self._fields["token"])

    def renew(self) -> Renewed:
        return renewed(self._graph, "th_refresh_token", self._door)

    # ── stage ────────────────────────────────────────────────────────────────

    def _stage(
        self, part: Part, prior: Sequence[Receipt], checkpoint: Checkpoint | None, save: SaveCheckpoint
    ) -> Staged | NotYet:
        """Containers, so that Threads has fetched every file long before the slot."""
        _refuse(self.room, part)
        return self._containers.stage(part, _above(part, prior), checkpoint, save, self._missed)

    # ── commit ───────────────────────────────────────────────────────────────

    def _commit(self, part: Part, prior: Sequence[Receipt], checkpoint: Checkpoint) -> Receipt:
        _refuse(self.room, part)
        container = _container(checkpoint)
        if container is None:
            raise TemporaryError("no container has been made", code="not-staged", effect="none")
        try:
            answer = self._graph.post(
                f"{self.account.id}/threads_publish", {"creation_id": container}, phase="commit"
            )
        except TemporaryError as error:
            if error.code == RACE:
                # Counted only while this process lives: after a restart the container is simply tried anew.
                self._missed[container] = self._missed.get(container, 0) + 1
                error.retry_at = self._clock.now() + limits.RACE_PAUSE
            raise
        if not answer.get("id"):
            raise OutcomeUnknownError("the answer names no id", code="no-id")
        self._missed.pop(container, None)
        at, made = self._clock.now(), str(answer["id"])
        return Receipt(made, self._permalink(made), at)

    def _permalink(self, media_id: str) -> str | None:
        """Where it can be seen; only Threads knows the address, and it is live whatever this answers."""
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
        """Ask the container, then look through the profile's posts, or its replies."""
        container = _container(checkpoint)
        state = self._state(container) if container else "UNKNOWN"
        moves = any(self.media.facts(media).kind == "video" for media in part.media[:1])
        kind, above = kind_of(part, moves), _above(part, prior)
        found = [
            one
            for one in self._listed("replies" if above else "threads", since - limits.CLOCK_SKEW)
            if same_post(one, part, kind, above) and str(one.get("id")) not in known
        ]
        if state == "PUBLISHED":
            return self._published(found, since)
        if not part.text.strip() and state != "UNKNOWN":
            # Nothing to recognise it by but the container, and that says that it was not published.
            return NotSeen()
        if not part.text.strip() and found:
            return CannotTell("threads.perhaps", self._links(found))
        return self._verdict(found)

    def _published(
        self, found: Sequence[Mapping[str, Json]], since: datetime
    ) -> Receipt | NotSeen | CannotTell:
        """The container is live: which post it became is only a question of the lists, which may lag."""
        if found:
            return self._verdict(found)
        if self._clock.now() < since + self.room.limits.visibility * 2:
            raise TemporaryError("published, and not in any list yet", code="not-listed", effect="none")
        return CannotTell("threads.published_unlisted")

    def _verdict(self, found: Sequence[Mapping[str, Json]]) -> Receipt | NotSeen | CannotTell:
        if not found:
            return NotSeen()
        if len(found) > 1:
            return CannotTell("threads.several_alike", self._links(found))
        at = moment_of(found[0].get("timestamp")) or self._clock.now()
        return Receipt(str(found[0]["id"]), self._link(found[0]), at)

    def _state(self, container: str) -> str:
        """The container's status; `UNKNOWN` where Threads no longer knows it.

        Asking a published one may be answered with 100, "nonexisting field (status)" (reported by users of
        the API, checked 2026-11-23): then only the lists can tell.
        """
        try:
            return self._containers.status(container)[0]
        except (RejectedError, TemporaryError) as error:
            if error.code.startswith(("100", "24")):
                return "UNKNOWN"
            raise

    def _listed(self, edge: str, earliest: datetime) -> list[Mapping[str, Json]]:
        more = ",replied_to" if edge == "replies" else ""
        listed = self._graph.pages(
            f"me/{edge}",
            fields=f"id,text,timestamp,permalink,media_type{more}",
            since=str(int(earliest.timestamp())),
            limit=str(limits.LIST_PAGE),
        )
        return [one for one in listed if _is_since(one, earliest)]

    def _links(self, found: Sequence[Mapping[str, Json]]) -> tuple[str, ...]:
        return tuple(self._link(one) or str(one.get("id")) for one in found)

    def _link(self, post: Mapping[str, Json]) -> str | None:
        url = post.get("permalink")
        return self._door.link(str(url)) if url else None

    # ── remove ───────────────────────────────────────────────────────────────

    def remove(self, receipt: Receipt) -> Done | Unsupported:
        """Take a post or reply down; where the token lacks threads_delete, a person does it in the app."""
        number = receipt.platform_id
        if not number.isdigit():
            # Recorded by a person, by its address.
            since = receipt.at - limits.RECORDED_WITHIN
            number = self._graph.by_shortcode("me/threads", number, since)
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

    @cached_property
    def _fields(self) -> Mapping[str, str]:
        fields = self._tokens.get(self.account.key)
        if not fields.get("token"):
            raise ReconnectError("missing: token", code="no-credentials", effect="none")
        return fields

    @cached_property
    def _graph(self) -> GraphCaller:
        return GraphCaller(
            self._door,
            self._clock,
            self.account.key,
            self._fields["token"],
            version=limits.VERSION,
            rows=OWN,
            host=limits.HOST,
        )

    @property
    def _containers(self) -> Containers:
        return Containers(self._graph, self._clock, self.media, self.account.id)


def _refuse(room: Room, part: Part) -> None:
    """What no single feature says: combinations that Threads does not have."""
    if part.media and part.link:
        raise UnsupportedError(room.title, "link with media")
    if part.media and part.options.get("poll"):
        raise UnsupportedError(room.title, "poll with media")
    if not part.media and not part.text.strip() and not part.link:
        raise UnsupportedError(room.title, "nothing to post")


def _above(part: Part, prior: Sequence[Receipt]) -> str | None:
    """What the part answers: a thread goes on from its last post, a first comment stands under the root."""
    if part.kind is PartKind.ROOT:
        return None
    if not prior:
        raise TemporaryError("the post to reply to has no id yet", code="no-parent", effect="none")
    return prior[-1 if part.kind is PartKind.THREAD else 0].platform_id


def _container(checkpoint: Checkpoint | None) -> str | None:
    post = checkpoint.public.get("post") if checkpoint else None
    return str(post["id"]) if post else None


def _is_since(post: Mapping[str, Json], earliest: datetime) -> bool:
    at = moment_of(post.get("timestamp"))
    return at is None or at >= earliest
