"""What is done to a picture before it goes out: words in a rendition, numbers to who makes it.

Of clips see recipe_clips.py; who asks what becomes of any source asks here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from connectors.contract import Media, MediaFacts
from publisher import recipe_clips
from publisher.recipe_clips import is_encoded, makes_clip, of_clip, of_repack, of_slides

__all__ = [
    "BLUR",
    "PLAIN",
    "Crop",
    "Recipe",
    "after",
    "crop_of",
    "cut_off",
    "is_encoded",
    "makes_clip",
    "of_clip",
    "of_repack",
    "of_slides",
    "read",
    "sources",
]

PLAIN = ("strip",)
"""The source's own pixels; only what it tells of its maker and place is taken out."""

BLUR = "blur"
"""A background made of the picture itself, larger and out of focus."""

Crop = tuple[int, int, int, int]

_STEPS = re.compile(
    r"(?:frame (?P<at>\d+(?:\.\d+)?)\|)?"
    r"crop (?P<crop>\d+,\d+,\d+x\d+)\|"
    r"scale (?P<scale>\d+x\d+)\|"
    r"(?:on (?P<canvas>\d+x\d+) (?P<background>blur|#[0-9a-f]{6})\|)?"
    r"as (?P<mime>image/[a-z]+) (?P<most>\d+)"
)
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a picture is made anew, from its upright source.

    Attributes:
        crop: what is kept of the source: left, top, width, height in pixels.
        scale: width and height that this gets.
        canvas: width and height of the whole, the picture in its middle; None: nothing is around it.
        background: what is around it: `#rrggbb`, or `blur`; empty without a canvas.
        mime: of the result.
        most: bytes that the result may have.
        at: of a clip as the source: the moment that is shown, in seconds.
    """

    crop: tuple[int, int, int, int]
    scale: tuple[int, int]
    canvas: tuple[int, int] | None
    background: str
    mime: str
    most: int
    at: float | None = None

    @property
    def steps(self) -> tuple[str, ...]:
        """As a rendition holds it: what people approve, and what its fingerprint counts."""
        left, top, width, height = self.crop
        around = (f"on {self.canvas[0]}x{self.canvas[1]} {self.background}",) if self.canvas else ()
        return (
            *((f"frame {self.at:.3f}".rstrip("0").rstrip("."),) if self.at is not None else ()),
            f"crop {left},{top},{width}x{height}",
            f"scale {self.scale[0]}x{self.scale[1]}",
            *around,
            f"as {self.mime} {self.most}",
        )

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the result."""
        return self.canvas or self.scale


def sources(media: Media) -> tuple[str, ...]:
    """The sha256 of every file that a picture or clip is made of, in their order."""
    slides = of_slides(media.recipe)
    return tuple(still.source for still in slides.stills) if slides is not None else (media.source,)


def read(steps: tuple[str, ...]) -> Recipe | None:
    """The inverse of `Recipe.steps`; None: the source's own pixels go out, or a clip is made.

    Raises:
        ValueError: a step that does not exist, as of a rendition of a newer version.
    """
    if steps == PLAIN or makes_clip(steps):
        return None
    found = _STEPS.fullmatch("|".join(steps))
    if found is None:
        raise ValueError(f"no such steps: {steps}")
    left, top, width, height = _numbers(found["crop"])
    wide, high = _numbers(found["scale"])
    canvas = tuple(_numbers(found["canvas"])) if found["canvas"] else None
    return Recipe(
        (left, top, width, height),
        (wide, high),
        (canvas[0], canvas[1]) if canvas else None,
        found["background"] or "",
        found["mime"],
        int(found["most"]),
        float(found["at"]) if found["at"] else None,
    )


def crop_of(steps: tuple[str, ...]) -> Crop | None:
    """What is kept of a picture or clip: left, top, width, height in its source; None: all of it."""
    if makes_clip(steps):
        clip = of_clip(steps)
        return clip.crop if clip is not None else None
    made = read(steps)
    return made.crop if made is not None else None


def cut_off(crop: Crop, width: int, height: int) -> dict[str, float]:
    """The share of a source that is cut off at each side; of something that is cut at two, all lies there."""
    left, top, wide, high = crop
    return {
        "left": left / width,
        "right": 1 - (left + wide) / width,
        "top": top / height,
        "bottom": 1 - (top + high) / height,
    }


def after(facts: MediaFacts, steps: tuple[str, ...]) -> MediaFacts:
    """What will be known of a source once the steps are done; `size` is what it may be at most.

    A picture that stays as it is has the facts of its source.
    """
    if makes_clip(steps):
        return recipe_clips.after(facts, steps)
    made = read(steps)
    if made is None:
        return facts
    width, height = made.size
    still = replace(facts, seconds=None, clip=None) if made.at is not None else facts
    return replace(
        still, mime=made.mime, size=made.most, width=width, height=height, frames=1, colours="", clear=False
    )


def _numbers(text: str) -> list[int]:
    return [int(number) for number in _NUMBER.findall(text)]
