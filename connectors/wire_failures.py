"""Says what a request that failed on the wire means, by whether a byte of it left this machine.

not one byte left        NotSentError          safe to repeat
left, GET or HEAD        TemporaryError        nothing was changed
left, any other method   OutcomeUnknownError   look before repeating
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from http.client import IncompleteRead, RemoteDisconnected
from typing import TYPE_CHECKING, Any

from connectors.errors import ConnectorError, NotSentError, OutcomeUnknownError, TemporaryError

if TYPE_CHECKING:
    from connectors.wire import Call

_SAFE = frozenset({"GET", "HEAD"})


class TooBigError(OSError):
    """The answer is bigger than the door reads."""


def failure_of(
    error: BaseException, call: Call, method: str, host: str, status: int | None
) -> ConnectorError:
    """Our error for one of the network's or its libraries'.

    Args:
        status: of the answer, if its head had come.
    """
    code, why = _reason(error, call, answered=status is not None)
    words = f"{host}: {why}"
    if not call.left_us:
        return NotSentError(words, code=code)
    if method in _SAFE:
        return TemporaryError(words, code=code, effect="none", http_status=status)
    return OutcomeUnknownError(words, code=code, http_status=status)


def _reason(error: BaseException, call: Call, *, answered: bool) -> tuple[str, str]:
    """A message id and plain words; never the library's, which quote the URL with its token."""
    causes = list(_causes(error))
    for cause in causes:
        if (named := _named(cause)) is not None:
            return named
    if call.remaining() <= 0 or any(isinstance(cause, TimeoutError) for cause in causes):
        if call.left_us:
            return "door.deadline", "no answer in time"
        return "door.too_late", "no time left to send"
    text = next((c.strerror for c in reversed(causes) if isinstance(c, OSError) and c.strerror), None)
    if not call.left_us:
        return "door.no_connection", text or _tunnel_words(causes) or "no connection"
    return ("door.broken_off" if answered else "door.no_answer"), text or type(causes[-1]).__name__


def _named(cause: BaseException) -> tuple[str, str] | None:
    """What a cause that needs no context means."""
    match cause:
        case TooBigError():
            return "door.too_big", str(cause)
        case ssl.SSLCertVerificationError():
            return "door.certificate", f"its certificate is not trusted: {cause.verify_message}"
        case socket.gaierror():
            return "door.no_name", f"the name was not found: {cause.strerror}"
        case IncompleteRead():
            return "door.broken_off", "the answer broke off"
        case RemoteDisconnected():
            return "door.no_answer", "the connection was closed without an answer"
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and what it was made of, outermost first; urllib3 and requests pass it on in four ways."""
    seen: set[int] = set()
    waiting: list[Any] = [error]
    while waiting:
        cause = waiting.pop(0)
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__]


def _tunnel_words(causes: list[BaseException]) -> str | None:
    # http.client: OSError("Tunnel connection failed: 407 Proxy Authentication Required")
    words = (str(cause) for cause in causes if type(cause) is OSError)
    return next((text for text in words if text.startswith("Tunnel connection failed")), None)
