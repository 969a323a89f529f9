"""What TikTok's answers mean: one row per code, with the platform's own words beside it; pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
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
from connectors.tiktok import limits

Json = Any
Phase = Literal["commit", "other", "any"]
"""`commit` is the call that makes a part public; `other` all the rest, which make nothing public."""

_TRY_AGAIN = (408, 425)
"""Request Timeout and Too Early (RFC 9110, RFC 8470): said of the moment, not of the request."""


@dataclass(frozen=True, slots=True)
class Row:
    """One answer that TikTok is known to give.

    Attributes:
        code: begins `error.code` of the answer; spellings differ in their ends (`invalid_param`,
            `invalid_params`; `…_check`, `…_check_failed`).
        status: of HTTP, as documented; 200 comes with some on purpose. Not looked at.
        words: TikTok's own, or those of its documentation.
        wait: of a RateLimitedError.
    """

    code: str
    status: int
    error: type[ConnectorError]
    phase: Phase
    effect: Effect
    words: str
    wait: timedelta = limits.DAY


# TikTok Content Posting API, error codes, checked 2026-11-23. The first row that fits counts.
ROWS: tuple[Row, ...] = (
    Row("invalid_param", 400, RejectedError, "any", "none", "The request body or parameters are not valid"),
    Row("app_version_check_failed", 400, RejectedError, "any", "none",
        "The user's TikTok app is too old for this"),
    Row("access_token_invalid", 401, ReconnectError, "any", "none",
        "The access token is invalid or not found in the request"),
    Row("scope_not_authorized", 401, ReconnectError, "any", "none",
        "The user did not authorize the scope required for completing this request"),
    Row("scope_permission_missed", 400, ReconnectError, "any", "none",
        "Additional scope permissions are needed for the required fields"),
    # Of the post: another level must be chosen.
    Row("privacy_level_option_mismatch", 403, RejectedError, "any", "none",
        "privacy_level is not specified or not among the options of creator_info"),
    Row("url_ownership_unverified", 403, RejectedError, "any", "none",
        "To use PULL_FROM_URL the ownership of the URL must be verified"),
    # Of the account: as long as it is public, every post meets this.
    Row("unaudited_client_can_only_post_to_private_accounts", 403, ReconnectError, "any", "none",
        "Unaudited clients can only post to a private account"),
    Row("spam_risk_too_many_posts", 403, RateLimitedError, "any", "none",
        "The daily post cap from the API is reached for the current user"),
    Row("spam_risk_too_many_pending_share", 403, RateLimitedError, "any", "none",
        "The user may have at most 5 pending shares within any 24-hour period", limits.INBOX_PAUSE),
    Row("reached_active_user_cap", 403, RateLimitedError, "any", "none",
        "The daily quota for active publishing users from your client is reached"),
    Row("spam_risk_user_banned_from_posting", 403, ReconnectError, "any", "none",
        "The user is banned from making new posts"),
    Row("spam_risk", 403, RejectedError, "any", "none", "The post is considered to be spam"),
    Row("rate_limit_exceeded", 429, RateLimitedError, "any", "none",
        "Your request is blocked because it exceeds the rate limit", limits.RATE_WINDOW),
    Row("invalid_publish_id", 400, RejectedError, "other", "none", "The publish_id does not exist"),
    Row("token_not_authorized_for_specified_publish_id", 400, RejectedError, "other", "none",
        "The access_token does not have the authorization for the publish_id"),
    Row("publish_not_cancellable", 400, RejectedError, "other", "none", "The post cannot be cancelled"),
    # It does not tell whether the post was made behind it.
    Row("internal_error", 500, OutcomeUnknownError, "commit", "maybe", "Something is wrong, try again later"),
    Row("internal_error", 500, TemporaryError, "other", "none", "Something is wrong, try again later"),
)  # fmt: skip

# Of status/fetch, `fail_reason`, checked 2026-11-23: what TikTok's documentation says of each.
AT_FAULT = {
    "file_format_check": "the format of the file is not supported",
    "duration_check": "the clip is too long or too short",
    "frame_rate_check": "the frame rate is not supported",
    "picture_size_check": "the picture is too small or too large",
    "internal": "something went wrong at TikTok; the post may be tried again",
    "video_pull_failed": "TikTok could not fetch the clip from its address",
    "photo_pull_failed": "TikTok could not fetch a photo from its address",
    "publish_cancelled": "the post was cancelled",
    "auth_removed": "the account took away the app's permission",
    "spam_risk_too_many_posts": "too many posts today; the post may be tried again tomorrow",
    "spam_risk_user_banned": "the account may not post",
    "spam_risk_text": "TikTok takes the text for spam; trying again does not help",
    "spam_risk": "TikTok takes the post for spam; trying again does not help",
}


def reason_of(fail_reason: str) -> str:
    """TikTok's own word for what went wrong, and what it means; spellings differ in their ends."""
    meaning = next((words for begin, words in AT_FAULT.items() if fail_reason.startswith(begin)), "")
    return f"{fail_reason}: {meaning}" if meaning else fail_reason


def error_of(
    status: int, body: Json, phase: Phase, now: datetime, redact: Callable[[str], str] = str
) -> ConnectorError:
    """The error that an answer of the JSON routes stands for.

    Args:
        body: the JSON of the answer; None if it was none.
        phase: `commit` or `other`.
        now: aware, UTC.
        redact: takes secrets out of the platform's words.
    """
    code, words = told(body)
    words = redact(words or f"HTTP {status}")
    row = next((row for row in ROWS if code.startswith(row.code) and row.phase in ("any", phase)), None)
    if row is None:
        return _unlisted(status, redact(code) or str(status), words, phase)
    if row.error is RateLimitedError:
        at = now + row.wait
        return RateLimitedError(words, retry_at=at, code=code, effect=row.effect, http_status=status)
    return row.error(words, code=code, effect=row.effect, http_status=status)


def _unlisted(status: int, code: str, words: str, phase: Phase) -> ConnectorError:
    """An answer that no row knows: in a commit nothing is certain of it."""
    if 400 <= status < 500 and status not in _TRY_AGAIN:
        effect: Effect = "maybe" if phase == "commit" else "none"
        return RejectedError(words, code=code, effect=effect, http_status=status)
    if phase == "commit":
        return OutcomeUnknownError(words, code=code, http_status=status)
    return TemporaryError(words, code=code, effect="none", http_status=status)


def told(body: Json) -> tuple[str, str]:
    """`error.code` and words of an answer; both empty if it holds no error of TikTok's shape."""
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, str):  # the flat shape of the OAuth routes
        return error, str(body.get("error_description") or error)
    if not isinstance(error, dict):
        return "", ""
    code = str(error.get("code") or "")
    return code, str(error.get("message") or code)


def upload_error(status: int, phase: Phase) -> ConnectorError:
    """What an answer to a piece of a clip means, other than 201 and 206.

    Content Posting API, media transfer guide, checked 2026-11-23: 400 the headers or the size are wrong,
    403 the address is over, 404 no such task, 416 the range is not what comes next, 5xx send it again.
    """
    words = f"HTTP {status} to a piece of the clip"
    code = f"upload {status}"
    if status in (403, 404):
        return TemporaryError(words, code=code, effect="none", http_status=status)
    if status == 400:
        return RejectedError(words, code=code, effect="none", http_status=status)
    if phase == "other":
        return TemporaryError(words, code=code, effect="none", http_status=status)
    # 416: the piece may be there already, and then the post is on its way.
    return OutcomeUnknownError(words, code=code, http_status=status)
