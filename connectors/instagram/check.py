"""What Instagram would refuse or show badly, found before anyone commits to it; pure, no SDK."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract import FactsOf, MediaFacts, Part, PartKind, Problem, Rendition, Severity
from connectors.instagram import limits
from connectors.instagram.check_clips import of_clip
from connectors.instagram.options import tag_of

_Found = tuple[str, Severity, dict[str, object]]
_ERROR, _WARNING, _NOTICE = Severity.ERROR, Severity.WARNING, Severity.NOTICE


def problems_of(rendition: Rendition, facts: FactsOf) -> list[Problem]:
    """All problems of a rendition, part by part."""
    return [
        Problem(code, severity, values, part=number)
        for number, part in enumerate(rendition.parts, 1)
        for code, severity, values in _of_part(part, rendition.placement, facts)
    ]


def _of_part(part: Part, placement: str, facts: FactsOf) -> Iterator[_Found]:
    if part.kind is PartKind.COMMENT:
        yield from _of_comment(part, placement)
        return
    if not part.media:
        yield "instagram.needs_media", _ERROR, {}
        return
    yield from _of_text(part, placement)
    yield from _of_shape(part, placement, facts)
    yield from _of_options(part, placement, facts)
    for media in part.media:
        known = facts[media]
        if known.kind == "video":
            yield from of_clip(known, placement if len(part.media) == 1 else "carousel")
        else:
            yield from _of_picture(known, placement)
        yield from _of_alt(media.alt, known, placement)
    for media in part.companions:
        if media.role == "cover":
            yield from _of_file(facts[media])


def _of_comment(part: Part, placement: str) -> Iterator[_Found]:
    if placement == "story":
        yield "instagram.story_comment", _ERROR, {}
    if part.media:
        yield "instagram.comment_text_only", _ERROR, {}
    if not part.text.strip():
        yield "instagram.comment_empty", _ERROR, {}
    yield from _of_words(part.text)


def _of_text(part: Part, placement: str) -> Iterator[_Found]:
    if placement == "story":
        if part.text.strip():
            yield "instagram.story_text", _ERROR, {"used": len(part.text)}
        else:
            yield "instagram.story_wordless", _NOTICE, {}
        return
    yield from _of_words(part.text)
    found = limits.links(part.text)
    if found:
        yield "instagram.link_not_clickable", _NOTICE, {"link": found[0].rstrip(".,;:!?)")}


def _of_words(text: str) -> Iterator[_Found]:
    used, most = len(text), limits.LIMITS.text
    if used > most:
        yield "instagram.too_long", _ERROR, {"used": used, "limit": most, "over": used - most}
    tags = limits.hashtags(text)
    if tags > limits.HASHTAGS:
        yield "instagram.hashtags", _ERROR, {"count": tags, "limit": limits.HASHTAGS}
    elif tags > limits.HASHTAGS_ADVISED:
        yield "instagram.hashtags_many", _WARNING, {"count": tags, "limit": limits.HASHTAGS_ADVISED}
    named = limits.mentions(text)
    if named > limits.MENTIONS:
        yield "instagram.mentions", _ERROR, {"count": named, "limit": limits.MENTIONS}


def _of_shape(part: Part, placement: str, facts: FactsOf) -> Iterator[_Found]:
    """How many, of which kind, in which placement; and what a carousel does to pictures of several shapes."""
    count, kinds = len(part.media), {facts[media].kind for media in part.media}
    if placement == "story" and count > 1:
        yield "instagram.story_one", _ERROR, {"count": count}
    elif placement == "reel" and (count > 1 or kinds != {"video"}):
        yield "instagram.reel_one_clip", _ERROR, {}
    elif placement == "feed" and count == 1 and kinds == {"video"}:
        yield "instagram.clip_is_reel", _ERROR, {"name": facts[part.media[0]].name}
    elif count > limits.CAROUSEL[1]:
        yield "instagram.too_many", _ERROR, {"count": count, "limit": limits.CAROUSEL[1]}
    elif count > 1:
        first = facts[part.media[0]]
        for media in part.media[1:]:
            other = facts[media]
            if first.ratio and abs(other.ratio / first.ratio - 1) > limits.CROP_SEEN:
                values: dict[str, object] = {
                    "name": other.name,
                    "ratio": round(other.ratio, 2),
                    "first": round(first.ratio, 2),
                    "first_name": first.name,
                }
                yield "instagram.cropped", _WARNING, values


def _of_options(part: Part, placement: str, facts: FactsOf) -> Iterator[_Found]:
    options = part.options
    written = [str(one) for one in options.get("user_tags") or ()]
    if len(written) > limits.USER_TAGS:
        yield "instagram.user_tags", _ERROR, {"count": len(written), "limit": limits.USER_TAGS}
    for one in written:
        tag = tag_of(one)
        if tag is None or tag[0] > len(part.media):
            yield "instagram.user_tag", _ERROR, {"tag": one}
    invited = options.get("collaborators") or ()
    if len(invited) > limits.COLLABORATORS:
        yield "instagram.collaborators", _ERROR, {"count": len(invited), "limit": limits.COLLABORATORS}
    location = options.get("location_id")
    if location and not str(location).isdigit():
        yield "instagram.location", _ERROR, {"location": str(location)}
    for name in ("collaborators", "location_id", "is_ai_generated"):
        if placement == "story" and options.get(name):
            yield "instagram.not_in_story", _ERROR, {"option": name}
    for name in ("thumb_offset", "share_to_feed"):
        if placement != "reel" and options.get(name) is not None:
            yield "instagram.reel_only", _ERROR, {"option": name}
    offset = options.get("thumb_offset")
    seconds = facts[part.media[0]].seconds
    if placement == "reel" and offset is not None and seconds and not 0 <= offset <= seconds * 1000:
        values: dict[str, object] = {"offset": offset, "limit": int(seconds * 1000)}
        yield "instagram.thumb_offset", _ERROR, values


def _of_picture(facts: MediaFacts, placement: str) -> Iterator[_Found]:
    yield from _of_file(facts)
    if facts.width < limits.IMAGE_WIDTH:
        yield "instagram.small", _WARNING, {"name": facts.name, "width": facts.width}
    if placement == "story":
        if abs(facts.ratio / limits.UPRIGHT - 1) > 0.02:
            yield "instagram.not_upright", _NOTICE, {"name": facts.name, **_sides(facts)}
        return
    narrow, wide = limits.IMAGE_RATIO
    if not narrow - limits.RATIO_SLACK <= facts.ratio <= wide + limits.RATIO_SLACK:
        yield "instagram.ratio", _ERROR, {"name": facts.name, "ratio": round(facts.ratio, 2), **_sides(facts)}


def _of_file(facts: MediaFacts) -> Iterator[_Found]:
    """What holds for every picture that Instagram fetches, a reel's cover included."""
    if facts.mime not in limits.IMAGE_TYPES:
        yield "instagram.image_type", _ERROR, {"name": facts.name, "type": facts.mime}
    if facts.size > limits.IMAGE_BYTES:
        values: dict[str, object] = {
            "size": -(-facts.size // 10_000) / 100,
            "limit": limits.IMAGE_BYTES // 10**6,
        }
        yield "instagram.image_size", _ERROR, {"name": facts.name, **values}


def _of_alt(alt: str, facts: MediaFacts, placement: str) -> Iterator[_Found]:
    """Instagram takes alternative text for pictures of the feed alone."""
    if facts.kind == "video" or placement != "feed":
        if alt.strip():
            yield "instagram.alt_unused", _NOTICE, {"name": facts.name}
    elif not alt.strip():
        yield "instagram.alt_missing", _WARNING, {"name": facts.name}
    elif len(alt) > limits.ALT_TEXT:
        values: dict[str, object] = {"used": len(alt), "limit": limits.ALT_TEXT}
        yield "instagram.alt_long", _ERROR, {"name": facts.name, **values}


def _sides(facts: MediaFacts) -> dict[str, object]:
    return {"width": facts.width, "height": facts.height}
