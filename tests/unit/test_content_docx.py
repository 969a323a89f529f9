"""Word documents: the words come out as Word shows them, with facts and paragraphs as people count."""

from __future__ import annotations

import subprocess
import sys

import docx
import pytest
from docx.document import Document
from docx.shared import Pt

from connectors.contract import Severity
from publisher.content.docx import read_docx
from publisher.content.text import TextError
from tests.unit.word_files import by_hand, by_word, draft, link_to, p, r, saved, told

RAISED = '<w:vertAlign w:val="superscript"/>'
LOWERED = '<w:vertAlign w:val="subscript"/>'
NOT_BOLD = '<w:b w:val="0"/>'
STRONG = '<w:rStyle w:val="S"/>'
INTERNET = '<w:rStyle w:val="InternetLink"/>'
SPACED = '<w:spacing w:after="160"/>'


# ── Paragraphs ───────────────────────────────────────────────────────────────


def test_paragraphs_that_word_shows_apart_are_apart() -> None:
    """One Enter in a template with spacing, and two in one without, give the same text."""
    once = draft(p("Satu.", SPACED) + p("Dua.", SPACED))
    twice = draft(p("Satu.") + p() + p("Dua."))
    both = draft(p("Satu.", SPACED) + p("", SPACED) + p("Dua.", SPACED))
    assert once.body == twice.body == both.body == "Satu.\n\nDua."


def test_paragraphs_that_word_shows_close_stay_close() -> None:
    """Addresses and lists without spacing are lines of one block."""
    assert draft(p("Satu") + p("Dua", '<w:spacing w:before="40"/>')).body == "Satu\nDua"


def test_spacing_between_paragraphs_of_one_style_can_be_off() -> None:
    """ "No space between paragraphs of the same style" is what lists of Word have."""
    close = f'<w:pStyle w:val="L"/>{SPACED}<w:contextualSpacing/>'
    styles = '<w:style w:type="paragraph" w:styleId="L"><w:name w:val="List Paragraph"/></w:style>'
    assert draft(p("a", close) + p("b", close) + p("c", SPACED), styles=styles).body == "a\nb\n\nc"


def test_spacing_comes_from_styles_and_defaults() -> None:
    """A style based on another one, and the defaults of the document."""
    styles = (
        "<w:docDefaults><w:pPrDefault><w:pPr>"
        '<w:spacing w:after="200"/></w:pPr></w:pPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:name w:val="Normal"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="R"><w:name w:val="Rapat"/><w:basedOn w:val="N"/>'
        '<w:pPr><w:spacing w:after="0"/></w:pPr></w:style>'
    )
    tight = '<w:pStyle w:val="R"/>'
    assert draft(p("a") + p("b", tight) + p("c", tight), styles=styles).body == "a\n\nb\nc"


def test_as_many_blank_lines_as_were_typed() -> None:
    """Someone who presses Enter three times wants the room."""
    assert draft(p("Satu") + p() + p() + p("Dua")).body == "Satu\n\n\nDua"


def test_line_breaks_tabs_and_special_characters() -> None:
    """Shift+Enter is a line break; a tab a blank; hyphens of Word are hyphens; quotes and spaces stay."""
    run = (
        "<w:r><w:t>Hari</w:t><w:tab/><w:t xml:space='preserve'>: Senin</w:t><w:br/>"
        "<w:t>e</w:t><w:noBreakHyphen/><w:t>KTP, pu</w:t><w:softHyphen/>"
        "<w:t>satu “x” Rp\u00a05.000</w:t></w:r>"
    )
    assert draft(f"<w:p>{run}</w:p>").body == "Hari : Senin\ne-KTP, pusatu “x” Rp\u00a05.000"


def test_words_cut_into_runs_are_whole() -> None:
    """Word cuts words at every correction and spelling mark."""
    body = f"<w:p>{r('Nat')}<w:proofErr w:type='spellStart'/>{r('un')}{r('a ')}{r('jaya')}</w:p>"
    assert draft(body).body == "Natuna jaya"


