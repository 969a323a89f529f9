"""Who posts, as the profiles in a preview show it: name, picture, and the handle on each platform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from publisher.config import Workspace
from publisher.errors import PublisherError
from publisher.preview import embedding

_SIDE = 96
"""Pixels of a profile's picture; mock-ups show 40, on sharp screens twice that."""


@dataclass(frozen=True, slots=True)
class Office:
    """An office on its platforms.

    Attributes:
        logo: a `data:` address; empty: the initial of its name stands for it.
        handles: platform → handle, without `@`, where it is known.
    """

    name: str
    logo: str = ""
    handles: Mapping[str, str] = field(default_factory=dict)


def office_of(space: Workspace) -> Office:
    """As `brand` says; its handles are those of the row of `mentions` that has its name."""
    name = space.brand.name or space.id
    rows: Mapping[str, Mapping[str, str]] = space.defaults.get("mentions") or {}
    own = [row for row in rows.values() if row.get("name", "").casefold() == name.casefold()]
    handles = {place: handle.lstrip("@") for row in own for place, handle in row.items() if place != "name"}
    return Office(name, _logo(space), handles)


def _logo(space: Workspace) -> str:
    if space.brand.logo is None:
        return ""
    try:
        return embedding.picture(space.brand.logo, side=_SIDE)
    except PublisherError:
        return ""  # the initial stands for what cannot be read; `check` looks at settings
