"""Instagram, pretended: containers, publishing, comments and lists at both hosts, and the page of each post.

Sources: Meta's Content Publishing, IG User, IG Media, IG Comment, access token and rate limiting
pages (checked 2026-11-23). Read independently of the room; imports nothing of it but its own parts,
simulator_*.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from werkzeug.wrappers import Response

from connectors.instagram.simulator_answers import ERRORS, INVALID_LOCATION, STATUS_CODES, refusal
from connectors.instagram.simulator_containers import Containers
from connectors.instagram.simulator_shelf import Shelf, username
from connectors.sandbox_checks import epoch
from connectors.sandbox_graph import GraphCall, GraphRefusal, answer, bad, gone, params_of, token_of
from connectors.sandbox_pages import not_found, post_page
from connectors.sandbox_tokens import LongTokens
from connectors.sandbox_world import AdminError, Profile, Simulator, World

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

Json = Any

_PREFIX = "sandbox-instagram-"
_NEWEST = 27
_BASIC, _PUBLISH, _COMMENTS, _DELETE = "basic", "content_publish", "manage_comments", "manage_contents"
_DEAD = {
    "expired": (190, 463),
    "revoked": (190, 460),
    "not-installed": (190, 458),
    "checkpoint": (190, 459),
    "unconfirmed": (190, 464),
    "logged-out": (190, 467),
    "no-role": (190, 492),
    "session": (102, None),
}
_SCOPES = {
    "instagram": tuple(f"instagram_business_{one}" for one in (_BASIC, _PUBLISH, _COMMENTS, _DELETE)),
    "facebook": (
        *(f"instagram_{one}" for one in (_BASIC, _PUBLISH, _COMMENTS, _DELETE)),
        "pages_show_list",
        "pages_read_engagement",
    ),
}
_FACEBOOK, _RUPLOAD, _WEB = "/facebook-login", "/rupload", "/web"


class InstagramSimulator(Simulator):
    """graph.instagram.com and Instagram's part of graph.facebook.com, for any number of accounts.

    Settings: `login` the way the token was given: instagram or facebook (the other host refuses it), both;
    `image_seconds`, `clip_seconds` that processing takes; `container_error` the subcode with which
    containers made from now on end (0: none); `list_lag` seconds before a post shows in lists;
    `quota_total` posts a day; `comment_limit` characters; `collaborators_allowed`; `invalid_locations`;
    `rupload` whether uploads are offered to tokens of Instagram Login; `usage_percent` of the rate limit
    (100: refused) and `regain_minutes`; `token_life` seconds of a token, from its first use on.
    """

    platform = "instagram"
    title = "Instagram"
    hosts: ClassVar[Mapping[str, str]] = {
        "graph.instagram.com": "",
        "graph.facebook.com": _FACEBOOK,
        "rupload.facebook.com": _RUPLOAD,
        "www.instagram.com": _WEB,
    }
    default_account = Profile("3001", "Dinas Contoh")
    settings: ClassVar[Mapping[str, Json]] = {
        "login": "both",
        "image_seconds": 2.0,
        "clip_seconds": 20.0,
        "container_error": 0,
        "list_lag": 0.0,
        "quota_total": 50,
        "comment_limit": 2200,
        "collaborators_allowed": True,
        "invalid_locations": [],
        "rupload": True,
        "usage_percent": 0,
        "regain_minutes": 0,
        "token_life": 5_183_944,
    }

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._tokens = LongTokens(self, _PREFIX)
        containers = Containers(self)
        self._parts = {"": self, "containers": containers, "shelf": Shelf(self, containers)}

    def credentials(self, account: str) -> dict[str, str]:
        """A token that stands for either login; POST /admin/platform `login` narrows it."""
        return {"token": self._tokens.of_login(account)}

    def check_error(self, wanted: Json) -> Json:
        """`{"code", "subcode"?, "on"?, "effect"?: bool}`.

        `on` is read, media, publish, comments, upload, update or delete.
        """
        keys = {"code", "subcode", "on", "status", "effect", "message"}
        known = isinstance(wanted, dict) and (wanted.get("code"), wanted.get("subcode")) in ERRORS
        known = known or (isinstance(wanted, dict) and wanted.get("code") == INVALID_LOCATION)
        if not known or set(wanted) - keys:
            raise AdminError(f"instagram has no error {wanted!r}; keys are {sorted(keys)}")
        return wanted

    def _checked(self, name: str, value: Json) -> Json:
        if name == "login" and value not in ("instagram", "facebook", "both"):
            raise AdminError("login is instagram, facebook or both")
        if name == "container_error" and value not in (0, *STATUS_CODES):
            raise AdminError(f"container_error is 0 or one of {STATUS_CODES}")
        return super()._checked(name, value)

    def handle(self, request: Request, path: str) -> Response:
        """Answer a request to one of the hosts, or show a post's page."""
        if path.startswith(f"{_WEB}/"):
            return self._page(path.removeprefix(_WEB))
        account = ""
        try:
            login, route = _login(path)
            params = params_of(request)
            account = self._speaks_for(request, params, login, route)
            reply = self._routed(GraphCall(account, params, request, via=login), route)
        except GraphRefusal as refused:
            reply = refused.response()
        reply.headers["facebook-api-version"] = f"v{_NEWEST - 1}.0"
        self._usage_headers(reply, account)
        return reply

    def _page(self, path: str) -> Response:
        """The page of a post; that of a story is gone after its day."""
        bare = path.rstrip("/")
        for post in self.world.live(self.platform):
            own = post.path.removeprefix("/instagram/web").partition("#")[0].rstrip("/")
            over = post.options.get("placement") == "story" and self.world.now() - post.created_at > _DAY
            if post.kind == "root" and own == bare and not over:
                return post_page(self.world, {self.platform: self}, post)
        return not_found()

    # ── the way in ───────────────────────────────────────────────────────────

    def _speaks_for(self, request: Request, params: Mapping[str, Json], login: str, route: str) -> str:
        """The account that a request's token speaks for."""
        token = token_of(request, params)
        if not token:
            words = "An access token is required to request this resource."
            raise refusal(2500, None, None if route.startswith("/me") else words)
        found = self._tokens.find(token)
        allowed = self.setting("login")
        foreign = login != "any" and allowed not in ("both", login)
        if found is None or foreign:
            raise refusal(190, status=401 if login == "instagram" else None)
        account = found.account
        # At the other host it stands for a Page token, which has no end.
        over = login == "instagram" and found.ends <= self.world.now()
        state = "expired" if over else self.token_state(account)
        if state != "valid":
            raise refusal(*_DEAD.get(state, (190, 467)))
        return account

    def _routed(self, call: GraphCall, route: str) -> Response:
        method = "DELETE" if call.params.get("method") == "delete" else call.request.method
        for verb, pattern, on, scope, where, handler in _ROUTES:
            found = re.fullmatch(pattern, route)
            if verb == method and found and where in ("", call.via):
                target = found.group(1) if found.groups() else ""
                own = replace(call, target=call.account if target == "me" else target)
                return self._guarded(own, on, scope, handler)
        raise refusal(2500, None, f"Unknown path components: {route}")

    def _guarded(self, call: GraphCall, on: str, scope: str, handler: str) -> Response:
        """Throttle, permission, the error an admin asked for; then the real thing."""
        if self.setting("usage_percent") >= 100:
            raise refusal(80002)
        granted = {one.removeprefix("instagram_").removeprefix("business_") for one in self._scopes(call)}
        if scope and scope not in granted:
            raise refusal(10, status=403)
        if on in ("media", "publish") and call.target != call.account:
            raise gone(call.target, "post")
        if on == "upload" and not self._may_upload():
            raise bad("Resumable uploads are not offered to this login")
        with self.world.transaction():
            asked_for = self.take_next_error(on)
        if asked_for is not None and not asked_for.get("effect"):
            raise _as_asked(asked_for)
        body = self._done(call, on, handler)
        if asked_for is not None:
            raise _as_asked(asked_for)
        return body if isinstance(body, Response) else answer(body)

    def _done(self, call: GraphCall, on: str, handler: str) -> Json:
        part, _, name = handler.rpartition(".")
        method: Callable[[GraphCall], Json] = getattr(self._parts[part], name)
        if on in ("media", "upload"):
            # Media are fetched here, which may take its time: the other platforms need not wait.
            return method(call)
        with self.world.transaction():
            return method(call)

    def _may_upload(self) -> bool:
        return bool(self.setting("rupload")) or self.setting("login") == "facebook"

    def _scopes(self, call: GraphCall) -> list[str]:
        state = self.world.get(self.platform, "token", call.account) or {}
        login = "facebook" if call.via == "facebook" else "instagram"
        return list(state.get("scopes", _SCOPES[login]))

    def _usage_headers(self, reply: Response, account: str) -> None:
        percent = int(self.setting("usage_percent"))
        usage = {"call_count": percent, "total_cputime": percent, "total_time": percent}
        reply.headers["X-App-Usage"] = json.dumps(usage)
        if account:
            regain = int(self.setting("regain_minutes"))
            own = {"type": "instagram", **usage, "estimated_time_to_regain_access": regain}
            reply.headers["X-Business-Use-Case-Usage"] = json.dumps({account: [own]})

    # ── who ──────────────────────────────────────────────────────────────────

    def _accounts(self, call: GraphCall) -> Json:
        """GET /me/accounts of Facebook Login: the Page, and the Instagram account behind it."""
        profile = self.profile(call.account)
        name = profile.name if profile else ""
        linked = {"id": call.account, "username": username(name)}
        token = self.credentials(call.account)["token"]
        page = {"id": f"1{call.account}", "name": name, "access_token": token}
        return {"data": [{**page, "instagram_business_account": linked}]}

    def _debug_token(self, call: GraphCall) -> Json:
        found = self._tokens.find(call.text("input_token"))
        if found is None:
            raise bad("The access token could not be decrypted")
        account = found.account
        expires, state = self.token_expires(account), self.token_state(account)
        told = self.token_expires(account, "data_access_expires_at")
        reads_until = told or self.world.now() + timedelta(days=90)
        return {
            "data": {
                "type": "USER",
                "application": "Latihan",
                "expires_at": epoch(expires) if expires else 0,
                "data_access_expires_at": epoch(reads_until),
                "is_valid": state == "valid",
                "user_id": account,
                "scopes": self._scopes(call),
            }
        }

    def _refresh(self, call: GraphCall) -> Json:
        """GET /refresh_access_token: one that is a day old, for sixty days more."""
        if call.text("grant_type") != "ig_refresh_token":
            raise bad("Unsupported grant_type")
        old = self._tokens.find(token_of(call.request, call.params))
        # How Meta words this refusal is not documented.
        if old is None or self.world.now() < old.since + _DAY:
            raise bad("The access token is not at least 24 hours old")
        with self.world.transaction():
            made = self._tokens.renewed(old)
        lives = int(self.setting("token_life"))
        return {"access_token": made.text, "token_type": "bearer", "expires_in": lives}


