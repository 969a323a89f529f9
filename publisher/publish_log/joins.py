"""How the rows of the log belong together: the conditions on which its tables are joined."""

from __future__ import annotations

from sqlalchemy import and_, text

from publisher.publish_log.tables import deliveries, parts, posts

PART = and_(
    parts.c.workspace_id == deliveries.c.workspace_id, parts.c.delivery_id == deliveries.c.delivery_id
)
"""Part and its delivery."""
ROOT = and_(PART, parts.c.number == text("1"))
"""Delivery and its root. Literal, as in ix_parts_unpublished: of a parameter no planner knows that the
index holds it."""
POST = and_(posts.c.workspace_id == deliveries.c.workspace_id, posts.c.post_id == deliveries.c.post_id)
"""Delivery and its post."""
