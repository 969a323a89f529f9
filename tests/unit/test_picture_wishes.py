"""What an office or a post wishes for pictures of another shape: around them, cut, made larger."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from connectors.contract import Problem, Rendition
from publisher import config, recipe, texts
from publisher.errors import ConfigError
from publisher.media.make import make
from publisher.sync import Synced, Syncer
from tests.clips import clip
from tests.unit.conftest import NOW

SETTINGS = """
timezone: UTC
language: en
sandbox: true
channels:
  ig: {{platform: instagram, account: "4001", token: "env:IG"{channel}}}
{more}
"""
BLUE = "brand: {colour: '#0B5FA5'}"


def picture(width: int = 1500, height: int = 500, colour: str = "red") -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "JPEG", quality=95)
    return out.getvalue()


def look(
    folder: Path, head: str = "", *, channel: str = "", more: str = "", data: bytes | None = None
) -> Synced:
    """One post with one picture, looked at."""
    post = folder / "content" / "a"
    post.mkdir(parents=True, exist_ok=True)
    settings = SETTINGS.format(channel=f", {channel}" if channel else "", more=more)
    (folder / "schedule.yaml").write_text(settings, encoding="utf-8")
    (post / "teks.txt").write_text(f"{head}\nIsi kiriman ini.\n", encoding="utf-8")
    (post / "1.jpg").write_bytes(data or picture())
    return Syncer(config.load(folder), None).sync(NOW, write=False)


def rendition(synced: Synced) -> Rendition:
    [wanted] = synced.wanted
    assert wanted.rendered.rendition is not None
    return wanted.rendered.rendition


def made(synced: Synced) -> recipe.Recipe:
    found = recipe.read(rendition(synced).parts[0].media[0].recipe)
    assert found is not None
    return found


def told(synced: Synced, code: str) -> list[Problem]:
    return [problem for problem in synced.plan.problems if problem.code == code]


# ── The colour of the office ─────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("head", "channel", "more", "around"),
    [
        ("", "", BLUE, "blur"),
        ("", "background: brand", BLUE, "#0b5fa5"),
        ("", "", f"{BLUE}\ndefaults: {{background: brand}}", "#0b5fa5"),
        ("", "background: blur", f"{BLUE}\ndefaults: {{background: brand}}", "blur"),
        ("", "", "defaults:\n  background: #123456", "#123456"),
        ("Latar: warna kantor\n", "", BLUE, "#0b5fa5"),
        ("Background: brand\nTopik: air\n", "background: blur", BLUE, "#0b5fa5"),
        ("Latar foto: buram\n", "background: brand", BLUE, "blur"),
        ("Latar: #ABCDEF\n", "background: brand", BLUE, "#abcdef"),
        ("---\nbackground: #abcdef\n---\n", "", "", "#abcdef"),
        ("---\nlatar: brand\n---\n", "", BLUE, "#0b5fa5"),
    ],
)
def test_the_colour_of_the_office_stands_around_pictures(
    tmp_path: Path, head: str, channel: str, more: str, around: str
) -> None:
    """For all, for a channel, in a post: the nearest word counts; no quotation marks are needed."""
    found = made(look(tmp_path, head, channel=channel, more=more))
    assert (found.canvas is not None, found.background) == (True, around)


def test_it_is_seen_in_the_picture(tmp_path: Path) -> None:
    """Above and below a wide one."""
    data = picture()
    media = rendition(look(tmp_path, "Latar: warna kantor\n", more=BLUE, data=data)).parts[0].media[0]
    assert media.source == sha256(data).hexdigest()
    image = Image.open(BytesIO(make(data, media.recipe, "1.jpg")))
    seen = image.getpixel((image.width // 2, 5))
    assert isinstance(seen, tuple)
    assert all(abs(a - b) <= 6 for a, b in zip(seen, (0x0B, 0x5F, 0xA5), strict=True))


def test_another_colour_of_the_office_is_another_rendition(tmp_path: Path) -> None:
    """What was approved in blue is not sent in red."""
    before = rendition(look(tmp_path, channel="background: brand", more=BLUE))
    after = rendition(look(tmp_path, channel="background: brand", more="brand: {colour: '#a50b0b'}"))
    assert before.fingerprint != after.fingerprint


@pytest.mark.parametrize(
    ("channel", "more", "line"),
    [
        ("background: brand", "", 6),
        ("", "defaults: {background: brand}", 7),
        ("background: brand", "brand: {}", 6),
    ],
)
def test_settings_that_ask_for_a_colour_nobody_gave_are_refused(
    tmp_path: Path, channel: str, more: str, line: int
) -> None:
    """With the line, and what to write."""
    with pytest.raises(ConfigError) as caught:
        look(tmp_path, channel=channel, more=more)
    [problem] = caught.value.problems
    assert (problem.code, problem.line) == ("config.no_brand_colour", line)
    assert "colour: '#0b5fa5'" in (texts.fix_of(problem) or "")


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_post_that_asks_for_a_colour_nobody_gave_does_not_go_out(tmp_path: Path, language: str) -> None:
    """An error on the line that asks, in words for whoever wrote it."""
    texts.use(language)
    synced = look(tmp_path, "Kanal: IG\nLatar: warna kantor\n")
    [problem] = told(synced, "render.no_brand_colour")
    assert (problem.severity, problem.line, problem.channel) == ("error", 2, "ig")
    assert "schedule.yaml" in texts.text_of(problem)
    assert texts.fix_of(problem)


@pytest.mark.parametrize(
    ("head", "code", "line"),
    [
        ("Kanal: IG\nLatar: biru\n", "content.background", 2),
        ("Kanal: IG\nBentuk gambar: bulat\n", "content.fit", 2),
        ("---\nfit: refuse\n---\n", "content.fit", 2),
    ],
)
def test_words_that_nobody_knows_are_told_with_their_line(
    tmp_path: Path, head: str, code: str, line: int
) -> None:
    """And with those that may be written."""
    [problem] = told(look(tmp_path, head), code)
    assert (problem.line, problem.severity) == (line, "error")
    assert texts.fix_of(problem)


def test_an_announcement_about_a_background_is_text(tmp_path: Path) -> None:
    """No line of a text is taken for a wish."""
    text = "Latar belakang: kegiatan ini rutin\nTempat: aula\n"
    assert rendition(look(tmp_path, text)).parts[0].text.startswith("Latar belakang: kegiatan ini rutin")


# ── Whole or cut ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("head", "channel", "cut"),
    [
        ("", "", False),
        ("", "fit: crop", True),
        ("Bentuk gambar: utuh\n", "fit: crop", False),
        ("---\nfit: crop\n---\n", "", True),
        ("Bentuk foto: potong\n", "", True),
        ("Bentuk gambar: utuh\n", "fit: refuse", False),
    ],
)
def test_a_post_may_say_whether_its_pictures_are_cut(
    tmp_path: Path, head: str, channel: str, cut: bool
) -> None:
    """Its word counts before that of the channel."""
    found = made(look(tmp_path, head, channel=channel))
    assert (found.crop[2] < 1500, found.canvas is None) == (cut, cut)


def test_the_wishes_of_a_post_are_remembered_with_it(tmp_path: Path) -> None:
    """A second look, which reads nothing anew, gives the same rendition."""
    head = "Latar: #abcdef\nBentuk gambar: utuh\n"
    first = rendition(look(tmp_path, head))
    [post] = Syncer(config.load(tmp_path), None).read().posts
    assert (post.fit, post.background) == ("pad", "#abcdef")
    syncer = Syncer(config.load(tmp_path), None)
    assert rendition(syncer.sync(NOW, write=False)).fingerprint == first.fingerprint


# ── Made larger ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("channel", "more", "width"),
    [
        ("", "", 320),
        ("enlarge: 1", "", 200),
        ("enlarge: 1.5", "", 200),
        ("enlarge: 1.6", "", 320),
        ("enlarge: 3", "defaults: {enlarge: 1}", 320),
        ("", "defaults: {enlarge: 1}", 200),
    ],
)
def test_a_small_picture_is_made_no_larger_than_the_office_allows(
    tmp_path: Path, channel: str, more: str, width: int
) -> None:
    """200 pixels for Instagram, which shows 320 at least: today's bound is two times."""
    data = picture(200, 400)
    found = made(look(tmp_path, "Bentuk gambar: potong\n", channel=channel, more=more, data=data))
    assert found.scale[0] == width


