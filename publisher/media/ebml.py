"""Finds the notes in a WebM or Matroska file by its elements' heads alone (RFC 8794, RFC 9559)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

MAGIC = b"\x1a\x45\xdf\xa3"
_SEGMENT = 0x18538067
_NOTES = frozenset((0x1254C367, 0x1941A469))
"""Tags, Attachments."""
_DOCTYPE = 0x4282


@dataclass(frozen=True, slots=True)
class Element:
    """One element: where it starts, where its content starts, where it ends."""

    kind: int
    start: int
    body: int
    end: int
    open: bool = False
    """Its length is not known; it goes on to the end of what it lies in."""


def doctype(file: IO[bytes]) -> str:
    """`webm`, `matroska`; empty if the head says neither."""
    size = file.seek(0, 2)
    head = next(_elements(file, 0, size), None)
    if head is None or head.body + 4096 < head.end:
        return ""
    for element in _elements(file, head.body, min(head.end, size)):
        if element.kind == _DOCTYPE:
            file.seek(element.body)
            return file.read(min(64, element.end - element.body)).rstrip(b"\0").decode("ascii", "replace")
    return ""


def is_whole(file: IO[bytes]) -> bool:
    """Whether every element that says its length is there to its end."""
    size = file.seek(0, 2)
    segment = next((one for one in _elements(file, 0, size) if one.kind == _SEGMENT), None)
    if segment is None or segment.end > size:
        return False
    return all(one.end <= size for one in _elements(file, segment.body, segment.end))


def notes(file: IO[bytes]) -> list[Element]:
    """The elements that hold notes, in order."""
    size = file.seek(0, 2)
    segment = next((one for one in _elements(file, 0, size) if one.kind == _SEGMENT), None)
    if segment is None:
        return []
    return [one for one in _elements(file, segment.body, min(segment.end, size)) if one.kind in _NOTES]


def _elements(file: IO[bytes], at: int, end: int) -> Iterator[Element]:
    """The elements between two places; one whose length is not known is the last."""
    while at < end:
        file.seek(at)
        head = file.read(12)
        width = _width(head[:1])
        length_width = _width(head[width : width + 1]) if 0 < width <= 4 else 0
        if not length_width or len(head) < width + length_width:
            return
        length = int.from_bytes(head[width : width + length_width], "big") & (1 << 7 * length_width) - 1
        body = at + width + length_width
        unknown = length == (1 << 7 * length_width) - 1
        element = Element(
            int.from_bytes(head[:width], "big"), at, body, end if unknown else body + length, unknown
        )
        yield element
        at = element.end


def _width(first: bytes) -> int:
    """Bytes of a variable-length number by its first byte; 0: none starts so."""
    return 9 - first[0].bit_length() if first and first[0] else 0
