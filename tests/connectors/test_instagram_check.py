"""What Instagram's room says before anything is sent: each bound from both sides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.contract import (
    ClipFacts,
    Json,
    Media,
    MediaFacts,
    Part,
    PartKind,
    Problem,
    Rendition,
    Severity,
)
from connectors.instagram import ROOM, limits
from connectors.instagram.options import tag_of
from publisher import texts

PHOTO = MediaFacts("image/jpeg", 1_000_000, 1080, 1080, name="foto.jpg")
CLIP = MediaFacts(
    "video/mp4",
    9_000_000,
    1080,
    1920,
    seconds=30.0,
    name="klip.mp4",
    clip=ClipFacts("mp4", "h264", "aac", 30.0),
)
ROOT, COMMENT = PartKind.ROOT, PartKind.COMMENT


def problems(
    *facts: MediaFacts, text: str = "a", placement: str = "feed", alt: str = "Stan", **options: Json
) -> list[Problem]:
    """Of a root with media of these facts; stories and clips have no alternative text."""
    known = {
        Media(f"{number:064x}", ("strip",), alt if one.kind == "image" and placement == "feed" else ""): one
        for number, one in enumerate(facts)
    }
    part = Part(
        ROOT, "" if placement == "story" and text == "a" else text, options=options, media=tuple(known)
    )
    return ROOM.check(Rendition("instagram:3001", placement, (part,)), known)


def codes(*facts: MediaFacts, placement: str = "feed", **more: Json) -> list[str]:
    found = [
        problem.code.removeprefix("instagram.") for problem in problems(*facts, placement=placement, **more)
    ]
    return [code for code in found if code != "story_wordless"]


def test_a_text_alone_can_never_stand_there() -> None:
    """Without media it is an error, and one that leaves an inherited channel out."""
    (found,) = problems()
    assert (found.code, found.severity) == ("instagram.needs_media", Severity.ERROR)
    assert found.code in ROOM.unfit
    assert codes(PHOTO, text="") == []


def test_captions() -> None:
    """2,200 code points, 30 hashtags, warned above 5, 20 accounts; a link is only told."""
    assert codes(PHOTO, text="\U0001f600" * 2200) == []
    assert codes(PHOTO, text="a" * 2201) == ["too_long"]
    tags = [f"#natuna{number}" for number in range(31)]
    assert codes(PHOTO, text=" ".join(tags[:5])) == []
    assert codes(PHOTO, text=" ".join(tags[:6])) == ["hashtags_many"]
    assert codes(PHOTO, text=" ".join(tags[:30])) == ["hashtags_many"]
    assert codes(PHOTO, text=" ".join(tags)) == ["hashtags"]
    assert codes(PHOTO, text=" ".join(["@kantor"] * 20) + " a@natunakab.go.id") == []
    assert codes(PHOTO, text=" ".join(["@kantor"] * 21)) == ["mentions"]
    (found,) = problems(PHOTO, text="Lihat https://natunakab.go.id/a.")
    assert (found.code, found.severity) == ("instagram.link_not_clickable", Severity.NOTICE)
    assert found.values == {"link": "https://natunakab.go.id/a"}


@pytest.mark.parametrize(
    ("width", "height", "told"),
    [
        (1080, 1350, []),
        (1080, 1380, ["ratio"]),
        (1910, 1000, []),
        (1940, 1000, ["ratio"]),
        (3000, 1000, ["ratio"]),
    ],
)
def test_ratio(width: int, height: int, told: list[str]) -> None:
    """From 4:5 to 1.91:1; a story takes any."""
    picture = replace(PHOTO, width=width, height=height)
    assert codes(picture) == told
    assert "ratio" not in codes(picture, placement="story")


def test_pictures() -> None:
    """JPEG up to 8 MB; a narrow one is warned about."""
    assert codes(replace(PHOTO, mime="image/png")) == ["image_type"]
    assert codes(replace(PHOTO, size=8_000_000)) == []
    assert codes(replace(PHOTO, size=8_000_001)) == ["image_size"]
    assert codes(replace(PHOTO, width=319, height=319)) == ["small"]
    gif = replace(PHOTO, mime="image/gif", frames=3)
    assert [one.code for one in problems(gif)] == ["room.unsupported"]


def test_alternative_text() -> None:
    """1,000 characters; missing is a warning; where Instagram takes none that is told."""
    assert codes(PHOTO, alt="a" * 1000) == []
    assert codes(PHOTO, alt="a" * 1001) == ["alt_long"]
    assert codes(PHOTO, alt="") == ["alt_missing"]
    media = Media("0" * 64, ("strip",), "Stan")
    part = Part(ROOT, "a", media=(media,))
    found = ROOM.check(Rendition("instagram:3001", "reel", (part,)), {media: CLIP})
    assert [one.code for one in found] == ["instagram.alt_unused"]


def test_carousels() -> None:
    """Two to ten, mixed too; what has another shape than the first is cropped, and told."""
    assert codes(*[PHOTO] * 10) == []
    assert codes(*[PHOTO] * 11) == ["too_many"]
    square = replace(CLIP, width=1080, height=1080)
    assert codes(PHOTO, square) == []
    assert codes(PHOTO, replace(square, seconds=61.0)) == ["clip_seconds"]
    assert codes(PHOTO, replace(PHOTO, height=1350)) == ["cropped"]
    assert codes(PHOTO, replace(PHOTO, height=round(PHOTO.height * 1.015))) == []


def test_placements() -> None:
    """A clip alone is a reel, a reel is one clip, a story one thing without words."""
    assert ROOM.placement(None, ["video"]) == ROOM.placement("feed", ["video"]) == "reel"
    assert ROOM.placement("story", ["video"]) == "story"
    assert ROOM.placement(None, ["image", "video"]) == ROOM.placement(None, []) == "feed"
    assert codes(CLIP) == ["clip_is_reel"]
    assert codes(PHOTO, placement="reel") == ["reel_one_clip"]
    assert codes(PHOTO, PHOTO, placement="story")[0] == "story_one"
    assert codes(replace(PHOTO, height=1920), placement="story") == []
    assert codes(replace(PHOTO, height=1920), placement="story", text="Kata") == ["story_text"]


@pytest.mark.parametrize(
    ("seconds", "reel", "story"),
    [
        (2.9, ["clip_seconds"], ["clip_seconds"]),
        (4.0, ["not_in_reels_tab"], []),
        (60.0, [], []),
        (61.0, [], ["clip_seconds"]),
        (900.0, ["not_in_reels_tab"], ["clip_seconds"]),
        (901.0, ["clip_seconds"], ["clip_seconds"]),
    ],
)
def test_length_of_clips(seconds: float, reel: list[str], story: list[str]) -> None:
    """3 s to 15 min as a reel, 3 to 60 s as a story, with the number found and the limit."""
    clip = replace(CLIP, seconds=seconds)
    assert codes(clip, placement="reel") == reel
    assert codes(clip, placement="story") == story


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"video": "vp9"}, "clip_codec"),
        ({"audio": "mp3"}, "clip_sound"),
        ({"audio_channels": 6}, "clip_channels"),
        ({"audio_rate": 96_000}, "clip_sound_rate"),
        ({"fps": 15.0}, "clip_fps"),
        ({"fps": 120.0}, "clip_fps"),
        ({"bitrate": 26_000_000}, "clip_bitrate"),
        ({"pixels": "yuv422p"}, "clip_pixels"),
        ({"interlaced": True}, "clip_interlaced"),
        ({"edit_lists": True}, "clip_edit_lists"),
        ({"moov_first": False}, "clip_moov_last"),
    ],
)
def test_what_a_clip_is_made_of(changed: dict[str, Json], told: str) -> None:
    """Codec, sound, pace, rate, colours, order of the file: each is named."""
    assert CLIP.clip is not None
    assert codes(replace(CLIP, clip=replace(CLIP.clip, **changed)), placement="reel") == [told]


def test_size_and_shape_of_clips() -> None:
    """300 MB as a reel, 100 MB as a story; 1920 pixels wide; MP4 or MOV."""
    assert codes(replace(CLIP, size=300_000_001), placement="reel") == ["clip_size"]
    assert codes(replace(CLIP, size=100_000_001), placement="story") == ["clip_size"]
    assert codes(replace(CLIP, mime="video/webm"), placement="reel") == ["clip_type"]
    assert codes(replace(CLIP, width=3840, height=2160), placement="reel") == ["clip_width", "not_upright"]


def test_options() -> None:
    """Tags, collaborators, places, covers: what fits where."""
    assert codes(PHOTO, user_tags=["@kantor 0.3 0.7"], collaborators=["a", "b", "c"], location_id="12") == []
    assert codes(PHOTO, user_tags=["kantor"] * 21) == ["user_tags"]
    assert codes(PHOTO, user_tags=["2: kantor"]) == ["user_tag"]
    assert codes(PHOTO, user_tags=["kantor 1.5 0"]) == ["user_tag"]
    assert codes(PHOTO, collaborators=["a"] * 4) == ["collaborators"]
    assert codes(PHOTO, location_id="Ranai") == ["location"]
    assert codes(PHOTO, thumb_offset=0) == ["reel_only"]
    assert codes(CLIP, placement="reel", thumb_offset=30_000, share_to_feed=False) == []
    assert codes(CLIP, placement="reel", thumb_offset=30_001) == ["thumb_offset"]
    assert codes(CLIP, placement="story", collaborators=["a"]) == ["not_in_story"]


def test_tags_are_read() -> None:
    """A name, its place, the number of its picture."""
    assert tag_of("@kantor") == (1, {"username": "kantor", "x": 0.5, "y": 0.5})
    assert tag_of("2: kantor 0,3 0.7") == (2, {"username": "kantor", "x": 0.3, "y": 0.7})
    assert tag_of("dua kata lain") is None


def test_first_comments() -> None:
    """Text only, not empty, not under a story."""
    media = Media("0" * 64, ("strip",), "")
    story = Part(ROOT, "", media=(media,))
    found = ROOM.check(
        Rendition("instagram:3001", "story", (story, Part(COMMENT, "a"))),
        {media: replace(PHOTO, height=1920)},
    )
    assert "instagram.story_comment" in [one.code for one in found]


def test_what_instagram_must_fetch() -> None:
    """Pictures and covers always; a clip only with Instagram Login; a comment has nothing."""
    photo, clip = Media("0" * 64, (), ""), Media("1" * 64, (), "")
    cover = Media("2" * 64, (), "", role="cover")
    facts = {photo: PHOTO, clip: CLIP, cover: PHOTO}
    by_page = {"login": "facebook"}
    assert ROOM.fetches(Part(ROOT, "a", media=(photo,)), facts, by_page)
    assert ROOM.fetches(Part(ROOT, "a", media=(clip,)), facts, {})
    assert not ROOM.fetches(Part(ROOT, "a", media=(clip,)), facts, by_page)
    assert ROOM.fetches(Part(ROOT, "a", media=(clip,), companions=(cover,)), facts, by_page)
    assert not ROOM.fetches(Part(COMMENT, "a"), facts, {})


def test_every_problem_has_words_and_advice() -> None:
    """What is found reads well in both languages, with its values filled in."""
    bad = ClipFacts("mp4", "vp9", "mp3", 15.0, 26_000_000, "yuv422p", 6, 96_000, False, True, True)
    clip = replace(
        CLIP, mime="video/webm", size=400_000_000, width=4000, height=300, seconds=1000.0, clip=bad
    )
    photo = replace(PHOTO, mime="image/png", size=9_000_000, width=300, height=100)
    words = "a" * 2201 + " #a" * 31 + " @a" * 21 + " https://natunakab.go.id"
    found = [
        *problems(photo, PHOTO, text=words, user_tags=["?"] * 21, collaborators=["a"] * 4, location_id="x"),
        *problems(clip, placement="reel", thumb_offset=-1),
        *problems(clip, text="Kata", placement="story", collaborators=["a"], share_to_feed=True),
        *problems(clip),
        *problems(PHOTO, placement="reel"),
        *problems(),
    ]
    assert len({problem.code for problem in found}) > 30
    for language in ("en", "id"):
        texts.use(language)
        for problem in found:
            assert "{" not in texts.t(problem.code, **problem.values)
            assert texts.t(f"{problem.code}.fix", **problem.values) != f"{problem.code}.fix"


def test_ids_in_addresses() -> None:
    """A profile's address is no post."""
    assert ROOM.id_of("https://www.instagram.com/p/DAbc_12-x/?img_index=1", "1") == "DAbc_12-x"
    assert ROOM.id_of("https://www.instagram.com/reel/DAbc/", "1") == "DAbc"
    assert ROOM.id_of("https://www.instagram.com/dinas_contoh/", "1") == ""
    assert limits.LIMITS.text == 2200
