"""X at work: parts become posts, and are found again in the account's timeline."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
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
)
from connectors.errors import OutcomeUnknownError, RejectedError, TemporaryError
from connectors.twitter import limits
from connectors.twitter.auth import renewed, status_of
from connectors.twitter.calls import Caller
from connectors.twitter.matching import is_ours, same_media
from connectors.twitter.options import POLL
from connectors.twitter.uploads import Uploads

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.http import Door
    from connectors.renewal import Renewed

Json = Any

# The OpenAPI specification 2.167 spells the query `post.fields`; tweepy 4.17.0 and X's older pages
# `tweet.fields` (both checked 2026-11-23). The newer first; the older if X does not know it.
_FIELDS: tuple[dict[str, str], ...] = (
    {
        "post.fields": "attachments,created_at,entities,note_post",
        "expansions": "referenced_posts",
    },
    {
        "tweet.fields": "attachments,created_at,entities,note_tweet,referenced_tweets",
    },
)


class TwitterSession(Session):
    """One account of X."""

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
        self._x = Caller(door, clock, tokens, account.key)
        self._spelling = 0

    def probe(self) -> ChannelStatus:
        return status_of(self._x.call("GET", "/2/users/me"))

    def renew(self) -> Renewed:
        fields = self._tokens.get(self.account.key)
        if not fields.get("refresh_token"):
            return super().renew()
        return renewed(self._door, self.account.key, fields)

    # ── stage ────────────────────────────────────────────────────────────────

    def _stage(
        self, part: Part, prior: Sequence[Receipt], checkpoint: Checkpoint | None, save: SaveCheckpoint
    ) -> Staged | NotYet:
        return Uploads(self._x, self._clock, self.media, self.progress).stage(part, checkpoint, save)

    # ── commit ───────────────────────────────────────────────────────────────

    def _commit(self, part: Part, prior: Sequence[Receipt], checkpoint: Checkpoint) -> Receipt:
        answer = self._x.call("POST", "/2/tweets", json=self._body(part, prior, checkpoint), phase="commit")
        data = answer.get("data") if isinstance(answer, dict) else None
        if not isinstance(data, dict) or not data.get("id"):
            raise OutcomeUnknownError("the answer names no id", code="no-id")
        return self._receipt(str(data["id"]), self._clock.now())

    def _body(self, part: Part, prior: Sequence[Receipt], checkpoint: Checkpoint) -> dict[str, Json]:
        uploads = checkpoint.public.get("media", [])
        if len(uploads) != len(part.media) or not all(one.get("ready", True) for one in uploads):
            raise TemporaryError("not all media are uploaded", code="not-staged", effect="none")
        body: dict[str, Json] = {"text": part.text} if part.text else {}
        if uploads:
            body["media"] = {"media_ids": [one["id"] for one in uploads]}
        if part.kind is PartKind.THREAD:
            if not prior:
                raise TemporaryError("the post before it has no id yet", code="no-parent", effect="none")
            body["reply"] = {"in_reply_to_tweet_id": prior[-1].platform_id}
        if part.options.get("poll"):
            minutes = part.options.get("poll_minutes", limits.POLL_MINUTES)
            body["poll"] = {"options": list(part.options["poll"]), "duration_minutes": minutes}
        return body | {name: value for name, value in part.options.items() if name not in POLL}

    def _receipt(self, post_id: str, at: datetime) -> Receipt:
        return Receipt(post_id, self._door.link(f"https://x.com/i/web/status/{post_id}"), at)

    # ── find ─────────────────────────────────────────────────────────────────

    def find(
        self,
        part: Part,
        prior: Sequence[Receipt],
        checkpoint: Checkpoint | None,
        since: datetime,
        known: Collection[str],
    ) -> Receipt | NotSeen | CannotTell:
        """Look through the account's own timeline for text, parent and number of pictures."""
        uploads = checkpoint.public.get("media", []) if checkpoint else []
        keys = {one["key"] for one in uploads if one.get("key")}
        alike = [
            post
            for post in self._timeline(since - limits.CLOCK_SKEW)
            if str(post.get("id")) not in known and is_ours(post, part, prior)
        ]
        sure = [post for post in alike if same_media(post, keys)]
        candidates = sure or alike
        if not candidates:
            return NotSeen()
        # Without words, and with pictures that are not our uploads, there is too little to go by.
        if len(candidates) == 1 and (sure or part.text.strip()):
            post = candidates[0]
            return self._receipt(str(post["id"]), _moment(post.get("created_at")) or self._clock.now())
        links = tuple(self._receipt(str(post["id"]), since).url or "" for post in candidates)
        return CannotTell("twitter.several_alike" if len(candidates) > 1 else "twitter.perhaps", links)

    def _timeline(self, since: datetime) -> list[Mapping[str, Json]]:
        """All posts and replies of the account from `since` on, to the last page."""
        posts: list[Mapping[str, Json]] = []
        tokens: set[str] = set()
        token = ""
        while token not in tokens:
            tokens.add(token)
            page = self._page(since, token)
            posts += page.get("data") or []
            token = str((page.get("meta") or {}).get("next_token") or "")
        return posts

    def _page(self, since: datetime, token: str) -> Mapping[str, Json]:
        params = {
            "max_results": str(limits.TIMELINE_PAGE),
            "start_time": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            **({"pagination_token": token} if token else {}),
        }
        page = self._in_some_spelling(params)
        if "data" not in page and "meta" not in page:
            raise TemporaryError("the answer is no list of posts", code="no-list", effect="none")
        return page

    def _in_some_spelling(self, params: Mapping[str, str]) -> dict[str, Json]:
        """Ask in the newer spelling; in the older one where X refuses the newer or pays no heed to it.

        An answer without the fields asked for would hide every reply's parent, and a post that is live
        would count as absent.
        """
        route = f"/2/users/{self.account.id}/tweets"
        for spelling in range(self._spelling, len(_FIELDS)):
            last = spelling == len(_FIELDS) - 1
            try:
                page = self._x.call("GET", route, params={**params, **_FIELDS[spelling]})
            except RejectedError as error:
                if last or error.http_status != 400 or "fields" not in error.words:
                    raise
                continue
            if _has_fields(page):
                self._spelling = spelling
                return dict(page)
        raise TemporaryError("the answer lacks the fields asked for", code="no-fields", effect="none")

    # ── remove ───────────────────────────────────────────────────────────────

    def remove(self, receipt: Receipt) -> Done:
        try:
            self._x.call("DELETE", f"/2/tweets/{receipt.platform_id}")
        except RejectedError as error:
            if error.http_status != 404:  # gone already is what was asked for
                raise
        return Done()


def _has_fields(page: Json) -> bool:
    """Whether posts come with what was asked for; `created_at` is one that every post has."""
    posts = page.get("data", []) if isinstance(page, dict) else None
    return isinstance(posts, list) and all(isinstance(one, dict) and "created_at" in one for one in posts)


def _moment(value: Json) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)).astimezone(UTC)
    except ValueError:
        return None
