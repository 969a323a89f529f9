"""How long a look at one post takes: `publisher preview POST` with a text and a photo, in a terminal."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from benchmarks import workspace
from benchmarks.measure import PUBLISHER, Figure, in_turns, process, python, ratio, terminal

IMPORTS = "import sqlalchemy, jinja2, yaml, PIL.Image"

COLOURS = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
"""A terminal that shows pictures, as half blocks."""


def figures() -> list[Figure]:
    """`publisher preview POST` against importing what any such program must import."""
    folder = Path(tempfile.mkdtemp(prefix="publisher-bench-"))
    try:
        root = workspace.make(folder / "desk", posts=1, to_come=1)
        (post,) = root.glob("content/*/pengumuman-*")
        workspace.photo(post / "foto.jpg")
        command = [*PUBLISHER, "--workspace", str(root), "preview", post.name]
        ours, bare = in_turns(
            9,
            lambda: terminal(command, XDG_STATE_HOME=str(folder / "state"), COLUMNS="100", **COLOURS),
            lambda: process(python(IMPORTS)),
        )
    finally:
        shutil.rmtree(folder)
    return [ratio("publisher preview POST (text, photo)", 2, ours, bare, f"python -c '{IMPORTS}'")]
