"""Paragraphs and tables of the document, in order → rows: what a person sees as one paragraph each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from connectors.contract import Severity
from publisher.content.docx import marking
from publisher.content.docx.inline import Inline, Piece, Words
from publisher.content.docx.numbering import Numbering
from publisher.content.docx.pictures import Note, Shown
from publisher.content.docx.styles import Shape, Styles
from publisher.content.docx.xml import Element, W, child, elements, value, whole

_APART = 240
"""A table stands off the text by a line."""
_DATA = 2
"""A cell with more paragraphs than this is part of a layout, not of a table of data."""


@dataclass
class Row:
    """A paragraph, or one row of a table.

    Attributes:
        lines: as they will be posted; none: nothing but a picture, or nothing at all.
        plain: the same without bold and with bare addresses, for facts and titles.
        bold: all of it is bold.
        table: part of a table.
    """

    shape: Shape = field(default_factory=Shape)
    lines: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    pictures: list[Shown] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    bold: bool = False
    table: bool = False

    @property
    def empty(self) -> bool:
        """Whether a person sees nothing there."""
        return not (self.lines or self.pictures)


class Blocks:
    """Reads the body of one document; ask once."""

    def __init__(self, inline: Inline, styles: Styles, numbering: Numbering) -> None:
        self._inline = inline
        self._styles = styles
        self._numbering = numbering
        self._waiting = Words()

    def rows(self, parent: Element) -> Iterator[Row]:
        """What stands below an element that holds paragraphs and tables."""
        for inner in elements(parent):
            if inner.tag == f"{W}p":
                row = self._paragraph(inner)
                if row is not None:
                    yield row
            elif inner.tag == f"{W}tbl":
                yield from self._table(inner)
            elif inner.tag == f"{W}altChunk":
                yield Row(notes=[("content.word_object", Severity.WARNING, {})])
            elif inner.tag not in (f"{W}sectPr", f"{W}tcPr", f"{W}sdtPr", f"{W}sdtEndPr"):
                yield from self.rows(inner)

    # ── Paragraphs ──

    def _paragraph(self, paragraph: Element) -> Row | None:
        """The paragraph; None: it goes on in the next one, because the mark between them was deleted."""
        properties = child(paragraph, "pPr")
        shape = self._styles.paragraph(properties)
        words = self._inline.words(paragraph, shape)
        waiting, self._waiting = self._waiting, Words()
        words.pieces[:0] = waiting.pieces
        words.pictures[:0] = waiting.pictures
        words.notes[:0] = waiting.notes
        if words.joined:
            self._waiting = words
            return None
        return self._row(words, shape)

    def _row(self, words: Words, shape: Shape) -> Row:
        marker = self._numbering.marker(shape.numbered)
        lines, plain = _trimmed(marking.marked(words.pieces)), _trimmed(marking.bare(words.pieces))
        if marker is not None and (lines or not marker.is_bullet):
            lead = marker.text
            lines = [lead + (lines[0] if lines else ""), *lines[1:]]
            plain = [lead + (plain[0].lstrip() if plain else ""), *plain[1:]]
            lines, plain = [line.rstrip() for line in lines], [line.rstrip() for line in plain]
        notes = [*words.notes, *_lost_links(words.pieces)]
        return Row(shape, lines, plain, words.pictures, notes, marking.is_bold(words.pieces))

    # ── Tables ──

    def _table(self, table: Element) -> Iterator[Row]:
        rows = [self._cells(row) for row in _table_rows(table)]
        if all(len(cells) <= 1 or _is_layout(cells) for cells in rows):
            for cells in rows:  # a frame, or a layout: paragraphs that stand somewhere else
                yield from (row for cell in cells for row in cell)
            return
        above: dict[int, str] = {}
        made = [self._line(cells, above) for cells in rows]
        made = [row for row in made if not row.empty or row.notes]
        if made:
            made[0].notes.insert(0, ("content.word_table", Severity.NOTICE, {}))
            made[0].shape = replace(made[0].shape, before=_APART)
            made[-1].shape = replace(made[-1].shape, after=_APART)
        yield from made

    def _cells(self, row: Element) -> list[_Cell]:
        cells = []
        column = 0
        for cell in _table_cells(row):
            properties = child(cell, "tcPr")
            merged = child(properties, "vMerge")
            follows = merged is not None and merged.get(f"{W}val", "continue") != "restart"
            cells.append(_Cell(list(self.rows(cell)), column, follows, merged is not None and not follows))
            column += whole(value(properties, "gridSpan")) or 1
        return cells

    def _line(self, cells: list[_Cell], above: dict[int, str]) -> Row:
        """A row of data as one line: `a: b` of two cells, `a | b | c` of more.

        A cell that is merged with those below stands in each of their lines, so that each can be understood.
        """
        for cell in cells:
            if cell.begins:
                above[cell.column] = cell.text
            elif not cell.follows:
                above.pop(cell.column, None)
        texts = [above.get(cell.column, "") if cell.follows else cell.text for cell in cells]
        plain = [above.get(cell.column, "") if cell.follows else cell.plain for cell in cells]
        rows = [row for cell in cells for row in cell]
        return Row(
            Shape(style="\0table"),
            _line_of(texts),
            _line_of(plain),
            [picture for row in rows for picture in row.pictures],
            [note for row in rows for note in row.notes],
            table=True,
        )


class _Cell(list[Row]):
    """The rows in one cell of a table, and how the cell is merged with those above and below."""

    def __init__(self, rows: Iterable[Row], column: int, follows: bool, begins: bool) -> None:
        super().__init__(rows)
        self.column = column
        self.follows = follows
        self.begins = begins

    @property
    def text(self) -> str:
        return _run_on(line for row in self for line in row.lines)

    @property
    def plain(self) -> str:
        return _run_on(line.strip() for row in self for line in row.plain)


def _is_layout(cells: list[_Cell]) -> bool:
    return any(sum(bool(row.lines) for row in cell) > _DATA for cell in cells)


def _run_on(lines: Iterable[str]) -> str:
    """Lines of a cell as one."""
    made = ""
    for line in filter(None, lines):
        between = "" if not made else " " if made[-1] in ".,:;!?" else ", "
        made += between + line
    return made


def _line_of(texts: list[str]) -> list[str]:
    if not any(texts):
        return []
    if len(texts) != 2:
        return [" | ".join(texts).strip()] if len(texts) > 2 else texts
    first, second = texts
    if not (first and second):
        return [first or second]
    return [
        f"{first} {second.lstrip(': ')}"
        if first.endswith((":", ":**"))
        else f"{first}: {second.lstrip(': ')}"
    ]


def _table_rows(table: Element) -> Iterator[Element]:
    for inner in elements(table):
        if inner.tag == f"{W}tr":
            if child(inner, "trPr", "del") is None:
                yield inner
        elif inner.tag in _WRAPS:
            yield from _table_rows(inner)


def _table_cells(row: Element) -> Iterator[Element]:
    for inner in elements(row):
        if inner.tag == f"{W}tc":
            yield inner
        elif inner.tag in _WRAPS:
            yield from _table_cells(inner)


_WRAPS = frozenset({f"{W}sdt", f"{W}sdtContent", f"{W}customXml"})


def _trimmed(lines: list[str]) -> list[str]:
    """Without blank lines at the ends."""
    while lines and not lines[-1].strip():
        lines.pop()
    while lines and not lines[0].strip():
        lines.pop(0)
    return lines


def _lost_links(pieces: Iterable[Piece]) -> Iterator[Note]:
    for text, target in marking.loose(pieces):
        if not target.startswith("#"):
            yield "content.word_link", Severity.WARNING, {"text": text[:60], "target": target[:100]}
