"""Which vote leads the front page."""

from datetime import datetime, timedelta

from flask import Flask

from forum.kernel.database import db
from forum.questions.models import Question
from referendum.process.models import Vote
from referendum.process.queries import questions_voting


def add_vote(number: int, now: datetime, days: int, params: dict[str, object]) -> int:
    question = Question(public_id=f"q{number}", number=number, title="T", template="weiner", created_at=now)
    db.session.add(question)
    db.session.flush()
    names = {name: f"{name}{number}" for name in ("public_id", "uuid_v", "uuid_c")}
    dates = {"opens_at": now, "closes_at": now + timedelta(days=days)}
    db.session.add(Vote(question_id=question.id, state="open", params=params, **names, **dates))
    db.session.flush()
    return question.id


def test_the_vote_that_closes_first_leads_and_boxes_of_others_come_after_ones_own(ground: Flask, now: datetime) -> None:
    assert ground
    guest = add_vote(1, now, 1, {"guest": {"union": "Others"}})
    later, sooner = add_vote(2, now, 9, {}), add_vote(3, now, 5, {})
    assert questions_voting() == [sooner, later, guest]
