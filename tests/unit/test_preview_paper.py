"""The sheets for a signature: every channel's words in full, no empty boxes, and a place to sign."""

from __future__ import annotations

import re
import shutil
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from publisher.cli.main import main
from publisher.preview import system_fonts
from publisher.preview.paper import Sheet

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def sheets(desk: Path, text: str) -> bytes:
    """What the command prints of a post with this text and a picture."""
    shutil.copy(ROOT / "schedule.yaml", desk)
    post = desk / "content" / "royong"
    post.mkdir(parents=True)
    (post / "teks.md").write_text(f"---\nmedia: [{{file: a.jpg, alt: Warga menyapu.}}]\n---\n{text}\n")
    shutil.copy(ROOT / "content/contoh/04-stan-lapor/1-stan.jpg", post / "a.jpg")
    file = desk / "lembar.pdf"
    assert main(["--workspace", str(desk), "preview", "royong", "--pdf", str(file)]) == 0
    return file.read_bytes()


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


def test_a_post_is_printed_whole_on_a4(tmp_path: Path) -> None:
    """A longer text takes more sheets; fonts are inside, also those of other scripts; so is the picture."""
    (tmp_path / "short").mkdir()
    (tmp_path / "long").mkdir()
    short = sheets(tmp_path / "short", "Gotong royong di halaman kantor.")
    long = sheets(tmp_path / "long", "بسم الله ✅\n\n" + "Kalimat yang panjang sekali. " * 70)
    assert long.startswith(b"%PDF-")
    assert b"595.28 841.89" in long
    assert pages(long) > pages(short) >= 1
    assert b"+Manrope" in long
    assert b"+NotoSansArabic" in long
    assert b"+NotoSansArabic" not in short
    assert b"/Subtype /Image" in short


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        ("Satu dua.", "Satu dua."),
        ("Ω ✅ שלום", "Ω ✅ שלום"),
        ("a\u200bb", "ab"),
        ("你 Natuna", "[U+4F60] Natuna"),
    ],
)
def test_no_character_becomes_an_empty_box(
    words: str, printed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no font has is printed by its number; what has no shape is left out."""
    monkeypatch.setenv("PATH", str(tmp_path))  # without fontconfig
    sheet = Sheet("", "id", NOW)
    assert sheet._printable(words) == printed
    sheet.bytes()


def letters(sheet: Sheet) -> list[str]:
    """In which font each piece of text on the first sheet stands, as a reader of PDF finds it."""
    names = {f"/F{font.i}": key for key, font in sheet._pdf.fonts.items()}
    found, font, kept = [], "", []
    words = rb"\bq\b|\bQ\b|/F\d+(?= \S+ Tf)|\((?:\\.|[^\\)])*\)(?= Tj)|\[.*?\] TJ"
    for word in re.findall(words, bytes(sheet._pdf.pages[1].contents), re.DOTALL):
        if word == b"q":
            kept.append(font)
        elif word == b"Q":
            font = kept.pop()
        elif word.startswith(b"/F"):
            font = names[word.decode()]
        else:
            found.append(font)
    return found


@pytest.mark.parametrize("script", ["✅", "بسم", "שלום"])
def test_a_line_in_other_letters_leaves_the_next_in_its_own(script: str) -> None:
    """What begins with an emoji or Arabic, below something bold: no line stands in another's letters."""
    sheet = Sheet("", "id", NOW)
    sheet._text("Judul", 10, bold=True)
    sheet._text(f"{script} satu\ndua", 10, ground=True)
    sheet._text(f"{script} " + "tiga empat " * 40, 10)
    assert "" not in letters(sheet)
    plain = [font for font in letters(sheet) if not font.startswith("noto")]
    assert plain[0] == "ownB"
    assert set(plain[1:]) == {"own"}
    assert any(font.startswith("noto") for font in letters(sheet))
    sheet.bytes()


@pytest.mark.parametrize("words", ["Sel {nb} di tabel.", "{nb}", "\ufdd0\ufdd1", "بسم {nb}", "你 {nb}"])
def test_nothing_in_a_text_becomes_the_number_of_sheets(words: str) -> None:
    """It is filled in once a sheet, at its foot, whatever a post says."""
    sheet = Sheet("", "id", NOW)
    sheet.say(words)
    sheet.next_post()
    sheet.bytes()
    filled = [len(page.get_text_substitutions()) for page in sheet._pdf.pages.values()]
    assert filled == [1, 1]


# ── Every line is drawn ──────────────────────────────────────────────────────

_TOKEN = re.compile(rb"\((?:\\.|[^\\()])*\)|[^\s()\[\]]+", re.DOTALL)


def drawn_without_a_font(pdf: bytes) -> int:
    """How many pieces of text a sheet draws in no font, so that no reader shows them."""
    lost = 0
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            content = zlib.decompress(packed)
        except zlib.error:
            continue
        if b"BT" not in content or b" Tf" not in content:
            continue
        fonts = [False]
        for token in _TOKEN.findall(content):
            if token == b"q":
                fonts.append(fonts[-1])
            elif token == b"Q":
                fonts.pop()
            elif token == b"Tf":
                fonts[-1] = True
            elif token in (b"Tj", b"TJ") and not fonts[-1]:
                lost += 1
    return lost


@pytest.mark.parametrize("first", ["✅ baris", "بسم baris", "Ω baris", "baris"])
def test_no_line_is_lost_after_one_in_another_font(first: str) -> None:
    """Wherever on a sheet it stands, also as its first: what comes after it is there."""
    sheet = Sheet("", "id", NOW)
    for _ in range(2):
        for words in (first, "baris", "baris"):
            sheet.say(words)
        sheet.next_post()
    for place in range(48, 58):  # the first line of the next sheet is among them
        sheet.say("\n".join(first if line == place else "baris" for line in range(70)))
        sheet.next_post()
    assert drawn_without_a_font(sheet.bytes()) == 0


# ── Fonts of the machine ─────────────────────────────────────────────────────


def font(path: Path, name: str, letters: str) -> Path:
    """A font with squares for these letters."""
    pen = TTGlyphPen(None)
    for step, place in enumerate([(100, 0), (100, 600), (700, 600), (700, 0)]):
        (pen.lineTo if step else pen.moveTo)(place)
    pen.closePath()
    square = pen.glyph()
    names = {ord(one): f"u{ord(one):04X}" for one in letters}
    glyphs = [".notdef", "space", *names.values()]
    made = FontBuilder(1000, isTTF=True)
    made.setupGlyphOrder(glyphs)
    made.setupCharacterMap({32: "space", **names})
    made.setupGlyf({one: TTGlyphPen(None).glyph() if one == "space" else square for one in glyphs})
    made.setupHorizontalMetrics(dict.fromkeys(glyphs, (800, 100)))
    made.setupHorizontalHeader(ascent=800, descent=-200)
    made.setupNameTable({"familyName": name, "styleName": "Regular", "fullName": name, "psName": name})
    made.setupOS2(sTypoAscender=800, sTypoDescender=-200)
    made.setupPost()
    made.save(path)
    return path


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose fontconfig knows three fonts, one of which cannot be read, and one of another kind."""
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    font(fonts / "ExampleSans-Regular.ttf", "ExampleSans", "你好ท")
    font(fonts / "ExampleSerif-Regular.ttf", "ExampleSerif", "你好ท")
    (fonts / "Broken.ttf").write_bytes(b"no font")
    (fonts / "old.pcf.gz").write_bytes(b"no font")
    listed = tmp_path / "listed"
    listed.write_text(
        f"{fonts}/old.pcf.gz\t0\t80\t0\t4f60 597d e17 10d3\n"
        f"{fonts}/Broken.ttf\t0\t80\t0\t20 4f60 597d e17 10d3\n"
        f"{fonts}/ExampleSans-Regular.ttf\t65536\t[40 210]\t0\t20 4f60 597d e17\n"
        f"{fonts}/ExampleSerif-Regular.ttf\t0\t80\t0\t20 4f60 597d e17\n"
        f"{fonts}/ExampleSans-Regular.ttf\t0\t80\t0\t20 4f60 597d e17\n"
    )
    program = tmp_path / "bin" / "fc-list"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nwhile read -r line; do echo "$line"; done <{listed}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    return fonts


def test_letters_that_our_fonts_lack_are_taken_from_those_of_the_machine(machine: Path) -> None:
    """The plainest of those with most of the letters goes into the file; what none has is explained."""
    sheet = Sheet("", "id", NOW)
    assert sheet._printable("Halo 你好 ทд დ") == "Halo 你好 ทд [U+10D3]"
    sheet.say("你好")
    sheet.signature()
    pdf = sheet.bytes()
    assert b"+ExampleSans" in pdf
    assert b"+ExampleSerif" not in pdf
    assert drawn_without_a_font(pdf) == 0
    assert sheet._lost == {"დ"}


def test_the_machine_is_asked_only_for_what_ours_lack(machine: Path) -> None:
    """Plain posts wait for no other program."""
    sheet = Sheet("", "id", NOW)
    sheet.say("Gotong royong ✅ بسم")
    assert sheet._system is None
    sheet.bytes()


@pytest.mark.skipif(shutil.which("fc-list") is None, reason="no fontconfig on this machine")
def test_fontconfig_says_what_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The true program, with a folder of fonts of our own."""
    (tmp_path / "fonts").mkdir()
    path = font(tmp_path / "fonts" / "Example.ttf", "Example", "你ท")
    settings = tmp_path / "fonts.conf"
    settings.write_text(
        f"<fontconfig><dir>{tmp_path}/fonts</dir><cachedir>{tmp_path}/cache</cachedir></fontconfig>"
    )
    monkeypatch.setenv("FONTCONFIG_FILE", str(settings))
    (found,) = system_fonts.listed()
    assert (found.path, found.number, found.weight, found.slant) == (path, 0, 80, 0)
    assert [found.has(one) for one in "你ท好"] == [True, True, False]
