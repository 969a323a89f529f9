"""Which file is which post, what is never published on its own, what vanishing means; on both databases."""

from __future__ import annotations

import errno
import os
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from connectors.clock import ManualClock
from connectors.contract import Problem, Severity
from publisher import config
from publisher.errors import LogBusyError
from publisher.identify import KnownPost, at_rest, gone, identify, suspicious
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


def test_the_same_bytes_under_the_same_path_are_nobody_elses() -> None:
    """A copy of them elsewhere is another post, whatever comes first by name; a claimed id is gone."""
    assert ids([file("a.md"), file("b.md")], known(ULID, "b.md")) == {"a.md": "new a.md", "b.md": ULID}
    claimed = ids([file("a.md", id=ULID), file("b.md")], known(ULID, "b.md"))
    assert claimed == {"a.md": ULID, "b.md": "new b.md"}
    both = known(ULID, "a.md", "1") | known(OTHER, "b.md", "2")
    assert ids([file("a.md", "2"), file("b.md", "1")], both) == {"a.md": OTHER, "b.md": ULID}
    assert ids([file("a.md", "2"), file("b.md", "2")], both) == {"a.md": ULID, "b.md": OTHER}


OUT = KnownPost(ULID, "a.md", "d", 1, ("x:1",), adopted=False, vanished_at=None, settled=True, own_id="rapat")
PROBLEM = Problem("content.file_unused", Severity.WARNING)


def test_a_post_that_is_out_and_unchanged_is_at_rest() -> None:
    """Also one that was there at the first live start, and one whose `id` was written into it later."""
    assert at_rest(file("a.md"), OUT)
    assert at_rest(file("a.md"), OUT._replace(settled=False, adopted=True))
    assert at_rest(file("a.md", id=ULID), OUT)
    assert at_rest(file("a.md", id="rapat"), OUT)


@pytest.mark.parametrize(
    ("post", "log"),
    [
        (file("a.md"), OUT._replace(settled=False)),
        (file("b.md"), OUT),
        (file("a.md", "changed"), OUT),
        (file("a.md"), OUT._replace(vanished_at=NOW)),
        (file("a.md"), OUT._replace(edited_at=NOW)),
        (file("a.md", id="lain"), OUT),
        (replace(file("a.md"), channels=()), OUT),
        (replace(file("a.md"), channels=("x",)), OUT),
        (replace(file("a.md"), sample=True), OUT),
        (replace(file("a.md"), problems=(PROBLEM,)), OUT),
    ],
)
def test_whatever_may_come_of_a_post_or_be_said_of_it_keeps_it_from_rest(post: Post, log: KnownPost) -> None:
    """Something is to go out, its file moved, changed or came back, its channels grow, it has a fault."""
    assert not at_rest(post, log)


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


def test_an_id_written_in_later_counts_from_then_on() -> None:
    """The file may move and change together, as with an id of the first sight."""
    log = {ULID: known(ULID, "a.md")[ULID]._replace(own_id="gotong-royong")}
    assert ids([file("x/b.md", "changed", id="gotong-royong")], log) == {"x/b.md": ULID}
    assert ids([file("a.md", "changed", id="lain")], log) == {"a.md": "lain"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Rilis.txt", "RILIS.txt"),
        ("banjir", "Banjir"),
        (unicodedata.normalize("NFD", "Café/é.txt"), "Café/é.txt"),
        ("Café/é.txt", unicodedata.normalize("NFD", "Café/é.txt")),
    ],
)
def test_another_spelling_of_the_path_is_the_same_post(before: str, after: str) -> None:
    """A share of Windows holds both to be one name; also when the text was edited at the same time."""
    assert ids([file(after, "changed")], known(ULID, before)) == {after: ULID}


def test_two_files_that_differ_in_case_are_two_posts() -> None:
    """On Linux they can lie side by side: neither takes the other's place."""
    found = ids([file("a.md", "1"), file("A.md", "2")], known(ULID, "a.md", "1"))
    assert found == {"a.md": ULID, "A.md": "new A.md"}


def test_swapped_names_take_their_posts_along() -> None:
    """By the path alone, a post still to come would get the words of one that is out already."""
    log = known(ULID, "a.md", "1") | known(OTHER, "b.md", "2")
    assert ids([file("a.md", "2"), file("b.md", "1")], log) == {"a.md": OTHER, "b.md": ULID}


