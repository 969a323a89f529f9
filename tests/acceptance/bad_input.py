"""A workspace for bad input and bad disks, the real program on it, and what its every answer must be."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
LANGUAGES = ("en", "id")
SCHEDULE = """language: en
timezone: Asia/Jakarta
sandbox: true
channels:
  fb: {platform: facebook, account: "1001", token: env:FB_TOKEN}
  x: {platform: twitter, account: "2001", token: env:X_TOKEN}
"""
FAR = "publish_at: 2031-03-04 08:00"
"""A time that no test lives to see."""
RAW_ID = re.compile(
    r"\b(?:cli|config|content|desk|log|media|plan|render|schedule|system|yaml)\.(?!db|yaml|org)[a-z]\w+\b"
)
"""A message id where words should stand."""


@dataclass(frozen=True)
class Said:
    """What one run of the program said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Desk:
    """`publisher` on one workspace, in a language."""

    def __init__(self, root: Path, schedule: str | None = SCHEDULE) -> None:
        self.root = root
        self.environ = {**os.environ, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
        self.environ["XDG_STATE_HOME"] = str(root.parent / "state")
        for name in ("NO_COLOR", "FORCE_COLOR", "PUBLISHER_LANG", "PUBLISHER_DEBUG"):
            self.environ.pop(name, None)
        if schedule is not None:
            (root / "content").mkdir(parents=True)
            (root / "schedule.yaml").write_text(schedule, encoding="utf-8")

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "publisher", "--workspace", str(self.root), *words]

    def __call__(self, *words: str, lang: str = "en", code: int | None = None, **settings: Any) -> Said:
        """Run a verb to its end; whatever happens, nobody is shown a traceback or told of a crash."""
        command = settings.pop("command", None) or self.command(*words)
        environ = {**self.environ, "PUBLISHER_LANG": lang}
        done = subprocess.run(command, env=environ, capture_output=True, timeout=60, check=False, **settings)
        said = Said(done.returncode, done.stdout.decode(), done.stderr.decode())
        fair(said.out + said.err, *words)
        if code is not None:
            assert said.code == code, f"{words}: {said}"
        return said

    def both(self, *words: str, code: int, **settings: Any) -> tuple[Said, Said]:
        """Run a verb in both languages: the same exit code, other words, no message id left in them."""
        english, indonesian = (self(*words, lang=lang, code=code, **settings) for lang in LANGUAGES)
        for said in (english, indonesian):
            assert not RAW_ID.search(said.err), said.err
        assert english.err != indonesian.err or not english.err
        return english, indonesian

    def refuses(self, *words: str, tells: str, **settings: Any) -> None:
        """A verb fails with 1: nothing on stdout; on stderr what is wrong and, below it, what to do."""
        english, indonesian = self.both(*words, code=1, **settings)
        assert re.search(tells, english.err), english.err
        for said in (english, indonesian):
            assert said.out == "", words
            assert len(said.err.strip().splitlines()) >= 2, said.err

    def post(self, name: str, front: str = "", body: str | None = None, **files: bytes) -> Path:
        """A folder post; files are named `foto_jpg=…`."""
        folder = self.root / "content" / name
        folder.mkdir()
        for file, data in files.items():
            stem, _, suffix = file.rpartition("_")
            (folder / f"{stem}.{suffix}").write_bytes(data)
        time = "" if "publish_at" in front else f"{FAR}\n"
        text = f"---\n{time}{front}---\n{body or f'The words of {name}.'}\n"
        (folder / "post.md").write_text(text, encoding="utf-8")
        return folder

    @contextmanager
    def running(self, *words: str) -> Iterator[subprocess.Popen[str]]:
        """A verb that keeps running; ended by SIGTERM, killed if that does not end it."""
        process = subprocess.Popen(
            self.command(*words),
            env={**self.environ, "PUBLISHER_LANG": "en"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()


def fair(told: str, *words: str) -> None:
    """No traceback, no confession of a mistake of the program's own."""
    assert "Traceback" not in told, f"{words}\n{told}"
    assert "went wrong inside the program" not in told, f"{words}\n{told}"
    assert "kesalahan di dalam program" not in told, f"{words}\n{told}"
    assert "crash" not in told, f"{words}\n{told}"


def picture(kind: str = "JPEG", size: tuple[int, int] = (32, 32)) -> bytes:
    """A sound picture."""
    made = BytesIO()
    Image.new("RGB", size, "red").save(made, kind)
    return made.getvalue()


def unprivileged(command: list[str]) -> list[str]:
    """The command without root's right to read and write everything."""
    if os.geteuid() != 0:
        return command
    dropped = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    try:
        subprocess.run([*dropped, "true"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("root may read everything, and setpriv cannot take that from it here")
    return [*dropped, *command]


def mount(folder: Path, *options: str) -> None:
    """Mount a tmpfs; skips the test where that is refused."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", *options, "tmpfs", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount command here")
    if done.returncode:
        pytest.skip(f"mounting a tmpfs is refused here: {done.stderr.strip()}")


def fill(folder: Path, leave: int = 0) -> Path:
    """Fill a small file system, but for `leave` bytes; gives the file that takes the room."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 16))
        except OSError:
            pass
        file.truncate(max(0, file.tell() - leave))
    return filler
