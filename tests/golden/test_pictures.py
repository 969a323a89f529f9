"""Pictures made to fit, as people would see them: made anew, they look as those committed beside this file.

One drawn scene, stored in every way that cameras, telephones, scanners and drawing programs do, goes the
whole way: what is known of the file, what a platform wants of it, what is made of that. `make golden` writes
the results anew; look at them. They are a quarter of their size, and compared as eyes do: the distance of
two colours (ΔE of 1976, of which 2.3 is just noticed), in fields of 8 × 8 pixels. On average they may be
0.7 apart, the worst field 4. Kept as JPEG they differ by 0.3 and 2.3; cut around a point two in a hundred
beside the right one by 5 and 130, in colours that were not converted by 5 and 14, with a background five in
a hundred lighter by 1.3 and 4.9.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from struct import pack

import pytest
from PIL import Image, ImageDraw

from connectors import registry
from publisher.media import inspect
from publisher.media.make import make
from publisher.recipe import PLAIN
from publisher.render.fitting import Wish, fitted
from tests.pictures import ADOBE, P3, PRESS, SHAPE, SUN, deep, lab, scene, stored

EXPECTED = Path(__file__).parent / "pictures"
SMALLER, FIELD, MEAN, WORST = 4, 8, 0.7, 4.0
WIDE = (2400, 800)
HELD = 6
"""A telephone held upright (Exif 2.32, tag 0112)."""


def held(way: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = way
    return exif


def by_numbers(avif: bytes) -> bytes:
    """Its colour space told by numbers alone: Display P3, as telephones do."""
    at = avif.index(b"colrnclx") + 8
    return avif[:at] + pack(">HH", 12, 13) + avif[at + 4 :]


def cut_out() -> Image.Image:
    """The scene on nothing but a disc, in 64 colours."""
    image = scene().convert("RGBA")
    mask = Image.new("L", SHAPE)
    ImageDraw.Draw(mask).ellipse((150, 0, 1050, 900), fill=255)
    image.putalpha(mask)
    return image


PAD = Wish()


@dataclass(frozen=True)
class Case:
    """A file, and what is wanted of it.

    Attributes:
        where: platform and placement.
    """

    file: Callable[[], bytes]
    where: str = "instagram feed"
    focus: tuple[float, float] | None = None
    wish: Wish = PAD


CASES: Mapping[str, Case] = {
    "crop-focus": Case(lambda: stored(scene(WIDE), "JPEG"), focus=SUN),
    "crop-middle": Case(lambda: stored(scene(WIDE), "JPEG"), wish=Wish("crop")),
    "pad-blur": Case(lambda: stored(scene(WIDE), "JPEG")),
    "pad-colour": Case(lambda: stored(scene(WIDE), "PNG"), wish=Wish("pad", "#0b5fa5")),
    "turned-and-cut": Case(
        lambda: stored(scene(WIDE).rotate(90, expand=True), "JPEG", exif=held(HELD)), focus=SUN
    ),
    "cmyk": Case(lambda: stored(scene().convert("CMYK"), "JPEG", icc_profile=PRESS)),
    "display-p3": Case(lambda: stored(scene(), "JPEG", icc_profile=P3)),
    "adobe-rgb": Case(lambda: stored(scene(), "JPEG", icc_profile=ADOBE)),
    "16-bit": Case(lambda: deep(scene(), ADOBE)),
    "palette-see-through": Case(lambda: stored(cut_out().quantize(64), "PNG")),
    "heic": Case(lambda: stored(scene(), "HEIF", icc_profile=P3)),
    "avif-by-numbers": Case(lambda: by_numbers(stored(scene(), "AVIF"))),
    "webp": Case(lambda: stored(cut_out(), "WEBP"), "threads feed"),
}


def made(case: Case, folder: Path) -> Image.Image:
    """What is sent, a quarter of its size."""
    (folder / "foto").write_bytes(data := case.file())
    platform, placement = case.where.split()
    rules = registry.room(platform).pictures(placement)
    assert rules is not None
    [steps] = fitted([inspect.facts(folder / "foto", "foto")], [case.focus], rules, case.wish)
    assert steps != PLAIN, "it would go out as it is"
    with Image.open(BytesIO(make(data, steps, "foto"))) as image:
        assert image.info.get("icc_profile") is None
        return image.convert("RGB").reduce(SMALLER)


def apart(now: Image.Image, kept: Image.Image) -> tuple[float, float]:
    """ΔE on average, and of the worst field."""
    assert now.size == kept.size
    found = [
        math.dist(one, other)
        for one, other in zip(lab(now.reduce(FIELD)), lab(kept.reduce(FIELD)), strict=True)
    ]
    return sum(found) / len(found), max(found)


@pytest.mark.parametrize("name", CASES)
def test_a_picture_looks_as_expected(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Size, piece, background, way up and colours are those of the one committed, as far as eyes can tell."""
    now, path = made(CASES[name], tmp_path), EXPECTED / f"{name}.jpg"
    if request.config.getoption("--golden-update", default=False):
        now.save(path, quality=90, subsampling=0, optimize=True)
    assert path.exists(), "run `make golden` and look at the new picture"
    with Image.open(path) as kept:
        mean, worst = apart(now, kept.convert("RGB"))
    assert mean <= MEAN
    assert worst <= WORST
