"""What Threads would refuse or show badly, found before anyone commits to it; pure, no SDK."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.contract import FactsOf, Media, MediaFacts, Part, Problem, Rendition, Severity
from connectors.threads import limits
from connectors.threads.check_clips import megabytes, of_clip
from connectors.threads.options import topic_of

_Found = tuple[str, Severity, dict[str, object]]
_ERROR, _WARNING, _NOTICE = Severity.ERROR, Severity.WARNING, Severity.NOTICE
_HASHTAG = re.compile(r"(?<!\w)#\w*[^\W\d_]\w*")


def problems_of(rendition: Rendition, facts: FactsOf) -> list[Problem]:
    """All problems of a rendition: of every part of a chain, before its first one goes out."""
    by_bytes = rendition.parts[0].options.get("count_bytes") is True
    return [
        Problem(code, severity, values, part=number)
        for number, part in enumerate(rendition.parts, 1)
        for code, severity, values in _of_part(part, facts, by_bytes)
    ]


def _of_part(part: Part, facts: FactsOf, by_bytes: bool) -> Iterator[_Found]:
    yield from _of_text(part, by_bytes)
    yield from _of_links(part)
    yield from _of_poll(part)
    yield from _of_topic(part)
    if len(part.media) > limits.CAROUSEL[1]:
        yield "threads.too_many_images", _ERROR, {"count": len(part.media), "limit": limits.CAROUSEL[1]}
    for media in part.media:
        yield from of_clip(facts[media]) if facts[media].kind == "video" else _of_picture(facts[media])
        yield from _of_alt(media, facts[media].name)


def _of_text(part: Part, by_bytes: bool) -> Iterator[_Found]:
    if not part.text.strip() and not part.media and not part.link:
        yield "threads.empty", _ERROR, {}
    points, size, most = limits.text_points(part.text), limits.text_bytes(part.text), limits.LIMITS.text
    if points > most:
        yield "threads.too_long", _ERROR, {"used": points, "limit": most, "over": points - most}
    elif size > most:
        severity = _ERROR if by_bytes else _WARNING
        yield "threads.too_many_bytes", severity, {"used": size, "limit": most, "over": size - most}


def _of_links(part: Part) -> Iterator[_Found]:
    if part.link and part.media:
        # link_attachment is for posts of words alone (Meta's documentation, Threads posts, checked
        # 2026-11-23); rendering puts the link into the words where there are pictures.
        yield "threads.link_with_media", _ERROR, {"link": part.link}
    if part.link and not part.link.startswith(("https://", "http://")):
        yield "threads.link_invalid", _ERROR, {"link": part.link}
    links = limits.links_of(part.text, part.link)
    if len(links) > limits.LINKS:
        yield "threads.too_many_links", _ERROR, {"count": len(links), "limit": limits.LINKS}


def _of_poll(part: Part) -> Iterator[_Found]:
    answers = part.options.get("poll")
    if not answers:
        return
    least, most = limits.POLL_OPTIONS
    if not least <= len(answers) <= most:
        yield "threads.poll_count", _ERROR, {"count": len(answers), "least": least, "most": most}
    for answer in answers:
        used = len(str(answer).strip())
        if not 1 <= used <= limits.POLL_CHARACTERS:
            yield (
                "threads.poll_option",
                _ERROR,
                {
                    "option": answer,
                    "used": used,
                    "limit": limits.POLL_CHARACTERS,
                },
            )
    if part.media:
        yield "threads.poll_with_media", _ERROR, {}
    if not part.text.strip():
        yield "threads.poll_without_text", _ERROR, {}


def _of_topic(part: Part) -> Iterator[_Found]:
    written = part.options.get("topic_tag")
    if written is not None:
        topic = topic_of(str(written))
        if not 1 <= len(topic) <= limits.TOPIC_TAG or "." in topic or "&" in topic:
            yield "threads.topic_tag", _ERROR, {"topic": written, "limit": limits.TOPIC_TAG}
        return
    tags = _HASHTAG.findall(part.text)
    if len(tags) > 1:
        yield "threads.one_topic", _NOTICE, {"count": len(tags), "topic": tags[0]}


def _of_picture(facts: MediaFacts) -> Iterator[_Found]:
    if facts.mime not in limits.IMAGE_TYPES:
        yield "threads.image_type", _ERROR, {"name": facts.name, "type": facts.mime}
    if facts.frames > 1:
        yield "threads.animated", _ERROR, {"name": facts.name, "frames": facts.frames}
    if facts.size > limits.IMAGE_BYTES:
        values = {"size": megabytes(facts.size), "limit": limits.IMAGE_BYTES // 10**6}
        yield "threads.image_size", _ERROR, {"name": facts.name, **values}
    ratio = max(facts.ratio, 1 / facts.ratio) if facts.ratio else 0
    if ratio > limits.IMAGE_RATIO:
        sides = {"width": facts.width, "height": facts.height, "limit": int(limits.IMAGE_RATIO)}
        yield "threads.image_ratio", _ERROR, {"name": facts.name, **sides}


def _of_alt(media: Media, name: str) -> Iterator[_Found]:
    used = len(media.alt)
    if not media.alt.strip():
        yield "threads.alt_missing", _WARNING, {"name": name}
    elif used > limits.ALT_TEXT:
        over = used - limits.ALT_TEXT
        yield "threads.alt_long", _ERROR, {"name": name, "used": used, "limit": limits.ALT_TEXT, "over": over}
