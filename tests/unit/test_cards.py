"""Cards: lines, pages, letters, designs; drawn the same twice, and not a second time."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from connectors.contract import Severity
from publisher import config, texts
from publisher.cards import draw, fonts
from publisher.cards.colours import colour_of, contrast
from publisher.cards.deck import Cards
from publisher.cards.design import DesignError, read_design
from publisher.cards.drawn import Gallery
from publisher.cards.lines import broken, syllables
from publisher.cards.pages import MAX_CHARACTERS, Page, spread
from publisher.cards.setting import Canvas, Setting
from publisher.cards.words import CardWords, Paragraph, card_words
from publisher.media import inspect
from publisher.model import Brand, Channel, Post, PostMedia
from publisher.render import shipped_dir

DESIGNS = sorted((shipped_dir() / "cards").glob("*.yaml"))
LONG = Paragraph(
    tuple(f"Kalimat nomor {number} menerangkan satu hal yang perlu diketahui warga." for number in range(60))
)
SHORT = CardWords("Layanan KTP-el Tetap Buka", (Paragraph(("Hari Sabtu, pukul 08.00 WIB.",)),))


def by_letters(text: str) -> float:
    return len(text)


# ── Lines ──


def test_lines_are_as_few_as_can_be_and_none_holds_a_lost_word() -> None:
    """A last line has more than one short word, and what belongs together stays on one line."""
    text = "Kantor Disdukcapil membuka layanan perekaman pada hari Sabtu pukul 08.00 WIB"
    lines = broken(text, 24, by_letters)
    assert " ".join(lines) == text
    assert max(map(len, lines)) <= 24
    assert len(lines[-1].split()) > 1
    assert any("pukul 08.00 WIB" in line for line in lines)
    even = broken("Selamat Hari Guru Nasional dan Hari Ibu", 20, by_letters, title=True)
    assert max(map(len, even)) - min(map(len, even)) <= 8


def test_only_what_is_wider_than_the_box_is_divided() -> None:
    """An Indonesian word between its syllables, an address behind a slash; nothing else."""
    word = "mempertanggungjawabkan"
    cuts = [0, *syllables(word), len(word)]
    assert [word[a:b] for a, b in pairwise(cuts)] == [*("mem", "per", "tang", "gung", "ja", "wab", "kan")]
    assert broken(f"kami {word}", 17, by_letters) == ["kami", "mempertanggungja-", "wabkan"]
    address = "natunakab.go.id/informasi/unduh.pdf"
    assert "".join(broken(address, 16, by_letters)) == address
    assert all(line.endswith(("/", ".", "-")) for line in broken(address, 16, by_letters)[:-1])
    assert broken("", 10, by_letters) == []


# ── Pages ──


def test_words_end_also_where_there_is_no_room_at_all() -> None:
    """A box narrower than a letter is filled letter by letter."""
    assert broken("kami", 0, by_letters) == ["k-", "a-", "m-", "i"]
    assert broken("kami", -1, by_letters) == ["k-", "a-", "m-", "i"]


def setting(words: CardWords, canvas: Canvas | None = None) -> Setting:
    return Setting(read_design(DESIGNS[0], "x"), canvas or Canvas(1080, 1350), words)


def test_a_short_text_is_one_page_in_large_letters() -> None:
    """What fits stands on one card, as large as its box allows."""
    found = spread(SHORT.title, SHORT.paragraphs, 10, setting(SHORT).fits)
    assert (len(found.pages), found.kept, found.of) == (1, 1, 1)
    assert found.step > 15


def test_a_long_text_becomes_pages_of_whole_sentences() -> None:
    """Nothing is lost or torn, all letters are of one size, pages are alike in length."""
    words = CardWords("Judul", (replace(LONG, sentences=LONG.sentences[:24]),))
    found = spread(words.title, words.paragraphs, 10, setting(words).fits)
    pieces = [sentence for page in found.pages for one in page.paragraphs for sentence in one.sentences]
    assert tuple(pieces) == words.paragraphs[0].sentences
    assert len(found.pages) > 1
    assert [bool(page.title) for page in found.pages] == [True] + [False] * (len(found.pages) - 1)
    long = [sum(len(one.text) for one in page.paragraphs) for page in found.pages[1:]]
    assert max(long) <= MAX_CHARACTERS
    assert max(long) - min(long) <= 2 * 75
    assert all(setting(words).fits(page, found.step, 1.0) for page in found.pages)


@pytest.mark.parametrize("most", [1, 2])
def test_what_does_not_fit_is_counted(most: int) -> None:
    """A bounded number of pages holds whole sentences, and says how many of how many."""
    found = spread("Judul", (LONG,), most, setting(SHORT).fits)
    pieces = [sentence for page in found.pages for one in page.paragraphs for sentence in one.sentences]
    assert len(found.pages) == most
    assert 0 < found.kept == len(pieces) < found.of == 60
    assert tuple(pieces) == LONG.sentences[: found.kept]


def test_no_page_ends_with_what_announces_the_next() -> None:
    """`Pasal 3.` and `Syaratnya:` go along with what they announce."""
    rules = [
        Paragraph((f"Pasal {number}.", "Setiap orang menjaga kebersihan. " * 3), apart=True)
        for number in range(1, 30)
    ]
    for pad in range(4):
        where = setting(CardWords("Judul", ()))
        found = spread("Judul", (Paragraph(("Kata. " * 40 * pad,)), *rules), 10, where.fits)
        assert len(found.pages) > 2
        ends = [page.paragraphs[-1].sentences[-1] for page in found.pages[:-1]]
        assert not [text for text in ends if text.startswith("Pasal")]


def test_one_long_sentence_holds_back_the_size_of_all() -> None:
    """Letters grow only as far as the fullest page allows, also where that page is a single sentence."""
    design = next(path for path in DESIGNS if path.stem == "quote")
    long = Paragraph(("Kata demi kata " * 18 + "habis.", *LONG.sentences[:9]))
    where = Setting(read_design(design, "x"), Canvas(1080, 1920, 220, 430, 165), CardWords("Judul", (long,)))
    found = spread("Judul", (long,), 10, where.fits)
    assert all(where.fits(page, found.step, 1.0) for page in found.pages)


@pytest.mark.parametrize(
    ("title", "paragraphs"),
    [
        ("x" * 3000, ()),
        ("Judul " * 100, (Paragraph(("y" * 2500,)),)),
        ("", (Paragraph(("Satu, " * 400,), "1."),)),
    ],
)
def test_no_text_runs_out_of_its_box(title: str, paragraphs: tuple[Paragraph, ...]) -> None:
    """Titles as long as texts, words as long as pages, sentences without end: every page fits."""
    words = CardWords(title, paragraphs)
    where = setting(words)
    found = spread(title, paragraphs, 10, where.fits)
    assert all(where.fits(page, found.step, 1.0) for page in found.pages)


# ── Letters ──


def test_what_no_font_has_is_found_and_never_drawn() -> None:
    """Emoji, Arabic and arrows have a font; a hieroglyph has none, and no box stands in its place."""
    words = CardWords("Uji 𓀀", (Paragraph(("Terima kasih 🙏 → ✓ 👩‍⚕️ é ₿ Ж",)),))
    where = setting(words)
    assert where.missing() == ["𓀀"]
    drawn = [
        run.text
        for line in where.lines(Page(words.title, words.paragraphs), 0)
        for run in line.script.runs(line.text)
    ]
    assert "𓀀" not in "".join(drawn)
    bare = setting(CardWords("Uji ", words.paragraphs))
    assert picture(where) == picture(bare)


def test_without_the_library_that_joins_letters_what_needs_it_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Flags and Arabic are told; a keycap becomes its digit, a hand loses its colour."""
    monkeypatch.setattr(fonts, "shaping", lambda: False)
    where = setting(CardWords("Uji", (Paragraph(("1️⃣ 👍🏽 🇮🇩 سلام",)),)))
    assert where.missing() == ["🇮🇩", *"سلام"]
    script = where.scripts[where.design.body.font]
    assert "".join(run.text for run in script.runs("1️⃣👍🏽")) == "1👍"


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("*Peringatan dini*\n\nHujan lebat.", "Peringatan dini"),
        ("PERINGATAN DINI\n\nHujan lebat.", "PERINGATAN DINI"),
        ("Warga Natuna, sudah tahu?\n\nHujan lebat.", ""),
        ("*Peringatan dini*\nHujan lebat.", ""),
        ("SIARAN PERS\nNomor: 12/2026\n\nPeringatan dini\n\nHujan lebat.", "Peringatan dini"),
        ("PERINGATAN\nDINI\n\nHujan lebat.", "PERINGATAN DINI"),
        ("Tempat: Ranai\n\nHujan lebat.", ""),
    ],
)
def test_a_first_line_set_apart_is_the_title_of_a_card(desk: config.Workspace, body: str, title: str) -> None:
    """As captions open: with a headline of their own, not the name of the folder, nor a letterhead."""
    for given, lines, told in (("", {}, title), ("x", {}, title or "x"), ("Judul", {"title": 1}, "Judul")):
        words = card_words(
            post(body, title=given, lines=lines), desk.channel("ig"), {}, name="", language="id", swipe=""
        )
        assert words.title == told
        assert words.paragraphs[-1].text == "Hujan lebat."


