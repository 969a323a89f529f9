"""What TikTok's room says before anything is sent: each bound from both sides."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from connectors.contract import ClipFacts, Media, MediaFacts, Part, PartKind, Problem, Rendition, Severity
from connectors.tiktok import ROOM, limits
from publisher import texts

CLIP = MediaFacts(
    "video/mp4", 5_000_000, 1080, 1920, 25, 30.0, "klip.mp4", ClipFacts("mp4", "h264", "aac", 30.0)
)
PHOTO = MediaFacts("image/jpeg", 1_000_000, 1080, 1920, name="foto.jpg")
PUBLIC: dict[str, Any] = {"audited": True, "privacy": "public"}


def problems(facts: MediaFacts, text: str = "Halo", count: int = 1, **options: Any) -> list[Problem]:
    """Of a post with so many media of the same facts."""
    media = tuple(Media(f"{number:064x}", ("strip",), "") for number in range(count))
    part = Part(PartKind.ROOT, text, options=PUBLIC | options, media=media)
    placement = ROOM.placement(None, [facts.kind] * count)
    found = ROOM.check(Rendition("tiktok:5001", placement, (part,)), dict.fromkeys(media, facts))
    for one in found:
        if one.code.startswith("tiktok."):
            assert texts.known(f"{one.code}.fix")
            assert "{" not in texts.t(one.code, **one.values) + texts.t(f"{one.code}.fix", **one.values)
    return found


def codes(*asked: Any, **more: Any) -> set[str]:
    return {one.code for one in problems(*asked, **more) if one.severity is Severity.ERROR}


def clip(**changed: Any) -> MediaFacts:
    assert CLIP.clip is not None
    return replace(CLIP, clip=replace(CLIP.clip, **changed))


@pytest.mark.parametrize(
    ("fits", "not_", "code"),
    [
        (clip(fps=23.0), clip(fps=22.9), "tiktok.clip_fps"),
        (clip(fps=60.0), clip(fps=60.1), "tiktok.clip_fps"),
        (clip(video="vp9"), clip(video="mpeg4"), "tiktok.clip_codec"),
        (replace(CLIP, width=360, height=4096), replace(CLIP, width=359), "tiktok.clip_sides"),
        (CLIP, replace(CLIP, height=4097), "tiktok.clip_sides"),
        (replace(CLIP, size=4 * 10**9), replace(CLIP, size=4 * 10**9 + 1), "tiktok.clip_size"),
        (replace(CLIP, seconds=600.0), replace(CLIP, seconds=600.1), "tiktok.clip_seconds"),
        (replace(CLIP, mime="video/webm"), replace(CLIP, mime="video/x-matroska"), "tiktok.clip_type"),
        (replace(PHOTO, mime="image/webp"), replace(PHOTO, mime="image/png"), "tiktok.image_type"),
        (replace(PHOTO, size=20 * 10**6), replace(PHOTO, size=20 * 10**6 + 1), "tiktok.image_size"),
        (replace(PHOTO, width=1920, height=1080), replace(PHOTO, width=1081), "tiktok.image_sides"),
    ],
)
def test_a_bound_of_a_file(fits: MediaFacts, not_: MediaFacts, code: str) -> None:
    """What is at the bound goes; what is beyond is an error with its words."""
    assert codes(fits) == set()
    assert codes(not_) == {code}


def test_counts_of_media() -> None:
    """One clip, or 35 photos; words alone are no post there, and the channel may be left out."""
    assert codes(PHOTO, count=35) == set()
    assert codes(PHOTO, count=36) == {"tiktok.too_many_images"}
    assert codes(CLIP, count=2) == {"tiktok.one_clip"}
    assert codes(PHOTO, count=0) == {"tiktok.no_media"} <= ROOM.unfit


def test_words_are_counted_in_utf_16() -> None:
    """An emoji is two; a clip takes 2,200, photos 4,000 and a title of 90."""
    assert codes(CLIP, "😀" * 1100) == set()
    assert codes(CLIP, "😀" * 1100 + "a") == {"tiktok.too_long"}
    assert codes(PHOTO, "a" * 4000, title="t" * 90) == set()
    assert codes(PHOTO, "a" * 4001) == {"tiktok.too_long"}
    assert codes(PHOTO, title="t" * 91) == {"tiktok.title_too_long"}
    assert "tiktok.empty_caption" in {one.code for one in problems(CLIP, "")}


def test_who_may_see_it() -> None:
    """Nobody chose, no audit, inbox, a paid partnership that is private: each is said."""
    assert codes(CLIP, privacy=None) == {"tiktok.privacy_missing"}
    assert codes(CLIP, audited=False) == {"tiktok.needs_audit"}
    assert codes(CLIP, privacy="private", brand_content=True) == {"tiktok.brand_private"}
    plain = problems(CLIP, audited=False, privacy=None)
    assert [(one.code, one.severity) for one in plain] == [("tiktok.not_audited", Severity.NOTICE)]
    inbox = problems(CLIP, post_mode="inbox")
    assert [one.code for one in inbox] == ["tiktok.inbox", "tiktok.inbox_caption"]
    assert [one.code for one in problems(PHOTO, post_mode="inbox")] == ["tiktok.inbox"]


def test_options_of_the_other_kind() -> None:
    """What has no place is an error; a channel's habit is not."""
    assert codes(PHOTO, is_aigc=True) == {"tiktok.only_video"}
    assert codes(CLIP, title="Judul") == {"tiktok.only_photo"}
    assert codes(PHOTO, disable_duet=True) == codes(CLIP, auto_add_music=True) == set()
    assert codes(CLIP, cover_ms=30_001) == {"tiktok.cover"}
    assert codes(PHOTO, photo_cover=2) == {"tiktok.photo_cover"}


@pytest.mark.parametrize(
    "total", [1, 4_999_999, 5_242_880, 10_485_759, 10_485_760, 64_000_001, 999_999_999, 4 * 10**9]
)
def test_the_cut_of_a_clip(total: int) -> None:
    """As TikTok plans it, in both readings of "MB", and the last piece small enough for the commit."""
    plan = limits.chunks(total)
    spans = [plan.span(number) for number in range(plan.count)]
    assert plan.count == total // plan.size <= 1000
    assert spans[0][0] == 0
    assert spans[-1][1] == total
    assert all(one[1] == two[0] for one, two in pairwise(spans))
    assert plan.count == 1 or 5 * 1024 * 1024 <= plan.size <= 64_000_000
    assert spans[-1][1] - spans[-1][0] < 11_000_000


def test_ids_of_links() -> None:
    """A post's number; nothing of a profile."""
    assert ROOM.id_of("https://www.tiktok.com/@kantor/video/75?lang=id", "5001") == "75"
    assert ROOM.id_of("https://www.tiktok.com/@kantor/photo/76", "5001") == "76"
    assert ROOM.id_of("https://www.tiktok.com/@kantor", "5001") == ""
