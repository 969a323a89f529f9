"""The events of the log, hash-chained per subject, so that a changed or missing one shows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, insert, select, text

from connectors.contract import Json, canonical
from publisher.publish_log.tables import events

GENESIS = "0" * 64
"""What the first event of a chain names as the hash before it."""

_LAST = (
    select(events.c.sequence, events.c.hash)
    .where(events.c.workspace_id == bindparam("w"), events.c.subject == bindparam("s"))
    .order_by(events.c.sequence.desc())
    .limit(1)
)
_INSERT = insert(events)
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:w || '/' || :s, 0))")
"""Two transactions that write to one chain wait for each other; SQLite has one writer at a time anyway."""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a subject (a delivery id, an account key, or `workspace`), by whom, when, why."""

    subject: str
    kind: str
    at: datetime
    actor: str
    part: int | None = None
    old: str | None = None
    new: str | None = None
    reason: str | None = None
    details: Mapping[str, Json] = field(default_factory=dict)


def append(conn: Connection, workspace: str, event: Event) -> str:
    """Write `event` behind the subject's last one; gives its hash."""
    if conn.dialect.name == "postgresql":
        conn.execute(_LOCK, {"w": workspace, "s": event.subject})
    last = conn.execute(_LAST, {"w": workspace, "s": event.subject}).first()
    sequence, previous = (last.sequence + 1, last.hash) if last else (1, GENESIS)
    details = canonical(dict(event.details)).decode()
    mark = digest(workspace, sequence, previous, event, details)
    conn.execute(
        _INSERT,
        {
            "workspace_id": workspace,
            "subject": event.subject,
            "sequence": sequence,
            "part": event.part,
            "at": event.at,
            "actor": event.actor,
            "kind": event.kind,
            "old": event.old,
            "new": event.new,
            "reason": event.reason,
            "details": details,
            "previous_hash": previous,
            "hash": mark,
        },
    )
    return mark


def digest(workspace: str, sequence: int, previous: str, event: Event, details: str) -> str:
    """sha256 (hex) over all that the event says and the hash before it."""
    return hashlib.sha256(
        canonical(
            [
                previous,
                workspace,
                event.subject,
                sequence,
                event.part,
                event.at.astimezone(UTC).isoformat(timespec="microseconds"),
                event.actor,
                event.kind,
                event.old,
                event.new,
                event.reason,
                details,
            ]
        )
    ).hexdigest()


def broken(conn: Connection, workspace: str, subject: str) -> int | None:
    """The sequence number of the first event of the chain that does not fit; None: all fit."""
    previous, expected = GENESIS, 1
    rows = conn.execute(
        select(events)
        .where(events.c.workspace_id == workspace, events.c.subject == subject)
        .order_by(events.c.sequence)
    )
    for row in rows:
        event = Event(row.subject, row.kind, row.at, row.actor, row.part, row.old, row.new, row.reason)
        fits = row.sequence == expected and row.previous_hash == previous
        if not fits or row.hash != digest(workspace, row.sequence, previous, event, row.details):
            return expected
        previous, expected = row.hash, expected + 1
    return None
