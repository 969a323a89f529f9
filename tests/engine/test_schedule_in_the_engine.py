"""The table of precedence at work: what really goes out, when, and what does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from publisher.errors import PublisherError
from publisher.texts import t
from tests.engine.office import START, Office, moment

MINUTE = timedelta(minutes=1)


def _went_out(office: Office, *posts: str, channel: str = "x") -> list[float]:
    """Minutes after START."""
    found = [office.delivery(post, channel).published_at for post in posts]
    return [round((at - START) / MINUTE, 1) if at else -1 for at in found]


# ── Late ──


def test_an_explicit_time_is_kept_to_the_second(office: Office) -> None:
    """Not a second early."""
    office.post("news", due=10, channels=["x"])
    office.run()
    office.pass_time(minutes=9, seconds=59)
    office.run()
    assert office.live() == []
    office.pass_time(seconds=1)
    office.run()
    assert office.state("news") == "published"


def test_late_posts_go_out_spaced_and_never_in_a_burst(office: Office) -> None:
    """After an outage what is within grace goes out a minute apart, in the order of their times."""
    for place, name in enumerate(("a", "b", "c")):
        office.post(name, due=place, channels=["x"])
    office.look()
    office.pass_time(minutes=60)
    office.run()
    assert len(office.live()) == 1
    office.live_through(minutes=4)
    assert office.texts() == [f"Announcement {name} of the office." for name in "abc"]
    times = _went_out(office, "a", "b", "c")
    assert all(later - earlier >= 1 for earlier, later in pairwise(times))


def test_posts_due_together_go_out_together(office: Office) -> None:
    """Punctual posts with explicit times are not spaced: a person chose them."""
    office.post("a", due=5, channels=["x"])
    office.post("b", due=5, channels=["x"])
    office.look()
    office.pass_time(minutes=5)
    office.run()
    assert len(office.live()) == 2


@pytest.mark.parametrize(("late", "state"), [(119, "published"), (121, "missed")])
def test_grace_is_two_hours_unless_said_otherwise(office: Office, late: int, state: str) -> None:
    """Within it a late post goes out, past it it is missed."""
    office.post("news", due=0, channels=["x"])
    office.look()
    office.pass_time(minutes=late)
    office.run()
    assert office.state("news") == state


@pytest.mark.parametrize("where", ["post", "channel", "workspace"])
def test_grace_of_post_channel_and_workspace(office: Office, where: str) -> None:
    """Each place where grace can be written is obeyed."""
    if where == "workspace":
        office.open(grace="10m")
    if where == "channel":
        office.open({"x": {"grace": "10m"}})
    office.post("news", due=0, channels=["x"], grace="10m" if where == "post" else None)
    office.look()
    office.pass_time(minutes=11)
    office.run()
    assert office.state("news") == "missed"


def test_missed_asks_a_person(office: Office) -> None:
    """Past grace nothing goes out, and status says what and why, with what can be done."""
    office.post("news", due=0, channels=["x"])
    office.look()
    office.pass_time(minutes=121)
    office.run()
    assert office.live() == []
    asked = office.ask("needs_person")
    assert [one.message for one in asked] == ["desk.need_missed"]
    assert [choice.verb for choice in asked[0].choices] == ["publish", "resolve"]
    missed = office.delivery("news")
    assert missed.reason == "schedule.missed_grace"
    told = t(missed.reason, **missed.reason_values)
    assert "2 h 1 min late; 2 h are allowed" in told


def test_a_missed_post_goes_out_when_a_person_says_so(office: Office) -> None:
    """`publish --now` after the miss."""
    office.post("news", due=0, channels=["x"])
    office.look()
    office.pass_time(minutes=121)
    office.run()
    assert office.told("publish", "news", now=True) == ["desk.published"]
    assert len(office.live()) == 1


def test_a_missed_post_with_a_new_time_waits_for_it(office: Office) -> None:
    """The file was given another time: it is no longer missed."""
    office.post("news", due=0, channels=["x"])
    office.look()
    office.pass_time(minutes=121)
    office.run()
    office.post("news", due=180, channels=["x"])
    office.run()
    view = office.delivery("news")
    assert (view.state, view.needs_person) == ("waiting", False)
    office.pass_time(minutes=60)
    office.run()
    assert office.state("news") == "published"


def test_a_time_long_over_is_old_content(office: Office) -> None:
    """A file with a time more than a week ago books nothing, and asks nobody."""
    office.post("news", due=-8 * 24 * 60, channels=["x"])
    office.run()
    assert office.deliveries() == []
    assert office.ask("needs_person") == ()
    assert office.live() == []


def test_a_time_just_over_at_first_sight_is_missed(office: Office) -> None:
    """Written too late to be in time: nothing goes out, a person is told."""
    office.post("news", due=-180, channels=["x"])
    office.run()
    assert office.state("news") == "missed"
    assert office.delivery("news").needs_person


# ── Before and after ──


def test_publish_before_ends_it(office: Office) -> None:
    """From that moment on it is too late, whatever its grace."""
    office.post("news", due=10, channels=["x"], grace="1d", publish_before=moment(30))
    office.look()
    office.pass_time(minutes=30)
    office.run()
    view = office.delivery("news")
    assert (view.state, view.reason) == ("missed", "schedule.ended_publish_before")
    assert office.live() == []


def test_publish_before_that_comes_while_staging_is_heard(office: Office) -> None:
    """The clock passes the end between claim and fence: nothing is sent."""
    office.post("news", due=0, channels=["x"], publish_before=moment(1))
    office.look()
    with office.while_staging():
        office.pass_time(minutes=1)
    assert office.live() == []
    office.pass_time(seconds=10)
    office.run()
    assert office.state("news") == "missed"


def test_publish_after_without_a_time_is_the_earliest(office: Office) -> None:
    """A post of the queue with an embargo goes out when it ends."""
    office.post("news", channels=["x"], publish_after=moment(45))
    office.run()
    office.pass_time(minutes=44)
    office.run()
    assert office.live() == []
    office.pass_time(minutes=1)
    office.run()
    assert office.state("news") == "published"


# ── Queue, slots, spacing, quiet ──


def test_a_channel_without_slots_publishes_at_once(office: Office) -> None:
    """No time, no slots: now."""
    office.post("news", channels=["x"])
    office.run()
    assert office.state("news") == "published"


def test_slots_are_taken_once_each_in_the_order_of_first_sight(office: Office) -> None:
    """Three posts without a time take three slots; none shares one."""
    office.open({"x": {"slots": ["daily 09:00", "daily 10:00"]}})
    for name in ("b", "a", "c"):
        office.post(name, channels=["x"])
        office.look()
    dues = [office.delivery(name).due_at for name in ("b", "a", "c")]
    assert dues == [START + timedelta(hours=hours) for hours in (1, 2, 25)]
    office.pass_time(hours=1)
    office.run()
    assert [office.state(name) for name in ("b", "a", "c")] == ["published", "waiting", "waiting"]


def test_a_place_is_kept_when_the_one_before_is_withdrawn(office: Office) -> None:
    """A slot that becomes free goes to the next new post; nobody else moves."""
    office.open({"x": {"slots": ["daily 09:00", "daily 10:00", "daily 11:00"]}})
    first = office.post("a", channels=["x"])
    office.post("b", channels=["x"])
    office.look()
    (first / "post.md").unlink()
    office.look()
    office.pass_time(minutes=11)
    office.look()
    assert office.state("a") == "cancelled"
    office.post("c", channels=["x"])
    office.look()
    assert office.delivery("b").due_at == START + timedelta(hours=2)
    assert office.delivery("c").due_at == START + timedelta(hours=1)


def test_spacing_keeps_posts_of_the_queue_apart(office: Office) -> None:
    """Two posts of one account keep the channel's distance; another account does not care."""
    office.open({"x": {"spacing": "15m"}})
    for name in ("a", "b"):
        office.post(name)
    office.run()
    office.live_through(minutes=16, step=60)
    assert _went_out(office, "a", "b") == [0, 15]
    assert _went_out(office, "a", "b", channel="fb") == [0, 0]


