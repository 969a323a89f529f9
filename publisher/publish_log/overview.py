"""What planning asks the log: every post, the deliveries that are open, and the times that are taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text

from publisher.model import Due, DueWhy, State
from publisher.publish_log.fencing import approved
from publisher.publish_log.joins import ROOT
from publisher.publish_log.store import Tx
from publisher.publish_log.tables import deliveries, logs, parts, posts

NO_PLACE = (State.CANCELLED, State.MISSED, State.FAILED)
"""Roots in these states keep no time from others."""
AT_ONCE = 5_000
"""Posts whose deliveries one statement asks for: below what any database takes as parameters."""


def known_posts(tx: Tx) -> list[Any]:
    """Every post the log has seen, in order of first sight; `booked`: on how many accounts."""
    booked = (
        select(func.count(deliveries.c.account.distinct()))
        .where(deliveries.c.workspace_id == posts.c.workspace_id, deliveries.c.post_id == posts.c.post_id)
        .scalar_subquery()
    )
    query = select(
        posts.c.post_id,
        posts.c.path,
        posts.c.digest,
        posts.c.sequence,
        posts.c.accounts,
        posts.c.adopted_at.is_not(None).label("adopted"),
        posts.c.vanished_at,
        booked.label("booked"),
        posts.c.title,
        posts.c.own_id,
        posts.c.edited_at,
        posts.c.skipped,
    )
    query = query.where(posts.c.workspace_id == tx.workspace).order_by(posts.c.sequence)
    return list(tx.conn.execute(query).all())


def open_posts(tx: Tx) -> set[str]:
    """Ids of the posts with a root that is not published: the others are as they will stay."""
    query = (
        select(deliveries.c.post_id)
        .join(parts, ROOT)
        .where(parts.c.workspace_id == tx.workspace, parts.c.state != text("'published'"))
    )
    return set(tx.conn.scalars(query).all())


def known_deliveries(tx: Tx, post_ids: Sequence[str]) -> Iterator[Any]:
    """The deliveries of some posts, with the state of their root."""
    for start in range(0, len(post_ids), AT_ONCE):
        yield from _deliveries_of(tx, post_ids[start : start + AT_ONCE])


def _deliveries_of(tx: Tx, post_ids: Sequence[str]) -> Iterable[Any]:
    query = (
        select(
            deliveries.c.delivery_id,
            deliveries.c.post_id,
            deliveries.c.account,
            deliveries.c.placement,
            deliveries.c.fingerprint,
            deliveries.c.due_at,
            deliveries.c.due_wall,
            deliveries.c.due_zone,
            deliveries.c.due_why,
            deliveries.c.publish_after,
            deliveries.c.publish_before,
            deliveries.c.grace,
            deliveries.c.urgent,
            deliveries.c.broken,
            deliveries.c.held_at,
            deliveries.c.held_reason,
            approved(deliveries.c.fingerprint, deliveries.c.approval).label("approved"),
            parts.c.state,
            parts.c.claim_token,
            parts.c.published_at,
        )
        .join(parts, ROOT)
        .where(deliveries.c.workspace_id == tx.workspace, deliveries.c.post_id.in_(post_ids))
    )
    return tx.conn.execute(query)


def due_of(row: Any) -> Due:
    """The due of a delivery's row."""
    return Due(row.due_at, datetime.fromisoformat(row.due_wall), row.due_zone, DueWhy(row.due_why))


def seen_since(tx: Tx, sequence: int) -> set[str]:
    """Ids of the posts that came behind a place in the order of first sight; nobody adds one until we end."""
    tx.conn.execute(select(logs.c.sequence).where(logs.c.workspace_id == tx.workspace).with_for_update())
    rows = tx.conn.execute(
        select(posts.c.post_id).where(posts.c.workspace_id == tx.workspace, posts.c.sequence > sequence)
    )
    return {row.post_id for row in rows}


def taken_times(tx: Tx, since: datetime) -> list[Any]:
    """(post id, account, due, published) of roots that went out, are under way, or are due since then."""
    return list(
        tx.conn.execute(
            select(deliveries.c.post_id, deliveries.c.account, deliveries.c.due_at, parts.c.published_at)
            .join(parts, ROOT)
            .where(
                deliveries.c.workspace_id == tx.workspace,
                deliveries.c.due_at >= since - timedelta(days=2),
                parts.c.state.not_in(NO_PLACE),
            )
        )
    )
