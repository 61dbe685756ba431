"""Reads of sittings: one with its hall, question and local; the lists of what is live, coming and past."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, and_, bindparam, func, or_

from forum.halls.models import Hall
from forum.halls.queries import HallView
from forum.halls.rules import Place
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Missing
from forum.kernel.kept import kept
from forum.questions.models import Question
from forum.questions.states import QuestionState
from forum.roll.models import Local
from forum.roll.naming import may_be_named
from forum.sittings.models import Attendance, PresentGuest, Sitting
from forum.sittings.rules import LONGEST_SITTING, OPENS_LATE, was_missed

ROWS_A_PAGE = 20
IN_TIME = (QuestionState.CHARGED, QuestionState.DEBATING)  # once the debate is over no session begins any more


@dataclass(frozen=True, slots=True)
class Room:
    """A sitting with what surrounds it; `local` is None in the national hall."""

    sitting: Sitting
    hall: Hall
    question: Question
    local: Local | None

    @property
    def place(self) -> Place:
        """The hall as the rules see it."""
        return HallView(self.hall, self.question, self.local).place

    @property
    def name(self) -> str:
        """The socket room of everybody who follows this sitting."""
        return f"sitting:{self.sitting.id}"

    @property
    def timezone(self) -> str:
        """The hall's own zone; empty in the national hall."""
        return self.local.timezone if self.local else ""

    @property
    def is_open(self) -> bool:
        return self.sitting.state == "open"

    @property
    def never_held(self) -> bool:
        """Whether it was on the calendar, and the debate was over before anybody opened it."""
        return self.sitting.state == "scheduled" and self.question.state not in IN_TIME

    def not_held(self, now: datetime) -> bool:
        """The same, or its hour is so long past that nobody waits any more."""
        return self.never_held or was_missed(self.sitting.state, self.sitting.starts_at, now)


def room(sitting_id: int, *, lock: bool = False) -> Room:
    """One sitting, its row locked for a change if asked. Raises `Missing`."""
    query = _rooms().where(Sitting.id == sitting_id)
    if lock:
        query = query.with_for_update(of=Sitting).execution_options(populate_existing=True)
    row = db.session.execute(query).first()
    if row is None:
        raise Missing
    return _room(row)


def zone_of(room: Room) -> str:
    """The zone in which a room's times are printed and mailed: the hall's own, the union's for the national hall."""
    return room.timezone or str(current_app.config["HUSTINGS"].timezone)


def attendance(sitting: Sitting) -> int:
    """How many came: counted while open, the number kept afterwards."""
    if sitting.state != "open":
        return sitting.attendance_count
    members = db.select(func.count()).select_from(Attendance).where(Attendance.sitting_id == sitting.id)
    guests = db.select(func.count()).select_from(PresentGuest).where(PresentGuest.sitting_id == sitting.id)
    return (db.session.scalar(members) or 0) + (db.session.scalar(guests) or 0)


def attends(sitting_id: int, member_id: int) -> bool:
    """Whether this member was counted."""
    return db.session.get(Attendance, (sitting_id, member_id)) is not None


