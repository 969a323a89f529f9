"""The sheets for a signature: every channel's words in full, no empty boxes, and a place to sign."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.cli.main import main
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
def test_no_character_becomes_an_empty_box(words: str, printed: str) -> None:
    """What no font has is printed by its number; what has no shape is left out."""
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
