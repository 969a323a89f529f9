"""What is done to a clip, or to pictures that become one: words in a rendition, numbers to who makes it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from connectors.contract import ClipFacts, MediaFacts

SOUND_RATE, SOUND_BITRATE = 48_000, 128_000
"""Of sound that is encoded anew: samples and bits per second."""
SLIDES_FPS = 30.0
"""Of a slideshow: every platform takes it."""

_CLIP = re.compile(
    r"(?:crop (?P<crop>\d+,\d+,\d+x\d+)\|)?"
    r"clip (?P<size>\d+x\d+)\|"
    r"(?:on (?P<canvas>\d+x\d+) (?P<background>blur|#[0-9a-f]{6})\|)?"
    r"fps (?P<fps>\d+(?:\.\d+)?)\|as video/mp4 (?P<bitrate>\d+)"
)
_REMUX = re.compile(r"repack\|sound (?P<sound>kept|aac)\|as video/mp4")
_SLIDES = re.compile(
    r"slides (?P<size>\d+x\d+)\|each (?P<seconds>\d+(?:\.\d+)?) fade (?P<fade>\d+(?:\.\d+)?)\|"
    r"(?P<stills>still .+)\|as video/mp4 (?P<most>\d+)"
)
_STILL = re.compile(r"still (?P<source>[0-9a-f]{64})\|(?P<steps>(?:(?!still )[^|]+\|?)+)")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class ClipRecipe:
    """How a clip is encoded anew: H.264 and AAC in an MP4, upright, in the colours of any screen.

    Attributes:
        size: width and height that what is kept of it gets, even numbers.
        fps: frames per second, every one as long as the other.
        bitrate: of the picture alone, bits per second on average.
        crop: what is kept of the upright source: left, top, width, height in pixels; None: all of it.
        canvas: width and height of the whole, the clip in its middle; None: nothing is around it.
        background: what is around it: `#rrggbb`, or `blur`; empty without a canvas.
    """

    size: tuple[int, int]
    fps: float
    bitrate: int
    crop: tuple[int, int, int, int] | None = None
    canvas: tuple[int, int] | None = None
    background: str = ""

    @property
    def whole(self) -> tuple[int, int]:
        """Width and height of the result."""
        return self.canvas or self.size

    @property
    def steps(self) -> tuple[str, ...]:
        """As a rendition holds it."""
        kept = ("crop {},{},{}x{}".format(*self.crop),) if self.crop else ()
        around = ("on {}x{} {}".format(*self.canvas, self.background),) if self.canvas else ()
        clip = "clip {}x{}".format(*self.size)
        return (*kept, clip, *around, f"fps {self.fps:g}", f"as video/mp4 {self.bitrate}")


@dataclass(frozen=True, slots=True)
class RepackRecipe:
    """How a clip gets into an MP4 with its index first: every frame as it is.

    Attributes:
        sound: `kept` as it is, or made `aac`.
    """

    sound: str = "kept"

    @property
    def steps(self) -> tuple[str, ...]:
        """As a rendition holds it."""
        return ("repack", f"sound {self.sound}", "as video/mp4")


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


def of_clip(steps: tuple[str, ...]) -> ClipRecipe | None:
    """The inverse of `ClipRecipe.steps`; None: these are not the steps of a clip that is encoded."""
    found = _CLIP.fullmatch("|".join(steps))
    if found is None:
        return None
    crop = _numbers(found["crop"]) if found["crop"] else None
    return ClipRecipe(
        _pair(found["size"]),
        float(found["fps"]),
        int(found["bitrate"]),
        (crop[0], crop[1], crop[2], crop[3]) if crop else None,
        _pair(found["canvas"]) if found["canvas"] else None,
        found["background"] or "",
    )


def of_repack(steps: tuple[str, ...]) -> RepackRecipe | None:
    """The inverse of `RepackRecipe.steps`; None: these are not the steps of a clip that keeps its frames."""
    found = _REMUX.fullmatch("|".join(steps))
    return RepackRecipe(found["sound"]) if found else None


def of_slides(steps: tuple[str, ...]) -> SlidesRecipe | None:
    """The inverse of `SlidesRecipe.steps`; None: these are not the steps of a slideshow."""
    found = _SLIDES.fullmatch("|".join(steps))
    if found is None:
        return None
    stills = tuple(
        Still(one["source"], tuple(one["steps"].rstrip("|").split("|")))
        for one in _STILL.finditer(found["stills"])
    )
    seconds, fade = float(found["seconds"]), float(found["fade"])
    return SlidesRecipe(stills, _pair(found["size"]), seconds, fade, int(found["most"]))


def is_encoded(steps: tuple[str, ...]) -> bool:
    """Whether pictures of a clip are encoded, which may take minutes."""
    return of_clip(steps) is not None or of_slides(steps) is not None


def makes_clip(steps: tuple[str, ...]) -> bool:
    """Whether a clip is what the steps make, of whatever source."""
    return is_encoded(steps) or of_repack(steps) is not None


def after(facts: MediaFacts, steps: tuple[str, ...]) -> MediaFacts:
    """What will be known of a clip once the steps are done; the same if they are none of a clip."""
    clip, repack, slides = of_clip(steps), of_repack(steps), of_slides(steps)
    if slides is not None:
        return _after_slides(facts, slides)
    if facts.clip is not None and clip is not None:
        return _after_encoding(facts, facts.clip, clip)
    if facts.clip is not None and repack is not None:
        return _after_repacking(facts, facts.clip, repack)
    return facts


def _after_encoding(facts: MediaFacts, was: ClipFacts, made: ClipRecipe) -> MediaFacts:
    bitrate = made.bitrate + SOUND_BITRATE
    channels = min(was.audio_channels, 2) if was.audio else 2
    clip = ClipFacts("mp4", "h264", "aac", made.fps, bitrate, audio_channels=channels, audio_rate=SOUND_RATE)
    size = round(bitrate * (facts.seconds or 0) / 8)
    width, height = made.whole
    return replace(facts, mime="video/mp4", size=size, width=width, height=height, clip=clip)


def _after_repacking(facts: MediaFacts, was: ClipFacts, made: RepackRecipe) -> MediaFacts:
    clip = replace(was, container="mp4", moov_first=True)
    size = facts.size
    if made.sound == "aac":
        channels = min(was.audio_channels, 2)
        clip = replace(clip, audio="aac", audio_channels=channels, audio_rate=SOUND_RATE)
        size += round(SOUND_BITRATE * (facts.seconds or 0) / 8)
    return replace(facts, mime="video/mp4", size=size, clip=clip)


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


def _pair(text: str) -> tuple[int, int]:
    width, height = _numbers(text)
    return width, height


def _numbers(text: str) -> list[int]:
    return [int(number) for number in _NUMBER.findall(text)]
