"""How the pretended X says no, and how it answers at all (for simulator.py beside it).

Envelopes by OpenAPI 2.167; error words as reported by users of the API in 2026 (checked 2026-11-23).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.wrappers import Response

from connectors.sandbox_checks import Window, epoch

Json = Any

PROBLEM = "https://api.x.com/2/problems/"


class Refusal(Exception):
    """An answer that is an error, raised where it is found."""

    def __init__(self, status: int, body: Json, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, body)
        self.status, self.body, self.headers = status, body, dict(headers or {})


def plain(status: int, title: str, detail: str, kind: str = "about:blank") -> Refusal:
    """A problem with title and detail, as most refusals are."""
    return Refusal(status, {"title": title, "detail": detail, "type": kind, "status": status})


def forbidden(detail: str) -> Refusal:
    """403: this content, or this account, is not let through."""
    return plain(403, "Forbidden", detail)


def invalid(message: str, parameters: Mapping[str, list[str]] | None = None) -> Refusal:
    """400: the request is not as the API wants it."""
    return Refusal(
        400,
        {
            "errors": [{"message": message, "parameters": dict(parameters or {})}],
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": f"{PROBLEM}invalid-request",
        },
    )


def not_found(kind: str, parameter: str, value: str) -> Json:
    """The problem that stands among `errors` where something is not there."""
    return {
        "value": value,
        "detail": f"Could not find {kind} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": value,
        "type": f"{PROBLEM}resource-not-found",
    }


def no_credits(account: str) -> Refusal:
    """402: the prepaid credit is used up."""
    return Refusal(
        402,
        {
            "account_id": int(account),
            "title": "CreditsDepleted",
            "detail": f"Your enrolled account [{account}] does not have any credits to fulfill this request.",
            "type": f"{PROBLEM}credits",
        },
    )


NOT_FOUND: dict[str, Json] = {
    "title": "Not Found Error",
    "type": f"{PROBLEM}resource-not-found",
    "status": 404,
}
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
STRANGER = "You can only reply to or quote posts where you are mentioned or are the author."
GONE = "You attempted to reply to a Tweet that is deleted or not visible to you."
NOT_PERMITTED = "You are not permitted to perform this action."
CASHTAGS = "Your post contains more than the maximum of one cashtag."
BAD_MEDIA = "Your media IDs are invalid."


def app_only() -> Refusal:
    """403: the app's own token where a user's is needed."""
    return plain(
        403,
        "Unsupported Authentication",
        "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.  Supported"
        " authentication types are [OAuth 1.0a User Context, OAuth 2.0 User Context].",
        f"{PROBLEM}unsupported-authentication",
    )


# What POST /admin/platform {"next_error": {"code": …}} can ask for, by the words of the fact it stands for.
ERRORS: dict[str, Callable[[str], Refusal]] = {
    "duplicate": lambda _: forbidden(DUPLICATE),
    "reply": lambda _: forbidden(STRANGER),
    "reply-limited": lambda _: forbidden(
        "Reply to this conversation is not allowed because you have not been mentioned."
    ),
    "not-visible": lambda _: forbidden(GONE),
    "cashtag": lambda _: forbidden(CASHTAGS),
    "invalid-url": lambda _: forbidden("Your post contains an invalid URL."),
    "video-length": lambda _: forbidden("You are not allowed to post a video longer than 2 minutes."),
    "not-permitted": lambda _: forbidden(NOT_PERMITTED),
    "suspended": lambda _: forbidden(
        "Your account is suspended and is not permitted to access this feature."
    ),
    "client-forbidden": lambda _: Refusal(
        403,
        {
            "title": "Client Forbidden",
            "detail": "Your client app is not configured with the appropriate permissions for this endpoint.",
            "reason": "client-not-enrolled",
            "type": f"{PROBLEM}client-forbidden",
            "status": 403,
        },
    ),
    "app-only": lambda _: app_only(),
    "invalid-request": lambda _: invalid("The request is invalid."),
    "media-ids": lambda _: invalid(BAD_MEDIA),
    "unauthorized": lambda _: plain(401, "Unauthorized", "Unauthorized"),
    "credits": no_credits,
    "not-found": lambda _: Refusal(404, {"errors": [not_found("tweet", "id", "1")], **NOT_FOUND}),
    # The edge in front of the API: no JSON.
    "too-large": lambda _: Refusal(413, ""),
    "usage-capped": lambda account: Refusal(
        429,
        {
            "account_id": int(account),
            "title": "UsageCapExceeded",
            "detail": "Usage cap exceeded: Monthly product cap",
            "period": "Monthly",
            "scope": "Product",
            "type": f"{PROBLEM}usage-capped",
        },
    ),
    "rate-legacy": lambda _: Refusal(429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}),
    "over-capacity": lambda _: plain(503, "Service Unavailable", "Service Unavailable"),
    "internal": lambda _: plain(500, "Internal Server Error", "Internal Server Error"),
}


def json_answer(body: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON, as X sends it; nothing at all where its edge has answered."""
    if not body:
        return Response(b"", status, dict(headers or {}))
    return Response(
        json.dumps(body, ensure_ascii=False),
        status,
        dict(headers or {}),
        content_type="application/json; charset=utf-8",
    )


def rate_headers(window: Window) -> dict[str, str]:
    """The three headers that tell how much of an allowance is left."""
    return {
        "x-rate-limit-limit": str(window.limit),
        "x-rate-limit-remaining": str(window.remaining),
        "x-rate-limit-reset": str(epoch(window.reset)),
    }


def off_schema(broken: list[str]) -> Refusal:
    """The 400 that names each field and what is wrong with it."""
    refusal = invalid(broken[0], {line.partition(": ")[0]: [line] for line in broken})
    refusal.body["errors"] = [
        {"message": line, "parameters": {line.partition(": ")[0]: [line]}} for line in broken
    ]
    return refusal