def test_names_that_move_up_take_their_posts_along() -> None:
    """b takes the name of a, c that of b."""
    log = known(ULID, "a.md", "1") | known(OTHER, "b.md", "2")
    assert ids([file("b.md", "1"), file("c.md", "2")], log) == {"b.md": ULID, "c.md": OTHER}


def test_a_text_copied_over_another_is_an_edit() -> None:
    """The original is still where it was: nothing has moved."""
    log = known(ULID, "a.md", "1") | known(OTHER, "b.md", "2")
    assert ids([file("a.md", "1"), file("b.md", "1")], log) == {"a.md": ULID, "b.md": OTHER}


def again(minutes: float, *, settled: bool = True, digest: str = "other", others: int = 0) -> str:
    """Whose the path is when its file comes back after some minutes; `others` went with it."""
    at = NOW - timedelta(minutes=minutes)
    log = {ULID: known(ULID, "a.md")[ULID]._replace(vanished_at=at, settled=settled)}
    for number in range(others):
        log[f"p{number}"] = known(f"p{number}", f"{number}.md", f"{number}")[f"p{number}"]._replace(
            vanished_at=at
        )
    return identify([file("a.md", digest)], log, {"a.md": "new"}, NOW)["a.md"]


def test_a_name_used_again_is_a_new_post_only_where_that_is_sure() -> None:
    """All of it was out, the file was away for ten minutes, alone, and the text is another."""
    assert again(11) == "new"
    assert again(9) == ULID
    assert again(11, digest="d") == ULID
    assert again(11, settled=False) == ULID
    assert again(11, others=5) == ULID


def test_three_hundred_files_moved_in_two_looks_with_the_share_away_between() -> None:
    """Half of them have moved, then nothing is to be seen, then all lie in the archive: the same posts."""
    names = [f"{number}.md" for number in range(300)]
    log = {f"p{n}": known(f"p{n}", n, n)[f"p{n}"] for n in names}
    first = [file(f"Arsip 2026/{n}" if n < "2" else n, n) for n in names]
    assert set(identify(first, log, {}, NOW).values()) == set(log)
    noted = {
        k: p._replace(path=f"Arsip 2026/{p.path}") if p.path < "2" else p._replace(vanished_at=NOW)
        for k, p in log.items()
    }
    second = [file(f"Arsip 2026/{n}", n) for n in names]
    later = NOW + timedelta(hours=1)
    assert identify(second, noted, {}, later) == {f"Arsip 2026/{n}": f"p{n}" for n in names}


# ── Gone ─────────────────────────────────────────────────────────────────────


def missing(*minutes_ago: float | None) -> list[KnownPost]:
    """Posts whose file is gone since then; None: newly."""
    return [
        KnownPost(f"p{n}", f"{n}.md", str(n), n, (), False, None if m is None else NOW - timedelta(minutes=m))
        for n, m in enumerate(minutes_ago)
    ]


def judged(posts: list[KnownPost], present: int) -> tuple[int, int, int]:
    found = gone(posts, present, {post.post_id for post in posts}, NOW)
    return len(found.fresh), len(found.cancel), found.many


def test_what_a_slow_share_loses_in_ten_looks_went_at_once() -> None:
    """Thirty at a time, all within ten minutes: nothing is cancelled, now or later."""
    looks = [n / 20 for n in range(10) for _ in range(30)]
    assert judged(missing(*looks), 0) == (0, 0, 300)
    assert judged(missing(*(m + 10 for m in looks)), 0) == (0, 0, 300)
    assert judged(missing(*(m + 600 for m in looks)), 50) == (0, 0, 300)


def test_a_few_at_a_time_are_decisions() -> None:
    """Removed one after the other over an hour, each is cancelled when its ten minutes are over."""
    assert judged(missing(60, 45, 30, 15, 5, None), 2) == (1, 4, 0)


def test_a_decision_stands_beside_an_accident() -> None:
    """Yesterday's two are cancelled though seven have just gone together."""
    assert judged(missing(1500, 1501, 12, 12, 12, 12, 12, 12, 12), 3) == (0, 2, 7)


def test_old_posts_tidied_away_are_no_accident_for_long() -> None:
    """Nothing of them is to come: after ten minutes nobody speaks of them, or looks at them."""
    away = missing(*[11.0] * 300)
    assert gone(away, 10, set(), NOW) == ([], [], 0)
    assert gone(missing(*[None] * 300), 10, set(), NOW).many == 300


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
    assert [p.code for p in synced.plan.problems] == ["plan.copied"]
    assert sorted(office.states()) == ["held", "waiting"]
    held = next(row for row in office.world.rows(deliveries) if row.held_at is not None)
    assert (held.held_reason, held.held_by) == ("plan.copied", "daemon")
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


