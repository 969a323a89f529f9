"""May a part be worked on now? Asked in the transaction that claims it; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from connectors import registry
from connectors.clock import ManualClock
from connectors.contract import Account, Part, PartKind, Receipt
from publisher import budget, gate
from publisher.model import DueWhy, Quiet, State
from publisher.publish_log import account_state, claims, deciding, records, usage
from publisher.publish_log.store import Store
from publisher.publish_log.tables import deliveries, quota_uses
from publisher.quota import day_end
from publisher.schedule import QuietTimes
from publisher.vault import NoSealer
from tests.unit.log_world import ACCOUNT, HOUR, Beside, World, until_blocked

OPEN_ALL_DAY = QuietTimes(Quiet(), "UTC")
SECOND = timedelta(seconds=1)


def ask(
    world: World, delivery: str, number: int = 1, quiet: QuietTimes = OPEN_ALL_DAY, **channel: Any
) -> gate.Opening:
    """Asks as the daemon does; `channel`: what its channel says besides (`app`, `settings`)."""
    with world.store.write("daemon") as tx:
        key = tx.conn.scalar(select(deliveries.c.account).where(deliveries.c.delivery_id == delivery))
        accounts = {key: Account(key, key.partition(":")[2], **channel)} if key else {}
        return gate.opening(tx, delivery, number, quiet, accounts)


def test_what_is_due_and_free_may_go(world: World) -> None:
    """Nothing in the way."""
    assert ask(world, world.book()) == gate.Opening(go=True)


def test_what_is_not_due_may_not(world: World, clock: ManualClock) -> None:
    """At its time, not a second before."""
    delivery = world.book(at=world.now + SECOND)
    assert not ask(world, delivery).go
    clock.advance(1)
    assert ask(world, delivery).go


@pytest.mark.parametrize("state", [s for s in State if s is not State.WAITING])
def test_only_what_waits_is_let_in(world: World, state: State) -> None:
    """Anything else is somebody's already, or over."""
    delivery = world.book()
    world.put(delivery, state=str(state), fence=1, platform_id="id-1")
    assert ask(world, delivery) == gate.Opening(go=False)


def test_nobody_knows_it(world: World) -> None:
    """A delivery that is not in the log is not let in."""
    assert ask(world, "01NEVERBOOKED") == gate.Opening(go=False)


def test_gates_stop_a_root(world: World) -> None:
    """Broken file, missing approval, hold, hold on the account: each by itself."""
    for post, spoil in (
        ("p1", {"broken": "content.bad"}),
        ("p2", {"approval": "required"}),
        ("p3", {"held_at": world.now}),
    ):
        delivery = world.book(post=post, account=f"twitter:{post}")
        world.put_delivery(delivery, **spoil)
        assert not ask(world, delivery).go
    held = world.book(post="p4")
    with world.store.write("Rina") as tx:
        deciding.hold_scope(tx, ACCOUNT, None, None)
    assert not ask(world, held).go


def test_a_blocked_account_waits_for_a_person(world: World) -> None:
    """Without a moment: something must change first."""
    delivery = world.book("satu", "dua")
    with world.store.write("daemon") as tx:
        account_state.touch_account(tx, ACCOUNT, blocked_at=tx.now)
    assert ask(world, delivery) == gate.Opening(go=False, reason="log.account_blocked")


def test_a_rate_limit_is_waited_for(world: World, clock: ManualClock) -> None:
    """Until the moment the platform named."""
    delivery = world.book()
    with world.store.write("daemon") as tx:
        account_state.touch_account(tx, ACCOUNT, not_before=tx.now + SECOND)
    assert ask(world, delivery) == gate.Opening(go=False, until=world.now + SECOND, reason="log.rate_limited")
    clock.advance(1)
    assert ask(world, delivery).go


def test_the_offices_own_bound_is_per_day_and_post(world: World, clock: ManualClock) -> None:
    """Two a day: the third waits for midnight; parts behind a root do not count."""
    for number in range(2):
        work = world.claimed(world.book(post=f"p{number}", account=f"twitter:{number}"))
        with world.store.write("daemon") as tx:
            for part in (1, 2):
                tx.conn.execute(
                    insert(quota_uses).values(
                        workspace_id=tx.workspace,
                        account=ACCOUNT,
                        delivery_id=work.delivery_id,
                        number=part,
                        at=tx.now,
                    )
                )
    third = world.book(post="p9", terms={"quota": 2})
    said = ask(world, third)
    assert (said.go, said.reason) == (False, "log.daily_quota")
    assert said.until is not None
    assert (said.until.hour, said.until.day) == (0, world.now.day + 1)
    assert ask(world, world.book(post="p8", terms={"quota": 3})).go


def test_the_platforms_quota_is_in_rolling_windows(world: World, clock: ManualClock) -> None:
    """Full: the next one waits until the oldest use has left the window."""
    each = registry.room("twitter").limits.quotas[0]
    with world.store.write("test") as tx:
        tx.conn.execute(
            insert(quota_uses),
            [
                {
                    "workspace_id": tx.workspace,
                    "account": ACCOUNT,
                    "delivery_id": f"d{number}",
                    "number": 1,
                    "at": tx.now,
                }
                for number in range(each.count)
            ],
        )
    delivery = world.book()
    assert ask(world, delivery) == gate.Opening(go=False, until=world.now + each.window, reason="log.quota")
    clock.advance(each.window.total_seconds())
    assert ask(world, delivery).go


