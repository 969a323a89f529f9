"""What is done to a picture or a clip before it goes out: words in a rendition, numbers to who makes it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from connectors.contract import ClipFacts, MediaFacts

PLAIN = ("strip",)
"""The source's own pixels; only what it tells of its maker and place is taken out."""

SOUND_RATE, SOUND_BITRATE = 48_000, 128_000
"""Of the sound of a clip that is encoded anew: samples and bits per second."""

BLUR = "blur"
"""A background made of the picture itself, larger and out of focus."""

_STEPS = re.compile(
    r"crop (?P<crop>\d+,\d+,\d+x\d+)\|"
    r"scale (?P<scale>\d+x\d+)\|"
    r"(?:on (?P<canvas>\d+x\d+) (?P<background>blur|#[0-9a-f]{6})\|)?"
    r"as (?P<mime>image/[a-z]+) (?P<most>\d+)"
)
_CLIP = re.compile(
    r"clip (?P<width>\d+)x(?P<height>\d+)\|fps (?P<fps>\d+(?:\.\d+)?)\|as video/mp4 (?P<bitrate>\d+)"
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
    """

    crop: tuple[int, int, int, int]
    scale: tuple[int, int]
    canvas: tuple[int, int] | None
    background: str
    mime: str
    most: int

    @property
    def steps(self) -> tuple[str, ...]:
        """As a rendition holds it: what people approve, and what its fingerprint counts."""
        left, top, width, height = self.crop
        around = (f"on {self.canvas[0]}x{self.canvas[1]} {self.background}",) if self.canvas else ()
        return (
            f"crop {left},{top},{width}x{height}",
            f"scale {self.scale[0]}x{self.scale[1]}",
            *around,
            f"as {self.mime} {self.most}",
        )

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the result."""
        return self.canvas or self.scale


@dataclass(frozen=True, slots=True)
class ClipRecipe:
    """How a clip is encoded anew: H.264 and AAC in an MP4, upright, its index first.

    Attributes:
        size: width and height of the result, even numbers.
        fps: frames per second.
        bitrate: of the picture alone, bits per second on average.
    """

    size: tuple[int, int]
    fps: float
    bitrate: int

    @property
    def steps(self) -> tuple[str, ...]:
        """As a rendition holds it."""
        width, height = self.size
        return (f"clip {width}x{height}", f"fps {self.fps:g}", f"as video/mp4 {self.bitrate}")


def of_clip(steps: tuple[str, ...]) -> ClipRecipe | None:
    """The inverse of `ClipRecipe.steps`; None: these are not the steps of a clip."""
    found = _CLIP.fullmatch("|".join(steps))
    if found is None:
        return None
    size = (int(found["width"]), int(found["height"]))
    return ClipRecipe(size, float(found["fps"]), int(found["bitrate"]))


def read(steps: tuple[str, ...]) -> Recipe | None:
    """The inverse of `Recipe.steps`; None: the source's own pixels go out, or a clip is encoded.

    Raises:
        ValueError: a step that does not exist, as of a rendition of a newer version.
    """
    if steps == PLAIN or of_clip(steps) is not None:
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
    )


def after(facts: MediaFacts, steps: tuple[str, ...]) -> MediaFacts:
    """What will be known of a source once the steps are done; `size` is what it may be at most.

    A picture that stays as it is has the facts of its source.
    """
    clip = of_clip(steps)
    if clip is not None and facts.clip is not None:
        return _after_clip(facts, facts.clip, clip)
    made = read(steps)
    if made is None:
        return facts
    width, height = made.size
    return replace(
        facts, mime=made.mime, size=made.most, width=width, height=height, frames=1, colours="", clear=False
    )


def _after_clip(facts: MediaFacts, was: ClipFacts, made: ClipRecipe) -> MediaFacts:
    sound = SOUND_BITRATE if was.audio else 0
    clip = ClipFacts(
        container="mp4",
        video="h264",
        audio="aac" if was.audio else "",
        fps=made.fps,
        bitrate=made.bitrate + sound,
        audio_channels=min(was.audio_channels, 2),
        audio_rate=SOUND_RATE if was.audio else 0,
    )
    size = round((made.bitrate + sound) * (facts.seconds or 0) / 8)
    width, height = made.size
    return replace(facts, mime="video/mp4", size=size, width=width, height=height, clip=clip)


def _numbers(text: str) -> list[int]:
    return [int(number) for number in _NUMBER.findall(text)]
