"""Reads the heads of TIFF and BMP, never sent as they are: size, pages, and whether all of it is there.

Decoders fill what is missing with black and read much that comes out wrong; what is not surely right is
refused here, from the head alone, before a decoder sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from struct import calcsize, pack, unpack_from
from struct import error as StructError

from publisher.media.formats import BMP, TIFF, BrokenPictureError, kind_of

UNREAD = "media.bitmap_kind"
"""The problem of a file that is whole, and of a sort that only its own program reads."""
RAW = "media.raw"
"""The problem of a camera's raw file: a TIFF by its first bytes, whose first picture is a thumbnail."""
MAX_PAGES = 1000

# Tags of TIFF 6.0, section 8, and of DNG 1.6.
_SUBFILE, _WIDTH, _HEIGHT, _BITS, _COMPRESSION, _COLOURS = 254, 256, 257, 258, 259, 262
_STRIPS, _STRIP_BYTES, _TILES, _TILE_BYTES = 273, 279, 324, 325
_ORIENTATION, _SAMPLES, _DNG = 274, 339, 50706
_REDUCED = 1
"""Of `_SUBFILE`: a smaller version of another picture in the file."""
_OF_SENSORS = frozenset({32803, 34892})
"""Of `_COLOURS`: what a sensor saw, not what people see."""
_READ_COLOURS = frozenset({0, 1, 2, 3, 5, 6})
"""Grey either way, RGB, palette, CMYK, YCbCr; not CIELAB and the like."""
_READ_COMPRESSIONS = frozenset({1, 2, 3, 4, 5, 7, 8, 32773, 32946})
"""None, fax in three ways, LZW, JPEG, Deflate in two, PackBits; not TIFF 6.0's JPEG, read in many ways."""
_SINGLE = frozenset(
    {_WIDTH, _HEIGHT, _COMPRESSION, _COLOURS, 266, _ORIENTATION, 277, 278, 284, 292, 293, 317}
)
_LISTS = frozenset(
    {
        _BITS,
        _STRIPS,
        _STRIP_BYTES,
        320,
        322,
        323,
        _TILES,
        _TILE_BYTES,
        338,
        _SAMPLES,
        347,
        529,
        530,
        531,
        532,
        34675,
    }
)
_KEPT = _SINGLE | _LISTS
"""Tags that say how to decode: rows per strip, fax options, predictor, palette, JPEG tables, profile, …."""
_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
"""Of a value of each type."""
_NUMBERS = {1: "B", 3: "H", 4: "I"}
"""Types of a tag's values that sizes and places may have."""

_STORED_PLAIN = frozenset({0, 3, 6})
"""Compressions of a BMP whose rows are as long as they are wide."""


@dataclass(frozen=True, slots=True)
class Bitmap:
    """What a head tells.

    Attributes:
        width, height: as seen, after orientation.
        pages: of a TIFF, thumbnails not counted; of a BMP 1.
    """

    mime: str
    width: int
    height: int
    pages: int


def parse(data: bytes) -> Bitmap:
    """The head of a TIFF or BMP whose first picture is there to its end.

    Raises:
        BrokenPictureError: `media.cut_off`, `media.damaged`, UNREAD or RAW.
    """
    try:
        found = _tiff(data) if kind_of(data[:32]) == TIFF else _bmp(data)
    except StructError as error:
        raise BrokenPictureError("media.cut_off") from error
    except KeyError as error:
        raise BrokenPictureError("media.damaged") from error
    if not (found.width and found.height):
        raise BrokenPictureError("media.damaged")
    return found


def lean(data: bytes) -> bytes:
    """A TIFF that `parse` took, with nothing in its head but what decoding its first page needs.

    Decoders complain on stderr of notes that are cut off, and follow pages that nobody sees.
    """
    order = "<" if data[:2] == b"II" else ">"
    (at,) = unpack_from(order + "I", data, 4)
    (count,) = unpack_from(order + "H", data, at)
    entries = [data[at + 2 + 12 * each :][:12] for each in range(count)]
    kept = [entry for entry in entries if unpack_from(order + "H", entry)[0] in _KEPT]
    head = data[:4] + pack(order + "I", len(data) + len(data) % 2)
    tail = b"\0" * (len(data) % 2) + pack(order + "H", len(kept)) + b"".join(kept) + bytes(4)
    return head + data[8:] + tail


# ── TIFF ─────────────────────────────────────────────────────────────────────

_Tags = Mapping[int, tuple[int, ...]]


