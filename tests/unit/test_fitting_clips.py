"""render/fitting_clips and media/clip_make: which clips are encoded anew, and what comes out."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import registry
from connectors.contract import ClipFacts, ClipRules, Media, MediaFacts, Part, PartKind, Rendition, Severity
from publisher import recipe
from publisher.media import clip_make
from publisher.media.inspect import MediaError, facts
from publisher.media.store import MediaStore
from publisher.recipe import PLAIN, after
from publisher.recipe_clips import ClipRecipe
from publisher.render.fitting import Wish
from publisher.render.fitting_clips import fitted_clip
from tests.clips import clip, cut, turned

PHONE = MediaFacts(
    "video/quicktime",
    40_000_000,
    1080,
    1920,
    seconds=30.0,
    name="klip.mov",
    clip=ClipFacts("mov", "hevc", "aac", 30.0, 10_000_000, audio_channels=2, audio_rate=48_000),
)
RULES = ClipRules(
    ("video/mp4", "video/quicktime"), ("h264",), ("aac",), ("yuv420p",), sides=(1280, 1024), size=512_000_000
)
PLATFORMS = ["twitter", "instagram", "threads", "tiktok", "facebook"]


def of(platform: str, placement: str, known: MediaFacts, steps: tuple[str, ...]) -> list[str]:
    """The errors of a clip after its steps, by what the room checks."""
    room = registry.room(platform)
    media = Media("a" * 64, steps, "")
    options = {"placement": placement, "privacy": "public", "audited": True}
    part = Part(PartKind.ROOT, "Klip", options=options, media=(media,))
    found = room.check(Rendition(f"{platform}:1", placement, (part,)), {media: after(known, steps)})
    return [one.code for one in found if one.severity is Severity.ERROR]


# ── Which, and how ───────────────────────────────────────────────────────────


def test_what_fits_keeps_its_frames() -> None:
    """Nothing is encoded that the platform takes as it is."""
    fits = replace(PHONE, width=576, height=1024, clip=replace(PHONE.clip, video="h264"))
    assert fitted_clip(fits, RULES) == PLAIN


def test_a_clip_of_a_telephone_is_made_to_fit() -> None:
    """Upright 1080 × 1920 in HEVC: smaller, in even numbers, at a rate that suits its size."""
    made = recipe.of_clip(fitted_clip(PHONE, RULES))
    assert made == ClipRecipe((720, 1280), 30.0, 2_764_800)
    assert recipe.of_clip(made.steps) == made


@pytest.mark.parametrize("platform", PLATFORMS)
def test_each_room_takes_what_was_made_for_it(platform: str) -> None:
    """What `check` would have refused of a clip of a telephone is mended, on every platform."""
    room = registry.room(platform)
    awkward = replace(
        PHONE,
        mime="video/webm",
        clip=replace(PHONE.clip, container="webm", video="mpeg4", audio="opus", fps=120.0, audio_channels=6),
    )
    placement = "story" if platform == "facebook" else room.placement(None, ["video"])
    steps = fitted_clip(awkward, room.clips(placement))
    assert steps != PLAIN
    assert of(platform, placement, awkward, steps) == []


def test_ten_bits_a_colour_become_eight() -> None:
    """What a telephone films in high dynamic range fits every screen once it is encoded."""
    deep = replace(
        PHONE, width=576, height=1024, clip=replace(PHONE.clip, video="h264", pixels="yuv420p10le")
    )
    assert recipe.of_clip(fitted_clip(deep, RULES)) is not None
    assert of("twitter", "feed", deep, fitted_clip(deep, RULES)) == []


@given(
    st.integers(16, 8000),
    st.integers(16, 8000),
    st.floats(0.5, 600),
    st.floats(0, 240),
    st.integers(0, 200_000_000),
    st.sampled_from(PLATFORMS),
    st.sampled_from(("crop", "pad")),
)
def test_a_recipe_keeps_within_the_bounds(
    width: int, height: int, seconds: float, fps: float, bitrate: int, platform: str, fit: str
) -> None:
    """Whatever the source: even sides, size and shape within the bounds, hardly larger than it was."""
    source = replace(
        PHONE, width=width, height=height, seconds=seconds, clip=replace(PHONE.clip, fps=fps, bitrate=bitrate)
    )
    rules = registry.room(platform).clips("story" if platform == "facebook" else "feed")
    made = recipe.of_clip(fitted_clip(source, rules, Wish(fit)))
    assert made is None or recipe.of_clip(made.steps) == made
    if made is None:
        return
    long, short = max(made.whole), min(made.whole)
    assert {side % 2 for side in (*made.whole, *made.size)} == {0}
    assert made.size[0] <= made.whole[0]
    assert made.size[1] <= made.whole[1]
    if short > 2:
        assert rules.ratio[0] <= made.whole[0] / made.whole[1] <= rules.ratio[1]
    assert long <= max(rules.sides[0], 2)
    assert short <= max(rules.sides[1], 2)
    assert made.whole[0] <= max(rules.width, 2)
    assert made.size[0] <= max(width * rules.grow, 2)
    assert rules.fps[0] <= made.fps <= rules.fps[1]
    assert after(source, made.steps).size <= rules.size


# ── The bytes ────────────────────────────────────────────────────────────────


def made_of(tmp_path: Path, data: bytes, wanted: ClipRecipe) -> Any:
    source, target = tmp_path / "source", tmp_path / "made.mp4"
    source.write_bytes(data)
    clip_make.make(source, target, wanted, "klip.mov")
    return facts(target, "made.mp4")


def test_a_clip_is_encoded_as_its_recipe_says(tmp_path: Path) -> None:
    """Size, pace, codecs, length and the place of the index are what check was told."""
    data = clip(container="mov", video="mpeg4", audio="pcm_s16le", size=(360, 640), seconds=2.0, fps=50)
    wanted = ClipRecipe((180, 320), 25.0, 300_000)
    made = made_of(tmp_path, data, wanted)
    (tmp_path / "again").write_bytes(data)
    known = facts(tmp_path / "again", "again")
    told = after(known, wanted.steps)
    assert (
        (made.mime, made.width, made.height)
        == (told.mime, told.width, told.height)
        == ("video/mp4", 180, 320)
    )
    assert (made.clip.video, made.clip.audio, made.clip.fps) == ("h264", "aac", 25.0)
    assert (made.clip.pixels, made.clip.moov_first, made.clip.edit_lists) == ("yuv420p", True, False)
    assert (made.clip.audio_rate, made.clip.audio_channels) == (48_000, 2)
    assert abs(made.seconds - 2.0) < 0.1


@pytest.mark.parametrize(("degrees", "corner"), [(0, (0, 0)), (90, (1, 0)), (180, (1, 1)), (270, (0, 1))])
def test_a_turned_clip_comes_out_upright(tmp_path: Path, degrees: int, corner: tuple[int, int]) -> None:
    """The square of its first frame is where a player would show it, and nothing needs to be turned again."""
    data = clip(size=(160, 160), audio="")
    made_of(tmp_path, turned(data, degrees) if degrees else data, ClipRecipe((160, 160), 25.0, 400_000))
    with av.open(str(tmp_path / "made.mp4")) as container:
        frame = next(container.decode(video=0))
        assert not frame.rotation
        image = frame.to_image()
    across, down = corner
    bright = image.getpixel((150 if across else 9, 150 if down else 9))
    assert bright[0] > 150
    assert bright[2] < 120


@pytest.mark.parametrize("data", [cut(clip(faststart=True), 0.7), b"no clip at all" * 100])
def test_a_broken_source_leaves_nothing(tmp_path: Path, data: bytes) -> None:
    """A clear problem, and never half a clip in the store."""
    store = MediaStore(tmp_path / "store")
    (tmp_path / "klip.mp4").write_bytes(data)
    source = sha256(data).hexdigest()
    store.keep(tmp_path / "klip.mp4", source)
    with pytest.raises(MediaError):
        store.path(Media(source, ClipRecipe((96, 160), 25.0, 200_000).steps, ""))
    assert not [one for one in (tmp_path / "store" / "made").rglob("*") if one.is_file()]


def test_the_store_makes_it_once_and_without_notes(tmp_path: Path) -> None:
    """Where and with what it was filmed does not go out; a second asking finds the file."""
    data = clip(container="mov", location="+03.9+108.2/", size=(360, 640))
    store = MediaStore(tmp_path / "store")
    (tmp_path / "klip.mov").write_bytes(data)
    source = sha256(data).hexdigest()
    store.keep(tmp_path / "klip.mov", source)
    media = Media(source, ClipRecipe((180, 320), 25.0, 300_000).steps, "")
    made = store.path(media)
    told = made.read_bytes()
    assert b"108.2" not in told
    assert b"iPhone" not in told
    before = made.stat().st_ino
    assert store.path(media).stat().st_ino == before
    assert (store.facts(media).width, store.facts(media).height) == (180, 320)


def test_a_full_disk_is_not_the_clip_s_fault(tmp_path: Path) -> None:
    """What cannot be written is told as such, and may be tried again."""
    (tmp_path / "source").write_bytes(clip())
    with pytest.raises(OSError, match="No space left"):
        clip_make.make(
            tmp_path / "source", Path("/dev/full"), ClipRecipe((96, 160), 25.0, 200_000), "klip.mp4"
        )


# ── Stories ──────────────────────────────────────────────────────────────────

WIDE = replace(PHONE, mime="video/mp4", width=1920, height=1080, clip=replace(PHONE.clip, video="h264"))


@pytest.mark.parametrize("platform", ["instagram", "facebook"])
@pytest.mark.parametrize(
    ("size", "wish", "focus", "made"),
    [
        ((1920, 1080), Wish(), None, ("clip 1080x606", "on 1080x1920 blur")),
        ((3840, 2160), Wish("pad", "#0b5fa5"), None, ("clip 1080x606", "on 1080x1920 #0b5fa5")),
        ((1080, 1350), Wish(), None, ("clip 1080x1350", "on 1080x1920 blur")),
        ((3840, 2160), Wish("crop"), None, ("crop 1312,0,1215x2160", "clip 1214x2160")),
        ((3840, 2160), Wish(), (0.0, 0.5), ("crop 0,0,1215x2160", "clip 1214x2160")),
    ],
)
def test_a_wide_clip_in_a_story_is_made_upright(
    platform: str,
    size: tuple[int, int],
    wish: Wish,
    focus: tuple[float, float] | None,
    made: tuple[str, ...],
) -> None:
    """All of it on 9:16, itself or a colour around it, or cut to that shape; `check` is silent."""
    clip = replace(WIDE, width=size[0], height=size[1])
    steps = fitted_clip(clip, registry.room(platform).clips("story"), wish, focus)
    assert steps[:2] == made
    room, media = registry.room(platform), Media("a" * 64, steps, "")
    part = Part(PartKind.ROOT, "", options={"placement": "story"}, media=(media,))
    found = room.check(Rendition(f"{platform}:1", "story", (part,)), {media: after(clip, steps)})
    assert {one.code for one in found} <= {"instagram.story_wordless", "facebook.story_text"}


@pytest.mark.parametrize("platform", ["instagram", "facebook"])
@pytest.mark.parametrize("size", [(1080, 1920), (1080, 1918), (720, 1280)])
def test_an_upright_clip_in_a_story_keeps_its_frames(platform: str, size: tuple[int, int]) -> None:
    """What fills the screen already is not encoded."""
    clip = replace(WIDE, width=size[0], height=size[1])
    assert fitted_clip(clip, registry.room(platform).clips("story")) == PLAIN


@pytest.mark.parametrize(
    ("platform", "placement"),
    [("instagram", "reel"), ("facebook", "reel"), ("threads", "feed"), ("youtube", "video")],
)
def test_a_wide_clip_stays_wide_where_wide_ones_are_shown(platform: str, placement: str) -> None:
    """Only a story is upright for sure."""
    assert fitted_clip(WIDE, registry.room(platform).clips(placement)) == PLAIN
