"""The delivery protocol's side of the log: claim, checkpoint, fence, record; every change is conditional."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Update,
    and_,
    bindparam,
    exists,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError

from connectors.contract import Checkpoint, Part, Receipt, Rendition
from publisher.errors import PublisherError
from publisher.model import State
from publisher.publish_log import states
from publisher.publish_log.store import Tx, new_id
from publisher.publish_log.tables import (
    Utc,
    among,
    deliveries,
    parts,
    renditions,
)
from publisher.publish_log.withdrawals import none_of

NO_CLAIM = {"claim_token": None, "owner_id": None, "lease_until": None, "boot_id": None}
ABANDONED = timedelta(seconds=30)
"""How long a part whose work broke off unexpectedly is left alone."""
NO_CHECKPOINT = {
    "checkpoint_version": None,
    "checkpoint_public": None,
    "checkpoint_sealed": None,
    "checkpoint_fingerprint": None,
    "staged_at": None,
    "good_until": None,
}


@dataclass(frozen=True, slots=True)
class Work:
    """A part with all that is needed to work on it, as the log held it when it was claimed.

    Attributes:
        token: of the claim; every later write names it.
        since: when the part was last fenced; None: never.
        words: the platform's words kept from a refused commit that may have been a duplicate.
    """

    delivery_id: str
    number: int
    count: int
    token: str
    state: State
    channel: str
    account: str
    rendition: Rendition
    part: Part
    prior: tuple[Receipt, ...]
    checkpoint: Checkpoint | None
    staged_at: datetime | None
    good_until: datetime | None
    due_at: datetime
    grace: float
    publish_before: datetime | None
    urgent: bool
    since: datetime | None
    looks: int
    failures: int
    refused_code: str | None
    refused_words: str | None

    @property
    def is_root(self) -> bool:
        """Whether this is the part that the delivery's state hangs on."""
        return self.number == 1


# ── Claim ────────────────────────────────────────────────────────────────────


def _pk(delivery_id: str, number: int, tx: Tx) -> ColumnElement[bool]:
    return and_(
        parts.c.workspace_id == tx.workspace, parts.c.delivery_id == delivery_id, parts.c.number == number
    )


def claim(
    tx: Tx, delivery_id: str, number: int, to: State, *, owner: str, lease: float, sealed: Any
) -> Work | None:
    """Take a waiting part for `preparing` or `delivering`, if nothing that the log knows forbids it.

    Args:
        lease: seconds of log time; renewed by every saved checkpoint.
        sealed: opens sealed checkpoint fields (`open(text) -> data`).

    Returns:
        None where another worker has it, the account is busy, or the same text or media is unsettled there.
    """
    states.require(State.WAITING, to, number)
    token = new_id()
    statement = _claim_statement(follower=number > 1, wire=to is State.DELIVERING)
    values = {
        **key_of(tx, delivery_id, number),
        "now": tx.now,
        "before": number - 1,
        "v_state": str(to),
        "v_since": tx.now,
        "v_claim_token": token,
        "v_owner_id": owner,
        "v_lease_until": tx.log_time + lease,
        "v_boot_id": tx.boot,
    }
    try:
        # On SQLite the write lock is ours, so nobody can come between look and write; on PostgreSQL
        # somebody can, and a failed statement must not end the transaction.
        with tx.conn.begin_nested() if tx.boot is None else nullcontext():
            done = tx.conn.execute(statement, values)
    except IntegrityError:
        # uq_parts_on_the_wire: another process took the account between our look and our write.
        return None
    if done.rowcount != 1:
        return None
    tx.event(delivery_id, "state", part=number, old=State.WAITING, new=to, owner=owner)
    return load(tx, delivery_id, number, token, sealed)


def key_of(tx: Tx, delivery_id: str, number: int) -> dict[str, Any]:
    """What `THIS` binds."""
    return {"w": tx.workspace, "d": delivery_id, "n": number}


