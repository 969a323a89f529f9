"""The staff guides as people print them: one sheet of A4, in sync with the text."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from tools.print_guides import GUIDES, file_of, page


@pytest.mark.parametrize("name", GUIDES)
def test_a_staff_guide_is_one_sheet(name: str, browser: Browser) -> None:
    """Printed without any setting it is a single page, and says what the text says."""
    assert file_of(name).read_text(encoding="utf-8") == page(name), "run `make golden`"
    shown = browser.new_page()
    shown.goto(file_of(name).as_uri())
    printed = shown.pdf(prefer_css_page_size=True, print_background=True)
    shown.close()
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
