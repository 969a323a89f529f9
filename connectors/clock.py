"""Time as the system sees it: the only reader of clocks and the only sleeper in both packages."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Lock
from typing import Protocol


class Clock(Protocol):
    """`now` follows the sandbox in sandbox mode; `boottime` never does."""

    def now(self) -> datetime:
        """The time that dues, quotas and retries live in: aware, UTC."""

    def boottime(self) -> float:
        """Seconds since boot, suspension included (CLOCK_BOOTTIME): leases and call deadlines live here."""

    def refresh(self) -> None:
        """Read a moved clock anew; called once per wake, never raises for an unreachable source."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def boottime(self) -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def refresh(self) -> None:
        return None


class FollowingClock(SystemClock):
    """Follows a sandbox whose clock can be moved and sped up.

    Args:
        read: gives (the sandbox's now, its rate in seconds per second); None when it does not
            answer, and then the last known relation to our own time goes on.
    """

    def __init__(self, read: Callable[[], tuple[datetime, float] | None]) -> None:
        self._read = read
        self._lock = Lock()
        self._anchor = (datetime.now(UTC), self.boottime(), 1.0)

    def now(self) -> datetime:
        with self._lock:
            there, here, rate = self._anchor
        return there + timedelta(seconds=(self.boottime() - here) * rate)

    def refresh(self) -> None:
        got = self._read()
        if got is not None:
            with self._lock:
                self._anchor = (got[0], self.boottime(), got[1])


class ManualClock:
    """A clock that moves only when told; for tests and for planning at another moment."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._boottime = 1000.0

    def now(self) -> datetime:
        return self._now

    def boottime(self) -> float:
        return self._boottime

    def refresh(self) -> None:
        return None

    def advance(self, seconds: float) -> None:
        """Move both clocks forward by `seconds`."""
        self._now += timedelta(seconds=seconds)
        self._boottime += seconds


def boot_id() -> str:
    """The kernel's id of this boot: leases stored under another one are void."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def pause(seconds: float, stop: Event | None = None) -> bool:
    """Sleep, or until `stop` is set; True if it was set."""
    if stop is not None:
        return stop.wait(seconds)
    time.sleep(seconds)
    return False


def file_time() -> int:
    """Nanoseconds since 1970 as this machine stamps its files: never a sandbox's time."""
    return time.time_ns()


def stopwatch() -> float:
    """Monotonic seconds for measuring how long something took."""
    return time.monotonic()
