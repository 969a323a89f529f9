"""Draws the pictures of the sample posts; the same bytes every time.

    python tools/make_sample_pictures.py content/contoh

Everything is drawn here, so nothing in them belongs to anyone else. `kunjungan.jpg` carries EXIF
with a camera's name and a position, so that their removal before publishing can be seen.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SCALE = 2
"""Drawn larger and scaled down: smooth edges."""

SEA, SAND, ROOF, LEAF, INK, PAPER = "#0f5c7a", "#f6ead2", "#e07a3f", "#3f8f6b", "#1d2b36", "#fffdf8"
RED, SKY, WOOD = "#c8402f", "#cfe8ef", "#9a6a3c"

Box = tuple[float, float, float, float]


class Canvas:
    """A picture in the making, in its final pixels."""

    def __init__(self, width: int, height: int, ground: str) -> None:
        self.size = width, height
        self.image = Image.new("RGB", (width * SCALE, height * SCALE), ground)
        self.draw = ImageDraw.Draw(self.image)

    def box(self, box: Box, fill: str, radius: float = 0) -> None:
        self.draw.rounded_rectangle([side * SCALE for side in box], radius * SCALE, fill=fill)

    def oval(self, box: Box, fill: str) -> None:
        self.draw.ellipse([side * SCALE for side in box], fill=fill)

    def shape(self, points: list[tuple[float, float]], fill: str) -> None:
        self.draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=fill)

    def words(self, x: float, y: float, text: str, size: float, fill: str = INK) -> None:
        """Text with its middle at (x, y)."""
        font = ImageFont.load_default(size * SCALE)
        self.draw.text((x * SCALE, y * SCALE), text, fill=fill, font=font, anchor="mm", align="center")

    def person(self, x: float, ground: float, fill: str, size: float = 1.0) -> None:
        """A figure of two shapes, standing at (x, ground)."""
        self.box((x - 34 * size, ground - 130 * size, x + 34 * size, ground + 40), fill, 30 * size)
        self.oval((x - 26 * size, ground - 195 * size, x + 26 * size, ground - 143 * size), WOOD)

    def done(self) -> Image.Image:
        return self.image.resize(self.size, Image.Resampling.LANCZOS)


def visit() -> Image.Image:
    """Two groups meet in front of a building."""
    canvas = Canvas(1200, 900, SKY)
    canvas.oval((930, 70, 1070, 210), "#f7c95c")
    canvas.box((0, 600, 1200, 900), LEAF)
    canvas.box((330, 260, 870, 620), PAPER)
    canvas.shape([(280, 270), (600, 110), (920, 270)], ROOF)
    for left in (390, 510, 650, 770):
        canvas.box((left, 330, left + 50, 420), SEA, 6)
    canvas.box((560, 470, 640, 620), WOOD, 6)
    for number, x in enumerate((170, 270, 370)):
        canvas.person(x, 690, (SEA, "#16749a", SEA)[number])
    for number, x in enumerate((830, 930, 1030)):
        canvas.person(x, 690, (RED, ROOF, RED)[number])
    canvas.box((0, 740, 1200, 900), INK)
    canvas.words(600, 795, "Kunjungan belajar ke PPID Kota Bandung", 44, PAPER)
    canvas.words(600, 853, "17-18 September 2024", 34, SAND)
    return canvas.done()


def stand() -> Image.Image:
    """A stand with a striped awning."""
    canvas = Canvas(1080, 1080, SAND)
    canvas.box((0, 860, 1080, 1080), "#d8c39a")
    for x in (200, 860):
        canvas.box((x, 330, x + 20, 880), WOOD)
    for number in range(8):
        left = 160 + number * 95
        colour = RED if number % 2 == 0 else PAPER
        canvas.box((left, 220, left + 95, 360), colour)
        canvas.oval((left, 315, left + 95, 410), colour)
    canvas.person(540, 700, SEA, 1.3)
    canvas.box((170, 690, 910, 880), WOOD, 10)
    canvas.box((250, 715, 830, 845), PAPER, 14)
    canvas.words(540, 780, "SP4N-LAPOR!", 72, RED)
    return canvas.done()


def form() -> Image.Image:
    """A form and a pencil."""
    canvas = Canvas(1080, 1080, SEA)
    canvas.box((240, 130, 840, 950), PAPER, 18)
    canvas.words(540, 220, "Aduan dan aspirasi", 54)
    for row in range(7):
        canvas.box((310, 320 + row * 78, 770 - (row % 3) * 70, 332 + row * 78), "#c9d3d8", 6)
    canvas.shape([(700, 900), (720, 820), (920, 480), (980, 515), (780, 855)], ROOF)
    canvas.shape([(700, 900), (720, 820), (780, 855)], SAND)
    canvas.shape([(700, 900), (708, 868), (732, 882)], INK)
    return canvas.done()


def phone() -> Image.Image:
    """A phone that shows a message."""
    canvas = Canvas(1080, 1080, LEAF)
    canvas.box((330, 110, 750, 970), INK, 56)
    canvas.box((358, 180, 722, 880), PAPER, 12)
    canvas.oval((515, 900, 565, 950), "#5b6b76")
    canvas.box((400, 380, 690, 560), SKY, 36)
    canvas.shape([(430, 550), (500, 550), (430, 610)], SKY)
    canvas.words(545, 470, "SMS 1708", 52, SEA)
    return canvas.done()


def browser() -> Image.Image:
    """A browser window with an address."""
    canvas = Canvas(1080, 1080, ROOF)
    canvas.box((130, 210, 950, 870), PAPER, 22)
    canvas.box((130, 210, 950, 340), INK, 22)
    canvas.box((130, 310, 950, 340), INK)
    for number, colour in enumerate((RED, "#f7c95c", LEAF)):
        canvas.oval((165 + number * 44, 262, 191 + number * 44, 288), colour)
    canvas.box((320, 245, 910, 305), PAPER, 30)
    canvas.words(615, 275, "natuna.lapor.go.id", 36)
    canvas.words(540, 500, "SP4N-LAPOR!", 76, RED)
    for row in range(3):
        canvas.box((260, 610 + row * 66, 820 - row * 90, 628 + row * 66), "#d5dde1", 9)
    return canvas.done()


def ppid() -> Image.Image:
    """A folder with three sheets."""
    canvas = Canvas(1200, 675, SAND)
    canvas.words(600, 90, "Tanya PPID", 72, SEA)
    canvas.box((150, 210, 480, 290), "#c99a4b", 16)
    canvas.box((150, 250, 1050, 640), "#c99a4b", 16)
    sheets = ("Tugas dan\nfungsi", "Rencana\nstrategis", "Realisasi\nanggaran")
    for number, words in enumerate(sheets):
        left = 195 + number * 280
        canvas.box((left, 180, left + 250, 560), PAPER, 10)
        canvas.words(left + 125, 290, words, 40)
        for row in range(3):
            canvas.box((left + 35, 380 + row * 36, left + 215, 390 + row * 36), "#d5dde1", 5)
    canvas.box((130, 450, 1070, 640), "#dcae5e", 16)
    return canvas.done()


PICTURES = {
    "03-kunjungan-belajar/kunjungan.jpg": visit,
    "04-stan-lapor/1-stan.jpg": stand,
    "04-stan-lapor/2-tulis.jpg": form,
    "04-stan-lapor/3-sms.jpg": phone,
    "04-stan-lapor/4-situs.jpg": browser,
    "05-kenali-ppid/ppid.jpg": ppid,
}
LOCATED = "03-kunjungan-belajar/kunjungan.jpg"


def located() -> Image.Exif:
    """EXIF as a phone writes it: a maker, a model, and a position (a round one, in the sea off Natuna)."""
    exif = Image.Exif()
    exif[0x010F] = "Contoh"
    exif[0x0110] = "Kamera contoh"
    exif[0x8825] = {1: "N", 2: (4.0, 0.0, 0.0), 3: "E", 4: (108.0, 0.0, 0.0)}
    return exif


def save(picture: Image.Image, path: Path, exif: Image.Exif | None) -> None:
    """Small files, and JPEG all of them: Instagram and TikTok take no other kind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, quality=85, optimize=True, exif=exif or Image.Exif())


def main() -> None:
    """Draw all of them below the folder given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    for name, drawn in PICTURES.items():
        save(drawn(), folder / name, located() if name == LOCATED else None)


if __name__ == "__main__":
    main()
