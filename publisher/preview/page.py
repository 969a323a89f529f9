"""A post as every channel will show it, as one page: for a browser, a mail attachment, a telephone.

Everything is inside the page; it fetches nothing, needs no script, and is light or dark as its reader is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors import mockup
from connectors.contract import Media, Part, Problem, Rendition, Severity
from connectors.mockup import Shown, ShownMedia, ShownPart
from publisher.errors import PublisherError
from publisher.preview import embedding, posters, problems, terminal, wording
from publisher.preview.office import Office
from publisher.texts import amounts, number, t
from publisher.views import ChannelPreview, PostPreview

if TYPE_CHECKING:
    from jinja2 import Template

FilesOf = Callable[[Media], Path]
"""The file that will be sent; raises PublisherError or LookupError where there is none yet."""

_HERE = Path(__file__).parent
_CODE = 8
"""Hexadecimal digits of a fingerprint that people compare: 4 billion renditions look different."""


def page(
    shown: PostPreview, *, office: Office, mode: str, language: str, now: datetime, files: FilesOf
) -> str:
    """The whole page.

    Args:
        office: as profiles show it.
        mode: `sandbox` or `live`.
        language: `id` or `en`.
        now: aware; when the page is made.
    """
    channels = [channel_facts(one, shown, office, files) for one in shown.channels]
    drawn = [one["platform"] for one in channels if one["mockup"]]
    told = {id(problem) for one in shown.channels for problem in one.rendered.problems}
    return template("page.html.j2").render(
        t=t,
        language=language,
        practice=mode != "live",
        post=shown.post,
        id=shown.post_id,
        marks=marks(shown),
        problems=problem_facts((one for one in shown.problems if id(one) not in told), shown),
        channels=channels,
        made=amounts.when(now, _zone(shown)),
        styles=styles(drawn),
    )


def styles(drawn: Sequence[str]) -> str:
    """The CSS of a page on which mock-ups of these platforms stand."""
    return mockup.styles(drawn) + (_HERE / "page.css").read_text(encoding="utf-8")


def marks(shown: PostPreview) -> list[str]:
    """What is special about a post, in words, such as that it is urgent."""
    return [t(f"preview.mark_{mark}") for mark in terminal.MARKS if getattr(shown.post, mark)]


def _zone(shown: PostPreview) -> str:
    return next((one.due.zone for one in shown.channels if one.due is not None), "UTC")


def code_of(fingerprint: str) -> str:
    """The approval code: what two people compare to know that they saw the same."""
    code = fingerprint[:_CODE].upper()
    return f"{code[:4]}-{code[4:]}"


def channel_facts(
    one: ChannelPreview, shown: PostPreview, office: Office, files: FilesOf | None
) -> dict[str, Any]:
    """What a page says of a post on one channel.

    Args:
        office: as profiles show it.
        files: None: its mock-up is not wanted.
    """
    rendition = one.rendered.rendition
    found = problem_facts(one.rendered.problems, shown)
    due = None if one.rendered.skipped else one.due
    return {
        "label": one.channel,
        "platform": one.platform,
        "title": one.title,
        "account": one.account.partition(":")[2],
        "state": wording.state(one.state) if one.state else "",
        "due": amounts.when(due.at, due.zone) if due else "",
        "short": amounts.short_when(due.at, due.zone) if due else "",
        "why": wording.why(due.why) if due else "",
        "gates": [t(gate) for gate in one.gates],
        "url": one.url or "",
        "code": code_of(rendition.fingerprint) if rendition else "",
        "problems": found,
        "worst": next((s for s in ("error", "warning") if any(p["severity"] == s for p in found)), "fine"),
        "skipped": one.rendered.skipped,
        "counts": [
            {"words": f"{number(count.used)}/{number(count.limit)}", "over": count.used > count.limit}
            for count in one.counts
        ],
        "media": list(_media_words(one)),
        "price": amounts.money(one.usd) if one.usd is not None else "",
        "mockup": mockup.draw(_drawn(one, rendition, office, files), t) if rendition and files else "",
    }


def problem_facts(found: Iterable[Problem], shown: PostPreview) -> list[dict[str, str]]:
    """Problems for the macro `told`: severity, words, channels; what is said alike of several, once."""
    names = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "notice"}
    reach = shown.reach
    return [
        {
            "severity": names[group[0].severity],
            "words": problems.said(group, reach, headed=False, others=False),
            "channel": ", ".join(dict.fromkeys(reach.name(one.channel) for one in group if one.channel)),
        }
        for group in problems.alike(found)
    ]


def _media_words(one: ChannelPreview) -> Iterator[str]:
    for part in one.rendered.rendition.parts if one.rendered.rendition else ():
        for media in (*part.media, *part.companions):
            made = one.facts.get(media)
            if made is not None:
                yield terminal.made_words(media, one.sources.get(media, made), made)


# ── What the mock-ups draw ───────────────────────────────────────────────────


def _drawn(one: ChannelPreview, rendition: Rendition, office: Office, files: FilesOf) -> Shown:
    profile = office.on(one.account)
    return Shown(
        platform=one.platform,
        name=profile.name,
        handle=profile.handle,
        placement=rendition.placement,
        when=amounts.short_when(one.due.at, one.due.zone) if one.due else "",
        parts=tuple(_part(part, one, files) for part in rendition.parts),
        logo=office.logo,
    )


def _part(part: Part, channel: ChannelPreview, files: FilesOf) -> ShownPart:
    media = tuple(_medium(one, part, channel, files) for one in part.media if one in channel.facts)
    return ShownPart(str(part.kind), part.text, part.link or "", media, dict(part.options))


def _medium(media: Media, part: Part, channel: ChannelPreview, files: FilesOf) -> ShownMedia:
    """A picture or clip with its bytes; a clip that is not there yet at rest, else named only."""
    facts = channel.facts[media]
    src = poster = ""
    if facts.kind == "video":
        src = _tried(lambda: embedding.clip(files(media), facts.mime))
        poster = _tried(lambda: embedding.jpeg(posters.poster(media, part, channel).image(embedding.SIDE)))
    else:
        src = _tried(lambda: embedding.picture(files(media)))
    return ShownMedia(facts.kind, src, media.alt, facts.width, facts.height, poster, facts.name)


def _tried(make: Callable[[], str]) -> str:
    """Empty where it cannot be had now; what is wrong with it stands among the problems."""
    try:
        return make()
    except (PublisherError, LookupError, OSError):
        return ""


@cache
def template(name: str) -> Template:
    """One of the templates beside this file."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
