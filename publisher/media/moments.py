"""One moment of a clip as a picture: upright, in the colours of any screen."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publisher.media import decoding
from publisher.media.clip_filter import shown_frame
from publisher.media.clips import PATIENCE, picture_of
from publisher.media.inspect import MediaError

if TYPE_CHECKING:
    from PIL.Image import Image


@contextmanager
def picture_at(path: Path, seconds: float, name: str) -> Iterator[Image]:
    """The frame that stands there, in memory while the block lasts; behind the end the last one.

    Args:
        name: as staff know the clip, for messages.

    Raises:
        MediaError: it cannot be read or decoded.
    """
    with decoding.one_of_few:
        yield _picture(path, seconds, name)


def _picture(path: Path, seconds: float, name: str) -> Image:
    import av

    try:
        with av.open(os.fspath(path), timeout=PATIENCE, metadata_errors="ignore") as container:
            video = picture_of(container)
            if video is None:
                raise MediaError("media.clip_no_picture", name=name)
            frame = _frame(container, video, seconds)
            if frame is None:
                raise MediaError("media.clip_damaged", name=name)
            image: Image = shown_frame(video, frame).to_image()
            return image
    except (av.error.FFmpegError, ValueError) as error:
        raise MediaError("media.clip_damaged", name=name) from error


def png_at(path: Path, seconds: float, name: str) -> bytes:
    """The same as a file without loss, for those who make pictures of files."""
    out = BytesIO()
    with picture_at(path, seconds, name) as image:
        image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _frame(container: Any, video: Any, seconds: float) -> Any:
    start = (container.start_time or 0) / 1_000_000
    if seconds > 0:
        container.seek(int((start + seconds) * 1_000_000))
    last = None
    for frame in container.decode(video):
        end = float(frame.time or 0) - start + float(frame.duration or 0) * float(frame.time_base)
        last = frame
        if end > seconds:
            break
    return last
