"""What a simulator is: a platform, pretended, with its accounts, its settings and an admin's changes."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

    from connectors.sandbox_world import LivePost, World

Json = Any


@dataclass(frozen=True, slots=True)
class Profile:
    """An account at a simulated platform."""

    id: str
    name: str


class AdminError(ValueError):
    """An admin request that makes no sense; its words go back as a 400."""


class Simulator(ABC):
    """A platform, pretended. Lives in connectors/<platform>/simulator.py as `SIMULATOR`.

    It refuses what the platform refuses, from its own reading of the facts, and imports nothing
    of its room.
    """

    platform: ClassVar[str]
    title: ClassVar[str]
    """As people know it."""
    hosts: ClassVar[Mapping[str, str]]
    """Real host → the path under `/<platform>` that stands for it (`""` for the API itself)."""
    default_account: ClassVar[Profile]
    account_ids: ClassVar[str] = r"\d{1,20}"
    """What an id of an account looks like."""
    settings: ClassVar[Mapping[str, Json]] = {}
    """What POST /admin/platform may set, with the value it has at first."""

    def __init__(self, world: World) -> None:
        self.world = world

    @abstractmethod
    def handle(self, request: Request, path: str) -> Response:
        """Answer a request; `path` is what stands below `/<platform>`, with its leading slash."""

    @abstractmethod
    def credentials(self, account: str) -> dict[str, str]:
        """What an account's owner would have been given; every value begins with `sandbox-`."""

    def announces(self) -> dict[str, Json]:
        """What the announcement says of this platform beside what it says of all."""
        return {}

    def drafts(self) -> list[LivePost]:
        """What waits in the platform's app until a person publishes it there, as it would look."""
        return []

    def finish(self, draft: str) -> LivePost:
        """A person publishes a draft in the app; gives the post.

        Raises:
            LookupError: no draft of this id waits.
        """
        raise LookupError(draft)

    @property
    def account(self) -> Profile:
        """The account every sandbox has."""
        return self.default_account

    def accounts(self) -> list[Profile]:
        """All accounts: the fixed one, then those added."""
        added = self.world.all(self.platform, "account")
        return [self.default_account, *(Profile(key, name) for key, name in added.items())]

    def profile(self, account: str) -> Profile | None:
        """The account of this id."""
        if account == self.default_account.id:
            return self.default_account
        name = self.world.get(self.platform, "account", account)
        return None if name is None else Profile(account, name)

    def setting(self, name: str) -> Json:
        """What an admin set, or what it is at first."""
        value = self.world.get(self.platform, "setting", name)
        return self.settings[name] if value is None else value

    def admin(self, change: Mapping[str, Json]) -> dict[str, Json]:
        """POST /admin/platform: settings, `add_account`, `token`, `next_error`.

        Raises:
            AdminError: a key or value that this platform does not have.
        """
        answer: dict[str, Json] = {}
        for name, value in change.items():
            if name == "add_account":
                answer.update(self._add_account(value))
            elif name == "token":
                self._set_token(value)
            elif name == "next_error":
                self.world.put(self.platform, "next_error", "", self.check_error(value))
            elif name in self.settings:
                self.world.put(self.platform, "setting", name, self._checked(name, value))
            else:
                known = sorted([*self.settings, "add_account", "token", "next_error"])
                raise AdminError(f"{self.platform} has no {name!r}; it has: {', '.join(known)}")
        return answer

    def check_error(self, wanted: Json) -> Json:
        """Whether `next_error` names an error this platform has; gives what is to be kept.

        Raises:
            AdminError: it has no such error.
        """
        raise AdminError(f"{self.platform} has no next_error {wanted!r}")

    def take_next_error(self, on: str) -> Json:
        """The error asked for on this kind of call, once; None if there is none."""
        wanted = self.world.get(self.platform, "next_error", "")
        if wanted is None or wanted.get("on", on) != on:
            return None
        self.world.drop(self.platform, "next_error", "")
        return wanted

    def token_state(self, account: str) -> str:
        """`valid`, `expired`, `revoked`, or a word the platform's own admin set."""
        state = self.world.get(self.platform, "token", account) or {}
        expires = state.get("expires_at")
        if expires is not None and datetime.fromisoformat(expires) <= self.world.now():
            return "expired"
        return str(state.get("state", "valid"))

    def token_expires(self, account: str, name: str = "expires_at") -> datetime | None:
        """When an admin said this account's token ends, or another end named like it."""
        expires = (self.world.get(self.platform, "token", account) or {}).get(name)
        return None if expires is None else datetime.fromisoformat(expires)

    def _add_account(self, value: Json) -> dict[str, Json]:
        fits = isinstance(value, dict) and re.fullmatch(self.account_ids, str(value.get("id", "")))
        if not fits or not value.get("name"):
            raise AdminError(f'add_account takes {{"id": like {self.account_ids}, "name": text}}')
        account = str(value["id"])
        if account != self.default_account.id:
            self.world.put(self.platform, "account", account, str(value["name"]))
        return {
            "account": {"id": account, "name": str(value["name"])},
            "credentials": self.credentials(account),
        }

    def _set_token(self, value: Json) -> None:
        known = ("account", "state", "expires_at", "data_access_expires_at", "scopes")
        if not isinstance(value, dict) or set(value) - set(known):
            raise AdminError(f"token takes {', '.join(known)}")
        for name in ("expires_at", "data_access_expires_at"):
            if value.get(name) is not None:
                moment = datetime.fromisoformat(value[name])
                if moment.tzinfo is None:
                    raise AdminError(f"{name} needs its offset from UTC")
                value = {**value, name: moment.isoformat()}
        account = str(value.get("account", self.default_account.id))
        self.world.put(self.platform, "token", account, {k: v for k, v in value.items() if k != "account"})

    def _checked(self, name: str, value: Json) -> Json:
        first = self.settings[name]
        number = isinstance(value, int | float) and not isinstance(value, bool)
        fits = {
            bool: isinstance(value, bool),
            int: number,
            float: number,
            str: isinstance(value, str),
            list: isinstance(value, list),
            dict: isinstance(value, dict),
            type(None): value is None or number,
        }[type(first)]
        if not fits:
            raise AdminError(f"{name} cannot be {value!r}; at first it is {first!r}")
        return value
