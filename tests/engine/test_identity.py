"""Which file is which post: renames, copies, vanished files, names that are never planned."""

from __future__ import annotations

import shutil

import pytest

from publisher import config
from tests.engine.office import Office

WORDS = "The office is open on Saturday."


def _vanish(office: Office, *names: str) -> None:
    for name in names:
        shutil.rmtree(office.folder / "content" / name)


# ── Renames ──


@pytest.mark.parametrize("to", ["news of today", "Arsip 2026/news"])
def test_a_renamed_file_is_the_same_post(office: Office, to: str) -> None:
    """Renamed or moved to an archive, nothing goes out again, before and after it was published."""
    office.post("news", WORDS, due=10, channels=["x"], id=None)
    office.run()
    before = office.deliveries()
    target = office.folder / "content" / to
    target.parent.mkdir(exist_ok=True)
    (office.folder / "content/news").rename(target)
    office.run()
    assert [(one.delivery_id, one.path) for one in office.deliveries()] == [(before[0].delivery_id, to)]
    office.pass_time(minutes=10)
    office.run()
    assert office.texts() == [WORDS]
    target.rename(office.folder / "content/again")
    office.run()
    assert len(office.deliveries()) == 1
    assert len(office.live()) == 1


def test_a_file_with_an_id_may_move_and_change(office: Office) -> None:
    """Its own `id` keeps it the same post, whatever its name and text."""
    office.post("news", WORDS, due=10, channels=["x"])
    office.run()
    _vanish(office, "news")
    office.post("moved", "Other words.", due=10, channels=["x"], id="news")
    office.run()
    assert len(office.deliveries()) == 1
    office.pass_time(minutes=10)
    office.run()
    assert office.texts() == ["Other words."]


def test_an_edit_under_the_same_name_is_the_same_post(office: Office) -> None:
    """Same path: the delivery gets the new text."""
    office.post("news", WORDS, due=10, channels=["x"], id=None)
    office.run()
    office.post("news", "Other words.", due=10, channels=["x"], id=None)
    office.run()
    office.pass_time(minutes=10)
    office.run()
    assert office.texts() == ["Other words."]


def test_an_edit_of_what_is_out_changes_nothing(office: Office) -> None:
    """What is published stays; an edited file publishes nothing again."""
    office.post("news", WORDS, due=0, channels=["x"], id=None)
    office.run()
    office.post("news", "Other words.", due=60, channels=["x"], id=None)
    office.run()
    office.pass_time(minutes=61)
    office.run()
    assert office.texts() == [WORDS]


@pytest.mark.parametrize("out", [True, False])
def test_two_posts_that_swap_their_names(office: Office, out: bool) -> None:
    """Each text goes out once, whether or not one of them is out already."""
    office.post("a", WORDS, due=0 if out else 30, channels=["x"], id=None)
    office.post("b", "Other words.", due=60, channels=["x"], id=None)
    office.run()
    content = office.folder / "content"
    (content / "a").rename(content / "_c")
    (content / "b").rename(content / "a")
    (content / "_c").rename(content / "b")
    for _ in range(3):
        office.run()
        office.pass_time(minutes=30)
    assert office.texts() == [WORDS, "Other words."]


def test_a_time_in_the_name_moves_with_the_name(office: Office) -> None:
    """`2026-11-24 08.30 News` renamed to 10.00 is the same post at another time."""
    office.post("2026-11-24 08.30 News", WORDS, channels=["x"], id=None)
    office.run()
    (before,) = office.deliveries()
    content = office.folder / "content"
    (content / "2026-11-24 08.30 News").rename(content / "2026-11-24 10.00 News")
    office.run()
    (after,) = office.deliveries()
    assert after.delivery_id == before.delivery_id
    assert (before.due_at.hour, after.due_at.hour) == (8, 10)
    office.pass_time(minutes=31)
    office.run()
    assert office.texts() == []
    office.pass_time(minutes=90)
    office.run()
    assert len(office.live()) == 1


