"""Sets a page: which line of words stands where, in which letters; measures, draws nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from publisher.cards.design import Design, Style
from publisher.cards.fonts import WEIGHTS, Script, face_of
from publisher.cards.lines import broken, label, leftward
from publisher.cards.pages import STEPS, Page
from publisher.cards.words import BULLET, CardWords, Paragraph

WIDTH = 1080
"""What lengths in a design are pixels of."""
_APART, _LINES = 0.62, 0.22
"""Between paragraphs, and between lines of one list, in sizes of the body."""
_INDENT = 1.25
_KICKER_GAP = 0.85
_BESIDE = 24
"""Pixels of a card 1080 wide between the words and buttons beside them."""
_UNTITLED = 1.4
"""How much larger the words may be where no title stands above them."""
PILL = 0.62
"""How far a pill reaches beyond its words, at either side, in sizes."""
CAP = 0.36
"""Half the height of a capital, in sizes: lines are centred on it."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """A card's size in pixels, and how much the platform's own buttons cover: above, below, at the right."""

    width: int
    height: int
    top: int = 0
    bottom: int = 0
    side: int = 0

    @property
    def scale(self) -> float:
        """Pixels here for one of a card 1080 wide."""
        return self.width / WIDTH


@dataclass(frozen=True, slots=True)
class Line:
    """Words on a baseline.

    Attributes:
        pill: the colour behind them; empty: none.
        dot: whether this is the mark of an item.
        lead: how many characters at the beginning stand out: `Waktu:`.
        leftward: whether they are read from right to left.
    """

    x: float
    y: float
    text: str
    script: Script
    size: int
    colour: str
    pill: str = ""
    dot: bool = False
    lead: int = 0
    leftward: bool = False


class Setting:
    """One design on one canvas, for the words of one post."""

    def __init__(self, design: Design, canvas: Canvas, words: CardWords) -> None:
        self.design = design
        self.canvas = canvas
        self.words = words
        self.scripts: Mapping[str, Script] = {
            name: Script(face_of(name, design.folder), WEIGHTS.get(name, 400))
            for name in sorted(design.fonts)
        }
        area, scale = design.area, canvas.scale
        self.left = area.left * scale
        self.right = canvas.width - max(
            area.right * scale, canvas.side + _BESIDE * scale if canvas.side else 0
        )
        order = area.order
        self._titled = {"title", "body"} <= {*order} and order.index("title") < order.index("body")
        self.top = area.top * scale + canvas.top
        self.bottom = canvas.height - area.bottom * scale - canvas.bottom

    def across(self, value: float) -> float:
        """A place of the design in pixels here; a negative one counts from the right."""
        return value * self.canvas.scale + (self.canvas.width if value < 0 else 0)

    def down(self, value: float) -> float:
        """Likewise from what is free of the platform's buttons; 0 is the edge itself."""
        if not value:
            return 0.0
        edge = self.canvas.height - self.canvas.bottom if value < 0 else self.canvas.top
        return value * self.canvas.scale + edge

    def photo(self) -> tuple[int, int, int, int] | None:
        """Where the photo of the post stands: left, top, right, bottom; None: the design has none."""
        frame = self.design.photo
        if frame is None:
            return None
        right = self.across(frame.right) if frame.right else self.canvas.width
        bottom = self.down(frame.bottom) if frame.bottom else self.canvas.height
        return round(self.across(frame.left)), round(self.down(frame.top)), round(right), round(bottom)

    def missing(self) -> list[str]:
        """The characters of the words that no font has, each once."""
        words, design = self.words, self.design
        body = (*(each.text for each in words.paragraphs), *(each.marker for each in words.paragraphs))
        used = [
            (design.title, words.title),
            (design.kicker, words.kicker),
            (design.header, words.name),
            *((design.body, text) for text in body),
            *((design.footer, text) for text in (words.date, *words.complaints)),
        ]
        return list(
            dict.fromkeys(one for style, text in used for one in self.scripts[style.font].missing(text))
        )

    def readable(self) -> bool:
        """Whether a reader sees any letter of the words: another alphabet may have no font at all."""
        body = ((self.design.body, one.text) for one in self.words.paragraphs)
        shown = ((self.design.title, self.words.title), *body)
        return any(
            char.isalnum()
            for style, text in shown
            for run in self.scripts[style.font].runs(text)
            for char in run.text
        )

    def fits(self, page: Page, step: int, share: float) -> bool:
        """Whether a page has room; see `pages.Fits`."""
        return self._column(page, step)[1] <= (self.bottom - self.top) * share

    def lines(self, page: Page, step: int) -> list[Line]:
        """All lines of the text, where they stand."""
        lines, height = self._column(page, step)
        spare = max(0.0, self.bottom - self.top - height)
        down = {"top": 0.0, "middle": spare / 2, "bottom": spare}[self.design.area.place]
        return [replace(line, y=line.y + self.top + down) for line in lines]

    def size(self, style: Style, step: int) -> int:
        """Of the letters at a step, in pixels here."""
        least, most = style.size
        if style is self.design.body and self._titled and not self.words.title:
            most = round(most * _UNTITLED)
        return round((least + (most - least) * step / STEPS) * self.canvas.scale)

    def script(self, style: Style) -> Script:
        """The letters of a style."""
        return self.scripts[style.font]

    # ── The column ──

    def _column(self, page: Page, step: int) -> tuple[list[Line], float]:
        """The lines from 0 down, and how high they stand."""
        lines: list[Line] = []
        y, gap = 0.0, self.design.area.gap * self.canvas.scale
        for name in self.design.area.order:
            block, height = getattr(self, f"_{name}")(page, step, y)
            if block:
                lines += block
                y += height + (gap * _KICKER_GAP if name == "kicker" else gap)
        return lines, max(0.0, y - gap)

    def _kicker(self, page: Page, step: int, y: float) -> tuple[list[Line], float]:
        text = self.words.kicker if page.first else ""
        return self._set(text.upper() if self.design.kicker.capitals else text, self.design.kicker, step, y)

    def _title(self, page: Page, step: int, y: float) -> tuple[list[Line], float]:
        return self._set(page.title, self.design.title, step, y)

    def _set(self, text: str, style: Style, step: int, y: float) -> tuple[list[Line], float]:
        """Words of one style, without paragraphs."""
        script, size = self.script(style), self.size(style, step)
        least, width = self.size(style, 0), self.right - self.left
        width -= 2 * PILL * size if style.pill else 0
        longest = max((script.width(word, size) for word in text.split()), default=0.0)
        if longest > width:  # smaller letters before a divided word
            size = max(least, int(size * width / longest))
        wrapped = broken(text, width, lambda piece: script.width(piece, size), title=True)
        lines = self._placed(wrapped, style, size, y, 0.0, leftward=leftward(text))
        return list(lines), len(wrapped) * size * style.leading

    def _body(self, page: Page, step: int, y: float) -> tuple[list[Line], float]:
        style = self.design.body
        size, lines, start = self.size(style, step), [], y
        for number, paragraph in enumerate(page.paragraphs):
            if number:
                y += size * (_APART if paragraph.apart else _LINES)
            lines += self._paragraph(paragraph, style, size, y)
            y = lines[-1].y + size * (style.leading / 2 - CAP) if lines else y
        return lines, y - start

    def _paragraph(self, paragraph: Paragraph, style: Style, size: int, y: float) -> list[Line]:
        script, bold, indent = self.script(style), self.script(self.design.header), 0.0
        opening, turned = label(paragraph.text), leftward(paragraph.text)
        marks: list[Line] = []
        if paragraph.marker:
            wide = 0.0 if paragraph.marker == BULLET else script.width(paragraph.marker + " ", size)
            indent = max(size * _INDENT, wide) if wide else size * 0.9
            baseline = y + size * (style.leading / 2 + CAP)
            dot = paragraph.marker == BULLET
            x = self.right - (size * 0.32 if dot else wide) if turned else self.left
            marks = [Line(x, baseline, paragraph.marker, script, size, style.strong, dot=dot)]
        width = self.right - self.left - indent
        wrapped = broken(
            paragraph.text, width, lambda piece: (bold if piece == opening else script).width(piece, size)
        )
        lines = list(self._placed(wrapped, style, size, y, indent, leftward=turned))
        if opening and not turned and lines[0].text.startswith(opening):
            lines[0] = replace(lines[0], lead=len(opening))
        return [*marks, *lines]

    def _placed(
        self, wrapped: list[str], style: Style, size: int, y: float, indent: float, *, leftward: bool
    ) -> Iterator[Line]:
        script = self.script(style)
        for number, text in enumerate(wrapped):
            x, spare = self.left + indent, self.right - self.left - indent - script.width(text, size)
            if self.design.area.align == "center" and not indent:
                x += spare / 2
            elif leftward:
                x += spare - indent - (2 * PILL * size if style.pill else 0)
            baseline = y + size * (style.leading * (number + 0.5) + CAP)
            yield Line(x, baseline, text, script, size, style.colour, style.pill, leftward=leftward)
