"""Makes the copy of a clip that is sent: without notes, its index first; every frame byte for byte as it was.

Phones write where a clip was taken into its boxes, drones into tracks of their own. Nothing is encoded
or packed anew: boxes that say nothing take their place, in one pass over a file of any size.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from struct import pack
from typing import IO

from publisher.media.boxes import KEPT, Box, Survey
from publisher.media.ebml import Element

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the source that is copied."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Zeros:
    """So many bytes that say nothing."""

    count: int


Piece = bytes | Span | Zeros


def of_mp4(found: Survey) -> list[Piece]:
    """What an MP4 or QuickTime file becomes, piece by piece."""
    index = None if found.moov_first else found.with_index_first()
    pieces: list[Piece] = []
    for box in found.top:
        if index is not None and box.kind == b"mdat":
            pieces.append(index)
            index = b""
        if box.kind == b"moov":
            pieces += [found.index] if index is None else []
        elif box.kind in KEPT:
            pieces += _around(box, found.blanks)
        else:
            pieces += _nothing(box)
    return pieces


def of_webm(elements: list[Element], size: int) -> list[Piece]:
    """What a WebM file becomes: its notes (`Tags`, `Attachments`) become `Void`."""
    pieces: list[Piece] = []
    at = 0
    for element in elements:
        length = element.end - element.start
        head = b"\xec" + (0x01 << 56 | length - 9).to_bytes(8, "big") if length >= 9 else b""
        head = head or b"\xec" + bytes([0x80 | length - 2])
        pieces += [Span(at, element.start), head, Zeros(length - len(head))]
        at = element.end
    return [*pieces, Span(at, size)]


def size_of(pieces: list[Piece]) -> int:
    """Bytes that the copy will have."""
    return sum(_length(piece) for piece in pieces)


def read(source: IO[bytes], pieces: list[Piece]) -> Iterator[bytes]:
    """The bytes of the copy, never more than a mebibyte at once."""
    for piece in pieces:
        if isinstance(piece, bytes):
            yield piece
        elif isinstance(piece, Span):
            source.seek(piece.start)
            left = piece.end - piece.start
            while left and (data := source.read(min(left, CHUNK))):
                left -= len(data)
                yield data
        else:
            for at in range(0, piece.count, CHUNK):
                yield bytes(min(CHUNK, piece.count - at))


def _length(piece: Piece) -> int:
    if isinstance(piece, bytes):
        return len(piece)
    return piece.end - piece.start if isinstance(piece, Span) else piece.count


def _around(box: Box, blanks: tuple[tuple[int, int], ...]) -> Iterator[Piece]:
    """A box with zeros where only tracks that were taken away have their data."""
    at = box.start
    for number in range(bisect_left(blanks, (box.body, 0)), len(blanks)):
        start, end = blanks[number]
        if start >= box.end:
            break
        start, end = max(start, at), min(end, box.end)
        if start < end:
            yield from (Span(at, start), Zeros(end - start))
            at = end
    yield Span(at, box.end)


def _nothing(box: Box) -> Iterator[Piece]:
    """A box of the same length that readers pass over."""
    length = box.end - box.start
    if length < 1 << 32:
        yield pack(">I4s", length, b"free")
        yield Zeros(length - 8)
    else:
        yield pack(">I4sQ", 1, b"free", length)
        yield Zeros(length - 16)
