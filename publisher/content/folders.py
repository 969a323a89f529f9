"""Remembers what folders hold, so that those whose times stand still are not listed again.

A file that comes, goes or gets another name changes the times of its folder. One that is written to does
not: names are remembered here and nothing else, and every file is looked at each time. Only file systems
of this machine are trusted with that; what a share tells of its folders may be old.
"""

from __future__ import annotations

import operator
import os
from contextlib import suppress

from connectors.clock import file_time
from publisher.content import found
from publisher.mounts import file_system

LOCAL = frozenset({"btrfs", "ext2", "ext3", "ext4", "tmpfs", "xfs"})
"""File systems of Linux that change a folder's times together with its names."""

Names = tuple[str, ...]
"""Sorted; those of folders end with a slash."""

Times = tuple[int, int, int, int]
"""When a folder was modified and changed (ns), and which one it is: inode and device."""

Table = dict[str, tuple[Times, Names]]
"""Folder, relative to content/ → its times and names."""


class Folders:
    """The folders of one content folder, from look to look.

    Attributes:
        table: what is known of those that the last look came to.
        changed: whether it is another than when this was last set to False.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.changed = False
        self._before: Table = {}
        self._settled = 0
        self._local: dict[int, bool] = {}
        self._same: dict[Names, Names] = {}  # thousands of folders hold a file of the same name

    def begin(self) -> None:
        """A look begins."""
        self._before, self.table = self.table, {}
        self._settled = file_time() - found.YOUNG_NS
        self._local.clear()

    def end(self) -> None:
        """It came to all the folders there are: others are forgotten."""
        self.changed = self.changed or self.table != self._before
        self._before = {}

    def names(self, folder: str, place: str) -> Names:
        """What a folder holds now.

        Args:
            folder: relative to content/; empty for content/ itself.
            place: where it is, absolute.

        Raises:
            OSError: it cannot be listed.
        """
        # The times first: what comes between them and the names changes those that the next look finds.
        seen = os.stat(place)
        times = seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino, seen.st_dev
        known = self._before.get(folder)
        if known is None or known[0] != times:
            names = _listed(place)
            known = times, self._same.setdefault(names, names)
            # One that changed a moment ago can change again without its times telling.
            if max(times[:2]) >= self._settled or not self._is_local(place, seen.st_dev):
                return known[1]
        self.table[folder] = known
        return known[1]

    def _is_local(self, place: str, device: int) -> bool:
        if device not in self._local:
            self._local[device] = False
            with suppress(OSError):
                self._local[device] = file_system(place) in LOCAL
        return self._local[device]


def _listed(place: str) -> Names:
    with os.scandir(place) as listed:
        entries = sorted(listed, key=_name)
    return tuple([f"{one.name}/" if one.is_dir(follow_symlinks=False) else one.name for one in entries])


_name = operator.attrgetter("name")
