"""The room of Noticeboard: what it takes, what it refuses, and the way to a session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from connectors.contract import Feature, Json, Room
from connectors.renewal import Lasts, Renewal
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
    meanings: ClassVar[Mapping[str, str]] = {
        "token": "room.said_token",
        "suspended": "room.said_restricted",
        "text_too_long": "room.said_text",
        "pictures": "room.said_file",
        **dict.fromkeys(("empty", "reply_to"), "room.said_request"),
    }

    def _check(self, rendition: Rendition, facts: FactsOf) -> list[Problem]:
        return problems_of(rendition, facts)

    def measure(self, text: str) -> int:
        """Code points."""
        return len(text)

    def renewal(self, fields: Mapping[str, str], settings: Mapping[str, Json]) -> Renewal:
        """A token is good until somebody revokes it (API v1, "Tokens", checked 2026-11-24)."""
        return Renewal(Lasts.ENDLESS if fields.get("token") else Lasts.BY_PERSON)

    def open(
        self, account: Account, door: Door, tokens: TokenSource, clock: Clock, media: MediaSource
    ) -> Session:
        from noticeboard.adapter import NoticeboardSession

        return NoticeboardSession(self, account, door, tokens, clock, media)


ROOM = Noticeboard()
