"""Reads the structure of JPEG, PNG, WebP and GIF without decoding: sizes, orientation, and what may leave."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from struct import error as StructError
from struct import pack, unpack, unpack_from

JPEG, PNG, WEBP, GIF = "image/jpeg", "image/png", "image/webp", "image/gif"
HEIC, AVIF = "image/heic", "image/avif"
TIFF, BMP = "image/tiff", "image/bmp"
CLIPS = ("video/mp4", "video/quicktime", "video/webm")


class BrokenPictureError(ValueError):
    """The bytes are not what their first bytes promise; `code` is `media.cut_off` or `media.damaged`.

    Of TIFF and BMP also those of bitmaps.py.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture file taken apart.

    Attributes:
        width, height: as stored, before orientation.
        orientation: EXIF's, 1 to 8; 1 is upright.
        frames: 1 for a still picture.
        kept: the file without metadata (EXIF, GPS, XMP, IPTC, comments, thumbnails, whatever
            follows the end of the picture); pixels and colour profile are untouched.
        colours, clear: as `contract.MediaFacts` has them.
    """

    mime: str
    width: int
    height: int
    orientation: int
    frames: int
    kept: tuple[bytes, ...]
    colours: str = ""
    clear: bool = False

    @property
    def size(self) -> int:
        """Bytes of the file without metadata."""
        return sum(map(len, self.kept))

    @property
    def shown(self) -> tuple[int, int]:
        """Width and height as seen, after orientation."""
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)


def kind_of(head: bytes) -> str | None:
    """The mime type that the first 32 bytes of a file promise; None: none that is known here."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith((b"II*\0", b"MM\0*")) and head[8:10] != b"CR":  # a RAW of Canon
        return TIFF
    if head.startswith(b"BM"):
        return BMP
    if head[4:8] == b"ftyp":
        return None if head[8:12] == b"crx " else _HEIF.get(head[8:12], "video/mp4")
    if head[4:8] in _OLD_QUICKTIME:
        return "video/quicktime"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm"
    return next((f"video/{name}" for at, magic, name in _OTHER_CLIPS if head[at:].startswith(magic)), None)


def is_cut_off(data: bytes) -> bool:
    """Whether a HEIC or AVIF ends before its boxes (ISO/IEC 14496-12) say that it does."""
    at = 0
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if kind not in _BOXES or size == 0:  # to the end of the file; or what a telephone hung behind it
            return False
        at += max(size, 8)
    return at > len(data)


_BOXES = frozenset((b"ftyp", b"meta", b"mdat", b"moov", b"free", b"skip", b"uuid", b"wide"))
_HEIF = {
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"), HEIC),
    **dict.fromkeys((b"avif", b"avis"), AVIF),
}
_OLD_QUICKTIME = (b"moov", b"mdat", b"wide", b"pnot")
_OTHER_CLIPS = (
    (8, b"AVI ", "avi"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "wmv"),
    (0, b"\x00\x00\x01\xba", "mpg"),
    (0, b"\x00\x00\x01\xb3", "mpg"),
    (0, b"FLV\x01", "flv"),
    (0, b"OggS", "ogv"),
)
"""Containers that no platform takes for sure: where their mark stands, and what people call them."""


def parse(data: bytes) -> Picture:
    """Take a JPEG, PNG, WebP or GIF apart.

    Raises:
        BrokenPictureError: cut off, damaged, or none of the four.
    """
    readers = {JPEG: _jpeg, PNG: _png, WEBP: _webp, GIF: _gif}
    mime = kind_of(data[:32])
    if mime not in readers:
        raise BrokenPictureError("media.damaged")
    try:
        picture = readers[mime](data)
    except (IndexError, StructError) as error:
        raise BrokenPictureError("media.cut_off") from error
    if not picture.width or not picture.height:
        raise BrokenPictureError("media.damaged")
    return picture


# ── JPEG ─────────────────────────────────────────────────────────────────────

