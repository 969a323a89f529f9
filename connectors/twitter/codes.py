"""What X's answers mean: one row per code, with the platform's own words beside it; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from connectors.errors import (
    ConnectorError,
    Effect,
    OutcomeUnknownError,
    RateLimitedError,
    ReconnectError,
    RejectedError,
    TemporaryError,
)

Json = Any
Phase = Literal["commit", "other", "any"]
"""`commit` is the call that makes a part public; `other` all the rest, which make nothing public."""

# X API docs, rate limits, checked 2026-11-23: every window of POST /2/tweets and of the media routes is
# 15 minutes; taken when the answer names no reset.
WINDOW = timedelta(minutes=15)


_TRY_AGAIN = (408, 425)
"""Request Timeout and Too Early (RFC 9110, RFC 8470): said of the moment, not of the request."""


@dataclass(frozen=True, slots=True)
class Row:
    """One answer that X is known to give.

    Attributes:
        code: our name for it, in logs and messages.
        status: of HTTP; 500 stands for all from there.
        says: found in the answer's words (any case); None: whatever it says.
        effect: of a commit so answered; `none` only where X says that it refused this very post.
        example: the JSON body as reported, for tests and readers.
    """

    code: str
    status: int
    says: str | None
    error: type[ConnectorError]
    phase: Phase
    effect: Effect
    example: Mapping[str, Json]


def _problem(status: int, title: str, detail: str, kind: str = "about:blank") -> dict[str, Json]:
    return {"title": title, "detail": detail, "type": kind, "status": status}


# The first row that fits counts. Sources: X API docs and OpenAPI 2.167, and the reports of users of the
# API named in docs of theirs and issue trackers, checked 2026-11-23.
ROWS: tuple[Row, ...] = (
    # "You are not allowed to create a Tweet with duplicate content." The same text is live already. That
    # may be the very post whose answer was lost, so this one asks for a look; X names no id.
    Row("403 duplicate", 403, r"duplicate content|status is a duplicate", RejectedError, "commit", "maybe",
        _problem(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.")),
    # Since February 2026 self-serve apps may reply only where they were called; own threads are allowed.
    Row("403 reply", 403, r"only reply to or quote posts where|reply to this conversation is not allowed",
        RejectedError, "any", "none",
        _problem(403, "Forbidden",
                 "You can only reply to or quote posts where you are mentioned or are the author.")),
    Row("403 cashtag", 403, r"one cashtag", RejectedError, "any", "none",
        _problem(403, "Forbidden", "You may include a maximum of one cashtag in your post.")),
    Row("403 invalid URL", 403, r"contains an invalid url", RejectedError, "any", "none",
        _problem(403, "Forbidden", "The Tweet contains an invalid URL.")),
    Row("403 video length", 403, r"not allowed to post a video longer", RejectedError, "any", "none",
        _problem(403, "Forbidden", "You are not allowed to post a video longer than 2 minutes.")),
    # A reply that comes too fast after its parent; the parent becomes visible within seconds.
    Row("403 385", 403, r"deleted or not visible", TemporaryError, "any", "none",
        {"errors": [{"code": 385, "message": "You attempted to reply to a Tweet that is deleted or not "
                                             "visible to you."}]}),
    Row("403 suspended", 403, r"suspended", ReconnectError, "any", "none",
        _problem(403, "Forbidden", "User has been suspended: your account is suspended and is not permitted "
                 "to access this feature.", "https://api.x.com/2/problems/user-suspended")),
    Row("403 app permissions", 403, r"oauth1 app permissions|client-forbidden|client-not-enrolled|app must "
        r"be attached", ReconnectError, "any", "none",
        _problem(403, "Client Forbidden", "This request must be made using an approved developer account "
                 "that is enrolled in the requested endpoint.",
                 "https://api.x.com/2/problems/client-forbidden")),
    # An app-only bearer token where a user's is needed.
    Row("403 authentication", 403, r"unsupported authentication", ReconnectError, "any", "none",
        _problem(403, "Unsupported Authentication", "Authenticating with OAuth 2.0 Application-Only is "
                 "forbidden for this endpoint.", "https://api.x.com/2/problems/unsupported-authentication")),
    # Said of texts that are too long and of media that do not fit.
    Row("403 not permitted", 403, r"not permitted to perform this action", RejectedError, "any", "none",
        _problem(403, "Forbidden", "You are not permitted to perform this action.")),
    Row("400 media", 400, r"media ids? (are|is) invalid", RejectedError, "any", "none",
        {"errors": [{"parameters": {"media.media_ids": ["1"]}, "message": "Your media IDs are invalid."}],
         **_problem(400, "Invalid Request", "One or more parameters to your request was invalid.",
                    "https://api.x.com/2/problems/invalid-request")}),
    Row("400 invalid-request", 400, None, RejectedError, "any", "none",
        {"errors": [{"parameters": {}, "message": "The request is not valid."}],
         **_problem(400, "Invalid Request", "One or more parameters to your request was invalid.",
                    "https://api.x.com/2/problems/invalid-request")}),
    Row("401", 401, None, ReconnectError, "any", "none", _problem(401, "Unauthorized", "Unauthorized")),
    Row("402", 402, None, ReconnectError, "any", "none",
        _problem(402, "CreditsDepleted", "Your enrolled account does not have any credits to fulfill this "
                 "request.", "https://api.x.com/2/problems/credits")),
    Row("404", 404, None, RejectedError, "other", "none",
        _problem(404, "Not Found Error", "Could not find the resource.",
                 "https://api.x.com/2/problems/resource-not-found")),
    Row("413", 413, None, RejectedError, "other", "none",
        _problem(413, "Payload Too Large", "The request is too large.")),
    # The cap of a billing period: waiting a quarter of an hour does not help, a person must see it.
    Row("429 usage cap", 429, r"usage-capped|usagecapexceeded|usage cap", ReconnectError, "any", "none",
        {**_problem(429, "UsageCapExceeded", "Usage cap exceeded: Monthly product cap",
                    "https://api.x.com/2/problems/usage-capped"), "period": "Monthly"}),
    Row("429", 429, None, RateLimitedError, "any", "none",
        _problem(429, "Too Many Requests", "Too Many Requests")),
    # A gateway's error does not tell whether the post went through behind it.
    Row("5xx", 500, None, OutcomeUnknownError, "commit", "maybe",
        _problem(503, "Service Unavailable", "Service Unavailable")),
    Row("5xx", 500, None, TemporaryError, "other", "none",
        _problem(503, "Service Unavailable", "Service Unavailable")),
)  # fmt: skip


def error_of(
    status: int,
    body: Json,
    headers: Mapping[str, str],
    phase: Phase,
    now: datetime,
    redact: Callable[[str], str] = str,
) -> ConnectorError:
    """The error that an answer stands for.

    Args:
        body: the JSON of the answer; None if it was none.
        headers: looked up in lower case.
        phase: `commit` or `other`.
        now: aware, UTC.
        redact: takes secrets out of the platform's words.
    """
    words = redact(words_of(status, body))
    row = next((row for row in ROWS if _fits(row, status, body, phase)), None)
    if row is None:
        return _unlisted(status, words, phase)
    if row.error is RateLimitedError:
        at = retry_at(headers, now)
        return RateLimitedError(words, retry_at=at, code=row.code, effect=row.effect, http_status=status)
    return row.error(words, code=row.code, effect=row.effect, http_status=status)


def _unlisted(status: int, words: str, phase: Phase) -> ConnectorError:
    """An answer that no row knows: in a commit nothing is certain of it."""
    refused = 400 <= status < 500 and status not in _TRY_AGAIN
    effect: Effect = "maybe" if phase == "commit" else "none"
    if refused:
        return RejectedError(words, code=str(status), effect=effect, http_status=status)
    if phase == "commit":
        return OutcomeUnknownError(words, code=str(status), http_status=status)
    return TemporaryError(words, code=str(status), effect="none", http_status=status)


def _fits(row: Row, status: int, body: Json, phase: Phase) -> bool:
    same = status >= 500 if row.status == 500 else status == row.status
    if not same or row.phase not in ("any", phase):
        return False
    return row.says is None or re.search(row.says, _all_words(body), re.IGNORECASE) is not None


def words_of(status: int, body: Json) -> str:
    """What X says in an answer, for people: detail, else title, and every single error's message."""
    if not isinstance(body, dict):
        return f"HTTP {status}"
    messages = [str(one.get("message") or one.get("detail") or "") for one in _errors(body)]
    said = [str(body.get("detail") or body.get("title") or ""), *messages]
    return " ".join(dict.fromkeys(filter(None, said))) or f"HTTP {status}"


def _all_words(body: Json) -> str:
    if not isinstance(body, dict):
        return ""
    return " ".join([*(str(body.get(key, "")) for key in ("title", "type", "reason")), words_of(0, body)])


def _errors(body: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    errors = body.get("errors")
    return [one for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []


def retry_at(headers: Mapping[str, str], now: datetime) -> datetime:
    """When the next call may be made: the latest reset of the limits that are used up (aware, UTC)."""
    resets = [_reset(headers, name) for name in _LIMIT_HEADERS if headers.get(f"{name}-remaining") == "0"]
    resets = resets or [_reset(headers, _LIMIT_HEADERS[0])]
    known = [at for at in resets if at is not None and at > now]
    return max(known, default=now + WINDOW)


_LIMIT_HEADERS = ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour")


def _reset(headers: Mapping[str, str], name: str) -> datetime | None:
    value = headers.get(f"{name}-reset", "")
    return datetime.fromtimestamp(int(value), UTC) if value.isdecimal() and len(value) < 12 else None
