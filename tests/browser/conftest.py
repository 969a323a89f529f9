"""A real browser: Debian's Chromium, headless, that may fetch nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Skipped where there is none; CI installs one, and there its absence is a failure."""
    if CHROMIUM is None and os.environ.get("MUST_HAVE_BROWSER"):
        pytest.fail("CI must look at the page in Chromium, and there is none")
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()
