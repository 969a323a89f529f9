"""Which file is which post, what is never published on its own, what vanishing means; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from connectors.clock import ManualClock
from publisher import config
from publisher.errors import LogBusyError
from publisher.identify import KnownPost, identify, suspicious
from publisher.model import ActionKind, Post, State
from publisher.publish_log.store import Store
from publisher.publish_log.tables import deliveries, parts, posts, slots
from publisher.sync import Synced, Syncer
from tests.unit.log_world import World

ULID = "01JD0000000000000000000000"
NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
OTHER = "01JD0000000000000000000001"


# ── The rule by itself ───────────────────────────────────────────────────────


def file(path: str, digest: str = "d", id: str | None = None) -> Post:
    return Post(path=path, file=path, id=id, digest=digest, title="", body="")


def known(post_id: str, path: str, digest: str = "d", *, gone: bool = False) -> dict[str, KnownPost]:
    return {post_id: KnownPost(post_id, path, digest, 1, (), False, NOW if gone else None)}


def ids(files: list[Post], log: dict[str, KnownPost]) -> dict[str, str]:
    return identify(files, log, {each.path: f"new {each.path}" for each in files})


def test_the_same_path_is_the_same_post() -> None:
    """Whatever its bytes."""
    assert ids([file("a.md", "changed")], known(ULID, "a.md")) == {"a.md": ULID}


def test_a_renamed_file_is_the_same_post() -> None:
    """Identical bytes under a new name, the old name gone."""
    assert ids([file("b.md")], known(ULID, "a.md")) == {"b.md": ULID}
    assert ids([file("Arsip/a.md")], known(ULID, "a.md", gone=True)) == {"Arsip/a.md": ULID}


def test_a_copy_is_another_post() -> None:
    """The original is still there."""
    assert ids([file("a.md"), file("a - Salin.md")], known(ULID, "a.md")) == {
        "a.md": ULID,
        "a - Salin.md": "new a - Salin.md",
    }


def test_of_two_copies_of_a_vanished_file_one_is_it() -> None:
    """Never both: two files are two posts."""
    found = ids([file("b.md"), file("c.md")], known(ULID, "a.md"))
    assert sorted(found.values()) == sorted({ULID, *(v for v in found.values() if v != ULID)})
    assert list(found.values()).count(ULID) == 1


def test_bytes_that_two_vanished_posts_had_name_none_of_them() -> None:
    """Which of the two it was cannot be known: it is new."""
    log = known(ULID, "a.md") | known(OTHER, "b.md")
    assert ids([file("c.md")], log) == {"c.md": "new c.md"}


def test_renamed_and_edited_is_new() -> None:
    """Nothing ties it to the old one."""
    assert ids([file("b.md", "changed")], known(ULID, "a.md")) == {"b.md": "new b.md"}


def test_an_id_in_the_file_counts_wherever_it_lies() -> None:
    """Path and bytes may change together."""
    assert ids([file("x/b.md", "changed", id="hut-ri")], known("hut-ri", "a.md")) == {"x/b.md": "hut-ri"}


def test_a_new_id_is_a_new_post() -> None:
    """Also in the place of one that had an id of its own."""
    assert ids([file("a.md", id="b")], known("a", "a.md")) == {"a.md": "b"}
    assert ids([file("a.md", id="b")], {}) == {"a.md": "b"}


def test_an_id_written_into_a_known_file_makes_no_new_post() -> None:
    """The log gave it an id at first sight: writing one down later publishes nothing twice."""
    assert ids([file("a.md", "changed", id="gotong-royong")], known(ULID, "a.md")) == {"a.md": ULID}


def test_an_id_taken_out_of_a_file_makes_no_new_post() -> None:
    """It lies where it lay."""
    assert ids([file("a.md", "changed")], known("hut-ri", "a.md")) == {"a.md": "hut-ri"}


def test_an_id_that_moves_to_another_file_takes_the_post_along() -> None:
    """The file that lost it is new, though it lies where the post lay."""
    found = ids([file("b.md", "2", id="hut-ri"), file("a.md", "3")], known("hut-ri", "a.md", "1"))
    assert found["b.md"] == "hut-ri"
    assert found["a.md"] == "new a.md"


@pytest.mark.parametrize(
    ("vanished", "before", "strange"),
    [(1, 1, False), (5, 5, False), (6, 24, False), (6, 23, True), (100, 100, True), (0, 0, False)],
)
def test_many_files_gone_at_once_are_no_decision(vanished: int, before: int, strange: bool) -> None:
    """More than five and more than a quarter: a share that is not mounted."""
    assert suspicious(vanished, before) is strange


# ── A workspace ──────────────────────────────────────────────────────────────


class Office:
    """A content folder and the log that looks at it."""

    def __init__(self, root: Path, store: Store, clock: ManualClock, *, live: bool = False) -> None:
        self.root, self.store, self.clock = root, store, clock
        self.world = World(store)
        self.channels("x: {platform: twitter, account: '2001', token: env:X}", live=live)
        (root / "content").mkdir()
        self.syncer = self.other()

    def channels(self, *lines: str, live: bool = False) -> None:
        head = f"timezone: UTC\nlanguage: en\nsandbox: {str(not live).lower()}\nchannels:\n"
        (self.root / "schedule.yaml").write_text(head + "".join(f"  {line}\n" for line in lines))

    def other(self, store: Store | None = None) -> Syncer:
        """What another process would look with."""
        return Syncer(config.load(self.root), store or self.store)

    def write(self, name: str, text: str) -> Path:
        path = self.root / "content" / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text)
        return path

    def look(self, **given: bool) -> Synced:
        return self.syncer.sync(self.clock.now(), write=True, **given)  # type: ignore[arg-type]

    def posts(self) -> dict[str, str]:
        return {row.path: row.post_id for row in self.world.rows(posts)}

    def states(self) -> list[str]:
        return [row.state for row in self.world.rows(parts) if row.number == 1]


@pytest.fixture
def office(tmp_path: Path, store: Store, clock: ManualClock) -> Office:
    root = tmp_path / "office"
    root.mkdir()
    return Office(root, store, clock)


def test_looking_without_writing_writes_nothing(office: Office) -> None:
    """A new post has a provisional id, the same at every look; the log stays empty."""
    office.write("a.md", "Satu\n")
    first = office.syncer.sync(office.clock.now(), write=False)
    again = office.syncer.sync(office.clock.now(), write=False)
    assert first.ids == again.ids
    assert [action.kind for action in first.plan.changes] == [ActionKind.BOOK]
    assert office.posts() == {}


def test_a_second_look_changes_nothing(office: Office) -> None:
    """Booked is booked: the plan of an unchanged folder is empty."""
    office.write("a.md", "Satu\n")
    office.write("b.md", "Dua\n")
    assert len(office.look().touched) == 2
    again = office.look()
    assert (again.plan.changes, again.plan.sights, again.touched) == ((), (), ())


def test_a_rename_keeps_the_delivery(office: Office) -> None:
    """Moved into the archive folder: nothing is published again, nothing cancelled."""
    path = office.write("a.md", "Satu\n")
    office.look()
    before = office.posts()["a.md"]
    (office.root / "content" / "Arsip 2026").mkdir()
    path.rename(office.root / "content" / "Arsip 2026" / "a.md")
    for _ in range(3):
        office.look()
        office.clock.advance(700)
    assert office.posts() == {"Arsip 2026/a.md": before}  # not its folder: more will follow it there
    assert len(office.world.rows(deliveries)) == 1


def test_a_copy_of_something_booked_is_held(office: Office) -> None:
    """The same words once more wait for a person, who is told of which post; `repeat: true` says yes."""
    office.write("a.md", "Satu\n")
    office.look()
    office.write("a - Salin.md", "Satu\n")
    synced = office.look()
    assert [p.code for p in synced.plan.problems] == ["plan.looks_published"]
    assert sorted(office.states()) == ["held", "waiting"]
    held = next(row for row in office.world.rows(deliveries) if row.held_at is not None)
    assert (held.held_reason, held.held_by) == ("plan.looks_published", "daemon")
    office.write("lagi.md", "---\nrepeat: true\n---\nSatu\n")
    office.look()
    assert sorted(office.states()) == ["held", "waiting", "waiting"]


def test_two_equal_files_of_one_look_are_twins_too(office: Office) -> None:
    """The first goes, the second is held."""
    office.write("a.md", "Satu\n")
    office.write("b.md", "Satu\n")
    office.look()
    assert sorted(office.states()) == ["held", "waiting"]


def test_two_processes_that_see_a_new_file_book_it_once(
    office: Office, open_log: Callable[..., Store]
) -> None:
    """Each had given it an id: the plan of the second is refused, its next look finds the first one's."""
    office.write("a.md", "Satu\n")
    second = office.other(open_log())
    theirs = second.sync(office.clock.now(), write=False)
    mine = office.look()
    assert theirs.ids != mine.ids
    with pytest.raises(LogBusyError):
        second.book(theirs.plan, "Rina")
    assert second.sync(office.clock.now(), write=True).ids == mine.ids
    assert len(office.world.rows(deliveries)) == 1


