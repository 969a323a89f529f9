"""Pictures made anew: upright, in the right colours, small enough, from every kind that staff have."""

import random
import struct
import subprocess
import sys
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageStat

from connectors.contract import Media
from publisher.media import decoding, inspect, pictures
from publisher.media.formats import parse
from publisher.media.inspect import MediaError
from publisher.media.make import make, untouched
from publisher.media.store import MediaStore
from publisher.recipe import BLUR, PLAIN, Recipe
from tests.pictures import scene

WHOLE = Recipe((0, 0, 400, 300), (200, 150), None, "", "image/jpeg", 1_000_000)
RED, BLUE = (220, 30, 30), (20, 40, 200)


def halves(size=(400, 300), mode="RGB") -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, RED)
    ImageDraw.Draw(image).rectangle((size[0] // 2, 0, *size), fill=BLUE)
    return image.convert(mode)


def stored(image: Image.Image, kind: str, **settings) -> bytes:
    out = BytesIO()
    if kind == "HEIF":
        from pillow_heif import register_heif_opener

        register_heif_opener()
    image.save(out, kind, **settings)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def near(image: Image.Image, at: tuple[int, int], colour: tuple[int, int, int], by: int = 14) -> bool:
    found = image.convert("RGB").getpixel(at)
    return all(abs(a - b) <= by for a, b in zip(found, colour, strict=True))


ROTATED = Image.Exif()
ROTATED[0x0112] = 6


@pytest.mark.parametrize(
    "data",
    [
        stored(halves(), "JPEG", quality=95),
        stored(halves(), "PNG"),
        stored(halves().quantize(8), "PNG"),
        stored(halves(), "WEBP", lossless=True),
        stored(halves(), "HEIF", quality=95),
        stored(halves(), "AVIF", quality=95),
        stored(halves().rotate(90, expand=True), "JPEG", quality=95, exif=ROTATED),
        stored(halves(mode="RGBA"), "PNG"),
        stored(halves().quantize(8), "GIF", save_all=True, append_images=[halves().rotate(180).quantize(8)]),
    ],
    ids=["jpeg", "png", "palette", "webp", "heic", "avif", "turned", "alpha", "animation"],
)
def test_every_kind_becomes_the_same_picture(data):
    """Left stays left and red stays red, whatever it was stored as; nothing of its notes goes along."""
    made = make(data, WHOLE.steps, "foto")
    image = opened(made)
    assert (image.format, image.size) == ("JPEG", (200, 150))
    assert near(image, (40, 75), RED)
    assert near(image, (160, 75), BLUE)
    assert not image.getexif()
    assert "icc_profile" not in image.info
    assert make(data, WHOLE.steps, "foto") == made


def test_the_facts_of_a_heic_are_those_of_the_upright_picture(tmp_path: Path):
    """Read from its head, as a telephone stores it: turned."""
    path = tmp_path / "IMG_0001.HEIC"
    path.write_bytes(stored(halves((300, 400)), "HEIF"))
    found = inspect.facts(path, path.name)
    assert (found.mime, found.width, found.height, found.kind) == ("image/heic", 300, 400, "image")


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def red_is_green() -> bytes:
    """A colour space like sRGB, but for what its first and second number mean."""
    changed = SRGB.replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be")).replace(
        b"sRGB built", b"swap built"
    )
    return changed.replace(b"rXYZ", b"tmp!").replace(b"gXYZ", b"rXYZ").replace(b"tmp!", b"gXYZ")


def test_colours_of_another_space_look_the_same():
    """A picture in a wide colour space keeps its look, not its numbers; and `check` knows it beforehand."""
    swapped = stored(halves(), "PNG", icc_profile=red_is_green())
    assert parse(swapped).colours == "profile"
    assert near(opened(make(swapped, WHOLE.steps, "foto")), (40, 75), (30, 220, 30), by=20)
    usual = stored(halves(), "JPEG", icc_profile=SRGB)
    assert parse(usual).colours == ""
    cmyk = stored(halves().convert("CMYK"), "JPEG", quality=95)
    assert parse(cmyk).colours == "cmyk"
    image = opened(make(cmyk, WHOLE.steps, "foto"))
    assert image.mode == "RGB"
    assert near(image, (40, 75), RED, by=40)


def test_deep_and_clear_are_seen_without_decoding():
    """16 bits and transparency, from the head of the file."""
    deep = stored(Image.new("I;16", (40, 30), 30_000), "PNG")
    assert (parse(deep).colours, parse(deep).clear) == ("deep", False)
    assert parse(stored(halves(mode="RGBA"), "PNG")).clear
    assert parse(stored(halves(), "PNG", transparency=RED)).clear
    half = Image.new("RGBA", (40, 30), (*RED, 128))
    assert parse(stored(half, "WEBP", lossless=True)).clear
    assert parse(stored(half, "WEBP")).clear
    assert not parse(stored(halves(), "WEBP", lossless=True)).clear
    grey = opened(make(deep, Recipe((0, 0, 40, 30), (40, 30), None, "", "image/png", 10**6).steps, "x"))
    assert abs(ImageStat.Stat(grey.convert("L")).mean[0] - 30_000 / 256) < 2


def test_transparency_becomes_white_in_a_jpeg():
    """A logo on nothing stands on white, not on black."""
    clear = Image.new("RGBA", (400, 300), (0, 0, 0, 0))
    assert near(opened(make(stored(clear, "PNG"), WHOLE.steps, "logo")), (100, 75), (255, 255, 255))


def test_a_colour_or_the_picture_itself_stands_around_it():
    """The picture is in the middle, untouched; above and below is what was asked for."""
    data = stored(halves(), "PNG")
    padded = Recipe((0, 0, 400, 300), (200, 150), (200, 250), "#0b5fa5", "image/png", 10**6)
    image = opened(make(data, padded.steps, "x"))
    assert near(image, (100, 10), (0x0B, 0x5F, 0xA5), by=0)
    assert near(image, (40, 125), RED, by=2)
    blurred = opened(make(data, Recipe(*[*_fields(padded)[:3], "blur", *_fields(padded)[4:]]).steps, "x"))
    left, right = blurred.getpixel((10, 10)), blurred.getpixel((190, 10))
    assert left[0] > left[2], "the background is the picture's own colours"
    assert right[2] > right[0]


def _fields(one: Recipe) -> list:
    return [one.crop, one.scale, one.canvas, one.background, one.mime, one.most]


def test_a_cut_keeps_what_it_names():
    """The right half alone is blue to its edges."""
    right = Recipe((200, 0, 200, 300), (100, 150), None, "", "image/png", 10**6)
    image = opened(make(stored(halves(), "JPEG", quality=95), right.steps, "x"))
    assert image.size == (100, 150)
    assert near(image, (3, 75), BLUE)


def noise(size: tuple[int, int]) -> Image.Image:
    return Image.frombytes("RGB", size, random.Random(7).randbytes(3 * size[0] * size[1]))


def test_a_size_is_met_with_few_encodings_or_told(monkeypatch):
    """Worse and worse, at most four times; then the picture is refused in words, with the numbers."""
    data = stored(noise((400, 300)), "PNG")
    whole = len(make(data, Recipe((0, 0, 400, 300), (400, 300), None, "", "image/jpeg", 10**7).steps, "x"))
    less = Recipe((0, 0, 400, 300), (400, 300), None, "", "image/jpeg", whole // 2)
    assert len(make(data, less.steps, "x")) <= whole // 2
    with pytest.raises(MediaError) as caught:
        make(data, Recipe((0, 0, 400, 300), (400, 300), None, "", "image/jpeg", 3_000).steps, "derau.png")
    assert caught.value.message == "media.cannot_fit"
    assert caught.value.values["name"] == "derau.png"
    drawn = Recipe((0, 0, 400, 300), (400, 300), None, "", "image/png", 200_000)
    assert len(make(data, drawn.steps, "x")) <= 200_000


def test_one_decoding_serves_all_of_a_size_that_is_made_of_a_picture(tmp_path: Path, monkeypatch):
    """Six channels, one photo: decoded once for all of a size, at no more than they need."""
    photo = tmp_path / "foto.jpg"
    photo.write_bytes(stored(halves((1600, 1200)), "JPEG"))
    seen = []
    decode = pictures.decoded

    @contextmanager
    def counted(*asked):
        with decode(*asked) as whole:
            seen.append(whole.factor)
            yield whole

    monkeypatch.setattr(pictures, "decoded", counted)
    from hashlib import sha256

    source = sha256(photo.read_bytes()).hexdigest()
    store = MediaStore(tmp_path / "media")
    store.keep(photo, source)
    widths = [808, 600, 400, 396, 300, 220]
    wanted = [Media(source, sized((1600, 1200), w).steps, "") for w in widths]
    store.make(wanted)
    assert [store.facts(one).width for one in wanted] == widths
    assert sorted(seen) == [0.25, 0.5]


@pytest.mark.parametrize("exif", [Image.Exif(), ROTATED], ids=["upright", "turned"])
def test_a_photo_that_some_take_as_it_is_is_not_decoded_for_them_again(tmp_path: Path, monkeypatch, exif):
    """Made with the others' it is there, and the same as alone; one that EXIF turns must be turned anyway."""
    from hashlib import sha256

    data = stored(halves((800, 600)), "JPEG", exif=exif.tobytes(), comment=b"Budi")
    photo, source = tmp_path / "foto.jpg", sha256(data).hexdigest()
    photo.write_bytes(data)
    alone = make(data, PLAIN, "foto.jpg")
    store = MediaStore(tmp_path / "media")
    store.keep(photo, source)
    plain, small = (Media(source, steps, "") for steps in (PLAIN, sized((800, 600), 200).steps))
    store.make([plain])
    assert not store.has(plain)
    store.make([plain, small])
    assert store.has(plain) == (exif is not ROTATED)
    assert store.path(plain).read_bytes() == alone
    assert b"Budi" not in alone


def test_what_is_decoded_for_others_is_what_goes_out_as_it_is(monkeypatch):
    """The bytes without notes: that they can be decoded is known then."""
    seen = []
    decode = pictures.decoded
    monkeypatch.setattr(pictures, "decoded", lambda data, *more: seen.append(data) or decode(data, *more))
    data = stored(halves((800, 600)), "JPEG", comment=b"Budi")
    pictures.make_all(data, [sized((800, 600), 200), sized((800, 600), 790)], "foto.jpg")
    assert seen == [untouched(data, "foto.jpg")] * 2
    assert untouched(stored(halves(), "PNG"), "gambar.png") is None


def sized(size: tuple[int, int], width: int, mime: str = "image/jpeg") -> Recipe:
    """All of a picture, so wide."""
    return Recipe((0, 0, *size), (width, width * size[1] // size[0]), None, "", mime, 10**7)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "HEIF"])
def test_a_picture_made_alone_is_the_one_made_in_company(kind):
    """What people approved is made again, perhaps alone, on another machine: it has the same bytes."""
    data = stored(scene((1603, 1201)), kind)
    wanted = [sized((1603, 1201), width) for width in (1603, 1100, 810, 700, 380, 190, 90)]
    wanted.append(Recipe((400, 300, 600, 600), (250, 250), (400, 250), BLUR, "image/jpeg", 10**7))
    together = pictures.make_all(data, wanted, "foto")
    for recipe, made in zip(wanted, together, strict=True):
        assert pictures.make_all(data, [recipe], "foto") == [made]


@pytest.mark.parametrize(("kind", "half"), [("JPEG", decoding.Steps(2, 1)), ("HEIF", decoding.Steps(1, 2))])
def test_a_photo_made_a_hair_smaller_first_looks_the_same(kind, half):
    """Of 4,032 pixels 2,016 are decoded where 2,048 are wanted: about as near as where 2,016 are."""
    image = scene((1008, 756))
    data = stored(image, kind, quality=98, **({"subsampling": 0} if kind == "JPEG" else {}))
    off = {}
    for width in (512, 504):
        assert decoding.steps(data, width / 1008) == half
        recipe = sized(image.size, width, "image/png")
        [made] = pictures.make_all(data, [recipe], "foto")
        direct = opened(data).resize(recipe.scale, Image.Resampling.LANCZOS)
        off[width] = sum(ImageStat.Stat(ImageChops.difference(opened(made), direct)).mean) / 3
    assert off[512] < 1.3 * off[504] < 2
    assert decoding.steps(data, 515 / 1008) == decoding.Steps(1, 1)
    drawing = stored(Image.new("L", (8, 8)), "PNG")
    assert [decoding.steps(drawing, 1 / by).mean for by in (2, 3, 4, 6)] == [1, 1, 2, 3]


@pytest.mark.parametrize("size", [(3, 900), (900, 33), (17, 901), (1, 1)])
def test_slim_pictures_are_cut_where_they_were_asked_to(size):
    """The last pixel of a JPEG decoded smaller stands for fewer than the others."""
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    wide, high = size
    crop = (0, high // 2, wide, high - high // 2)
    scale = (max(1, wide // 9), max(1, crop[3] // 9))
    recipe = Recipe(crop, scale, None, "", "image/png", 10**7)
    [made] = pictures.make_all(stored(image, "JPEG", quality=98), [recipe], "foto.jpg")
    direct = image.crop((0, crop[1], wide, high)).resize(scale, Image.Resampling.LANCZOS)
    off = ImageStat.Stat(ImageChops.difference(opened(made).convert("RGB"), direct))
    assert max(off.mean) < 4


def test_a_large_picture_is_made_smaller_by_plain_means_first(tmp_path: Path):
    """A PNG of a panorama: what is made of it comes from a copy twice as large, and looks the same."""
    image = scene((2400, 600))
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    image.info["icc_profile"] = SRGB
    data = stored(image, "PNG", icc_profile=SRGB)
    first = decoding.steps(data, 280 / 2400)
    with decoding.decoded(data, first.draft, 1, "panorama.png") as found:
        whole = found.smaller([first.mean])[first.mean]
        assert (whole.image.size, whole.factor) == ((600, 150), 0.25)
        assert ImageChops.difference(whole.image, image.reduce(4)).getbbox(alpha_only=False) is None
        assert whole.image.info["icc_profile"] == SRGB
        with pytest.raises(ValueError, match="closed"):
            found.image.load()
    wanted = [Recipe((1200, 0, 1200, 600), (w, w // 2), None, "", "image/png", 10**7) for w in (140, 90)]
    for recipe, made in zip(wanted, pictures.make_all(data, wanted, "panorama.png"), strict=True):
        direct = image.crop((1200, 0, 2400, 600)).resize(recipe.scale, Image.Resampling.LANCZOS)
        shown = [Image.alpha_composite(Image.new("RGBA", p.size, "grey"), p) for p in (opened(made), direct)]
        off = ImageStat.Stat(ImageChops.difference(*shown))
        assert max(off.mean) < 1.5
        assert max(off.rms) < 4


def test_what_can_be_seen_through_takes_little_more_memory_than_its_pixels(tmp_path: Path):
    """Made smaller strip by strip: whole, it would be copied several times."""
    size = (4800, 3600)
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    image.putalpha(image.getchannel(0))
    image.save(tmp_path / "logo.png", compress_level=1)
    code = """
import sys
from pathlib import Path
import PIL.JpegImagePlugin, PIL.PngImagePlugin
from publisher.media import pictures
from publisher.recipe import Recipe
def peak():
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) * 1024
data, before = Path(sys.argv[1]).read_bytes(), peak()
wanted = [Recipe((0, 0, 4800, 3600), (w, w * 3 // 4), None, "", "image/jpeg", 10**7) for w in (1200, 800)]
pictures.make_all(data, wanted, "logo.png")
print(peak() - before)
"""
    command = [sys.executable, "-c", code, str(tmp_path / "logo.png")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 1.6 * 4 * size[0] * size[1]


def test_a_heic_is_made_from_its_pixels_not_from_a_small_copy_in_it():
    """Programs that edit pictures leave the small copy as it was."""
    from pillow_heif import from_pillow

    out: list[bytes] = []
    for thumbnails in ([], [480]):
        file = from_pillow(scene((1600, 1200)))
        target = BytesIO()
        file.save(target, quality=90, thumbnails=thumbnails)
        out.append(target.getvalue())
    assert out[0] != out[1]
    small = Recipe((0, 0, 1600, 1200), (400, 300), None, "", "image/jpeg", 10**7).steps
    assert make(out[0], small, "x") == make(out[1], small, "x")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF"])
def test_damaged_pixels_are_told_and_leave_nothing_half_made(tmp_path: Path, kind):
    """Cut anywhere, scribbled over: a message with the name, no traceback, no file."""
    whole = stored(noise((400, 300)), kind)
    for at in (len(whole) // 3, len(whole) - 20):
        with pytest.raises(MediaError):
            make(whole[:at], WHOLE.steps, "rusak")


def test_a_bomb_is_refused_before_it_is_decoded(tmp_path: Path):
    """A HEIC whose head claims more pixels than are taken."""
    path = tmp_path / "besar.heic"
    small, size = stored(Image.new("L", (64, 64)), "HEIF", quality=1), struct.Struct(">4x2I").pack
    assert size(64, 64) in small
    path.write_bytes(small.replace(size(64, 64), size(9_100, 9_100)))
    with pytest.raises(MediaError, match=r"media\.too_many_pixels"):
        inspect.facts(path, "besar.heic")
