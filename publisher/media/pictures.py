"""Makes pictures anew by their recipes: decoded once for all of them, upright, in sRGB, encoded once.

What they may be is decided elsewhere (render/fitting.py); here bytes become bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from connectors.contract import MediaFacts
from publisher.media import colours
from publisher.media.bitmaps import UNREAD
from publisher.media.decoding import AT_ONCE, NAMES, Decoded, decoded, opened, steps, turned
from publisher.media.formats import AVIF, BMP, HEIC, JPEG, PNG, TIFF, is_cut_off, kind_of
from publisher.media.inspect import MediaError, bitmap_of, kind_name, picture_of
from publisher.recipe import BLUR, Recipe

if TYPE_CHECKING:
    from PIL.Image import Image

S = TypeVar("S")
T = TypeVar("T")
QUALITIES = (88, 76, 62, 45)
"""Of JPEG, tried in this order until the result is small enough; 88 shows no trace on posters."""
COLOURS = 256
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
    orientation = None
    if kind_of(data[:32]) in (TIFF, BMP):
        bitmap_of(data, name)
        orientation = 1  # Pillow turns them while it decodes
    elif kind_of(data[:32]) not in (HEIC, AVIF):
        # Cut off or damaged is seen in its structure, which decoders may overlook.
        picture = picture_of(data, name)
        orientation = picture.orientation
        if picture.mime == JPEG:
            data = b"".join(picture.kept)  # `make.untouched` relies on it
    numbered = colours.numbered_profile(data)

    def at(draft: int) -> list[dict[Recipe, bytes]]:
        with decoded(data, draft, orientation, name) as whole:
            smaller = whole.smaller({means for means, _ in groups[draft]})

            def made(group: tuple[int, list[Recipe]]) -> dict[Recipe, bytes]:
                mean, alike = group
                return _encoded(_drawn(smaller[mean], alike[0], numbered), alike, name)

            return _side_by_side(made, groups[draft])

    groups = _grouped(data, recipes)
    files: dict[Recipe, bytes] = {}
    for found in chain.from_iterable(_side_by_side(at, sorted(groups))):
        files.update(found)
    return [files[recipe] for recipe in recipes]


def _grouped(data: bytes, recipes: Iterable[Recipe]) -> dict[int, list[tuple[int, list[Recipe]]]]:
    """By the draft that a picture is decoded at: by how much it is made smaller then, and what it becomes.

    What differs in nothing but the bytes that the result may have goes together: it is drawn once.
    """
    alike: dict[Recipe, list[Recipe]] = {}
    for recipe in dict.fromkeys(recipes):
        alike.setdefault(replace(recipe, most=0), []).append(recipe)
    found: dict[int, list[tuple[int, list[Recipe]]]] = {}
    for group in sorted(alike.values(), key=_largest_first):
        first = steps(data, _needed(group[0]))
        found.setdefault(first.draft, []).append((first.mean, group))
    return found


def drawn(image: Image, recipe: Recipe) -> Image:
    """What a recipe makes of an upright picture that is in memory, in sRGB already; not encoded."""
    return _drawn(Decoded(image, 1.0, 1), recipe, b"")


def _side_by_side(made: Callable[[S], T], groups: Sequence[S]) -> list[T]:
    """On two cores, where there is more than one thing to make: Pillow lets other threads work meanwhile."""
    if len(groups) == 1:
        return [made(groups[0])]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(AT_ONCE, "pictures") as pool:
        return list(pool.map(made, groups))


def facts(data: bytes, name: str) -> MediaFacts:
    """What is known of a HEIC, AVIF, TIFF or BMP picture; only its head is read.

    Raises:
        MediaError: damaged, too large to decode, or a TIFF or BMP that cannot be made into another picture.
    """
    mime = kind_of(data[:32]) or ""
    if mime in (TIFF, BMP):
        found = bitmap_of(data, name)
        with opened(data, name) as image:
            if image.size != (found.width, found.height) or image.mode not in _READ:
                raise MediaError(UNREAD, name=name, kind=kind_name(mime))
        return MediaFacts(mime, len(data), found.width, found.height, found.pages, name=name)
    if is_cut_off(data):
        raise MediaError("media.cut_off", name=name)
    with opened(data, name) as image:
        width, height = image.size[::-1] if turned(image) >= 5 else image.size
        return MediaFacts(mime, len(data), width, height, getattr(image, "n_frames", 1), name=name)


_READ = frozenset(["1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "CMYK", "YCbCr", "I;16", "I;16B"])
"""Pillow's modes of TIFF and BMP of which a picture in sRGB comes out right."""


def _largest_first(alike: Sequence[Recipe]) -> int:
    """So that the last ones to be made are small, and neither core waits long for the other."""
    return -alike[0].scale[0] * alike[0].scale[1]


def _needed(recipe: Recipe) -> float:
    """By how much of its own size the source must be decoded at least, for a result without loss."""
    return max(recipe.scale[0] / recipe.crop[2], recipe.scale[1] / recipe.crop[3])


# ── Making ───────────────────────────────────────────────────────────────────


def _drawn(whole: Decoded, recipe: Recipe, numbered: bytes) -> Image:
    image = colours.in_srgb(whole.part(recipe.crop, recipe.scale), numbered)
    if recipe.canvas is not None:
        image = _on_canvas(image, recipe.canvas, recipe.background)
    elif recipe.mime == JPEG:
        image = _opaque(image, _WHITE)
    return image


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
    soft = ImageEnhance.Brightness(filled.filter(ImageFilter.GaussianBlur(4))).enhance(_DARKER)
    return soft.resize(canvas, Resampling.BICUBIC)


# ── Encoding ─────────────────────────────────────────────────────────────────


def _encoded(image: Image, alike: Sequence[Recipe], name: str) -> dict[Recipe, bytes]:
    """For each recipe the first of few encodings that is small enough.

    Args:
        alike: recipes that differ in nothing but the bytes that the result may have.
    """
    files: dict[Recipe, bytes] = {}
    sizes = []
    for made in _tried(image, alike[0].mime):
        files.update((recipe, made) for recipe in alike if recipe not in files and len(made) <= recipe.most)
        if len(files) == len(alike):
            return files
        sizes.append(len(made))
    most = min(recipe.most for recipe in alike)
    raise MediaError(
        "media.cannot_fit", name=name, size=round(min(sizes) / 1e6, 1), limit=round(most / 1e6, 1)
    )


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
        yield _saved(image, NAMES[mime], quality=quality, **({"subsampling": 0} if mime == JPEG else {}))


def _saved(image: Image, kind: str, **settings: int) -> bytes:
    out = BytesIO()
    image.save(out, kind, **settings)
    return out.getvalue()
