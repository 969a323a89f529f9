"""Facebook Pages, pretended: Graph API routes that publish to a Page, read it back and comment.

Sources: Meta's Pages, Page/feed, Page/photos, access token and rate limiting pages (checked
2026-11-23). Read independently of the room; imports nothing of it but the answers beside it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from connectors.facebook.simulator_answers import (
    ERRORS,
    Fields,
    Refusal,
    answer,
    bad,
    gone,
    indexed,
    moment,
    parse_fields,
    pick,
    time_text,
    truth,
)
from connectors.sandbox_checks import Picture, epoch, picture
from connectors.sandbox_pages import post_page
from connectors.sandbox_world import AdminError, LivePost, Profile, Simulator

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

Json = Any

APP_ID = "sandbox-facebook-app"
APP_PROOF_KEY = "sandbox-facebook-app-secret"
_PREFIX = "sandbox-facebook-"
_OLDEST, _NEWEST = 21, 27
_SCOPES = ("pages_show_list", "pages_read_engagement", "pages_manage_posts", "pages_manage_engagement")
_PHOTO_BYTES = 10 * 1024 * 1024
_PHOTO_TYPES = ("image/jpeg", "image/png", "image/gif", "image/bmp", "image/tiff")
_PHOTO_LIFE = timedelta(hours=24)
_FIRST_ID = 122_100_000_000_001
_UNPUBLISHED = (
    "SCHEDULED",
    "SCHEDULED_RECURRING",
    "DRAFT",
    "ADS_POST",
    "INLINE_CREATED",
    "PUBLISHED",
    "REVIEWABLE_BRANDED_CONTENT",
)
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


@dataclass(frozen=True)
class _Call:
    """A request whose token was good: for which Page, with which parameters."""

    page: str
    params: Mapping[str, Json]
    request: Request
    version: str
    target: str = ""

    def has(self, name: str) -> bool:
        return self.params.get(name) not in (None, "")

    def text(self, name: str) -> str:
        value = self.params.get(name, "")
        return value if isinstance(value, str) else json.dumps(value)


class FacebookSimulator(Simulator):
    """graph.facebook.com for any number of Pages, and the page of each post at www.facebook.com.

    Settings: `list_lag` seconds before a post shows in lists; `message_limit` characters;
    `unscrapeable` hosts whose links fail; `refuse_repeats` answers 506 to the same words twice in a
    row (off: Facebook takes two equal posts); `usage_percent` of the rate limit (100: refused) and
    `regain_minutes`; `require_proof` asks for appsecret_proof.
    """

    platform = "facebook"
    hosts: ClassVar[Mapping[str, str]] = {
        "graph.facebook.com": "",
        "graph-video.facebook.com": "",
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
    }

    def credentials(self, account: str) -> dict[str, str]:
        """A Page access token, and the app's id and secret that proofs are made with."""
        return {"token": f"{_PREFIX}{account}", "app_id": APP_ID, "app_secret": APP_PROOF_KEY}

    def check_error(self, wanted: Json) -> Json:
        """`{"code", "subcode"?, "on"?: read|feed|photos|comments|update|delete, "effect"?: bool}`."""
        keys = {"code", "subcode", "on", "status", "effect", "message"}
        known = isinstance(wanted, dict) and (wanted.get("code"), wanted.get("subcode")) in ERRORS
        if not known or set(wanted) - keys:
            raise AdminError(f"facebook has no error {wanted!r}; keys are {sorted(keys)}")
        return wanted

    def handle(self, request: Request, path: str) -> Response:
        """Answer a request to the API, or show a post's page."""
        if path.startswith("/web/"):
            found = re.search(r"/(\d+)/posts/(\d+)", path)
            post_id = f"{found.group(1)}_{found.group(2)}" if found else ""
            with self.world.transaction():
                self._publish_due()
            return post_page(self.world, {self.platform: self}, self.world.post(self.platform, post_id))
        params = _params(request)
        page = ""
        try:
            version, route = self._version(path)
            page = self._page(params, request, route)
            call = _Call(page, params, request, version)
            reply = self._routed(call, route)
        except Refusal as refusal:
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
        if major > _NEWEST or minor:
            raise Refusal(2500, None, f"Unknown path components: {path}")
        return f"v{max(major, _OLDEST)}.0", found.group(3) or "/"

    def _page(self, params: Mapping[str, Json], request: Request, route: str) -> str:
        """The Page a request's token speaks for."""
        header = request.headers.get("Authorization", "").partition(" ")
        token = str(params.get("access_token") or header[2] or "")
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

    def _routed(self, call: _Call, route: str) -> Response:
        method = "DELETE" if call.params.get("method") == "delete" else call.request.method
        for verb, pattern, on, scope, handler in _ROUTES:
            found = re.fullmatch(pattern, route)
            if verb == method and found:
                target = found.group(1) if found.groups() else ""
                own = replace(call, target=call.page if target == "me" else target)
                return self._guarded(own, on, scope, handler)
        raise Refusal(2500, None, f"Unknown path components: {route}")

    def _guarded(self, call: _Call, on: str, scope: str, handler: str) -> Response:
        """Throttle, permission, the error an admin asked for; then the real thing in one transaction."""
        if self.setting("usage_percent") >= 100:
            raise Refusal(80001)
        granted = self._scopes(call.page)
        if call.page and scope and scope not in granted:
            raise Refusal(10 if scope == "pages_read_engagement" else 200, status=403)
        bytes_ = _photo_bytes(call) if on == "photos" else None
        with self.world.transaction():
            asked_for = self.take_next_error(on)
        if asked_for is not None and not asked_for.get("effect"):
            raise _as_asked(asked_for)
        with self.world.transaction():
            self._publish_due()
            method: Callable[..., Json] = getattr(self, handler)
            body = method(call) if bytes_ is None else method(call, *bytes_)
        if asked_for is not None:
            raise _as_asked(asked_for)
        return answer(body)

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

    def _debug_token(self, call: _Call) -> Json:
        page = call.text("input_token").removeprefix(_PREFIX)
        if self.profile(page) is None:
            raise bad("The access token could not be decrypted")
        expires = self.token_expires(page)
        state = self.token_state(page)
        data: dict[str, Json] = {
            "app_id": APP_ID,
            "type": "PAGE",
            "application": "Latihan",
            "expires_at": epoch(expires) if expires else 0,
            "data_access_expires_at": epoch(self.world.now() + timedelta(days=90)),
            "is_valid": state == "valid",
            "profile_id": page,
            "scopes": self._scopes(page),
        }
        if state != "valid":
            code, subcode = _DEAD.get(state, (190, 467))
            data["error"] = {"code": code, "subcode": subcode, "message": ERRORS[code, subcode]}
        return {"data": data}

    def _node(self, call: _Call) -> Json:
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
        if photo is not None and photo["page"] == call.page:
            return pick(self._photo_node(call.target, photo), "Photo", fields or {"created_time": {}})
        post = self._own(call, call.target, "get")
        return self._shown(post, fields)

    def _shown(self, post: LivePost, fields: Fields) -> Json:
        kind = "Comment" if post.kind == "comment" else "PagePost"
        usual: Fields = {"created_time": {}, "message": {}}
        usual |= {"from": {}} if kind == "Comment" else {}
        return pick(self._post_node(post), kind, fields or usual)

    # ── what is there ────────────────────────────────────────────────────────

    def _own(self, call: _Call, post_id: str, verb: str) -> LivePost:
        """A post or comment of this Page, live or still unpublished."""
        found = self._draft(post_id) or self.world.post(self.platform, post_id)
        if found is None or found.removed or found.account != call.page:
            raise gone(post_id, verb)
        return found

    def _draft(self, post_id: str) -> LivePost | None:
        kept = self.world.get(self.platform, "draft", post_id)
        if kept is None:
            return None
        return LivePost(
            **{
                **kept,
                "created_at": datetime.fromisoformat(kept["created_at"]),
                "media": tuple(kept["media"]),
            }
        )

    def _keep_draft(self, post: LivePost) -> None:
        kept = {
            "platform": post.platform,
            "account": post.account,
            "id": post.id,
            "kind": post.kind,
            "text": post.text,
            "created_at": post.created_at.isoformat(),
            "path": post.path,
            "options": dict(post.options),
            "media": [dict(one) for one in post.media],
            "private": dict(post.private),
        }
        self.world.put(self.platform, "draft", post.id, kept)

    def _publish_draft(self, draft: LivePost) -> None:
        self.world.drop(self.platform, "draft", draft.id)
        self.world.publish(replace(draft, created_at=self.world.now(), private={}))

    def _publish_due(self) -> None:
        """Posts that Facebook itself was asked to hold until now."""
        for post_id, kept in self.world.all(self.platform, "draft").items():
            at = kept["private"].get("at")
            draft = self._draft(post_id)
            if draft is not None and at is not None and at <= epoch(self.world.now()):
                self._publish_draft(draft)

    def _post_node(self, post: LivePost) -> dict[str, Callable[[], Json]]:
        draft = self.world.get(self.platform, "draft", post.id) is not None
        page, _, number = post.id.partition("_")
        own = f"https://www.facebook.com/{page}/posts/{number}"
        if post.kind == "comment":
            own = (
                f"https://www.facebook.com/{(post.parent or '').replace('_', '/posts/')}?comment_id={number}"
            )
        return {
            "id": lambda: post.id,
            "message": lambda: post.text or None,
            "created_time": lambda: time_text(post.created_at),
            "updated_time": lambda: time_text(post.created_at),
            "permalink_url": lambda: own,
            "is_published": lambda: not draft,
            "is_hidden": lambda: False,
            "status_type": lambda: "added_photos" if post.media else "mobile_status_update",
            "story": lambda: None,
            "full_picture": lambda: self._source(post.media[0]) if post.media else None,
            "scheduled_publish_time": lambda: post.private.get("at"),
            "from": lambda: {"id": post.account, "name": self._name(post.account)},
            "parent": lambda: {"id": post.parent} if post.parent else None,
            "attachments": lambda: self._attachments(post),
            "attachment": lambda: None,
        }

    def _photo_node(self, photo_id: str, photo: Mapping[str, Json]) -> dict[str, Callable[[], Json]]:
        return {
            "id": lambda: photo_id,
            "name": lambda: photo["caption"] or None,
            "alt_text": lambda: photo["alt"] or None,
            "alt_text_custom": lambda: photo["alt"] or None,
            "created_time": lambda: time_text(datetime.fromisoformat(photo["created_at"])),
            "width": lambda: photo["width"],
            "height": lambda: photo["height"],
            "link": lambda: f"https://www.facebook.com/photo.php?fbid={photo_id}",
            "images": lambda: [
                {"source": self._source(photo), "width": photo["width"], "height": photo["height"]}
            ],
            "page_story_id": lambda: photo.get("post"),
            "from": lambda: {"id": photo["page"], "name": self._name(photo["page"])},
        }

    def _attachments(self, post: LivePost) -> Json:
        shown = [self._attachment(one) for one in post.media]
        if len(shown) > 1:
            album = {**shown[0], "type": "album", "media_type": "album", "title": "Photos"}
            return {"data": [{**album, "subattachments": {"data": shown}}]}
        if shown:
            return {"data": shown}
        link = post.options.get("link")
        if link is None:
            return None
        return {
            "data": [
                {"type": "share", "media_type": "link", "title": link, "url": link, "unshimmed_url": link}
            ]
        }

    def _attachment(self, one: Mapping[str, Json]) -> Json:
        photo = self.world.get(self.platform, "photo", one["id"])
        page = f"https://www.facebook.com/photo.php?fbid={one['id']}"
        image = {"src": self._source(one), "width": photo["width"], "height": photo["height"]}
        return {
            "type": "photo",
            "media_type": "photo",
            "description": one["alt"] or None,
            "media": {"image": image},
            "target": {"id": one["id"], "url": page},
            "url": page,
        }

    def _source(self, one: Mapping[str, Json]) -> str:
        return f"{self.world.base_url}/media/{one['sha256']}"

    def _name(self, page: str) -> str:
        profile = self.profile(page)
        return profile.name if profile else ""

    # ── lists ────────────────────────────────────────────────────────────────

    def _published(self, call: _Call) -> Json:
        return self._page_of(call, self._listed(call, drafts=False))

    def _feed(self, call: _Call) -> Json:
        return self._page_of(call, self._listed(call, drafts=True))

    def _scheduled(self, call: _Call) -> Json:
        posts = [post for post in self._drafts(call.page) if "at" in post.private]
        return self._page_of(call, posts)

    def _drafts(self, page: str) -> list[LivePost]:
        drafts = [self._draft(post_id) for post_id in self.world.all(self.platform, "draft")]
        return [draft for draft in drafts if draft is not None and draft.account == page]

    def _listed(self, call: _Call, drafts: bool) -> list[LivePost]:
        """Newest first; the freshest are missing for as long as lists lag."""
        if call.target != call.page:
            raise gone(call.target)
        latest = self.world.now() - timedelta(seconds=self.setting("list_lag"))
        posts = [post for post in self.world.live(self.platform, call.page) if post.kind != "comment"]
        posts += self._drafts(call.page) if drafts else []
        shown = [post for post in posts if not post.removed and post.created_at <= latest]
        return sorted(shown, key=lambda post: post.created_at, reverse=True)

    def _comments(self, call: _Call) -> Json:
        self._own(call, call.target, "get")
        latest = self.world.now() - timedelta(seconds=self.setting("list_lag"))
        found = [
            one
            for one in self.world.live(self.platform, parent=call.target)
            if not one.removed and one.created_at <= latest
        ]
        newest = call.text("order") == "reverse_chronological"
        return self._page_of(call, found[::-1] if newest else found)

    def _page_of(self, call: _Call, posts: list[LivePost]) -> Json:
        """One page: since, until, limit and cursors applied, the fields asked for."""
        limit = call.text("limit") or "25"
        if not limit.isdigit() or not 1 <= int(limit) <= 100:
            raise bad("param limit must be between 1 and 100")
        since = moment(call.text("since"), "since") if call.has("since") else None
        until = moment(call.text("until"), "until") if call.has("until") else None
        posts = [
            post
            for post in posts
            if (since is None or post.created_at.replace(microsecond=0) >= since)
            and (until is None or post.created_at.replace(microsecond=0) <= until)
        ]
        ids = [_cursor(post) for post in posts]
        start = ids.index(call.text("after")) + 1 if call.text("after") in ids else 0
        if call.has("after") and not start:
            raise bad("Invalid cursor")
        shown = posts[start : start + int(limit)]
        fields = parse_fields(call.text("fields"))
        data = [self._shown(post, fields) for post in shown]
        if not shown:
            return {"data": []}
        paging: dict[str, Json] = {"cursors": {"before": _cursor(shown[0]), "after": _cursor(shown[-1])}}
        if start + int(limit) < len(posts):
            kept = [name for name in ("fields", "limit", "since", "until") if call.has(name)]
            query = "&".join(f"{name}={call.text(name)}" for name in kept)
            edge = call.request.path.rpartition("/")[2]
            paging["next"] = (
                f"https://graph.facebook.com/{call.version}/{call.target}/{edge}"
                f"?{query}&after={_cursor(shown[-1])}"
            )
        return {"data": data, "paging": paging}

    # ── publishing ───────────────────────────────────────────────────────────

    def _post_feed(self, call: _Call) -> Json:
        self._refuse_other_page(call)
        message, link = call.text("message"), call.text("link")
        photos = self._attached(call)
        if not message and not link and not photos:
            raise bad("You must provide at least one of message, link or attached_media.")
        self._refuse_message(call, message)
        if link:
            self._refuse_link(link)
        at = self._schedule(call)
        options = {"link": link} if link else {}
        post = self._new_post(call, message, options, photos, {"at": at} if at else {})
        self._place(call, post, photos, at)
        return self._read_after_write(call, post)

    def _post_photo(self, call: _Call, data: bytes, facts: Picture) -> Json:
        self._refuse_other_page(call)
        caption = next((call.text(name) for name in ("caption", "message", "name") if call.has(name)), "")
        self._refuse_message(call, caption)
        photo_id = self._number()
        photo = {
            "page": call.page,
            "sha256": self.world.keep(data, facts.mime),
            "width": facts.width,
            "height": facts.height,
            "alt": call.text("alt_text_custom"),
            "caption": caption,
            "created_at": self.world.now().isoformat(),
        }
        self.world.put(self.platform, "photo", photo_id, photo)
        if not truth(call.params.get("published", True), "published"):
            return {"id": photo_id}
        post = self._new_post(call, caption, {}, {photo_id: photo}, {})
        self._place(call, post, {photo_id: photo}, None)
        return {"id": photo_id, "post_id": post.id}

    def _post_comment(self, call: _Call) -> Json:
        parent = self._own(call, call.target, "post")
        message = call.text("message")
        if not message and not call.has("attachment_url"):
            raise bad("You must provide a message or an attachment.")
        self._refuse_message(call, message)
        root = parent.id.partition("_")[2]
        number = self._number()
        comment = LivePost(
            self.platform,
            call.page,
            f"{root}_{number}",
            "comment",
            message,
            self.world.now(),
            f"/facebook/web/{parent.id.replace('_', '/posts/')}?comment_id={number}",
            parent=parent.id,
        )
        self.world.publish(comment)
        return self._read_after_write(call, comment)

    def _update(self, call: _Call) -> Json:
        """POST /{post}: publish what was staged unpublished, or change the words."""
        post = self._own(call, call.target, "post")
        draft = self._draft(post.id)
        if call.has("message"):
            self._refuse_message(call, call.text("message"))
            post = replace(post, text=call.text("message"))
            if draft is None:
                self.world.reword(self.platform, post.id, post.text)
            else:
                self._keep_draft(post)
        if call.has("is_published"):
            publish = truth(call.params["is_published"], "is_published")
            if not publish and draft is None:
                raise bad("A published post cannot be unpublished.")
            if publish and draft is not None:
                self._publish_draft(post)
        return {"success": True}

    def _delete(self, call: _Call) -> Json:
        photo = self.world.get(self.platform, "photo", call.target)
        if photo is not None and photo["page"] == call.page and "post" not in photo:
            self.world.drop(self.platform, "photo", call.target)
            return {"success": True}
        post = self._own(call, call.target, "delete")
        if self._draft(post.id) is not None:
            self.world.drop(self.platform, "draft", post.id)
        else:
            self.world.remove(self.platform, post.id)
        return {"success": True}

    def _new_post(
        self,
        call: _Call,
        message: str,
        options: Mapping[str, Json],
        photos: Mapping[str, Json],
        private: Mapping[str, Json],
    ) -> LivePost:
        number = self._number()
        return LivePost(
            self.platform,
            call.page,
            f"{call.page}_{number}",
            "root",
            message,
            self.world.now(),
            f"/facebook/web/{call.page}/posts/{number}",
            options=options,
            media=tuple(
                {"type": "image", "sha256": one["sha256"], "alt": one["alt"], "id": photo_id}
                for photo_id, one in photos.items()
            ),
            private=private,
        )

    def _place(self, call: _Call, post: LivePost, photos: Mapping[str, Json], at: int | None) -> None:
        """Publish, or keep as a draft; either way its photos are used up."""
        for photo_id, photo in photos.items():
            self.world.put(self.platform, "photo", photo_id, {**photo, "post": post.id})
        if at is None and truth(call.params.get("published", True), "published"):
            self.world.publish(post)
        else:
            self._keep_draft(post)

    def _read_after_write(self, call: _Call, post: LivePost) -> Json:
        return self._shown(post, parse_fields(call.text("fields"))) if call.has("fields") else {"id": post.id}

    def _number(self) -> str:
        return str(self.world.next_number(self.platform, _FIRST_ID))

    # ── refusing ─────────────────────────────────────────────────────────────

    def _refuse_other_page(self, call: _Call) -> None:
        if call.target != call.page:
            raise gone(call.target, "post")

    def _refuse_message(self, call: _Call, message: str) -> None:
        limit = int(self.setting("message_limit"))
        if len(message) > limit:
            raise bad(f"Param message must be at most {limit} characters long.")
        if not self.setting("refuse_repeats") or not message or not call.request.path.endswith("/feed"):
            return
        before = [one for one in self.world.live(self.platform, call.page) if one.kind != "comment"]
        if before and before[-1].text == message and not before[-1].removed:
            raise Refusal(506)

    def _refuse_link(self, link: str) -> None:
        parts = urlsplit(link)
        host = (parts.hostname or "").lower()
        if parts.scheme not in ("http", "https") or "." not in host:
            raise Refusal(100, 2061006)
        if host == "facebook.com" or host.endswith(".facebook.com"):
            raise Refusal(100, 1609008)
        if host in self.setting("unscrapeable"):
            raise Refusal(100, 1609005)

    def _schedule(self, call: _Call) -> int | None:
        """When Facebook shall publish it (epoch seconds); None: it is not asked to wait."""
        published = truth(call.params.get("published", True), "published")
        kind = call.text("unpublished_content_type")
        if kind and kind not in _UNPUBLISHED:
            raise bad(f"Param unpublished_content_type must be one of {{{', '.join(_UNPUBLISHED)}}}")
        if not call.has("scheduled_publish_time"):
            if kind == "SCHEDULED":
                raise bad("A scheduled post needs scheduled_publish_time.")
            return None
        if published:
            raise bad("You cannot specify a scheduled publish time on a published post.")
        at = moment(call.text("scheduled_publish_time"), "scheduled_publish_time")
        ahead = at - self.world.now()
        if not timedelta(minutes=10) <= ahead <= timedelta(days=30):
            raise bad("The specified scheduled publish time is invalid.")
        return epoch(at)

    def _attached(self, call: _Call) -> dict[str, Json]:
        """The unpublished photos a post names: this Page's, at most 24 hours old, not used yet."""
        photos = {}
        for piece in indexed(call.params, "attached_media"):
            photo_id = str(piece.get("media_fbid", "")) if isinstance(piece, dict) else ""
            photo = self.world.get(self.platform, "photo", photo_id)
            if photo is None or photo["page"] != call.page:
                raise bad(f"Invalid media_fbid {photo_id!r} in attached_media")
            age = self.world.now() - datetime.fromisoformat(photo["created_at"])
            if "post" in photo or photo_id in photos:
                raise Refusal(100, 1366051)
            if age > _PHOTO_LIFE:
                raise bad(f"The photo {photo_id} has expired")
            photos[photo_id] = photo
        if photos and call.has("link"):
            raise bad("link and attached_media cannot be used together.")
        return photos


