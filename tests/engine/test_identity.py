"""Which file is which post: renames, copies, vanished files, names that are never planned."""

from __future__ import annotations

import shutil
from io import StringIO

import pytest

from publisher import config
from publisher.cli.deliveries import delivery_lines
from publisher.cli.screen import Screen
from publisher.texts import t
from publisher.views import DeliveryView
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


def test_a_copied_folder_is_held(office: Office) -> None:
    """Not a byte differs: a warning in `check`, booked held with the reason, asking a person."""
    office.post("news", WORDS, due=0, pictures=2, channels=["fb"], id=None)
    office.run()
    _copy(office, "news", "news - Salin")
    assert [(p.code, p.severity) for p in office.ask("check").problems] == [("plan.copied", "warning")]
    office.run()
    copy = _of(office, "news - Salin")
    assert (copy.state, copy.reason, copy.needs_person) == ("held", "plan.copied", True)
    assert (copy.reason_values["other"], copy.reason_values["post"]) == ("news", "news - Salin")
    office.pass_time(minutes=5)
    office.run()
    assert office.texts() == [WORDS]
    (asked,) = office.ask("needs_person")
    assert (asked.message, [choice.verb for choice in asked.choices]) == ("desk.need_twin", ["release"])
    assert t(asked.message, **asked.values).startswith("Held on fb. This is a copy of “news”")
    shown = list(delivery_lines(asked.delivery, Screen(StringIO(), 80, False, False), dated=True, why=False))
    assert shown[1].endswith(" · by the program itself")  # and not “daemon · held” below “held”


def test_a_copy_goes_out_when_a_person_releases_it(office: Office) -> None:
    """`release` says yes to it, and no later look takes that back."""
    office.post("news", WORDS, due=0, channels=["fb"], id=None)
    office.run()
    _copy(office, "news", "copy")
    office.run()
    assert office.told("release", "copy") == ["desk.released"]
    assert office.ask("check").problems == ()
    office.run()
    assert office.texts() == [WORDS, WORDS]


def test_a_copy_goes_on_by_itself_once_its_words_are_its_own(office: Office) -> None:
    """People copy a folder to begin the next post: the edit is the answer, nobody is asked any more."""
    office.post("news", WORDS, due=0, channels=["x"], id=None)
    office.run()
    _copy(office, "news", "news - Salin")
    office.run()
    assert _of(office, "news - Salin").state == "held"
    office.post("news - Salin", "The library is closed next week.", due=10, channels=["x"], id=None)
    office.run()
    copy = _of(office, "news - Salin")
    assert (copy.state, copy.held_by, copy.needs_person) == ("waiting", None, False)
    office.pass_time(minutes=10)
    office.run()
    assert office.texts() == [WORDS, "The library is closed next week."]


def test_a_person_who_held_a_copy_keeps_it_held(office: Office) -> None:
    """Their hold is not the machine's: no edit ends it."""
    office.post("news", WORDS, due=0, channels=["x"], id=None)
    office.run()
    _copy(office, "news", "copy")
    office.run()
    assert office.told("hold", "copy") == ["desk.held"]
    office.post("copy", "The library is closed next week.", due=10, channels=["x"], id=None)
    office.run()
    assert (_of(office, "copy").state, _of(office, "copy").held_by) == ("held", "Sari")


def test_the_same_again_within_a_month_is_an_error(office: Office) -> None:
    """Retyped or dated anew: nothing is booked, and `publish` refuses, until it says `repeat: true`."""
    office.post("news", WORDS, due=0, channels=["x", "fb"])
    office.run()
    url = office.delivery("news", "fb").url
    office.post("again", WORDS, due=10, channels=["fb"])
    (problem,) = office.ask("check").problems
    assert (problem.code, problem.severity, problem.channel) == ("plan.repeated", "error", "fb")
    assert (problem.values["other"], problem.values["url"]) == ("news", url)
    office.run()
    assert {one.path for one in office.deliveries()} == {"news"}
    assert office.told("publish", "again", now=True) == ["desk.has_errors"]
    office.post("again", WORDS, due=10, channels=["fb"], repeat=True)
    office.run()
    office.pass_time(minutes=10)
    office.run()
    assert office.texts("facebook") == [WORDS, WORDS]


def test_the_same_after_a_month_is_held(office: Office) -> None:
    """The time between the two counts, not the day on which the file was put there."""
    office.post("news", WORDS, due=0, channels=["x"])
    office.run()
    office.post("again", WORDS, due=31 * 24 * 60, channels=["x"])
    assert [p.code for p in office.ask("check").problems] == ["plan.looks_published"]
    office.run()
    assert office.state("again") == "held"


