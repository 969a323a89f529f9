"""What Word shows around the text and nobody posts: header and footer, notes, comments, open changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from connectors.contract import Json, Severity
from publisher.content.docx.inline import Counts
from publisher.content.docx.package import root_of
from publisher.content.docx.xml import W, words
from publisher.content.text import shown

if TYPE_CHECKING:
    from docx.document import Document

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_PAGE = re.compile(r"\b(?:halaman|hal|page|hlm|of|dari)\b", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]{2}")


def left_out(document: Document, counts: Counts) -> Iterator[tuple[str, Severity, None, dict[str, Json]]]:
    """One note for each kind of thing that stands in the document and is not posted."""
    if counts.inserted or counts.deleted:
        values: dict[str, Json] = {"inserted": counts.inserted, "deleted": counts.deleted}
        yield "content.word_changes", Severity.WARNING, None, values
    if counts.comments:
        yield "content.word_comments", Severity.WARNING, None, {"count": counts.comments}
    if counts.footnotes:
        text = shown(" · ".join(filter(None, _footnotes(document, counts))))
        yield "content.word_footnotes", Severity.WARNING, None, {"text": text, "count": len(counts.footnotes)}
    around = list(dict.fromkeys(_around(document)))
    if around:
        yield "content.word_header", Severity.NOTICE, None, {"text": shown(" · ".join(around))}


def _around(document: Document) -> Iterator[str]:
    """The words of header and footer; page numbers are none."""
    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype in (f"{_RELATIONS}header", f"{_RELATIONS}footer"):
            text = words(root_of(relation.target_part))
            if _LETTERS.search(_PAGE.sub("", text)):
                yield text


def _footnotes(document: Document, counts: Counts) -> Iterator[str]:
    notes = {}
    for relation in document.part.rels.values():
        if relation.is_external or relation.reltype not in (
            f"{_RELATIONS}footnotes",
            f"{_RELATIONS}endnotes",
        ):
            continue
        for note in root_of(relation.target_part):
            if isinstance(note.tag, str):
                notes[f"{note.tag[len(W) :]}Reference/{note.get(f'{W}id')}"] = words(note)
    return (notes.get(key, "") for key in counts.footnotes)