def test_a_look_that_was_raced_looks_again_by_itself(office: Office, open_log: Callable[..., Store]) -> None:
    """Between its plan and its booking another process books the same file: one post, no error."""
    office.write("a.md", "Satu\n")

    class Slow(Syncer):
        raced = 0

        def book(self, plan, actor):  # type: ignore[no-untyped-def]
            if not self.raced:
                Slow.raced += 1
                office.look()
            return super().book(plan, actor)

    slow = Slow(config.load(office.root), open_log())
    synced = slow.sync(office.clock.now(), write=True)
    assert Slow.raced == 1
    assert synced.ids == {"a.md": office.posts()["a.md"]}
    assert len(office.world.rows(deliveries)) == 1


def test_a_channel_added_later_publishes_nothing_old(office: Office) -> None:
    """Deliveries come into being for the channels of the first sight; later posts go to the new one too."""
    office.write("a.md", "Satu\n")
    office.look()
    office.channels(
        "x: {platform: twitter, account: '2001', token: env:X}",
        "fb: {platform: facebook, account: '1001', token: env:FB}",
    )
    office.syncer = office.other()
    office.look()
    assert [row.account for row in office.world.rows(deliveries)] == ["twitter:2001"]
    office.write("b.md", "Dua\n")
    office.look()
    assert sorted(row.account for row in office.world.rows(deliveries)) == [
        "facebook:1001",
        "twitter:2001",
        "twitter:2001",
    ]


