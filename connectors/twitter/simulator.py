"""X, pretended: the v2 routes that publish, read back and delete, as strict as the platform.

Sources: X API docs and OpenAPI 2.167 (checked 2026-11-23); error words as reported by users of the
API in 2026. This file is read independently of the room and imports nothing of it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import html
import json
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from werkzeug.wrappers import Response

from connectors.sandbox_checks import (
    OAuth1,
    Secrets,
    Shape,
    Window,
    array,
    boolean,
    count,
    epoch,
    integer,
    mapping,
    picture,
    text,
)
from connectors.sandbox_pages import post_page
from connectors.sandbox_world import AdminError, LivePost, Profile, Simulator, World

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

Json = Any

_PROBLEM = "https://api.x.com/2/problems/"
_CONSUMER = "sandbox-twitter-app"
_APP_BEARER = "sandbox-twitter-app-bearer"
_EPOCH_MS = 1288834974657
_MEDIA_LIFE = timedelta(hours=24)
_QUARTER = timedelta(minutes=15)
_CASHTAG = re.compile(r"(?<![\w$])\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?!\w)")


def _names(line: str) -> tuple[str, ...]:
    return tuple(line.split())


_LEGACY_FIELDS = _names(
    "article attachments author_id card_uri community_id context_annotations conversation_id created_at"
    " display_text_range edit_controls edit_history_tweet_ids entities geo id in_reply_to_user_id lang"
    " media_metadata non_public_metrics note_tweet organic_metrics paid_partnership possibly_sensitive"
    " promoted_metrics public_metrics referenced_tweets reply_settings scopes source text withheld"
)
_POST_FIELDS = _names(
    "article article_title attachments card_uri community_id context_annotations conversation_id"
    " created_at display_text_range edit_controls entities geo id lang matched_media_notes"
    " media_metadata non_public_metrics note_post note_request_suggestions organic_metrics"
    " paid_partnership possibly_sensitive promoted_metrics public_metrics reply_settings scopes source"
    " suggested_source_links suggested_source_links_with_counts text withheld"
)
_EXPANSIONS = _names(
    "article.cover_media article.media_entities attachments.media_keys attachments.media_source_tweet"
    " attachments.poll_ids author_id edit_history_post_ids edit_history_tweet_ids"
    " entities.mentions.username geo.place_id in_reply_to_user_id referenced_posts referenced_tweets.id"
    " referenced_tweets.id.author_id username"
)
_MEDIA_FIELDS = _names(
    "alt_text duration_ms height media_key non_public_metrics organic_metrics preview_image_url"
    " promoted_metrics public_metrics type url variants width"
)
_USER_FIELDS = _names(
    "confirmed_email connection_status created_at description entities id is_identity_verified location"
    " name parody pinned_tweet_id profile_banner_url profile_image_url protected public_metrics"
    " receives_your_dm subscribes_to_you subscription subscription_type url username verified"
    " verified_followers_count verified_type withheld"
)
_ID = r"^[0-9]{1,19}$"
_AUDIENCE = ("following", "mentionedUsers", "subscribers", "verified")
_id = text(pattern=_ID)

POST_BODY: Shape = mapping(
    {
        "text": text(),
        "card_uri": text(),
        "community_id": _id,
        "direct_message_deep_link": text(),
        "edit_options": mapping({"previous_post_id": _id}, ["previous_post_id"]),
        "for_super_followers_only": boolean,
        "geo": mapping({"place_id": text()}, ["place_id"]),
        "made_with_ai": boolean,
        "media": mapping(
            {
                "call_to_actions": mapping({}, more=True),
                "description": text(),
                "embeddable": boolean,
                "media_ids": array(_id, 1, 4),
                "preview_media_id": _id,
                "tagged_user_ids": array(_id, 0, 10),
                "title": text(),
            },
            ["media_ids"],
        ),
        "nullcast": boolean,
        "paid_partnership": boolean,
        "poll": mapping(
            {
                "options": array(text(1, 25), 2, 4),
                "duration_minutes": integer(5, 10080),
                "reply_settings": text(among=_AUDIENCE),
            },
            ["options", "duration_minutes"],
        ),
        "quote_tweet_id": _id,
        "reply": mapping(
            {
                "in_reply_to_tweet_id": _id,
                "auto_populate_reply_metadata": boolean,
                "exclude_reply_user_ids": array(_id),
            },
            ["in_reply_to_tweet_id"],
        ),
        "reply_settings": text(among=_AUDIENCE),
        "share_with_followers": boolean,
    }
)
_CATEGORIES = ("tweet_image", "tweet_video", "tweet_gif", "dm_image", "dm_video", "dm_gif", "subtitles")
INIT_BODY: Shape = mapping(
    {
        "additional_owners": array(_id),
        "media_category": text(among=("amplify_video", *_CATEGORIES)),
        "media_type": text(
            among=_names(
                "video/mp4 video/webm video/mp2t video/quicktime text/srt text/vtt image/jpeg"
                " image/gif image/bmp image/png image/webp image/pjpeg image/tiff model/gltf-"
                " binary model/vnd.usdz+zip"
            )
        ),
        "shared": boolean,
        "total_bytes": integer(0, 17179869184),
    },
    ["media_type", "total_bytes"],
)
METADATA_BODY: Shape = mapping(
    {
        "id": _id,
        "metadata": mapping({"alt_text": mapping({"text": text(0, 1000)}, ["text"])}, more=True),
    },
    ["id"],
    more=True,
)

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
# X API pricing, checked 2026-11-23, US dollars per request (reads: per post).
_PRICES = {"tweet": 0.015, "tweet_url": 0.200, "metadata": 0.005, "delete": 0.010, "read": 0.001}


class Refusal(Exception):
    """An answer that is an error, raised where it is found."""

    def __init__(self, status: int, body: Json, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, body)
        self.status, self.body, self.headers = status, body, dict(headers or {})


def _plain(status: int, title: str, detail: str, kind: str = "about:blank") -> Refusal:
    return Refusal(status, {"title": title, "detail": detail, "type": kind, "status": status})


def _forbidden(detail: str) -> Refusal:
    return _plain(403, "Forbidden", detail)


def _invalid(message: str, parameters: Mapping[str, list[str]] | None = None) -> Refusal:
    return Refusal(
        400,
        {
            "errors": [{"message": message, "parameters": dict(parameters or {})}],
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": f"{_PROBLEM}invalid-request",
        },
    )


def _not_found(kind: str, parameter: str, value: str) -> Json:
    return {
        "value": value,
        "detail": f"Could not find {kind} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": value,
        "type": f"{_PROBLEM}resource-not-found",
    }


def _no_credits(account: str) -> Refusal:
    return Refusal(
        402,
        {
            "account_id": int(account),
            "title": "CreditsDepleted",
            "detail": f"Your enrolled account [{account}] does not have any credits to fulfill this request.",
            "type": f"{_PROBLEM}credits",
        },
    )


_DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
_STRANGER = "You can only reply to or quote posts where you are mentioned or are the author."
_GONE = "You attempted to reply to a Tweet that is deleted or not visible to you."
_NOT_PERMITTED = "You are not permitted to perform this action."
_CASHTAGS = "Your post contains more than the maximum of one cashtag."
_BAD_MEDIA = "Your media IDs are invalid."

# What POST /admin/platform {"next_error": {"code": …}} can ask for, by the words of the fact it stands for.
ERRORS: dict[str, Callable[[str], Refusal]] = {
    "duplicate": lambda _: _forbidden(_DUPLICATE),
    "reply": lambda _: _forbidden(_STRANGER),
    "reply-limited": lambda _: _forbidden(
        "Reply to this conversation is not allowed because you have not been mentioned."
    ),
    "not-visible": lambda _: _forbidden(_GONE),
    "cashtag": lambda _: _forbidden(_CASHTAGS),
    "invalid-url": lambda _: _forbidden("Your post contains an invalid URL."),
    "video-length": lambda _: _forbidden("You are not allowed to post a video longer than 2 minutes."),
    "not-permitted": lambda _: _forbidden(_NOT_PERMITTED),
    "suspended": lambda _: _forbidden(
        "Your account is suspended and is not permitted to access this feature."
    ),
    "client-forbidden": lambda _: Refusal(
        403,
        {
            "title": "Client Forbidden",
            "detail": "Your client app is not configured with the appropriate permissions for this endpoint.",
            "reason": "client-not-enrolled",
            "type": f"{_PROBLEM}client-forbidden",
            "status": 403,
        },
    ),
    "invalid-request": lambda _: _invalid("The request is invalid."),
    "media-ids": lambda _: _invalid(_BAD_MEDIA),
    "unauthorized": lambda _: _plain(401, "Unauthorized", "Unauthorized"),
    "credits": _no_credits,
    "usage-capped": lambda account: Refusal(
        429,
        {
            "account_id": int(account),
            "title": "UsageCapExceeded",
            "detail": "Usage cap exceeded: Monthly product cap",
            "period": "Monthly",
            "scope": "Product",
            "type": f"{_PROBLEM}usage-capped",
        },
    ),
    "rate-legacy": lambda _: Refusal(429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}),
    "over-capacity": lambda _: _plain(503, "Service Unavailable", "Service Unavailable"),
    "internal": lambda _: _plain(500, "Internal Server Error", "Internal Server Error"),
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
_ROUTES = tuple(
    _Route(method, re.compile(f"{path}$"), rate, scopes, answer)
    for method, path, rate, scopes, answer in (
        ("GET", r"/2/users/me", "me", _READ, "_me"),
        ("POST", r"/2/tweets", "tweet", (*_READ, *_WRITE), "_create"),
        ("GET", r"/2/tweets/([^/]+)", "lookup", _READ, "_lookup"),
        ("DELETE", r"/2/tweets/([^/]+)", "delete", (*_READ, *_WRITE), "_delete"),
        ("GET", r"/2/users/([^/]+)/tweets", "timeline", _READ, "_timeline"),
        ("GET", r"/2/media/upload", "status", _MEDIA, "_status"),
        ("POST", r"/2/media/upload", "upload", _MEDIA, "_upload"),
        ("POST", r"/2/media/upload/initialize", "chunk", _MEDIA, "_initialize"),
        ("POST", r"/2/media/upload/([^/]+)/append", "chunk", _MEDIA, "_append"),
        ("POST", r"/2/media/upload/([^/]+)/finalize", "chunk", _MEDIA, "_finalize"),
        ("POST", r"/2/media/metadata", "metadata", _MEDIA, "_metadata"),
    )
)


@dataclass(frozen=True)
class _Call:
    """An authorised request: who asks, with what, about which resource in the path."""

    account: str
    request: Request
    key: str


class TwitterSimulator(Simulator):
    """api.x.com for any number of accounts, and the page of each post at x.com.

    Settings: `list_lag` seconds before a post shows in timelines; `reply_lag` seconds before it can
    be answered; `duplicate_window` seconds in which the same words are refused; `text_limit`
    weighted characters; `credit_usd` left (None: endless); `quota` calls per 15 minutes by route;
    `processing_seconds` and `processing_result` of GIFs; `append_limit` bytes per chunk.
    """

    platform = "twitter"
    hosts: ClassVar[Mapping[str, str]] = {
        "api.x.com": "",
        "api.twitter.com": "",
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
        "append_limit": 5 * 1024 * 1024,
    }

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._oauth1 = OAuth1(self._secrets)

    def credentials(self, account: str) -> dict[str, str]:
        """OAuth 1.0a keys, as the developer console gives them to an account's owner."""
        return {
            "consumer_key": _CONSUMER,
            "consumer_secret": f"{_CONSUMER}-secret",
            "access_token": f"sandbox-twitter-{account}",
            "access_token_secret": f"sandbox-twitter-{account}-secret",
        }

    def bearer(self, account: str) -> str:
        """The same account's OAuth 2.0 user token."""
        return f"sandbox-twitter-{account}-oauth2"

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
        route, key = _route(request.method, path)
        headers: dict[str, str] = {}
        try:
            if route is None:
                raise _plain(404, "Not Found", "Not Found")
            with self.world.transaction():
                account = self._account(request, path, route)
                window = self._count(account, route.rate)
                headers = _rate_headers(window)
                asked_for = self.take_next_error(route.rate)
            if not window.allowed:
                raise _plain(429, "Too Many Requests", "Too Many Requests")
            if asked_for is not None:
                raise ERRORS[asked_for["code"]](account)
            with self.world.transaction():
                answer: Response = getattr(self, route.answer)(_Call(account, request, key))
        except Refusal as refusal:
            answer = _json(refusal.body, refusal.status, refusal.headers)
        answer.headers.extend(headers)
        return answer

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
            raise _plain(401, "Unauthorized", "Unauthorized")
        return account

    def _bearer_account(self, token: str, route: _Route) -> str:
        """OAuth 2.0: only these tokens expire, and only these have scopes."""
        if token == _APP_BEARER and route.rate not in ("lookup", "timeline"):
            raise _plain(
                403,
                "Unsupported Authentication",
                "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.  Supported"
                " authentication types are [OAuth 1.0a User Context, OAuth 2.0 User Context].",
                f"{_PROBLEM}unsupported-authentication",
            )
        account = token.removeprefix("sandbox-twitter-").removesuffix("-oauth2")
        if token == _APP_BEARER:
            return self.default_account.id
        known = token == self.bearer(account) and self.profile(account) is not None
        if not known or self.token_state(account) != "valid":
            raise _plain(401, "Unauthorized", "Unauthorized")
        granted = (self.world.get(self.platform, "token", account) or {}).get("scopes")
        if granted is not None and set(route.scopes) - set(granted):
            raise _forbidden("Forbidden")
        return account

    def _count(self, account: str, rate: str) -> Window:
        limit = int(self.setting("quota").get(rate, _RATES[rate]))
        return count(self.world, self.platform, f"{rate}:{account}", limit, _QUARTER)

    def _charge(self, account: str, price: float) -> None:
        left = self.setting("credit_usd")
        if left is None:
            return
        if left < price:
            raise _no_credits(account)
        self.world.put(self.platform, "setting", "credit_usd", round(left - price, 6))

    # ── posts ────────────────────────────────────────────────────────────────

    def _me(self, call: _Call) -> Response:
        _known_query(call.request, {"user.fields", "expansions", "post.fields", "tweet.fields"})
        _listed(call.request, "user.fields", _USER_FIELDS)
        return _json({"data": self._user(call.account)})

    def _user(self, account: str) -> Json:
        profile = self.profile(account)
        return {"id": account, "name": profile.name if profile else "", "username": username(account)}

    def _create(self, call: _Call) -> Response:
        body = _body(call.request, POST_BODY)
        words = unicodedata.normalize("NFC", body.get("text", ""))
        media = self._attachable(call.account, body.get("media", {}).get("media_ids", []))
        self._refuse_post(call.account, body, words, bool(media))
        self._charge(call.account, _PRICES["tweet_url" if any(_urls(words)) else "tweet"])
        post_id = self._new_id()
        now = self.world.now()
        for media_id, one in media.items():
            self.world.put(self.platform, "media", media_id, {**one, "used_by": post_id})
        self.world.publish(
            LivePost(
                self.platform,
                call.account,
                post_id,
                "thread" if "reply" in body else "root",
                body.get("text", ""),
                now,
                f"/twitter/web/{username(call.account)}/status/{post_id}",
                parent=body.get("reply", {}).get("in_reply_to_tweet_id"),
                options={name: body[name] for name in body if name not in ("text", "media", "reply")},
                media=tuple(
                    {"type": one["kind"], "sha256": one["sha256"], "alt": one.get("alt", ""), "id": media_id}
                    for media_id, one in media.items()
                ),
                private={"same": _sameness(words)},
            )
        )
        post = self.world.post(self.platform, post_id)
        assert post is not None  # noqa: S101 - published two lines above, in this transaction
        shown = self._shown(post, set())
        answer = {"id": post_id, "text": shown["text"], "edit_history_post_ids": [post_id]}
        return _json(
            {"data": {**answer, "edit_history_tweet_ids": [post_id]}},
            201,
            {"location": f"https://api.twitter.com/2/tweets/{post_id}"},
        )

    def _refuse_post(self, account: str, body: Json, words: str, has_media: bool) -> None:
        """Everything X refuses about a post, in the order its answers have been seen."""
        if not words.strip() and not has_media:
            raise _invalid("The `text` field is required unless media is attached.", {"text": [words]})
        if sum(name in body for name in ("media", "poll", "quote_tweet_id")) > 1:
            raise _invalid("You can only attach one of media, poll or quote_tweet_id.")
        if words and not self._fits(words):
            raise _forbidden(_NOT_PERMITTED)
        if len(_CASHTAG.findall(words)) > 1:
            raise _forbidden(_CASHTAGS)
        if "quote_tweet_id" in body:
            self._refuse_reference(account, body["quote_tweet_id"])
        if "reply" in body:
            self._refuse_reply(account, body["reply"]["in_reply_to_tweet_id"])
        if words.strip() and self._said_lately(account, _sameness(words)):
            raise _forbidden(_DUPLICATE)

    def _fits(self, words: str) -> bool:
        from twitter_text import parse_tweet

        parsed = parse_tweet(words)
        broken = any(mark in words for mark in "\ufffe\ufeff\uffff")
        return not broken and parsed.weightedLength <= int(self.setting("text_limit"))

    def _refuse_reply(self, account: str, parent_id: str) -> None:
        parent = self.world.post(self.platform, parent_id)
        lag = timedelta(seconds=self.setting("reply_lag"))
        if parent is None or parent.removed or self.world.now() < parent.created_at + lag:
            raise _forbidden(_GONE)
        self._refuse_reference(account, parent_id)

    def _refuse_reference(self, account: str, post_id: str) -> None:
        """Since February 2026 apps answer and quote only their own posts and those that name them."""
        other = self.world.post(self.platform, post_id)
        if other is None or other.removed:
            raise _forbidden(_STRANGER)
        named = re.search(rf"(?<!\w)@{username(account)}(?!\w)", other.text, re.IGNORECASE)
        if other.account != account and not named:
            raise _forbidden(_STRANGER)

    def _said_lately(self, account: str, sameness: str) -> bool:
        since = self.world.now() - timedelta(seconds=self.setting("duplicate_window"))
        return any(
            post.private["same"] == sameness and post.created_at > since and not post.removed
            for post in self.world.live(self.platform, account)
        )

    def _new_id(self) -> str:
        """Rising with time, as X's are: milliseconds since its epoch, then a counter."""
        at = (int(self.world.now().timestamp() * 1000) - _EPOCH_MS) << 22
        return str(self.world.next_number(self.platform, max(1, at)))

    def _delete(self, call: _Call) -> Response:
        post = self.world.post(self.platform, _path_id(call.key))
        if post is None or post.removed:
            raise Refusal(404, {"errors": [_not_found("tweet", "id", call.key)], **_NOT_FOUND})
        if post.account != call.account:
            raise _forbidden("You are not authorized to delete this Tweet.")
        self._charge(call.account, _PRICES["delete"])
        self.world.remove(self.platform, post.id)
        return _json({"data": {"deleted": True}})

    # ── reading ──────────────────────────────────────────────────────────────

    def _lookup(self, call: _Call) -> Response:
        _known_query(call.request, _FIELD_QUERY)
        post = self.world.post(self.platform, _path_id(call.key))
        if post is None or post.removed:
            return _json({"errors": [_not_found("tweet", "id", call.key)]})
        self._charge(call.account, _PRICES["read"])
        shown = [self._shown(post, _wanted(call.request))]
        return _json({"data": shown[0], **self._includes(call.request, [post])})

    def _timeline(self, call: _Call) -> Response:
        _known_query(call.request, _FIELD_QUERY | _PAGE_QUERY)
        wanted, query = _wanted(call.request), _page_query(call.request)
        if self.profile(_path_id(call.key)) is None:
            return _json({"errors": [_not_found("user", "id", call.key)]})
        posts = [post for post in self._listed_posts(call.key) if query.fits(post)]
        page, rest = posts[: query.size], posts[query.size :]
        self._charge(call.account, _PRICES["read"] * len(page))
        meta: dict[str, Json] = {"result_count": len(page)}
        if not page:
            return _json({"meta": meta})
        meta.update(newest_id=page[0].id, oldest_id=page[-1].id)
        if rest:
            meta["next_token"] = _token_before(page[-1].id)
        if query.before is not None:
            meta["previous_token"] = _token_before(page[0].id)
        data = [self._shown(post, wanted) for post in page]
        return _json({"data": data, **self._includes(call.request, page), "meta": meta})

    def _listed_posts(self, account: str) -> list[LivePost]:
        """Newest first; the freshest are missing for as long as the list lags."""
        latest = self.world.now() - timedelta(seconds=self.setting("list_lag"))
        posts = self.world.live(self.platform, account)
        return [post for post in reversed(posts) if not post.removed and post.created_at <= latest]

    def _shown(self, post: LivePost, wanted: set[str]) -> Json:
        """A post as X gives it back: t.co links, `&<>` escaped, the names the client asked with."""
        words, urls = self._wrapped(post)
        shown: dict[str, Json] = {"id": post.id, "text": words}
        shown["edit_history_tweet_ids" if "legacy" in wanted else "edit_history_post_ids"] = [post.id]
        referenced = [{"type": "replied_to", "id": post.parent}] if post.parent else []
        if "quote_tweet_id" in post.options:
            referenced.append({"type": "quoted", "id": post.options["quote_tweet_id"]})
        optional = {
            "created_at": post.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "author_id": post.account,
            "conversation_id": self._conversation(post) if "conversation_id" in wanted else None,
            "entities": {"urls": urls} if urls else None,
            "attachments": {"media_keys": [_media_key(one) for one in post.media]} if post.media else None,
            "referenced_tweets": referenced or None,
            "referenced_posts": referenced or None,
            "in_reply_to_user_id": post.account if post.parent else None,
            "reply_settings": post.options.get("reply_settings", "everyone"),
            "lang": "in",
        }
        shown.update(
            {name: value for name, value in optional.items() if name in wanted and value is not None}
        )
        return shown

    def _conversation(self, post: LivePost) -> str:
        while post.parent and (above := self.world.post(self.platform, post.parent)):
            post = above
        return post.id

    def _wrapped(self, post: LivePost) -> tuple[str, list[Json]]:
        plain = unicodedata.normalize("NFC", post.text).strip()
        out, urls, at = "", [], 0
        for found, start, end in _urls(plain):
            full = found if "://" in found else f"http://{found}"
            out += html.escape(plain[at:start], quote=False)
            urls.append(_url_entity(full, post.id, len(out)))
            out, at = out + urls[-1]["url"], end
        out += html.escape(plain[at:], quote=False)
        if post.media:
            page = f"https://x.com/{username(post.account)}/status/{post.id}/photo/1"
            out += " " if out else ""
            entity = _url_entity(page, f"{post.id}/media", len(out))
            urls += [{**entity, "media_key": _media_key(one)} for one in post.media]
            out += entity["url"]
        return out, urls

    def _includes(self, request: Request, posts: list[LivePost]) -> Json:
        asked = _listed(request, "expansions", _EXPANSIONS)
        fields = {"media_key", "type", *_listed(request, "media.fields", _MEDIA_FIELDS)}
        included: dict[str, Json] = {}
        if "attachments.media_keys" in asked and any(post.media for post in posts):
            included["media"] = [self._media_shown(one, fields) for post in posts for one in post.media]
        if "author_id" in asked:
            included["users"] = [self._user(account) for account in {post.account for post in posts}]
        above = [self.world.post(self.platform, post.parent) for post in posts if post.parent]
        shown = [self._shown(one, _wanted(request)) for one in above if one and not one.removed]
        if shown and "referenced_posts" in asked:
            included["posts"] = shown
        if shown and "referenced_tweets.id" in asked:
            included["tweets"] = shown
        return {"includes": included} if included else {}

    def _media_shown(self, one: Mapping[str, Json], fields: set[str]) -> Json:
        kept = self.world.get(self.platform, "media", one["id"]) or {}
        shown = {
            "media_key": _media_key(one),
            "type": "animated_gif" if one["type"] == "gif" else "photo",
            "url": f"{self.world.base_url}/media/{one['sha256']}",
            "alt_text": one["alt"] or None,
            "width": kept.get("width"),
            "height": kept.get("height"),
        }
        return {name: value for name, value in shown.items() if name in fields and value is not None}

    # ── media ────────────────────────────────────────────────────────────────

    def _attachable(self, account: str, ids: list[str]) -> dict[str, Json]:
        """The uploads a post names: finished, its owner's, not used or expired; 4 pictures or 1 GIF."""
        now = self.world.now()
        found = {}
        for media_id in ids:
            one = self.world.get(self.platform, "media", media_id)
            ready = one is not None and self._state(one) == "succeeded" and "used_by" not in one
            if not ready or one["account"] != account or datetime.fromisoformat(one["expires_at"]) <= now:
                raise _invalid(_BAD_MEDIA, {"media.media_ids": ids})
            found[media_id] = one
        mixed = len(found) > 1 and any(one["kind"] == "gif" for one in found.values())
        if len(found) != len(ids) or mixed:
            raise _invalid(_BAD_MEDIA, {"media.media_ids": ids})
        return found

    def _upload(self, call: _Call) -> Response:
        fields, data = _media_body(call.request)
        broken = list(_UPLOAD_BODY(fields, "$"))
        if broken:
            raise _schema(broken)
        if data is None:
            raise _schema(["$.media: is missing but it is required"])
        media_id = self._new_id()
        self.world.put(self.platform, "media", media_id, self._accepted(call.account, fields, data))
        return _json({"data": self._media_answer(media_id)})

    def _initialize(self, call: _Call) -> Response:
        body = _body(call.request, INIT_BODY)
        most = _most_bytes(body.get("media_category", "tweet_image"))
        if body["total_bytes"] > most:
            raise _invalid(f"File size exceeds {most} bytes.")
        media_id = self._new_id()
        upload = {**body, "account": call.account, "segments": {}, "expires_at": self._expiry()}
        self.world.put(self.platform, "upload", media_id, upload)
        seconds = int(_MEDIA_LIFE.total_seconds())
        data = {"id": media_id, "media_key": f"3_{media_id}", "expires_after_secs": seconds}
        return _json({"data": data})

    def _append(self, call: _Call) -> Response:
        upload = self._upload_of(call)
        fields, data = _media_body(call.request)
        index = fields.get("segment_index")
        if isinstance(index, str) and index.isdigit():
            fields["segment_index"] = int(index)
        broken = list(_APPEND_BODY(fields, "$"))
        if broken or data is None:
            raise _schema(broken or ["$.media: is missing but it is required"])
        if len(data) > int(self.setting("append_limit")):
            return Response(b"", 413)
        sha256 = self.world.keep(data, "application/octet-stream")
        upload["segments"][str(fields["segment_index"])] = sha256
        self.world.put(self.platform, "upload", call.key, upload)
        return _json({"data": {"expires_at": epoch(datetime.fromisoformat(upload["expires_at"]))}})

    def _finalize(self, call: _Call) -> Response:
        if self.world.get(self.platform, "media", call.key) is not None:
            return _json({"data": self._media_answer(call.key)})
        upload = self._upload_of(call)
        segments = upload["segments"]
        if set(segments) != {str(number) for number in range(len(segments))}:
            raise _invalid("Segments do not add up to the provided total file size.")
        data = b"".join(self._segment(segments[str(number)]) for number in range(len(segments)))
        if len(data) != upload["total_bytes"]:
            raise _invalid("Segments do not add up to the provided total file size.")
        fields = {"media_category": "tweet_image", **upload}
        one = self._accepted(call.account, fields, data)
        if one["mime"] != upload["media_type"].replace("pjpeg", "jpeg"):
            raise _invalid(f"Invalid MediaId or media type: {upload['media_type']}.")
        self.world.put(self.platform, "media", call.key, one)
        self.world.drop(self.platform, "upload", call.key)
        return _json({"data": self._media_answer(call.key)})

    def _status(self, call: _Call) -> Response:
        _known_query(call.request, {"media_id", "command"})
        media_id = call.request.args.get("media_id", "")
        if call.request.args.get("command", "STATUS") != "STATUS":
            raise _invalid("The `command` query parameter value is not one of [STATUS]")
        one = self.world.get(self.platform, "media", media_id)
        if one is None or one["account"] != call.account:
            raise _invalid(_BAD_MEDIA, {"media_id": [media_id]})
        return _json({"data": self._media_answer(media_id)})

    def _metadata(self, call: _Call) -> Response:
        body = _body(call.request, METADATA_BODY)
        one = self.world.get(self.platform, "media", body["id"])
        if one is None or one["account"] != call.account:
            raise _invalid(_BAD_MEDIA, {"id": [body["id"]]})
        self._charge(call.account, _PRICES["metadata"])
        alt = body.get("metadata", {}).get("alt_text", {}).get("text", "")
        self.world.put(self.platform, "media", body["id"], {**one, "alt": alt})
        return _json({"data": {"id": body["id"], "associated_metadata": body.get("metadata", {})}})

    def _upload_of(self, call: _Call) -> dict[str, Json]:
        upload: dict[str, Json] | None = self.world.get(self.platform, "upload", call.key)
        alive = upload is not None and datetime.fromisoformat(upload["expires_at"]) > self.world.now()
        if upload is None or not alive or upload["account"] != call.account:
            raise _invalid(_BAD_MEDIA, {"id": [call.key]})
        return upload

    def _segment(self, sha256: str) -> bytes:
        blob = self.world.blob(sha256)
        return blob[1] if blob else b""

    def _accepted(self, account: str, fields: Mapping[str, Json], data: bytes) -> dict[str, Json]:
        """An upload as it is kept, after X has looked at the bytes themselves."""
        category = fields["media_category"]
        if category not in ("tweet_image", "tweet_gif"):
            raise _invalid(f"{category} is not simulated yet.")
        if len(data) > _most_bytes(category):
            raise _invalid(f"File size exceeds {_most_bytes(category)} bytes.")
        facts = picture(data)
        if facts is None or facts.mime not in ("image/jpeg", "image/png", "image/webp", "image/gif"):
            raise _invalid("media type unrecognized.")
        moving = facts.mime == "image/gif" and facts.frames > 1
        if category == "tweet_gif" and facts.mime != "image/gif":
            raise _invalid("media type unrecognized.")
        pixels = facts.width * facts.height * facts.frames
        if moving and (
            facts.width > 1280 or facts.height > 1080 or facts.frames > 350 or pixels > 300_000_000
        ):
            raise _invalid("The GIF is too large: 1280x1080, 350 frames, 300 million pixels at most.")
        ready = self.world.now()
        if category == "tweet_gif":
            ready += timedelta(seconds=self.setting("processing_seconds"))
        return {
            "account": account,
            "kind": "gif" if moving else "image",
            "category": category,
            "mime": facts.mime,
            "size": len(data),
            "sha256": self.world.keep(data, facts.mime),
            "width": facts.width,
            "height": facts.height,
            "expires_at": self._expiry(),
            "ready_at": ready.isoformat(),
            "result": self.setting("processing_result") if category == "tweet_gif" else "succeeded",
        }

    def _expiry(self) -> str:
        return (self.world.now() + _MEDIA_LIFE).isoformat()

    def _state(self, one: Mapping[str, Json]) -> str:
        wait = datetime.fromisoformat(one["ready_at"]) - self.world.now()
        return "in_progress" if wait > timedelta(0) else str(one["result"])

    def _media_answer(self, media_id: str) -> Json:
        one = self.world.get(self.platform, "media", media_id)
        left = datetime.fromisoformat(one["expires_at"]) - self.world.now()
        answer: dict[str, Json] = {
            "id": media_id,
            "media_key": _media_key({"id": media_id, "type": one["kind"]}),
            "size": one["size"],
            "expires_after_secs": max(0, int(left.total_seconds())),
            "image": {"w": one["width"], "h": one["height"], "image_type": one["mime"]},
        }
        if one["category"] == "tweet_gif":
            state = self._state(one)
            info = {"state": state, "progress_percent": 50 if state == "in_progress" else 100}
            answer["processing_info"] = {**info, "check_after_secs": 1} if state == "in_progress" else info
        return answer


