"""What follows an error, by its class, its phase, the attempts before it and the grace that is left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import (
    ConnectorError,
    NotSentError,
    OutcomeUnknownError,
    RateLimitedError,
    ReconnectError,
    RejectedError,
    TemporaryError,
    UnsupportedError,
)
from publisher import texts
from publisher.retry import (
    FIRST,
    FIRST_NOT_SENT,
    JITTER,
    LAST_TRY,
    LONGEST,
    RATE_JITTER,
    AccountWaits,
    Again,
    GiveUp,
    LookFirst,
    Next,
    Phase,
    backoff,
    decide,
)

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
GRACE = 2 * HOUR
PHASES: tuple[Phase, ...] = ("stage", "commit", "confirm", "find", "probe")


def after(
    error: ConnectorError,
    attempts: int = 0,
    *,
    phase: Phase = "stage",
    now: datetime = NOW,
    due: datetime | None = NOW,
    grace: timedelta | None = GRACE,
    key: str = "d1/1",
) -> Next:
    return decide(error, attempts, now, key=key, phase=phase, due=due, grace=grace)


def test_temporary_errors_are_tried_again_later_each_time() -> None:
    """30 s, then doubled up to half an hour, and never more than a quarter on top."""
    for attempts, bare in enumerate((30, 60, 120, 240, 480, 960, 1800, 1800)):
        verdict = after(TemporaryError("503"), attempts, grace=100 * HOUR)
        assert isinstance(verdict, Again)
        assert bare * SECOND <= verdict.at - NOW <= bare * SECOND * (1 + JITTER)
    assert after(TemporaryError("503"), 10_000, grace=100 * HOUR) != after(TemporaryError("503"), 10_001)


@given(st.integers(0, 10**6), st.text(max_size=40))
def test_jitter_is_drawn_from_key_and_attempt(attempts: int, key: str) -> None:
    """Asked twice, the answer is the same; it is bounded whatever the count."""
    wait = backoff(FIRST, attempts, key)
    assert wait == backoff(FIRST, attempts, key)
    assert FIRST <= wait <= LONGEST * (1 + JITTER)


def test_accounts_that_fail_together_do_not_return_together() -> None:
    """A hundred deliveries after one outage come back at a hundred different moments."""
    assert len({backoff(FIRST, 0, f"delivery-{number}") for number in range(100)}) == 100


def test_what_was_not_sent_is_tried_soon() -> None:
    """Nothing left this machine: again within seconds, also in the commit."""
    for phase in ("stage", "commit"):
        verdict = after(NotSentError("no route to host"), phase=phase)
        assert isinstance(verdict, Again)
        assert FIRST_NOT_SENT <= verdict.at - NOW <= FIRST_NOT_SENT * (1 + JITTER)


def test_retry_after_of_a_temporary_error_is_obeyed() -> None:
    """Never before the moment the platform named, never at once if that moment is over."""
    verdict = after(TemporaryError("503", retry_at=NOW + 10 * MINUTE))
    assert isinstance(verdict, Again)
    assert NOW + 10 * MINUTE <= verdict.at <= NOW + 10 * MINUTE + RATE_JITTER
    over = after(TemporaryError("503", retry_at=NOW - HOUR))
    assert isinstance(over, Again)
    assert over.at >= NOW + FIRST


@pytest.mark.parametrize("phase", ["stage", "probe", "find", "confirm"])
def test_a_rate_limit_makes_the_account_wait(phase: Phase) -> None:
    """Until the platform's own time and a little more, for all posts of the account."""
    verdict = after(RateLimitedError("429", retry_at=NOW + 15 * MINUTE), phase=phase)
    assert isinstance(verdict, AccountWaits)
    assert verdict.until is not None
    assert NOW + 15 * MINUTE <= verdict.until <= NOW + 15 * MINUTE + RATE_JITTER
    past = after(RateLimitedError("429", retry_at=NOW - HOUR), phase=phase)
    assert isinstance(past, AccountWaits)
    assert past.until is not None
    assert past.until >= NOW


def test_a_rate_limit_in_the_commit_waits_only_if_it_is_known_to_have_had_no_effect() -> None:
    """A 429 that the room's list does not call harmless is looked into like every other answer."""
    harmless = RateLimitedError("429", retry_at=NOW + MINUTE, effect="none")
    assert isinstance(after(harmless, phase="commit"), AccountWaits)
    assert isinstance(after(RateLimitedError("429", retry_at=NOW + MINUTE), phase="commit"), LookFirst)


@pytest.mark.parametrize("phase", PHASES)
def test_a_dead_connection_waits_for_a_person_in_every_phase(phase: Phase) -> None:
    """No time is named: the account's posts wait, however long."""
    error = ReconnectError("token expired", effect="none")
    assert after(error, phase=phase) == AccountWaits(None, "retry.reconnect")


