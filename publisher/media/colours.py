"""Turns the colours of a decoded picture into sRGB: by its ICC profile, or by numbers in its head.

A profile that is broken, or of another kind of picture, is passed over: then its numbers count as sRGB.
"""

from __future__ import annotations

from io import BytesIO
from math import exp
from struct import error as StructError
from struct import pack, unpack_from
from typing import TYPE_CHECKING

from publisher.media.formats import AVIF, BRIGHT, HEIC, PNG, WIDE, is_other_space, kind_of

if TYPE_CHECKING:
    from PIL.Image import Image

_BT2020, _P3 = WIDE
_COLORANTS = {
    _BT2020: ((0.67348, 0.27904, -0.00193), (0.16567, 0.67535, 0.02998), (0.12505, 0.04561, 0.79686)),
    _P3: ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407)),
}
"""X, Y, Z of red, green and blue of BT.2020 and Display P3, adapted to D50 (Bradford)."""
_BT709_COLORANTS = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))
_PQ, _HLG = BRIGHT
_WHITE_NITS = 203.0
"""Of white paper in a picture of high dynamic range (ITU-R BT.2408)."""
_KNEE = 0.75
"""Ours: what is brighter, of white, is pressed together, so that lamps and skies keep a shape."""
_STEPS = 4096
_D50 = (0.9642, 1.0, 0.8249)


def in_srgb(image: Image, numbered: bytes = b"") -> Image:
    """RGB, RGBA or grey, in numbers that mean sRGB.

    Args:
        image: of 8 bits.
        numbered: a profile made by `numbered_profile`, for a picture that brings none of its own.
    """
    profile = image.info.pop("icc_profile", None) or numbered
    alpha = image.getchannel("A") if image.mode in ("RGBA", "LA", "PA") else None
    flat = image.convert({"RGBA": "RGB", "LA": "L", "PA": "RGB"}[image.mode]) if alpha else image
    if profile:
        flat = _converted(flat, profile)
    if flat.mode not in ("RGB", "L"):
        flat = flat.convert("RGB")
    if alpha is not None:
        flat = flat.convert("RGB")
        flat.putalpha(alpha)
    return flat


def _converted(image: Image, profile: bytes) -> Image:
    from PIL import ImageCms

    if image.mode == "L" and profile[16:20] == b"RGB ":
        image = image.convert("RGB")
    try:
        own = ImageCms.getOpenProfile(BytesIO(profile))
        made = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    if made is None:
        return image
    made.info.pop("icc_profile", None)
    return made


# ── Colour spaces told by numbers ────────────────────────────────────────────


def numbers_of(data: bytes) -> tuple[int, int] | None:
    """Primaries and transfer that a file tells instead of a profile; None: it tells none that matter."""
    if kind_of(data[:32]) in (HEIC, AVIF):
        at, form = data.find(b"colrnclx", 0, 65_536), ">HH"
    elif kind_of(data[:32]) == PNG:
        at, form = data.find(b"cICP", 0, 65_536) - 4, ">BB"
    else:
        return None
    if at < 0:
        return None
    try:
        primaries, transfer = unpack_from(form, data, at + 8)
    except StructError:
        return None
    return (primaries, transfer) if is_other_space(primaries, transfer) else None


def numbered_profile(data: bytes) -> bytes:
    """A profile (ICC version 2) of the colour space that a file tells by numbers; empty: none is needed."""
    numbers = numbers_of(data)
    if numbers is None:
        return b""
    primaries, transfer = numbers
    curve = b"curv\0\0\0\0" + pack(">I", _STEPS)
    curve += pack(
        f">{_STEPS}H", *(round(65535 * _linear(at / (_STEPS - 1), transfer)) for at in range(_STEPS))
    )
    tags = [(b"wtpt", _xyz(_D50))]
    tags += zip(
        (b"rXYZ", b"gXYZ", b"bXYZ"), map(_xyz, _COLORANTS.get(primaries, _BT709_COLORANTS)), strict=True
    )
    tags += [(name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")]
    return _profile(tags)


def _linear(value: float, transfer: int) -> float:
    """Light, 1 being white, of a number from 0 to 1."""
    if transfer == _PQ:  # ITU-R BT.2100, table 4
        power = value ** (1 / 78.84375)
        nits = 10_000 * (max(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)) ** (1 / 0.1593017578125)
        return _pressed(nits / _WHITE_NITS)
    if transfer == _HLG:  # table 5, on a screen of 1,000 nits
        scene = (
            value * value / 3 if value <= 0.5 else (exp((value - 0.55991073) / 0.17883277) + 0.28466892) / 12
        )
        return _pressed(1_000 * scene**1.2 / _WHITE_NITS)
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _pressed(light: float) -> float:
    if light <= _KNEE:
        return light
    return _KNEE + (1 - _KNEE) * (1 - exp((_KNEE - light) / (1 - _KNEE)))


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + pack(">3i", *(round(value * 65536) for value in values))


def _profile(tags: list[tuple[bytes, bytes]]) -> bytes:
    """An ICC profile of a screen (ICC.1:2001-04, 6.1)."""
    table, body, at = pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, content in tags:
        table += name + pack(">II", at + len(body), len(content))
        body += content
    head = pack(">I4xI4s4s4s12x4s", at + len(body), 0x02400000, b"mntr", b"RGB ", b"XYZ ", b"acsp")
    return (
        (head + bytes(28) + pack(">3i", *(round(v * 65536) for v in _D50))).ljust(128, b"\0") + table + body
    )
