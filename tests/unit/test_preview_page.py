"""The preview as a page: complete, safe, self-contained, and it is what will be posted."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from connectors import mockup, registry
from connectors.contract import Media, MediaFacts, Part, PartKind, Problem, Rendition, Severity
from connectors.mockup import Shown, ShownMedia, ShownPart
from publisher import config, texts
from publisher.errors import PublisherError
from publisher.model import Channel, Due, DueWhy, Post, Rendered
from publisher.preview.office import Office, office_of
from publisher.preview.page import code_of, page
from publisher.texts import t
from publisher.views import ChannelPreview, PartCount, PostPreview

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
DUE = Due(datetime(2026, 11, 25, 1, 5, tzinfo=UTC), datetime(2026, 11, 25, 8, 5), "Asia/Jakarta", DueWhy.SLOT)
POST = Post("royong", "content/royong/post.md", None, "d", "Gotong royong", "isi", draft=True)
PHOTO = Media("a" * 64, ("strip",), "Warga menyapu halaman.")
FACTS = {PHOTO: MediaFacts("image/jpeg", 1_234_567, 1600, 1200, name="sapu.jpg")}
LONG = "Kalimat pertama.\n\n" + "Kata demi kata. " * 60 + "#Natuna https://natunakab.go.id"
PLATFORMS = tuple(p for p in registry.platforms() if p != "noticeboard")


def channel(
    platform: str, parts: tuple[Part, ...], *found: Problem, placement: str = "feed"
) -> ChannelPreview:
    to = Channel(platform[:2], platform, "2001", f"{platform}:2001", "env:T")
    rendition = Rendition(to.account, placement, parts) if parts else None
    return ChannelPreview(
        channel=to.label,
        platform=platform,
        title=registry.room(platform).title,
        account=to.account,
        rendered=Rendered(POST, to, rendition, found),
        due=DUE,
        counts=tuple(PartCount(len(part.text), 280) for part in parts),
        facts=FACTS,
        usd=None,
        price_notes=(),
        state=None,
        gates=(),
        url=None,
    )


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    out = BytesIO()
    Image.new("RGB", (1600, 1200), (20, 90, 160)).save(out, "JPEG")
    path = tmp_path / "made"
    path.write_bytes(out.getvalue())
    return path


def drawn(
    photo: Path, *channels: ChannelPreview, problems: tuple[Problem, ...] = (), mode: str = "sandbox"
) -> str:
    texts.use("id")
    shown = PostPreview(POST, "01POST", channels, problems)
    return page(shown, office=Office("Diskominfo"), mode=mode, language="id", now=NOW, files=lambda _: photo)


class Outline(HTMLParser):
    """What stands in a page: addresses it would fetch, ids, texts, unclosed elements."""

    VOID = frozenset({"meta", "img", "br", "wbr", "link", "input", "path"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.open: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        self.addresses += [v or "" for k, v in attributes if k in ("src", "poster", "href", "srcset", "data")]

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_room_draws_its_posts_whole(platform: str, photo: Path) -> None:
    """The exact text, fold or no fold; the picture; its alternative text; sound HTML; nothing is fetched."""
    parts = (Part(PartKind.ROOT, LONG, None, {"title": "Judul kiriman"}, (PHOTO,)),)
    html = drawn(photo, channel(platform, parts))
    found = Outline(html)
    assert found.open == []
    assert re.sub(r"… selengkapnya", "", found.words).count(LONG) == 1
    assert all(a.startswith(("data:image/jpeg;base64,", "#")) for a in found.addresses), found.addresses
    assert any(a.startswith("data:image/jpeg") for a in found.addresses)
    assert not {"script", "link", "iframe"} & set(found.tags)
    assert "Warga menyapu halaman." in html
    assert "url(" not in html
    assert "@import" not in html


@pytest.mark.parametrize("placement", ["reel", "story"])
@pytest.mark.parametrize("platform", ["instagram", "facebook"])
def test_upright_placements_show_what_buttons_cover(platform: str, placement: str, photo: Path) -> None:
    """A reel has its caption over the picture, a story none."""
    html = drawn(
        photo, channel(platform, (Part(PartKind.ROOT, "Isi.", None, {}, (PHOTO,)),), placement=placement)
    )
    assert "mock-zone" in html
    assert ("Isi." in Outline(html).words) == (placement == "reel")


def test_problems_come_before_everything_else(photo: Path) -> None:
    """What stops a channel is read first, in words, with the channel's name."""
    stopped = Problem(
        "twitter.too_long", Severity.ERROR, {"used": 342, "limit": 280, "over": 62}, channel="tw"
    )
    words = Outline(drawn(photo, channel("twitter", (Part(PartKind.ROOT, "x"),), stopped))).words
    assert words.index("Perlu dibetulkan dahulu") < words.index("Di mana dan kapan")
    assert "342" in words
    assert "terhenti" in words


