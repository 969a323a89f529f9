"""Who speaks to Facebook: the permissions a Page token needs, and who am I."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from connectors.contract import ChannelStatus
from connectors.errors import TemporaryError
from connectors.graph_tokens import debugged, unix_end

if TYPE_CHECKING:
    from connectors.graph_api import GraphCaller

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
    token = debugged(graph, fields)
    scopes = tuple(str(scope) for scope in token.get("scopes") or ())
    missing = tuple(scope for scope in SCOPES if scope not in scopes) if scopes else ()
    name = str(me.get("name") or "")
    return ChannelStatus(
        str(me["id"]),
        name,
        scopes,
        missing,
        unix_end(token.get("expires_at")),
        reads_until=unix_end(token.get("data_access_expires_at")),
    )
