"""Cards: what stands around the words stays between the edges, and words stand as they are read."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from publisher.cards.around import footer, head, header
from publisher.cards.design import read_design
from publisher.cards.fonts import shaping
from publisher.cards.lines import broken, glued, label, leftward
from publisher.cards.pages import Page
from publisher.cards.setting import Canvas, Line, Setting
from publisher.cards.words import CardWords, Paragraph
from tests.unit.test_cards import DESIGNS, by_letters

FEED, CLIP = Canvas(1080, 1350), Canvas(1080, 1920, 250, 500, 165)
LONG_NAME = "Dinas Kependudukan dan Pencatatan Sipil Kabupaten Kepulauan Natuna"
LONG_REACH = "SMS 1708 · pengaduan.kabupatenkepulauananambas.go.id"


def setting(words: CardWords, canvas: Canvas = FEED, path: Path = DESIGNS[0]) -> Setting:
    return Setting(read_design(path, path.stem), canvas, words)


def named(name: str, reach: str = "", **kwargs: str) -> CardWords:
    service = "Layanan Pengaduan Warga" if reach else ""
    return CardWords("Judul", (), name=name, complaints=(service, reach), swipe="Geser", **kwargs)


def end(line: Line) -> float:
    return line.x + line.script.width(line.text, line.size)


@pytest.mark.parametrize("path", DESIGNS, ids=lambda path: path.stem)
@pytest.mark.parametrize("canvas", [FEED, CLIP], ids=["feed", "clip"])
def test_a_long_name_and_a_long_address_stay_between_the_edges(path: Path, canvas: Canvas) -> None:
    """Two lines, then smaller letters; nothing stands over the page's number or the hint to swipe."""
    where = setting(named(LONG_NAME, LONG_REACH, date="Sabtu, 28 November 2026"), canvas, path)
    number, *name = header(where, where.left + 98, 1, 3)
    assert " ".join(line.text for line in name) == LONG_NAME
    assert len(name) <= 3
    assert all(where.left <= line.x and end(line) < number.x for line in name)
    assert sum(line.y for line in name) / len(name) == pytest.approx(head(where) + name[0].size * 0.36)
    *rows, hint = footer(where, more=True)
    assert hint.text == "Geser"
    assert all(end(line) <= where.right for line in rows)
    assert all(end(line) < hint.x for line in rows if line.y == hint.y)
    assert all(one.y < two.y or end(one) <= two.x + 1 for one, two in pairwise(rows))
    assert max(line.y for line in rows) < canvas.height - canvas.bottom - 40
    assert min(line.size for line in rows) >= 22


def test_a_short_name_keeps_one_line_in_the_size_of_the_design() -> None:
    """Nothing becomes smaller than it must."""
    where = setting(named("Humas", "SMS 1708"))
    (name,) = header(where, where.left, 1, 1)
    assert name.size == where.design.header.size[0]
    assert [line.size for line in footer(where, more=False)] == [where.design.footer.size[0]] * 2
    assert footer(setting(CardWords("Judul", ())), more=True) == []


def test_what_a_line_is_about_stands_out() -> None:
    """`Waktu:` is bold, and not torn from its line; a sentence with a colon in it is a sentence."""
    assert [label(text) for text in ("Waktu: 08.30 WIB", "Hari/Tanggal: Selasa", "Narahubung 2: Ani")] == [
        "Waktu:",
        "Hari/Tanggal:",
        "Narahubung 2:",
    ]
    for text in ("Pukul 08:00 dibuka", "Ini yang harus Anda bawa: KTP", "natuna.go.id: situs kami", "Waktu:"):
        assert label(text) == ""
    where = setting(CardWords("Judul", (Paragraph(("Tempat acara: Gedung Sri Serindit, Ranai",)),)))
    lines = where.lines(Page("Judul", where.words.paragraphs), 0)
    assert [line.text[: line.lead] for line in lines if line.lead] == ["Tempat acara:"]
    assert broken("Tempat acara: gedung", 14, by_letters)[0] == "Tempat acara:"


def test_a_date_is_not_torn_apart() -> None:
    """Day, month and year stand on one line, in both languages."""
    assert broken("Rabu 25 November 2026, kantor", 20, by_letters) == ["Rabu", "25 November 2026,", "kantor"]
    assert glued("on 3 March 2026") == "on 3\u00a0March\u00a02026"
    assert glued("2026 Maret") == "2026 Maret".replace(" ", "\u00a0")
    assert glued("di Mei kami") == "di Mei kami"


def test_words_without_a_title_are_larger() -> None:
    """A card that has nothing else to show is not left empty."""
    text = (Paragraph(("Kantor tutup.",)),)
    sizes = [
        setting(CardWords(title, text)).lines(Page(title, text), 24)[-1].size for title in ("", "Kantor")
    ]
    assert sizes[0] > 1.3 * sizes[1]


@pytest.mark.skipif(not shaping(), reason="needs FriBiDi, which joins letters")
def test_what_is_read_from_the_right_begins_there() -> None:
    """Arabic lines end at the right edge, their full stop at the left; a quotation moves nothing."""
    arabic = "يفتح المكتب (غدا) من الساعة الثامنة."
    assert leftward(arabic)
    assert leftward("1. " + arabic)
    assert not leftward("Ucapan السلام")
    assert not leftward("12.00")
    text = (Paragraph((arabic,)), Paragraph(("Butir",), "•"), Paragraph((arabic,), "•"))
    where = setting(CardWords("Judul", text))
    lines = where.lines(Page("Judul", text), 0)
    turned = [line for line in lines if line.leftward]
    assert turned
    assert {round(end(line)) for line in turned} <= {
        round(where.right),
        round(where.right - turned[0].size * 0.9),
    }
    dots = [line for line in lines if line.dot]
    assert [line.x > 540 for line in dots] == [False, True]
    runs = turned[-1].script.runs(arabic, leftward=True)
    assert runs[0].text == "."
    assert [run.text.strip() for run in runs if run.text.strip() in "()"] == ["(", ")"]
    assert next(run.text for run in turned[-1].script.runs("Ucapan السلام.")) == "Ucapan "