def test_quiet_hours_hold_the_queue_back(office: Office) -> None:
    """In quiet hours nothing of the queue goes out; at their end it does."""
    office.open(quiet={"hours": ["07:00-09:00"]})
    office.post("news", channels=["x"])
    office.run()
    office.pass_time(minutes=59)
    office.run()
    assert office.live() == []
    office.pass_time(minutes=1)
    office.run()
    assert office.state("news") == "published"


def test_an_explicit_time_in_quiet_hours_is_kept_and_warned_of(office: Office) -> None:
    """A person chose it; `check` says that it is at a quiet time."""
    office.open(quiet={"hours": ["07:00-09:00"]})
    office.post("news", due=5, channels=["x"])
    codes = [(p.code, p.severity) for p in office.ask("check").problems]
    assert [severity for code, severity in codes if "quiet" in code] == ["warning"]
    office.look()
    office.pass_time(minutes=5)
    office.run()
    assert office.state("news") == "published"


def test_quiet_dates_are_for_the_queue_only(office: Office) -> None:
    """On a holiday the queue rests and an explicit time is meant."""
    office.open(quiet={"dates": ["2026-11-24"]})
    office.post("queued", channels=["x"])
    office.post("timed", due=5, channels=["x"])
    office.look()
    office.pass_time(minutes=5)
    office.run()
    assert (office.state("queued"), office.state("timed")) == ("waiting", "published")
    office.pass_time(hours=16)
    office.run()
    assert office.state("queued") == "published"


