"""A week as sheets of A4 for a signature: what goes out when, with all codes; then every post in full."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from publisher.preview import week
from publisher.preview.office import Office
from publisher.preview.page import FilesOf, channel_facts
from publisher.preview.paper import Sheet
from publisher.texts import amounts, t
from publisher.views import ChannelPreview, PostPreview


def paper(
    shown: Sequence[PostPreview],
    days: tuple[date, date],
    *,
    office: Office,
    mode: str,
    language: str,
    now: datetime,
    zone: str,
    files: Mapping[str, FilesOf],
) -> bytes:
    """The sheets, as PDF.

    Args:
        days: the first and the last.
        office: as profiles show it.
        mode: `sandbox` or `live`.
        now: aware; when they are made.
        zone: IANA name; in which they say so.
        files: path of a post → where its files are.

    Raises:
        PublisherError: a package of fonts is not installed (`cards.no_fonts`).
    """
    sheet = Sheet(t("preview.page_made", when=amounts.when(now, zone)), language, now)
    sheet.head(office, week.heading(days), practice=mode != "live")
    posts = sorted(shown, key=week.first)
    if not posts:
        sheet.say(t("preview.week_nothing"))
        return sheet.bytes()
    facts = {id(each): channel_facts(each, one, office, None) for one in posts for each in one.channels}
    sheet.overview([_line(one, each, facts[id(each)]) for one, each in _in_time(posts)])
    for one in posts:
        sheet.next_post()
        sheet.title(one)
        sheet.problems(one)
        for each in _due_first(one):
            if each.rendered.rendition is not None:
                sheet.channel(each, facts[id(each)], files[one.post.path])
    sheet.signature()
    return sheet.bytes()


def _in_time(posts: Sequence[PostPreview]) -> Iterator[tuple[PostPreview, ChannelPreview]]:
    """Every post on every channel, in order of time; what has none first, as it needs somebody."""
    pairs = [(one, each) for one in posts for each in _due_first(one)]
    yield from sorted(pairs, key=lambda pair: (week.at(pair[1]), pair[0].post.path))


def _due_first(one: PostPreview) -> list[ChannelPreview]:
    """The channels of a post by their times, without those that pass it over."""
    return sorted(
        (each for each in one.channels if not each.rendered.skipped),
        key=lambda each: (week.at(each), each.channel),
    )


def _line(one: PostPreview, channel: ChannelPreview, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """When, what, where, with which code, and how it stands."""
    title = one.post.title or one.post.path
    return (
        facts["short"] or "–",
        title,
        one.reach.name(channel.channel),
        facts["code"] or "–",
        Sheet.state(facts),
    )
