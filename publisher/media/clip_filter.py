"""Frames as they were stored → frames as they are to be shown: upright, of one size, pace and colours."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from publisher.recipe import BLUR

if TYPE_CHECKING:
    from publisher.recipe_clips import ClipRecipe

# How a frame is turned that is to be shown turned: by degrees against the clock (av_display_rotation_get).
_TURNS = {90: ("transpose=cclock",), 180: ("hflip", "vflip"), 270: ("transpose=clock",)}
HDR = {16: "pq", 18: "hlg"}
"""Transfer functions of high dynamic range, by their numbers in ISO/IEC 23091-2."""
_TO_SDR = ":out_color_matrix=bt709:out_primaries=bt709:out_transfer=bt709:out_range=tv:intent=perceptual"
"""What is brighter than a plain screen can show is brought down smoothly instead of cut off."""
_BLURRED_SIDE = 96
"""Pixels of the longer side at which a background is blurred: nothing is left to recognise."""
_DARKER = 0.82
"""So that the clip stands out from the background that is made of it."""


class Fitter:
    """One clip on its way through libavfilter.

    Args:
        stream: the source's.
        rate: frames per second that come out.
    """

    def __init__(self, stream: Any, recipe: ClipRecipe, rate: Fraction) -> None:
        self._stream = stream
        self._recipe = recipe
        self._rate = rate
        self._graph: Any = None

    def take(self, frame: Any) -> Iterator[Any]:
        """The frames that can be given out once this one is known."""
        if self._graph is None:
            self._graph = self._built(frame)
        self._graph.push(frame)
        yield from self._ready()

    def end(self) -> Iterator[Any]:
        """The last ones."""
        if self._graph is not None:
            self._graph.push(None)
            yield from self._ready()

    def _ready(self) -> Iterator[Any]:
        import av

        while True:
            try:
                frame = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            frame.pict_type = 0  # the encoder decides what it becomes
            yield frame

    def _built(self, frame: Any) -> Any:
        import av

        graph = av.filter.Graph()
        first = graph.add_buffer(template=self._stream, time_base=self._stream.time_base)
        last = _chained(graph, first, [*self._upright(frame), *self._scaled(frame)])
        last = self._placed(graph, last)
        pace = f"fps={self._rate.numerator}/{self._rate.denominator}"
        _chained(graph, last, ["setsar=1", pace, "format=yuv420p", "buffersink"])
        graph.configure()
        return graph

    def _upright(self, frame: Any) -> Iterator[str]:
        """Whole pictures as they are seen, and of these what is kept."""
        if frame.interlaced_frame:
            yield "yadif"
        if self._recipe.crop is not None and (self._stream.sample_aspect_ratio or 1) != 1:
            yield "scale=iw*sar:ih"
        yield from _TURNS.get(round(frame.rotation) % 360, ())
        if self._recipe.crop is not None:
            left, top, width, height = self._recipe.crop
            yield f"crop={width}:{height}:{left}:{top}:exact=1"

    def _scaled(self, frame: Any) -> Iterator[str]:
        width, height = self._recipe.size
        yield f"scale={width}:{height}:flags=bicubic{_TO_SDR if frame.color_trc in HDR else ''}"
        yield "format=yuv420p"

    def _placed(self, graph: Any, clip: Any) -> Any:
        """The clip in the middle of its canvas."""
        if self._recipe.canvas is None:
            return clip
        (width, height), background = self._recipe.canvas, self._recipe.background
        if background != BLUR:
            colour = f"color=0x{background.removeprefix('#')}"
            return _chained(graph, clip, [f"pad={width}:{height}:(ow-iw)/2:(oh-ih)/2:{colour}"])
        split, overlay = graph.add("split"), graph.add("overlay", "(W-w)/2:(H-h)/2")
        clip.link_to(split)
        _chained(graph, split, self._blurred(width, height)).link_to(overlay, 0, 0)
        split.link_to(overlay, 1, 1)
        return overlay

    def _blurred(self, width: int, height: int) -> Iterator[str]:
        """The clip itself, so that it covers the canvas, out of focus and darker."""
        wide, high = self._recipe.size
        across = min(wide, round(high * width / height))
        down = min(high, round(wide * height / width))
        factor = min(1.0, _BLURRED_SIDE / max(width, height))
        small = max(2, round(width * factor)), max(2, round(height * factor))
        yield f"crop={across}:{down}"
        yield f"scale={small[0]}:{small[1]}:flags=area"
        yield "gblur=sigma=3"
        yield f"lutyuv=y=16+(val-16)*{_DARKER}"
        yield f"scale={width}:{height}:flags=bicubic"
        yield "setsar=1"


def shown_frame(stream: Any, frame: Any) -> Any:
    """A single frame as it is to be shown: upright, with square pixels, in the colours of any screen."""
    import av

    width = round(frame.width * (stream.sample_aspect_ratio or 1))
    colours = _TO_SDR if frame.color_trc in HDR else ""
    graph = av.filter.Graph()
    first = graph.add_buffer(template=stream, time_base=stream.time_base)
    turns = _TURNS.get(round(frame.rotation) % 360, ())
    _chained(graph, first, [f"scale={width}:{frame.height}{colours}", *turns, "format=rgb24", "buffersink"])
    graph.configure()
    graph.push(frame)
    graph.push(None)
    return graph.pull()


def _chained(graph: Any, first: Any, filters: Any) -> Any:
    """The filters one behind the other; gives the last."""
    last = first
    for one in filters:
        node = graph.add(*one.split("=", 1))
        last.link_to(node)
        last = node
    return last