def test_a_quotation_is_not_taken_for_its_own_headline(desk: config.Workspace) -> None:
    """Where the title stands below the words it says whose they are."""
    body = "Informasi publik adalah hak warga\n\nDisampaikan di Ranai."
    alts = {}
    for card in ("kutipan", "info"):
        quoted = post(body, title="Bupati Natuna", card=card)
        alts[card] = Cards(desk).dressed(quoted, channel(desk, "ig"), {}).post.media[0].alt
    assert alts["kutipan"].startswith("Bupati Natuna\nInformasi publik adalah hak warga\n")
    assert alts["info"].startswith("Informasi publik adalah hak warga\nDisampaikan")


def test_lines_of_hashtags_stay_in_the_caption(desk: config.Workspace) -> None:
    """Nobody reads them on a picture; where there is nothing else they are all there is."""
    ig = desk.channel("ig")
    for body, shown in (
        ("Layanan buka.\n\n#Natuna #PPID", ["Layanan buka."]),
        ("#Natuna buka pukul 8.\n#PPID, #Natuna", ["#Natuna buka pukul 8."]),
        ("#Natuna #PPID", ["#Natuna #PPID"]),
    ):
        words = card_words(post(body), ig, {}, name="", language="id", swipe="")
        assert [paragraph.text for paragraph in words.paragraphs] == shown


