"""Encodes a clip anew after a recipe: upright, H.264 and AAC, the index in front; by PyAV alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publisher.media import encoding
from publisher.media.clips import PATIENCE, picture_of
from publisher.media.inspect import MediaError
from publisher.media.progress import still_at_it
from publisher.recipe import SOUND_RATE

if TYPE_CHECKING:
    from av.container import InputContainer, OutputContainer

    from publisher.recipe import ClipRecipe

# How a frame is turned that is to be shown turned: by degrees against the clock (av_display_rotation_get).
_TURNS = {90: ("transpose=cclock",), 180: ("hflip", "vflip"), 270: ("transpose=clock",)}


def make(source: Path, target: Path, recipe: ClipRecipe, name: str) -> None:
    """Write the clip that a recipe makes of a source.

    Raises:
        MediaError: it cannot be decoded to its end.
        OSError: the target cannot be written.
    """
    import av

    with (
        encoding.written(target, "media.clip_damaged", name) as made,
        av.open(os.fspath(source), timeout=PATIENCE, metadata_errors="ignore") as given,
    ):
        _encode(given, made, recipe, name)


def _encode(given: InputContainer, made: OutputContainer, recipe: ClipRecipe, name: str) -> None:
    import av

    pictures = picture_of(given)
    if pictures is None:
        raise MediaError("media.clip_no_picture", name=name)
    sound = given.streams.audio[0] if given.streams.audio else None
    rate = Fraction(recipe.fps).limit_denominator(1001)
    video = encoding.pictures(made, recipe.size, rate, recipe.bitrate)
    track: Any = None
    resampler: Any = None
    if sound is not None:
        layout = "mono" if sound.channels == 1 else "stereo"
        track = encoding.sound(made, layout)
        resampler = av.AudioResampler(format="fltp", layout=layout, rate=SOUND_RATE)
    fitter = _Fitter(pictures, recipe, rate)
    wanted: list[Any] = [one for one in (pictures, sound) if one is not None]
    for packet in given.demux(*wanted):
        still_at_it()
        if packet.stream is pictures:
            for frame in packet.decode():
                for fit in fitter.take(frame):
                    made.mux(video.encode(fit))
        else:
            for frame in packet.decode():
                for piece in resampler.resample(frame):
                    made.mux(track.encode(piece))
    for fit in fitter.end():
        made.mux(video.encode(fit))
    made.mux(video.encode(None))
    if track is not None:
        for piece in resampler.resample(None):
            made.mux(track.encode(piece))
        made.mux(track.encode(None))


class _Fitter:
    """Frames as they were stored → frames as they are to be shown: upright, whole, of one size and pace."""

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
        width, height = self._recipe.size
        steps = [
            *(("yadif",) if frame.interlaced_frame else ()),
            *_TURNS.get(round(frame.rotation) % 360, ()),
            f"scale={width}:{height}:flags=bicubic",
            "setsar=1",
            f"fps={self._rate.numerator}/{self._rate.denominator}",
            "format=yuv420p",
        ]
        nodes = [graph.add_buffer(template=self._stream, time_base=self._stream.time_base)]
        nodes += [graph.add(*one.split("=", 1)) for one in steps]
        nodes.append(graph.add("buffersink"))
        graph.link_nodes(*nodes).configure()
        return graph
