"""The rows of posts: when each was first seen, where it lies now, and since when it is gone."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import and_, insert, select, update

from publisher.model import Sight
from publisher.publish_log.store import Tx
from publisher.publish_log.tables import logs, posts


def _is_there(tx: Tx, post_id: str) -> bool:
    this = and_(posts.c.workspace_id == tx.workspace, posts.c.post_id == post_id)
    return tx.conn.execute(select(posts.c.post_id).where(this)).first() is not None


def seen_since(tx: Tx, sequence: int) -> set[str]:
    """Ids of the posts that came behind a place in the order of first sight; nobody adds one until we end."""
    tx.conn.execute(select(logs.c.sequence).where(logs.c.workspace_id == tx.workspace).with_for_update())
    rows = tx.conn.execute(
        select(posts.c.post_id).where(posts.c.workspace_id == tx.workspace, posts.c.sequence > sequence)
    )
    return {row.post_id for row in rows}


def see(tx: Tx, sight: Sight) -> None:
    """Note a post as it is seen now; a new one takes the next place in the order of first sight."""
    if sight.new and not _is_there(tx, sight.post_id):
        sequence = tx.conn.execute(
            update(logs)
            .where(logs.c.workspace_id == tx.workspace)
            .values(sequence=logs.c.sequence + 1)
            .returning(logs.c.sequence)
        ).scalar_one()
        tx.conn.execute(
            insert(posts).values(
                workspace_id=tx.workspace,
                post_id=sight.post_id,
                path=sight.path,
                digest=sight.digest,
                title=sight.title,
                author=sight.author,
                sequence=sequence,
                accounts=json.dumps(sight.accounts),
                skipped=_skipped(sight),
                first_seen_at=tx.now,
                adopted_at=tx.now if sight.adopted else None,
            )
        )
        return
    tx.conn.execute(
        update(posts)
        .where(posts.c.workspace_id == tx.workspace, posts.c.post_id == sight.post_id)
        .values(
            path=sight.path,
            digest=sight.digest,
            vanished_at=None,
            own_id=sight.own_id,
            **(({} if sight.where_only else _whole(sight)) | ({"edited_at": tx.now} if sight.late else {})),
        )
    )


def _whole(sight: Sight) -> dict[str, Any]:
    return {
        "title": sight.title,
        "author": sight.author,
        "accounts": json.dumps(sight.accounts),
        "skipped": _skipped(sight),
        "edited_at": None,
        **({} if sight.adopted else {"adopted_at": None}),
    }


def _skipped(sight: Sight) -> str | None:
    return json.dumps(sight.skipped) if sight.skipped else None


def vanish(tx: Tx, post_id: str) -> None:
    """Note since when a post's file is gone."""
    tx.conn.execute(
        update(posts)
        .where(
            posts.c.workspace_id == tx.workspace, posts.c.post_id == post_id, posts.c.vanished_at.is_(None)
        )
        .values(vanished_at=tx.now)
    )