# Start-of-frame markers; C4, C8 and CC lie among them and are none (ITU T.81, table B.1).
_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Tables, frames and scans: what decoding needs.
_DECODING = frozenset(range(0xC0, 0xD0)) | {0xDB, 0xDC, 0xDD, 0xDE, 0xDF}
MAX_SCANS = 64
"""Of a progressive JPEG; programs write about ten. Each goes over the whole picture: 500 in a file of 270 kB
kept a core busy for 43 seconds (40 megapixels, measured)."""
# Inside a scan FF stands before 00 (a stuffed byte) or D0-D7 (a restart); anything else ends the scan.
_SCAN_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def _jpeg(data: bytes) -> Picture:
    kept = [b"\xff\xd8"]
    size, orientation, components = (0, 0), 1, 3
    profile, scans = b"", 0
    at = 2
    while True:
        at, marker = _next_marker(data, at)
        if marker == 0xD9:
            kept.append(b"\xff\xd9")
            break
        (length,) = unpack_from(">H", data, at)
        body, end = data[at + 2 : at + length], at + length
        if length < 2 or end > len(data):
            raise BrokenPictureError("media.cut_off")
        if marker in _SOF:
            size, components = unpack(">HH", body[1:5]), body[5]
        if marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"):
            profile += body[14:]
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            orientation = _orientation(body[6:])
        if marker == 0xDA:
            scans += 1
            end = _scan_end(data, end)
            if scans > MAX_SCANS:
                raise BrokenPictureError("media.damaged")
            kept.append(b"\xff\xda" + data[at:end])
        else:
            kept.extend(_jpeg_segment(marker, body))
        at = end
    colours = "cmyk" if components == 4 else _colours(profile)
    return Picture(JPEG, size[1], size[0], orientation, 1, tuple(kept), colours)


def _next_marker(data: bytes, at: int) -> tuple[int, int]:
    """Position behind the next marker, and the marker; fill bytes are passed over."""
    if data[at] != 0xFF:
        raise BrokenPictureError("media.damaged")
    while data[at] == 0xFF:
        at += 1
    return at + 1, data[at]


def _scan_end(data: bytes, at: int) -> int:
    found = _SCAN_END.search(data, at)
    if not found:
        raise BrokenPictureError("media.cut_off")
    return found.start()


