"""What the office is told of a platform's answer."""

from __future__ import annotations

import pytest

from publisher.answers import told


@pytest.mark.parametrize(
    ("platform", "code", "words", "means"),
    [
        ("facebook", "190/463", "Session has expired", "no longer accepts this account's token"),
        ("facebook", "100/1609005", "could not be scraped", "does not accept the link"),
        ("facebook", "1609005", "could not be scraped", "does not accept the link"),
        ("facebook", "368/1404082", "Duplicate content", "the same post is there already"),
        ("facebook", "368/1390008", "too fast", "has restricted this account"),
        ("tiktok", "invalid_params", "bad", "does not accept a detail"),
        ("tiktok", "spam_risk_user_banned_from_posting", "banned", "has restricted this account"),
        ("tiktok", None, "frame_rate_check_failed: the frame rate is not supported", "cannot use a picture"),
        ("threads", None, "INVALID_BIT_RATE", "cannot use a picture"),
        ("twitter", "402", "no credits", "credit at X is used up"),
        ("youtube", "rejected duplicate", "has it", "already has exactly this video"),
        ("youtube", "rejected legal", "rejected", "then rejected the video"),
    ],
)
def test_a_refusal_says_what_it_means_and_what_to_do(platform, code, words, means):
    """By its code, or by the word it begins with where it has none; the platform's own words stay."""
    said = told(platform, code, words)
    assert means in said
    assert said.endswith(f"“{words}”)")
    assert len(said.split(". ")) >= 2


@pytest.mark.parametrize("code", ["3680", "1900/1", "vault.no_token", "", "no-list", None])
def test_what_is_not_known_stays_as_it_was_said(code):
    """No meaning is guessed: a code that only looks alike, or one of ours that speaks for itself."""
    assert told("facebook", code, "the words") == "the words"


def test_a_room_that_is_gone_leaves_the_words():
    """A log outlives the package that a room came from."""
    assert told("noticeboard-of-before", "190", "the words") == "the words"
    assert told("facebook", None, None) == ""
