"""How the pretended YouTube says no, and how it answers at all (for simulator.py beside it).

Envelope and reasons by the YouTube Data API reference and google-api-python-client (checked 2026-11-23).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from werkzeug.wrappers import Response

Json = Any

_VIDEO, _QUOTA, _GLOBAL, _USAGE = "youtube.video", "youtube.quota", "global", "usageLimits"

ERRORS: Mapping[str, tuple[int, str, str]] = {
    "backendError": (503, _GLOBAL, "Backend Error"),
    "internalError": (500, _GLOBAL, "Internal error encountered."),
    "badGateway": (502, _GLOBAL, "Bad Gateway"),
    "gatewayTimeout": (504, _GLOBAL, "Gateway Timeout"),
    "rateLimitExceeded": (403, _USAGE, "Rate Limit Exceeded"),
    "userRateLimitExceeded": (403, _USAGE, "User Rate Limit Exceeded"),
    "tooManyRequests": (429, _USAGE, "Too Many Requests"),
    "quotaExceeded": (403, _QUOTA, "The request cannot be completed because you have exceeded your quota."),
    "dailyLimitExceeded": (403, _USAGE, "Daily Limit Exceeded"),
    "uploadLimitExceeded": (400, _VIDEO, "The user has exceeded the number of videos they may upload."),
    "invalidTitle": (400, _VIDEO, "The request metadata specifies an invalid or empty video title."),
    "invalidDescription": (400, _VIDEO, "The request metadata specifies an invalid video description."),
    "invalidTags": (400, _VIDEO, "The request metadata specifies invalid video keywords."),
    "invalidCategoryId": (400, _VIDEO, "The snippet.categoryId property specifies an invalid category ID."),
    "invalidPublishAt": (
        400,
        _VIDEO,
        "The request metadata specifies an invalid scheduled publishing time.",
    ),
    "invalidVideoMetadata": (400, _VIDEO, "The request metadata is invalid."),
    "invalidFilename": (400, _VIDEO, "The video filename specified in the Slug header is invalid."),
    "invalidRecordingDetails": (
        400,
        _VIDEO,
        "The recordingDetails object specifies invalid recording details.",
    ),
    "defaultLanguageNotSet": (
        400,
        _VIDEO,
        "The request is trying to add localized video details without specifying the default language.",
    ),
    "mediaBodyRequired": (400, _VIDEO, "The request does not include the video content."),
    "forbidden": (403, _GLOBAL, "The request might not be properly authorized."),
    "forbiddenPrivacySetting": (403, _VIDEO, "The request attempts to set an invalid privacy setting."),
    "forbiddenLicenseSetting": (403, _VIDEO, "The request attempts to set an invalid license."),
    "insufficientPermissions": (403, _GLOBAL, "Request had insufficient authentication scopes."),
    "insufficientScopes": (403, _GLOBAL, "Request had insufficient authentication scopes."),
    "accessNotConfigured": (
        403,
        _USAGE,
        "YouTube Data API v3 has not been used in this project before or it is disabled.",
    ),
    "accountDelegationForbidden": (
        403,
        _GLOBAL,
        "The authenticated user cannot act on behalf of the specified Google Account.",
    ),
    "authenticatedUserAccountClosed": (403, _GLOBAL, "The account of the authenticated user is closed."),
    "authenticatedUserAccountSuspended": (
        403,
        _GLOBAL,
        "The account of the authenticated user is suspended.",
    ),
    # Listed by other APIs of Google: stands for the refusals that no row names.
    "domainPolicy": (403, _GLOBAL, "The domain administrators have disabled this app."),
    "youtubeSignupRequired": (401, "youtube.header", "Unauthorized"),
    "authError": (401, _GLOBAL, "Request had invalid authentication credentials."),
    "authorizationRequired": (401, _GLOBAL, "The request is not properly authorized."),
    "required": (401, _GLOBAL, "Login Required."),
    "unexpectedParameter": (400, _GLOBAL, "The request specifies an unexpected parameter."),
    "notFound": (404, _GLOBAL, "Not Found"),
    "uploadTooLarge": (413, _GLOBAL, "The upload is too large."),
    "invalidImage": (400, "youtube.thumbnail", "The provided image content is invalid."),
    "uploadRateLimitExceeded": (
        429,
        "youtube.thumbnail",
        "The channel has uploaded too many thumbnails recently.",
    ),
    "videoNotFound": (404, _VIDEO, "The video that you are trying to use cannot be found."),
    "playlistNotFound": (404, "youtube.playlistItem", "The playlist in the request cannot be found."),
    "captionExists": (409, "youtube.caption", "The video already has a caption track of that name."),
    "contentRequired": (400, "youtube.caption", "The request does not contain the caption track contents."),
    "invalidMetadata": (400, "youtube.caption", "The request contains invalid metadata values."),
}  # fmt: skip

_STATUS = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND"}
_SHOWN_AS = {
    "tooManyRequests": "rateLimitExceeded",
    "badGateway": "backendError",
    "gatewayTimeout": "backendError",
}


class Refusal(Exception):
    """An answer that is an error, raised where it is found."""

    def __init__(self, status: int, reason: str, message: str, domain: str = _GLOBAL, at: str = "") -> None:
        super().__init__(status, reason, message)
        self.status = status
        error = {"message": message, "domain": domain, "reason": reason}
        if at:
            error |= {"location": at, "locationType": "parameter"}
        self.body: Json = {"error": {"code": status, "message": message, "errors": [error]}}
        if status in _STATUS:
            self.body["error"]["status"] = _STATUS[status]


def refused(reason: str, more: str = "") -> Refusal:
    """The refusal of this name, as ERRORS has it."""
    status, domain, message = ERRORS[reason]
    return Refusal(status, _SHOWN_AS.get(reason, reason), f"{message} {more}".strip(), domain)


def bad_request(message: str, reason: str = "badRequest", at: str = "") -> Refusal:
    """400: not what the API describes."""
    return Refusal(400, reason, message, at=at)


def json_answer(body: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer; resources get their etag."""
    if isinstance(body, dict) and "kind" in body:
        body = {**body, "etag": sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:27]}
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, dict(headers or {}), content_type="application/json; charset=UTF-8")


def listing(kind: str, items: list[Json], total: int | None = None, per_page: int = 5, **more: Json) -> Json:
    """A list as YouTube wraps it."""
    info = {"totalResults": len(items) if total is None else total, "resultsPerPage": per_page}
    given = {name: value for name, value in more.items() if value is not None}
    return {"kind": f"youtube#{kind}ListResponse", **given, "pageInfo": info, "items": items}
