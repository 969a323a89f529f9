"""The door: the only way out to the platforms, through requests sessions that SDKs are given.

A session of the door cannot overrun its deadline, send twice, follow a redirect, cross between
sandbox and live, or write a secret down. What a failed request means is known exactly
(wire_failures.py). An answer of any status, redirects included, is returned as it is: what it means
is the room's to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from threading import local
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import requests
from requests.hooks import default_hooks
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError

from connectors.announced import find_sandbox, read_sandbox_clock, route_for, routes_of
from connectors.clock import stopwatch
from connectors.errors import ConnectorError, ReconnectError, UnsupportedError
from connectors.wire import Call, TimedAdapter, current, is_loopback
from connectors.wire_failures import TooBigError, failure_of
from connectors.wire_log import RedactingFilter, Redactor, WireLog

if TYPE_CHECKING:
    from pathlib import Path

    from connectors.clock import Clock
    from connectors.contract import TokenSource

__all__ = ["Door", "DoorError", "DoorSession", "Network", "find_sandbox", "read_sandbox_clock", "routes_of"]

Mode = Literal["live", "sandbox"]

SANDBOX_PREFIX = "sandbox-"
"""Begins every secret that a simulator issues, and none that a platform does."""
MOST_BYTES = 64 << 20
"""Of one answer, unpacked. The longest list that a platform gives is far below."""

_PIECE = 1 << 16
_NOT_SECRET = frozenset(
    {"app_id", "client_id", "account_id", "page_id", "user_id", "username", "name", "scopes", "scope"}
    | {"expires_at", "expires_in", "token_type", "api_version"}
)
_TOLD_HEADERS = (
    *("retry-after", "x-rate-limit-", "x-app-", "x-user-limit-", "x-page-usage", "x-ad-account-usage"),
    *("x-business-use-case-usage", "x-fb-trace-id", "x-fb-request-id", "x-transaction-id"),
)
"""Of rates, and the ids that a platform's support asks for."""


class DoorError(UnsupportedError):
    """The request would have crossed between sandbox and live; refused before anything was sent.

    An UnsupportedError, since trying again or connecting the account anew changes nothing: the
    same request would be refused for ever, until a person changes the settings.
    """

    def __init__(self, mode: Mode, why: str) -> None:
        super().__init__(mode, why)
        self.code = "door.refused"


@dataclass(frozen=True, slots=True)
class Network:
    """How this machine reaches the world.

    Attributes:
        proxy: URL of an HTTP proxy for everything that is not loopback, user and password in it if need be.
        ca: a PEM file trusted besides the well-known authorities.
    """

    proxy: str | None = field(default=None, repr=False)
    ca: str | Path | None = None


@dataclass(frozen=True, slots=True)
class _Bound:
    deadline: float
    commit: bool


_bound: ContextVar[_Bound | None] = ContextVar("deadline", default=None)


