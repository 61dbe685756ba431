"""Reads of questions for this slice and the later ones: one question, the current one, its people and
options.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func
from sqlalchemy.orm import aliased, selectinload

from forum.kernel import slots
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Missing
from forum.kernel.kept import kept
from forum.kernel.once import once_a_page
from forum.questions.models import Appointment, Exemption, Option, OptionSecond, Question, QuestionMove
from forum.questions.process import Process
from forum.questions.spokespersons import NAMING_SECONDERS, choose_spokespersons
from forum.questions.states import QuestionState
from forum.questions.templates import stored_process
from forum.questions.timetable import Timetable
from forum.roll.models import Local, Member

NOW_FIRST = (QuestionState.DEBATING, QuestionState.CHARGED, QuestionState.CLOSED)
NO_ID = 2**31 - 1  # past every id that a table can hold


def question(number: int) -> Question:
    """The question with this number, with its options; `Missing` if there is none."""
    query = db.select(Question).where(Question.number == number).options(selectinload(Question.options))
    found: Question | None = db.session.scalars(query).first()
    if found is None:
        raise Missing
    return found


def question_by_id(question_id: int) -> Question:
    """The question with this database id; `Missing` if there is none."""
    found = db.session.get(Question, question_id)
    if found is None:
        raise Missing
    return found


def visible_question(actor: Actor, number: int) -> Question:
    """A question this person may read: everybody once it is published, before that those who prepare or run
    it.
    """
    found = question(number)
    if not may_read(actor, found):
        raise Missing
    return found


def may_read(actor: Actor, found: Question) -> bool:
    """Whether this person may read the question: a draft is shown to officers and to those named for it."""
    if found.published_at is not None or found.state != QuestionState.DRAFTED:
        return True
    return actor.is_officer or found.id in set(db.session.scalars(_named_for(actor)))


def _named_for(actor: Actor) -> Select[Any]:
    """Ids of the questions for which this person is named, also in a draft."""
    named: Select[Any] = db.select(Appointment.question_id).where(Appointment.member_id == actor.member_id)
    return named


def _first_in(state: QuestionState) -> Select[Any]:
    columns = Question.__table__.c
    query: Select[Any] = db.select(columns.id, columns.number, columns.charged_at).where(columns.state == state)
    order = [columns.debate_closes_at] if state == QuestionState.DEBATING else []
    return query.order_by(*order, columns.number.desc()).limit(1)


_CURRENT = [_first_in(state) for state in NOW_FIRST]


@kept
def current_in_short() -> Row[Any] | None:
    """Id, number and charge of the current question, for the navigation of every page."""
    found = (db.session.execute(query).first() for query in _CURRENT)
    return next((row for row in found if row is not None), None)


def current_question() -> Question | None:
    """The question before the union: the debate that ends first, else the newest charged, else the newest closed."""
    found = current_in_short()
    return question_by_id(found.id) if found else None


def leading_question() -> Question | None:
    """The question that leads the front page: one that members vote on now, else the one before the union."""
    for question_id in slots.gather("questions.voting"):
        return question_by_id(question_id)
    return current_question()


def questions_page(actor: Actor, *, before: int | None = None, most: int = 20) -> list[Question]:
    """Questions this person may read, newest first; `before` is the number to go on from."""
    query = db.select(Question).options(selectinload(Question.options))
    if not actor.is_officer:
        published = Question.published_at.is_not(None) | (Question.state != QuestionState.DRAFTED)
        query = query.where(published | Question.id.in_(_named_for(actor)))
    if before is not None:
        query = query.where(Question.number < before)
    return list(db.session.scalars(query.order_by(Question.number.desc()).limit(most)))


@once_a_page
def options(question_id: int) -> list[Option]:
    """The options of a question in the order of their letters."""
    query = db.select(Option).where(Option.question_id == question_id).order_by(Option.position)
    return list(db.session.scalars(query))


def option_by_letter(question_id: int, letter: str) -> Option:
    """The option with this letter; `Missing` if there is none."""
    found = next((each for each in options(question_id) if each.letter == letter.upper()), None)
    if found is None:
        raise Missing
    return found


def appointments(question_id: int, role: str) -> list[int]:
    """Ids of those who hold an office for this question, in the order of naming; none who has left the union, and
    no officer: whom the roll makes one after the charge holds it no longer.
    """
    return list(db.session.scalars(_named_as(question_id, role).where(Member.office != "officer")))


def officers_named(question_id: int, role: str) -> list[int]:
    """Ids of officers who were named for this office, and so do not hold it."""
    return list(db.session.scalars(_named_as(question_id, role).where(Member.office == "officer")))


def needed_trustees(question_id: int) -> list[int]:
    """Ids of the trustees without whom nothing may be opened, as the executive council named them."""
    query = db.select(Appointment.member_id).where(Appointment.question_id == question_id, Appointment.needed)
    return list(db.session.scalars(query.order_by(Appointment.id)))


def _named_as(question_id: int, role: str) -> Select[Any]:
    query: Select[Any] = (
        db.select(Appointment.member_id)
        .join(Member, Member.id == Appointment.member_id)
        .where(Appointment.question_id == question_id, Appointment.role == role, Member.left_at.is_(None))
        .order_by(Appointment.id)
    )
    return query


def named_of(member_ids: Iterable[int]) -> list[tuple[Appointment, Member]]:
    """What these members are named for in questions that have left the drawer and were not withdrawn."""
    query = (
        db.select(Appointment, Member)
        .join(Member, Member.id == Appointment.member_id)
        .join(Question, Question.id == Appointment.question_id)
        .where(Appointment.member_id.in_(list(member_ids)))
        .where(Question.state.not_in([str(QuestionState.DRAFTED), str(QuestionState.WITHDRAWN)]))
        .order_by(Appointment.id)
    )
    return [(appointment, member) for appointment, member in db.session.execute(query)]


def named_people(question_id: int) -> list[tuple[Appointment, Member]]:
    """Everyone appointed for a question, with the member."""
    query = (
        db.select(Appointment, Member)
        .join(Member, Member.id == Appointment.member_id)
        .where(Appointment.question_id == question_id)
        .order_by(Appointment.id)
    )
    return [(appointment, member) for appointment, member in db.session.execute(query)]


# Asked at every page and every event, so it is built once, and of tables: the mapper would double its time.
_appointment, _question, _member = (each.__table__.c for each in (Appointment, Question, Member))
_APPOINTMENTS = (
    db.select(_appointment.role, _appointment.question_id)
    .join(Question.__table__, _question.id == _appointment.question_id)
    .join(Member.__table__, _member.id == _appointment.member_id)
    .where(_appointment.member_id == bindparam("member_id"), _question.state != QuestionState.DRAFTED)
    .where(_member.office != "officer")
)


def appointments_of(member_id: int) -> list[tuple[str, int]]:
    """The offices this member holds: (role, question id) pairs, of every question, past ones too.

    In a draft one officer alone names people; they hold nothing before it has left the drawer. An officer holds none.
    The roll is open to tellers of a question that is not over (`derived_queries.serves`).
    """
    found = db.session.execute(_APPOINTMENTS, {"member_id": member_id})
    return [(role, question_id) for role, question_id in found]


def process_of(found: Question) -> Process:
    """The process as it was chosen and published."""
    return stored_process(found.process)


def timetable_of(found: Question) -> Timetable:
    """The question's dates as the rules read them."""
    return Timetable(
        registration_closes_at=found.registration_closes_at,
        debate_opens_at=found.debate_opens_at,
        debate_closes_at=found.debate_closes_at,
        record_at=found.record_at,
        voting_opens_at=found.vote_opens_at,
        voting_closes_at=found.vote_closes_at,
        challenge_closes_at=found.challenge_closes_at,
    )


