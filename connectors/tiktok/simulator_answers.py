"""How the pretended TikTok says no, and how it answers at all (for simulator.py beside it).

Codes, statuses and fail reasons by TikTok's Content Posting pages (checked 2026-11-23); the words are ours
where the pages give none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Response

Json = Any

ERRORS: Mapping[str, tuple[int, str]] = {
    "invalid_param": (400, "The request is invalid."),
    "invalid_params": (400, "The request is invalid."),
    "app_version_check_failed": (400, "The user's TikTok app is too old for this."),
    "scope_permission_missed": (400, "Additional permissions from the user are needed."),
    "invalid_publish_id": (400, "The publish_id does not exist."),
    "token_not_authorized_for_specified_publish_id": (400, "The token does not own this publish_id."),
    "publish_not_cancellable": (400, "The publish can no longer be cancelled."),
    "access_token_invalid": (401, "The access token is invalid or not found in the request."),
    "scope_not_authorized": (401, "The user did not authorize the scope required for this request."),
    "privacy_level_option_mismatch": (403, "The privacy_level is not one of privacy_level_options."),
    "url_ownership_unverified": (403, "Please verify the ownership of the URL's domain or prefix."),
    "unaudited_client_can_only_post_to_private_accounts": (
        403,
        "Please review our integration guidelines: unaudited clients post to private accounts only.",
    ),
    "spam_risk_too_many_posts": (403, "The daily number of posts of this user is reached."),
    "spam_risk_too_many_pending_share": (403, "The user has too many pending shares."),
    "spam_risk_user_banned_from_posting": (403, "The user is banned from making new posts."),
    "spam_risk": (403, "The post is considered to be spam."),
    "reached_active_user_cap": (403, "The daily quota of active users of this client is reached."),
    "rate_limit_exceeded": (429, "The API rate limit was exceeded. Please try again later."),
    "internal_error": (500, "Something went wrong on our side. Please try again later."),
}
"""Code → HTTP status, words."""

SCOPES = ("user.info.basic", "user.info.profile", "video.list", "video.publish", "video.upload")

TRAPS = frozenset(
    {
        "spam_risk_too_many_posts",
        "spam_risk_too_many_pending_share",
        "spam_risk_user_banned_from_posting",
        "reached_active_user_cap",
    }
)
"""Said by creator_info with HTTP 200, on purpose: TikTok's creator_info page, checked 2026-11-23."""

FAIL_REASONS = (
    "file_format_check_failed",
    "duration_check_failed",
    "frame_rate_check_failed",
    "picture_size_check_failed",
    "internal",
    "video_pull_failed",
    "photo_pull_failed",
    "publish_cancelled",
    "auth_removed",
    "spam_risk_too_many_posts",
    "spam_risk_user_banned_from_posting",
    "spam_risk_text",
    "spam_risk",
)


class Refusal(Exception):
    """An answer that is an error, raised where it is found.

    Args:
        words: what is wrong; the code's own words if not given.
        headers: of the answer.
    """

    def __init__(
        self,
        code: str,
        words: str = "",
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code, words)
        known, usual = ERRORS[code]
        self.code, self.words = code, words or usual
        self.status = status or known
        self.headers = dict(headers or {})


class OAuthRefusal(Exception):
    """OAuth errors are flat, without `data` (TikTok's OAuth pages, checked 2026-11-23)."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(code, words)
        self.code, self.words = code, words


def wrong(words: str) -> Refusal:
    """The request is not as the API wants it."""
    return Refusal("invalid_params", words)


def good(data: Json, log_id: str) -> Response:
    """`{"data", "error": {"code": "ok"}}`."""
    return _json({"data": data, "error": {"code": "ok", "message": "", "log_id": log_id}}, 200)


def bad(refusal: Refusal, log_id: str) -> Response:
    """The envelope of an error."""
    error = {"code": refusal.code, "message": refusal.words, "log_id": log_id}
    answer = _json({"data": {}, "error": error}, refusal.status)
    answer.headers.extend(refusal.headers)
    return answer


def flat(body: Mapping[str, Json], status: int = 200) -> Response:
    """An answer of the OAuth routes."""
    return _json(dict(body), status)


def _json(body: Json, status: int) -> Response:
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, content_type="application/json; charset=utf-8")
