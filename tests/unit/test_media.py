"""publisher/media/: pictures leave without metadata, otherwise as they came; broken ones are found early."""

import hashlib
import os
import random
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from connectors.contract import Media
from publisher import texts
from publisher.media import inspect
from publisher.media.formats import BrokenPictureError, parse
from publisher.media.inspect import MediaError
from publisher.media.make import make
from publisher.media.store import MediaStore, MediaStoreError

SECRET = b"Ranai-3.9421N-108.3855E"
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
ICC = b"\0" * 128 + b"not a real profile, but kept"


def scene(width: int = 64, height: int = 40) -> Image.Image:
    """A picture whose corners differ, so that turning it can be seen."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 2, height // 2), fill="red")
    draw.rectangle((width // 2, height // 2, width, height), fill="blue")
    return image


def exif(orientation: int) -> bytes:
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010E] = SECRET.decode()
    data.get_ifd(0x8825)[1] = "N"
    return data.tobytes()


def picture(kind: str = "JPEG", orientation: int = 1, **settings) -> bytes:
    """A picture full of metadata: EXIF with GPS, XMP, comments."""
    out = BytesIO()
    if kind == "JPEG":
        settings |= {"exif": exif(orientation), "comment": SECRET, "icc_profile": ICC, "xmp": SECRET}
    elif kind == "WEBP":
        settings |= {"exif": exif(orientation), "xmp": SECRET, "icc_profile": ICC, "lossless": True}
    elif kind == "PNG":
        notes = PngInfo()
        notes.add_text("Comment", SECRET.decode())
        notes.add_itxt("XML:com.adobe.xmp", SECRET.decode())
        settings |= {"exif": exif(orientation), "pnginfo": notes, "icc_profile": ICC}
    else:
        settings |= {"comment": SECRET, "xmp": SECRET}
    scene().save(out, kind, **settings)
    return out.getvalue()


def pixels(data: bytes) -> tuple[tuple[int, int], bytes]:
    with Image.open(BytesIO(data)) as image:
        return image.size, image.convert("RGBA").tobytes()


@pytest.mark.parametrize("kind", FORMATS)
def test_metadata_leaves_no_trace_and_no_pixel_changes(kind):
    """EXIF, GPS, XMP, comments are gone; pixels and colour profile are exactly as they were."""
    source = picture(kind)
    made = make(source, ("strip",), "x")
    assert SECRET in source
    assert SECRET not in made
    assert pixels(made) == pixels(source)
    with Image.open(BytesIO(made)) as image:
        assert not image.getexif()
        assert kind == "GIF" or image.info["icc_profile"] == ICC
    assert make(made, ("strip",), "x") == made


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", [2, 3, 4, 5, 6, 7, 8])
def test_a_turned_picture_is_turned_for_good(kind, orientation):
    """What a phone notes as orientation becomes pixels, since the note is removed."""
    source = picture(kind, orientation)
    made = make(source, ("strip",), "x")
    assert SECRET not in made
    with Image.open(BytesIO(source)) as image:
        from PIL import ImageOps

        expected = ImageOps.exif_transpose(image).convert("RGB")
    with Image.open(BytesIO(made)) as image:
        assert (image.size, image.getexif().get(0x0112)) == (expected.size, None)
        difference = [
            abs(a - b) for a, b in zip(expected.tobytes(), image.convert("RGB").tobytes(), strict=True)
        ]
    assert sum(difference) / len(difference) < (4 if kind == "JPEG" else 1e-9)
    assert make(source, ("strip",), "x") == made


def test_facts_are_those_of_what_is_sent(tmp_path):
    """Size without metadata, width and height as seen, type from the bytes and not from the name."""
    (tmp_path / "foto.png").write_bytes(picture("JPEG", 6) + b"and a clip behind it" * 1000)
    found = inspect.facts(tmp_path / "foto.png", "foto.png")
    assert (found.mime, found.width, found.height, found.frames) == ("image/jpeg", 40, 64, 1)
    upright = picture("JPEG")
    (tmp_path / "foto.jpg").write_bytes(upright)
    assert inspect.facts(tmp_path / "foto.jpg", "f").size == len(make(upright, ("strip",), "f"))


def test_what_phones_hang_behind_a_picture_is_not_sent():
    """A motion photo's clip, with its own place and time, ends where the picture ends."""
    assert make(picture() + b"\0\0\0\x18ftypmp42" + SECRET, ("strip",), "x") == make(
        picture(), ("strip",), "x"
    )


def test_a_progressive_picture_keeps_all_its_scans():
    """Several scans with tables between them are all kept."""
    source = picture("JPEG", progressive=True)
    assert pixels(make(source, ("strip",), "x")) == pixels(source)


def test_animations_are_counted():
    """An animated GIF or WebP has its number of frames."""
    second = scene().transpose(Image.Transpose.ROTATE_180)
    for kind, mime in (("GIF", "image/gif"), ("WEBP", "image/webp"), ("PNG", "image/png")):
        out = BytesIO()
        scene().save(out, kind, save_all=True, append_images=[second])
        found = inspect.facts_of(inspect.picture_of(out.getvalue(), "x"), "x")
        assert (found.mime, found.frames) == (mime, 2)
        assert make(out.getvalue(), ("strip",), "x")


