"""What Noticeboard's answers mean: one row per code, with the platform's own words beside it; pure."""

from __future__ import annotations

from collections.abc import Mapping
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

Json = Any
Phase = Literal["commit", "other", "any"]
"""`commit` is the call that makes a part public; `other` all the rest."""

# Page "Rate limits", checked 2026-11-24: taken when the answer does not say how long.
WINDOW = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Row:
    """One answer that Noticeboard is known to give.

    Attributes:
        code: the platform's, in `error.code`; our name where a gateway answers without one.
        status: of HTTP; 503 stands for all from 500.
        effect: of a commit so answered; `none` only where it is certain that nothing was hung.
    """

    code: str
    status: int
    error: type[ConnectorError]
    phase: Phase
    effect: Effect
    words: str

    @property
    def example(self) -> Mapping[str, Json]:
        """The body as the platform sends it."""
        return {"error": {"code": self.code, "message": self.words}}


# Noticeboard API v1, "Errors", checked 2026-11-24. The first row that fits counts.
ROWS: tuple[Row, ...] = (
    Row("token", 401, ReconnectError, "any", "none", "The token is not valid."),
    Row("suspended", 403, ReconnectError, "any", "none", "This account is suspended."),
    Row("empty", 422, RejectedError, "commit", "none", "A notice needs text or a picture."),
    Row("text_too_long", 422, RejectedError, "commit", "none", "The text is longer than 1000 characters."),
    Row("pictures", 422, RejectedError, "commit", "none", "A picture is unknown, used up or too many."),
    Row("reply_to", 422, RejectedError, "commit", "none", "There is no such notice to reply to."),
    Row("picture_kind", 415, RejectedError, "other", "none", "Pictures are JPEG or PNG."),
    Row("picture_too_big", 413, RejectedError, "other", "none", "The picture is larger than 5 MB."),
    Row("alt_too_long", 422, RejectedError, "other", "none", "The description exceeds 400 characters."),
    Row("not_found", 404, RejectedError, "other", "none", "There is no such notice."),
    Row("rate", 429, RateLimitedError, "any", "none", "Too many notices."),
    # A gateway's error does not tell whether the notice was hung behind it.
    Row("5xx", 503, OutcomeUnknownError, "commit", "maybe", "Service unavailable."),
    Row("5xx", 503, TemporaryError, "other", "none", "Service unavailable."),
)


def error_of(
    status: int, body: Json, headers: Mapping[str, str], phase: Phase, now: datetime, words: str
) -> ConnectorError:
    """The error that an answer stands for.

    Args:
        body: the JSON of the answer; None if it was none.
        headers: looked up in lower case.
        words: the platform's, without secrets.
    """
    row = next((row for row in ROWS if _fits(row, status, body, phase)), None)
    if row is None:
        return _unlisted(status, words, phase)
    if row.error is RateLimitedError:
        wait = headers.get("retry-after", "")
        at = now + (timedelta(seconds=int(wait)) if wait.isdecimal() and len(wait) < 7 else WINDOW)
        return RateLimitedError(words, retry_at=at, code=row.code, effect=row.effect, http_status=status)
    return row.error(words, code=row.code, effect=row.effect, http_status=status)


def words_of(status: int, body: Json) -> str:
    """What the platform says, for people."""
    return str(_error(body).get("message") or f"HTTP {status}")


def _fits(row: Row, status: int, body: Json, phase: Phase) -> bool:
    if row.phase not in ("any", phase):
        return False
    if row.status in (401, 429) or row.code == "5xx":
        return status == row.status or (row.code == "5xx" and status >= 500)
    return status == row.status and _error(body).get("code") == row.code


def _unlisted(status: int, words: str, phase: Phase) -> ConnectorError:
    """An answer that no row knows: in a commit nothing is certain of it."""
    effect: Effect = "maybe" if phase == "commit" else "none"
    if 400 <= status < 500:
        return RejectedError(words, code=str(status), effect=effect, http_status=status)
    if phase == "commit":
        return OutcomeUnknownError(words, code=str(status), http_status=status)
    return TemporaryError(words, code=str(status), effect="none", http_status=status)


def _error(body: Json) -> Mapping[str, Json]:
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}