def test_capitals_by_format_and_raised_figures() -> None:
    """What Word shows as capitals, m² or CO₂ is not what is stored."""
    body = (
        f"<w:p>{r('Pengumuman', '<w:caps/>')}{r(' 12 m')}{r('2', RAISED)}"
        f"{r(', CO')}{r('2', LOWERED)}{r(', 1')}"
        f"{r('st', RAISED)}</w:p>"
    )
    assert draft(body).body == "PENGUMUMAN 12 m², CO₂, 1st"


def test_symbols_that_word_puts_in_by_itself() -> None:
    """:) and --> become characters of Wingdings; those without a counterpart are told."""
    known = '<w:p><w:r><w:t>Bagus </w:t><w:sym w:font="Wingdings" w:char="F04A"/></w:r>' + r(" \uf0e0 lihat")
    unknown = '<w:p><w:r><w:t>Ini</w:t><w:sym w:font="Webdings" w:char="F021"/></w:r></w:p>'
    read = draft(f"{known}</w:p>{unknown}")
    assert read.body == "Bagus☺ → lihat\nIni"
    assert told(read) == [("content.word_symbol", 2)]


# ── Bold, titles ─────────────────────────────────────────────────────────────


def test_bold_runs_are_marked_where_the_marks_are_understood() -> None:
    """Blanks stay outside, runs of one look are one, half a word or an address is not marked."""
    bold = "<w:b/>"
    body = (
        f"<w:p>{r('Catat: ')}{r(' Sela', bold)}{r('sa ', bold)}{r('pagi, ')}{r('N', bold)}{r('atuna ')}"
        f"{r('https://natunakab.go.id/a', bold)}{r(' ')}{r('*', bold)}{r('bukan', NOT_BOLD)}</w:p>"
    )
    assert draft(body).body == "Catat:  **Selasa** pagi, Natuna https://natunakab.go.id/a *bukan"


def test_bold_across_a_line_break_is_marked_line_by_line() -> None:
    """Marks do not reach over lines."""
    body = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Satu</w:t><w:br/><w:t>Dua</w:t></w:r></w:p>" + p("x")
    assert draft(p("a") + body).body == "a\n**Satu**\n**Dua**\nx"


def test_bold_of_a_style_and_back() -> None:
    """A style may be bold, and what is bold in it is so no more (toggle)."""
    styles = (
        '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Tebal"/><w:rPr><w:b/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="S"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr></w:style>'
    )
    body = f"<w:p><w:pPr><w:pStyle w:val='T'/></w:pPr>{r('tebal ')}{r('biasa', STRONG)}</w:p>"
    strong = f"<w:p>{r('biasa ')}{r('tebal', STRONG)}</w:p>"
    assert draft(body + strong, styles=styles).body == "**tebal** biasa\nbiasa **tebal**"


@pytest.mark.parametrize("name", ["Title", "heading 1", "Judul", "Heading 2"])
def test_a_first_paragraph_in_a_heading_style_is_the_title(name: str) -> None:
    """Whatever language the style has in Word's menu; its id differs, its name does not."""
    styles = f'<w:style w:type="paragraph" w:styleId="J1"><w:name w:val="{name}"/></w:style>'
    read = draft(p("Posko dibuka", '<w:pStyle w:val="J1"/>') + p("Isi"), styles=styles)
    assert (read.title, read.title_line, read.body, read.body_line) == ("Posko dibuka", 1, "Isi", 2)


def test_a_bold_line_above_the_text_is_the_title() -> None:
    """That is how most people make one; what looks like text is none."""
    bold = f"<w:p>{r('Posko dibuka', '<w:b/>')}</w:p>"
    assert draft(bold + p("Isi")).title == "Posko dibuka"
    assert draft(bold).title is None
    assert draft(bold + bold + p("Isi")).body == "**Posko dibuka**\n**Posko dibuka**\nIsi"
    assert draft(f"<w:p>{r('Perhatian:', '<w:b/>')}</w:p>{p('Isi')}").title is None
    assert draft(p("Judul: Lain") + bold + p("Isi")).title is None


