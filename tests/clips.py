"""Clips for tests: small real ones, made once per run, and what goes wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from io import BytesIO
from pathlib import Path
from struct import pack
from tempfile import TemporaryDirectory
from typing import Any

import av
from PIL import Image, ImageDraw


def clip(**wanted: Any) -> bytes:
    """A small clip; see `_clip` for what can be asked. Equal wishes share one making."""
    return _clip(tuple(sorted({**_PLAIN, **wanted}.items())))


_PLAIN: Mapping[str, Any] = {
    "container": "mp4",
    "size": (96, 160),
    "seconds": 1.0,
    "fps": 25,
    "video": "libx264",
    "pixels": "yuv420p",
    "audio": "aac",
    "sounds": 1,
    "rotation": 0,
    "faststart": True,
    "fragmented": False,
    "location": "",
    "uneven": False,
}
_QUICK = {
    "libx264": {"preset": "ultrafast"},
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=none"},
}


@cache
def _clip(wishes: tuple[tuple[str, Any], ...]) -> bytes:
    asked = dict(wishes)
    flags = "frag_keyframe+empty_moov" if asked["fragmented"] else "faststart" if asked["faststart"] else ""
    mp4 = asked["container"] in ("mp4", "mov")
    options = {"movflags": f"{flags}+use_metadata_tags".strip("+")} if mp4 else {}
    with TemporaryDirectory() as folder:  # the muxer reads its own file again to move the index
        place = f"{folder}/clip"
        with av.open(place, "w", format=asked["container"], options=options) as container:
            _fill(container, asked)
        data = Path(place).read_bytes()
    return turned(data, asked["rotation"]) if asked["rotation"] else data


def _fill(container: Any, asked: Mapping[str, Any]) -> None:
    if asked["location"]:
        container.metadata["location"] = asked["location"]
        container.metadata["com.apple.quicktime.location.ISO6709"] = asked["location"]
        container.metadata["com.apple.quicktime.model"] = "iPhone 15"
    video = container.add_stream(asked["video"], rate=asked["fps"])
    video.options = dict(_QUICK.get(asked["video"], {}))
    video.width, video.height = asked["size"]
    video.pix_fmt = asked["pixels"]
    if asked["uneven"]:
        video.codec_context.time_base = Fraction(1, 1000)
    sounds = [
        container.add_stream(asked["audio"], rate=48000, layout="stereo")
        for _ in range(asked["sounds"] if asked["audio"] else 0)
    ]
    for number in range(round(asked["seconds"] * asked["fps"])):
        frame = av.VideoFrame.from_image(_picture(asked["size"], number))
        if asked["uneven"]:
            frame.pts, frame.time_base = number * 40 + (number % 5) * 7, Fraction(1, 1000)
        container.mux(video.encode(frame))
    container.mux(video.encode(None))
    for sound in sounds:
        _silence(container, sound, asked["seconds"])


def _silence(container: Any, sound: Any, seconds: float) -> None:
    step = sound.codec_context.frame_size or 1024
    for at in range(0, round(seconds * 48000), step):
        frame = av.AudioFrame(
            format="fltp" if sound.codec_context.name == "aac" else "s16", layout="stereo", samples=step
        )
        frame.sample_rate, frame.pts, frame.time_base = 48000, at, Fraction(1, 48000)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        container.mux(sound.encode(frame))
    container.mux(sound.encode(None))


def _picture(size: tuple[int, int], number: int) -> Image.Image:
    image = Image.new("RGB", size, (18, 60, 105))
    ImageDraw.Draw(image).rectangle((number, number, number + 20, number + 20), fill=(240, 190, 40))
    return image


# ── what goes wrong ──────────────────────────────────────────────────────────


def sound_only() -> bytes:
    """An MP4 without a picture."""
    out = BytesIO()
    with av.open(out, "w", format="mp4") as container:
        _silence(container, container.add_stream("aac", rate=48000, layout="stereo"), 1.0)
    return out.getvalue()


def in_no_known_sound(data: bytes) -> bytes:
    """The same MP4, its first sound in a format that nobody decodes, as a telephone's own."""
    return data.replace(b"mp4a", b"apac", 1).replace(b"esds", b"dapa", 1)


def cut(data: bytes, share: float = 0.6) -> bytes:
    """The beginning of a file, as an interrupted copy leaves it."""
    return data[: int(len(data) * share)]


