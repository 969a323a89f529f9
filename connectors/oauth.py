"""One question to a platform's token endpoint (OAuth 2.0, RFC 6749), and what its answer means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.errors import ConnectorError, OutcomeUnknownError, RateLimitedError, ReconnectError

if TYPE_CHECKING:
    from connectors.http import Door

Json = Any

_SECRETS = ("access_token", "refresh_token", "id_token")
_BUSY = timedelta(minutes=1)
"""Ours: how long to stay away where no answer says it."""


def grant_of(
    door: Door, account: str, url: str, form: Mapping[str, str], *, basic: tuple[str, str] | None = None
) -> dict[str, Json]:
    """What the endpoint grants: `access_token` is in it, and its secrets are kept out of every log.

    Args:
        form: the fields of the question.
        basic: id and secret of the app that asks, where they stand in the header.

    Raises:
        ReconnectError: the grant or the app is refused.
        RateLimitedError: asked too often.
        NotSentError: nothing has left this machine.
        OutcomeUnknownError: it has, and no answer came that can be read: what it was asked for may be void.
    """
    answer = door.session(account).post(url, data=dict(form), auth=basic)
    try:
        body = answer.json()
    except ValueError:
        body = None
    if isinstance(body, dict):
        door.learn(str(body[name]) for name in _SECRETS if body.get(name))
        if answer.status_code == 200 and body.get("access_token") and not body.get("error"):
            return body
    raise _refused(answer.status_code, body, door)


def _refused(status: int, body: Json, door: Door) -> ConnectorError:
    """RFC 6749, section 5.2: `{"error", "error_description"}`; some platforms send it with HTTP 200."""
    told = body if isinstance(body, dict) else {}
    code = str(told.get("error") or f"HTTP {status}")
    words = door.redact(": ".join(filter(None, [code, str(told.get("error_description") or "")])))
    if status == 429:
        at = door.clock.now() + _BUSY
        return RateLimitedError(words, retry_at=at, code="token 429", effect="none", http_status=status)
    if status >= 500 or not told.get("error"):
        return OutcomeUnknownError(words, code=f"token {status}", http_status=status)
    return ReconnectError(words, code=code, effect="none", http_status=status)


def span(value: Json) -> timedelta | None:
    """Seconds of an answer (`expires_in`) as a length of time; None: it says nothing that makes sense."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return timedelta(seconds=value) if number and value > 0 else None


def end_of(value: Json, now: datetime) -> datetime | None:
    """The moment that so many seconds from now are over; None: as `span`."""
    length = span(value)
    return None if length is None else now + length
