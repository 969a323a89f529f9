"""What people call a file that is given as a picture and is none that can be sent: by its first bytes."""

from __future__ import annotations

import re

PAGE = "HTML"
"""A page of the web that was saved under the name of a picture."""
RAW = "RAW"
"""What a camera writes for its own program, whatever its ending."""

_STARTS = (
    (b"8BPS", "Photoshop"),
    (b"%!PS", "PostScript"),
    (b"\xc5\xd0\xd3\xc6", "PostScript"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (b"\xff\x0a", "JPEG XL"),
    (b"II\xbc", "JPEG XR"),
    (b"II+\x00", "BigTIFF"),
    (b"MM\x00+", "BigTIFF"),
    (b"\x00\x00\x01\x00", "ICO"),
    (b"\xd7\xcd\xc6\x9a", "WMF"),
    (b"gimp xcf ", "GIMP"),
    (b"PK\x03\x04", "ZIP"),
    (b"IIRO", RAW),
    (b"IIRS", RAW),
    (b"MMOR", RAW),
    (b"IIU\x00", RAW),
    (b"FUJIFILMCCD-RAW", RAW),
)
_MARKUP = re.compile(rb"<(svg|!doctype html|html)\b", re.IGNORECASE)


def called(data: bytes) -> str:
    """The name of the kind, as people know it; empty: none that is known here."""
    if kind := next((kind for start, kind in _STARTS if data.startswith(start)), ""):
        return kind
    if b"%PDF-" in data[:1024]:
        return "PDF"
    if data[:4] == b"RIFF" and data[8:11].upper() == b"CDR":
        return "CorelDRAW"
    if data[4:12] == b"ftypcrx " or data[:10] in (b"II*\0\x10\0\0\0CR", b"MM\0*\0\0\0\x10CR"):
        return RAW
    if data[:4] == b"\x01\x00\x00\x00" and data[40:44] == b" EMF":
        return "EMF"
    start = data[:4096].replace(b"\0", b"")  # also in UTF-16
    markup = _MARKUP.search(start)
    if markup is None or not start.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
        return ""
    return "SVG" if markup[1].lower() == b"svg" else PAGE
