"""Word documents for tests: by python-docx, or written by hand as other programs write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx
from docx.document import Document

from publisher.content.docx import read_docx
from publisher.content.text import Draft

SPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "v": "urn:schemas-microsoft-com:vml",
        "o": "urn:schemas-microsoft-com:office:office",
    }.items()
)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'


def saved(document: Document) -> bytes:
    """The bytes of a document made with python-docx."""
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def by_word(*paragraphs: str, make: Callable[[Document], object] | None = None) -> bytes:
    """Plain paragraphs in Word's own template, which shows space between them; then whatever `make` adds."""
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if make:
        make(document)
    return saved(document)


def by_hand(
    body: str,
    *,
    styles: str = "",
    numbering: str = "",
    parts: Mapping[str, bytes | str] | None = None,
    relations: str = "",
    main: str = f"{WORD}.document.main+xml",
) -> bytes:
    """A document of which every byte is known; a template without space between paragraphs.

    Args:
        body, styles, numbering: what stands inside the outermost element of each.
        parts: further entries of the zip, by name.
        relations: of the document, besides those to styles and numbering.
    """
    made: dict[str, bytes | str] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="png" ContentType="image/png"/>'
        '<Default Extension="jpeg" ContentType="image/jpeg"/>'
        '<Default Extension="emf" ContentType="image/x-emf"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{WORD}.styles+xml"/>'
        f'<Override PartName="/word/numbering.xml" ContentType="{WORD}.numbering+xml"/></Types>',
        "_rels/.rels": f"<Relationships {RELATIONS}>"
        f'<Relationship Id="rId1" Type="{KIND}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {SPACES}>{styles}</w:styles>",
        "word/numbering.xml": f"<w:numbering {SPACES}>{numbering}</w:numbering>",
        "word/_rels/document.xml.rels": f"<Relationships {RELATIONS}>"
        f'<Relationship Id="rIdS" Type="{KIND}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rIdN" Type="{KIND}/numbering" Target="numbering.xml"/>'
        f"{relations}</Relationships>",
        **(parts or {}),
    }
    return zipped(made)


def zipped(entries: Mapping[str, bytes | str]) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as written:
        for name, data in entries.items():
            written.writestr(name, data)
    return file.getvalue()


def p(text: str = "", properties: str = "") -> str:
    """A paragraph with one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{r(text) if text else ''}</w:p>"


def r(text: str, properties: str = "") -> str:
    """A run."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def link_to(target: str, key: str = "rId7") -> str:
    """The relation of a hyperlink."""
    return f'<Relationship Id="{key}" Type="{KIND}/hyperlink" Target="{target}" TargetMode="External"/>'


def draft(body: str, **more: str) -> Draft:
    """What reading gives of a document written by hand."""
    return read_docx(by_hand(body, **more))  # type: ignore[arg-type]


def told(read: Draft) -> list[tuple[str, int | None]]:
    """What was noticed: codes and paragraphs."""
    return [(code, line) for code, _, line, _ in read.notes]
