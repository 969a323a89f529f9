"""The room of Facebook Pages: what they take, what they refuse, and the way to a session; imports no SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from connectors.contract import Feature, Room
from connectors.facebook import limits
from connectors.facebook.auth import SCOPES
from connectors.facebook.check import problems_of
from connectors.facebook.options import OPTIONS

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.contract import Account, FactsOf, MediaSource, Problem, Rendition, Session, TokenSource
    from connectors.http import Door


class Facebook(Room):
    """A Facebook Page."""

    platform = "facebook"
    title = "Facebook"
    limits = limits.LIMITS
    features: ClassVar[frozenset[Feature]] = frozenset(
        {
            Feature.TEXT,
            Feature.LINK,
            Feature.IMAGE,
            Feature.IMAGES,
            Feature.ALT_TEXT,
            Feature.COMMENT,
        }
    )
    options = OPTIONS
    scopes = SCOPES

    def _check(self, rendition: Rendition, facts: FactsOf) -> list[Problem]:
        return problems_of(rendition, facts)

    def measure(self, text: str) -> int:
        """Code points."""
        return len(text)

    def id_of(self, url: str, account_id: str) -> str:
        """`<page>_<post>`: permalinks show the post's half; comments stand as `comment_id` in the query."""
        path, _, query = url.partition("?")
        comment = dict(pair.partition("=")[::2] for pair in query.split("&")).get("comment_id")
        number = path.rstrip("/").rpartition("/")[2]
        if comment:
            return f"{number.rpartition('_')[2]}_{comment}"
        return number if "_" in number or not number else f"{account_id}_{number}"

    def open(
        self, account: Account, door: Door, tokens: TokenSource, clock: Clock, media: MediaSource
    ) -> Session:
        from connectors.facebook.adapter import FacebookSession

        return FacebookSession(self, account, door, tokens, clock, media)


ROOM = Facebook()