SIMULATOR = InstagramSimulator

_DAY = timedelta(hours=24)

_ROUTES = (
    ("GET", r"/refresh_access_token", "read", _BASIC, "instagram", "_refresh"),
    ("GET", r"/debug_token", "read", "", "facebook", "_debug_token"),
    ("GET", r"/me/accounts", "read", "", "facebook", "_accounts"),
    ("POST", r"/ig-api-upload/(?:v\d+\.\d+/)?([^/]+)", "upload", _PUBLISH, "any", "containers.upload"),
    ("GET", r"/([^/]+)/media", "read", _BASIC, "", "shelf.media"),
    ("GET", r"/([^/]+)/stories", "read", _BASIC, "", "shelf.stories"),
    ("GET", r"/([^/]+)/comments", "read", _BASIC, "", "shelf.comments"),
    ("GET", r"/([^/]+)/content_publishing_limit", "read", _PUBLISH, "", "shelf.limit"),
    ("GET", r"/([^/]+)", "read", _BASIC, "", "shelf.node"),
    ("POST", r"/([^/]+)/media", "media", _PUBLISH, "", "containers.create"),
    ("POST", r"/([^/]+)/media_publish", "publish", _PUBLISH, "", "containers.publish"),
    ("POST", r"/([^/]+)/comments", "comments", _COMMENTS, "", "shelf.comment"),
    ("POST", r"/([^/]+)", "update", _COMMENTS, "", "shelf.update"),
    ("DELETE", r"/([^/]+)", "delete", _DELETE, "", "shelf.delete"),
)


def _login(path: str) -> tuple[str, str]:
    """Which login's host a path belongs to (`any`: the uploads'), and the path without host and version."""
    if path.startswith(f"{_RUPLOAD}/"):
        return "any", path.removeprefix(_RUPLOAD)
    login, rest = "instagram", path
    if path.startswith(f"{_FACEBOOK}/"):
        login, rest = "facebook", path.removeprefix(_FACEBOOK)
    found = re.match(r"/v(\d+)\.(\d+)(/.*)?$", rest)
    if found is None:
        return login, rest
    if int(found[1]) > _NEWEST or int(found[2]):
        raise refusal(2500, None, f"Unknown path components: {rest}")
    return login, found[3] or "/"


def _as_asked(asked_for: Mapping[str, Json]) -> GraphRefusal:
    if asked_for["code"] == INVALID_LOCATION:
        return bad(INVALID_LOCATION)
    return refusal(
        asked_for["code"], asked_for.get("subcode"), asked_for.get("message"), asked_for.get("status")
    )
