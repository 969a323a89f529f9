"""OAuth 2.0 of the pretended X: user tokens of two hours, refresh tokens that work once (for simulator.py).

Source: X docs, OAuth 2.0 Authorization Code Flow with PKCE, and what users of the API report of dead refresh
tokens (checked 2026-11-23). How long a refresh token lives unused is UNCERTAIN: `refresh_life`.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.twitter.simulator_answers import Refusal

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from connectors.twitter.simulator import TwitterSimulator

Json = Any

PATH = "/2/oauth2/token"
CLIENT = "sandbox-twitter-client"
_SECRET = "sandbox-twitter-client-secret"  # noqa: S105 - of nobody
_START, _FIRST = "sandbox-twitter-", "-oauth2"
_SCOPE = "tweet.read tweet.write users.read media.write offline.access"


class OAuth2:
    """Who a user's token speaks for, and where another one comes from."""

    def __init__(self, simulator: TwitterSimulator) -> None:
        self._simulator = simulator
        self._world = simulator.world
        self._platform = simulator.platform

    def credentials(self, account: str) -> dict[str, str]:
        """What the owner has after logging in once; the tokens' lives begin with their first use."""
        return {
            "token": f"{_START}{account}{_FIRST}",
            "refresh_token": f"{_START}{account}{_FIRST}-refresh",
            "client_id": CLIENT,
            "client_secret": _SECRET,
        }

    def account_of(self, token: str) -> str | None:
        """Whom an access token speaks for; None: nobody, or nobody any more."""
        found = self._issued_as("access", token)
        return None if found is None else str(found["account"])

    def answer(self, request: Request) -> dict[str, Json]:
        """POST /2/oauth2/token.

        Raises:
            Refusal: the request is not granted.
        """
        form = request.form
        if request.mimetype != "application/x-www-form-urlencoded":
            raise _no("invalid_request", "The request must be form-encoded.")
        self._refuse_client(request)
        if form.get("grant_type") != "refresh_token":
            raise _no("unsupported_grant_type", "Only refresh tokens are pretended here.")
        found = self._issued_as("refresh", form.get("refresh_token", ""))
        if (
            found is None
            or found.get("used")
            or self._simulator.token_state(found["account"]) not in ("valid", "expired")
        ):
            raise _no("invalid_request", "Value passed for the token was invalid.")
        self._world.put(self._platform, "refresh", form["refresh_token"], {**found, "used": True})
        return self._issued(str(found["account"]))

    def _refuse_client(self, request: Request) -> None:
        """An app with a secret shows it in the header; one without (`public_client`) names itself."""
        if self._simulator.setting("public_client"):
            if request.form.get("client_id") != CLIENT:
                raise _no("invalid_client", "Value passed for the client_id was invalid.")
            return
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        try:
            shown = base64.b64decode(given, validate=True).decode() if scheme.lower() == "basic" else ""
        except (binascii.Error, UnicodeDecodeError):
            shown = ""
        if shown != f"{CLIENT}:{_SECRET}":
            raise _no("unauthorized_client", "Missing valid authorization header", 401)

    def _issued(self, account: str) -> dict[str, Json]:
        number = self._world.next_number(self._platform)
        tokens = {kind: f"{_START}{account}-{kind}-{number}" for kind in ("access", "refresh")}
        for kind, token in tokens.items():
            self._begin(kind, token, account)
        state = self._world.get(self._platform, "token", account) or {}
        if state.get("state") == "expired":
            self._world.put(self._platform, "token", account, {**state, "state": "valid"})
        return {
            "token_type": "bearer",
            "expires_in": int(self._simulator.setting("access_life")),
            "access_token": tokens["access"],
            "refresh_token": tokens["refresh"],
            "scope": " ".join(state.get("scopes") or _SCOPE.split()),
        }

    def _issued_as(self, kind: str, token: str) -> Json:
        """What stands behind a token that is still good; None: nothing, or nothing any more."""
        found = self._world.get(self._platform, kind, token)
        if found is None:
            end = _FIRST if kind == "access" else f"{_FIRST}-refresh"
            account = token.removeprefix(_START).removesuffix(end)
            if token != f"{_START}{account}{end}" or self._simulator.profile(account) is None:
                return None
            found = self._begin(kind, token, account)
        return None if datetime.fromisoformat(found["until"]) <= self._world.now() else found

    def _begin(self, kind: str, token: str, account: str) -> dict[str, Json]:
        until = self._world.now() + timedelta(seconds=float(self._simulator.setting(f"{kind}_life")))
        found = {"account": account, "until": until.isoformat()}
        self._world.put(self._platform, kind, token, found)
        return found


def _no(error: str, words: str, status: int = 400) -> Refusal:
    return Refusal(status, {"error": error, "error_description": words})
