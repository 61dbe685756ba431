"""The digest, the sheet and the observers' page, looked over by axe and by width on a phone."""

import re
from datetime import datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser

from forum.kernel.database import db, transaction
from forum.questions.models import Appointment
from referendum.digest.operations import freeze_digest
from tests.build_digest import close
from tests.house.source import ROOT
from tests.journeys.axe import violations
from tests.people import Cast, sign_in
from tests.referendum.digest.build_camps import make_camps

pytestmark = pytest.mark.needs("chromium")
STYLES = re.compile(r'href="/static/([^"?]+\.css)')


def test_the_pages_of_the_digest_are_clean_and_fit_a_phone(
    app: Flask, cast: Cast, now: datetime, chromium: Browser
) -> None:
    with app.test_request_context(), transaction(write=True):
        question, arguments = make_camps(cast, now=now)
        arguments[1].withdrawn_at = now
        query = db.select(Appointment.member_id).where(
            Appointment.question_id == question.id, Appointment.role == "observer"
        )
        observer = db.session.scalars(query).first()
        freeze_digest(question, close(question, now))
        arguments[0].withdrawn_at = now
        number = question.number
    assert observer is not None
    browser, page = sign_in(app, observer), chromium.new_page(viewport={"width": 360, "height": 740})
    for name in ("digest", "bulletin", "matrix"):
        text = browser.get(f"/q/{number}/{name}").text
        style = "".join((ROOT / "static" / file).read_text(encoding="utf-8") for file in STYLES.findall(text))
        page.set_content(text.replace("</head>", f"<style>{style}</style></head>"))
        assert violations(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") == 360, name
    page.close()
