"""The one table of legal state changes of a part; the store asks it before every change."""

from __future__ import annotations

from publisher.errors import NotAllowedError
from publisher.model import State

LEGAL: dict[State, frozenset[State]] = {
    State.WAITING: frozenset(
        {
            State.PREPARING,
            State.DELIVERING,
            State.HELD,
            State.MISSED,
            State.CANCELLED,
            State.FAILED,
            State.UNKNOWN,  # only in a restored log
            State.PUBLISHED,  # only a follower that a person published together with its root
        }
    ),
    State.PREPARING: frozenset({State.WAITING, State.FAILED}),
    State.DELIVERING: frozenset(
        {
            State.COMMITTING,
            State.WAITING,
            State.FAILED,
            State.HANDED_OVER,  # to a person, before anything was sent
        }
    ),
    State.COMMITTING: frozenset(
        {
            State.PUBLISHED,
            State.PROCESSING,
            State.HANDED_OVER,
            State.UNKNOWN,
            State.WAITING,  # only for a code listed with effect none
            State.FAILED,  # only for a code listed with effect none
        }
    ),
    State.PROCESSING: frozenset({State.PUBLISHED, State.HANDED_OVER, State.FAILED, State.UNKNOWN}),
    State.UNKNOWN: frozenset({State.PUBLISHED, State.PROCESSING, State.WAITING, State.FAILED}),
    State.HELD: frozenset({State.WAITING, State.MISSED, State.CANCELLED}),
    State.FAILED: frozenset({State.WAITING, State.CANCELLED}),
    State.MISSED: frozenset({State.WAITING, State.CANCELLED}),
    State.CANCELLED: frozenset({State.WAITING}),
    State.HANDED_OVER: frozenset({State.PUBLISHED}),
    State.PUBLISHED: frozenset(),
}

ROOT_ONLY = frozenset({State.HELD, State.MISSED, State.CANCELLED, State.HANDED_OVER})
"""Followers are claimed when the part before them is live; they are never held, missed or cancelled."""

FOLLOWER_ONLY = frozenset({(State.WAITING, State.PUBLISHED)})
"""Changes of parts behind a root: no root is published without having been sent or handed over."""

CLAIMED = frozenset({State.PREPARING, State.DELIVERING})
"""A worker is at it; taken over when its lease ends."""

ON_THE_WIRE = frozenset({State.DELIVERING, State.COMMITTING})
"""At most one part per account at a time."""

UNSETTLED = frozenset({State.COMMITTING, State.UNKNOWN})
"""It may be live: nothing with the same text or media may be claimed on the account."""

OPEN = frozenset(
    {
        State.WAITING,
        State.PREPARING,
        State.DELIVERING,
        State.COMMITTING,
        State.PROCESSING,
        State.UNKNOWN,
    }
)
"""The daemon has, or will have, something to do."""


def require(old: State, new: State, number: int) -> None:
    """Raise unless part `number` (from 1; 1 is the root) may go from `old` to `new`.

    Raises:
        NotAllowedError: it may not.
    """
    misplaced = new in ROOT_ONLY if number > 1 else (old, new) in FOLLOWER_ONLY
    if new not in LEGAL[old] or misplaced:
        raise NotAllowedError("log.illegal_change", old=str(old), new=str(new), part=number)
