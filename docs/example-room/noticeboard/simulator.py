"""Noticeboard, pretended: as strict as its pages of 2026-11-24 say; imports nothing of its room."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from werkzeug.wrappers import Response

from connectors.sandbox_checks import array, boolean, count, mapping, picture, text
from connectors.sandbox_pages import post_page
from connectors.sandbox_world import AdminError, LivePost, Profile, Simulator, stamp

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

Json = Any

_MOST_BYTES = 5_000_000
_UNUSED = timedelta(hours=12)
_NOTICE = mapping(
    {"text": text(), "pictures": array(text()), "pinned": boolean, "reply_to": text(1)}, required=["text"]
)


class Refusal(Exception):
    """The platform says no."""

    def __init__(self, code: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.headers = dict(headers or {})


class NoticeboardSimulator(Simulator):
    """api.noticeboard.example, and the page of each notice.

    Settings: `list_lag` seconds before a notice shows in lists; `quota` notices per hour.
    """

    platform = "noticeboard"
    title = "Noticeboard"
    hosts: ClassVar[Mapping[str, str]] = {"api.noticeboard.example": "", "noticeboard.example": "/web"}
    default_account = Profile("7001", "Dinas Contoh")
    settings: ClassVar[Mapping[str, Json]] = {"list_lag": 0.0, "quota": 30}
    errors: ClassVar[Mapping[str, tuple[int, str]]] = {
        "token": (401, "The token is not valid."),
        "suspended": (403, "This account is suspended."),
        "empty": (422, "A notice needs text or a picture."),
        "text_too_long": (422, "The text is longer than 1000 characters."),
        "pictures": (422, "A picture is unknown, used up or too many."),
        "reply_to": (422, "There is no such notice to reply to."),
        "picture_kind": (415, "Pictures are JPEG or PNG."),
        "picture_too_big": (413, "The picture is larger than 5 MB."),
        "alt_too_long": (422, "The description exceeds 400 characters."),
        "not_found": (404, "There is no such notice."),
        "rate": (429, "Too many notices."),
        "5xx": (503, "Service unavailable."),
        "bad_request": (400, "The request is not understood."),
    }
    """What it can answer, in its own words; `next_error` raises any of them."""

    def credentials(self, account: str) -> dict[str, str]:
        """The token from the account's settings page."""
        return {"token": f"sandbox-noticeboard-{account}"}

    def check_error(self, wanted: Json) -> Json:
        """`{"code": one of errors}`."""
        if not isinstance(wanted, dict) or set(wanted) != {"code"} or wanted["code"] not in self.errors:
            raise AdminError(f"next_error takes code: {', '.join(self.errors)}")
        return wanted

    def handle(self, request: Request, path: str) -> Response:
        """Answer a request to the API, or show a notice's page."""
        if path.startswith("/web/"):
            notice = self.world.post(self.platform, path.rpartition("/")[2])
            return post_page(self.world, {self.platform: self}, notice)
        try:
            with self.world.transaction():
                return self._answer(request, path)
        except Refusal as refusal:
            status, words = self.errors[refusal.code]
            error = {"code": refusal.code, "message": words}
            return _json({"error": error}, status, refusal.headers)

    def _answer(self, request: Request, path: str) -> Response:
        account = self._account(request)
        if asked_for := self.take_next_error(path):
            raise Refusal(asked_for["code"])
        match request.method, path.removeprefix("/v1/").split("/"):
            case "GET", ["me"]:
                profile = self.profile(account)
                return _json({"id": account, "name": profile.name if profile else ""})
            case "POST", ["pictures"]:
                return self._take_picture(request, account)
            case "POST", ["notices"]:
                return self._hang(request, account)
            case "GET", ["notices"]:
                return self._list(request, account)
            case "DELETE", ["notices", notice]:
                post = self.world.post(self.platform, notice)
                if post is None or post.removed or post.account != account:
                    raise Refusal("not_found")
                self.world.remove(self.platform, notice)
                return Response(status=204)
        raise Refusal("not_found")

    def _account(self, request: Request) -> str:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        account = token.removeprefix("sandbox-noticeboard-")
        known = token != account and self.profile(account) is not None
        if not known or self.token_state(account) != "valid":
            raise Refusal("token")
        return account

    def _take_picture(self, request: Request, account: str) -> Response:
        data, alt = request.get_data(), request.args.get("alt", "")
        if len(data) > _MOST_BYTES:
            raise Refusal("picture_too_big")
        seen = picture(data)
        if seen is None or seen.mime not in ("image/jpeg", "image/png"):
            raise Refusal("picture_kind")
        if len(alt) > 400:
            raise Refusal("alt_too_long")
        name = f"p{self.world.next_number(self.platform)}"
        kept = {"sha256": self.world.keep(data, seen.mime), "alt": alt, "account": account}
        self.world.put(self.platform, "picture", name, {**kept, "at": stamp(self.world.now())})
        return _json({"id": name}, 201)

    def _hang(self, request: Request, account: str) -> Response:
        body: Json = request.get_json(force=True, silent=True)
        if [*_NOTICE(body, "body")]:
            raise Refusal("bad_request")
        shown = [self._unused(name, account) for name in body.get("pictures", [])]
        self._refuse(body, account)
        window = count(self.world, self.platform, account, int(self.setting("quota")), timedelta(hours=1))
        if not window.allowed:
            wait = (window.reset - self.world.now()).total_seconds()
            raise Refusal("rate", {"Retry-After": str(int(wait) + 1)})
        notice = str(self.world.next_number(self.platform))
        for name, one in zip(body.get("pictures", []), shown, strict=True):
            self.world.put(self.platform, "picture", name, {**one, "used_by": notice})
        post = LivePost(
            self.platform,
            account,
            notice,
            "thread" if "reply_to" in body else "root",
            body["text"],
            self.world.now(),
            f"/{self.platform}/web/notices/{notice}",
            parent=body.get("reply_to"),
            options={"pinned": True} if body.get("pinned") else {},
            media=tuple({"type": "image", "sha256": one["sha256"], "alt": one["alt"]} for one in shown),
            private={"pictures": body.get("pictures", [])},
        )
        self.world.publish(post)
        return _json(_shown(post), 201)

    def _refuse(self, body: Json, account: str) -> None:
        if not body["text"].strip() and not body.get("pictures"):
            raise Refusal("empty")
        if len(body["text"]) > 1000:
            raise Refusal("text_too_long")
        names = body.get("pictures", [])
        if len(names) > 4 or len(set(names)) < len(names):
            raise Refusal("pictures")
        if "reply_to" in body:
            parent = self.world.post(self.platform, body["reply_to"])
            if parent is None or parent.removed or parent.account != account:
                raise Refusal("reply_to")

    def _unused(self, name: str, account: str) -> dict[str, Json]:
        one = self.world.get(self.platform, "picture", name)
        if one is None or one["account"] != account or "used_by" in one:
            raise Refusal("pictures")
        if self.world.now() - datetime.fromisoformat(one["at"]) > _UNUSED:
            raise Refusal("pictures")
        return dict(one)

    def _list(self, request: Request, account: str) -> Response:
        latest = self.world.now() - timedelta(seconds=self.setting("list_lag"))
        live = self.world.live(self.platform, account)
        posts = [one for one in reversed(live) if not one.removed and one.created_at <= latest]
        before, limit = request.args.get("before", ""), request.args.get("limit", "20")
        if not limit.isdecimal() or not 1 <= int(limit) <= 50 or (before and not before.isdecimal()):
            raise Refusal("bad_request")
        older = [one for one in posts if not before or int(one.id) < int(before)]
        page = [_shown(one) for one in older[: int(limit)]]
        return _json({"notices": page, "more": len(older) > len(page)})


SIMULATOR = NoticeboardSimulator


def _shown(post: LivePost) -> dict[str, Json]:
    return {
        "id": post.id,
        "text": post.text,
        "pictures": post.private["pictures"],
        "reply_to": post.parent,
        "created_at": stamp(post.created_at),
    }


def _json(body: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    said = json.dumps(body, ensure_ascii=False)
    return Response(said, status, headers=dict(headers or {}), content_type="application/json")
