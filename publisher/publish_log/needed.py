"""Which pictures and clips deliveries may still need: what must stay in the media store."""

from __future__ import annotations

from datetime import datetime

from connectors.contract import Media
from publisher.model import State
from publisher.publish_log.alike import renditions_of
from publisher.publish_log.looking import Look

_OVER = frozenset({State.PUBLISHED, State.CANCELLED, State.FAILED, State.MISSED})
"""Roots that nothing more becomes of by itself; a new booking brings its files again."""


def needed(look: Look, since: datetime) -> frozenset[Media]:
    """The media of what may still go out, of what changed lately, and of what was approved lately.

    That is every delivery whose root is not over; whose root is live and a part behind it is not; of
    which something needs a person, or has changed since.

    Args:
        since: aware, UTC.
    """
    rows = look.rows(
        """SELECT DISTINCT deliveries.fingerprint
        FROM deliveries
            JOIN parts root ON root.workspace_id = deliveries.workspace_id
                AND root.delivery_id = deliveries.delivery_id AND root.number = 1
        WHERE deliveries.workspace_id = :w AND (
            root.state NOT IN :over
            OR EXISTS (
                SELECT 1 FROM parts
                WHERE parts.workspace_id = deliveries.workspace_id
                    AND parts.delivery_id = deliveries.delivery_id
                    AND (parts.needs_person OR parts.since >= :since
                        OR (root.state = :live AND parts.state <> :live))
            )
        )
        UNION
        SELECT approvals.fingerprint FROM approvals
        WHERE approvals.workspace_id = :w AND approvals.at >= :since""",
        w=look.workspace,
        over=_OVER,
        live=State.PUBLISHED,
        since=since,
    )
    return frozenset(
        media
        for _, rendition in renditions_of(look, [fingerprint for (fingerprint,) in rows])
        for part in rendition.parts
        for media in (*part.media, *part.companions)
    )
