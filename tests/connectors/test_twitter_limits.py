"""How X counts: our fast counter against the rules, and against the exact library."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connectors.contract import Media, Part, PartKind
from connectors.twitter import ROOM, limits
from connectors.twitter.limits import has_url, invalid_characters, weighted_length

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("Halo Natuna", 11),
        ("baris\ndua\n", 10),
        ("\u00e9", 1),
        ("e\u0301", 1),
        ("\u1ec7", 2),
        ("\u65e5\u672c\u8a9e", 6),
        ("\u201ckutip\u201d \u2013 \u2026", 12),
        ("\u2032\u2033", 2),
        ("https://natunakab.go.id/", 23),
        ("https://natunakab.go.id/" + "a" * 300, 23),
        ("natunakab.go.id", 23),
        ("natunakab.go.id.", 24),
        ("(https://natuna.lapor.go.id/instansi)", 25),
        ("http://a.id http://b.id", 47),
        ("Selesai.Terima kasih", 20),
        ("\U0001f44b Hello, world!", 16),
        (FAMILY, 2),
        ("\U0001f44d\U0001f3fd", 2),
        ("\U0001f1ee\U0001f1e9", 2),
        ("1\ufe0f\u20e3", 2),
        ("1", 1),
        ("\u2764\ufe0f", 2),
        ("\u00a9 2026", 6),
        ("\u00ae", 1),
        ("\u00a9\ufe0f", 2),
        ("http://a\u00a9b.com", 23),
        ("a\u200db", 3),
        ("\ufeff", 2),
        ("a@b.id", 6),
        ("\U0001d400", 2),
    ],
)
def test_length(text: str, length: int) -> None:
    """URLs count 23, emoji 2, far scripts 2, other letters 1, after composition; as configuration v3 says."""
    assert weighted_length(text) == length


def test_bound() -> None:
    """A text of exactly 280 fits; the figure is the one of configuration v3."""
    assert weighted_length("a" * 280) == ROOM.limits.text == 280


_PIECES = st.sampled_from(
    [
        *"abcXYZ019 \n\t.,:;!?-_/@#$%&()[]'\"",
        "https://",
        "http://",
        "natunakab.go.id",
        "t.co/abc",
        ".com",
        "08.00",
        "2.922",
        "1.2.",
        ".id",
        "?q=1&r=2",
        "\u65e5\u672c",
        "\u00e9",
        "e\u0301",
        "\u2026",
        "\u2019",
        "\u2013",
        FAMILY,
        "\U0001f44d\U0001f3fd",
        "\u2764\ufe0f",
        "\ufe0f",
        "\u200d",
        "\u20e3",
        "\u00a0",
        "\u3000",
        "\u2028",
        "\u202e",
        "\ufeff",
        "\x0b",
        "\x0c",
        "\x1c",
        "\x85",
        "\r\n",
        "\r",
        "\uff20",
        "\uff03",
        "\u0431\u0440",
        "\u3002",
    ]
)
_TEXTS = st.one_of(st.lists(_PIECES, max_size=25).map("".join), st.text(max_size=60))


@settings(max_examples=300)
@given(_TEXTS)
@example("a.b\x0bc.id")
@example("natunakab.go.id\nhttps://x.com/a b.com")
def test_counting_words_is_counting_the_text(text: str) -> None:
    """Word by word with short cuts gives what the exact library gives for the whole (© and ® aside)."""
    exact = limits._library()

    if "\u00a9" in text or "\u00ae" in text:
        return
    assert weighted_length(text) == exact.parse_tweet(text).weightedLength


@settings(max_examples=200)
@given(_TEXTS)
@example("\r\n\u3002a.id")
@example("\u3002a.id")
def test_urls_word_by_word(text: str) -> None:
    """A text has a URL where the exact library finds one in the whole, composed."""
    exact = limits._library()

    assert has_url(text) is bool(exact.extract_urls(unicodedata.normalize("NFC", text)))


@settings(max_examples=500)
@given(
    st.from_regex(limits._USUAL_URL, fullmatch=True, alphabet=st.characters(max_codepoint=0x7F)),
    st.sampled_from(["", "Baca", "\n", "1"]),
)
def test_usual_links_are_links(piece: str, before: str) -> None:
    """What is taken for a usual link without asking is one URL and nothing else for the exact library."""
    exact = limits._library()

    text = before + (piece if piece[0] != "h" else f" {piece}")
    assert weighted_length(text) == exact.parse_tweet(text).weightedLength
    assert exact.extract_urls(text) == [text[len(before) :].strip()]


@given(st.text(max_size=40))
def test_composition_does_not_matter(text: str) -> None:
    """Decomposed and composed forms of a text are equally long."""
    assert weighted_length(unicodedata.normalize("NFD", text)) == weighted_length(text)


def test_plain_texts_need_no_library() -> None:
    """Counting plain Indonesian text imports nothing heavy, and the library never keeps a false module."""
    script = (
        "import sys\n"
        "from connectors.registry import room\n"
        "x = room('twitter')\n"
        "assert x.measure('Halo warga Natuna. Buka pukul 08.00 \u2013 15.30, \u201cmelayani\u201d') == 55\n"
        "assert not {'tweepy', 'twitter_text', 'requests'} & set(sys.modules), 'heavy'\n"
        "assert x.measure('natunakab.go.id') == 23\n"
        "assert 'twitter_text' in sys.modules and 'pkg_resources' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_invalid_characters_are_named() -> None:
    """Each refused character is named once, by its code point."""
    assert invalid_characters("a\ufeffb\ufeff\uffff") == ["U+FEFF", "U+FFFF"]
    assert invalid_characters("abc\u200d") == []


@pytest.mark.parametrize(
    ("text", "alts", "usd"),
    [
        ("Halo", (), "0.015"),
        ("Lihat natunakab.go.id", (), "0.200"),
        ("Halo", ("foto", "", "foto"), "0.025"),
        ("https://natunakab.go.id", ("foto",), "0.205"),
    ],
)
def test_price(text: str, alts: tuple[str, ...], usd: str) -> None:
    """A post costs 1.5 cents, one with any link 20, and half a cent for each described picture."""
    media = tuple(Media(str(number), (), alt) for number, alt in enumerate(alts))
    assert ROOM.price(Part(PartKind.ROOT, text, media=media)).usd == Decimal(usd)
