"""Reads how an MP4 or QuickTime file is built, and plans what leaves with it; media data are never read.

A file is a row of boxes (ISO/IEC 14496-12): an index (`moov`), the data (`mdat`), and places where
cameras note where and with what a clip was taken. `survey` seeks from box to box, so that a clip of
many gigabytes costs a few reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import error as StructError
from struct import pack_into, unpack_from
from typing import IO

MAX_INDEX = 256_000_000
"""Bytes; the index of ten hours of film has fewer."""
_MAX_KINDS = 1000
_MAX_DEPTH = 6
_DELAY = 0.5
"""Seconds that an encoder's own delay stays below; an edit that skips or waits more is somebody's cut."""

_NESTED = frozenset((b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts"))
KEPT = frozenset((b"ftyp", b"styp", b"moov", b"mdat", b"moof", b"sidx", b"ssix", b"mfra", b"pdin"))
"""What playing needs of the boxes in a file; whatever else cameras and phones put there is a note."""
_NOTES = frozenset((b"udta", b"meta", b"uuid", b"free", b"skip", b"wide"))
"""Where notes stand inside the index, or lie deleted."""
_SPHERICAL = bytes.fromhex("ffcc8263f8554a938814587a02521fdd")
"""Says that a clip is to be seen all around (Spherical Video V1); how it plays hangs on it."""
_PLAYED = frozenset((b"vide", b"soun", b"tmcd"))
"""Handlers of the tracks that stay; drones and action cameras write their flight into the others."""
_TIMES = frozenset((b"mvhd", b"tkhd", b"mdhd"))
_OFFSETS = {b"stco": ("I", 4), b"co64": ("Q", 8)}


class BrokenClipError(ValueError):
    """The boxes do not hold together; `code` is `media.clip_cut_off` or `media.clip_damaged`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Box:
    """One box: where it starts, where its content starts, where it ends."""

    kind: bytes
    start: int
    body: int
    end: int


@dataclass(frozen=True, slots=True)
class Survey:
    """How a file is built.

    Attributes:
        size: bytes of the file.
        brand: of its first box; empty in QuickTime files from before there were brands.
        top: the boxes in the file, in order.
        edit_lists: some track is cut: it does not simply play from start to end.
        index: the whole `moov` box without notes and without tracks that are not played.
        blanks: (start, end) of media data that only those tracks use.
    """

    size: int
    brand: bytes
    top: tuple[Box, ...]
    edit_lists: bool
    index: bytes = field(repr=False)
    blanks: tuple[tuple[int, int], ...]

    @property
    def moov(self) -> Box:
        """The index's place."""
        return next(box for box in self.top if box.kind == b"moov")

    @property
    def moov_first(self) -> bool:
        """Whether the index stands before the data."""
        data = [box.start for box in self.top if box.kind == b"mdat"]
        return not data or self.moov.start < data[0]

    def with_index_first(self) -> bytes | None:
        """The index as it must be before the first `mdat`; None: it cannot be moved there.

        Chunk offsets are places in the file; those of data that move back grow by the index's length.
        It stays where a 32-bit offset could overflow, and where the film comes in fragments.
        """
        if any(box.kind == b"moof" for box in self.top):
            return None
        first = next((box.start for box in self.top if box.kind == b"mdat"), self.size)
        return _Index(bytearray(self.index)).moved(first, self.moov.start, self.size)


def survey(file: IO[bytes]) -> Survey:
    """Read the structure of a file.

    Raises:
        BrokenClipError: no index, cut off, or boxes that contradict each other.
    """
    size = file.seek(0, 2)
    try:
        top = tuple(_top(file, size))
        moov = next((box for box in top if box.kind == b"moov"), None)
        if moov is None:
            raise BrokenClipError("media.clip_cut_off")
        if moov.end - moov.start > MAX_INDEX:
            raise BrokenClipError("media.clip_damaged")
        file.seek(moov.start)
        index = _Index(bytearray(file.read(moov.end - moov.start)))
        cut, blanks = index.is_cut(), sorted(index.unplayed())
        cleaned = index.cleaned()
    except (StructError, IndexError) as error:
        raise BrokenClipError("media.clip_damaged") from error
    file.seek(0)
    head = file.read(12)
    brand = head[8:12] if head[4:8] == b"ftyp" else b""
    return Survey(size, brand, top, cut, cleaned, tuple(blanks))


