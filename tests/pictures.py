"""Pictures for tests: drawn here, stored as cameras, scanners and drawing programs store them."""

from __future__ import annotations

import math
import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageDraw, ImageOps

SRGB, LAB = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")


SHAPE = (1200, 900)
SUN = (0.64, 0.24)
"""Where the eye should rest in a scene."""


def scene(size: tuple[int, int] = SHAPE) -> Image.Image:
    """An evening sky with a sun, hills, a fence of fine bars, four strong colours; a mark at its top left."""
    wide, high = size
    sky = ImageOps.colorize(Image.linear_gradient("L"), "#0b3fb0", "#ffb46b", mid="#c9d6ff").resize(size)
    draw = ImageDraw.Draw(sky)
    x, y, r = SUN[0] * wide, SUN[1] * high, high * 0.13
    draw.ellipse((x - r, y - r, x + r, y + r), fill="#ffe34a")
    hills = [(n * wide / 60, high * (0.72 + 0.09 * math.sin(n / 4))) for n in range(61)]
    draw.polygon([*hills, (wide, high), (0, high)], fill="#2c7a3f")
    for number in range(0, wide, 14):
        draw.line((number, high * 0.9, number + 40, high), fill="#f4f4f4", width=3)
    for number, colour in enumerate(("#e01020", "#10b030", "#1020d0", "#101010")):
        left = wide * (0.12 + 0.13 * number)
        draw.rectangle((left, high * 0.42, left + wide * 0.1, high * 0.6), fill=colour)
    draw.polygon([(0, 0), (wide * 0.12, 0), (0, high * 0.16)], fill="#ffffff")
    return sky


def stored(image: Image.Image, kind: str, **settings: Any) -> bytes:
    """The file of a picture, with as little lost as its kind allows."""
    out = BytesIO()
    if kind == "HEIF":
        from pillow_heif import register_heif_opener

        register_heif_opener()
    exact = {"JPEG": {"quality": 98, "subsampling": 0}, "WEBP": {"lossless": True}, "PNG": {}}
    exact["AVIF"] = {"quality": 98, "subsampling": "4:4:4"}
    image.save(out, kind, **{**exact.get(kind, {"quality": 98}), **settings})
    return out.getvalue()


# ── Colour profiles ──────────────────────────────────────────────────────────


def numbers(*values: float) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def profile(space: bytes, pcs: bytes, *tags: tuple[bytes, bytes]) -> bytes:
    """An ICC profile of version 2 with these tags, named after nothing."""
    described = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"Test\0" + bytes(79)
    tags = ((b"desc", described), (b"wtpt", b"XYZ \0\0\0\0" + numbers(0.9642, 1, 0.8249)), *tags)
    table, body = struct.pack(">I", len(tags)), b""
    for name, content in tags:
        table += name + struct.pack(">II", 132 + 12 * len(tags) + len(body), len(content))
        body += content
    device = b"prtr" if space == b"CMYK" else b"mntr"
    head = struct.pack(
        ">I4xI4s4s4s12x4s", 132 + 12 * len(tags) + len(body), 0x2400000, device, space, pcs, b"acsp"
    )
    return (head + bytes(28) + numbers(0.9642, 1, 0.8249)).ljust(128, b"\0") + table + body


def screen(gamma: float, *colorants: tuple[float, float, float]) -> bytes:
    """Of a screen: red, green and blue as X, Y, Z; without them, grey. Without gamma, the curve of sRGB."""
    curve = b"curv\0\0\0\0" + struct.pack(">IHH", 1, round(gamma * 256), 0)
    if not gamma:
        light = [
            at / 12.92 if at <= 0.04045 else ((at + 0.055) / 1.055) ** 2.4
            for at in (n / 1023 for n in range(1024))
        ]
        curve = b"curv\0\0\0\0" + struct.pack(">I1024H", 1024, *(round(one * 65535) for one in light))
    if not colorants:
        return profile(b"GRAY", b"XYZ ", (b"kTRC", curve))
    named = zip((b"rXYZ", b"gXYZ", b"bXYZ"), colorants, strict=True)
    light = [(name, b"XYZ \0\0\0\0" + numbers(*values)) for name, values in named]
    return profile(b"RGB ", b"XYZ ", *light, *((name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")))


def press() -> bytes:
    """Of a printing press that prints muddy colours: a table with two points for each ink."""
    corners = []
    for ink in range(16):
        c, m, y, k = (ink >> 3 & 1, ink >> 2 & 1, ink >> 1 & 1, ink & 1)
        light = max(8.0, (100 - 38 * c - 48 * m - 10 * y) * (0.12 if k else 1))
        dull = 0.1 if k else 1
        corners += [
            light * 2.55,
            128 + dull * (68 * m - 34 * c - 6 * y),
            128 + dull * (85 * y - 46 * c - 6 * m),
        ]
    straight = bytes(range(256))
    table = bytes(round(min(max(value, 0), 255)) for value in corners)
    lut = (
        b"mft1\0\0\0\0"
        + bytes((4, 3, 2, 0))
        + numbers(1, 0, 0, 0, 1, 0, 0, 0, 1)
        + straight * 4
        + table
        + straight * 3
    )
    return profile(b"CMYK", b"Lab ", (b"A2B0", lut))


ADOBE = screen(
    2.19921875, (0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)
)
P3_LIGHT = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
P3, P3_AS_SRGB = screen(2.2, *P3_LIGHT), screen(0, *P3_LIGHT)
DOT_GAIN = screen(1.8)
PRESS = press()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def deep(image: Image.Image, icc: bytes) -> bytes:
    """A PNG of 16 bits for each number, which Pillow does not write."""
    bands = len(image.getbands())
    rows = [
        image.tobytes()[at : at + image.width * bands]
        for at in range(0, image.width * image.height * bands, image.width * bands)
    ]
    data = zlib.compress(b"".join(b"\0" + bytes(two for one in row for two in (one, one)) for row in rows))
    head = struct.pack(">IIBBBBB", *image.size, 16, {1: 0, 2: 4, 3: 2, 4: 6}[bands], 0, 0, 0)
    told = chunk(b"iCCP", b"x\0\0" + zlib.compress(icc))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + told + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def lab(image: Image.Image) -> list[tuple[float, float, float]]:
    """L, a, b of each pixel, as CIE has them: their distance is ΔE of 1976, of which 2.3 is just noticed."""
    found = ImageCms.profileToProfile(image.convert("RGB"), SRGB, LAB, outputMode="LAB")
    assert found is not None
    bands = (found.getchannel(band).tobytes() for band in "LAB")
    return [(light / 2.55, a - 128, b - 128) for light, a, b in zip(*bands, strict=True)]
