"""How much memory the largest pictures take that are made fit, by what they are once decoded.

Decoded is four bytes a pixel, as Pillow keeps them. What the process had before the picture came is not
counted; each picture is made in a process of its own.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.measure import Figure, python

PANORAMA, TELEPHONE = (20_000, 4_000), (8_064, 6_048)
SIX = ("1800", "1920", "1920", "4096", "2048", "1440")
"""Widths that the six platforms take of a picture larger than all of them."""
MAKE = """
import sys
from pathlib import Path
import pillow_heif, PIL.JpegImagePlugin, PIL.PngImagePlugin
from publisher.media import pictures
from publisher.recipe import Recipe
data, wide, high = Path(sys.argv[1]).read_bytes(), int(sys.argv[2]), int(sys.argv[3])
wanted = [
    Recipe((0, 0, wide, high), (width, width * high // wide), None, "", "image/jpeg", 8_000_000)
    for width in map(int, sys.argv[4:])
]
def peak():  # not that of getrusage, which a child begins with its parent's
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024
before = peak()
pictures.make_all(data, wanted, "foto")
print(peak() - before)
"""


def figures() -> list[Figure]:
    """A panorama of 20,000 pixels as JPEG and as PNG; a HEIC of 48 megapixels, for one channel and six."""
    with tempfile.TemporaryDirectory(prefix="publisher-bench-") as folder:
        jpeg, png = Path(folder) / "panorama.jpg", Path(folder) / "panorama.png"
        heic = Path(folder) / "foto.heic"
        _draw(jpeg, PANORAMA, {"quality": 88})
        _draw(png, PANORAMA, {"compress_level": 1})
        _draw(heic, TELEPHONE, {"quality": 50, "enc_params": {"preset": "ultrafast"}})
        return [
            _memory("panorama of 20,000 pixels, JPEG: peak memory", 0.2, jpeg, PANORAMA, "1440"),
            _memory("panorama of 20,000 pixels, PNG: peak memory", 1.25, png, PANORAMA, "1440"),
            _memory("48-megapixel HEIC: peak memory", 2.0, heic, TELEPHONE, "1440"),
            _memory("48-megapixel HEIC for six channels: peak memory", 2.5, heic, TELEPHONE, *SIX),
        ]


def _draw(path: Path, size: tuple[int, int], settings: Mapping[str, object]) -> None:
    from PIL import Image
    from pillow_heif import register_heif_opener

    register_heif_opener()
    Image.linear_gradient("L").resize(size).convert("RGB").save(path, **settings)


def _memory(name: str, bound: float, picture: Path, size: tuple[int, int], *widths: str) -> Figure:
    command = [*python(MAKE), str(picture), *map(str, size), *widths]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    took, decoded = int(done.stdout), 4 * size[0] * size[1]
    return Figure(name, took / decoded, bound, "×", f"{took / 1e6:.0f} MB : {decoded / 1e6:.0f} MB decoded")