SIMULATOR = TwitterSimulator

_NOT_FOUND = {"title": "Not Found Error", "type": f"{_PROBLEM}resource-not-found", "status": 404}
_FIELD_QUERY = {
    "expansions",
    "media.fields",
    "place.fields",
    "poll.fields",
    "post.fields",
    "tweet.fields",
    "user.fields",
}
_PAGE_QUERY = {
    "end_time",
    "exclude",
    "max_results",
    "pagination_token",
    "since_id",
    "start_time",
    "until_id",
}
_UPLOAD_BODY = mapping(
    {"media_category": text(among=_CATEGORIES), "additional_owners": text()}, ["media_category"]
)
_APPEND_BODY = mapping({"segment_index": integer(0, 999)}, ["segment_index"])


def username(account: str) -> str:
    """An account's handle; at most 15 characters, as X has it."""
    return f"contoh_{account}"[:15]


def _route(method: str, path: str) -> tuple[_Route | None, str]:
    for route in _ROUTES:
        if route.method == method and (found := route.path.fullmatch(path)):
            return route, found.group(1) if found.groups() else ""
    return None, ""


def _json(body: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        json.dumps(body, ensure_ascii=False),
        status,
        dict(headers or {}),
        content_type="application/json; charset=utf-8",
    )


def _rate_headers(window: Window) -> dict[str, str]:
    return {
        "x-rate-limit-limit": str(window.limit),
        "x-rate-limit-remaining": str(window.remaining),
        "x-rate-limit-reset": str(epoch(window.reset)),
    }