def test_a_follower_asks_for_quota_but_not_for_time(world: World) -> None:
    """A thread that has begun goes on at night and past its bounds."""
    thread = world.book("satu", "dua", at=world.now - HOUR)
    world.published(thread)
    world.put_delivery(thread, publish_before=world.now - SECOND)
    night = QuietTimes(Quiet(hours=((0, 1439),)), "UTC")
    assert ask(world, thread, 2, night).go


def test_quiet_hours_hold_back_the_queue(world: World) -> None:
    """What was only queued waits for the morning; what has a time of its own goes."""
    night = QuietTimes(Quiet(hours=((0, 120),)), "UTC")
    queued = world.book(post="p1", why=DueWhy.QUEUE)
    fixed = world.book(post="p2", account="facebook:1001")
    said = ask(world, queued, 1, night)
    assert not said.go
    assert said.until == world.now + HOUR
    assert ask(world, fixed, 1, night).go


def test_spacing_counts_what_went_out_while_the_gate_waited(
    world: World, open_log: Callable[..., Store]
) -> None:
    """Two posts due at once on one account: the second sees the first one's time, also in the same moment."""
    first = world.book("satu", post="p1", terms={"spacing": HOUR})
    second = world.book("dua", post="p2", terms={"spacing": HOUR}, why=DueWhy.QUEUE)
    other = World(open_log())
    work = world.fenced(first)
    with world.store.write("daemon") as tx:
        account_state.lock_account(tx, ACCOUNT)
        beside = Beside(lambda: ask(other, second))
        until_blocked(world.store, beside)
        assert records.record_receipt(tx, work, State.COMMITTING, Receipt("id-1", None, tx.now))
    assert not beside.result().go


def test_two_that_ask_for_the_last_of_a_quota_get_one(world: World, open_log: Callable[..., Store]) -> None:
    """The reservation is made in the claim's transaction, behind the account's lock."""
    bound = {"quota": 1}
    first = world.book("satu", post="p1", terms=bound)
    second = world.book("dua", post="p2", terms=bound)
    other = World(open_log())

    def ask_and_claim() -> bool:
        with other.store.write("daemon") as there:
            return gate.opening(there, second, 1, OPEN_ALL_DAY).go

    with world.store.write("daemon") as tx:
        assert gate.opening(tx, first, 1, OPEN_ALL_DAY).go
        work = claims.claim(tx, first, 1, State.DELIVERING, owner="o", lease=60.0, sealed=NoSealer())
        assert work is not None
        beside = Beside(ask_and_claim)
        until_blocked(world.store, beside)
        account_state.reserve_quota(tx, work)
    assert beside.result() is False


def test_what_a_part_has_reserved_itself_does_not_stand_in_its_way(world: World, clock: ManualClock) -> None:
    """Its work broke off: the place that it kept in quota and budget is still its own."""
    delivery = world.book("satu", "dua", terms={"quota": 1})
    work = world.claimed(delivery)
    with world.store.write("daemon") as tx:
        account_state.reserve_quota(tx, work)
        claims.abandon(tx, delivery, 1, "owner-1")
    clock.advance(60)
    whole = budget.cost_of(work.rendition)
    with world.store.write("daemon") as tx:
        said = gate.opening(tx, delivery, 1, OPEN_ALL_DAY, budgets={ACCOUNT: whole})
        assert said == gate.Opening(go=True)
        for number in range(registry.room("twitter").limits.quotas[0].count - 1):
            row = {"account": ACCOUNT, "delivery_id": f"d{number}", "number": 2}
            tx.conn.execute(insert(quota_uses).values(workspace_id=tx.workspace, at=tx.now, **row))
        assert gate.opening(tx, delivery, 1, OPEN_ALL_DAY) == gate.Opening(go=True)


def use(world: World, account: str, name: str, units: str | None) -> None:
    """One part that was published a moment ago."""
    with world.store.write("test") as tx:
        app = f"{account.partition(':')[0]}:"
        row = {"account": account, "app": app, "delivery_id": name, "number": 1, "units": units}
        tx.conn.execute(insert(quota_uses).values(workspace_id=tx.workspace, at=tx.now, **row))


def test_all_accounts_of_an_app_share_its_quota(world: World) -> None:
    """YouTube counts per project: what another channel used is gone for this one, until Pacific midnight."""
    quota = {each.name: each for each in registry.room("youtube").limits.quotas}["uploads"]
    assert quota.per == "app"
    mine, other = "youtube:UC1", "youtube:UC2"
    delivery = world.book(post="p1", account=mine)
    for number in range(quota.count - 1):
        use(world, other, f"d{number}", '{"uploads": 1, "units": 0}')
    use(world, "twitter:9", "elsewhere", None)
    assert ask(world, delivery).go
    use(world, mine, "last", '{"uploads": 1, "units": 0}')
    said = ask(world, delivery)
    assert (said.go, said.reason) == (False, "log.quota")
    assert said.until == day_end(world.now, "America/Los_Angeles")


