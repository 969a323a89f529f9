"""Draws the clips of the sample posts and encodes them; the same frames every time.

    python tools/make_sample_clips.py content/contoh

`lapor.mp4` stands upright (720 × 1280, the most that X takes; 6 s), `ppid.mp4` lies
(1920 × 1080, 8 s); both are H.264 with AAC, index first, below 400 kB. Everything is drawn here, so
nothing in them belongs to anyone else; they are silent. Another version of the encoder may give other bytes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from PIL import Image, ImageDraw, ImageFont

FPS, SOUND = 25, 48000
SEA, SAND, ROOF, INK, PAPER, RED = "#0f5c7a", "#f6ead2", "#e07a3f", "#1d2b36", "#fffdf8", "#c8402f"
DEEP = "#0b4258"


@dataclass(frozen=True)
class Card:
    """A line of the story: it slides in from below at `at` seconds and stays."""

    at: float
    top: float
    height: float
    title: str
    words: str
    fill: str = PAPER
    ink: str = INK


@dataclass(frozen=True)
class Film:
    """A clip to be drawn: all measures are shares of the height, but `size` in pixels."""

    name: str
    size: tuple[int, int]
    seconds: float
    heading: str
    below: str
    cards: tuple[Card, ...]
    left: float
    right: float


LAPOR = Film(
    "lapor.mp4",
    (720, 1280),
    6.0,
    "Ada keluhan\nlayanan publik?",
    "SP4N-LAPOR! · laporkan dari ponsel",
    (
        Card(0.6, 0.36, 0.13, "1 · SMS", "Kirim aduan ke 1708"),
        Card(1.9, 0.52, 0.13, "2 · Laman", "natuna.lapor.go.id"),
        Card(3.2, 0.68, 0.13, "3 · Pantau", "Simpan nomor laporan\ndan ikuti jawabannya", SAND),
    ),
    0.08,
    0.92,
)
# Law 14/2008, article 22 (7): an answer within ten working days, which may be extended by seven.
PPID = Film(
    "ppid.mp4",
    (1920, 1080),
    8.0,
    "Informasi publik, hak Anda",
    "PPID · Pejabat Pengelola Informasi dan Dokumentasi",
    (
        Card(0.8, 0.34, 0.16, "Minta", "Sebutkan informasi yang dibutuhkan"),
        Card(2.8, 0.54, 0.16, "Tunggu", "Jawaban paling lambat 10 hari kerja", SAND),
        Card(4.8, 0.74, 0.16, "Terima", "Salinan atau penjelasan tertulis", ROOF, PAPER),
    ),
    0.05,
    0.95,
)


def frames(film: Film) -> Iterator[Image.Image]:
    """The pictures of a film, in order."""
    ground = _ground(film)
    cards = [(card, _card(film, card)) for card in film.cards]
    for number in range(round(film.seconds * FPS)):
        now = number / FPS
        frame = ground.copy()
        for card, picture in cards:
            arrived = _eased((now - card.at) / 0.6)
            if arrived > 0:
                top = card.top + (1 - arrived) * (1 - card.top)
                frame.paste(picture, (round(film.left * film.size[0]), round(top * film.size[1])), picture)
        _bar(frame, now / film.seconds)
        yield frame


def encode(film: Film, place: Path) -> None:
    """Write a film as MP4 with a silent sound track, index first."""
    with av.open(str(place), "w", format="mp4", options={"movflags": "faststart"}) as container:
        video = container.add_stream("libx264", rate=FPS)
        video.width, video.height = film.size
        video.pix_fmt = "yuv420p"
        video.codec_context.gop_size = 2 * FPS
        video.options = {"crf": "27", "preset": "slow", "tune": "animation", "flags": "+cgop"}
        sound = container.add_stream("aac", rate=SOUND, layout="stereo")
        sound.bit_rate = 64_000
        for picture in frames(film):
            container.mux(video.encode(av.VideoFrame.from_image(picture)))
        container.mux(video.encode(None))
        _silence(container, sound, film.seconds)


def _silence(container: Any, sound: Any, seconds: float) -> None:
    step = sound.codec_context.frame_size
    for at in range(0, round(seconds * SOUND), step):
        frame = av.AudioFrame(format="fltp", layout="stereo", samples=step)
        frame.sample_rate, frame.pts, frame.time_base = SOUND, at, Fraction(1, SOUND)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        container.mux(sound.encode(frame))
    container.mux(sound.encode(None))


# ── drawing ──────────────────────────────────────────────────────────────────


def _ground(film: Film) -> Image.Image:
    """Sea, waves, heading: all that does not move."""
    width, height = film.size
    image = Image.new("RGB", film.size, SEA)
    draw = ImageDraw.Draw(image)
    for row in range(4):
        top = height * (0.90 + row * 0.03)
        for left in range(-200, width, 240):
            shift = 120 if row % 2 else 0
            draw.ellipse((left + shift, top, left + shift + 260, top + 120), fill=DEEP)
    draw.ellipse((width - 0.16 * height, -0.05 * height, width + 0.05 * height, 0.16 * height), fill=ROOF)
    big = 0.046 if width < height else 0.085
    lines = film.heading.count("\n") + 1
    x, y = film.left * width, 0.09 * height
    draw.multiline_text((x, y), film.heading, PAPER, ImageFont.load_default(big * height), spacing=14)
    y += lines * big * height * 1.35 + 0.02 * height
    draw.text((x, y), film.below, SAND, ImageFont.load_default(big * height * 0.42))
    return image


def _card(film: Film, card: Card) -> Image.Image:
    """A rounded card with a title and a sentence; transparent around."""
    size = round((film.right - film.left) * film.size[0]), round(card.height * film.size[1])
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), 32, fill=card.fill)
    draw.rounded_rectangle((0, 0, 18, size[1] - 1), 9, fill=RED)
    text = size[1] * (0.17 if "\n" in card.words else 0.23)
    draw.text((64, size[1] * 0.14), card.title, card.ink, ImageFont.load_default(size[1] * 0.27))
    draw.multiline_text(
        (64, size[1] * 0.50), card.words, card.ink, ImageFont.load_default(text), spacing=text * 0.3
    )
    return image


def _bar(frame: Image.Image, share: float) -> None:
    """How much of the film is over, along the lower edge."""
    width, height = frame.size
    ImageDraw.Draw(frame).rectangle((0, height - 12, round(width * share), height), fill=ROOF)


def _eased(share: float) -> float:
    """From 0 to 1, fast at first."""
    return 1 - (1 - min(1.0, max(0.0, share))) ** 3


def main() -> None:
    """Make both clips."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    for film in (LAPOR, PPID):
        encode(film, given.folder / film.name)


if __name__ == "__main__":
    main()