def _schema(broken: list[str]) -> Refusal:
    """The 400 that names each field and what is wrong with it."""
    refusal = _invalid(broken[0], {line.partition(": ")[0]: [line] for line in broken})
    refusal.body["errors"] = [
        {"message": line, "parameters": {line.partition(": ")[0]: [line]}} for line in broken
    ]
    return refusal


def _body(request: Request, shape: Shape) -> dict[str, Json]:
    if request.mimetype != "application/json":
        raise _plain(415, "Unsupported Media Type", "Content-Type must be application/json")
    try:
        body = json.loads(request.get_data(cache=True))
    except ValueError as error:
        raise _invalid("Requests with bodies must be valid JSON.") from error
    broken = list(shape(body, "$"))
    if broken:
        raise _schema(broken)
    fields: dict[str, Json] = body
    return fields


def _media_body(request: Request) -> tuple[dict[str, Json], bytes | None]:
    """Fields and bytes of an upload, sent as multipart or as JSON with base64."""
    if request.mimetype == "multipart/form-data":
        fields: dict[str, Json] = dict(request.form.items())
        sent = request.files.get("media")
        if sent is not None:
            return fields, sent.stream.read()
        return fields, _unbase64(fields.pop("media", None))
    if request.mimetype != "application/json":
        raise _plain(415, "Unsupported Media Type", "Content-Type must be multipart/form-data or JSON")
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise _invalid("Requests with bodies must be valid JSON.")
    return body, _unbase64(body.pop("media", None))


