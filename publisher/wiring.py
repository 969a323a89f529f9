"""Puts the pieces together for one workspace and mode: clock, log, door, tokens, rooms."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING, Any

from connectors.announced import ask_sandbox, find_sandbox, join_sandbox, read_sandbox_clock, routes_of
from connectors.clock import Clock, FollowingClock, SystemClock
from connectors.contract import Account
from publisher.config import Workspace
from publisher.errors import WorkspaceError
from publisher.publish_log import store as publish_log
from publisher.publish_log.store import Store
from publisher.schedule import QuietTimes

if TYPE_CHECKING:
    from connectors.contract import TokenSource
    from connectors.http import Door
    from publisher.config.hosts import MediaHostSettings
    from publisher.deliver import Deliverer
    from publisher.media.hosts.serve import ServedHost
    from publisher.media.progress import Progress
    from publisher.media.store import MediaHost, MediaStore, OwnHost
    from publisher.notify import Notifier
    from publisher.token_shelf import RenewedTokens

TOKENS = "tokens"
"""Folder of renewed credentials: in the state directory, of a sandbox in its workspace's state folder."""
SERVER = "server.json"
"""In a sandbox workspace's state folder: what the sandbox announced when it was started."""


@dataclass
class Wired:
    """A workspace with its clock; the rest is opened when it is needed.

    Attributes:
        announced: what the sandbox says of itself; None in live mode, or if none answers.
    """

    workspace: Workspace
    clock: Clock
    announced: Mapping[str, Any] | None

    @property
    def log_url(self) -> str:
        """The publish log's place."""
        return self.workspace.log or publish_log.sqlite_url(self.workspace.state)

    def media(self) -> MediaStore:
        """Sources and made media of this mode."""
        from publisher.media.store import MediaStore

        space = self.workspace
        return MediaStore(space.state / "media", self.media_host(), space.encoding_limit)

    def progress(self) -> Progress:
        """How far uploads of this mode are."""
        from publisher.media.progress import FOLDER, Progress

        return Progress(self.workspace.state / FOLDER, self.clock)

    def media_host(self) -> MediaHost | None:
        """Where platforms fetch media: the office's place, or in practice what the sandbox can reach."""
        own = self._own_host()
        if self.workspace.mode == "live" or (own is not None and own.settings.on_this_machine):
            return own
        if self.announced is None:
            return None
        from publisher.media.hosts.practice import PracticeHost

        return PracticeHost(self.announced["url"])

    def _own_host(self) -> OwnHost | None:
        settings = self.workspace.media_host
        if settings is None:
            return None
        from publisher.media.hosts.directory import DirectoryHost
        from publisher.media.hosts.naming import Names

        if settings.kind == "serve":
            return self._served_host(settings)
        names = Names(self.workspace.state / "media-host.key")
        if settings.kind == "sftp":
            from publisher.media.hosts.sftp import SftpHost

            return SftpHost(settings, names, self.clock, self.workspace.root)
        if settings.kind == "s3":
            from publisher.media.hosts.s3 import S3Host

            return S3Host(settings, names, self.clock, self.workspace.root)
        return DirectoryHost(settings, names, self.clock)

    def _served_host(self, settings: MediaHostSettings) -> ServedHost:
        from publisher.media.hosts.naming import Names
        from publisher.media.hosts.serve import ServedHost

        state = self.workspace.state
        return ServedHost(settings, Names(state / "media-host.key"), self.clock, state / "media" / "hosted")

    @contextmanager
    def serving_media(self, *, alone: bool) -> Iterator[None]:
        """Where this program itself is the media host: serves while the block lasts.

        Args:
            alone: a port that is taken is an error; else it is left to the process that has it.

        Raises:
            MediaStoreError: it cannot listen.
        """
        settings = self.workspace.media_host
        if settings is None or settings.kind != "serve":
            yield
            return
        from publisher.media.hosts.server import serving

        own = self._served_host(settings)

        with serving(own, alone=alone):
            yield

    def tidy_media(self) -> int:
        """Remove hosted files that are no longer needed; how many.

        Raises:
            MediaStoreError: the place cannot be read or written.
        """
        own = self._own_host()
        return own.tidy() if own is not None else 0

    def notifier(self) -> Notifier | None:
        """Who is told what needs a person; None: schedule.yaml names nobody.

        Raises:
            MediaStoreError: an address cannot be read from where it is kept.
        """
        if not self.workspace.notify:
            return None
        from publisher.media.hosts.secrets import secret
        from publisher.notify import Notifier

        addresses = [
            one for named in self.workspace.notify for one in secret(named, self.workspace.root).split()
        ]
        told = self.workspace.state / "told.json"
        return Notifier(addresses, told, practice=self.workspace.mode != "live")

    def has_log(self) -> bool:
        """Whether there is a log already."""
        return publish_log.exists(self.log_url, self.workspace.id)

    def open_log(self, *, create: bool) -> Store:
        """The publish log.

        Raises:
            LogError: it cannot be used.
        """
        return publish_log.open_store(
            self.log_url,
            workspace=self.workspace.id,
            mode=self.workspace.mode,
            clock=self.clock,
            create=create,
        )


