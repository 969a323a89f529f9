"""How long a photo takes to be made fit: beside libvips on the same file, and for six platforms at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import booking, workspace
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
BOOKED = 3
"""Rounds of booking: each is a process and a sandbox of its own, for every platform and for all."""


def figures() -> list[Figure]:
    """One photo of 12 megapixels to 1080 pixels, eight times over; and booked on six platforms at once."""
    with tempfile.TemporaryDirectory(prefix="publisher-bench-") as folder:
        photo = Path(folder) / "foto.jpg"
        workspace.photo(photo)
        ours, vips = [], []
        for _ in range(ROUNDS):
            ours.append(process([*python(OURS), str(photo), "1080"]))
            vips.append(process([*python(VIPS), str(photo)]))
        heic = Path(folder) / "foto.heic"
        workspace.photo(heic, **workspace.AS_BY_TELEPHONES[".heic"])
        return [
            ratio("12-megapixel JPEG to 1080 pixels", 1.5, ours, vips, "libvips, eight times each"),
            *_booked("JPEG", photo),
            *_booked("HEIC", heic),
        ]


def _booked(kind: str, photo: Path) -> list[Figure]:
    """All that six platforms take of a photo, by what the dearest of them takes alone.

    The dearest, as nothing less can be paid for all; the others are told, some of which take the photo as it
    is. CPU as well as the wall: two cores share the work, if nobody else uses them.
    """
    every = [(platform,) for platform in booking.PLATFORMS] + [booking.PLATFORMS]
    runs = [{labels: _booking(photo, labels) for labels in every} for _ in range(BOOKED)]
    found = []
    for measure in ("cpu", "wall"):
        least = {labels: min(run[labels][measure] for run in runs) for labels in every}
        six = least.pop(booking.PLATFORMS)
        dearest, mean = max(least.values()), sum(least.values()) / len(least)
        measured = (
            f"{six * 1000:.0f} ms : {dearest * 1000:.0f} ms for the dearest, {mean * 1000:.0f} on average"
        )
        name = f"a photo ({kind}) booked on six platforms, {measure}"
        found.append(Figure(name, six / dearest, 1.6, "×", measured))
    return found


def _booking(photo: Path, labels: Sequence[str]) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="publisher-bench-") as folder:
        command = [sys.executable, "-m", "benchmarks.booking", f"{folder}/desk", str(photo), *labels]
        around = {**os.environ, "XDG_STATE_HOME": f"{folder}/state"}
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=around)
    taken: dict[str, float] = json.loads(done.stdout)
    return taken
