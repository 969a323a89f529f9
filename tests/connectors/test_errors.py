"""What errors say can always be written down."""

from __future__ import annotations

import pytest

from connectors import registry
from connectors.errors import RejectedError


def test_words_can_be_stored() -> None:
    """NUL characters and lone surrogates in a platform's words are replaced; no database would take them."""
    words = RejectedError("a\0b\ud83dc").words
    assert words.encode() == "a\ufffdb?c".encode()


@pytest.mark.parametrize(
    ("platform", "url", "at"),
    [
        ("twitter", "https://x.com/kantor/status/1", True),
        ("twitter", "https://mobile.twitter.com/kantor/status/1", True),
        ("twitter", "https://x.com.example/kantor/status/1", False),
        ("twitter", "https://notx.com/kantor/status/1", False),
        ("youtube", "m.youtube.com/live/abc", True),
        ("youtube", "https://[broken", False),
        ("instagram", "https://www.facebook.com/p/1", False),
        ("facebook", "", False),
    ],
)
def test_a_permalink_is_of_its_platform(platform: str, url: str, at: bool) -> None:
    """A link of another platform, or of one that only looks alike, is not recorded as a post."""
    assert registry.room(platform).is_at(url) is at