def _unbase64(value: Json) -> bytes | None:
    if value is None:
        return None
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError, TypeError) as error:
        raise _invalid("$.media: is not base64") from error


def _most_bytes(category: str) -> int:
    """X API media best practices, checked 2026-11-23: pictures 5 MB, GIFs 15 MB."""
    return 15 * 1024 * 1024 if category.endswith("gif") else 5 * 1024 * 1024


def _media_key(one: Mapping[str, Json]) -> str:
    return f"{16 if one['type'] == 'gif' else 3}_{one['id']}"


def _path_id(value: str) -> str:
    if not re.fullmatch(r"[0-9]{1,19}", value):
        raise _invalid(f"The `id` query parameter value [{value}] is not valid", {"id": [value]})
    return value


def _known_query(request: Request, known: set[str]) -> None:
    for name in request.args:
        if name not in known:
            raise _invalid(
                f"The query parameter [{name}] is not one of [{','.join(sorted(known))}]",
                {name: request.args.getlist(name)},
            )


def _listed(request: Request, name: str, allowed: Collection[str]) -> set[str]:
    given = request.args.get(name)
    values = set() if given is None else set(given.split(","))
    if given is not None and not values <= set(allowed):
        raise _invalid(
            f"The `{name}` query parameter value [{given}] is not one of [{','.join(allowed)}]",
            {name: [given]},
        )
    return values


