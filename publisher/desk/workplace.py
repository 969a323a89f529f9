"""One workspace with one person at it: its log, its posts, and the deliveries that a name means."""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, Self

from publisher import config, wiring
from publisher.config import Workspace, find_root
from publisher.desk import forecasting, which
from publisher.errors import LogError, NotFoundError
from publisher.model import State
from publisher.publish_log import overview
from publisher.publish_log.overview import SeenPost
from publisher.publish_log.store import Store
from publisher.sync import Synced, Syncer

if TYPE_CHECKING:
    from publisher.deliver import Deliverer
    from publisher.views import Decided, DeliveryView


class Workplace:
    """Opened for one command; use as a context manager.

    Attributes:
        actor: stands in every event that is caused from here.
        wired: what the workspace is connected to.
    """

    def __init__(self, workspace: Workspace, actor: str) -> None:
        self.workspace = workspace
        self.actor = actor
        self.wired = wiring.wire(workspace)
        self._store: Store | None = None

    @classmethod
    def open(cls, root: Path | None, *, sandbox: bool | None = None, actor: str | None = None) -> Self:
        """The desk of a workspace; None: the nearest at or above the current folder.

        Raises:
            WorkspaceError: there is none, or schedule.yaml is wrong.
        """
        folder = find_root(Path.cwd()) if root is None else root
        return cls(config.load(folder, sandbox=sandbox), actor or getpass.getuser())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._store is not None:
            self._store.close()

    @property
    def now(self) -> datetime:
        """The desk's time (aware, UTC); in the sandbox its clock."""
        return self.wired.clock.now()

    def look(self, *, only: str | None = None, channels: list[str] | None = None) -> Synced:
        """What is there and what booking would do now; writes nothing."""
        store = self.publish_log()
        syncer = Syncer(self.workspace, store)
        synced = syncer.sync(self.now, write=False, adopt=self._would_adopt(), only=only, channels=channels)
        return synced if only else forecasting.with_forecasts(synced, self.workspace, store, self.now)

    def _would_adopt(self) -> bool:
        if self.workspace.mode != "live":
            return False
        store = self.publish_log()
        if store is None:
            return True
        with store.look() as look:
            return not overview.has_run(look)

    def syncer(self, store: Store | None) -> Syncer:
        """What goes the whole way from content/ to a plan."""
        return Syncer(self.workspace, store, self.wired.media())

    def publish_log(self) -> Store | None:
        """The publish log; None while there is none, or while it is just being made."""
        if self._store is None and self.wired.has_log():
            try:
                self._store = self.wired.open_log(create=False)
            except LogError as error:
                if error.message != "log.none":
                    raise
        return self._store

    def writing(self) -> Store:
        """The publish log, to write to; made at first need."""
        if self._store is not None and self._store.read_only:
            self._store.close()
            self._store = None
        if self._store is None:
            self._store = self.wired.open_log(create=True)
        return self._store

    @contextmanager
    def delivering(self, stop: Event, *, alone: bool = False) -> Iterator[tuple[Store, Deliverer]]:
        """The log and a deliverer; starts a sandbox where the mode needs one and none answers."""
        from publisher import practice

        with ExitStack() as stack:
            if self.workspace.mode == "sandbox" and self.wired.announced is None:
                self.writing()  # a log that cannot be used is said before a sandbox is started for it
                stack.enter_context(practice.running(self.workspace))
                if self._store is not None:
                    self._store.close()
                    self._store = None
                self.wired = wiring.wire(self.workspace)
            store = self.writing()
            stack.enter_context(self.wired.serving_media(alone=alone))
            yield store, stack.enter_context(wiring.open_deliverer(self.wired, store, stop))

    def path_of(self, name: str) -> str:
        """The path in content/ of the post that is meant."""
        return which.path_of(name, self.syncer(None).read().posts, self.known_posts())

    def known_posts(self) -> Sequence[SeenPost]:
        """The posts that the log knows."""
        store = self.publish_log()
        if store is None:
            return ()
        with store.look() as look:
            return overview.seen_posts(look)

    def deliveries_of(self, post_id: str) -> list[DeliveryView]:
        """All deliveries of a post, whatever became of them."""
        from publisher.publish_log import reading

        store = self.publish_log()
        if store is None:
            return []
        with store.read() as tx:
            return [self.linked(d) for d in reading.deliveries_where(tx, reading.of_post(post_id))]

    def standing_of(self, post_id: str) -> list[DeliveryView]:
        """The deliveries of a post, without those that another placement on the account has replaced."""
        found = self.deliveries_of(post_id)
        taken = {d.account for d in found if d.state is not State.CANCELLED}
        return [d for d in found if d.state is not State.CANCELLED or d.account not in taken]

    def booked(self, post: str, channel: str | None) -> list[DeliveryView]:
        """The deliveries of a post, booked first if the daemon has not seen it yet.

        Raises:
            NotFoundError: no such post, or it has none on that channel.
        """
        label = self.workspace.channel(channel).label if channel is not None else None
        try:
            path = self.path_of(post)
        except NotFoundError:
            if self.publish_log() is None:
                raise
            post_id = which.id_of(post, self.known_posts())
        else:
            synced = self.syncer(self.writing()).sync(self.now, write=True, only=path, actor=self.actor)
            post_id = synced.ids[path]
        found = [d for d in self.standing_of(post_id) if label is None or d.channel == label]
        if not found:
            raise NotFoundError("desk.no_delivery", post=post, channel=label or "")
        return found

    def linked(self, delivery: DeliveryView) -> DeliveryView:
        """In sandbox mode permalinks lead to the simulators' pages."""
        if self.wired.announced is None:
            return delivery
        from publisher import standing

        return standing.link(delivery, self.wired.announced)

    def as_it_stands(self, delivery: DeliveryView) -> DeliveryView:
        """The delivery as the log has it now; the same if it is not booked."""
        from publisher.publish_log import reading

        if not delivery.delivery_id:
            return delivery
        with self.writing().read() as tx:
            found = reading.deliveries_where(tx, reading.with_ids([delivery.delivery_id]))
        return self.linked(found[0]) if found else delivery

    def decided(self, delivery: DeliveryView, done: bool, message: str, **values: Any) -> Decided:
        """What became of a decision, with the delivery as it stands now."""
        from publisher.views import Decided

        fresh = self.as_it_stands(delivery)
        told = {"post": fresh.title or fresh.path, "channel": fresh.channel, "actor": self.actor, **values}
        return Decided(fresh, done, message, told)