def test_an_edit_of_what_is_out_is_told(office: Office) -> None:
    """By `check` and by `status`, at every look: the changed words go nowhere by themselves."""
    office.post("news", WORDS, due=0, channels=["x"], id=None)
    office.run()
    office.post("news", "Other words.", due=60, channels=["x"], id=None)
    for _ in range(2):
        assert [p.code for p in office.ask("check").problems] == ["plan.edited_late"]
        office.run()
        assert "plan.edited_late" in [p.code for p in office.ask("status").problems]
    office.pass_time(minutes=61)
    office.run()
    assert office.texts() == [WORDS]


def test_a_name_used_again_goes_out(office: Office) -> None:
    """The old post was taken away for ten minutes: what lies there now is another one."""
    office.post("news", WORDS, due=0, channels=["x"], id=None)
    office.run()
    _vanish(office, "news")
    office.run()
    office.pass_time(minutes=11)
    office.run()
    office.post("news", "A different matter, of another week.", due=15, channels=["x"], id=None)
    office.run()
    office.pass_time(minutes=10)
    office.run()
    assert office.texts() == [WORDS, "A different matter, of another week."]
    assert [one.path for one in office.deliveries()] == ["news", "news"]
    assert len(office.ask("log", post="news")) == 1


def test_three_hundred_posts_put_away_in_two_looks(office: Office) -> None:
    """Half of them, the share away, the other half: nothing is cancelled, nothing booked again."""
    content = office.folder / "content"
    for number in range(300):
        (content / f"{number:03}.txt").write_text(f"Announcement number {number}.", encoding="utf-8")
    office.look()
    before = {one.delivery_id for one in office.deliveries()}
    shelf = content / "Arsip 2026"
    shelf.mkdir()
    for number in range(150):
        (content / f"{number:03}.txt").rename(shelf / f"{number:03}.txt")
    office.look()
    content.rename(office.folder / "away")
    office.look()
    office.pass_time(minutes=12)
    office.look()
    (office.folder / "away").rename(content)
    for number in range(150, 300):
        (content / f"{number:03}.txt").rename(shelf / f"{number:03}.txt")
    for _ in range(2):
        office.look()
        office.pass_time(minutes=12)
    found = office.deliveries()
    assert {one.delivery_id for one in found} == before
    assert {str(one.state) for one in found} == {"waiting"}
    assert {one.path for one in found} == {f"Arsip 2026/{number:03}.txt" for number in range(300)}


# ── Copies ──


def test_a_copy_of_a_delivered_post_is_held(office: Office) -> None:
    """The same words as something that stands already: booked held, with the reason, asking a person."""
    office.post("news", WORDS, due=0, channels=["x"], id=None)
    office.run()
    office.post("news - Salin", WORDS, due=10, channels=["x"], id=None)
    codes = [p.code for p in office.ask("check").problems]
    assert codes == ["plan.looks_published"]
    office.run()
    copy = next(one for one in office.deliveries() if one.path == "news - Salin")
    assert (copy.state, copy.reason, copy.needs_person) == ("held", "plan.looks_published", True)
    assert copy.reason_values == {"other": "news"}
    office.pass_time(minutes=11)
    office.run()
    assert office.texts() == [WORDS]
    (asked,) = office.ask("needs_person")
    assert (asked.message, [choice.verb for choice in asked.choices]) == ("desk.need_twin", ["release"])


def test_a_copy_goes_out_when_a_person_releases_it(office: Office) -> None:
    """`release` says yes to it."""
    office.post("news", WORDS, due=0, channels=["fb"], id=None)
    office.run()
    office.post("copy", WORDS, due=10, channels=["fb"], id=None)
    office.run()
    assert office.told("release", "copy") == ["desk.released"]
    office.pass_time(minutes=11)
    office.run()
    assert office.texts() == [WORDS, WORDS]


def test_repeat_says_yes_again_on_purpose(office: Office) -> None:
    """With `repeat: true` the same words go out twice, and each has its own id."""
    office.post("news", WORDS, due=0, channels=["fb"])
    office.run()
    office.post("again", WORDS, due=5, channels=["fb"], repeat=True)
    office.run()
    office.pass_time(minutes=5)
    office.run()
    assert office.texts() == [WORDS, WORDS]
    assert len({one.url for one in office.deliveries()}) == 2


