"""What Noticeboard would refuse, found before any call: rendition and facts about its pictures → problems."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract import FactsOf, Part, Problem, Rendition, Severity
from noticeboard import limits


def problems_of(rendition: Rendition, facts: FactsOf) -> list[Problem]:
    """Of all parts, each with its number."""
    return [
        Problem(f"noticeboard.{code}", Severity.ERROR, values, part=number)
        for number, part in enumerate(rendition.parts, 1)
        for code, values in _of(part, facts)
    ]


def _of(part: Part, facts: FactsOf) -> Iterator[tuple[str, dict[str, str | int]]]:
    if not part.text.strip() and not part.media:
        yield "empty", {}
    if len(part.text) > limits.TEXT:
        over = len(part.text) - limits.TEXT
        yield "too_long", {"used": len(part.text), "limit": limits.TEXT, "over": over}
    if len(part.media) > limits.PICTURES:
        yield "too_many_pictures", {"used": len(part.media), "limit": limits.PICTURES}
    for media in part.media:
        one = facts[media]
        if one.mime not in limits.PICTURE_KINDS:
            yield "picture_kind", {"file": one.name, "kind": one.mime}
        if one.size > limits.PICTURE_BYTES:
            yield "picture_too_big", {"file": one.name, "used": one.size, "limit": limits.PICTURE_BYTES}
        if len(media.alt) > limits.ALT_TEXT:
            yield "alt_too_long", {"file": one.name, "used": len(media.alt), "limit": limits.ALT_TEXT}