def _wanted(request: Request) -> set[str]:
    """The fields asked for; `legacy` is among them if they were asked for by their old names.

    `tweet.fields` and `post.fields` are both served in late 2026, each with names of its own
    (referenced_tweets, referenced_posts); a client is answered in the names it asked with.
    """
    legacy = _listed(request, "tweet.fields", _LEGACY_FIELDS)
    wanted = legacy | _listed(request, "post.fields", _POST_FIELDS)
    asked = _listed(request, "expansions", _EXPANSIONS)
    wanted |= {"author_id"} & asked
    wanted |= {"attachments"} if "attachments.media_keys" in asked else set()
    wanted |= {"referenced_posts"} & asked
    wanted |= {"referenced_tweets"} if "referenced_tweets.id" in asked else set()
    return wanted | ({"legacy"} if "tweet.fields" in request.args else set())


@dataclass(frozen=True)
class _PageQuery:
    size: int
    before: int | None
    since_id: int | None
    until_id: int | None
    start: datetime | None
    end: datetime | None
    replies: bool

    def fits(self, post: LivePost) -> bool:
        number, at = int(post.id), post.created_at.replace(microsecond=0)
        return (
            (self.before is None or number < self.before)
            and (self.since_id is None or number > self.since_id)
            and (self.until_id is None or number < self.until_id)
            and (self.start is None or at >= self.start)
            and (self.end is None or at < self.end)
            and (self.replies or post.parent is None)
        )


