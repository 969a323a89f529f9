"""One call of X's API through tweepy's client on the door's session, and what its answer means."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import cached_property
from threading import local
from typing import TYPE_CHECKING, Any

import tweepy

from connectors.errors import ConnectorError, OutcomeUnknownError, TemporaryError
from connectors.twitter.auth import client_of
from connectors.twitter.codes import Phase, error_of

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.contract import TokenSource
    from connectors.http import Door

Json = Any

# tweepy logs each request's headers, the bearer token among them, at DEBUG.
logging.getLogger("tweepy.client").setLevel(logging.INFO)


class Caller:
    """Makes calls for one account key, signed with its credentials."""

    def __init__(self, door: Door, clock: Clock, tokens: TokenSource, account: str) -> None:
        self._door = door
        self._clock = clock
        self._tokens = door.checked(tokens)
        self._account = account
        self._seen = local()

    @cached_property
    def _client(self) -> tuple[tweepy.Client, bool]:
        session = self._door.session(self._account)
        session.hooks["response"].append(self._remember)
        return client_of(self._tokens.get(self._account), session)

    def call(
        self,
        method: str,
        route: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Json = None,
        phase: Phase = "other",
    ) -> Json:
        """One request through tweepy; the JSON of a good answer, else an error by what to do next."""
        client, signs = self._client
        self._seen.response = None
        failure: ConnectorError
        try:
            response = client.request(method, route, params=params, json=json, user_auth=signs)
        except OutcomeUnknownError as error:
            failure = _settled(error, phase)
        except (tweepy.HTTPException, AttributeError, TypeError, ValueError):
            # tweepy expects an object, numbers in headers, a list of errors; an answer that is none of
            # this breaks it before it can say so (4.17.0, checked 2026-11-23). The answer is read here.
            if self._seen.response is None:
                raise
            failure = self._error(self._seen.response, phase)
        else:
            return _json(response, phase)
        # Out here, so that the SDK's own error, which may repeat a token, does not hang on it.
        raise failure

    def send(self, method: str, url: str, **body: Any) -> Json:
        """One request past tweepy, on its session and with its signature; never a commit."""
        client, signs = self._client
        auth, headers = None, {"User-Agent": client.user_agent}
        if signs:
            handler = tweepy.OAuth1UserHandler(
                client.consumer_key, client.consumer_secret, client.access_token, client.access_token_secret
            )
            auth = handler.apply_auth()
        else:
            headers["Authorization"] = f"Bearer {client.bearer_token}"
        try:
            response = client.session.request(method, url, auth=auth, headers=headers, **body)
        except OutcomeUnknownError as error:
            raise _settled(error, "other") from None
        if not 200 <= response.status_code < 300:
            raise self._error(response, "other")
        return _json(response, "other")

    def _remember(self, response: Any, **_: Any) -> None:
        # By thread: an account may be looked at while another of its posts is delivered.
        self._seen.response = response

    def _error(self, response: Any, phase: Phase) -> ConnectorError:
        try:
            body = response.json()
        except ValueError:
            body = None
        headers = {name.lower(): value for name, value in response.headers.items()}
        now = self._clock.now()
        return error_of(response.status_code, body, headers, phase, now, self._door.redact)


def _json(response: Any, phase: Phase) -> Json:
    try:
        return response.json() if response.content else {}
    except ValueError:
        if phase == "commit":
            raise OutcomeUnknownError("the answer is not JSON", code="no-json") from None
        raise TemporaryError("the answer is not JSON", code="no-json", effect="none") from None


def _settled(error: OutcomeUnknownError, phase: Phase) -> ConnectorError:
    """A lost reply to a call that makes nothing public is only a nuisance."""
    if phase == "commit":
        return error
    return TemporaryError(error.words, code=error.code, effect="none", http_status=error.http_status)
