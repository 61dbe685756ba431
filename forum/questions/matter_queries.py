"""Reads of questions on one matter: which earlier question one takes up again, and which later ones take it up."""

from dataclasses import dataclass

from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.questions.models import Question
from forum.questions.queries import may_read
from forum.questions.states import QuestionState

MOST_OFFERED = 100


@dataclass(frozen=True, slots=True)
class Matter:
    """The earlier question that this one takes up again, and the later ones that take this one up."""

    earlier: Question | None
    later: list[Question]


def earlier_on_the_matter(found: Question) -> list[Question]:
    """The question that this one takes up, the one which that took up, and so on back; newest first.

    A question only ever takes up one with a lower number, so the way back has an end.
    """
    chain: list[Question] = []
    while found.takes_up_id is not None:
        found = db.session.get_one(Question, found.takes_up_id)
        chain.append(found)
    return chain


def later_on_the_matter(found: Question) -> list[Question]:
    """Every question that takes this one up, or takes up one that does, by number."""
    later: list[Question] = []
    ids = [found.id]
    while ids:
        next_ones = list(db.session.scalars(db.select(Question).where(Question.takes_up_id.in_(ids))))
        later += next_ones
        ids = [each.id for each in next_ones]
    return sorted(later, key=lambda each: each.number)


def matter_of(actor: Actor, found: Question) -> Matter:
    """For the question's page, as far as this person may read them."""
    earlier = db.session.get_one(Question, found.takes_up_id) if found.takes_up_id is not None else None
    query = db.select(Question).where(Question.takes_up_id == found.id).order_by(Question.number)
    return Matter(earlier, [each for each in db.session.scalars(query) if may_read(actor, each)])


def closed_before(number: int) -> list[Question]:
    """Questions that a draft with this number may take up again: those before it that have closed, newest first."""
    query = db.select(Question).where(Question.number < number, Question.state == QuestionState.CLOSED)
    return list(db.session.scalars(query.order_by(Question.number.desc()).limit(MOST_OFFERED)))
