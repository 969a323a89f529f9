"""What stands on accounts, with its words: what a new post is compared with."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple

from connectors.contract import Rendition
from publisher.model import State
from publisher.publish_log.looking import Look, in_turns, instant


class Stood(NamedTuple):
    """A root on an account.

    Attributes:
        at: when it went out, else when it is due (aware, UTC).
    """

    post_id: str
    path: str
    account: str
    fingerprint: str
    at: datetime
    state: State
    url: str | None


def standing(
    look: Look,
    accounts: Collection[str],
    since: datetime,
    until: datetime,
    but_in: Collection[State],
    but_held_for: Collection[str],
) -> list[Stood]:
    """Roots due on these accounts between two moments (aware, UTC), as they are to be compared with.

    Those that no edit can change any more count as they are; a file that is broken holds back nothing else,
    and neither does what was taken down again.

    Args:
        but_in: states that keep others from nothing.
        but_held_for: message ids; what is held for one of them is itself in question.
    """
    rows = look.rows(
        """SELECT deliveries.post_id, path, deliveries.account, fingerprint,
            coalesce(parts.published_at, due_at), parts.state, parts.url
        FROM deliveries
            JOIN parts USING (workspace_id, delivery_id)
            JOIN posts ON posts.workspace_id = deliveries.workspace_id AND posts.post_id = deliveries.post_id
        WHERE deliveries.workspace_id = :w AND parts.number = 1
            AND deliveries.account IN :accounts AND due_at BETWEEN :since AND :until
            AND parts.state NOT IN :but_in
            AND (broken IS NULL OR parts.state NOT IN ('waiting', 'held'))
            AND (held_reason IS NULL OR held_reason NOT IN :but_held_for OR parts.state <> 'held')
            AND NOT EXISTS (
                SELECT 1 FROM withdrawals
                WHERE withdrawals.workspace_id = deliveries.workspace_id
                    AND withdrawals.delivery_id = deliveries.delivery_id
                    AND withdrawals.number = 1 AND withdrawals.outcome = 'removed'
            )""",
        w=look.workspace,
        accounts=accounts,
        since=since,
        until=until,
        but_in=but_in,
        but_held_for=but_held_for,
    )
    return [
        Stood(post_id, path, account, fingerprint, instant(at), State(state), url)
        for post_id, path, account, fingerprint, at, state, url in rows
    ]


def renditions_of(look: Look, fingerprints: Collection[str]) -> Iterator[tuple[str, Rendition]]:
    """The stored renditions of some fingerprints."""
    for some in in_turns(sorted(fingerprints)):
        rows = look.rows(
            "SELECT fingerprint, body FROM renditions WHERE workspace_id = :w AND fingerprint IN :some",
            w=look.workspace,
            some=some,
        )
        for fingerprint, body in rows:
            yield fingerprint, Rendition.from_json(json.loads(body))
