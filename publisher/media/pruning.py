"""Takes out of the media store what nothing needs any more, while others make and use files there."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from math import inf
from pathlib import Path

from publisher.media.store import MediaStoreError, explained
from publisher.media.uses import Uses, writer_is_gone

STRAY = timedelta(days=1)
"""How old a half-written file is at least before it goes; that its writer lives is asked besides."""
_KEPT = re.compile(r"[0-9a-f]{64}(?:-[0-9a-z-]{1,40})?")
_DRAFT = re.compile(r"\..+\.part")


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many files went, and how many bytes they were."""

    files: int = 0
    size: int = 0


def prune(folders: Collection[Path], uses: Uses, needed: Collection[Path], keep: timedelta) -> Pruned:
    """Remove what is not needed and was not used for `keep`; and what was never finished.

    Files of other names than the store's are left alone. One that cannot be removed stops no other.

    Args:
        folders: of the store; below them lies one more level.
        needed: what stays whatever its age.

    Raises:
        MediaStoreError: the store, or a file of it, cannot be changed.
    """
    there = [folder for folder in folders if folder.is_dir()]
    if not there:
        return Pruned()
    with explained(there[0]):
        now = uses.now()
        old = [one for folder in there for one in _old(folder, frozenset(needed), now, keep)]
    return remove(old, uses)


def remove(old: Collection[tuple[Path, float]], uses: Uses) -> Pruned:
    """Remove each file that was not used since the moment beside it, as `uses` counts.

    Raises:
        MediaStoreError: one of them cannot be removed; the others are gone.
    """
    files, size = 0, 0
    trouble: MediaStoreError | None = None
    for file, before in old:
        try:
            with explained(file):
                freed = uses.remove(file, before)
        except MediaStoreError as error:
            trouble = error
            continue
        files, size = files + (freed is not None), size + (freed or 0)
    if trouble is not None:
        raise trouble
    return Pruned(files, size)


def _old(folder: Path, needed: Collection[Path], now: float, keep: timedelta) -> Iterator[tuple[Path, float]]:
    """What may go, and before when it must have been used last for that."""
    used, begun = now - keep.total_seconds(), now - STRAY.total_seconds()
    for below in sorted(folder.iterdir()):
        if not below.is_dir():
            continue
        with os.scandir(below) as found:
            for entry in found:
                file = Path(entry.path)
                if _KEPT.fullmatch(entry.name):
                    if written_at(entry) < used and file not in needed:
                        yield file, used
                elif is_stray(entry, begun):
                    yield file, begun


def is_stray(entry: os.DirEntry[str], begun: float) -> bool:
    """Whether a file is one that `write_whole` began before `begun` and that nobody writes any more."""
    if not _DRAFT.fullmatch(entry.name) or written_at(entry) >= begun:
        return False
    return writer_is_gone(Path(entry.path))


def written_at(entry: os.DirEntry[str]) -> float:
    """Seconds since the epoch; of a file that is not there any more infinity: nobody need remove it."""
    try:
        return entry.stat(follow_symlinks=False).st_mtime
    except FileNotFoundError:
        return inf
