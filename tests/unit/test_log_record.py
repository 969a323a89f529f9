"""What is written behind a commit: receipts, accounts, quotas, attempts; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.clock import ManualClock
from connectors.contract import Receipt
from publisher.model import State, Use
from publisher.publish_log import account_state, agenda, claims, deciding, records, usage
from publisher.publish_log.store import Store
from publisher.publish_log.tables import accounts, attempts, quota_uses, receipts
from publisher.vault import NoSealer
from tests.unit.log_world import ACCOUNT, HOUR, OTHER_ACCOUNT, Beside, World, until_blocked


def last_published(world: World) -> object:
    return {row.account: row.last_published_at for row in world.rows(accounts)}.get(ACCOUNT)


# ── Receipts ─────────────────────────────────────────────────────────────────


def test_a_receipt_is_state_row_and_account_in_one(world: World) -> None:
    """The part, its receipt and the account's last time are written together, and the claim is dropped."""
    work = world.fenced(world.book())
    assert world.record(work, "id-1")
    row = world.part(work.delivery_id)
    assert (row.state, row.platform_id, row.published_at) == (State.PUBLISHED, "id-1", world.now)
    assert (row.claim_token, row.owner_id, row.lease_until, row.boot_id) == (None, None, None, None)
    assert [(r.platform_id, r.number) for r in world.rows(receipts)] == [("id-1", 1)]
    assert last_published(world) == world.now


def test_a_receipt_is_recorded_once(world: World) -> None:
    """Said twice by the same worker, it stands once; the second time nothing is ours any more."""
    work = world.fenced(world.book())
    assert world.record(work, "id-1")
    assert not world.record(work, "id-2")
    assert [row.platform_id for row in world.rows(receipts)] == ["id-1"]


def test_a_receipt_without_the_claim_is_not_recorded(world: World) -> None:
    """After a take-over the part is looked for: its old holder writes nothing."""
    work = world.fenced(world.book())
    world.put(work.delivery_id, state="unknown", claim_token=None)
    assert not world.record(work, "id-1")
    assert world.rows(receipts) == []


def test_a_follower_is_not_a_post_of_its_own(world: World, clock: ManualClock) -> None:
    """Spacing counts from the root: a thread's later parts do not move the account's last time."""
    thread = world.book("satu", "dua")
    world.published(thread)
    clock.advance(60)
    world.published(thread, 2, platform_id="id-2")
    assert last_published(world) == world.now


def test_what_is_found_late_does_not_set_the_account_back(world: World, clock: ManualClock) -> None:
    """A lost post that turns out to have gone out at eight changes nothing of what went out at nine."""
    first = world.fenced(world.book("satu", post="p1"))
    world.put(first.delivery_id, state="unknown")
    clock.advance(3600)
    world.published(world.book("dua", post="p2"), platform_id="id-2")
    with world.store.write("daemon") as tx:
        assert records.record_receipt(tx, first, State.UNKNOWN, Receipt("id-1", None, world.now))
    assert last_published(world) == world.now + HOUR


def test_a_receipt_by_hand_is_a_receipt(world: World) -> None:
    """A person found it: state, receipt, account, and who said so."""
    work = world.fenced(world.book())
    world.put(work.delivery_id, state="unknown", claim_token=None)
    with world.store.write("Rina") as tx:
        receipt = Receipt("id-1", "https://example.org/1", tx.now)
        done = deciding.record_by_hand(tx, work.delivery_id, 1, State.UNKNOWN, ACCOUNT, receipt)
    assert done
    assert world.state(work.delivery_id) is State.PUBLISHED
    assert [row.platform_id for row in world.rows(receipts)] == ["id-1"]
    assert last_published(world) == world.now


def test_known_ids_are_those_of_the_account_since_then(world: World, clock: ManualClock) -> None:
    """What `find` must not give to another part."""
    world.published(world.book("satu", post="p1"), platform_id="old")
    clock.advance(3600)
    world.published(world.book("dua", post="p2"), platform_id="new")
    world.published(world.book("tiga", post="p3", account=OTHER_ACCOUNT), platform_id="elsewhere")
    with world.store.read() as tx:
        assert records.known_ids(tx, ACCOUNT, world.now) == {"old", "new"}
        assert records.known_ids(tx, ACCOUNT, world.now + HOUR) == {"new"}


def test_an_attempt_is_a_row(world: World, clock: ManualClock) -> None:
    """Each try and each look, with what the platform said, from when to when."""
    work = world.fenced(world.book())
    clock.advance(2)
    with world.store.write("daemon") as tx:
        records.note_attempt(
            tx,
            work,
            "commit",
            "TemporaryError",
            world.now,
            code="503",
            words="Áé 🙂",
            http_status=503,
            fence=1,
        )
    (row,) = world.rows(attempts)
    assert (row.phase, row.outcome, row.code, row.words, row.http_status) == (
        "commit",
        "TemporaryError",
        "503",
        "Áé 🙂",
        503,
    )
    assert row.ended_at - row.started_at == timedelta(seconds=2)


# ── Accounts ─────────────────────────────────────────────────────────────────


def test_an_accounts_row_is_made_at_first_need(world: World) -> None:
    """And changed where it is there; columns not named stay."""
    with world.store.write("daemon") as tx:
        account_state.touch_account(tx, ACCOUNT, blocked_at=tx.now, blocked_code="190")
        account_state.touch_account(tx, ACCOUNT, not_before=tx.now)
    (row,) = world.rows(accounts)
    assert (row.blocked_code, row.not_before) == ("190", world.now)


