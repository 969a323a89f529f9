"""The rows of a document → the text that becomes a draft, and the draft's lines → paragraphs as people count.

People count what they see: a paragraph is a paragraph with words or a picture in it, or a row of a
table; empty ones do not count. So the `line` of everything in a draft of a .docx is such a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from connectors.contract import Severity
from publisher.content import vocabulary
from publisher.content.docx.aside import left_out
from publisher.content.docx.blocks import Blocks, Row
from publisher.content.docx.inline import Inline
from publisher.content.docx.numbering import Numbering
from publisher.content.docx.package import opened, released, root_of
from publisher.content.docx.styles import Styles
from publisher.content.text import MAX_BYTES, Draft, Embedded, Note, TextError, draft_of

if TYPE_CHECKING:
    from docx.document import Document

GAP = 80
"""Twentieths of a point between two paragraphs, from which on Word shows them apart: a third of a line."""
MAX_TITLE = 200

_DASHES = frozenset("-‐‑‒–—―−")


def read_docx(data: bytes) -> Draft:
    """The text of a Word document as Word shows it, with its facts and the pictures in it.

    Raises:
        TextError: nothing of it may be posted; its line is the number of a paragraph.
    """
    document = opened(data)
    with released(document):
        rows, notes = _read(document)
    text = _Text(rows)
    draft = _draft(text)
    draft.notes.extend(_row_notes(rows, draft.body_line))
    draft.notes.extend(notes)
    draft.pictures, picture_notes = _pictures(rows)
    draft.notes.extend(picture_notes)
    return draft


def _read(document: Document) -> tuple[list[Row], list[Note]]:
    from lxml.etree import LxmlError  # type: ignore[import-untyped]  # lxml ships no types

    try:
        part = document.part
        styles = Styles(_element(part, "styles"))
        targets = {key: one.target_ref for key, one in part.rels.items() if one.is_external}
        inline = Inline(styles, part.related_parts, targets)
        blocks = Blocks(inline, styles, Numbering(_element(part, "numbering"), styles))
        return list(blocks.rows(document.element.body)), list(left_out(document, inline.counts))
    except (LxmlError, RecursionError):
        raise TextError("content.word_damaged") from None


def _element(part: Any, kind: str) -> Any:
    """The XML of styles or numbering; None: the document has none, which is no fault."""
    for relation in part.rels.values():
        if not relation.is_external and (relation.reltype or "").endswith(f"/relationships/{kind}"):
            return root_of(relation.target_part)
    return None


def _draft(text: _Text) -> Draft:
    if not text.written.strip() and text.has_pictures:
        return Draft("", 1)
    if len(text.written.encode()) > MAX_BYTES:
        raise TextError("content.word_too_long", size=len(text.written.encode()), limit=MAX_BYTES)
    try:
        draft = draft_of(text.written)
    except TextError as error:
        raise TextError(error.code, text.paragraph(error.line), **error.values) from None
    draft.lines = {key: text.paragraph(line) or line for key, line in draft.lines.items()}
    draft.title_line = text.paragraph(draft.title_line) or draft.title_line
    draft.body_line = text.paragraph(draft.body_line) or draft.body_line
    draft.notes = [
        (code, severity, text.paragraph(line), values) for code, severity, line, values in draft.notes
    ]
    return draft


# ── Rows to text ─────────────────────────────────────────────────────────────


@dataclass
class _Text:
    """The text of the rows, and for each of its lines the paragraph it comes from.

    Between two paragraphs stands a blank line where Word shows one: there are empty paragraphs between
    them (as many lines as those), or spacing. So it does not matter whether somebody presses Enter once
    or twice, nor what the template's spacing is.
    """

    rows: list[Row]
    written: str = ""
    has_pictures: bool = False
    numbers: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        opening = _opening(self.rows)
        lines: list[str] = []
        before: int | None = None
        empty, picture = 0, False
        for place, number, row in _seen(self.rows):
            self.has_pictures = self.has_pictures or bool(row.pictures)
            if not row.lines:
                empty, picture = empty + (not row.pictures), picture or bool(row.pictures)
                continue
            if before is not None:
                blank = 1 if picture else empty or opening.gap(before, place, self.rows)
                lines += [""] * blank
                self.numbers += [number] * blank
            own = opening.lines(place, row)
            lines += own
            self.numbers += [number] * len(own)
            before, empty, picture = place, 0, False
        self.written = "\n".join(lines)

    def paragraph(self, line: int | None) -> int | None:
        """The paragraph of a line of the text."""
        if not line or not self.numbers:
            return None
        return self.numbers[min(line, len(self.numbers)) - 1]


def _seen(rows: Iterable[Row]) -> Iterator[tuple[int, int, Row]]:
    """Place, number and row; an empty row has the number of the next one that can be seen."""
    number = 1
    for place, row in enumerate(rows):
        yield place, number, row
        number += not row.empty


@dataclass(frozen=True)
class _Opening:
    """What a document opens with: the places of the rows that are facts, and of the title."""

    facts: frozenset[int]
    title: int | None

    def lines(self, place: int, row: Row) -> list[str]:
        if place == self.title:
            return [f"# {_one_line(row)}"]
        return row.plain if place in self.facts else row.lines

    def gap(self, before: int, place: int, rows: list[Row]) -> int:
        """Whether a blank line stands between two rows that follow each other."""
        if before in self.facts and place in self.facts:
            return 0  # the spacing of the template does not tear facts apart
        if self.title in (before, place):
            return 1
        above, below = rows[before].shape, rows[place].shape
        alike = above.style == below.style
        after = 0 if alike and above.together else above.after or 0
        ahead = 0 if alike and below.together else below.before or 0
        return int(max(after, ahead) >= GAP)


def _opening(rows: list[Row]) -> _Opening:
    places = [place for place, row in enumerate(rows) if row.lines]
    facts = _front_matter(places, rows) or _facts(places, rows)
    rest = places[len(facts) :]
    titled = any(_key(rows[place]) == "title" for place in facts)
    title = rest[0] if rest and _is_title(rows, rest, titled) else None
    if title is not None and not facts:
        facts = _facts(rest[1:], rows)
    return _Opening(frozenset(facts), title)


def _front_matter(places: list[int], rows: list[Row]) -> list[int]:
    """From dashes to dashes; Word makes long ones of three, which `draft_of` has a word about."""
    dashes = [number for number, place in enumerate(places) if _is_dashes(rows[place].plain)]
    if not dashes or dashes[0] != 0:
        return []
    return places[: dashes[1] + 1] if len(dashes) > 1 else places


def _facts(places: list[int], rows: list[Row]) -> list[int]:
    end = next((number for number, place in enumerate(places) if _key(rows[place]) is None), len(places))
    return places[:end]


def _key(row: Row) -> str | None:
    """The key that the row begins with, if only nearly."""
    word, colon, _ = row.plain[0].replace("：", ":").partition(":")
    word = word.strip(" *_\t\u00a0-–•·▪")
    if not colon or len(word) > 41:
        return None
    return vocabulary.key_of(word) or vocabulary.misspelt(word, vocabulary.KEYS)


def _is_dashes(lines: list[str]) -> bool:
    text = lines[0].strip()
    return len(lines) == 1 and bool(text) and set(text) <= _DASHES and text != "-"


def _is_title(rows: list[Row], places: list[int], titled: bool) -> bool:
    """A heading; or one line all in bold above text that is not, which is how most people make one."""
    row = rows[places[0]]
    text = _one_line(row)
    if row.table or not text or len(text) > MAX_TITLE:
        return False
    if row.shape.heading:
        return True
    below = rows[places[1]] if len(places) > 1 else None
    alone = below is not None and not below.bold and len(row.lines) == 1
    return row.bold and alone and not titled and row.shape.numbered is None and text[-1] not in ".,;:"


def _one_line(row: Row) -> str:
    return " ".join(" ".join(row.plain).split()).removeprefix("# ")


# ── What else the draft holds ────────────────────────────────────────────────


def _row_notes(rows: list[Row], body: int) -> Iterator[Note]:
    """What was noticed in the rows; facts that somebody put into a table are not published as one."""
    tables = {number for _, number, row in _seen(rows) if row.table}
    for _, number, row in _seen(rows):
        for code, severity, values in row.notes:
            if code == "content.word_table" and number < body and body not in tables:
                continue
            yield code, severity, number, values


def _pictures(rows: list[Row]) -> tuple[list[Embedded], list[Note]]:
    """The pictures in order of appearance; one that stands there twice goes out once."""
    found: dict[bytes, Embedded] = {}
    notes: list[Note] = []
    count = 0
    for _, number, row in _seen(rows):
        for picture in row.pictures:
            count += 1
            notes += [
                (code, severity, number, {"number": count, **values})
                for code, severity, values in picture.notes
            ]
            if picture.data is None:
                continue
            twin = found.get(picture.data)
            if twin is None:
                found[picture.data] = Embedded(f"#{count}", picture.data, picture.alt, number)
            else:
                notes.append(("content.word_picture_twice", Severity.NOTICE, number, {"number": count}))
                found[picture.data] = replace(twin, alt=twin.alt or picture.alt)
    return list(found.values()), notes