@pytest.mark.parametrize("fit", ["utuh", "potong"])
@pytest.mark.parametrize(("channel", "most"), [("", 1080 / 200), ("enlarge: 2", 2), ("enlarge: 1", 1)])
def test_the_stills_of_a_slideshow_keep_the_bound_too(
    tmp_path: Path, fit: str, channel: str, most: float
) -> None:
    """What is too small for the frame stands in it, with something around; without a bound it fills it."""
    head = f"---\nfit: {fit}\ninstagram: {{placement: reel, slideshow: ya}}\n---\n"
    synced = look(tmp_path, head, channel=channel, data=picture(200, 400))
    slides = recipe.of_slides(rendition(synced).parts[0].media[0].recipe)
    assert slides is not None
    still = recipe.read(slides.stills[0].steps)
    assert still is not None
    assert still.size == (1080, 1920)
    assert max(still.scale[0] / still.crop[2], still.scale[1] / still.crop[3]) <= most + 0.01
    assert (still.canvas is None) == (fit == "potong" and not channel)
    image = Image.open(BytesIO(make(picture(200, 400), still.steps, "1.jpg")))
    assert image.size == (1080, 1920)


# ── Cut off ──────────────────────────────────────────────────────────────────

CUTS = ("render.cut_across", "render.cut_down", "render.focus_across", "render.focus_down")


def cuts(synced: Synced) -> list[Problem]:
    return [problem for problem in synced.plan.problems if problem.code in CUTS]


