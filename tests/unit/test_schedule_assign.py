"""Due times of posts on channels: explicit, urgent, slots, no slots, and what they say of each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from connectors.contract import Severity
from publisher import texts
from publisher.errors import PublisherError
from publisher.model import Channel, Due, DueWhy, LocalTime, Quiet
from publisher.schedule import Assigned, Gates, Outcome, Request, Rule, Taken, assign, utc_of

ZONE = "Asia/Jakarta"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ACCOUNT = "facebook:1001"
NIGHTS = Quiet(((21 * 60, 5 * 60),), frozenset({date(2026, 12, 25)}))


def wall(text: str) -> LocalTime:
    return LocalTime(datetime.fromisoformat(text), ZONE)


def at(text: str) -> datetime:
    return utc_of(wall(text)).at


NOW = at("2026-11-24 10:00")  # a Tuesday


def channel(
    *slots: str, label: str = "fb", account: str = ACCOUNT, spacing: timedelta = 15 * MINUTE
) -> Channel:
    platform, _, number = account.partition(":")
    return Channel(label, platform, number, account, "env:T", slots=slots, spacing=spacing)


def request(key: str, seen: int = 0, **facts: Any) -> Request:
    given: dict[str, Any] = {"account": ACCOUNT, "channel": "fb", "grace": 2 * HOUR, "post": key}
    return Request(key=key, seen=seen, **(given | facts))


def run(
    *requests: Request,
    on: Iterable[Channel] = (channel("mon-fri 08:00"),),
    taken: Iterable[Taken] = (),
    quiet: Quiet = NIGHTS,
    now: datetime = NOW,
) -> dict[str, Assigned]:
    return {one.key: one for one in assign(requests, taken, list(on), quiet, ZONE, now)}


def dues(answer: dict[str, Assigned]) -> dict[str, str | None]:
    return {
        key: None if one.due is None else f"{one.due.why} {one.due.wall:%m-%d %H:%M}"
        for key, one in answer.items()
    }


def codes(one: Assigned) -> list[str]:
    return [problem.code.removeprefix("schedule.") for problem in one.problems]


def booked(text: str, why: DueWhy = DueWhy.SLOT) -> Due:
    return Due(at(text), wall(text).wall, ZONE, why)


def test_the_queue_takes_slots_in_the_order_of_first_sight() -> None:
    """The post seen first goes first, whatever the order of the requests; weekends are passed over."""
    answer = run(request("c", 3), request("a", 1), request("b", 2), request("d", 4))
    assert dues(answer) == {
        "c": "slot 11-27 08:00",
        "a": "slot 11-25 08:00",
        "b": "slot 11-26 08:00",
        "d": "slot 11-30 08:00",
    }


def test_an_explicit_time_stays_where_it_is_and_the_queue_gives_way() -> None:
    """A slot nearer than the spacing to an explicit post is passed over by new posts, left by booked ones."""
    explicit = request("x", publish_at=wall("2026-11-25 08:10"))
    answer = run(request("new", 2), explicit, request("old", 1, booked=booked("2026-11-25 08:00")))
    assert dues(answer) == {
        "new": "slot 11-27 08:00",
        "x": "explicit 11-25 08:10",
        "old": "slot 11-26 08:00",
    }


def test_explicit_times_in_quiet_hours_or_close_together_are_warnings() -> None:
    """Both posts keep their times; each is told of the other, and the late one of the quiet hours."""
    answer = run(
        request("a", publish_at=wall("2026-11-24 20:55"), lines={"publish_at": 3}),
        request("b", publish_at=wall("2026-11-24 21:05"), lines={"publish_at": 4}),
    )
    assert dues(answer) == {"a": "explicit 11-24 20:55", "b": "explicit 11-24 21:05"}
    assert (codes(answer["a"]), codes(answer["b"])) == (
        ["close_explicit"],
        ["quiet_explicit", "close_explicit"],
    )
    assert {problem.severity for one in answer.values() for problem in one.problems} == {Severity.WARNING}
    assert [problem.line for problem in answer["b"].problems] == [4, 4]


def test_an_explicit_time_on_a_holiday_is_meant() -> None:
    """Quiet dates are for the queue only: no word about a greeting on the day itself."""
    answer = run(
        request("x", publish_at=wall("2026-12-25 09:00")),
        request("q", publish_after=wall("2026-12-24 12:00")),
        on=[channel("daily 08:00")],
    )
    assert dues(answer) == {"x": "explicit 12-25 09:00", "q": "slot 12-26 08:00"}
    assert codes(answer["x"]) == []


def test_publish_after_and_before_bound_the_slot() -> None:
    """The slot lies within the window; where none does, that is an error and nothing is due."""
    window = {"publish_after": wall("2026-11-26 00:00"), "publish_before": wall("2026-11-27 08:00")}
    answer = run(request("a", 1, **window), request("b", 2, **window))
    assert dues(answer) == {"a": "slot 11-26 08:00", "b": None}
    assert codes(answer["b"]) == ["no_time_before"]
    assert (answer["b"].verdict.outcome, answer["b"].verdict.rule) == (Outcome.STOPPED, Rule.PUBLISH_BEFORE)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (
            {"publish_at": wall("2026-11-25 08:00"), "publish_after": wall("2026-11-25 08:01")},
            "at_before_after",
        ),
        (
            {"publish_at": wall("2026-11-25 08:00"), "publish_before": wall("2026-11-25 08:00")},
            "at_not_before",
        ),
        (
            {"publish_after": wall("2026-11-25 08:00"), "publish_before": wall("2026-11-25 08:00")},
            "window_empty",
        ),
        ({"publish_at": LocalTime(datetime(2026, 11, 25), "Asia/Natuna")}, "unknown_zone"),
        ({"publish_before": LocalTime(datetime(9999, 11, 25), ZONE)}, "out_of_range"),
    ],
)
def test_times_that_contradict_each_other_are_errors_of_the_post(facts: dict[str, Any], code: str) -> None:
    """Nothing is due, the problem holds for the whole post, and the others are planned as ever."""
    answer = run(request("bad", 1, **facts), request("good", 2))
    assert codes(answer["bad"]) == [code]
    problem = answer["bad"].problems[0]
    assert (problem.severity, problem.channel, answer["bad"].due) == (Severity.ERROR, None, None)
    assert answer["bad"].verdict.outcome is Outcome.STOPPED
    assert dues(answer)["good"] == "slot 11-25 08:00"


def test_gap_and_fold_are_told() -> None:
    """A time that does not exist is a warning, one that comes twice a notice."""
    gap = LocalTime(datetime(2027, 3, 28, 2, 30), "Europe/Berlin")
    fold = LocalTime(datetime(2027, 10, 31, 2, 30), "Europe/Berlin")
    answer = run(request("gap", publish_at=gap), request("fold", publish_at=fold), quiet=Quiet())
    severities = {key: [(p.code, p.severity) for p in one.problems] for key, one in answer.items()}
    assert severities == {
        "gap": [("schedule.gap", Severity.WARNING)],
        "fold": [("schedule.fold", Severity.NOTICE)],
    }


def test_an_explicit_time_that_is_over_at_first_sight_is_missed() -> None:
    """Within grace it goes out late; past it nothing goes out, and the plan says why."""
    answer = run(
        request("late", publish_at=wall("2026-11-24 08:30")),
        request("over", publish_at=wall("2026-11-23 08:00")),
    )
    assert answer["late"].verdict.outcome is Outcome.GO
    assert (answer["over"].verdict.outcome, codes(answer["over"])) == (Outcome.MISSED, ["past"])
    again = run(
        request(
            "over", publish_at=wall("2026-11-23 08:00"), booked=booked("2026-11-23 08:00", DueWhy.EXPLICIT)
        )
    )
    assert codes(again["over"]) == []


def test_urgent_is_due_at_once() -> None:
    """On hold, at night and next to another post: now; with publish_after, then; an own time stays."""
    night = at("2026-11-24 23:00")
    answer = run(
        request("now", urgent=True, gates=Gates(held=True)),
        request("was queued", urgent=True, booked=booked("2026-11-25 08:00")),
        request("from", urgent=True, publish_after=wall("2026-11-24 23:30")),
        request("timed", urgent=True, publish_at=wall("2026-11-24 23:45")),
        request("unapproved", urgent=True, gates=Gates(approved=False)),
        taken=[Taken("other", ACCOUNT, night - MINUTE)],
        now=night,
    )
    assert dues(answer) == {
        "now": "urgent 11-24 23:00",
        "was queued": "urgent 11-24 23:00",
        "from": "urgent 11-24 23:30",
        "timed": "explicit 11-24 23:45",
        "unapproved": "urgent 11-24 23:00",
    }
    outcomes = {key: one.verdict.outcome for key, one in answer.items()}
    assert outcomes["now"] is outcomes["was queued"] is Outcome.GO
    assert (outcomes["unapproved"], answer["unapproved"].verdict.rule) == (Outcome.WAIT, Rule.APPROVAL)


def test_a_channel_without_slots_publishes_at_once_and_spaced() -> None:
    """Due is the next moment that is not quiet and far enough from what went out and what is to come."""
    answer = run(
        request("a", 1),
        request("b", 2),
        request("c", 3),
        on=[channel()],
        taken=[Taken("out", ACCOUNT, NOW - 5 * MINUTE), Taken("soon", ACCOUNT, NOW + 30 * MINUTE)],
    )
    assert dues(answer) == {"a": "queue 11-24 10:10", "b": "queue 11-24 10:45", "c": "queue 11-24 11:00"}
    evening = run(request("a", 1), request("b", 2), on=[channel()], now=at("2026-11-24 20:50"))
    assert dues(evening) == {"a": "queue 11-24 20:50", "b": "queue 11-25 05:00"}


def test_the_very_distance_is_enough() -> None:
    """Between two posts half an hour apart there is room for a third, a quarter from both."""
    around = [Taken("one", ACCOUNT, NOW + 5 * MINUTE), Taken("two", ACCOUNT, NOW + 35 * MINUTE)]
    for taken in (around, around[::-1]):
        assert dues(run(request("a"), on=[channel()], taken=taken)) == {"a": "queue 11-24 10:20"}


def test_one_slot_is_never_booked_twice_where_no_spacing_is_asked_for() -> None:
    """If the log has two posts on a slot, or an explicit one is there, the later seen takes the next."""
    on = [channel("mon-fri 08:00", spacing=0 * MINUTE)]
    due = booked("2026-11-25 08:00")
    assert dues(run(request("b", 2, booked=due), request("a", 1, booked=due), on=on)) == {
        "b": "slot 11-26 08:00",
        "a": "slot 11-25 08:00",
    }
    explicit = request("x", 3, publish_at=wall("2026-11-25 08:00"))
    assert dues(run(request("a", 1, booked=due), explicit, on=on))["a"] == "slot 11-26 08:00"


def test_slots_belong_to_the_account_whatever_the_label() -> None:
    """Two labels of one account never take the same slot, and keep the wider spacing of the two."""
    labels = [
        channel("daily 12:00", label="fb"),
        channel("daily 12:00", "daily 12:30", label="fb2", spacing=HOUR),
    ]
    answer = run(request("a", 1), request("b", 2, channel="fb2"), on=labels)
    assert dues(answer) == {"a": "slot 11-24 12:00", "b": "slot 11-25 12:00"}


def test_accounts_do_not_disturb_each_other() -> None:
    """The same slot on another account is another slot."""
    two = [channel("daily 12:00"), channel("daily 12:00", label="x", account="twitter:2001")]
    answer = run(request("a", 1), request("b", 1, channel="x", account="twitter:2001"), on=two)
    assert dues(answer) == {"a": "slot 11-24 12:00", "b": "slot 11-24 12:00"}


def test_a_booked_place_is_kept_and_a_freed_slot_goes_to_the_next_new_post() -> None:
    """The first of three was cancelled: the others stay, a new one takes the place."""
    answer = run(
        request("b", 2, booked=booked("2026-11-26 08:00")),
        request("c", 3, booked=booked("2026-11-27 08:00")),
        request("d", 4),
    )
    assert dues(answer) == {"b": "slot 11-26 08:00", "c": "slot 11-27 08:00", "d": "slot 11-25 08:00"}


@pytest.mark.parametrize(
    ("facts", "on", "quiet", "expected"),
    [
        ({}, [channel("mon-fri 09:00")], NIGHTS, "slot 11-25 09:00"),
        ({}, [channel()], NIGHTS, "slot 11-25 08:00"),
        ({}, [channel("mon-fri 08:00")], Quiet((), frozenset({date(2026, 11, 25)})), "slot 11-26 08:00"),
        ({"publish_after": wall("2026-11-25 09:00")}, [channel("mon-fri 08:00")], NIGHTS, "slot 11-26 08:00"),
        (
            {"publish_at": wall("2026-11-25 11:00")},
            [channel("mon-fri 08:00")],
            NIGHTS,
            "explicit 11-25 11:00",
        ),
    ],
)
def test_a_booked_place_is_given_up_only_if_it_is_no_longer_legal(
    facts: dict[str, Any], on: list[Channel], quiet: Quiet, expected: str
) -> None:
    """Slots moved, a new holiday, a window, an own time; a channel left without slots flushes nothing."""
    answer = run(request("a", booked=booked("2026-11-25 08:00"), **facts), on=on, quiet=quiet)
    assert dues(answer) == {"a": expected}


def test_a_place_without_slot_moves_out_of_a_new_holiday() -> None:
    """A post that waits on a channel without slots is placed anew when its day becomes quiet."""
    waiting = request("a", booked=booked("2026-11-25 05:00", DueWhy.QUEUE))
    holiday = Quiet(((21 * 60, 5 * 60),), frozenset({date(2026, 11, 25)}))
    assert dues(run(waiting, on=[channel()], now=at("2026-11-24 22:00"))) == {"a": "queue 11-25 05:00"}
    moved = run(waiting, on=[channel()], quiet=holiday, now=at("2026-11-24 22:00"))
    assert dues(moved) == {"a": "queue 11-26 05:00"}


def test_a_removed_publish_at_sends_the_post_to_the_queue() -> None:
    """What was explicit in the log and is no longer in the file takes a slot."""
    answer = run(request("a", booked=booked("2026-11-24 15:00", DueWhy.EXPLICIT)))
    assert dues(answer) == {"a": "slot 11-25 08:00"}


def test_what_just_went_out_does_not_drive_a_booked_place_away() -> None:
    """A late post went out 5 minutes before the slot: the slot's post comes minutes later, not a day."""
    morning = at("2026-11-25 07:56")
    answer = run(
        request("a", booked=booked("2026-11-25 08:00")),
        request("new", 2),
        taken=[Taken("late", ACCOUNT, morning - MINUTE)],
        now=morning,
    )
    assert dues(answer) == {"a": "slot 11-25 08:00", "new": "slot 11-26 08:00"}
    assert (answer["a"].verdict.rule, answer["a"].verdict.at) == (Rule.SPACING, morning + 14 * MINUTE)


