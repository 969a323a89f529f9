"""Text: bytes become facts and a body; the body is exact, and what cannot be read never becomes one."""

from __future__ import annotations

from timeit import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Severity
from publisher.content.text import MAX_FACTS, Draft, TextError, read_plain, shown


def draft(text: str) -> Draft:
    return read_plain(text.encode())


def error(text: str | bytes) -> TextError:
    with pytest.raises(TextError) as caught:
        read_plain(text if isinstance(text, bytes) else text.encode())
    return caught.value


def test_body_is_exact() -> None:
    """Line breaks, stars, hashes, underscores and numbers stay as typed; only the ends are stripped."""
    body = "*BANJIR*\nbaris _dua_  \n\n\n3. tiga @ppid #tag\n  menjorok"
    assert draft(f"\n\n{body}\n \n").body == body


def test_body_without_facts_begins_on_its_own_line() -> None:
    """The line of the body counts the blank lines above it."""
    read = draft("\n\nHalo")
    assert (read.facts, read.body, read.body_line) == ({}, "Halo", 3)


def test_title_line_is_taken_out() -> None:
    """`# Title` on line one is the title; the body begins below it."""
    read = draft("# Gotong royong\n\nAyo ikut.")
    assert (read.title, read.title_line, read.body, read.body_line) == ("Gotong royong", 1, "Ayo ikut.", 3)


def test_a_letterhead_is_no_title() -> None:
    """`# SIARAN PERS` above a headline: what is shortened begins with the headline."""
    read = draft("# SIARAN PERS\nNomor: 1/2026\n\nPosko dibuka\n\nIsi.")
    assert (read.title, read.body_line) == (None, 1)
    assert read.body == "SIARAN PERS\nNomor: 1/2026\n\nPosko dibuka\n\nIsi."
    assert draft("# Siaran pers hari ini\n\nIsi.").title == "Siaran pers hari ini"


def test_hashtag_on_line_one_is_no_title() -> None:
    """Without a space after it, # begins a hashtag."""
    assert draft("#Natuna hari ini").body == "#Natuna hari ini"


def test_front_matter_keeps_words_as_written_and_their_lines() -> None:
    """Numbers, dates, yes and no stay texts; each key knows its line."""
    read = draft("---\ntitle: 1.10\ndate: 2026-11-24\nurgent: yes\ntwitter:\n  thread: true\n---\nIsi\n")
    assert read.facts == {
        "title": "1.10",
        "date": "2026-11-24",
        "urgent": "yes",
        "twitter": {"thread": "true"},
    }
    assert (read.line("title"), read.line("twitter.thread"), read.body_line) == (2, 6, 8)


def test_quoted_and_block_texts_are_exact() -> None:
    """What YAML quotes is text, with its line breaks."""
    read = draft('---\ntitle: "yes"\ntwitter:\n  text: |\n    satu\n    dua #tiga\n---\nx')
    assert read.facts == {"title": "yes", "twitter": {"text": "satu\ndua #tiga\n"}}


def test_empty_value_is_nothing() -> None:
    """A key without a value is there with its line, and says nothing."""
    assert draft("---\ntitle:\nlink: ~\n---\nx").facts == {"title": None, "link": None}


