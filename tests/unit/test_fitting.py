"""Which pictures go out as they are, and what is done to the others, by numbers alone."""

from math import inf, isclose

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.contract import MediaFacts, PictureRules
from publisher import recipe
from publisher.recipe import PLAIN, Recipe
from publisher.render.fitting import Wish, fitted

FEED = PictureRules(("image/jpeg",), 8_000_000, (0.8, 1.91), width=320, sides=(1800, 1440), alike=True)
ANY = PictureRules(("image/jpeg", "image/png"), 5_000_000, sides=(4096, 4096), moving=("image/gif",))
PHOTO = PictureRules(("image/jpeg", "image/webp"), 20_000_000, sides=(1920, 1080), strict=True)


def facts(width: int, height: int, mime: str = "image/jpeg", size: int = 100_000, **more) -> MediaFacts:
    return MediaFacts(mime, size, width, height, **more)


def one(source: MediaFacts, rules: PictureRules, focus=None, **wish) -> Recipe | None:
    [steps] = fitted([source], [focus], rules, Wish(**wish))
    return recipe.read(steps)


@pytest.mark.parametrize(
    ("source", "rules"),
    [
        (facts(4032, 3024, size=4_000_000), FEED),
        (facts(1080, 1350), FEED),
        (facts(1600, 400, "image/png"), ANY),
        (facts(1080, 1920), PHOTO),
        (facts(400, 300, "image/gif", frames=9), ANY),
        (MediaFacts("video/mp4", 9, 1080, 1920, seconds=9.0), FEED),
    ],
)
def test_what_a_platform_takes_keeps_its_own_pixels(source, rules):
    """No second generation of JPEG for a picture that fits, however large."""
    assert fitted([source], [None], rules, Wish()) == [PLAIN]


@pytest.mark.parametrize(
    ("source", "rules"),
    [
        (facts(1080, 1080, "image/png"), FEED),
        (facts(1080, 1080, "image/heic"), ANY),
        (facts(4000, 3000, size=9_000_000), FEED),
        (facts(1080, 1080, colours="cmyk"), ANY),
        (facts(2000, 1000), PHOTO),
        (facts(400, 300, "image/gif", frames=9), PHOTO),
        (facts(400, 300, "image/webp", frames=9), PHOTO),
    ],
)
def test_what_it_refuses_in_the_right_shape_is_made_anew_whole(source, rules):
    """Kind, size, colours: nothing is cut off and nothing is put around."""
    made = one(source, rules)
    assert made is not None
    assert (made.crop, made.canvas) == ((0, 0, source.width, source.height), None)
    assert isclose(made.scale[0] / made.scale[1], source.ratio, rel_tol=0.01)


def test_a_banner_is_put_on_a_canvas_of_the_widest_shape():
    """3:1 for Instagram: all of it, and a background above and below."""
    made = one(facts(3000, 1000), FEED, background="#0b5fa5")
    assert made == Recipe((0, 0, 3000, 1000), (1800, 600), (1800, 943), "#0b5fa5", "image/jpeg", 8_000_000)


@pytest.mark.parametrize("wish", ["pad", "crop", "refuse"])
def test_a_shape_that_is_beyond_a_bound_by_a_hair_loses_a_few_pixels(wish):
    """1200 × 628, made for 1.91:1, is 1.9108:1: Instagram counts exactly, and nobody misses a pixel."""
    made = one(facts(1200, 628), FEED, fit=wish)
    assert made is not None
    assert (made.crop, made.scale, made.canvas) == ((0, 0, 1199, 628), (1199, 628), None)
    assert one(facts(1080, 1350), FEED, fit=wish) is None


def test_a_focus_cuts_the_picture_around_it():
    """Whoever says where to look wants it cut; the cut stays inside the picture."""
    made = one(facts(1000, 2000), FEED, focus=(0.5, 0.0))
    assert made is not None
    assert made.crop == (0, 0, 1000, 1250)
    assert made.canvas is None
    made = one(facts(1000, 2000), FEED, focus=(0.5, 1.0))
    assert made is not None
    assert made.crop == (0, 750, 1000, 1250)
    made = one(facts(1000, 2000), FEED, fit="crop")
    assert made is not None
    assert made.crop == (0, 375, 1000, 1250)


