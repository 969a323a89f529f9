"""A channel that cannot carry a post does not keep it open for ever: it is over when it is out elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from connectors import registry
from connectors.clock import ManualClock
from connectors.contract import Feature
from publisher import config
from publisher.identify import KnownPost
from publisher.model import ActionKind
from publisher.publish_log.store import Store
from publisher.publish_log.tables import deliveries, posts
from publisher.sync import Synced, Syncer
from publisher.sync.known import snapshot
from tests.unit.log_world import World

DAY = 86_400
SETTINGS = """timezone: UTC
language: en
sandbox: true
channels:
  x: {platform: twitter, account: '2001', token: env:X}
  fb: {platform: facebook, account: '1001', token: env:FB}
"""


class Office:
    """A post with a picture; Facebook takes no pictures here, as others take no text alone."""

    def __init__(self, root: Path, store: Store, clock: ManualClock) -> None:
        self.root, self.store, self.clock, self.world = root, store, clock, World(store)
        (root / "content" / "a").mkdir(parents=True)
        (root / "schedule.yaml").write_text(SETTINGS, encoding="utf-8")
        Image.new("RGB", (600, 600), "red").save(root / "content" / "a" / "1.jpg")
        self.write("Satu\n")
        self.rendered: list[str] = []
        self.look()

    def write(self, text: str) -> None:
        head = "---\nmedia: [{file: 1.jpg, alt: merah}]\n---\n" if self.picture.exists() else ""
        (self.root / "content" / "a" / "teks.md").write_text(head + text, encoding="utf-8")

    @property
    def picture(self) -> Path:
        return self.root / "content" / "a" / "1.jpg"

    def look(self) -> Synced:
        self.clock.advance(60)
        synced = Syncer(config.load(self.root), self.store).sync(self.clock.now(), write=True)
        self.rendered = [wanted.rendered.channel.label for wanted in synced.wanted]
        return synced

    def publish(self) -> None:
        for row in self.world.rows(deliveries):
            self.world.put(row.delivery_id, state="published", platform_id=row.delivery_id)

    def known(self) -> KnownPost:
        with self.store.read() as tx:
            (found,) = snapshot(tx).posts.values()
        return found


@pytest.fixture
def office(tmp_path: Path, store: Store, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> Office:
    room = registry.room("facebook")
    monkeypatch.setattr(type(room), "features", room.features - {Feature.IMAGE})
    return Office(tmp_path, store, clock)


def test_what_was_skipped_is_noted(office: Office) -> None:
    """At first sight, so that it is known when the post is over."""
    assert office.known().skipped == ("facebook:1001",)
    assert [row.channel for row in office.world.rows(deliveries)] == ["x"]
    assert not office.known().settled


def test_a_post_to_come_is_looked_at_on_every_channel(office: Office) -> None:
    """The picture is taken out before it is published elsewhere: then the channel can carry it."""
    assert sorted(office.look().plan.actions, key=lambda a: a.channel.label)[0].kind is ActionKind.SKIP
    office.picture.unlink()
    office.write("Satu\n")
    office.look()
    assert {row.channel for row in office.world.rows(deliveries)} == {"x", "fb"}
    assert office.known().skipped == ()


def test_out_everywhere_else_it_is_settled(office: Office) -> None:
    """It is neither loaded nor rendered any more."""
    office.publish()
    assert office.known().settled
    synced = office.look()
    assert (synced.wanted, synced.plan.actions, synced.plan.sights) == ((), (), ())


def test_a_change_soon_after_is_looked_at_once(office: Office) -> None:
    """What can now be carried is booked; what is out stays as it is."""
    office.publish()
    office.picture.unlink()
    office.write("Satu\n")
    synced = office.look()
    kinds = {action.channel.label: action.kind for action in synced.plan.actions}
    assert kinds == {"x": ActionKind.KEEP, "fb": ActionKind.BOOK}


def test_a_change_that_helps_nothing_leaves_it_settled(office: Office) -> None:
    """It is told as any change that comes too late, and the post is not looked at again."""
    office.publish()
    office.write("Satu, lain\n")
    office.look()
    assert len(office.world.rows(deliveries)) == 1
    assert office.known().settled
    assert office.world.rows(posts)[0].edited_at is not None
    assert [p.code for p in office.look().plan.problems] == ["plan.edited_late"]
    assert office.rendered == []


def test_a_change_long_after_is_housekeeping(office: Office) -> None:
    """A picture put to last month's post publishes nothing."""
    office.publish()
    office.clock.advance(8 * DAY)
    office.picture.unlink()
    office.write("Satu\n")
    office.look()
    office.look()
    assert [row.channel for row in office.world.rows(deliveries)] == ["x"]


def test_skipped_everywhere_it_stays_in_sight(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is out: whoever checks must go on learning why."""
    room = registry.room("twitter")
    monkeypatch.setattr(type(room), "features", room.features - {Feature.IMAGE})
    other = office.root / "content" / "b"
    other.mkdir()
    Image.new("RGB", (600, 600), "blue").save(other / "1.jpg")
    (other / "teks.md").write_text("Dua\n", encoding="utf-8")
    for _ in range(2):
        codes = [p.code for p in office.look().plan.problems if p.post == "b"]
        assert codes.count("render.skipped") == 2
        assert codes.count("plan.nowhere") == 1
    assert "plan.nowhere" not in [p.code for p in office.look().plan.problems if p.post != "b"]
