"""publisher/render/thread.py: long text is broken where a reader would pause, and nothing is lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.render.thread import split

words = st.lists(st.text("abcdef.!?ABC \n", min_size=1, max_size=30), max_size=80).map(" ".join)


def joined(parts: list[str]) -> str:
    return " ".join(" ".join(re.sub(r"\n\n\d+/\d+$", "", part) for part in parts).split())


@given(words, st.integers(20, 90))
def test_every_part_fits_and_no_word_is_lost(text, limit):
    """All words come out in order; a part is longer than the limit only if one word alone is."""
    parts = split(text, limit, len)
    assert joined(parts) == " ".join(text.split())
    if len(parts) > 1:
        for number, part in enumerate(parts, 1):
            body, _, mark = part.rpartition("\n\n")
            assert mark == f"{number}/{len(parts)}"
            assert len(part) <= limit or len(body.split()) == 1


def test_a_text_that_fits_is_left_alone():
    """No number on a single part."""
    assert split("Cukup.", 6, len) == ["Cukup."]


def test_paragraphs_before_lines_before_sentences_before_words():
    """The best pause that leaves a part well filled is taken."""
    a, b = "a" * 30, "b" * 30
    assert split(f"{a}\n\n{b}", 45, len) == [f"{a}\n\n1/2", f"{b}\n\n2/2"]
    assert split(f"{a}\n{b} c", 45, len) == [f"{a}\n\n1/2", f"{b} c\n\n2/2"]
    assert split(f"{a}. {b.upper()} c", 45, len) == [f"{a}.\n\n1/2", f"{b.upper()} c\n\n2/2"]
    assert split(f"{a} {b} c", 45, len) == [f"{a}\n\n1/2", f"{b} c\n\n2/2"]


def test_hashtags_do_not_stand_alone_at_the_end():
    """A last part of a few words takes the paragraph before with it."""
    text = "\n\n".join(["a" * 60, "b" * 50, "c" * 40, "#Natuna #PPID"])
    assert split(text, 100, len) == [
        f"{'a' * 60}\n\n1/3",
        f"{'b' * 50}\n\n2/3",
        f"{'c' * 40}\n\n#Natuna #PPID\n\n3/3",
    ]


@pytest.mark.parametrize(
    "kept", ["Jl. Batu Sisir", "Drs. Haji", "No. 12", "H. Ahmad", "a.n. Bupati", "Prof. Dr. Ir. Siti"]
)
def test_abbreviations_end_no_sentence(kept):
    """A title or an address is not torn from its name."""
    text = f"Kegiatan ini dibuka di halaman kantor. Hadir juga {kept} beserta rombongan dari kecamatan."
    parts = split(text, 76, len)
    assert parts[0] == "Kegiatan ini dibuka di halaman kantor.\n\n1/2"


def test_a_long_word_is_never_broken():
    """A URL stays whole even if it is too long; the room then says that the part is."""
    url = "https://a.id/" + "x" * 80
    assert f"{url}\n\n2/3" in split(f"Lihat laman berikut ini: {url} dan seterusnya.", 40, len)


def test_more_than_nine_parts_count_their_wider_number():
    """`10/12` is longer than `1/9`, and every part still fits."""
    parts = split("kata " * 100, 40, len)
    assert len(parts) > 9
    assert max(map(len, parts)) <= 40
