"""What people are told of credentials, and when: from what is known and from now; in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from publisher import texts
from publisher.texts import t
from publisher.token_facts import TokenFacts
from publisher.token_news import TokenNews, news

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SIXTY = TokenFacts("g", "s", "renewed", ends=NOW + 40 * DAY, last_day=NOW + 40 * DAY, renewed_at=NOW - DAY)
ALONE = TokenFacts("g", lasts="by_person", ends=NOW + 40 * DAY, last_day=NOW + 40 * DAY)


def said(facts: TokenFacts, now: datetime = NOW, platform: str = "instagram") -> TokenNews:
    found = news(facts, platform=platform, channel="ig", now=now, zone="Asia/Jakarta")
    assert found is not None
    return found


def words(facts: TokenFacts, now: datetime = NOW, platform: str = "instagram") -> str:
    found = said(facts, now, platform)
    return t(found.message, **found.values)


def test_of_what_nobody_looked_at_nothing_is_said() -> None:
    """An account that was never tried."""
    assert news(TokenFacts(), platform="instagram", channel="ig", now=NOW, zone="UTC") is None


@pytest.mark.parametrize(
    ("days", "stage"),
    [(15, ""), (14, "soon"), (4, "soon"), (3, "last"), (0.1, "last"), (0, "over"), (-9, "over")],
)
def test_an_end_is_told_fourteen_days_ahead_and_again_at_three(days: float, stage: str) -> None:
    """Each stage is told anew; before the first nobody needs to act."""
    found = said(ALONE, ALONE.last_day - days * DAY)  # type: ignore[operator]
    assert (found.stage, found.urgent) == (stage, bool(stage))


def test_the_day_is_the_offices_and_what_is_left_is_whole_days() -> None:
    """23.30 UTC is the next day in Jakarta."""
    ends = datetime(2026, 12, 3, 23, 30, tzinfo=UTC)
    told = words(replace(ALONE, last_day=ends))
    assert "Friday 4 December 2026, in 9 days, and the program cannot renew it" in told
    assert "log in anew" in told


def test_what_is_renewed_needs_nobody_until_renewing_fails() -> None:
    """A renewal that fails for long is told with its reason; one that is refused at once."""
    assert not said(SIXTY).urgent
    assert "last on Monday 23 November 2026" in words(SIXTY)
    failing = replace(SIXTY, failed_at=NOW, code="HTTP 503", words="ill")
    assert not said(failing).urgent
    later = said(failing, NOW + 30 * DAY)
    assert (later.message, later.urgent) == ("desk.need_token_failing", True)
    assert "ill" in words(failing, NOW + 30 * DAY)
    refused = replace(SIXTY, failed_at=NOW, code="190/460", words="password changed", refused=True)
    assert said(refused).message == "desk.need_token_refused_until"
    assert "posts go out until Sunday 3 January 2027" in words(refused)
    assert said(replace(refused, ends=None)).message == "desk.need_token_refused"


def test_what_is_found_on_our_side_is_said_in_our_words_alone() -> None:
    """A lost answer, a folder that cannot be written."""
    lost = replace(SIXTY, code="vault.renewal_lost", words="invalid_grant: dead", refused=True, failed_at=NOW)
    assert "got no answer" in words(lost)
    assert "invalid_grant" not in words(lost)


def test_data_that_is_kept_back_is_told_apart_from_the_token() -> None:
    """The token lives on; the platform is named."""
    page = TokenFacts("g", lasts="endless", reads_until=NOW + 10 * DAY)
    assert "in 10 days, Facebook keeps data back" in words(page, platform="facebook")
    assert said(page, NOW + 11 * DAY, "facebook").message == "desk.need_reads_over"
    assert not said(page, NOW - 5 * DAY, "facebook").urgent


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize(
    "facts",
    [
        SIXTY,
        ALONE,
        replace(SIXTY, renewed_at=None),
        replace(ALONE, last_day=None),
        replace(ALONE, lasts="by_itself", last_day=None),
        replace(ALONE, lasts="endless", last_day=None),
        replace(ALONE, last_day=NOW + DAY),
        replace(ALONE, last_day=NOW - DAY),
        replace(SIXTY, refused=True, code="not-renewed", words="no"),
        replace(SIXTY, refused=True, code="vault.cannot_keep", words="full", ends=None),
        replace(SIXTY, failed_at=NOW, code="x", words="ill", last_day=NOW + DAY),
        replace(ALONE, lasts="endless", last_day=None, reads_until=NOW + DAY),
        replace(ALONE, lasts="endless", last_day=None, reads_until=NOW - DAY),
    ],
)
def test_everything_has_words(facts: TokenFacts, language: str) -> None:
    """Nothing is left to fill in."""
    texts.use(language)
    told = words(facts)
    assert told
    assert "{" not in told
    assert not told.startswith("desk.")


def test_facts_survive_the_log() -> None:
    """All of them, and none of what an older program did not know."""
    whole = TokenFacts("g", "s", "renewed", NOW, NOW, NOW, NOW, NOW, NOW, "c", "w", True)
    assert TokenFacts.from_json(whole.to_json()) == whole
    assert TokenFacts.from_json(None) == TokenFacts.from_json("{}") == TokenFacts()
