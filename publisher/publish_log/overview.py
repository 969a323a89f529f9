"""What planning asks the log: every post, the deliveries that are open, and the times that are taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from publisher.model import Due, DueWhy, KnownDelivery, State
from publisher.publish_log.looking import APPROVED, Look, in_turns, instant, instant_or_none

NO_PLACE = (State.CANCELLED, State.MISSED, State.FAILED)
"""Roots in these states keep no time from others."""


class SeenPost(NamedTuple):
    """A post as people may name it, also one whose file is gone."""

    post_id: str
    path: str
    title: str
    sequence: int
    vanished_at: datetime | None


def seen_posts(look: Look) -> list[SeenPost]:
    """Every post the log has seen, in order of first sight."""
    rows = look.rows(
        """SELECT post_id, path, title, sequence, vanished_at FROM posts
        WHERE workspace_id = :w ORDER BY sequence""",
        w=look.workspace,
    )
    return [
        SeenPost(post_id, path, title, sequence, instant_or_none(gone_at))
        for post_id, path, title, sequence, gone_at in rows
    ]


def known_posts(look: Look) -> Sequence[tuple[Any, ...]]:
    """The same as planning sees them; last on how many accounts each is booked."""
    return look.rows(
        """SELECT post_id, path, digest, sequence, accounts, adopted_at IS NOT NULL, vanished_at,
            own_id, edited_at, skipped,
            (SELECT count(DISTINCT deliveries.account) FROM deliveries
             WHERE deliveries.workspace_id = posts.workspace_id AND deliveries.post_id = posts.post_id)
        FROM posts WHERE workspace_id = :w ORDER BY sequence""",
        w=look.workspace,
    )


def open_posts(look: Look) -> set[str]:
    """Ids of the posts with a root that is not published: the others are as they will stay."""
    rows = look.rows(
        """SELECT deliveries.post_id FROM parts JOIN deliveries USING (workspace_id, delivery_id)
        WHERE parts.workspace_id = :w AND parts.number = 1 AND parts.state <> 'published'""",
        w=look.workspace,
    )
    return {row[0] for row in rows}


_BOOKED = f"""SELECT delivery_id, post_id, deliveries.account, placement, fingerprint,
    parts.state, parts.claim_token IS NOT NULL, due_at, due_wall, due_zone, due_why,
    publish_after, publish_before, grace, urgent, broken, {APPROVED}, held_at IS NOT NULL, held_reason
FROM deliveries JOIN parts USING (workspace_id, delivery_id)
WHERE deliveries.workspace_id = :w AND parts.number = 1 AND post_id IN :posts"""  # noqa: S608 - a constant


def booked_roots(look: Look, post_ids: Sequence[str]) -> Iterator[KnownDelivery]:
    """The deliveries of some posts."""
    for some in in_turns(post_ids):
        for row in look.rows(_BOOKED, w=look.workspace, posts=some):
            yield _booked(*row)


def _booked(
    delivery_id: str,
    post_id: str,
    account: str,
    placement: str,
    fingerprint: str,
    state: str,
    claimed: int,
    due_at: Any,
    due_wall: str,
    due_zone: str,
    due_why: str,
    publish_after: Any,
    publish_before: Any,
    grace: float,
    urgent: int,
    broken: str | None,
    approved: int,
    held: int,
    held_reason: str | None,
) -> KnownDelivery:
    """As the columns stand in the query."""
    return KnownDelivery(
        delivery_id,
        post_id,
        account,
        placement,
        fingerprint,
        State(state),
        bool(claimed),
        Due(instant(due_at), datetime.fromisoformat(due_wall), due_zone, DueWhy(due_why)),
        instant_or_none(publish_after),
        instant_or_none(publish_before),
        timedelta(seconds=grace),
        bool(urgent),
        broken,
        bool(approved),
        bool(held),
        held_reason,
    )


class TakenTime(NamedTuple):
    """When something went out, is under way, or is due on an account."""

    post_id: str
    account: str
    at: datetime


def taken_times(look: Look, since: datetime) -> list[TakenTime]:
    """The times that roots take from others since then."""
    rows = look.rows(
        """SELECT post_id, deliveries.account, coalesce(parts.published_at, due_at)
        FROM deliveries JOIN parts USING (workspace_id, delivery_id)
        WHERE deliveries.workspace_id = :w AND parts.number = 1
            AND due_at >= :since AND parts.state NOT IN :no_place""",
        w=look.workspace,
        since=since - timedelta(days=2),
        no_place=NO_PLACE,
    )
    return [TakenTime(post_id, account, instant(at)) for post_id, account, at in rows]


def with_reason(look: Look, delivery_ids: Sequence[str], reason: str) -> set[str]:
    """Those deliveries that were booked for this reason."""
    rows = look.rows(
        """SELECT subject FROM events
        WHERE workspace_id = :w AND subject IN :ids AND kind = 'booked' AND reason = :reason""",
        w=look.workspace,
        ids=list(delivery_ids),
        reason=reason,
    )
    return {subject for (subject,) in rows}


def has_run(look: Look) -> bool:
    """Whether a server has begun its work on this log: at its first start it adopts what it finds."""
    [(first_run_at,)] = look.rows("SELECT first_run_at FROM logs WHERE workspace_id = :w", w=look.workspace)
    return first_run_at is not None
