"""What holds for whatever posts, slots, quiet times and zones: found by trying many."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.contract import Severity
from publisher.model import Channel, Due, DueWhy, LocalTime, Quiet
from publisher.schedule import (
    Assigned,
    Gates,
    Lateness,
    Outcome,
    QuietTimes,
    Request,
    Taken,
    assign,
    late,
    parse_slot,
    utc_of,
)

MINUTE = timedelta(minutes=1)
EXAMPLES = 50
# A few days around each change of the clocks, and Samoa's day that never was.
STARTS = {
    "Asia/Jakarta": datetime(2026, 11, 24),
    "Europe/Berlin": datetime(2027, 3, 27),
    "America/New_York": datetime(2027, 11, 6),
    "Pacific/Apia": datetime(2011, 12, 29),
    "Australia/Lord_Howe": datetime(2027, 4, 3),
    "Africa/Cairo": datetime(2026, 4, 23),
}
SLOTS = ("daily 02:30", "daily 03:00", "mon-fri 08:00", "sat,sun 09:30", "setiap hari 20:45", "tue 23:59")
ACCOUNTS = {"fb": "facebook:1", "fb2": "facebook:1", "x": "twitter:2"}


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Request], list[Taken], list[Channel], Quiet, str, datetime]:
    """A workspace, what is taken in it, and what wants a place, all within some days of a change."""
    zone = draw(st.sampled_from(sorted(STARTS)))
    start = STARTS[zone]
    moments = st.integers(0, 4 * 24 * 12).map(lambda step: start + step * 5 * MINUTE)
    local = st.none() | moments.map(lambda wall: LocalTime(wall, zone))
    instants = moments.map(lambda wall: wall.replace(tzinfo=UTC))
    quiet = Quiet(
        draw(st.sampled_from([(), ((1260, 300),), ((0, 360), (720, 780)), ((130, 200),)])),
        draw(
            st.frozensets(st.integers(0, 3).map(lambda day: (start + timedelta(days=day)).date()), max_size=2)
        ),
    )
    channels = [
        Channel(
            label,
            *account.split(":"),
            account,
            "env:T",
            slots=tuple(draw(st.lists(st.sampled_from(SLOTS), max_size=3, unique=True))),
            spacing=draw(st.sampled_from([0, 1, 15, 60, 24 * 60])) * MINUTE,
        )
        for label, account in ACCOUNTS.items()
    ]
    requests = []
    for key, label in enumerate(draw(st.lists(st.sampled_from(sorted(ACCOUNTS)), min_size=1, max_size=12))):
        requests.append(
            Request(
                key=str(key),
                account=ACCOUNTS[label],
                channel=label,
                seen=draw(st.integers(0, 9)),
                grace=draw(st.sampled_from([0, 30, 120, 9999])) * MINUTE,
                publish_at=draw(st.none() | local),
                publish_after=draw(st.none() | local),
                publish_before=draw(st.none() | st.none() | local),
                urgent=draw(st.sampled_from([False, False, False, True])),
                booked=draw(st.none() | st.builds(_booked, instants, st.just(zone), st.sampled_from(DueWhy))),
                gates=draw(st.sampled_from([Gates(), Gates(), Gates(approved=False), Gates(held=True)])),
            )
        )
    taken = [
        Taken(f"t{number}", account, at)
        for number, (account, at) in enumerate(
            draw(st.lists(st.tuples(st.sampled_from(["facebook:1", "twitter:2"]), instants), max_size=4))
        )
    ]
    return requests, taken, channels, quiet, zone, draw(instants)


def _booked(at: datetime, zone: str, why: DueWhy) -> Due:
    return Due(at, at.replace(tzinfo=None), zone, why)


def _in_queue(request: Request, answer: Assigned, now: datetime) -> bool:
    """Whether the answer is a place to come that the queue gave or kept."""
    return answer.due is not None and answer.due.why in (DueWhy.SLOT, DueWhy.QUEUE) and answer.due.at > now


World = tuple[list[Request], list[Taken], list[Channel], Quiet, str, datetime]


@settings(max_examples=EXAMPLES)
@given(worlds())
def test_places_are_legal(world: World) -> None:
    """Slots are taken once, spacing and quiet times hold, and nobody is placed out of a window."""
    requests, taken, channels, quiet, zone, now = world
    answers = assign(*world)
    both = list(zip(requests, answers, strict=True))
    times = QuietTimes(quiet, zone)
    spacing: dict[str, timedelta] = {}
    for channel in channels:
        spacing[channel.account] = max(spacing.get(channel.account, timedelta(0)), channel.spacing)
    placed = [
        (request, answer.due) for request, answer in both if answer.due and _in_queue(request, answer, now)
    ]
    slots = Counter((request.account, due.at) for request, due in placed if due.why is DueWhy.SLOT)
    assert all(count == 1 for count in slots.values())
    for request, due in placed:
        assert not times.covers(due.at)
        assert request.publish_after is None or utc_of(request.publish_after).at <= due.at
        assert request.publish_before is None or due.at < utc_of(request.publish_before).at
    for (one, first), (two, second) in combinations(placed, 2):
        if one.account == two.account:
            assert abs(first.at - second.at) >= spacing[one.account]
    for request, due in placed:
        for other, answer in both:
            if answer.due and answer.due.why is DueWhy.EXPLICIT and answer.due.at > now:
                near = abs(answer.due.at - due.at) < spacing[request.account]
                assert not (near and other.account == request.account)
        if request.booked is None:
            to_come = (row.at for row in taken if row.account == request.account)
            assert all(abs(at - due.at) >= spacing[request.account] for at in to_come)


@settings(max_examples=EXAMPLES)
@given(worlds())
def test_every_request_has_an_answer_with_a_reason(world: World) -> None:
    """In the requests' order; no due time means an error that says why; new ones never lie in the past."""
    requests, _, _, _, _, now = world
    for request, answer in zip(requests, assign(*world), strict=True):
        assert answer.key == request.key
        has_error = any(problem.severity is Severity.ERROR for problem in answer.problems)
        assert has_error == (answer.due is None)
        if answer.due is None:
            assert answer.verdict.outcome is Outcome.STOPPED
        elif request.booked is None and answer.due.why is not DueWhy.EXPLICIT:
            assert answer.due.at >= now
            assert answer.verdict.outcome in (Outcome.GO, Outcome.WAIT)
        if answer.verdict.outcome is Outcome.GO:
            assert answer.verdict.lateness is not Lateness.MISSED


