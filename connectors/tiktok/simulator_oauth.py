"""Tokens of the pretended TikTok: codes, renewals that rotate, scopes, revocation (for simulator.py).

Source: TikTok's OAuth pages as updated in November 2026 (checked 2026-11-23): every renewal gives a new
refresh token and the old one stops working.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.tiktok.simulator_answers import SCOPES, OAuthRefusal, Refusal

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from connectors.tiktok.simulator import TikTokSimulator

Json = Any

CLIENT = "sandbox-tiktok-app"
_SECRET = "sandbox-tiktok-app-secret"  # noqa: S105 - of nobody
_START = "sandbox-tiktok-"


class OAuth:
    """Who a token speaks for, and where a new one comes from."""

    def __init__(self, simulator: TikTokSimulator) -> None:
        self._simulator = simulator
        self._world = simulator.world
        self._platform = simulator.platform

    def credentials(self, account: str) -> dict[str, str]:
        """Client and tokens of the first log-in, whose lives begin with their first use."""
        return {
            "client_key": CLIENT,
            "client_secret": _SECRET,
            "access_token": f"{_START}{account}",
            "refresh_token": f"{_START}{account}-refresh",
        }

    def account(self, request: Request) -> tuple[str, tuple[str, ...]]:
        """The account a request speaks for, and the scopes it was granted.

        Raises:
            Refusal: the token is none, or is dead.
        """
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        account = self._account_of(token.strip()) if scheme.lower() == "bearer" else None
        if account is None or self._simulator.token_state(account) not in ("valid", "banned"):
            raise Refusal("access_token_invalid")
        granted = (self._world.get(self._platform, "token", account) or {}).get("scopes")
        return account, tuple(granted if granted is not None else SCOPES)

    def answer(self, request: Request, path: str) -> dict[str, Json]:
        """`/v2/oauth/token/` and `/v2/oauth/revoke/`.

        Raises:
            OAuthRefusal: the request is not granted.
        """
        form = request.form
        if request.method != "POST" or request.mimetype != "application/x-www-form-urlencoded":
            raise OAuthRefusal("invalid_request", "The request must be form-encoded.")
        if (form.get("client_key"), form.get("client_secret")) != (CLIENT, _SECRET):
            raise OAuthRefusal("invalid_client", "Client key or secret is incorrect.")
        if path.rstrip("/") == "/v2/oauth/revoke":
            self._revoke(form.get("token", ""))
            return {}
        if path.rstrip("/") != "/v2/oauth/token":
            raise OAuthRefusal("invalid_request", "There is no such route.")
        match form.get("grant_type"):
            case "refresh_token":
                return self._issued(self._of_refresh(form.get("refresh_token", "")))
            case "authorization_code":
                return self._issued(self._of_code(form.get("code", ""), form.get("redirect_uri", "")))
        raise OAuthRefusal("unsupported_grant_type", "grant_type is authorization_code or refresh_token.")

    def _of_refresh(self, token: str) -> str:
        found = self._issued_as("refresh", token, f"{_START}{{}}-refresh")
        if found is None or found.get("used") or self._simulator.token_state(found["account"]) == "revoked":
            raise OAuthRefusal("invalid_grant", "Refresh token is invalid or expired.")
        self._world.put(self._platform, "refresh", token, {**found, "used": True})
        return str(found["account"])

    def _of_code(self, code: str, redirect: str) -> str:
        account = code.removeprefix(f"{_START}code-")
        spent = self._world.get(self._platform, "code", code)
        if not redirect or account == code or self._simulator.profile(account) is None or spent:
            raise OAuthRefusal("invalid_grant", "Authorization code is expired.")
        self._world.put(self._platform, "code", code, True)
        self._world.put(self._platform, "token", account, {"state": "valid"})
        return account

    def _issued(self, account: str) -> dict[str, Json]:
        number = self._world.next_number(self._platform)
        state = self._world.get(self._platform, "token", account) or {}
        if state.get("state") == "expired":
            self._world.put(self._platform, "token", account, {**state, "state": "valid"})
        tokens = {name: f"{_START}{account}-{name}-{number}" for name in ("access", "refresh")}
        for name, token in tokens.items():
            self._begin(name, token, account)
        return {
            "access_token": tokens["access"],
            "expires_in": self._life("access"),
            "refresh_token": tokens["refresh"],
            "refresh_expires_in": self._life("refresh"),
            "open_id": account,
            "scope": ",".join(state.get("scopes") or SCOPES),
            "token_type": "Bearer",
        }

    def _account_of(self, token: str) -> str | None:
        found = self._issued_as("access", token, f"{_START}{{}}")
        return None if found is None else str(found["account"])

    def _issued_as(self, kind: str, token: str, first: str) -> Json:
        """What stands behind a token that is still good; None: nothing, or nothing any more.

        Args:
            first: the form of the first log-in's; whoever has none in use yet begins it now.
        """
        found = self._world.get(self._platform, kind, token)
        if found is None:
            account = token.removeprefix(_START).removesuffix("-refresh")
            if token != first.format(account) or self._simulator.profile(account) is None:
                return None
            found = self._begin(kind, token, account)
        return None if datetime.fromisoformat(found["until"]) <= self._world.now() else found

    def _begin(self, kind: str, token: str, account: str) -> dict[str, Json]:
        until = self._world.now() + timedelta(seconds=self._life(kind))
        found = {"account": account, "until": until.isoformat()}
        self._world.put(self._platform, kind, token, found)
        return found

    def _life(self, kind: str) -> int:
        return int(self._simulator.setting(f"{kind}_life"))

    def _revoke(self, token: str) -> None:
        account = self._account_of(token)
        if account is not None:
            self._world.put(self._platform, "token", account, {"state": "revoked"})