def test_late_posts_take_turns() -> None:
    """After an outage three late posts keep their dues and go out one by one; a new one comes after."""
    after = at("2026-11-24 09:10")
    late = {
        key: request(
            key,
            seen,
            booked=booked(f"2026-11-24 {due}", DueWhy.EXPLICIT),
            publish_at=wall(f"2026-11-24 {due}"),
        )
        for seen, (key, due) in enumerate({"a": "08:00", "b": "08:20", "c": "08:40", "old": "07:00"}.items())
    }
    answer = run(*late.values(), request("new", 9), on=[channel()], now=after)
    turns = {key: one.verdict.at for key, one in answer.items()}
    assert turns == {
        "a": after,
        "b": after + 15 * MINUTE,
        "c": after + 30 * MINUTE,
        "old": None,
        "new": after + 45 * MINUTE,
    }
    assert answer["old"].verdict.outcome is Outcome.MISSED
    assert dues(answer)["new"] == "queue 11-24 09:55"


def test_a_queue_post_that_waited_for_a_person_takes_a_new_place() -> None:
    """Past grace without approval: the next slot, or now without slots; an explicit time is missed."""
    unapproved = Gates(approved=False)
    old = booked("2026-11-23 08:00")
    answer = run(
        request("queued", 1, booked=old, gates=unapproved),
        request("approved", 2, booked=old),
        request("timed", 3, publish_at=wall("2026-11-23 08:00"), booked=old, gates=unapproved),
    )
    assert dues(answer)["queued"] == "slot 11-25 08:00"
    assert {key: one.verdict.outcome for key, one in answer.items()} == {
        "queued": Outcome.WAIT,
        "approved": Outcome.MISSED,
        "timed": Outcome.MISSED,
    }
    now = run(
        request("told now", booked=booked("2026-11-23 08:00", DueWhy.NOW), gates=unapproved),
        request("slotless", booked=booked("2026-11-23 08:00", DueWhy.QUEUE), gates=unapproved),
        on=[channel()],
    )
    assert dues(now) == {"told now": "now 11-24 10:00", "slotless": "queue 11-24 10:15"}


