"""Who speaks to Threads: the permissions a token needs, who am I, and how much may still go out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.contract import ChannelStatus
from connectors.errors import ReconnectError, RejectedError, TemporaryError

if TYPE_CHECKING:
    from connectors.graph_api import GraphCaller

Json = Any

# Meta's documentation, Threads access tokens and permissions (2026-08-12), checked 2026-11-23; the last is
# for chains and first comments only.
SCOPES = ("threads_basic", "threads_content_publish", "threads_manage_replies")


def status_of(graph: GraphCaller, account: str, token: str) -> ChannelStatus:
    """Who the token speaks for, how long, and how many posts Threads still takes.

    Raises:
        ReconnectError: Meta says that the token is not valid.
        TemporaryError: the answer names no one.
    """
    me = graph.get("me", fields="id,username")
    if not me.get("id"):
        raise TemporaryError("the answer names no account", code="no-account", effect="none")
    told = _debug(graph, token)
    scopes = tuple(str(scope) for scope in told.get("scopes") or ())
    missing = tuple(scope for scope in SCOPES if scope not in scopes) if scopes else ()
    left = quota_left(graph, account, replies=False)
    handle, ends = str(me.get("username") or ""), _expiry(told.get("expires_at"))
    return ChannelStatus(str(me["id"]), "", scopes, missing, ends, left, handle=handle)


def quota_left(graph: GraphCaller, account: str, *, replies: bool) -> int | None:
    """How many posts, or replies, Threads still takes in its rolling 24 hours; None: it does not say."""
    before = "reply_" if replies else ""
    usage, rule = f"{before}quota_usage", "reply_config" if replies else "config"
    try:
        answer = graph.get(f"{account}/threads_publishing_limit", fields=f"{usage},{rule}")
    except RejectedError:
        return None
    entries = answer.get("data")
    entry = entries[0] if isinstance(entries, list) and entries and isinstance(entries[0], dict) else {}
    config = entry.get(rule)
    used, total = entry.get(usage), config.get("quota_total") if isinstance(config, dict) else None
    if not isinstance(used, int) or not isinstance(total, int):
        return None
    return max(0, total - used)


def _debug(graph: GraphCaller, token: str) -> Mapping[str, Json]:
    """What GET /debug_token says of the token; empty where Meta does not tell."""
    try:
        data = graph.get("debug_token", input_token=token).get("data") or {}
    except (RejectedError, ReconnectError):
        # GET /me has just answered: the token works, only this question is not for it.
        return {}
    if not isinstance(data, dict):
        return {}
    if data.get("is_valid") is False:
        words = str((data.get("error") or {}).get("message") or "the token is not valid")
        raise ReconnectError(words, code="190", effect="none")
    return data


def _expiry(value: Json) -> datetime | None:
    """Seconds since 1970; 0 means never."""
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int) and value > 0 else None