def test_quiet_hours_that_begin_while_it_waits_are_heard(office: Office) -> None:
    """What could not go out before quiet hours waits for their end."""
    office.open(quiet={"hours": ["08:05-08:30"]})
    office.post("news", channels=["x"])
    office.look()
    office.pass_time(minutes=6)
    office.run()
    assert office.live() == []
    office.live_through(minutes=25, step=60)
    assert office.state("news") == "published"


# ── Urgent ──


@pytest.mark.parametrize("row", ["queue", "spacing", "quiet", "channel held", "everything held"])
def test_urgent_passes(office: Office, row: str) -> None:
    """An urgent post passes queue, spacing, quiet time and the hold of its channel or of everything."""
    office.open(
        {"x": {"slots": ["daily 20:00"], "spacing": "6h"}},
        quiet={"hours": ["07:00-12:00"]} if row == "quiet" else {},
    )
    if row == "spacing":
        office.post("before", due=0, channels=["x"])
        office.run()
    office.post("alarm", channels=["x"], urgent=True)
    if row.endswith("held"):
        office.ask("hold", None, channel="x" if row[0] == "c" else None, everything=row[0] == "e")
    office.run()
    assert "Announcement alarm of the office." in office.texts()


def test_urgent_never_passes_approval(office: Office) -> None:
    """Nothing does."""
    office.open(approval="required")
    office.post("alarm", channels=["x"], urgent=True)
    office.run()
    assert office.sandbox.world.requests() == []
    office.told("approve", "alarm", by="Budi")
    office.run()
    assert office.state("alarm") == "published"


def test_a_file_error_stops_before_everything(office: Office) -> None:
    """A booked post whose file breaks is not sent, approved and urgent as it may be; mended, it goes out."""
    office.post("news", due=10, channels=["x"])
    office.run()
    target = office.folder / "content/news/post.md"
    good = target.read_text()
    target.write_text(good.replace("channels", "chanels"))
    office.pass_time(minutes=10)
    office.run()
    assert office.live() == []
    assert "log.gate_broken" in office.delivery("news").gates
    target.write_text(good)
    office.run()
    assert office.state("news") == "published"


# ── Zones ──


def test_times_are_those_of_the_workspace(office: Office) -> None:
    """08:30 in Jakarta is 01:30 UTC; the log keeps both."""
    office.open(timezone="Asia/Jakarta")
    office.post("news", channels=["x"], publish_at="2026-11-24 15:30")
    office.run()
    view = office.delivery("news")
    assert view.due_at == datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
    assert (view.due_wall, view.due_zone) == (datetime(2026, 11, 24, 15, 30), "Asia/Jakarta")
    office.pass_time(minutes=30)
    office.run()
    assert office.state("news") == "published"


# ── Clock ──


def test_the_program_follows_the_sandbox_clock(office: Office) -> None:
    """The sandbox's clock jumps: at the next wake-up the program sees that a post is due."""
    office.post("news", due=300, channels=["x"])
    office.run()
    office.sandbox.world.set_clock(offset=0, now=START + timedelta(minutes=300))
    office.work()
    assert office.state("news") == "published"
    assert office.delivery("news").published_at == START + timedelta(minutes=300)


def test_a_wrong_schedule_never_starts(office: Office) -> None:
    """A broken schedule.yaml stops the start, with file and line."""
    with pytest.raises(PublisherError) as told:
        office.open({"x": {"slots": ["noon"]}})
    assert told.value.values["file"] == "schedule.yaml"
    assert told.value.values["line"]
