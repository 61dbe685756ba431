"""Reads for what leaves the site."""

from dataclasses import dataclass

from forum.arguments.list_queries import in_view
from forum.arguments.models import Argument
from forum.kernel.database import db
from forum.questions.models import Option, Question
from forum.questions.rules import letter_at
from forum.sittings.models import Sitting

NEWEST = 50


@dataclass(frozen=True, slots=True)
class PublicArgument:
    """What everybody may know of an argument: the claim and the option it is for or against."""

    argument: Argument
    letter: str


def seconded(question: Question) -> list[PublicArgument]:
    """The newest seconded arguments that stand: neither withdrawn, merged nor hidden."""
    query = (
        db.select(Argument, Option.position)
        .join(Option, Option.id == Argument.option_id)
        .where(Argument.question_id == question.id, Argument.seconded_at.is_not(None), *in_view())
        .order_by(Argument.seconded_at.desc(), Argument.number.desc())
        .limit(NEWEST)
    )
    rows = db.session.execute(query)
    return [PublicArgument(argument, letter_at(position)) for argument, position in rows]


def sittings_of(hall_id: int) -> list[Sitting]:
    """A hall's sessions with the cancelled ones, which a calendar must hear of."""
    query = db.select(Sitting).where(Sitting.hall_id == hall_id).order_by(Sitting.starts_at.desc())
    return list(db.session.scalars(query.limit(NEWEST)))
