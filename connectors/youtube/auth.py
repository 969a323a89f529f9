"""Who speaks to YouTube: the scope a token needs, access tokens from a refresh token, and who am I."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from connectors.contract import ChannelStatus
from connectors.errors import OutcomeUnknownError, ReconnectError, TemporaryError
from connectors.oauth import end_of, grant_of, span
from connectors.renewal import Lasts, Renewal
from connectors.youtube import limits

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.contract import TokenSource
    from connectors.http import Door

Json = Any

# Discovery document of youtube.v3, revision 20261104: this scope alone is named by every method used here;
# youtube.upload covers no update, and captions take no other.
FORCE_SSL = "https://www.googleapis.com/auth/youtube.force-ssl"
SCOPES = (FORCE_SSL,)

# Google, OAuth 2.0 for desktop apps, checked 2026-11-23.
TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
_FIELDS = ("client_id", "client_secret", "refresh_token")
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Access:
    """An access token: until when it is good (None: not known), and what came with it."""

    token: str
    until: datetime | None = None
    scopes: tuple[str, ...] = ()
    ends: datetime | None = None
    """When the refresh token itself ends; Google says so for apps that are only being tested."""

    def __repr__(self) -> str:
        return f"<Access until {self.until}>"


def renewal_of(fields: Mapping[str, str]) -> Renewal:
    """A refresh token serves as long as it is used; an access token alone ends within the hour.

    Google, OAuth 2.0, checked 2026-11-23: the refresh token does not change when it is used; it ends after
    six months without use, when it is revoked, and after seven days where the app is only being tested.
    """
    whole = all(fields.get(name) for name in _FIELDS)
    return Renewal(Lasts.BY_ITSELF, seed="refresh_token") if whole else Renewal(Lasts.BY_PERSON)


_lock = Lock()
_known: WeakKeyDictionary[Door, dict[tuple[str, str], Access]] = WeakKeyDictionary()
"""By door, account key and refresh token: one renewal serves all sessions of a process for an hour."""


class Tokens:
    """Access tokens of one account key."""

    def __init__(self, door: Door, clock: Clock, tokens: TokenSource, account: str) -> None:
        self._door = door
        self._clock = clock
        self._tokens = door.checked(tokens)
        self._account = account

    def access(self) -> Access:
        """A token that is good for some minutes.

        Raises:
            ReconnectError: there are no credentials, or Google refuses them for good.
            TemporaryError, RateLimitedError: Google cannot say now.
        """
        fields = self._fields()
        if not fields.get("refresh_token"):
            return Access(fields["token"])
        key = (self._account, fields["refresh_token"])
        with _lock:
            found = _known.setdefault(self._door, {}).get(key)
        if found and found.until and found.until > self._clock.now() + limits.TOKEN_MARGIN:
            return found
        made = self._renew(fields)
        with _lock:
            _known[self._door][key] = made
        return made

    def renews(self) -> bool:
        """Whether a new access token can be had without a person."""
        return bool(self._fields().get("refresh_token"))

    def forget(self) -> None:
        """The token was refused: the next one is a new one."""
        with _lock:
            known = _known.get(self._door, {})
            for key in [key for key in known if key[0] == self._account]:
                del known[key]

    def _fields(self) -> Mapping[str, str]:
        fields = self._tokens.get(self._account)
        missing = [name for name in _FIELDS if not fields.get(name)]
        if missing and not fields.get("token"):
            words = f"missing: {', '.join(missing)} (or token)"
            raise ReconnectError(words, code="no-credentials", effect="none")
        return fields if not missing else {"token": fields["token"]}

    def _renew(self, fields: Mapping[str, str]) -> Access:
        form = {name: fields[name] for name in _FIELDS} | {"grant_type": "refresh_token"}
        try:
            body = grant_of(self._door, self._account, TOKEN_URL, form)
        except OutcomeUnknownError as error:
            # The refresh token stays what it is: asking again does no harm.
            raise TemporaryError(
                error.words, code=error.code, effect="none", http_status=error.http_status
            ) from None
        now = self._clock.now()
        token = str(body["access_token"])
        # The door refuses one of the wrong mode.
        self._door.checked(_Made({"token": token})).get(self._account)
        return Access(
            token,
            now + (span(body.get("expires_in")) or _HOUR),
            tuple(str(body.get("scope") or "").split()),
            end_of(body.get("refresh_token_expires_in"), now),
        )


class _Made:
    """Fields that were just issued, as a source of tokens."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields

    def get(self, account: str) -> Mapping[str, str]:
        return self._fields


def status_of(channels: Json, access: Access) -> ChannelStatus:
    """The answer of channels.list (mine) as a status.

    Raises:
        ReconnectError: the Google account has no channel.
        TemporaryError: the answer is no list of channels.
    """
    items = channels.get("items") if isinstance(channels, dict) else None
    listed = isinstance(channels, dict) and (items is not None or "pageInfo" in channels)
    if not listed or not isinstance(items or [], list):
        raise TemporaryError("the answer is no list of channels", code="no-list", effect="none")
    if not items:
        words = "the Google account has no YouTube channel"
        raise ReconnectError(words, code="youtubeSignupRequired", effect="none")
    first = items[0] if isinstance(items[0], dict) else {}
    if not first.get("id"):
        raise TemporaryError("the answer names no channel", code="no-channel", effect="none")
    snippet = first.get("snippet") or {}
    name, own = str(snippet.get("title") or ""), str(snippet.get("customUrl") or "")
    # Handles stand in `customUrl`, with `@`; an address of the time before them (2022) has none.
    handle = own[1:] if own.startswith("@") else ""
    missing = tuple(scope for scope in SCOPES if access.scopes and scope not in access.scopes)
    return ChannelStatus(str(first["id"]), name, access.scopes, missing, access.ends, handle=handle)