@pytest.mark.parametrize("head", ["SIARAN PERS", "PEMERINTAH KABUPATEN NATUNA"])
def test_a_letterhead_is_no_title_however_large(head: str) -> None:
    """SIARAN PERS in bold or in a heading style stands above the headline; the text is whole."""
    release = p("SIARAN PERS") if head != "SIARAN PERS" else ""
    release += p("Nomor: 480/112/2026") + p() + p("Posko banjir dibuka") + p() + p("Isi rilis.")
    bold = draft(f"<w:p>{r(head, '<w:b/>')}</w:p>{release}")
    assert bold.title is None
    assert bold.body.startswith(f"{head}\n\n")
    assert (bold.body_line, bold.body.endswith("\n\nPosko banjir dibuka\n\nIsi rilis.")) == (1, True)
    style = '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'
    assert draft(p(head, '<w:pStyle w:val="T"/>') + release, styles=style).title is None


def test_later_headings_are_bold_lines() -> None:
    """They stay in the text, apart as Word shows them."""
    read = read_docx(
        by_word(make=lambda d: (d.add_heading("A"), d.add_paragraph("b"), d.add_heading("C", 2)))
    )
    assert (read.title, read.body) == ("A", "b\n\n**C**")


# ── Lists ────────────────────────────────────────────────────────────────────


