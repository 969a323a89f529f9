"""Short ways to put deliveries into a publish log and to look at its rows; nothing here is pretended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Thread
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Row, Table, and_, select, text, update

from connectors.contract import Media, Part, PartKind, Receipt, Rendition
from publisher.model import Action, ActionKind, Channel, Due, DueWhy, Sight, State
from publisher.publish_log import booking, claims, fencing, records, sighting
from publisher.publish_log.claims import Work
from publisher.publish_log.store import Store
from publisher.publish_log.tables import deliveries, parts
from publisher.vault import NoSealer

ACCOUNT = "twitter:2001"
OTHER_ACCOUNT = "facebook:1001"
HOUR = timedelta(hours=1)


def channel(account: str = ACCOUNT, **changed: Any) -> Channel:
    """A channel that asks for nothing special."""
    platform, _, account_id = account.partition(":")
    given: dict[str, Any] = {"label": platform[:2], "token": "env:TOKEN"} | changed
    return Channel(platform=platform, account_id=account_id, account=account, **given)


def rendition(*texts: str, account: str = ACCOUNT, media: Sequence[str] = ()) -> Rendition:
    """A root with these words and pictures, and a further post for every further text."""
    pictures = tuple(Media(source, ("strip",), "") for source in media)
    root = Part(PartKind.ROOT, texts[0], media=pictures)
    return Rendition(account, "feed", (root, *(Part(PartKind.THREAD, each) for each in texts[1:])))


def due(at: datetime, why: DueWhy = DueWhy.EXPLICIT) -> Due:
    """A due time in UTC."""
    return Due(at, at.replace(tzinfo=None), "UTC", why)


def sight(post_id: str, **changed: Any) -> Sight:
    """A post seen for the first time."""
    given: dict[str, Any] = {
        "path": f"{post_id}.md",
        "digest": f"digest of {post_id}",
        "title": post_id,
        "author": None,
        "accounts": (ACCOUNT, OTHER_ACCOUNT),
        "new": True,
    } | changed
    return Sight(post_id, **given)


class World:
    """One log and the deliveries in it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now: datetime = store.clock.now()
        self._seen: set[str] = set()

    # ── Making ──

    def action(
        self,
        *texts: str,
        post: str = "p1",
        account: str = ACCOUNT,
        kind: ActionKind = ActionKind.BOOK,
        media: Sequence[str] = (),
        why: DueWhy = DueWhy.EXPLICIT,
        at: datetime | None = None,
        terms: dict[str, Any] | None = None,
        **changed: Any,
    ) -> Action:
        """A line of a plan; `terms` are the channel's."""
        given: dict[str, Any] = {
            "rendition": rendition(*(texts or (f"text of {post}",)), account=account, media=media),
            "due": due(at or self.now, why),
            "state": State.WAITING,
        } | changed
        return Action(kind, post, f"{post}.md", post, channel(account, **(terms or {})), **given)

    def book(self, *texts: str, post: str = "p1", **given: Any) -> str:
        """A delivery in the log; gives its id."""
        with self.store.write("daemon") as tx:
            if post not in self._seen:
                sighting.see(tx, sight(post))
                self._seen.add(post)
            delivery_id = booking.insert_delivery(tx, self.action(*texts, post=post, **given))
        assert delivery_id is not None
        return delivery_id

    def edit(self, delivery_id: str, *texts: str, **given: Any) -> bool:
        """Book a change of a delivery."""
        given = {"kind": ActionKind.CHANGE} | given
        with self.store.write("daemon") as tx:
            return booking.edit_delivery(tx, self.action(*texts, delivery_id=delivery_id, **given))

    def claim(
        self,
        delivery_id: str,
        number: int = 1,
        to: State = State.DELIVERING,
        *,
        owner: str = "owner-1",
        lease: float = 180.0,
    ) -> Work | None:
        """Claim a part."""
        with self.store.write("daemon") as tx:
            return claims.claim(tx, delivery_id, number, to, owner=owner, lease=lease, sealed=NoSealer())

    def claimed(self, delivery_id: str, number: int = 1, **given: Any) -> Work:
        """Claim a part that can be claimed."""
        work = self.claim(delivery_id, number, **given)
        assert work is not None
        return work

    def fence(self, work: Work, budget: float = 30.0) -> int | None:
        """Fence a claimed part."""
        with self.store.write("daemon") as tx:
            return fencing.fence(tx, work, budget)

    def fenced(self, delivery_id: str, number: int = 1, **given: Any) -> Work:
        """Claim a part and fence it."""
        work = self.claimed(delivery_id, number, **given)
        assert self.fence(work) is not None
        return work

    def record(self, work: Work, platform_id: str, old: State = State.COMMITTING) -> bool:
        """Note a receipt."""
        receipt = Receipt(platform_id, f"https://example.org/{platform_id}", self.store.clock.now())
        with self.store.write("daemon") as tx:
            return records.record_receipt(tx, work, old, receipt)

    def published(self, delivery_id: str, number: int = 1, platform_id: str = "id-1") -> None:
        """Take a part the whole way."""
        assert self.record(self.fenced(delivery_id, number), platform_id)

    def put(self, delivery_id: str, number: int = 1, **columns: Any) -> None:
        """Set columns of a part, past all rules."""
        with self.store.write("test") as tx:
            tx.conn.execute(update(parts).where(_part(self.store, delivery_id, number)).values(**columns))

    def put_delivery(self, delivery_id: str, **columns: Any) -> None:
        """Set columns of a delivery, past all rules."""
        where = and_(
            deliveries.c.workspace_id == self.store.workspace, deliveries.c.delivery_id == delivery_id
        )
        with self.store.write("test") as tx:
            tx.conn.execute(update(deliveries).where(where).values(**columns))

    # ── Looking ──

    def part(self, delivery_id: str, number: int = 1) -> Row[Any]:
        """A part's row."""
        with self.store.read() as tx:
            return tx.conn.execute(select(parts).where(_part(self.store, delivery_id, number))).one()

    def state(self, delivery_id: str, number: int = 1) -> State:
        """A part's state."""
        return State(self.part(delivery_id, number).state)

    def delivery(self, delivery_id: str) -> Row[Any]:
        """A delivery's row."""
        return next(row for row in self.rows(deliveries) if row.delivery_id == delivery_id)

    def rows(self, table: Table) -> list[Row[Any]]:
        """All rows of this workspace."""
        with self.store.read() as tx:
            query = select(table).where(table.c.workspace_id == self.store.workspace)
            return list(tx.conn.execute(query.order_by(*table.primary_key.columns)))


