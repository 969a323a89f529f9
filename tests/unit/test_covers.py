"""`cover`: what a clip shows at rest, from the words of a post to what each platform is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from connectors.contract import ClipFacts, Json, Media, MediaFacts, Part, Severity
from publisher import recipe, texts
from publisher.content import read
from publisher.durations import parse_moment
from publisher.media.inspect import MediaError
from publisher.media.moments import picture_at
from publisher.media.store import MediaStore
from publisher.model import Channel, Post, PostMedia, Rendered
from publisher.recipe import Recipe
from publisher.render import render
from tests import clips
from tests.unit.rendering import SHIPPED, channel
from tests.unit.test_clip_make import bright_clip
from tests.unit.test_content_clips import codes, only

# ── As people write it ───────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("0:07", 7.0),
        ("01:05", 65.0),
        ("1:02:30", 3750.0),
        ("0:07.5", 7.5),
        ("0:07,25", 7.25),
        ("7", 7.0),
        ("7,5 detik", 7.5),
        ("7.5s", 7.5),
        ("1 menit 5 detik", 65.0),
        ("0", 0.0),
        ("0:00", 0.0),
    ],
)
def test_a_moment_is_read_as_people_write_it(written: str, seconds: float) -> None:
    """Minutes and seconds, or seconds alone, in both languages."""
    assert parse_moment(written) == seconds


@pytest.mark.parametrize("written", ["1.30", "0:61", "-3", "7 x", "tengah", "", "1:2", "0:07:5"])
def test_what_may_mean_two_things_is_no_moment(written: str) -> None:
    """1.30 is a minute and a half to some and a bit more than a second to others."""
    with pytest.raises(ValueError, match=r"^.*$"):
        parse_moment(written)


@pytest.mark.parametrize(
    "text",
    [
        "Sampul: 0:07\nKanal: ig\n\nPosyandu buka lagi.\n",
        "Cover: 7 s\n\nPosyandu buka lagi.\n",
        "---\ncover: 0:07\n---\nPosyandu buka lagi.\n",
        "---\nsampul: 7\n---\nPosyandu buka lagi.\n",
        '---\ncover: "7 detik"\n---\nPosyandu buka lagi.\n',
    ],
)
def test_a_post_names_a_moment(tmp_path: Path, text: str) -> None:
    """In first lines and front matter, in both languages; none of it is published."""
    post = only(tmp_path, "video.mp4", text=text)
    assert (post.cover, post.body, codes(post)) == (7.0, "Posyandu buka lagi.", [])
    assert post.companions == ()


@pytest.mark.parametrize("text", ["Sampul: poster.jpg\n\nIsi.\n", "---\ncover: poster.jpg\n---\nIsi.\n"])
def test_a_post_names_a_picture(tmp_path: Path, text: str) -> None:
    """It belongs to the clip and is not shown beside it, whatever it is called."""
    post = only(tmp_path, "video.mp4", "poster.jpg", "foto.jpg", text=text)
    assert post.cover is None
    assert [one.name for one in post.media] == ["foto.jpg", "video.mp4"]
    assert [(one.name, one.role) for one in post.companions] == [("poster.jpg", "cover")]
    assert codes(post) == []


def test_the_picture_may_lie_elsewhere(tmp_path: Path) -> None:
    """An office that has one cover for a series keeps it in one place."""
    (tmp_path / "content" / "seri").mkdir(parents=True)
    (tmp_path / "content" / "seri" / "sampul-seri.png").write_bytes(b"x")
    post = only(tmp_path, "video.mp4", text="---\ncover: ../seri/sampul-seri.png\n---\nIsi.\n")
    assert [(one.name, one.role) for one in post.companions] == [("../seri/sampul-seri.png", "cover")]


@pytest.mark.parametrize(
    ("names", "text", "code"),
    [
        (["video.mp4"], "---\ncover: tengah\n---\nIsi.\n", "content.cover"),
        (["video.mp4"], "---\ncover: 1.30\n---\nIsi.\n", "content.cover"),
        (["video.mp4"], "---\ncover: video.mp4\n---\nIsi.\n", "content.cover"),
        (["video.mp4"], "---\ncover: poster.jpg\n---\nIsi.\n", "content.media_missing"),
        (
            ["video.mp4", "poster.jpg", "sampul.jpg"],
            "---\ncover: poster.jpg\n---\nIsi.\n",
            "content.companion_twice",
        ),
    ],
)
def test_a_wrong_cover_is_told(tmp_path: Path, names: list[str], text: str, code: str) -> None:
    """With the line, and in both languages what to write."""
    post = only(tmp_path, *names, text=text)
    [problem] = [one for one in post.problems if one.severity is Severity.ERROR]
    assert problem.code == code
    for language in ("id", "en"):
        texts.use(language)
        assert texts.text_of(problem)
        assert texts.fix_of(problem)


def test_text_that_only_looks_like_it_stays_text(tmp_path: Path) -> None:
    """An announcement may well speak of a cover."""
    body = "Sampul: biru dengan logo daerah\nHalaman: 40\n\nBuku tahunan sudah terbit.\n"
    post = only(tmp_path, "video.mp4", text=body)
    assert post.cover is None
    assert post.body.startswith("Sampul: biru")


def test_a_cover_is_remembered(tmp_path: Path) -> None:
    """A second look gives the same post without reading."""
    cache = tmp_path / "cache"
    only(tmp_path, "video.mp4", "poster.jpg", text="---\ncover: 0:07\n---\nIsi.\n")
    looks = [read(tmp_path / "content", root=tmp_path, zone="UTC", cache=cache).posts[0] for _ in range(2)]
    assert looks[0] == looks[1]
    assert looks[1].cover == 7.0


# ── What each platform is told ───────────────────────────────────────────────

CLIP, LONG = "c" * 64, "d" * 64
POSTER = "e" * 64
_H264 = ClipFacts("mp4", "h264", "aac", 30.0, 4_000_000, audio_channels=2, audio_rate=48_000)
FACTS = {
    CLIP: MediaFacts("video/mp4", 9_000_000, 1080, 1920, seconds=30.0, name="video.mp4", clip=_H264),
    LONG: MediaFacts("video/mp4", 90_000_000, 1920, 1080, seconds=300.0, name="video.mp4", clip=_H264),
    POSTER: MediaFacts("image/jpeg", 90_000, 1080, 1920, name="poster.jpg"),
    **{f"{n:064}": MediaFacts("image/jpeg", 90_000, 1080, 1350, name=f"{n}.jpg") for n in range(1, 4)},
}
BESIDE = (PostMedia(Path("/w/poster.jpg"), "poster.jpg", POSTER, role="cover"),)


def post(*sources: str, cover: float | None = None, beside: tuple[PostMedia, ...] = (), **more: Json) -> Post:
    media = tuple(PostMedia(Path(f"/w/{one}"), FACTS[one].name, one, "Rapat") for one in sources)
    platforms = {"youtube": {"made_for_kids": False}, **more}
    return Post(
        *("a", "content/a/teks.txt", None, "d", "Rapat", "Rapat koordinasi."),
        **{"media": media, "companions": beside, "cover": cover, "platforms": platforms},
    )


def on(platform: str, what: Post, **options: Json) -> tuple[Part, dict[str, str]]:
    """The root there; and what is told of it: code → severity."""
    where: Channel = channel(platform, options=options)
    found: Rendered = render(what, where, SHIPPED, FACTS, language="id", zone="Asia/Jakarta")
    assert found.rendition is not None, found.problems
    return found.rendition.parts[0], {one.code: str(one.severity) for one in found.problems}


def covers(part: Part) -> list[Media]:
    return [one for one in part.companions if one.role == "cover"]


def test_a_moment_is_told_as_each_platform_asks_for_it() -> None:
    """Milliseconds on Instagram and TikTok; a picture of that moment on YouTube."""
    assert on("instagram", post(CLIP, cover=7.5))[0].options["thumb_offset"] == 7500
    assert on("tiktok", post(CLIP, cover=7.5))[0].options["cover_ms"] == 7500
    part, told = on("youtube", post(CLIP, cover=7.5))
    [cover] = covers(part)
    made = recipe.read(cover.recipe)
    assert made is not None
    assert (cover.source, made.at, made.size, made.mime) == (CLIP, 7.5, (1080, 1920), "image/jpeg")
    assert recipe.after(FACTS[CLIP], cover.recipe).kind == "image"
    assert not any("cover" in code for code in told)
    for platform in ("instagram", "tiktok"):
        part, told = on(platform, post(CLIP, cover=7.5))
        assert covers(part) == []
        assert not any("cover" in code for code in told)


def test_a_picture_goes_where_pictures_are_taken() -> None:
    """Instagram's reels and YouTube; the moment, if there is one, only where no picture is taken."""
    both = post(CLIP, cover=7.5, beside=BESIDE)
    for platform in ("instagram", "youtube"):
        part, _ = on(platform, both)
        assert [one.source for one in covers(part)] == [POSTER]
        assert "thumb_offset" not in part.options
    part, told = on("tiktok", both)
    assert (part.options["cover_ms"], covers(part)) == (7500, [])
    assert "render.cover_moment" not in told


