"""What the preview showed is what the platform got: the same bytes, for every format that shows photos."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from connectors.contract import Media
from publisher import recipe
from publisher.desk import previewing
from tests.clips import clip
from tests.engine.office import Office
from tests.pictures import ADOBE, P3, chunk, deep, scene, stored

CHANNELS: dict[str, dict[str, Any]] = {
    "facebook": {"account": "1001"},
    "instagram": {"account": "3001"},
    "threads": {"account": "4001"},
    "twitter": {"account": "2001"},
    "tiktok": {"account": "5001", "audited": True, "privacy": "public"},
    "youtube": {"account": "6001", "made_for_kids": False},
}


def turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Kamera"
    return stored(scene((800, 600)).rotate(90, expand=True), "JPEG", exif=exif)


FILES: dict[str, Callable[[], bytes]] = {
    "1.heic": lambda: stored(scene((800, 600)), "HEIF", icc_profile=P3),
    "2.jpg": turned,
    "3.png": lambda: deep(scene((900, 300)), ADOBE),
    "4.jpg": lambda: stored(scene((640, 640)).convert("CMYK"), "JPEG"),
    "video.mp4": lambda: clip(seconds=4.0, size=(540, 960), fps=30),
    "cover.jpg": lambda: stored(scene((540, 960)), "JPEG", icc_profile=P3),
}
FORMATS = [
    ("facebook", None, ["1.heic"]),
    ("facebook", None, ["1.heic", "2.jpg", "3.png", "4.jpg"]),
    ("facebook", "story", ["1.heic"]),
    ("instagram", None, ["3.png"]),
    ("instagram", None, ["1.heic", "2.jpg", "3.png", "4.jpg"]),
    ("instagram", "story", ["3.png"]),
    ("instagram", "reel", ["video.mp4", "cover.jpg"]),
    ("threads", None, ["1.heic"]),
    ("threads", None, ["1.heic", "2.jpg", "3.png", "4.jpg"]),
    ("twitter", None, ["3.png"]),
    ("twitter", None, ["1.heic", "2.jpg", "3.png", "4.jpg"]),
    ("tiktok", None, ["1.heic"]),
    ("tiktok", None, ["1.heic", "2.jpg", "3.png", "4.jpg"]),
    ("youtube", None, ["video.mp4", "cover.jpg"]),
]


@pytest.mark.parametrize(
    ("platform", "placement", "names"), FORMATS, ids=["-".join((p, w or "feed", *n)) for p, w, n in FORMATS]
)
def test_the_platform_gets_the_bytes_that_were_shown(
    office: Office, platform: str, placement: str | None, names: list[str]
) -> None:
    """Photos of every kind, looked at, then booked and sent: each byte is the same, and the log says so."""
    it = {"facebook": "fb", "twitter": "x"}.get(platform, "it")
    office.open({it: {"platform": platform, "token": "env:TOKEN", **CHANNELS[platform]}})
    block = {platform: {"placement": placement}} if placement else {}
    folder = office.post("foto", "Warga berkumpul di lapangan.", due=30, channels=[it], **block)
    for name in names:
        (folder / name).write_bytes(FILES[name]())
    with office.desk() as desk:
        shown = desk.preview("foto")
        [there] = [one for one in shown.channels if one.channel == it]
        assert there.rendered.rendition is not None
        seen = previewing.files_of(shown.post, desk.wired.media())
        part = there.rendered.rendition.parts[0]
        pinned = [hashed(seen(media)) for media in part.media]
        covers = [hashed(seen(media)) for media in part.companions]
    assert any(remade(media) for media in (*part.media, *part.companions))
    office.run()
    office.live_through(minutes=60, step=300)
    assert office.state("foto", it) == "published"
    delivery = office.delivery("foto", it)
    assert delivery.fingerprint == there.rendered.rendition.fingerprint
    [live] = office.live(platform)
    assert [one["sha256"] for one in live["media"]] == pinned
    [fenced] = [
        json.loads(one.details) for one in office.history(delivery.delivery_id) if "fence" in one.details
    ]
    assert fenced["files"] == [*pinned, *covers]
    assert [live["options"][key] for key in ("cover", "thumbnail") if key in live["options"]] == covers


def hashed(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


def remade(media: Media) -> bool:
    return recipe.read(media.recipe) is not None


def test_a_picture_that_cannot_be_decoded_is_told_where_it_is_looked_at(office: Office) -> None:
    """Its head is sound, so `check` has no complaint: the preview says why there is nothing to see."""
    office.open()
    folder = office.post("foto", channels=["fb"], media=[{"file": "a.png", "alt": "Rusak"}])
    whole = deep(scene((90, 60)), ADOBE)
    at = whole.index(b"IDAT") - 4
    (folder / "a.png").write_bytes(whole[:at] + chunk(b"IDAT", bytes(900)) + chunk(b"IEND", b""))
    with office.desk() as desk:
        assert "media.damaged" not in {one.code for one in desk.check().problems}
        shown = desk.preview("foto")
    [told] = [one for one in shown.problems if one.code == "media.damaged"]
    assert (told.severity, told.post, told.values["name"]) == ("error", "foto", "a.png")