def level(number: int, kind: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def item(text: str, num: int = 1, depth: int = 0) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{num}"/></w:numPr>')


def lists(abstract: str, *nums: str) -> str:
    written = "".join(
        f'<w:num w:numId="{n}"><w:abstractNumId w:val="5"/>{x}</w:num>' for n, x in enumerate(nums, 1)
    )
    return f'<w:abstractNum w:abstractNumId="5">{abstract}</w:abstractNum>{written}'


NUMBERS = level(0, "decimal", "%1.") + level(1, "lowerLetter", "%2)") + level(2, "lowerRoman", "(%3)")


def test_lists_are_numbered_as_word_shows_them() -> None:
    """A list goes on after other text; deeper levels begin anew."""
    body = item("a") + item("x", depth=1) + item("y", depth=1) + p("Sela") + item("b") + item("z", depth=1)
    read = draft(body + item("c") + item("r", depth=2), numbering=lists(NUMBERS, ""))
    assert read.body.split("\n") == ["1. a", "a) x", "b) y", "Sela", "2. b", "a) z", "3. c", "(i) r"]


def test_a_list_begins_again_where_it_says_so() -> None:
    """`Restart at 1` is another list on the same numbering, with a start of its own; else it goes on."""
    restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    body = item("a") + item("b") + item("c", 2) + item("d", 2) + item("e", 3)
    read = draft(body, numbering=lists(NUMBERS, "", restart, ""))
    assert read.body.split("\n") == ["1. a", "2. b", "1. c", "2. d", "3. e"]


def test_numbers_of_several_levels_and_kinds() -> None:
    """1.1, Roman, letters beyond z, ordinals in digits, numbers without any text."""
    multi = level(0, "upperRoman", "%1.") + level(1, "decimal", "%1.%2", "<w:isLgl/>")
    assert draft(item("a") + item("b", depth=1), numbering=lists(multi, "")).body == "I. a\n1.1 b"
    start = NUMBERS.replace('<w:start w:val="1"/>', '<w:start w:val="27"/>')
    assert draft(item("a", depth=1), numbering=lists(start, "")).body == "aa) a"
    assert draft(item("a"), numbering=lists(level(0, "none", ""), "")).body == "a"
    assert draft(item("a"), numbering=lists(level(0, "decimalZero", "%1"), "")).body == "01 a"


@pytest.mark.parametrize(
    ("written", "shown"),
    [("\uf0b7", "•"), ("o", "◦"), ("-", "-"), ("●", "•"), ("\uf0fc", "✓"), ("\uf021", "•")],
)
def test_bullets_are_characters_that_everyone_has(written: str, shown: str) -> None:
    """Word's bullets are characters of Symbol and Wingdings."""
    assert draft(item("a"), numbering=lists(level(0, "bullet", written), "")).body == f"{shown} a"


def test_lists_by_style_and_lists_switched_off() -> None:
    """The style says the list and its level; numId 0 takes a paragraph out again."""
    styles = (
        '<w:style w:type="paragraph" w:styleId="D"><w:name w:val="Daftar"/><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    numbering = lists(level(0, "decimal", "%1.") + level(1, "bullet", "–", '<w:pStyle w:val="D"/>'), "")
    own = '<w:pStyle w:val="D"/>'
    off = f'{own}<w:numPr><w:numId w:val="0"/></w:numPr>'
    assert draft(p("a", own) + p("b", off), styles=styles, numbering=numbering).body == "– a\nb"


def test_lists_of_words_own_template() -> None:
    """List Number and List Bullet as python-docx and Word make them."""

    def make(document: Document) -> None:
        for text in ("satu", "dua"):
            document.add_paragraph(text, style="List Number")
        document.add_paragraph("titik", style="List Bullet")

    assert read_docx(by_word("Buka:", make=make)).body == "Buka:\n\n1. satu\n2. dua\n\n• titik"


def test_an_empty_item_is_shown_if_it_has_a_number() -> None:
    """Word shows its number; an empty bullet says nothing."""
    numbering = lists(NUMBERS, "")
    assert draft(item("a") + item("") + item("c"), numbering=numbering).body == "1. a\n2.\n3. c"
    bullets = lists(level(0, "bullet", "-"), "")
    assert draft(item("a") + item("") + item("c"), numbering=bullets).body == "- a\n\n- c"


# ── Links ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "target", "body"),
    [
        ("laman kami", "https://natunakab.go.id/a", "[laman kami](https://natunakab.go.id/a)"),
        ("https://natunakab.go.id", "https://natunakab.go.id/", "https://natunakab.go.id"),
        ("natunakab.go.id", "http://natunakab.go.id/", "natunakab.go.id"),
        ("ppid@natunakab.go.id", "mailto:ppid@natunakab.go.id", "ppid@natunakab.go.id"),
        ("Surel kami", "mailto:ppid@natunakab.go.id?subject=x", "Surel kami (ppid@natunakab.go.id)"),
        ("a (b)", "https://x.id/N_(kab) 1", "[a (b)](https://x.id/N_(kab)%201)"),
        ("a", "https://x.id/(b", "[a](https://x.id/%28b)"),
        ("a [b]", "https://x.id/", "a [b]: https://x.id/"),
    ],
)
def test_links_say_where_they_lead(text: str, target: str, body: str) -> None:
    """Words with an address of their own; an address that stands there already stands once."""
    link = f'<w:p>{r("Lihat ")}<w:hyperlink r:id="rId7">{r(text)}</w:hyperlink>{r(".")}</w:p>'
    assert draft(link, relations=link_to(target)).body == f"Lihat {body}."


def test_links_as_fields() -> None:
    """Google Docs, WPS and old Word write links as fields, whole or in pieces."""
    simple = f"<w:fldSimple w:instr=' HYPERLINK \"https://x.id/a\" '>{r('satu')}</w:fldSimple>"
    pieces = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPER</w:instrText></w:r>'
        '<w:r><w:instrText>LINK "https://x.id/b" \\o "petunjuk"</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{r("du")}{r("a")}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    assert (
        draft(f"<w:p>{simple} {r(' dan ')}{pieces}</w:p>").body
        == "[satu](https://x.id/a) dan [dua](https://x.id/b)"
    )


def test_fields_show_their_result_only() -> None:
    """A date or number is what stands there; its instruction is not."""
    body = (
        '<w:p><w:r><w:t xml:space="preserve">Tanggal </w:t><w:fldChar w:fldCharType="begin"/>'
        '<w:instrText>DATE</w:instrText><w:fldChar w:fldCharType="separate"/><w:t>24 November 2026</w:t>'
        '<w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
    assert draft(body).body == "Tanggal 24 November 2026"


def test_links_that_readers_cannot_open_are_told() -> None:
    """A file on somebody's computer; a place in the document is none of the reader's business."""
    link = f'<w:p><w:hyperlink r:id="rId7">{r("lampiran")}</w:hyperlink></w:p>'
    read = draft(link, relations=link_to("file:///C:/Users/x/lampiran.xlsx"))
    assert (read.body, told(read)) == ("lampiran", [("content.word_link", 1)])
    inside = f'<w:p><w:hyperlink w:anchor="_Toc1">{r("lihat bawah")}</w:hyperlink></w:p>'
    assert (draft(inside).body, draft(inside).notes) == ("lihat bawah", [])


# ── Tables ───────────────────────────────────────────────────────────────────


def table(*rows: list[str]) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows) + "</w:tbl>"