def test_within_grace_a_post_that_waits_for_a_person_keeps_its_due() -> None:
    """No event is written every two seconds: the due time stays until grace is over."""
    due = booked("2026-11-24 09:00", DueWhy.QUEUE)
    answer = run(request("a", booked=due, gates=Gates(approved=False)), on=[channel()])
    assert answer["a"].due == due


def test_a_broken_file_takes_no_place_and_keeps_the_one_it_has() -> None:
    """Nothing is planned for it; what is booked stays booked, and says that the file has an error."""
    broken = Gates(broken=True)
    answer = run(
        request("new", 1, gates=broken), request("old", 2, booked=booked("2026-11-25 08:00"), gates=broken)
    )
    assert dues(answer) == {"new": None, "old": "slot 11-25 08:00"}
    assert {one.verdict.rule for one in answer.values()} == {Rule.FILE_ERROR}


def test_slots_or_days_that_are_all_quiet_are_errors() -> None:
    """Found out and told, instead of searched for ever."""
    by_slots = run(request("a"), on=[channel("daily 23:00")])
    by_hours = run(request("a"), on=[channel()], quiet=Quiet(((0, 1440),)))
    assert (codes(by_slots["a"]), codes(by_hours["a"])) == (["slots_in_quiet"], ["always_quiet"])
    assert by_slots["a"].due is by_hours["a"].due is None