def test_a_folder_that_takes_no_card_is_told(desk: config.Workspace) -> None:
    """Where it is, and what the system says; the other channels go on."""
    place = desk.root / ".publisher" / "cache"
    place.mkdir(parents=True)
    (place / "cards").touch()
    (problem,) = Cards(desk).dressed(post(), channel(desk, "ig"), {}).problems
    assert (problem.code, problem.values["folder"]) == ("cards.not_kept", str(place / "cards"))
    assert "{" not in texts.text_of(problem)


def test_a_script_without_any_font_is_an_error(desk: config.Workspace) -> None:
    """An empty card never goes out."""
    foreign = post("今日は土曜日です。", title="お知らせ", card="info")
    (problem,) = Cards(desk).dressed(foreign, channel(desk, "fb"), {}).problems
    assert (problem.code, problem.severity) == ("cards.no_letters", Severity.ERROR)


def picture(where: Setting) -> bytes:
    return draw.Drawing(where, Brand()).page(Page("Uji 𓀀" if "𓀀" in where.words.title else "Uji "), 5, 1, 1)


# ── Designs ──


@pytest.mark.parametrize("path", DESIGNS, ids=lambda path: path.stem)
def test_shipped_designs_are_readable_in_any_office_colour(path: Path) -> None:
    """Whatever the brand's colours: all words but those on a photo have a contrast of 4.5:1."""
    design = read_design(path, "x")
    for brand, accent in (
        ("#0b5fa5", "#ffc53d"),
        ("#ffc53d", "#0b3d62"),
        ("#f5f5f5", "#eeeeee"),
        ("#111111", "#222222"),
    ):
        colours = {**design.colours, "brand": brand, "accent": accent}
        words = [getattr(design, name) for name in design.area.order]
        for style in (*words, *(() if design.photo else (design.header,))):
            ground = colour_of(style.pill or design.paper[0], colours)
            assert contrast(colour_of(style.colour, colours), ground) >= 4.5, (brand, style)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("title:\n  siz: [1, 2]\n", "config.unknown_key_meant", 2),
        ("title:\n  size: [90, 40]\n", "cards.sizes", 2),
        ("body:\n  font: arial\n", "cards.font", 2),
        ("body:\n  font: ../../etc/x.ttf\n", "cards.font", 2),
        ("paper: biru\n", "cards.colour", 1),
        ("shapes:\n  - circle: {x: 1, y: 2, colour: brand}\n", "config.missing", 2),
        ("shapes:\n  - rect: {left: 0, top: 99999, width: 1, height: 1, colour: brand}\n", "cards.number", 2),
        ("text: {place: atas}\n", "config.choice", 1),
        ("title: [1, 2\n", "yaml.bracket", 1),
        ("- 1\n", "config.not_block", 1),
        ("colours: 5\n", "config.not_block", 1),
        ("paper: []\n", "cards.paper", 1),
        ("shapes:\n  - ring: {x: 1, y: 1, r: -5, width: 2, colour: brand}\n", "cards.number", 2),
        ("shapes:\n  - word: {text: A, x: 1, y: 1, size: 0, colour: brand}\n", "cards.number", 2),
        ("photo: {left: 500, right: 400}\n", "cards.no_frame", 1),
        ("text: {left: 600, right: 500}\n", "cards.no_room", 1),
        ("text: {top: 600, bottom: 500}\n", "cards.no_room", 1),
    ],
)
def test_a_mistake_in_a_design_is_told_with_file_and_line(
    tmp_path: Path, text: str, code: str, line: int
) -> None:
    """People without Python write designs."""
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DesignError) as caught:
        read_design(path, "templates/cards/own.yaml")
    first = caught.value.problems[0]
    assert (first.code, first.file, first.line) == (code, "templates/cards/own.yaml", line)


