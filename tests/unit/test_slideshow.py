"""Pictures as one clip: the recipe's words, who asks for it, what is known before, what comes out."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from connectors.contract import Media, MediaFacts, Part, PartKind, Severity
from publisher import recipe, texts
from publisher.media import clips
from publisher.media.inspect import MediaError
from publisher.media.store import MediaStore
from publisher.model import Rendered
from publisher.preview.terminal import made_words
from publisher.publish_log.marks import media_mark
from publisher.recipe_clips import SlidesRecipe, Still
from publisher.render import render, slideshow
from publisher.render.fitting import Wish, filling
from tests.unit.rendering import SHIPPED, channel, post, rendered

RED, BLUE = "#c81e1e", "#123c69"


def kept(store: MediaStore, tmp_path: Path, colour: str) -> Still:
    """A picture in the store, with the steps that fill a small frame."""
    out = BytesIO()
    Image.new("RGB", (48, 64), colour).save(out, "PNG")
    name = sha256(out.getvalue()).hexdigest()
    (tmp_path / name).write_bytes(out.getvalue())
    store.keep(tmp_path / name, name)
    return Still(name, filling(MediaFacts("image/png", 1, 48, 64), None, (72, 128), Wish()).steps)


def of(*stills: Still) -> Media:
    steps = SlidesRecipe(stills, (72, 128), 1.0, 0.2, 400_000).steps
    return Media(stills[0].source, steps, "")


def test_the_recipe_is_read_as_it_is_written() -> None:
    """The words in a rendition say all: every source, how it fills the frame, how long it stays."""
    plain, cut = (
        Still("a" * 64, recipe.PLAIN),
        Still("b" * 64, ("crop 0,0,4x3", "scale 72x128", "as image/jpeg 9")),
    )
    made = SlidesRecipe((plain, cut, plain), (72, 128), 2.5, 0.5, 400_000)
    assert recipe.of_slides(made.steps) == made
    assert recipe.sources(Media(plain.source, made.steps, "")) == ("a" * 64, "b" * 64, "a" * 64)
    assert recipe.of_slides(recipe.PLAIN) is None
    assert recipe.of_slides(cut.steps) is None


def test_one_picture_is_not_told_as_several() -> None:
    """In words of either language."""
    still, source = Still("a" * 64, recipe.PLAIN), MediaFacts("image/jpeg", 9, 72, 128)
    made = MediaFacts("video/mp4", 9, 72, 128, seconds=4.0)
    words = {
        (language, count): _in(language, of(*[still] * count), source, made)
        for language in ("id", "en")
        for count in (1, 2)
    }
    assert words["en", 1].endswith(" · one picture for 1 s, without sound")
    assert words["id", 1].endswith(" · satu gambar selama 1 detik, tanpa suara")
    assert words["en", 2].endswith(" · 2 pictures one after another, 1 s each, without sound")
    assert words["id", 2].endswith(" · 2 gambar bergantian, masing-masing 1 detik, tanpa suara")


def _in(language: str, *told: Any) -> str:
    before = texts.language()
    texts.use(language)
    try:
        return made_words(*told)
    finally:
        texts.use(before)


def test_the_clip_shows_each_picture_in_its_time(tmp_path: Path) -> None:
    """Two pictures of a second each: red, then blue, a mixture between; silent."""
    store = MediaStore(tmp_path / "store")
    media = of(kept(store, tmp_path, RED), kept(store, tmp_path, BLUE))
    made = store.path(media).read_bytes()
    with av.open(BytesIO(made)) as container:
        shown = [frame.to_image().getpixel((36, 64)) for frame in container.decode(video=0)]
    assert len(shown) == 60
    assert shown[0] == shown[20] == pytest.approx((200, 30, 30), abs=6)
    assert shown[59] == pytest.approx((18, 60, 105), abs=6)
    assert 40 < shown[27][0] < 180
    with av.open(BytesIO(made)) as container:
        heard = b"".join(bytes(frame.planes[0]) for frame in container.decode(audio=0))
    assert max(map(abs, memoryview(heard).cast("f"))) < 0.001


def test_what_is_known_before_is_so_after(tmp_path: Path) -> None:
    """`check` judges a clip that is not made yet by the facts that it will have."""
    store = MediaStore(tmp_path / "store")
    media = of(kept(store, tmp_path, RED), kept(store, tmp_path, BLUE))
    before = recipe.after(MediaFacts("image/png", 1, 48, 64), media.recipe)
    now = clips.facts(store.path(media), "klip")
    assert (
        (now.width, now.height, now.seconds)
        == (before.width, before.height, before.seconds)
        == (72, 128, 2.0)
    )
    assert now.size <= before.size
    assert now.clip is not None
    assert before.clip is not None
    wanted = ("container", "video", "audio", "fps", "pixels", "audio_channels", "audio_rate", "moov_first")
    assert [getattr(now.clip, one) for one in wanted] == [getattr(before.clip, one) for one in wanted]
    assert not now.clip.edit_lists


def test_a_picture_that_cannot_be_read_leaves_nothing_behind(tmp_path: Path) -> None:
    """A clear message, and no half of a clip."""
    store = MediaStore(tmp_path / "store")
    (tmp_path / "broken").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    name = sha256((tmp_path / "broken").read_bytes()).hexdigest()
    store.keep(tmp_path / "broken", name)
    media = of(kept(store, tmp_path, RED), Still(name, kept(store, tmp_path, RED).steps))
    with pytest.raises(MediaError):
        store.path(media)
    assert not store.has(media)
    assert list((tmp_path / "store" / "made").rglob("*.part")) == []


@pytest.mark.parametrize("platform", ["facebook", "instagram", "threads", "tiktok", "twitter", "youtube"])
def test_where_it_is_asked_for_every_platform_takes_it(platform: str) -> None:
    """By the post or by the channel; one clip of all pictures, with all that they show."""
    given = {"made_for_kids": False} if platform == "youtube" else {}
    asked = channel(platform, options={"slideshow": True, **given})
    found = rendered(post(pictures=3, title="Layanan"), asked)
    assert [one for one in found.problems if one.severity is Severity.ERROR] == []
    assert found.rendition is not None
    [media] = found.rendition.parts[0].media
    made = recipe.of_slides(media.recipe)
    assert made is not None
    assert len(made.stills) == 3
    assert media.alt == "Foto 0 / Foto 1 / Foto 2"


def test_the_post_has_the_last_word() -> None:
    """What the channel does by habit a post can leave, and the other way round."""
    habit = channel("tiktok", options={"slideshow": True})
    block = {"tiktok": {"slideshow": False}}
    assert placement(rendered(post(pictures=2, platforms=block), habit)) == "photo"
    assert placement(rendered(post(pictures=2), habit)) == "video"
    asks = post(pictures=2, platforms={"tiktok": {"slideshow": True}})
    assert placement(rendered(asks, channel("tiktok"))) == "video"


def placement(found: Rendered) -> str:
    assert found.rendition is not None
    return found.rendition.placement


def test_a_clip_of_its_own_goes_out_as_it_is() -> None:
    """Only pictures become a slideshow."""
    what = post(pictures=2)
    known = {
        what.media[0].source: MediaFacts("image/jpeg", 9, 4, 3),
        what.media[1].source: MediaFacts("video/mp4", 9, 4, 3, seconds=3.0),
    }
    where = channel("tiktok", options={"slideshow": True})
    assert not slideshow.is_wanted(what, where, known)


def test_another_second_picture_is_another_post() -> None:
    """Looking for the same post again takes every picture into account."""
    one, two, three = (Still(letter * 64, recipe.PLAIN) for letter in "abc")
    marks = {media_mark(Part(PartKind.ROOT, "", media=(of(one, other),))) for other in (two, three)}
    assert len(marks) == 2


def test_every_still_fills_the_frame() -> None:
    """Whole with something around it, or cut around its focus; exactly as large as the clip."""
    wide = MediaFacts("image/jpeg", 9, 4032, 3024)
    whole = filling(wide, None, (1080, 1920), Wish())
    assert whole.size == (1080, 1920)
    assert (whole.scale, whole.background) == ((1080, 810), "blur")
    cut = filling(wide, (0.0, 0.5), (1080, 1920), Wish())
    assert cut.size == (1080, 1920)
    assert cut.crop[0] == 0
    assert filling(MediaFacts("image/jpeg", 9, 540, 960), None, (1080, 1920), Wish()).canvas is None


def slides_of(found: Rendered) -> SlidesRecipe:
    assert found.rendition is not None
    made = recipe.of_slides(found.rendition.parts[0].media[0].recipe)
    assert made is not None
    return made


@pytest.mark.parametrize("platform", ["facebook", "instagram", "threads", "tiktok", "twitter", "youtube"])
def test_how_long_each_picture_stays_can_be_said(platform: str) -> None:
    """By the channel, and by the post before it; the clip is as long as that comes to."""
    given = {"made_for_kids": False} if platform == "youtube" else {}
    habit = channel(platform, options={"slideshow": True, "slide_seconds": 7, **given})
    assert slides_of(rendered(post(pictures=2, title="Layanan"), habit)).seconds == 7.0
    own = post(pictures=2, title="Layanan", platforms={platform: {"slide_seconds": 3}})
    assert slides_of(rendered(own, habit)).seconds == 3.0
    made = slides_of(rendered(own, habit))
    known = recipe.after(MediaFacts("image/jpeg", 9, 4, 3), made.steps)
    assert known.seconds == 6.0


def test_a_card_stays_as_long_as_somebody_says() -> None:
    """Also where it takes longer to read."""
    stills = [Still("a" * 64, recipe.PLAIN)]
    assert slideshow.slideshow(stills, (1080, 1920), reading=200).seconds == 10.0
    assert slideshow.slideshow(stills, (1080, 1920), reading=200, asked=5).seconds == 5.0


@pytest.mark.parametrize("seconds", [0, -1, 61])
def test_a_picture_that_stays_too_short_or_too_long_is_told(seconds: int) -> None:
    """With what may be written, in both languages."""
    habit = channel("tiktok", options={"slideshow": True, "slide_seconds": seconds})
    [problem] = [one for one in rendered(post(pictures=2), habit).problems if "slide_seconds" in one.code]
    assert problem.severity is Severity.ERROR
    for language in ("id", "en"):
        texts.use(language)
        assert "60" in texts.text_of(problem)
        assert texts.fix_of(problem)


def test_the_cover_follows_the_pace() -> None:
    """The moment of the second picture is where that one stands."""
    what = replace(post(pictures=3), companions=(replace(post(pictures=3).media[1], role="cover"),))
    habit = channel("tiktok", options={"slideshow": True, "slide_seconds": 10})
    facts = {one.source: MediaFacts("image/jpeg", 9, 4, 3) for one in what.media}
    found = render(what, habit, SHIPPED, facts, language="id", zone="Asia/Jakarta")
    assert found.rendition is not None
    assert found.rendition.parts[0].options["cover_ms"] == 15_000
