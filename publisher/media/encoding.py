"""What every encoded clip is: an MP4 with its index first, H.264 in 4:2:0, AAC; by PyAV alone."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publisher.media.inspect import MediaError
from publisher.recipe_clips import SOUND_BITRATE, SOUND_RATE

if TYPE_CHECKING:
    from av.container import OutputContainer

_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
_THREADS = "1"
"""A small server goes on publishing meanwhile."""
BT709 = 1
"""The colours of every high-definition clip, by its number in ISO/IEC 23091-2."""


@contextmanager
def written(target: Path, damaged: str, name: str) -> Iterator[OutputContainer]:
    """The file to write streams to.

    Args:
        damaged: the code of what is said when a source cannot be decoded to its end.

    Raises:
        MediaError: that.
        OSError: the target cannot be written.
    """
    import av

    try:
        with av.open(os.fspath(target), "w", format="mp4", options={"movflags": "faststart"}) as made:
            yield made
    except (av.error.FFmpegError, ValueError) as error:
        number = getattr(error, "errno", None)
        if number in _DISK:
            raise OSError(number, os.strerror(number), os.fspath(target)) from error
        raise MediaError(damaged, name=name) from error


def pictures(
    made: OutputContainer, size: tuple[int, int], rate: Fraction, bitrate: int, quality: int | None = None
) -> Any:
    """The stream of pictures: closed groups of two seconds, a platform's server can cut it anywhere.

    Args:
        bitrate: bits per second on average; with a quality, at most.
        quality: 0 is best; given, still pictures take no more bits than they need.
    """
    video: Any = made.add_stream("libx264", rate=rate)
    video.width, video.height = size
    video.pix_fmt = "yuv420p"
    video.gop_size = ceil(2 * rate)
    if quality is None:
        video.bit_rate = bitrate
    video.codec_context.options = {
        "preset": "veryfast",
        "profile": "high",
        "maxrate": str(bitrate if quality is not None else bitrate * 3 // 2),
        "bufsize": str(bitrate * 2),
        "flags": "+cgop",
        "threads": _THREADS,
        **({"crf": str(quality)} if quality is not None else {}),
    }
    return video


def tell_colours(video: Any, frame: Any) -> None:
    """Say in the stream what its numbers mean, as far as the frame tells: players guess otherwise."""
    context = video.codec_context
    context.colorspace, context.color_range = frame.colorspace, frame.color_range
    context.color_primaries, context.color_trc = frame.color_primaries, frame.color_trc


def sound(made: OutputContainer, layout: str) -> Any:
    """The stream of its sound.

    Args:
        layout: `mono` or `stereo`.
    """
    track: Any = made.add_stream("aac", rate=SOUND_RATE)
    track.bit_rate, track.layout = SOUND_BITRATE, layout
    return track


def silence(made: OutputContainer, track: Any, samples: int) -> None:
    """All of a stereo stream that says nothing."""
    import av

    step = track.codec_context.frame_size or 1024
    for at in range(0, samples, step):
        frame = av.AudioFrame(format="fltp", layout="stereo", samples=min(step, samples - at))
        frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, at, Fraction(1, SOUND_RATE)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        made.mux(track.encode(frame))
    made.mux(track.encode(None))
