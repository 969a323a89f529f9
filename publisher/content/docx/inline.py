"""One paragraph → its words, with what matters of their look (bold, link); and what stands in it besides."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from connectors.contract import Severity
from publisher.content.docx.pictures import Note, Shown, drawn
from publisher.content.docx.styles import RunLook, Shape, Styles
from publisher.content.docx.symbols import UNKNOWN, symbol, without_private
from publisher.content.docx.xml import Element, M, R, W, child, elements, flag, words
from publisher.content.text import shown

_LINK_FIELD = re.compile(r"""\s*HYPERLINK\s+(?:"([^"]*)"|([^\s"\\]\S*))""")
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_SCRIPTS = {"superscript": _RAISED, "subscript": _LOWERED}


class Piece(NamedTuple):
    r"""Words of one look; `\n` is a line break."""

    text: str
    bold: bool = False
    href: str | None = None


@dataclass
class Words:
    """What stands in one paragraph.

    Attributes:
        joined: the paragraph mark was deleted, so that the next paragraph goes on here.
    """

    pieces: list[Piece] = field(default_factory=list)
    pictures: list[Shown] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    joined: bool = False


@dataclass
class _Field:
    """A field that is open: first its instruction, then what it shows."""

    instruction: str = ""
    shows: bool = False


@dataclass
class Counts:
    """What was met in the whole document and is told once."""

    inserted: int = 0
    deleted: int = 0
    comments: int = 0
    footnotes: list[str] = field(default_factory=list)


class Inline:
    """Reads the paragraphs of one document, in order: fields may reach from one into the next.

    Args:
        parts: relation id → part of the package.
        targets: relation id → address, of links.
    """

    def __init__(self, styles: Styles, parts: Mapping[str, Any], targets: Mapping[str, str]) -> None:
        self.counts = Counts()
        self._styles = styles
        self._parts = parts
        self._targets = targets
        self._fields: list[_Field] = []
        self._shape = Shape()
        self._words = Words()

    def words(self, paragraph: Element, shape: Shape) -> Words:
        """What stands in a paragraph, as Word shows it with all changes accepted."""
        self._shape, self._words = shape, Words()
        mark = child(paragraph, "pPr", "rPr")
        if mark is not None and (child(mark, "del") is not None or child(mark, "moveFrom") is not None):
            self._words.joined = True
            self.counts.deleted += 1
        self._inside(paragraph, None)
        return self._words

    def _inside(self, parent: Element, href: str | None) -> None:
        for inner in elements(parent):
            tag = inner.tag
            if tag == f"{W}r":
                self._run(inner, href)
            elif tag == f"{W}hyperlink":
                self._inside(inner, self._targets.get(inner.get(f"{R}id") or "") or href)
            elif tag in _ADDED:
                self.counts.inserted += 1
                self._inside(inner, href)
            elif tag in _TAKEN:
                self.counts.deleted += 1
            elif tag == f"{W}fldSimple":
                self._inside(inner, _target(inner.get(f"{W}instr") or "") or href)
            elif tag == f"{W}sdt":
                self._control(inner, href)
            elif tag in (f"{M}oMath", f"{M}oMathPara"):
                self._note("content.word_equation")
            elif tag not in _NO_TEXT:
                self._inside(inner, href)

    def _control(self, control: Element, href: str | None) -> None:
        content = child(control, "sdtContent")
        if content is None:
            return
        if flag(child(control, "sdtPr"), "showingPlcHdr"):
            self._note("content.word_placeholder", text=shown(words(content)))
        else:
            self._inside(content, href)

    # ── Runs ──

    def _run(self, run: Element, href: str | None) -> None:
        look = self._styles.run(self._shape, child(run, "rPr"))
        if look.hidden:
            self._hidden(run)
            return
        for inner in elements(run):
            self._in_run(inner, look, href)

    def _hidden(self, run: Element) -> None:
        for inner in elements(run):
            if inner.tag in (f"{W}fldChar", f"{W}instrText"):
                self._in_run(inner, RunLook(), None)  # a field may begin in hidden text and end behind it
        text = words(run)
        if text and self._visible():
            self._note("content.word_hidden", text=shown(text))

    def _in_run(self, inner: Element, look: RunLook, href: str | None) -> None:
        tag = inner.tag
        if tag == f"{W}fldChar":
            self._field(inner.get(f"{W}fldCharType"))
        elif tag == f"{W}instrText":
            if self._fields:
                self._fields[-1].instruction += inner.text or ""
        elif not self._visible():
            return
        elif tag in _TEXTS:
            self._add(_TEXTS[tag], look, href)
        elif tag == f"{W}t":
            self._text(inner, look, href)
        elif tag == f"{W}sym":
            code = inner.get(f"{W}char") or ""
            self._add(symbol(chr(int(code, 16))) if _HEX.fullmatch(code) else UNKNOWN, look, href)
        elif tag in (f"{W}drawing", f"{W}pict", f"{W}object"):
            found = drawn(inner, self._parts)
            self._words.pictures += found.pictures
            self._words.notes += found.notes
        elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
            self.counts.footnotes.append(f"{tag[len(W) :]}/{inner.get(f'{W}id')}")
        elif tag == f"{W}commentReference":
            self.counts.comments += 1
        elif tag == f"{W}ruby":
            base = child(inner, "rubyBase")
            if base is not None:
                self._inside(base, href)

    def _text(self, element: Element, look: RunLook, href: str | None) -> None:
        text = re.sub(r"[\t\r\n]", " ", element.text or "")
        if element.get("{http://www.w3.org/XML/1998/namespace}space") != "preserve":
            text = text.strip(" ")
        table = _SCRIPTS.get(look.raised or "")
        if table and all(ord(character) in table for character in text):
            text = text.translate(table)
        if look.struck and text.strip():
            self._note("content.word_struck", text=shown(text))
        self._add(without_private(text), look, href)

    def _add(self, text: str, look: RunLook, href: str | None) -> None:
        if UNKNOWN in text:
            self._note("content.word_symbol")
            text = text.replace(UNKNOWN, "")
        if look.caps:
            text = text.upper()
        if text:
            link = self._link() or href
            self._words.pieces.append(Piece(text, bool(look.bold) or self._shape.heading, link))

    # ── Fields ──

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self._fields.append(_Field())
        elif self._fields and kind == "separate":
            self._fields[-1].shows = True
        elif self._fields and kind == "end":
            self._fields.pop()

    def _visible(self) -> bool:
        return all(one.shows for one in self._fields)

    def _link(self) -> str | None:
        return next((link for one in reversed(self._fields) if (link := _target(one.instruction))), None)

    def _note(self, code: str, **values: str) -> None:
        note: Note = (code, Severity.WARNING, dict(values))
        if note not in self._words.notes:
            self._words.notes.append(note)


_HEX = re.compile(r"(?![Dd][89A-Fa-f])[0-9A-Fa-f]{1,4}")  # without halves of surrogates
_ADDED = frozenset({f"{W}ins", f"{W}moveTo"})
_TAKEN = frozenset({f"{W}del", f"{W}moveFrom"})
_NO_TEXT = frozenset({f"{W}pPr", f"{W}rPr", f"{W}sdtPr", f"{W}sdtEndPr", f"{W}txbxContent"})
_TEXTS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
}


def _target(instruction: str) -> str | None:
    match = _LINK_FIELD.match(instruction)
    return (match[1] or match[2]) if match else None