def cell(*texts: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(p(text) for text in texts)}</w:tc>"


def test_a_table_of_two_columns_reads_as_pairs() -> None:
    """`a: b`, also where the colon stands in either cell; apart from the text around it."""
    rows = [cell("Hari"), cell("Senin")], [cell("Jam:"), cell("08.00")], [cell("Tempat"), cell(": Ranai")]
    read = draft(p("Acara") + table(*rows) + p("Hadirlah"))
    assert read.body == "Acara\n\nHari: Senin\nJam: 08.00\nTempat: Ranai\n\nHadirlah"
    assert read.notes == [("content.word_table", Severity.NOTICE, 2, {})]


def test_wider_tables_have_bars_and_merged_cells_are_told_in_each_line() -> None:
    """What stands over several rows belongs to each of them; several lines in a cell run on."""
    begin, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = (
        [cell("Senin", properties=begin), cell("08.00"), cell("Ranai", "Kota")],
        [cell("", properties=on), cell("13.00"), cell("")],
        [cell("Selasa", properties='<w:gridSpan w:val="2"/>'), cell("libur")],
    )
    assert draft(table(*rows)).body == "Senin | 08.00 | Ranai, Kota\nSenin | 13.00 |\nSelasa: libur"


def test_a_frame_and_a_layout_are_paragraphs() -> None:
    """One column, or cells with whole texts in them, are no tables of data."""
    assert draft(table([cell("Satu", "Dua")])).body == "Satu\nDua"
    read = draft(table([cell("a", "b", "c"), cell("d")]))
    assert (read.body, read.notes) == ("a\nb\nc\nd", [])


def test_a_table_within_a_table() -> None:
    """It runs on in its cell."""
    inner = f"<w:tc>{table([cell('x'), cell('y')])}{p()}</w:tc>"
    assert draft(table([cell("a"), inner, cell("b")])).body == "a | x: y | b"


# ── Facts and places ─────────────────────────────────────────────────────────


def test_first_lines_are_facts_whatever_the_spacing() -> None:
    """Word shows room between them; they are one block all the same, bold or not."""

    def make(document: Document) -> None:
        document.add_paragraph().add_run("Terbit:").bold = True
        document.paragraphs[-1].add_run(" Selasa, 24 November 2026 pukul 08.00")
        document.add_paragraph("Kanal: X, FB")
        document.add_paragraph("Posko dibuka hari ini.")

    read = read_docx(by_word(make=make))
    assert read.facts == {"publish_at": "Selasa, 24 November 2026 pukul 08.00", "channels": "X, FB"}
    assert (read.body, read.body_line) == ("Posko dibuka hari ini.", 3)


def test_facts_below_a_title() -> None:
    """A document begins with its title; the facts may stand below it."""

    def make(document: Document) -> None:
        document.add_heading("Posko dibuka")
        document.add_paragraph("Kanal: X")
        document.add_paragraph("Isi")

    read = read_docx(by_word(make=make))
    assert (read.title, read.facts, read.lines, read.body) == (
        "Posko dibuka",
        {"channels": "X"},
        {"channels": 2},
        "Isi",
    )


def test_facts_as_a_list() -> None:
    """With the bullets that Word puts there, and its space between them."""

    def make(document: Document) -> None:
        document.add_paragraph("Terbit: 8 Desember 2026 08.00", style="List Bullet")
        document.add_paragraph("Kanal: FB, X", style="List Bullet")
        document.add_paragraph("Isi")

    read = read_docx(by_word(make=make))
    assert (read.facts, read.body) == (
        {"publish_at": "8 Desember 2026 08.00", "channels": "FB, X"},
        "Isi",
    )