def test_a_share_that_fades_away_cancels_nothing(office: Office) -> None:
    """Forty files vanish four at a time, look by look: each look alone would be a decision."""
    paths = [office.write(f"{n:02}.md", f"Nomor {n}\n") for n in range(40)]
    office.look()
    for start in range(0, 40, 4):
        for path in paths[start : start + 4]:
            path.unlink()
        office.look()
        office.clock.advance(2)
    for _ in range(3):
        office.clock.advance(700)
        synced = office.look()
        assert "plan.many_vanished" in [problem.code for problem in synced.plan.problems]
    assert set(office.states()) == {"waiting"}


# ── Where a post lies is followed ────────────────────────────────────────────


def published(office: Office, name: str = "a.md", text: str = "Satu\n") -> Path:
    """A post that has gone out."""
    path = office.write(name, text)
    office.look()
    office.world.published(office.world.rows(deliveries)[-1].delivery_id)
    return path


def codes(synced: Synced) -> list[str]:
    return [problem.code for problem in synced.plan.problems]


def test_a_published_post_may_be_put_away_and_then_edited(office: Office) -> None:
    """Its new place is noted, so that the edit there does not make it new."""
    path = published(office)
    target = office.root / "content" / "Arsip 2026" / "a.md"
    target.parent.mkdir()
    path.rename(target)
    office.look()
    assert list(office.posts()) == ["Arsip 2026/a.md"]
    target.write_text("Satu, tanpa salah ketik\n")
    assert codes(office.look()) == ["plan.edited_late"]
    target.rename(office.root / "content" / "kembali.md")
    office.look()
    assert list(office.posts()) == ["kembali.md"]
    assert len(office.world.rows(deliveries)) == 1


def test_a_change_after_publication_is_told_for_a_month(office: Office) -> None:
    """It goes nowhere, and somebody must learn that; not for ever."""
    path = published(office)
    title = office.world.rows(posts)[0].title
    path.write_text("# Judul lain\n\nPengumuman lain sama sekali\n")
    for _ in range(2):
        assert codes(office.look()) == ["plan.edited_late"]
    assert office.look().plan.sights == ()
    office.clock.advance(29 * 86400)
    assert codes(office.look()) == ["plan.edited_late"]
    office.clock.advance(2 * 86400)
    assert codes(office.look()) == []
    assert len(office.world.rows(deliveries)) == 1
    assert office.world.rows(posts)[0].title == title


def test_a_name_used_again_after_ten_minutes_is_a_new_post(office: Office) -> None:
    """`pengumuman.md` of every week: the old one is out and was taken away, the new text goes out."""
    path = published(office, "pengumuman.md")
    office.write("lain.md", "Lain\n")
    path.unlink()
    office.look()
    office.clock.advance(601)
    office.look()
    path.write_text("Pengumuman minggu depan, tentang hal lain\n")
    assert "plan.edited_late" not in codes(office.look())
    office.look()
    here = [row for row in office.world.rows(posts) if row.path == "pengumuman.md"]
    assert len(here) == 2
    assert len(office.world.rows(deliveries)) == 3


def test_an_id_written_later_is_kept_with_the_post(office: Office) -> None:
    """Written into a booked file, or into one that is out: renamed and edited together it is the same."""
    office.write("a.md", "Satu\n")
    published(office, "b.md", "Dua\n")
    before = office.posts()
    office.write("a.md", "---\nid: satu\n---\nSatu\n")
    office.write("b.md", "---\nid: dua\n---\nDua\n")
    office.look()
    for old, new in (("a.md", "c.md"), ("b.md", "d.md")):
        (office.root / "content" / old).unlink()
        office.write(new, f"---\nid: {'satu' if old == 'a.md' else 'dua'}\n---\nTeks lain {new}\n")
    office.look()
    assert office.posts() == {"c.md": before["a.md"], "d.md": before["b.md"]}
    assert len(office.world.rows(deliveries)) == 2


