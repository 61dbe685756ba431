"""What leaves the site, what a member chooses of it, what officers say: looked over by axe and by width on a phone."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.build_sittings import Ground
from tests.house.source import ROOT
from tests.journeys.axe import violations
from tests.people import Cast, sign_in

pytestmark = pytest.mark.needs("chromium")
STYLES = re.compile(r'href="/static/([^"?]+\.css)')


def test_the_pages_of_outlets_and_of_reach_are_clean_and_fit_a_phone(
    app: Flask, cast: Cast, full: Ground, chromium: Browser
) -> None:
    member, officer, question = sign_in(app, cast.member), sign_in(app, cast.officer), f"/q/{full.number}"
    page, wrong = chromium.new_page(viewport={"width": 360, "height": 740}), []
    for browser, address in (
        (app.test_client(), f"{question}/card"), (member, f"{question}/outlets"), (member, "/me/mail"),
        (member, "/me/feeds"), (member, f"{question}/reach"), (officer, f"{question}/reach/mail"),
        (officer, f"{question}/statements"),
    ):  # fmt: skip
        text = browser.get(address).text
        style = "".join((ROOT / "static" / file).read_text(encoding="utf-8") for file in STYLES.findall(text))
        page.set_content(text.replace("</head>", f"<style>{style}</style></head>"))
        assert page.locator("h1").count() == 1, address
        wrong += [f"{address}: {each}" for each in violations(page)]
        if (width := page.evaluate("document.documentElement.scrollWidth")) != 360:
            wrong.append(f"{address} is {width} wide")
    page.close()
    assert wrong == []
