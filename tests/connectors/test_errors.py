"""What errors say can always be written down."""

from __future__ import annotations

from connectors.errors import RejectedError


def test_words_can_be_stored() -> None:
    """NUL characters and lone surrogates in a platform's words are replaced; no database would take them."""
    words = RejectedError("a\0b\ud83dc").words
    assert words.encode() == "a\ufffdb?c".encode()