# ── Which post gets a card where ──

SETTINGS = """\
timezone: Asia/Jakarta
brand: {name: Kantor}
channels:
  fb: {platform: facebook, account: "1"}
  ig: {platform: instagram, account: "2", unsupported: card}
  tegas: {platform: instagram, account: "4", unsupported: card, long_text: error}
  x: {platform: twitter, account: "5", unsupported: card}
  yt: {platform: youtube, account: "6", unsupported: card, made_for_kids: false}
"""


STORY = {"instagram": {"placement": "story"}}


@pytest.fixture
def desk(tmp_path: Path) -> config.Workspace:
    (tmp_path / "schedule.yaml").write_text(SETTINGS, encoding="utf-8")
    return config.load(tmp_path)


def post(body: str = "Hari Sabtu.", **more: object) -> Post:
    return replace(Post("a", "content/a/a.md", None, "", "Layanan buka", body), **more)


def channel(desk: config.Workspace, label: str) -> Channel:
    return desk.channel(label)


def test_a_card_is_made_where_a_picture_is_needed_and_nowhere_else(desk: config.Workspace) -> None:
    """By `unsupported: card` only where words alone are refused; by the post everywhere."""
    cards = Cards(desk)
    pages = {
        label: len(cards.dressed(post(), channel(desk, label), {}).post.media) for label in ("fb", "ig", "x")
    }
    assert pages == {"fb": 0, "ig": 1, "x": 0}
    asked = post(card="pengumuman")
    pages = {
        label: len(cards.dressed(asked, channel(desk, label), {}).post.media) for label in ("fb", "ig", "x")
    }
    assert pages == {"fb": 1, "ig": 1, "x": 1}