THIS = and_(
    parts.c.workspace_id == bindparam("w"),
    parts.c.delivery_id == bindparam("d"),
    parts.c.number == bindparam("n"),
)


def bound(*names: str) -> dict[str, Any]:
    """Columns to set from bound values: `v_<name>`."""
    return {name: bindparam(f"v_{name}", type_=parts.c[name].type) for name in names}


# Statements are built once: building one costs several times what running it does.


@cache
def _claim_statement(*, follower: bool, wire: bool) -> Update:
    other, previous, busy = parts.alias("other"), parts.alias("previous"), parts.alias("busy")
    conditions: list[ColumnElement[bool]] = [
        THIS,
        parts.c.state == str(State.WAITING),
        or_(parts.c.retry_at.is_(None), parts.c.retry_at <= bindparam("now", type_=Utc())),
        ~exists().where(
            other.c.workspace_id == bindparam("w"),
            other.c.account == parts.c.account,
            text("other." + among(states.UNSETTLED)),
            or_(other.c.delivery_id != bindparam("d"), other.c.number != bindparam("n")),
            or_(other.c.text_hash == parts.c.text_hash, other.c.media_hash == parts.c.media_hash),
        ),
    ]
    if follower:
        conditions.append(
            exists().where(
                previous.c.workspace_id == bindparam("w"),
                previous.c.delivery_id == bindparam("d"),
                previous.c.number == bindparam("before"),
                previous.c.state == str(State.PUBLISHED),
            )
        )
        conditions.append(none_of(bindparam("w"), bindparam("d")))
    if wire:
        conditions.append(
            ~exists().where(
                busy.c.workspace_id == bindparam("w"),
                busy.c.account == parts.c.account,
                text("busy." + among(states.ON_THE_WIRE)),
            )
        )
    columns = ("state", "since", "claim_token", "owner_id", "lease_until", "boot_id")
    return update(parts).where(*conditions).values(bound(*columns))


def claim_look(
    tx: Tx, delivery_id: str, number: int, *, owner: str, lease: float, sealed: Any
) -> Work | None:
    """Take a `processing` or `unknown` part whose look is due; its state stays."""
    token = new_id()
    done = tx.conn.execute(
        update(parts)
        .where(
            _pk(delivery_id, number, tx),
            parts.c.state.in_([State.PROCESSING, State.UNKNOWN]),
            parts.c.look_at <= tx.now,
            or_(parts.c.claim_token.is_(None), lease_over(tx)),
        )
        .values(claim_token=token, owner_id=owner, lease_until=tx.log_time + lease, boot_id=tx.boot)
    )
    return load(tx, delivery_id, number, token, sealed) if done.rowcount == 1 else None


def lease_over(tx: Tx) -> ColumnElement[bool]:
    """Whether a claim's lease has ended: by time, or because the machine was started anew."""
    by_time = parts.c.lease_until <= tx.log_time
    return by_time if tx.boot is None else or_(by_time, parts.c.boot_id != tx.boot)


def part_of(tx: Tx, delivery_id: str, number: int) -> Part:
    """What a part would publish, without claiming it."""
    return _rendition(tx, delivery_id, number).parts[number - 1]


def rendition_of(tx: Tx, delivery_id: str) -> Rendition:
    """What a delivery would publish, without claiming it."""
    return _rendition(tx, delivery_id, 1)


def _rendition(tx: Tx, delivery_id: str, number: int) -> Rendition:
    row = tx.conn.execute(_LOAD, {"w": tx.workspace, "d": delivery_id, "n": number}).one()
    return Rendition.from_json(json.loads(row.body))


