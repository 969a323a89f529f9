"""A room from another package, plugged in as a user's `pip install` would: by its entry point."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from connectors import registry
from publisher.texts import catalogues

EXAMPLE = Path(__file__).parent.parent / "docs/example-room"
_CACHES = (
    *(registry.platforms, registry.room, registry.rooms, registry.folder, registry.simulators),
    catalogues._catalogue,
)


@contextmanager
def plugged(site: Path, patch: pytest.MonkeyPatch, entry_point: str) -> Iterator[None]:
    """While it lasts the registry finds the room.

    Args:
        site: a folder that becomes the place where packages are installed.
        entry_point: a line of the group, `name = module:ROOM`.
    """
    name = entry_point.partition(" ")[0]
    package = site / f"{name}_room-1.0.dist-info"
    package.mkdir(parents=True)
    (package / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-room\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text(f"[{registry.ENTRY_POINT_GROUP}]\n{entry_point}\n")
    patch.syspath_prepend(str(site))
    _forget()
    try:
        yield
    finally:
        _forget()


def _forget() -> None:
    for cache in _CACHES:
        cache.cache_clear()