def test_the_shape_is_that_of_the_place(desk: config.Workspace) -> None:
    """4:5 in a feed, 9:16 in a story."""
    sizes = {}
    for place, block in (("feed", {}), ("story", STORY)):
        (card,) = Cards(desk).dressed(post(platforms=block), channel(desk, "ig"), {}).post.media
        with Image.open(card.path) as image:
            sizes[place] = image.size
    assert sizes == {"feed": (1080, 1350), "story": (1080, 1920)}


def test_a_long_text_is_whole_in_a_slideshow(desk: config.Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A platform that takes no pictures sets no bound to the stills of a clip; nobody is told to swipe."""
    swipes: list[str] = []
    drawn = Gallery.card
    monkeypatch.setattr(
        Gallery, "card", lambda self, task: [swipes.append(task.words.swipe), drawn(self, task)][1]
    )
    long = post(" ".join(LONG.sentences[:24]))
    shown = Cards(desk).dressed(long, channel(desk, "yt"), {})
    assert [one.code for one in shown.problems] == ["cards.drawn"]
    assert len(shown.post.media) > 1
    assert swipes == [""]  # a clip goes on by itself
    assert shown.post.platforms["youtube"]["slideshow"] is True


def test_words_stay_clear_of_what_the_platform_lays_over_a_card() -> None:
    """Its tabs above, its caption below, its buttons at the right."""
    where = setting(CardWords("Judul " * 9, (LONG,)), Canvas(1080, 1920, 220, 430, 165))
    found = spread(where.words.title, (LONG,), 10, where.fits)
    for page in found.pages:
        for line in where.lines(page, found.step):
            assert line.y - line.size > 220
            assert line.y < 1920 - 430
            assert line.x + line.script.width(line.text, line.size) <= 1080 - 165


def test_a_place_for_one_picture_says_how_much_of_the_text_it_shows(desk: config.Workspace) -> None:
    """A story shows whole sentences and tells their number; `long_text: error` makes it an error."""
    long = post("\n\n".join(LONG.sentences), platforms=STORY)
    shown = Cards(desk).dressed(long, channel(desk, "ig"), {})
    told = {one.code: one for one in shown.problems}
    assert len(shown.post.media) == 1
    assert told["cards.cut"].severity is Severity.WARNING
    assert told["cards.cut"].values["of"] == 60
    refused = Cards(desk).dressed(long, channel(desk, "tegas"), {})
    assert [(one.code, one.severity) for one in refused.problems] == [("cards.too_long", Severity.ERROR)]


def test_the_same_words_give_the_same_bytes(desk: config.Workspace, tmp_path: Path) -> None:
    """Drawn in another folder by another process: the same picture, known by the same hash."""
    (card,) = Cards(desk).dressed(post(), channel(desk, "ig"), {}).post.media
    other = replace(desk, root=tmp_path / "other")
    (again,) = Cards(other).dressed(post(), channel(desk, "ig"), {}).post.media
    assert card.path != again.path
    assert card.source == again.source
    assert card.alt == "Layanan buka\nHari Sabtu.\nKantor"
    (edited,) = Cards(desk).dressed(post("Hari Minggu."), channel(desk, "ig"), {}).post.media
    assert edited.source != card.source


def test_a_design_that_is_not_there_is_told_with_those_that_are(desk: config.Workspace) -> None:
    """The post's line is named, and the names that would work."""
    (problem,) = (
        Cards(desk).dressed(post(card="pengumumann", lines={"card": 3}), channel(desk, "fb"), {}).problems
    )
    assert (problem.code, problem.line) == ("cards.no_design", 3)
    assert "pengumuman" in problem.values["known"]


def test_an_office_s_own_design_counts_before_the_shipped_one(desk: config.Workspace) -> None:
    """An edited file counts at once; a mistake in it stops the channel, not the program."""
    own = desk.templates_dir / "cards" / "info.yaml"
    own.parent.mkdir(parents=True)
    cards = Cards(desk)
    before = cards.dressed(post(), channel(desk, "ig"), {}).post.media[0].source
    own.write_text("paper: '#123456'\n", encoding="utf-8")
    assert cards.dressed(post(), channel(desk, "ig"), {}).post.media[0].source != before
    own.write_text("paper: '#12345'\n", encoding="utf-8")
    (problem,) = cards.dressed(post(), channel(desk, "ig"), {}).problems
    assert (problem.code, problem.file, problem.line) == ("cards.colour", "templates/cards/info.yaml", 1)
    other = cards.dressed(post(card="pengumuman"), channel(desk, "ig"), {})
    assert [one.severity for one in other.problems] == [Severity.NOTICE]


@pytest.mark.parametrize("data", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n", b""])
def test_a_logo_that_is_no_picture_is_told(desk: config.Workspace, data: bytes) -> None:
    """The channel stops with the file's name; nothing is drawn without it."""
    logo = desk.root / "logo.svg"
    logo.write_bytes(data)
    branded = replace(desk, brand=replace(desk.brand, logo=logo))
    found = Cards(branded).dressed(post(), channel(desk, "ig"), {})
    assert [(one.code, one.values) for one in found.problems] == [("cards.logo", {"name": "logo.svg"})]
    assert found.post.media == ()


def mistakes() -> list[tuple[str, str, int]]:
    """Those in designs, for the schema that editors use."""
    (cases,) = (m.args[1] for m in test_a_mistake_in_a_design_is_told_with_file_and_line.pytestmark)
    return list(cases)


def test_a_photo_stands_on_the_card_of_a_design_that_holds_one(desk: config.Workspace) -> None:
    """It is described there, the other pictures follow; no photo, or no room for the title, is told."""
    media, facts = [], {}
    for name, shade in (("1.png", "red"), ("2.png", "blue")):
        path = desk.root / name
        Image.new("RGB", (600, 400), shade).save(path)
        media.append(PostMedia(path, name, name, f"Foto {shade}"))
        facts[name] = inspect.facts(path, name)
    shown = Cards(desk).dressed(post(media=tuple(media), card="foto"), channel(desk, "fb"), facts).post.media
    assert [one.alt for one in shown] == ["Layanan buka\nFoto red\nKantor", "Foto blue"]
    with Image.open(shown[0].path) as card:
        assert card.getpixel((540, 700))[0] > 240
        assert card.getpixel((540, 1300))[2] > card.getpixel((540, 1300))[0]
    plain = Cards(desk).dressed(post(media=tuple(media), card="info"), channel(desk, "fb"), facts)
    assert (plain.post.media, plain.problems[0].code) == (tuple(media), "cards.has_pictures")
    for wrong, code in (
        (post(card="foto"), "cards.no_photo"),
        (post(title="Judul " * 80, card="foto", media=tuple(media)), "cards.long_title"),
    ):
        (problem,) = Cards(desk).dressed(wrong, channel(desk, "fb"), facts).problems
        assert (problem.code, problem.severity) == (code, Severity.ERROR)


WARM = """
import sys
from pathlib import Path
from publisher import config
from publisher.cards.deck import Cards
from publisher.model import Post
desk = config.load(Path(sys.argv[1]))
post = Post("a", "content/a/a.md", None, "", "Layanan buka", "Hari Sabtu.")
assert len(Cards(desk).dressed(post, desk.channel("ig"), {}).post.media) == 1
print("PIL" in sys.modules)
"""


def test_a_card_that_was_drawn_is_not_drawn_again(desk: config.Workspace) -> None:
    """The next process finds it on the shelf, without loading what draws; a lost file is drawn once more."""

    def run() -> str:
        done = subprocess.run(
            [sys.executable, "-c", WARM, str(desk.root)], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    assert run() == "True"
    assert run() == "False"
    (card,) = Cards(desk).dressed(post(), channel(desk, "ig"), {}).post.media
    card.path.unlink()
    assert Cards(desk).dressed(post(), channel(desk, "ig"), {}).post.media[0].path.is_file()
