"""The bytes of a .docx, if they can be trusted → python-docx's parts; lxml sees nothing before the checks.

A .docx is a zip of XML. People rename other files to it, copy it half, protect it with a password;
and a file from outside may be made to fill memory (a zip or XML bomb) or to fetch things (entities).
"""

from __future__ import annotations

import posixpath
import re
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from publisher.content.docx.xml import Element
from publisher.content.text import TextError

if TYPE_CHECKING:
    from docx.document import Document

MAX_ENTRIES = 5_000
MAX_XML = 16_000_000
"""Bytes of all XML in the zip once unpacked; three pages make about 100,000."""
MAX_UNPACKED = 200_000_000
MAX_RATIO = 100
"""How far the whole may shrink where it is big at all: XML comes to 10 or 20, photos to 1."""
_BIG = 20_000_000

# python-docx was written for sound files: what it trips over in others has no one name.
_TRIPS = (LookupError, ValueError, AttributeError, TypeError, RecursionError, BadZipFile, zlib.error)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
_TYPES = "[Content_Types].xml"
_WORD = b"wordprocessingml.document.main+xml"
_STRICT = b"http://purl.oclc.org/ooxml/"
_ENCODING = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']""")
_TYPE = re.compile(rb"""<(?:\w+:)?(?:Override|Default)\b[^<>]*>""")
_PART = re.compile(rb"""\b(?:PartName|Extension)\s*=\s*["']([^"']*)["']""")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^<>]*(?:/>|></(?:\w+:)?Relationship>)")
_TARGET = re.compile(rb"""\sTarget\s*=\s*["']([^"']*)["']""")
_EXTERNAL = re.compile(rb"""\sTargetMode\s*=\s*["']External["']""")


def opened(data: bytes) -> Document:
    """The document as python-docx holds it.

    Raises:
        TextError: no Word document, protected, damaged, or made to do harm.
    """
    if not data:
        raise TextError("content.empty")
    if data.startswith(_OLE):
        raise TextError("content.word_password" if _PROTECTED in data else "content.word_old")
    if not data.startswith(b"PK"):
        raise TextError("content.word_other")
    try:
        with ZipFile(BytesIO(data)) as zipped:
            xml = _checked(zipped, len(data))
            data = _without_loose_ends(zipped, xml) or data
    except (BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError, zlib.error):
        raise TextError("content.word_damaged") from None
    return _document(data)


def _document(data: bytes) -> Document:
    import docx
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError  # type: ignore[import-untyped]  # lxml ships no types

    try:
        document = docx.Document(BytesIO(data))
        if document.element.body is None:
            raise TextError("content.word_damaged")
    except (*_TRIPS, OpcError, LxmlError):
        raise TextError("content.word_damaged") from None
    return document


@contextmanager
def released(document: Document) -> Iterator[None]:
    """Afterwards the parts of the document, photos and all, are let go at once.

    python-docx leaves them in circles, and a look at content/ collects no garbage until its end: a
    thousand documents read for the first time would lie in memory together. So the parts are emptied.
    """
    try:
        yield
    finally:
        package = document.part.package
        for part in package.parts if package else ():
            vars(part).clear()


def root_of(part: Any) -> Element:
    """The XML of a part: python-docx has parsed some, and leaves others as bytes.

    Raises:
        lxml.etree.LxmlError: it is no XML.
    """
    from docx.oxml import parse_xml

    return part.element if hasattr(part, "element") else parse_xml(part.blob)


# ── What is in the zip ───────────────────────────────────────────────────────


def _checked(zipped: ZipFile, packed: int) -> dict[str, bytes]:
    """All XML in the zip, by name, once nothing about it is suspicious."""
    entries = zipped.infolist()
    _refuse_bomb(entries, packed)
    if any(entry.flag_bits & 1 for entry in entries):
        raise TextError("content.word_password")
    names = {entry.filename for entry in entries if entry.filename.lower().endswith((".xml", ".rels"))}
    if _TYPES not in names:
        raise TextError("content.word_other")
    xml = {name: zipped.read(name) for name in sorted(names)}
    for data in xml.values():
        _refuse_declarations(data)
    _refuse_other_kinds(xml)
    return xml


def _refuse_bomb(entries: Collection[ZipInfo], packed: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    xml = sum(entry.file_size for entry in entries if entry.filename.lower().endswith((".xml", ".rels")))
    shrunk = unpacked > _BIG and unpacked > MAX_RATIO * packed
    if len(entries) > MAX_ENTRIES or xml > MAX_XML or unpacked > MAX_UNPACKED or shrunk:
        raise TextError("content.word_bomb", entries=len(entries), megabytes=unpacked // 1_000_000)


def _refuse_declarations(data: bytes) -> None:
    """No part of a .docx has a document type (ECMA-376 part 2, 8.1.4), the only place to declare entities."""
    bare = data.replace(b"\0", b"") if b"\0" in data[:64] else data  # UTF-16
    declared = _ENCODING.match(bare[:300].lstrip(b"\xef\xbb\xbf\xff\xfe"))
    known = declared is None or declared[1].lower() in {b"utf-8", b"utf8", b"utf-16", b"us-ascii"}
    if not known or b"<!DOCTYPE" in bare or b"<!ENTITY" in bare:
        raise TextError("content.word_damaged")


def _refuse_other_kinds(xml: Mapping[str, bytes]) -> None:
    types = xml[_TYPES]
    if b"macroEnabled" in types:
        raise TextError("content.word_macro")
    if _WORD not in types:
        raise TextError("content.word_other")
    if _STRICT in xml.get("_rels/.rels", b""):
        raise TextError("content.word_strict")
    for entry in _TYPE.findall(types):
        part = _PART.search(entry)
        parsed = b"wordprocessingml" in entry and b"+xml" in entry
        if parsed and (part is None or not part[1].lower().endswith(b"xml")):
            raise TextError("content.word_damaged")  # XML under another name, which nobody has looked into


# ── Loose ends ───────────────────────────────────────────────────────────────


def _without_loose_ends(zipped: ZipFile, xml: Mapping[str, bytes]) -> bytes | None:
    """The zip without relations to parts that are not in it; None: it has none.

    Word does not mind them and some programs leave them (`Target="NULL"`); python-docx refuses the file.
    """
    names = set(zipped.namelist())
    mended = {}
    for name, data in xml.items():
        if name.endswith(".rels"):
            folder = posixpath.dirname(posixpath.dirname(name))
            tied = _RELATION.sub(partial(_tied, folder, names), data)
            if tied != data:
                mended[name] = tied
    if not mended:
        return None
    made = BytesIO()
    with ZipFile(made, "w", ZIP_STORED) as written:
        for name in sorted(names):
            written.writestr(name, mended[name] if name in mended else zipped.read(name))
    return made.getvalue()


def _tied(folder: str, names: Collection[str], relation: re.Match[bytes]) -> bytes:
    """The relation; nothing if it leads nowhere."""
    return b"" if _leads_nowhere(relation[0], folder, names) else relation[0]


def _leads_nowhere(relation: bytes, folder: str, names: Collection[str]) -> bool:
    target = _TARGET.search(relation)
    if target is None or _EXTERNAL.search(relation):
        return False
    path = unescape(target[1].decode("utf-8", "replace"))
    whole = path if path.startswith("/") else posixpath.join("/", folder, path)
    return posixpath.normpath(whole).lstrip("/") not in names
