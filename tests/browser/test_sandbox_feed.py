"""The sandbox's feed in a real browser: readable by everyone, and it asks nobody but the sandbox."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, ViewportSize

from connectors.sandbox import Sandbox, start_in_thread
from connectors.sandbox_world import LivePost

PHONE, DESK = ViewportSize(width=390, height=844), ViewportSize(width=1440, height=900)
AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
pytestmark = pytest.mark.xdist_group("browser")


def filled(sandbox: Sandbox) -> None:
    """A post with a picture, and one that was removed, on every platform."""
    data = BytesIO()
    Image.new("RGB", (400, 500), "#246").save(data, "PNG")
    media = ({"type": "image", "sha256": sandbox.world.keep(data.getvalue(), "image/png"), "alt": "Peta"},)
    for platform, simulator in sandbox.simulators.items():
        for number, removed in (("1", False), ("2", True)):
            place = f"/{platform}/web/{number}"
            one = LivePost(
                platform, simulator.account.id, number, "root", "Isi. #Natuna", AT, place, media=media
            )
            sandbox.world.publish(one)
            if removed:
                sandbox.world.remove(platform, number)


@pytest.mark.parametrize(("size", "colours"), [(PHONE, "dark"), (DESK, "light")])
def test_it_is_accessible_and_fits(
    browser: Browser, size: ViewportSize, colours: Literal["dark", "light"]
) -> None:
    """axe-core finds nothing wrong; nothing sticks out sideways; every picture has loaded."""
    with start_in_thread() as sandbox:
        filled(sandbox)
        context = browser.new_context(viewport=size, color_scheme=colours)
        tab = context.new_page()
        asked: list[str] = []
        tab.on("request", lambda one: asked.append(one.url))
        tab.goto(f"{sandbox.url}/")
        found = Axe().run(
            tab, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
        )
        assert [one["id"] for one in found.response["violations"]] == []
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert tab.evaluate("[...document.images].every(one => one.complete && one.naturalWidth > 0)")
        assert tab.locator("article.mock").count() == 2 * len(sandbox.simulators)
        assert all(url.startswith((sandbox.url, "data:")) for url in asked)
        context.close()
