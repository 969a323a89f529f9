"""How long looks at ten thousand posts take, against python-frontmatter only reading them.

`check` and `plan` as commands; and the looks and plans of a server, which come again and again.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import workspace
from benchmarks.measure import PUBLISHER, Figure, process, python, ratio

POSTS, TO_COME = 10_000, 100
ROUNDS = 3
READ_ALL = (
    "import frontmatter, pathlib, sys; "
    "print(sum(len(frontmatter.load(p).content) for p in pathlib.Path(sys.argv[1]).rglob('*.md')))"
)


def figures() -> list[Figure]:
    """Cold: nothing remembered of an earlier look. Unchanged: the second look at the same folder.

    The publish log has booked all posts before, as in an office that has worked for years.
    """
    folder = Path(tempfile.mkdtemp(prefix="publisher-bench-"))
    try:
        root = workspace.make(folder / "desk", POSTS, TO_COME)
        workspace.book(root, folder / "state")
        return _measured(root, folder / "state")
    finally:
        shutil.rmtree(folder)


def _measured(root: Path, state: Path) -> list[Figure]:
    reading: list[float] = []
    taken: dict[tuple[str, str], list[float]] = {}
    again: dict[str, list[float]] = {"look": [], "plan": []}
    for _ in range(ROUNDS):
        reading.append(process([*python(READ_ALL), str(root / "content")]))
        for verb in ("check", "plan"):
            workspace.forget(root)
            for case in ("cold", "nothing changed"):
                command = [*PUBLISHER, "--workspace", str(root), verb]
                took = process(command, ok=(0, 4), XDG_STATE_HOME=str(state))
                taken.setdefault((verb, case), []).append(took)
        for what, seconds in _of_a_server(root, state).items():
            again[what] += seconds
    yardstick = f"python-frontmatter, {POSTS} posts"
    bounds = {"cold": 4.0, "nothing changed": 0.5, "look": 0.2, "plan": 0.4}
    return [
        *(
            ratio(f"publisher {verb}, {POSTS} posts, {case}", bounds[case], times, reading, yardstick)
            for (verb, case), times in taken.items()
        ),
        *(
            ratio(f"publisher run, {POSTS} posts, one more {what}", bounds[what], times, reading, yardstick)
            for what, times in again.items()
        ),
    ]


def _of_a_server(root: Path, state: Path) -> dict[str, list[float]]:
    """Seconds of each look and of each plan that a server makes while nothing changes."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.looks", str(root)],
        env={**os.environ, "XDG_STATE_HOME": str(state)},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, list[float]] = json.loads(done.stdout)
    return found