def over(question_id: int, hall_id: int | None = None) -> list[tuple[int, int, int]]:
    """Hall id, length in whole minutes and attendance of every session of a question that was closed, oldest first; of
    one hall alone if it is named."""
    query = db.select(Sitting).join(Hall).where(Hall.question_id == question_id, Sitting.state == "closed")
    if hall_id is not None:
        query = query.where(Sitting.hall_id == hall_id)
    found = db.session.scalars(query.order_by(Sitting.closed_at, Sitting.id))
    return [(each.hall_id, length_of(each) // timedelta(minutes=1), each.attendance_count) for each in found]


def length_of(sitting: Sitting) -> timedelta:
    """How long a closed session lasted."""
    if sitting.opened_at is None or sitting.closed_at is None:
        return timedelta()
    return sitting.closed_at - sitting.opened_at


def left_open(now: datetime) -> list[int]:
    """Sessions that nobody has closed in the time a session can last."""
    query = db.select(Sitting.id).where(Sitting.state == "open", Sitting.opened_at <= now - LONGEST_SITTING)
    return list(db.session.scalars(query.order_by(Sitting.id)))


def live(actor: Actor) -> list[Room]:
    """Sessions under way, as far as this reader may know of them; own local's first."""
    query = _rooms().where(Sitting.state == "open", _named_to(actor))
    rooms = [_room(row) for row in db.session.execute(query.order_by(Sitting.opened_at).limit(ROWS_A_PAGE))]
    return sorted(rooms, key=lambda each: each.hall.local_id != actor.local_id)


_ANY_LIVE = db.select(Sitting.__table__.c.id).where(Sitting.__table__.c.state == "open").limit(1)


@kept
def any_live() -> bool:
    """Whether a session is under way anywhere."""
    return db.session.execute(_ANY_LIVE).first() is not None


def coming(
    actor: Actor, since: datetime, page: int = 1, *, before: datetime | None = None, most: int = ROWS_A_PAGE
) -> list[Room]:
    """Scheduled sessions in order of time; one row more than `most` tells that there is a next page.

    One that was never opened drops out when `since` has passed it.
    """
    query = _rooms().where(Sitting.state == "scheduled", Question.state.in_(IN_TIME), _named_to(actor))
    query = query.where(Sitting.starts_at >= since)
    if before is not None:
        query = query.where(Sitting.starts_at < before)
    query = query.order_by(Sitting.starts_at, Sitting.id).offset((page - 1) * most).limit(most + 1)
    return [_room(row) for row in db.session.execute(query)]


def past(actor: Actor, now: datetime, page: int = 1) -> list[Room]:
    """Closed sessions and those that never took place, newest first; one row more than a page tells that there is a
    next page.
    """
    not_held = or_(Question.state.not_in(IN_TIME), Sitting.starts_at <= now - OPENS_LATE)
    over = or_(Sitting.state == "closed", and_(Sitting.state == "scheduled", not_held))
    query = _rooms().where(over, _named_to(actor)).offset((page - 1) * ROWS_A_PAGE)
    query = query.order_by(func.coalesce(Sitting.closed_at, Sitting.starts_at).desc(), Sitting.id.desc())
    return [_room(row) for row in db.session.execute(query.limit(ROWS_A_PAGE + 1))]


def of_hall(hall_id: int, most: int = ROWS_A_PAGE) -> list[Room]:
    """A hall's sessions, those to come and live ones first, then the newest past."""
    return [_room(row) for row in db.session.execute(_OF_HALL, {"hall_id": hall_id, "most": most})]


def to_join(actor: Actor, question_id: int) -> list[Room]:
    """Live sessions of the question in the member's own local and in the national hall."""
    own = or_(Hall.local_id.is_(None), Hall.local_id == actor.local_id)
    query = _rooms().where(Sitting.state == "open", Hall.question_id == question_id, own)
    return [_room(row) for row in db.session.execute(query.order_by(Hall.local_id.is_(None)).limit(3))]


def to_run(actor: Actor, now: datetime) -> list[Room]:
    """Sessions that wait for this host or teller: due within a day, live, or with minutes to sign; none that nobody
    opened in its time."""
    national = [number for role, number in actor.appointments if role == "teller"]
    mine = [and_(Hall.local_id.is_(None), Hall.question_id.in_(national))]
    if actor.office == "host":
        mine.append(Hall.local_id == actor.local_id)
    near = Sitting.starts_at.between(now - OPENS_LATE, now + timedelta(days=1))
    waits = or_(
        and_(Sitting.state == "scheduled", near, Question.state.in_(IN_TIME)),
        Sitting.state == "open",
        and_(Sitting.state == "closed", Sitting.minutes_signed_at.is_(None)),
    )
    query = _rooms().where(or_(*mine), waits).order_by(Sitting.starts_at).limit(ROWS_A_PAGE)
    return [_room(row) for row in db.session.execute(query)]


def _rooms() -> Any:
    query = db.select(Sitting, Hall, Question, Local).join(Hall, Hall.id == Sitting.hall_id)
    return query.join(Question, Question.id == Hall.question_id).outerjoin(Local, Local.id == Hall.local_id)


_OF_HALL = (
    _rooms()
    .where(Sitting.hall_id == bindparam("hall_id"), Sitting.state != "cancelled")
    .order_by((Sitting.state == "closed"), Sitting.starts_at.desc())
    .limit(bindparam("most"))
)


def _room(row: Any) -> Room:
    return Room(*row)


def _named_to(actor: Actor) -> ColumnElement[bool]:
    """Visitors learn nothing of a hall with few members; members learn of every hall."""
    if actor.is_member:
        return Sitting.id.is_not(None)
    return or_(Hall.local_id.is_(None), may_be_named(Hall.local_id))
