"""Who speaks to X: the scopes a token needs, the SDK's client for the credentials given, and who am I."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from connectors.contract import ChannelStatus
from connectors.errors import ReconnectError, TemporaryError
from connectors.oauth import end_of, grant_of
from connectors.renewal import Lasts, Renewal, Renewed
from connectors.twitter import limits

if TYPE_CHECKING:
    import tweepy

    from connectors.http import Door

Json = Any

# X OpenAPI specification 2.167, security of POST /2/tweets and POST /2/media/upload, checked 2026-11-23;
# offline.access for a refresh token. OAuth 1.0a keys carry their rights in the app's settings instead.
SCOPES = ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")

_OAUTH1 = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")


# X docs, OAuth 2.0 Authorization Code Flow with PKCE, checked 2026-11-23.
TOKEN_URL = "https://api.x.com/2/oauth2/token"  # noqa: S105 - an address


def renewal_of(fields: Mapping[str, str]) -> Renewal:
    """OAuth 1.0a keys have no end; an OAuth 2.0 token lives two hours, and its refresh token works once.

    How long a refresh token lives unused is UNCERTAIN (some six months): X's answers do not tell.
    """
    if all(fields.get(name) for name in _OAUTH1):
        return Renewal(Lasts.ENDLESS, seed="access_token")
    if fields.get("refresh_token") and fields.get("client_id"):
        return Renewal(Lasts.RENEWED, seed="refresh_token", rotates=True, ahead=limits.RENEW_AHEAD)
    return Renewal(Lasts.BY_PERSON)


def renewed(door: Door, account: str, fields: Mapping[str, str]) -> Renewed:
    """Both tokens anew. An app with a secret shows it in the header, one without names itself in the form.

    Raises:
        ReconnectError, RateLimitedError, NotSentError, OutcomeUnknownError: as `grant_of`.
    """
    form = {"grant_type": "refresh_token", "refresh_token": fields["refresh_token"]}
    secret = fields.get("client_secret")
    if not secret:
        form["client_id"] = fields["client_id"]
    basic = (fields["client_id"], secret) if secret else None
    body = grant_of(door, account, TOKEN_URL, form, basic=basic)
    return Renewed(
        {
            "token": str(body["access_token"]),
            "refresh_token": str(body.get("refresh_token") or fields["refresh_token"]),
        },
        end_of(body.get("expires_in"), door.clock.now()),
    )


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
    name, handle = str(data.get("name") or ""), str(data.get("username") or "")
    return ChannelStatus(account_id=str(data["id"]), name=name, handle=handle)
