"""publisher/yaml_lines.py: strings stay strings, and every mistake has its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.yaml_lines import YamlError, load_yaml


def test_words_that_yaml_would_turn_into_something_else_stay_text():
    """yes/no, times, dates, leading zeros, exponents and underscores are text, as staff typed them."""
    written = ["yes", "no", "on", "21:00", "2026-11-24", "0812", "1e5", "1_000", "0x1F", "08.00", "+62", ".5"]
    assert load_yaml("\n".join(f"- {word}" for word in written)).data == written


def test_numbers_bools_and_nulls_keep_what_was_written():
    """A plain decimal number is a number, and `raw` still knows its zeros."""
    document = load_yaml("a: 1.10\nb: 7\nc: true\nd:\ne: '7'\n")
    assert document.data == {"a": 1.1, "b": 7, "c": True, "d": None, "e": "7"}
    assert document.raw == {"a": "1.10", "b": "7", "c": "true", "d": ""}


def test_every_key_and_item_knows_its_line():
    """Lines count from the file's own first line, nested keys are dotted."""
    document = load_yaml("\ntitle: x\nmedia:\n  - file: a.jpg\n    alt: b\n  - c.jpg\n", first_line=2)
    assert document.lines["title"] == 3
    assert document.lines["media.0.alt"] == 6
    assert document.lines["media.1"] == 7
    assert document.line("media.1.alt") == 7


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "yaml.duplicate_key", 3),
        ("a: &x 1\nb: *x\n", "yaml.alias", 1),
        ("a: *x\n", "yaml.alias", 1),
        ("a: !!python/name:os.system x\n", "yaml.tag", 1),
        ("a: 1\n? [1, 2]\n: 3\n", "yaml.key", 2),
        ("a: 1\n---\nb: 1\n", "yaml.second_document", 2),
        ("a: 1\nb:\n\t- c\n", "yaml.tab", 3),
        ("id: x\ntitle: Ralat: tanggal\n", "yaml.colon", 2),
        ("a: [1, 2\nb: 3\n", "yaml.bracket", 1),
        ("a: 1\nb: \0\n", "yaml.character", 2),
        ("[" * 30 + "]" * 30, "yaml.too_deep", 1),
    ],
)
def test_a_mistake_is_named_with_its_line(text, code, line):
    """Aliases, tags, duplicate keys, tabs, colons, control characters: each has its own message."""
    with pytest.raises(YamlError) as caught:
        load_yaml(text)
    assert (caught.value.message, caught.value.line) == (code, line)


def test_nothing_is_nothing():
    """An empty text, or one of comments only, is None."""
    assert load_yaml("").data is None
    assert load_yaml("# only a comment\n").data is None


@given(st.text(max_size=60))
def test_any_text_gives_data_or_a_line(text):
    """Whatever is typed, the answer is data or a YamlError whose line lies in the text."""
    try:
        load_yaml(text)
    except YamlError as error:
        assert 1 <= error.line <= len(text.splitlines()) + 1  # noqa: PT017 - data is a right answer too
