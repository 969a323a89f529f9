"""Makes the bytes that will be sent from a source and a recipe, early, before anything is uploaded."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from publisher import recipe
from publisher.media import decoding
from publisher.media.decoding import NAMES, TURNS
from publisher.media.formats import JPEG, WEBP, Picture, parse
from publisher.media.inspect import MediaError, picture_of

if TYPE_CHECKING:
    from PIL.Image import Image


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


def untouched(data: bytes, name: str) -> bytes | None:
    """What PLAIN makes of a picture that was decoded to its end by `pictures.make_all` a moment ago.

    None: that has seen other bytes than these.

    Raises:
        MediaError: it is of no kind that can go out as it is.
    """
    picture = picture_of(data, name)
    return b"".join(picture.kept) if picture.mime == JPEG and picture.orientation == 1 else None


def _decodable(made: bytes, picture: Picture, name: str) -> bytes:
    """The same bytes, once they have been decoded to the end."""
    with decoding.one_of_few, decoding.opened(made, name) as image, decoding.explained(name):
        # An eighth of the size is enough to read a JPEG to its end, and quick.
        image.draft(image.mode, (max(1, image.width // 8), max(1, image.height // 8)))
        image.load()
    return made


def _turned(picture: Picture, name: str) -> bytes:
    if picture.frames > 1:
        raise MediaError("media.turned_animation", name=name)
    from PIL.Image import Transpose

    out = BytesIO()
    with decoding.loaded(b"".join(picture.kept), name) as image:
        settings = _settings(image, picture)
        upright = image.transpose(Transpose[TURNS[picture.orientation]])
        upright.save(out, NAMES[picture.mime], **settings)
    return b"".join(parse(out.getvalue()).kept)


def _settings(image: Image, picture: Picture) -> dict[str, Any]:
    """Encoder settings that stay near the source: its own quantization, its own colour profile."""
    settings: dict[str, Any] = {"icc_profile": image.info.get("icc_profile")}
    if picture.mime == JPEG:
        from PIL.JpegImagePlugin import JpegImageFile, get_sampling

        assert isinstance(image, JpegImageFile)  # noqa: S101 - narrows the type; the format was asked for
        lies, sampling = picture.orientation >= 5, get_sampling(image)
        # Turned like the picture, its tables give the coefficients that it had: next to nothing is lost.
        settings["qtables"] = {
            number: _across(table) if lies else table for number, table in image.quantization.items()
        }
        # Colours at half the width would be at half the height: there is no such setting, so all are kept.
        settings["subsampling"] = 0 if lies and sampling == _HALF_WIDTH else sampling
        settings["progressive"] = bool(image.info.get("progressive"))
    elif picture.mime == WEBP:
        settings["lossless"] = any(piece.startswith(b"VP8L") for piece in picture.kept)
        settings["quality"] = 90
    return settings


_HALF_WIDTH = 1
"""What Pillow calls 4:2:2."""


def _across(table: Sequence[int]) -> list[int]:
    """A table of 8 by 8, its rows become columns."""
    return [table[column * 8 + row] for row in range(8) for column in range(8)]
