"""A seventh platform, plugged in from outside: a notice board whose moods a test decides.

It stands for the platforms still to come, and takes the ways through the engine that X and Facebook
never take: it works on things for a while, keeps secrets in checkpoints, and has bugs.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from connectors.contract import (
    Account,
    CannotTell,
    ChannelStatus,
    Checkpoint,
    Feature,
    Gone,
    Limits,
    MediaSource,
    NotSeen,
    NotYet,
    Part,
    Pending,
    Receipt,
    Room,
    SaveCheckpoint,
    Session,
    Staged,
    TokenSource,
)

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.contract import FactsOf, Problem, Rendition
    from connectors.http import Door


@dataclass
class Board:
    """What hangs on the wall, and what the next calls answer; where nothing is said, all goes well.

    Attributes:
        moods: call (`stage`, `commit`, `confirm`, `find`) → answers to come: a result, an error to
            raise, or a function of the call's checkpoint.
        calls: every call made, with the checkpoint it got.
        session: the last one that staged.
    """

    moods: dict[str, list[Any]] = field(default_factory=dict)
    calls: list[tuple[str, Checkpoint | None]] = field(default_factory=list)
    notices: list[tuple[str, str, datetime]] = field(default_factory=list)
    session: Session | None = None

    def says(self, call: str, checkpoint: Checkpoint | None, otherwise: Any) -> Any:
        """The next answer to a call."""
        self.calls.append((call, checkpoint))
        waiting = self.moods.get(call)
        answer = waiting.pop(0) if waiting else otherwise
        answer = answer(checkpoint) if callable(answer) else answer
        if isinstance(answer, Exception):
            raise answer
        return answer

    def named(self, call: str) -> int:
        """How often a call was made."""
        return [name for name, _ in self.calls].count(call)

    def hang(self, text: str, now: datetime) -> Receipt:
        """Make a notice public."""
        self.notices.append((str(len(self.notices) + 1), text, now))
        return self.receipt(self.notices[-1])

    def receipt(self, notice: tuple[str, str, datetime]) -> Receipt:
        """Of what hangs there."""
        return Receipt(notice[0], f"https://wall.example/status/{notice[0]}", notice[2])


BOARD = Board()


class Wall(Room):
    """The notice board."""

    platform = "wall"
    title = "Wall"
    placements = ("feed", "story")
    limits = Limits(
        text=500,
        images=2,
        lead=timedelta(hours=1),
        settle=timedelta(seconds=30),
        visibility=timedelta(seconds=60),
        looks=2,
        look_every=timedelta(seconds=20),
        commit_budget=10.0,
    )
    features: ClassVar[frozenset[Feature]] = frozenset(
        {Feature.TEXT, Feature.IMAGE, Feature.ALT_TEXT, Feature.THREAD}
    )

    def _check(self, rendition: Rendition, facts: FactsOf) -> list[Problem]:
        return []

    def measure(self, text: str) -> int:
        """Characters."""
        return len(text)

    def open(
        self, account: Account, door: Door, tokens: TokenSource, clock: Clock, media: MediaSource
    ) -> Session:
        """A session that writes on the board of this module."""
        tokens.get(account.key)
        return WallSession(self, account, media, clock)


class WallSession(Session):
    """Somebody in front of the wall."""

    def __init__(self, room: Room, account: Account, media: MediaSource, clock: Clock) -> None:
        super().__init__(room, account, media)
        self.clock = clock

    def probe(self) -> ChannelStatus:
        return ChannelStatus(self.account.id, "wall")

    def _stage(
        self, part: Part, prior: Sequence[Receipt], checkpoint: Checkpoint | None, save: SaveCheckpoint
    ) -> Staged | NotYet:
        BOARD.session = self
        found = BOARD.says("stage", checkpoint, Staged(checkpoint or Checkpoint(), None))
        assert isinstance(found, Staged | NotYet)
        return found

    def _commit(self, part: Part, prior: Sequence[Receipt], checkpoint: Checkpoint) -> Receipt | Pending:
        found = BOARD.says("commit", checkpoint, lambda _: BOARD.hang(part.text, self.clock.now()))
        assert isinstance(found, Receipt | Pending)
        return found

    def confirm(self, part: Part, checkpoint: Checkpoint) -> Receipt | Pending | Gone:
        found = BOARD.says("confirm", checkpoint, lambda _: BOARD.hang(part.text, self.clock.now()))
        assert isinstance(found, Receipt | Pending | Gone)
        return found

    def find(
        self,
        part: Part,
        prior: Sequence[Receipt],
        checkpoint: Checkpoint | None,
        since: datetime,
        known: Collection[str],
    ) -> Receipt | NotSeen | CannotTell:
        alike = [one for one in BOARD.notices if one[1] == part.text and one[0] not in known]
        found = BOARD.says("find", checkpoint, BOARD.receipt(alike[0]) if alike else NotSeen())
        assert isinstance(found, Receipt | NotSeen | CannotTell)
        return found


ROOM = Wall()
