"""Encodes a slideshow: pictures that stand still one after another become a clip with a silent sound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publisher.media import decoding, encoding, inspect
from publisher.media.progress import still_at_it
from publisher.recipe_clips import SLIDES_FPS, SOUND_RATE

if TYPE_CHECKING:
    from PIL.Image import Image

    from publisher.recipe_clips import SlidesRecipe

_QUALITY = 19
"""Of H.264: letters on a card keep their edges."""


def make(stills: Sequence[Path], target: Path, recipe: SlidesRecipe, name: str) -> None:
    """Write the clip; equal pictures and an equal recipe give a clip that looks equal.

    The frames are the same to the bit, what x264 makes of them was not always: the store keeps the file
    that it made once, and that is what is sent.

    Args:
        stills: pictures made by the steps of the recipe's stills, in their order.
        name: as staff know it, for messages.

    Raises:
        MediaError: a picture cannot be decoded.
        OSError: the target cannot be written.
    """
    with encoding.written(target, "media.damaged", name) as made:
        rate = Fraction(SLIDES_FPS).limit_denominator()
        video = encoding.pictures(made, recipe.size, rate, recipe.most, _QUALITY)
        video.codec_context.colorspace = video.codec_context.color_primaries = encoding.BT709
        video.codec_context.color_trc = encoding.BT709
        track = encoding.sound(made, "stereo")
        for number, frame in enumerate(_frames(stills, recipe, name)):
            frame.pts, frame.time_base = number, 1 / rate
            made.mux(video.encode(frame))
            still_at_it((number + 1) / SLIDES_FPS, recipe.seconds * len(stills))
        made.mux(video.encode(None))
        encoding.silence(made, track, round(recipe.seconds * len(stills) * SOUND_RATE))


def _frames(stills: Sequence[Path], recipe: SlidesRecipe, name: str) -> Iterator[Any]:
    """Each still for its time; at its end the next shows through more and more."""
    every = round(recipe.seconds * SLIDES_FPS)
    fading = round(recipe.fade * SLIDES_FPS)
    shown = _opened(stills[0], recipe.size, name)
    for place in range(len(stills)):
        following = _opened(stills[place + 1], recipe.size, name) if place + 1 < len(stills) else None
        alone = every - fading if following is not None else every
        standing = _frame(shown)
        for _ in range(alone):
            yield standing
        if following is not None:
            from PIL import Image

            for step in range(1, fading + 1):
                yield _frame(Image.blend(shown, following, step / (fading + 1)))
            shown = following


def _frame(image: Image) -> Any:
    """In the colours that players expect of a clip of this size."""
    import av

    frames: Any = av.VideoFrame
    frame = frames.from_image(image)
    return frame.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")


def _opened(path: Path, size: tuple[int, int], name: str) -> Image:
    """A picture as large as the clip; one of another shape stands in the middle of black."""
    from PIL import ImageOps

    with decoding.loaded(inspect.read(path, name), name) as image:
        whole = image.convert("RGB")
        return whole if whole.size == size else ImageOps.pad(whole, size)
