"""Platform id → room, imported on first use; rooms from outside come by entry point."""

from __future__ import annotations

import logging
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.contract import Room

if TYPE_CHECKING:
    from importlib.metadata import EntryPoints

log = logging.getLogger(__name__)

ENTRY_POINT_GROUP = "publisher.connectors"
_HERE = Path(__file__).parent


class RoomError(Exception):
    """The package of other people that brings a room cannot be loaded, or brings something else."""

    def __init__(self, platform: str, words: str) -> None:
        super().__init__(platform, words)
        self.platform = platform
        self.words = words


@cache
def platforms() -> tuple[str, ...]:
    """The ids of all rooms, sorted: the folders beside this file and the entry points."""
    return tuple(sorted(_own() | {point.name for point in _from_outside()}))


@cache
def room(platform: str) -> Room:
    """The room of a platform id.

    Raises:
        KeyError: there is none.
        RoomError: it comes from outside, and is broken.
    """
    if platform in _own():
        own: Room = import_module(f"connectors.{platform}").ROOM
        return own
    point = {point.name: point for point in _from_outside()}[platform]
    try:
        found = point.load()
    except Exception as error:  # code of other people: whatever it brings about
        raise RoomError(platform, f"{type(error).__name__}: {error}") from error
    if not isinstance(found, Room):
        raise RoomError(platform, f"{point.value} is no Room")
    return found


@cache
def rooms() -> tuple[Room, ...]:
    """Every room that can be loaded, by platform id; one that is broken is missed only where it is named."""
    found = []
    for platform in platforms():
        try:
            found.append(room(platform))
        except RoomError as error:
            log.debug("no room %s: %s", platform, error.words)
    return tuple(found)


@cache
def folder(platform: str) -> Path | None:
    """Where the room's files lie (its texts, its mock-up), without importing the room; None: no such room."""
    if platform in _own():
        return _HERE / platform
    for point in _from_outside():
        if point.name == platform:
            spec = find_spec(point.module)
            return Path(spec.origin).parent if spec and spec.origin else None
    return None


@cache
def _own() -> frozenset[str]:
    """The folders beside this file."""
    return frozenset(path.parent.name for path in _HERE.glob("*/__init__.py"))


def _from_outside() -> EntryPoints:
    """The rooms that other packages bring; searches every package there is, so only who must asks."""
    from importlib.metadata import entry_points

    return entry_points(group=ENTRY_POINT_GROUP)


@cache
def simulators() -> dict[str, type]:
    """The simulator class of every room that has one, by platform id; only the sandbox asks."""
    modules = {path.parent.name: f"connectors.{path.parent.name}" for path in _HERE.glob("*/simulator.py")}
    for point in _from_outside():
        spec = find_spec(point.module)
        places = (spec.submodule_search_locations if spec else None) or ()
        if any((Path(place) / "simulator.py").is_file() for place in places):
            modules.setdefault(point.name, point.module)
    return {name: import_module(f"{module}.simulator").SIMULATOR for name, module in sorted(modules.items())}
