"""How X's answers are read: words, waits, and posts in a timeline; pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Media, Part, PartKind, Receipt
from connectors.errors import OutcomeUnknownError, RateLimitedError, RejectedError, TemporaryError
from connectors.twitter.codes import WINDOW, error_of, retry_at
from connectors.twitter.matching import is_ours, normal, text_of

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
LATER = int(NOW.timestamp()) + 300


def timeline(text: str, **more: Any) -> dict[str, Any]:
    return {"id": "10", "text": text, **more}


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, WINDOW),
        ({"x-rate-limit-reset": str(LATER)}, timedelta(minutes=5)),
        ({"x-rate-limit-reset": "soon"}, WINDOW),
        ({"x-rate-limit-reset": "9" * 30}, WINDOW),
        ({"x-rate-limit-reset": "1"}, WINDOW),
        (
            {
                "x-rate-limit-reset": str(LATER),
                "x-rate-limit-remaining": "0",
                "x-user-limit-24hour-reset": str(LATER + 3300),
                "x-user-limit-24hour-remaining": "0",
            },
            timedelta(hours=1),
        ),
        (
            {
                "x-rate-limit-reset": str(LATER),
                "x-rate-limit-remaining": "80",
                "x-user-limit-24hour-reset": str(LATER + 3300),
                "x-user-limit-24hour-remaining": "0",
            },
            timedelta(hours=1),
        ),
    ],
)
def test_the_wait(headers: dict[str, str], wait: timedelta) -> None:
    """The latest reset of the limits that are used up; a quarter of an hour where none is named."""
    assert retry_at(headers, NOW) - NOW == wait


@given(
    status=st.integers(400, 599),
    body=st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["errors", "detail", "title", "type", "message"]), inner)
        ),
        max_leaves=6,
    ),
    phase=st.sampled_from(["commit", "other"]),
)
def test_any_answer_is_an_error_of_ours(status: int, body: Any, phase: Any) -> None:
    """No answer, however odd, breaks the reading; a server's error leaves a commit in doubt."""
    error = error_of(status, body, {}, phase, NOW)
    if phase == "other":
        assert error.effect == "none"
    elif status >= 500:
        assert isinstance(error, OutcomeUnknownError)
        assert error.effect == "maybe"


def test_statuses_that_no_row_knows() -> None:
    """Outside of a commit 408 is temporary and 418 a refusal; 429 carries its wait as data."""
    assert isinstance(error_of(408, None, {}, "other", NOW), TemporaryError)
    assert isinstance(error_of(418, None, {}, "other", NOW), RejectedError)
    error = error_of(429, None, {"x-rate-limit-reset": str(LATER)}, "other", NOW)
    assert isinstance(error, RateLimitedError)
    assert error.retry_at == NOW + timedelta(minutes=5)


def test_a_wrapped_text_is_unwrapped() -> None:
    """Links stand as written, those of pictures vanish, `&amp;` is `&`."""
    post = timeline(
        "A &amp; B &lt;c&gt;  https://t.co/a https://t.co/m",
        entities={
            "urls": [
                {"url": "https://t.co/a", "expanded_url": "http://natunakab.go.id/"},
                {"url": "https://t.co/m", "expanded_url": "https://x.com/a/status/10/photo/1"},
            ]
        },
        attachments={"media_keys": ["3_1"]},
    )
    assert text_of(post) == normal("A & B <c>\nnatunakab.go.id")


def test_a_picture_link_without_entity_is_dropped() -> None:
    """The last t.co of a post with pictures is the pictures'; without pictures it is text."""
    with_picture = timeline("Foto https://t.co/m1", attachments={"media_keys": ["3_1"]})
    assert text_of(with_picture) == "Foto"
    assert text_of(timeline("Foto https://t.co/m1")) == "Foto t.co/m1"


def test_a_long_post_is_read_whole() -> None:
    """The note's text counts, in either spelling."""
    for name in ("note_post", "note_tweet"):
        assert text_of(timeline("Awal…", **{name: {"text": "Awal dan akhir"}})) == "Awal dan akhir"


def test_composed_and_decomposed_are_the_same() -> None:
    """What X composes is still ours."""
    assert is_ours(timeline("caf\u00e9"), Part(PartKind.ROOT, "cafe\u0301"), ())


@pytest.mark.parametrize(
    ("post", "ours"),
    [
        ({"text": "Dua", "referenced_posts": [{"type": "replied_to", "id": "9"}]}, True),
        ({"text": "@dinas Dua", "referenced_tweets": [{"type": "replied_to", "id": "9"}]}, True),
        ({"text": "Dua", "referenced_posts": [{"type": "replied_to", "id": "8"}]}, False),
        ({"text": "Dua"}, False),
        ({"text": "Dua lagi", "referenced_posts": [{"type": "replied_to", "id": "9"}]}, False),
        (
            {
                "text": "Dua",
                "referenced_posts": [{"type": "replied_to", "id": "9"}],
                "attachments": {"media_keys": ["3_1"]},
            },
            False,
        ),
    ],
)
def test_a_thread_post_has_its_parent(post: dict[str, Any], ours: bool) -> None:
    """Text, parent and number of pictures must all agree."""
    prior = (Receipt("7", None, NOW), Receipt("9", None, NOW))
    assert is_ours({"id": "10", **post}, Part(PartKind.THREAD, "Dua"), prior) is ours


def test_a_repost_is_not_ours() -> None:
    """A repost carries the same words."""
    post = timeline("Satu", referenced_posts=[{"type": "retweeted", "id": "9"}])
    assert not is_ours(post, Part(PartKind.ROOT, "Satu"), ())


def test_number_of_pictures() -> None:
    """As many pictures as the part has, no more and no fewer."""
    part = Part(PartKind.ROOT, "Foto", media=(Media("a", (), ""), Media("b", (), "")))
    for count in range(4):
        post = timeline("Foto", attachments={"media_keys": [f"3_{number}" for number in range(count)]})
        assert is_ours(post, part, ()) is (count == 2)