@pytest.mark.parametrize(
    ("platform", "what", "code"),
    [
        ("twitter", post(CLIP, cover=7.5), "render.cover_left"),
        ("threads", post(CLIP, cover=7.5), "render.cover_left"),
        ("facebook", post(CLIP, cover=7.5), "render.cover_left"),
        ("twitter", post(CLIP, beside=BESIDE), "render.companion_left"),
        ("facebook", post(CLIP, beside=BESIDE), "render.companion_left"),
        ("tiktok", post(CLIP, beside=BESIDE), "render.cover_moment"),
        ("instagram", post(CLIP, beside=BESIDE, instagram={"placement": "story"}), "render.companion_left"),
        ("instagram", post(CLIP, cover=7.5, instagram={"placement": "story"}), "render.cover_left"),
    ],
)
def test_a_platform_without_covers_is_told_of(platform: str, what: Post, code: str) -> None:
    """A notice in both languages; the clip goes out all the same."""
    part, told = on(platform, what)
    assert told[code] == "notice"
    assert covers(part) == []
    assert [one.source for one in part.media] == [CLIP]


def test_facebook_takes_a_cover_of_what_is_no_reel() -> None:
    """A long clip goes out as a video of the Page, which has one; of a moment a picture is made."""
    part, told = on("facebook", post(LONG, cover=200.0))
    made = recipe.read(covers(part)[0].recipe)
    assert made is not None
    assert (made.at, made.size) == (200.0, (1920, 1080))
    assert [one.source for one in covers(on("facebook", post(LONG, beside=BESIDE))[0])] == [POSTER]
    assert "render.cover_left" not in told


