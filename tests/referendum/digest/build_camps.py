"""A debate between two camps of seven that read everything, for tests of opinion groups."""

from datetime import datetime

from forum.arguments.models import Argument
from forum.arguments.rules import Answer
from forum.halls.models import Hall
from forum.kernel.database import db
from forum.questions.models import Question
from forum.roll.models import Local
from tests.build_halls import make_argument, make_reading
from tests.build_questions import make_question
from tests.people import Cast, make_member

CLAIMS = (
    "The strike fund lasts nine weeks", "Two-tier pay stays until 2030", "Overtime needs a day of notice",
    "Pensions are indexed again", "Depots keep their doctors",
)  # fmt: skip
CAMP = 7


def make_camps(cast: Cast, *, now: datetime) -> tuple[Question, list[Argument]]:
    """Seven members agree with what argues for A and disagree with the rest, seven the other way about."""
    question = make_question(cast, state="debating", now=now)
    for hall in db.session.scalars(db.select(Hall).where(Hall.question_id == question.id)):
        hall.opened_at, hall.opened_as = now, "host"
    places = [db.session.get_one(Local, cast.local), db.session.get_one(Local, cast.other_local)]
    camps = [[make_member(f"9{camp}{n:02d}", f"Reader {camp} {n}", places[n % 2]) for n in range(CAMP)]
             for camp in range(2)]  # fmt: skip
    db.session.flush()
    arguments = [
        make_argument(question, cast.member, seconded_by=cast.seconder, option=place % 2, claim=claim, now=now)
        for place, claim in enumerate(CLAIMS)
    ]
    for camp, readers in enumerate(camps):
        for place, argument in enumerate(arguments):
            for reader in readers:
                make_reading(argument, reader, Answer.AGREE if place % 2 == camp else Answer.DISAGREE, now=now)
    return question, arguments
