"""Pictures on their way into a preview: upright, small, and decoded within the bound of the whole program."""

from __future__ import annotations

from base64 import b64decode
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from publisher.media.inspect import MAX_PIXELS, MediaError
from publisher.preview import embedding

RED, BLUE = (220, 30, 30), (20, 40, 200)


def halves(size: tuple[int, int] = (2400, 1600)) -> Image.Image:
    """Red on the left, blue on the right; large enough to be made smaller."""
    image = Image.effect_noise(size, 20).convert("RGB").point(lambda value: value // 16)
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2, size[1]), fill=RED)
    ImageDraw.Draw(image).rectangle((size[0] // 2, 0, size[0], size[1] * 3 // 4), fill=BLUE)
    return image


def kept(folder: Path, image: Image.Image, kind: str = "JPEG", **settings: Any) -> Path:
    path = folder / f"foto-{kind}"
    if kind == "HEIF":
        from pillow_heif import register_heif_opener

        register_heif_opener()
    image.save(path, kind, **settings)
    return path


def shown(address: str) -> tuple[str, Image.Image]:
    head, _, data = address.partition(";base64,")
    return head.removeprefix("data:"), Image.open(BytesIO(b64decode(data)))


def is_near(image: Image.Image, at: tuple[float, float], colour: tuple[int, int, int]) -> bool:
    seen = image.convert("RGB").getpixel((round(image.width * at[0]), round(image.height * at[1])))
    assert isinstance(seen, tuple)
    return all(abs(a - b) <= 30 for a, b in zip(seen, colour, strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "TIFF"])
def test_a_picture_taken_with_the_camera_turned_is_shown_upright(tmp_path: Path, kind: str) -> None:
    """Whatever kind it is, in the page and in the terminal."""
    notes = Image.Exif()
    notes[0x0112] = 6
    path = kept(tmp_path, halves().transpose(Image.Transpose.ROTATE_90), kind, exif=notes.tobytes())
    for image in (shown(embedding.picture(path))[1], embedding.small(path, 400)):
        assert image.width > image.height
        assert is_near(image, (0.2, 0.3), RED)
        assert is_near(image, (0.8, 0.3), BLUE)
        assert "exif" not in image.info


def test_what_is_small_goes_in_as_it_is_and_what_is_clear_stays_clear(tmp_path: Path) -> None:
    """Nothing is decoded for the one; the other is no JPEG."""
    tiny = kept(tmp_path, halves((60, 40)))
    mime, image = shown(embedding.picture(tiny))
    assert (mime, image.size) == ("image/jpeg", (60, 40))
    assert b64decode(embedding.picture(tiny).partition("base64,")[2]) == tiny.read_bytes()
    clear = halves()
    clear.putalpha(120)
    mime, image = shown(embedding.picture(kept(tmp_path, clear, "PNG")))
    assert (mime, image.mode, max(image.size)) == ("image/png", "RGBA", embedding.SIDE)


def test_the_colours_of_a_printer_are_shown_as_they_will_look(tmp_path: Path) -> None:
    """CMYK is no negative."""
    mime, image = shown(embedding.picture(kept(tmp_path, halves().convert("CMYK"), quality=95)))
    assert mime == "image/jpeg"
    assert is_near(image, (0.2, 0.3), RED)


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(99), b"BM" + bytes(99)])
def test_what_cannot_be_read_is_an_error_with_words(tmp_path: Path, data: bytes) -> None:
    """The page then names it."""
    path = tmp_path / "foto.jpg"
    path.write_bytes(data)
    for ask in (embedding.picture, lambda path: embedding.small(path, 100)):
        with pytest.raises(MediaError):
            ask(path)


def test_a_bomb_is_not_decoded_for_a_preview(tmp_path: Path) -> None:
    """A page asks no more of the machine than publishing does."""
    path = tmp_path / "bomb.gif"
    data = bytearray(kept(tmp_path, halves((20, 20)).quantize(8), "GIF").read_bytes())
    data[6:10] = (10_000).to_bytes(2, "little") * 2
    assert MAX_PIXELS < 10_000 * 10_000
    path.write_bytes(data)
    with pytest.raises(MediaError, match=r"media\.too_many_pixels"):
        embedding.picture(path)
