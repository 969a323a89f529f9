"""Noticeboard at work: parts become notices, and are found again in the account's list."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.contract import (
    Account,
    CannotTell,
    ChannelStatus,
    Checkpoint,
    Done,
    Media,
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
from connectors.errors import ConnectorError, OutcomeUnknownError, RejectedError, TemporaryError
from noticeboard import limits
from noticeboard.auth import header_of, status_of
from noticeboard.codes import Phase, error_of, words_of

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.http import Door

Json = Any
_API = "https://api.noticeboard.example"
_PAGES = "https://noticeboard.example"


class NoticeboardSession(Session):
    """One account of Noticeboard."""

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
        # Checked: redaction knows each secret before anything is sent.
        self._tokens = door.checked(tokens)
        self._http = door.session(account.key)

    def probe(self) -> ChannelStatus:
        return status_of(self._call("GET", "/v1/me"))

    # ── stage ────────────────────────────────────────────────────────────────

    def _stage(
        self, part: Part, prior: Sequence[Receipt], checkpoint: Checkpoint | None, save: SaveCheckpoint
    ) -> Staged | NotYet:
        now = self._clock.now()
        kept = [one for one in _pictures(checkpoint) if datetime.fromisoformat(one["until"]) > now]
        # Used from the first on, in their order: a gap would put the pictures into another order.
        uploads = kept if len(kept) == len(_pictures(checkpoint)) else []
        for media in part.media[len(uploads) :]:
            uploads = [*uploads, self._upload(media)]
            # Durable before the next call: a process that dies here uploads nothing twice.
            save(Checkpoint({"pictures": uploads}))
        until = min((datetime.fromisoformat(one["until"]) for one in uploads), default=None)
        return Staged(Checkpoint({"pictures": uploads}), until)

    def _upload(self, media: Media) -> dict[str, Json]:
        began = self._clock.now()
        with self.media.path(media).open("rb") as picture:
            answer = self._call(
                "POST",
                "/v1/pictures",
                params={"alt": media.alt},
                data=picture,
                headers={"Content-Type": self.media.facts(media).mime},
            )
        if not isinstance(answer, dict) or not answer.get("id"):
            raise TemporaryError("the answer names no picture", code="no-picture", effect="none")
        return {"id": str(answer["id"]), "until": (began + limits.PICTURE_LIVES).isoformat()}

    # ── commit ───────────────────────────────────────────────────────────────

    def _commit(self, part: Part, prior: Sequence[Receipt], checkpoint: Checkpoint) -> Receipt:
        pictures = _pictures(checkpoint)
        if len(pictures) != len(part.media):
            raise TemporaryError("not all pictures are uploaded", code="not-staged", effect="none")
        body: dict[str, Json] = {"text": part.text, "pictures": [one["id"] for one in pictures]}
        body["pinned"] = bool(part.options.get("pinned"))
        if part.kind is PartKind.THREAD:
            body["reply_to"] = prior[-1].platform_id
        answer = self._call("POST", "/v1/notices", json=body, phase="commit")
        # Whatever was answered to a commit and cannot be read may have hung the notice.
        if not isinstance(answer, dict) or not answer.get("id"):
            raise OutcomeUnknownError("the answer names no id", code="no-id")
        return self._receipt(str(answer["id"]), self._clock.now())

    def _receipt(self, notice: str, at: datetime) -> Receipt:
        return Receipt(notice, self._door.link(f"{_PAGES}/notices/{notice}"), at)

    # ── find ─────────────────────────────────────────────────────────────────

    def find(
        self,
        part: Part,
        prior: Sequence[Receipt],
        checkpoint: Checkpoint | None,
        since: datetime,
        known: Collection[str],
    ) -> Receipt | NotSeen | CannotTell:
        """Look through the account's notices for text, parent and pictures."""
        ours = [one["id"] for one in _pictures(checkpoint)]
        parent = prior[-1].platform_id if part.kind is PartKind.THREAD else None
        alike = [
            one
            for one in self._notices(since - limits.CLOCK_SKEW)
            if one["id"] not in known
            and (one["text"], one.get("reply_to"), len(one["pictures"]))
            == (part.text, parent, len(part.media))
        ]
        # A picture is used by one notice only: one with our uploads is surely ours.
        sure = [one for one in alike if ours and one["pictures"] == ours]
        candidates = sure or alike
        if not candidates:
            return NotSeen()
        found = [self._receipt(one["id"], _moment(one)) for one in candidates]
        if len(found) == 1 and (sure or part.text.strip()):
            return found[0]
        why = "noticeboard.several_alike" if len(found) > 1 else "noticeboard.perhaps"
        return CannotTell(why, tuple(one.url or "" for one in found))

    def _notices(self, since: datetime) -> Iterator[Mapping[str, Json]]:
        """From the newest back to `since`, page by page."""
        before = ""
        while True:
            page = self._page(before)
            yield from (one for one in page["notices"] if _moment(one) >= since)
            if not page.get("more") or not page["notices"] or _moment(page["notices"][-1]) < since:
                return
            before = page["notices"][-1]["id"]

    def _page(self, before: str) -> Mapping[str, Json]:
        params = {"limit": str(limits.PAGE), **({"before": before} if before else {})}
        page = self._call("GET", "/v1/notices", params=params)
        # An answer that is no list is no look: a post that is live would count as absent.
        if not isinstance(page, dict) or not _is_list(page.get("notices")):
            raise TemporaryError("the answer is no list of notices", code="no-list", effect="none")
        return page

    # ── remove ───────────────────────────────────────────────────────────────

    def remove(self, receipt: Receipt) -> Done:
        try:
            self._call("DELETE", f"/v1/notices/{receipt.platform_id}")
        except RejectedError as error:
            if error.http_status != 404:  # gone already is what was asked for
                raise
        return Done()

    # ── calls ────────────────────────────────────────────────────────────────

    def _call(
        self,
        method: str,
        path: str,
        *,
        phase: Phase = "other",
        headers: Mapping[str, str] | None = None,
        **what: Any,
    ) -> Json:
        """One request; the JSON of a good answer (None: it was none), else an error by what to do next."""
        sent = {**header_of(self._tokens.get(self.account.key)), **(headers or {})}
        try:
            answer = self._http.request(method, f"{_API}{path}", headers=sent, **what)
        except OutcomeUnknownError as error:
            if phase == "commit":
                raise
            # A lost reply to a call that makes nothing public is only a nuisance.
            failure: ConnectorError = TemporaryError(error.words, code=error.code, effect="none")
        else:
            try:
                body = answer.json()
            except ValueError:
                body = None
            if 200 <= answer.status_code < 300:
                return body
            told = {name.lower(): value for name, value in answer.headers.items()}
            words = self._door.redact(words_of(answer.status_code, body))
            failure = error_of(answer.status_code, body, told, phase, self._clock.now(), words)
        raise failure


def _pictures(checkpoint: Checkpoint | None) -> list[dict[str, Json]]:
    return list(checkpoint.public.get("pictures", [])) if checkpoint else []


def _is_list(notices: Json) -> bool:
    """Whether these are notices with all that `find` compares."""
    wanted = {"id", "text", "pictures", "created_at"}
    if not isinstance(notices, list):
        return False
    return all(isinstance(one, dict) and wanted <= one.keys() for one in notices)


def _moment(notice: Mapping[str, Json]) -> datetime:
    return datetime.fromisoformat(str(notice["created_at"])).astimezone(UTC)