SIMULATOR = FacebookSimulator

_ROUTES = (
    ("GET", r"/debug_token", "read", "", "_debug_token"),
    ("GET", r"/([^/]+)/(?:posts|published_posts)", "read", "pages_read_engagement", "_published"),
    ("GET", r"/([^/]+)/feed", "read", "pages_read_engagement", "_feed"),
    ("GET", r"/([^/]+)/scheduled_posts", "read", "pages_read_engagement", "_scheduled"),
    ("GET", r"/([^/]+)/comments", "read", "pages_read_engagement", "_comments"),
    ("GET", r"/([^/]+)", "read", "", "_node"),
    ("POST", r"/([^/]+)/feed", "feed", "pages_manage_posts", "_post_feed"),
    ("POST", r"/([^/]+)/photos", "photos", "pages_manage_posts", "_post_photo"),
    ("POST", r"/([^/]+)/comments", "comments", "pages_manage_engagement", "_post_comment"),
    ("POST", r"/([^/]+)", "update", "pages_manage_posts", "_update"),
    ("DELETE", r"/([^/]+)", "delete", "pages_manage_posts", "_delete"),
)


def _params(request: Request) -> dict[str, Json]:
    """Query, form and JSON body together, as Graph reads them."""
    params: dict[str, Json] = dict(request.args.items())
    params.update(request.form.items())
    if request.mimetype == "application/json" and request.content_length:
        body = request.get_json(force=True, silent=True)
        params.update(body if isinstance(body, dict) else {})
    return params


