"""Kinds of pictures that no platform takes: TIFF and BMP are made into JPEGs, the others are named."""

from __future__ import annotations

import random
import struct
import subprocess
import sys
import warnings
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from connectors import registry
from connectors.contract import MediaFacts, Problem, Severity
from publisher import config, texts
from publisher.media import inspect, pictures
from publisher.media.formats import BMP, MAX_SCANS, TIFF
from publisher.media.inspect import MAX_PIXELS, MediaError
from publisher.media.make import make
from publisher.recipe import PLAIN, Recipe, read
from publisher.render.fitting import Wish, filling, fitted
from publisher.sync import Synced, Syncer
from tests.pictures import scene
from tests.pictures import stored as in_file
from tests.unit.conftest import NOW

SMALL = Recipe((0, 0, 400, 300), (200, 150), None, "", "image/jpeg", 1_000_000)
RED, BLUE = (220, 30, 30), (20, 40, 200)


def halves(mode: str = "RGB", size: tuple[int, int] = (400, 300)) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, RED)
    ImageDraw.Draw(image).rectangle((size[0] // 2, 0, *size), fill=BLUE)
    return image.convert(mode)


def deep() -> Image.Image:
    """16 bits of grey."""
    return halves("L").convert("I").point(lambda value: value * 257).convert("I;16")


def stored(image: Image.Image, kind: str = "TIFF", **settings: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **settings)
    return out.getvalue()


def facts(folder: Path, data: bytes, name: str = "foto.jpg") -> MediaFacts:
    (folder / name).write_bytes(data)
    return inspect.facts(folder / name, name)


def refused(folder: Path, data: bytes, name: str = "foto.jpg") -> Problem:
    with pytest.raises(MediaError) as caught:
        facts(folder, data, name)
    return caught.value.problem("content/a.txt")


# ── Taken, and made anew ─────────────────────────────────────────────────────

TIFFS = {
    "plain": stored(halves()),
    "lzw": stored(halves(), compression="tiff_lzw"),
    "deflate": stored(halves(), compression="tiff_adobe_deflate"),
    "packbits": stored(halves(), compression="packbits"),
    "jpeg": stored(halves(), compression="jpeg", quality=95),
    "alpha": stored(halves("RGBA")),
    "palette": stored(halves("P")),
    "cmyk": stored(halves("CMYK"), compression="tiff_lzw"),
    "ycbcr": stored(halves("YCbCr")),
    "pages": stored(halves(), save_all=True, append_images=[halves("L"), halves("P")]),
    "big endian": stored(halves(), big_endian=True),
}
BMPS = {
    "bmp": stored(halves(), "BMP"),
    "bmp palette": stored(halves("P"), "BMP"),
    "bmp alpha": stored(halves("RGBA"), "BMP"),
}


@pytest.mark.parametrize("data", [*TIFFS.values(), *BMPS.values()], ids=[*TIFFS, *BMPS])
def test_tiff_and_bmp_become_jpegs_that_look_the_same(tmp_path: Path, data: bytes) -> None:
    """Whatever is in them: left stays red, right stays blue, and no note goes along."""
    found = facts(tmp_path, data)
    assert (found.mime, found.width, found.height) == (TIFF if data[:2] != b"BM" else BMP, 400, 300)
    image = Image.open(BytesIO(make(data, SMALL.steps, "foto")))
    assert (image.format, image.size, image.mode) == ("JPEG", (200, 150), "RGB")
    for at, colour in (((40, 75), RED), ((160, 75), BLUE)):
        found_there = image.getpixel(at)
        assert isinstance(found_there, tuple)
        assert all(abs(a - b) <= 14 for a, b in zip(found_there, colour, strict=True))


@pytest.mark.parametrize("kind", ["TIFF", "PNG"])
@pytest.mark.parametrize("width", [400, 9000])
def test_sixteen_bits_of_grey_keep_their_tones(kind: str, width: int) -> None:
    """Also made very much smaller."""
    source = deep().resize((width, 300))
    recipe = Recipe((0, 0, width, 300), (200, 150), None, "", "image/jpeg", 1_000_000)
    image = Image.open(BytesIO(make(stored(source, kind), recipe.steps, "foto")))
    assert image.mode == "L"
    seen = [image.getpixel(at) for at in ((40, 75), (160, 75))]
    expected = [halves("L").getpixel(at) for at in ((80, 150), (320, 150))]
    assert all(abs(a - b) <= 3 for a, b in zip(seen, expected, strict=True))  # type: ignore[operator]


def test_black_and_white_of_a_fax_is_taken(tmp_path: Path) -> None:
    """Group 4, as scanners in offices write it."""
    data = stored(halves("L").point(lambda value: 255 * (value > 60)).convert("1"), compression="group4")
    assert facts(tmp_path, data).mime == TIFF
    image = Image.open(BytesIO(make(data, SMALL.steps, "foto"))).convert("L")
    assert (image.getpixel((40, 75)), image.getpixel((160, 75))) == (255, 0)


def tagged(data: bytes, tag: int, value: int) -> bytes:
    """A little-endian TIFF in whose first page a tag has another value."""
    (at,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, at)
    changed = bytearray(data)
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        if struct.unpack_from("<H", data, entry)[0] == tag:
            struct.pack_into("<I", changed, entry + 8, value)
            return bytes(changed)
    raise AssertionError(f"no tag {tag}")


def thumbnail() -> bytes:
    """As raw files of Nikon, Sony and Adobe begin: a small picture, marked as such."""
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    notes = ImageFileDirectory_v2()
    notes[254] = 1
    return stored(halves(), tiffinfo=notes)


UNREAD = {
    "lab": stored(halves("LAB")),
    "float": stored(halves("L").convert("F")),
    "32 bits": stored(halves("L").convert("I")),
    "signed": tagged(stored(halves("L"), tiffinfo={339: 1}), 339, 2),
    "12 bits": tagged(stored(deep()), 258, 12),
    "negative of 16 bits": tagged(stored(deep()), 262, 0),
    "jpeg of 1992": tagged(stored(halves()), 259, 6),
    "zstd": stored(halves(), compression="zstd"),
    "cielab by tag": tagged(stored(halves()), 262, 8),
}


@pytest.mark.parametrize("data", UNREAD.values(), ids=UNREAD)
def test_a_tiff_whose_tones_would_come_out_wrong_is_refused(tmp_path: Path, data: bytes) -> None:
    """Of a sort that only its own program reads, and what to do."""
    problem = refused(tmp_path, data, "poster.tif")
    assert (problem.code, problem.values["kind"]) == ("media.bitmap_kind", "TIFF")
    assert "JPEG" in (texts.fix_of(problem) or "")


@pytest.mark.parametrize(
    "data",
    [
        thumbnail(),
        tagged(stored(halves("L")), 262, 32803),
        b"II*\0\x10\0\0\0CR\x02\0" + bytes(100),
        b"\0\0\0\x18ftypcrx " + bytes(100),
        b"FUJIFILMCCD-RAW 0201" + bytes(100),
        b"IIRO\x08\0\0\0" + bytes(100),
    ],
    ids=["nef arw dng", "sensor", "cr2", "cr3", "raf", "orf"],
)
def test_raw_files_of_cameras_are_named_and_never_published_as_their_thumbnail(
    tmp_path: Path, data: bytes
) -> None:
    """Whatever ending somebody gave them."""
    for name in ("IMG_1.jpg", "IMG_1.tif"):
        problem = refused(tmp_path, data, name)
        assert problem.code == "media.raw"
        assert "RAW" in texts.text_of(problem)


# ── Cut off, damaged, too large ──────────────────────────────────────────────


@pytest.mark.parametrize("data", [*TIFFS.values(), *BMPS.values()], ids=[*TIFFS, *BMPS])
def test_wherever_a_file_is_cut_off_it_is_found_by_check(tmp_path: Path, data: bytes) -> None:
    """Before anything is decoded; a decoder would fill the rest with black."""
    whole = len(data) - (0 if data[:2] == b"BM" else last_needed(data))
    for length in {1, 9, 60, whole // 3, whole // 2, whole - 500, whole - 1}:
        assert refused(tmp_path, data[:length]).code in ("media.cut_off", "media.type", "media.kind"), length


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_so_is_what_a_telephone_stored(tmp_path: Path, kind: str) -> None:
    """A HEIC that is still being copied has a sound head; what hangs behind a whole one is no cut."""
    data = in_file(scene((400, 300)), kind, quality=60)
    for length in (len(data) // 3, len(data) // 2, len(data) - 1):
        assert refused(tmp_path, data[:length]).code in ("media.cut_off", "media.damaged"), length
    name = "foto.heic"
    for more in (b"", b"\0\0\xff\xffsefdSEFH", bytes(3)):
        (tmp_path / name).write_bytes(data + more)
        assert inspect.facts(tmp_path / name, name).width == 400


def last_needed(data: bytes) -> int:
    """How many bytes at the end belong to other pages, or to nothing."""
    order = "<" if data[:2] == b"II" else ">"
    (at,) = struct.unpack_from(order + "I", data, 4)
    (count,) = struct.unpack_from(order + "H", data, at)
    end = at + 2 + 12 * count
    pieces = {}
    for entry in range(at + 2, end, 12):
        tag, kind, many = struct.unpack_from(order + "HHI", data, entry)
        width = {2: 1, 3: 2, 4: 4, 5: 8, 7: 1}[kind] * many
        if tag in (270, 305, 282, 283, 296):
            continue
        place = entry + 8 if width <= 4 else struct.unpack_from(order + "I", data, entry + 8)[0]
        end = max(end, place + width if width > 4 else 0)
        letter = {3: "H", 4: "I"}.get(kind)
        if letter:
            pieces[tag] = struct.unpack_from(f"{order}{many}{letter}", data, place)
    ends = [place + length for place, length in zip(pieces[273], pieces[279], strict=True)]
    return len(data) - max(end, *ends)


def test_damage_ends_in_a_message_and_says_nothing_else(capfd: pytest.CaptureFixture[str]) -> None:
    """Whatever bytes are wrong: a picture or a MediaError; no warning of a decoder, no line of libtiff."""
    dice = random.Random(3)
    little = [halves(mode, (40, 30)) for mode in ("RGB", "L", "P", "RGBA", "CMYK", "LAB")]
    packings = (None, "tiff_lzw", "tiff_adobe_deflate", "packbits")
    sources = [stored(image, compression=packing) for image in little for packing in packings]
    sources += [stored(image, "BMP") for image in little[:4]]
    made = told = 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(1200):
            data = bytearray(dice.choice(sources))
            data = data[: dice.choice([len(data), len(data), dice.randrange(2, len(data))])]
            for _ in range(dice.randrange(4)):
                near = dice.choice([len(data), min(60, len(data)), min(300, len(data))])
                data[dice.choice([near - 1 - dice.randrange(near), -1 - dice.randrange(near)])] = (
                    dice.randrange(256)
                )
            if bytes(data[:2]) not in (b"II", b"MM", b"BM"):
                continue
            try:
                found = pictures.facts(bytes(data), "x")
                whole = Recipe((0, 0, found.width, found.height), (20, 15), None, "", "image/jpeg", 10**6)
                assert make(bytes(data), whole.steps, "x")
                made += 1
            except MediaError as error:
                told += bool(texts.fix_of(error.problem()))
    assert made > 100
    assert told > 100
    assert capfd.readouterr() == ("", "")


def claiming(kind: str, width: int, height: int) -> bytes:
    """A small file whose head claims a size."""
    if kind == "TIFF":
        return tagged(tagged(stored(halves()), 256, width), 257, height)
    if kind == "BMP":
        data = bytearray(stored(halves(), "BMP"))
        struct.pack_into("<ii", data, 18, width, height)
        struct.pack_into("<I", data, 30, 1)  # packed: the rows need not be there
        return bytes(data)
    if kind == "GIF":
        return b"GIF89a" + struct.pack("<HH", width, height) + stored(halves("P"), "GIF")[10:]
    from pillow_heif import register_heif_opener

    register_heif_opener()
    data = bytearray(stored(halves(), "HEIF" if kind == "HEIC" else kind))
    at = -1
    while (at := data.find(b"ispe", at + 1)) >= 0:
        struct.pack_into(">II", data, at + 8, width, height)
    return bytes(data)


@pytest.mark.parametrize("kind", ["TIFF", "BMP", "GIF", "HEIC", "AVIF"])
@pytest.mark.parametrize("size", [(9_500, 9_500), (60_000, 60_000)])
def test_a_bomb_is_told_with_its_size_and_never_decoded(
    tmp_path: Path, kind: str, size: tuple[int, int]
) -> None:
    """A few kilobytes that claim ninety million pixels and more: the message says how many, nobody warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        problem = refused(tmp_path, claiming(kind, *size))
    if kind == "AVIF" and problem.code == "media.damaged":
        return  # its decoder reads the size in the picture itself, and finds the contradiction
    assert problem.code == "media.too_many_pixels"
    assert f"{size[0]:,}" in texts.text_of(problem).replace(".", ",")


def test_a_jpeg_of_endless_scans_is_not_decoded(tmp_path: Path) -> None:
    """Each scan goes over the whole picture, and takes some dozens of bytes in the file."""
    data = stored(Image.new("RGB", (2000, 1500)), "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    scans = data.count(b"\xff\xda")
    assert facts(tmp_path, data[:-2] + last * (MAX_SCANS - scans) + b"\xff\xd9").width == 2000
    assert refused(tmp_path, data[:-2] + last * (MAX_SCANS - scans + 1) + b"\xff\xd9").code == "media.damaged"


# ── A panorama ───────────────────────────────────────────────────────────────


def places() -> list[tuple[str, str]]:
    return [
        (platform, placement)
        for platform in registry.platforms()
        for placement in registry.room(platform).placements
        if registry.room(platform).pictures(placement) is not None
    ]


@pytest.fixture(scope="module")
def panorama() -> bytes:
    """20,000 pixels wide, as a telephone makes it."""
    return stored(halves(size=(20_000, 3_600)), "JPEG", quality=80)


@pytest.mark.parametrize(("platform", "placement"), places())
@pytest.mark.parametrize("wish", [Wish(), Wish("crop")], ids=["pad", "crop"])
def test_a_panorama_of_20000_pixels_becomes_what_the_platform_takes(
    panorama: bytes, platform: str, placement: str, wish: Wish
) -> None:
    """Within its bounds of shape and sides, decoded to the end, red on the left and blue on the right."""
    rules = registry.room(platform).pictures(placement)
    assert rules is not None
    source = inspect.facts_of(inspect.picture_of(panorama, "p"), "p")
    [steps] = fitted([source], [None], rules, wish)
    image = Image.open(BytesIO(make(panorama, steps, "p")))
    image.load()
    narrow, wide = rules.ratio
    if steps != PLAIN:
        assert max(image.size) <= rules.sides[0]
        assert min(image.size) <= rules.sides[1]
    assert narrow * 0.99 <= image.width / image.height <= wide * 1.01
    middle = image.height // 2
    left, right = (image.convert("RGB").getpixel((round(image.width * x), middle)) for x in (0.1, 0.9))
    assert left[0] > 150 > left[2]  # type: ignore[index]
    assert right[2] > 150 > right[0]  # type: ignore[index]


def test_a_panorama_fills_a_slideshow(panorama: bytes) -> None:
    """Upright, with itself around it."""
    source = inspect.facts_of(inspect.picture_of(panorama, "p"), "p")
    image = Image.open(BytesIO(make(panorama, filling(source, None, (1080, 1920), Wish()).steps, "p")))
    assert image.size == (1080, 1920)


def test_a_larger_panorama_is_told_with_its_size(tmp_path: Path) -> None:
    """20,000 × 4,001 is more than eighty million pixels; not one of them is decoded."""
    data = bytearray(stored(halves(), "JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", 4_001, 20_000)
    assert MAX_PIXELS == 20_000 * 4_000
    problem = refused(tmp_path, bytes(data), "panorama.jpg")
    assert problem.code == "media.too_many_pixels"
    assert "20,000 × 4,001" in texts.text_of(problem).replace(".", ",")


MEASURE = """
import sys
from pathlib import Path
from publisher.media.make import make
from publisher.recipe import Recipe
recipe = Recipe((0, 0, 20000, 3600), (1080, 194), None, "", "image/jpeg", 8_000_000)
make(Path(sys.argv[1]).read_bytes(), recipe.steps, "p")
[most] = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(int(most.split()[1]) // 1024)
"""


def test_a_panorama_takes_no_more_memory_than_a_photo_of_a_telephone(tmp_path: Path, panorama: bytes) -> None:
    """A JPEG is decoded at an eighth of its size where nobody needs more: 216 MB are never there."""
    (tmp_path / "p.jpg").write_bytes(panorama)
    told = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path / "p.jpg")], capture_output=True, text=True, check=True
    )
    assert int(told.stdout) < 150


# ── Other kinds, by what is in them and by their names ───────────────────────

SCRIPT = b"""<?xml version="1.0"?>
<!-- drawn by hand -->
<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10" onload="alert(1)">
<script>fetch("http://127.0.0.1/")</script><image href="file:///etc/passwd"/></svg>"""


@pytest.mark.parametrize(
    ("data", "code", "kind"),
    [
        (SCRIPT, "media.kind", "SVG"),
        (b"\xef\xbb\xbf<svg/>", "media.kind", "SVG"),
        ("<?xml version='1.0'?><svg/>".encode("utf-16"), "media.kind", "SVG"),
        (stored(halves(), "PDF"), "media.kind", "PDF"),
        (b"8BPS\0\x01" + bytes(60), "media.kind", "Photoshop"),
        (stored(halves(), "EPS"), "media.kind", "PostScript"),
        (stored(halves("RGBA"), "ICO"), "media.kind", "ICO"),
        (stored(halves(), "JPEG2000"), "media.kind", "JPEG 2000"),
        (b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(60), "media.kind", "JPEG XL"),
        (b"RIFF\0\0\0\0CDRE" + bytes(60), "media.kind", "CorelDRAW"),
        (b"II+\0\x08\0\0\0" + bytes(60), "media.kind", "BigTIFF"),
        (b"<!DOCTYPE html><html><img src=a.jpg></html>", "media.page", None),
        (b"\r\n<html><svg></svg></html>", "media.page", None),
        (b"Kepada Yth. <svg>", "media.type", None),
        (b"\x89HDF\r\n\x1a\n", "media.type", None),
    ],
)
@pytest.mark.parametrize("language", ["id", "en"])
def test_what_is_no_picture_is_called_by_its_name(
    tmp_path: Path, data: bytes, code: str, kind: str | None, language: str
) -> None:
    """Where it is, what it is, and to save it as JPEG or PNG; whatever its ending says."""
    texts.use(language)
    problem = refused(tmp_path, data, "poster.png")
    assert (problem.code, problem.values.get("kind")) == (code, kind)
    assert "poster.png" in texts.text_of(problem)
    assert (kind or "") in texts.text_of(problem)
    fix = texts.fix_of(problem) or ""
    assert code == "media.page" or ("JPEG" in fix and "PNG" in fix)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "HEIF"])
@pytest.mark.parametrize("ending", ["jpg", "png", "tif"])
def test_a_wrong_ending_changes_nothing(tmp_path: Path, kind: str, ending: str) -> None:
    """Kinds go by the bytes."""
    from pillow_heif import register_heif_opener

    register_heif_opener()
    found = facts(tmp_path, stored(halves(), kind), f"foto.{ending}")
    assert found.mime == f"image/{'heic' if kind == 'HEIF' else kind.lower()}"


# ── The whole way ────────────────────────────────────────────────────────────

SETTINGS = """
timezone: UTC
language: en
sandbox: true
channels:
  fb: {platform: facebook, account: "1001", token: "env:FB"}
  x: {platform: twitter, account: "2001", token: "env:X"}
"""


def look(folder: Path, files: dict[str, bytes], text: str = "Isi kiriman ini.\n") -> Synced:
    post = folder / "content" / "a"
    post.mkdir(parents=True)
    (folder / "schedule.yaml").write_text(SETTINGS, encoding="utf-8")
    (post / "teks.txt").write_text(text, encoding="utf-8")
    for name, data in files.items():
        (post / name).write_bytes(data)
    return Syncer(config.load(folder), None).sync(NOW, write=False)


def told(synced: Synced) -> list[tuple[str, str, str]]:
    return [
        (p.code, str(p.severity), str(p.values.get("name")))
        for p in synced.plan.problems
        if p.code.startswith(("media.", "content."))
    ]


@pytest.mark.parametrize(("name", "data"), [("f.tif", TIFFS["lzw"]), ("f.BMP", BMPS["bmp"])])
def test_beside_a_text_they_go_out_as_jpegs_and_that_is_told(tmp_path: Path, name: str, data: bytes) -> None:
    """Also on Facebook, which takes both: what they tell of their maker would go along."""
    synced = look(tmp_path, {name: data})
    assert told(synced) == [("media.converted", "notice", name)]
    for wanted in synced.wanted:
        assert wanted.rendered.rendition is not None
        [media] = wanted.rendered.rendition.parts[0].media
        recipe = read(media.recipe)
        assert recipe is not None
        assert recipe.mime == "image/jpeg"


def test_of_several_pages_the_first_goes_out_and_a_warning_says_so(tmp_path: Path) -> None:
    """With their number."""
    synced = look(tmp_path, {"scan.tif": TIFFS["pages"]})
    assert told(synced)[0] == ("media.pages", "warning", "scan.tif")
    [pages] = [p.values["pages"] for p in synced.plan.problems if p.code == "media.pages"]
    assert pages == 3


@pytest.mark.parametrize(
    ("files", "severity"),
    [
        ({"poster.svg": SCRIPT}, "error"),
        ({"poster.psd": b"8BPS", "foto.jpg": stored(halves(), "JPEG")}, "warning"),
        ({"poster.psd": b"8BPS", "POSTER.jpg": stored(halves(), "JPEG")}, "notice"),
        ({"IMG_1.CR2": b"II*\0", "IMG_1.JPG": stored(halves(), "JPEG")}, "notice"),
        ({"poster.ai": b"%PDF-1.5"}, "error"),
    ],
)
def test_a_file_of_another_kind_beside_a_text_is_told(
    tmp_path: Path, files: dict[str, bytes], severity: str
) -> None:
    """An error where the post would go out bare; a word where it lies beside the picture made of it."""
    name = next(iter(files))
    synced = look(tmp_path, files)
    assert told(synced) == [("content.picture_kind", severity, name)]
    assert bool(synced.wanted) == (severity != "error")
    assert [w for w in synced.wanted if any(p.severity is Severity.ERROR for p in w.rendered.problems)] == []


def test_with_an_underscore_before_its_name_it_is_kept_in_peace(tmp_path: Path) -> None:
    """As the advice says."""
    assert told(look(tmp_path, {"_poster.svg": SCRIPT})) == []


@pytest.mark.parametrize("name", ["poster.svg", "surat.pdf", "poster.psd"])
def test_named_as_the_picture_it_stops_the_post_with_the_line(tmp_path: Path, name: str) -> None:
    """Said once, though it lies there as well."""
    text = f"Kanal: FB\nFoto: {name}\n\nIsi kiriman ini.\n"
    synced = look(tmp_path, {name: b"8BPS"}, text)
    assert told(synced) == [("content.picture_kind", "error", name)]
    [problem] = [p for p in synced.plan.problems if p.code == "content.picture_kind"]
    assert problem.line == 2
    assert "JPEG" in (texts.fix_of(problem) or "")


def test_no_svg_is_ever_given_to_a_decoder_or_a_page(tmp_path: Path) -> None:
    """Under the name of a picture its scripts and links reach nothing: it is refused by its first bytes."""
    synced = look(tmp_path, {"logo.png": SCRIPT})
    assert told(synced) == [("media.kind", "error", "logo.png")]
    assert list(synced.wanted) == []