@pytest.mark.parametrize("front", ["---\n---\nIsi", "---\n# catatan\n---\nIsi", "\n \n---   \n---\nIsi"])
def test_front_matter_may_be_empty(front: str) -> None:
    """Nothing between the dashes is no facts; blank lines above them do not hide them."""
    assert (draft(front).facts, draft(front).body) == ({}, "Isi")


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("---\ntitle: x\nIsi", "content.not_closed", 1),
        ("---\ntitle: x\n--\nIsi\n---\n", "content.closing", 3),
        ("---\ntitle: x\n—\nIsi", "content.closing", 3),
        ("----\ntitle: x\n----\nIsi", "content.opening", 1),
        ("—\ntitle: x\n—\nIsi", "content.opening", 1),
        ("--- title: x\n---\nIsi", "content.opening", 1),
        (" ---\ntitle: x\n---\nIsi", "content.opening", 1),
        ("\ufeff\u200b---\ntitle: x\n---\nIsi", "content.opening", 1),
        ("\u200b\n----\nid: x\n---\nIsi", "content.opening", 2),
        ("---\nhanya kalimat\n---\nIsi", "content.no_keys", 2),
        ("---\n- satu\n- dua\n---\nIsi", "content.no_keys", 2),
        ("---\ntitle: x\n\tlink: y\n---\nIsi", "yaml.tab", 3),
        ("---\ntitle: a\ntitle: b\n---\nIsi", "yaml.duplicate_key", 3),
        ("---\ntitle: &a x\n---\nIsi", "content.quotes", 2),
        ("---\ntitle: !!python/object:os.system x\n---\nIsi", "content.quotes", 2),
        ("---\ntitle: Nomor #1 di Natuna\n---\nIsi", "content.remark", 2),
        ("---\ntitle: Ralat: tanggal # nanti\n---\nIsi", "yaml.colon", 2),
        ("---\ntitle: Ralat: satu\n  dua\n---\nIsi", "yaml.colon", 2),
        ("---\nlink: https://a.id\ntautan: https://b.id\n---\nIsi", "content.key_twice", 3),
        ("---\ntitle: Ralat: a\nlink: [x\n---\nIsi", "yaml.bracket", 3),
        ("---\ntitle: [a\n---\nIsi", "yaml.bracket", 2),
        ("---\na: b\n...\n%YAML 1.1\n---\nIsi", "content.quotes", 4),
        ("", "content.empty", None),
        (" \n\t\n", "content.empty", None),
        ("baris\nsatu\x07dua", "content.control", 2),
        ("---\ntitle: \x1b[31mx\n---\nIsi", "content.control", 2),
    ],
)
def test_what_cannot_be_read_is_an_error_with_its_line(text: str, code: str, line: int | None) -> None:
    """Text that opens like front matter but is none is an error, never a body."""
    found = error(text)
    assert (found.code, found.line) == (code, line)


@pytest.mark.parametrize(
    ("front", "facts"),
    [
        ("title: Ralat: tanggal pelayanan", {"title": "Ralat: tanggal pelayanan"}),
        ("title: Ralat: kantor Bupati's", {"title": "Ralat: kantor Bupati's"}),
        ("judul: Jadwal:\nlink: https://a.id", {"title": "Jadwal:", "link": "https://a.id"}),
        ("title: *BANJIR* hari ini", {"title": "*BANJIR* hari ini"}),
        ('title: "Bahari" dan laut', {"title": '"Bahari" dan laut'}),
        ("author: @humas", {"author": "@humas"}),
        ("hashtags: #Natuna #PPID", {"hashtags": "#Natuna #PPID"}),
        ("tagar: [#Natuna, #PPID]", {"hashtags": "#Natuna, #PPID"}),
        ("hashtags:\n- Natuna\n- #PPID", {"hashtags": ["Natuna", "#PPID"]}),
        ("title:\u00a0Halo", {"title": "Halo"}),
        ("title:\tHalo", {"title": "Halo"}),
        (
            "media:\n- berkas: a.jpg\n  alt: Spanduk: selamat",
            {"media": [{"file": "a.jpg", "alt": "Spanduk: selamat"}]},
        ),
        (
            "title: Ralat: x\ntwitter:\n  teks: |\n    Jadwal: besok: pagi\n    @humas #tag",
            {"title": "Ralat: x", "twitter": {"text": "Jadwal: besok: pagi\n@humas #tag\n"}},
        ),
    ],
)
def test_what_can_mean_one_thing_only_is_understood(front: str, facts: dict[str, object]) -> None:
    """A colon in a title, a star, an @ and hashtags need no quotation marks; blocks stay exact."""
    assert draft(f"---\n{front}\n---\nIsi").facts == facts


def test_lines_of_aliases_are_lines_of_their_keys() -> None:
    """A key in Indonesian has its line under the name that the code uses, and its words for messages."""
    read = draft("---\nJudul: a\nTerbit: 2026-11-24 08:00\nIG: reel\nX:\n  utas: ya\n---\nIsi")
    assert list(read.facts) == ["title", "publish_at", "instagram", "twitter"]
    assert (read.line("publish_at"), read.line("twitter.thread"), read.written["publish_at"]) == (
        3,
        6,
        "Terbit",
    )


