"""Axe is really at work: it finds what is wrong with a page that is wrong, by day and by night."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.axe import violations

pytestmark = pytest.mark.needs("chromium")


def test_a_pale_line_and_a_picture_without_words_are_found_by_day_and_by_night(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content(
        "<html lang=en><title>A page</title><main><h1>A page</h1><img src=x>"
        "<p style='color:#ccc;background:#fff'>Pale</p></main>"
    )
    found = violations(page)
    page.close()
    for scheme in ("light", "dark"):
        said = [each for each in found if each.startswith(f"axe, {scheme},")]
        assert any("color-contrast: p:" in each for each in said)
        assert any("image-alt: img:" in each for each in said)