def _page_query(request: Request) -> _PageQuery:
    return _PageQuery(
        size=_int_between(request, "max_results", 5, 100, 10),
        before=_token_id(request.args.get("pagination_token")),
        since_id=_int_id(request, "since_id"),
        until_id=_int_id(request, "until_id"),
        start=_moment(request, "start_time"),
        end=_moment(request, "end_time"),
        replies="replies" not in _listed(request, "exclude", ["replies", "retweets"]),
    )


def _int_between(request: Request, name: str, least: int, most: int, usual: int) -> int:
    given = request.args.get(name)
    if given is None:
        return usual
    if not given.isdigit() or not least <= int(given) <= most:
        raise _invalid(
            f"The `{name}` query parameter value [{given}] is not between {least} and {most}",
            {name: [given]},
        )
    return int(given)


def _int_id(request: Request, name: str) -> int | None:
    given = request.args.get(name)
    return None if given is None else int(_path_id(given))


def _moment(request: Request, name: str) -> datetime | None:
    given = request.args.get(name)
    if given is None:
        return None
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", given):
        raise _invalid(
            f"The `{name}` query parameter value [{given}] is not a valid RFC3339 date-time",
            {name: [given]},
        )
    return datetime.fromisoformat(given)


def _token_before(post_id: str) -> str:
    return base64.b32encode(post_id.encode()).decode().rstrip("=").lower()


