"""What X would refuse of clips, moving GIFs, captions and polls; pure, and without any SDK."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract import Media, MediaFacts, Part, Severity
from connectors.twitter import limits

_Found = tuple[str, Severity, dict[str, object]]
_ERROR = Severity.ERROR


def of_gif(facts: MediaFacts) -> Iterator[_Found]:
    """A GIF that moves."""
    if facts.size > limits.GIF_BYTES:
        yield _too_big(facts, limits.GIF_BYTES)
    sides, most = (facts.width, facts.height), limits.GIF_SIDES
    if sides[0] > most[0] or sides[1] > most[1]:
        yield "twitter.sides", _ERROR, {"name": facts.name, **_sides(sides, most)}
    if facts.frames > limits.GIF_FRAMES:
        values: dict[str, object] = {"name": facts.name, "frames": facts.frames, "limit": limits.GIF_FRAMES}
        yield "twitter.gif_frames", _ERROR, values
    pixels = facts.width * facts.height * facts.frames
    if pixels > limits.GIF_PIXELS:
        values = {"name": facts.name, "pixels": pixels // 10**6, "limit": limits.GIF_PIXELS // 10**6}
        yield "twitter.gif_pixels", _ERROR, values


def of_clip(facts: MediaFacts) -> Iterator[_Found]:
    """A clip: container, codecs, length, pace, shape, colours, sound."""
    yield from _of_file(facts)
    clip = facts.clip
    if clip is None:
        return
    wrong: list[tuple[str, object, object]] = []
    if clip.video not in limits.CLIP_CODECS:
        wrong.append(("twitter.clip_codec", clip.video, ", ".join(limits.CLIP_CODECS)))
    if clip.audio and clip.audio not in limits.CLIP_SOUND:
        wrong.append(("twitter.clip_sound", clip.audio, ", ".join(limits.CLIP_SOUND)))
    if clip.audio_channels > limits.CLIP_CHANNELS:
        wrong.append(("twitter.clip_channels", clip.audio_channels, limits.CLIP_CHANNELS))
    if clip.fps > limits.CLIP_FPS:
        wrong.append(("twitter.clip_fps", round(clip.fps, 1), limits.CLIP_FPS))
    if clip.pixels not in limits.CLIP_PIXELS:
        wrong.append(("twitter.clip_pixels", clip.pixels, limits.CLIP_PIXELS[0]))
    for code, found, limit in wrong:
        yield code, _ERROR, {"name": facts.name, "found": found, "limit": limit}
    if clip.interlaced:
        yield "twitter.clip_interlaced", _ERROR, {"name": facts.name}


def _of_file(facts: MediaFacts) -> Iterator[_Found]:
    if facts.mime not in limits.CLIP_TYPES:
        values: dict[str, object] = {
            "name": facts.name,
            "type": facts.mime,
            "allowed": ", ".join(limits.CLIP_TYPES),
        }
        yield "twitter.clip_type", _ERROR, values
    if facts.size > limits.CLIP_BYTES:
        yield _too_big(facts, limits.CLIP_BYTES)
    least, most = limits.CLIP_SECONDS
    if facts.seconds is not None and not least <= facts.seconds <= most:
        values = {"name": facts.name, "seconds": round(facts.seconds, 1), "least": least, "most": most}
        yield "twitter.clip_seconds", _ERROR, values
    sides = (max(facts.width, facts.height), min(facts.width, facts.height))
    if sides[0] > limits.CLIP_MOST[0] or sides[1] > limits.CLIP_MOST[1] or sides[1] < limits.CLIP_LEAST:
        yield (
            "twitter.sides",
            _ERROR,
            {"name": facts.name, **_sides((facts.width, facts.height), limits.CLIP_MOST)},
        )
    narrow, wide = limits.CLIP_RATIO
    if not narrow <= facts.ratio <= wide:
        yield "twitter.clip_ratio", _ERROR, {"name": facts.name, "ratio": round(facts.ratio, 2)}


def of_captions(media: Media, facts: MediaFacts) -> Iterator[_Found]:
    """A track of captions: X names languages by two letters."""
    language = media.language.partition("-")[0]
    if media.role == "captions" and language and (len(language) != 2 or not language.isalpha()):
        yield "twitter.captions_language", _ERROR, {"name": facts.name, "language": media.language}


def of_poll(part: Part) -> Iterator[_Found]:
    """A poll: two to four short answers, words above it, nothing beside it."""
    options = part.options.get("poll")
    if not options:
        if part.options.get("poll_minutes") is not None:
            yield "twitter.poll_missing", _ERROR, {}
        return
    least, most = limits.POLL_OPTIONS
    if not least <= len(options) <= most:
        yield "twitter.poll_count", _ERROR, {"count": len(options), "least": least, "most": most}
    for option in options:
        if len(option) > limits.POLL_CHARACTERS:
            values = {"option": option, "used": len(option), "limit": limits.POLL_CHARACTERS}
            yield "twitter.poll_option", _ERROR, values
    minutes = part.options.get("poll_minutes", limits.POLL_MINUTES)
    shortest, longest = limits.POLL_SPAN
    if not shortest <= minutes <= longest:
        yield "twitter.poll_minutes", _ERROR, {"minutes": minutes, "least": shortest, "most": longest}
    if part.media:
        yield "twitter.poll_with_media", _ERROR, {}
    if not part.text.strip():
        yield "twitter.poll_without_text", _ERROR, {}


def _too_big(facts: MediaFacts, limit: int) -> _Found:
    values = {"name": facts.name, "size": -(-facts.size // 10_000) / 100, "limit": limit // 10**6}
    return "twitter.clip_size", _ERROR, values


def _sides(found: tuple[int, int], most: tuple[int, int]) -> dict[str, object]:
    return {"width": found[0], "height": found[1], "most_width": most[0], "most_height": most[1]}