def _jpeg_segment(marker: int, body: bytes) -> Iterator[bytes]:
    if marker == 0xE0 and body.startswith(b"JFIF\0") and len(body) >= 14:
        body = body[:12] + b"\0\0"  # the resolution stays, a thumbnail goes
    elif not (
        marker in _DECODING
        or (marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"))
        or (marker == 0xEE and body.startswith(b"Adobe"))  # says how colours are stored
    ):
        return
    yield pack(">BBH", 0xFF, marker, len(body) + 2) + body


ORIENTATION = 0x0112
"""EXIF's tag."""


def _orientation(tiff: bytes) -> int:
    """EXIF's orientation in the first directory; 1 where it is missing or senseless."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return 1
    try:
        (start,) = unpack_from(order + "I", tiff, 4)
        (count,) = unpack_from(order + "H", tiff, start)
        for entry in range(start + 2, start + 2 + 12 * count, 12):
            tag, _, _, value = unpack_from(order + "HHIH", tiff, entry)
            if tag == ORIENTATION:
                return int(value) if 1 <= value <= 8 else 1
    except StructError:
        return 1
    return 1


# ── Colour profiles ──────────────────────────────────────────────────────────

MAX_PROFILE = 4_000_000
"""Bytes; the profiles of printers are below 3 MB."""
# What profiles of sRGB call themselves: most say so, Facebook's and Google's small ones do not.
_SRGB = (b"sRGB", "sRGB".encode("utf-16-be"), b"\0c2\0", "\0c2".encode("utf-16-be"), b"uRGB")


WIDE, BRIGHT = (9, 12), (16, 18)
"""Colour spaces by number that are not shown as sRGB: BT.2020, Display P3; curves: PQ, HLG (ITU-T H.273)."""


def is_other_space(primaries: int, transfer: int) -> bool:
    """Whether a colour space told by numbers is another one than sRGB."""
    return primaries in WIDE or transfer in BRIGHT


def _colours(profile: bytes) -> str:
    """`profile` if the colours of a picture with it are not those of sRGB (ICC.1:2022, 7.2 and 9.2.41)."""
    if not profile:
        return ""
    described = _tag(profile, b"desc")
    return "" if any(name in described for name in _SRGB) else "profile"


def _tag(profile: bytes, name: bytes) -> bytes:
    """The bytes of a tag of a colour profile; none where it lacks it, or is cut off."""
    try:
        (count,) = unpack_from(">I", profile, 128)
        for entry in range(132, 132 + 12 * min(count, 100), 12):
            tag, start, length = unpack_from(">4sII", profile, entry)
            if tag == name:
                return profile[start : start + length]
    except StructError:
        return b""
    return b""


def _inflated(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, MAX_PROFILE)
    except zlib.error:
        return b""


# ── PNG ──────────────────────────────────────────────────────────────────────

_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT cICP mDCV cLLI bKGD pHYs acTL fcTL fdAT".split()
)


def _png(data: bytes) -> Picture:
    kept = [data[:8]]
    size, frames, orientation = (0, 0), 1, 1
    colours, clear = "", False
    at, kind = 8, b""
    while kind != b"IEND":
        length, kind = unpack_from(">I4s", data, at)
        body, end = data[at + 8 : at + 8 + length], at + 12 + length
        (crc,) = unpack_from(">I", data, end - 4)
        if crc != zlib.crc32(body, zlib.crc32(kind)):
            raise BrokenPictureError("media.damaged")
        if kind == b"IHDR":
            size = unpack(">II", body[:8])
            colours, clear = "deep" if body[8] == 16 else "", body[9] in (4, 6)
        elif kind == b"tRNS":
            clear = True
        elif kind == b"iCCP":
            colours = colours or _colours(_inflated(body.partition(b"\0")[2][1:]))
        elif kind == b"cICP":
            told = is_other_space(*unpack(">BB", body[:2]))
            colours = colours or ("profile" if told else "")
        elif kind == b"acTL":
            frames = unpack(">I", body[:4])[0]
        elif kind == b"eXIf":
            orientation = _orientation(body)
        if kind in _PNG_KEPT:
            kept.append(data[at:end])
        elif not kind[0] & 0x20:  # capital first letter: a reader must understand it
            raise BrokenPictureError("media.damaged")
        at = end
    return Picture(PNG, size[0], size[1], orientation, frames, tuple(kept), colours, clear)


# ── WebP ─────────────────────────────────────────────────────────────────────

_WEBP_KEPT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ANIM", b"ANMF", b"ALPH", b"ICCP"))
_HAS_EXIF_OR_XMP = 0x08 | 0x04
_HAS_ALPHA = 0x10


def _webp(data: bytes) -> Picture:
    kept: list[bytes] = []
    size, frames, orientation = (0, 0), 0, 1
    colours, clear = "", False
    at, stop = 12, 8 + unpack_from("<I", data, 4)[0]
    if stop > len(data):
        raise BrokenPictureError("media.cut_off")
    while at + 8 <= stop:
        kind, length = unpack_from("<4sI", data, at)
        body, at = data[at + 8 : at + 8 + length], at + 8 + length + length % 2
        if len(body) < length:
            raise BrokenPictureError("media.cut_off")
        if kind in (b"VP8 ", b"VP8L", b"VP8X") and size == (0, 0):
            size = _webp_size(kind, body)
        if kind == b"ICCP":
            colours = _colours(body)
        clear = clear or (kind == b"VP8X" and bool(body[0] & _HAS_ALPHA)) or _lossless_clear(kind, body)
        if kind == b"VP8X":
            body = bytes([body[0] & ~_HAS_EXIF_OR_XMP]) + body[1:]
        if kind == b"EXIF":
            orientation = _orientation(body.removeprefix(b"Exif\0\0"))
        frames += kind == b"ANMF"
        if kind in _WEBP_KEPT:
            kept.append(kind + pack("<I", length) + body + b"\0" * (length % 2))
    riff = b"RIFF" + pack("<I", 4 + sum(map(len, kept))) + b"WEBP"
    return Picture(WEBP, *size, orientation, max(frames, 1), (riff, *kept), colours, clear)


def _lossless_clear(kind: bytes, body: bytes) -> bool:
    """The flag of a lossless picture without further chunks (WebP lossless bitstream, section 3)."""
    return kind == b"VP8L" and bool(body[4] & 0x10)


def _webp_size(kind: bytes, body: bytes) -> tuple[int, int]:
    if kind == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if kind == b"VP8L":
        (bits,) = unpack_from("<I", body, 1)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = unpack_from("<HH", body, 6)
    return width & 0x3FFF, height & 0x3FFF


# ── GIF ──────────────────────────────────────────────────────────────────────

# How often an animation runs, and the colour profile; other application blocks (XMP) go.
_GIF_APPLICATIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")


def _gif(data: bytes) -> Picture:
    width, height, flags = unpack_from("<HHB", data, 6)
    at = 13 + _table(flags)
    kept, frames = [data[:at]], 0
    while data[at] != 0x3B:
        start = at
        if data[at] == 0x2C:
            frames += 1
            at = _blocks_end(data, at + 11 + _table(data[at + 9]))
            kept.append(data[start:at])
        elif data[at] == 0x21:
            at = _blocks_end(data, at + 2)
            if _gif_extension_stays(data[start:at]):
                kept.append(data[start:at])
        else:
            raise BrokenPictureError("media.damaged")
    if not frames:
        raise BrokenPictureError("media.damaged")
    return Picture(GIF, width, height, 1, frames, (*kept, b"\x3b"))


def _table(flags: int) -> int:
    """Bytes of a colour table."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _blocks_end(data: bytes, at: int) -> int:
    """Position behind a chain of sub-blocks."""
    while data[at]:
        at += data[at] + 1
    return at + 1


def _gif_extension_stays(block: bytes) -> bool:
    label = block[1]
    return label in (0xF9, 0x01) or (label == 0xFF and block[3:14] in _GIF_APPLICATIONS)