def test_what_is_out_on_one_channel_is_told_of_an_edit_for_the_others(office: Office) -> None:
    """The other channel takes the change; at every look, not only at the first one."""
    office.channels(
        "x: {platform: twitter, account: '2001', token: env:X}",
        "fb: {platform: facebook, account: '1001', token: env:FB}",
    )
    office.syncer = office.other()
    office.write("a.md", "Satu\n")
    office.look()
    by_account = {row.account: row for row in office.world.rows(deliveries)}
    office.world.published(by_account["twitter:2001"].delivery_id)
    assert codes(office.look()) == []
    office.write("a.md", "Satu, diperbaiki\n")
    for _ in range(2):
        synced = office.look()
        assert [(p.code, p.channel) for p in synced.plan.problems] == [("plan.edited_some", "x")]
    after = {row.account: row for row in office.world.rows(deliveries)}
    assert after["twitter:2001"].fingerprint == by_account["twitter:2001"].fingerprint
    assert after["facebook:1001"].fingerprint != by_account["facebook:1001"].fingerprint


def test_old_things_put_straight_into_an_archive_publish_nothing(office: Office) -> None:
    """Said once; taken out of it later, they still are what was put away."""
    path = office.write("Arsip 2025/lama.md", "Berita lama\n")
    assert codes(office.look()) == ["plan.put_away"]
    assert codes(office.look()) == []
    path.rename(office.root / "content" / "lama.md")
    office.look()
    assert office.world.rows(deliveries) == []
    assert list(office.posts()) == ["lama.md"]


def test_a_booked_post_put_away_still_goes_out(office: Office) -> None:
    """Moving it is no decision about it."""
    path = office.write("a.md", "Satu\n")
    office.look()
    target = office.root / "content" / "Arsip" / "a.md"
    target.parent.mkdir()
    path.rename(target)
    office.look()
    assert office.states() == ["waiting"]


# ── Open, and out of reach ───────────────────────────────────────────────────


def opened(office: Office, name: str, hours: float = 0) -> Path:
    """A lock file beside a text that was saved just now."""
    lock = office.write(f"~${name}", "Rina")
    at = (office.clock.now() - timedelta(hours=hours)).timestamp()
    for path in (lock, office.root / "content" / name):
        os.utime(path, (at, at))
    return lock


def test_what_is_open_in_word_waits_until_it_is_closed(office: Office) -> None:
    """A new text is not planned; `check` says who lies beside it; closed, it is."""
    office.write("Rilis.txt", "Setengah\n")
    lock = opened(office, "Rilis.txt")
    synced = office.look()
    assert (codes(synced), synced.plan.changes) == (["content.open"], ())
    office.write("Rilis.txt", "Setengah, dan sisanya\n")
    lock.unlink()
    assert [action.kind for action in office.look().plan.changes] == [ActionKind.BOOK]


def test_a_booked_text_that_is_opened_goes_out_as_booked(office: Office) -> None:
    """Unless it was saved: then it does not go out before it is closed."""
    office.write("Rilis.txt", "Satu\n")
    office.look()
    lock = opened(office, "Rilis.txt")
    office.look()
    assert office.world.rows(deliveries)[0].broken is None
    office.write("Rilis.txt", "Satu dan setengah\n")
    opened(office, "Rilis.txt")
    office.look()
    assert office.world.rows(deliveries)[0].broken == "content.open"
    lock.unlink()
    office.look()
    assert office.world.rows(deliveries)[0].broken is None
    assert len(office.world.rows(deliveries)) == 1


def test_a_lock_left_behind_is_passed_over_after_a_day(office: Office) -> None:
    """Word crashed: the text is planned, and the lock still told."""
    office.write("Rilis.txt", "Satu\n")
    opened(office, "Rilis.txt", hours=25)
    synced = office.look()
    assert codes(synced) == ["content.open"]
    assert [action.kind for action in synced.plan.changes] == [ActionKind.BOOK]


def test_a_booked_file_that_cannot_be_read_now_is_not_stopped(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A share gives an error while somebody writes: what was booked stays as it is, somebody is told."""
    office.write("a.md", "Satu\n")
    office.look()
    real = os.open

    def busy(path: str, flags: int, *more: int) -> int:
        if path.endswith("a.md"):
            raise OSError(errno.EBUSY, "busy")
        return real(path, flags, *more)

    monkeypatch.setattr(os, "open", busy)
    (office.root / "content" / "a.md").touch()
    synced = office.look()
    assert codes(synced) == ["content.unreadable"]
    assert office.world.rows(deliveries)[0].broken is None
    monkeypatch.undo()
    assert codes(office.look()) == []


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
    (office.root / "content" / "a.md").unlink()
    office.write("b.md", "---\nid: b\n---\nSatu\n")
    office.look()
    states = {row.post_id: row for row in office.world.rows(deliveries)}
    assert states["b"].held_at is None