def wire(workspace: Workspace) -> Wired:
    """The workspace's clock and, in sandbox mode, the sandbox that answers."""
    if workspace.mode == "live":
        return Wired(workspace, SystemClock(), None)
    announced = sandbox_of(workspace)
    if announced is None:
        return Wired(workspace, SystemClock(), None)
    clock = FollowingClock(read_sandbox_clock(announced["url"]))
    clock.refresh()
    return Wired(workspace, clock, announced)


def sandbox_of(workspace: Workspace) -> Mapping[str, Any] | None:
    """The announcement of the workspace's sandbox, if it answers."""
    if isinstance(workspace.sandbox, str):
        return ask_sandbox(workspace.sandbox)
    return find_sandbox(workspace.state / SERVER)


@contextmanager
def open_deliverer(wired: Wired, store: Store, stop: Event) -> Iterator[Deliverer]:
    """All that delivering needs, as one owner of claims; given up at the end.

    Raises:
        WorkspaceError: sandbox mode and no sandbox answers.
    """
    from publisher.deliver import Deliverer
    from publisher.kits import FOLDER, Kits
    from publisher.publish_log.fence_file import FenceFile, state_folder
    from publisher.publish_log.owner import Owner
    from publisher.vault import Sealer

    workspace = wired.workspace
    door = open_door(wired)
    renewed = renewed_tokens(wired)
    folder = state_folder(store.log_id)
    owner = Owner(store, workspace.state)
    media = wired.media()
    try:
        yield Deliverer(
            store=store,
            owner=owner,
            door=door,
            tokens=door.checked(renewed),
            renewed=renewed,
            clock=wired.clock,
            media=media,
            fences=FenceFile(folder),
            sealer=Sealer(folder / "seal.key"),
            accounts={
                channel.account: Account(channel.account, channel.account_id, channel.options, channel.app)
                for channel in workspace.channels
            },
            quiet=QuietTimes(workspace.quiet, workspace.timezone),
            progress=wired.progress(),
            kits=Kits(workspace.state / FOLDER, media, workspace.timezone),
            by_hand=frozenset(c.account for c in workspace.channels if workspace.by_hand(c)),
            hosted=workspace.hosted,
            budgets={c.account: c.budget_usd for c in workspace.channels if c.budget_usd is not None},
            stop=stop,
        )
    finally:
        owner.close()
        door.close()


def open_door(wired: Wired) -> Door:
    """The one way out.

    Raises:
        WorkspaceError: sandbox mode and no sandbox answers.
    """
    from connectors.http import Door, Network

    workspace = wired.workspace
    if workspace.mode == "sandbox" and wired.announced is None:
        raise WorkspaceError("desk.no_sandbox", folder=str(workspace.root))
    return Door(
        mode="sandbox" if workspace.mode == "sandbox" else "live",
        routes=routes_of(wired.announced) if wired.announced is not None else None,
        clock=wired.clock,
        network=Network(workspace.network.proxy, workspace.network.ca),
        wire_log=workspace.state / "wire.jsonl",
    )


def tokens_of(wired: Wired, door: Door) -> TokenSource:
    """Where credentials come from; what the mode forbids is refused."""
    return door.checked(renewed_tokens(wired))


def renewed_tokens(wired: Wired) -> RenewedTokens:
    """The office's credentials, or in practice the sandbox's, with what renewals have changed since.

    Renewed ones lie beside no log: a log that is begun anew finds them.
    """
    from publisher.publish_log.fence_file import state_home
    from publisher.token_shelf import RenewedTokens, Shelf
    from publisher.vault import EnvFileTokens

    workspace = wired.workspace
    live = workspace.mode == "live"
    named = EnvFileTokens(
        workspace.root,
        {channel.account: channel.token for channel in workspace.channels if channel.token},
        os.environ,
        private=live,
    )
    return RenewedTokens(
        named if wired.announced is None else _practised(wired, wired.announced, named),
        Shelf((state_home() if live else workspace.state) / TOKENS),
        {channel.account: channel.options for channel in workspace.channels},
        "" if wired.announced is None else str(wired.announced.get("world", "")),
    )


def _practised(wired: Wired, announced: Mapping[str, Any], named: TokenSource) -> TokenSource:
    """The sandbox's tokens; an account of the office that it does not have yet joins it."""
    from publisher.vault import SandboxTokens

    url = str(announced["url"])
    labels = {channel.account: channel for channel in wired.workspace.channels}

    def join(account: str) -> Mapping[str, str] | None:
        channel = labels.get(account)
        if channel is None:
            return None
        return join_sandbox(url, channel.platform, channel.account_id, channel.label)

    return SandboxTokens(announced, named, join)
