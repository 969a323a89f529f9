"""What the posts to come will cost, told hours and days before they are held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from connectors.contract import Problem, Severity
from publisher import budget
from publisher.config import Workspace
from publisher.model import Channel, State
from publisher.sync import Synced
from publisher.sync.one_pass import worst_first

if TYPE_CHECKING:
    from publisher.publish_log.store import Store

_TO_COME = (State.WAITING, State.PREPARING, State.HELD)


def with_budgets(synced: Synced, workspace: Workspace, store: Store | None, now: datetime) -> Synced:
    """The same look, with what its posts do to the budgets of their channels."""
    found = [
        problem
        for channel in workspace.channels
        if channel.budget_usd is not None
        for problem in _told(synced, channel, channel.budget_usd, workspace.timezone, store, now)
    ]
    if not found:
        return synced
    return replace(synced, plan=replace(synced.plan, problems=worst_first((*synced.plan.problems, *found))))


def spent(store: Store | None, channel: Channel, zone: str, now: datetime) -> Decimal:
    """What the channel has cost in this month so far, in US dollars."""
    if store is None:
        return Decimal(0)
    from publisher.publish_log import account_state

    with store.read() as tx:
        return account_state.spent(tx, channel.account, budget.month_start(now, zone))


def _told(
    synced: Synced, channel: Channel, limit: Decimal, zone: str, store: Store | None, now: datetime
) -> Iterator[Problem]:
    files = {post.path: post.file for post in synced.content.posts}
    words = budget.forecast(spent(store, channel, zone, now), _coming(synced, channel), limit, now, zone)
    for word in words:
        yield Problem(
            word.code,
            Severity.WARNING,
            word.values,
            post=word.path,
            file=files.get(word.path or ""),
            channel=channel.label,
        )


def _coming(synced: Synced, channel: Channel) -> Iterator[budget.Coming]:
    """Every post that is still to go out on the channel, booked or not."""
    for wanted in synced.wanted:
        rendition = wanted.rendered.rendition
        if wanted.rendered.channel.account != channel.account or rendition is None or wanted.due is None:
            continue
        if wanted.rendered.post.draft or wanted.missed is not None:
            continue
        known = synced.snapshot.standing(wanted.post_id, channel.account, wanted.placement)
        if known is not None and known.state not in _TO_COME:
            continue
        yield budget.Coming(wanted.due.at, budget.cost_of(rendition), wanted.rendered.post.path)
