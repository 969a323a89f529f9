"""Makes a clip after a recipe: encoded anew (upright, H.264 and AAC), or packed anew with its own frames."""

from __future__ import annotations

import os
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publisher.media import encoding
from publisher.media.clip_filter import Fitter
from publisher.media.clips import PATIENCE, picture_of, refuse_halves, sound_of
from publisher.media.inspect import MediaError
from publisher.media.progress import still_at_it
from publisher.recipe_clips import SOUND_RATE

if TYPE_CHECKING:
    from av.container import InputContainer, OutputContainer

    from publisher.recipe_clips import ClipRecipe, RepackRecipe

_TAGS = {"hevc": "hvc1"}
"""By what a codec is called in an MP4 where players differ in which names they know."""


def make(source: Path, target: Path, recipe: ClipRecipe, name: str) -> None:
    """Write the clip that a recipe makes of a source.

    Raises:
        MediaError: it cannot be decoded to its end.
        OSError: the target cannot be written.
    """
    refuse_halves(source, name)
    with encoding.written(target, "media.clip_damaged", name) as made, _opened(source) as given:
        _encode(given, made, recipe, name)


def repack(source: Path, target: Path, recipe: RepackRecipe, name: str) -> None:
    """Write a clip with the frames of its source, and with its sound or another of the same.

    Raises:
        MediaError: it cannot be read to its end.
        OSError: the target cannot be written.
    """
    refuse_halves(source, name)
    with encoding.written(target, "media.clip_damaged", name) as made, _opened(source) as given:
        pictures = _pictures(given, name)
        sound = sound_of(given)
        moving: Any = made.add_stream_from_template(pictures, opaque=True)
        moving.codec_tag = _TAGS.get(pictures.codec_context.name, moving.codec_tag)
        kept: Any = None
        voice: _Voice | None = None
        if sound is not None and recipe.sound == "kept":
            kept = made.add_stream_from_template(sound, opaque=True)
        elif sound is not None:
            voice = _Voice(made, sound)
        length, moves = _length(given), False
        for packet in given.demux(*(one for one in (pictures, sound) if one is not None)):
            still_at_it(_at(packet, length), length)
            if packet.stream is sound and voice is not None:
                voice.take(packet)
            elif packet.dts is not None:
                moves = moves or packet.stream is pictures
                packet.stream = moving if packet.stream is pictures else kept
                made.mux(packet)
        if not moves:
            raise MediaError("media.clip_no_length", name=name)
        if voice is not None:
            voice.end()


def _opened(source: Path) -> Any:
    import av

    return av.open(os.fspath(source), timeout=PATIENCE, metadata_errors="ignore")


def _pictures(given: InputContainer, name: str) -> Any:
    found = picture_of(given)
    if found is None:
        raise MediaError("media.clip_no_picture", name=name)
    return found


def _encode(given: InputContainer, made: OutputContainer, recipe: ClipRecipe, name: str) -> None:
    pictures = _pictures(given, name)
    sound = sound_of(given)
    rate = Fraction(recipe.fps).limit_denominator(1001)
    video = encoding.pictures(made, recipe.whole, rate, recipe.bitrate)
    voice = _Voice(made, sound) if sound is not None else None
    silent = encoding.sound(made, "stereo") if sound is None else None
    fitter = Fitter(pictures, recipe, rate)
    last, length = Fraction(0), _length(given)
    for packet in given.demux(*(one for one in (pictures, sound) if one is not None)):
        still_at_it(float(last), length)
        if packet.stream is pictures:
            for frame in packet.decode():
                last = _put(made, video, fitter.take(frame), length) or last
        elif voice is not None:
            voice.take(packet)
    last = _put(made, video, fitter.end(), length) or last
    if not last:
        raise MediaError("media.clip_no_length", name=name)
    made.mux(video.encode(None))
    if voice is not None:
        voice.end()
    if silent is not None:
        encoding.silence(made, silent, ceil(last * SOUND_RATE))


def _length(given: InputContainer) -> float:
    """Seconds, as the container says."""
    return (given.duration or 0) / 1_000_000


def _at(packet: Any, length: float) -> float:
    """Where in the clip a packet stands, in seconds; one that says nothing is its end."""
    return float(packet.dts * packet.time_base) if packet.dts is not None else length


def _put(made: OutputContainer, video: Any, frames: Any, length: float) -> Fraction | None:
    """Encode frames; when the last of them ends, in seconds.

    A still of an hour in a clip of uneven pace becomes many frames at once: each is a sign of life.
    """
    end = None
    for frame in frames:
        if video.codec_context.is_open is False:
            encoding.tell_colours(video, frame)
        made.mux(video.encode(frame))
        end = (frame.pts + 1) * frame.time_base
        still_at_it(float(end), length)
    return end


class _Voice:
    """The sound of a source → AAC."""

    def __init__(self, made: OutputContainer, given: Any) -> None:
        import av

        layout = "mono" if given.channels == 1 else "stereo"
        self._made = made
        self._track = encoding.sound(made, layout)
        self._resampler = av.AudioResampler(format="fltp", layout=layout, rate=SOUND_RATE)

    def take(self, packet: Any) -> None:
        for frame in packet.decode():
            self._put(frame)

    def end(self) -> None:
        self._put(None)
        self._made.mux(self._track.encode(None))

    def _put(self, frame: Any) -> None:
        for piece in self._resampler.resample(frame):
            self._made.mux(self._track.encode(piece))
