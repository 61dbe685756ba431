"""The page of what is common, looked over by axe and by width, with the map drawn and a place of one's own."""

import pytest
from flask import Flask
from playwright.sync_api import Browser

from forum.kernel import clock
from forum.kernel.database import transaction
from forum.opinion import operations
from tests.forum.opinion.build import make_read_debate
from tests.house.source import ROOT
from tests.journeys.axe import violations
from tests.people import Cast, sign_in

pytestmark = pytest.mark.needs("chromium")
STYLES = ("tokens.css", "base.css", "forum/arguments/arguments.css", "forum/opinion/opinion.css")


def test_the_page_with_its_map_is_clean_and_fits_a_phone(
    app: Flask, cast: Cast, chromium: Browser
) -> None:
    with app.test_request_context(), transaction(write=True):
        debate = make_read_debate(cast, 24, 16, 12)
        operations.add_up(debate.question, clock.now())
        number, reader = debate.question.number, debate.camps[2][0]
    style = "".join((ROOT / "static" / name).read_text(encoding="utf-8") for name in STYLES)
    page = chromium.new_page(viewport={"width": 360, "height": 740})
    text = sign_in(app, reader).get(f"/q/{number}/opinions").text
    assert "you</text>" in text
    page.set_content(text.replace("</head>", f"<style>{style}</style></head>"))
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.close()
