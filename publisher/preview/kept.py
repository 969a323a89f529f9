"""Pages of previews that nobody gave a name: kept in the workspace's state for a while, then removed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from publisher.media.pruning import STRAY, Pruned, is_stray, remove
from publisher.media.store import explained, write_whole
from publisher.media.uses import Uses

_PAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\.html")
"""As they are named here: by the id of the post, or `week`."""


def keep(folder: Path, name: str, html: str) -> Path:
    """Write a page among the others; its file.

    Raises:
        MediaStoreError: it cannot be written.
    """
    file = folder / f"{name}.html"
    while True:
        write_whole(file, iter((html.encode(),)))
        if Uses(folder).note(file):  # else another preview removed it, as the page before it was old
            return file


def prune(folder: Path, age: timedelta) -> Pruned:
    """Remove the pages written longer ago, and what was never finished; others may write meanwhile.

    Raises:
        MediaStoreError: one of them cannot be removed.
    """
    uses = Uses(folder)
    with explained(folder / "page.html"):
        now = uses.now()
        old = list(_old(folder, now - age.total_seconds(), now - STRAY.total_seconds()))
    return remove(old, uses)


def _old(folder: Path, written: float, begun: float) -> Iterator[tuple[Path, float]]:
    """What may go, and before when it must have been written for that."""
    with os.scandir(folder) as found:
        for entry in found:
            if _PAGE.fullmatch(entry.name):
                yield Path(entry.path), written
            elif is_stray(entry, begun):
                yield Path(entry.path), begun