def _book(world: World, now: datetime | None = None) -> World:
    """The world after its answers were written down."""
    requests, *rest = world
    dues = [answer.due for answer in assign(*world)]
    booked = [replace(request, booked=due) for request, due in zip(requests, dues, strict=True)]
    return (booked, *rest[:-1], now or rest[-1])  # type: ignore[return-value] - a star hides the lengths


@settings(max_examples=EXAMPLES)
@given(worlds())
def test_planning_again_changes_nothing(world: World) -> None:
    """The result of a plan, booked, is the next plan's result, be it among the taken times or not."""
    booked = _book(world)
    requests, taken, *rest = booked
    again = [answer.due for answer in assign(*booked)]
    assert again == [request.booked for request in requests]
    own = [Taken(request.key, request.account, request.booked.at) for request in requests if request.booked]
    assert [answer.due for answer in assign(requests, [*taken, *own], *rest)] == again


@settings(max_examples=EXAMPLES)
@given(worlds(), st.integers(0, 10_000))
def test_time_alone_changes_nothing_that_is_booked(world: World, seconds: int) -> None:
    """Whatever is booked keeps its due as time goes on, unless a person was awaited beyond its grace."""
    now = world[-1] + timedelta(seconds=seconds)
    requests, *rest = _book(world, now)
    for request, answer in zip(requests, assign(requests, *rest), strict=True):
        if request.booked is None:
            continue
        person = not request.gates.approved or request.gates.held
        if not (person and late(request.booked.at, request.grace, now) is Lateness.MISSED):
            assert answer.due == request.booked


@settings(max_examples=EXAMPLES)
@given(worlds())
def test_the_queue_keeps_the_order_of_first_sight(world: World) -> None:
    """Of two new posts on one channel with the same window, the one seen first goes out first."""
    requests, *rest = world
    fresh = [replace(one, booked=None, publish_at=None, urgent=False) for one in requests]
    answers = list(zip(fresh, assign(fresh, *rest), strict=True))
    for (one, first), (two, second) in combinations(answers, 2):
        same = (one.channel, one.publish_after, one.publish_before) == (
            two.channel,
            two.publish_after,
            two.publish_before,
        )
        if same and one.seen != two.seen and first.due and second.due:
            assert (one.seen < two.seen) == (first.due.at < second.due.at) or first.due.at == second.due.at


@settings(max_examples=EXAMPLES)
@given(worlds())
def test_the_order_of_the_requests_does_not_matter(world: World) -> None:
    """Turned round, the same posts get the same times: only first sight counts."""
    requests, *rest = world
    distinct = [replace(request, seen=number) for number, request in enumerate(requests)]
    straight = {answer.key: answer.due for answer in assign(distinct, *rest)}
    turned = {answer.key: answer.due for answer in assign(distinct[::-1], *rest)}
    assert straight == turned


def test_the_worlds_have_slots_that_are_read() -> None:
    """The slots above are understood, and a change of the clocks lies within the days tried."""
    assert [parse_slot(text).minute for text in SLOTS] == [150, 180, 480, 570, 1245, 1439]
    for zone, start in STARTS.items():
        offsets = {
            utc_of(LocalTime(start + timedelta(hours=hours), zone)).at
            - start.replace(tzinfo=UTC)
            - timedelta(hours=hours)
            for hours in range(96)
        }
        assert (len(offsets) > 1) == (zone != "Asia/Jakarta")
    assert date(2011, 12, 30) not in {
        utc_of(LocalTime(STARTS["Pacific/Apia"] + timedelta(hours=h), "Pacific/Apia")).wall.date()
        for h in range(96)
    }
