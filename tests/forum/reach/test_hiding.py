"""The tellers hide what was said to members: on a ground of the closed list, with a public reason; the entry stays."""

from datetime import datetime

import pytest
from flask import Flask

from forum.kernel import clock
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db, transaction
from forum.kernel.doors import Actor
from forum.kernel.errors import Missing, Refused
from forum.kernel.mailings import Mailing
from forum.moderation.forms import Cause
from forum.moderation.rules import Ground
from forum.questions.models import Question
from forum.reach import queries
from forum.reach.forms import Words
from forum.reach.notices import MAILING, mail_audience
from forum.reach.operations import hide_entry
from forum.reach.rules import Kind
from tests.build_reach import favour, make_sides
from tests.people import Cast, actor, holding, sign_in

CAUSE = Cause(Ground.PERSONAL_DATA, "It gave a home address.")
BANNER = Words(source="He lives at 4 Mill Lane.")


def teller(cast: Cast, question: Question) -> Actor:
    return holding(actor(cast.tellers[0]), "teller", question.id)


def test_a_teller_takes_a_banner_down_and_the_log_says_why(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_sides(cast)
    entry = favour(cast, question, Kind.BANNER, words=BANNER, days=3)
    hide_entry(teller(cast, question), question.id, entry.id, CAUSE, now=now)
    assert queries.banners_up(question.id, now) == []
    assert queries.sums(question.id)[Kind.BANNER, entry.option_id].count == 1
    logged = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "hide_words")).one()
    assert (logged.office, logged.facts["ground"], logged.facts["reason"]) == ("teller", "personal_data", CAUSE.reason)
    assert favour(cast, question, Kind.BANNER, words=Words(source="Better."), days=1).id


def test_a_hidden_mail_goes_to_nobody_any_more(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_sides(cast)
    entry = favour(cast, question)
    mailing = db.session.scalars(
        db.select(Mailing).where(Mailing.kind == MAILING, Mailing.subject_id == entry.id)
    ).one()
    mailing.after = mail_audience(mailing, 2) or 0
    hide_entry(teller(cast, question), question.id, entry.id, CAUSE, now=now)
    assert mail_audience(mailing, 2) is None


@pytest.mark.parametrize("person", ["member", "host", "officer", "observer"])
def test_nobody_else_hides_it(cast: Cast, ground: Flask, now: datetime, person: str) -> None:
    question, other = make_sides(cast), make_sides(cast)
    entry = favour(cast, question, Kind.BANNER, words=BANNER)
    for who in (actor(getattr(cast, person)), holding(actor(cast.tellers[0]), "teller", other.id)):
        with pytest.raises(Refused):
            hide_entry(who, question.id, entry.id, CAUSE, now=now)
    with pytest.raises(Missing):
        hide_entry(teller(cast, other), other.id, entry.id, CAUSE, now=now)


def test_what_stands_elsewhere_is_hidden_there_and_nothing_twice(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_sides(cast)
    who = teller(cast, question)
    entry = favour(cast, question)
    hide_entry(who, question.id, entry.id, CAUSE, now=now)
    with pytest.raises(Refused):
        hide_entry(who, question.id, entry.id, CAUSE, now=now)
    entry.kind, entry.hidden_at = "floor", None
    with pytest.raises(Refused):
        hide_entry(who, question.id, entry.id, CAUSE, now=now)


def test_the_balance_tells_the_ground_and_not_the_words(app: Flask, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        question = make_sides(cast)
        entry = favour(cast, question, Kind.BANNER, words=BANNER, days=3, now=clock.now())
        address, number = f"/q/{question.number}/reach/entries/{entry.id}/hide", question.number
    browser = sign_in(app, cast.tellers[0])
    assert browser.post(address, data={"ground": "a view", "reason": "I do not like it"}).status_code == 422
    sent = {"ground": "personal_data", "reason": "A home address."}
    assert browser.post(address, data=sent).status_code == 302
    words = app.test_client().get(f"/q/{number}/reach").get_data(as_text=True)
    assert "Hidden by the tellers: it gives away what is private to a person. A home address." in words
    assert "Mill Lane" not in words
    assert "Mill Lane" not in app.test_client().get("/").get_data(as_text=True)
