"""Makes pictures fit a platform: which go out as they are, and how the others are made anew; pure.

A picture that the platform takes keeps its own pixels. One that must be made anew because of its kind,
size, colours or shape gets the size that is of most use there, and is encoded once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, inf

from connectors.contract import MediaFacts, PictureRules
from publisher.recipe import BLUR, PLAIN, Recipe

LOSSLESS_BYTES = 2.5
"""Bytes per pixel that a picture without loss takes at most, as photographs do."""
LOSSLESS = ("image/png",)
KEPT = ("image/jpeg", "image/png", "image/webp", "image/gif")
"""Kinds that may go out as they are: what they tell of their maker comes out without touching a pixel."""
_STILL, _STILL_BYTES = "image/jpeg", 8_000_000
"""What a still of a slideshow is before it is encoded."""
_MIDDLE = (0.5, 0.5)
_SAME = 0.01
"""Ours: shapes that differ by less are the same; whole pixels cannot hit a ratio exactly. A shape that is
beyond a platform's bounds by less loses these few pixels, whatever is done to others: nobody misses them."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the office wants done to pictures of a shape or size that a platform does not take.

    Attributes:
        fit: `pad` (all of it, something around it), `crop` (cut to shape), `refuse` (nothing is done).
        background: of `pad`: `blur` or `#rrggbb`.
        enlarge: how many times larger a picture may be made at most; None: as the platform's rules say,
            and as large as the frame in a slideshow.
    """

    fit: str = "pad"
    background: str = BLUR
    enlarge: float | None = None


def fitted(
    facts: Sequence[MediaFacts],
    focuses: Sequence[tuple[float, float] | None],
    rules: PictureRules,
    wish: Wish,
) -> list[tuple[str, ...]]:
    """The steps for each picture of one part, in the same order.

    Args:
        facts: of the sources; clips and captions among them are left alone.
        focuses: where the eye should rest, across and down from 0 to 1: given, the picture is cut to
            shape around it; None: nobody said.
    """
    if wish.enlarge is not None:
        rules = replace(rules, grow=wish.enlarge)
    shape = _common(facts, rules) if rules.alike else None
    return [_steps(one, focus, rules, wish, shape) for one, focus in zip(facts, focuses, strict=True)]


def _common(facts: Sequence[MediaFacts], rules: PictureRules) -> float | None:
    """The one shape that the platform gives all pictures of a part: that of the first."""
    if len(facts) < 2 or not facts[0].ratio:
        return None
    return clamped(facts[0].ratio, rules.ratio)


def _steps(
    facts: MediaFacts,
    focus: tuple[float, float] | None,
    rules: PictureRules,
    wish: Wish,
    shape: float | None,
) -> tuple[str, ...]:
    moves = facts.frames > 1 and facts.mime in rules.moving
    if moves or not facts.mime.startswith("image/") or not facts.ratio:
        return PLAIN
    wanted = shape if shape is not None else clamped(facts.ratio, rules.ratio)
    misshapen = abs(wanted / facts.ratio - 1) > _SAME
    if not misshapen and not _inside((facts.width, facts.height), rules.ratio):
        return _recipe(facts, focus or _MIDDLE, rules, wish, wanted).steps
    if misshapen and wish.fit == "refuse" and focus is None:
        return PLAIN
    if not misshapen and not _must_be_made(facts, rules):
        return PLAIN
    return _recipe(facts, focus, rules, wish, wanted if misshapen else None).steps


def _must_be_made(facts: MediaFacts, rules: PictureRules) -> bool:
    """Whether the platform would refuse it, or show other colours, although its shape is right."""
    return (
        facts.mime not in rules.types
        or facts.mime not in KEPT
        or facts.frames > 1
        or facts.size > rules.size
        or (facts.mime in LOSSLESS and facts.size > rules.lossless)
        or bool(facts.colours)
        or (rules.strict and _shrink(facts.width, facts.height, rules.sides) < 1)
    )


def _recipe(
    facts: MediaFacts,
    focus: tuple[float, float] | None,
    rules: PictureRules,
    wish: Wish,
    ratio: float | None,
) -> Recipe:
    """How it is made anew.

    Args:
        ratio: the shape it gets; None: it keeps its own.
    """
    width, height = facts.width, facts.height
    crop, canvas = (0, 0, width, height), None
    if ratio is not None and (focus is not None or wish.fit == "crop"):
        crop = around(width, height, ratio, focus or _MIDDLE)
        whole = (crop[2], crop[3])
    elif ratio is not None:
        whole = _holding(width, height, ratio)
    else:
        whole = (width, height)
    factor = _factor(whole, rules)
    scale = _scaled((crop[2], crop[3]), factor)
    if ratio is not None and focus is None and wish.fit != "crop":
        canvas = _canvas(scale, ratio)
    else:
        scale = _trimmed(scale, rules.ratio)
    background = wish.background if canvas else ""
    return Recipe(crop, scale, canvas, background, _mime(facts, rules, canvas or scale), rules.size)


def filling(
    facts: MediaFacts, focus: tuple[float, float] | None, size: tuple[int, int], wish: Wish
) -> Recipe:
    """How a picture fills a frame of a size, as a still of a slideshow does.

    Something is around it also when it is cut, if it may not be made as large as the frame.
    """
    width, height = facts.width, facts.height
    crop, cut = (0, 0, width, height), focus is not None or wish.fit == "crop"
    if cut:
        crop = around(width, height, size[0] / size[1], focus or _MIDDLE)
    factor = min(size[0] / crop[2], size[1] / crop[3])
    bound = factor if wish.enlarge is None else wish.enlarge
    wide, high = _scaled((crop[2], crop[3]), min(factor, bound))
    scale = size if cut and factor <= bound else (min(size[0], wide), min(size[1], high))
    canvas = size if scale != size else None
    background = wish.background if canvas else ""
    return Recipe(crop, scale, canvas, background, _STILL, _STILL_BYTES)


def around(width: int, height: int, ratio: float, focus: tuple[float, float]) -> tuple[int, int, int, int]:
    """The largest piece of a shape, with the focus as near to its middle as the edges allow."""
    wide = min(width, max(1, round(height * ratio)))
    high = min(height, max(1, round(width / ratio)))
    left = min(max(round(focus[0] * width - wide / 2), 0), width - wide)
    top = min(max(round(focus[1] * height - high / 2), 0), height - high)
    return left, top, wide, high


def _holding(width: int, height: int, ratio: float) -> tuple[int, int]:
    """The smallest canvas of a shape that holds all of it."""
    return max(width, ceil(height * ratio)), max(height, ceil(width / ratio))


def _canvas(scale: tuple[int, int], ratio: float) -> tuple[int, int]:
    """The canvas of a shape around a scaled picture that has another one."""
    width, height = scale
    if width / height > ratio:
        return width, max(height, ceil(width / ratio))
    return max(width, ceil(height * ratio)), height


def _factor(whole: tuple[int, int], rules: PictureRules) -> float:
    """How much smaller it is made, or a little larger where the platform asks for a least width."""
    factor = _shrink(*whole, rules.sides)
    if rules.strict and factor < 1:
        return factor  # what is larger is refused, what is narrow is only shown badly
    least = rules.width / whole[0]
    if factor < least <= rules.grow or 1 < least <= rules.grow:
        return least
    return factor


def _shrink(width: int, height: int, sides: tuple[float, float]) -> float:
    """By what it must be multiplied to keep within the longer and the shorter side; at most 1."""
    longest, shortest = sides
    return min(1.0, longest / max(width, height), shortest / min(width, height))


def _scaled(size: tuple[int, int], factor: float) -> tuple[int, int]:
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))


def _mime(facts: MediaFacts, rules: PictureRules, size: tuple[int, int]) -> str:
    """Drawings stay without loss where the platform takes that and it is small enough."""
    drawn = facts.mime in LOSSLESS and facts.mime in rules.types
    most = min(rules.size, rules.lossless)
    return facts.mime if drawn and size[0] * size[1] * LOSSLESS_BYTES <= most else rules.types[0]


def _trimmed(size: tuple[int, int], bounds: tuple[float, float]) -> tuple[int, int]:
    """A pixel or two less where rounding went beyond the least or the most shape: platforms count exactly."""
    width, height = size
    least, most = bounds
    while most and width / height > most and width > 1:
        width -= 1
    while width / height < least and height > 1:
        height -= 1
    return width, height


def _inside(size: tuple[int, int], bounds: tuple[float, float]) -> bool:
    return _trimmed(size, bounds) == size


def clamped(ratio: float, bounds: tuple[float, float]) -> float:
    """The nearest shape within the least and the most; a most of 0 is none."""
    least, most = bounds
    return min(max(ratio, least), most if most else inf)
