"""Who speaks to Instagram: the permissions of both log-ins, who am I, and how much may still go out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from connectors.contract import ChannelStatus
from connectors.errors import RejectedError, TemporaryError
from connectors.graph_tokens import debugged, unix_end

if TYPE_CHECKING:
    from connectors.graph_api import GraphCaller

# Meta's documentation, Instagram API with Instagram Login and with Facebook Login, checked 2026-11-23; the
# last of each is for a first comment only.
SCOPES = {
    "instagram": (
        "instagram_business_basic",
        "instagram_business_content_publish",
        "instagram_business_manage_comments",
    ),
    "facebook": (
        "instagram_basic",
        "instagram_content_publish",
        "instagram_manage_comments",
    ),
}


def status_of(graph: GraphCaller, account: str, login: str, fields: Mapping[str, str]) -> ChannelStatus:
    """Who the token speaks for, how long, and how many posts Instagram still takes.

    Raises:
        ReconnectError: Meta says that the token is not valid.
        TemporaryError: the answer names no one.
    """
    if login == "instagram":
        me = graph.get("me", fields="user_id,username")
    else:
        me = graph.get(account, fields="id,username")
    # With Instagram Login `id` is the app's own for that person; `user_id` is the account.
    found = me.get("user_id") or me.get("id")
    if not found:
        raise TemporaryError("the answer names no account", code="no-account", effect="none")
    token = debugged(graph, fields) if login == "facebook" else {}
    scopes = tuple(str(scope) for scope in token.get("scopes") or ())
    missing = tuple(scope for scope in SCOPES[login] if scope not in scopes) if scopes else ()
    left = quota_left(graph, account)
    return ChannelStatus(
        str(found),
        "",
        scopes,
        missing,
        unix_end(token.get("expires_at")),
        left,
        unix_end(token.get("data_access_expires_at")),
        handle=str(me.get("username") or ""),
    )


def quota_left(graph: GraphCaller, account: str) -> int | None:
    """How many posts Instagram still takes in its rolling 24 hours; None: it does not say."""
    try:
        answer = graph.get(f"{account}/content_publishing_limit", fields="quota_usage,config")
    except RejectedError:
        return None
    entries = answer.get("data")
    entry = entries[0] if isinstance(entries, list) and entries and isinstance(entries[0], dict) else {}
    config = entry.get("config")
    used, total = entry.get("quota_usage"), config.get("quota_total") if isinstance(config, dict) else None
    if not isinstance(used, int) or not isinstance(total, int):
        return None
    return max(0, total - used)