def test_remarks_with_a_space_are_remarks() -> None:
    """`# like this` is YAML's remark and takes nothing away."""
    assert draft("---\n#title: x\ntitle: y # nanti diganti\n---\nIsi").facts == {"title": "y"}


def test_quoted_hashtags_are_no_remark() -> None:
    """Between quotation marks # is itself."""
    assert draft('---\nhashtags: "#Natuna #PPID"\n---\nIsi').facts == {"hashtags": "#Natuna #PPID"}


def test_alias_bomb_and_nesting_are_refused() -> None:
    """Neither references nor thousands of brackets are followed."""
    assert error("---\na: &a [x]\nb: [*a, *a]\n---\nx").code in {"yaml.alias", "content.quotes"}
    assert error("---\na: " + "[" * 50_000 + "\n---\nx").code == "yaml.too_deep"
    assert error("---\n" + "- " * 30_000 + "\n---\nx").code == "yaml.too_deep"


def test_long_front_matter_is_refused_by_number() -> None:
    """The limit and the length are told."""
    found = error("---\ntitle: " + "x" * MAX_FACTS + "\n---\nIsi")
    assert found.code == "content.facts_too_long"
    assert (found.values["size"], found.values["limit"]) == (MAX_FACTS + 8, MAX_FACTS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_breaks_of_windows(encoding: str, newline: str) -> None:
    """BOM, UTF-16 and every line break give the same text."""
    text = "---\ntitle: “Ralat” – é\n---\nsatu\ndua\n".replace("\n", newline)
    read = read_plain(text.encode(encoding))
    assert (read.facts, read.body, read.notes) == ({"title": "“Ralat” – é"}, "satu\ndua", [])


def test_windows_1252_is_read_with_a_warning() -> None:
    """What can only be Windows-1252 is read as such, and the first doubtful line is told."""
    read = read_plain("satu\n“dua” – tiga".encode("cp1252"))
    assert read.body == "satu\n“dua” – tiga"
    assert read.notes == [("content.encoding_guessed", Severity.WARNING, 2, {})]


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"satu\ndua\x00tiga", "content.nul", 2),
        ("Halo".encode("utf-16-le"), "content.nul", 1),
        (b"\xff\xfeH", "content.encoding", 1),
        (b"a\n\x81\xff", "content.encoding", 2),
    ],
)
def test_bytes_that_are_no_text(data: bytes, code: str, line: int) -> None:
    """NUL bytes and unknown encodings are errors with their line."""
    found = error(data)
    assert (found.code, found.line) == (code, line)


def test_quotes_in_messages_are_short() -> None:
    """What was written is quoted in at most as many characters as asked."""
    assert shown("x" * 100, 10) == "x" * 9 + "…"
    assert shown(["a", {"b": "c"}, None]) == "a, b: c, "


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    """Whatever lies in a file: a draft or a TextError."""
    try:
        read_plain(data)
    except TextError:
        return  # what it holds is tested above


YAML_PIECES = st.lists(
    st.sampled_from([*"abz:-#[]{}&*!|>'\"%@`,?~ \n\t", "---", "\n", ": ", "\n- ", "title: ", "é", "\u200b"]),
    max_size=40,
)


@given(YAML_PIECES)
def test_no_front_matter_raises_anything_else(pieces: list[str]) -> None:
    """Whatever stands between the dashes: facts or a TextError with a line inside the text."""
    text = "---\n" + "".join(pieces) + "\n---\nIsi"
    line: int | None = 1
    try:
        draft(text)
    except TextError as found:
        line = found.line
    assert line is not None
    assert 1 <= line <= text.count("\n") + 1


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=200))
def test_plain_text_comes_out_as_it_went_in(text: str) -> None:
    """A text without facts and title is its own body."""
    if not text.strip() or text.strip(" \u00a0\u200b\ufeff\u2060\u200e\u200f").startswith(tuple("-‐‑‒–—―−#")):
        return
    if any(character in text for character in "\ufffe\uffff"):
        return
    assert draft(text).body == text.removeprefix("\ufeff").strip()


def test_a_word_of_a_hundred_thousand_letters_is_read_at_once() -> None:
    """What a program left in a text by mistake holds up no other post: a thousandth of a second, not ten."""
    seconds = timeit(lambda: draft(f"Isi.\n{'a' * 100_000}"), number=1)
    assert seconds < 1