@pytest.mark.parametrize("platform", ["instagram", "tiktok", "youtube", "twitter"])
def test_a_moment_behind_the_end_stops_the_post(platform: str) -> None:
    """Nobody sees what is not there; the post's own mistake, told everywhere."""
    part, told = on(platform, post(CLIP, cover=30.0))
    assert told["render.cover_beyond"] == "error"
    assert covers(part) == []


@pytest.mark.parametrize(
    ("platform", "block"), [("instagram", {"thumb_offset": 100}), ("tiktok", {"cover_ms": 100})]
)
def test_what_the_post_says_for_the_platform_counts(platform: str, block: Mapping[str, Json]) -> None:
    """The platform's own key is the more exact word."""
    part, _ = on(platform, post(CLIP, cover=7.5, **{platform: block}))
    assert {name: part.options[name] for name in block} == dict(block)


# ── Slideshows and pictures ──────────────────────────────────────────────────

ONE, TWO, THREE = (f"{n:064}" for n in (1, 2, 3))
SECOND = (PostMedia(Path("/w/2.jpg"), "2.jpg", TWO, role="cover"),)


def test_a_slideshow_has_a_cover_too() -> None:
    """A moment as it is; a picture that it shows stands for the middle of its time, four seconds each."""
    for cover, beside, milliseconds in ((9.0, (), 9000), (None, SECOND, 6000)):
        what = post(ONE, TWO, THREE, cover=cover, beside=beside)
        assert on("tiktok", what, slideshow=True)[0].options["cover_ms"] == milliseconds
    part, _ = on("youtube", post(ONE, TWO, THREE, cover=9.0), slideshow=True)
    assert [one.source for one in covers(part)] == [THREE]
    part, _ = on("youtube", post(ONE, TWO, THREE, beside=SECOND), slideshow=True)
    assert [one.source for one in covers(part)] == [TWO]
    assert on("tiktok", post(ONE, TWO, cover=8.0), slideshow=True)[1]["render.cover_beyond"] == "error"


