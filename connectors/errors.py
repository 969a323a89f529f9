"""What can go wrong at a platform, named by what should happen next.

ConnectorError
├── UnsupportedError      the platform cannot do this: edit the post
├── RejectedError         the platform refuses this post: edit the post
├── ReconnectError        the account needs a person; its other posts wait
├── RateLimitedError      come back at `retry_at`
├── TemporaryError        try again later
│   └── NotSentError      not one byte of the request left this machine
└── OutcomeUnknownError   it may have happened: look before repeating
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

Effect = Literal["none", "maybe"]


class ConnectorError(Exception):
    """Base of all platform errors.

    Args:
        words: what the platform (or the network) said, in its own words, without secrets.
        code: the platform's code, such as `190/463` or `403 duplicate`; a class of ours where it gave none.
        effect: `none` only if it is certain that nothing became public by this call. Inside
            `Session.commit` everything that is not `none` is settled by looking, never by repeating.
        http_status: the status of the answer, if there was one.
        details: what else the platform told, for the room that made the call; never logged.
    """

    def __init__(
        self,
        words: str,
        *,
        code: str = "",
        effect: Effect = "maybe",
        http_status: int | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        # No database takes a NUL or half a surrogate pair, and what went wrong must get into the log.
        words = words.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
        super().__init__(words)
        self.words = words
        self.code = code or type(self).__name__
        self.effect: Effect = effect
        self.http_status = http_status
        self.details: Mapping[str, Any] = details or {}


class UnsupportedError(ConnectorError):
    """The platform, or this room, has no such feature; refused before any call, so never with an effect."""

    def __init__(self, platform: str, feature: str) -> None:
        super().__init__(f"{platform}: {feature}", code="unsupported", effect="none")
        self.platform = platform
        self.feature = feature


class RejectedError(ConnectorError):
    """The platform refuses this content; the same request would be refused again."""


class ReconnectError(ConnectorError):
    """Token dead, permission missing, account blocked or out of credit: a person must act."""


class RateLimitedError(ConnectorError):
    """Too many calls; nothing before `retry_at` (aware, UTC) will be accepted."""

    def __init__(
        self,
        words: str,
        *,
        retry_at: datetime,
        code: str = "",
        effect: Effect = "maybe",
        http_status: int | None = None,
    ) -> None:
        super().__init__(words, code=code, effect=effect, http_status=http_status)
        self.retry_at = retry_at


class TemporaryError(ConnectorError):
    """The platform or the way to it is ill; trying later may succeed. `retry_at` where it was named."""

    def __init__(
        self,
        words: str,
        *,
        retry_at: datetime | None = None,
        code: str = "",
        effect: Effect = "maybe",
        http_status: int | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(words, code=code, effect=effect, http_status=http_status, details=details)
        self.retry_at = retry_at


class NotSentError(TemporaryError):
    """The request never left: no connection, or its deadline was over before the first byte."""

    def __init__(self, words: str, *, code: str = "not-sent") -> None:
        super().__init__(words, code=code, effect="none")


class OutcomeUnknownError(ConnectorError):
    """The request left and no usable answer came back."""
