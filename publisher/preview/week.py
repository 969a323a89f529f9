"""The coming days at a glance, for whoever answers for them: in the terminal, and as one page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

from connectors.contract import Severity
from publisher.preview import problems
from publisher.preview.ansi import safe
from publisher.preview.canvas import Canvas
from publisher.preview.office import Office
from publisher.preview.page import FilesOf, channel_facts, marks, problem_facts, styles, template
from publisher.texts import amounts, t
from publisher.views import ChannelPreview, PostPreview

_TOLD = (Severity.ERROR, Severity.WARNING)
_NO_TIME = datetime(1, 1, 1, tzinfo=UTC)


def lines(shown: Sequence[PostPreview], canvas: Canvas) -> Iterator[str]:
    """Day by day, time by time: what goes out where, and what is wrong with it; first what is stopped.

    Args:
        shown: each with the channels that have a time in these days, and those that an error stops.
    """
    if not shown:
        yield from canvas.hanging("", t("preview.week_nothing"))
    seen: set[str] = set()
    for place, (day, rows) in enumerate(groupby(_rows(shown), key=lambda row: _day(row[1][0]))):
        if place:
            yield ""
        yield canvas.paint.bold(day)
        for one, channels in rows:
            yield from _row(one, channels, canvas, again=one.post.path in seen)
            seen.add(one.post.path)


def page(
    shown: Sequence[PostPreview],
    days: tuple[date, date],
    *,
    office: Office,
    mode: str,
    language: str,
    zone: str,
    now: datetime,
    files: dict[str, FilesOf],
) -> str:
    """The same as a page: each post at its first time, with all its channels and one look at it.

    Args:
        days: the first and the last.
        office: as profiles show it.
        mode: `sandbox` or `live`.
        zone: IANA name; in which the page says when it was made.
        now: aware; when that was.
        files: path of a post → where its files are.
    """
    posts = [_post(one, office, files[one.post.path]) for one in sorted(shown, key=first)]
    return template("week.html.j2").render(
        t=t,
        language=language,
        practice=mode != "live",
        name=office.name,
        heading=heading(days),
        days=[(day, list(those)) for day, those in groupby(posts, key=lambda post: post["day"])],
        made=amounts.when(now, zone),
        styles=styles([post["platform"] for post in posts if post["mockup"]]),
    )


def heading(days: tuple[date, date]) -> str:
    """From which day to which."""
    return t("preview.week_heading", first=days[0], last=days[1])


# ── Lines ────────────────────────────────────────────────────────────────────


def _rows(shown: Sequence[PostPreview]) -> list[tuple[PostPreview, list[ChannelPreview]]]:
    """A post once per time at which some of its channels are due, in order of time."""
    rows = []
    for one in shown:
        by_time = sorted(one.channels, key=at)
        rows += [(one, list(channels)) for _, channels in groupby(by_time, key=at)]
    return sorted(rows, key=lambda row: (at(row[1][0]), row[0].post.path))


def _row(one: PostPreview, channels: list[ChannelPreview], canvas: Canvas, *, again: bool) -> Iterator[str]:
    """A post at one of its times; what is wrong with all of it stands at the first (`again`: it did)."""
    due = channels[0].due
    clock = f"  {amounts.clock(amounts.local(due.at, due.zone)) if due else '  –  '}  "
    yield from canvas.hanging(clock, one.post.title or one.post.path, canvas.paint.bold)
    indent = " " * len(clock)
    names = ", ".join(one.reach.name(each.channel) for each in channels)
    notes = [*marks(one), *dict.fromkeys(t(gate) for each in channels for gate in each.gates)]
    yield from canvas.hanging(indent, safe(" · ".join([names, *notes])), canvas.paint.dim)
    labels = {each.channel for each in channels}
    told = [
        each
        for each in one.problems
        if each.severity in _TOLD and (each.channel in labels or (each.channel is None and not again))
    ]
    yield from problems.lines(told, one.reach, canvas, indent=indent, headed=True)


def at(channel: ChannelPreview) -> datetime:
    """Its time; before all others what has none."""
    return channel.due.at if channel.due else _NO_TIME


def first(one: PostPreview) -> tuple[datetime, str]:
    """When its first channel goes out; what none takes now stands before all others."""
    return min((at(each) for each in one.channels if each.due), default=_NO_TIME), one.post.path


def _day(channel: ChannelPreview) -> str:
    due = channel.due
    return amounts.day_in(due.at, due.zone) if due else t("preview.page_problems")


# ── Page ─────────────────────────────────────────────────────────────────────


def _post(one: PostPreview, office: Office, files: FilesOf) -> dict[str, Any]:
    """The look is of one channel, the first with a picture: six of each post would make a heavy page."""
    channels = sorted(one.channels, key=lambda each: (at(each), each.channel))
    drawable = [each for each in channels if each.rendered.rendition is not None]
    seen = next((each for each in drawable if _pictured(each)), drawable[0] if drawable else None)
    day = _day(next((each for each in channels if each.due), channels[0]))
    facts = [
        {**channel_facts(each, one, office, files if each is seen else None), "time": _time(each, day)}
        for each in channels
    ]
    told = problem_facts((each for each in one.problems if each.severity in _TOLD), one)
    return {
        "day": day,
        "title": one.post.title or one.post.path,
        "file": one.post.file,
        "author": one.post.author,
        "marks": marks(one),
        "channels": facts,
        "stopped": any(each["severity"] == "error" for each in told),
        "problems": told,
        "platform": seen.platform if seen else "",
        "look": seen.title if seen else "",
        "mockup": next((each["mockup"] for each in facts if each["mockup"]), ""),
    }


def _time(channel: ChannelPreview, day: str) -> str:
    """The time alone on the day that the heading says."""
    due = channel.due
    if due is None:
        return "–"
    same = _day(channel) == day
    return amounts.clock(amounts.local(due.at, due.zone)) if same else amounts.short_when(due.at, due.zone)


def _pictured(channel: ChannelPreview) -> bool:
    rendition = channel.rendered.rendition
    return rendition is not None and bool(rendition.parts[0].media)
