"""Draws a page: paper, shapes, words; the same words in the same design give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from io import BytesIO
from math import pi, sin
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.cards.around import GAP, LOGO, arrow, footer, head, header
from publisher.cards.colours import Colour, colour_of
from publisher.cards.design import Design, Shape
from publisher.cards.fonts import Script, loaded
from publisher.cards.pages import Page
from publisher.cards.setting import CAP, PILL, Line, Setting
from publisher.errors import PublisherError
from publisher.media import decoding, inspect
from publisher.media.formats import JPEG, PNG, WEBP, kind_of
from publisher.media.inspect import MediaError
from publisher.model import Brand

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

VERSION = 2
"""Of the drawing: raise it whenever the same words in the same design would give another picture."""
QUALITY = 92
_FINE = 2
"""Shapes are drawn so many times larger, and made smaller: their edges are smooth then."""
_MAX_LOGO = 20_000_000
_LOGOS = (PNG, JPEG, WEBP)


class Drawing:
    """The pages of one card.

    Args:
        photo: a picture as large as `Setting.photo()`; None: there is none.
    """

    def __init__(self, setting: Setting, brand: Brand, photo: bytes | None = None) -> None:
        self.setting = setting
        self._photo = photo
        self.design: Design = setting.design
        self.brand = brand
        own = {"brand": brand.colour, "accent": brand.accent}
        self.colours: Mapping[str, str] = {**self.design.colours, **{k: v for k, v in own.items() if v}}

    def page(self, page: Page, step: int, number: int, count: int) -> bytes:
        """One page as a JPEG.

        Args:
            step: of the size of its letters.
            number: from 1, of `count`.
        """
        from PIL import ImageDraw

        image = self._ground.copy()
        draw = ImageDraw.Draw(image)
        for line in self.setting.lines(page, step):
            self._line(draw, line)
        self._header(image, draw, number, count)
        self._footer(draw, number < count)
        data = BytesIO()
        image.save(data, "JPEG", quality=QUALITY, subsampling=0, optimize=True)
        return data.getvalue()

    def colour(self, written: str) -> Colour:
        """A colour of the design, with the office's own in it."""
        return colour_of(written, self.colours)

    # ── Paper and shapes ──

    @cached_property
    def _ground(self) -> Image:
        from PIL import Image, ImageDraw

        width, height = self.setting.canvas.width, self.setting.canvas.height
        ground = Image.new("RGB", (width * _FINE, height * _FINE), self.colour(self.design.paper[0]))
        if len(self.design.paper) > 1:
            ramp = Image.linear_gradient("L").resize(ground.size)
            ground.paste(self.colour(self.design.paper[1]), mask=ramp)
        draw = ImageDraw.Draw(ground)
        for shape in self.design.shapes:
            self._shape(draw, shape)
        whole = ground.resize((width, height), Image.Resampling.BOX)
        box = self.setting.photo()
        if self._photo is not None and box is not None:
            self._hang(whole, box, self._photo)
        return whole

    def _hang(self, ground: Image, box: tuple[int, int, int, int], data: bytes) -> None:
        """The photo in its frame, darker towards its upper edge if the office's name stands there."""
        from PIL import Image, ImageDraw

        frame = self.design.photo
        assert frame is not None  # noqa: S101 - there is a box only with a frame
        with decoding.loaded(data, "") as whole:
            photo = whole.convert("RGB")
        if frame.shade:
            dark = Image.linear_gradient("L").transpose(Image.Transpose.FLIP_TOP_BOTTOM)
            dark = dark.resize((photo.width, photo.height // 2)).point(lambda light: int(light * frame.shade))
            photo.paste((0, 0, 0), (0, 0), dark)
        fine = (photo.width * _FINE, photo.height * _FINE)
        mask = Image.new("L", fine)
        radius = frame.radius * self.setting.canvas.scale * _FINE
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, fine[0] - 1, fine[1] - 1), radius, 255)
        ground.paste(photo, box[:2], mask.resize(photo.size, Image.Resampling.BOX))

    def _shape(self, draw: ImageDraw, shape: Shape) -> None:
        scale = self.setting.canvas.scale * _FINE
        wide, high = (side * _FINE for side in (self.setting.canvas.width, self.setting.canvas.height))
        place = self.setting
        n = {key: value * scale for key, value in shape.values.items()}
        colour = self.colour(shape.colour)

        def across(key: str) -> float:
            return place.across(shape.values[key]) * _FINE

        def down(key: str) -> float:
            return place.down(shape.values[key]) * _FINE

        if shape.kind == "rect":
            left, top = across("left"), down("top")
            right, bottom = _end(left, n["width"], wide), _end(top, n["height"], high)
            draw.rounded_rectangle((left, top, right, bottom), n["radius"], colour)
        elif shape.kind in ("circle", "ring"):
            x, y, r = across("x"), down("y"), n["r"]
            ring = shape.kind == "ring"
            draw.ellipse(
                (x - r, y - r, x + r, y + r),
                fill=None if ring else colour,
                outline=colour if ring else None,
                width=round(n["width"]) if ring else 0,
            )
        elif shape.kind == "dots":
            for row in range(int(shape.values["rows"])):
                for column in range(int(shape.values["columns"])):
                    x, y = across("left") + column * n["step"], down("top") + row * n["step"]
                    draw.ellipse((x - n["r"], y - n["r"], x + n["r"], y + n["r"]), fill=colour)
        elif shape.kind == "waves":
            self._waves(draw, down("top"), wide, n, int(shape.values["count"]), colour)
        else:
            script = self.setting.scripts[shape.font]
            self._words(draw, across("x"), down("y"), shape.text, script, round(n["size"]), colour)

    def _waves(
        self, draw: ImageDraw, top: float, wide: float, n: Mapping[str, float], count: int, colour: Colour
    ) -> None:
        for number in range(count):
            y, shift = top + number * n["step"], number * 0.9
            points = [
                (x, y + n["height"] * sin(2 * pi * x / n["length"] + shift))
                for x in range(-8, int(wide) + 16, 8)
            ]
            draw.line(points, colour, round(n["width"]), joint="curve")

    # ── Words ──

    def _line(self, draw: ImageDraw, line: Line) -> None:
        colour = self.colour(line.colour)
        if line.dot:
            r = line.size * 0.16
            x, y = line.x + r, line.y - line.size * 0.35
            draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)
            return
        if line.pill:
            aside, above = line.size * PILL, line.size * 0.92
            wide = line.script.width(line.text, line.size)
            box = (
                line.x,
                line.y - line.size * CAP - above,
                line.x + wide + 2 * aside,
                line.y - line.size * CAP + above,
            )
            draw.rounded_rectangle(box, above, self.colour(line.pill))
            self._words(draw, line.x + aside, line.y, line.text, line.script, line.size, colour)
            return
        x, lead, text = line.x, line.text[: line.lead], line.text[line.lead :]
        if lead:
            bold = self.setting.script(self.design.header)
            self._words(draw, x, line.y, lead, bold, line.size, colour)
            x += bold.width(lead, line.size)
        self._words(draw, x, line.y, text, line.script, line.size, colour, leftward=line.leftward)

    def _words(
        self,
        draw: ImageDraw,
        x: float,
        y: float,
        text: str,
        script: Script,
        size: int,
        colour: Colour,
        *,
        leftward: bool = False,
    ) -> None:
        for run in script.runs(text, leftward=leftward):
            font = loaded(run.face, size)
            draw.text((x, y), run.text, fill=colour, font=font, anchor="ls")
            x += font.getlength(run.text)

    # ── Around the text ──

    def _header(self, image: Image, draw: ImageDraw, number: int, count: int) -> None:
        setting, style = self.setting, self.design.header
        scale, middle, x = setting.canvas.scale, head(setting), setting.left
        if self._logo is not None:
            logo = self._logo
            image.paste(logo, (round(x), round(middle - logo.height / 2)), logo)
            x += logo.width + GAP * scale
        elif setting.words.name:
            tall = setting.size(style, 0) * 1.25
            draw.rounded_rectangle(
                (x, middle - tall / 2, x + 8 * scale, middle + tall / 2),
                4 * scale,
                self.colour(style.strong or style.colour),
            )
            x += (8 + GAP) * scale
        for line in header(setting, x, number, count):
            self._line(draw, line)

    @cached_property
    def _logo(self) -> Image | None:
        from PIL import Image

        if self.brand.logo is None:
            return None
        high = round(LOGO * self.setting.canvas.scale)
        with _opened(self.brand.logo) as opened:
            logo = opened.convert("RGBA")
            box = logo.getbbox()
            logo = logo.crop(box) if box else logo
            wide = min(round(logo.width * high / logo.height), round(4 * high))
            return logo.resize(
                (max(1, wide), max(1, round(wide * logo.height / logo.width))), Image.Resampling.LANCZOS
            )

    def _footer(self, draw: ImageDraw, more: bool) -> None:
        lines = footer(self.setting, more=more)
        for line in lines:
            self._line(draw, line)
        if more and self.setting.words.swipe:
            self._arrow(draw, lines[-1])

    def _arrow(self, draw: ImageDraw, hint: Line) -> None:
        """Behind the hint that there is more."""
        left, right, middle = arrow(self.setting, hint)
        tip, thick, colour = hint.size * 0.36, max(2, round(hint.size * 0.11)), self.colour(hint.colour)
        draw.line((left, middle, right, middle), colour, thick)
        draw.line(
            ((right - tip, middle - tip), (right, middle), (right - tip, middle + tip)),
            colour,
            thick,
            "curve",
        )


def _end(start: float, length: float, whole: float) -> float:
    """The far edge: a length of 0 or less counts from the far edge of the card."""
    return max(start, start + length if length > 0 else whole + length)


@contextmanager
def _opened(path: Path) -> Iterator[Image]:
    """A logo, in memory while the block lasts.

    Raises:
        PublisherError: `cards.logo`.
    """
    try:
        data = inspect.read(path, path.name)
        with decoding.opened(data, path.name) as head:
            taken = kind_of(data[:32]) in _LOGOS and head.width * head.height <= _MAX_LOGO
        if not taken:
            raise PublisherError("cards.logo", name=path.name)
        with decoding.loaded(data, path.name) as image:
            yield image
    except MediaError:
        raise PublisherError("cards.logo", name=path.name) from None