def began_at(found: Question) -> datetime | None:
    """When the debate began: at its published date, or at the charge if that came later; None before it
    did.
    """
    if found.state not in (QuestionState.DEBATING, QuestionState.CLOSED) or found.debate_opens_at is None:
        return None
    return max(found.debate_opens_at, found.charged_at or found.debate_opens_at)


def history(question_id: int) -> list[QuestionMove]:
    """Every move of a question, oldest first."""
    query = db.select(QuestionMove).where(QuestionMove.question_id == question_id).order_by(QuestionMove.id)
    return list(db.session.scalars(query))


def exemptions(question_id: int) -> dict[int, str]:
    """Locals that need not honour the charge, with the tellers' public reason."""
    query = db.select(Exemption.local_id, Exemption.reason).where(Exemption.question_id == question_id)
    return dict(db.session.execute(query).all())


def exempt_locals(question_id: int) -> list[tuple[Local, Exemption]]:
    """Locals that the tellers have exempted from the charge, with the public reason."""
    query = db.select(Local, Exemption).join(Exemption, Exemption.local_id == Local.id)
    rows = db.session.execute(query.where(Exemption.question_id == question_id).order_by(Exemption.id))
    return [(each, exemption) for each, exemption in rows]


@once_a_page
def first_seconds(question_id: int) -> list[OptionSecond]:
    """The first ten who seconded each option, in order: those who may name its spokespersons."""
    later = aliased(OptionSecond)
    others = db.select(later.id).where(later.option_id == Option.id).order_by(later.id)
    eleventh = others.offset(NAMING_SECONDERS).limit(1).scalar_subquery()
    query = (
        db.select(OptionSecond)
        .join(Option, Option.id == OptionSecond.option_id)
        .where(Option.question_id == question_id, OptionSecond.id < func.coalesce(eleventh, NO_ID))
    )
    return list(db.session.scalars(query.order_by(OptionSecond.id)))


