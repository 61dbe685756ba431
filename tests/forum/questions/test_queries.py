"""Which question stands on the front page."""

from datetime import datetime, timedelta

from flask import Flask

from forum.questions.queries import current_question
from tests.build_questions import make_question
from tests.people import Cast


def test_the_debate_that_ends_first_is_the_question_before_the_union(ground: Flask, cast: Cast, now: datetime) -> None:
    assert current_question() is None
    make_question(cast, state="closed", now=now)
    charged = make_question(cast, state="charged", now=now)
    assert current_question() is charged
    first = make_question(cast, state="debating", now=now)
    make_question(cast, state="debating", now=now, debate_closes_at=now + timedelta(days=90))
    assert current_question() is first
