"""Who speaks to TikTok: the scopes a token needs, the token itself, its renewal, and who am I."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from connectors.contract import ChannelStatus
from connectors.errors import ReconnectError, TemporaryError
from connectors.oauth import end_of, grant_of
from connectors.renewal import Lasts, Renewal, Renewed
from connectors.tiktok import limits

if TYPE_CHECKING:
    from connectors.http import Door

Json = Any

# TikTok scopes, checked 2026-11-23: publish at once, to the inbox, who am I, and the list of public videos.
SCOPES = ("user.info.basic", "user.info.profile", "video.publish", "video.upload", "video.list")

WHO = "/v2/user/info/"
WHO_FIELDS = "open_id,display_name,username"


# TikTok, "Manage user access tokens", pages of 2026-11-02 and 2026-11-05, checked 2026-11-23.
TOKEN_URL = "https://open.tiktokapis.com/v2/oauth/token/"  # noqa: S105 - an address
_RENEWS = ("client_key", "client_secret", "refresh_token")


def renewal_of(fields: Mapping[str, str]) -> Renewal:
    """Every renewal gives another refresh token, and the one before stops working (the same pages)."""
    if not all(fields.get(name) for name in _RENEWS):
        return Renewal(Lasts.BY_PERSON, seed="token" if fields.get("token") else "access_token")
    return Renewal(Lasts.RENEWED, seed="refresh_token", rotates=True, ahead=limits.RENEW_AHEAD)


def renewed(door: Door, account: str, fields: Mapping[str, str]) -> Renewed:
    """Both tokens anew; how long each lives is the answer's to say: TikTok's pages have said two things.

    Raises:
        ReconnectError, RateLimitedError, NotSentError, OutcomeUnknownError: as `grant_of`.
    """
    form = {name: fields[name] for name in _RENEWS} | {"grant_type": "refresh_token"}
    body = grant_of(door, account, TOKEN_URL, form)
    now = door.clock.now()
    return Renewed(
        # `token` is looked for before `access_token`: it must not stay what it was.
        {
            "token": str(body["access_token"]),
            "refresh_token": str(body.get("refresh_token") or fields["refresh_token"]),
        },
        end_of(body.get("expires_in"), now),
        end_of(body.get("refresh_expires_in"), now),
    )


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
    # `username` belongs to user.info.profile, which a token may lack.
    name, handle = str(user.get("display_name") or ""), str(user.get("username") or "")
    return ChannelStatus(account_id=str(user["open_id"]), name=name, handle=handle)
