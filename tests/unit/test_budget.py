"""What a channel may cost in a month: counted exactly, told beforehand, held at the limit."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Part, PartKind, Rendition
from publisher.budget import Coming, allows, cost_of, forecast, month_start

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
ZONE = "Asia/Jakarta"


def coming(day: int, usd: str, path: str = "a", month: int = 11) -> Coming:
    return Coming(datetime(2026, month, day, 1, tzinfo=UTC), Decimal(usd), path)


def told(spent: str, budget: str, *posts: Coming) -> list[tuple[str, str | None]]:
    return [(w.code, w.path) for w in forecast(Decimal(spent), posts, Decimal(budget), NOW, ZONE)]


def test_a_thread_costs_all_its_parts():
    """X charges per post; one with a link costs thirteen times one without."""
    parts = (Part(PartKind.ROOT, "a"), Part(PartKind.THREAD, "https://natunakab.go.id"))
    assert cost_of(Rendition("twitter:1", "feed", parts)) == Decimal("0.015") + Decimal("0.200")
    assert cost_of(Rendition("facebook:1", "feed", parts)) == 0


def test_a_month_is_one_of_the_offices_zone():
    """In Natuna December begins seven hours before it does in Greenwich."""
    assert month_start(datetime(2026, 11, 30, 17, 0, tzinfo=UTC), ZONE) == datetime(
        2026, 11, 30, 17, tzinfo=UTC
    )
    assert month_start(datetime(2026, 11, 30, 16, 59, tzinfo=UTC), ZONE) == datetime(
        2026, 10, 31, 17, tzinfo=UTC
    )


def test_the_last_cent_may_be_spent():
    """Exactly the budget is within it; what is free always goes."""
    assert allows(Decimal("19.8"), Decimal("0.2"), Decimal(20))
    assert not allows(Decimal("19.8"), Decimal("0.201"), Decimal(20))
    assert allows(Decimal(25), Decimal(0), Decimal(20))


def test_it_is_told_at_four_fifths_once_and_for_each_that_will_be_held():
    """In the order of their times, whatever the order of files; a new month begins at nothing."""
    posts = [coming(28, "3", "c"), coming(25, "1", "a"), coming(26, "4", "b"), coming(2, "4", "d", 12)]
    assert told("3", "10", *posts) == [("plan.budget_near", "b"), ("plan.budget_over", "c")]
    assert told("0", "100", *posts) == []


@given(
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 500)), max_size=40),
    st.integers(0, 2000),
    st.integers(0, 2000),
)
def test_nobody_is_ever_told_to_spend_more_than_the_budget(posts, spent, budget):
    """Those that are not told to be held fit into their month together with what was spent before."""
    all_ = [Coming(NOW + timedelta(days=day), Decimal(usd), str(n)) for n, (day, usd) in enumerate(posts)]
    words = forecast(Decimal(spent), all_, Decimal(budget), NOW, ZONE)
    held = {word.path for word in words if word.code == "plan.budget_over"}
    months: dict[datetime, Decimal] = {month_start(NOW, ZONE): Decimal(spent)}
    for one in all_:
        if one.path not in held and one.usd:
            month = month_start(one.at, ZONE)
            months[month] = months.get(month, Decimal(0)) + one.usd
    first = month_start(NOW, ZONE)
    assert all(usd <= budget for month, usd in months.items() if month != first or usd > spent)