def _part(store: Store, delivery_id: str, number: int) -> Any:
    return and_(
        parts.c.workspace_id == store.workspace,
        parts.c.delivery_id == delivery_id,
        parts.c.number == number,
    )


# ── Two at once ──────────────────────────────────────────────────────────────


class Beside:
    """Something that runs in a thread of its own; its result or its exception comes with `result`."""

    def __init__(self, do: Callable[[], Any]) -> None:
        self._do = do
        self._found: Any = None
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._found = self._do()
        except BaseException as error:
            self._error = error

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return not self._thread.is_alive()

    def result(self, timeout: float = 20.0) -> Any:
        """What it gave; raises what it raised."""
        self._thread.join(timeout)
        assert self.over, "still running"
        if self._error is not None:
            raise self._error
        return self._found


def until_blocked(store: Store, beside: Beside) -> None:
    """Wait until the other one waits for a lock (or has ended without one).

    On SQLite a writer that waits for BEGIN IMMEDIATE shows nowhere: a moment is given to it.
    """
    end = monotonic() + (0.3 if store.is_sqlite else 10.0)
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    while monotonic() < end and not beside.over:
        if not store.is_sqlite:
            with store.engine.connect() as conn:
                if conn.execute(waiting).scalar_one():
                    return
        sleep(0.02)
