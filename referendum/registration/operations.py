"""A member registers for a vote, or takes it back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, Update
from sqlalchemy.exc import IntegrityError

from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Invalid, Missing, Problem, refuse_unless
from forum.questions.models import Question
from forum.roll.queries import numbers_of
from forum.roll.rules import clean_number
from referendum.registration.models import Registration, RegistrationCount
from referendum.registration.queries import has_registration, registered_among
from referendum.registration.rules import NOT_OPEN, NOT_YOURS, is_open


def register(actor: Actor, question: Question, card: str, *, now: datetime) -> None:
    """Who holds the card registers with its number. Once registered, again changes nothing."""
    register_cards(question, {actor.member_id: card}, now=now)


def register_cards(question: Question, cards: Mapping[int, str], *, now: datetime) -> None:
    """The same for some members at once, each with the number of their own card. Raises `Invalid` if one is not."""
    _refuse_unless_open(question, now)
    numbers = numbers_of(cards)
    if any(clean_number(card) != clean_number(numbers.get(each, "")) for each, card in cards.items()):
        raise Invalid([Problem("card", NOT_YOURS)])
    done = registered_among(question.id, cards)
    rows = [{"question_id": question.id, "member_id": each, "at": now} for each in cards if each not in done]
    if not rows:
        return
    try:
        with db.session.begin_nested():
            db.session.execute(db.insert(Registration), rows)
    except IntegrityError:  # the same member's other window was first, this very moment
        if len(rows) > 1:
            raise
        return
    _count(question.id, len(rows))


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
