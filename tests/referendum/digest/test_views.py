"""The way to the voter guide, while it is of use."""

import re
from datetime import datetime

from flask import Flask

from forum.kernel.database import transaction
from tests.build_questions import make_question
from tests.build_referendum import certify, make_closed, make_counted, make_open
from tests.people import Cast


def docket(app: Flask, number: int) -> str:
    page = app.test_client().get(f"/q/{number}").get_data(as_text=True)
    return page.partition('id="docket-h"')[2].partition("</section>")[0]


def outlets(app: Flask, number: int) -> str:
    return app.test_client().get(f"/q/{number}/outlets").get_data(as_text=True)


def test_while_members_vote_the_page_of_the_question_leads_to_the_guide(app: Flask, cast: Cast, now: datetime) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        number = make_open(make_closed(cast, now=now)).question.number
    found = docket(app, number)
    assert f'href="/q/{number}/digest"' in found
    arguments, minutes = map(int, re.findall(r"(\d+) arguments, about (\d+) minutes", found)[0])
    assert minutes == arguments // 2 + 1
    assert f'href="/q/{number}/bulletin.pdf?page=A4"' in outlets(app, number)


def test_before_the_digest_is_frozen_no_bulletin_is_offered(app: Flask, cast: Cast, now: datetime) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        number = make_question(cast, state="debating", now=now).number
    assert "bulletin.pdf" not in outlets(app, number)


def test_after_the_vote_the_guide_is_no_longer_to_be_read_now(app: Flask, cast: Cast, now: datetime) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made = make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8})
        number = certify(made).question.number
    assert f'href="/q/{number}/digest"' not in docket(app, number)


def test_from_the_freeze_on_the_question_s_page_leads_to_the_guide_and_to_the_sheet(
    app: Flask, cast: Cast, now: datetime
) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made = make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8})
        number = certify(made).question.number
        other = make_question(cast, state="debating", now=now).number
    page = app.test_client().get(f"/q/{number}").get_data(as_text=True)
    guide = page.partition('id="guide-h"')[2].partition("</section>")[0]
    assert f'href="/q/{number}/digest"' in guide
    assert f'href="/q/{number}/bulletin"' in guide
    assert 'id="guide-h"' not in app.test_client().get(f"/q/{other}").get_data(as_text=True)