def _token_id(token: str | None) -> int | None:
    if token is None:
        return None
    padded = token.upper() + "=" * (-len(token) % 8)
    try:
        return int(base64.b32decode(padded))
    except (binascii.Error, ValueError) as error:
        raise _invalid(
            f"The `pagination_token` query parameter value [{token}] is not valid",
            {"pagination_token": [token]},
        ) from error


def _urls(words: str) -> Iterator[tuple[str, int, int]]:
    """What X makes a link of, with its place."""
    from twitter_text import extract_urls_with_indices

    for found in extract_urls_with_indices(words):
        yield found["url"], found["indices"][0], found["indices"][1]


def _url_entity(full: str, salt: str, start: int) -> dict[str, Json]:
    short = f"https://t.co/{_base62(hashlib.sha256(f'{full} {salt}'.encode()).digest())[:10]}"
    shown = re.sub(r"^https?://(www\.)?", "", full)
    return {
        "start": start,
        "end": start + len(short),
        "url": short,
        "expanded_url": full,
        "display_url": shown if len(shown) <= 27 else f"{shown[:26]}…",
    }


def _base62(data: bytes) -> str:
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    return "".join(letters[byte % 62] for byte in data)


def _sameness(words: str) -> str:
    """What X compares when it looks for the same post again: words, not spacing or case."""
    return " ".join(unicodedata.normalize("NFC", words).split()).casefold()