def test_the_picture_that_stands_for_all() -> None:
    """TikTok asks which photo that is; elsewhere it is the first, which is told unless it is so."""
    part, told = on("tiktok", post(ONE, TWO, THREE, beside=SECOND))
    assert part.options["photo_cover"] == 2
    assert not any("cover" in code for code in told)
    part, told = on("facebook", post(ONE, TWO, THREE, beside=SECOND))
    assert told["render.cover_first"] == "notice"
    first = (replace(SECOND[0], source=ONE),)
    assert not any("cover" in code for code in on("facebook", post(ONE, TWO, beside=first))[1])


# ── The bytes ────────────────────────────────────────────────────────────────


def kept(folder: Path, data: bytes) -> tuple[MediaStore, str]:
    (folder / "video.mp4").write_bytes(data)
    store, source = MediaStore(folder / "store"), sha256(data).hexdigest()
    store.keep(folder / "video.mp4", source)
    return store, source


def colours(image: Image.Image, at: tuple[int, int]) -> tuple[int, ...]:
    found = image.convert("RGB").getpixel(at)
    assert isinstance(found, tuple)
    return tuple(int(one) for one in found)


@pytest.mark.parametrize("data", [{}, {"container": "webm", "video": "libvpx-vp9", "audio": "libopus"}])
def test_the_cover_is_the_moment_that_was_named(tmp_path: Path, data: Mapping[str, Json]) -> None:
    """The square moves a pixel a frame: where it stands says which frame it is; made once, and kept."""
    store, source = kept(tmp_path, clips.clip(seconds=3.0, **data))
    media = Media(source, Recipe((0, 0, 96, 160), (96, 160), None, "", "image/jpeg", 90_000, 2.0).steps, "")
    made = store.path(media)
    with Image.open(BytesIO(made.read_bytes())) as image:
        assert (image.format, image.size) == ("JPEG", (96, 160))
        assert colours(image, (60, 60))[0] > 150, "there at 2 s, not at 0 or 1"
        assert colours(image, (20, 20))[0] < 90
    assert (store.facts(media).kind, store.facts(media).width) == ("image", 96)
    assert store.path(media) == made


def moment(path: Path, seconds: float, name: str) -> Image.Image:
    with picture_at(path, seconds, name) as image:
        return image.copy()


def test_a_moment_of_a_turned_clip_is_upright(tmp_path: Path) -> None:
    """As players show it."""
    (tmp_path / "video.mp4").write_bytes(clips.clip(size=(160, 96), rotation=90))
    image = moment(tmp_path / "video.mp4", 0.0, "video.mp4")
    assert image.size == (96, 160)
    assert colours(image, (85, 8))[0] > 150, "its upper left corner is at the right now"


def test_a_moment_of_a_trimmed_clip_is_counted_as_it_plays(tmp_path: Path) -> None:
    """What was cut off at the beginning counts for nothing."""
    (tmp_path / "video.mp4").write_bytes(clips.cut_to(clips.clip(seconds=3.0), 1.0, 3.0))
    image = moment(tmp_path / "video.mp4", 1.0, "video.mp4")
    assert colours(image, (60, 60))[0] > 150


def test_a_moment_of_a_clip_in_high_dynamic_range_suits_plain_screens(tmp_path: Path) -> None:
    """Paper is light grey, and not another colour."""
    bright_clip(tmp_path / "video.mp4", 18)
    grey = colours(moment(tmp_path / "video.mp4", 0.0, "video.mp4"), (32, 32))
    assert max(grey) - min(grey) <= 4
    assert 140 < grey[0] < 245


def test_the_last_moment_is_the_last_frame(tmp_path: Path) -> None:
    """A clip that ends a little earlier than its length says still has a cover."""
    (tmp_path / "video.mp4").write_bytes(clips.clip(seconds=1.0))
    image = moment(tmp_path / "video.mp4", 5.0, "video.mp4")
    assert colours(image, (35, 35))[0] > 150


def test_no_cover_is_made_of_half_a_clip(tmp_path: Path) -> None:
    """A clear problem, and nothing in the store."""
    (tmp_path / "video.mp4").write_bytes(b"no clip at all" * 100)
    with pytest.raises(MediaError):
        moment(tmp_path / "video.mp4", 0.0, "video.mp4")
