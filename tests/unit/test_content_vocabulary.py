"""Vocabulary: every word that may be written is documented, means one thing, and slips are recognised."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from connectors import registry
from publisher import texts
from publisher.content import facts, vocabulary
from publisher.model import Channel

PAGE = (Path(__file__).parents[2] / "docs" / "writing-posts.md").read_text(encoding="utf-8")


def test_every_word_is_documented() -> None:
    """docs/writing-posts.md has a row per key with all its words, and names the others."""
    rows = {
        row[0]: set(row) for row in (re.findall(r"`([^`]+)`", line) for line in PAGE.split("\n| ")) if row
    }
    told = set(re.findall(r"`([^`\n]+)`", PAGE))
    missing = {
        word
        for word, key in vocabulary.KEYS.items()
        if word.replace("_", " ") not in rows[key] | {key.replace("_", " ")}
    }
    nicknames = {word for name in registry.platforms() for word in registry.room(name).nicknames}
    inner = {*vocabulary.INNER, *vocabulary.OPTIONS, *vocabulary.PLACEMENTS, *nicknames}
    missing |= {word for word in inner if word.replace("_", " ") not in told}
    assert not missing


def test_every_key_has_its_words() -> None:
    """The table covers the keys of a post, no others."""
    assert set(vocabulary.KEYS.values()) == set(facts.KEYS)


@pytest.mark.parametrize("language", ["id", "en"])
def test_messages_name_words_that_are_understood(language: str) -> None:
    """Who is told which keys, options and placements there are can write them as they are told."""
    texts.use(language)
    keys = [*facts.KEYS, *registry.platforms()]
    told = texts.t("content.unknown_key.fix", known=keys).partition(": ")[2].rstrip(".").split(", ")
    assert [vocabulary.key_of(word) for word in told] == keys
    assert language == "en" or not {"publish_at", "title", "channels"}.intersection(told)
    for words in (vocabulary.INNER, vocabulary.OPTIONS, vocabulary.PLACEMENTS):
        names = sorted(set(words.values()))
        told = texts.t("content.unknown_key.fix", known=names).partition(": ")[2].rstrip(".").split(", ")
        assert [words.get(vocabulary.plain(word), word) for word in told] == names


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Terbit", "publish_at"),
        ("WAKTU TERBIT", "publish_at"),
        ("terbit-setelah", "publish_after"),
        ("publish_at", "publish_at"),
        ("Foto  2", "photo_2"),
        ("Video 1", "photo_1"),
        ("klip 3", "photo_3"),
        ("IG", "instagram"),
        ("Tik Tok", "tiktok"),
        ("X", "twitter"),
        ("Facebook", "facebook"),
        ("Foto 0", None),
        ("Tempat", None),
        ("", None),
    ],
)
def test_keys_and_platforms(written: str, key: str | None) -> None:
    """Capitals, spaces and hyphens do not matter."""
    assert vocabulary.key_of(written) == key


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("Kanall", "kanal"),
        ("Knal", "kanal"),
        ("Kanla", "kanal"),
        ("Tebrit", "terbit"),
        ("Terbut", "terbit"),
        ("Kapal", None),
        ("Kanal", None),
        ("Penerbit", None),
        ("Tempat", None),
    ],
)
def test_slips_of_the_finger(written: str, right: str | None) -> None:
    """One letter too many, missing, swapped, or wrong in a long word; other words are other words."""
    known = {"kanal": "channels", "terbit": "publish_at"}
    assert vocabulary.misspelt(written, known) == right


@pytest.mark.parametrize(
    ("word", "labels"),
    [
        ("FB", ["fb"]),
        ("Facebook", ["fb", "desa", "x"]),
        ("twitter", ["kabar"]),
        ("X", ["x"]),
        ("tw.", ["kabar"]),
        ("semua", ["fb", "desa", "x", "kabar"]),
        ("IG", []),
        ("radio", []),
    ],
)
def test_channels_by_label_before_platform(word: str, labels: list[str]) -> None:
    """A label of schedule.yaml is that channel alone, even if it is also the name of a platform."""
    made = [("fb", "facebook"), ("desa", "facebook"), ("x", "facebook"), ("kabar", "twitter")]
    channels = [Channel(label, platform, label, f"{platform}:{label}", "env:A") for label, platform in made]
    found = vocabulary.channels_named(word, channels)
    assert [channel.label for channel in found] == labels
