"""A member registers for a vote, or takes it back."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, Update
from sqlalchemy.exc import IntegrityError

from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Invalid, Missing, Problem, refuse_unless
from forum.questions.models import Question
from forum.roll.queries import member
from forum.roll.rules import clean_number
from referendum.registration.models import Registration, RegistrationCount
from referendum.registration.queries import has_registration, registration
from referendum.registration.rules import NOT_OPEN, NOT_YOURS, is_open


def register(actor: Actor, question: Question, card: str, *, now: datetime) -> None:
    """Who holds the card registers with its number. Once registered, again changes nothing."""
    _refuse_unless_open(question, now)
    if clean_number(card) != clean_number(member(actor.member_id).number):
        raise Invalid([Problem("card", NOT_YOURS)])
    own = registration(question.id, actor.member_id)
    if own is not None:
        return
    try:
        with db.session.begin_nested():
            db.session.add(Registration(question_id=question.id, member_id=actor.member_id, at=now))
            db.session.flush()
    except IntegrityError:  # the same member's other window was first, this very moment
        return
    _count(question.id, 1)


def take_back(actor: Actor, question: Question, *, now: datetime) -> None:
    """A member is not registered any more. Not registered, it changes nothing."""
    _refuse_unless_open(question, now)
    own = db.delete(Registration).where(
        Registration.question_id == question.id, Registration.member_id == actor.member_id
    )
    if _changed(own):
        _count(question.id, -1)


def _count(question_id: int, step: int) -> None:
    """Add to the kept count in the database itself, so that of two who come at once both are counted."""
    kept = RegistrationCount.question_id == question_id
    more = db.update(RegistrationCount).where(kept).values(count=RegistrationCount.count + step)
    if _changed(more):
        return
    try:
        with db.session.begin_nested():
            db.session.add(RegistrationCount(question_id=question_id, count=step))
            db.session.flush()
    except IntegrityError:  # another member was the first, this very moment
        db.session.execute(more)


def _changed(statement: Delete | Update) -> bool:
    """Whether it met a row."""
    return cast("CursorResult[Any]", db.session.execute(statement)).rowcount > 0


def _refuse_unless_open(question: Question, now: datetime) -> None:
    if not has_registration(question):
        raise Missing
    refuse_unless(is_open(question.state, question.registration_closes_at, now), NOT_OPEN)
