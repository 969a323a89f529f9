"""What reaches a terminal: nothing it would obey, widths as it counts them, breaks that lose nothing."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.preview import ansi


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("a\rb", "a␍b"),
        ("\x9b2J", "⟨U+009B⟩2J"),
        ("\u202egnp.exe", "⟨U+202E⟩gnp.exe"),
        ("\u2066x\u2069", "⟨U+2066⟩x⟨U+2069⟩"),
        ("\ud800", "⟨U+D800⟩"),
        ("\x7f", "␡"),
    ],
)
def test_what_a_terminal_would_obey_is_made_visible(text: str, shown: str) -> None:
    """Escapes, carriage returns, overrides of direction and broken characters are shown, not sent."""
    assert ansi.safe(text) == shown


def test_emoji_joiners_stay() -> None:
    """A family emoji is one character to people; its joiners are no trick."""
    assert ansi.safe("👨‍👩‍👧 ❤️") == "👨‍👩‍👧 ❤️"


@given(st.text())
def test_safe_text_holds_nothing_a_terminal_obeys(text: str) -> None:
    """Whatever the content holds, only tabs and new lines are left of the control characters."""
    left = {char for char in ansi.safe(text) if ord(char) < 32 or 127 <= ord(char) < 160}
    assert left <= {"\t", "\n"}


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("日本", 4), ("👨‍👩‍👧", 2), ("\x1b[31mab\x1b[0m", 2), ("é", 1)]
)
def test_width_is_what_the_terminal_shows(text: str, columns: int) -> None:
    """Wide characters count two, joined ones once, styles nothing."""
    assert ansi.columns_of(text) == columns


@given(st.text(alphabet="ab 日é👍\u200d", max_size=80), st.integers(2, 30))
def test_wrapping_loses_nothing_and_fits(line: str, columns: int) -> None:
    """Joined, the pieces are the line; no piece is wider than asked but for spaces at its end."""
    pieces = ansi.wrap(line, columns)
    assert "".join(pieces) == line
    assert all(ansi.columns_of(piece.rstrip(" ")) <= columns for piece in pieces)


def test_lines_break_at_spaces() -> None:
    """A word is broken only where it is longer than the line."""
    assert ansi.wrap("satu dua tiga", 9) == ["satu dua ", "tiga"]
    assert ansi.wrap("a" * 12, 5) == ["aaaaa", "aaaaa", "aa"]


def test_clip_says_that_it_clipped() -> None:
    """A shortened title ends with the sign of it; one that fits is left alone."""
    assert ansi.clip("satu dua tiga", 9) == "satu dua…"
    assert ansi.clip("satu", 4) == "satu"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environ", "wanted"),
    [
        (_Terminal(), {"TERM": "xterm"}, True),
        (_Terminal(), {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (_Terminal(), {"TERM": "dumb"}, False),
        (io.StringIO(), {"TERM": "xterm"}, False),
        (io.StringIO(), {"FORCE_COLOR": "1"}, True),
        (_Terminal(), {"TERM": "xterm", "NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    ],
)
def test_colours_are_for_terminals_that_want_them(
    stream: io.StringIO, environ: dict[str, str], wanted: bool
) -> None:
    """Pipes and NO_COLOR get none."""
    assert ansi.wants_colour(stream, environ) is wanted
