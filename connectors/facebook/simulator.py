"""Facebook Pages, pretended: Graph API routes that publish to a Page, read it back and comment.

Sources: Meta's Pages, Page/feed, Page/photos, access token and rate limiting pages (checked
2026-11-23). Read independently of the room; imports nothing of it but its own parts, simulator_*.py.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from connectors.facebook.simulator_answers import ERRORS, Call, Refusal, bad
from connectors.facebook.simulator_cinema import Cinema, UploadRefusal
from connectors.facebook.simulator_lists import Lists
from connectors.facebook.simulator_press import Press, photo_bytes
from connectors.facebook.simulator_shelf import Shelf
from connectors.sandbox_checks import epoch
from connectors.sandbox_graph import GraphRefusal, answer, params_of, parse_fields, pick, token_of
from connectors.sandbox_pages import post_page
from connectors.sandbox_world import AdminError, Profile, Simulator, World

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

Json = Any

APP_ID = "sandbox-facebook-app"
APP_PROOF_KEY = "sandbox-facebook-app-secret"
_PREFIX = "sandbox-facebook-"
_OLDEST, _NEWEST = 21, 27
_MINORS = {2: 12, 3: 3}
"""The last minor version of those that had any (Meta's changelog, checked 2026-11-23)."""
_SCOPES = ("pages_show_list", "pages_read_engagement", "pages_manage_posts", "pages_manage_engagement")
# What a dead token is called by, and how Graph answers it.
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


class FacebookSimulator(Simulator):
    """graph.facebook.com for any number of Pages, and the page of each post at www.facebook.com.

    Settings: `list_lag` seconds before a post shows in lists; `message_limit` characters;
    `unscrapeable` hosts whose links fail; `refuse_repeats` answers 506 to the same words twice in a
    row (off: Facebook takes two equal posts); `usage_percent` of the rate limit (100: refused) and
    `regain_minutes`; `require_proof` asks for appsecret_proof; `reels_a_day` are taken; a clip
    takes `processing_seconds` after its finish, and fails if `processing_result` is not `succeeded`;
    /videos asks for `piece_bytes` at once.
    """

    platform = "facebook"
    title = "Facebook"
    hosts: ClassVar[Mapping[str, str]] = {
        "graph.facebook.com": "",
        "graph-video.facebook.com": "",
        "rupload.facebook.com": "/rupload",
        "www.facebook.com": "/web",
    }
    default_account = Profile("1001", "Dinas Contoh")
    settings: ClassVar[Mapping[str, Json]] = {
        "list_lag": 0.0,
        "message_limit": 63206,
        "unscrapeable": [],
        "refuse_repeats": False,
        "usage_percent": 0,
        "regain_minutes": 0,
        "require_proof": False,
        "reels_a_day": 30,
        "processing_seconds": 0.0,
        "processing_result": "succeeded",
        "piece_bytes": 1 << 20,
    }

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._shelf = Shelf(self)
        self._cinema = Cinema(self, self._shelf)
        self._parts = {
            "": self,
            "lists": Lists(self, self._shelf),
            "press": Press(self, self._shelf),
            "cinema": self._cinema,
        }

    def credentials(self, account: str) -> dict[str, str]:
        """A Page access token, and the app's id and secret that proofs are made with."""
        return {"token": f"{_PREFIX}{account}", "app_id": APP_ID, "app_secret": APP_PROOF_KEY}

    def check_error(self, wanted: Json) -> Json:
        """`{"code", "subcode"?, "on"?, "effect"?: bool}`.

        `on`: read, feed, photos, comments, update, delete, reels, videos, stories, upload.
        """
        keys = {"code", "subcode", "on", "status", "effect", "message"}
        known = isinstance(wanted, dict) and (wanted.get("code"), wanted.get("subcode")) in ERRORS
        if not known or set(wanted) - keys:
            raise AdminError(f"facebook has no error {wanted!r}; keys are {sorted(keys)}")
        return wanted

    def handle(self, request: Request, path: str) -> Response:
        """Answer a request to the API, or show a post's page."""
        if path.startswith("/web/"):
            with self.world.transaction():
                self._pass_time()
            post_id = _shown_at(path)
            return post_page(self.world, {self.platform: self}, self.world.post(self.platform, post_id))
        params = params_of(request)
        page = ""
        try:
            version, route = self._version(path)
            page = self._page(params, request, route)
            call = Call(page, params, request, version=version)
            reply = self._routed(call, route)
        except UploadRefusal as refusal:
            return refusal.response()
        except GraphRefusal as refusal:
            reply, version = refusal.response(), f"v{_NEWEST}.0"
        reply.headers["facebook-api-version"] = version
        self._usage_headers(reply, page)
        return reply

    # ── the way in ───────────────────────────────────────────────────────────

    def _version(self, path: str) -> tuple[str, str]:
        """Version and the rest of the path; old versions are answered by the oldest still alive."""
        found = re.match(r"/v(\d+)\.(\d+)(/.*)?$", path)
        if found is None:
            return f"v{_OLDEST}.0", path
        major, minor = int(found.group(1)), int(found.group(2))
        if major > _NEWEST or minor > _MINORS.get(major, 0):
            raise Refusal(2500, None, f"Unknown path components: {path}")
        return f"v{max(major, _OLDEST)}.0", found.group(3) or "/"

    def _page(self, params: Mapping[str, Json], request: Request, route: str) -> str:
        """The Page a request's token speaks for."""
        token = token_of(request, params)
        if route == "/debug_token" and token == f"{APP_ID}|{APP_PROOF_KEY}":
            return ""
        if not token:
            words = "An access token is required to request this resource."
            raise Refusal(2500, None, None if route.startswith("/me") else words)
        page = token.removeprefix(_PREFIX)
        if page == token or self.profile(page) is None:
            raise Refusal(190, status=401)
        state = self.token_state(page)
        if state != "valid":
            raise Refusal(*_DEAD.get(state, (190, 467)))
        self._refuse_proof(token, params.get("appsecret_proof"))
        return page

    def _refuse_proof(self, token: str, proof: Json) -> None:
        wanted = hmac.new(APP_PROOF_KEY.encode(), token.encode(), hashlib.sha256).hexdigest()
        if proof is None and self.setting("require_proof"):
            raise bad("API calls from the server require an appsecret_proof argument")
        if proof is not None and not hmac.compare_digest(str(proof), wanted):
            raise bad("Invalid appsecret_proof provided in the API argument")

    def _routed(self, call: Call, route: str) -> Response:
        method = "DELETE" if call.params.get("method") == "delete" else call.request.method
        for verb, pattern, on, scope, handler in _ROUTES:
            found = re.fullmatch(pattern, route)
            if verb == method and found:
                target = found.group(1) if found.groups() else ""
                own = replace(call, target=call.account if target == "me" else target)
                return self._guarded(own, on, scope, handler)
        raise Refusal(2500, None, f"Unknown path components: {route}")

    def _guarded(self, call: Call, on: str, scope: str, handler: str) -> Response:
        """Throttle, permission, the error an admin asked for; then the real thing in one transaction."""
        if self.setting("usage_percent") >= 100:
            raise Refusal(80001)
        granted = self._scopes(call.account)
        if call.account and scope and scope not in granted:
            raise Refusal(10 if scope == "pages_read_engagement" else 200, status=403)
        bytes_ = photo_bytes(call) if on == "photos" else None
        with self.world.transaction():
            asked_for = self.take_next_error(on)
        if asked_for is not None and not asked_for.get("effect"):
            raise _as_asked(asked_for)
        with self.world.transaction():
            self._pass_time()
            part, _, name = handler.rpartition(".")
            method: Callable[..., Json] = getattr(self._parts[part], name)
            body = method(call) if bytes_ is None else method(call, *bytes_)
        if asked_for is not None:
            raise _as_asked(asked_for)
        return body.response() if isinstance(body, UploadRefusal) else answer(body)

    def _pass_time(self) -> None:
        self._shelf.publish_due()
        self._cinema.sweep()

    def _take(self, call: Call) -> Json:
        """POST rupload."""
        return self._cinema.take(call, call.request.stream)

    def _scopes(self, page: str) -> list[str]:
        state = self.world.get(self.platform, "token", page) or {}
        return list(state.get("scopes", _SCOPES))

    def _usage_headers(self, reply: Response, page: str) -> None:
        percent = int(self.setting("usage_percent"))
        usage = {"call_count": percent, "total_cputime": percent, "total_time": percent}
        reply.headers["X-App-Usage"] = json.dumps(usage)
        if page:
            regain = int(self.setting("regain_minutes"))
            own = {"type": "pages", **usage, "estimated_time_to_regain_access": regain}
            reply.headers["X-Business-Use-Case-Usage"] = json.dumps({page: [own]})

    # ── who ──────────────────────────────────────────────────────────────────

    def _debug_token(self, call: Call) -> Json:
        page = call.text("input_token").removeprefix(_PREFIX)
        if self.profile(page) is None:
            raise bad("The access token could not be decrypted")
        expires = self.token_expires(page)
        told = self.token_expires(page, "data_access_expires_at")
        reads_until = told or self.world.now() + timedelta(days=90)
        state = self.token_state(page)
        data: dict[str, Json] = {
            "app_id": APP_ID,
            "type": "PAGE",
            "application": "Latihan",
            "expires_at": epoch(expires) if expires else 0,
            "data_access_expires_at": epoch(reads_until),
            "is_valid": state == "valid",
            "profile_id": page,
            "scopes": self._scopes(page),
        }
        if state != "valid":
            code, subcode = _DEAD.get(state, (190, 467))
            data["error"] = {"code": code, "subcode": subcode, "message": ERRORS[code, subcode]}
        return {"data": data}

    def _nodes(self, call: Call) -> Json:
        """GET /?ids=…: several objects at once, by their ids."""
        ids = [one for one in call.text("ids").split(",") if one]
        if not 1 <= len(ids) <= 50:
            raise bad("ids must name 1 to 50 objects")
        return {one: self._node(replace(call, target=one)) for one in ids}

    def _node(self, call: Call) -> Json:
        """GET /{id}: the Page, a post, a photo or a comment."""
        fields = parse_fields(call.text("fields"))
        profile = self.profile(call.target)
        if profile is not None:
            node: dict[str, Callable[[], Json]] = {
                "id": lambda: profile.id,
                "name": lambda: profile.name,
                "link": lambda: f"https://www.facebook.com/{profile.id}",
                "username": lambda: None,
                "access_token": lambda: self.credentials(profile.id)["token"],
                "tasks": lambda: ["CREATE_CONTENT", "MODERATE", "MANAGE"],
                "can_post": lambda: True,
            }
            return pick(node, "Page", fields or {"name": {}})
        photo = self.world.get(self.platform, "photo", call.target)
        if photo is not None and photo["page"] == call.account:
            return pick(self._shelf.photo_node(call.target, photo), "Photo", fields or {"created_time": {}})
        video = self._cinema.find(call.target, call.account)
        if video is not None:
            return self._cinema.shown(call.target, video, call.text("fields"))
        post = self._shelf.own(call, call.target, "get")
        return self._shelf.shown(post, fields)


SIMULATOR = FacebookSimulator

_ROUTES = (
    ("GET", r"/debug_token", "read", "", "_debug_token"),
    ("GET", r"/([^/]+)/(?:posts|published_posts)", "read", "pages_read_engagement", "lists.published"),
    ("GET", r"/([^/]+)/feed", "read", "pages_read_engagement", "lists.feed"),
    ("GET", r"/([^/]+)/scheduled_posts", "read", "pages_read_engagement", "lists.scheduled"),
    ("GET", r"/([^/]+)/comments", "read", "pages_read_engagement", "lists.comments"),
    ("GET", r"/([^/]+)/video_reels", "read", "pages_read_engagement", "cinema.reels"),
    ("GET", r"/([^/]+)/videos", "read", "pages_read_engagement", "cinema.videos"),
    ("GET", r"/([^/]+)/stories", "read", "pages_read_engagement", "cinema.stories"),
    ("GET", r"/", "read", "", "_nodes"),
    ("GET", r"/([^/]+)", "read", "", "_node"),
    ("POST", r"/([^/]+)/feed", "feed", "pages_manage_posts", "press.post_feed"),
    ("POST", r"/([^/]+)/photos", "photos", "pages_manage_posts", "press.post_photo"),
    ("POST", r"/([^/]+)/comments", "comments", "pages_manage_engagement", "press.post_comment"),
    ("POST", r"/([^/]+)/video_reels", "reels", "pages_manage_posts", "cinema.reel"),
    ("POST", r"/([^/]+)/videos", "videos", "pages_manage_posts", "cinema.video"),
    ("POST", r"/([^/]+)/video_stories", "stories", "pages_manage_posts", "cinema.video_story"),
    ("POST", r"/([^/]+)/photo_stories", "stories", "pages_manage_posts", "cinema.photo_story"),
    ("POST", r"/rupload/video-upload/(?:v[\d.]+/)?(\d+)", "upload", "pages_manage_posts", "_take"),
    ("POST", r"/([^/]+)", "update", "pages_manage_posts", "press.update"),
    ("DELETE", r"/([^/]+)", "delete", "pages_manage_posts", "press.delete"),
)


def _shown_at(path: str) -> str:
    """The id of what a page of www.facebook.com shows; empty: nothing known."""
    if found := re.search(r"/(\d+)/posts/(\d+)", path):
        return f"{found.group(1)}_{found.group(2)}"
    found = re.search(r"/(?:reel|stories/\d+|\d+/videos)/(\d+)", path)
    return found.group(1) if found else ""


def _as_asked(asked_for: Mapping[str, Json]) -> Refusal:
    return Refusal(
        asked_for["code"], asked_for.get("subcode"), asked_for.get("message"), asked_for.get("status")
    )
