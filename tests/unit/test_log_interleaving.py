"""Three owners on one account in any order of steps: never two receipts for a part, never two on the wire."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from connectors.clock import ManualClock
from publisher.model import State
from publisher.publish_log import agenda, chain, claims, states, takeover
from publisher.publish_log.claims import Work
from publisher.publish_log.store import new_id, open_store
from publisher.publish_log.tables import events, parts, receipts
from publisher.vault import NoSealer
from tests.unit.log_world import World

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
OWNERS = ("one", "two", "three")
SETTLE = timedelta(seconds=40)
BUDGET = 20.0


class Owners(RuleBasedStateMachine):
    """Each owner does one step at a time, dies, or is stopped for a while and goes on with what it had.

    The platform is a list: a commit adds a post to it, whatever the log says by then. `find` looks there.
    """

    url: Callable[[], str]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="steps"))
        self.clock = ManualClock(NOW)
        url = type(self).url(self.folder)  # type: ignore[call-arg]
        self.log = open_store(url, workspace=new_id(), mode="sandbox", clock=self.clock)
        self.world = World(self.log)
        self.deliveries = [
            self.world.book("satu", "dua", post="p1"),
            self.world.book("tiga", post="p2"),
            self.world.book("tiga", post="p3"),
        ]
        self.hands: dict[str, Work] = {}
        self.fenced: dict[str, float] = {}
        self.sent: dict[str, str] = {}
        self.dead: set[str] = set()
        self.live: list[tuple[str, int]] = []

    def teardown(self) -> None:
        self.log.close()
        shutil.rmtree(self.folder)

    # ── Steps ──

    @rule(
        owner=st.sampled_from(OWNERS), which=st.integers(0, 2), number=st.integers(1, 2), early=st.booleans()
    )
    def claim(self, owner: str, which: int, number: int, early: bool) -> None:
        if owner in self.hands or owner in self.dead or (number == 2 and which):
            return
        to = State.PREPARING if early else State.DELIVERING
        work = self.world.claim(self.deliveries[which], number, to, owner=owner, lease=60.0)
        if work is not None:
            self.hands[owner] = work

    @rule(owner=st.sampled_from(OWNERS))
    def staged(self, owner: str) -> None:
        work = self.hands.get(owner)
        if work is not None and work.state is State.PREPARING:
            with self.log.write("daemon") as tx:
                claims.change(tx, work, State.PREPARING, State.WAITING)
            del self.hands[owner]

    @rule(owner=st.sampled_from(OWNERS))
    def fence(self, owner: str) -> None:
        work = self.hands.get(owner)
        if work is None or work.state is not State.DELIVERING or owner in self.fenced:
            return
        before = self.clock.boottime()
        if self.world.fence(work, BUDGET) is None:
            with self.log.write("daemon") as tx:
                claims.change(tx, work, State.DELIVERING, State.WAITING)
            del self.hands[owner]
        else:
            self.fenced[owner] = before + BUDGET

    @rule(owner=st.sampled_from(OWNERS), answered=st.booleans())
    def commit(self, owner: str, answered: bool) -> None:
        """The one call; the door lets nothing out behind the deadline. The answer may be lost."""
        if owner not in self.fenced or owner in self.sent:
            return
        work = self.hands[owner]
        if self.clock.boottime() < self.fenced[owner]:
            self.live.append((work.delivery_id, work.number))
            self.sent[owner] = f"id-{len(self.live)}" if answered else ""
        else:
            self.sent[owner] = ""

    @rule(owner=st.sampled_from(OWNERS))
    def record(self, owner: str) -> None:
        if owner not in self.sent:
            return
        work, platform_id = self.hands.pop(owner), self.sent.pop(owner)
        del self.fenced[owner]
        if platform_id:
            self.world.record(work, platform_id)
        else:
            with self.log.write("daemon") as tx:
                claims.change(tx, work, State.COMMITTING, State.UNKNOWN, look_at=tx.now)

    @rule(owner=st.sampled_from(OWNERS))
    def die(self, owner: str) -> None:
        if len(self.dead) < 2:
            self.dead.add(owner)
            for memory in (self.hands, self.fenced, self.sent):
                memory.pop(owner, None)

    @rule(seconds=st.sampled_from([1, 15, 30, 70]))
    def time_passes(self, seconds: int) -> None:
        self.clock.advance(seconds)

    @rule()
    def sweep(self) -> None:
        takeover.take_over(self.log, lambda owner: owner in self.dead, lambda platform: SETTLE)

    @precondition(lambda self: self._unknown())
    @rule(data=st.data())
    def look(self, data: Any) -> None:
        """Found if it is there and no other part's; absent only when no call for it can be under way."""
        delivery, number = data.draw(st.sampled_from(self._unknown()))
        with self.log.write("daemon") as tx:
            work = claims.claim_look(tx, delivery, number, owner="looker", lease=60.0, sealed=NoSealer())
        if work is None:
            return
        known = {row.platform_id for row in self.world.rows(receipts)}
        ids = [f"id-{n}" for n, (d, i) in enumerate(self.live, 1) if (d, i) == (delivery, number)]
        new = [each for each in ids if each not in known]
        if new:
            assert self.world.record(work, new[0], State.UNKNOWN)
        else:
            with self.log.write("daemon") as tx:
                assert claims.change(tx, work, State.UNKNOWN, State.WAITING, retry_at=None, look_at=None)

    @rule(which=st.integers(0, 2), text=st.sampled_from(["empat", "lima"]))
    def edit(self, which: int, text: str) -> None:
        """A person edits the file; a thread keeps its two parts."""
        texts = (text, "dua") if which == 0 else (text,)
        self.world.edit(self.deliveries[which], *texts, post=f"p{which + 1}")

    @rule(which=st.integers(0, 2))
    def cancel_and_revive(self, which: int) -> None:
        with self.log.write("Rina") as tx:
            if agenda.move_root(tx, self.deliveries[which], State.WAITING, State.CANCELLED, None):
                assert agenda.move_root(tx, self.deliveries[which], State.CANCELLED, State.WAITING, None)

    def _unknown(self) -> list[tuple[str, int]]:
        return [(r.delivery_id, r.number) for r in self.world.rows(parts) if r.state == State.UNKNOWN]

    # ── What always holds ──

    @invariant()
    def nothing_is_live_twice(self) -> None:
        assert len(self.live) == len(set(self.live))

    @invariant()
    def a_part_has_at_most_one_receipt_and_published_has_one(self) -> None:
        given = [(row.delivery_id, row.number) for row in self.world.rows(receipts)]
        assert len(given) == len(set(given))
        rows = self.world.rows(parts)
        assert set(given) == {(r.delivery_id, r.number) for r in rows if r.state == State.PUBLISHED}
        assert set(given) <= set(self.live)

    @invariant()
    def one_part_is_on_the_wire(self) -> None:
        assert sum(row.state in states.ON_THE_WIRE for row in self.world.rows(parts)) <= 1

    @invariant()
    def nobody_waits_behind_a_part_that_is_not_live(self) -> None:
        rows = {(r.delivery_id, r.number): r.state for r in self.world.rows(parts)}
        if rows[self.deliveries[0], 2] != State.WAITING:
            assert rows[self.deliveries[0], 1] == State.PUBLISHED

    @invariant()
    def every_step_is_in_an_unbroken_chain(self) -> None:
        with self.log.read() as tx:
            for delivery in self.deliveries:
                assert chain.broken(tx.conn, tx.workspace, delivery) is None

    @invariant()
    def every_live_part_was_fenced(self) -> None:
        told = [r for r in self.world.rows(events) if r.new == State.COMMITTING]
        assert len(told) >= len(self.live)


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_no_interleaving_publishes_twice(
    database: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Whatever the order of claims, fences, commits, deaths, stops, sweeps, looks and edits."""

    class Here(Owners):
        @staticmethod
        def url(folder: Path) -> str:  # type: ignore[override]
            if database == "sqlite":
                shutil.copy(request.getfixturevalue("migrated"), folder / "log.db")
                return f"sqlite:///{folder / 'log.db'}"
            return str(request.getfixturevalue("postgres").url("shared"))

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=15, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
