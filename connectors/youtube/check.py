"""What YouTube would refuse or show badly, told before anything is sent; pure, and without any SDK."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.contract import FactsOf, Media, MediaFacts, Part, Problem, Rendition, Severity
from connectors.youtube import limits

_Found = tuple[str, Severity, dict[str, object]]
_ERROR, _WARNING, _NOTICE = Severity.ERROR, Severity.WARNING, Severity.NOTICE

# BCP 47 as YouTube takes it: a language, perhaps a script, perhaps a region.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|\d{3}))?")


def problems_of(rendition: Rendition, facts: FactsOf) -> list[Problem]:
    """All problems of all parts; media without facts were already told about."""
    return [
        Problem(code, severity, values, part=number)
        for number, part in enumerate(rendition.parts, 1)
        for code, severity, values in _of_part(part, facts)
    ]


def _of_part(part: Part, facts: FactsOf) -> Iterator[_Found]:
    if not part.media:
        yield "youtube.no_clip", _ERROR, {}
        return
    yield from _of_title(str(part.options.get("title") or ""))
    yield from _of_description(part.text)
    yield from _of_options(part)
    for media in part.media:
        if media in facts:
            yield from _of_clip(media, facts[media])
    yield from _of_companions(part, facts)


def _of_title(title: str) -> Iterator[_Found]:
    used = limits.units_of(title)
    if not title.strip():
        yield "youtube.title_missing", _ERROR, {}
    elif used > limits.TITLE:
        over = used - limits.TITLE
        yield "youtube.title_too_long", _ERROR, {"used": used, "limit": limits.TITLE, "over": over}
    if found := _forbidden(title):
        yield "youtube.title_characters", _ERROR, {"characters": found}


def _of_description(text: str) -> Iterator[_Found]:
    used = limits.bytes_of(text)
    if used > limits.LIMITS.text:
        over = used - limits.LIMITS.text
        yield "youtube.too_long", _ERROR, {"used": used, "limit": limits.LIMITS.text, "over": over}
    if found := _forbidden(text):
        yield "youtube.text_characters", _ERROR, {"characters": found}


def _forbidden(text: str) -> str:
    return " ".join(mark for mark in limits.FORBIDDEN if mark in text)


def _of_options(part: Part) -> Iterator[_Found]:
    options = part.options
    if not isinstance(options.get("made_for_kids"), bool):
        yield "youtube.made_for_kids_missing", _ERROR, {}
    language = options.get("language")
    if language and not _LANGUAGE.fullmatch(str(language)):
        yield "youtube.language", _ERROR, {"language": language}
    tags = options.get("tags") or []
    used = limits.tags_length(tags)
    if used > limits.TAGS:
        over = used - limits.TAGS
        yield "youtube.tags_too_long", _ERROR, {"used": used, "limit": limits.TAGS, "over": over}
    for tag in tags:
        if _forbidden(tag) or "," in tag or not tag.strip():
            yield "youtube.tag_characters", _ERROR, {"tag": tag}
    if options.get("privacy") == "private":
        yield "youtube.stays_private", _NOTICE, {}


def _of_clip(media: Media, facts: MediaFacts) -> Iterator[_Found]:
    if facts.size > limits.CLIP_BYTES:
        yield "youtube.clip_size", _ERROR, {"name": facts.name, **_gigabytes(facts.size, limits.CLIP_BYTES)}
    seconds = facts.seconds or 0.0
    minutes = {"name": facts.name, "minutes": round(seconds / 60, 1)}
    if seconds > limits.CLIP_SECONDS:
        yield "youtube.clip_length", _ERROR, {**minutes, "limit": limits.CLIP_SECONDS // 60}
    elif seconds > limits.CLIP_SECONDS_UNVERIFIED:
        yield "youtube.clip_verified", _WARNING, {**minutes, "limit": limits.CLIP_SECONDS_UNVERIFIED // 60}
    if limits.is_short(facts.width, facts.height, facts.seconds):
        yield "youtube.short", _NOTICE, {"name": facts.name}
    if media.alt.strip():
        yield "youtube.alt_of_clip", _NOTICE, {"name": facts.name}


def _of_companions(part: Part, facts: FactsOf) -> Iterator[_Found]:
    languages: set[str] = set()
    covers = [media for media in part.companions if media.role == "cover"]
    if len(covers) > 1:
        yield "youtube.covers", _ERROR, {"count": len(covers)}
    for media in part.companions:
        if media not in facts:
            continue
        found = facts[media]
        if media.role == "cover":
            yield from _of_cover(found)
            continue
        language = media.language or str(part.options.get("language") or "")
        if not _LANGUAGE.fullmatch(language):
            yield "youtube.captions_language", _ERROR, {"name": found.name, "language": language or "–"}
        elif language.lower() in languages:
            yield "youtube.captions_twice", _ERROR, {"name": found.name, "language": language}
        languages.add(language.lower())
        if found.size > limits.CAPTIONS_BYTES:
            sizes = _megabytes(found.size, limits.CAPTIONS_BYTES)
            yield "youtube.captions_size", _ERROR, {"name": found.name, **sizes}


def _of_cover(facts: MediaFacts) -> Iterator[_Found]:
    if facts.mime not in limits.COVER_TYPES:
        allowed = ", ".join(limits.COVER_TYPES)
        yield "youtube.cover_type", _ERROR, {"name": facts.name, "type": facts.mime, "allowed": allowed}
    if facts.size > limits.COVER_BYTES:
        sizes = _megabytes(facts.size, limits.COVER_BYTES)
        yield "youtube.cover_size", _ERROR, {"name": facts.name, **sizes}


def _megabytes(size: int, limit: int) -> dict[str, object]:
    """In MiB; what was found rounded up, so that what is over a limit never reads as the limit itself."""
    return {"size": -(-size * 100 // 2**20) / 100, "limit": limit // 2**20}


def _gigabytes(size: int, limit: int) -> dict[str, object]:
    return {"size": -(-size * 100 // 2**30) / 100, "limit": limit // 2**30}
