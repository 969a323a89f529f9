"""Who posts, as the profiles in a preview show it: name, picture, and the handle on each platform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from publisher.config import Workspace
from publisher.errors import PublisherError
from publisher.preview import embedding
from publisher.token_facts import TokenFacts

_SIDE = 96
"""Pixels of a profile's picture; mock-ups show 40, on sharp screens twice that."""


@dataclass(frozen=True, slots=True)
class Profile:
    """An account as people know it; the handle is without `@`, empty: not known."""

    name: str = ""
    handle: str = ""


@dataclass(frozen=True, slots=True)
class Office:
    """An office on its platforms.

    Attributes:
        logo: a `data:` address; empty: the initial of its name stands for it.
        handles: platform → handle, without `@`, as the settings say.
        profiles: account key → how the platform last said that it shows the account.
    """

    name: str
    logo: str = ""
    handles: Mapping[str, str] = field(default_factory=dict)
    profiles: Mapping[str, Profile] = field(default_factory=dict)

    def on(self, account: str) -> Profile:
        """How an account shows itself: what its platform has not said is as in the settings.

        Args:
            account: its key.
        """
        said = self.profiles.get(account, Profile())
        platform = account.partition(":")[0]
        return Profile(said.name or self.name, said.handle or self.handles.get(platform, ""))


def office_of(space: Workspace, known: Mapping[str, TokenFacts]) -> Office:
    """As its platforms have said, else as `brand` says and the row of `mentions` that has its name.

    Args:
        known: account key → what its platform last said; nothing is asked now.
    """
    name = space.brand.name or space.id
    rows: Mapping[str, Mapping[str, str]] = space.defaults.get("mentions") or {}
    own = [row for row in rows.values() if row.get("name", "").casefold() == name.casefold()]
    handles = {place: handle.lstrip("@") for row in own for place, handle in row.items() if place != "name"}
    profiles = {account: Profile(facts.name, facts.handle) for account, facts in known.items()}
    return Office(name, _logo(space), handles, profiles)


def _logo(space: Workspace) -> str:
    if space.brand.logo is None:
        return ""
    try:
        return embedding.picture(space.brand.logo, side=_SIDE)
    except PublisherError:
        return ""  # the initial stands for what cannot be read; `check` looks at settings