def test_an_office_may_refuse_to_have_pictures_changed_in_shape():
    """Then the room's own check tells of it; its kind is mended all the same."""
    assert one(facts(3000, 1000), FEED, fit="refuse") is None
    assert one(facts(1000, 1000, "image/png"), FEED, fit="refuse") is not None


def test_a_carousel_gets_the_shape_of_its_first_picture():
    """The platform would cut the others to it."""
    sources = [facts(1080, 1350), facts(1600, 1200), facts(540, 675)]
    steps = fitted(sources, [None, None, None], FEED, Wish())
    assert [recipe.after(f, s).ratio for f, s in zip(sources, steps, strict=True)] == pytest.approx(
        [0.8] * 3, 0.01
    )
    assert [s == PLAIN for s in steps] == [True, False, True]


def test_drawings_stay_without_loss_where_that_is_taken_and_small():
    """A PNG that is too large becomes a JPEG."""
    made = one(
        facts(1000, 12_000, "image/png"), PictureRules(("image/jpeg", "image/png"), 8_000_000, (0.1, 10))
    )
    assert made is not None
    assert made.mime == "image/jpeg"
    made = one(facts(100, 1200, "image/png"), PictureRules(("image/jpeg", "image/png"), 8_000_000, (0.1, 10)))
    assert made is not None
    assert made.mime == "image/png"


def test_a_large_drawing_becomes_a_photo_where_the_platform_blurs_it():
    """Facebook shows a PNG above 1 MB blurred; below, it stays without loss."""
    rules = PictureRules(("image/jpeg", "image/png"), 10_000_000, sides=(2048, 2048), lossless=1_000_000)
    assert one(facts(1200, 900, "image/png", 900_000), rules) is None
    made = one(facts(1200, 900, "image/png", 1_500_000), rules)
    assert made is not None
    assert (made.mime, made.scale) == ("image/jpeg", (1200, 900))


def test_a_small_picture_grows_only_as_far_as_allowed():
    """Twice, and no further."""
    rules = PictureRules(("image/jpeg",), 8_000_000, (0.8, 1.91), width=320, grow=2.0)
    made = one(facts(200, 100), rules)
    assert made is not None
    assert made.size[0] == 320
    made = one(facts(100, 50), rules)
    assert made is not None
    assert made.size[0] == 100


SIDES = st.integers(1, 20_000)


@example(1, 1922, PHOTO, "pad", None, "image/jpeg")
@given(
    SIDES,
    SIDES,
    st.sampled_from([FEED, ANY, PHOTO]),
    st.sampled_from(["pad", "crop"]),
    st.none() | st.tuples(st.floats(0, 1), st.floats(0, 1)),
    st.sampled_from(["image/jpeg", "image/png", "image/heic"]),
)
def test_whatever_is_made_is_taken(width, height, rules, fit, focus, mime):
    """Shape and sides are the platform's, the cut lies inside, and nothing is stretched."""
    source = facts(width, height, mime)
    [steps] = fitted([source], [focus], rules, Wish(fit))
    made = recipe.read(steps)
    after = recipe.after(source, steps)
    assert after.mime in rules.types or (made is None and mime in rules.types)
    if min(after.width, after.height) > 100:
        low, most = rules.ratio
        assert low <= after.ratio <= (most or inf)
    if made is None:
        return
    assert made.steps == steps
    left, top, wide, high = made.crop
    assert left >= 0
    assert top >= 0
    assert left + wide <= width
    assert top + high <= height
    assert wide
    assert high
    assert made.scale[0] <= after.width
    assert made.scale[1] <= after.height
    if min(made.scale) > 50:
        assert isclose(made.scale[0] / made.scale[1], wide / high, rel_tol=0.03)
    assert max(after.width, after.height) <= max(rules.sides) + 1


def test_steps_of_a_newer_version_are_no_silent_nothing():
    """A rendition whose steps are not known is an error, never the picture as it was."""
    with pytest.raises(ValueError, match="no such steps"):
        recipe.read(("sepia",))
