"""What stands on accounts, with its words: what a new post is compared with."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from connectors.contract import Rendition
from publisher.model import State
from publisher.publish_log import withdrawals
from publisher.publish_log.joins import POST, ROOT
from publisher.publish_log.store import Tx
from publisher.publish_log.tables import deliveries, parts, posts, renditions

AT_ONCE = 5_000
"""Renditions that one statement asks for: below what any database takes as parameters."""


def standing(
    tx: Tx,
    accounts: Collection[str],
    since: datetime,
    until: datetime,
    but_in: Collection[State],
    but_held_for: Collection[str],
) -> Sequence[Any]:
    """Roots due on these accounts between two moments (aware, UTC), as they are to be compared with.

    Those that no edit can change any more count as they are; a file that is broken holds back nothing else.

    Args:
        but_in: states that keep others from nothing.
        but_held_for: message ids; what is held for one of them is itself in question.
    """
    coming = (State.WAITING, State.HELD)
    return tx.conn.execute(
        select(
            deliveries.c.post_id,
            deliveries.c.account,
            deliveries.c.fingerprint,
            deliveries.c.due_at,
            posts.c.path,
            parts.c.state,
            parts.c.published_at,
            parts.c.url,
        )
        .join(parts, ROOT)
        .join(posts, POST)
        .where(
            deliveries.c.workspace_id == tx.workspace,
            deliveries.c.account.in_(accounts),
            deliveries.c.due_at.between(since, until),
            parts.c.state.not_in(but_in),
            ~withdrawals.is_gone(),
            or_(deliveries.c.broken.is_(None), parts.c.state.not_in(coming)),
            or_(
                deliveries.c.held_reason.is_(None),
                deliveries.c.held_reason.not_in(but_held_for),
                parts.c.state != State.HELD,
            ),
        )
    ).all()


def renditions_of(tx: Tx, fingerprints: Collection[str]) -> Iterator[tuple[str, Rendition]]:
    """The stored renditions of some fingerprints."""
    wanted = sorted(fingerprints)
    for start in range(0, len(wanted), AT_ONCE):
        rows = tx.conn.execute(
            select(renditions.c.fingerprint, renditions.c.body).where(
                renditions.c.workspace_id == tx.workspace,
                renditions.c.fingerprint.in_(wanted[start : start + AT_ONCE]),
            )
        )
        for row in rows:
            yield row.fingerprint, Rendition.from_json(json.loads(row.body))
