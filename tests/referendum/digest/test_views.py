"""The way to the voter guide, while it is of use."""

from datetime import datetime

from flask import Flask

from forum.kernel.database import transaction
from tests.build_referendum import certify, make_closed, make_counted, make_open
from tests.people import Cast


def docket(app: Flask, number: int) -> str:
    page = app.test_client().get(f"/q/{number}").get_data(as_text=True)
    return page.partition('id="docket-h"')[2].partition("</section>")[0]


def test_while_members_vote_the_page_of_the_question_leads_to_the_guide(app: Flask, cast: Cast, now: datetime) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        number = make_open(make_closed(cast, now=now)).question.number
    assert f'href="/q/{number}/digest"' in docket(app, number)


def test_after_the_vote_the_guide_is_no_longer_to_be_read_now(app: Flask, cast: Cast, now: datetime) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made = make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8})
        number = certify(made).question.number
    assert f'href="/q/{number}/digest"' not in docket(app, number)