def test_a_channel_renamed_publishes_nothing_again(office: Office) -> None:
    """Order, receipts and deliveries hang on the account, not on its label."""
    office.write("a.md", "Satu\n")
    office.look()
    office.channels("resmi: {platform: twitter, account: '2001', token: env:X}")
    office.syncer = office.other()
    office.look()
    assert len(office.world.rows(deliveries)) == 1


def test_old_content_publishes_nothing(office: Office) -> None:
    """A time long past at first sight is no missed delivery, it is old."""
    office.write("a.md", "---\npublish_at: 2026-01-05 08:00\n---\nSatu\n")
    synced = office.look()
    assert "plan.old" in [problem.code for problem in synced.plan.problems]
    assert office.world.rows(deliveries) == []


def test_drafts_are_not_seen(office: Office) -> None:
    """A draft becomes a post when it is none any more."""
    office.write("a.md", "---\ndraft: true\n---\nSatu\n")
    office.look()
    assert office.posts() == {}
    office.write("a.md", "Satu\n")
    office.look()
    assert office.states() == ["waiting"]


# ── Vanished ─────────────────────────────────────────────────────────────────


def test_a_vanished_file_cancels_after_ten_minutes_and_comes_back(office: Office) -> None:
    """Not at once: shares come and go. Back again, the same delivery waits."""
    path = office.write("a.md", "Satu\n")
    office.look()
    text = path.read_text()
    path.unlink()
    office.look()
    office.clock.advance(599)
    office.look()
    assert office.states() == ["waiting"]
    office.clock.advance(1)
    office.look()
    assert office.states() == ["cancelled"]
    assert office.world.rows(slots) == []
    path.write_text(text)
    office.look()
    assert office.states() == ["waiting"]
    assert len(office.world.rows(deliveries)) == 1