def test_facts_in_a_table() -> None:
    """Some put them there; that it is published as lines is told of a table that is."""
    facts = table([cell("Terbit"), cell("8 Desember 2026 08.00")], [cell("Kanal"), cell("FB, X")])
    read = draft(facts + p() + p("Isi"))
    assert read.facts == {"publish_at": "8 Desember 2026 08.00", "channels": "FB, X"}
    assert (read.body, read.notes) == ("Isi", [])
    data = table([cell("Senin"), cell("Ranai")])
    assert told(draft(facts + p() + p("Isi") + data)) == [("content.word_table", 4)]


def test_a_link_among_the_facts_is_its_address() -> None:
    """`Tautan: laman kami` means where the link leads, and an address that Word made clickable is whole."""
    link = f'<w:p>{r("Tautan: ")}<w:hyperlink r:id="rId7">{r("natunakab.go.id")}</w:hyperlink></w:p>'
    read = draft(link + p() + p("Isi"), relations=link_to("http://natunakab.go.id/"))
    assert read.facts == {"link": "http://natunakab.go.id/"}


def test_front_matter_in_word() -> None:
    """Between dashes as in any text, lists and blocks with their indentation."""
    rows = ["---", "title: Posko", "twitter:", "  thread: ya", "---", "Isi"]
    read = read_docx(by_word(*rows))
    assert (read.facts, read.body) == ({"title": "Posko", "twitter": {"thread": "ya"}}, "Isi")
    with pytest.raises(TextError) as error:
        read_docx(by_word("—", "title: Posko", "—", "Isi"))
    assert (error.value.code, error.value.line) == ("content.opening", 1)


def test_paragraphs_are_counted_as_people_see_them() -> None:
    """Empty ones do not count, a row of a table does, a picture does, a line break does not."""
    body = p() + p("satu") + p() + p() + "<w:p><w:r><w:t>dua</w:t><w:br/><w:t>masih dua</w:t></w:r></w:p>"
    rows = table([cell("tiga"), cell("a")], [cell("empat"), cell("b")])
    hidden = f"<w:p>{r('lima')}{r('rahasia', '<w:vanish/>')}</w:p>"
    assert told(draft(body + rows + hidden)) == [("content.word_table", 3), ("content.word_hidden", 5)]


def test_errors_name_the_paragraph() -> None:
    """A control character in the third paragraph, behind empty ones."""
    with pytest.raises(TextError) as error:
        draft(p("a") + p() + p() + p("b") + p("c\u0085"))
    assert (error.value.code, error.value.line) == ("content.control", 3)


def test_nothing_in_it() -> None:
    """An empty document is an empty text."""
    with pytest.raises(TextError, match=r"content\.empty"):
        read_docx(by_word())


# ── What goes out by nobody's wish ───────────────────────────────────────────


