"""What X's room says before anything is sent: each bound from both sides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from connectors.contract import ClipFacts, Media, MediaFacts, Part, PartKind, Problem, Rendition, Severity
from connectors.twitter import ROOM, check_clips
from publisher import texts

PHOTO = MediaFacts("image/jpeg", 1_000_000, 1200, 900, name="foto.jpg")
ROOT = PartKind.ROOT


def problems(*parts: Part, facts: MediaFacts = PHOTO) -> list[Problem]:
    """Of a rendition whose pictures all have the same facts."""
    media = {media: facts for part in parts for media in part.media}
    return ROOM.check(Rendition("twitter:2001", "feed", parts), media)


def codes(*parts: Part, facts: MediaFacts = PHOTO) -> list[str]:
    return [problem.code for problem in problems(*parts, facts=facts)]


def pictures(count: int, alt: str = "Warga di stan") -> tuple[Media, ...]:
    return tuple(Media(f"{number:064x}", ("strip",), alt) for number in range(count))


def test_length_bound() -> None:
    """280 is fine, 281 is an error that says how long, how much fits, and by how much."""
    assert codes(Part(ROOT, "a" * 280)) == []
    (found,) = problems(Part(ROOT, "a" * 281))
    assert (found.code, found.severity, found.part) == ("twitter.too_long", Severity.ERROR, 1)
    assert found.values == {"used": 281, "limit": 280, "over": 1}


def test_length_is_the_platforms() -> None:
    """Far scripts count double, a long link 23."""
    assert codes(Part(ROOT, "\u65e5" * 140)) == []
    assert codes(Part(ROOT, "\u65e5" * 141)) == ["twitter.too_long"]
    assert codes(Part(ROOT, "a" * 256 + " https://natunakab.go.id/" + "b" * 200)) == []
    assert codes(Part(ROOT, "a" * 257 + " https://natunakab.go.id/" + "b" * 200)) == ["twitter.too_long"]


def test_each_post_of_a_thread_is_held_against_the_limit() -> None:
    """The part that is too long is named by its number."""
    parts = (Part(ROOT, "satu"), Part(PartKind.THREAD, "a" * 280), Part(PartKind.THREAD, "a" * 281))
    (found,) = problems(*parts)
    assert (found.code, found.part) == ("twitter.part_too_long", 3)


def test_empty() -> None:
    """Nothing at all is refused; a picture alone is a post."""
    assert codes(Part(ROOT, " \n")) == ["twitter.empty"]
    assert codes(Part(ROOT, "", media=pictures(1))) == []


def test_picture_count() -> None:
    """Four pictures fit, five do not."""
    assert codes(Part(ROOT, "a", media=pictures(4))) == []
    assert codes(Part(ROOT, "a", media=pictures(5))) == ["twitter.too_many_images"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"size": 5_000_000}, None),
        ({"size": 5_000_001}, "twitter.image_size"),
        ({"mime": "image/png"}, None),
        ({"mime": "image/webp"}, None),
        ({"mime": "image/gif"}, None),
        ({"mime": "image/bmp"}, "twitter.image_type"),
        ({"mime": "image/tiff"}, "twitter.image_type"),
        ({"mime": "image/webp", "frames": 2}, "twitter.animated"),
        ({"mime": "image/gif", "frames": 350, "size": 15_000_000, "width": 1280, "height": 600}, None),
        ({"mime": "image/gif", "frames": 2, "size": 15_000_001}, "twitter.clip_size"),
        ({"mime": "image/gif", "frames": 2, "width": 1281}, "twitter.sides"),
        ({"mime": "image/gif", "frames": 351, "width": 10}, "twitter.gif_frames"),
        ({"mime": "image/gif", "frames": 300, "width": 1200, "height": 900}, "twitter.gif_pixels"),
    ],
)
def test_pictures(change: Mapping[str, Any], code: str | None) -> None:
    """Type, size and frames, each from both sides of its bound."""
    found = codes(Part(ROOT, "a", media=pictures(1)), facts=replace(PHOTO, **change))
    assert found == ([code] if code else [])


CLIP = MediaFacts(
    "video/mp4",
    9_000_000,
    720,
    1280,
    seconds=30.0,
    name="klip.mp4",
    clip=ClipFacts("mp4", "h264", "aac", 30.0),
)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None),
        ({"mime": "video/webm"}, "twitter.clip_type"),
        ({"size": 512_000_000}, None),
        ({"size": 512_000_001}, "twitter.clip_size"),
        ({"seconds": 140.0}, None),
        ({"seconds": 140.1}, "twitter.clip_seconds"),
        ({"seconds": 0.4}, "twitter.clip_seconds"),
        ({"width": 1280, "height": 1024}, None),
        ({"width": 1024, "height": 1280}, None),
        ({"width": 1080, "height": 1920}, "twitter.sides"),
        ({"width": 1280, "height": 400}, "twitter.clip_ratio"),
        ({"clip": ClipFacts("mp4", "hevc", "aac", 30.0)}, "twitter.clip_codec"),
        ({"clip": ClipFacts("mp4", "h264", "", 60.0)}, None),
        ({"clip": ClipFacts("mp4", "h264", "mp3", 30.0)}, "twitter.clip_sound"),
        ({"clip": ClipFacts("mp4", "h264", "aac", 30.0, audio_channels=6)}, "twitter.clip_channels"),
        ({"clip": ClipFacts("mp4", "h264", "aac", 61.0)}, "twitter.clip_fps"),
        ({"clip": ClipFacts("mp4", "h264", "aac", 30.0, pixels="yuv420p10le")}, "twitter.clip_pixels"),
        ({"clip": ClipFacts("mp4", "h264", "aac", 30.0, interlaced=True)}, "twitter.clip_interlaced"),
    ],
)
def test_clips(change: Mapping[str, Any], code: str | None) -> None:
    """Container, size, length, shape, codecs, pace and colours, each from both sides of its bound."""
    found = list(check_clips.of_clip(replace(CLIP, **change)))
    assert [one[0] for one in found] == ([code] if code else [])


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"poll": ["Ya", "Tidak"]}, None),
        ({"poll": ["Ya", "Tidak", "Ragu", "a" * 25], "poll_minutes": 10_080}, None),
        ({"poll": ["Ya"]}, "twitter.poll_count"),
        ({"poll": list("abcde")}, "twitter.poll_count"),
        ({"poll": ["Ya", "a" * 26]}, "twitter.poll_option"),
        ({"poll": ["Ya", "Tidak"], "poll_minutes": 4}, "twitter.poll_minutes"),
        ({"poll_minutes": 60}, "twitter.poll_missing"),
    ],
)
def test_polls(options: Mapping[str, Any], code: str | None) -> None:
    """Two to four answers of 25 characters, five minutes to seven days."""
    assert codes(Part(ROOT, "Jam berapa?", options=options)) == ([code] if code else [])


def test_a_poll_stands_on_its_own_words() -> None:
    """Beside pictures, or without a question, it is refused."""
    poll = {"poll": ["Ya", "Tidak"]}
    assert codes(Part(ROOT, "a", options=poll, media=pictures(1))) == ["twitter.poll_with_media"]
    assert codes(Part(ROOT, " ", options=poll)) == ["twitter.empty", "twitter.poll_without_text"]


def test_what_moves_goes_alone() -> None:
    """A GIF that moves beside another file is one error, whatever the number."""
    moving = replace(PHOTO, mime="image/gif", frames=2)
    assert codes(Part(ROOT, "a", media=pictures(5)), facts=moving)[0] == "twitter.not_alone"


def test_a_size_over_the_limit_never_reads_as_the_limit() -> None:
    """One byte too many is shown as 5.01 of 5 MB."""
    (found,) = problems(Part(ROOT, "a", media=pictures(1)), facts=replace(PHOTO, size=5_000_001))
    assert (found.values["size"], found.values["limit"]) == (5.01, 5)


def test_alternative_text() -> None:
    """None is a warning, 1,000 characters fit, one more is an error."""
    (found,) = problems(Part(ROOT, "a", media=pictures(1, "")))
    assert (found.code, found.severity) == ("twitter.alt_missing", Severity.WARNING)
    assert codes(Part(ROOT, "a", media=pictures(1, "a" * 1000))) == []
    assert codes(Part(ROOT, "a", media=pictures(1, "a" * 1001))) == ["twitter.alt_too_long"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Bupati Wan Siswandi, S.Sos., M.Si., hadir.", ["“M.Si”"]),
        ("Ani, A.Md., dan Budi, S.Ag., M.SI.", ["“A.Md”, “S.Ag”, “M.SI”"]),
        ("Rapat selesai.Info di kantor.", ["“selesai.Info”"]),
        ("Wan Siswandi, S.Sos., M. Si., S.E., S.H.", []),
        ("Buka natuna.lapor.go.id, Natunakab.go.id, PPID.NATUNAKAB.GO.ID atau https://x.com/M.Si", []),
        ("Pukul 08.00.Acara", []),
    ],
)
def test_words_that_become_links(text: str, words: list[str]) -> None:
    """Degrees end like addresses: X links them, counts 23 characters and charges for a link."""
    told = [one for one in problems(Part(ROOT, text)) if one.code == "twitter.unmeant_link"]
    assert [one.values["words"] for one in told] == words
    assert all(one.severity is Severity.NOTICE for one in told)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("$ANTM naik", True),
        ("$ANTM dan $BBRI", False),
        ("Rp atau $5 dan $10", True),
        ("US$ANTM $BBRI", True),
        ("$ANTM, $BBRI.", False),
        ("$TOOLONG7 $BBRI", True),
    ],
)
def test_cashtags(text: str, fits: bool) -> None:
    """One cashtag fits, two do not; amounts of money are none."""
    assert codes(Part(ROOT, text)) == ([] if fits else ["twitter.cashtags"])


def test_invalid_characters() -> None:
    """A byte order mark in the middle is refused by name; a joiner is not."""
    (found,) = problems(Part(ROOT, "a\ufeffb"))
    assert (found.code, found.values) == ("twitter.invalid_characters", {"characters": "U+FEFF"})
    assert codes(Part(ROOT, "a\u200db")) == []


def test_what_x_has_not_is_named() -> None:
    """A link field and a first comment are refused by the name of the feature."""
    found = problems(Part(ROOT, "a", link="https://natunakab.go.id"), Part(PartKind.COMMENT, "b"))
    assert [problem.values for problem in found] == [
        {"platform": "X", "feature": "link"},
        {"platform": "X", "feature": "comment"},
    ]


def test_every_problem_has_words_and_advice() -> None:
    """All codes above read well in both languages, with their values filled in."""
    worst = Part(ROOT, "$A $B \ufeff" + "a" * 300, media=pictures(4, "") + pictures(1, "a" * 1001))
    facts = replace(PHOTO, mime="image/bmp", size=9_000_000, frames=2)
    found = problems(worst, facts=facts)
    found += problems(Part(ROOT, "")) + problems(Part(PartKind.THREAD, "a" * 300))
    clip = ClipFacts("webm", "vp9", "opus", 90.0, 0, "yuv444p", 6, interlaced=True)
    wide = replace(CLIP, mime="video/webm", size=10**9, seconds=999.0, width=4000, height=100, clip=clip)
    gif = replace(PHOTO, mime="image/gif", frames=999, width=2000, height=2000, size=10**8)
    poll = Part(ROOT, " ", options={"poll": ["a" * 99], "poll_minutes": 1}, media=pictures(2))
    spoken = replace(pictures(1)[0], role="captions", language="ind")
    for code, severity, values in (
        *check_clips.of_clip(wide),
        *check_clips.of_gif(gif),
        *check_clips.of_poll(poll),
        *check_clips.of_poll(Part(ROOT, "a", options={"poll_minutes": 9})),
        *check_clips.of_captions(spoken, replace(PHOTO, name="klip.ind.srt")),
        ("twitter.not_alone", Severity.ERROR, {"name": "a.gif", "count": 2}),
        ("twitter.alt_of_clip", Severity.NOTICE, {"name": "a.mp4"}),
    ):
        found.append(Problem(code, severity, values))
    assert len({problem.code for problem in found}) == 33
    for language in ("en", "id"):
        texts.use(language)
        for problem in found:
            assert "{" not in texts.t(problem.code, **problem.values)
            assert texts.t(f"{problem.code}.fix", **problem.values) != f"{problem.code}.fix"
