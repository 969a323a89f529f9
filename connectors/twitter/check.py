"""What X would refuse, found before anyone commits to it; pure, and without any SDK."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from connectors.contract import FactsOf, Media, MediaFacts, Part, PartKind, Problem, Rendition, Severity
from connectors.twitter import limits
from connectors.twitter.check_clips import of_captions, of_clip, of_gif, of_poll

# A dollar sign, one to six letters, perhaps a class such as .A; at a border on both sides
# (twitter-text, checked 2026-11-23).
_CASHTAG = re.compile(r"(?:^|(?<=\s))\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?![A-Za-z0-9_$])")


def problems_of(rendition: Rendition, facts: FactsOf) -> list[Problem]:
    """All problems of a rendition, part by part."""
    return [
        Problem(code, severity, values, part=number)
        for number, part in enumerate(rendition.parts, 1)
        for code, severity, values in _of_part(part, facts)
    ]


_Found = tuple[str, Severity, dict[str, object]]


def _of_part(part: Part, facts: FactsOf) -> Iterator[_Found]:
    yield from _of_text(part)
    yield from of_poll(part)
    yield from _together([facts[media] for media in part.media])
    for media in part.media:
        yield from _OF_KIND[facts[media].kind](facts[media])
        yield from _of_alt(media, facts[media])
    for media in part.companions:
        yield from of_captions(media, facts[media])


def _together(all_facts: list[MediaFacts]) -> Iterator[_Found]:
    """Four pictures, or one GIF, or one clip."""
    moving = [one for one in all_facts if one.kind != "image"]
    if moving and len(all_facts) > 1:
        yield "twitter.not_alone", Severity.ERROR, {"name": moving[0].name, "count": len(all_facts)}
    elif len(all_facts) > limits.LIMITS.images:
        yield (
            "twitter.too_many_images",
            Severity.ERROR,
            {"count": len(all_facts), "limit": limits.LIMITS.images},
        )


def _of_text(part: Part) -> Iterator[_Found]:
    if not part.text.strip() and not part.media:
        yield "twitter.empty", Severity.ERROR, {}
    used, most = limits.weighted_length(part.text), limits.LIMITS.text
    if used > most:
        code = "twitter.part_too_long" if part.kind is PartKind.THREAD else "twitter.too_long"
        yield code, Severity.ERROR, {"used": used, "limit": most, "over": used - most}
    invalid = limits.invalid_characters(part.text)
    if invalid:
        yield "twitter.invalid_characters", Severity.ERROR, {"characters": ", ".join(invalid)}
    unmeant = limits.unmeant_links(part.text)
    if unmeant:
        words = ", ".join(f"“{word}”" for word in unmeant)
        yield "twitter.unmeant_link", Severity.NOTICE, {"words": words, "length": limits.URL}
    cashtags = _CASHTAG.findall(part.text)
    if len(cashtags) > limits.CASHTAGS:
        yield (
            "twitter.cashtags",
            Severity.ERROR,
            {"found": " ".join(cashtags), "count": len(cashtags), "limit": limits.CASHTAGS},
        )


def _of_picture(facts: MediaFacts) -> Iterator[_Found]:
    if facts.mime not in limits.IMAGE_TYPES:
        yield (
            "twitter.image_type",
            Severity.ERROR,
            {"name": facts.name, "type": facts.mime, "allowed": ", ".join(limits.IMAGE_TYPES)},
        )
    if facts.frames > 1:  # only GIFs are known to move on X
        yield "twitter.animated", Severity.ERROR, {"name": facts.name, "frames": facts.frames}
    if facts.size > limits.IMAGE_BYTES:
        yield (
            "twitter.image_size",
            Severity.ERROR,
            {
                "name": facts.name,
                "size": _megabytes(facts.size),
                "limit": _megabytes(limits.IMAGE_BYTES),
            },
        )


def _megabytes(size: int) -> float:
    """Rounded up, so that what is over a limit never reads as the limit itself."""
    hundredths = -(-size // 10_000)
    return hundredths // 100 if hundredths % 100 == 0 else hundredths / 100


_OF_KIND: Mapping[str, Callable[[MediaFacts], Iterator[_Found]]] = {
    "image": _of_picture,
    "gif": of_gif,
    "video": of_clip,
}


def _of_alt(media: Media, facts: MediaFacts) -> Iterator[_Found]:
    name = facts.name
    if facts.kind == "video":
        if media.alt.strip():
            yield "twitter.alt_of_clip", Severity.NOTICE, {"name": name}
    elif not media.alt.strip():
        yield "twitter.alt_missing", Severity.WARNING, {"name": name}
    elif len(media.alt) > limits.ALT_TEXT:
        yield (
            "twitter.alt_too_long",
            Severity.ERROR,
            {
                "name": name,
                "used": len(media.alt),
                "limit": limits.ALT_TEXT,
                "over": len(media.alt) - limits.ALT_TEXT,
            },
        )
