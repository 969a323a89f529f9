"""Colours of pictures made anew, held against littleCMS; and which way is up, whatever they are stored as."""

import math
import random
import struct
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageOps, ImageStat

from publisher.media.formats import BrokenPictureError, parse
from publisher.media.make import make
from publisher.recipe import PLAIN, Recipe
from tests.pictures import ADOBE, DOT_GAIN, P3, P3_AS_SRGB, PRESS, SRGB, chunk, deep, lab, stored

WHOLE = Recipe((0, 0, 240, 180), (120, 90), None, "", "image/png", 10**7)
COLOURS = (
    *((200, 40, 40), (40, 180, 60), (40, 60, 200), (230, 200, 40), (128, 128, 128), (20, 20, 20)),
    *((245, 245, 245), (180, 90, 140), (90, 160, 170), (220, 170, 140), (60, 60, 60), (255, 255, 255)),
)
LIMIT = 2.3
"""ΔE of 1976 that is just noticed; encoders that lose a little need some of it."""


def chart() -> Image.Image:
    """Twelve fields, 60 pixels each, none like another."""
    image = Image.new("RGB", (240, 180))
    for number, colour in enumerate(COLOURS):
        left, top = number % 4 * 60, number // 4 * 60
        ImageDraw.Draw(image).rectangle((left, top, left + 59, top + 59), fill=colour)
    return image


