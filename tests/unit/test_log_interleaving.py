"""Three owners on one account in any order of steps: nothing is out twice, every receipt is the right one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import update

from connectors.clock import ManualClock
from publisher.model import State
from publisher.publish_log import agenda, chain, claims, records, states, takeover
from publisher.publish_log.claims import Work
from publisher.publish_log.store import new_id, open_store
from publisher.publish_log.tables import parts, receipts
from publisher.vault import NoSealer
from tests.unit.log_world import World

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
OWNERS = ("one", "two", "three")
BUDGET = 20.0
LATE = 20.0
"""How long after its deadline a call may still take effect at the platform."""
POSTS = 14
OVER = timedelta(seconds=BUDGET + LATE)


def _texts(which: int, text: str) -> tuple[str, ...]:
    """Every other post is a thread of two; roots often say the same."""
    return (text, f"lanjutan {which}") if which % 2 == 0 else (text,)


@dataclass
class Call:
    """A request that has left; it takes effect at any moment until `until`, or never."""

    part: tuple[str, int]
    text: str
    until: float
    platform_id: str | None = None


class Owners:
    """Owners do the next step of what they have in hand, or die, or stand still while time passes."""

    def __init__(self, url: str, seed: int) -> None:
        self.random = Random(seed)
        self.clock = ManualClock(NOW)
        self.log = open_store(url, workspace=new_id(), mode="sandbox", clock=self.clock)
        self.world = World(self.log)
        self.deliveries = [self.world.book(*_texts(n, "tiga"), post=f"p{n}") for n in range(POSTS)]
        self.hands: dict[str, Work] = {}
        self.deadlines: dict[str, float] = {}
        self.called: dict[str, Call | None] = {}
        self.names = {owner: new_id() for owner in OWNERS}
        self.dead: set[str] = set()
        self.flying: list[Call] = []
        self.live: list[Call] = []

    def walk(self, steps: int) -> None:
        """So many steps of any kind; what must always hold is asked after each."""
        kinds = (
            [self.step] * 14
            + [self.a_call_takes_effect] * 3
            + [self.look, self.sweep, self.time_passes] * 2
            + [self.edit, self.edit, self.die_and_start_anew]
        )
        for _ in range(steps):
            self.random.choice(kinds)()
            self.check()

    # ── A worker's next step ──

    def step(self) -> None:
        """One owner goes on with what it has in hand."""
        self._step(self.random.choice(OWNERS))

    def _step(self, owner: str) -> None:
        if owner not in self.hands:
            self._claim(owner)
        elif self.hands[owner].state is State.PREPARING:
            self._back(owner, State.PREPARING)
        elif owner not in self.deadlines:
            self._fence(owner)
        elif owner not in self.called:
            self._call(owner)
        else:
            self._record(owner)

    def _claim(self, owner: str) -> None:
        with self.log.read() as tx:
            rows = [r for r in agenda.candidates(tx, tx.now) if r.state == State.WAITING]
        if rows:
            row = self.random.choice(rows)
            to = self.random.choice([State.DELIVERING, State.DELIVERING, State.PREPARING])
            work = self.world.claim(row.delivery_id, row.number, to, owner=self.names[owner], lease=60.0)
            if work is not None:
                self.hands[owner] = work

    def _back(self, owner: str, old: State) -> None:
        with self.log.write("daemon") as tx:
            claims.change(tx, self.hands.pop(owner), old, State.WAITING)

    def _fence(self, owner: str) -> None:
        before = self.clock.boottime()
        if self.world.fence(self.hands[owner], BUDGET) is None:
            self._back(owner, State.DELIVERING)
        else:
            self.deadlines[owner] = before + BUDGET

    def _call(self, owner: str) -> None:
        """The door lets nothing out behind the deadline."""
        work = self.hands[owner]
        self.called[owner] = None
        if self.clock.boottime() < self.deadlines[owner]:
            call = Call((work.delivery_id, work.number), work.part.text, self.deadlines[owner] + LATE)
            self.called[owner] = call
            self.flying.append(call)

    def _record(self, owner: str) -> None:
        """With the answer the receipt; without one nobody knows; not sent is not sent."""
        work, call = self.hands.pop(owner), self.called.pop(owner)
        del self.deadlines[owner]
        if call is None:
            with self.log.write("daemon") as tx:
                claims.change(tx, work, State.COMMITTING, State.WAITING)
        elif call.platform_id is not None:
            self.world.record(work, call.platform_id)
        else:
            with self.log.write("daemon") as tx:
                claims.change(tx, work, State.COMMITTING, State.UNKNOWN, look_at=tx.now)

    # ── The world around ──

    def a_call_takes_effect(self) -> None:
        """Any of those on their way."""
        if self.flying:
            self._land(self.flying.pop(self.random.randrange(len(self.flying))))

    def _land(self, call: Call) -> None:
        if self.clock.boottime() <= call.until:
            self.live.append(call)
            call.platform_id = f"id-{len(self.live)}"

    def die_and_start_anew(self) -> None:
        """What the process had sent may still take effect; its successor has another name."""
        owner = self.random.choice(list(self.deadlines) or OWNERS)
        self.dead.add(self.names[owner])
        self.names[owner] = new_id()
        for memory in (self.hands, self.deadlines, self.called):
            memory.pop(owner, None)

    def time_passes(self) -> None:
        seconds = self.random.choice([1, 10, 30, 70])
        self.clock.advance(seconds)
        if not self.log.is_sqlite:  # the server's time cannot be moved, but what was measured by it can
            past = {"lease_until": parts.c.lease_until - seconds, "deadline": parts.c.deadline - seconds}
            with self.log.write("test") as tx:
                tx.conn.execute(update(parts).where(parts.c.workspace_id == tx.workspace).values(**past))

    def sweep(self) -> None:
        takeover.take_over(self.log, lambda owner: owner in self.dead, lambda platform: OVER)

    def look(self) -> None:
        """By its words, as at the platform; absent only when no call for it can take effect any more."""
        unknown = [r for r in self.world.rows(parts) if r.state == State.UNKNOWN]
        if not unknown:
            return
        delivery, number = self.random.choice(unknown)[1:3]
        with self.log.write("daemon") as tx:
            work = claims.claim_look(tx, delivery, number, owner="looker", lease=60.0, sealed=NoSealer())
            if work is None:
                return
            known = records.known_ids(tx, work.account, NOW)
        assert work.since is not None
        new = [c for c in self.live if c.text == work.part.text and c.platform_id not in known]
        assert len(new) < 2, "two candidates"
        if new:
            assert self.world.record(work, str(new[0].platform_id), State.UNKNOWN)
            return
        with self.log.write("daemon") as tx:
            if tx.now > work.since + OVER:
                assert claims.change(tx, work, State.UNKNOWN, State.WAITING, retry_at=None, look_at=None)
            else:
                assert claims.keep_looking(tx, work, look_at=tx.now)

    def edit(self) -> None:
        """A person edits the file; a thread keeps its two parts."""
        open_ = [r.delivery_id for r in self.world.rows(parts) if r.state not in ("published", "waiting")]
        which = self.deliveries.index(self.random.choice(open_ or self.deliveries))
        text = self.random.choice(["tiga", "empat", "lima"])
        self.world.edit(self.deliveries[which], *_texts(which, text), post=f"p{which}")

    # ── What always holds ──

    def check(self) -> None:
        self.nothing_is_live_twice()
        self.every_receipt_is_the_right_one()
        self.one_part_is_on_the_wire()
        self.nobody_goes_before_the_part_ahead_is_live()

    def nothing_is_live_twice(self) -> None:
        out = [call.part for call in self.live]
        assert len(out) == len(set(out))

    def every_receipt_is_the_right_one(self) -> None:
        truth = {call.platform_id: call.part for call in self.live}
        given = {row.platform_id: (row.delivery_id, row.number) for row in self.world.rows(receipts)}
        assert given.items() <= truth.items()
        live = {(r.delivery_id, r.number) for r in self.world.rows(parts) if r.state == State.PUBLISHED}
        assert set(given.values()) == live

    def one_part_is_on_the_wire(self) -> None:
        assert sum(row.state in states.ON_THE_WIRE for row in self.world.rows(parts)) <= 1

    def nobody_goes_before_the_part_ahead_is_live(self) -> None:
        rows = {(r.delivery_id, r.number): r.state for r in self.world.rows(parts)}
        for (delivery, number), state in rows.items():
            if number == 2 and state != State.WAITING:
                assert rows[delivery, 1] == State.PUBLISHED

    def every_chain_is_whole(self) -> None:
        with self.log.read() as tx:
            for delivery in self.deliveries:
                assert chain.broken(tx.conn, tx.workspace, delivery) is None


@pytest.mark.parametrize("seed", range(5))
def test_no_interleaving_publishes_twice(log_url: str, seed: int) -> None:
    """Whatever the order of claims, fences, calls, deaths, stops, sweeps, looks and edits."""
    owners = Owners(log_url, seed)
    try:
        owners.walk(250)
        owners.every_chain_is_whole()
        assert owners.live, "nothing went out: this walk shows nothing"
    finally:
        owners.log.close()
