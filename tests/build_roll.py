"""What tests of the roll and of sign-in build: a question, so that somebody can be a teller of it."""

from flask import Flask
from flask.testing import FlaskClient

from forum.kernel.database import db, transaction
from forum.questions.models import Appointment, Question
from tests.build_halls import weiner
from tests.conftest import NOW
from tests.people import Cast, sign_in


def make_teller(app: Flask, cast: Cast, *, fresh: bool = True, second_factor: bool = True) -> FlaskClient:
    """A browser on which the first teller of the cast is signed in, named in a question."""
    with app.app_context(), transaction(write=True):
        question = Question(
            public_id="q", number=1, title="Ratify?", template="weiner", process=weiner(), state="charged",
            created_at=NOW, charged_at=NOW, created_by_id=cast.officer,
        )  # fmt: skip
        db.session.add(question)
        db.session.flush()
        db.session.add(Appointment(question_id=question.id, member_id=cast.tellers[0], role="teller", named_at=NOW))
    return sign_in(app, cast.tellers[0], fresh=fresh, second_factor=second_factor)