def middles(image: Image.Image) -> list[tuple[float, float, float]]:
    """L, a, b in the middle of each field."""
    size, found = image.width // 4, lab(image)
    return [found[(n // 4 * size + size // 2) * image.width + n % 4 * size + size // 2] for n in range(12)]


def difference(made: bytes, wanted: Image.Image) -> float:
    """The worst ΔE of the twelve."""
    with Image.open(BytesIO(made)) as image:
        return max(math.dist(a, b) for a, b in zip(middles(image), middles(wanted), strict=True))


def by_littlecms(image: Image.Image, icc: bytes) -> Image.Image:
    own = ImageCms.ImageCmsProfile(BytesIO(icc))
    return ImageCms.profileToProfile(image, own, SRGB, outputMode="RGB")


GREY = chart().convert("L")
CMYK = chart().convert("CMYK")
SOURCES = {
    "adobe rgb jpeg": (lambda: stored(chart(), "JPEG", icc_profile=ADOBE), chart(), ADOBE),
    "p3 jpeg": (lambda: stored(chart(), "JPEG", icc_profile=P3), chart(), P3),
    "p3 heic": (lambda: stored(chart(), "HEIF", icc_profile=P3), chart(), P3),
    "p3 avif": (lambda: stored(chart(), "AVIF", icc_profile=P3), chart(), P3),
    "p3 webp": (lambda: stored(chart(), "WEBP", icc_profile=P3), chart(), P3),
    "p3 palette": (lambda: stored(chart().quantize(16), "PNG", icc_profile=P3), chart(), P3),
    "p3 see-through": (lambda: stored(chart().convert("RGBA"), "PNG", icc_profile=P3), chart(), P3),
    "16 bits": (lambda: deep(chart(), ADOBE), chart(), ADOBE),
    "16 bits, see-through": (lambda: deep(chart().convert("RGBA"), P3), chart(), P3),
    "grey": (lambda: stored(GREY, "PNG", icc_profile=DOT_GAIN), GREY, DOT_GAIN),
    "grey, 16 bits": (lambda: deep(GREY, DOT_GAIN), GREY, DOT_GAIN),
    "grey, see-through": (lambda: stored(GREY.convert("LA"), "PNG", icc_profile=DOT_GAIN), GREY, DOT_GAIN),
    "grey with a profile of colours": (lambda: stored(GREY, "PNG", icc_profile=P3), GREY.convert("RGB"), P3),
    "cmyk": (lambda: stored(CMYK, "JPEG", icc_profile=PRESS), CMYK, PRESS),
}


@pytest.mark.parametrize("name", SOURCES)
def test_colours_are_those_that_littlecms_finds(name):
    """From every profile to sRGB, without a difference that anybody sees; and no profile goes along."""
    make_source, image, icc = SOURCES[name]
    made = make(make_source(), WHOLE.steps, name)
    assert difference(made, by_littlecms(image, icc)) < LIMIT
    with Image.open(BytesIO(made)) as found:
        assert "icc_profile" not in found.info


def test_a_colour_space_told_by_numbers_counts_like_a_profile():
    """Display P3 in the head of an AVIF or PNG, without a profile, as Android and browsers write it."""
    plain, wanted = stored(chart(), "AVIF"), by_littlecms(chart(), P3_AS_SRGB)
    at = plain.index(b"colrnclx") + 8
    numbered = plain[:at] + struct.pack(">HH", 12, 13) + plain[at + 4 :]
    assert difference(make(numbered, WHOLE.steps, "x"), wanted) < LIMIT
    png = stored(chart(), "PNG")
    png = png[:33] + chunk(b"cICP", bytes((12, 13, 0, 1))) + png[33:]
    assert parse(png).colours == "profile"
    assert difference(make(png, WHOLE.steps, "x"), wanted) < LIMIT
    assert (
        parse(
            png.replace(chunk(b"cICP", bytes((12, 13, 0, 1))), chunk(b"cICP", bytes((1, 13, 0, 1))))
        ).colours
        == ""
    )


@pytest.mark.parametrize("told", [b"", b"\x0c"])
def test_a_colour_space_that_is_not_told_to_its_end_is_damage(told):
    """A PNG whose numbers break off is a message to whoever gave it, not a crash."""
    png = stored(chart(), "PNG")
    with pytest.raises(BrokenPictureError):
        parse(png[:33] + chunk(b"cICP", told) + png[33:])


def test_a_picture_of_high_dynamic_range_is_neither_grey_nor_dark():
    """White paper in PQ (203 of 10,000 nits, 58 % of the numbers) comes out bright; black stays black."""
    png = stored(Image.new("RGB", (240, 180), (148, 148, 148)), "PNG")
    head = chunk(b"cICP", bytes((9, 16, 0, 1)))
    paper = Image.open(BytesIO(make(png[:33] + head + png[33:], WHOLE.steps, "x"))).getpixel((60, 45))
    assert min(paper) > 215
    assert max(paper) - min(paper) < 3
    png = stored(Image.new("RGB", (240, 180)), "PNG")
    assert Image.open(BytesIO(make(png[:33] + head + png[33:], WHOLE.steps, "x"))).getpixel((9, 9)) == (
        0,
        0,
        0,
    )


def test_a_colour_that_stands_for_nothing_becomes_white_in_a_jpeg():
    """A PNG without a channel for it: one colour, or one grey, means that the background is seen."""
    for image, nothing in ((chart(), COLOURS[0]), (GREY, GREY.getpixel((9, 9)))):
        data = stored(image, "PNG", transparency=nothing)
        found = Image.open(BytesIO(make(data, Recipe(*_first(5), "image/jpeg", 10**7).steps, "logo")))
        assert min(found.convert("RGB").getpixel((20, 20))) > 250
        found = Image.open(BytesIO(make(data, WHOLE.steps, "logo")))
        assert found.convert("RGBA").getpixel((20, 20))[3] == 0


def _first(count: int) -> list:
    return [WHOLE.crop, WHOLE.scale, WHOLE.canvas, WHOLE.background][: count - 1]


# ── Upright ──────────────────────────────────────────────────────────────────

UNDONE = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_90",
    7: "TRANSVERSE",
    8: "ROTATE_270",
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF"])
def test_each_way_that_a_camera_was_held_comes_out_upright(kind):
    """All eight, whole and cut: what is cut is named in the upright picture."""
    right = Recipe((120, 60, 120, 120), (60, 60), None, "", "image/png", 10**7)
    corner = chart().crop((120, 60, 240, 180))
    for way in range(1, 9):
        turned = chart().transpose(Image.Transpose[UNDONE[way]]) if way in UNDONE else chart()
        exif = Image.Exif()
        exif[0x0112] = way
        data = stored(turned, kind, exif=exif.tobytes())
        assert difference(make(data, WHOLE.steps, "x"), chart()) < LIMIT, way
        cut = Image.open(BytesIO(make(data, right.steps, "x"))).convert("RGB")
        assert max(ImageStat.Stat(ImageChops.difference(cut, corner.resize((60, 60)))).mean) < 3, way


def test_only_exif_says_which_way_is_up():
    """XMP that says otherwise is not heard by browsers and platforms, nor here."""
    xmp = b'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/>'
    for kind in ("JPEG", "AVIF"):
        assert difference(make(stored(chart(), kind, xmp=xmp), WHOLE.steps, "x"), chart()) < LIMIT


def test_turning_a_photo_for_good_costs_next_to_nothing():
    """Its own tables, turned with it: nearer to the original than 40 dB, where a new JPEG is at 34."""
    small = Image.frombytes("RGB", (60, 45), random.Random(7).randbytes(60 * 45 * 3))
    exif = Image.Exif()
    exif[0x0112] = 6
    data = stored(
        small.resize((640, 480), Image.Resampling.BICUBIC), "JPEG", quality=85, exif=exif, subsampling=0
    )
    with Image.open(BytesIO(data)) as source, Image.open(BytesIO(make(data, PLAIN, "x"))) as made:
        off = ImageStat.Stat(ImageChops.difference(ImageOps.exif_transpose(source), made)).rms
    assert 20 * math.log10(255 / max(off)) > 50
