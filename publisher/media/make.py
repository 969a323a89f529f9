"""Makes the bytes that will be sent from a source and a recipe, early, before anything is uploaded."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from publisher import recipe
from publisher.media.formats import GIF, JPEG, PNG, WEBP, Picture, parse
from publisher.media.inspect import MediaError, picture_of

if TYPE_CHECKING:
    from PIL.Image import Image

# What makes a picture upright, by EXIF's orientation (Exif 2.32, tag 0112).
_TURNS = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}
_PILLOW = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP", GIF: "GIF"}


def make(data: bytes, steps: tuple[str, ...], name: str) -> bytes:
    """The picture after the steps of its recipe; equal input gives equal output.

    EXIF, GPS, XMP, IPTC, comments and thumbnails are always gone. Where the recipe leaves its pixels
    alone, an upright picture keeps them as they are; one that EXIF turns is turned for good.

    Raises:
        MediaError: the picture cannot be decoded or made small enough, or is an animation that EXIF turns.
        ValueError: the recipe names a step that does not exist.
    """
    wanted = recipe.read(steps)
    if wanted is not None:
        from publisher.media import pictures

        return pictures.make_all(data, [wanted], name)[0]
    picture = picture_of(data, name)
    if picture.orientation == 1:
        return _decodable(b"".join(picture.kept), picture, name)
    return _decodable(_turned(picture, name), picture, name)


def _decodable(made: bytes, picture: Picture, name: str) -> bytes:
    """The same bytes, once they have been decoded to the end."""
    with _opened(made, picture, name) as image:
        # An eighth of the size is enough to read a JPEG to its end, and quick.
        image.draft(image.mode, (max(1, image.width // 8), max(1, image.height // 8)))
        _loaded(image, name)
    return made


def _turned(picture: Picture, name: str) -> bytes:
    if picture.frames > 1:
        raise MediaError("media.turned_animation", name=name)
    from PIL.Image import Transpose

    with _opened(b"".join(picture.kept), picture, name) as image:
        settings = _settings(image, picture)
        _loaded(image, name)
        upright = image.transpose(Transpose[_TURNS[picture.orientation]])
    out = BytesIO()
    upright.save(out, _PILLOW[picture.mime], **settings)
    return b"".join(parse(out.getvalue()).kept)


def _settings(image: Image, picture: Picture) -> dict[str, Any]:
    """Encoder settings that stay near the source: its own quantization, its own colour profile."""
    settings: dict[str, Any] = {"icc_profile": image.info.get("icc_profile")}
    if picture.mime == JPEG:
        from PIL.JpegImagePlugin import JpegImageFile, get_sampling

        assert isinstance(image, JpegImageFile)  # noqa: S101 - narrows the type; the format was asked for
        settings["qtables"] = image.quantization
        settings["subsampling"] = get_sampling(image)
        settings["progressive"] = bool(image.info.get("progressive"))
    elif picture.mime == WEBP:
        settings["lossless"] = any(piece.startswith(b"VP8L") for piece in picture.kept)
        settings["quality"] = 90
    return settings


def _opened(data: bytes, picture: Picture, name: str) -> Image:
    from PIL import Image

    try:
        return Image.open(BytesIO(data), formats=[_PILLOW[picture.mime]])
    except (OSError, SyntaxError, ValueError) as error:
        raise MediaError("media.damaged", name=name) from error


def _loaded(image: Image, name: str) -> None:
    try:
        image.load()
    except (OSError, SyntaxError, ValueError, EOFError, IndexError) as error:
        raise MediaError("media.damaged", name=name) from error
