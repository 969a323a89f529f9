"""YouTube, pretended: the Data API v3 that uploads, describes, lists and deletes, as strict as the platform.

Sources: the discovery document of revision 20261104, the YouTube Data API reference with its revision
history to 2026-11-03, and its quota page (checked 2026-11-23). This file is read independently of the
room and imports nothing of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from connectors.sandbox_pages import not_found, post_page
from connectors.sandbox_world import AdminError, Profile, Simulator, World
from connectors.youtube.simulator_answers import ERRORS, Refusal, bad_request, json_answer, refused
from connectors.youtube.simulator_desk import Desk
from connectors.youtube.simulator_schema import document_at, method, query_of
from connectors.youtube.simulator_uploads import Sessions
from connectors.youtube.simulator_videos import FAILURES, REJECTIONS, Videos

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

Json = Any

PACIFIC = ZoneInfo("America/Los_Angeles")
_SCOPE = "https://www.googleapis.com/auth/"
_GRANTED = ("youtube.upload", "youtube.force-ssl")
_HOUR = timedelta(seconds=3600)
# YouTube quota page, since 2026-06-01: units of the common 10,000, or of a bucket of its own.
_COSTS = {
    "videos.insert": ("inserts", 1),
    "videos.list": ("units", 1),
    "videos.update": ("units", 50),
    "videos.delete": ("units", 50),
    "thumbnails.set": ("units", 50),
    "captions.insert": ("units", 400),
    "captions.list": ("units", 50),
    "playlistItems.insert": ("units", 50),
    "playlistItems.list": ("units", 1),
    "channels.list": ("units", 1),
}
_ROUTES = {
    ("GET", "videos"): "videos.list",
    ("POST", "videos"): "videos.insert",
    ("PUT", "videos"): "videos.update",
    ("DELETE", "videos"): "videos.delete",
    ("POST", "thumbnails/set"): "thumbnails.set",
    ("POST", "captions"): "captions.insert",
    ("GET", "captions"): "captions.list",
    ("POST", "playlistItems"): "playlistItems.insert",
    ("GET", "playlistItems"): "playlistItems.list",
    ("GET", "channels"): "channels.list",
}
_UPLOADS = ("videos.insert", "thumbnails.set", "captions.insert")
_PATH = re.compile(r"/(?P<upload>(?:resumable/)?upload/)?youtube/v3/(?P<what>[A-Za-z/]+)")


@dataclass(frozen=True)
class Call:
    """One request: who asks for what."""

    account: str
    name: str
    request: Request
    query: Mapping[str, list[str]]


class YouTubeSimulator(Simulator):
    """The Data API for any number of channels, its token endpoint, and the page of each video.

    Settings: `list_lag` seconds before a video shows in the uploads playlist; `processing_seconds` and
    `processing_result` (`succeeded`, a failureReason or a rejectionReason); `quota_units` and
    `quota_inserts` per day of the Pacific; `upload_limit` videos per channel in 24 hours (None: endless);
    `phone_verified`; `signed_up` (a channel exists); `refuse_duplicates`; `session_hours`; `playlists`.
    """

    platform = "youtube"
    title = "YouTube"
    hosts: ClassVar[Mapping[str, str]] = {
        "youtube.googleapis.com": "",
        "www.googleapis.com": "",
        "oauth2.googleapis.com": "",
        "www.youtube.com": "/web",
        "youtube.com": "/web",
    }
    default_account = Profile("6001", "Dinas Contoh")
    account_ids = r"UC[\w-]{4,22}|\d{1,20}"
    settings: ClassVar[Mapping[str, Json]] = {
        "list_lag": 0.0,
        "processing_seconds": 2.0,
        "processing_result": "succeeded",
        "quota_units": 10_000,
        "quota_inserts": 100,
        "upload_limit": None,
        "phone_verified": True,
        "signed_up": True,
        "refuse_duplicates": True,
        "session_hours": 168,
        "playlists": ["PLsandbox0001", "PLsandbox0002"],
    }

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.videos = Videos(self)
        self._sessions = Sessions(self)
        self._desk = Desk(self, self.videos)

    def credentials(self, account: str) -> dict[str, str]:
        """What a desktop client holds after its owner agreed."""
        return {
            "token": f"sandbox-youtube-{account}",
            "refresh_token": f"sandbox-youtube-{account}-refresh",
            "client_id": "sandbox-youtube-client",
            "client_secret": "sandbox-youtube-client-secret",
        }

    def announces(self) -> dict[str, Json]:
        base = f"{self.world.base_url}/{self.platform}"
        return {
            "discovery_url": f"{base}/discovery/v1/apis/youtube/v3/rest",
            "token_uri": f"{base}/token",
            "playlists": self.setting("playlists"),
        }

    def check_error(self, wanted: Json) -> Json:
        """`{"code": one of ERRORS, "on": method, "effect": whether it happens all the same}`."""
        shape = isinstance(wanted, dict) and not set(wanted) - {"code", "on", "effect"}
        if (
            not shape
            or wanted.get("code") not in ERRORS
            or wanted.get("on", "upload") not in (*_COSTS, "upload")
        ):
            raise AdminError(f"next_error takes code ({', '.join(ERRORS)}), on ({', '.join(_COSTS)}, upload)")
        return wanted

    def _checked(self, name: str, value: Json) -> Json:
        if name == "processing_result" and value not in ("succeeded", *FAILURES, *REJECTIONS):
            raise AdminError(f"processing_result is succeeded, {', '.join((*FAILURES, *REJECTIONS))}")
        return super()._checked(name, value)

    def handle(self, request: Request, path: str) -> Response:
        """Answer a request to the API or the token endpoint, or show a video's page."""
        if path.startswith("/web/"):
            return self._page(request, path.removeprefix("/web/"))
        if path.startswith("/discovery/"):
            return json_answer(document_at(f"{self.world.base_url}/{self.platform}"))
        if path == "/token":
            return self._token(request)
        try:
            with self.world.transaction():
                self.videos.release_due()
            return self._api(request, path)
        except Refusal as refusal:
            return json_answer(refusal.body, refusal.status)

    def _page(self, request: Request, place: str) -> Response:
        with self.world.transaction():
            self.videos.release_due()
        kind, _, video_id = place.rstrip("/").partition("/")
        if kind == "watch":
            video_id = request.args.get("v", "")
        elif kind != "shorts":
            return not_found()
        return post_page(self.world, {self.platform: self}, self.world.post(self.platform, video_id))

    # ── one call ─────────────────────────────────────────────────────────────

    def _api(self, request: Request, path: str) -> Response:
        found = _PATH.fullmatch(path)
        if found is None:
            raise refused("notFound")
        if found["upload"] and "upload_id" in request.args and request.method in ("PUT", "POST"):
            return self._piece(request)
        name = _ROUTES.get((request.method, found["what"].rstrip("/")))
        if name is None or bool(found["upload"]) is not (name in _UPLOADS):
            raise refused("notFound")
        request.environ["youtube.path"] = path
        with self.world.transaction():
            account = self._account(request, name)
            asked_for = self.take_next_error(name)
            self._charge(name)
        if asked_for and not asked_for.get("effect"):
            raise refused(asked_for["code"])
        with self.world.transaction():
            call = Call(account, name, request, query_of(request, name))
            answer = self._begin(call) if name in _UPLOADS else self._desk.answer(call)
        if asked_for:
            raise refused(asked_for["code"])
        return answer

    def _begin(self, call: Call) -> Response:
        """An upload: in a session of its own, or all in this request."""
        kind = call.request.args.get("uploadType") or call.request.headers.get("X-Goog-Upload-Protocol", "")
        begin, finish = self._desk.begins[call.name], self._desk.finishes[call.name]
        if kind == "resumable":
            announced = begin(call, _json(call.request))
            return self._sessions.begin(call.account, call.request, call.name, announced)
        if kind not in ("media", "multipart"):
            raise bad_request(f"Unsupported uploadType '{kind}'.")
        resource, upload = self._sessions.in_one_go(call.request, call.name)
        return json_answer(finish(call.account, begin(call, resource), upload))

    def _piece(self, request: Request) -> Response:
        asked_for = self.take_next_error("upload")
        if asked_for and not asked_for.get("effect"):
            raise refused(asked_for["code"])
        with self.world.transaction():
            answer = self._sessions.go_on(request, self._desk.finishes)
        if asked_for:
            raise refused(asked_for["code"])
        return answer

    # ── who asks, and how much is left ───────────────────────────────────────

    def _account(self, request: Request, name: str) -> str:
        header = request.headers.get("Authorization", "")
        token = header[7:].strip() if header.lower().startswith("bearer ") else ""
        account = self._holder(token)
        if account is None:
            raise refused("authError")
        granted = (self.world.get(self.platform, "token", account) or {}).get("scopes") or _GRANTED
        if not {one.removeprefix(_SCOPE) for one in method(name)["scopes"]} & {
            str(one).removeprefix(_SCOPE) for one in granted
        }:
            raise refused("insufficientPermissions")
        if not self.setting("signed_up") and name != "channels.list":
            raise refused("youtubeSignupRequired")
        return account

    def _holder(self, token: str) -> str | None:
        """Whose token it is, if it is good now."""
        issued = self.world.get(self.platform, "access", token)
        if issued is not None:
            good = self.world.now() < datetime.fromisoformat(issued["until"])
            good = good and self.token_state(issued["account"]) != "revoked"
            return str(issued["account"]) if good else None
        account = token.removeprefix("sandbox-youtube-")
        known = token != account and self.profile(account) is not None
        return account if known and self.token_state(account) == "valid" else None

    def _token(self, request: Request) -> Response:
        """A fresh access token for a refresh token, which stays the same."""
        form = request.form
        account = form.get("refresh_token", "").removeprefix("sandbox-youtube-").removesuffix("-refresh")
        keys = self.credentials(account)
        if form.get("grant_type") != "refresh_token":
            return _oauth_error("unsupported_grant_type", "Invalid grant_type: " + form.get("grant_type", ""))
        if any(form.get(name) != keys[name] for name in ("client_id", "client_secret")):
            return _oauth_error("invalid_client", "The OAuth client was not found.", 401)
        good = form.get("refresh_token") == keys["refresh_token"] and self.profile(account) is not None
        if not good or self.token_state(account) == "revoked":
            return _oauth_error("invalid_grant", "Token has been expired or revoked.")
        with self.world.transaction():
            number = self.world.next_number(self.platform)
            token, until = f"sandbox-youtube-{account}-access-{number}", self.world.now() + _HOUR
            issued = {"account": account, "until": until.isoformat()}
            self.world.put(self.platform, "access", token, issued)
        scopes = (self.world.get(self.platform, "token", account) or {}).get("scopes") or _GRANTED
        scope = " ".join(_SCOPE + str(one).removeprefix(_SCOPE) for one in scopes)
        answer = {"access_token": token, "expires_in": 3599, "scope": scope, "token_type": "Bearer"}
        return json_answer(answer)

    def _charge(self, name: str) -> None:
        """Count the call, good or bad, against the project's day, which begins at midnight in the Pacific.

        Raises:
            Refusal: nothing is left.
        """
        bucket, cost = _COSTS[name]
        day = self.world.now().astimezone(PACIFIC).date().isoformat()
        used = self.world.get(self.platform, "quota", f"{day} {bucket}") or 0
        if used + cost > int(self.setting(f"quota_{bucket}")):
            raise refused("quotaExceeded")
        self.world.put(self.platform, "quota", f"{day} {bucket}", used + cost)


def _json(request: Request) -> Json:
    try:
        return json.loads(request.get_data() or b"{}")
    except ValueError:
        raise bad_request("Invalid JSON payload received.", "parseError") from None


def _oauth_error(error: str, description: str, status: int = 400) -> Response:
    return json_answer({"error": error, "error_description": description}, status)


SIMULATOR = YouTubeSimulator
