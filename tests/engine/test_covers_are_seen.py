"""What a clip shows at rest is what previews show: on the page, on paper, in the terminal; encoded or not."""

from __future__ import annotations

import re
from base64 import b64decode
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from publisher.desk import Desk
from publisher.preview import posters, terminal
from publisher.preview.ansi import Paint
from publisher.preview.canvas import Canvas
from publisher.preview.gallery import Gallery, Way
from publisher.views import ChannelPreview, PostPreview
from tests.clips import clip
from tests.engine.office import Office
from tests.engine.test_seen_is_sent import CHANNELS

Json = Any
CLIP = {"size": (540, 960), "seconds": 4.0, "fps": 30}
HEVC = {**CLIP, "size": (1080, 1920), "video": "libx265", "container": "mov"}


def opened(office: Office, *platforms: str, **settings: Json) -> None:
    named = {"facebook": "fb", "twitter": "x"}
    office.open(
        {
            named.get(one, one): {"platform": one, "token": "env:TOKEN", **CHANNELS[one], **settings}
            for one in platforms
        }
    )


def post(office: Office, platforms: list[str], data: bytes | None, **head: Json) -> None:
    folder = office.post("rapat", "Warga berkumpul.", due=30, channels=platforms, **head)
    if data is not None:
        (folder / "video.mp4").write_bytes(data)


def previewed(office: Office) -> tuple[Desk, PostPreview]:
    desk = Desk(office.workspace, "Sari")
    return desk, desk.preview("rapat")


def of(shown: PostPreview, label: str) -> ChannelPreview:
    return next(one for one in shown.channels if one.channel == label)


def poster_of(channel: ChannelPreview) -> Image.Image:
    assert channel.rendered.rendition is not None
    part = channel.rendered.rendition.parts[0]
    return posters.poster(part.media[0], part, channel).image(480)


def square(image: Image.Image, side: int = 540) -> int:
    """Where the yellow square stands, in pixels of the clip: it moves one each frame."""
    small = image.convert("RGB")
    for across in range(small.width):
        found = small.getpixel((across, min(small.height - 1, across + 4)))
        assert isinstance(found, tuple)
        if found[0] > 150:
            return round(across * side / small.width)
    return -1


def pictures(html: str) -> list[Image.Image]:
    """The posters of a page, in their order."""
    data = re.findall(r'poster="data:image/jpeg;base64,([^"]+)"', html)
    return [Image.open(BytesIO(b64decode(one))) for one in data]


def test_a_page_shows_the_moment_that_was_named(office: Office) -> None:
    """Sixty frames in: on Instagram and TikTok by the platform's own key, on YouTube by the thumbnail; X has
    the first frame."""
    opened(office, "instagram", "tiktok", "youtube")
    post(office, ["instagram", "tiktok", "youtube", "x"], clip(**CLIP), cover="0:02")
    desk, shown = previewed(office)
    for label in ("instagram", "tiktok", "youtube"):
        assert square(poster_of(of(shown, label))) == pytest.approx(60, abs=8)
    assert square(poster_of(of(shown, "x"))) == pytest.approx(0, abs=4)
    html = desk.page(shown)
    assert html.count("<video") == 4
    assert sorted(square(one) > 30 for one in pictures(html)) == [False, True, True, True]


def test_a_picture_is_the_poster_where_it_is_the_cover(office: Office) -> None:
    """Green is what Instagram shows; X, which takes none, shows the clip."""
    opened(office, "instagram")
    post(office, ["instagram", "x"], clip(**CLIP))
    Image.new("RGB", (540, 960), "#10b010").save(office.folder / "content" / "rapat" / "sampul.jpg")
    _, shown = previewed(office)
    assert poster_of(of(shown, "instagram")).convert("RGB").getpixel((100, 100))[1] > 150  # type: ignore[index]
    assert square(poster_of(of(shown, "x"))) == pytest.approx(0, abs=4)


def test_a_clip_that_is_not_encoded_yet_has_its_picture(office: Office) -> None:
    """In the week and on paper nothing is waited for; still nobody signs what was not seen."""
    opened(office)
    post(office, ["x"], clip(**HEVC))
    with Desk(office.workspace, "Sari") as desk:
        week = desk.page_of_week(desk.week())
        shown = desk.preview("rapat")
        paper = desk.paper(shown)
        channel = of(shown, "x")
        assert channel.rendered.rendition is not None
        assert not desk.wired.media().has(channel.rendered.rendition.parts[0].media[0])
    assert "<video" not in week
    assert re.search(r'<img src="data:image/jpeg[^>]+width="720" height="1280"', week)
    assert "mock-play" in week
    assert b"/Subtype /Image" in paper


def test_a_poster_has_the_shape_of_the_clip_to_come(office: Office) -> None:
    """A wide clip in a story: upright, with itself out of focus around it."""
    opened(office, "instagram")
    wide = {**CLIP, "size": (640, 360)}
    post(office, ["instagram"], clip(**wide), instagram={"placement": "story"})
    _, shown = previewed(office)
    image = poster_of(of(shown, "instagram")).convert("RGB")
    assert image.size == (270, 480)
    inside, around = image.getpixel((200, 240)), image.getpixel((200, 40))
    assert isinstance(inside, tuple)
    assert isinstance(around, tuple)
    assert inside == pytest.approx((18, 60, 105), abs=14)
    assert sum(around) < sum(inside)


@pytest.mark.parametrize(("cover", "colour"), [(None, 0), ("0:05", 1), ("2.jpg", 1)])
def test_a_slideshow_shows_its_picture(office: Office, cover: str | None, colour: int) -> None:
    """The one at the moment that was named, or by its name; before the slideshow is made."""
    opened(office, "tiktok", slideshow=True)
    head = {"cover": cover} if cover else {}
    post(office, ["tiktok"], None, media=[{"file": "1.jpg"}, {"file": "2.jpg"}], **head)
    for name, shade in (("1.jpg", "#c01010"), ("2.jpg", "#10b010")):
        Image.new("RGB", (540, 960), shade).save(office.folder / "content" / "rapat" / name)
    _, shown = previewed(office)
    pixel = poster_of(of(shown, "tiktok")).convert("RGB").getpixel((100, 100))
    assert isinstance(pixel, tuple)
    assert pixel[colour] == max(pixel) > 150


def test_the_terminal_shows_the_cover(office: Office) -> None:
    """As a picture where it can, once where two channels show the same; and in words what it is."""
    opened(office, "instagram", "tiktok", "youtube")
    post(office, ["instagram", "tiktok", "youtube"], clip(**CLIP), cover="0:02")
    desk, shown = previewed(office)
    gallery = Gallery(Way.TRUE, desk.files(shown))
    lines = list(terminal.post_lines(shown, Canvas(90, True, Paint(True)), gallery))
    rows = [line for line in lines if "▀" in line]
    assert len(rows) == 2 * 18, "Instagram and TikTok show the same moment, YouTube a picture of its own"
    text = "\n".join(terminal.post_lines(shown, Canvas(10_000, False, Paint(False))))
    assert "thumb_offset: 2000" in text
    assert "cover: video.mp4" in text
    assert "at 2 s" in text


def test_a_clip_that_cannot_be_read_is_only_named(office: Office) -> None:
    """What is wrong with it stands among the problems; the page is made all the same."""
    opened(office)
    post(office, ["x"], clip(**CLIP))
    desk, shown = previewed(office)
    (office.folder / "content" / "rapat" / "video.mp4").write_bytes(b"no clip" * 100)
    assert pictures(desk.page(shown)) == []
