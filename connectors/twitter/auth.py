"""Who speaks to X: the scopes a token needs, the SDK's client for the credentials given, and who am I."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from connectors.contract import ChannelStatus
from connectors.errors import ReconnectError, TemporaryError
from connectors.renewal import Lasts, Renewal

if TYPE_CHECKING:
    import tweepy

Json = Any

# X OpenAPI specification 2.167, security of POST /2/tweets and POST /2/media/upload, checked 2026-11-23;
# offline.access for a refresh token. OAuth 1.0a keys carry their rights in the app's settings instead.
SCOPES = ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")

_OAUTH1 = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")


def renewal_of(fields: Mapping[str, str]) -> Renewal:
    """OAuth 1.0a keys have no end, an OAuth 2.0 token lives two hours (X's docs, checked 2026-11-23)."""
    if all(fields.get(name) for name in _OAUTH1):
        return Renewal(Lasts.ENDLESS, seed="access_token")
    return Renewal(Lasts.BY_PERSON)


def client_of(fields: Mapping[str, str], session: Any) -> tuple[tweepy.Client, bool]:
    """The SDK's client on the door's session, and whether it signs with OAuth 1.0a keys.

    Args:
        fields: the four OAuth 1.0a keys, or `token`: a user's OAuth 2.0 access token.
        session: the door's.

    Raises:
        ReconnectError: neither set is complete.
    """
    import tweepy

    signs = all(fields.get(name) for name in _OAUTH1)
    if not signs and not fields.get("token"):
        missing = ", ".join(name for name in _OAUTH1 if not fields.get(name))
        raise ReconnectError(f"missing: {missing} (or token)", code="no-credentials", effect="none")
    keys = {name: fields[name] for name in _OAUTH1} if signs else {"bearer_token": fields["token"]}
    # wait_on_rate_limit would sleep in here and send again on its own.
    client = tweepy.Client(**keys, wait_on_rate_limit=False)
    client.session = session
    return client, signs


def status_of(me: Json) -> ChannelStatus:
    """The answer of GET /2/users/me as a status; X tells neither scopes nor an end of the token.

    Raises:
        TemporaryError: the answer names no user.
    """
    data = me.get("data") if isinstance(me, dict) else None
    if not isinstance(data, dict) or not data.get("id"):
        raise TemporaryError("the answer names no user", code="no-user", effect="none")
    name = str(data.get("username") or data.get("name") or "")
    return ChannelStatus(account_id=str(data["id"]), name=name)