@pytest.mark.parametrize("phase", ["stage", "commit"])
def test_a_refused_post_is_given_up(phase: Phase) -> None:
    """The same request would be refused again: at the first attempt it is over."""
    assert after(RejectedError("too long", effect="none"), phase=phase) == GiveUp("retry.rejected")
    assert after(UnsupportedError("X", "video"), phase=phase) == GiveUp("retry.unsupported")


@pytest.mark.parametrize(
    "error",
    [
        OutcomeUnknownError("connection reset"),
        TemporaryError("500"),
        RejectedError("duplicate"),
        ConnectorError("never seen"),
    ],
)
def test_doubt_in_the_commit_is_never_repeated(error: ConnectorError) -> None:
    """Whatever is not known to have had no effect is looked for, past grace as well."""
    for now in (NOW, NOW + 5 * GRACE):
        verdict = after(error, phase="commit", now=now)
        assert isinstance(verdict, LookFirst)
        assert verdict.at > now


@pytest.mark.parametrize("phase", ["find", "confirm"])
@pytest.mark.parametrize(
    "error",
    [TemporaryError("500"), NotSentError("down"), OutcomeUnknownError("reset"), RejectedError("what?")],
)
def test_a_look_never_gives_up(phase: Phase, error: ConnectorError) -> None:
    """Giving up a look would settle nothing: again and again, at most half an hour and a bit apart."""
    verdict = after(error, 50, phase=phase, now=NOW + 9 * GRACE)
    assert isinstance(verdict, Again)
    assert verdict.at - NOW - 9 * GRACE <= LONGEST * (1 + JITTER)


def test_the_last_try_lies_just_before_grace_ends() -> None:
    """A wait that would run over it is shortened once; after that it is over, with a reason."""
    last = after(TemporaryError("503"), 8, now=NOW + GRACE - 5 * MINUTE)
    assert last == Again(NOW + GRACE - LAST_TRY, "retry.temporary")
    assert after(TemporaryError("503"), 9, now=last.at) == GiveUp("retry.out_of_time")
    assert after(TemporaryError("503"), 1, now=NOW + GRACE) == GiveUp("retry.out_of_time")


def test_a_wait_the_platform_named_is_not_shortened_for_the_last_try() -> None:
    """Beyond grace by the platform's own word: given up now, rather than knocking before its time."""
    beyond = NOW + GRACE + MINUTE
    assert after(TemporaryError("503", retry_at=beyond)) == GiveUp("retry.out_of_time")
    assert after(RateLimitedError("429", retry_at=beyond)) == GiveUp("retry.out_of_time_rate")


def test_a_follower_has_no_grace() -> None:
    """A thread that has begun is finished: no due time of its own, no end of trying."""
    verdict = after(TemporaryError("503"), 30, due=None, grace=None, now=NOW + 99 * HOUR)
    assert isinstance(verdict, Again)


@given(
    st.sampled_from(
        [
            TemporaryError("500", effect="none"),
            NotSentError("down"),
            RateLimitedError("429", retry_at=NOW + MINUTE, effect="none"),
            TemporaryError("503", retry_at=NOW + 3 * HOUR),
        ]
    ),
    st.integers(0, 60),
    st.sampled_from(["stage", "probe"]),
    st.integers(0, 4 * 3600),
    st.integers(0, 4 * 3600),
)
def test_nothing_is_tried_in_the_past_or_beyond_grace(
    error: ConnectorError, attempts: int, phase: Phase, passed: int, grace: int
) -> None:
    """Every moment named lies after now and not after the end of grace."""
    now = NOW + passed * SECOND
    verdict = after(error, attempts, phase=phase, now=now, grace=grace * SECOND)
    moment = verdict.at if isinstance(verdict, Again) else getattr(verdict, "until", None)
    if moment is not None:
        assert now <= moment <= NOW + grace * SECOND
    else:
        assert isinstance(verdict, GiveUp)


def test_every_reason_has_words() -> None:
    """What the table can answer is said in both languages."""
    reasons = {
        after(error, phase=phase, now=now).reason
        for error in (
            TemporaryError("", effect="none"),
            NotSentError(""),
            RateLimitedError("", retry_at=NOW, effect="none"),
            RateLimitedError("", retry_at=NOW + 9 * HOUR, effect="none"),
            ReconnectError(""),
            RejectedError("", effect="none"),
            UnsupportedError("X", "video"),
            OutcomeUnknownError(""),
        )
        for phase in PHASES
        for now in (NOW, NOW + 3 * HOUR)
    }
    assert len(reasons) == 10
    for language in ("en", "id"):
        texts.use(language)
        assert [reason for reason in reasons if not texts.known(reason)] == []
    texts.use("en")
