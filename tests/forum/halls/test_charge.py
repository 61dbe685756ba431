"""From the charge to the proof of the floor: what the halls tell the question."""

from datetime import datetime

from flask import Flask

from forum.halls import queries
from forum.halls.models import Hall
from forum.kernel.database import db
from forum.questions.facts_queries import standing_of_locals
from forum.questions.rules import Opener
from tests.build_questions import make_question
from tests.people import Cast


def test_a_charged_question_has_its_halls_and_a_published_one_has_none(
    cast: Cast, ground: Flask, now: datetime
) -> None:
    published = make_question(cast, state="published", now=now)
    assert db.session.query(Hall).count() == 0
    assert queries.board(published) == []
    charged = make_question(cast, state="charged", now=now)
    assert len(queries.board(charged)) == 2
    assert queries.national_hall(charged.id) is not None


def test_the_guards_of_the_close_see_who_opened_and_what_was_held(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_question(cast, state="charged", now=now)
    hall = queries.hall_of(question.id, cast.local)
    assert hall is not None
    hall.opened_at, hall.opened_as = now, "tellers"
    facts = {each.local_id: each for each in standing_of_locals(question)}
    assert facts[cast.local].opened_by is Opener.TELLERS
    assert facts[cast.other_local].opened_by is None
