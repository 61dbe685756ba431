"""Registration, votes by name and surveys, looked over by axe and by width on a phone."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Browser

from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.questions.models import Question
from referendum.rollcalls import operations as rollcalls
from referendum.rollcalls import queries as rollcall_queries
from referendum.surveys import operations, queries
from referendum.surveys.models import SurveySeat
from tests.build_questions import make_question
from tests.house.source import ROOT
from tests.journeys.axe import violations
from tests.people import Cast, actor, sign_in
from tests.referendum.registration.test_registration import make_registering
from tests.referendum.rollcalls.test_rollcalls import COUNCIL_ALONE
from tests.referendum.surveys.test_surveys import draw_it

pytestmark = pytest.mark.needs("chromium")
STYLES = re.compile(r'href="/static/([^"?]+\.css)')


def told(cast: Cast) -> Question:
    """A survey that is told."""
    question = make_question(cast, state="closed", template="iam-2015", now=clock.now())
    survey, now = queries.survey_at(question, 2), clock.now()
    draw_it(survey, now)
    for member_id in db.session.scalars(db.select(SurveySeat.member_id).order_by(SurveySeat.id)):
        operations.answer(actor(member_id), survey, ["A"], now)
    operations._close(survey, now)
    return question


def decided(cast: Cast) -> Question:
    """A council's decision in which one officer has voted."""
    question = make_question(cast, state="closed", own=COUNCIL_ALONE, now=clock.now())
    roll_call = rollcall_queries.roll_call_of(question, "council_decision")
    rollcalls.vote_by_name(actor(cast.officers[1]), roll_call, "A", "The halls said so.", clock.now())
    return question


def test_the_pages_of_registration_open_votes_and_surveys_are_clean_and_fit_a_phone(
    app: Flask, cast: Cast, chromium: Browser
) -> None:
    with app.test_request_context(), transaction(write=True):
        survey, council = told(cast).number, decided(cast).number
        make_registering(cast, clock.now())
    page, wrong = chromium.new_page(viewport={"width": 360, "height": 740}), []
    officer = sign_in(app, cast.officers[0])
    for address in (
        "/q/21/register", f"/q/{survey}/survey/2", f"/q/{council}/by-name/council_decision",
        f"/q/{council}/by-name/council_decision/2", f"/q/{council}",
    ):  # fmt: skip
        text = officer.get(address).text
        style = "".join((ROOT / "static" / file).read_text(encoding="utf-8") for file in STYLES.findall(text))
        page.set_content(text.replace("</head>", f"<style>{style}</style></head>"))
        assert page.locator("h1").count() == 1, address
        wrong += [f"{address}: {each}" for each in violations(page)]
        if (width := page.evaluate("document.documentElement.scrollWidth")) != 360:
            wrong.append(f"{address} is {width} wide")
    page.close()
    assert wrong == []
