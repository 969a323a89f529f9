"""How long `check` and `plan` take over ten thousand posts, against python-frontmatter only reading them."""

from __future__ import annotations

import shutil
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
    for _ in range(ROUNDS):
        reading.append(process([*python(READ_ALL), str(root / "content")]))
        for verb in ("check", "plan"):
            workspace.forget(root)
            for case in ("cold", "nothing changed"):
                command = [*PUBLISHER, "--workspace", str(root), verb]
                took = process(command, ok=(0, 4), XDG_STATE_HOME=str(state))
                taken.setdefault((verb, case), []).append(took)
    yardstick = f"python-frontmatter, {POSTS} posts"
    bounds = {"cold": 4.0, "nothing changed": 0.5}
    return [
        ratio(f"publisher {verb}, {POSTS} posts, {case}", bounds[case], times, reading, yardstick)
        for (verb, case), times in taken.items()
    ]