def turned(data: bytes, degrees: int) -> bytes:
    """The same MP4 with a display matrix that turns it, as phones write for clips held upright."""
    one = 1 << 16
    matrix = {90: (0, one, -one, 0), 180: (-one, 0, 0, -one), 270: (0, -one, one, 0)}[degrees]
    at = data.index(b"tkhd") + 4 + (52 if data[data.index(b"tkhd") + 4] == 1 else 40)
    a, b, c, d = matrix
    return data[:at] + pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30) + data[at + 36 :]


def trimmed(data: bytes, seconds: float = 0.6) -> bytes:
    """The same MP4 with an edit list that skips its beginning, as trimming on a phone leaves it."""
    at = data.index(b"elst") + 4
    scale_at = data.index(b"mdhd") + 4 + 12
    scale = int.from_bytes(data[scale_at : scale_at + 4], "big")
    start = at + 8 + 4
    return data[:start] + pack(">i", round(seconds * scale)) + data[start + 4 :]


def cut_to(data: bytes, start: float, end: float) -> bytes:
    """The same MP4 with edit lists that leave of each track what lies between two times."""
    made = bytearray(data)
    movie = _number(data, data.index(b"mvhd") + 16)
    scales = [_number(data, at + 16) for at in _places(data, b"mdhd")]
    for at, scale in zip(_places(data, b"elst"), scales, strict=True):
        made[at + 12 : at + 20] = pack(">Ii", round((end - start) * movie), round(start * scale))
    return bytes(made)


def without_samples(data: bytes) -> bytes:
    """The same MP4 with tracks that hold nothing, as a recording that was stopped at once leaves it."""
    made = bytearray(data)
    for at in _places(data, b"stsz"):
        made[at + 12 : at + 16] = bytes(4)
    return bytes(made)


def without_length(data: bytes) -> bytes:
    """The same MP4 as a recorder that died leaves it: every length in its index is nought."""
    made = bytearray(data)
    for kind, after in ((b"mvhd", 20), (b"mdhd", 20), (b"tkhd", 24)):
        for at in _places(data, kind):
            made[at + after : at + after + 4] = bytes(4)
    return bytes(made)


def _places(data: bytes, kind: bytes) -> list[int]:
    """Where the names of all boxes of a kind stand."""
    return [at for at in range(len(data) - 4) if data[at : at + 4] == kind]


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "big")


def old_telephone() -> bytes:
    """Four seconds in H.263, 352 × 288, without a sound: a 3GP of the days before smartphones."""
    with TemporaryDirectory() as folder:
        place = f"{folder}/clip"
        with av.open(place, "w", format="3gp") as container:
            video: Any = container.add_stream("h263", rate=Fraction(30000, 1001))
            video.width, video.height, video.pix_fmt = 352, 288, "yuv420p"
            for number in range(120):
                container.mux(video.encode(av.VideoFrame.from_image(_picture((352, 288), number))))
            container.mux(video.encode(None))
        return Path(place).read_bytes()


def flash_and_beep(at: float, seconds: float = 4.0, *, uneven: bool = True) -> bytes:
    """A clip that turns from dark to bright and begins to sound in the same moment; frames come unevenly."""
    with TemporaryDirectory() as folder:
        place = f"{folder}/clip"
        with av.open(place, "w", format="mp4") as container:
            video: Any = container.add_stream("libx264", rate=30)
            video.width, video.height, video.pix_fmt = 96, 160, "yuv420p"
            video.options, video.codec_context.time_base = {"preset": "ultrafast"}, Fraction(1, 1000)
            sound: Any = container.add_stream("aac", rate=48000, layout="mono")
            when = 0
            while when < seconds * 1000:
                colour = (240, 240, 240) if when >= at * 1000 else (10, 10, 10)
                frame = av.VideoFrame.from_image(Image.new("RGB", (96, 160), colour))
                frame.pts, frame.time_base = when, Fraction(1, 1000)
                container.mux(video.encode(frame))
                # As telephones do in the dark, and screen recorders where nothing moves.
                when += (20, 33, 70, 140)[when // 20 % 4] if uneven else 40
            container.mux(video.encode(None))
            _tone(container, sound, at, seconds)
        return Path(place).read_bytes()


def _tone(container: Any, sound: Any, at: float, seconds: float) -> None:
    """Silence, and from then on a rectangle of 1000 Hz."""
    for start in range(0, round(seconds * 48000), 1024):
        frame = av.AudioFrame(format="fltp", layout="mono", samples=1024)
        frame.sample_rate, frame.pts, frame.time_base = 48000, start, Fraction(1, 48000)
        first = round(at * 48000)
        level = [(n // 24 % 2 - 0.5) if n >= first else 0.0 for n in range(start, start + 1024)]
        frame.planes[0].update(pack("1024f", *level))
        container.mux(sound.encode(frame))
    container.mux(sound.encode(None))
