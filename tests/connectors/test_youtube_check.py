"""What `check` finds of a post for YouTube, offline, with the number found, the limit, and what to do."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.contract import Media, MediaFacts, Part, PartKind, Rendition, Severity
from connectors.youtube import ROOM, limits
from publisher.texts import known, t

CLIP = Media("c" * 64, ("strip",), "")
CLIP_FACTS = MediaFacts("video/mp4", 10**6, 1920, 1080, seconds=60.0, name="klip.mp4")


def part(text: str = "Isi", companions: tuple[Media, ...] = (), **options: Any) -> Part:
    return Part(
        PartKind.ROOT,
        text,
        options={"title": "Judul", "made_for_kids": False, **options},
        media=(CLIP,),
        companions=companions,
    )


def found(
    asked: Part, facts: MediaFacts = CLIP_FACTS, **more: tuple[Media, MediaFacts]
) -> dict[str, tuple[Severity, Any]]:
    known_facts = {CLIP: facts, **dict(more.values())}
    problems = ROOM.check(Rendition("youtube:UC1", "video", (asked,)), known_facts)
    for problem in problems:
        for code in (problem.code, f"{problem.code}.fix"):
            assert known(code)
            assert t(code, **problem.values)
    return {problem.code: (problem.severity, problem.values) for problem in problems}


def test_a_plain_video_has_no_problem() -> None:
    """Title, description, a wide clip: nothing to say."""
    assert found(part()) == {}


def test_a_post_without_a_clip_is_left_out() -> None:
    """That is an error which lets an inherited channel be skipped."""
    problems = ROOM.check(Rendition("youtube:UC1", "video", (Part(PartKind.ROOT, "Isi"),)), {})
    assert [problem.code for problem in problems] == ["youtube.no_clip"]
    assert {problem.code for problem in problems} <= ROOM.unfit


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("", "title_missing"),
        (" ", "title_missing"),
        ("a" * 101, "title_too_long"),
        ("😀" * 51, "title_too_long"),
        ("Harga < 10.000", "title_characters"),
        ("Harga > 10.000", "title_characters"),
    ],
)
def test_titles(title: str, code: str) -> None:
    """100 UTF-16 units, none of < and >, and not empty."""
    assert list(found(part(title=title))) == [f"youtube.{code}"]
    assert found(part(title="😀" * 50)) == {}


def test_a_description_is_counted_in_bytes() -> None:
    """5,000 bytes of UTF-8: Indonesian with emoji is longer than it looks."""
    assert found(part("a" * 5000)) == {}
    text = "Warga Natuna 🌊 " * 300
    severity, values = found(part(text))["youtube.too_long"]
    used = len(text.encode())
    assert used > 5000 > len(text)
    assert severity is Severity.ERROR
    assert values == {"used": used, "limit": 5000, "over": used - 5000}
    assert list(found(part("a <b> c"))) == ["youtube.text_characters"]


@pytest.mark.parametrize(
    ("tags", "length"), [(["Foo-Baz"], 7), (["Foo Baz"], 9), (["a", "b"], 3), (["a b", "c"], 7), ([], 0)]
)
def test_tags_are_counted_with_quotes_and_commas(tags: list[str], length: int) -> None:
    """The examples of YouTube's own page."""
    assert limits.tags_length(tags) == length


def test_too_many_tags() -> None:
    """500 together; one with a comma would be two."""
    assert found(part(tags=["a" * 499, ""]))["youtube.tag_characters"]
    assert found(part(tags=["a" * 500])) == {}
    _, values = found(part(tags=["a" * 250, "b" * 250]))["youtube.tags_too_long"]
    assert values == {"used": 501, "limit": 500, "over": 1}
    assert list(found(part(tags=["a,b"]))) == ["youtube.tag_characters"]


def test_made_for_kids_must_be_answered() -> None:
    """Neither yes nor no is an error; both answers are taken."""
    for answer, codes in ((None, ["youtube.made_for_kids_missing"]), (True, []), (False, [])):
        assert list(found(part(made_for_kids=answer))) == codes


@pytest.mark.parametrize(
    ("facts", "code", "severity"),
    [
        ({"width": 1080, "height": 1920}, "short", Severity.NOTICE),
        ({"width": 1080, "height": 1080, "seconds": 180.0}, "short", Severity.NOTICE),
        ({"width": 1080, "height": 1920, "seconds": 180.5}, None, None),
        ({"seconds": 901.0}, "clip_verified", Severity.WARNING),
        ({"seconds": 43_201.0}, "clip_length", Severity.ERROR),
        ({"size": 274_877_906_945}, "clip_size", Severity.ERROR),
    ],
)
def test_clips(facts: dict[str, Any], code: str | None, severity: Severity | None) -> None:
    """Shorts are told, long ones asked about, too long and too big ones refused."""
    base = {"mime": "video/mp4", "size": 10**6, "width": 1920, "height": 1080, "seconds": 60.0}
    got = found(part(), MediaFacts(**{**base, **facts}, name="klip.mp4"))
    assert {name: one[0] for name, one in got.items()} == ({f"youtube.{code}": severity} if code else {})


def test_captions_need_a_language() -> None:
    """Of their name or of the channel, and one track per language."""
    nameless = Media("s" * 64, (), "", "captions", "")
    other = Media("t" * 64, (), "", "captions", "id")
    facts = MediaFacts("text/srt", 100, 0, 0, name="klip.srt")
    assert list(found(part(companions=(nameless,)), one=(nameless, facts))) == ["youtube.captions_language"]
    assert found(part(companions=(nameless,), language="id"), one=(nameless, facts)) == {}
    both = part(companions=(nameless, other), language="id")
    assert list(found(both, one=(nameless, facts), two=(other, facts))) == ["youtube.captions_twice"]


@pytest.mark.parametrize(
    ("mime", "size", "code"),
    [
        ("image/jpeg", 52_428_800, None),
        ("image/jpeg", 52_428_801, "cover_size"),
        ("image/webp", 1000, "cover_type"),
    ],
)
def test_covers(mime: str, size: int, code: str | None) -> None:
    """JPEG or PNG up to 50 MB."""
    cover = Media("p" * 64, (), "", "cover")
    got = found(part(companions=(cover,)), one=(cover, MediaFacts(mime, size, 1280, 720, name="cover.jpg")))
    assert list(got) == ([f"youtube.{code}"] if code else [])


@pytest.mark.parametrize(
    ("url", "video"),
    [
        ("https://www.youtube.com/watch?v=abcdefghi_1&t=3", "abcdefghi_1"),
        ("https://youtu.be/abcdefghi_1?si=x", "abcdefghi_1"),
        ("https://youtube.com/shorts/abcdefghi_1", "abcdefghi_1"),
        ("m.youtube.com/live/abcdefghi-1/", "abcdefghi-1"),
        ("https://www.youtube.com/@dinas", ""),
        ("https://www.youtube.com/watch?v=short", ""),
    ],
)
def test_links_of_every_form(url: str, video: str) -> None:
    """Whatever form of link a person copies names its video."""
    assert ROOM.id_of(url, "UC1") == video


def test_what_a_video_costs() -> None:
    """One insert, and the units of all that goes with it."""
    assert ROOM.cost(part()) == {"uploads": 1, "units": 60}
    captions = tuple(Media(x * 64, (), "", "captions", x) for x in ("en", "id"))
    cover = Media("p" * 64, (), "", "cover")
    rich = part(companions=(*captions, cover), playlist="PL1")
    assert ROOM.cost(rich) == {"uploads": 1, "units": 60 + 50 + 50 + 800 + 51}
