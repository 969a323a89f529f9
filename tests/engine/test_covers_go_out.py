"""A post names a moment of its clip: each platform gets it as it asks for it, and sees that moment."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from connectors.contract import Media, Part
from tests.clips import clip
from tests.engine.office import Office
from tests.engine.test_seen_is_sent import CHANNELS

UPRIGHT, SMALL = {"size": (540, 960), "fps": 30}, {"size": (320, 240), "fps": 30}


def going(office: Office, platform: str, size: dict[str, Any], **head: Any) -> tuple[Part, dict[str, Any]]:
    """The root as it was previewed, and what is live in the end."""
    it = {"facebook": "fb"}.get(platform, "it")
    office.open({it: {"platform": platform, "token": "env:TOKEN", **CHANNELS[platform]}})
    folder = office.post("rapat", "Warga berkumpul.", due=30, channels=[it], **head)
    (folder / "video.mp4").write_bytes(clip(seconds=4.0, **size))
    with office.desk() as desk:
        [shown] = [one for one in desk.preview("rapat").channels if one.channel == it]
    assert shown.rendered.rendition is not None
    office.run()
    office.live_through(minutes=60, step=300)
    assert office.state("rapat", it) == "published"
    [live] = office.live(platform)
    return shown.rendered.rendition.parts[0], live


def made_file(office: Office, media: Media) -> Path:
    store = office.daemon.syncer.media
    assert store is not None
    return store.path(media)


def test_instagram_is_told_the_moment(office: Office) -> None:
    """In milliseconds, with the container."""
    going(office, "instagram", UPRIGHT, cover="0:02")
    [made] = [one for one in office.requests(r"/media$", "instagram") if "REELS" in str(one)]
    assert "2000" in str(made)


def test_tiktok_is_told_the_moment(office: Office) -> None:
    """In milliseconds, when the upload begins."""
    part, _ = going(office, "tiktok", UPRIGHT, cover="0:02")
    assert part.options["cover_ms"] == 2000
    [made] = office.requests(r"/video/init/", "tiktok")
    assert "video_cover_timestamp_ms" in str(made)


@pytest.mark.parametrize(
    ("platform", "size", "option"), [("youtube", UPRIGHT, "thumbnail"), ("facebook", SMALL, "cover")]
)
def test_a_picture_of_the_moment_is_sent(
    office: Office, platform: str, size: dict[str, Any], option: str
) -> None:
    """YouTube's thumbnail, the cover of a Page's video: the frame that was named, byte for byte as shown."""
    part, live = going(office, platform, size, cover="0:02")
    [cover] = [one for one in part.companions if one.role == "cover"]
    data = made_file(office, cover).read_bytes()
    assert live["options"][option] == sha256(data).hexdigest()
    with Image.open(made_file(office, cover)) as image:
        assert image.size == size["size"]
        there, before = image.convert("RGB").getpixel((70, 70)), image.convert("RGB").getpixel((40, 40))
    assert isinstance(there, tuple)
    assert isinstance(before, tuple)
    assert there[0] > 150 > before[0], "the square is where it is after two seconds"
