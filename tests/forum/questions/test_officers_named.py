"""Nobody who is an officer is teller, trustee or observer of the same question, also when the roll makes one later."""

from datetime import datetime

import pytest
from flask import Flask

from forum.bodies import registry
from forum.kernel import clock
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db, transaction
from forum.questions import queries
from forum.questions.derived_queries import label_of
from forum.questions.models import Question
from forum.questions.page_queries import people_of
from forum.roll import import_operations, importing
from forum.roll.models import Member
from tests.build_questions import make_question
from tests.forum.roll.files import roll, row
from tests.people import Cast


@pytest.fixture
def debating(cast: Cast, ground: Flask, now: datetime) -> Question:
    return make_question(cast, state="debating", now=now)


def make_officer(member_id: int) -> None:
    db.session.get_one(Member, member_id).office = "officer"
    db.session.flush()


def test_a_teller_whom_the_roll_makes_an_officer_signs_for_the_council_alone(cast: Cast, debating: Question) -> None:
    teller = cast.tellers[0]
    make_officer(teller)
    assert teller in registry.members_of("council", debating.id)
    assert registry.members_of("tellers", debating.id) == frozenset(cast.tellers[1:])
    assert queries.appointments_of(teller) == []
    assert len(people_of(debating).named["teller"]) == 2


def test_the_label_says_how_many_trustees_are_left_and_why(cast: Cast, debating: Question, now: datetime) -> None:
    make_officer(cast.trustees[0])
    row_ = next(each for each in label_of(debating, now) if each.code == "counts")
    assert str(row_.answer) == "1 trustees together, none of them an officer"
    assert [str(each) for each in row_.beneath] == ["1 named as trustees are officers now, and no longer hold a key."]


def test_what_the_roll_does_to_an_appointment_is_in_the_audit_log(app: Flask, cast: Cast) -> None:
    with app.test_request_context(), transaction(write=True):
        make_question(cast, state="debating", now=clock.now())
    _import(app, "officer")
    _import(app, "")
    with app.app_context():
        query = db.select(AuditEntry).where(AuditEntry.act.in_(("end_appointment", "restore_appointment")))
        entries = list(db.session.scalars(query.order_by(AuditEntry.height)))
    assert [each.act for each in entries] == ["end_appointment", "restore_appointment"]


def _import(app: Flask, office: str) -> None:
    with app.test_request_context(), transaction(write=True):
        raw = roll(row(number="3001", name="Teller 1", office=office))
        import_id = import_operations.receive_roll(None, "roll.csv", raw, now=clock.now()).id
    with app.app_context():
        importing.look_over(import_id, app.config["HUSTINGS"])
        with transaction(write=True):
            import_operations.begin_apply(None, import_id, marks_absent=False, now=clock.now())
        importing.write(import_id, app.config["HUSTINGS"])
