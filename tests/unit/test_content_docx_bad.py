"""What is no Word document, a damaged one, or one made to do harm: a problem in words, soon and cheaply."""

from __future__ import annotations

import tracemalloc
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.content.docx import package, read_docx
from publisher.content.text import MAX_BYTES, TextError
from publisher.texts import known
from tests.unit.word_files import SPACES, WORD, by_hand, by_word, p, zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def code_of(data: bytes) -> str:
    """Why the document cannot be read."""
    with pytest.raises(TextError) as error:
        read_docx(data)
    assert known(error.value.code)
    assert known(f"{error.value.code}.fix")
    return error.value.code


def is_read_or_told(data: bytes) -> bool:
    """Whether reading ends as it should: with a draft, or with a problem that has words."""
    try:
        read_docx(data)
    except TextError as error:
        return known(error.code)
    return True


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "content.empty"),
        (OLE + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 500, "content.word_password"),
        (OLE + b"\0" * 500 + "WordDocument".encode("utf-16-le"), "content.word_old"),
        (b"{\\rtf1 Halo}", "content.word_other"),
        (b"%PDF-1.7", "content.word_other"),
        (b"Hanya teks", "content.word_other"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "content.word_other"),
        (zipped({"foto.jpg": b"x"}), "content.word_other"),
        (b"PK\x03\x04 dan tidak lebih", "content.word_damaged"),
        (by_hand("", main="application/vnd.ms-word.document.macroEnabled.main+xml"), "content.word_macro"),
        (by_hand(p("Isi"), main=f"{WORD}.template.main+xml"), "content.word_other"),
        (
            by_hand(
                p("Isi"),
                main="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            ),
            "content.word_other",
        ),
        (
            by_hand(p("Isi"), parts={"_rels/.rels": "<x>http://purl.oclc.org/ooxml/officeDocument</x>"}),
            "content.word_strict",
        ),
        (by_hand("<w:p>"), "content.word_damaged"),
        (by_hand("", parts={"word/document.xml": f"<w:document {SPACES}/>"}), "content.word_damaged"),
        (by_hand(p("Isi"), parts={"word/document.xml": "<html/>"}), "content.word_damaged"),
        (by_hand(p("Isi"), parts={"word/styles.xml": "<"}), "content.word_damaged"),
        (by_hand("", parts={"[Content_Types].xml": f"{WORD}.document.main+xml"}), "content.word_damaged"),
    ],
)  # fmt: skip
def test_what_is_no_document_says_what_it_is(data: bytes, code: str) -> None:
    """Renamed, protected, of another kind, broken inside; each has words and advice."""
    assert code_of(data) == code


