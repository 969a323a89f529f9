"""Makes clips fit a platform: which go out as they are, which are packed or encoded anew; pure.

A clip that the platform takes keeps its own frames; so does one of which only the container or the sound is
wrong. What cannot be mended by encoding, such as one that is too long, is left to `check`.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil, floor

from connectors.contract import ClipFacts, ClipRules, MediaFacts
from publisher.recipe import PLAIN
from publisher.recipe_clips import SOUND_BITRATE, SOUND_RATE, ClipRecipe, RepackRecipe
from publisher.render.fitting import Wish, around, clamped

BITS_PER_PIXEL = 0.1
"""Ours: bits for each pixel of each frame, about what telephones spend on H.264."""
LEAST_BITRATE, MOST_BITRATE = 500_000, 12_000_000
ROOM_LEFT = 0.9
"""Of a bound for size or bit rate: the encoder keeps to its rate on average only."""
PLAIN_FPS = 30.0
"""What a clip gets whose own pace is not told, or is slower than the platform takes."""
_SLACK = 0.1
_IN_MP4 = ("h264", "hevc", "av1", "vp9")
"""Codecs whose frames can stand in an MP4 as they are."""
_PAD = Wish()


def fitted_clip(
    facts: MediaFacts, rules: ClipRules, wish: Wish = _PAD, focus: tuple[float, float] | None = None
) -> tuple[str, ...]:
    """The steps for one clip.

    Args:
        wish: what becomes of a shape that the platform does not take.
        focus: where the eye should rest, across and down from 0 to 1: given, the clip is cut to shape
            around it; None: nobody said.
    """
    clip = facts.clip
    if wish.enlarge is not None:
        rules = replace(rules, grow=wish.enlarge)
    if clip is None or not facts.seconds or not facts.ratio:
        return PLAIN
    wanted = clamped(facts.ratio, rules.ratio)
    misshapen = wanted != facts.ratio
    repacked = _must_be_repacked(facts, clip, rules)
    # Packed anew a trimmed clip would show again what was cut off behind its end.
    if misshapen or _must_be_encoded(facts, clip, rules) or (repacked and clip.edit_lists):
        shape = rules.shape or wanted
        return _encoded(facts, clip, rules, wish, focus, shape if misshapen else None).steps
    if repacked:
        return RepackRecipe("kept" if _sound_fits(clip, rules) else "aac").steps
    return PLAIN


def _must_be_encoded(facts: MediaFacts, clip: ClipFacts, rules: ClipRules) -> bool:
    """Whether the platform would refuse its pictures as they are, for something that encoding can mend."""
    slow, fast = rules.fps
    size = facts.width, facts.height
    return (
        bool(rules.video and clip.video not in rules.video)
        or (facts.mime not in rules.types and clip.video not in _IN_MP4)
        or bool(rules.pixels and clip.pixels not in rules.pixels)
        or bool(clip.fps and not slow - _SLACK <= clip.fps <= fast + _SLACK)
        or clip.bitrate > rules.bitrate
        or facts.size > rules.size
        or _factor(size, rules) != 1
        or (rules.progressive and clip.interlaced)
        or (rules.whole and clip.edit_lists)
    )


def _must_be_repacked(facts: MediaFacts, clip: ClipFacts, rules: ClipRules) -> bool:
    """Whether the platform would refuse what is around its pictures."""
    wrong_sound = bool(rules.sound and clip.audio and clip.audio not in rules.sound)
    too_much = clip.audio_channels > rules.channels or clip.audio_rate > rules.rate
    return facts.mime not in rules.types or wrong_sound or too_much or (rules.indexed and not clip.moov_first)


def _sound_fits(clip: ClipFacts, rules: ClipRules) -> bool:
    """Whether its sound can stay as it is in an MP4."""
    taken = not rules.sound or clip.audio in rules.sound
    small = clip.audio_channels <= rules.channels and clip.audio_rate <= min(rules.rate, 2 * SOUND_RATE)
    return not clip.audio or (clip.audio == "aac" and taken and small)


def _encoded(
    facts: MediaFacts,
    clip: ClipFacts,
    rules: ClipRules,
    wish: Wish,
    focus: tuple[float, float] | None,
    ratio: float | None,
) -> ClipRecipe:
    """How it is encoded.

    Args:
        ratio: the shape it gets; None: it keeps its own.
    """
    whole = facts.width, facts.height
    crop = canvas = None
    background = ""
    size = _narrowed(within(whole, rules), rules)
    if ratio is not None and (focus is not None or wish.fit == "crop"):
        crop = around(*whole, ratio, focus or (0.5, 0.5))
        size = _narrowed(within((crop[2], crop[3]), rules), rules)
    elif ratio is not None:
        canvas = _canvas(whole, ratio, rules)
        factor = min(canvas[0] / whole[0], canvas[1] / whole[1])
        size = _even(whole[0] * factor), _even(whole[1] * factor)
        background = wish.background
    fps, (width, height) = _pace(clip, rules), canvas or size
    bitrate = _bitrate(facts, clip, rules, width * height * fps)
    return ClipRecipe(size, fps, bitrate, crop, canvas, background)


def _canvas(size: tuple[int, int], ratio: float, rules: ClipRules) -> tuple[int, int]:
    """The smallest of a shape that holds all of it, and that the platform takes."""
    width, height = max(size[0], size[1] * ratio), max(size[1], size[0] / ratio)
    longest, shortest = (min(sides) for sides in zip(rules.sides, rules.canvas, strict=True))
    bounds = replace(rules, sides=(longest, shortest))
    if _factor((width, height), bounds) >= 1:
        width, height = _even_up(width), _even_up(height)
    return _narrowed(within((width, height), bounds), rules)


def _narrowed(size: tuple[int, int], rules: ClipRules) -> tuple[int, int]:
    """Even numbers cannot hit a shape exactly: they stay on the side that is taken."""
    width, height = size
    least, most = rules.ratio
    if most and width > height * most:
        width = _even(height * most)
    if height * least > width:
        height = _even(width / least)
    return width, height


def within(size: tuple[float, float], rules: ClipRules) -> tuple[int, int]:
    """The largest of a shape that the platform takes: even numbers, as 4:2:0 needs them."""
    factor = _factor(size, rules)
    if factor > 1:
        return _even_up(size[0] * factor), _even_up(size[1] * factor)
    return _even(size[0] * factor), _even(size[1] * factor)


def _factor(size: tuple[float, float], rules: ClipRules) -> float:
    """How much smaller it is made; or larger, where the platform refuses small ones and it is not far."""
    longest, shortest = rules.sides
    most = min(longest / max(size), shortest / min(size), rules.width / size[0])
    least = max(rules.least[0] / min(size), rules.least[1] / max(size))
    return least if 1 < least <= min(rules.grow, most) else min(1.0, most)


def _even(length: float) -> int:
    return max(2, 2 * floor(length / 2 + 1e-6))


def _even_up(length: float) -> int:
    return 2 * ceil(length / 2 - 1e-6)


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
