"""Reads of registrations."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from forum.kernel.database import db
from forum.kernel.errors import Missing
from forum.questions.models import Question
from forum.questions.process import RegistrationStage, StageKind
from forum.questions.queries import process_of
from referendum.registration.models import Registration, RegistrationCount
from referendum.registration.rules import is_open


@dataclass(frozen=True, slots=True)
class RegistrationPage:
    """What a member is told: until when it is open, when they registered, and how many have."""

    question: Question
    closes_at: datetime | None
    open: bool
    registered_at: datetime | None
    count: int


def has_registration(question: Question) -> bool:
    """Whether the process of this question asks members to register."""
    return isinstance(process_of(question).stage(StageKind.REGISTRATION), RegistrationStage)


def registration(question_id: int, member_id: int) -> Registration | None:
    """A member's own."""
    return db.session.get(Registration, (question_id, member_id))


def registered_among(question_id: int, member_ids: Collection[int]) -> set[int]:
    """Those of these members who have registered. Ask for some thousands at most."""
    query = db.select(Registration.member_id)
    query = query.where(Registration.question_id == question_id, Registration.member_id.in_(member_ids))
    return set(db.session.scalars(query))


def registered_count(question_id: int) -> int:
    """How many have registered."""
    query = db.select(RegistrationCount.count).where(RegistrationCount.question_id == question_id)
    return db.session.scalar(query) or 0


def registered_members(question: Question) -> frozenset[int] | None:
    """Ids of all who registered, for the freeze of the roll; None where nobody needs to."""
    if not has_registration(question):
        return None
    query = db.select(Registration.member_id).where(Registration.question_id == question.id)
    return frozenset(db.session.scalars(query))


def registration_page(question: Question, member_id: int, now: datetime) -> RegistrationPage:
    """The page on which a member registers. Raises `Missing` where nobody needs to."""
    if not has_registration(question) or question.published_at is None:
        raise Missing
    own = registration(question.id, member_id)
    closes_at = question.registration_closes_at
    return RegistrationPage(
        question, closes_at, is_open(question.state, closes_at, now), own.at if own else None,
        registered_count(question.id),
    )  # fmt: skip
