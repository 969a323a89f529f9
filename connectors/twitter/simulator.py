"""X, pretended: the v2 routes that publish, read back and delete, as strict as the platform.

Sources: X API docs and OpenAPI 2.167 (checked 2026-11-23); error words as reported by users of the
API in 2026. This file is read independently of the room and imports nothing of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from connectors.sandbox_checks import OAuth1, Secrets, Window, count
from connectors.sandbox_pages import post_page
from connectors.sandbox_world import AdminError, LivePost, Profile, Simulator, World
from connectors.twitter.simulator_answers import (
    CASHTAGS,
    DUPLICATE,
    ERRORS,
    GONE,
    NOT_FOUND,
    NOT_PERMITTED,
    STRANGER,
    Refusal,
    app_only,
    forbidden,
    invalid,
    json_answer,
    not_found,
    plain,
    rate_headers,
)
from connectors.twitter.simulator_bodies import POST_BODY, Call, json_body
from connectors.twitter.simulator_display import Display, links_in, username
from connectors.twitter.simulator_legacy import Legacy, no_bearer
from connectors.twitter.simulator_media import Uploads
from connectors.twitter.simulator_money import charge, new_id
from connectors.twitter.simulator_oauth2 import PATH, OAuth2
from connectors.twitter.simulator_queries import (
    FIELD_QUERY,
    PAGE_QUERY,
    USER_FIELDS,
    known_query,
    listed,
    page_query,
    path_id,
    token_before,
    wanted_fields,
)
from connectors.twitter.simulator_words import twitter_text

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

Json = Any

_CONSUMER = "sandbox-twitter-app"
_APP_BEARER = "sandbox-twitter-app-bearer"
_QUARTER = timedelta(minutes=15)
_CASHTAG = re.compile(r"(?<![\w$])\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?!\w)")

# X API docs, rate limits, checked 2026-11-23: calls per user in 15 minutes. Two that the page read
# does not give (me, delete) are the older published numbers.
_RATES = {
    "me": 75,
    "tweet": 100,
    "delete": 50,
    "lookup": 900,
    "timeline": 900,
    "upload": 500,
    "chunk": 1875,
    "status": 1000,
    "metadata": 500,
}


@dataclass(frozen=True)
class _Route:
    """A method and path, what counts it, and the OAuth 2 scopes it needs."""

    method: str
    path: re.Pattern[str]
    rate: str
    scopes: tuple[str, ...]
    answer: str


_READ, _WRITE, _MEDIA = ("tweet.read", "users.read"), ("tweet.write",), ("media.write",)
_OLD = ("oauth1",)
"""No scope: v1.1 takes OAuth 1.0a only."""
_ROUTES = tuple(
    _Route(method, re.compile(f"{path}$"), rate, scopes, answer)
    for method, path, rate, scopes, answer in (
        ("GET", r"/2/users/me", "me", _READ, "_me"),
        ("POST", r"/2/tweets", "tweet", (*_READ, *_WRITE), "_create"),
        ("GET", r"/2/tweets/([^/]+)", "lookup", _READ, "_lookup"),
        ("DELETE", r"/2/tweets/([^/]+)", "delete", (*_READ, *_WRITE), "_delete"),
        ("GET", r"/2/users/([^/]+)/tweets", "timeline", _READ, "_timeline"),
        ("GET", r"/2/media/upload", "status", _MEDIA, "media.status"),
        ("POST", r"/2/media/upload", "upload", _MEDIA, "media.upload"),
        ("POST", r"/2/media/upload/initialize", "chunk", _MEDIA, "media.initialize"),
        ("POST", r"/2/media/upload/([^/]+)/append", "chunk", _MEDIA, "media.append"),
        ("POST", r"/2/media/upload/([^/]+)/finalize", "chunk", _MEDIA, "media.finalize"),
        ("POST", r"/2/media/metadata", "metadata", _MEDIA, "media.metadata"),
        ("POST", r"/2/media/subtitles", "metadata", _MEDIA, "media.subtitles"),
        ("GET", r"(/1\.1/media/upload\.json)", "status", _OLD, "legacy.upload"),
        ("POST", r"(/1\.1/media/upload\.json)", "chunk", _OLD, "legacy.upload"),
        ("POST", r"(/1\.1/media/metadata/create\.json)", "metadata", _OLD, "legacy.metadata"),
        ("GET", r"(/1\.1/.+)", "status", _OLD, "legacy.gone"),
        ("POST", r"(/1\.1/.+)", "status", _OLD, "legacy.gone"),
    )
)


class TwitterSimulator(Simulator):
    """api.x.com for any number of accounts, and the page of each post at x.com.

    Settings: `list_lag` seconds before a post shows in timelines; `reply_lag` seconds before it can
    be answered; `duplicate_window` seconds in which the same words are refused; `text_limit`
    weighted characters; `credit_usd` left (None: endless); `quota` calls per 15 minutes by route;
    `processing_seconds`, `processing_result` and `processing_words` of GIFs and clips; `append_limit`
    bytes per chunk; `access_life` and `refresh_life` of OAuth 2.0 tokens, from their first use on;
    `public_client` whether the app has no secret.
    """

    platform = "twitter"
    title = "X"
    hosts: ClassVar[Mapping[str, str]] = {
        "api.x.com": "",
        "api.twitter.com": "",
        "upload.twitter.com": "",
        "x.com": "/web",
        "twitter.com": "/web",
    }
    default_account = Profile("2001", "Dinas Contoh")
    settings: ClassVar[Mapping[str, Json]] = {
        "list_lag": 0.0,
        "reply_lag": 0.0,
        "duplicate_window": 86400.0,
        "text_limit": 280,
        "credit_usd": None,
        "quota": {},
        "processing_seconds": 1.0,
        "processing_result": "succeeded",
        "processing_words": False,
        "append_limit": 5 * 1024 * 1024,
        "access_life": 7200,
        "refresh_life": 180 * 86400,
        "public_client": False,
    }

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._oauth1 = OAuth1(self._secrets)
        self.oauth2 = OAuth2(self)
        self._uploads = Uploads(self)
        self._display = Display(self)
        self._desks = {"": self, "media": self._uploads, "legacy": Legacy(self._uploads)}

    def credentials(self, account: str) -> dict[str, str]:
        """OAuth 1.0a keys, as the developer console gives them to an account's owner."""
        return {
            "consumer_key": _CONSUMER,
            "consumer_secret": f"{_CONSUMER}-secret",
            "access_token": f"sandbox-twitter-{account}",
            "access_token_secret": f"sandbox-twitter-{account}-secret",
        }

    def check_error(self, wanted: Json) -> Json:
        """`{"code": one of ERRORS, "on": rate name of a route}`."""
        if not isinstance(wanted, dict) or wanted.get("code") not in ERRORS or set(wanted) - {"code", "on"}:
            raise AdminError(f"next_error takes code ({', '.join(ERRORS)}) and on ({', '.join(_RATES)})")
        return wanted

    def handle(self, request: Request, path: str) -> Response:
        """Answer a request to the API, or show a post's page."""
        if path.startswith("/web/"):
            post_id = path.rstrip("/").rpartition("/status/")[2]
            return post_page(self.world, {self.platform: self}, self.world.post(self.platform, post_id))
        if (request.method, path) == ("POST", PATH):
            return self._tokens_for(request)
        route, key = _route(request.method, path)
        headers: dict[str, str] = {}
        try:
            if route is None:
                raise plain(404, "Not Found", "Not Found")
            with self.world.transaction():
                account = self._account(request, path, route)
                window = self._count(account, route.rate)
                headers = rate_headers(window)
                asked_for = self.take_next_error(route.rate)
            if not window.allowed:
                raise plain(429, "Too Many Requests", "Too Many Requests")
            if asked_for is not None:
                raise ERRORS[asked_for["code"]](account)
            with self.world.transaction():
                desk, _, name = route.answer.rpartition(".")
                answer: Response = getattr(self._desks[desk], name)(Call(account, request, key))
        except Refusal as refusal:
            answer = json_answer(refusal.body, refusal.status, refusal.headers)
        answer.headers.extend(headers)
        return answer

    def _tokens_for(self, request: Request) -> Response:
        try:
            with self.world.transaction():
                return json_answer(self.oauth2.answer(request))
        except Refusal as refusal:
            return json_answer(refusal.body, refusal.status, refusal.headers)

    # ── who asks ─────────────────────────────────────────────────────────────

    def _secrets(self, consumer: str, token: str) -> Secrets | None:
        account = token.removeprefix("sandbox-twitter-")
        if consumer != _CONSUMER or account == token or self.profile(account) is None:
            return None
        keys = self.credentials(account)
        return Secrets(keys["consumer_secret"], keys["access_token_secret"])

    def _account(self, request: Request, path: str, route: _Route) -> str:
        header = request.headers.get("Authorization", "")
        if header.lower().startswith("bearer "):
            return self._bearer_account(header[7:].strip(), route)
        query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
        form = request.form.items(multi=True) if request.mimetype.endswith("form-urlencoded") else ()
        urls = [f"https://{host}{path}{query}" for host, below in self.hosts.items() if not below]
        token = self._oauth1.token(header, request.method, urls, list(form), self.world.clock.now())
        account = (token or "").removeprefix("sandbox-twitter-")
        if token is None or self.token_state(account) not in ("valid", "expired"):
            raise plain(401, "Unauthorized", "Unauthorized")
        return account

    def _bearer_account(self, token: str, route: _Route) -> str:
        """OAuth 2.0: only these tokens expire, and only these have scopes."""
        if route.scopes is _OLD:
            raise no_bearer()
        if token == _APP_BEARER and route.rate not in ("lookup", "timeline"):
            raise app_only()
        if token == _APP_BEARER:
            return self.default_account.id
        account = self.oauth2.account_of(token)
        if account is None or self.token_state(account) != "valid":
            raise plain(401, "Unauthorized", "Unauthorized")
        granted = (self.world.get(self.platform, "token", account) or {}).get("scopes")
        if granted is not None and set(route.scopes) - set(granted):
            raise forbidden("Forbidden")
        return account

    def _count(self, account: str, rate: str) -> Window:
        limit = int(self.setting("quota").get(rate, _RATES[rate]))
        return count(self.world, self.platform, f"{rate}:{account}", limit, _QUARTER)

    # ── posts ────────────────────────────────────────────────────────────────

    def _me(self, call: Call) -> Response:
        known_query(call.request, {"user.fields", "expansions", "post.fields", "tweet.fields"})
        listed(call.request, "user.fields", USER_FIELDS)
        return json_answer({"data": self._display.user(call.account)})

    def _create(self, call: Call) -> Response:
        body = json_body(call.request, POST_BODY)
        words = unicodedata.normalize("NFC", body.get("text", ""))
        media = self._uploads.attachable(call.account, body.get("media", {}).get("media_ids", []))
        self._refuse_post(call.account, body, words, bool(media))
        charge(self, call.account, "tweet_url" if any(links_in(words)) else "tweet")
        post_id = new_id(self.world, self.platform)
        now = self.world.now()
        for media_id, one in media.items():
            self.world.put(self.platform, "media", media_id, {**one, "used_by": post_id})
        post = LivePost(
            self.platform,
            call.account,
            post_id,
            "thread" if "reply" in body else "root",
            body.get("text", ""),
            now,
            f"/twitter/web/{username(call.account)}/status/{post_id}",
            parent=body.get("reply", {}).get("in_reply_to_tweet_id"),
            options=_options(body, media),
            media=tuple(
                {"type": one["kind"], "sha256": one["sha256"], "alt": one.get("alt", ""), "id": media_id}
                for media_id, one in media.items()
            ),
            private={"same": _sameness(words)},
        )
        self.world.publish(post)
        shown = self._display.shown(post, set())
        answer = {"id": post_id, "text": shown["text"], "edit_history_post_ids": [post_id]}
        return json_answer(
            {"data": {**answer, "edit_history_tweet_ids": [post_id]}},
            201,
            {"location": f"https://api.twitter.com/2/tweets/{post_id}"},
        )

    def _refuse_post(self, account: str, body: Json, words: str, has_media: bool) -> None:
        """Everything X refuses about a post, in the order its answers have been seen."""
        if not words.strip() and not has_media:
            raise invalid("The `text` field is required unless media is attached.", {"text": [words]})
        if sum(name in body for name in ("media", "poll", "quote_tweet_id")) > 1:
            raise invalid("You can only attach one of media, poll or quote_tweet_id.")
        if words and not self._fits(words):
            raise forbidden(NOT_PERMITTED)
        if len(_CASHTAG.findall(words)) > 1:
            raise forbidden(CASHTAGS)
        if "quote_tweet_id" in body:
            self._refuse_reference(account, body["quote_tweet_id"])
        if "reply" in body:
            self._refuse_reply(account, body["reply"]["in_reply_to_tweet_id"])
        if words.strip() and self._said_lately(account, _sameness(words)):
            raise forbidden(DUPLICATE)

    def _fits(self, words: str) -> bool:
        parsed = twitter_text().parse_tweet(words)
        broken = any(mark in words for mark in "\ufffe\ufeff\uffff")
        return not broken and parsed.weightedLength <= int(self.setting("text_limit"))

    def _refuse_reply(self, account: str, parent_id: str) -> None:
        parent = self.world.post(self.platform, parent_id)
        lag = timedelta(seconds=self.setting("reply_lag"))
        if parent is None or parent.removed or self.world.now() < parent.created_at + lag:
            raise forbidden(GONE)
        self._refuse_reference(account, parent_id)

    def _refuse_reference(self, account: str, post_id: str) -> None:
        """Since February 2026 apps answer and quote only their own posts and those that name them."""
        other = self.world.post(self.platform, post_id)
        if other is None or other.removed:
            raise forbidden(STRANGER)
        named = re.search(rf"(?<!\w)@{username(account)}(?!\w)", other.text, re.IGNORECASE)
        if other.account != account and not named:
            raise forbidden(STRANGER)

    def _said_lately(self, account: str, sameness: str) -> bool:
        since = self.world.now() - timedelta(seconds=self.setting("duplicate_window"))
        return any(
            post.private["same"] == sameness and post.created_at > since and not post.removed
            for post in self.world.live(self.platform, account, since=since)
        )

    def _delete(self, call: Call) -> Response:
        post = self.world.post(self.platform, path_id(call.key))
        if post is None or post.removed:
            raise Refusal(404, {"errors": [not_found("tweet", "id", call.key)], **NOT_FOUND})
        if post.account != call.account:
            raise forbidden("You are not authorized to delete this Tweet.")
        charge(self, call.account, "delete")
        self.world.remove(self.platform, post.id)
        return json_answer({"data": {"deleted": True}})

    # ── reading ──────────────────────────────────────────────────────────────

    def _lookup(self, call: Call) -> Response:
        known_query(call.request, FIELD_QUERY)
        post = self.world.post(self.platform, path_id(call.key))
        if post is None or post.removed:
            return json_answer({"errors": [not_found("tweet", "id", call.key)]})
        charge(self, call.account, "read")
        shown = [self._display.shown(post, wanted_fields(call.request))]
        return json_answer({"data": shown[0], **self._display.includes(call.request, [post])})

    def _timeline(self, call: Call) -> Response:
        known_query(call.request, FIELD_QUERY | PAGE_QUERY)
        wanted, query = wanted_fields(call.request), page_query(call.request)
        if self.profile(path_id(call.key)) is None:
            return json_answer({"errors": [not_found("user", "id", call.key)]})
        posts = [post for post in self._listed_posts(call.key) if query.fits(post)]
        page, rest = posts[: query.size], posts[query.size :]
        charge(self, call.account, "read", len(page))
        meta: dict[str, Json] = {"result_count": len(page)}
        if not page:
            return json_answer({"meta": meta})
        meta.update(newest_id=page[0].id, oldest_id=page[-1].id)
        if rest:
            meta["next_token"] = token_before(page[-1].id)
        if query.before is not None:
            meta["previous_token"] = token_before(page[0].id)
        data = [self._display.shown(post, wanted) for post in page]
        return json_answer({"data": data, **self._display.includes(call.request, page), "meta": meta})

    def _listed_posts(self, account: str) -> list[LivePost]:
        """Newest first; the freshest are missing for as long as the list lags."""
        latest = self.world.now() - timedelta(seconds=self.setting("list_lag"))
        posts = self.world.live(self.platform, account)
        return [post for post in reversed(posts) if not post.removed and post.created_at <= latest]


SIMULATOR = TwitterSimulator


def _route(method: str, path: str) -> tuple[_Route | None, str]:
    for route in _ROUTES:
        if route.method == method and (found := route.path.fullmatch(path)):
            return route, found.group(1) if found.groups() else ""
    return None, ""


def _options(body: Json, media: Mapping[str, Json]) -> dict[str, Json]:
    """What else followers see: a poll, who may answer, the captions of a clip."""
    tracks = {code: sha for one in media.values() for code, sha in one.get("subtitles", {}).items()}
    shown = {name: body[name] for name in body if name not in ("text", "media", "reply")}
    return {**shown, **({"subtitles": tracks} if tracks else {})}


def _sameness(words: str) -> str:
    """What X compares when it looks for the same post again: words, not spacing or case."""
    return " ".join(unicodedata.normalize("NFC", words).split()).casefold()