def load(tx: Tx, delivery_id: str, number: int, token: str, sealed: Any) -> Work:
    """The claimed part with its rendition, checkpoint and the receipts of the parts before it."""
    row = tx.conn.execute(_LOAD, {"w": tx.workspace, "d": delivery_id, "n": number}).one()
    rendition = Rendition.from_json(json.loads(row.body))
    before = tx.conn.execute(_PRIOR, {"w": tx.workspace, "d": delivery_id, "n": number}) if number > 1 else ()
    prior = tuple(Receipt(r.platform_id, r.url, r.published_at) for r in before)
    return Work(
        delivery_id=delivery_id,
        number=number,
        count=len(rendition.parts),
        token=token,
        state=State(row.state),
        channel=row.channel,
        account=row.account,
        rendition=rendition,
        part=rendition.parts[number - 1],
        prior=prior,
        checkpoint=_checkpoint(row, sealed),
        staged_at=row.staged_at,
        good_until=row.good_until,
        due_at=row.due_at,
        grace=row.grace,
        publish_before=row.publish_before,
        urgent=row.urgent,
        since=row.fenced_at,
        looks=row.looks,
        failures=row.failures,
        refused_code=row.reason_code,
        refused_words=row.reason_words,
    )


_LOAD = (
    select(
        parts,
        deliveries.c.channel,
        deliveries.c.fingerprint,
        deliveries.c.due_at,
        deliveries.c.grace,
        deliveries.c.publish_before,
        deliveries.c.urgent,
        renditions.c.body,
    )
    .join(
        deliveries,
        and_(
            deliveries.c.workspace_id == parts.c.workspace_id,
            deliveries.c.delivery_id == parts.c.delivery_id,
        ),
    )
    .join(
        renditions,
        and_(
            renditions.c.workspace_id == deliveries.c.workspace_id,
            renditions.c.fingerprint == deliveries.c.fingerprint,
        ),
    )
    .where(
        parts.c.workspace_id == bindparam("w"),
        parts.c.delivery_id == bindparam("d"),
        parts.c.number == bindparam("n"),
    )
)
_PRIOR = (
    select(parts.c.platform_id, parts.c.url, parts.c.published_at)
    .where(
        parts.c.workspace_id == bindparam("w"),
        parts.c.delivery_id == bindparam("d"),
        parts.c.number < bindparam("n"),
    )
    .order_by(parts.c.number)
)


def _checkpoint(row: Row[Any], sealed: Any) -> Checkpoint | None:
    """The stored checkpoint, unless it belongs to another rendition: an edit discards it."""
    if row.checkpoint_public is None or row.checkpoint_fingerprint != row.fingerprint:
        return None
    try:
        secret: Mapping[str, Any] = sealed.open(row.checkpoint_sealed) if row.checkpoint_sealed else {}
    except PublisherError:
        # A lost key means staging again; what is fenced already is looked up without it.
        return None
    return Checkpoint(json.loads(row.checkpoint_public), secret, row.checkpoint_version)


# ── While it is ours ─────────────────────────────────────────────────────────


def save_checkpoint(tx: Tx, work: Work, checkpoint: Checkpoint, lease: float, sealed: Any) -> bool:
    """Make a checkpoint durable and renew the lease; False: the claim is no longer ours."""
    return _update_ours(
        tx,
        work,
        checkpoint_version=checkpoint.version,
        checkpoint_public=json.dumps(dict(checkpoint.public), ensure_ascii=False, sort_keys=True),
        checkpoint_sealed=sealed.seal(dict(checkpoint.sealed)) if checkpoint.sealed else None,
        checkpoint_fingerprint=work.rendition.fingerprint,
        lease_until=tx.log_time + lease,
    )


def renew(tx: Tx, work: Work, lease: float) -> bool:
    """Hold the claim for a while longer; False: it is no longer ours."""
    return _update_ours(tx, work, lease_until=tx.log_time + lease)


def note_staged(tx: Tx, work: Work, good_until: datetime | None) -> None:
    """The part is ready to be committed with one call, until `good_until` (None: it keeps)."""
    _update_ours(tx, work, staged_at=tx.now, good_until=good_until)