def test_open_changes_are_taken_as_accepted_and_told() -> None:
    """Insertions count, deletions do not, what was moved stands once; a deleted mark joins paragraphs."""
    body = (
        f"<w:p>{r('Posko ')}<w:ins>{r('baru ')}</w:ins><w:del><w:r><w:delText>lama</w:delText></w:r></w:del>"
        f"<w:moveFrom>{r('pindah')}</w:moveFrom><w:moveTo>{r('dibuka')}</w:moveTo></w:p>"
        f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{r('Satu ')}</w:p>{p('kalimat.')}"
        "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    )
    read = draft(body)
    assert read.body == "Posko baru dibuka\nSatu kalimat."
    assert read.notes == [("content.word_changes", Severity.WARNING, None, {"inserted": 2, "deleted": 3})]


def test_hidden_struck_and_unfilled_text_is_told() -> None:
    """Hidden text and prompts are not posted; struck text is, which nobody wants."""
    prompt = (
        "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr>"
        f"<w:sdtContent>{r('Klik di sini')}</w:sdtContent></w:sdt>"
        f"<w:sdt><w:sdtContent>{r(' terisi')}</w:sdtContent></w:sdt>"
    )
    read = draft(f"<w:p>{r('Isi')}{r(' rahasia', '<w:vanish/>')}{r(' batal', '<w:strike/>')}{prompt}</w:p>")
    assert read.body == "Isi batal terisi"
    assert [(code, values["text"]) for code, _, _, values in read.notes] == [
        ("content.word_hidden", "rahasia"),
        ("content.word_struck", " batal"),
        ("content.word_placeholder", "Klik di sini"),
    ]


def test_letterhead_and_footer_are_not_posted() -> None:
    """Their words are told once; a page number alone is not worth it."""

    def letterhead(document: Document) -> None:
        document.sections[0].header.paragraphs[0].text = "PEMERINTAH KABUPATEN NATUNA"
        document.sections[0].footer.paragraphs[0].text = "Halaman 1 dari 2"

    read = read_docx(by_word("Isi", make=letterhead))
    assert read.body == "Isi"
    assert read.notes == [
        ("content.word_header", Severity.NOTICE, None, {"text": "PEMERINTAH KABUPATEN NATUNA"})
    ]


def test_comments_and_footnotes_are_not_posted() -> None:
    """Comments are for colleagues; footnotes have no place on a platform."""

    def commented(document: Document) -> None:
        document.add_comment(document.paragraphs[0].runs, text="Sudah dicek?", author="Humas")

    read = read_docx(by_word("Isi", make=commented))
    assert (read.body, told(read)) == ("Isi", [("content.word_comments", None)])
    notes = f"<w:footnotes {_W}><w:footnote w:id='2'>{p('Data BPS')}</w:footnote></w:footnotes>"
    read = read_docx(
        by_hand(
            f"<w:p>{r('Isi')}<w:r><w:footnoteReference w:id='2'/></w:r></w:p>",
            parts={"word/footnotes.xml": notes},
            relations=f'<Relationship Id="rId9" Type="{_KIND}/footnotes" Target="footnotes.xml"/>',
        )
    )
    assert read.notes == [
        ("content.word_footnotes", Severity.WARNING, None, {"text": "Data BPS", "count": 1})
    ]


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def drawing(inside: str, uri: str) -> str:
    return (
        "<w:drawing><wp:inline><wp:docPr id='1' name='x'/><a:graphic>"
        f"<a:graphicData uri='{uri}'>{inside}</a:graphicData></a:graphic></wp:inline></w:drawing>"
    )


def test_a_text_box_is_told_once() -> None:
    """Word writes it twice, for new and for old programs; its words are not part of the text."""
    box = f"<wps:wsp><wps:txbx><w:txbxContent>{p('Awas')}{p('banjir')}</w:txbxContent></wps:txbx></wps:wsp>"
    both = (
        f"<mc:AlternateContent><mc:Choice Requires='wps'>{drawing(box, 'x')}</mc:Choice><mc:Fallback><w:pict>"
        f"<v:shape><v:textbox><w:txbxContent>{p('Awas')}</w:txbxContent></v:textbox></v:shape></w:pict>"
        "</mc:Fallback></mc:AlternateContent>"
    )
    read = draft(f"<w:p>{r('Isi')}<w:r>{both}</w:r></w:p>")
    assert read.body == "Isi"
    assert read.notes == [("content.word_textbox", Severity.WARNING, 1, {"text": "Awas banjir"})]


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        (drawing("", "http://schemas.openxmlformats.org/drawingml/2006/chart"), "content.word_chart"),
        (drawing("", "http://schemas.microsoft.com/office/drawing/2014/chartex"), "content.word_chart"),
        (drawing("", "http://schemas.openxmlformats.org/drawingml/2006/diagram"), "content.word_diagram"),
        (drawing("<wps:wsp/>", "http://schemas.microsoft.com/wps"), "content.word_shape"),
        ("<w:object><v:shape><v:imagedata r:id='x'/></v:shape></w:object>", "content.word_object"),
        ("<w:pict><v:shape><v:textpath string='DISKON'/></v:shape></w:pict>", "content.word_textbox"),
    ],
)
def test_what_was_drawn_or_embedded_is_told(inside: str, code: str) -> None:
    """Charts, diagrams, sheets, lettering, shapes: none can go out."""
    read = draft(f"<w:p>{r('Isi')}<w:r>{inside}</w:r></w:p>")
    assert (read.body, told(read)) == ("Isi", [(code, 1)])


