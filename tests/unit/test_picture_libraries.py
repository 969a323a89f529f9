"""Which commands load the libraries that decode: those with something to decode, and no others."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.clips import clip
from tests.unit.word_files import by_word

SETTINGS = """\
timezone: Asia/Jakarta
sandbox: true
channels:
  fb: {platform: facebook, account: "1001", token: "env:FB"}
  x: {platform: twitter, account: "2001", token: "env:X"}
  ig: {platform: instagram, account: "4001", token: "env:IG"}
  yt: {platform: youtube, account: "6001", token: "env:YT"}
"""
RUN = """
import sys
from publisher.__main__ import main
try:
    code = main()
except SystemExit as end:
    code = end.code
print(code, *{name.partition(".")[0] for name in sys.modules}, file=sys.stderr)
"""
DECODERS = {"PIL", "av", "pillow_heif", "numpy"}


def loaded(root: Path, *arguments: str) -> tuple[str, set[str]]:
    """How a command ended, and which decoders it had loaded by then."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments], cwd=root, capture_output=True, text=True, check=True
    )
    code, *modules = done.stderr.splitlines()[-1].split()
    assert "publisher" in modules
    return code, DECODERS & set(modules)


def office(root: Path, files: Mapping[str, bytes]) -> Path:
    (root / "schedule.yaml").write_text(SETTINGS, encoding="utf-8")
    for name, data in files.items():
        path = root / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def stored(kind: str) -> bytes:
    if kind == "HEIF":
        from pillow_heif import register_heif_opener

        register_heif_opener()
    out = BytesIO()
    Image.new("RGB", (1200, 900), "red").save(out, kind)
    return out.getvalue()


TEXTS = {
    "2999-11-24 08.00 rapat.txt": b"Rapat koordinasi di aula.\n",
    "kabar.md": b"---\ntitle: Kabar\n---\nKabar dari kantor kami.\n",
    "rilis/Rilis.docx": by_word("Rilis pers hari ini.", "", "Isinya panjang."),
    "utas.txt": b"X: utas\n\n" + b"Kalimat yang panjang sekali. " * 40,
}
PICTURES = {
    "a/teks.txt": b"Foto 1: Merah\nFokus 1: atas\n\nIsi.\n",
    "a/1.jpg": stored("JPEG"),
    "b/teks.txt": b"Isi yang lain.\n",
    "b/1.png": stored("PNG"),
    "b/2.webp": stored("WEBP"),
    "b/3.gif": stored("GIF"),
}


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["preview", "--help"], ["--version"]])
def test_help_decodes_nothing(tmp_path: Path, arguments: list[str]) -> None:
    """Whoever asks what can be typed waits for no library."""
    assert loaded(tmp_path, *arguments) == ("0", set())


@pytest.mark.parametrize("command", ["check", "plan", "status"])
def test_looking_at_texts_loads_no_decoder(tmp_path: Path, command: str) -> None:
    """Texts, a thread and a Word document, on channels that take pictures and clips."""
    assert loaded(office(tmp_path, TEXTS), command) == ("0", set())


def test_nor_does_checking_pictures_that_go_by_their_structure(tmp_path: Path) -> None:
    """JPEG, PNG, WebP and GIF are taken apart here; that they must be made anew is arithmetic."""
    assert loaded(office(tmp_path, PICTURES), "check") == ("0", set())


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("1.heic", stored("HEIF"), {"PIL", "pillow_heif"}),
        ("1.tif", stored("TIFF"), {"PIL"}),
        ("1.bmp", stored("BMP"), {"PIL"}),
        ("1.mp4", clip(), {"av"}),
    ],
)
def test_what_needs_a_library_gets_that_one(
    tmp_path: Path, name: str, data: bytes, expected: set[str]
) -> None:
    """The counter-test: these names do show when a library is loaded."""
    _, found = loaded(office(tmp_path, {"a/teks.txt": b"Isi.\n", f"a/{name}": data}), "check")
    assert found - {"numpy"} == expected