@once_a_page
def own_seconds(question_id: int, member_id: int) -> dict[int, OptionSecond]:
    """What this member has seconded on the question: option id → the second."""
    query = (
        db.select(OptionSecond)
        .join(Option, Option.id == OptionSecond.option_id)
        .where(Option.question_id == question_id, OptionSecond.member_id == member_id)
    )
    return {each.option_id: each for each in db.session.scalars(query)}


@once_a_page
def spokespersons(found: Question) -> dict[int, tuple[int, ...]]:
    """Who speaks for each option: option id → one or two member ids, as the first ten seconders named
    them.
    """
    order: dict[int, list[int]] = {each.id: [] for each in options(found.id)}
    named: dict[int, dict[int, int]] = {each: {} for each in order}
    for second in first_seconds(found.id):
        order[second.option_id].append(second.member_id)
        if second.names_id is not None:
            named[second.option_id][second.member_id] = second.names_id
    everyone = {member for names in named.values() for member in names.values()}
    query = db.select(Member.id).where(Member.id.in_(everyone), Member.office == "officer")
    officers = set(db.session.scalars(query)) if everyone else set()
    return choose_spokespersons(order, named, officers, found.public_id.encode())


def members_by_number(numbers: Iterable[str]) -> dict[str, Member]:
    """The members on the roll with these numbers; a number nobody has is left out."""
    wanted = set(numbers)
    if not wanted:
        return {}
    query = db.select(Member).where(Member.number.in_(wanted), Member.left_at.is_(None))
    return {each.number: each for each in db.session.scalars(query)}


def member_named(words: str) -> list[Member]:
    """Whom these words may mean: the member with this number, else those of exactly this name (two at most)."""
    if found := members_by_number([words]).get(words):
        return [found]
    query = db.select(Member).where(Member.name == words, Member.left_at.is_(None)).order_by(Member.id)
    return list(db.session.scalars(query.limit(2)))


def local_by_number(number: str) -> Local | None:
    """The local that members call by this number."""
    return db.session.scalars(db.select(Local).where(Local.number == number)).first()
