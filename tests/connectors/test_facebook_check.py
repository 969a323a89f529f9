"""What Facebook's room says before anything is sent: each bound from both sides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from connectors.contract import Media, MediaFacts, Part, PartKind, Problem, Rendition, Severity
from connectors.facebook import ROOM
from publisher import texts

PHOTO = MediaFacts("image/jpeg", 1_000_000, 1200, 900, name="foto.jpg")
LINK = "https://natunakab.go.id"
ROOT, COMMENT = PartKind.ROOT, PartKind.COMMENT


def problems(*parts: Part, facts: MediaFacts = PHOTO) -> list[Problem]:
    """Of a rendition whose pictures all have the same facts."""
    media = {media: facts for part in parts for media in part.media}
    return ROOM.check(Rendition("facebook:1001", "feed", parts), media)


def codes(*parts: Part, facts: MediaFacts = PHOTO) -> list[str]:
    return [problem.code for problem in problems(*parts, facts=facts)]


def pictures(count: int, alt: str = "Warga di stan") -> tuple[Media, ...]:
    return tuple(Media(f"{number:064x}", ("strip",), alt) for number in range(count))


def test_length_bound() -> None:
    """63,206 code points fit, one more is an error that says by how much."""
    assert codes(Part(ROOT, "\U0001f600" * 63_206)) == []
    (found,) = problems(Part(ROOT, "a" * 63_207))
    assert (found.code, found.severity) == ("facebook.too_long", Severity.ERROR)
    assert found.values == {"used": 63_207, "limit": 63_206, "over": 1}


def test_empty() -> None:
    """Nothing at all is refused; a picture alone, or a link alone, is a post; an empty comment is none."""
    assert codes(Part(ROOT, " ")) == ["facebook.empty"]
    assert codes(Part(ROOT, "", media=pictures(1))) == []
    assert codes(Part(ROOT, "", link=LINK)) == []
    assert codes(Part(ROOT, "a"), Part(COMMENT, "")) == ["facebook.empty"]


def test_picture_count() -> None:
    """Ten pictures fit, eleven do not."""
    assert codes(Part(ROOT, "a", media=pictures(10))) == []
    assert codes(Part(ROOT, "a", media=pictures(11))) == ["facebook.too_many_images"]


def test_links() -> None:
    """A link is whole, and does not go with photos; a comment has neither as a field."""
    assert codes(Part(ROOT, "a", link=LINK)) == []
    assert codes(Part(ROOT, "a", link="natunakab.go.id")) == ["facebook.link_invalid"]
    assert codes(Part(ROOT, "a", link=LINK, media=pictures(1))) == ["facebook.link_with_images"]
    assert codes(Part(ROOT, "a"), Part(COMMENT, "b", link=LINK)) == ["facebook.comment_text_only"]
    assert codes(Part(ROOT, "a"), Part(COMMENT, "b", media=pictures(1))) == ["facebook.comment_text_only"]
    assert codes(Part(ROOT, "a"), Part(COMMENT, f"b {LINK}")) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"size": 10_000_000}, None),
        ({"size": 10_000_001}, "facebook.image_size"),
        ({"mime": "image/png", "size": 1_000_000}, None),
        ({"mime": "image/png", "size": 1_000_001}, "facebook.png_large"),
        ({"mime": "image/png", "size": 10_000_001}, "facebook.image_size"),
        ({"mime": "image/bmp"}, None),
        ({"mime": "image/tiff"}, None),
        ({"mime": "image/gif"}, None),
        ({"mime": "image/webp"}, "facebook.image_type"),
        ({"mime": "image/png", "frames": 2}, "facebook.animated"),
        ({"mime": "image/gif", "frames": 2}, "room.unsupported"),
    ],
)
def test_pictures(change: Mapping[str, Any], code: str | None) -> None:
    """Type, size and frames, each from both sides of its bound."""
    found = codes(Part(ROOT, "a", media=pictures(1)), facts=replace(PHOTO, **change))
    assert found == ([code] if code else [])


def test_alternative_text() -> None:
    """None is a warning; so is more than 1,000 characters, since Meta states no limit."""
    for alt, code in (("", "facebook.alt_missing"), ("a" * 1001, "facebook.alt_long")):
        (found,) = problems(Part(ROOT, "a", media=pictures(1, alt)))
        assert (found.code, found.severity) == (code, Severity.WARNING)
    assert codes(Part(ROOT, "a", media=pictures(1, "a" * 1000))) == []


def test_a_thread_is_refused_by_name() -> None:
    """Facebook has no threads."""
    (found,) = problems(Part(ROOT, "a"), Part(PartKind.THREAD, "b"))
    assert (found.code, found.values["feature"], found.part) == ("room.unsupported", "thread", 2)


def test_every_problem_has_words_and_advice() -> None:
    """All codes above read well in both languages, with their values filled in."""
    worst = Part(ROOT, "a" * 70_000, "x", media=pictures(10, "") + pictures(1, "a" * 1001))
    facts = replace(PHOTO, mime="image/webp", size=11_000_000, frames=2)
    large = replace(PHOTO, mime="image/png", size=2_000_000)
    found = [
        *problems(worst, facts=facts),
        *problems(Part(ROOT, "a", media=pictures(1)), facts=large),
        *problems(Part(ROOT, ""), Part(COMMENT, "b", link=LINK)),
    ]
    assert len({problem.code for problem in found}) == 12
    for language in ("en", "id"):
        texts.use(language)
        for problem in found:
            assert "{" not in texts.t(problem.code, **problem.values)
            assert texts.t(f"{problem.code}.fix", **problem.values) != f"{problem.code}.fix"
