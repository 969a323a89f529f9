"""How things stand: status, what needs a person, and how a delivery that is not booked yet looks."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from connectors.announced import routes_of
from connectors.contract import Problem
from publisher import budget, kits, token_news
from publisher.answers import told
from publisher.config import Workspace
from publisher.media import progress
from publisher.model import Channel, Post, State
from publisher.notify import News
from publisher.plan import Wanted
from publisher.publish_log import owner as owners
from publisher.publish_log import reading, usage, withdrawals
from publisher.publish_log.store import Store, Tx
from publisher.publish_log.tables import deliveries
from publisher.texts import t
from publisher.token_facts import TokenFacts
from publisher.views import NEVER, AccountView, Choice, DeliveryView, NeedsPerson, PartView, Status, Underway

if TYPE_CHECKING:
    from sqlalchemy import Row

NEXT = 5
"""How many deliveries to come `status` names."""

_PUBLISH = Choice("publish", ("--now",), "desk.choice_publish")
_EDIT = Choice(None, (), "desk.choice_edit")
_LET_GO = Choice("resolve", ("--failed",), "desk.choice_let_go")
_RELEASE = Choice("release", (), "desk.choice_release")
_FOUND = Choice("resolve", ("--url URL",), "desk.choice_found")
_DONE = Choice("resolve", ("--url URL",), "desk.choice_done")
_ABSENT = Choice("resolve", ("--not-published",), "desk.choice_absent")
_GIVE_UP = Choice("resolve", ("--failed",), "desk.choice_give_up")
_AGAIN = Choice("withdraw", (), "desk.choice_withdraw_again")
_GONE = Choice("withdraw", ("--by-hand",), "desk.choice_gone")
_RECONNECT = Choice(None, (), "desk.choice_reconnect")


def status(workspace: Workspace, store: Store | None, now: datetime, problems: tuple[Problem, ...]) -> Status:
    """The desk at a glance; without a log there is only the workspace."""
    if store is None:
        return _without_log(workspace, now, problems)
    alive = owners.alive(store, workspace.state)
    with store.read() as tx:
        scopes = reading.held_scopes(tx)
        waiting = reading.deliveries_where(tx, reading.in_state(State.WAITING), limit=NEXT)
        return Status(
            workspace=workspace.root,
            mode=workspace.mode,
            now=now,
            zone=workspace.timezone,
            daemon_seen_at=reading.log_row(tx).heartbeat_at,
            daemon_alive=bool(alive),
            counts=reading.state_counts(tx),
            next=tuple(waiting),
            accounts=_accounts(tx, workspace, scopes, alive),
            needs_person=needs_person(tx, workspace),
            adopted=reading.adopted_count(tx),
            everything_held="all" in scopes,
            problems=problems,
            underway=_underway(tx, workspace, now),
        )


def _underway(tx: Tx, workspace: Workspace, now: datetime) -> tuple[tuple[DeliveryView, Underway], ...]:
    noted = {one.delivery_id: one for one in progress.underway(workspace.state / progress.FOLDER, now)}
    if not noted:
        return ()
    found = reading.deliveries_where(tx, deliveries.c.delivery_id.in_(list(noted)))
    return tuple((one, noted[one.delivery_id]) for one in found)


def _without_log(workspace: Workspace, now: datetime, problems: tuple[Problem, ...]) -> Status:
    return Status(
        workspace=workspace.root,
        mode=workspace.mode,
        now=now,
        zone=workspace.timezone,
        daemon_seen_at=None,
        daemon_alive=False,
        counts={},
        next=(),
        accounts=tuple(_account(channel, None, held=False, pid=None) for channel in workspace.channels),
        needs_person=(),
        adopted=0,
        everything_held=False,
        problems=problems,
    )


def _accounts(
    tx: Tx, workspace: Workspace, scopes: frozenset[str], alive: frozenset[str]
) -> tuple[AccountView, ...]:
    rows = reading.account_rows(tx)
    fenced = reading.fenced_owners(tx)
    return tuple(
        _account(
            channel,
            rows.get(channel.account),
            held=channel.account in scopes,
            pid=_stopped_pid(tx, fenced.get(channel.account), alive),
            spent=_spent(tx, channel, workspace.timezone),
        )
        for channel in workspace.channels
    )


def _spent(tx: Tx, channel: Channel, zone: str) -> Decimal | None:
    """What this month has cost so far, where the office has a budget for it."""
    if channel.budget_usd is None:
        return None
    return usage.spent(tx, channel.account, budget.month_start(tx.now, zone))


def _account(
    channel: Channel, row: Any, *, held: bool, pid: int | None, spent: Decimal | None = None
) -> AccountView:
    blocked = row is not None and row.blocked_at is not None
    return AccountView(
        channel=channel.label,
        platform=channel.platform,
        account=channel.account,
        blocked=told(channel.platform, row.blocked_code, row.blocked_words, advice=False)
        if blocked
        else None,
        blocked_at=row.blocked_at if row is not None else None,
        not_before=row.not_before if row is not None else None,
        held=held,
        last_published_at=row.last_published_at if row is not None else None,
        stopped_pid=pid,
        spent_usd=spent,
        token=TokenFacts.from_json(row.token if row is not None else None),
        budget_usd=channel.budget_usd,
    )


def _stopped_pid(tx: Tx, owner_id: str | None, alive: frozenset[str]) -> int | None:
    """The pid of a stopped (SIGSTOP) process on this machine that holds a fenced part."""
    if owner_id is None or owner_id not in alive:
        return None
    found = owners.pid_of(tx.conn, tx.workspace, owner_id)
    if found is None or found[1] != socket.gethostname():
        return None
    try:
        state = Path(f"/proc/{found[0]}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    return found[0] if state.rpartition(")")[2].split()[0] == "T" else None


# ── What needs a person ──


def needs_person(tx: Tx, workspace: Workspace) -> tuple[NeedsPerson, ...]:
    """Unsettled, failed, missed and held-by-machine deliveries, what should be gone, and blocked accounts."""
    asking = [_need(d, workspace) for d in reading.deliveries_where(tx, reading.needing_person())]
    labels = {channel.account: channel.label for channel in workspace.channels}
    rows = reading.account_rows(tx)
    blocked = [
        NeedsPerson(
            delivery=None,
            account=account,
            message="desk.need_reconnect",
            values={
                "channel": labels.get(account, account),
                "account": account,
                "words": told(account.partition(":")[0], row.blocked_code, row.blocked_words),
            },
            candidates=(),
            choices=(_RECONNECT,),
        )
        for account, row in rows.items()
        if row.blocked_at is not None
    ]
    return (*asking, *_to_be_gone(tx), *blocked, *_ending(rows, workspace, tx.now))


def _ending(rows: Mapping[str, Row[Any]], workspace: Workspace, now: datetime) -> list[NeedsPerson]:
    """Credentials that end soon, or are renewed no more; of a blocked account more is known than that."""
    found = []
    for channel in workspace.channels:
        row = rows.get(channel.account)
        if row is None or row.blocked_at is not None or workspace.by_hand(channel):
            continue
        said = token_news.news(
            TokenFacts.from_json(row.token),
            platform=channel.platform,
            channel=channel.label,
            now=now,
            zone=workspace.timezone,
        )
        if said is not None and said.urgent:
            values = {**said.values, "stage": said.stage}
            need = NeedsPerson(None, channel.account, said.message, values, (), (_RECONNECT,))
            found.append(need)
    return found


def _to_be_gone(tx: Tx) -> list[NeedsPerson]:
    """What somebody withdrew and is live all the same."""
    left = withdrawals.left(tx)
    if not left:
        return []
    found = []
    for delivery in reading.deliveries_where(tx, reading.with_ids(list(left))):
        outcome, words = left[delivery.delivery_id]
        by_hand = outcome == withdrawals.BY_HAND
        values = {
            "post": delivery.title or delivery.path,
            "channel": delivery.channel,
            "name": delivery.withdrawn_by or "–",
            "words": words or "",
        }
        message = "desk.need_withdrawal_by_hand" if by_hand else "desk.need_withdrawal"
        choices = (_GONE,) if by_hand else (_AGAIN, _GONE)
        found.append(NeedsPerson(delivery, delivery.account, message, values, (), choices))
    return found


def _need(delivery: DeliveryView, workspace: Workspace) -> NeedsPerson:
    kit = kits.find(workspace.state, delivery.delivery_id) if delivery.state is State.HANDED_OVER else None
    values = {
        "kit": str(kit.relative_to(workspace.root)) if kit else "–",
        "why": t(delivery.reason, **delivery.reason_values) if delivery.reason else "",
        "post": delivery.title or delivery.path,
        "channel": delivery.channel,
        "words": told(delivery.platform, delivery.code, delivery.words),
        "live": delivery.parts_live,
        "parts": len(delivery.parts),
    }
    candidates = tuple(w for w in (delivery.words or "").split() if w.startswith(("http://", "https://")))
    message, choices = _question(delivery)
    return NeedsPerson(delivery, delivery.account, message, values, candidates, choices)


def news(need: NeedsPerson) -> News:
    """The same for a message: known by its delivery and by what it asks."""
    subject = need.delivery.delivery_id if need.delivery is not None else need.account
    where = need.delivery.channel if need.delivery is not None else need.account
    title = f"{need.delivery.title or need.delivery.path} · " if need.delivery is not None else ""
    key = " ".join(filter(None, (subject, need.message, str(need.values.get("stage", "")))))
    return News(key, f"{title}{where}: {t(need.message, **need.values)}")


def _question(delivery: DeliveryView) -> tuple[str, tuple[Choice, ...]]:
    if delivery.state is State.HANDED_OVER:
        return "desk.need_by_hand", (_DONE, _LET_GO)
    if any(part.state is State.UNKNOWN for part in delivery.parts):
        return "desk.need_unknown", (_FOUND, _ABSENT, _GIVE_UP)
    if delivery.incomplete:
        return "desk.need_parts", (_PUBLISH, _LET_GO)
    if delivery.state is State.HELD:
        return "desk.need_budget" if delivery.reason == "log.budget" else "desk.need_twin", (_RELEASE,)
    if delivery.state is State.MISSED:
        return "desk.need_missed", (_PUBLISH, _LET_GO)
    return "desk.need_failed", (_EDIT, _PUBLISH, _LET_GO)


# ── Views ──


def unbooked(wanted: Wanted, post: Post) -> DeliveryView:
    """How a delivery will look once it is booked; its id is empty."""
    rendered = wanted.rendered
    rendition = rendered.rendition
    due = wanted.due
    return DeliveryView(
        delivery_id="",
        post=wanted.post_id,
        path=post.path,
        title=post.title,
        channel=rendered.channel.label,
        platform=rendered.channel.platform,
        account=rendered.channel.account,
        placement=wanted.placement,
        state=State.WAITING,
        due_at=due.at if due else NEVER,
        due_wall=due.wall if due else NEVER.replace(tzinfo=None),
        due_zone=due.zone if due else "UTC",
        published_at=None,
        url=None,
        parts=tuple(
            PartView(
                number=number,
                kind=str(part.kind),
                state=State.WAITING,
                platform_id=None,
                url=None,
                published_at=None,
                reason=None,
                words=None,
                platform=rendered.channel.platform,
            )
            for number, part in enumerate(rendition.parts if rendition else (), 1)
        ),
        attempts=0,
        reason=None,
        reason_values={},
        words=None,
        gates=("log.gate_approval",) if rendered.channel.approval == "required" else (),
        needs_person=False,
        held_by=None,
        held_until=None,
        fingerprint=rendition.fingerprint if rendition else "",
        approved_by=None,
    )


def link(delivery: DeliveryView, announced: Mapping[str, Any]) -> DeliveryView:
    """The delivery with permalinks that lead to the simulators' pages."""
    routes = routes_of(announced)
    return replace(
        delivery,
        url=_routed(delivery.url, routes),
        parts=tuple(replace(part, url=_routed(part.url, routes)) for part in delivery.parts),
    )


def _routed(url: str | None, routes: Mapping[str, str]) -> str | None:
    if url is None:
        return None
    base = routes.get(urlsplit(url).hostname or "")
    return url if base is None else base.rstrip("/") + "/" + url.split("/", 3)[3]