def test_channels_of_another_app_have_its_quota(world: World) -> None:
    """`app`: what was used through one app of YouTube is not gone for another."""
    quota = {each.name: each for each in registry.room("youtube").limits.quotas}["uploads"]
    for number in range(quota.count):
        use(world, "youtube:UC2", f"d{number}", '{"uploads": 1, "units": 0}')
    delivery = world.book(post="p1", account="youtube:UC1")
    assert ask(world, delivery).reason == "log.quota"
    assert ask(world, delivery, app="second").go


def test_an_unaudited_app_of_tiktok_serves_five_accounts(world: World, clock: ManualClock) -> None:
    """The sixth waits until the first one's last post is a day old; the five go on; audited: no bound."""
    for number in range(5):
        use(world, f"tiktok:{number}", f"d{number}", None)
        use(world, "tiktok:0", f"again{number}", None)
        clock.advance(60)
    sixth, first = (world.book(post=f"p{one}", account=f"tiktok:{one}") for one in (6, 1))
    said = ask(world, sixth)
    assert (said.go, said.reason) == (False, "log.quota")
    assert said.until == world.store.clock.now() - 4 * timedelta(minutes=1) + 24 * HOUR
    assert ask(world, first).go
    assert ask(world, sixth, settings={"audited": True}).go
    assert ask(world, sixth, app="second").go


def test_ten_thousand_posts_of_an_app_of_x_are_counted_over_its_accounts(world: World) -> None:
    """The quota is the app's, over all accounts, and far from its end nobody waits for another."""
    quota = {each.per: each for each in registry.room("twitter").limits.quotas}["app"]
    delivery = world.book(post="p1")
    with world.store.write("test") as tx:
        row = {"workspace_id": tx.workspace, "at": tx.now, "app": "twitter:", "number": 1}
        uses = [{**row, "account": f"twitter:{n % 99}", "delivery_id": f"d{n}"} for n in range(quota.count)]
        tx.conn.execute(insert(quota_uses), uses[:-1])
    assert ask(world, delivery).go
    with world.store.write("test") as tx:
        tx.conn.execute(insert(quota_uses), uses[-1:])
    said = ask(world, delivery)
    assert (said.reason, said.until) == ("log.quota", world.now + 24 * HOUR)


def test_two_accounts_that_ask_for_the_last_of_an_apps_quota_get_one(
    world: World, open_log: Callable[..., Store]
) -> None:
    """Two workers, two accounts, one app: the second waits for the first one's reservation, and sees it."""
    quota = {each.name: each for each in registry.room("youtube").limits.quotas}["uploads"]
    for number in range(quota.count - 1):
        use(world, "youtube:UC3", f"d{number}", '{"uploads": 1, "units": 0}')
    first = world.book("satu", post="p1", account="youtube:UC1")
    second = world.book("dua", post="p2", account="youtube:UC2")
    other = World(open_log())

    with world.store.write("daemon") as tx:
        assert gate.opening(tx, first, 1, OPEN_ALL_DAY).go
        work = claims.claim(tx, first, 1, State.DELIVERING, owner="o", lease=60.0, sealed=NoSealer())
        assert work is not None
        beside = Beside(lambda: ask(other, second))
        until_blocked(world.store, beside)
        account_state.reserve_quota(tx, work)
    assert beside.result().reason == "log.quota"


def test_a_quota_of_units_needs_as_many_as_the_part_takes(world: World) -> None:
    """One unit left is not enough for an upload that takes several."""
    quota = {each.name: each for each in registry.room("youtube").limits.quotas}["units"]
    delivery = world.book(post="p1", account="youtube:UC1")
    use(world, "youtube:UC2", "d", f'{{"units": {quota.count - 1}}}')
    assert ask(world, delivery).reason == "log.quota"


def test_what_a_part_takes_is_reserved_with_it(world: World) -> None:
    """The claim's own transaction notes the units, and a part of nothing special counts as one of each."""
    for account in ("youtube:UC1", "twitter:9"):
        work = world.claimed(world.book(post=account, account=account))
        with world.store.write("daemon") as tx:
            account_state.reserve_quota(tx, work)
    with world.store.read() as tx:
        [video] = usage.quota_used(tx, "youtube:UC1", world.now - HOUR)
        [post] = usage.quota_used_by_app(tx, "twitter", "", world.now - HOUR)
    assert dict(video.units) == dict(registry.room("youtube").cost(work.part))
    assert dict(post.units) == {}


@pytest.mark.parametrize(("placement", "used"), [("reel", 1), ("feed", 0), ("story", 0)])
def test_facebook_counts_reels_only(placement: str, used: int) -> None:
    """Thirty reels a day by API; a text is not bound by it."""
    [quota] = registry.room("facebook").limits.quotas
    part = Part(PartKind.ROOT, "x", options={} if placement == "feed" else {"placement": placement})
    assert (quota.name, quota.count) == ("reels", 30)
    assert registry.room("facebook").cost(part) == {"reels": used}
