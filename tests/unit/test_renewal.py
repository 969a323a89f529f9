"""When credentials are renewed: one rule, from what is known of their life and from now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connectors.renewal import Lasts, Life, Renewal, is_due, last_day, renew_at

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SIXTY = Renewal(Lasts.RENEWED, youngest=DAY, ahead=30 * DAY)
ROTATING = Renewal(Lasts.RENEWED, seed="refresh_token", rotates=True, ahead=HOUR / 2)


def test_a_token_of_sixty_days_is_renewed_with_thirty_left() -> None:
    """Not a minute before, and from then on at any time."""
    life = Life(NOW, NOW + 60 * DAY, NOW + 60 * DAY)
    assert renew_at(SIXTY, life) == NOW + 30 * DAY
    assert not is_due(SIXTY, life, NOW + 30 * DAY - timedelta(minutes=1))
    assert is_due(SIXTY, life, NOW + 30 * DAY)
    assert is_due(SIXTY, life, NOW + 90 * DAY)


def test_an_end_that_nobody_knows_is_found_out_as_soon_as_the_platform_renews() -> None:
    """At once, or at the age at which it does so at the earliest."""
    assert renew_at(ROTATING, Life(NOW)) == NOW
    assert renew_at(SIXTY, Life(NOW)) == NOW + DAY


def test_a_token_that_ends_soon_is_renewed_at_half_its_life_and_never_too_young() -> None:
    """`ahead` longer than the life would mean: all the time."""
    assert renew_at(ROTATING, Life(NOW, NOW + HOUR / 2)) == NOW + HOUR / 4
    assert renew_at(ROTATING, Life(NOW, NOW + 24 * HOUR)) == NOW + 24 * HOUR - HOUR / 2
    assert renew_at(SIXTY, Life(NOW, NOW + 2 * HOUR)) == NOW + DAY


@pytest.mark.parametrize("lasts", [Lasts.ENDLESS, Lasts.BY_ITSELF, Lasts.BY_PERSON])
def test_what_the_program_cannot_renew_is_never_due(lasts: Lasts) -> None:
    """Whatever its life."""
    life = Life(NOW - 90 * DAY, NOW - DAY, NOW - DAY)
    assert renew_at(Renewal(lasts), life) is None
    assert not is_due(Renewal(lasts), life, NOW)


def test_the_day_on_which_a_person_must_have_acted() -> None:
    """Of what is renewed the end of renewing; of the rest their end; of what never ends none."""
    life = Life(NOW, NOW + 2 * HOUR, NOW + 180 * DAY)
    assert last_day(ROTATING, life) == life.until
    assert last_day(Renewal(Lasts.BY_PERSON), life) == life.ends
    assert last_day(Renewal(Lasts.BY_ITSELF), life) == life.ends
    assert last_day(Renewal(Lasts.ENDLESS), life) is None
