"""The room of Noticeboard: what it takes, what it refuses, and the way to a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from connectors.contract import Feature, Room
from noticeboard import limits
from noticeboard.check import problems_of
from noticeboard.options import OPTIONS

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.contract import Account, FactsOf, MediaSource, Problem, Rendition, Session, TokenSource
    from connectors.http import Door


class Noticeboard(Room):
    """A board on which an office hangs its notices."""

    platform = "noticeboard"
    title = "Noticeboard"
    nicknames = ("board", "papan")
    limits = limits.LIMITS
    features: ClassVar[frozenset[Feature]] = frozenset(
        {Feature.TEXT, Feature.IMAGE, Feature.IMAGES, Feature.ALT_TEXT, Feature.THREAD}
    )
    options = OPTIONS

    def _check(self, rendition: Rendition, facts: FactsOf) -> list[Problem]:
        return problems_of(rendition, facts)

    def measure(self, text: str) -> int:
        """Code points."""
        return len(text)

    def open(
        self, account: Account, door: Door, tokens: TokenSource, clock: Clock, media: MediaSource
    ) -> Session:
        from noticeboard.adapter import NoticeboardSession

        return NoticeboardSession(self, account, door, tokens, clock, media)


ROOM = Noticeboard()