def claimed(width: int, height: int) -> bytes:
    """A JPEG whose header claims another size than it has."""
    data = bytearray(picture())
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "media.empty"),
        (b"hello", "media.type"),
        (b"BM" + b"\0" * 60, "media.damaged"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 40, "media.damaged"),
        (b"\0\0\0\x18ftypmp42" + b"\0" * 40, "media.clip_cut_off"),
        (claimed(60_000, 60_000), "media.too_many_pixels"),
        (claimed(0, 0), "media.damaged"),
        *[(picture(kind)[:-40], "media.cut_off") for kind in FORMATS],
        *[(picture(kind)[:40], "media.cut_off") for kind in FORMATS],
    ],
)
def test_a_bad_picture_is_found_before_it_is_decoded(tmp_path, data, code):
    """Empty, foreign, cut off, or a bomb: named at the check, in words."""
    path = tmp_path / "foto.jpg"
    path.write_bytes(data)
    with pytest.raises(MediaError) as caught:
        inspect.facts(path, "foto.jpg")
    problem = caught.value.problem("content/a.md", 3)
    assert (problem.code, problem.values["name"]) == (code, "foto.jpg")
    assert "foto.jpg" in texts.text_of(problem)
    assert texts.fix_of(problem)


def test_a_missing_picture_and_one_too_big(tmp_path):
    """Both are refused before a byte is read."""
    with pytest.raises(MediaError, match=r"media\.missing"):
        inspect.facts(tmp_path / "none.jpg", "none.jpg")
    with (tmp_path / "big.jpg").open("wb") as file:
        file.truncate(inspect.MAX_BYTES + 1)
    with pytest.raises(MediaError, match=r"media\.too_big"):
        inspect.facts(tmp_path / "big.jpg", "big.jpg")


@pytest.mark.parametrize("kind", FORMATS)
def test_damage_never_ends_in_a_crash(kind):
    """Wherever bytes are damaged or missing, the answer is a picture or a MediaError."""
    dice = random.Random(kind)
    source = picture(kind)
    for _ in range(300):
        data = bytearray(source[: dice.choice([len(source), dice.randrange(len(source))])])
        for _ in range(dice.randrange(4) if data else 0):
            data[dice.randrange(len(data))] = dice.randrange(256)
        try:
            made = make(bytes(data), ("strip",), "x")
        except MediaError:
            continue
        assert parse(made).width


def test_an_unknown_step_is_refused():
    """A recipe that this version cannot follow is an error, not a picture without the step."""
    with pytest.raises(ValueError, match="sepia"):
        make(picture(), ("strip", "sepia"), "x")


def test_not_a_picture_at_all():
    """The parser itself names what it cannot take."""
    with pytest.raises(BrokenPictureError):
        parse(b"%PDF-1.7")


def kept(store: MediaStore, folder: Path, data: bytes) -> Media:
    path = folder / "foto.jpg"
    path.write_bytes(data)
    sha256 = hashlib.sha256(data).hexdigest()
    store.keep(path, sha256)
    path.unlink()
    return Media(sha256, ("strip",), "")


def test_the_store_needs_no_content_folder(tmp_path):
    """What was kept is made and described after the source is gone, also by another process."""
    media = kept(MediaStore(tmp_path / "store"), tmp_path, picture())
    other = MediaStore(tmp_path / "store")
    assert other.path(media).read_bytes() == make(picture(), ("strip",), "x")
    assert (other.facts(media).width, other.facts(media).mime) == (64, "image/jpeg")
    assert other.facts(media).size == other.path(media).stat().st_size


def test_a_source_that_changed_is_not_kept(tmp_path):
    """Between hashing and keeping staff may save again: then nothing is kept under the old name."""
    path = tmp_path / "foto.jpg"
    path.write_bytes(picture())
    with pytest.raises(MediaStoreError, match=r"media\.changed"):
        MediaStore(tmp_path / "store").keep(path, "0" * 64)
    assert not [file for file in (tmp_path / "store").rglob("*") if file.is_file()]


def test_a_damaged_or_lost_copy_is_not_sent(tmp_path):
    """Bytes that are no longer those approved never leave."""
    store = MediaStore(tmp_path / "store")
    media = kept(store, tmp_path, picture())
    (source,) = (tmp_path / "store" / "source").rglob(media.source)
    source.write_bytes(picture("PNG"))
    with pytest.raises(MediaStoreError, match=r"media\.lost"):
        store.path(media)
    source.unlink()
    with pytest.raises(MediaStoreError, match=r"media\.lost"):
        store.facts(media)


@pytest.fixture
def mount(tmp_path):
    """Mounts a small tmpfs with the options given, and unmounts it after the test."""
    folder = tmp_path / "mounted"
    folder.mkdir()

    def mounted(options: str) -> Path:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, text=True
        )
        if done.returncode:
            pytest.skip(f"mounting is refused here: {done.stderr.strip()}")
        return folder

    yield mounted
    if os.path.ismount(folder):
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize(
    ("options", "code"), [("size=8k", "media.disk_full"), ("ro,size=64k", "media.read_only")]
)
def test_a_full_or_read_only_disk_is_a_message(tmp_path, mount, options, code):
    """The message names the folder, nothing half written stays, and the source is untouched."""
    store = mount(options)
    path = tmp_path / "foto.png"
    path.write_bytes(random.Random(1).randbytes(50_000))
    with pytest.raises(MediaStoreError, match=code.replace(".", "[.]")) as caught:
        MediaStore(store).keep(path, hashlib.sha256(path.read_bytes()).hexdigest())
    assert str(store) in texts.error_text(caught.value)
    assert not [file for file in store.rglob("*") if file.is_file() and file.stat().st_size]


def test_a_store_that_is_no_folder_is_a_message(tmp_path):
    """Whatever else the disk says is passed on in its own words."""
    path = tmp_path / "foto.jpg"
    path.write_bytes(picture())
    (tmp_path / "store").write_text("a file where the folder should be")
    with pytest.raises(MediaStoreError, match=r"media\.store"):
        MediaStore(tmp_path / "store").keep(path, hashlib.sha256(picture()).hexdigest())
