"""The pictures that stand in a paragraph, as they lie in the file, and what else was drawn there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from connectors.contract import Json, Severity
from publisher.content.docx.xml import WP, A, Element, R, V, W, below, whole, words
from publisher.content.text import shown

PIC = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
_SVG = "{http://schemas.microsoft.com/office/drawing/2016/SVG/main}svgBlip"
_O = "{urn:schemas-microsoft-com:office:office}"

Note = tuple[str, Severity, dict[str, Json]]
"""Something noticed in a paragraph: code, severity, values; the line is the paragraph's."""


@dataclass(frozen=True)
class Shown:
    """A picture as the document shows it.

    Attributes:
        data: None: there is nothing that could be sent; `notes` say why.
        notes: without the number of the picture, which is only known at the end.
    """

    data: bytes | None
    alt: str
    notes: tuple[Note, ...]


class Drawn(NamedTuple):
    """What stands in a drawing: pictures that can go out, and notes on all that cannot."""

    pictures: list[Shown]
    notes: list[Note]


def drawn(drawing: Element, parts: Mapping[str, Any]) -> Drawn:
    """What a `w:drawing`, `w:pict` or `w:object` shows.

    Args:
        parts: relation id → part of the package.
    """
    if drawing.tag == f"{W}object":
        return Drawn([], [("content.word_object", Severity.WARNING, {})])
    pictures = [*_drawing_ml(drawing, parts), *_vml(drawing, parts)]
    notes = [("content.word_textbox", Severity.WARNING, {"text": shown(text)}) for text in _texts(drawing)]
    if not pictures and not notes:
        notes = list(_other(drawing))
    return Drawn(pictures, notes)


def _texts(drawing: Element) -> Iterator[str]:
    """The words of text boxes and of lettering drawn as a picture."""
    for box in below(drawing, f"{W}txbxContent", f"{V}textpath"):
        text = box.get("string", "") if box.tag == f"{V}textpath" else words(box)
        if text.strip():
            yield text.strip()


def _other(drawing: Element) -> Iterator[Note]:
    kind = next((data.get("uri", "") for data in below(drawing, f"{A}graphicData")), "")
    if "chart" in kind.rpartition("/")[2]:
        yield "content.word_chart", Severity.WARNING, {}
    elif kind.endswith("/diagram"):
        yield "content.word_diagram", Severity.WARNING, {}
    elif not any(shape.get(f"{_O}hr") for shape in below(drawing, f"{V}rect")):  # a rule between paragraphs
        yield "content.word_shape", Severity.NOTICE, {}


# ── Pictures ─────────────────────────────────────────────────────────────────


def _drawing_ml(drawing: Element, parts: Mapping[str, Any]) -> Iterator[Shown]:
    blips = list(below(drawing, f"{A}blip"))
    outer = next(below(drawing, f"{WP}docPr"), None)
    for number, blip in enumerate(blips):
        filling = blip.getparent()
        picture = filling.getparent() if filling.tag == f"{PIC}blipFill" else None
        inner = None if picture is None else next(below(picture, f"{PIC}cNvPr"), None)
        alt = _alt(outer) if number == 0 else _Alt()
        if len(blips) > 1 and _alt(inner).text:
            alt = _alt(inner)
        embedded, linked = blip.get(f"{R}embed"), blip.get(f"{R}link")
        svg = next(below(blip, _SVG), None) if embedded is None else None
        if svg is not None:
            embedded = svg.get(f"{R}embed")
        if embedded or linked:
            yield _shown(embedded, alt, parts, list(_changes(filling, picture)))


def _vml(drawing: Element, parts: Mapping[str, Any]) -> Iterator[Shown]:
    for data in below(drawing, f"{V}imagedata"):
        alt = _cleaned(data.getparent().get("alt") or "")
        sides = ("cropleft", "cropright", "croptop", "cropbottom")
        cropped = any(data.get(side, "0") not in {"0", "0f"} for side in sides)
        changes: list[Note] = [("content.word_picture_cropped", Severity.WARNING, {})] if cropped else []
        yield _shown(data.get(f"{R}id") or data.get(f"{R}embed"), alt, parts, changes)