def _top(file: IO[bytes], size: int) -> Iterator[Box]:
    """The boxes of the file; what some phones hang behind the last one counts as one that says nothing."""
    seen: set[bytes] = set()
    at = 0
    while at + 8 <= size:
        file.seek(at)
        box = _box(file.read(16), 0, at, size)
        if box.end > size:
            if box.kind in KEPT or not seen >= {b"moov", b"mdat"}:
                raise BrokenClipError("media.clip_cut_off")
            box = Box(b"junk", at, at + 8, size)
        yield box
        seen.add(box.kind)
        at = box.end
        if len(seen) > _MAX_KINDS:
            raise BrokenClipError("media.clip_damaged")


def _box(data: bytes | bytearray, at: int, start: int, limit: int) -> Box:
    """The box whose head stands at `at` of `data`, and at `start` of where it lies."""
    length, kind = unpack_from(">I4s", data, at)
    body = start + 8
    if length == 1:
        (length,) = unpack_from(">Q", data, at + 8)
        body = start + 16
    end = limit if length == 0 else start + length
    if end < body:
        raise BrokenClipError("media.clip_damaged")
    return Box(bytes(kind), start, body, end)


class _Index:
    """The `moov` box in memory; the places of its boxes count from its own first byte."""

    def __init__(self, data: bytearray) -> None:
        self._data = data
        self._boxes = list(self._inside(_box(data, 0, 0, len(data)), 1))
        self._tracks = [box for box in self._boxes if box.kind == b"trak"]

    def is_cut(self) -> bool:
        movie = self._scale(next((box for box in self._boxes if box.kind == b"mvhd"), None))
        return any(self._track_is_cut(track, movie) for track in self._tracks if self._stays(track))

    def unplayed(self) -> list[tuple[int, int]]:
        """(start, end) in the file of the data of tracks that are taken away."""
        return [place for track in self._tracks if not self._stays(track) for place in self._samples(track)]

    def cleaned(self) -> bytes:
        """The index without notes, without tracks that are not played, and without when it was filmed."""
        for box in self._boxes:
            if box.kind in _TIMES:
                version = self._data[box.body]
                width = 16 if version == 1 else 8
                self._data[box.body + 4 : box.body + 4 + width] = bytes(width)
        for box in self._boxes:
            spherical = box.kind == b"uuid" and self._data[box.body : box.body + 16] == _SPHERICAL
            if (box.kind in _NOTES and not spherical) or (box.kind == b"trak" and not self._stays(box)):
                self._blank(box)
        return bytes(self._data)

    def moved(self, first: int, old: int, size: int) -> bytes | None:
        """The index for a file of `size` bytes in which it moves from `old` to `first`; None: too far."""
        for box in self._boxes:
            if box.kind not in _OFFSETS:
                continue
            letter, width = _OFFSETS[box.kind]
            (count,) = unpack_from(">I", self._data, box.body + 4)
            count = min(count, (box.end - box.body - 8) // width)
            places = unpack_from(f">{count}{letter}", self._data, box.body + 8)
            if width == 4 and size + len(self._data) >= 1 << 32:
                return None
            shifted = (at + len(self._data) if first <= at < old else at for at in places)
            pack_into(f">{count}{letter}", self._data, box.body + 8, *shifted)
        return bytes(self._data)

    def _blank(self, box: Box) -> None:
        self._data[box.start + 4 : box.start + 8] = b"free"
        self._data[box.body : box.end] = bytes(box.end - box.body)

    def _inside(self, parent: Box, depth: int) -> Iterator[Box]:
        at = parent.body
        while at + 8 <= parent.end:
            box = _box(self._data, at, at, parent.end)
            if box.end > parent.end:
                raise BrokenClipError("media.clip_damaged")
            if box.kind == b"\0\0\0\0":
                return  # QuickTime ends some lists by four zeros
            yield box
            if box.kind in _NESTED and depth < _MAX_DEPTH:
                yield from self._inside(box, depth + 1)
            at = box.end

    def _of(self, track: Box, kind: bytes) -> Box | None:
        inside = (box for box in self._boxes if track.start < box.start < track.end)
        return next((box for box in inside if box.kind == kind), None)

    def _stays(self, track: Box) -> bool:
        header = self._of(track, b"hdlr")
        return header is None or bytes(self._data[header.body + 8 : header.body + 12]) in _PLAYED

    # ── edits ──

    def _scale(self, header: Box | None) -> int:
        """Units per second of a movie's or a track's header."""
        if header is None:
            return 1
        at = header.body + (20 if self._data[header.body] == 1 else 12)
        return int(unpack_from(">I", self._data, at)[0]) or 1

    def _track_is_cut(self, track: Box, movie: int) -> bool:
        box = self._of(track, b"elst")
        if box is None:
            return False
        own = self._scale(self._of(track, b"mdhd"))
        edits = list(self._edits(box))
        played = [(start, rate) for _, start, rate in edits if start >= 0]
        waits = sum(length for length, start, _ in edits if start < 0) / movie
        skipped = any(start / own > _DELAY or rate != 1 << 16 for start, rate in played)
        return len(played) > 1 or waits > _DELAY or skipped

    def _edits(self, box: Box) -> Iterator[tuple[int, int, int]]:
        """(length, start in the track or -1 for nothing, rate × 65536) of each edit."""
        entry, width = (">Qqi", 20) if self._data[box.body] == 1 else (">Iii", 12)
        (count,) = unpack_from(">I", self._data, box.body + 4)
        for number in range(min(count, (box.end - box.body - 8) // width)):
            yield unpack_from(entry, self._data, box.body + 8 + number * width)

    # ── samples ──

    def _samples(self, track: Box) -> Iterator[tuple[int, int]]:
        """(start, end) in the file of each chunk of a track."""
        sizes, chunks, runs = self._sizes(track), self._chunks(track), self._runs(track)
        at = 0
        for number, start in enumerate(chunks, 1):
            while len(runs) > 1 and runs[1][0] <= number:
                runs.pop(0)
            count = runs[0][1] if runs else 0
            yield start, start + sum(sizes[at : at + count])
            at += count

    def _sizes(self, track: Box) -> list[int]:
        box = self._of(track, b"stsz")
        if box is None:
            return []
        each, count = unpack_from(">II", self._data, box.body + 4)
        if each:
            return [each] * min(count, 1_000_000)
        count = min(count, (box.end - box.body - 12) // 4)
        return list(unpack_from(f">{count}I", self._data, box.body + 12))

    def _chunks(self, track: Box) -> list[int]:
        for kind, (letter, width) in _OFFSETS.items():
            box = self._of(track, kind)
            if box is not None:
                (count,) = unpack_from(">I", self._data, box.body + 4)
                count = min(count, (box.end - box.body - 8) // width)
                return list(unpack_from(f">{count}{letter}", self._data, box.body + 8))
        return []

    def _runs(self, track: Box) -> list[tuple[int, int]]:
        """(first chunk, samples in each chunk from there on)."""
        box = self._of(track, b"stsc")
        if box is None:
            return []
        (count,) = unpack_from(">I", self._data, box.body + 4)
        count = min(count, (box.end - box.body - 8) // 12)
        entries = (unpack_from(">III", self._data, box.body + 8 + 12 * each) for each in range(count))
        return [(first, samples) for first, samples, _ in entries]
