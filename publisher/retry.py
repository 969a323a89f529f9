"""An error and the attempts so far → what happens next: again at a time, give up, or ask a person.

Pure: the jitter comes from a hash of delivery and attempt, so the answer for a row is always the same.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from connectors.errors import (
    ConnectorError,
    NotSentError,
    OutcomeUnknownError,
    RateLimitedError,
    ReconnectError,
    RejectedError,
    TemporaryError,
    UnsupportedError,
)

Phase = Literal["stage", "commit", "confirm", "find", "probe"]
"""The call that failed. A look (`find`, `confirm`) is repeated for ever; giving up would settle nothing."""

FIRST = timedelta(seconds=30)
"""Wait after the first temporary error; doubled for each further one."""
FIRST_NOT_SENT = timedelta(seconds=5)
"""Where nothing left this machine the network may be back in a moment."""
LONGEST = timedelta(minutes=30)
LAST_TRY = timedelta(seconds=10)
"""Before grace ends there is one more try, this long before."""
JITTER = 0.25
"""A wait grows by up to this share, so that accounts that failed together do not return together."""
RATE_JITTER = timedelta(seconds=10)
"""Added to a named moment: clocks differ, and others were told the same moment."""


@dataclass(frozen=True, slots=True)
class Again:
    """The same step once more at `at` (aware, UTC)."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The part is failed; `reason` is a message id."""

    reason: str


@dataclass(frozen=True, slots=True)
class LookFirst:
    """The part is unknown: it may be public, so look (from `at` on) before anything is repeated."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class AccountWaits:
    """Nothing goes out on the account before `until` (aware, UTC); None: not before a person has acted."""

    until: datetime | None
    reason: str


Next = Again | GiveUp | LookFirst | AccountWaits


def decide(
    error: ConnectorError,
    attempts: int,
    now: datetime,
    *,
    key: str,
    phase: Phase,
    due: datetime | None,
    grace: timedelta | None,
) -> Next:
    """What to do after an error, by its class alone; the platform's words are for people.

    Args:
        error: what the room raised.
        attempts: failures of this step before this one, so 0 at the first.
        now: aware, UTC.
        key: names the part; jitter hangs on it.
        phase: the call that failed.
        due: of the delivery, aware, UTC; None for what has no due time of its own (a follower, a look).
        grace: None as `due`.
    """
    looking = phase in ("find", "confirm")
    if isinstance(error, ReconnectError):
        return AccountWaits(None, "retry.reconnect")
    if phase == "commit" and error.effect != "none":
        return LookFirst(now + _jittered(FIRST_NOT_SENT, key, attempts), "retry.unknown")
    if isinstance(error, UnsupportedError | RejectedError) and not looking:
        unsupported = isinstance(error, UnsupportedError)
        return GiveUp("retry.unsupported" if unsupported else "retry.rejected")
    last = None if looking or due is None or grace is None else due + grace
    if isinstance(error, RateLimitedError):
        return _rate_limited(error, attempts, now, key, last)
    at, earliest = _next_try(error, attempts, now, key)
    if last is not None and at > last:
        at = last - LAST_TRY
        if at <= earliest:
            return GiveUp("retry.out_of_time")
    return Again(at, _reason(error))


def backoff(first: timedelta, attempts: int, key: str) -> timedelta:
    """How long to wait after failure number `attempts` (from 0): doubled each time, bounded, with jitter."""
    doubled = first * 2 ** min(attempts, 20)
    return _jittered(min(doubled, LONGEST), key, attempts)


def _rate_limited(
    error: RateLimitedError, attempts: int, now: datetime, key: str, last: datetime | None
) -> Next:
    """The platform named a moment, for the account as a whole."""
    at = max(error.retry_at, now) + RATE_JITTER * _share(key, attempts)
    if last is not None and at > last:
        return GiveUp("retry.out_of_time_rate")
    return AccountWaits(at, "retry.rate_limited")


def _next_try(error: ConnectorError, attempts: int, now: datetime, key: str) -> tuple[datetime, datetime]:
    """When to try again by our own measure, and what the platform allows at the earliest."""
    first = FIRST_NOT_SENT if isinstance(error, NotSentError) else FIRST
    at = now + backoff(first, attempts, key)
    named = error.retry_at if isinstance(error, TemporaryError) else None
    if named is None:
        return at, now
    return max(at, named + RATE_JITTER * _share(key, attempts)), max(named, now)


def _reason(error: ConnectorError) -> str:
    if isinstance(error, NotSentError):
        return "retry.not_sent"
    return "retry.no_answer" if isinstance(error, OutcomeUnknownError) else "retry.temporary"


def _jittered(wait: timedelta, key: str, attempts: int) -> timedelta:
    return wait * (1 + JITTER * _share(key, attempts))


def _share(key: str, attempts: int) -> float:
    """A number from 0 up to 1, the same for the same key and attempt."""
    digest = hashlib.sha256(f"{key}\n{attempts}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
