"""Makes pictures anew by their recipes: decoded once for all of them, upright, in sRGB, encoded once.

What they may be is decided elsewhere (render/fitting.py); here bytes become bytes. No more than two
pictures are decoded at the same time, whatever the number of threads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from connectors.contract import MediaFacts
from publisher.media.formats import AVIF, GIF, HEIC, JPEG, PNG, WEBP, kind_of
from publisher.media.inspect import MAX_PIXELS, MediaError, picture_of
from publisher.recipe import BLUR, Recipe

if TYPE_CHECKING:
    from PIL.Image import Image

AT_ONCE = 2
_DECODING = BoundedSemaphore(AT_ONCE)
QUALITIES = (88, 76, 62, 45)
"""Of JPEG, tried in this order until the result is small enough; 88 shows no trace on posters."""
COLOURS = 256
_NAMES = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP", GIF: "GIF", HEIC: "HEIF", AVIF: "AVIF"}
_BLURRED_SIDE = 96
"""Pixels of the longer side at which a background is blurred: nothing is left to recognise."""
_DARKER = 0.82
"""So that the picture stands out from the background that is made of it."""
_WHITE = "#ffffff"


def make_all(data: bytes, recipes: Sequence[Recipe], name: str) -> list[bytes]:
    """The files that the recipes make of one picture, in their order; equal input gives equal output.

    Args:
        name: as staff know it, for messages.

    Raises:
        MediaError: damaged (`media.damaged`), of a kind that is not read, or no quality makes it small
            enough (`media.cannot_fit`).
    """
    if kind_of(data[:32]) not in (HEIC, AVIF):
        picture_of(data, name)  # cut off or damaged is seen in its structure, which decoders may overlook
    with _DECODING:
        whole = _decoded(data, max(_needed(recipe) for recipe in recipes), name)
        try:
            made = {recipe: _made(whole, recipe, name) for recipe in dict.fromkeys(recipes)}
            return [made[recipe] for recipe in recipes]
        finally:
            whole.close()


def facts(data: bytes, name: str) -> MediaFacts:
    """What is known of a HEIC or AVIF picture; only its head is read.

    Raises:
        MediaError: damaged, or too large to decode.
    """
    with _opened(data, name) as image:
        width, height = _upright_size(image)
        if width * height > MAX_PIXELS:
            values = {"width": width, "height": height, "limit": MAX_PIXELS // 10**6}
            raise MediaError("media.too_many_pixels", name=name, **values)
        return MediaFacts(
            kind_of(data[:32]) or "", len(data), width, height, getattr(image, "n_frames", 1), name=name
        )


# ── Decoding ─────────────────────────────────────────────────────────────────


class _Whole:
    """A decoded picture, smaller than its source by `factor` if nobody needs it larger."""

    def __init__(self, image: Image, factor: float) -> None:
        self.image = image
        self.factor = factor

    def close(self) -> None:
        self.image.close()


def _needed(recipe: Recipe) -> float:
    """By how much of its own size the source must be decoded at least, for a result without loss."""
    return max(recipe.scale[0] / recipe.crop[2], recipe.scale[1] / recipe.crop[3])


def _decoded(data: bytes, needed: float, name: str) -> _Whole:
    from PIL import ImageOps

    with _opened(data, name) as image, _explained(name):
        stored = image.size
        if needed < 1:
            # JPEG can be decoded at 1/2, 1/4, 1/8; never below what is needed.
            image.draft(image.mode, (_up(stored[0] * needed), _up(stored[1] * needed)))
        image.load()
        factor = image.size[0] / stored[0]
        return _Whole(ImageOps.exif_transpose(image), factor)


def _up(value: float) -> int:
    return max(1, int(-(-value // 1)))


@contextmanager
def _opened(data: bytes, name: str) -> Iterator[Image]:
    from PIL import Image

    kind = kind_of(data[:32])
    if kind not in _NAMES:
        raise MediaError("media.type", name=name)
    if kind == HEIC:
        from pillow_heif import register_heif_opener

        register_heif_opener()
    with _explained(name), Image.open(BytesIO(data), formats=[_NAMES[kind]]) as image:
        yield image


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """Whatever a decoder says of broken bytes, in words for whoever gave them."""
    from PIL.Image import DecompressionBombError

    try:
        yield
    except DecompressionBombError as error:
        raise MediaError("media.too_many_pixels", name=name, limit=MAX_PIXELS // 10**6) from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, RuntimeError) as error:
        raise MediaError("media.damaged", name=name) from error


def _upright_size(image: Image) -> tuple[int, int]:
    turned = image.getexif().get(0x0112, 1) >= 5
    return (image.height, image.width) if turned else (image.width, image.height)


# ── Making ───────────────────────────────────────────────────────────────────


def _made(whole: _Whole, recipe: Recipe, name: str) -> bytes:
    image = _in_srgb(_scaled(whole, recipe))
    if recipe.canvas is not None:
        image = _on_canvas(image, recipe.canvas, recipe.background)
    elif recipe.mime == JPEG:
        image = _opaque(image, _WHITE)
    return _encoded(image, recipe, name)


def _scaled(whole: _Whole, recipe: Recipe) -> Image:
    from PIL.Image import Resampling

    image = whole.image
    if image.mode in ("P", "1"):
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    left, top, width, height = (side * whole.factor for side in recipe.crop)
    box = (left, top, min(left + width, image.width), min(top + height, image.height))
    profile = whole.image.info.get("icc_profile")
    scaled = image.resize(recipe.scale, Resampling.LANCZOS, box=box, reducing_gap=2.0)
    scaled.info["icc_profile"] = profile
    return scaled


def _in_srgb(image: Image) -> Image:
    """RGB, RGBA or grey, in numbers that mean sRGB; a profile that is broken is passed over."""
    profile = image.info.pop("icc_profile", None)
    if image.mode.startswith("I"):
        image = image.point(lambda value: value / 256, "L") if image.mode != "I" else image.convert("L")
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

    try:
        own = ImageCms.getOpenProfile(BytesIO(profile))
        made = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image  # the profile is of another kind of picture, or no profile: its numbers count as sRGB
    if made is None:
        return image
    made.info.pop("icc_profile", None)
    return made


def _opaque(image: Image, colour: str) -> Image:
    if image.mode != "RGBA":
        return image
    from PIL import Image as Images

    below = Images.new("RGB", image.size, colour)
    below.paste(image, mask=image.getchannel("A"))
    return below


def _on_canvas(image: Image, canvas: tuple[int, int], background: str) -> Image:
    """The picture in the middle of the canvas."""
    from PIL import Image as Images

    whole = _blurred(image, canvas) if background == BLUR else Images.new("RGB", canvas, background)
    at = ((canvas[0] - image.width) // 2, (canvas[1] - image.height) // 2)
    whole.paste(image, at, image.getchannel("A") if image.mode == "RGBA" else None)
    return whole


def _blurred(image: Image, canvas: tuple[int, int]) -> Image:
    """The picture itself, filling the canvas, out of focus and a little darker."""
    from PIL import ImageEnhance, ImageFilter, ImageOps
    from PIL.Image import Resampling

    shrunk = _BLURRED_SIDE / max(canvas)
    small = max(1, round(canvas[0] * shrunk)), max(1, round(canvas[1] * shrunk))
    filled = ImageOps.fit(_opaque(image, _WHITE).convert("RGB"), small, Resampling.BOX)
    soft = filled.filter(ImageFilter.GaussianBlur(4))
    return ImageEnhance.Brightness(soft.resize(canvas, Resampling.BICUBIC)).enhance(_DARKER)


# ── Encoding ─────────────────────────────────────────────────────────────────


def _encoded(image: Image, recipe: Recipe, name: str) -> bytes:
    """The first of few encodings that is small enough."""
    sizes = []
    for made in _tried(image, recipe.mime):
        if len(made) <= recipe.most:
            return made
        sizes.append(len(made))
    values = {"size": round(min(sizes) / 1e6, 1), "limit": round(recipe.most / 1e6, 1)}
    raise MediaError("media.cannot_fit", name=name, **values)


def _tried(image: Image, mime: str) -> Iterator[bytes]:
    if mime == PNG:
        yield _saved(image, "PNG")
        from PIL.Image import Quantize

        method = Quantize.FASTOCTREE if image.mode == "RGBA" else Quantize.MEDIANCUT
        yield _saved(image.quantize(COLOURS, method), "PNG")
        return
    image = _opaque(image, _WHITE)
    for quality in QUALITIES:
        # 4:4:4: red letters on a poster stay sharp.
        yield _saved(image, _NAMES[mime], quality=quality, **({"subsampling": 0} if mime == JPEG else {}))


def _saved(image: Image, kind: str, **settings: int) -> bytes:
    out = BytesIO()
    image.save(out, kind, **settings)
    return out.getvalue()
