"""What a picture is, read from its bytes while posts are checked; nothing is decoded, no library loaded."""

from __future__ import annotations

from pathlib import Path

from connectors.contract import Json, MediaFacts, Problem, Severity
from publisher.errors import PublisherError
from publisher.media.formats import BrokenPictureError, Picture, kind_of, parse
from publisher.texts import system_words

MAX_BYTES = 64_000_000
# 80 megapixels decode to 240 MB; a bomb of a few kilobytes can claim a thousand times that.
MAX_PIXELS = 80_000_000


class MediaError(PublisherError):
    """The picture itself cannot be used; the post must be edited.

    Codes: `media.missing media.empty media.too_big media.type media.heic media.video media.unreadable
    media.cut_off media.damaged media.too_many_pixels media.turned_animation`.
    """

    def problem(self, file: str | None = None, line: int | None = None) -> Problem:
        """The same as a problem of a post."""
        return Problem(self.message, Severity.ERROR, self.values, file=file, line=line)


def facts(path: Path, name: str) -> MediaFacts:
    """What will be sent if metadata is removed: type, size, width and height as shown.

    Args:
        path: the source file.
        name: as staff know it.

    Raises:
        MediaError: it cannot be used.
    """
    return facts_of(picture_of(read(path, name), name), name)


def facts_of(picture: Picture, name: str) -> MediaFacts:
    """The facts of a parsed picture once its metadata is removed."""
    width, height = picture.shown
    return MediaFacts(picture.mime, picture.size, width, height, picture.frames, name=name)


def read(path: Path, name: str) -> bytes:
    """The bytes of a picture, if they are not too many.

    Raises:
        MediaError: missing, empty, too big, unreadable.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise MediaError("media.too_big", name=name, megabytes=_mb(size), limit=_mb(MAX_BYTES))
        data = path.read_bytes()
    except FileNotFoundError:
        raise MediaError("media.missing", name=name) from None
    except OSError as error:
        raise MediaError("media.unreadable", name=name, words=system_words(error)) from error
    if not data:
        raise MediaError("media.empty", name=name)
    return data


def picture_of(data: bytes, name: str) -> Picture:
    """The parsed picture.

    Raises:
        MediaError: of another type, cut off, damaged, or too large to decode.
    """
    refusal = _REFUSED.get(kind_of(data[:32]))
    if refusal:
        raise MediaError(refusal, name=name)
    try:
        picture = parse(data)
    except BrokenPictureError as error:
        raise MediaError(error.code, name=name) from error
    if picture.width * picture.height > MAX_PIXELS:
        values: dict[str, Json] = {"width": picture.width, "height": picture.height}
        raise MediaError("media.too_many_pixels", name=name, limit=MAX_PIXELS // 10**6, **values)
    return picture


_REFUSED = {None: "media.type", "image/heic": "media.heic", "video/mp4": "media.video"}


def _mb(size: int) -> float:
    return round(size / 1e6, 1)
