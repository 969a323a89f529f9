"""Who speaks to Noticeboard: the token's header, and who am I."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.contract import ChannelStatus
from connectors.errors import ReconnectError, TemporaryError

Json = Any


def header_of(fields: Mapping[str, str]) -> dict[str, str]:
    """What goes with each request.

    Raises:
        ReconnectError: there is no token.
    """
    if not fields.get("token"):
        raise ReconnectError("missing: token", code="no-credentials", effect="none")
    return {"Authorization": f"Bearer {fields['token']}"}


def status_of(me: Json) -> ChannelStatus:
    """The answer of GET /v1/me; Noticeboard knows no scopes, and its tokens do not expire.

    Raises:
        TemporaryError: the answer names no account.
    """
    if not isinstance(me, dict) or not me.get("id"):
        raise TemporaryError("the answer names no account", code="no-account", effect="none")
    return ChannelStatus(account_id=str(me["id"]), name=str(me.get("name") or ""))
