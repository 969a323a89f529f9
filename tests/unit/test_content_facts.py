"""Facts: what is written becomes values of the right types, or a problem that names the key."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import registry
from publisher.content.facts import KEYS, Facts, MediaFact, numbered, understand
from publisher.content.text import Draft, read_plain
from publisher.content.vocabulary import options_of
from publisher.model import LocalTime, PostMedia

WIB = "Asia/Jakarta"


def facts(front: str) -> Facts:
    return understand(read_plain(f"---\n{front}\n---\nIsi".encode()), WIB)


def value(front: str) -> Any:
    found = facts(front)
    assert not found.wrong
    (only,) = found.values.values()
    return only


def wrong(front: str) -> list[tuple[str, str]]:
    return [(code, key) for code, key, _ in facts(front).wrong]


@pytest.mark.parametrize(
    ("written", "wall", "zone"),
    [
        ("2026-11-24 08:00", "2026-11-24T08:00:00", WIB),
        ("2026-11-24T08:00", "2026-11-24T08:00:00", WIB),
        ("2026-11-24 8.05", "2026-11-24T08:05:00", WIB),
        ("2026-11-24 08:00:30", "2026-11-24T08:00:30", WIB),
        ('"2026-11-24 08:00"', "2026-11-24T08:00:00", WIB),
        ("2026-11-24 08:00 WIT", "2026-11-24T08:00:00", "Asia/Jayapura"),
        ("2026-11-24 08:00 wita", "2026-11-24T08:00:00", "Asia/Makassar"),
        ("2026-11-24 08:00 Europe/Berlin", "2026-11-24T08:00:00", "Europe/Berlin"),
        ("2026-11-24T08:00Z", "2026-11-24T08:00:00", "UTC"),
        ("Selasa, 24 November 2026 pukul 08.00 WIB", "2026-11-24T08:00:00", WIB),
        ("Selasa 24 Nopember 2026 jam 8.00", "2026-11-24T08:00:00", WIB),
        ("selasa, 24 nov 2026, pkl. 08.00 (WITA)", "2026-11-24T08:00:00", "Asia/Makassar"),
        ("Jum'at, 27 November 2026 13.30", "2026-11-27T13:30:00", WIB),
        ("Tuesday, 24 November 2026 at 08:00", "2026-11-24T08:00:00", WIB),
        ("November 24, 2026 08:00", "2026-11-24T08:00:00", WIB),
        ("24/11/2026 08.00", "2026-11-24T08:00:00", WIB),
        ("24-11-2026 08.00", "2026-11-24T08:00:00", WIB),
        ("12/12/2026 08.00", "2026-12-12T08:00:00", WIB),
        ("24 Nop 2026 pk. 08.00", "2026-11-24T08:00:00", WIB),
        ("2026/11/24 08.00", "2026-11-24T08:00:00", WIB),
        ("24\u00a0November\u00a02026\u202f08.00", "2026-11-24T08:00:00", WIB),
        ("“2026-11-24 08:00”", "2026-11-24T08:00:00", WIB),
    ],
)
def test_times(written: str, wall: str, zone: str) -> None:
    """A day and a time of day, in the zone of the workspace unless another is named."""
    assert value(f"publish_at: {written}") == LocalTime(datetime.fromisoformat(wall), zone)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2026-11-24", "content.time_missing"),
        ("24 November 2026", "content.time_missing"),
        ("24 November pukul 08.00", "content.year_missing"),
        ("24/11 08.00", "content.year_missing"),
        ("24/11/26 08.00", "content.year_short"),
        ("24 Nov '26 08.00", "content.year_short"),
        ("11/12/2026 08:00", "content.date_ambiguous"),
        ("11/24/2026 08:00", "content.no_such_time"),
        ("Senin, 24 November 2026 pukul 08.00", "content.weekday_wrong"),
        ("Monday, 2026-11-24 08:00", "content.weekday_wrong"),
        ("besok", "content.time_relative"),
        ("besok pukul 08.00", "content.time_relative"),
        ("Senin depan", "content.time_relative"),
        ("Sabtu besok pukul 8", "content.time_relative"),
        ("Selasa 08.00", "content.time_relative"),
        ("segera", "content.time_now"),
        ("terbitkan sekarang juga", "content.time_now"),
        ("pukul 08.00 WIB", "content.day_missing"),
        ("24 November 2026 08.00 - selesai", "content.time_span"),
        ("24 November 2026 08.00-10.00 WIB", "content.time_span"),
        ("24 November 2026 pukul 08.00 WIB s.d. selesai", "content.time_span"),
        ("2026-11-24 08:00+07:00", "content.time"),
        ("2026-11-24 8", "content.time_words"),
        ("24 November 2026 pkl 8", "content.time_words"),
        ("24 November 2026 pukul 8 malam", "content.time_words"),
        ("24 November 2026 8:00 AM", "content.time_words"),
        ("1732435200", "content.time"),
        ("2026-02-29 08:00", "content.no_such_time"),
        ("2026-11-24 24:00", "content.no_such_time"),
        ("0001-01-01 00:00", "content.no_such_time"),
        ("2026-11-24 08:00 WIBB", "content.zone"),
        ("2026-11-24 08:00 Asia", "content.zone"),
        ("[2026-11-24, 08:00]", "content.not_text"),
    ],
)
def test_times_are_never_guessed(written: str, code: str) -> None:
    """Everything looser is an error."""
    assert wrong(f"publish_at: {written}") == [(code, "publish_at")]


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("id: banjir-2026.1_a", "banjir-2026.1_a"),
        ("title: 1.10", "1.10"),
        ("title: yes", "yes"),
        ("title: null", "null"),
        ("author: Siaga", "Siaga"),
        ("date: 2024-09-17", date(2024, 9, 17)),
        ("tanggal: Selasa, 17 September 2024", date(2024, 9, 17)),
        ("Date: 17/9/2024", date(2024, 9, 17)),
        ("grace: 2h", timedelta(hours=2)),
        ("grace: 30 menit", timedelta(minutes=30)),
        ("grace: 1 hari", timedelta(days=1)),
        ("channels: [fb, x, fb]", ("fb", "x")),
        ("channels: fb, x", ("fb", "x")),
        ("link: https://natunakab.go.id/?a=1#b", "https://natunakab.go.id/?a=1#b"),
        ("hashtags: [Natuna, PPID]", ("Natuna", "PPID")),
        ('hashtags: "#Natuna #PPID"', ("Natuna", "PPID")),
        ("hashtags: Natuna, PPID", ("Natuna", "PPID")),
        ("hashtags:\n- '#Natuna'\n- HUT25", ("Natuna", "HUT25")),
        ("topic: layanan", "layanan"),
        ("urgent: yes", True),
        ("Mendesak: “ya”", True),
        ("konsep: Iya", True),
        ("Kanal: IG, FB dan X", ("IG", "FB", "X")),
        ("Tagar: #Natuna #PPID", ("Natuna", "PPID")),
        ("tagar: [“Natuna”, ”PPID”]", ("Natuna", "PPID")),
        ("tautan: “https://natunakab.go.id”", "https://natunakab.go.id"),
        ("toleransi: 2 jam", timedelta(hours=2)),
        ("grace: 2 hours", timedelta(hours=2)),
        ("draft: Ya", True),
        ("repeat: tidak", False),
        ("sample: true", True),
        ("corrects: banjir-1", "banjir-1"),
        ("media: a.jpg", [MediaFact("a.jpg", "", None, "media.0")]),
        ("media: []", []),
    ],
)
def test_values(front: str, expected: object) -> None:
    """Each key gives a value of its own type."""
    assert value(front) == expected


def test_media_entries() -> None:
    """A picture is a name, or a block with alternative text and focus."""
    assert value("media:\n- a.jpg\n- file: b.png\n  alt: Kantor\n  focus: [0.5, 0.25]") == [
        MediaFact("a.jpg", "", None, "media.0"),
        MediaFact("b.png", "Kantor", (0.5, 0.25), "media.1"),
    ]


def test_focus_may_be_a_word():
    """`atas` is the upper edge, in the middle across."""
    [medium] = value("media:\n- file: a.jpg\n  fokus: Atas")
    assert medium.focus == (0.5, 0.0)


@pytest.mark.parametrize(
    ("front", "code", "key"),
    [
        ("id: a b", "content.id", "id"),
        ("id: ../x", "content.id", "id"),
        ("title: [a]", "content.not_text", "title"),
        ('title: ""', "content.not_text", "title"),
        ('title: "a\\nb"', "content.one_line", "title"),
        ("date: 2026-9-24", "content.date", "date"),
        ("date: kemarin", "content.date", "date"),
        ("date: besok", "content.date_relative", "date"),
        ("date: 1/2/2026", "content.date_ambiguous", "date"),
        ("date: Senin, 24 November 2026", "content.weekday_wrong", "date"),
        ("grace: 2:30", "content.duration", "grace"),
        ("publish_at: 8:00", "content.day_missing", "publish_at"),
        ("date: 2026-13-01", "content.no_such_time", "date"),
        ("grace: dua jam", "content.duration", "grace"),
        ("channels: []", "content.not_list", "channels"),
        ("channels: {a: b}", "content.not_list", "channels"),
        ("channels: a,,b", "content.not_text", "channels"),
        ("link: natunakab.go.id", "content.link", "link"),
        ("link: javascript:alert(1)", "content.link", "link"),
        ("link: https://a b", "content.link", "link"),
        ("link: https://[", "content.link", "link"),
        ("hashtags: [Info Publik]", "content.hashtag", "hashtags"),
        ("hashtags: [2026]", "content.hashtag", "hashtags"),
        ("hashtags: {a: b}", "content.not_list", "hashtags"),
        ("urgent: mungkin", "content.not_flag", "urgent"),
        ("urgent: [ya]", "content.not_flag", "urgent"),
        ("media:\n- alt: x", "content.media_entry", "media.0"),
        ("media:\n- a.jpg\n- [b.jpg]", "content.media_entry", "media.1"),
        ("media:\n- file: a.jpg\n  fokus: x", "content.focus", "media.0.focus"),
        ("media:\n- file: a.jpg\n  altt: x", "content.unknown_key_meant", "media.0.altt"),
        ("media:\n- file: a.jpg\n  focus: [2, 0]", "content.focus", "media.0.focus"),
        ("media:\n- file: a.jpg\n  focus: pojok", "content.focus", "media.0.focus"),
        ("titel: x", "content.unknown_key_meant", "titel"),
        ("Kanall: x", "content.unknown_key_meant", "Kanall"),
        ("qqqqq: x", "content.unknown_key", "qqqqq"),
        ("twitter: ya", "content.platform_word", "twitter"),
        ("twitter: [utas]", "content.not_block", "twitter"),
        ("twitter: {tread: true}", "content.unknown_key_meant", "twitter.tread"),
        ("twitter: {thread: mungkin}", "content.not_flag", "twitter.thread"),
        ("twitter: {reply_settings: semua}", "content.choice", "twitter.reply_settings"),
        ("twitter: {placement: reel}", "content.choice", "twitter.placement"),
        ("facebook: {graph_version: v1}", "content.unknown_key", "facebook.graph_version"),
    ],
)
def test_wrong_values_name_their_key(front: str, code: str, key: str) -> None:
    """What is not right is told with the dotted key it stands under."""
    assert wrong(front) == [(code, key)]


def test_suggestions_know_the_names_that_people_see() -> None:
    """A typing error is met with the word meant, in the language it was written in."""
    assert facts("hashtagg: a").wrong[0][2]["meant"] == "hashtag"
    assert facts("Tagarr: a").wrong[0][2]["meant"] == "tagar"


def test_messages_name_keys_as_they_were_written() -> None:
    """Who wrote Terbit is not told about publish_at."""
    assert facts("Terbit: besok").wrong[0][2]["key"] == "Terbit"
    ((_, _, said),) = facts("Terbit: 2026-11-24 08.00\nTerbit sebelum: 2026-11-23 08.00").wrong
    assert (said["key"], said["other"]) == ("Terbit sebelum", "Terbit")


def test_platforms_by_the_names_people_use() -> None:
    """X, FB and Twitter are platforms; what is on or off, and placements, need their names only."""
    assert facts("X: utas\nFB: feed").platforms == {
        "twitter": {"thread": True},
        "facebook": {"placement": "feed"},
    }
    assert facts("Twitter:\n  utas: ya\n  teks: a").platforms == {"twitter": {"thread": True, "text": "a"}}
    assert facts("X: thread, made_with_ai").platforms == {"twitter": {"thread": True, "made_with_ai": True}}


def test_a_platform_is_known_by_its_nicknames() -> None:
    """What a room says it is also called is its key in a post; none is said by two rooms."""
    rooms = [registry.room(name) for name in registry.platforms()]
    called = [(word, room.platform) for room in rooms for word in (*room.nicknames, room.title.lower())]
    assert len({word for word, platform in called if word != platform}) > 8
    for word, platform in called:
        assert list(facts(f"{word.upper()}: {{text: a}}").platforms) == [platform]


def test_alternative_texts_by_number() -> None:
    """`Foto 2: …` describes the second picture; a number beyond the last is told."""
    found = facts("Foto 2: Kantor\nphoto 3: Laut")
    pictures = tuple(PostMedia(Path(name), name, name, "lama") for name in ("a.jpg", "b.jpg"))
    described, told = numbered(pictures, found)
    assert [one.alt for one in described] == ["lama", "Kantor"]
    assert [(code, key) for code, key, _ in told] == [("content.photo_missing", "photo_3")]


def test_one_wrong_fact_leaves_the_others() -> None:
    """Every flaw is told at once, and what is right is kept."""
    found = facts("title: Baik\ndate: kemarin\nlink: bukan\ntwitter: {thread: true, tread: false}")
    assert found.values == {"title": "Baik"}
    assert found.platforms == {"twitter": {"thread": True}}
    assert [key for _, key, _ in found.wrong] == ["date", "link", "twitter.tread"]


def test_platform_block_gives_typed_options() -> None:
    """A room says which keys its block has and of what kind; text replaces the body and stays exact."""
    found = facts(
        "twitter:\n  made_with_ai: yes\n  reply_settings: following\n  text: |\n    satu\n\n    dua"
    )
    assert found.platforms == {
        "twitter": {"made_with_ai": True, "reply_settings": "following", "text": "satu\n\ndua"}
    }


@pytest.mark.parametrize(
    ("front", "key"),
    [
        ("publish_after: 2026-11-25 08:00\npublish_before: 2026-11-24 08:00", "publish_before"),
        ("publish_at: 2026-11-24 08:00\npublish_before: 2026-11-24 09:00 WIT", "publish_before"),
        ("publish_after: 2026-11-24 09:00\npublish_at: 2026-11-24 08:00", "publish_at"),
    ],
)
def test_times_that_no_moment_fits(front: str, key: str) -> None:
    """A window that is empty is an error, compared across zones."""
    assert wrong(front) == [("content.contradiction", key)]


@pytest.mark.parametrize("platform", registry.platforms())
def test_every_room_has_options_we_can_read(platform: str) -> None:
    """Each option of each room is of a kind that facts can parse."""
    kinds = {option.kind for option in options_of(platform).values()}
    assert kinds <= {"bool", "text", "choice", "int", "list"}


LEAF = st.none() | st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20)
VALUE = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)


@given(st.dictionaries(st.sampled_from([*KEYS, "twitter", "facebook", "lain"]), VALUE, max_size=4))
def test_no_value_raises(written: dict[str, Any]) -> None:
    """Whatever a reader hands over, each key is either understood, empty, or told wrong."""
    found = understand(Draft("x", 1, written), WIB)
    told = {key.partition(".")[0] for _, key, _ in found.wrong}
    assert all(
        key in told or key in found.values or key in found.platforms or content is None
        for key, content in written.items()
    )
