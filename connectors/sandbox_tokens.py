"""Long-lived tokens of pretended platforms: each lives its time from its first use on, and can be renewed.

Names no platform; how long they live and from which age they are renewed is the simulator's to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from connectors.sandbox_world import Simulator

Json = Any


@dataclass(frozen=True, slots=True)
class Token:
    """A token that was issued: whom it speaks for, and its life (aware, UTC)."""

    text: str
    account: str
    since: datetime
    ends: datetime


class LongTokens:
    """The tokens of one simulator.

    Args:
        start: `<start><account>` is the token of an account's first log-in.
        life: name of the setting with the seconds that a token lives.
    """

    def __init__(self, simulator: Simulator, start: str, life: str = "token_life") -> None:
        self._simulator = simulator
        self._world = simulator.world
        self._start = start
        self._life = life

    def of_login(self, account: str) -> str:
        """The token of the account's log-in; whoever asks after its end logs in anew."""
        platform = self._simulator.platform
        text = self._world.get(platform, "login", account) or f"{self._start}{account}"
        found = self._world.get(platform, "long_token", text)
        if found is not None and datetime.fromisoformat(found["ends"]) <= self._world.now():
            text = f"{self._start}{account}-{self._world.next_number(platform)}"
            self._world.put(platform, "login", account, text)
            self._issue(text, account)
        return str(text)

    def find(self, text: str) -> Token | None:
        """What stands behind a token, dead or alive; None: it was never issued."""
        found = self._world.get(self._simulator.platform, "long_token", text)
        if found is None:
            account = text.removeprefix(self._start)
            if account == text or self._simulator.profile(account) is None:
                return None
            return self._issue(text, account)
        since, ends = (datetime.fromisoformat(found[name]) for name in ("since", "ends"))
        return Token(text, str(found["account"]), since, ends)

    def renewed(self, old: Token) -> Token:
        """Another one for the same account; the old one lives on to its own end."""
        number = self._world.next_number(self._simulator.platform)
        return self._issue(f"{self._start}{old.account}-{number}", old.account)

    def _issue(self, text: str, account: str) -> Token:
        now = self._world.now()
        ends = now + timedelta(seconds=float(self._simulator.setting(self._life)))
        token = Token(text, account, now, ends)
        kept = {"account": account, "since": now.isoformat(), "ends": ends.isoformat()}
        self._world.put(self._simulator.platform, "long_token", text, kept)
        return token