def test_a_publish_after_in_the_far_future_is_found_quickly() -> None:
    """A typing error in the year costs no search through all the years between."""
    answer = run(request("a", publish_after=wall("8226-11-24 00:00")))
    assert answer["a"].due is not None
    assert answer["a"].due.wall == datetime(8226, 11, 24, 8)


def test_a_slot_nobody_understands_is_refused() -> None:
    """The configuration has checked it before; here it is an error of ours, not a guess."""
    with pytest.raises(PublisherError, match="bad_slot"):
        run(request("a"), on=[channel("mon-fry 08:00")])


def test_every_problem_has_words_in_both_languages() -> None:
    """No placeholder stays open in what people are told about times."""
    answers = [
        run(
            request("a", publish_at=wall("2026-11-24 21:05")),
            request("b", publish_at=wall("2026-11-24 21:10")),
            request("c", publish_at=wall("2026-11-20 21:10")),
            request("d", publish_before=wall("2026-11-24 11:00")),
            request("e", publish_at=wall("2026-11-24 11:00"), publish_after=wall("2026-11-24 12:00")),
            request("f", publish_at=wall("2026-11-24 11:00"), publish_before=wall("2026-11-24 11:00")),
            request("g", publish_before=wall("2026-11-24 11:00"), publish_after=wall("2026-11-24 12:00")),
            request("h", publish_at=LocalTime(datetime(2027, 3, 28, 2, 30), "Europe/Berlin")),
            request("i", publish_at=LocalTime(datetime(2027, 10, 31, 2, 30), "Europe/Berlin")),
            request("j", publish_at=LocalTime(datetime(2027, 10, 31), "Nowhere")),
            request("k", publish_at=LocalTime(datetime(9999, 10, 31), ZONE)),
        ),
        run(request("l"), on=[channel("daily 23:00")]),
        run(request("m"), on=[channel()], quiet=Quiet(((0, 1440),))),
    ]
    problems = [problem for answer in answers for one in answer.values() for problem in one.problems]
    assert len({problem.code for problem in problems}) == 13
    for language in ("en", "id"):
        texts.use(language)
        for problem in problems:
            for message in (problem.code, f"{problem.code}.fix"):
                assert texts.known(message), message
                assert "{" not in texts.t(message, **problem.values), message
    texts.use("en")


@pytest.mark.parametrize("slots", [("mon-fri 08:00",), ()])
def test_thousands_of_posts_keep_what_they_were_given(slots: tuple[str, ...]) -> None:
    """All on one account, each with its own publish_after: no two at once, and again as booked the same."""
    many = [
        request(
            str(number),
            number,
            publish_after=LocalTime(wall("2026-11-24 00:00").wall + number * MINUTE, ZONE),
        )
        for number in range(2_000)
    ]
    first = assign(many, [], [channel(*slots)], NIGHTS, ZONE, NOW)
    again = [replace(one, booked=answer.due) for one, answer in zip(many, first, strict=True)]
    second = assign(again, [], [channel(*slots)], NIGHTS, ZONE, NOW)
    assert [one.due for one in second] == [one.due for one in first]
    assert len({one.due.at for one in first if one.due}) == len(many)
