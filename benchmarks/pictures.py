"""How long a photo takes to be made fit: beside libvips on the same file, and for six channels at once."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks import workspace
from benchmarks.measure import Figure, process, python, ratio

ROUNDS = 5
OURS = """
import sys
from pathlib import Path
from publisher.media import pictures
from publisher.recipe import Recipe
data = Path(sys.argv[1]).read_bytes()
wanted = [
    Recipe((0, 0, 4032, 3024), (width, width * 3 // 4), None, "", "image/jpeg", 8_000_000)
    for width in map(int, sys.argv[2:])
]
for _ in range(8):
    made = pictures.make_all(data, wanted, "foto.jpg")
print(len(made))
"""
VIPS = """
import sys, pyvips
pyvips.cache_set_max(0)
for _ in range(8):
    made = pyvips.Image.thumbnail(sys.argv[1], 1080, no_rotate=False)
    made = made.jpegsave_buffer(Q=88, subsample_mode="off", optimize_coding=False)
print(len(made))
"""
SIX = ("1080", "1440", "1440", "1350", "1080", "1280")
"""Widths that six channels ask for, of one photo."""


def figures() -> list[Figure]:
    """One photo of 12 megapixels to 1080 pixels, eight times over; and for six channels at once."""
    with tempfile.TemporaryDirectory(prefix="publisher-bench-") as folder:
        photo = Path(folder) / "foto.jpg"
        workspace.photo(photo)
        one, six, vips = [], [], []
        for _ in range(ROUNDS):
            one.append(process([*python(OURS), str(photo), "1080"]))
            six.append(process([*python(OURS), str(photo), *SIX]))
            vips.append(process([*python(VIPS), str(photo)]))
    return [
        ratio("12-megapixel JPEG to 1080 pixels", 1.5, one, vips, "libvips, eight times each"),
        ratio("one photo for six channels", 1.6, six, one, "one channel"),
    ]