def test_nearly_the_same_is_held_and_told_with_place_and_time(office: Office) -> None:
    """A word changed: a warning in `check`, held at booking; the next date of the same notice is not."""
    notice = (
        "Jadwal imunisasi anak di Posyandu Melati, Desa Sepempang: {} November pukul 08.00. Bawa buku KIA."
    )
    office.post("first", notice.format(3), due=0, channels=["x"])
    office.run()
    office.post("typo", notice.format(3).replace("Jadwal", "Jadual"), due=10, channels=["x"])
    office.post("next", notice.format(10), due=20, channels=["x"])
    (problem,) = office.ask("check").problems
    assert (problem.code, problem.severity, problem.post) == ("plan.resembles_published", "warning", "typo")
    assert problem.values["url"] == office.delivery("first").url
    office.run()
    assert (office.state("typo"), office.state("next")) == ("held", "waiting")


def test_a_thread_is_no_double_of_one_that_begins_alike(office: Office) -> None:
    """What stands behind the first part counts as well."""
    opening = "Your rights to public information, part by part. "
    for name, words in (("one", "Everybody may ask. "), ("two", "Nobody must say why. ")):
        office.post(name, opening + words * 30, due=5, channels=["x"], twitter={"thread": True})
    office.run()
    assert [str(one.state) for one in office.deliveries()] == ["waiting", "waiting"]


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


def test_where_the_platform_takes_no_text_twice_a_repeat_is_told_before(office: Office) -> None:
    """X would refuse it at its time; other words there, and other platforms, are left in peace."""
    office.post("news", WORDS, due=0)
    office.run()
    office.post("again", WORDS, due=10, repeat=True)
    (told,) = office.ask("check").problems
    assert (told.code, told.severity, told.channel) == ("plan.repeat_refused", "warning", "x")
    assert told.values["url"] == office.delivery("news", "x").url
    office.post("again", WORDS, due=10, repeat=True, twitter={"text": f"{WORDS} Come on Tuesday."})
    assert office.ask("check").problems == ()


def test_repeat_written_later_lets_what_was_held_go(office: Office) -> None:
    """The advice that was given is the one that helps."""
    for name in ("a", "b"):
        office.post(name, WORDS, due=5, channels=["fb"])
    office.run()
    assert office.delivery("b", "fb").reason == "plan.looks_booked"
    office.post("b", WORDS, due=5, channels=["fb"], repeat=True)
    office.run()
    assert office.state("b", "fb") == "waiting"
    office.pass_time(minutes=5)
    office.run()
    assert office.texts() == [WORDS, WORDS]


def test_two_new_files_with_the_same_words(office: Office) -> None:
    """Dropped in together, only one goes out; the other is held."""
    office.post("a", WORDS, due=5, channels=["x"], id=None)
    office.post("b", WORDS, due=5, channels=["x"], id=None)
    office.run()
    office.pass_time(minutes=5)
    office.run()
    assert office.texts() == [WORDS]
    assert sorted(str(one.state) for one in office.deliveries()) == ["held", "published"]


def test_of_two_the_other_goes_when_the_first_is_taken_away(office: Office) -> None:
    """`delete one of the two` is what people were told: then nothing holds the one that is left."""
    for name in ("a", "b"):
        office.post(name, WORDS, due=60, channels=["x"])
    office.post("other", "Something else.", due=600, channels=["x"])
    office.run()
    _vanish(office, "a")
    office.run()
    office.pass_time(minutes=11)
    office.run()
    office.pass_time(minutes=5)
    office.run()
    assert (office.state("a"), office.state("b")) == ("cancelled", "waiting")
    office.post("a", WORDS, due=60, channels=["x"])
    office.run()
    assert (office.state("a"), office.state("b")) == ("held", "waiting")
    office.pass_time(minutes=50)
    office.run()
    assert office.texts() == [WORDS]


def test_what_cannot_go_out_holds_back_nothing(office: Office) -> None:
    """A post with an error on a channel is no double of a good one there."""
    office.post("a", WORDS, due=5, channels=["x"], twitter={"poll": ["satu"]})
    office.post("b", WORDS, due=5, channels=["x"])
    assert "plan.looks_booked" not in [p.code for p in office.ask("check").problems]
    office.run()
    office.pass_time(minutes=5)
    office.run()
    assert (office.texts(), office.state("b")) == ([WORDS], "published")


def test_an_edit_into_what_is_out_already_stops(office: Office) -> None:
    """Yesterday's text pasted into today's post by mistake does not go out again."""
    office.post("news", WORDS, due=0, channels=["x"])
    office.post("today", "The library is closed next week.", due=30, channels=["x"])
    office.run()
    office.post("today", WORDS, due=30, channels=["x"])
    for _ in range(2):
        office.run()
        assert "plan.repeated" in [p.code for p in office.ask("check").problems]
    office.pass_time(minutes=31)
    office.run()
    assert office.texts() == [WORDS]
    office.post("today", "The library is open again.", due=30, channels=["x"])
    office.run()
    assert office.texts() == [WORDS, "The library is open again."]


def _copy(office: Office, name: str, to: str) -> None:
    shutil.copytree(office.folder / "content" / name, office.folder / "content" / to)


def _of(office: Office, path: str) -> DeliveryView:
    return next(one for one in office.deliveries() if one.path == path)


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
