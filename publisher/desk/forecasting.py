"""What the posts to come will take of budgets and quotas, told before they are held or have to wait."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from connectors import registry
from connectors.contract import Json, Problem, Quota, Rendition, Severity
from publisher import budget, quota
from publisher.config import Workspace
from publisher.model import Channel, State, Use
from publisher.publish_log import usage
from publisher.sync import Synced
from publisher.sync.one_pass import worst_first

if TYPE_CHECKING:
    from publisher.publish_log.store import Store

_TO_COME = (State.WAITING, State.PREPARING, State.HELD)


SHORT = timedelta(hours=1)
"""Quotas of shorter windows only put minutes between posts: nothing that people must know beforehand."""


def with_forecasts(synced: Synced, workspace: Workspace, store: Store | None, now: datetime) -> Synced:
    """The same look, with what its posts do to the budgets and quotas of their channels."""
    found = [
        problem
        for channel in workspace.channels
        if channel.budget_usd is not None
        for problem in _told(synced, channel, channel.budget_usd, workspace.timezone, store, now)
    ]
    found += _of_quotas(synced, workspace, store, now)
    if not found:
        return synced
    return replace(synced, plan=replace(synced.plan, problems=worst_first((*synced.plan.problems, *found))))


def spent(store: Store | None, channel: Channel, zone: str, now: datetime) -> Decimal:
    """What the channel has cost in this month so far, in US dollars."""
    if store is None:
        return Decimal(0)
    with store.look() as look:
        return usage.spent(look, channel.account, budget.month_start(now, zone))


def _told(
    synced: Synced, channel: Channel, limit: Decimal, zone: str, store: Store | None, now: datetime
) -> Iterator[Problem]:
    files = _files(synced)
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


def _of_quotas(synced: Synced, workspace: Workspace, store: Store | None, now: datetime) -> Iterator[Problem]:
    """Posts that find a quota of the platform, or the office's own posts per day, used up at their time."""
    told: set[tuple[str, str]] = set()
    for each, group in _groups(workspace.channels):
        coming = [(one, channel) for channel in group for one in _taking(synced, channel, now)]
        if coming:
            uses = _used(store, group[0], each, now)
            yield from _waiting(synced, coming, uses, each, workspace.timezone, told)
    for channel in workspace.channels:
        if channel.quota is not None:
            own = quota.own_per_day(channel.quota, workspace.timezone)
            coming = [
                (replace(one, units=({own.name: 1},)), channel) for one in _taking(synced, channel, now)
            ]
            uses = _roots_of_today(store, channel, own, now) if coming else []
            yield from _waiting(synced, coming, uses, own, workspace.timezone, told)


def _groups(channels: Sequence[Channel]) -> Iterator[tuple[Quota, list[Channel]]]:
    """Each quota of the platforms, with the channels that share it."""
    groups: dict[tuple[str, str, Quota], list[Channel]] = {}
    for channel in channels:
        for each in registry.room(channel.platform).quotas(channel.options):
            if each.window >= SHORT:
                whose = channel.app if each.per == "app" else channel.account
                groups.setdefault((channel.platform, whose, each), []).append(channel)
    for (_, _, each), group in groups.items():
        yield each, group


def _waiting(
    synced: Synced,
    coming: Sequence[tuple[quota.Coming, Channel]],
    uses: Sequence[Use],
    each: Quota,
    zone: str,
    told: set[tuple[str, str]],
) -> Iterator[Problem]:
    files = _files(synced)
    # The same post may come on two accounts of one app.
    labels = {f"{channel.label} {one.path}": (one.path, channel) for one, channel in coming}
    named = [replace(one, path=f"{channel.label} {one.path}") for one, channel in coming]
    for name, at in quota.forecast(uses, named, each):
        path, channel = labels[name]
        if at is None or (path, channel.label) in told:
            continue  # what never fits is an error of `check` by itself
        told.add((path, channel.label))
        values: dict[str, Json] = {"limit": each.count, "at": at.isoformat(), "zone": zone}
        code = "plan.quota_own" if each.name == quota.OWN else "plan.quota_over"
        yield Problem(code, Severity.WARNING, values, post=path, file=files.get(path), channel=channel.label)


def _files(synced: Synced) -> dict[str, str]:
    """Path → file of the posts that may go out."""
    return {each.rendered.post.path: each.rendered.post.file for each in synced.wanted}


def _taking(synced: Synced, channel: Channel, now: datetime) -> Iterator[quota.Coming]:
    room = registry.room(channel.platform)
    for at, path, rendition in _to_come(synced, channel):
        units = tuple(room.cost(part) for part in rendition.parts)
        yield quota.Coming(max(at, now), units, path, channel.account)


def _used(store: Store | None, channel: Channel, each: Quota, now: datetime) -> list[Use]:
    if store is None:
        return []
    since = now - each.window - timedelta(hours=2)  # a day of 25 hours is longer than its window
    with store.look() as look:
        if each.per == "app":
            return usage.quota_used_by_app(look, channel.platform, channel.app, since)
        return usage.quota_used(look, channel.account, since)


def _roots_of_today(store: Store | None, channel: Channel, own: Quota, now: datetime) -> list[Use]:
    if store is None or own.zone is None:
        return []
    with store.look() as look:
        used = usage.roots_used(look, channel.account, quota.day_start(now, own.zone))
    return [Use(now, {own.name: 1})] * used


def _coming(synced: Synced, channel: Channel) -> Iterator[budget.Coming]:
    for at, path, rendition in _to_come(synced, channel):
        yield budget.Coming(at, budget.cost_of(rendition), path)


def _to_come(synced: Synced, channel: Channel) -> Iterator[tuple[datetime, str, Rendition]]:
    """Every post that is still to go out on the channel, booked or not: when, which, and what."""
    for wanted in synced.wanted:
        rendition = wanted.rendered.rendition
        if wanted.rendered.channel.account != channel.account or rendition is None or wanted.due is None:
            continue
        if wanted.rendered.post.draft or wanted.missed is not None:
            continue
        known = synced.snapshot.standing(wanted.post_id, channel.account, wanted.placement)
        if known is not None and known.state not in _TO_COME:
            continue
        yield wanted.due.at, wanted.rendered.post.path, rendition