def test_two_new_files_with_the_same_words(office: Office) -> None:
    """Dropped in together, only one goes out; the other is held."""
    office.post("a", WORDS, due=5, channels=["x"], id=None)
    office.post("b", WORDS, due=5, channels=["x"], id=None)
    office.run()
    office.pass_time(minutes=5)
    office.run()
    assert office.texts() == [WORDS]
    assert sorted(str(one.state) for one in office.deliveries()) == ["held", "published"]


def test_the_copy_of_a_whole_folder_is_held(office: Office) -> None:
    """Also with pictures, as people copy a folder to begin the next post."""
    office.post("news", WORDS, due=0, pictures=2, channels=["fb"], id=None)
    office.run()
    shutil.copytree(office.folder / "content/news", office.folder / "content/news - Copy")
    office.run()
    office.pass_time(minutes=5)
    office.run()
    assert office.texts() == [WORDS]
    copy = next(one for one in office.deliveries() if one.path == "news - Copy")
    assert copy.state == "held"


def test_two_files_with_one_id_are_an_error(office: Office) -> None:
    """Both are named; nothing new goes out, and what is booked is not doubled."""
    office.post("a", WORDS, due=5, channels=["x"], id="same")
    office.post("b", "Other words.", due=5, channels=["x"], id="same")
    errors = [p for p in office.ask("check").problems if p.severity == "error"]
    assert errors
    office.run()
    office.pass_time(minutes=5)
    office.run()
    assert len(office.live()) <= 1


# ── Vanished ──


def test_a_vanished_file_is_cancelled_after_ten_minutes_and_revives(office: Office) -> None:
    """Not at once, since files are moved about; when it returns in time, it goes out."""
    office.post("news", WORDS, due=60, channels=["x"])
    office.post("other", due=600, channels=["x"])
    office.run()
    _vanish(office, "news")
    office.run()
    office.pass_time(minutes=9)
    office.run()
    assert office.state("news") == "waiting"
    office.pass_time(minutes=2)
    office.run()
    assert office.state("news") == "cancelled"
    office.pass_time(minutes=20)
    office.post("news", WORDS, due=60, channels=["x"])
    office.run()
    assert office.state("news") == "waiting"
    office.pass_time(minutes=30)
    office.run()
    assert office.state("news") == "published"


def test_a_file_that_returns_too_late_stays_cancelled(office: Office) -> None:
    """Its time and its grace are over: nothing goes out by itself."""
    office.post("news", WORDS, due=60, channels=["x"])
    office.post("other", due=900, channels=["x"])
    office.run()
    _vanish(office, "news")
    office.run()
    office.pass_time(minutes=11)
    office.run()
    office.pass_time(hours=4)
    office.post("news", WORDS, due=60, channels=["x"])
    office.run()
    assert (office.state("news"), office.live()) == ("cancelled", [])


def test_a_vanished_file_that_was_due_meanwhile_does_not_go_out(office: Office) -> None:
    """Somebody took it away: a due time in the ten minutes after is the question of who was first."""
    office.post("news", WORDS, due=60, channels=["x"])
    office.post("other", due=600, channels=["x"])
    office.run()
    _vanish(office, "news")
    office.run()
    office.pass_time(minutes=11)
    office.run()
    office.pass_time(minutes=60)
    office.run()
    assert office.live() == []


def test_a_missing_content_folder_cancels_nothing(office: Office) -> None:
    """A share that is not mounted is no decision: everything stays booked, and goes out."""
    office.post("news", WORDS, due=60, channels=["x"])
    office.run()
    away = office.folder / "away"
    (office.folder / "content").rename(away)
    for _ in range(3):
        office.run()
        office.pass_time(minutes=12)
    assert office.state("news") == "waiting"
    assert [p for p in office.ask("status").problems if p.severity in ("error", "warning")]
    office.pass_time(minutes=30)
    office.run()
    assert office.state("news") == "published"


def test_many_files_gone_at_once_cancel_nothing_and_somebody_is_told(office: Office) -> None:
    """A folder emptied by mistake, or a share half mounted."""
    names = [f"post-{number}" for number in range(8)]
    for name in names:
        office.post(name, due=60, channels=["x"])
    office.run()
    _vanish(office, *names[:6])
    for _ in range(3):
        office.run()
        office.pass_time(minutes=12)
    assert {office.state(name) for name in names} == {"waiting"}
    codes = [p.code for p in office.ask("status").problems]
    assert "plan.many_vanished" in codes