class Door:
    """Gives sessions to rooms; one per process and mode.

    Args:
        routes: as `routes_of` gives them; used in sandbox mode only.
        wire_log: a file for one JSON line per request; None: none is kept.
        timeout: seconds that a whole request may take where no deadline is set.
        most_bytes: an answer bigger than this is not read to its end.
    """

    def __init__(
        self,
        *,
        mode: Mode,
        routes: Mapping[str, str] | None = None,
        clock: Clock,
        network: Network | None = None,
        wire_log: Path | None = None,
        timeout: float = 30.0,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self.mode: Mode = mode
        self.clock = clock
        self.timeout = timeout
        self.most_bytes = most_bytes
        self._routes = {host.lower(): base.rstrip("/") for host, base in (routes or {}).items()}
        self._network = network or Network()
        self._redactor = Redactor()
        if self._network.proxy:
            self._redactor.learn(filter(None, [urlsplit(self._network.proxy).password]))
        self._wire_log = WireLog(wire_log, self._redactor) if wire_log else None
        self.adapter = TimedAdapter(self._network.ca)

    def session(self, account: str) -> DoorSession:
        """A requests session for one account key, to hand to its SDK."""
        return DoorSession(self, account)

    def checked(self, tokens: TokenSource) -> TokenSource:
        """The same tokens, each known to redaction before anyone uses it, none of the wrong mode."""
        return _CheckedTokens(tokens, self.mode, self._redactor)

    def learn(self, secrets: Iterable[str]) -> None:
        """Keep what was just issued out of every log."""
        self._redactor.learn(secrets)

    @contextmanager
    def deadline(self, boottime: float, *, commit: bool = False) -> Iterator[None]:
        """Every request that this thread makes inside is over by `boottime` (seconds, CLOCK_BOOTTIME).

        With `commit` each uses a connection of its own. A block inside a block can only shorten.
        """
        outer = _bound.get()
        if outer is not None:
            boottime, commit = min(boottime, outer.deadline), commit or outer.commit
        token = _bound.set(_Bound(boottime, commit))
        try:
            yield
        finally:
            _bound.reset(token)

    def redact(self, text: str) -> str:
        """`text` without secrets: those given out by `checked`, and what looks like one."""
        return self._redactor.redact(text)

    def link(self, url: str) -> str:
        """Where a browser finds what the platform shows at `url`; in sandbox mode the simulator's page."""
        parts = urlsplit(url)
        base = self._routes.get((parts.hostname or "").lower()) if self.mode == "sandbox" else None
        return url if base is None else base + url[len(f"{parts.scheme}://{parts.netloc}") :]

    def log_filter(self) -> RedactingFilter:
        """For handlers of the program's own log: SDKs write URLs and headers there."""
        return RedactingFilter(self._redactor)

    def close(self) -> None:
        """Close kept connections; the door may still be used."""
        self.adapter.close()

    def __repr__(self) -> str:
        return f"<Door {self.mode}>"

    def _call(self) -> Call:
        bound = _bound.get()
        deadline = bound.deadline if bound else self.clock.boottime() + self.timeout
        return Call(self.clock, deadline, bool(bound and bound.commit), self._refuse_address)

    def _route(self, url: str, platform: str) -> str:
        """Where a platform's request for `url` really goes.

        Raises:
            DoorError: out of the sandbox, or from live to this machine or over an open line.
        """
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        base = route_for(self._routes, host, platform) if self.mode == "sandbox" else None
        if base is not None:
            url = base + url[len(f"{parts.scheme}://{parts.netloc}") :]
            parts = urlsplit(url)
            host = parts.hostname or ""
        if self.mode == "sandbox" and not is_loopback(host):
            raise DoorError("sandbox", f"{host} is not on this machine")
        if self.mode == "live" and is_loopback(host):
            raise DoorError("live", f"{host} is this machine, not a platform")
        if self.mode == "live" and parts.scheme != "https":
            raise DoorError("live", f"{host} without TLS")
        return url

    def _refuse_address(self, address: str) -> None:
        if is_loopback(address) != (self.mode == "sandbox"):
            raise DoorError(self.mode, f"address {address}")

    def _proxies(self, url: str) -> dict[str, str]:
        proxy = self._network.proxy
        if proxy is None or is_loopback(urlsplit(url).hostname or ""):
            return {}
        return {"http": proxy, "https": proxy}

    def _record(self, account: str, request: requests.PreparedRequest, call: Call, told: _Told) -> None:
        if self._wire_log is None:
            return
        self._wire_log.write(
            {
                "time": self.clock.now().isoformat(timespec="milliseconds"),
                "account": account,
                "method": request.method,
                "url": request.url,
                "sent": call.sent,
                "status": told.status,
                "received": told.received,
                "ms": round((stopwatch() - told.started) * 1000, 1),
                "headers": told.noteworthy() or None,
                "commit": call.fresh or None,
                "error": told.error,
            }
        )


@dataclass
class _Told:
    """What came back of one request, as far as it came."""

    started: float
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    received: int = 0
    error: str | None = None

    def noteworthy(self) -> dict[str, str]:
        """The headers worth a place in the wire log."""
        return {name: value for name, value in self.headers.items() if name.lower().startswith(_TOLD_HEADERS)}


class DoorSession(requests.Session):
    """A requests session for SDKs; every answer comes read to its end, `stream` or not.

    A `timeout` that an SDK gives can only shorten the call. Connections belong to the door, so
    closing a session closes none.
    """

    def __init__(self, door: Door, account: str) -> None:
        super().__init__()
        self.trust_env = False
        self.account = account
        self._door = door
        self._last = local()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        self.adapters.clear()
        self.mount("https://", door.adapter)
        self.mount("http://", door.adapter)

    @property
    def last_headers(self) -> CaseInsensitiveDict[str]:
        """Headers of this thread's last answer, for those that an SDK hides; empty if none came."""
        headers: CaseInsensitiveDict[str] = getattr(self._last, "headers", None) or CaseInsensitiveDict()
        return headers

    def close(self) -> None:
        """Nothing: tweepy's v1.1 client closes its session after each call."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: no redirect is followed, nor prepared."""

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send once, within the deadline.

        Raises:
            DoorError: the request would leave its mode.
            NotSentError, TemporaryError, OutcomeUnknownError: as wire_failures.py says.
        """
        self._last.headers = None
        call, told = self._door._call(), _Told(stopwatch())
        timeout = kwargs.get("timeout")
        if isinstance(timeout, int | float):
            call.shorten(timeout)
        failure: ConnectorError | None = None
        # Hooks see an answer that has been read within the deadline, and their errors are their own.
        hooks, request.hooks = request.hooks, default_hooks()
        reset = current.set(call)
        try:
            response = self._send(request, call, told)
        except ConnectorError as error:
            told.error = str(error)
            raise
        except (requests.RequestException, HTTPError, HTTPException, OSError) as error:
            host = urlsplit(request.url or "").hostname or ""
            failure = failure_of(error, call, request.method or "", host, told.status)
            told.error = f"{failure.code}: {failure.words}"
        finally:
            current.reset(reset)
            request.hooks = hooks
            self._door._record(self.account, request, call, told)
        if failure is None:
            for hook in hooks["response"]:
                changed = hook(response, **kwargs)
                response = response if changed is None else changed
            return response
        # Raised out here so that the library's own error, which holds the URL and the headers, does not
        # hang on it.
        raise failure

    def _send(self, request: requests.PreparedRequest, call: Call, told: _Told) -> requests.Response:
        request.url = self._door._route(request.url or "", self.account.partition(":")[0])
        call.time_left()
        response = super().send(
            request,
            stream=True,
            allow_redirects=False,
            proxies=self._door._proxies(request.url),
            verify=True,
            cert=None,
            timeout=None,
        )
        told.status, told.headers = response.status_code, response.headers
        self._last.headers = response.headers
        _read(response, told, self._door.most_bytes)
        call.over = True
        return response

    def __repr__(self) -> str:
        return f"<DoorSession {self.account}>"


def _read(response: requests.Response, told: _Told, most: int) -> None:
    pieces = []
    try:
        for piece in response.iter_content(_PIECE):
            told.received += len(piece)
            if told.received > most:
                raise TooBigError(f"the answer is bigger than {most} bytes")
            pieces.append(piece)
    finally:
        response.close()
    response._content = b"".join(pieces)


class _CheckedTokens:
    """Tokens on their way to a room."""

    def __init__(self, tokens: TokenSource, mode: Mode, redactor: Redactor) -> None:
        self._tokens = tokens
        self._mode = mode
        self._redactor = redactor

    def get(self, account: str) -> Mapping[str, str]:
        """As the source gives them.

        Raises:
            ReconnectError: there are none; or a simulator's in live mode; or any other in sandbox mode.
        """
        fields = self._tokens.get(account)
        secrets = {name: value for name, value in fields.items() if name not in _NOT_SECRET}
        self._redactor.learn(secrets.values())
        for name, value in secrets.items():
            if not value or not value.isprintable() or value != value.strip():
                raise _reconnect("door.bad_token", f"{account}: {name} is no token")
            if value.startswith(SANDBOX_PREFIX) and self._mode == "live":
                raise _reconnect("door.sandbox_token", f"{account}: {name} is a token of the sandbox")
            if not value.startswith(SANDBOX_PREFIX) and self._mode == "sandbox":
                raise _reconnect("door.live_token", f"{account}: {name} is not a token of the sandbox")
        return fields


def _reconnect(code: str, words: str) -> ReconnectError:
    return ReconnectError(words, code=code, effect="none")
