"""What Threads would refuse is found before anything is sent, with the number found and the limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import (
    ClipFacts,
    Media,
    MediaFacts,
    Part,
    PartKind,
    Problem,
    Rendition,
    Severity,
)
from connectors.threads import ROOM, limits
from publisher.texts import known

Json = Any
ROOT = PartKind.ROOT
PICTURE = MediaFacts("image/jpeg", 200_000, 1080, 1080, name="foto.jpg")
CLIP = MediaFacts(
    "video/mp4",
    5_000_000,
    1080,
    1920,
    100,
    30.0,
    "klip.mp4",
    ClipFacts("mp4", "h264", "aac", 30.0, 4_000_000),
)


def found(*parts: Part, facts: Mapping[Media, MediaFacts] | None = None) -> list[Problem]:
    problems = ROOM.check(Rendition("threads:4001", "feed", parts), facts or {})
    for problem in problems:
        assert known(problem.code), problem.code
        assert known(f"{problem.code}.fix"), problem.code
    return problems


def codes(*parts: Part, facts: Mapping[Media, MediaFacts] | None = None) -> list[str]:
    return [problem.code for problem in found(*parts, facts=facts)]


def of_media(facts: MediaFacts, count: int = 1, alt: str = "Kantor") -> list[str]:
    media = tuple(Media(str(number), ("strip",), alt) for number in range(count))
    return codes(Part(ROOT, "a", media=media), facts=dict.fromkeys(media, facts))


def test_both_readings_of_the_length() -> None:
    """Above 500 by Meta's words is an error; above 500 bytes alone a warning, or what the channel says."""
    assert found(Part(ROOT, "a" * 500)) == []
    (over,) = found(Part(ROOT, "a" * 498 + "😀"))
    assert (over.code, over.severity, over.values["used"]) == ("threads.too_long", Severity.ERROR, 502)
    reported = "a" * 495 + "’’’"
    (warned,) = found(Part(ROOT, reported))
    assert (warned.code, warned.severity) == ("threads.too_many_bytes", Severity.WARNING)
    assert (warned.values["used"], warned.values["over"]) == (504, 4)
    (strict,) = found(Part(ROOT, reported, options={"count_bytes": True}))
    assert strict.severity is Severity.ERROR


def test_every_part_of_a_chain_is_checked() -> None:
    """The third part is told of before the first goes out, by its number; `count_bytes` holds for it too."""
    root = Part(ROOT, "a", options={"count_bytes": True})
    (problem,) = found(root, Part(PartKind.THREAD, "b"), Part(PartKind.THREAD, "“" * 200))
    assert (problem.part, problem.severity) == (3, Severity.ERROR)


@given(st.text(max_size=200))
def test_measure_is_the_stricter_reading(text: str) -> None:
    """What fits by `measure` fits by Meta's words as well."""
    text = text.encode("utf-8", "ignore").decode()
    assert ROOM.measure(text) >= limits.text_points(text) >= len(text)


def test_links() -> None:
    """Five different links, the attached one among them; the same one twice is one."""
    five = " ".join(f"https://natunakab.go.id/{number}" for number in range(5))
    assert codes(Part(ROOT, f"{five} https://natunakab.go.id/0.", link="https://natunakab.go.id/1")) == []
    assert codes(Part(ROOT, five, link="https://natunakab.go.id/9")) == ["threads.too_many_links"]
    assert codes(Part(ROOT, "a", link="natunakab.go.id")) == ["threads.link_invalid"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"poll": ["Ya"]}, "threads.poll_count"),
        ({"poll": list("abcde")}, "threads.poll_count"),
        ({"poll": ["Ya", "t" * 26]}, "threads.poll_option"),
        ({"poll": ["Ya", " "]}, "threads.poll_option"),
        ({"topic_tag": "natuna.go"}, "threads.topic_tag"),
        ({"topic_tag": "a & b"}, "threads.topic_tag"),
        ({"topic_tag": "n" * 51}, "threads.topic_tag"),
        ({"topic_tag": "#"}, "threads.topic_tag"),
    ],
)
def test_polls_and_topics(options: Json, code: str) -> None:
    """Each rule has its problem."""
    assert codes(Part(ROOT, "Hari apa?", options=options)) == [code]


