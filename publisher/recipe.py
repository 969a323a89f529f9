"""What is done to a picture or a clip before it goes out: words in a rendition, numbers to who makes it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from connectors.contract import ClipFacts, Media, MediaFacts

PLAIN = ("strip",)
"""The source's own pixels; only what it tells of its maker and place is taken out."""

SOUND_RATE, SOUND_BITRATE = 48_000, 128_000
"""Of the sound of a clip that is encoded anew: samples and bits per second."""

SLIDES_FPS = 30.0
"""Of a slideshow: every platform takes it."""

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
_SLIDES = re.compile(
    r"slides (?P<width>\d+)x(?P<height>\d+)\|each (?P<seconds>\d+(?:\.\d+)?) fade (?P<fade>\d+(?:\.\d+)?)\|"
    r"(?P<stills>still .+)\|as video/mp4 (?P<most>\d+)"
)
_STILL = re.compile(r"still (?P<source>[0-9a-f]{64})\|(?P<steps>(?:(?!still )[^|]+\|?)+)")
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


@dataclass(frozen=True, slots=True)
class Still:
    """A picture of a slideshow: the sha256 (hex) of its source, and the steps that make it fill the frame."""

    source: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SlidesRecipe:
    """How a clip is made of pictures that stand still one after another, without a sound.

    Attributes:
        stills: in their order; the first is the source of the whole.
        size: width and height of the clip, even numbers.
        seconds: that each still is there, whole numbers of frames.
        fade: seconds of these in which it gives way to the next.
        most: of the picture, bits per second at most.
    """

    stills: tuple[Still, ...]
    size: tuple[int, int]
    seconds: float
    fade: float
    most: int

    @property
    def steps(self) -> tuple[str, ...]:
        """As a rendition holds it."""
        width, height = self.size
        stills = (step for still in self.stills for step in (f"still {still.source}", *still.steps))
        return (
            f"slides {width}x{height}",
            f"each {self.seconds:g} fade {self.fade:g}",
            *stills,
            f"as video/mp4 {self.most}",
        )


def of_slides(steps: tuple[str, ...]) -> SlidesRecipe | None:
    """The inverse of `SlidesRecipe.steps`; None: these are not the steps of a slideshow."""
    found = _SLIDES.fullmatch("|".join(steps))
    if found is None:
        return None
    stills = tuple(
        Still(one["source"], tuple(one["steps"].rstrip("|").split("|")))
        for one in _STILL.finditer(found["stills"])
    )
    size = (int(found["width"]), int(found["height"]))
    return SlidesRecipe(stills, size, float(found["seconds"]), float(found["fade"]), int(found["most"]))


def is_encoded(steps: tuple[str, ...]) -> bool:
    """Whether a clip is encoded, which may take minutes."""
    return of_clip(steps) is not None or of_slides(steps) is not None


def sources(media: Media) -> tuple[str, ...]:
    """The sha256 of every file that a picture or clip is made of, in their order."""
    slides = of_slides(media.recipe)
    return tuple(still.source for still in slides.stills) if slides is not None else (media.source,)


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
    if steps == PLAIN or is_encoded(steps):
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
    slides = of_slides(steps)
    if slides is not None:
        return _after_slides(facts, slides)
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


def _after_slides(facts: MediaFacts, made: SlidesRecipe) -> MediaFacts:
    seconds, width, height = made.seconds * len(made.stills), *made.size
    bitrate = made.most + SOUND_BITRATE
    return MediaFacts(
        "video/mp4",
        round(bitrate * seconds / 8),
        width,
        height,
        frames=round(seconds * SLIDES_FPS),
        seconds=seconds,
        name=facts.name,
        clip=ClipFacts("mp4", "h264", "aac", SLIDES_FPS, bitrate, audio_channels=2, audio_rate=SOUND_RATE),
    )


def _numbers(text: str) -> list[int]:
    return [int(number) for number in _NUMBER.findall(text)]