# ── Channels that come later ──


def test_a_channel_added_later_gets_nothing_old(office: Office) -> None:
    """A new channel is for new posts; `publish --channel` is the way for an old one."""
    only_x = {"fb": {"default": False}}
    office.open(only_x)
    office.post("news", WORDS, due=30)
    office.run()
    office.open()
    office.run()
    assert [one.channel for one in office.deliveries()] == ["x"]
    office.post("fresh", due=30)
    office.run()
    office.pass_time(minutes=30)
    office.run()
    assert len(office.live("facebook")) == 1
    assert office.told("publish", "news", channel="fb", now=True) == ["desk.published"]
    assert len(office.live("facebook")) == 2


def test_a_channel_named_later_in_the_file_is_a_notice(office: Office) -> None:
    """Also what the file itself adds later comes only by `publish`; `check` says so."""
    office.post("news", WORDS, due=30, channels=["x"])
    office.run()
    office.post("news", WORDS, due=30, channels=["x", "fb"])
    office.run()
    assert [one.channel for one in office.deliveries()] == ["x"]
    assert "plan.channel_later" in [p.code for p in office.ask("check").problems]


def test_a_renamed_channel_publishes_nothing_again(office: Office) -> None:
    """A label is only a label: order and receipts hang on the account."""
    office.post("news", WORDS, due=0, channels=None)
    office.run()
    assert len(office.live()) == 2
    document = (office.folder / "schedule.yaml").read_text().replace("  x:", "  twitter-main:")
    (office.folder / "schedule.yaml").write_text(document)
    office.workspace = config.load(office.folder)
    office.start()
    office.run()
    assert len(office.live()) == 2
    assert len(office.deliveries()) == 2


# ── What is never planned ──


def test_drafts_and_underscores_are_never_planned(office: Office) -> None:
    """`draft: true`, names that begin with `_` or `.`, and Word's lock files stay where they are."""
    office.post("draft", draft=True)
    office.post("_later")
    office.post(".hidden")
    office.post("folder/_inside")
    (office.folder / "content/~$news.md").write_text("being edited", encoding="utf-8")
    office.run()
    assert office.deliveries() == []
    assert office.live() == []


def test_a_draft_that_is_ready_goes_out(office: Office) -> None:
    """The line removed, it is a post like any other, first seen now."""
    office.post("news", due=0, draft=True, channels=["x"])
    office.run()
    office.post("news", due=0, channels=["x"])
    office.run()
    assert office.state("news") == "published"


def test_a_booked_post_that_becomes_a_draft_does_not_go_out(office: Office) -> None:
    """Somebody has second thoughts: `draft: true` keeps it back."""
    office.post("news", due=30, channels=["x"])
    office.run()
    office.post("news", due=30, channels=["x"], draft=True)
    office.run()
    office.pass_time(minutes=31)
    office.run()
    assert office.live() == []


def test_a_channel_taken_out_of_the_file_gets_nothing(office: Office) -> None:
    """Somebody decides that a post is not for X after all; put back, it goes out there too."""
    office.post("news", WORDS, due=30, channels=["x", "fb"])
    office.run()
    office.post("news", WORDS, due=30, channels=["fb"])
    office.run()
    office.pass_time(minutes=31)
    office.run()
    assert [post["platform"] for post in office.live()] == ["facebook"]
    assert "log.gate_broken" in office.delivery("news").gates
    office.post("news", WORDS, due=30, channels=["fb", "x"])
    office.run()
    assert len(office.live()) == 2


def test_a_file_still_being_copied_is_not_read(office: Office) -> None:
    """What changes between two looks does not count yet."""
    office.post("news", "First half", due=0, channels=["x"])
    office.daemon.look()
    office.post("news", "First half and the second.", due=0, channels=["x"])
    office.daemon.look()
    assert office.deliveries() == []
    office.run()
    assert office.texts() == ["First half and the second."]


def test_an_edit_during_delivery_goes_out_as_claimed(office: Office) -> None:
    """The text is the one that was claimed; the new one is not sent."""
    office.post("news", "First words.", due=0, channels=["x"])
    office.look()
    with office.while_staging():
        office.post("news", "Second words.", due=0, channels=["x"])
        office.look()
    office.run()
    assert office.texts() == ["First words."]
