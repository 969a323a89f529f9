"""Which file system holds a folder: some keep promises that others do not."""

from __future__ import annotations

import os
from pathlib import Path


def file_system(folder: Path | str) -> str:
    """The type of the file system that holds `folder`, as /proc/self/mountinfo names it; empty: not known."""
    target = os.stat(folder).st_dev
    wanted = f"{os.major(target)}:{os.minor(target)}"
    kind = ""
    for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines():
        mount, _, rest = line.partition(" - ")
        if mount.split()[2] == wanted and rest:
            kind = rest.split()[0]
    return kind
