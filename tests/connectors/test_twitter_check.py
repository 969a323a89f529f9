"""What X's room says before anything is sent: each bound from both sides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from connectors.contract import Media, MediaFacts, Part, PartKind, Problem, Rendition, Severity
from connectors.twitter import ROOM
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
        ({"mime": "image/gif", "frames": 2}, "room.unsupported"),
        ({"mime": "video/mp4"}, "room.unsupported"),
    ],
)
def test_pictures(change: Mapping[str, Any], code: str | None) -> None:
    """Type, size and frames, each from both sides of its bound."""
    found = codes(Part(ROOT, "a", media=pictures(1)), facts=replace(PHOTO, **change))
    assert found == ([code] if code else [])


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
    assert len({problem.code for problem in found}) == 11
    for language in ("en", "id"):
        texts.use(language)
        for problem in found:
            assert "{" not in texts.t(problem.code, **problem.values)
            assert texts.t(f"{problem.code}.fix", **problem.values) != f"{problem.code}.fix"
