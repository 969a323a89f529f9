"""Everything that content/ wants, with its due time, and what becomes of it: the steps of a pass in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from connectors.contract import Problem
from publisher import plan as planning
from publisher.content import events
from publisher.duplicates import Double
from publisher.faults import is_nobodys
from publisher.identify import at_rest
from publisher.model import FAULTS, Action, ActionKind, DueWhy, LocalTime, Plan, Post, Rendered
from publisher.plan import Wanted
from publisher.publish_log import overview
from publisher.schedule import Assigned, Outcome, Request, Taken, assign, utc_of, wall_of
from publisher.sync import doubles, noting, stopping
from publisher.sync.asking import Asked, ask, channels_of, key_of
from publisher.sync.one_pass import Pass, worst_first


def wanted(p: Pass) -> list[Wanted]:
    """Every post on every channel that has something to come, with its due time."""
    asked: list[Asked] = []
    p.problems.extend(p.look.problems)
    for place, post in enumerate(p.order):
        known = p.known(post)
        if known is not None and p.only is None and at_rest(post, known):
            continue  # nearly all of them, after some years
        p.problems.extend(post.problems)
        if p.only is not None and post.path != p.only:
            continue
        asked += _asked(p, post, place)
    for each in asked:
        p.problems.extend(each.rendered.problems)
    fixed = [_as_booked(p, each) for each in asked if each.request is None]
    return [*fixed, *_scheduled(p, [each for each in asked if each.request is not None])]


def _asked(p: Pass, post: Post, place: int) -> list[Asked]:
    """What one post asks for; where the program itself fails over it, what is booked stays as it is."""
    before = p.mark()
    try:
        asked = ask(p, post, place)
        noting.track(p, post)
    except Exception as error:  # whatever one post brings about, the others go on
        p.back_to(before)
        p.problems.append(p.fault(error, post))
        asked = []
        known = p.known(post)
        if known is not None and not known.settled:
            for channel, delivery in p.booked(known.post_id, p.space.channels):
                p.keep(post, channel, delivery)
        noting.track(p, post)
    if p.adopt:
        _adopt_all_the_same(p, post)
    return asked


def _adopt_all_the_same(p: Pass, post: Post) -> None:
    """A post that the program fails over at the first live start is as old as the others there."""
    noted = p.known(post) is not None or (p.sights and p.sights[-1].path == post.path)
    if not noted and any(told.code in FAULTS and told.post == post.path for told in p.problems):
        noting.sight(p, post, channels_of(p, post), ())


def _scheduled(p: Pass, asked: Sequence[Asked]) -> list[Wanted]:
    """The posts with their times; what the program itself fails over is set aside, and the rest goes on."""
    before = p.mark()
    try:
        return _together(p, asked)
    except Exception as error:  # which of them was it?
        if is_nobodys(error):
            raise
        p.back_to(before)
        failed = _failing(p, asked)
        if not failed:
            raise error
    p.problems.extend(problem for _, problem in failed)
    aside = [_set_aside(p, each, problem) for each, problem in failed]
    left = {id(each) for each, _ in failed}
    return [*aside, *_together(p, [each for each in asked if id(each) not in left])]


def _failing(p: Pass, asked: Sequence[Asked]) -> list[tuple[Asked, Problem]]:
    """Those over which the program fails by themselves as well; by halves, as each try asks the log."""
    before = p.mark()
    try:
        _together(p, asked)
    except Exception as error:  # the same failure again, in fewer of them
        if is_nobodys(error):
            raise
        if half := len(asked) // 2:
            return [*_failing(p, asked[:half]), *_failing(p, asked[half:])]
        rendered = asked[0].rendered
        return [(asked[0], p.fault(error, rendered.post, rendered.channel))]
    finally:
        p.back_to(before)
    return []


def _set_aside(p: Pass, asked: Asked, problem: Problem) -> Wanted:
    rendered = Rendered(asked.rendered.post, asked.rendered.channel, None, (problem,))
    grace = asked.request.grace if asked.request is not None else timedelta(0)
    return Wanted(p.ids[rendered.post.path], rendered, asked.placement, None, None, None, grace)


def _together(p: Pass, asked: Sequence[Asked]) -> list[Wanted]:
    requests = [each.request for each in asked if each.request is not None]
    due = assign(requests, _taken(p), p.space.channels, p.space.quiet, p.space.timezone, p.now)
    pairs = list(zip(asked, due, strict=True))
    found = doubles.of(p, pairs)
    p.problems.extend(doubles.refused(p, pairs))
    return [
        _with_due(p, each, request, given, found.get((each.rendered.post.path, request.account)))
        for each, request, given in zip(asked, requests, due, strict=True)
    ]


def _taken(p: Pass) -> list[Taken]:
    if p.syncer.store is None:
        return []
    with p.syncer.store.look() as look:
        taken = overview.taken_times(look, p.now)
    return [Taken(key_of(each.post_id, each.account), each.account, each.at) for each in taken]


def _with_due(p: Pass, asked: Asked, request: Request, given: Assigned, double: Double | None) -> Wanted:
    rendered = asked.rendered
    if asked.delivery is not None or not rendered.skipped:  # else it has no time there to be told of
        p.problems.extend(each for each in given.problems if each not in p.problems)
    if double is not None:
        told = doubles.problem(rendered, double, p.space.timezone)
        p.problems.append(told)
        if double.verdict.stops:
            rendered = replace(rendered, problems=(*rendered.problems, told))
    missed = given.verdict.outcome is Outcome.MISSED
    if given.due is not None and not missed:
        day = wall_of(given.due.at, p.space.timezone).date()
        _tell_past(p, events.problems_of(rendered.post, day))
    return Wanted(
        post_id=p.ids[rendered.post.path],
        rendered=rendered,
        placement=asked.placement,
        due=given.due,
        publish_after=_instant(request.publish_after),
        publish_before=_instant(request.publish_before),
        grace=request.grace,
        double=double,
        missed=given.verdict.reason if missed else None,
        missed_values=given.verdict.values if missed else {},
    )


def _tell_past(p: Pass, found: Sequence[Problem]) -> None:
    """Each event once, whatever the day on other channels."""
    if found:
        told = {(one.post, one.line, one.values["words"]) for one in p.problems if one.code == events.PAST}
        p.problems.extend(one for one in found if (one.post, one.line, one.values["words"]) not in told)


def _as_booked(p: Pass, asked: Asked) -> Wanted:
    delivery = asked.delivery
    assert delivery is not None  # noqa: S101 - only a booked one is asked for no other time
    return Wanted(
        post_id=p.ids[asked.rendered.post.path],
        rendered=asked.rendered,
        placement=asked.placement,
        due=delivery.due,
        publish_after=delivery.publish_after,
        publish_before=delivery.publish_before,
        grace=delivery.grace,
    )


def _instant(local: LocalTime | None) -> datetime | None:
    return None if local is None else utc_of(local).at


# ── What becomes of it ──


def plan(p: Pass, wanted: Sequence[Wanted]) -> Plan:
    """Wanted against known, and what has vanished."""
    for each in wanted:
        actions = planning.actions_for(each, p.snapshot, p.now)
        p.actions += [_adopted(p, action, each) for action in actions] if p.adopt else actions
    vanished = stopping.vanished(p) if p.only is None else []
    order = {p.ids[post.path]: place for place, post in enumerate(p.order)}
    p.actions.sort(key=lambda a: (order.get(a.post_id, -1), a.channel.label))
    return Plan(
        at=p.now,
        actions=tuple(p.actions),
        sights=tuple(p.sights),
        vanished=tuple(vanished),
        problems=worst_first(p.problems),
        posts=p.look.posts,
        drawn=p.drawn,
        last_seen=max((post.sequence for post in p.snapshot.posts.values()), default=0),
    )


def _adopted(p: Pass, action: Action, wanted: Wanted) -> Action:
    """At the first live start only what has an explicit time still to come is booked."""
    due = wanted.due
    ahead = due is not None and due.why is DueWhy.EXPLICIT and due.at > p.now
    if action.kind is not ActionKind.BOOK or ahead:
        return action
    return Action(
        kind=ActionKind.SKIP,
        post_id=wanted.post_id,
        path=wanted.rendered.post.path,
        title=wanted.rendered.post.title,
        channel=wanted.rendered.channel,
        placement=wanted.placement,
        due=due,
        reason="plan.adopted",
    )
