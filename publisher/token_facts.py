"""What the log keeps of an account's credentials, for people: nothing of it is secret."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """What is known of an account's credentials; nothing of it is secret.

    Attributes:
        grant: the grant this is known of (token_shelf.Grant.key); of another one all of it is void.
        shelf: where its renewals are kept (token_shelf.Shelf.id); empty: there were none.
        lasts: a value of connectors.renewal.Lasts; empty: not known.
        ends: when calls with those in use are refused.
        last_day: when a person must have acted, unless a renewal comes first.
        reads_until: as in connectors.contract.ChannelStatus.
        checked_at: when the platform last answered to them.
        renewed_at: when they were last renewed.
        failed_at: when a renewal last failed, if none has succeeded since; `code` and `words` say why.
        refused: whether it failed for good.
        name, handle: of the profile they speak for, as in connectors.contract.ChannelStatus.
    """

    grant: str = ""
    shelf: str = ""
    lasts: str = ""
    ends: datetime | None = None
    last_day: datetime | None = None
    reads_until: datetime | None = None
    checked_at: datetime | None = None
    renewed_at: datetime | None = None
    failed_at: datetime | None = None
    code: str = ""
    words: str = ""
    refused: bool = False
    name: str = ""
    handle: str = ""

    def to_json(self) -> str:
        """What the log keeps."""
        data = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(
            {
                name: value.isoformat() if isinstance(value, datetime) else value
                for name, value in data.items()
                if value
            }
        )

    @classmethod
    def from_json(cls, text: str | None) -> TokenFacts:
        """The inverse of `to_json`; of an empty column nothing is known."""
        data = json.loads(text or "{}")
        found: dict[str, Any] = {
            name: datetime.fromisoformat(data[name]) if name in _MOMENTS else data[name]
            for name in cls.__slots__
            if name in data
        }
        return cls(**found)


_MOMENTS = frozenset({"ends", "last_day", "reads_until", "checked_at", "renewed_at", "failed_at"})
