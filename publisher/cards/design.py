"""Reads a design of cards, `templates/cards/<name>.yaml`: the workspace's before the shipped one.

A design says where the words stand, in which letters and colours, and what is drawn below them. People
without Python write it: every mistake has file and line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from connectors.contract import Json, Problem, Severity
from publisher.cards.colours import TERM, WRITTEN
from publisher.cards.fonts import WEIGHTS
from publisher.config import values as kinds
from publisher.config.reader import Reader
from publisher.yaml_lines import YamlError, load_yaml

ORDER = ("kicker", "title", "body")
PLACES = ("top", "middle", "bottom")
KEYS = ("also", "colours", "paper", "shapes", "photo", "text", "kicker", "title", "body", "header", "footer")
_MAX_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class Style:
    """How words are set.

    Attributes:
        font: a weight of the shipped family, or a file beside the design.
        size: pixels of a card 1080 wide, the least and the most.
        leading: from line to line, in sizes.
        pill: colour behind the words; empty: none.
        strong: colour of markers, or of the name of the complaints service.
    """

    font: str
    size: tuple[int, int]
    colour: str
    leading: float = 1.3
    capitals: bool = False
    pill: str = ""
    strong: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """Something drawn below the words.

    Lengths are pixels of a card 1080 wide; negative ones count from the right or the bottom. Up and down
    they count from what is free of the platform's own buttons, and 0 is the edge itself.
    """

    kind: str
    values: Mapping[str, float]
    colour: str
    text: str = ""
    font: str = "extrabold"


@dataclass(frozen=True, slots=True)
class Photo:
    """Where the post's first picture stands: places as of shapes, 0 the edge itself.

    Attributes:
        radius: of its corners.
        shade: how dark it becomes towards its upper edge, from 0 to 1.
    """

    left: float = 0
    top: float = 0
    right: float = 0
    bottom: float = 700
    radius: float = 0
    shade: float = 0


@dataclass(frozen=True, slots=True)
class Area:
    """Where the text stands: how far from each edge, and how it lies there."""

    left: float = 96
    top: float = 260
    right: float = 96
    bottom: float = 300
    place: str = "middle"
    align: str = "left"
    gap: float = 44
    order: tuple[str, ...] = ORDER


@dataclass(frozen=True, slots=True)
class Design:
    """A way for cards to look.

    Attributes:
        also: other names for it.
        paper: one colour, or two, from top to bottom.
        photo: None: no picture of the post stands on it.
    """

    name: str
    folder: Path
    also: tuple[str, ...]
    colours: Mapping[str, str]
    paper: tuple[str, ...]
    shapes: tuple[Shape, ...]
    area: Area
    kicker: Style
    title: Style
    body: Style
    header: Style
    footer: Style
    photo: Photo | None = None

    @property
    def fonts(self) -> frozenset[str]:
        """All that it names."""
        own = (self.kicker, self.title, self.body, self.header, self.footer)
        return frozenset(
            {*(style.font for style in own), *(shape.font for shape in self.shapes if shape.text)}
        )


class DesignError(Exception):
    """A design cannot be used; `problems` say why, each with its place."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*(problem.code for problem in problems))
        self.problems = problems


# ── Reading ──────────────────────────────────────────────────────────────────


def read_design(path: Path, shown: str) -> Design:
    """Read and check one design.

    Args:
        shown: the file as people know it, for messages.

    Raises:
        DesignError: with all that is wrong.
    """
    try:
        data = path.read_bytes()
        if len(data) > _MAX_BYTES:
            raise DesignError(Problem("config.too_big", Severity.ERROR, {"bytes": _MAX_BYTES}, file=shown))
        document = load_yaml(data.decode("utf-8-sig"))
    except YamlError as error:
        raise DesignError(
            Problem(error.message, Severity.ERROR, error.values, file=shown, line=error.line)
        ) from None
    except UnicodeDecodeError:
        raise DesignError(Problem("config.encoding", Severity.ERROR, file=shown, line=1)) from None
    reader = Reader(document, shown)
    design = _Reading(reader, path).design()
    if reader.problems:
        raise DesignError(*reader.problems)
    return design


