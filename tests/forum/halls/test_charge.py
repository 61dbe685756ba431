"""From the charge to the proof of the floor: what the halls tell the question."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.halls import parts_views, queries, views
from forum.halls.models import Hall
from forum.kernel import clock
from forum.kernel.database import db
from forum.questions.facts_queries import standing_of_locals
from forum.questions.floor import HOST_HAS
from forum.questions.rules import Opener
from tests.build_questions import make_question
from tests.people import Cast, actor, holding


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


def test_a_hall_is_not_late_before_its_day_on_the_board(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_question(cast, state="charged", now=now)
    row = queries.board(question)[0]
    charged = row.charged_at or question.charged_at
    assert charged is not None
    with ground.test_request_context():
        assert views._cell(row, question, charged + HOST_HAS - timedelta(minutes=1))["state"] == "wait"
        assert views._cell(row, question, charged + HOST_HAS)["state"] == "no"


@pytest.mark.parametrize(("few", "lines"), [(1, 1), (2, 2)])
def test_many_late_halls_are_one_line_of_a_tellers_desk(
    cast: Cast, ground: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch, few: int, lines: int
) -> None:
    question = make_question(cast, state="charged", now=now - HOST_HAS)
    question.charged_at = now - HOST_HAS
    db.session.flush()
    monkeypatch.setattr(parts_views, "FEW", few)
    monkeypatch.setattr(clock, "now", lambda: now)
    with ground.test_request_context():
        items = parts_views.on_the_desk(holding(actor(cast.tellers[0]), "teller", question.id))
    assert len([each for each in items if "stead" in each["what"]]) == lines