def _update_ours(tx: Tx, work: Work, **columns: Any) -> bool:
    """Change columns of a part we hold; False: it is no longer ours."""
    values = {f"v_{name}": value for name, value in columns.items()}
    key = key_of(tx, work.delivery_id, work.number)
    done = tx.conn.execute(_ours(tuple(sorted(columns))), {**key, **values, "token": work.token})
    return done.rowcount == 1


@cache
def _ours(columns: tuple[str, ...], *, in_state: bool = False) -> Update:
    """An update of a part whose claim token is the one we hold; also of its state, if asked."""
    conditions = [THIS, parts.c.claim_token == bindparam("token")]
    if in_state:
        conditions.append(parts.c.state == bindparam("old"))
    return update(parts).where(*conditions).values(bound(*columns))


def open_follower(tx: Tx, work: Work, at: datetime) -> None:
    """The next part may be claimed from `at` on: platforms dislike replies within the same second."""
    tx.conn.execute(
        update(parts)
        .where(_pk(work.delivery_id, work.number + 1, tx), parts.c.state == State.WAITING)
        .values(retry_at=at)
    )


def postpone(
    tx: Tx, delivery_id: str, number: int, until: datetime, reason: str, values: Mapping[str, Any]
) -> None:
    """A waiting part is not looked at again before `until`; its state and its due time stay."""
    tx.conn.execute(
        update(parts)
        .where(_pk(delivery_id, number, tx), parts.c.state == State.WAITING)
        .values(retry_at=until, reason=reason, reason_values=json.dumps(dict(values)))
    )


def change(
    tx: Tx,
    work: Work,
    old: State,
    new: State,
    *,
    reason: str | None = None,
    details: Mapping[str, Any] | None = None,
    **columns: Any,
) -> bool:
    """Change the state of a part we hold and drop the claim; False: it is no longer ours."""
    states.require(old, new, work.number)
    columns.setdefault("needs_person", new is State.FAILED)
    columns |= {"state": str(new), "since": tx.now, "reason": reason, "reason_values": None, **NO_CLAIM}
    values = {f"v_{name}": value for name, value in columns.items()}
    key = key_of(tx, work.delivery_id, work.number)
    done = tx.conn.execute(
        _ours(tuple(sorted(columns)), in_state=True),
        {**key, **values, "token": work.token, "old": str(old)},
    )
    if done.rowcount != 1:
        return False
    tx.event(work.delivery_id, "state", part=work.number, old=old, new=new, reason=reason, **(details or {}))
    return True


def keep_looking(tx: Tx, work: Work, **columns: Any) -> bool:
    """Note a look at a `processing` or `unknown` part that settled nothing; the state stays."""
    return _update_ours(tx, work, **NO_CLAIM, **columns)


def abandon(tx: Tx, delivery_id: str, number: int, owner: str) -> State | None:
    """Drop a claim of ours whose work broke off unexpectedly; gives the state the part is in then.

    Before the fence nothing was made public. Behind it only a look can tell.
    """
    row = tx.conn.execute(
        select(parts.c.state, parts.c.claim_token).where(
            _pk(delivery_id, number, tx), parts.c.owner_id == owner, parts.c.claim_token.is_not(None)
        )
    ).first()
    if row is None:
        return None
    old = State(row.state)
    new = {State.COMMITTING: State.UNKNOWN}.get(old, State.WAITING if old in states.CLAIMED else old)
    looks = new in (State.UNKNOWN, State.PROCESSING)
    columns: dict[str, Any] = {"look_at" if looks else "retry_at": tx.now + ABANDONED}
    if new is not old:
        states.require(old, new, number)
        columns |= {"state": str(new), "since": tx.now, "reason": "log.abandoned"}
        tx.event(delivery_id, "state", part=number, old=old, new=new, reason="log.abandoned")
    tx.conn.execute(
        update(parts)
        .where(_pk(delivery_id, number, tx), parts.c.claim_token == row.claim_token)
        .values(**NO_CLAIM, **columns)
    )
    return new
