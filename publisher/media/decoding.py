"""Decodes pictures for those who make them anew: no larger than needed, two at a time in a process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from math import ceil
from struct import error as StructError
from threading import BoundedSemaphore, local
from typing import TYPE_CHECKING

from publisher.media import formats
from publisher.media.bitmaps import lean
from publisher.media.formats import AVIF, BMP, GIF, HEIC, JPEG, PNG, TIFF, WEBP, kind_of
from publisher.media.inspect import MediaError, refuse_too_many

if TYPE_CHECKING:
    from PIL.Image import Image

AT_ONCE = 2


class Few:
    """Turns at something of which there may be few at once, whatever the number of threads.

    Nobody has two: of those who wait for a second with a first in hand, each could wait for the others.
    """

    def __init__(self, most: int) -> None:
        self._free = BoundedSemaphore(most)
        self._mine = local()

    def __enter__(self) -> None:
        if getattr(self._mine, "held", False):
            raise AssertionError("decoding: whoever has a picture in memory must give it back first")
        self._free.acquire()
        self._mine.held = True

    def __exit__(self, *error: object) -> None:
        self._mine.held = False
        self._free.release()


one_of_few = Few(AT_ONCE)
"""Held by whoever has a decoded picture in memory."""
HALVES = (8, 4, 2)
"""By how much a JPEG can be made smaller while it is decoded."""
PHOTOS = (JPEG, HEIC, AVIF)
"""What cameras make. They are made smaller by one of HALVES first, even if the result is hardly smaller: in a
photo that changes less than encoding the result does. The mean of 2 x 2 pixels is nearer to the way without
this step than a JPEG decoded at its half (4,032 pixels to 1,920: 48 and 44 dB; encoding: 37)."""
SLACK = 1.02
"""How much larger than such a half the result may be: a telephone's photo, 4,032 pixels wide, is decoded at
2,016 for a platform that takes 2,048. Nobody sees the difference; all of it takes more than twice as long to
decode and to scale."""
GAP = 2.0
"""How much larger than the result any other picture must at least be that was made smaller by plain means: at
1.4, small print and grain already lose an edge that can be measured."""
STRIP = 64
"""Rows."""
NAMES = {
    JPEG: "JPEG",
    PNG: "PNG",
    WEBP: "WEBP",
    GIF: "GIF",
    HEIC: "HEIF",
    AVIF: "AVIF",
    TIFF: "TIFF",
    BMP: "BMP",
}
"""As Pillow calls them."""
TURNS = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}
"""What makes a picture upright, by EXIF's orientation (Exif 2.32, tag 0112)."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded picture as it is stored, smaller than its source by `factor` if nobody needs it larger.

    It is turned when it has been made smaller: turning all of it would take its memory twice.
    """

    image: Image
    factor: float
    orientation: int

    def smaller(self, means: Iterable[int]) -> dict[int, Decoded]:
        """By each number, the same with the mean of so many pixels across and down as one; 1: itself.

        Itself is gone then unless it is asked for: its memory is free before the others are used.
        """
        found = {by: self if by == 1 else self._smaller(by) for by in means}
        if 1 not in found:
            self.image.close()
        return found

    def _smaller(self, by: int) -> Decoded:
        image = _reduced(self.image, by)
        image.info["icc_profile"] = self.image.info.get("icc_profile")
        return Decoded(image, self.factor / by, self.orientation)

    def part(self, crop: tuple[int, int, int, int], size: tuple[int, int]) -> Image:
        """A piece of the upright source, in its own colours.

        Args:
            crop: left, top, width, height in the upright source.
            size: width and height that the piece gets.
        """
        from PIL.Image import Resampling, Transpose

        left, top, width, height = (side * self.factor for side in crop)
        turned = self.orientation >= 5
        box = self._stored((left, top, left + width, top + height))
        image = self.image.resize(
            size[::-1] if turned else size, Resampling.LANCZOS, box=box, reducing_gap=GAP
        )
        if self.orientation in TURNS:
            image = image.transpose(Transpose[TURNS[self.orientation]])
        image.info = {"icc_profile": self.image.info.get("icc_profile")}
        return image

    def _stored(self, upright: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        """Where a box of the upright picture lies in the stored one."""
        left, top, right, bottom = upright
        wide, high = self.image.size[::-1] if self.orientation >= 5 else self.image.size
        right, bottom = min(right, wide), min(bottom, high)
        if self.orientation in (2, 3, 6, 7):
            left, right = wide - right, wide - left
        if self.orientation in (3, 4, 7, 8):
            top, bottom = high - bottom, high - top
        return (top, left, bottom, right) if self.orientation >= 5 else (left, top, right, bottom)


@dataclass(frozen=True, slots=True, order=True)
class Steps:
    """How much smaller a picture is made by plain means before a result is drawn of it.

    Attributes:
        draft: while it is decoded.
        mean: once it is decoded.
    """

    draft: int
    mean: int


def steps(data: bytes, needed: float) -> Steps:
    """As small as a result allows, by that result alone: it is the same in whatever company it is made.

    Args:
        needed: by how much of its own size at least.
    """
    kind = kind_of(data[:32])
    halved = next((by for by in HALVES if by * needed <= SLACK), 1) if kind in PHOTOS else 1
    more = max(1, int(1 / (halved * needed * GAP)))
    return Steps(halved, more) if kind == JPEG else Steps(1, halved * more)


@contextmanager
def decoded(data: bytes, draft: int, orientation: int | None, name: str) -> Iterator[Decoded]:
    """The picture in memory while the block lasts.

    Args:
        draft: one of HALVES, of a JPEG; 1: at its own size.
        orientation: EXIF's, as read by us; None: as the decoder reads it, which knows HEIC and AVIF.

    Raises:
        MediaError: damaged, of a kind that is not read, or too large.
    """
    with one_of_few, opened(data, name) as image:
        with explained(name):
            factor = _drafted(image, draft)
            image.load()
        way = orientation or turned(image)
        with explained(name):
            plain = _plain(image)
        if plain is not image:
            image.close()
        yield Decoded(plain, factor, way)


def _drafted(image: Image, by: int) -> float:
    """Let a JPEG be decoded smaller; by what its width is multiplied, before that is rounded up."""
    if by == 1:
        return 1.0  # a HEIC would give a small copy that lies in the file, whatever it shows
    width = image.width
    done = image.draft(image.mode, (max(1, width // by), max(1, image.height // by)))
    return done[1][2] / width if done else 1.0


def _reduced(image: Image, by: int) -> Image:
    """The mean of each square of pixels, a strip at a time: what can be seen through is copied for it."""
    from PIL import Image as Images

    high = STRIP // by * by or by
    smaller = Images.new(image.mode, (ceil(image.width / by), ceil(image.height / by)))
    for top in range(0, image.height, high):
        strip = image.crop((0, top, image.width, min(top + high, image.height)))
        smaller.paste(strip.reduce(by), (0, top // by))
    return smaller


def shrunk(data: bytes, side: int, name: str) -> Image:
    """The picture as people see it, no larger than asked: upright, RGB, RGBA or grey, in numbers of sRGB.

    Args:
        side: pixels of its longer side, at most.

    Raises:
        MediaError: damaged, of a kind that is not read, or too large.
    """
    from publisher.media import colours

    with opened(data, name) as head:
        stored = head.size
    factor = min(1.0, side / max(stored))
    first = steps(data, factor)
    with decoded(data, first.draft, None, name) as found, explained(name):
        whole = found.smaller([first.mean])[first.mean]
        wide, high = stored[::-1] if whole.orientation >= 5 else stored
        size = max(1, round(wide * factor)), max(1, round(high * factor))
        return colours.in_srgb(whole.part((0, 0, wide, high), size), colours.numbered_profile(data))


def _plain(image: Image) -> Image:
    """Without palette, and with what can be seen through as a channel of its own: fit to be scaled."""
    see_through = image.info.get("transparency")
    if isinstance(see_through, tuple) and max(see_through) > 255:  # of 16 bits, decoded to 8
        image.info["transparency"] = tuple(level >> 8 for level in see_through)
    if see_through is not None and image.mode in ("P", "1", "L", "RGB"):
        return image.convert("RGBA")
    if image.mode.startswith("I"):
        # 16 bits: Pillow makes nothing much smaller of them, and changed, they lose what is above 255.
        deep = image.convert("I") if image.mode == "I;16B" else image
        return deep.point(lambda value: value / 256).convert("L")
    return image.convert(_PLAINER[image.mode]) if image.mode in _PLAINER else image


_PLAINER = {
    "P": "RGB",
    "1": "RGB",
    "PA": "RGBA",
    "La": "LA",
    "RGBa": "RGBA",
    "YCbCr": "RGB",
}
"""Modes in which no other size can be made of a picture, or none whose tones are right → what they become."""


@contextmanager
def opened(data: bytes, name: str) -> Iterator[Image]:
    """The picture's head; closed with the block.

    Raises:
        MediaError: of a kind that is not read, or broken.
    """
    from PIL import Image

    kind = kind_of(data[:32])
    if kind not in NAMES:
        raise MediaError("media.type", name=name)
    if kind == HEIC:
        from pillow_heif import register_heif_opener

        register_heif_opener()
    if kind == TIFF:
        _hush_libtiff()
    # Pillow's own bound warns on stderr before it refuses, and does not say how large the picture is.
    Image.MAX_IMAGE_PIXELS = None
    with explained(name):
        image = Image.open(BytesIO(lean(data) if kind == TIFF else data), formats=[NAMES[kind]])
    with image:
        refuse_too_many(*image.size, name)
        yield image


@cache
def _hush_libtiff() -> None:
    """It writes of every odd file to stderr, past Python, before its caller is told: we say it in our words.

    It is Pillow's own copy, or the system's: found either way as that which Pillow's decoder is linked with.
    Where it is part of that (Windows) it goes on writing.
    """
    from ctypes import CDLL, c_void_p

    from PIL import _imaging

    library = CDLL(_imaging.__file__)
    for name in ("TIFFSetErrorHandler", "TIFFSetWarningHandler"):  # libtiff 3.5 and later; none: silence
        setter = getattr(library, name, None)
        if setter is not None:
            setter.argtypes, setter.restype = [c_void_p], c_void_p
            setter(None)


@contextmanager
def loaded(data: bytes, name: str) -> Iterator[Image]:
    """All of a picture as it is stored, in memory while the block lasts.

    Raises:
        MediaError: damaged, of a kind that is not read, or too large.
    """
    with one_of_few, opened(data, name) as image:
        with explained(name):
            image.load()
        yield image


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Whatever a decoder says of broken bytes, in words for whoever gave them."""
    try:
        yield
    except _OF_DECODERS as error:
        raise MediaError("media.damaged", name=name) from error


_OF_DECODERS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    EOFError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    StructError,
)
"""What Pillow and its plugins raise of broken bytes, each seen."""


def turned(image: Image) -> int:
    """How a HEIC or AVIF is turned beside what its decoder has done; XMP has no say in it."""
    image.info.pop("xmp", None)
    return int(image.getexif().get(formats.ORIENTATION, 1))
