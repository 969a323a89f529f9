"""One delivery id in, one step done; reads the log and the media store only."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from connectors.errors import ConnectorError, ReconnectError
from publisher import gate
from publisher.deliver import by_hand, committing, keeping, looking, staging
from publisher.deliver.tools import LEASE, Tools, in_words
from publisher.errors import LogBusyError
from publisher.model import State
from publisher.publish_log import account_state, agenda, claims
from publisher.publish_log.claims import Work
from publisher.publish_log.store import Tx
from publisher.texts import t

log = logging.getLogger(__name__)


class Job(StrEnum):
    """What the wake-up asks of a part."""

    PREPARE = "prepare"
    DELIVER = "deliver"
    LOOK = "look"


@dataclass
class Deliverer(Tools):
    """Delivers for one process; one thread per account at a time may use it."""

    _held_up: dict[tuple[str, int], str] = field(default_factory=dict)
    """What was said of the log: it comes twice a second while a disk is full, and is said once."""

    def run(self, delivery_id: str, number: int, job: Job) -> State | None:
        """Do one job on one part; gives the state it ends in, None if there was nothing to do."""
        try:
            state = self._run(delivery_id, number, job)
            self._held_up.pop((delivery_id, number), None)
            return state
        except LogBusyError as error:
            words = in_words(error)
            if self._held_up.get((delivery_id, number)) != words:
                log.warning("%s", t("log.said_waits", delivery=delivery_id, part=number, words=words))
            self._held_up[delivery_id, number] = words
        except staging.ClaimLostError:
            log.warning("%s", t("log.said_claim_lost", delivery=delivery_id, part=number))
            return None
        except Exception:
            log.exception("%s/%s was left in the middle", delivery_id, number)
        return self.record(lambda tx: claims.abandon(tx, delivery_id, number, self.owner.id))

    def _run(self, delivery_id: str, number: int, job: Job) -> State | None:
        if job is Job.LOOK:
            return looking.look(self, delivery_id, number)
        if job is Job.PREPARE:
            return self._prepare(delivery_id, number)
        return self._deliver(delivery_id, number)

    def _prepare(self, delivery_id: str, number: int) -> State | None:
        """Stage before the part is due, so that its slot costs one call and failures are known early."""
        with self.store.write("daemon") as tx:
            work = self._claim(tx, delivery_id, number, State.PREPARING)
        if work is None:
            return None
        with staging.keeping(self, work):
            if by_hand.why(self, work):
                return by_hand.make_ahead(self, work)
        staged = staging.stage(self, work, State.PREPARING)
        if staged is None:
            return State.WAITING
        return self.back(work, State.PREPARING, "log.staged")

    def _deliver(self, delivery_id: str, number: int) -> State | None:
        """Claim a due part, stage what is not staged yet, and commit it behind the fence."""
        with self.store.write("daemon") as tx:
            opening = gate.opening(tx, delivery_id, number, self.quiet, self.accounts, self.budgets)
            if not opening.go:
                if opening.hold and opening.reason is not None:
                    agenda.hold_root(tx, delivery_id, opening.reason, opening.values)
                elif opening.until is not None and opening.reason is not None:
                    claims.postpone(tx, delivery_id, number, opening.until, opening.reason, opening.values)
                return None
            work = self._claim(tx, delivery_id, number, State.DELIVERING)
            if work is None:
                return None
            own = self.accounts.get(work.account)
            account_state.reserve_quota(tx, work, own.app if own is not None else "")
        with staging.keeping(self, work):
            why = by_hand.why(self, work)
            if why is not None:
                return by_hand.hand_over(self, work, why)
        staged = staging.already(self, work) or staging.stage(self, work, State.DELIVERING)
        if staged is None:
            return State.WAITING
        return committing.commit(self, work, staged)

    def _claim(self, tx: Tx, delivery_id: str, number: int, state: State) -> Work | None:
        return claims.claim(
            tx, delivery_id, number, state, owner=self.owner.id, lease=LEASE, sealed=self.sealer
        )

    def reconnect(self, account: str) -> bool:
        """Open and probe a blocked account anew; True if its posts may go on."""
        self._sessions.pop(account, None)
        try:
            self._open_anew(account)
        except ConnectorError as error:
            log.info("%s", t("log.said_still_blocked", account=account, words=error.words))
            return False
        with self.store.write("daemon") as tx:
            account_state.unblock(tx, account)
        return True

    def _open_anew(self, account: str) -> None:
        try:
            self.session(account)
        except ReconnectError:
            if not keeping.keep(self, account, anyway=True):
                raise
            self.session(account)

    def wants_care(self, account: str, checked_at: datetime | None) -> bool:
        """Whether credentials are to be renewed, or were not tried for a day; also if they cannot be had."""
        if checked_at is None or checked_at + keeping.CHECK_EVERY <= self.clock.now():
            return True
        try:
            return keeping.is_time(self, account)
        except ReconnectError:
            return True

    def care(self, account: str) -> None:
        """Renew what is due and try the credentials, so that a dead one is known before a post needs it."""
        try:
            keeping.check(self, account)
        except ReconnectError as error:
            with self.store.write("daemon") as tx:
                self.block(tx, account, error)
            log.warning("%s", t("log.said_still_blocked", account=account, words=error.words))
        except ConnectorError as error:
            log.info("%s", t("log.said_not_asked", account=account, words=error.words))