Bounds = tuple[float, float]
PLACE: Bounds = (-4000, 4000)
EDGE: Bounds = (0, 1000)
SHAPES: Mapping[str, Mapping[str, Bounds]] = {
    "rect": {"left": PLACE, "top": PLACE, "width": PLACE, "height": PLACE, "radius": EDGE},
    "circle": {"x": PLACE, "y": PLACE, "r": (1, 4000)},
    "ring": {"x": PLACE, "y": PLACE, "r": (1, 4000), "width": (1, 1000)},
    "dots": {
        "left": PLACE,
        "top": PLACE,
        "columns": (1, 60),
        "rows": (1, 60),
        "step": (1, 400),
        "r": (1, 400),
    },
    "waves": {
        **{"top": PLACE, "count": (1, 60), "step": PLACE, "height": PLACE},
        **{"length": (10, 4000), "width": (1, 400)},
    },
    "word": {"x": PLACE, "y": PLACE, "size": (12, 1200)},
}
"""Kind of a shape → what is said of it, in numbers, each the least and the most."""
MAY = {"radius"}
FRAME: Mapping[str, Bounds] = {"radius": EDGE, "shade": (0, 1)}
"""Of the photo, what is no place."""

_WIDTH, _LOWEST = 1080, 1170
"""Of a card; and what is free of the platform's buttons on the one that has least."""
_ACROSS, _DOWN, _SIDE = 880, 1050, 200
"""Of these what edges may take from the words; buttons at the right take as much as `_SIDE`."""
_LEAST_FRAME = 100