@pytest.mark.parametrize(
    ("size", "head", "code", "severity", "values"),
    [
        # Instagram takes 4:5 to 1.91:1.
        ((1500, 500), "fit: crop", "render.cut_across", "warning", {"percent": 36, "left": 18, "right": 18}),
        ((500, 1500), "fit: crop", "render.cut_down", "warning", {"percent": 58, "top": 29, "bottom": 29}),
        (
            (500, 1500),
            "Fokus 1: atas",
            "render.focus_down",
            "notice",
            {"percent": 58, "top": 0, "bottom": 58},
        ),
        (
            (1500, 500),
            "Fokus: kanan",
            "render.focus_across",
            "notice",
            {"percent": 36, "left": 36, "right": 0},
        ),
    ],
)
@pytest.mark.parametrize("language", ["id", "en"])
def test_much_of_a_picture_cut_off_is_told_with_how_much_and_where(
    tmp_path: Path,
    size: tuple[int, int],
    head: str,
    code: str,
    severity: str,
    values: dict[str, int],
    language: str,
) -> None:
    """A warning with what to write instead; a notice where staff said what stays."""
    texts.use(language)
    [problem] = cuts(look(tmp_path, f"{head}\n", data=picture(*size)))
    assert (problem.code, str(problem.severity), problem.channel) == (code, severity, "ig")
    assert {key: problem.values[key] for key in values} == values
    words, fix = texts.text_of(problem), texts.fix_of(problem) or ""
    assert all(part in words for part in ("Instagram", "1.jpg", f"{values['percent']} %"))
    assert ("Bentuk gambar: utuh" if language == "id" else "fit: pad") in fix
    if severity == "warning":
        assert ("Fokus 1: " if language == "id" else "Focus 1: ") in fix


@pytest.mark.parametrize(
    ("size", "told_so"),
    [
        ((1060, 1000), False),
        ((600, 1000), False),
        ((599, 1000), True),
        ((2546, 1000), False),
        ((2560, 1000), True),
    ],
)
def test_a_quarter_may_go_unsaid_and_no_more(tmp_path: Path, size: tuple[int, int], told_so: bool) -> None:
    """The bound on both sides: 0.6 of 4:5 is three quarters, so is 1.91 of 2.546."""
    assert bool(cuts(look(tmp_path, "fit: crop\n", data=picture(*size)))) == told_so


def test_what_stays_whole_is_not_spoken_of(tmp_path: Path) -> None:
    """With something around it nothing is lost."""
    assert cuts(look(tmp_path, data=picture(500, 1500))) == []
    assert cuts(look(tmp_path, "Bentuk gambar: utuh\n", channel="fit: crop", data=picture(500, 1500))) == []


def test_the_advice_can_be_typed_as_it_stands(tmp_path: Path) -> None:
    """Either line takes the warning away."""
    data = picture(500, 1500)
    assert [p.severity for p in cuts(look(tmp_path, "Fokus 1: atas\n", channel="fit: crop", data=data))] == [
        "notice"
    ]
    assert cuts(look(tmp_path, "fit: pad\n", channel="fit: crop", data=data)) == []


def test_each_picture_of_a_carousel_and_each_still_of_a_slideshow_is_told(tmp_path: Path) -> None:
    """By its name and number: the second of a carousel gets the shape of the first."""
    (tmp_path / "content" / "a").mkdir(parents=True)
    (tmp_path / "content" / "a" / "2.jpg").write_bytes(picture(1500, 1000))
    [second] = cuts(look(tmp_path, "fit: crop\n", data=picture(800, 1000)))
    assert (second.values["name"], second.values["number"]) == ("2.jpg", 2)
    head = "---\nfit: crop\ninstagram: {placement: reel, slideshow: ya}\n---\n"
    both = cuts(look(tmp_path, head, data=picture(1500, 1000)))
    assert [problem.values["number"] for problem in both] == [1, 2]
    assert {problem.values["percent"] for problem in both} == {62}


def test_so_is_a_clip(tmp_path: Path) -> None:
    """A wide one in a story, which fills an upright screen."""
    folder = tmp_path / "content" / "a"
    folder.mkdir(parents=True)
    (folder / "k.mp4").write_bytes(clip(size=(640, 360), seconds=4.0))
    head = "---\nfit: crop\nfacebook: {placement: story}\n---\n"
    (folder / "teks.txt").write_text(f"{head}Isi.\n", encoding="utf-8")
    wanted = 'channels: {fb: {platform: facebook, account: "1", token: "env:FB"}}'
    (tmp_path / "schedule.yaml").write_text(f"timezone: UTC\nlanguage: en\n{wanted}\n", encoding="utf-8")
    synced = Syncer(config.load(tmp_path), None).sync(NOW, write=False)
    [problem] = cuts(synced)
    assert (problem.code, problem.values["name"]) == ("render.cut_across", "k.mp4")
    assert 66 <= int(str(problem.values["percent"])) <= 70
