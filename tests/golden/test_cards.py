"""The shipped designs as pictures: drawn anew, they look as those committed beside this file.

`make golden` writes them anew; look at them. They are a quarter of the size of a card, and compared as
eyes do: of 255 steps of light, a field of 9 × 9 pixels may differ by 8, all of them by 0.8 on average. Kept
as JPEG they differ by 3 and 0.4; one other word in the text by 14 and more.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat

from publisher.cards.design import read_design
from publisher.cards.draw import Drawing
from publisher.cards.pages import spread
from publisher.cards.setting import Canvas, Setting
from publisher.cards.words import CardWords, Paragraph
from publisher.model import Brand
from publisher.render import shipped_dir
from tests.pictures import scene

EXPECTED = Path(__file__).parent / "cards"
FIELD, WORST, MEAN = 9, 8, 0.8
FEED, STORY = Canvas(1080, 1350), Canvas(1080, 1920, 270, 384)
BRAND = Brand("Diskominfo Kabupaten Natuna")
SMS = ("SP4N-LAPOR!", "SMS 1708 · natuna.lapor.go.id")
SERVICE = CardWords(
    "Layanan KTP-el Tetap Buka Hari Sabtu",
    (
        Paragraph(
            ("Perekaman KTP-el dibuka pukul 08.00 WIB sampai 12.00 WIB.", "Bawa fotokopi Kartu Keluarga. 🙏")
        ),
    ),
    kicker="Kependudukan",
    date="Sabtu, 28 November 2026",
    name=BRAND.name,
    complaints=SMS,
    swipe="Geser",
)
STEPS = CardWords(
    "Cara melapor",
    (
        Paragraph(("Tiga cara, semuanya gratis:",)),
        Paragraph(("Kirim SMS ke 1708 dengan format NATUNA, spasi, isi laporan.",), "1.", apart=True),
        Paragraph(("Buka natuna.lapor.go.id dan isi formulirnya.",), "2."),
        Paragraph(("Unduh aplikasi SP4N-LAPOR! di ponsel.",), "3."),
        Paragraph(("Setelah itu:",), apart=True),
        *(
            Paragraph((f"Laporan {what} paling lama {days} hari kerja kemudian, dan Anda diberi tahu.",), "•")
            for what, days in (("diverifikasi", "tiga"), ("diteruskan", "lima"), ("dijawab", "sepuluh"))
        ),
        Paragraph(("Nama pelapor dirahasiakan bila Anda memintanya. " * 4,), apart=True),
    ),
    name=BRAND.name,
    complaints=SMS,
    swipe="Geser",
)
CASES = {
    "announcement": ("announcement", SERVICE, FEED, 1),
    "announcement-story": ("announcement", SERVICE, STORY, 1),
    "info": ("info", SERVICE, FEED, 1),
    "info-steps-2": ("info", STEPS, FEED, 2),
    "quote": ("quote", SERVICE, FEED, 1),
    "photo": ("photo", SERVICE, FEED, 1),
    "photo-story": ("photo", SERVICE, STORY, 1),
}


def drawn(design: str, words: CardWords, canvas: Canvas, number: int) -> Image.Image:
    """One page, a quarter of its size."""
    setting = Setting(read_design(shipped_dir() / "cards" / f"{design}.yaml", design), canvas, words)
    found = spread(words.title, words.paragraphs, 10, setting.fits)
    drawing = Drawing(setting, BRAND, photo(setting))
    data = drawing.page(found.pages[number - 1], found.step, number, len(found.pages))
    with Image.open(BytesIO(data)) as card:
        return card.reduce(4)


def photo(setting: Setting) -> bytes | None:
    """A photo as large as the design's frame for one."""
    box, out = setting.photo(), BytesIO()
    if box is None:
        return None
    ImageOps.fit(scene(), (box[2] - box[0], box[3] - box[1])).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("name", CASES)
def test_a_card_looks_as_expected(name: str, request: pytest.FixtureRequest) -> None:
    """Every field of the picture is as light as in the one committed, within the stated tolerance."""
    now, path = drawn(*CASES[name]), EXPECTED / f"{name}.jpg"
    if request.config.getoption("--golden-update", default=False):
        now.save(path, quality=92)
    assert path.exists(), "run `make golden` and look at the new picture"
    with Image.open(path) as kept:
        apart = ImageChops.difference(now.reduce(FIELD), kept.convert("RGB").reduce(FIELD)).convert("L")
    assert apart.getextrema()[1] <= WORST
    assert ImageStat.Stat(apart).mean[0] <= MEAN
