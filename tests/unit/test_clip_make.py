"""media/clip_make: packed with their own frames, padded, cut to shape, brought to plain screens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import pytest

from connectors.contract import ClipRules
from publisher import recipe
from publisher.media import clip_make, encoding
from publisher.media.inspect import facts
from publisher.recipe import PLAIN, after
from publisher.recipe_clips import ClipRecipe, RepackRecipe
from publisher.render.fitting import Wish
from publisher.render.fitting_clips import fitted_clip
from tests.clips import clip, turned

MP4 = ClipRules(("video/mp4",), ("h264", "hevc", "vp9"), ("aac",))


def steps(tmp_path: Path, data: bytes, rules: ClipRules = MP4, *wish: Any) -> tuple[str, ...]:
    (tmp_path / "source").write_bytes(data)
    return fitted_clip(facts(tmp_path / "source", "klip"), rules, *wish)


def made(tmp_path: Path, wanted: ClipRecipe | RepackRecipe) -> Path:
    make: Any = clip_make.make if isinstance(wanted, ClipRecipe) else clip_make.repack
    make(tmp_path / "source", tmp_path / "made.mp4", wanted, "klip")
    return tmp_path / "made.mp4"


def packets(path: Path, kind: str) -> list[bytes]:
    with av.open(str(path)) as container:
        return [
            bytes(packet) for packet in container.demux(getattr(container.streams, kind)[0]) if packet.size
        ]


def pixel(path: Path, x: int, y: int) -> tuple[int, int, int]:
    with av.open(str(path)) as container:
        frames: Any = container.decode(video=0)
        return next(frames).to_image().getpixel((x, y))


# ── Packed anew ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("wanted", "sound"),
    [
        ({"container": "mov"}, "kept"),
        ({"container": "mov", "audio": "pcm_s16le"}, "aac"),
        ({"container": "mov", "video": "libx265", "audio": ""}, "kept"),
        ({"container": "webm", "video": "libvpx-vp9", "audio": "libopus"}, "aac"),
    ],
)
def test_a_clip_in_the_wrong_container_keeps_its_frames(
    tmp_path: Path, wanted: dict[str, Any], sound: str
) -> None:
    """Only what is around the pictures is made anew; what `check` was told before is so after."""
    chosen = steps(tmp_path, clip(size=(64, 64), **wanted))
    assert recipe.of_repack(chosen) == RepackRecipe(sound)
    known, told = facts(tmp_path / "source", "klip"), after(facts(tmp_path / "source", "klip"), chosen)
    path = made(tmp_path, RepackRecipe(sound))
    assert packets(path, "video") == packets(tmp_path / "source", "video")
    now = facts(path, "klip")
    assert (now.mime, now.width, now.height) == (told.mime, 64, 64)
    assert (now.clip.container, now.clip.video, now.clip.audio) == ("mp4", known.clip.video, told.clip.audio)
    assert now.clip.moov_first
    assert abs(now.seconds - known.seconds) < 0.1
    assert fitted_clip(now, MP4) == PLAIN


def test_a_turned_clip_stays_turned(tmp_path: Path) -> None:
    """How a telephone was held goes with the frames."""
    steps(tmp_path, turned(clip(container="mov", size=(96, 64)), 90))
    now = facts(made(tmp_path, RepackRecipe()), "klip")
    assert (now.width, now.height) == (64, 96)


# ── Shape ────────────────────────────────────────────────────────────────────

UPRIGHT = ClipRules(("video/mp4",), ("h264",), ratio=(0.55, 9 / 16))


def test_a_clip_of_another_shape_stays_whole(tmp_path: Path) -> None:
    """A wide clip on an upright canvas: in its middle, itself out of focus and darker around it."""
    chosen = recipe.of_clip(steps(tmp_path, clip(size=(96, 64)), UPRIGHT))
    assert chosen is not None
    assert (chosen.size, chosen.canvas, chosen.background) == ((96, 64), (96, 172), "blur")
    path = made(tmp_path, chosen)
    now = facts(path, "klip")
    assert (now.width, now.height) == (96, 172)
    inside, above = pixel(path, 90, 86), pixel(path, 90, 10)
    assert inside == pytest.approx((18, 60, 105), abs=12)
    assert 0.5 < sum(above) / sum(inside) < 0.95


def test_around_it_stands_the_office_s_colour(tmp_path: Path) -> None:
    """`background: "#c81e1e"` is what is seen above and below."""
    chosen = recipe.of_clip(steps(tmp_path, clip(size=(96, 64)), UPRIGHT, Wish("pad", "#c81e1e")))
    assert chosen is not None
    assert pixel(made(tmp_path, chosen), 48, 10) == pytest.approx((200, 30, 30), abs=12)


@pytest.mark.parametrize(("focus", "bright"), [((0.0, 0.5), True), ((1.0, 0.5), False), (None, False)])
def test_a_clip_is_cut_around_its_focus(
    tmp_path: Path, focus: tuple[float, float] | None, bright: bool
) -> None:
    """The square at the left is in the picture only where the focus is there."""
    chosen = recipe.of_clip(steps(tmp_path, clip(size=(192, 64)), UPRIGHT, Wish("crop"), focus))
    assert chosen is not None
    assert chosen.canvas is None
    path = made(tmp_path, chosen)
    assert facts(path, "klip").width == chosen.size[0] == 36
    assert (pixel(path, 8, 8)[0] > 150) is bright


def test_a_turned_clip_is_cut_as_it_is_seen(tmp_path: Path) -> None:
    """What is kept is counted on the upright picture."""
    chosen = recipe.of_clip(
        steps(tmp_path, turned(clip(size=(64, 192)), 90), UPRIGHT, Wish("crop"), (1.0, 0.5))
    )
    assert chosen is not None
    assert pixel(made(tmp_path, chosen), 30, 8)[0] > 150, "the square of its first frame is at the right now"


# ── Colours ──────────────────────────────────────────────────────────────────


def bright_clip(path: Path, curve: int, size: tuple[int, int] = (64, 64), frames: int = 3) -> None:
    """A 10-bit clip whose white is that of paper, in high dynamic range: 203 nits, as BT.2408 has it."""
    code = {18: 721, 16: 573}[curve]
    with av.open(str(path), "w", format="mp4") as container:
        stream: Any = container.add_stream("libx265", rate=25)
        (stream.width, stream.height), stream.pix_fmt = size, "yuv420p10le"
        context = stream.codec_context
        context.colorspace = context.color_primaries = 9
        context.color_trc = curve
        stream.options = {"preset": "ultrafast", "x265-params": "log-level=none"}
        for _ in range(frames):
            frame: Any = av.VideoFrame(*size, "yuv420p10le")
            for plane, value in zip(frame.planes, (code, 512, 512), strict=True):
                plane.update(value.to_bytes(2, "little") * (plane.buffer_size // 2))
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


@pytest.mark.parametrize(("curve", "name"), [(18, "hlg"), (16, "pq")])
def test_high_dynamic_range_is_known(tmp_path: Path, curve: int, name: str) -> None:
    """By what the stream says of itself: iPhones film in HLG, cameras in PQ."""
    bright_clip(tmp_path / "source", curve)
    known = facts(tmp_path / "source", "klip")
    assert known.clip is not None
    assert known.clip.hdr == name
    assert fitted_clip(known, ClipRules(("video/mp4",), ("hevc",), pixels=("yuv420p",))) != PLAIN


def test_high_dynamic_range_comes_to_plain_screens(tmp_path: Path) -> None:
    """Eight bits, said to be BT.709; white is still light grey, and not another colour."""
    bright_clip(tmp_path / "source", 18)
    path = made(tmp_path, ClipRecipe((64, 64), 25.0, 200_000))
    with av.open(str(path)) as container:
        frame: Any = next(container.decode(video=0))
        assert (frame.format.name, frame.color_trc, frame.color_primaries) == ("yuv420p", encoding.BT709, 1)
        grey = frame.to_image().getpixel((32, 32))
    assert max(grey) - min(grey) <= 4
    assert 140 < grey[0] < 245


# ── Sound ────────────────────────────────────────────────────────────────────


def test_a_silent_clip_that_is_encoded_gets_a_silent_sound(tmp_path: Path) -> None:
    """As long as its pictures, so that nothing that expects a sound stumbles; `check` was told so."""
    steps(tmp_path, clip(size=(64, 64), audio=""))
    wanted = ClipRecipe((64, 64), 25.0, 200_000)
    told = after(facts(tmp_path / "source", "klip"), wanted.steps)
    now = facts(made(tmp_path, wanted), "klip")
    assert told.clip is not None
    assert now.clip is not None
    assert (
        (now.clip.audio, now.clip.audio_channels) == (told.clip.audio, told.clip.audio_channels) == ("aac", 2)
    )
    assert abs((now.seconds or 0) - 1.0) < 0.1
