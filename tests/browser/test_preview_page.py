"""The preview page in a real browser, on a telephone and on a desk: read, unfolded, swiped, heard."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from publisher.cli.main import main

ROOT = Path(__file__).parents[2]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
POSTS = ("04-stan-lapor", "10-lapor-dari-ponsel", "kata-panjang")
ADDRESS = f"https://natunakab.go.id/layanan/{'perpanjangan-jatuh-tempo-' * 4}2026?utm_{'x' * 90}=sosmed"
pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages of sample posts (pictures to swipe, a clip) and of their week, written by the command itself."""
    desk = tmp_path_factory.mktemp("desk")
    shutil.copytree(ROOT / "content", desk / "content")
    schedule = (ROOT / "schedule.yaml").read_text(encoding="utf-8")
    name = "name: Diskominfo Kabupaten Natuna"
    assert name in schedule
    (desk / "schedule.yaml").write_text(schedule.replace(name, f"name: Dinas{'Komunikasi' * 5}"), "utf-8")
    long = desk / "content" / "kata-panjang"
    long.mkdir()
    shutil.copy(ROOT / "content/contoh/04-stan-lapor/1-stan.jpg", long)
    (long / "teks.md").write_text(
        f"---\nmedia: [{{file: 1-stan.jpg, alt: {'Stan' * 30}}}]\n"
        f"instagram: {{first_comment: {'Tanya' * 20}}}\n---\n{'Pertanggungjawaban' * 9}\n\n{ADDRESS}\n",
        "utf-8",
    )
    made = {}
    for post in POSTS:
        made[post] = desk / f"{post}.html"
        assert main(["--workspace", str(desk), "preview", post, "--html", str(made[post])]) == 0
    made["week"] = desk / "week.html"
    assert main(["--workspace", str(desk), "preview", "--week", "--html", str(made["week"])]) == 0
    return made


@pytest.fixture(params=[(PHONE, "light"), (DESK, "dark")], ids=["phone-light", "desk-dark"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A tab that is offline; whatever it asks the network for, or complains of, fails the test."""
    size, colours = request.param
    context = browser.new_context(viewport=size, color_scheme=colours, offline=True)
    tab = context.new_page()
    asked: list[str] = []
    tab.on(
        "request", lambda one: asked.append(one.url) if not one.url.startswith(("file:", "data:")) else None
    )
    complaints: list[str] = []
    tab.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield tab
    assert asked == []
    assert complaints == []
    context.close()


@pytest.mark.parametrize("post", [*POSTS, "week"])
def test_it_is_accessible_and_fits(page: Page, pages: dict[str, Path], post: str) -> None:
    """axe-core finds nothing wrong; nothing sticks out sideways; every picture has loaded."""
    page.goto(pages[post].as_uri())
    found = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
    )
    assert [
        (one["id"], [n["html"][:120] for n in one["nodes"]][:3]) for one in found.response["violations"]
    ] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tables = "[...document.querySelectorAll('.wide')].every(one => one.scrollWidth <= one.clientWidth)"
    assert page.evaluate(tables)
    assert page.evaluate("[...document.images].every(one => one.complete && one.naturalWidth > 0)")


def test_the_longest_word_stays_in_its_column(page: Page, pages: dict[str, Path]) -> None:
    """Addresses, names and words without a break, also where a problem quotes them."""
    page.goto(pages["kata-panjang"].as_uri())
    assert page.locator("#ig .told").inner_text().count("natunakab.go.id") == 1
    outside = """[...document.querySelectorAll('.channel')].flatMap(column =>
        [...column.querySelectorAll('.told li > *, dd, .mock *')]
        .filter(one => one.getBoundingClientRect().right > column.getBoundingClientRect().right + 1)
        .map(one => one.outerHTML.slice(0, 120)))"""
    assert page.evaluate(outside) == []


def test_a_folded_caption_unfolds_with_the_keyboard(page: Page, pages: dict[str, Path]) -> None:
    """What the platform folds is hidden until it is asked for, then stands there in full."""
    page.goto(pages["04-stan-lapor"].as_uri())
    fold = page.locator("#ig details.mock-fold").first
    rest = fold.locator("> .mock-text")
    assert not rest.is_visible()
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    assert rest.is_visible()
    assert not fold.locator(".mock-more").is_visible()


def test_a_carousel_moves_with_the_arrow_keys(page: Page, pages: dict[str, Path]) -> None:
    """Each press shows the next picture whole."""
    page.goto(pages["04-stan-lapor"].as_uri())
    strip = page.locator("#ig .mock-carousel")
    strip.focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "one => Math.abs(one.scrollLeft % one.clientWidth) < 2 && one.scrollLeft >= one.clientWidth",
        arg=strip.element_handle(),
        timeout=5_000,
    )


def test_alternative_text_is_there_on_demand(page: Page, pages: dict[str, Path]) -> None:
    """One tap shows what those hear who cannot see the picture."""
    page.goto(pages["04-stan-lapor"].as_uri())
    alt = page.locator("#fb .mock-alt").first
    alt.locator("summary").click()
    words = alt.inner_text().removeprefix("ALT 1").strip()
    assert words == page.locator("#fb img").first.get_attribute("alt") != ""


def test_a_clip_plays_in_the_page(page: Page, pages: dict[str, Path]) -> None:
    """The bytes are inside; its length is known to the browser without a network."""
    page.goto(pages["10-lapor-dari-ponsel"].as_uri())
    page.wait_for_function(
        "document.querySelector('video').readyState >= 1 || document.querySelector('video').error"
    )
    assert page.evaluate("document.querySelector('video').duration") > 1


def test_what_buttons_cover_can_be_unhatched_with_the_keyboard(page: Page, pages: dict[str, Path]) -> None:
    """Of a reel the hatching goes and comes with the space bar, without a script."""
    page.goto(pages["10-lapor-dari-ponsel"].as_uri())
    zone, box = page.locator("#ig .mock-zone").first, page.locator("#ig .mock-covers")
    assert zone.is_visible()
    box.focus()
    page.keyboard.press("Space")
    assert not zone.is_visible()
    assert page.evaluate("document.scripts.length") == 0


def test_every_channel_can_be_reached_from_the_table(page: Page, pages: dict[str, Path]) -> None:
    """A link per channel that is not left out leads to its section."""
    page.goto(pages["04-stan-lapor"].as_uri())
    targets = page.evaluate(
        "[...document.querySelectorAll('table a[href^=\"#\"]')].map(a => a.getAttribute('href'))"
    )
    shown = page.evaluate("[...document.querySelectorAll('.channel')].map(one => '#' + one.id)")
    assert set(shown) <= set(targets)
    page.locator(f"table a[href='{shown[-1]}']").click()
    assert page.locator(shown[-1]).is_visible()
