"""TikTok, pretended: the Content Posting and Display routes and OAuth, as strict as the platform.

Source: TikTok's developer pages (checked 2026-11-23). This file is read independently of the room and
imports nothing of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from werkzeug.wrappers import Response

from connectors.sandbox_pages import post_page
from connectors.sandbox_world import AdminError, LivePost, Profile, Simulator, World
from connectors.tiktok.simulator_answers import (
    ERRORS,
    FAIL_REASONS,
    TRAPS,
    OAuthRefusal,
    Refusal,
    bad,
    flat,
    good,
    wrong,
)
from connectors.tiktok.simulator_bodies import PRIVACY, photo_body, video_body
from connectors.tiktok.simulator_display import Display
from connectors.tiktok.simulator_oauth import OAuth
from connectors.tiktok.simulator_posts import Posts, Task

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

Json = Any

_DAY = timedelta(hours=24)


@dataclass(frozen=True)
class _Route:
    """A path, its name, how often a token may call it in a minute, and the scope it needs."""

    method: str
    path: str
    name: str
    per_minute: int
    scope: str


_PUBLISH, _UPLOAD = "video.publish", "video.upload"
_ROUTES = {
    (route.method, route.path): route
    for route in (
        _Route("POST", "/v2/post/publish/creator_info/query/", "creator_info", 20, _PUBLISH),
        _Route("POST", "/v2/post/publish/video/init/", "video_init", 6, _PUBLISH),
        _Route("POST", "/v2/post/publish/inbox/video/init/", "inbox_init", 6, _UPLOAD),
        _Route("POST", "/v2/post/publish/content/init/", "content_init", 6, ""),
        _Route("POST", "/v2/post/publish/status/fetch/", "status", 30, ""),
        _Route("POST", "/v2/post/publish/cancel/", "cancel", 30, ""),
        _Route("POST", "/v2/video/list/", "video_list", 600, "video.list"),
        _Route("POST", "/v2/video/query/", "video_query", 600, "video.list"),
        _Route("GET", "/v2/user/info/", "user_info", 600, "user.info.basic"),
    )
}


class TikTokSimulator(Simulator):
    """open.tiktokapis.com for any number of accounts, and the page of each post at www.tiktok.com.

    Settings: `audited` whether TikTok has audited the client; `private_account`; `comment_disabled`,
    `duet_disabled`, `stitch_disabled`, `max_video_seconds` as creator_info tells them;
    `verified_domains`: prefixes or hosts that may be fetched from, by https or on this machine; `hosting`
    stands for the practice host; `upload_life` of an upload_url, `processing_seconds`, `moderation_seconds`
    until a public post's id is told, `list_lag` of video.list; `daily_cap` posts per creator and 24 hours,
    `pending_cap` drafts,
    `user_cap` creators of an unaudited client; `quota` calls per minute by route; `access_life` and
    `refresh_life` of tokens, from their first use on; `oauth_error_status`: 200 as some have seen.
    """

    platform = "tiktok"
    title = "TikTok"
    hosts: ClassVar[Mapping[str, str]] = {
        "open.tiktokapis.com": "",
        "www.tiktok.com": "/web",
    }
    default_account = Profile("5001", "Dinas Contoh")
    account_ids = r"[\w-]{4,64}"
    settings: ClassVar[Mapping[str, Json]] = {
        "audited": True,
        "private_account": False,
        "comment_disabled": False,
        "duet_disabled": False,
        "stitch_disabled": False,
        "max_video_seconds": 600,
        "verified_domains": ["hosting"],
        "upload_life": 3600.0,
        "processing_seconds": 2.0,
        "moderation_seconds": 60.0,
        "list_lag": 0.0,
        "daily_cap": 15,
        "pending_cap": 5,
        "user_cap": 5,
        "quota": {},
        "access_life": 7200,
        "refresh_life": 180 * 86400,
        "oauth_error_status": 400,
    }

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._posts = Posts(self)
        self._display = Display(self)
        self._oauth = OAuth(self)

    def credentials(self, account: str) -> dict[str, str]:
        """What the owner has after logging in once."""
        return self._oauth.credentials(account)

    def username(self, account: str) -> str:
        """The handle in links."""
        return f"contoh_{account}"

    def check_error(self, wanted: Json) -> Json:
        """`{"code", "on"}`: a code on a route (or on `upload`), or a fail reason on `process`."""
        names = [route.name for route in _ROUTES.values()]
        on = wanted.get("on", "video_init") if isinstance(wanted, dict) else None
        codes = FAIL_REASONS if on == "process" else tuple(ERRORS)
        if on not in (*names, "upload", "process") or wanted.get("code") not in codes:
            raise AdminError(
                f"next_error takes on ({', '.join(names)}, upload) with a code ({', '.join(ERRORS)}), "
                f"or on process with one of {', '.join(FAIL_REASONS)}"
            )
        return {"code": wanted["code"], "on": on}

    def admin(self, change: Mapping[str, Json]) -> dict[str, Json]:
        """Also `finish_draft`: a publish_id that a person now posts from the inbox."""
        rest = dict(change)
        draft = rest.pop("finish_draft", None)
        answer = super().admin(rest)
        if draft is not None:
            try:
                answer["post_id"] = self._posts.finish_draft(str(draft))
            except LookupError as error:
                raise AdminError(f"no draft {draft!r} waits in an inbox") from error
        return answer

    def drafts(self) -> list[LivePost]:
        """What lies in inboxes."""
        return self._posts.drafts()

    def finish(self, draft: str) -> LivePost:
        """What `finish_draft` does, for people at the sandbox's page."""
        post = self.world.post(self.platform, self._posts.finish_draft(draft))
        if post is None:
            raise LookupError(draft)
        return post

    # ── requests ─────────────────────────────────────────────────────────────

    def handle(self, request: Request, path: str) -> Response:
        """Answer a request to the API, take a chunk, or show a post's page."""
        if path.startswith("/web/"):
            post = self.world.post(self.platform, path.rstrip("/").rpartition("/")[2])
            return post_page(self.world, {self.platform: self}, post)
        if path.startswith("/v2/oauth/"):
            return self._answer_oauth(request, path)
        log_id = f"{self.world.now():%Y%m%d%H%M%S}{request.content_length or 0:012X}"
        try:
            if path.rstrip("/") == "/upload" and request.method == "PUT":
                return self._receive(request)
            return good(self._asked(request, path), log_id)
        except Refusal as refusal:
            return bad(refusal, log_id)

    def _answer_oauth(self, request: Request, path: str) -> Response:
        try:
            with self.world.transaction():
                return flat(self._oauth.answer(request, path))
        except OAuthRefusal as refusal:
            told = {"error": refusal.code, "error_description": refusal.words, "log_id": "0"}
            return flat(told, int(self.setting("oauth_error_status")))

    def _receive(self, request: Request) -> Response:
        with self.world.transaction():
            asked_for = self.take_next_error("upload")
        if asked_for is not None:
            raise Refusal(asked_for["code"])
        with self.world.transaction():
            status, headers = self._posts.receive(request)
        return Response(b"", status, headers=dict(headers))

    def _asked(self, request: Request, path: str) -> Json:
        route = _ROUTES.get((request.method, path if path.endswith("/") else f"{path}/"))
        if route is None:
            raise Refusal("invalid_params", f"Unsupported path: {request.method} {path}", status=404)
        with self.world.transaction():
            account, scopes = self._oauth.account(request)
            self._need(route.scope, scopes)
            asked_for = self.take_next_error(route.name)
            limited = not self._count(account, route)
        if limited:
            raise Refusal("rate_limit_exceeded")
        if asked_for is not None:
            raise self._in_manner(Refusal(asked_for["code"]), route)
        answer: Callable[[str, Request], Json] = getattr(self, f"_{route.name}")
        try:
            with self.world.transaction():
                if route.name == "content_init":
                    self._need(_photo_scope(_body(request)), scopes)
                return answer(account, request)
        except Refusal as refusal:
            raise self._in_manner(refusal, route) from None

    def _in_manner(self, refusal: Refusal, route: _Route) -> Refusal:
        """creator_info tells of caps with HTTP 200."""
        if route.name == "creator_info" and refusal.code in TRAPS:
            refusal.status = 200
        return refusal

    def _need(self, scope: str, granted: tuple[str, ...]) -> None:
        if scope and scope not in granted:
            raise Refusal("scope_not_authorized")

    def _count(self, account: str, route: _Route) -> bool:
        """One call more within the last minute, if there is room; it slides."""
        now, key = self.world.now().timestamp(), f"{route.name}:{account}"
        limit = int(self.setting("quota").get(route.name, route.per_minute))
        calls = [at for at in self.world.get(self.platform, "calls", key) or [] if now - 60 < at <= now]
        allowed = len(calls) < limit
        self.world.put(self.platform, "calls", key, [*calls, *([now] if allowed else [])])
        return allowed

    # ── publishing ───────────────────────────────────────────────────────────

    def _creator_info(self, account: str, request: Request) -> Json:
        self._refuse_spam(account)
        profile = self.profile(account)
        return {
            "creator_avatar_url": f"{self.world.base_url}/{self.platform}/web/@{self.username(account)}",
            "creator_username": self.username(account),
            "creator_nickname": profile.name if profile else "",
            "privacy_level_options": self._options(),
            "comment_disabled": bool(self.setting("comment_disabled")),
            "duet_disabled": bool(self.setting("duet_disabled")),
            "stitch_disabled": bool(self.setting("stitch_disabled")),
            "max_video_post_duration_sec": int(self.setting("max_video_seconds")),
        }

    def _video_init(self, account: str, request: Request) -> Json:
        body = video_body(_body(request), direct=True)
        self._refuse_direct(account, body["post_info"])
        self._refuse_urls([body["source_info"].get("video_url")])
        return self._begun(self._posts.begin(account, "video", body, direct=True))

    def _inbox_init(self, account: str, request: Request) -> Json:
        body = video_body(_body(request), direct=False)
        self._refuse_pending(account)
        self._refuse_urls([body["source_info"].get("video_url")])
        return self._begun(self._posts.begin(account, "video", body, direct=False))

    def _content_init(self, account: str, request: Request) -> Json:
        body = photo_body(_body(request))
        direct = body["post_mode"] == "DIRECT_POST"
        if direct:
            self._refuse_direct(account, body["post_info"])
        else:
            self._refuse_pending(account)
        self._refuse_urls(body["source_info"]["photo_images"])
        return self._begun(self._posts.begin(account, "photo", body, direct=direct))

    def _begun(self, task: Task) -> Json:
        uploads = {"upload_url": self._posts.upload_url(task)} if task["uploads"] else {}
        return {"publish_id": task["publish_id"], **uploads}

    def _status(self, account: str, request: Request) -> Json:
        return self._posts.status(self._own_task(account, request))

    def _cancel(self, account: str, request: Request) -> Json:
        self._posts.cancel(self._own_task(account, request))
        return {}

    def _own_task(self, account: str, request: Request) -> Task:
        body = _body(request)
        if not isinstance(body, dict) or not isinstance(body.get("publish_id"), str):
            raise wrong("publish_id is missing")
        task = self._posts.task(body["publish_id"])
        if task is None:
            raise Refusal("invalid_publish_id")
        if task["account"] != account:
            raise Refusal("token_not_authorized_for_specified_publish_id")
        return task

    # ── what is refused ──────────────────────────────────────────────────────

    def _options(self) -> list[str]:
        """Of a public account, or a private one; in TikTok's order."""
        hidden = "PUBLIC_TO_EVERYONE" if self.setting("private_account") else "FOLLOWER_OF_CREATOR"
        return [level for level in PRIVACY if level != hidden]

    def _refuse_direct(self, account: str, info: Mapping[str, Json]) -> None:
        private = bool(self.setting("private_account"))
        if not self.setting("audited") and (not private or info["privacy_level"] != "SELF_ONLY"):
            raise Refusal("unaudited_client_can_only_post_to_private_accounts")
        if info["privacy_level"] not in self._options():
            raise Refusal("privacy_level_option_mismatch")
        self._refuse_spam(account)

    def _refuse_spam(self, account: str) -> None:
        if self.token_state(account) == "banned":
            raise Refusal("spam_risk_user_banned_from_posting")
        since = self.world.now() - _DAY
        direct = [task for task in self._posts.tasks(account, since) if task["direct"] and _counts(task)]
        if len(direct) >= int(self.setting("daily_cap")):
            raise Refusal("spam_risk_too_many_posts")
        others = {
            one.id
            for one in self.accounts()
            if any(task["direct"] for task in self._posts.tasks(one.id, since)) and one.id != account
        }
        if not self.setting("audited") and len(others) >= int(self.setting("user_cap")):
            raise Refusal("reached_active_user_cap")

    def _refuse_pending(self, account: str) -> None:
        if self.token_state(account) == "banned":
            raise Refusal("spam_risk_user_banned_from_posting")
        recent = self._posts.tasks(account, self.world.now() - _DAY)
        waiting = [task for task in recent if not task["direct"] and "finished_at" not in task]
        if len([task for task in waiting if _counts(task)]) >= int(self.setting("pending_cap")):
            raise Refusal("spam_risk_too_many_pending_share")

    def _refuse_urls(self, urls: list[str | None]) -> None:
        """https, on a domain or below a prefix that was verified; the practice host is on this machine."""
        verified = [str(one) for one in self.setting("verified_domains")]
        practice = f"{self.world.base_url}/hosting/"
        for url in filter(None, urls):
            if "hosting" in verified and url.startswith(practice):
                continue
            if not any(_below(url, one) for one in verified):
                raise Refusal("url_ownership_unverified")

    # ── reading ──────────────────────────────────────────────────────────────

    def _user_info(self, account: str, request: Request) -> Json:
        granted = self._oauth.account(request)[1]
        return self._display.user(account, request.args.get("fields", ""), granted)

    def _video_list(self, account: str, request: Request) -> Json:
        return self._display.videos(account, request.args.get("fields", ""), _body(request) or {})

    def _video_query(self, account: str, request: Request) -> Json:
        return self._display.query(account, request.args.get("fields", ""), _body(request) or {})


def _counts(task: Task) -> bool:
    """Whether a task counts: one whose bytes never came, or that failed, is no post."""
    return "ready_at" in task and not task["failed"]


def _photo_scope(body: Json) -> str:
    inbox = isinstance(body, dict) and body.get("post_mode") == "MEDIA_UPLOAD"
    return _UPLOAD if inbox else _PUBLISH


def _below(url: str, verified: str) -> bool:
    """A verified entry is a domain (with all below it), or a prefix; http only on this machine."""
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    if not parts.hostname or (parts.scheme != "https" and not local):
        return False
    if "://" in verified:
        return url.startswith(verified)
    return re.search(rf"(^|\.){re.escape(verified)}$", parts.hostname) is not None


def _body(request: Request) -> Json:
    if not request.content_length:
        return None
    if request.mimetype != "application/json":
        raise wrong("Content-Type must be application/json; charset=UTF-8")
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise wrong("The body is not a JSON object")
    return body


SIMULATOR = TikTokSimulator
