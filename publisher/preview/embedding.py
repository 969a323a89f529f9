"""Pictures and clips of a preview page as `data:` addresses: nothing is fetched, a mail attachment works."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.media import decoding, formats, inspect

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 1080
"""Pixels of the longer side at which pictures are shown: enough for a telephone and a desk."""
AS_IT_IS = 200_000
"""Bytes; a smaller file that is no larger than it is shown needs no decoding."""
CLIP_BYTES = 6_000_000
"""Ours: a larger clip is shown by its still picture, so that the page can go along with a mail."""


def picture(path: Path, side: int = SIDE) -> str:
    """A picture as it looks, no larger than it is shown.

    Args:
        side: pixels of its longer side, at most.

    Raises:
        MediaError: it cannot be read.
    """
    data = inspect.read(path, path.name)
    with decoding.opened(data, path.name) as head:
        moving = getattr(head, "n_frames", 1) > 1
        longest = max(head.size)
    if moving or (len(data) <= AS_IT_IS and longest <= side):
        return _data(formats.kind_of(data[:32]) or "", data)
    image = decoding.shrunk(data, side, path.name)
    return _png(image) if image.mode == "RGBA" else jpeg(image)


def clip(path: Path, mime: str) -> str:
    """A clip that plays in the page; empty if it is too large for one."""
    return _data(mime, path.read_bytes()) if path.stat().st_size <= CLIP_BYTES else ""


def small(path: Path, side: int) -> Image:
    """A picture, upright and no larger than asked.

    Raises:
        MediaError: it cannot be read.
    """
    return decoding.shrunk(inspect.read(path, path.name), side, path.name)


def _png(image: Image) -> str:
    """For what can be seen through, such as a logo."""
    out = BytesIO()
    image.save(out, "PNG")
    return _data("image/png", out.getvalue())


def jpeg(image: Image) -> str:
    """A picture in memory as an address."""
    out = BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=82)
    return _data("image/jpeg", out.getvalue())


def _data(mime: str, content: bytes) -> str:
    return f"data:{mime};base64,{b64encode(content).decode()}"
