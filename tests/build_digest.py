"""A debate with arguments and readings, closed by the real operations, so that a digest can be frozen from it."""

from datetime import datetime, timedelta

from forum.arguments.models import Argument
from forum.halls.models import Hall
from forum.kernel.database import db
from forum.questions.facts_queries import gather_facts
from forum.questions.models import Question
from forum.questions.operations import close_debate
from referendum.digest import close_operations, close_queries
from tests.build_halls import make_argument, make_reading
from tests.build_questions import all_honoured, make_question
from tests.people import Cast
from tests.scenes import remembered

CLAIMS = ("The strike fund lasts nine weeks", "Two-tier pay stays until 2030", "Overtime needs a day of notice")


@remembered
def make_debated(
    cast: Cast, *, now: datetime, claims: tuple[str, ...] = CLAIMS, own: str = "",
    options: tuple[str, ...] = ("Accept", "Reject"),
) -> tuple[Question, list[Argument]]:  # fmt: skip
    """A question still in debate: claims by turns for A and for B, each read by nine members of both locals."""
    question = make_question(cast, state="debating", now=now, options=options, own=own)
    for hall in db.session.scalars(db.select(Hall).where(Hall.question_id == question.id)):
        hall.opened_at, hall.opened_as = now, "host"
    db.session.flush()
    arguments = []
    readers = (cast.seconder, cast.host, cast.retired, *cast.officers, cast.elsewhere, cast.other_host)
    for place, claim in enumerate(claims):
        argument = make_argument(
            question, cast.member, seconded_by=cast.seconder, option=place % 2, claim=claim, now=now
        )
        for reader in readers:
            make_reading(argument, reader, now=now)
        arguments.append(argument)
    return question, arguments


@remembered
def close(question: Question, now: datetime) -> datetime:
    """Close the debate on its published day with every local honoured, and add up its readings; returns that moment."""
    at = max(question.debate_closes_at or now, now) + timedelta(seconds=1)
    close_debate(question, at, gather_facts(question, locals=all_honoured(), unanswered_reach=()))
    close_operations.keep(question, close_operations.find_groups(close_queries.read_close(question)), at)
    return at
