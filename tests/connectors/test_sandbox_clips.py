"""What a simulator reads from the bytes of a clip."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from connectors.sandbox_clips import clip_of
from tests import clips


def test_a_clip_is_described_by_its_bytes() -> None:
    """Container, codecs, size, length, pace, sound and place of the index come from the file itself."""
    found = clip_of(clips.clip(size=(96, 160), seconds=1.0, fps=25))
    assert found is not None
    assert (found.mime, found.video, found.audio, found.pixels) == ("video/mp4", "h264", "aac", "yuv420p")
    assert (found.width, found.height, found.fps) == (96, 160, 25.0)
    assert (found.audio_channels, found.audio_rate) == (2, 48000)
    assert found.seconds == pytest.approx(1.0, abs=0.03)
    assert found.bitrate == pytest.approx(found.size * 8, rel=0.05)
    assert found.moov_first
    assert not found.edit_lists
    assert not found.interlaced


@pytest.mark.parametrize(
    ("wanted", "name", "value"),
    [
        ({"container": "mov"}, "mime", "video/quicktime"),
        ({"container": "webm", "video": "libvpx-vp9", "audio": "libopus"}, "mime", "video/webm"),
        ({"container": "webm", "video": "libvpx-vp9", "audio": "libopus"}, "video", "vp9"),
        ({"video": "libx265", "pixels": "yuv420p10le"}, "pixels", "yuv420p10le"),
        ({"rotation": 90}, "width", 160),
        ({"rotation": 180}, "width", 96),
        ({"faststart": False}, "moov_first", False),
        ({"audio": ""}, "audio", ""),
    ],
)
def test_what_is_special_about_a_clip_is_seen(wanted: dict[str, object], name: str, value: object) -> None:
    """QuickTime, WebM, ten bits, turned clips, an index at the end, silence: each shows."""
    assert getattr(clip_of(clips.clip(**wanted)), name) == value


def test_a_cut_is_told_from_an_encoders_delay() -> None:
    """Every encoder writes edits of a few frames; only one that skips more is somebody's cut."""
    plain, trimmed = clip_of(clips.clip()), clip_of(clips.trimmed(clips.clip()))
    assert plain is not None
    assert trimmed is not None
    assert (plain.edit_lists, trimmed.edit_lists) == (False, True)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"not a clip at all" * 50, id="text"),
        pytest.param(clips.clip()[:30], id="only the head"),
        pytest.param(clips.cut(clips.clip()), id="data cut off"),
        pytest.param(clips.cut(clips.clip(faststart=False)), id="index cut off"),
        pytest.param(clips.sound_only(), id="no picture"),
    ],
)
def test_what_does_not_play_is_no_clip(data: bytes) -> None:
    """Text, halves of clips and mere sound are None, and raise nothing."""
    assert clip_of(data) is None


def test_bytes_a_file_and_a_path_read_alike(tmp_path: Path) -> None:
    """However a simulator holds a clip; a file is rewound afterwards."""
    data = clips.clip()
    place = tmp_path / "clip"
    place.write_bytes(data)
    file = BytesIO(data)
    file.seek(99)
    assert clip_of(data) == clip_of(place) == clip_of(file)
    assert file.tell() == 0