def _tiff(data: bytes) -> Bitmap:
    order = "<" if data[:2] == b"II" else ">"
    first, *others = _pages(data, order) or [{}]
    if first.get(_SUBFILE, (0,))[0] & _REDUCED or _DNG in first or first[_COLOURS][0] in _OF_SENSORS:
        raise BrokenPictureError(RAW)
    _refuse_unread(first)
    _refuse_cut_off(first, len(data))
    size = first[_WIDTH][0], first[_HEIGHT][0]
    if first.get(_ORIENTATION, (1,))[0] >= 5:
        size = size[::-1]
    pages = 1 + sum(not page.get(_SUBFILE, (0,))[0] & _REDUCED for page in others)
    return Bitmap(TIFF, *size, pages)


def _pages(data: bytes, order: str) -> list[_Tags]:
    """The tags of each page."""
    (at,) = unpack_from(order + "I", data, 4)
    seen: set[int] = set()
    pages: list[_Tags] = []
    while at and at not in seen and len(seen) < MAX_PAGES:
        seen.add(at)
        try:
            (count,) = unpack_from(order + "H", data, at)
            tags = dict(_tag(data, order, at + 2 + 12 * each) for each in range(count))
            (at,) = unpack_from(order + "I", data, at + 2 + 12 * count)
        except (StructError, BrokenPictureError):
            if pages:
                break  # what is behind the first page is not sent
            raise
        pages.append(tags)
    return pages


def _tag(data: bytes, order: str, at: int) -> tuple[int, tuple[int, ...]]:
    """A tag and its numbers; none of what holds no whole numbers."""
    tag, kind, count = unpack_from(order + "HHI", data, at)
    letter = _NUMBERS.get(kind)
    if tag in _KEPT:
        _refuse_misfit(data, order, at)
    if letter is None or count > len(data):
        return tag, (0,)
    form = f"{order}{count}{letter}"
    place = at + 8 if calcsize(form) <= 4 else unpack_from(order + "I", data, at + 8)[0]
    return tag, unpack_from(form, data, place) or (0,)


def _refuse_misfit(data: bytes, order: str, at: int) -> None:
    """A tag that decoding needs, with as many values as it must have, all within the file."""
    tag, kind, count = unpack_from(order + "HHI", data, at)
    length = _BYTES.get(kind, 0) * count
    place = at + 8 if length <= 4 else unpack_from(order + "I", data, at + 8)[0]
    if place + length > len(data):
        raise BrokenPictureError("media.cut_off")
    if not length or (tag in _SINGLE and count != 1):
        raise BrokenPictureError("media.damaged")


def _refuse_unread(tags: _Tags) -> None:
    """What decoders do not take, or give back with other tones than it has."""
    bits, colours = set(tags.get(_BITS, (1,))), tags[_COLOURS][0]
    read = (
        colours in _READ_COLOURS
        and tags.get(_COMPRESSION, (1,))[0] in _READ_COMPRESSIONS
        and set(tags.get(_SAMPLES, (1,))) == {1}
        and len(bits) == 1
        and bits <= {1, 2, 4, 8, 16}
        and not (bits == {16} and colours == 0)  # comes out as a negative
    )
    if not read:
        raise BrokenPictureError(UNREAD)


def _refuse_cut_off(tags: _Tags, size: int) -> None:
    places, lengths = (_TILES, _TILE_BYTES) if _TILES in tags else (_STRIPS, _STRIP_BYTES)
    pieces = list(zip(tags[places], tags[lengths], strict=False))
    if not all(length and place + length <= size for place, length in pieces):
        raise BrokenPictureError("media.cut_off")


# ── BMP ──────────────────────────────────────────────────────────────────────


def _bmp(data: bytes) -> Bitmap:
    """A head of Windows (40 bytes and more), or of OS/2 (12)."""
    start, head = unpack_from("<II", data, 10)
    if head == 12:
        width, height, _, bits = unpack_from("<HHHH", data, 18)
        compression = 0
    elif 40 <= head <= 128:
        width, height, _, bits, compression = unpack_from("<iiHHI", data, 18)
    else:
        raise BrokenPictureError("media.damaged")
    height = abs(height)  # below 0: stored from the top
    if width < 0 or bits not in (1, 4, 8, 16, 24, 32):
        raise BrokenPictureError("media.damaged")
    row = (width * bits + 31) // 32 * 4
    if compression in _STORED_PLAIN and start + row * height > len(data):
        raise BrokenPictureError("media.cut_off")
    return Bitmap(BMP, width, height, 1)
