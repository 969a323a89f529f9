"""Threads, pretended: containers, posts, chains of replies, lists and limits of graph.threads.net.

Sources: Meta's Threads API pages (posts, publishing, replies, troubleshooting, long-lived tokens),
checked 2026-11-23. Read independently of the room; imports nothing of it but its own parts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from connectors.sandbox_checks import epoch
from connectors.sandbox_graph import (
    GraphCall,
    GraphRefusal,
    answer,
    page_of,
    params_of,
    parse_fields,
    pick,
    time_of,
    time_text,
    token_of,
)
from connectors.sandbox_pages import post_page
from connectors.sandbox_tokens import LongTokens
from connectors.sandbox_world import AdminError, LivePost, Profile, Simulator, World
from connectors.threads.simulator_answers import ERRORS, NAMED, bad, refusal
from connectors.threads.simulator_containers import DAY, Containers, media_id_of, shortcode
from connectors.threads.simulator_media import STATUS_ERRORS

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

Json = Any

_PREFIX = "sandbox-threads-"
_SCOPES = (
    *("threads_basic", "threads_content_publish", "threads_manage_replies"),
    *("threads_read_replies", "threads_delete"),
)
_DEAD = {
    "expired": (190, 463),
    "revoked": (190, 460),
    "not-installed": (190, 458),
    "checkpoint": (190, 459),
    "unconfirmed": (190, 464),
    "logged-out": (190, 467),
    "session": (102, None),
}
_TYPES = {"TEXT": "TEXT_POST", "IMAGE": "IMAGE", "VIDEO": "VIDEO", "CAROUSEL": "CAROUSEL_ALBUM"}


class ThreadsSimulator(Simulator):
    """graph.threads.net for any number of accounts, and the page of each post at www.threads.com.

    Settings: `list_lag` seconds before a post shows in lists; `text_seconds`, `image_seconds`,
    `clip_seconds` that processing takes; `container_error` what containers made from now on end with
    (empty: nothing); `publish_race` how many times each new container, though finished, is not found by
    threads_publish; `count_bytes` whether 500 are UTF-8 bytes (else code points, emojis at their bytes),
    `too_long_status` with which HTTP status a longer text is refused; `quota_total`,
    `reply_quota_total`, `delete_quota_total` a day; `usage_percent` of the rate limit (100: refused) and
    `regain_minutes`; `token_life` seconds of a token, from its first use on.
    """

    platform = "threads"
    title = "Threads"
    hosts: ClassVar[Mapping[str, str]] = {
        "graph.threads.net": "",
        "graph.threads.com": "",
        "www.threads.com": "/web",
        "www.threads.net": "/web",
    }
    default_account = Profile("4001", "Dinas Contoh")
    settings: ClassVar[Mapping[str, Json]] = {
        "list_lag": 0.0,
        "text_seconds": 0.0,
        "image_seconds": 2.0,
        "clip_seconds": 20.0,
        "container_error": "",
        "publish_race": 0,
        "count_bytes": False,
        "too_long_status": 400,
        "quota_total": 250,
        "reply_quota_total": 1000,
        "delete_quota_total": 100,
        "usage_percent": 0,
        "regain_minutes": 0,
        "token_life": 5_183_944,
    }

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._containers = Containers(self)
        self._tokens = LongTokens(self, _PREFIX)

    def credentials(self, account: str) -> dict[str, str]:
        """A long-lived token of the account."""
        return {"token": self._tokens.of_login(account)}

    def check_error(self, wanted: Json) -> Json:
        """`{"code", "subcode"?, "on"?: read|create|publish|delete, "effect"?, "status"?, "message"?}`."""
        keys = {"code", "subcode", "on", "status", "effect", "message"}
        known = isinstance(wanted, dict) and (wanted.get("code"), wanted.get("subcode")) in ERRORS
        known = known or (isinstance(wanted, dict) and wanted.get("code") in NAMED)
        if not known or set(wanted) - keys:
            raise AdminError(f"threads has no error {wanted!r}; keys are {sorted(keys)}, names {NAMED}")
        return wanted

    def _checked(self, name: str, value: Json) -> Json:
        if name == "container_error" and value not in ("", *STATUS_ERRORS):
            raise AdminError(f"container_error is empty or one of {', '.join(STATUS_ERRORS)}")
        return super()._checked(name, value)

    def username(self, account: str) -> str:
        """The handle of an account."""
        profile = self.profile(account)
        return re.sub(r"\W+", "_", profile.name.lower() if profile else account)

    def granted(self, account: str, scope: str) -> bool:
        """Whether the account's token has a permission."""
        state = self.world.get(self.platform, "token", account) or {}
        return scope in state.get("scopes", _SCOPES)

    def handle(self, request: Request, path: str) -> Response:
        """Answer a request to the API, or show a post's page."""
        if path.startswith("/web/"):
            found = re.search(r"/post/([\w-]+)", path)
            post = self.world.post(self.platform, media_id_of(found[1])) if found else None
            return post_page(self.world, {self.platform: self}, post)
        params, account = params_of(request), ""
        try:
            route = re.sub(r"^/v1\.0(?=/)", "", path)
            account = self._account(request, params)
            reply = self._routed(GraphCall(account, params, request), route)
        except GraphRefusal as no:
            reply = no.response()
        self._usage_headers(reply, account)
        return reply

    # ── the way in ───────────────────────────────────────────────────────────

    def _account(self, request: Request, params: Mapping[str, Json]) -> str:
        token = token_of(request, params)
        if not token:
            raise refusal(2500)
        found = self._tokens.find(token)
        if found is None:
            raise refusal(190, status=401)
        account = found.account
        state = "expired" if found.ends <= self.world.now() else self.token_state(account)
        if state != "valid":
            raise refusal(*_DEAD.get(state, (190, 467)))
        return account

    def _routed(self, call: GraphCall, route: str) -> Response:
        for verb, pattern, on, scope, name in _ROUTES:
            found = re.fullmatch(pattern, route)
            if verb == call.request.method and found:
                target = found[1] if found.groups() else ""
                own = replace(call, target=call.account if target == "me" else target)
                return self._guarded(own, on, scope, getattr(self, name))
        raise refusal(2500, None, f"Unknown path components: {route}")

    def _guarded(
        self, call: GraphCall, on: str, scope: str, handler: Callable[[GraphCall], Json]
    ) -> Response:
        """Throttle, permission, the error an admin asked for; then the real thing in one transaction."""
        if self.setting("usage_percent") >= 100:
            raise refusal(4)
        if not self.granted(call.account, scope):
            raise refusal(10, status=403)
        with self.world.transaction():
            asked_for = self.take_next_error(on)
        if asked_for is not None and not asked_for.get("effect"):
            raise _as_asked(asked_for)
        with self.world.transaction():
            body = handler(call)
        if isinstance(body, GraphRefusal):
            raise body
        if asked_for is not None:
            raise _as_asked(asked_for)
        return answer(body)

    def _usage_headers(self, reply: Response, account: str) -> None:
        percent = int(self.setting("usage_percent"))
        usage = {"call_count": percent, "total_cputime": percent, "total_time": percent}
        reply.headers["X-App-Usage"] = json.dumps(usage)
        if account:
            regain = int(self.setting("regain_minutes"))
            own = {"type": "threads", **usage, "estimated_time_to_regain_access": regain}
            reply.headers["X-Business-Use-Case-Usage"] = json.dumps({account: [own]})

    # ── writing ──────────────────────────────────────────────────────────────

    def _create(self, call: GraphCall) -> Json:
        return self._containers.create(call)

    def _publish(self, call: GraphCall) -> Json:
        return self._containers.publish(call)

    def _delete(self, call: GraphCall) -> Json:
        """DELETE /{media}: 100 a day."""
        post = self._own(call)
        if self._deleted(call.account) >= self.setting("delete_quota_total"):
            raise refusal(613)
        self.world.remove(self.platform, post.id)
        now = self.world.now().isoformat()
        self.world.put(self.platform, "deleted", post.id, {"account": call.account, "at": now})
        return {"success": True, "deleted_id": post.id}

    # ── reading ──────────────────────────────────────────────────────────────

    def _refresh(self, call: GraphCall) -> Json:
        """One that is a day old, for sixty days more; how Meta words the refusal is not documented."""
        if call.text("grant_type") != "th_refresh_token":
            raise bad("Param grant_type must be th_refresh_token")
        old = self._tokens.find(token_of(call.request, call.params))
        if old is None or self.world.now() < old.since + DAY:
            raise bad("The access token is not at least 24 hours old")
        made = self._tokens.renewed(old)
        lives = int(self.setting("token_life"))
        return {"access_token": made.text, "token_type": "bearer", "expires_in": lives}

    def _debug_token(self, call: GraphCall) -> Json:
        found = self._tokens.find(call.text("input_token"))
        if found is None:
            raise bad("The access token could not be decrypted")
        account = found.account
        state, end = self.token_state(account), self.token_expires(account) or found.ends
        data: dict[str, Json] = {
            "type": "USER",
            "application": "Latihan",
            "is_valid": state == "valid",
            "user_id": account,
            "expires_at": epoch(end),
            "scopes": [scope for scope in _SCOPES if self.granted(account, scope)],
        }
        return {"data": data}

    def _limits(self, call: GraphCall) -> Json:
        self._refuse_other(call)
        replies = self._containers.used(call.account, replies=True)
        roots = self._containers.used(call.account, replies=False)
        node: dict[str, Json] = {}
        used = (
            ("", "", roots),
            ("reply_", "reply_", replies),
            ("delete_", "delete_", self._deleted(call.account)),
        )
        for name, setting, count in used:
            node[f"{name}quota_usage"] = count
            total = int(self.setting(f"{setting}quota_total"))
            node[f"{name}config"] = {"quota_total": total, "quota_duration": 86400}
        node["location_search_quota_usage"] = 0
        node["location_search_config"] = {"quota_total": 500, "quota_duration": 86400}
        wanted = parse_fields(call.text("fields")) or {"quota_usage": {}}
        for name in wanted:
            if name not in node:
                raise bad(f"Tried accessing nonexisting field ({name})")
        return {"data": [{name: node[name] for name in wanted}]}

    def _threads(self, call: GraphCall) -> Json:
        self._refuse_other(call)
        return self._listed(call, "threads", [one for one in self._posts(call) if one.parent is None])

    def _replies(self, call: GraphCall) -> Json:
        """Of an account: all it wrote as replies; of a post: those to it."""
        if call.target == call.account:
            return self._listed(call, "replies", [one for one in self._posts(call) if one.parent])
        post = self._own(call)
        return self._listed(call, "replies", [one for one in self._posts(call) if one.parent == post.id])

    def _posts(self, call: GraphCall) -> list[LivePost]:
        """Newest first; the freshest are missing for as long as lists lag."""
        latest = self.world.now() - timedelta(seconds=self.setting("list_lag"))
        since = time_of(call.text("since"), "since") if call.has("since") else None
        until = time_of(call.text("until"), "until") if call.has("until") else None
        return [
            post
            for post in reversed(self.world.live(self.platform, call.account))
            if not post.removed
            and post.created_at <= latest
            and (since is None or post.created_at >= since)
            and (until is None or post.created_at <= until)
        ]

    def _listed(self, call: GraphCall, edge: str, posts: list[LivePost]) -> Json:
        fields = parse_fields(call.text("fields")) or {"id": {}}
        shown = [pick(self._media_node(post), "ThreadsMedia", fields) for post in posts]
        home = f"{self.world.base_url}/{self.platform}/v1.0"
        return page_of(call, shown, f"{home}/{call.target}/{edge}")

    def _node(self, call: GraphCall) -> Json:
        """GET /{id}: the account, a container or a post."""
        fields = parse_fields(call.text("fields")) or {"id": {}}
        if call.target == call.account:
            profile = self.profile(call.account)
            name = profile.name if profile else ""
            node: dict[str, Callable[[], Json]] = {
                "id": lambda: call.account,
                "username": lambda: self.username(call.account),
                "name": lambda: name,
                "threads_profile_picture_url": lambda: None,
                "threads_biography": lambda: None,
            }
            return pick(node, "ThreadsUser", fields)
        record = self.world.get(self.platform, "container", call.target)
        if record is not None and record["account"] == call.account:
            state = self._containers.status(record)
            container: dict[str, Callable[[], Json]] = {
                "id": lambda: call.target,
                "status": lambda: state,
                "error_message": lambda: record["error"] if state == "ERROR" else None,
            }
            return pick(container, "ThreadsMediaBuilder", fields)
        return pick(self._media_node(self._own(call)), "ThreadsMedia", fields)

    def _media_node(self, post: LivePost) -> dict[str, Callable[[], Json]]:
        name, code = self.username(post.account), shortcode(post.id)
        first = f"{self.world.base_url}/media/{post.media[0]['sha256']}" if post.media else None
        return {
            "id": lambda: post.id,
            "media_product_type": lambda: "THREADS",
            "media_type": lambda: _TYPES[str(post.private["kind"])],
            "media_url": lambda: first,
            "permalink": lambda: f"https://www.threads.com/@{name}/post/{code}",
            "owner": lambda: {"id": post.account},
            "username": lambda: name,
            "text": lambda: post.text or None,
            "timestamp": lambda: time_text(post.created_at),
            "shortcode": lambda: code,
            "alt_text": lambda: (post.media[0]["alt"] or None) if post.media else None,
            "children": lambda: self._children(post) if len(post.media) > 1 else None,
            "link_attachment_url": lambda: post.options.get("link"),
            "topic_tag": lambda: post.options.get("topic_tag"),
            "reply_audience": lambda: str(post.options.get("reply_control", "everyone")).upper(),
            "is_reply": lambda: post.parent is not None,
            "replied_to": lambda: {"id": post.parent} if post.parent else None,
            "root_post": lambda: {"id": self._root(post)} if post.parent else None,
            "has_replies": lambda: bool(self.world.live(self.platform, parent=post.id)),
            "is_quote_post": lambda: False,
        }

    def _children(self, post: LivePost) -> Json:
        return {"data": [{"id": f"{post.id}{number:02}"} for number in range(1, len(post.media) + 1)]}

    def _root(self, post: LivePost) -> str:
        while post.parent and (above := self.world.post(self.platform, post.parent)) is not None:
            post = above
        return post.id

    def _own(self, call: GraphCall) -> LivePost:
        post = self.world.post(self.platform, call.target)
        if post is None or post.removed or post.account != call.account:
            raise refusal(100, 33)
        return post

    def _deleted(self, account: str) -> int:
        since = self.world.now() - DAY
        return sum(
            one["account"] == account and datetime.fromisoformat(one["at"]) > since
            for one in self.world.all(self.platform, "deleted").values()
        )

    def _refuse_other(self, call: GraphCall) -> None:
        if call.target != call.account:
            raise refusal(100, 33)


SIMULATOR = ThreadsSimulator

_ROUTES = (
    ("GET", r"/refresh_access_token", "read", "threads_basic", "_refresh"),
    ("GET", r"/debug_token", "read", "threads_basic", "_debug_token"),
    ("GET", r"/(\w+)/threads_publishing_limit", "read", "threads_basic", "_limits"),
    ("GET", r"/(\w+)/threads", "read", "threads_basic", "_threads"),
    ("GET", r"/(\w+)/replies", "read", "threads_basic", "_replies"),
    ("GET", r"/(\w+)", "read", "threads_basic", "_node"),
    ("POST", r"/(\w+)/threads", "create", "threads_content_publish", "_create"),
    ("POST", r"/(\w+)/threads_publish", "publish", "threads_content_publish", "_publish"),
    ("DELETE", r"/(\w+)", "delete", "threads_delete", "_delete"),
)


def _as_asked(asked_for: Mapping[str, Json]) -> GraphRefusal:
    if asked_for["code"] in NAMED:
        return bad(asked_for["code"], asked_for.get("status"))
    return refusal(
        asked_for["code"], asked_for.get("subcode"), asked_for.get("message"), asked_for.get("status")
    )