def test_what_several_pictures_lack_is_said_once(photo: Path) -> None:
    """One line with the names of all, as in the terminal; on the page of a post and above it."""
    lacks = [
        Problem("twitter.alt_missing", Severity.WARNING, {"name": name}, channel="tw", post="p", file="p.txt")
        for name in ("a.jpg", "b.jpg", "c.jpg")
    ]
    html = drawn(photo, channel("twitter", (Part(PartKind.ROOT, "x"),), *lacks))
    assert html.count("belum memiliki teks alternatif") == 1
    assert "a.jpg, b.jpg, c.jpg belum memiliki teks alternatif" in html


def test_nothing_that_staff_write_becomes_html(photo: Path) -> None:
    """Text, title, options and file names are shown, never obeyed."""
    evil = "<script>alert(1)</script>\"'><img src=x onerror=1>"
    parts = (
        Part(
            PartKind.ROOT, evil, None, {"title": evil, "poll": [evil]}, (Media("a" * 64, ("strip",), evil),)
        ),
    )
    for platform in PLATFORMS:
        one = channel(platform, parts)
        found = Outline(drawn(photo, one))
        assert "script" not in found.tags
        assert "x" not in found.addresses
        assert evil in found.words


def test_the_code_is_that_of_what_is_posted(photo: Path) -> None:
    """Two people who name the same code saw the same rendition."""
    one = channel("twitter", (Part(PartKind.ROOT, "Satu."),))
    other = channel("twitter", (Part(PartKind.ROOT, "Satu!"),))
    codes = [code_of(each.rendered.rendition.fingerprint) for each in (one, other)]
    assert codes[0] != codes[1]
    assert codes[0] in drawn(photo, one)
    assert codes[0] not in drawn(photo, other)


def test_practice_is_marked_and_live_is_not(photo: Path) -> None:
    """Nobody takes a drill for the real thing."""
    one = channel("twitter", (Part(PartKind.ROOT, "Satu."),))
    assert "LATIHAN" in drawn(photo, one)
    assert "LATIHAN" not in drawn(photo, one, mode="live")


def test_the_profile_is_the_offices_own(tmp_path: Path) -> None:
    """Name and logo are those of `brand`; a handle is that of the row of `mentions` with this name."""
    Image.new("RGBA", (300, 300), (0, 90, 160, 128)).save(tmp_path / "logo.png")
    (tmp_path / "schedule.yaml").write_text(
        "brand: {name: Diskominfo Natuna, logo: logo.png}\n"
        "defaults: {mentions: {dk: {twitter: '@KominfoNatuna', name: DISKOMINFO Natuna}, a: {twitter: x}}}\n"
        "timezone: Asia/Jakarta\nchannels: {x: {platform: twitter, account: '1', token: env:T}}\n"
    )
    office = office_of(config.load(tmp_path), {})
    assert (office.name, office.handles) == ("Diskominfo Natuna", {"twitter": "KominfoNatuna"})
    assert office.logo.startswith("data:image/png;base64,")
    shown = Shown("twitter", office.name, "KominfoNatuna", "feed", "", (ShownPart("root", "x"),), office.logo)
    assert "@KominfoNatuna" in mockup.draw(shown, t)
    assert f'src="{office.logo}"' in mockup.draw(shown, t)


