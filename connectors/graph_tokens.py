"""Meta's tokens: what Meta tells of one, and the long-lived ones of its own log-ins (Instagram, Threads).

These live sixty days and are renewed by the token alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.errors import ReconnectError, RejectedError, TemporaryError
from connectors.oauth import end_of
from connectors.renewal import Lasts, Renewal, Renewed

if TYPE_CHECKING:
    from connectors.graph_api import GraphCaller
    from connectors.http import Door

Json = Any

# Meta's documentation, Instagram refresh_access_token (2026-03-09) and Threads long-lived tokens, checked
# 2026-11-23: a token "at least 24 hours old" that has not expired; what is refreshed lives sixty days anew.
# Ten minutes more, since clocks differ.
YOUNGEST = timedelta(hours=24, minutes=10)
# Ours: with half its life left, so that a month of failing is known while the token still works.
AHEAD = timedelta(days=30)


def renewal_of(fields: Mapping[str, str]) -> Renewal:
    """What is renewed is the token itself; the one before lives on to its own end."""
    if not fields.get("token"):
        return Renewal(Lasts.BY_PERSON)
    return Renewal(Lasts.RENEWED, youngest=YOUNGEST, ahead=AHEAD)


def renewed(graph: GraphCaller, grant: str, door: Door) -> Renewed:
    """A token for sixty days more.

    Args:
        grant: the platform's own `grant_type`.

    Raises:
        ReconnectError: it is dead, or not renewed as it is.
        RateLimitedError, TemporaryError: not now.
    """
    now: datetime = door.clock.now()
    try:
        answer = graph.unversioned("refresh_access_token", grant_type=grant)
    except RejectedError as refused:
        # What Meta says of a token that is too young is not documented.
        status = refused.http_status
        raise ReconnectError(refused.words, code="not-renewed", effect="none", http_status=status) from None
    token = str(answer.get("access_token") or "")
    if not token:
        raise TemporaryError("the answer holds no token", code="no-token", effect="none")
    door.learn([token])
    ends = end_of(answer.get("expires_in"), now)
    return Renewed({"token": token}, ends, ends)


def debugged(graph: GraphCaller, fields: Mapping[str, str]) -> Mapping[str, Json]:
    """What GET /debug_token says of the token; empty where Meta does not tell (that is for the app's own).

    Args:
        fields: `token`, and where there are such `app_id` and `app_secret`, with which Meta tells more.

    Raises:
        ReconnectError: the token is not valid.
    """
    params = {"input_token": fields["token"]}
    if fields.get("app_id") and fields.get("app_secret"):
        params["access_token"] = f"{fields['app_id']}|{fields['app_secret']}"
    try:
        data = graph.get("debug_token", **params).get("data") or {}
    except (RejectedError, ReconnectError):
        # The account has just answered: the token works, only this question is not for it.
        return {}
    if data.get("is_valid") is False:
        words = str((data.get("error") or {}).get("message") or "the token is not valid")
        raise ReconnectError(words, code="190", effect="none")
    return dict(data)


def unix_end(value: Json) -> datetime | None:
    """Seconds since 1970; 0 means never."""
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int) and value > 0 else None
