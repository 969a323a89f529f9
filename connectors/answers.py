"""What a room answers: how far a part came, what became of it, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from connectors.rendition import Json


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the platform gave us to go on with: container ids, upload sessions.

    Attributes:
        public: JSON that may stand in the log in the clear.
        sealed: JSON that may not (it lets its holder post); refused by the log without a key.
        version: of the room's own layout.
    """

    public: Mapping[str, Json] = field(default_factory=dict)
    sealed: Mapping[str, Json] = field(default_factory=dict)
    version: int = 1


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a part is live: the platform's id, where it can be seen, since when (aware, UTC)."""

    platform_id: str
    url: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Staged:
    """Ready to commit with one call; stage again when `good_until` (aware, UTC) is near. None: keeps."""

    checkpoint: Checkpoint
    good_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class NotYet:
    """The platform still works on what was staged; call `stage` again at `look_at` (aware, UTC)."""

    checkpoint: Checkpoint
    look_at: datetime


@dataclass(frozen=True, slots=True)
class Pending:
    """Accepted and being worked on; call `confirm` at `look_at` (aware, UTC)."""

    checkpoint: Checkpoint
    look_at: datetime


@dataclass(frozen=True, slots=True)
class HandedOver:
    """All that a machine may do is done; a person finishes in the app and records the link.

    Attributes:
        why: a message id of the room, such as `tiktok.in_the_inbox`.
    """

    checkpoint: Checkpoint
    why: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The platform accepted the part and then dropped it: it is not and will not be public."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotSeen:
    """One look found nothing. Not proof of absence: the engine looks `limits.looks` times."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """Looking cannot settle it: a person must. `candidates` are links or ids worth opening."""

    why: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """Removed or edited, as asked."""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """The platform has no call for it; a person must do it there."""


@dataclass(frozen=True, slots=True)
class ChannelStatus:
    """What `probe` found.

    Attributes:
        account_id: as the platform names it; the engine refuses one that is not the configured one.
        name: as the profile shows it; empty where the room asks for the handle only.
        handle: what people call the profile by, without `@`; empty where the platform shows its name.
        scopes: granted; empty where the platform does not tell.
        expires_at: of the token; None: no end known.
        quota_left: posts the platform still takes in its window; None: not told.
        reads_until: from then on the platform keeps data back although the token lives, until the person
            behind it has logged in to the app again; None: not told.
    """

    account_id: str
    name: str
    scopes: tuple[str, ...] = ()
    missing_scopes: tuple[str, ...] = ()
    expires_at: datetime | None = None
    quota_left: int | None = None
    reads_until: datetime | None = None
    handle: str = ""

    @property
    def called(self) -> str:
        """The profile, as people know it."""
        return " ".join(filter(None, (self.name, f"@{self.handle}" if self.handle else "")))


# ── Problems ─────────────────────────────────────────────────────────────────


class Severity(StrEnum):
    """An error stops a channel (or the post); a warning asks for a look; a notice informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person should know: code, values, place. Its words are found when it is shown.

    Attributes:
        code: the message id, `domain.name`; its advice is the message `domain.name.fix`.
        values: what the message's placeholders stand for; JSON values.
        file: relative to the workspace; `line` from 1.
        channel: the label in schedule.yaml; None: the post as a whole.
        part: number of the part, from 1.
    """

    code: str
    severity: Severity
    values: Mapping[str, Json] = field(default_factory=dict)
    post: str | None = None
    file: str | None = None
    line: int | None = None
    channel: str | None = None
    part: int | None = None