@pytest.mark.parametrize("platform", ["facebook", "threads", "twitter"])
def test_a_link_becomes_a_card_that_names_its_site(platform: str) -> None:
    """Picture and title come from the site, which the card says; on X and Threads a picture replaces it."""
    link = "https://natunakab.go.id/a/b?c=1"
    part = ShownPart("root", f"Baca {link}.", "" if platform == "twitter" else link)
    html = mockup.draw(Shown(platform, "Kantor", "", "feed", "", (part,)), t)
    card = html.partition('class="mock-card"')[2]
    assert "natunakab.go.id</span>" in card
    assert t("mockup.site") in card
    if platform != "facebook":
        pictured = ShownPart("root", part.text, "", (PICTURE,))
        assert "mock-card" not in mockup.draw(Shown(platform, "Kantor", "", "feed", "", (pictured,)), t)


def test_what_cannot_be_shown_is_named(tmp_path: Path) -> None:
    """A picture whose bytes are gone leaves a page with its name, not a traceback."""

    def lost(_: Media) -> Path:
        raise PublisherError("media.lost", source="a")

    one = channel("facebook", (Part(PartKind.ROOT, "Isi.", None, {}, (PHOTO,)),))
    texts.use("id")
    html = page(
        PostPreview(POST, "1", (one,), ()),
        office=Office("K"),
        mode="live",
        language="id",
        now=NOW,
        files=lost,
    )
    assert 'aria-label="Warga menyapu halaman."' in html


def test_a_room_without_a_mock_up_gets_the_plain_one() -> None:
    """A seventh platform is drawn too."""
    shown = Shown("nowhere", "Kantor", "k", "feed", "", (ShownPart("root", "Halo", media=(PICTURE,)),))
    assert "Halo" in mockup.draw(shown, t)
    assert mockup.styles(["nowhere"]).startswith(".mock ")


PICTURE = ShownMedia("image", "data:,", "Foto", 4, 3)


def test_a_channel_that_passes_it_over_says_why(photo: Path) -> None:
    """It has no time and no mock-up, so nothing leads to it; the reason stands below the table."""
    passed = channel("instagram", ())
    why = Problem("instagram.needs_media", Severity.NOTICE, {}, "royong", channel="in")
    passed = replace(passed, rendered=replace(passed.rendered, problems=(why,), skipped=True))
    html = drawn(photo, channel("facebook", (Part(PartKind.ROOT, "Isi."),)), passed)
    table, below = html.partition("<table>")[2].split("</table>")
    row = table.partition('<th scope="row">Instagram')[2].partition("</tr>")[0]
    assert "<td>–</td><td>–</td>" in row
    assert t("preview.page_skipped") in row
    assert 'href="#in"' not in html
    assert t("instagram.needs_media") in below
    assert 'href="#fa"' in table


def test_a_clip_on_x_has_no_badge_of_alternative_text() -> None:
    """X takes none for clips; one that was shown would promise it."""
    clip = ShownMedia("video", "", "Ruang sidang.", 1280, 720)
    shown = [
        mockup.draw(Shown("twitter", "Kantor", "", "feed", "", (ShownPart("root", "x", "", (one,)),)), t)
        for one in (clip, PICTURE)
    ]
    assert ["mock-alt" in html.partition("mock-alts")[2] for html in shown] == [False, True]


def test_a_page_of_facebook_is_called_by_its_name() -> None:
    """Also where its comments and stories name it; elsewhere people are called by their handle."""
    parts = (ShownPart("root", "x", "", (PICTURE,)), ShownPart("comment", "y"))
    for placement in ("feed", "reel", "story"):
        html = mockup.draw(Shown("facebook", "Kantor Kami", "kantorkami", placement, "", parts), t)
        assert "Kantor Kami" in html
        assert "kantorkami" not in html
    assert "kantorkami" in mockup.draw(Shown("instagram", "Kantor Kami", "kantorkami", "feed", "", parts), t)
