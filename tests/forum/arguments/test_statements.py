"""Statements of the leadership and the replies of minorities."""

from datetime import datetime

import pytest
from flask import Flask

from forum.arguments import statement_operations as operations
from forum.arguments.forms import NewStatement
from forum.arguments.models import Statement
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db
from forum.kernel.errors import Invalid, Missing, Refused
from forum.questions.models import Question
from forum.roll.models import Local
from tests.build_halls import make_debate
from tests.people import Cast, actor, holding, make_member


def stated(cast: Cast, question: Question, now: datetime, option: int = 0) -> Statement:
    new = NewStatement("Take it", "It is **fair**.", option_id=question.options[option].id)
    return operations.publish_statement(actor(cast.officer), question.id, new, now=now)


def replied(cast: Cast, question: Question, now: datetime) -> Statement:
    new = NewStatement("It is not", "Ask the nights.", answers_id=stated(cast, question, now).id)
    return operations.publish_reply(actor(cast.member), question.id, new, now=now)


def test_an_officer_states_once_for_each_option(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast)
    statement = stated(cast, question, now)
    assert (statement.kind, statement.stands_at) == ("leadership", now)
    assert statement.html == "<p>It is <strong>fair</strong>.</p>"
    with pytest.raises(Refused):
        stated(cast, question, now)
    assert stated(cast, question, now, option=1).option_id == question.options[1].id
    assert db.session.scalars(db.select(AuditEntry.act)).all() == ["publish_statement"] * 2


@pytest.mark.parametrize("person", ["member", "host", "observer", "suspended"])
def test_nobody_else_states_for_the_leadership(cast: Cast, ground: Flask, now: datetime, person: str) -> None:
    question = make_debate(cast)
    new = NewStatement("We", "say", option_id=question.options[0].id)
    with pytest.raises(Refused):
        operations.publish_statement(actor(getattr(cast, person)), question.id, new, now=now)


def test_a_statement_belongs_to_an_option_of_the_question_and_to_the_debate(
    cast: Cast, ground: Flask, now: datetime
) -> None:
    question, other = make_debate(cast), make_debate(cast)
    for option in (None, other.options[0].id):
        with pytest.raises(Invalid):
            operations.publish_statement(actor(cast.officer), question.id, NewStatement("a", "b", option), now=now)
    question.state = "closed"
    with pytest.raises(Refused):
        stated(cast, question, now)


def test_a_reply_stands_when_enough_of_two_locals_have_signed(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast)
    reply = replied(cast, question, now)
    assert reply.stands_at is None
    operations.sign_reply(actor(cast.seconder), reply.id, now=now)
    assert reply.stands_at is None
    operations.sign_reply(actor(cast.elsewhere), reply.id, now=now)
    assert reply.stands_at == now


def test_a_large_union_asks_for_ten_signatures(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast)
    reply = replied(cast, question, now)
    there = db.session.get_one(Local, cast.other_local)
    many = [make_member(f"9{place:04d}", f"Number {place}", there) for place in range(1000)]
    for signer in many[:8]:
        operations.sign_reply(actor(signer), reply.id, now=now)
    assert reply.stands_at is None
    operations.sign_reply(actor(many[8]), reply.id, now=now)
    assert reply.stands_at == now


def test_nobody_signs_twice_or_without_taking_part(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast)
    reply = replied(cast, question, now)
    teller = holding(actor(cast.tellers[0]), "teller", question.id)
    for person in (actor(cast.member), actor(cast.suspended), teller):
        with pytest.raises(Refused):
            operations.sign_reply(person, reply.id, now=now)
    statement = reply.answers_id or 0
    for nothing in (statement, 999):
        with pytest.raises(Missing):
            operations.sign_reply(actor(cast.elsewhere), nothing, now=now)


def test_a_member_writes_one_reply_to_a_statement(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast)
    reply = replied(cast, question, now)
    again = NewStatement("And", "again", answers_id=reply.answers_id)
    with pytest.raises(Refused):
        operations.publish_reply(actor(cast.member), question.id, again, now=now)
    with pytest.raises(Invalid):
        operations.publish_reply(
            actor(cast.elsewhere), question.id, NewStatement("a", "b", answers_id=reply.id), now=now
        )
