"""Who speaks to TikTok: the scopes a token needs, the token itself, and who am I."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.contract import ChannelStatus
from connectors.errors import ReconnectError, TemporaryError

Json = Any

# TikTok scopes, checked 2026-11-23: publish at once, to the inbox, who am I, and the list of public videos.
SCOPES = ("user.info.basic", "user.info.profile", "video.publish", "video.upload", "video.list")

WHO = "/v2/user/info/"
WHO_FIELDS = "open_id,display_name,username"


def bearer_of(fields: Mapping[str, str]) -> str:
    """The access token among the credential fields.

    Raises:
        ReconnectError: there is none.
    """
    token = fields.get("token") or fields.get("access_token")
    if not token:
        raise ReconnectError("missing: token", code="no-credentials", effect="none")
    return token


def status_of(data: Mapping[str, Json]) -> ChannelStatus:
    """The answer of GET /v2/user/info/ as a status; TikTok tells neither scopes nor an end of the token.

    Raises:
        TemporaryError: the answer names no user.
    """
    user = data.get("user")
    if not isinstance(user, dict) or not user.get("open_id"):
        raise TemporaryError("the answer names no user", code="no-user", effect="none")
    name = str(user.get("username") or user.get("display_name") or "")
    return ChannelStatus(account_id=str(user["open_id"]), name=name)