def test_two_that_need_an_account_first_at_once_both_go_on(
    world: World, open_log: Callable[..., Store]
) -> None:
    """The first two claims on a new account come in the same moment: none of them fails."""
    other = open_log()

    def touch() -> None:
        with other.write("daemon") as there:
            account_state.lock_account(there, ACCOUNT)
            account_state.touch_account(there, ACCOUNT, blocked_code="theirs")

    with world.store.write("daemon") as tx:
        account_state.touch_account(tx, ACCOUNT, not_before=tx.now)
        beside = Beside(touch)
        until_blocked(world.store, beside)
    beside.result()
    (row,) = world.rows(accounts)
    assert (row.blocked_code, row.not_before) == ("theirs", world.now)


def test_a_locked_account_is_read_as_the_last_holder_left_it(
    world: World, open_log: Callable[..., Store]
) -> None:
    """Whoever waits for the account's lock sees then what went out meanwhile."""
    other = open_log()
    delivery = world.book()

    def ask() -> object:
        with other.write("daemon") as there:
            account_state.lock_account(there, ACCOUNT)
            row = agenda.candidate(there, delivery, 1)
            return row.last_published_at if row else "gone"

    with world.store.write("daemon") as tx:
        account_state.lock_account(tx, ACCOUNT)
        beside = Beside(ask)
        until_blocked(world.store, beside)
        account_state.touch_account(tx, ACCOUNT, last_published_at=tx.now)
    assert beside.result() == world.now


# ── Quotas ───────────────────────────────────────────────────────────────────


def reserve(world: World, delivery: str, number: int = 1) -> claims.Work:
    with world.store.write("daemon") as tx:
        work = claims.claim(tx, delivery, number, State.DELIVERING, owner="o", lease=180.0, sealed=NoSealer())
        assert work is not None
        account_state.reserve_quota(tx, work)
    return work


def test_a_reservation_is_kept_moved_and_given_back(world: World, clock: ManualClock) -> None:
    """One per part: claimed again it counts from then, given back it counts no more."""
    delivery = world.book()
    work = reserve(world, delivery)
    with world.store.read() as tx:
        assert usage.quota_used(tx, ACCOUNT, world.now - HOUR) == [Use(world.now, account=ACCOUNT)]
    world.put(delivery, state="waiting", claim_token=None)
    clock.advance(60)
    work = reserve(world, delivery)
    with world.store.read() as tx:
        assert usage.quota_used(tx, ACCOUNT, world.now - HOUR) == [
            Use(world.now + timedelta(minutes=1), account=ACCOUNT)
        ]
    with world.store.write("daemon") as tx:
        account_state.give_back_quota(tx, work)
    assert world.rows(quota_uses) == []


def test_who_lost_the_claim_gives_nothing_back(world: World) -> None:
    """The reservation belongs to whoever took the part over."""
    work = reserve(world, world.book())
    with world.store.write("daemon") as tx:
        account_state.give_back_quota(tx, replace(work, token="0" * 26))
    assert len(world.rows(quota_uses)) == 1


def test_a_reservation_falls_with_its_transaction(world: World) -> None:
    """A claim that is undone counts nothing."""
    delivery = world.book()

    def break_off() -> None:
        with world.store.write("daemon") as tx:
            work = claims.claim(tx, delivery, 1, State.DELIVERING, owner="o", lease=180.0, sealed=NoSealer())
            assert work is not None
            account_state.reserve_quota(tx, work)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert world.rows(quota_uses) == []
    assert world.state(delivery) is State.WAITING


def test_quotas_count_parts_the_offices_bound_counts_posts(world: World) -> None:
    """A thread of two is two calls to the platform and one post of the office."""
    thread = world.book("satu", "dua")
    reserve(world, thread)
    world.put(thread, state="published", platform_id="id-1", claim_token=None)
    reserve(world, thread, 2)
    with world.store.read() as tx:
        assert len(usage.quota_used(tx, ACCOUNT, world.now - HOUR)) == 2
        assert usage.roots_used(tx, ACCOUNT, world.now - HOUR) == 1
        assert usage.quota_used(tx, OTHER_ACCOUNT, world.now - HOUR) == []
        assert usage.quota_used(tx, ACCOUNT, world.now) == []


# ── What breaks off ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("state", "becomes"),
    [
        (State.PREPARING, State.WAITING),
        (State.DELIVERING, State.WAITING),
        (State.COMMITTING, State.UNKNOWN),
        (State.PROCESSING, State.PROCESSING),
        (State.UNKNOWN, State.UNKNOWN),
    ],
)
def test_work_that_breaks_off_is_given_up_by_its_own_process(
    world: World, state: State, becomes: State
) -> None:
    """Before the fence it waits again, behind it it is looked for; another owner's claim is left alone."""
    delivery = world.book()
    world.fenced(delivery, owner="owner-1")
    world.put(delivery, state=str(state))
    with world.store.write("daemon") as tx:
        assert claims.abandon(tx, delivery, 1, "owner-2") is None
    assert world.part(delivery).claim_token is not None
    with world.store.write("daemon") as tx:
        assert claims.abandon(tx, delivery, 1, "owner-1") is becomes
    row = world.part(delivery)
    assert (row.state, row.claim_token) == (becomes, None)
    again = row.look_at if becomes in (State.UNKNOWN, State.PROCESSING) else row.retry_at
    assert again == world.now + claims.ABANDONED
    with world.store.write("daemon") as tx:
        assert claims.abandon(tx, delivery, 1, "owner-1") is None
