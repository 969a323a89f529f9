"""Who speaks to Facebook: the permissions a Page token needs, and who am I."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.contract import ChannelStatus
from connectors.errors import ReconnectError, RejectedError, TemporaryError

if TYPE_CHECKING:
    from connectors.graph_api import GraphCaller

Json = Any

# Meta's documentation, Pages API, checked 2026-11-23; the last one is for a first comment only.
SCOPES = ("pages_show_list", "pages_read_engagement", "pages_manage_posts", "pages_manage_engagement")


def status_of(graph: GraphCaller, fields: Mapping[str, str]) -> ChannelStatus:
    """Who the token speaks for, and, as far as Meta tells its owner, what it may do and how long.

    Raises:
        ReconnectError: Meta says that the token is not valid.
        TemporaryError: the answer names no one.
    """
    me = graph.get("me", fields="id,name")
    if not me.get("id"):
        raise TemporaryError("the answer names no Page", code="no-page", effect="none")
    token = _debug(graph, fields)
    scopes = tuple(str(scope) for scope in token.get("scopes") or ())
    missing = tuple(scope for scope in SCOPES if scope not in scopes) if scopes else ()
    name = str(me.get("name") or "")
    return ChannelStatus(
        str(me["id"]),
        name,
        scopes,
        missing,
        _expiry(token.get("expires_at")),
        reads_until=_expiry(token.get("data_access_expires_at")),
    )


def _debug(graph: GraphCaller, fields: Mapping[str, str]) -> Mapping[str, Json]:
    """What GET /debug_token says of the token; empty where Meta does not tell (that is for the app's own)."""
    params = {"input_token": fields["token"]}
    if fields.get("app_id") and fields.get("app_secret"):
        params["access_token"] = f"{fields['app_id']}|{fields['app_secret']}"
    try:
        data = graph.get("debug_token", **params).get("data") or {}
    except (RejectedError, ReconnectError):
        # GET /me has just answered: the token works, only this question is not for it.
        return {}
    if data.get("is_valid") is False:
        words = str((data.get("error") or {}).get("message") or "the token is not valid")
        raise ReconnectError(words, code="190", effect="none")
    return dict(data)


def _expiry(value: Json) -> datetime | None:
    """Seconds since 1970; 0 means never."""
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int) and value > 0 else None
