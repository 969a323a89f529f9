"""What YouTube's answers mean: one row per code, with the platform's own words beside it; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from connectors.errors import (
    ConnectorError,
    Effect,
    OutcomeUnknownError,
    RateLimitedError,
    ReconnectError,
    RejectedError,
    TemporaryError,
)
from connectors.youtube.limits import ZONE

Json = Any
Phase = Literal["commit", "other", "any"]
"""`commit` is the call that makes a video public; `other` all the rest, which make nothing public."""

Wait = Literal["", "minute", "midnight", "day"]
"""When it may be tried again: a minute, the next midnight Pacific time, 24 hours."""

_TRY_AGAIN = (408, 425)
"""Request Timeout and Too Early (RFC 9110, RFC 8470): said of the moment, not of the request."""


@dataclass(frozen=True, slots=True)
class Row:
    """One answer that YouTube is known to give.

    Attributes:
        status: of HTTP; 500 stands for all from there.
        reason: of its first error; None: whatever it says.
        effect: of a commit so answered.
        words: the platform's own, as reported.
    """

    status: int
    reason: str | None
    error: type[ConnectorError]
    phase: Phase
    effect: Effect
    words: str
    wait: Wait = ""

    @property
    def code(self) -> str:
        """Our name for it, in logs and messages."""
        status = "5xx" if self.status == 500 else str(self.status)
        return f"{status} {self.reason}" if self.reason else status

    @property
    def example(self) -> dict[str, Json]:
        """An answer of this kind, for tests and readers."""
        status = 503 if self.status == 500 else self.status
        one = {"domain": "youtube", "reason": self.reason or "other", "message": self.words}
        return {"error": {"code": status, "message": self.words, "errors": [one]}}


def _edit(status: int, reason: str, words: str) -> Row:
    return Row(status, reason, RejectedError, "any", "none", words)


def _person(status: int, reason: str, words: str) -> Row:
    return Row(status, reason, ReconnectError, "any", "none", words)


def _later(status: int, reason: str, words: str, wait: Wait) -> Row:
    return Row(status, reason, RateLimitedError, "any", "none", words, wait)


# The first row that fits counts. Sources: YouTube Data API docs (errors of each method), its revision
# history, google-api-python-client 2.202.0, reports of users of the API; checked 2026-11-23. An answer with a
# reason is the API's own: it refused the call, so nothing changed by it.
ROWS: tuple[Row, ...] = (
    # The day's units or inserts of the project; whole again at midnight Pacific time.
    _later(403, "quotaExceeded", "The request cannot be completed because you have exceeded your quota.",
           "midnight"),
    _later(403, "dailyLimitExceeded", "Daily Limit Exceeded", "midnight"),
    # The channel's own bound, apart from the project's.
    _later(400, "uploadLimitExceeded", "The user has exceeded the number of videos they may upload.", "day"),
    _later(403, "rateLimitExceeded", "Rate Limit Exceeded", "minute"),
    _later(403, "userRateLimitExceeded", "User Rate Limit Exceeded", "minute"),
    _later(429, "uploadRateLimitExceeded", "The channel has uploaded too many thumbnails recently.", "day"),
    Row(429, None, RateLimitedError, "any", "none", "Too Many Requests", "minute"),
    _edit(400, "invalidTitle", "The request metadata specifies an invalid or empty video title."),
    _edit(400, "invalidDescription", "The request metadata specifies an invalid video description."),
    _edit(400, "invalidTags", "The request metadata specifies invalid video keywords."),
    _edit(400, "invalidCategoryId", "The snippet.categoryId property specifies an invalid category ID."),
    _edit(400, "invalidPublishAt", "The request metadata specifies an invalid scheduled publishing time."),
    _edit(400, "invalidVideoMetadata", "The request metadata is invalid."),
    _edit(400, "invalidFilename", "The video filename specified in the Slug header is invalid."),
    _edit(400, "invalidRecordingDetails", "The request metadata specifies invalid recording details."),
    _edit(400, "defaultLanguageNotSet", "The request is trying to add localized video details without "
                                        "specifying the default language."),
    _edit(400, "mediaBodyRequired", "The request does not include the video content."),
    _edit(400, "invalidImage", "The provided image content is invalid."),
    _edit(403, "forbiddenPrivacySetting", "The request attempts to set an invalid privacy setting."),
    _edit(403, "forbiddenLicenseSetting", "The request attempts to set an invalid license."),
    _edit(404, "videoNotFound", "The video that you are trying to update cannot be found."),
    _edit(404, "playlistNotFound", "The playlist identified with the request's playlistId cannot be found."),
    _person(403, "insufficientPermissions", "Request had insufficient authentication scopes."),
    _person(403, "insufficientScopes", "Request had insufficient authentication scopes."),
    _person(403, "accessNotConfigured", "YouTube Data API has not been used in this project before or it is "
                                        "disabled."),
    # Of a thumbnail: the channel is not verified by telephone. Of the rest: not this account's to do.
    _person(403, "forbidden", "The request might not be properly authorized."),
    _person(403, "accountDelegationForbidden", "The authenticated user cannot act on behalf of the specified "
                                               "Google Account."),
    _person(403, "authenticatedUserAccountClosed", "The YouTube account of the authenticated user is "
                                                   "closed."),
    _person(403, "authenticatedUserAccountSuspended", "The YouTube account of the authenticated user is "
                                                      "suspended."),
    _person(401, "youtubeSignupRequired", "The Google account has no YouTube channel."),
    _person(401, "authError", "Invalid Credentials"),
    _person(401, "authorizationRequired", "Login Required."),
    Row(401, None, ReconnectError, "any", "none", "Request had invalid authentication credentials."),
    # What is no listed reason of a refusal, and what a gateway says: not told whether it was done.
    Row(400, None, RejectedError, "other", "none", "Bad Request"),
    Row(403, None, ReconnectError, "other", "none", "Forbidden"),
    Row(404, None, RejectedError, "other", "none", "Not Found"),
    Row(413, None, RejectedError, "other", "none", "Payload Too Large"),
    Row(500, None, OutcomeUnknownError, "commit", "maybe", "Backend Error"),
    Row(500, None, TemporaryError, "other", "none", "Backend Error"),
)  # fmt: skip


# videos resource, status.failureReason and status.rejectionReason (discovery document of youtube.v3,
# revision 20261104), and what they mean in words; `duplicate`: "Duplicate upload in the same channel".
REFUSALS: Mapping[str, str] = {
    "conversion": "YouTube could not convert the video",
    "invalidFile": "the file is no video that YouTube can read",
    "emptyFile": "the file is empty",
    "tooSmall": "the file is too small",
    "codec": "YouTube does not know the codec",
    "uploadAborted": "the upload was broken off",
    "copyright": "rejected for copyright",
    "inappropriate": "rejected as inappropriate",
    "duplicate": "the channel already has this very video (duplicate upload)",
    "termsOfUse": "rejected under the terms of use",
    "uploaderAccountSuspended": "the channel is suspended",
    "length": "the video is too long for this channel",
    "claim": "rejected because of a claim",
    "uploaderAccountClosed": "the channel is closed",
    "trademark": "rejected for a trademark",
    "legal": "rejected for legal reasons",
}
_OF_THE_CHANNEL = ("uploaderAccountSuspended", "uploaderAccountClosed")


def refusal_of(status: Mapping[str, Json]) -> ConnectorError | None:
    """What became of an upload that YouTube will never show; None: nothing of the kind.

    Args:
        status: of the video.
    """
    word = str(status.get("uploadStatus") or "")
    if word not in ("failed", "rejected"):
        return None
    reason = str(status.get("rejectionReason") or status.get("failureReason") or "")
    words = f"{word}: {REFUSALS.get(reason, reason or 'YouTube gives no reason')}"
    kind = ReconnectError if reason in _OF_THE_CHANNEL else RejectedError
    return kind(words, code=f"{word} {reason}".strip(), effect="none")


def error_of(
    status: int, body: Json, phase: Phase, now: datetime, redact: Callable[[str], str] = str
) -> ConnectorError:
    """The error that an answer stands for.

    Args:
        body: the JSON of the answer; None if it was none.
        phase: `commit` or `other`.
        now: aware, UTC.
        redact: takes secrets out of the platform's words.
    """
    reasons, words = reasons_of(body), redact(words_of(status, body))
    row = next((row for row in ROWS if _fits(row, status, reasons, phase)), None)
    if row is None:
        return _unlisted(status, reasons, words, phase)
    code = row.code if row.reason or not reasons else f"{row.code} {reasons[0]}"
    if row.error is RateLimitedError:
        at = retry_at(row.wait, now)
        return RateLimitedError(words, retry_at=at, code=code, effect=row.effect, http_status=status)
    return row.error(words, code=code, effect=row.effect, http_status=status)


def retry_at(wait: Wait, now: datetime) -> datetime:
    """When a limit of this kind is over (aware)."""
    if wait == "midnight":
        there = now.astimezone(ZoneInfo(ZONE))
        midnight = (there + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight.astimezone(now.tzinfo)
    return now + (timedelta(days=1) if wait == "day" else timedelta(minutes=1))


def reasons_of(body: Json) -> tuple[str, ...]:
    """The reasons an answer gives, the first one first; none of an answer that is not the API's."""
    told = body.get("error") if isinstance(body, dict) else None
    errors = told.get("errors") if isinstance(told, dict) else None
    found = [one.get("reason") for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
    return tuple(str(reason) for reason in found if reason)


def words_of(status: int, body: Json) -> str:
    """What YouTube says in an answer, for people."""
    told = body.get("error") if isinstance(body, dict) else None
    if not isinstance(told, dict):
        return f"HTTP {status}"
    errors = told.get("errors")
    listed = errors if isinstance(errors, list) else []
    messages = [str(one.get("message") or "") for one in listed if isinstance(one, dict)]
    said = dict.fromkeys(filter(None, [str(told.get("message") or ""), *messages]))
    return " ".join(said) or f"HTTP {status}"


def _unlisted(status: int, reasons: tuple[str, ...], words: str, phase: Phase) -> ConnectorError:
    """An answer that no row knows: in a commit nothing is certain of it."""
    refused = 400 <= status < 500 and status not in _TRY_AGAIN
    effect: Effect = "maybe" if phase == "commit" else "none"
    code = " ".join([str(status), *reasons[:1]])
    if refused:
        return RejectedError(words, code=code, effect=effect, http_status=status)
    if phase == "commit":
        return OutcomeUnknownError(words, code=code, http_status=status)
    return TemporaryError(words, code=code, effect="none", http_status=status)


def _fits(row: Row, status: int, reasons: tuple[str, ...], phase: Phase) -> bool:
    same = status >= 500 if row.status == 500 else status == row.status
    if not same or row.phase not in ("any", phase):
        return False
    return row.reason is None or row.reason in reasons
