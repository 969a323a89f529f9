"""Clips in content/, with the captions and the cover that lie beside them; what a channel makes of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from connectors import registry
from connectors.contract import ClipFacts, MediaFacts, Severity
from publisher.content import Content, read
from publisher.model import Channel, Post
from publisher.render import Templates, render, shipped_dir

TEXT = "Posyandu buka lagi.\n"


def look(root: Path, *names: str, text: str = TEXT, cache: Path | None = None) -> Content:
    for name in names:
        place = root / "content" / "posyandu" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(name.encode())
    (root / "content" / "posyandu" / "teks.md").write_text(text, encoding="utf-8")
    return read(root / "content", root=root, zone="Asia/Jakarta", cache=cache)


def only(root: Path, *names: str, text: str = TEXT) -> Post:
    (post,) = look(root, *names, text=text).posts
    return post


def beside(post: Post) -> list[tuple[str, str, str]]:
    return sorted((one.name, one.role, one.language) for one in post.companions)


def codes(post: Post) -> list[str]:
    return [problem.code for problem in post.problems]


@pytest.mark.parametrize("name", ["Video.MP4", "klip.mov", "klip.m4v", "klip.webm"])
def test_a_clip_beside_the_text_goes_out_with_it(tmp_path: Path, name: str) -> None:
    """Found like a picture."""
    assert [medium.name for medium in only(tmp_path, name).media] == [name]


def test_clips_and_pictures_stand_in_the_order_of_their_names(tmp_path: Path) -> None:
    """As staff number them."""
    post = only(tmp_path, "2 klip.mp4", "10 foto.jpg", "1 foto.jpg")
    assert [medium.name for medium in post.media] == ["1 foto.jpg", "2 klip.mp4", "10 foto.jpg"]


@pytest.mark.parametrize(
    ("name", "role", "language"),
    [
        ("video.srt", "captions", ""),
        ("video.id.srt", "captions", "id"),
        ("VIDEO.en-GB.vtt", "captions", "en-GB"),
        ("id.srt", "captions", "id"),
        ("Takarir lengkap.srt", "captions", ""),
        ("sampul.jpg", "cover", ""),
        ("Cover.png", "cover", ""),
        ("video.cover.jpg", "cover", ""),
        ("Video sampul.jpg", "cover", ""),
    ],
)
def test_what_belongs_to_a_clip_is_known_by_its_name(
    tmp_path: Path, name: str, role: str, language: str
) -> None:
    """It goes with the clip, and is not shown beside it."""
    post = only(tmp_path, "Video.mp4", name)
    assert [medium.name for medium in post.media] == ["Video.mp4"]
    assert beside(post) == [(name, role, language)]
    assert codes(post) == []


@pytest.mark.parametrize(
    ("still", "clip"),
    [("IMG_2041.HEIC", "IMG_2041.MOV"), ("rapat.heif", "Rapat.mov"), ("IMG_7.heic", "img_7.mov")],
)
def test_a_live_photo_is_one_picture(tmp_path: Path, still: str, clip: str) -> None:
    """Its moving half stays behind, and that is said; it is no clip whose cover could lie beside it."""
    post = only(tmp_path, still, clip, "sampul.jpg")
    assert [medium.name for medium in post.media] == [still, "sampul.jpg"]
    assert beside(post) == []
    assert [(one.code, one.severity, one.values["name"]) for one in post.problems] == [
        ("content.live_photo", Severity.NOTICE, clip)
    ]


def test_a_live_photo_in_jpeg_is_known_by_the_telephones_own_name(tmp_path: Path) -> None:
    """A clip and a picture that staff gave one name are two things."""
    names = ("IMG_2041.JPG", "IMG_2041.MOV", "banjir.jpg", "banjir.mov")
    shown = [medium.name for medium in only(tmp_path, *names).media]
    assert shown == ["banjir.jpg", "banjir.mov", "IMG_2041.JPG"]


def test_the_moving_half_goes_out_where_it_is_named(tmp_path: Path) -> None:
    """Then it is a clip like any other."""
    text = "---\nmedia: [IMG_1.mov]\n---\nRapat.\n"
    post = only(tmp_path, "IMG_1.heic", "IMG_1.mov", text=text)
    assert [medium.name for medium in post.media] == ["IMG_1.mov"]
    assert "content.live_photo" not in codes(post)


def test_without_a_clip_a_cover_is_a_picture_like_any_other(tmp_path: Path) -> None:
    """A post may well show the cover of a booklet."""
    post = only(tmp_path, "sampul.jpg")
    assert [medium.name for medium in post.media] == ["sampul.jpg"]
    assert post.companions == ()


def test_a_picture_that_the_post_names_is_shown_whatever_it_is_called(tmp_path: Path) -> None:
    """What staff write weighs more than what a name suggests."""
    post = only(tmp_path, "video.mp4", "cover.jpg", text="---\nmedia: [video.mp4, cover.jpg]\n---\nIsi.\n")
    assert [medium.name for medium in post.media] == ["video.mp4", "cover.jpg"]
    assert post.companions == ()


def test_a_named_clip_has_its_companions_too(tmp_path: Path) -> None:
    """They need not be named."""
    post = only(tmp_path, "video.mp4", "video.srt", "x.jpg", text="---\nmedia: [video.mp4]\n---\nIsi.\n")
    assert beside(post) == [("video.srt", "captions", "")]
    assert codes(post) == ["content.media_unnamed"]


@pytest.mark.parametrize(
    ("names", "code", "severity"),
    [
        (["a.mp4", "b.mp4", "lain.srt"], "content.captions_alone", Severity.WARNING),
        (["foto.jpg", "video.srt"], "content.captions_no_clip", Severity.WARNING),
        (["video.mp4", "video.srt", "video.vtt"], "content.companion_twice", Severity.ERROR),
        (["video.mp4", "cover.jpg", "sampul.jpg"], "content.companion_twice", Severity.ERROR),
        (["video.avi"], "content.clip_kind", Severity.ERROR),
        (["video.wmv"], "content.clip_kind", Severity.ERROR),
    ],
)
def test_what_does_not_fit_together_is_told(
    tmp_path: Path, names: list[str], code: str, severity: Severity
) -> None:
    """Captions of no clip, two covers, clips that nobody takes: never silently left out."""
    post = only(tmp_path, *names)
    assert [(problem.code, problem.severity) for problem in post.problems] == [(code, severity)]


def test_companions_count_for_the_digest_and_are_remembered(tmp_path: Path) -> None:
    """New captions are a change; a second look gives the same post without reading."""
    before = only(tmp_path, "video.mp4")
    cache = tmp_path / "cache" / "content"
    (first,) = look(tmp_path, "video.mp4", "video.id.srt", "sampul.jpg", cache=cache).posts
    (second,) = read(tmp_path / "content", root=tmp_path, zone="Asia/Jakarta", cache=cache).posts
    assert first == second
    assert first.digest != before.digest


@pytest.mark.parametrize("platform", registry.platforms())
def test_a_channel_has_the_companions_that_its_platform_takes(tmp_path: Path, platform: str) -> None:
    """What it does not take is told and left out; captions without a language are in the workspace's."""
    post = only(tmp_path, "video.mp4", "video.srt", "sampul.jpg")
    clip = ClipFacts("mp4", "h264", "aac", 30.0, 4_000_000, audio_channels=2, audio_rate=48_000)
    kinds = {"": "video/mp4", "captions": "text/srt", "cover": "image/jpeg"}
    facts = {
        one.source: MediaFacts(kinds[one.role], 9, 1080, 1920, seconds=30.0, clip=None if one.role else clip)
        for one in (*post.media, *post.companions)
    }
    post = replace(post, channels=("kanal",))
    channel = Channel("kanal", platform, "1001", f"{platform}:1001", "env:T")
    templates = Templates(Path("/nonexistent"), shipped_dir())
    found = render(post, channel, templates, facts, language="id", zone="Asia/Jakarta")
    assert found.rendition is not None
    taken = {media.role: media.language for media in found.rendition.parts[0].companions}
    told = {"render.companion_left", "render.cover_moment"}
    left = {str(p.values["feature"]) for p in found.problems if p.code in told}
    able = {str(feature) for feature in registry.room(platform).features} & {"captions", "cover"}
    able -= {"cover"} if platform == "facebook" else set()  # a reel has none
    assert taken == {role: "id" if role == "captions" else "" for role in able}
    assert left == {"captions", "cover"} - able