def test_a_rule_between_paragraphs_is_nothing() -> None:
    """Three hyphens and Enter make one."""
    assert draft(f"{p('a')}<w:p><w:r><w:pict><v:rect o:hr='t'/></w:pict></w:r></w:p>{p('b')}").notes == []


def test_equations_are_told() -> None:
    """Word keeps them apart from the text."""
    read = draft(f"<w:p>{r('Luas ')}<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath></w:p>")
    assert (read.body, told(read)) == ("Luas", [("content.word_equation", 1)])


# ── Other programs ───────────────────────────────────────────────────────────


def test_a_document_of_google_docs() -> None:
    """Fields for links, every style spelt out, empty paragraphs between, lists with their own signs."""
    zero = '<w:spacing w:after="0" w:before="0" w:lineRule="auto"/>'
    bullets = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>' + zero
    body = (
        p("Posko dibuka", f'<w:pStyle w:val="Title"/>{zero}') + p("Datanglah:", zero) + p("", zero)
        + p("ke kantor", bullets) + p("ke pasar", bullets) + p("", zero) + p("Terima kasih.", zero)
    )  # fmt: skip
    styles = '<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/></w:style>'
    read = draft(body, styles=styles, numbering=lists(level(0, "bullet", "●"), ""))
    assert read.title == "Posko dibuka"
    assert read.body == "Datanglah:\n\n• ke kantor\n• ke pasar\n\nTerima kasih."


def test_a_document_of_libreoffice() -> None:
    """Text Body has room below; links carry a style of their own; runs are many."""
    styles = (
        '<w:style w:type="paragraph" w:styleId="TextBody"><w:name w:val="Body Text"/>'
        '<w:pPr><w:spacing w:before="0" w:after="140"/></w:pPr></w:style>'
        '<w:style w:type="character" w:styleId="InternetLink"><w:name w:val="Hyperlink"/></w:style>'
    )
    own = '<w:pStyle w:val="TextBody"/>'
    link = (
        f"<w:p><w:pPr>{own}</w:pPr>{r('Lihat ')}<w:hyperlink r:id='rId7'>"
        f"{r('laman ', INTERNET)}{r('kami', INTERNET)}"
        "</w:hyperlink></w:p>"
    )
    read = draft(p("Halo", own) + link, styles=styles, relations=link_to("https://x.id"))
    assert read.body == "Halo\n\nLihat [laman kami](https://x.id)"


def test_loose_ends_do_not_stop_a_document() -> None:
    """Relations to parts that are not there: Word opens such files, so must we."""
    relations = f'<Relationship Id="rId8" Type="{_KIND}/image" Target="NULL"/>'
    relations += (
        f'<Relationship Id="rId9" Type="{_KIND}/comments" Target="/word/tidak-ada.xml"></Relationship>'
    )
    assert draft(p("Isi"), relations=relations).body == "Isi"


def test_a_document_without_styles_and_numbering() -> None:
    """Generators leave them out."""
    data = by_hand(p("Isi"), parts={"word/_rels/document.xml.rels": f"<Relationships {_REL}/>"})
    assert read_docx(data).body == "Isi"


_REL = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'


def test_spacing_made_in_word() -> None:
    """Points set under Paragraph: twelve show, two do not."""
    document = docx.Document()
    for text, after in (("a", 12), ("b", 2), ("c", 0)):
        document.add_paragraph(text).paragraph_format.space_after = Pt(after)
    assert read_docx(saved(document)).body == "a\n\nb\nc"


def test_other_texts_load_nothing_for_word() -> None:
    """`check` of texts pays nothing for python-docx and lxml."""
    code = (
        "import sys; from publisher.content.text import READERS; READERS['md'](b'Isi');"
        "sys.exit(any(name.split('.')[0] in ('docx', 'lxml') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
