"""What one process needs to deliver, and what every step does: open a session, write what happened."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from threading import Event

from connectors import registry
from connectors.clock import Clock, pause
from connectors.contract import Account, Session, TokenSource
from connectors.errors import ReconnectError
from connectors.http import Door
from publisher.deliver import keeping
from publisher.errors import LogBusyError, PublisherError
from publisher.kits import Kits
from publisher.media.progress import Progress
from publisher.media.store import MediaStore
from publisher.model import State
from publisher.publish_log import account_state, claims, reading
from publisher.publish_log.claims import Work
from publisher.publish_log.fence_file import FenceFile
from publisher.publish_log.owner import Owner
from publisher.publish_log.store import Store, Tx
from publisher.schedule import QuietTimes
from publisher.texts import error_text, system_words, t
from publisher.token_shelf import RenewedTokens
from publisher.vault import Sealing

log = logging.getLogger(__name__)

LEASE = 180.0
"""Seconds a claim lasts without a saved checkpoint; well above a commit's budget of at most 30."""


@dataclass
class Tools:
    """All that one process needs to deliver.

    Attributes:
        tokens: credentials as they are good now, each known to redaction.
        renewed: the same, with how they are renewed.
        accounts: the accounts of schedule.yaml, by key.
        by_hand: keys of those on which a person publishes.
        hosted: whether platforms can fetch media from us.
        budgets: US dollars a month, by account key, of those that have one.
        stop: set when the process is asked to end: nothing new is fenced.
    """

    store: Store
    owner: Owner
    door: Door
    tokens: TokenSource
    renewed: RenewedTokens
    clock: Clock
    media: MediaStore
    fences: FenceFile
    sealer: Sealing
    accounts: Mapping[str, Account]
    quiet: QuietTimes
    progress: Progress
    kits: Kits
    by_hand: frozenset[str] = frozenset()
    hosted: bool = True
    budgets: Mapping[str, Decimal] = field(default_factory=dict)
    stop: Event = field(default_factory=Event)
    _sessions: dict[str, tuple[Session, Mapping[str, str]]] = field(default_factory=dict)

    def session(self, account: str) -> Session:
        """The account's session, opened and probed at first need, and anew for other credentials.

        Raises:
            ReconnectError: no token, or one that speaks for another account.
        """
        if account not in self.accounts:
            raise ReconnectError(account, code="no_channel", effect="none")
        keeping.keep(self, account)
        fields = self.tokens.get(account)
        session, opened_with = self._sessions.get(account, (None, None))
        if session is not None and opened_with == fields:
            return session
        session = self.open(account)
        keeping.told(self, account, session.probe())
        self._sessions[account] = (session, fields)
        return session

    def open(self, account: str) -> Session:
        """A session that was not probed yet."""
        room = registry.room(account.partition(":")[0])
        return room.open(self.accounts[account], self.door, self.tokens, self.clock, self.media)

    def hashes(self, work: Work) -> list[str]:
        """sha256 of each file of a part as it is sent, what belongs to a clip last: for the log.

        None where a file is gone or cannot be read: it was staged, and what was staged may go out.
        """
        files = (*work.part.media, *work.part.companions)
        try:
            return [self.media.sha256(one) for one in files] if all(map(self.media.has, files)) else []
        except (PublisherError, OSError) as error:
            words = in_words(error) if isinstance(error, PublisherError) else system_words(error)
            log.warning("%s", t("log.said_no_hash", delivery=work.delivery_id, part=work.number, words=words))
            return []

    def block(self, tx: Tx, account: str, error: ReconnectError) -> None:
        """All posts of an account wait until a person has connected it again."""
        self._sessions.pop(account, None)
        account_state.block(tx, account, error.code, error.words)

    def back(self, work: Work, old: State, reason: str, retry_at: datetime | None = None) -> State | None:
        """Let the part wait again; nothing was sent."""

        def write(tx: Tx) -> State:
            claims.change(tx, work, old, State.WAITING, reason=reason, retry_at=retry_at)
            return State.WAITING

        return self.record(write)

    def make_kit(self, work: Work, waits: str = "") -> None:
        """What a person needs to publish it by hand; made anew if it is there.

        Args:
            waits: message id of where it waits already, if it does.

        Raises:
            PublisherError: it cannot be made.
        """
        with self.store.read() as tx:
            [delivery] = reading.deliveries_where(tx, reading.with_ids([work.delivery_id]))
        self.kits.make(delivery, work.due_at, work.rendition, waits)

    def record(self, write: Callable[[Tx], State | None]) -> State | None:
        """Write what happened, for as long as it takes: the receipt is in our memory only."""
        waited = 0
        while True:
            try:
                with self.store.write("daemon") as tx:
                    return write(tx)
            except LogBusyError as error:
                waited += 1
                if waited == 1 or waited % 30 == 0:
                    log.warning("%s", t("log.said_cannot_record", words=in_words(error)))
                pause(min(0.2 * waited, 2.0))


def in_words(error: PublisherError) -> str:
    """An error on one line, for a log."""
    return error_text(error).replace("\n", " ")