def test_what_fits_is_not_told_of() -> None:
    """A poll, a topic, twenty pictures and clips."""
    assert codes(Part(ROOT, "Hari apa?", options={"poll": ["Senin", "t" * 25], "topic_tag": "#Natuna"})) == []
    assert of_media(PICTURE, 20) == []
    assert of_media(CLIP) == []


def test_only_one_hashtag_becomes_a_topic() -> None:
    """A notice names the one."""
    (problem,) = found(Part(ROOT, "Kantor #Natuna #Ranai"))
    assert (problem.code, problem.severity) == ("threads.one_topic", Severity.NOTICE)
    assert problem.values["topic"] == "#Natuna"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"mime": "image/webp"}, "threads.image_type"),
        ({"size": 8_000_001}, "threads.image_size"),
        ({"width": 3000, "height": 299}, "threads.image_ratio"),
        ({"width": 299, "height": 3000}, "threads.image_ratio"),
        ({"frames": 3, "mime": "image/png"}, "threads.animated"),
    ],
)
def test_pictures(change: Json, code: str) -> None:
    """Type, size, ratio and motion."""
    assert of_media(replace(PICTURE, **change)) == [code]


@pytest.mark.parametrize(
    ("change", "clip", "code"),
    [
        ({"mime": "video/webm"}, {}, "threads.clip_type"),
        ({"size": 1_000_000_001}, {}, "threads.clip_size"),
        ({"seconds": 300.5}, {}, "threads.clip_seconds"),
        ({"width": 1921, "height": 1080}, {}, "threads.clip_width"),
        ({"width": 1900, "height": 180}, {}, "threads.clip_ratio"),
        ({}, {"video": "vp9"}, "threads.clip_codec"),
        ({}, {"audio": "opus"}, "threads.clip_sound"),
        ({}, {"audio_channels": 6}, "threads.clip_channels"),
        ({}, {"audio_rate": 96_000}, "threads.clip_sound_rate"),
        ({}, {"fps": 15.0}, "threads.clip_fps"),
        ({}, {"bitrate": 100_000_001}, "threads.clip_bitrate"),
        ({}, {"pixels": "yuv422p10le"}, "threads.clip_pixels"),
        ({}, {"interlaced": True}, "threads.clip_interlaced"),
        ({}, {"edit_lists": True}, "threads.clip_edit_lists"),
        ({}, {"moov_first": False}, "threads.clip_moov_last"),
    ],
)
def test_clips(change: Json, clip: Json, code: str) -> None:
    """Each number of the table of media has its problem."""
    assert CLIP.clip is not None
    assert of_media(replace(CLIP, clip=replace(CLIP.clip, **clip), **change)) == [code]


def test_too_many_and_undescribed() -> None:
    """Twenty-one pictures; a picture nobody described; a description too long; nothing at all."""
    assert of_media(PICTURE, 21) == ["threads.too_many_images"]
    assert of_media(PICTURE, alt="") == ["threads.alt_missing"]
    assert of_media(PICTURE, alt="a" * 1001) == ["threads.alt_long"]
    assert codes(Part(ROOT, "")) == ["threads.empty"]


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://www.threads.net/@natuna/post/DBx_1-z", "DBx_1-z"),
        ("https://www.threads.com/@natuna/post/DBx?xmt=1", "DBx"),
        ("https://www.threads.com/@natuna", ""),
    ],
)
def test_the_id_in_a_link(url: str, wanted: str) -> None:
    """What stands behind /post/; a profile is no post."""
    assert ROOM.id_of(url, "4001") == wanted
