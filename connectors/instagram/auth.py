"""Who speaks to Instagram: the permissions of both log-ins, who am I, and how much may still go out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.contract import ChannelStatus
from connectors.errors import ReconnectError, RejectedError, TemporaryError

if TYPE_CHECKING:
    from connectors.graph_api import GraphCaller

Json = Any

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
    token = _debug(graph, fields) if login == "facebook" else {}
    scopes = tuple(str(scope) for scope in token.get("scopes") or ())
    missing = tuple(scope for scope in SCOPES[login] if scope not in scopes) if scopes else ()
    name = str(me.get("username") or "")
    left = quota_left(graph, account)
    return ChannelStatus(
        str(found),
        name,
        scopes,
        missing,
        _expiry(token.get("expires_at")),
        left,
        _expiry(token.get("data_access_expires_at")),
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


def _debug(graph: GraphCaller, fields: Mapping[str, str]) -> Mapping[str, Json]:
    """What GET /debug_token says of the token; empty where Meta does not tell (that is for the app's own)."""
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


def _expiry(value: Json) -> datetime | None:
    """Seconds since 1970; 0 means never."""
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int) and value > 0 else None
