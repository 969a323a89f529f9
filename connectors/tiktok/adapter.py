"""TikTok at work: a part becomes a post or a draft in the inbox, and its fate is asked by its publish_id."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.contract import (
    Account,
    CannotTell,
    ChannelStatus,
    Checkpoint,
    FactsOf,
    Gone,
    HandedOver,
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
    Unsupported,
)
from connectors.errors import OutcomeUnknownError, ReconnectError, RejectedError, TemporaryError
from connectors.tiktok import limits
from connectors.tiktok.auth import WHO, WHO_FIELDS, renewed, status_of
from connectors.tiktok.bodies import (
    CREATOR,
    LIST,
    STATUS,
    creator_of,
    init_of,
    is_clip,
    is_public,
    refuse_unfit,
    to_inbox,
)
from connectors.tiktok.calls import Caller
from connectors.tiktok.codes import reason_of
from connectors.tiktok.uploads import Upload, until_of

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.http import Door
    from connectors.renewal import Renewed

Json = Any

_WORKING = ("PROCESSING_UPLOAD", "PROCESSING_DOWNLOAD")
_LIST_FIELDS = "id,create_time,share_url,title,video_description"


class TikTokSession(Session):
    """One account of TikTok."""

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
        self._tokens = door.checked(tokens)
        self._tiktok = Caller(door, clock, tokens, account.key)

    def probe(self) -> ChannelStatus:
        return status_of(self._tiktok.call("GET", WHO, params={"fields": WHO_FIELDS}))

    def renew(self) -> Renewed:
        return renewed(self._door, self.account.key, self._tokens.get(self.account.key))

    # ── stage ────────────────────────────────────────────────────────────────

    def _stage(
        self, part: Part, prior: Sequence[Receipt], checkpoint: Checkpoint | None, save: SaveCheckpoint
    ) -> Staged | NotYet:
        """Ask what the account offers; begin and send a clip that is uploaded, all but its last piece."""
        facts = self._facts(part)
        kept = self._still_good(checkpoint)
        if "asked" not in kept.public:
            kept = Checkpoint(public={"creator": self._creator(part, facts), "asked": self._now()})
            save(kept)
        if self._fetched(part, facts):
            for media in part.media:  # so that a host that does not work is known before it is due
                self.media.url(media)
            return Staged(kept, _asked(kept) + limits.UPLOAD_LIFE - limits.UPLOAD_MARGIN)
        kept = self._upload(part, facts).stage(kept, save)
        return Staged(kept, until_of(kept))

    def _still_good(self, checkpoint: Checkpoint | None) -> Checkpoint:
        """What was kept, unless it is too old to go out with."""
        if checkpoint is None or "asked" not in checkpoint.public:
            return Checkpoint()
        end = _asked(checkpoint) + limits.UPLOAD_LIFE - limits.UPLOAD_MARGIN
        if "until" in checkpoint.public:
            end = until_of(checkpoint)
        return checkpoint if self._clock.now() < end else Checkpoint()

    def _creator(self, part: Part, facts: FactsOf) -> dict[str, Json]:
        """What the account offers now; a draft is shaped by a person, and needs no answer to that.

        Raises:
            RejectedError, ReconnectError: the part does not fit it.
        """
        if to_inbox(part):
            return {}
        creator = creator_of(self._tiktok.call("POST", CREATOR))
        if not creator["levels"]:
            raise TemporaryError("the answer names no privacy level", code="no-levels", effect="none")
        refuse_unfit(part, facts, creator)
        return creator

    # ── commit ───────────────────────────────────────────────────────────────

    def _commit(self, part: Part, prior: Sequence[Receipt], checkpoint: Checkpoint) -> Pending:
        facts = self._facts(part)
        if not self._fetched(part, facts):
            self._upload(part, facts).finish(checkpoint)
            return self._pending(checkpoint)
        # TikTok wants the account asked right before a post; an uploaded clip had its init at that moment.
        creator = self._creator(part, facts)
        route, body = init_of(part, facts, creator, [self.media.url(media) for media in part.media])
        data = self._tiktok.call("POST", route, body=body, phase="commit")
        if not data.get("publish_id"):
            raise OutcomeUnknownError("the answer names no publish_id", code="no-id")
        public = {"creator": creator, "asked": self._now(), "publish_id": str(data["publish_id"])}
        return self._pending(Checkpoint(public=public))

    def _pending(self, checkpoint: Checkpoint) -> Pending:
        accepted = Checkpoint(public={**checkpoint.public, "accepted": self._now()})
        return Pending(accepted, self._clock.now() + limits.STATUS_EVERY)

    # ── confirm ──────────────────────────────────────────────────────────────

    def confirm(self, part: Part, checkpoint: Checkpoint) -> Receipt | Pending | Gone | HandedOver:
        """One look at status/fetch."""
        data = self._status(checkpoint)
        status = data["status"]
        if status == "SEND_TO_USER_INBOX":
            return HandedOver(checkpoint, "tiktok.in_the_inbox")
        if status == "FAILED":
            return Gone(reason_of(str(data.get("fail_reason") or "FAILED")))
        since = _moment(checkpoint.public.get("accepted")) or self._clock.now()
        if status == "PUBLISH_COMPLETE" and (receipt := self._receipt(part, checkpoint, data, since)):
            return receipt
        early = self._clock.now() - since < 12 * limits.STATUS_EVERY
        wait = limits.STATUS_EVERY if early else limits.STATUS_SLOWLY
        return Pending(checkpoint, self._clock.now() + wait)

    def _status(self, checkpoint: Checkpoint) -> dict[str, Json]:
        publish_id = checkpoint.public["publish_id"]
        data = self._tiktok.call("POST", STATUS, body={"publish_id": publish_id})
        known = (*_WORKING, "SEND_TO_USER_INBOX", "PUBLISH_COMPLETE", "FAILED")
        if data.get("status") not in known:
            words = f"the answer names no status: {data.get('status')}"
            raise TemporaryError(words, code="no-status", effect="none")
        return data

    def _receipt(
        self, part: Part, checkpoint: Checkpoint, data: Mapping[str, Json], since: datetime
    ) -> Receipt | None:
        """Of a complete post; None while the id of a public one may still come.

        Only a public post that was looked through has an id; any other is known by its publish_id, and has
        no address that could be opened.
        """
        # sic: "publicaly". Content Posting API, checked 2026-11-23.
        ids = data.get("publicaly_available_post_id") or data.get("publicly_available_post_id") or []
        if ids:
            name = checkpoint.public.get("creator", {}).get("name") or "i"
            kind = "video" if is_clip(part, self._facts(part)) else "photo"
            address = f"https://www.tiktok.com/@{name}/{kind}/{ids[0]}"
            return Receipt(str(ids[0]), self._door.link(address), self._clock.now())
        if is_public(part) and self._clock.now() - since < limits.WAIT_FOR_ID:
            return None
        return Receipt(str(checkpoint.public["publish_id"]), None, self._clock.now())

    # ── find ─────────────────────────────────────────────────────────────────

    def find(
        self,
        part: Part,
        prior: Sequence[Receipt],
        checkpoint: Checkpoint | None,
        since: datetime,
        known: Collection[str],
    ) -> Receipt | NotSeen | CannotTell:
        """Ask by publish_id; without one, look among the account's public posts, which proves no absence."""
        if checkpoint is None or not checkpoint.public.get("publish_id"):
            return self._among_public(part, since, known)
        try:
            data = self._status(checkpoint)
        except RejectedError as error:
            if not error.code.startswith("invalid_publish_id"):
                raise
            return CannotTell("tiktok.publish_id_forgotten", (str(checkpoint.public["publish_id"]),))
        status = data["status"]
        if status == "FAILED" or (status == "PROCESSING_UPLOAD" and self._lacks_bytes(part, data)):
            return NotSeen()
        if status == "SEND_TO_USER_INBOX":
            return CannotTell("tiktok.in_the_inbox")
        receipt = self._receipt(part, checkpoint, data, since) if status == "PUBLISH_COMPLETE" else None
        if receipt is None:
            # All of it is there and TikTok works on it: neither live nor absent.
            raise TemporaryError("TikTok still works on the post", code="still-processing", effect="none")
        return NotSeen() if receipt.platform_id in known else receipt

    def _lacks_bytes(self, part: Part, data: Mapping[str, Json]) -> bool:
        there = data.get("uploaded_bytes")
        return not isinstance(there, int) or there < self._facts(part)[part.media[0]].size

    def _among_public(self, part: Part, since: datetime, known: Collection[str]) -> Receipt | CannotTell:
        """The list holds public posts only, and late: what it does not show may be there all the same."""
        try:
            listed = self._listed(since - limits.CLOCK_SKEW)
        except ReconnectError as error:
            if not error.code.startswith("scope_"):
                raise
            return CannotTell("tiktok.look_in_the_app")
        alike = [one for one in listed if str(one["id"]) not in known and _says(one, part)]
        if len(alike) == 1 and part.text.strip():
            post = alike[0]
            at = datetime.fromtimestamp(post["create_time"], UTC)
            return Receipt(str(post["id"]), self._link(post), at)
        links = tuple(self._link(one) or str(one["id"]) for one in alike)
        return CannotTell("tiktok.several_alike" if len(alike) > 1 else "tiktok.look_in_the_app", links)

    def _listed(self, since: datetime) -> list[Mapping[str, Json]]:
        """The account's public posts from `since` on, newest first."""
        found: list[Mapping[str, Json]] = []
        body: dict[str, Json] = {"max_count": limits.LIST_PAGE}
        seen: set[Json] = set()
        while True:
            data = self._tiktok.call("POST", LIST, params={"fields": _LIST_FIELDS}, body=body)
            videos = data.get("videos")
            if not isinstance(videos, list):
                raise TemporaryError("the answer is no list of posts", code="no-list", effect="none")
            recent = [one for one in videos if one["create_time"] >= since.timestamp()]
            found += recent
            cursor = data.get("cursor")
            if not data.get("has_more") or len(recent) < len(videos) or cursor in seen:
                return found
            seen.add(cursor)
            body["cursor"] = cursor

    def _link(self, post: Mapping[str, Json]) -> str | None:
        url = post.get("share_url")
        return self._door.link(str(url).partition("?")[0]) if url else None

    # ── after ────────────────────────────────────────────────────────────────

    def remove(self, receipt: Receipt) -> Unsupported:
        """TikTok has no call that takes a post down."""
        return Unsupported()

    # ── what it rests on ─────────────────────────────────────────────────────

    def _facts(self, part: Part) -> FactsOf:
        if not part.media:
            raise RejectedError("TikTok needs a clip or photos", code="no-media", effect="none")
        return {media: self.media.facts(media) for media in part.media}

    def _fetched(self, part: Part, facts: FactsOf) -> bool:
        """Whether TikTok fetches the media itself, so that init is the commit."""
        return not is_clip(part, facts) or part.options.get("video_from") == "url"

    def _upload(self, part: Part, facts: FactsOf) -> Upload:
        return Upload(self._tiktok, self._clock, self.media, part, facts, self.progress)

    def _now(self) -> str:
        return self._clock.now().isoformat()


def _says(post: Mapping[str, Json], part: Part) -> bool:
    """Whether a listed post has the part's words."""
    wanted = " ".join(part.text.split())
    said = {" ".join(str(post.get(key) or "").split()) for key in ("title", "video_description")}
    return wanted in said


def _asked(checkpoint: Checkpoint) -> datetime:
    return datetime.fromisoformat(checkpoint.public["asked"])


def _moment(value: Json) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else None
