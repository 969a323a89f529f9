"""Makes clips fit a platform: which go out as they are, and how the others are encoded anew; pure.

A clip that the platform takes keeps its own frames. What cannot be mended by encoding (too long, of a shape
that is not taken, colours of more than 8 bits) is left as it is, and `check` says what is wrong with it.
"""

from __future__ import annotations

from math import floor

from connectors.contract import ClipFacts, ClipRules, MediaFacts
from publisher.recipe import PLAIN, SOUND_BITRATE, ClipRecipe

BITS_PER_PIXEL = 0.1
"""Ours: bits for each pixel of each frame, about what telephones spend on H.264."""
LEAST_BITRATE, MOST_BITRATE = 500_000, 12_000_000
ROOM_LEFT = 0.9
"""Of a bound for size or bit rate: the encoder keeps to its rate on average only."""
PLAIN_FPS = 30.0
"""What a clip gets whose own pace is not told, or is slower than the platform takes."""
_SLACK = 0.1
_DEEP = ("10", "12", "14", "16")


def fitted_clip(facts: MediaFacts, rules: ClipRules) -> tuple[str, ...]:
    """The steps for one clip."""
    clip = facts.clip
    if clip is None or not facts.seconds or not facts.ratio or not _must_be_made(facts, clip, rules):
        return PLAIN
    if any(depth in clip.pixels for depth in _DEEP):
        return PLAIN
    width, height = within((facts.width, facts.height), rules)
    fps = _pace(clip, rules)
    return ClipRecipe((width, height), fps, _bitrate(facts, clip, rules, width * height * fps)).steps


def _must_be_made(facts: MediaFacts, clip: ClipFacts, rules: ClipRules) -> bool:
    """Whether the platform would refuse it as it is, for something that encoding can mend."""
    slow, fast = rules.fps
    return (
        facts.mime not in rules.types
        or clip.video not in rules.video
        or bool(rules.pixels and clip.pixels not in rules.pixels)
        or bool(rules.sound and clip.audio and clip.audio not in rules.sound)
        or clip.audio_channels > rules.channels
        or clip.audio_rate > rules.rate
        or bool(clip.fps and not slow - _SLACK <= clip.fps <= fast + _SLACK)
        or clip.bitrate > rules.bitrate
        or facts.size > rules.size
        or _factor((facts.width, facts.height), rules) < 1
        or (rules.progressive and clip.interlaced)
        or (rules.whole and clip.edit_lists)
        or (rules.indexed and not clip.moov_first)
    )


def within(size: tuple[int, int], rules: ClipRules) -> tuple[int, int]:
    """The largest of a shape that the platform takes: even numbers, as 4:2:0 needs them."""
    factor = _factor(size, rules)
    return _even(size[0] * factor), _even(size[1] * factor)


def _factor(size: tuple[int, int], rules: ClipRules) -> float:
    longest, shortest = rules.sides
    return min(1.0, longest / max(size), shortest / min(size), rules.width / size[0])


def _even(length: float) -> int:
    return max(2, 2 * floor(length / 2 + 1e-6))


def _pace(clip: ClipFacts, rules: ClipRules) -> float:
    slow, fast = rules.fps
    wanted = clip.fps if clip.fps >= max(slow - _SLACK, 1.0) else PLAIN_FPS
    return round(min(wanted, fast), 3)


def _bitrate(facts: MediaFacts, clip: ClipFacts, rules: ClipRules, pixels: float) -> int:
    """Of the picture, in bits per second: never more than the source has, and within the bounds."""
    rate = min(max(pixels * BITS_PER_PIXEL, LEAST_BITRATE), MOST_BITRATE, rules.bitrate * ROOM_LEFT)
    if clip.bitrate and clip.video == "h264":
        rate = min(rate, max(clip.bitrate, LEAST_BITRATE))
    by_size = rules.size * 8 / max(facts.seconds or 1.0, 1.0) * ROOM_LEFT - SOUND_BITRATE
    return max(50_000, round(min(rate, by_size)))