@dataclass
class _Reading:
    """One file, while it is read."""

    reader: Reader
    path: Path
    colours: dict[str, str] = field(default_factory=dict)

    def design(self) -> Design:
        reader = self.reader
        top = reader.block(reader.document.data, "", KEYS)
        named = top.get("colours")
        given = reader.block(named, "colours", list(named) if isinstance(named, dict) else ())
        base = {"brand": "#0b5fa5", "accent": "#ffc53d"}
        told = {key: reader.take(given, f"colours.{key}", kinds.colour, "#000000") for key in given}
        self.colours = {**base, **told}
        paper = top.get("paper", "#ffffff")
        papers = paper if isinstance(paper, list) else [paper]
        if not 1 <= len(papers) <= 2:
            reader.problem("paper", "cards.paper")
        return Design(
            name=self.path.stem,
            folder=self.path.parent,
            also=reader.items(top, "also", kinds.label),
            colours=self.colours,
            paper=tuple(reader.parsed(one, "paper", self._colour, "#ffffff") for one in papers),
            shapes=tuple(self._shapes(top.get("shapes"))),
            area=self._area(reader.block(top.get("text"), "text", list(Area.__dataclass_fields__))),
            kicker=self._style(top, "kicker", Style("bold", (30, 30), "accent", 1.3, True)),
            title=self._style(top, "title", Style("extrabold", (56, 120), "ink", 1.1)),
            body=self._style(top, "body", Style("medium", (36, 60), "ink", 1.42, strong="accent")),
            header=self._style(top, "header", Style("bold", (30, 30), "ink")),
            footer=self._style(top, "footer", Style("medium", (28, 28), "ink", 1.4)),
            photo=self._frame(top.get("photo")),
        )

    def _frame(self, value: Json) -> Photo | None:
        if value is None:
            return None
        block = self.reader.block(value, "photo", list(Photo.__dataclass_fields__))
        given = {
            key: self.reader.take(
                block, f"photo.{key}", _within(*FRAME.get(key, PLACE)), getattr(Photo(), key)
            )
            for key in Photo.__dataclass_fields__
        }
        frame = Photo(**given)
        if not _is_frame(frame):
            self.reader.problem("photo", "cards.no_frame", least=_LEAST_FRAME)
        return frame

    def _colour(self, value: Json) -> str:
        written = kinds.words(value).lower()
        names = {term.partition(" ")[0] for term in re.findall(TERM, written) if term != "on"}
        unknown = [name for name in names if not name.startswith("#") and name not in self.colours]
        if WRITTEN.fullmatch(written) is None or unknown:
            known = ", ".join(self.colours)
            raise kinds.WrongValue("cards.colour", value=kinds.shown(value), known=known)
        return written

    def _font(self, value: Json) -> str:
        name = kinds.words(value)
        inside = not Path(name).is_absolute() and ".." not in Path(name).parts
        if name not in WEIGHTS and not (inside and (self.path.parent / name).is_file()):
            raise kinds.WrongValue("cards.font", value=kinds.shown(value), known=", ".join(WEIGHTS))
        return name

    def _style(self, top: Mapping[str, Json], key: str, otherwise: Style) -> Style:
        block = self.reader.block(top.get(key), key, list(Style.__dataclass_fields__))
        take = self.reader.take
        ink = otherwise.colour if otherwise.colour in self.colours else "#000000"
        return Style(
            font=take(block, f"{key}.font", self._font, otherwise.font),
            size=take(block, f"{key}.size", _sizes, otherwise.size),
            colour=take(block, f"{key}.colour", self._colour, ink),
            leading=take(block, f"{key}.leading", _within(0.8, 3), otherwise.leading),
            capitals=take(block, f"{key}.capitals", kinds.boolean, otherwise.capitals),
            pill=take(block, f"{key}.pill", self._colour, ""),
            strong=take(block, f"{key}.strong", self._colour, otherwise.strong),
        )

    def _area(self, block: Mapping[str, Json]) -> Area:
        take, usual = self.reader.take, Area()
        edges = {
            key: take(block, f"text.{key}", _within(*EDGE), getattr(usual, key))
            for key in ("left", "top", "right", "bottom", "gap")
        }
        across, down = edges["left"] + max(edges["right"], _SIDE), edges["top"] + edges["bottom"]
        if across > _ACROSS or down > _DOWN:
            self.reader.problem("text", "cards.no_room", across=_ACROSS - _SIDE, down=_DOWN)
        return Area(
            **edges,
            place=take(block, "text.place", kinds.one_of(PLACES), usual.place),
            align=take(block, "text.align", kinds.one_of(("left", "center")), usual.align),
            order=self.reader.items(block, "text.order", kinds.one_of(ORDER)) or usual.order,
        )

    def _shapes(self, value: Json) -> list[Shape]:
        if value is not None and not isinstance(value, list):
            self.reader.problem("shapes", "config.not_list", value=kinds.shown(value))
            return []
        found = []
        for number, entry in enumerate(value or ()):
            path = f"shapes.{number}"
            block = self.reader.block(entry, path, tuple(SHAPES))
            for kind in block:
                if kind in SHAPES:
                    found.append(self._shape(kind, block[kind], f"{path}.{kind}"))
        return found

    def _shape(self, kind: str, value: Json, path: str) -> Shape:
        numbers = SHAPES[kind]
        words = ("text", "font") if kind == "word" else ()
        block = self.reader.block(value, path, (*numbers, *words, "colour"))
        for key in numbers:
            if block.get(key) is None and key not in MAY:
                self.reader.problem(path, "config.missing", name=key)
        take = self.reader.take
        return Shape(
            kind,
            {key: take(block, f"{path}.{key}", _within(*numbers[key]), 0.0) for key in numbers},
            take(block, f"{path}.colour", self._colour, "#000000"),
            self._text(block.get("text"), f"{path}.text"),
            take(block, f"{path}.font", self._font, "extrabold"),
        )

    def _text(self, value: Json, path: str) -> str:
        """Any text, also one quotation mark, which elsewhere in YAML is a slip."""
        if value is None or (isinstance(value, str) and value.strip()):
            return str(value or "").strip()
        self.reader.problem(path, "config.not_text", value=kinds.shown(value))
        return ""


def _is_frame(photo: Photo) -> bool:
    """Whether it is as large as a photo needs, and within every card."""
    right = photo.right if photo.right > 0 else _WIDTH + photo.right
    bottom = photo.bottom if photo.bottom > 0 else _LOWEST + photo.bottom
    inside = photo.left >= 0 and photo.top >= 0 and right <= _WIDTH and bottom <= _LOWEST
    return inside and right - photo.left >= _LEAST_FRAME and bottom - photo.top >= _LEAST_FRAME


def _within(least: float, most: float) -> Callable[[Json], float]:
    def parse(value: Json) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise kinds.WrongValue(
                "cards.number", value=kinds.shown(value), least=f"{least:g}", most=f"{most:g}"
            )
        return float(value)

    return parse


def _sizes(value: Json) -> tuple[int, int]:
    """One size, or the least and the most."""
    given = value if isinstance(value, list) else [value, value]
    sizes = [int(_within(12, 400)(one)) for one in given]
    if len(sizes) != 2 or sizes[0] > sizes[1]:
        raise kinds.WrongValue("cards.sizes", value=kinds.shown(value))
    return sizes[0], sizes[1]
