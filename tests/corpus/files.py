"""Small real files for the corpus: pictures, Word documents."""

from __future__ import annotations

from io import BytesIO

from PIL import Image


def jpeg(shade: int = 0) -> bytes:
    """A small photo."""
    return _picture("JPEG", shade)


def png(shade: int = 0) -> bytes:
    """A small picture without loss."""
    return _picture("PNG", shade)


def _picture(kind: str, shade: int) -> bytes:
    out = BytesIO()
    Image.new("RGB", (320, 320), (30, 90 + shade, 160)).save(out, kind)
    return out.getvalue()


def docx(*paragraphs: str, picture: bytes | None = None) -> bytes:
    """A Word document; a paragraph that begins with `=` is its title."""
    from docx import Document

    document = Document()
    for words in paragraphs:
        if words.startswith("="):
            document.add_heading(words[1:], level=1)
        else:
            document.add_paragraph(words)
    if picture is not None:
        document.add_picture(BytesIO(picture))
    out = BytesIO()
    document.save(out)
    return out.getvalue()
