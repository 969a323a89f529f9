"""What a file is, read from its bytes while posts are checked.

Of pictures nothing is decoded and no library is loaded; what clips and captions need is loaded with the
first of them.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.contract import MediaFacts, Problem, Severity
from publisher.errors import PublisherError
from publisher.media.formats import (
    AVIF,
    BMP,
    CLIPS,
    HEIC,
    TIFF,
    BrokenPictureError,
    Picture,
    kind_of,
    parse,
)
from publisher.texts import system_words

if TYPE_CHECKING:
    from publisher.media.bitmaps import Bitmap

CAPTIONS = (".srt", ".vtt")
"""How names of captions end; their bytes have no mark of their own."""
MAX_BYTES = 64_000_000
"""Of a picture; clips may be as large as a platform takes."""
# 80 megapixels decode to 240 MB; a bomb of a few kilobytes can claim a thousand times that.
MAX_PIXELS = 80_000_000


class MediaError(PublisherError):
    """The file itself cannot be used; the post must be edited.

    Codes: `media.changed media.missing media.empty media.too_big media.type media.kind media.page media.raw
    media.bitmap_kind media.heic media.unreadable media.cut_off media.damaged media.too_many_pixels
    media.turned_animation media.cannot_fit`; of clips `media.clip_cut_off media.clip_damaged media.clip_kind
    media.clip_no_length media.clip_no_picture media.clip_sound media.encoding_slow`; of captions
    `media.captions_backwards media.captions_encoding media.captions_line media.captions_none
    media.captions_order media.captions_time media.captions_too_big`.
    """

    def problem(self, file: str | None = None, line: int | None = None) -> Problem:
        """The same as a problem of a post."""
        return Problem(self.message, Severity.ERROR, self.values, file=file, line=line)


def facts(path: Path, name: str, source: str = "") -> MediaFacts:
    """What will be sent once notes are removed: type, size, width and height as shown, length.

    Args:
        path: the source file.
        name: as staff know it.
        source: sha256 (hex) that the bytes must have; empty: whatever they are. Not looked at for clips,
            which are never read whole here.

    Raises:
        MediaError: it cannot be used, or has other bytes (`media.changed`).
    """
    if name.lower().endswith(CAPTIONS):
        from publisher.media import captions

        data = captions.read(path, name)
        _refuse_other(data, source, name)
        return captions.facts(data, name)
    if is_clip(path, name):
        from publisher.media import clips

        return clips.facts(path, name)
    data = read(path, name)
    _refuse_other(data, source, name)
    if kind_of(data[:32]) in (HEIC, AVIF, TIFF, BMP):
        from publisher.media import pictures

        return pictures.facts(data, name)
    return facts_of(picture_of(data, name), name)


def _refuse_other(data: bytes, source: str, name: str) -> None:
    if source and hashlib.sha256(data).hexdigest() != source:
        raise MediaError("media.changed", name=name)


def is_clip(path: Path, name: str) -> bool:
    """Whether the first bytes are those of a clip of a kind that is taken.

    Raises:
        MediaError: unreadable, or a clip of another kind.
    """
    try:
        with path.open("rb") as file:
            kind = kind_of(file.read(32)) or ""
    except FileNotFoundError:
        raise MediaError("media.missing", name=name) from None
    except OSError as error:
        raise MediaError("media.unreadable", name=name, words=system_words(error)) from error
    if kind.startswith("video/") and kind not in CLIPS:
        raise MediaError("media.clip_kind", name=name, kind=kind.removeprefix("video/").upper())
    return kind in CLIPS


def facts_of(picture: Picture, name: str) -> MediaFacts:
    """The facts of a parsed picture once its metadata is removed."""
    width, height = picture.shown
    return MediaFacts(
        picture.mime,
        picture.size,
        width,
        height,
        picture.frames,
        name=name,
        colours=picture.colours,
        clear=picture.clear,
    )


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
    mime = kind_of(data[:32])
    if mime is None:
        raise _foreign(data, name)
    if mime in (HEIC, AVIF):
        raise MediaError("media.heic", name=name)
    if mime in (TIFF, BMP):  # only where a platform takes no picture that was made anew
        raise MediaError("media.kind", name=name, kind=kind_name(mime))
    try:
        picture = parse(data)
    except BrokenPictureError as error:
        raise MediaError(error.code, name=name) from error
    refuse_too_many(picture.width, picture.height, name)
    return picture


def bitmap_of(data: bytes, name: str) -> Bitmap:
    """The head of a TIFF or BMP.

    Raises:
        MediaError: cut off, damaged, of a sort that is not read, or too large to decode.
    """
    from publisher.media import bitmaps

    try:
        found = bitmaps.parse(data)
    except BrokenPictureError as error:
        kind = kind_name(kind_of(data[:32]) or "")
        raise MediaError(error.code, name=name, kind=kind) from error
    refuse_too_many(found.width, found.height, name)
    return found


def refuse_too_many(width: int, height: int, name: str) -> None:
    """Before a picture is decoded.

    Raises:
        MediaError: it would take too much memory (`media.too_many_pixels`).
    """
    if width * height > MAX_PIXELS:
        limit = MAX_PIXELS // 10**6
        raise MediaError("media.too_many_pixels", name=name, width=width, height=height, limit=limit)


def kind_name(mime: str) -> str:
    """What people call a kind of picture or clip: `TIFF`, `MKV`, `MOV`."""
    kind = mime.partition("/")[2].upper()
    return {"X-MATROSKA": "MKV", "3GPP": "3GP", "QUICKTIME": "MOV"}.get(kind, kind)


def _foreign(data: bytes, name: str) -> MediaError:
    from publisher.media import foreign

    kind = foreign.called(data)
    if kind == foreign.RAW:
        return MediaError("media.raw", name=name)
    if kind == foreign.PAGE:
        return MediaError("media.page", name=name)
    return MediaError("media.kind", name=name, kind=kind) if kind else MediaError("media.type", name=name)


def _mb(size: int) -> float:
    return round(size / 1e6, 1)