def test_a_file_that_is_back_in_time_was_never_away(office: Office) -> None:
    """Saving by delete and rename, as some editors do, changes nothing."""
    path = office.write("a.md", "Satu\n")
    office.look()
    path.unlink()
    office.look()
    path.write_text("Satu\n")
    office.look()
    path.unlink()
    office.look()
    office.clock.advance(599)
    office.look()
    assert office.states() == ["waiting"]


def test_many_files_that_vanish_at_once_cancel_nothing(office: Office) -> None:
    """Somebody is told instead, for as long as it lasts."""
    paths = [office.write(f"{n}.md", f"Nomor {n}\n") for n in range(8)]
    office.look()
    for path in paths[:7]:
        path.unlink()
    for _ in range(3):
        synced = office.look()
        assert "plan.many_vanished" in [problem.code for problem in synced.plan.problems]
        office.clock.advance(700)
    assert set(office.states()) == {"waiting"}


def test_a_missing_content_folder_cancels_nothing(office: Office) -> None:
    """A share that is not mounted is not eight decisions, nor one."""
    office.write("a.md", "Satu\n")
    office.look()
    (office.root / "content").rename(office.root / "elsewhere")
    for _ in range(3):
        office.look()
        office.clock.advance(700)
    assert office.states() == ["waiting"]


def test_followers_of_a_live_root_outlive_their_file(office: Office) -> None:
    """Half a thread is not left standing because its file was tidied away."""
    path = office.write("a.md", "---\ntwitter: {thread: true}\n---\n" + "Kalimat panjang sekali. " * 30)
    office.look()
    (delivery,) = [row.delivery_id for row in office.world.rows(deliveries)]
    assert len(office.world.rows(parts)) > 1
    office.world.published(delivery)
    path.unlink()
    office.look()
    office.clock.advance(700)
    office.look()
    assert office.world.state(delivery, 2) is State.WAITING
    assert office.world.claim(delivery, 2) is not None


# ── The first live start ─────────────────────────────────────────────────────


def test_a_first_live_start_adopts_what_lies_there(tmp_path: Path, store: Store, clock: ManualClock) -> None:
    """Nothing old goes out; an explicit time still to come does; what comes later goes out too."""
    root = tmp_path / "live"
    root.mkdir()
    office = Office(root, store, clock, live=True)
    ahead = clock.now() + timedelta(hours=5)
    office.write("lama.md", "Satu\n")
    office.write("nanti.md", f"---\npublish_at: {ahead:%Y-%m-%d %H:%M}\n---\nDua\n")
    office.write("lewat.md", "---\npublish_at: 2026-11-24 00:30\n---\nTiga\n")
    office.look(adopt=True)
    adopted = {row.path for row in office.world.rows(posts) if row.adopted_at is not None}
    assert adopted == {"lama.md", "lewat.md"}
    assert [row.post_id for row in office.world.rows(deliveries)] == [office.posts()["nanti.md"]]
    office.write("baru.md", "Empat\n")
    office.look()
    office.look()
    assert len(office.world.rows(deliveries)) == 2


def test_an_adopted_post_stays_adopted_when_it_is_edited(
    tmp_path: Path, store: Store, clock: ManualClock
) -> None:
    """Only `publish` lifts it: correcting a typo in last year's post publishes nothing."""
    root = tmp_path / "live"
    root.mkdir()
    office = Office(root, store, clock, live=True)
    office.write("lama.md", "Satu\n")
    office.look(adopt=True)
    office.write("lama.md", "Satu, dengan perbaikan\n")
    office.look()
    assert office.world.rows(deliveries) == []
    assert office.world.rows(posts)[0].adopted_at is not None


# ── Twins of failed and cancelled posts ──────────────────────────────────────


def test_what_never_went_out_is_no_twin(office: Office) -> None:
    """The same words again after a cancelled post are new."""
    office.write("a.md", "Satu\n")
    office.look()
    with office.store.write("test") as tx:
        tx.conn.execute(update(parts).where(parts.c.workspace_id == tx.workspace).values(state="cancelled"))
    office.write("b.md", "---\nid: b\n---\nSatu\n")
    office.look()
    states = {row.post_id: row for row in office.world.rows(deliveries)}
    assert states["b"].held_at is None