def test_a_document_that_was_copied_half() -> None:
    """Wherever the copy ended, and whatever became of a byte in it."""
    whole = by_word("Isi " * 500)
    for end in (5, 100, len(whole) // 2, len(whole) - 30, len(whole) - 1):
        assert code_of(whole[:end]) == "content.word_damaged"
    middle = whole.index(b"word/document.xml") + 200
    spoilt = whole[:middle] + b"\0\0\0\0\0\0" + whole[middle + 6 :]
    assert code_of(spoilt) == "content.word_damaged"


def test_a_zip_with_a_password() -> None:
    """Not Word's own protection, but people do it."""
    data = bytearray(by_hand(p("Isi")))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(mark, at + 4)
    assert code_of(bytes(data)) == "content.word_password"


# ── Made to do harm ──────────────────────────────────────────────────────────


def test_bombs_are_refused_before_they_unpack() -> None:
    """By what the zip says of itself: too much XML, too much at all, too many entries, too far shrunk."""
    zeros = b"\0" * (package.MAX_XML + 1)
    much_xml = by_hand(p("Isi"), parts={"word/lain.xml": zeros})
    much = by_hand(p("Isi"), parts={f"word/media/{n}.png": zeros for n in range(2)})
    many = by_hand(p("Isi"), parts={f"customXml/{n}": b"" for n in range(package.MAX_ENTRIES)})
    for data in (much_xml, much, many):
        tracemalloc.start()
        assert code_of(data) == "content.word_bomb"
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < package.MAX_XML


def test_a_zip_that_lies_about_its_sizes() -> None:
    """An entry that holds more than it says is damage; no more than it says is ever unpacked."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as written:
        written.writestr("[Content_Types].xml", b" " * 1_000_000)
    data = file.getvalue()
    size = (1_000_000).to_bytes(4, "little")
    assert data.count(size) == 2
    assert code_of(data.replace(size, (100).to_bytes(4, "little"))) == "content.word_damaged"


BILLION = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>"
OUTSIDE = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>"


@pytest.mark.parametrize("declared", [BILLION, OUTSIDE, "<!DOCTYPE html>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", ["word/document.xml", "word/_rels/document.xml.rels", "docProps/core.xml"])
def test_xml_declares_nothing(declared: str, encoding: str, name: str) -> None:
    """Entities that multiply or lead out of the file have no place in a document, in any part of it."""
    body = f"<w:document {SPACES}><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>"
    assert code_of(by_hand("", parts={name: f"{declared}{body}".encode(encoding)})) == "content.word_damaged"


def test_xml_in_an_encoding_that_hides_declarations() -> None:
    """UTF-7 and the like: nothing that the checks could not read reaches the parser."""
    body = f"<?xml version='1.0' encoding='UTF-7'?><w:document {SPACES}><w:body/></w:document>"
    assert code_of(by_hand("", parts={"word/document.xml": body})) == "content.word_damaged"


def test_xml_under_another_name() -> None:
    """A part that calls itself a picture and is parsed all the same."""
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.png" ContentType="{WORD}.document.main+xml"/></Types>'
    )
    assert code_of(by_hand("", parts={"[Content_Types].xml": types})) == "content.word_damaged"


@pytest.mark.timeout(10)
def test_patterns_do_not_run_away() -> None:
    """Half a megabyte made to keep a regular expression busy is read or refused at once."""
    starts = "<Relationship " * 40_000
    assert is_read_or_told(by_hand(p("Isi"), relations=starts))
    blanks = f"<w:p><w:r><w:t xml:space='preserve'>a{' ' * 500_000}b</w:t></w:r></w:p>"
    assert is_read_or_told(by_hand(blanks))
    alt = "description generated with " * 20_000
    picture = f"<wp:inline><wp:docPr id='1' name='x' descr='{alt}'/><a:blip r:link='x'/></wp:inline>"
    body = f"<w:p><w:r><w:drawing>{picture}</w:drawing></w:r></w:p>"
    assert is_read_or_told(by_hand(body + p("Isi")))


def test_xml_nested_without_end() -> None:
    """Neither the parser nor our own reading runs out of stack."""
    deep = "<w:sdt><w:sdtContent>" * 120 + p("Isi") + "</w:sdtContent></w:sdt>" * 120
    assert read_docx(by_hand(deep)).body == "Isi"
    deeper = "<w:sdt>" * 100_000 + "</w:sdt>" * 100_000
    assert code_of(by_hand(deeper)) == "content.word_damaged"


def test_styles_in_a_circle() -> None:
    """Based on one another: read as if they were not."""
    circle = "".join(
        f'<w:style w:type="paragraph" w:styleId="{a}"><w:name w:val="{a}"/><w:basedOn w:val="{b}"/></w:style>'
        for a, b in ("AB", "BA")
    )
    assert read_docx(by_hand(p("Isi", '<w:pStyle w:val="A"/>'), styles=circle)).body == "Isi"


def test_parts_in_a_long_chain() -> None:
    """Each part points to the next: python-docx follows them one inside the other."""
    kind = "http://x/y"
    relation = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    parts: dict[str, bytes | str] = {}
    for n in range(1500):
        parts[f"word/c{n}.xml"] = "<x/>"
        parts[f"word/_rels/c{n}.xml.rels"] = (
            f'{relation}<Relationship Id="r" Type="{kind}" Target="c{n + 1}.xml"/></Relationships>'
        )
    relations = f'<Relationship Id="r" Type="{kind}" Target="c0.xml"/>'
    assert code_of(by_hand(p("Isi"), parts=parts, relations=relations)) == "content.word_damaged"


def test_a_text_that_nobody_posts() -> None:
    """The words have the limit of any text, whatever the pictures weigh."""
    sentence = "Kalimat yang panjang sekali. " * 40
    assert code_of(by_hand(p(sentence) * (MAX_BYTES // len(sentence) + 1))) == "content.word_too_long"


TAGS = ("w:p", "w:r", "w:t", "w:tbl", "w:tr", "w:tc", "w:sdt", "w:sdtContent", "w:hyperlink", "w:ins", "w:br")
LEAVES = st.sampled_from(
    [
        "Isi", "<w:tab/>", "<w:fldChar w:fldCharType='begin'/>", "<w:fldChar w:fldCharType='separate'/>",
        "<w:fldChar w:fldCharType='end'/>", "<w:fldChar/>", "<w:sym w:char='D800'/>", "<w:drawing/>",
        "<w:pict/>", "<w:object/>",
        "<w:numPr><w:numId w:val='x'/></w:numPr>", "<w:footnoteReference/>", "<mc:AlternateContent/>",
        "<w:pPr><w:pStyle/><w:spacing w:after='x' w:beforeLines='1.5'/><w:numPr/></w:pPr>",
        "<!-- a -->", "<?x y?>",
        "<w:drawing><a:blip/></w:drawing>", "<a:blip r:embed='rIdS'/>", "<v:imagedata r:id='rIdN'/>",
        "<w:rPr><w:b w:val='x'/><w:vanish/><w:rStyle w:val='x'/></w:rPr>", "<w:tcPr><w:vMerge/></w:tcPr>",
        "<w:instrText>HYPERLINK</w:instrText>", "<m:oMath/>", "<w:ruby/>", "<x/>",
    ]
)  # fmt: skip


@given(st.recursive(LEAVES, lambda inner: st.tuples(st.sampled_from(TAGS), st.lists(inner)), max_leaves=25))
@settings(max_examples=150)
def test_no_order_of_elements_is_a_traceback(tree: object) -> None:
    """Programs write what no book allows; it is read, or it is a problem."""

    def written(node: object) -> str:
        if isinstance(node, tuple):
            return f"<{node[0]}>{''.join(map(written, node[1]))}</{node[0]}>"
        return str(node)

    assert is_read_or_told(by_hand(f"{written(tree)}{p('akhir')}"))


@given(st.integers(0, 10**6), st.binary(min_size=1, max_size=20))
@settings(max_examples=60)
def test_no_spoilt_byte_is_a_traceback(at: int, noise: bytes) -> None:
    """A disk or a copy spoils bytes anywhere, here with nothing packed so that they reach the XML."""
    file = BytesIO()
    with ZipFile(BytesIO(WHOLE)) as packed, ZipFile(file, "w", ZIP_STORED) as written:
        for name in packed.namelist():
            data = packed.read(name)
            place = at % (len(data) + 1)
            written.writestr(name, data[:place] + noise + data[place:] if name in SPOILT else data)
    assert is_read_or_told(file.getvalue())


WHOLE = by_word("Isi", "lagi")
SPOILT = ("word/document.xml", "word/_rels/document.xml.rels", "word/styles.xml", "[Content_Types].xml")
