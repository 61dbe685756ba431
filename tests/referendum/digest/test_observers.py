"""The observers' page: theirs alone, after a fresh sign-in, logged; gone at certification."""

import hashlib
import json
from datetime import datetime

import pytest
from flask import Flask

from forum.kernel.audit import AuditEntry
from forum.kernel.database import db, transaction
from forum.kernel.errors import Missing, Refused
from forum.questions.models import Appointment
from referendum.conduct.certificate_operations import forget_readers
from referendum.digest.matrix_operations import take_matrix
from referendum.digest.operations import freeze_digest
from referendum.digest.queries import digest_of
from tests.build_digest import close
from tests.people import Cast, actor, holding, sign_in
from tests.referendum.digest.build_camps import make_camps


@pytest.fixture
def frozen(app: Flask, cast: Cast, now: datetime) -> int:
    with app.test_request_context(), transaction(write=True):
        question, _ = make_camps(cast, now=now)
        query = db.select(Appointment).where(Appointment.question_id == question.id, Appointment.role == "observer")
        if cast.observer not in {each.member_id for each in db.session.scalars(query)}:
            db.session.add(
                Appointment(question_id=question.id, member_id=cast.observer, role="observer", named_at=now)
            )
        freeze_digest(question, close(question, now))
        return question.number


def test_an_observer_takes_the_matrix_which_the_record_names_by_its_hash(
    app: Flask, cast: Cast, frozen: int
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    browser = sign_in(app, cast.observer)
    digest_page = browser.get(f"/q/{frozen}/digest").get_data(as_text=True)
    assert f'href="/q/{frozen}/matrix"' in digest_page
    page = browser.get(f"/q/{frozen}/matrix").get_data(as_text=True)
    assert "You may not publish it or pass it on." in page
    answer = browser.post(f"/q/{frozen}/matrix")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert answer.headers["Cache-Control"] == "no-store"
    with app.app_context(), transaction(write=False):
        digest = digest_of(1)
        assert digest is not None
        assert hashlib.sha256(answer.data).hexdigest() == json.loads(digest.record)["record"]["matrix"]
        entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "take_matrix")).one()
        assert entry.subject == "question:1"
    with app.app_context(), transaction(write=True):
        forget_readers(1)
    later = browser.get(f"/q/{frozen}/matrix").get_data(as_text=True)
    assert "There are no readings here" in later
    assert "Download the readings" not in later


def test_nobody_else_is_shown_the_way_or_let_in(app: Flask, cast: Cast, frozen: int) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    for person in (cast.member, cast.officer, cast.tellers[0]):
        browser = sign_in(app, person)
        assert "/matrix" not in browser.get(f"/q/{frozen}/digest").get_data(as_text=True)
        assert browser.post(f"/q/{frozen}/matrix").status_code == 403
    stale = sign_in(app, cast.observer, fresh=False).post(f"/q/{frozen}/matrix")
    assert stale.status_code == 302
    assert "confirm" in stale.headers["Location"]


@pytest.mark.usefixtures("ground")
def test_an_observer_of_another_question_is_refused_and_after_certification_there_is_nothing(
    cast: Cast, now: datetime
) -> None:
    question, _ = make_camps(cast, now=now)
    close(question, now)
    with pytest.raises(Refused, match="observers of this question"):
        take_matrix(holding(actor(cast.observer), "observer", question.id + 1), question, now=now)
    observer = holding(actor(cast.observer), "observer", question.id)
    assert take_matrix(observer, question, now=now) == 2
    forget_readers(question.id)
    with pytest.raises(Missing):
        take_matrix(observer, question, now=now)
