"""Of a post that is published everywhere nothing is loaded any more, and nothing of it is booked again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.clock import ManualClock
from publisher import config
from publisher.model import ActionKind, State
from publisher.plan import Snapshot
from publisher.publish_log import looking
from publisher.publish_log.store import Store
from publisher.publish_log.tables import deliveries
from publisher.sync import Synced, Syncer
from publisher.sync.known import snapshot, with_whole
from tests.unit.log_world import ACCOUNT, OTHER_ACCOUNT, World

BOTH = (
    "x: {platform: twitter, account: '2001', token: env:X}",
    "fb: {platform: facebook, account: '1001', token: env:FB}",
)


def known(world: World) -> Snapshot:
    with world.store.read() as tx:
        return snapshot(tx)


# ── What is loaded ───────────────────────────────────────────────────────────


def test_what_is_published_everywhere_is_settled(world: World) -> None:
    """Its deliveries stay in the log; asking the snapshot for one is a mistake, not a 'not booked'."""
    world.published(world.book("satu"))
    world.published(world.book("satu", account=OTHER_ACCOUNT), platform_id="id-2")
    found = known(world)
    assert found.posts["p1"].settled
    assert found.deliveries == {}
    with pytest.raises(LookupError, match="not loaded"):
        found.delivery("p1", ACCOUNT, "feed")
    with pytest.raises(LookupError, match="not loaded"):
        found.of_post("p1")


@pytest.mark.parametrize("state", [state for state in State if state is not State.PUBLISHED])
def test_a_post_with_one_root_that_is_not_published_is_loaded_whole(world: World, state: State) -> None:
    """Also what is published of it: that must be told from what was never booked."""
    world.published(world.book("satu"))
    world.put(world.book("satu", account=OTHER_ACCOUNT), state=str(state), fence=1)
    found = known(world)
    assert not found.posts["p1"].settled
    assert {d.state for d in found.of_post("p1")} == {State.PUBLISHED, state}


def test_a_post_that_lacks_a_delivery_is_loaded_whole(world: World) -> None:
    """Published on one channel, never booked on the other: the one is there, the other is not."""
    world.published(world.book("satu"))
    found = known(world)
    assert not found.posts["p1"].settled
    here = found.delivery("p1", ACCOUNT, "feed")
    assert here is not None
    assert here.state is State.PUBLISHED
    assert found.delivery("p1", OTHER_ACCOUNT, "feed") is None


def test_an_open_follower_does_not_keep_a_post_open(world: World) -> None:
    """An edit of the file never changes what stands behind a live root."""
    world.published(world.book("satu", "dua"))
    world.published(world.book("satu", account=OTHER_ACCOUNT), platform_id="id-2")
    assert known(world).posts["p1"].settled


def test_the_post_that_is_asked_for_is_loaded_though_settled(world: World) -> None:
    """A preview shows where it was published; the other posts stay as they are."""
    for post in ("p1", "p2"):
        for account in (ACCOUNT, OTHER_ACCOUNT):
            world.published(world.book("satu", post=post, account=account), platform_id=f"{post} {account}")
    with world.store.read() as tx:
        found = with_whole(tx, snapshot(tx), ["p1"])
    assert {d.account for d in found.of_post("p1")} == {ACCOUNT, OTHER_ACCOUNT}
    assert found.posts["p2"].settled


def test_many_unsettled_posts_are_asked_for_in_turns(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database takes only so many parameters in one statement."""
    monkeypatch.setattr(looking, "AT_ONCE", 2)
    booked = {world.book(f"kata {number}", post=f"p{number}") for number in range(5)}
    assert {d.delivery_id for d in known(world).deliveries.values()} == booked


# ── What is planned ──────────────────────────────────────────────────────────


class Office:
    """One post, on two channels, and the log that knows it."""

    def __init__(self, root: Path, store: Store, clock: ManualClock) -> None:
        self.root, self.store, self.clock, self.world = root, store, clock, World(store)
        self.write("Satu\n")
        self.channels()
        self.look()

    def channels(self, *more: str) -> None:
        lines = "".join(f"  {line}\n" for line in (*BOTH, *more))
        text = f"timezone: UTC\nlanguage: en\nsandbox: true\nchannels:\n{lines}"
        (self.root / "schedule.yaml").write_text(text, encoding="utf-8")

    def write(self, text: str) -> None:
        (self.root / "content").mkdir(exist_ok=True)
        (self.root / "content" / "a.md").write_text(text, encoding="utf-8")

    def look(self, only: str | None = None) -> Synced:
        self.clock.advance(60)
        return Syncer(config.load(self.root), self.store).sync(self.clock.now(), write=True, only=only)

    def publish(self, *channels: str) -> None:
        for row in self.world.rows(deliveries):
            if row.channel in channels:
                self.world.put(row.delivery_id, state="published", platform_id=row.delivery_id)


@pytest.fixture
def office(tmp_path: Path, store: Store, clock: ManualClock) -> Office:
    return Office(tmp_path, store, clock)


def edited(office: Office) -> None:
    office.write("Satu, lain\n")


def renamed(office: Office) -> None:
    (office.root / "content" / "a.md").rename(office.root / "content" / "b.md")


def broken(office: Office) -> None:
    office.write("---\nno_such_key: 1\n---\nSatu\n")


def with_another_channel(office: Office) -> None:
    office.channels("x2: {platform: twitter, account: '2002', token: env:X2}")


def vanished(office: Office) -> None:
    (office.root / "content" / "a.md").unlink()
    office.look()
    office.clock.advance(3600)


@pytest.mark.parametrize("change", [edited, renamed, broken, with_another_channel, vanished])
def test_nothing_comes_of_a_settled_post_whatever_happens_to_its_file(
    office: Office, change: Callable[[Office], None]
) -> None:
    """Published everywhere is final."""
    office.publish("x", "fb")
    change(office)
    synced = office.look()
    assert (synced.plan.actions, synced.touched) == ((), ())
    assert len(office.world.rows(deliveries)) == 2


def test_the_published_half_of_an_open_post_is_kept(office: Office) -> None:
    """It is shown as it stands, never planned anew."""
    office.publish("x")
    edited(office)
    synced = office.look()
    kinds = {action.channel.label: (action.kind, action.state) for action in synced.plan.actions}
    assert kinds == {
        "x": (ActionKind.KEEP, State.PUBLISHED),
        "fb": (ActionKind.CHANGE, State.WAITING),
    }
    assert len(office.world.rows(deliveries)) == 2


def test_a_settled_post_that_is_asked_for_is_kept(office: Office) -> None:
    """What a preview plans for it is: it is there."""
    office.publish("x", "fb")
    edited(office)
    synced = office.look(only="a.md")
    assert {action.kind for action in synced.plan.actions} == {ActionKind.KEEP}
    assert {action.state for action in synced.plan.actions} == {State.PUBLISHED}
    assert len(office.world.rows(deliveries)) == 2
