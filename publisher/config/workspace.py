"""What schedule.yaml says, as the commands see it, and where such a folder is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from connectors.contract import Json
from publisher.config.hosts import MediaHostSettings
from publisher.config.keys import FILE
from publisher.errors import NotFoundError, WorkspaceError
from publisher.model import Brand, Channel, Quiet

GRACE = timedelta(hours=2)
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Network:
    """The way out: an HTTP proxy's URL, and a file with the certificate authorities to trust."""

    proxy: str | None = None
    ca: Path | None = None


@dataclass(frozen=True)
class Workspace:
    """A folder with schedule.yaml, as the commands see it.

    Attributes:
        id: stands in every row of the log; `default` unless the key `workspace` says otherwise.
        timezone: IANA name.
        language: `id` or `en`, of all that people read.
        approvers: who may approve; empty: anyone but the author.
        defaults: what a post gets where it says nothing: `hashtags` (a tuple of texts); where citizens
            complain, `complaints` (`name`, `sms`, `url`, `topics`; empty: no such line); `mentions`, a
            handle → {platform or `name`: what stands there instead}.
        sandbox: False is live; True the sandbox announced here; a URL one that runs elsewhere.
        log: SQLAlchemy URL of a PostgreSQL log; None: SQLite in `state`.
        media_host: from where platforms fetch media; None: the office has no such place.
        notify: where the addresses are kept to which is written what needs a person.
        brand: how the office looks.
        keep_media: how long the media store keeps what no delivery needs any more.
        encoding_limit: how long encoding one clip may take; None: as long as suits its length.
    """

    root: Path
    timezone: str
    channels: tuple[Channel, ...]
    id: str = "default"
    language: str = "id"
    grace: timedelta = GRACE
    approval: str = "none"
    approvers: tuple[str, ...] = ()
    defaults: Mapping[str, Json] = field(default_factory=dict)
    quiet: Quiet = field(default_factory=Quiet)
    network: Network = field(default_factory=Network)
    sandbox: bool | str = True
    log: str | None = None
    media_host: MediaHostSettings | None = None
    notify: tuple[str, ...] = ()
    brand: Brand = field(default_factory=Brand)
    keep_media: timedelta = KEPT
    encoding_limit: timedelta | None = None

    @property
    def mode(self) -> str:
        """`sandbox` or `live`: they never share a log."""
        return "sandbox" if self.sandbox else "live"

    def by_hand(self, channel: Channel) -> bool:
        """Whether a person publishes on it: so the office wants it, or it is not connected yet."""
        return channel.mode == "assisted" or (self.mode == "live" and not channel.token)

    @property
    def hosted(self) -> bool:
        """Whether platforms can fetch media; in practice the sandbox itself is such a place."""
        return self.media_host is not None or self.mode == "sandbox"

    @property
    def state(self) -> Path:
        """What the program keeps for this mode: log, media store, locks."""
        return self.root / ".publisher" / self.mode

    @property
    def content_dir(self) -> Path:
        """Where posts lie."""
        return self.root / "content"

    @property
    def templates_dir(self) -> Path:
        """The workspace's own templates; those it lacks are shipped."""
        return self.root / "templates"

    @property
    def zone(self) -> ZoneInfo:
        """The zone that wall times without one are in."""
        return ZoneInfo(self.timezone)

    def channel(self, label: str) -> Channel:
        """The channel of a label, whatever its case.

        Raises:
            NotFoundError: `config.no_channel`.
        """
        for channel in self.channels:
            if channel.label.lower() == label.lower():
                return channel
        known = ", ".join(channel.label for channel in self.channels)
        raise NotFoundError("config.no_channel", channel=label, known=known)


def find_root(start: Path) -> Path:
    """The nearest folder at or above `start` that holds schedule.yaml.

    Raises:
        WorkspaceError: `config.no_workspace`.
    """
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder
    raise WorkspaceError("config.no_workspace", folder=str(start), file=FILE)
