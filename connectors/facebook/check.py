"""What a Facebook Page would refuse or show badly, found before anyone commits to it; pure, no SDK."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract import FactsOf, Media, MediaFacts, Part, PartKind, Problem, Rendition, Severity
from connectors.facebook import limits
from connectors.facebook.check_clips import of_clip, of_placement


def problems_of(rendition: Rendition, facts: FactsOf) -> list[Problem]:
    """All problems of a rendition, part by part."""
    return [
        Problem(code, severity, values, part=number)
        for number, part in enumerate(rendition.parts, 1)
        for code, severity, values in _of_part(part, facts, rendition.placement)
    ]


_Found = tuple[str, Severity, dict[str, object]]


def _of_part(part: Part, facts: FactsOf, placement: str) -> Iterator[_Found]:
    yield from _of_text(part)
    yield from of_placement(part, facts, placement)
    yield from _of_link(part)
    if part.kind is PartKind.COMMENT and (part.media or part.link):
        yield "facebook.comment_text_only", Severity.ERROR, {}
    if len(part.media) > limits.LIMITS.images:
        yield (
            "facebook.too_many_images",
            Severity.ERROR,
            {"count": len(part.media), "limit": limits.LIMITS.images},
        )
    for media in part.media:
        if facts[media].kind == "video":
            yield from of_clip(facts[media], placement)
            continue
        yield from _of_picture(facts[media])
        yield from _of_alt(media, facts[media].name)


def _of_text(part: Part) -> Iterator[_Found]:
    if not part.text.strip() and not part.media and not part.link:
        yield "facebook.empty", Severity.ERROR, {}
    used, most = len(part.text), limits.LIMITS.text
    if used > most:
        yield "facebook.too_long", Severity.ERROR, {"used": used, "limit": most, "over": used - most}


def _of_link(part: Part) -> Iterator[_Found]:
    if not part.link:
        return
    if part.media:
        # One post carries attached photos or a link preview (Meta's documentation, Page feed,
        # checked 2026-11-23); rendering puts the link into the text where there are photos.
        yield "facebook.link_with_images", Severity.ERROR, {"link": part.link}
    if not part.link.startswith(("https://", "http://")):
        yield "facebook.link_invalid", Severity.ERROR, {"link": part.link}


def _of_picture(facts: MediaFacts) -> Iterator[_Found]:
    if facts.mime not in limits.IMAGE_TYPES:
        yield (
            "facebook.image_type",
            Severity.ERROR,
            {"name": facts.name, "type": facts.mime, "allowed": ", ".join(limits.IMAGE_TYPES)},
        )
    if facts.frames > 1:
        yield "facebook.animated", Severity.ERROR, {"name": facts.name, "frames": facts.frames}
    sizes: dict[str, object] = {"name": facts.name, "size": _megabytes(facts.size)}
    if facts.size > limits.IMAGE_BYTES:
        yield "facebook.image_size", Severity.ERROR, {**sizes, "limit": _megabytes(limits.IMAGE_BYTES)}
    elif facts.mime == "image/png" and facts.size > limits.PNG_BYTES:
        yield "facebook.png_large", Severity.NOTICE, {**sizes, "limit": _megabytes(limits.PNG_BYTES)}


def _megabytes(size: int) -> float:
    """Rounded up, so that what is over a limit never reads as the limit itself."""
    hundredths = -(-size // 10_000)
    return hundredths // 100 if hundredths % 100 == 0 else hundredths / 100


def _of_alt(media: Media, name: str) -> Iterator[_Found]:
    if not media.alt.strip():
        yield "facebook.alt_missing", Severity.WARNING, {"name": name}
    elif len(media.alt) > limits.ALT_TEXT:
        # A warning, not an error: Meta states no limit, so nothing is certain to be refused.
        values = {"name": name, "used": len(media.alt), "limit": limits.ALT_TEXT}
        yield "facebook.alt_long", Severity.WARNING, values