def _shown(relation: str | None, alt: _Alt, parts: Mapping[str, Any], notes: list[Note]) -> Shown:
    text = alt.text
    if alt.machine:
        notes.append(("content.word_alt_machine", Severity.NOTICE, {"alt": shown(text)}))
    if not relation:
        return Shown(None, text, (("content.word_picture_linked", Severity.ERROR, {}),))
    part = parts.get(relation)
    if part is None:
        return Shown(None, text, (("content.word_picture_lost", Severity.ERROR, {}),))
    kind = _other_kind(part.blob, str(part.partname))
    if kind:
        return Shown(None, text, (("content.word_picture_kind", Severity.ERROR, {"kind": kind}),))
    return Shown(part.blob, text, tuple(notes))


def _changes(filling: Element, picture: Element | None) -> Iterator[Note]:
    """What Word does to a picture only when it shows it."""
    for crop in below(filling, f"{A}srcRect"):
        # In thousandths of a percent; less than half a percent is rounding.
        if any((whole(crop.get(side)) or 0) >= 500 for side in "ltrb"):
            yield "content.word_picture_cropped", Severity.WARNING, {}
    frame = None if picture is None else next(below(picture, f"{A}xfrm"), None)
    if frame is not None and (
        whole(frame.get("rot")) or frame.get("flipH") in {"1", "true"} or frame.get("flipV") in {"1", "true"}
    ):
        yield "content.word_picture_turned", Severity.WARNING, {}


# By the first bytes, never by the name.
_SENT = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*", b"BM")
_OTHERS = (
    (b"\xd7\xcd\xc6\x9a", "WMF"),
    (b"\x01\x00\x09\x00", "WMF"),
    (b"II\xbc", "JPEG XR"),
)


def _other_kind(data: bytes, name: str) -> str | None:
    """What kind of picture it is if it is none that can be sent."""
    if data.startswith(_SENT) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return None
    if data[:4] == b"\x01\x00\x00\x00" and data[40:44] == b" EMF":
        return "EMF"
    for start, kind in _OTHERS:
        if data.startswith(start):
            return kind
    return name.rpartition(".")[2].upper()


# ── Alternative text ─────────────────────────────────────────────────────────

# What Word adds below an alternative text that it made itself, in English and Indonesian (Word 2019 to 365,
# seen 2026-11).
_MACHINE = re.compile(
    r"\s*(?:description (?:automatically )?generated(?: with .* confidence)?"
    r"|deskripsi (?:dibuat|dihasilkan) (?:secara )?otomatis"
    r"|AI-generated content may be incorrect\.?"
    r"|konten (?:yang )?(?:dihasilkan|dibuat)(?: oleh)? AI mungkin (?:salah|tidak (?:benar|akurat))\.?)\s*$",
    re.IGNORECASE,
)
_FILE = re.compile(r"(?:.*[\\/])?[^\\/]*\.(?:jpe?g|png|gif|webp|bmp|tiff?|heic|emf|wmf|svg)", re.IGNORECASE)


class _Alt(NamedTuple):
    """An alternative text in one line, and whether Word made it."""

    text: str = ""
    machine: bool = False


def _alt(properties: Element | None) -> _Alt:
    if properties is None:
        return _Alt()
    described = _cleaned(properties.get("descr") or "")
    return described if described.text else _cleaned(properties.get("title") or "")


def _cleaned(text: str) -> _Alt:
    """Nothing where it is but the name of a file, which some programs put there by themselves."""
    bare = " ".join(text.split())
    end, machine = _MACHINE.subn("", bare[-200:])
    bare = (bare[:-200] + end).rstrip(",")
    return _Alt() if _FILE.fullmatch(bare) else _Alt(bare, bool(bare and machine))