def _as_asked(asked_for: Mapping[str, Json]) -> Refusal:
    return Refusal(
        asked_for["code"], asked_for.get("subcode"), asked_for.get("message"), asked_for.get("status")
    )


def _cursor(post: LivePost) -> str:
    return base64.urlsafe_b64encode(post.id.encode()).decode().rstrip("=")


def _photo_bytes(call: _Call) -> tuple[bytes, Picture]:
    """The photo that was sent or that `url` leads to, if Facebook would take it."""
    sent = next(iter(call.request.files.values()), None)
    if sent is not None:
        data = sent.stream.read()
    elif call.has("url"):
        data = _fetched(call.text("url"))
    else:
        raise Refusal(324, None, "(#324) Requires upload file")
    facts = picture(data)
    if facts is None:
        raise Refusal(324)
    if len(data) > _PHOTO_BYTES or facts.mime not in _PHOTO_TYPES:
        raise Refusal(100, 1366046)
    return data, facts


def _fetched(url: str) -> bytes:
    """What Facebook's crawler would get. The sandbox reaches no further than this machine."""
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in ("127.0.0.1", "localhost"):
        raise Refusal(389)
    link = HTTPConnection(parts.hostname, parts.port or 80, timeout=10)
    try:
        query = f"?{parts.query}" if parts.query else ""
        link.request("GET", (parts.path or "/") + query, headers={"User-Agent": "facebookexternalhit/1.1"})
        got = link.getresponse()
        data = got.read(_PHOTO_BYTES + 1)
        if got.status != 200:
            raise Refusal(389)
    except (OSError, HTTPException) as error:
        raise Refusal(389) from error
    finally:
        link.close()
    return data
