"""Reads of halls: one hall with what surrounds it, the charge board, and what each local has done under the charge."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import and_, bindparam, case, func, or_

from forum.halls.invitation_models import Invitation
from forum.halls.models import Hall
from forum.halls.rules import Place, was_held
from forum.kernel import slots
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Missing
from forum.kernel.kept import kept, still
from forum.kernel.languages import zone_name
from forum.questions.floor import HOST_HAS, LocalFacts, Opener
from forum.questions.models import Exemption, Question
from forum.questions.queries import process_of
from forum.questions.rules import QuestionState
from forum.roll.models import Local, Member
from forum.roll.rules import counting_order

MOST_ON_A_DESK = 50


@dataclass(frozen=True)
class HallView:
    """A hall with its question and local; `local` is None for the national hall."""

    hall: Hall
    question: Question
    local: Local | None

    @cached_property
    def place(self) -> Place:
        """The hall as the rules see it, once for all posts of a page."""
        state = QuestionState(self.question.state)
        opened, local_id = self.hall.opened_at is not None, self.hall.local_id
        invited = invited_ids(self.hall.id) if local_id is not None else frozenset()
        return Place(self.question.id, state, local_id, opened, invited)


@dataclass(frozen=True)
class BoardRow:
    """One local on the charge board. `state`: yes (honoured), part (under way), no (shut), free (exempt). `sessions`
    are minutes and attendance of those that are over; `held` counts those that the charge counts.
    """

    hall_id: int
    local_id: int
    number: str
    name: str
    state: str
    opened_at: datetime | None
    opened_as: str
    honoured_at: datetime | None
    held: int
    posts: int
    exemption: str | None
    charged_at: datetime | None = None
    sessions: tuple[tuple[int, int], ...] = ()


_HALL = (
    db.select(Hall, Question, Local)
    .join(Question, Question.id == Hall.question_id)
    .outerjoin(Local, Local.id == Hall.local_id)
    .where(Hall.id == bindparam("hall_id"))
)


def hall(hall_id: int) -> HallView:
    """One hall. Raises `Missing`."""
    row = db.session.execute(_HALL, {"hall_id": hall_id}).first()
    if row is None:
        raise Missing
    return HallView(row.Hall, row.Question, row.Local)


@kept
def shown_hall(hall_id: int) -> HallView:
    """The same for a page that shows it, and changes nothing of it."""
    found = hall(hall_id)
    return HallView(still(found.hall), still(found.question), still(found.local) if found.local else None)


# Asked with every hall and every line of its chat, so it is built once.
_invitation = Invitation.__table__.c
_INVITED = db.select(_invitation.member_id).where(
    _invitation.hall_id == bindparam("hall_id"), _invitation.withdrawn_at.is_(None)
)


@kept
def invited_ids(hall_id: int) -> frozenset[int]:
    """Members whom the host of a hall has invited to speak there, and whose invitation holds."""
    return frozenset(db.session.execute(_INVITED, {"hall_id": hall_id}).scalars())


_OF_QUESTION = db.select(Hall).where(Hall.question_id == bindparam("question_id"))
_NATIONAL = _OF_QUESTION.where(Hall.local_id.is_(None))
_OF_LOCAL = _OF_QUESTION.where(Hall.local_id == bindparam("local_id"))


def hall_of(question_id: int, local_id: int | None) -> Hall | None:
    """The hall of a local for a question; the national one for None."""
    query = _NATIONAL if local_id is None else _OF_LOCAL
    found: Hall | None = db.session.scalar(query, {"question_id": question_id, "local_id": local_id})
    return found


def national_hall(question_id: int) -> Hall | None:
    """The union's hall for a question."""
    return hall_of(question_id, None)


@kept
def national_hall_id(question_id: int) -> int | None:
    """Where the union's hall for a question is."""
    found = national_hall(question_id)
    return found.id if found else None


_hall, _question = Hall.__table__.c, Question.__table__.c
_OWN_HALL = (
    db.select(_hall.id)
    .join(Question.__table__, _question.id == _hall.question_id)
    .where(_hall.local_id == bindparam("local_id"), _question.state != "withdrawn")
    .order_by(case((_question.state == "debating", 0), (_question.state == "charged", 1), else_=2))
    .order_by(_question.number.desc())
    .limit(1)
)


@kept
def own_hall_id(local_id: int) -> int | None:
    """The hall of a local for the question now before the union: the newest in debate, else charged, else closed."""
    found: int | None = db.session.execute(_OWN_HALL, {"local_id": local_id}).scalar()
    return found


def sessions_over(question_id: int, hall_id: int | None = None) -> dict[int, tuple[tuple[int, int], ...]]:
    """Hall id → length in minutes and attendance of each session that was closed, told by the slice above through the
    slot hall.sessions_over; of one hall alone if it is named, for a union has thousands.
    """
    found: dict[int, tuple[tuple[int, int], ...]] = {}
    for where, minutes, attendance in slots.gather("hall.sessions_over", question_id, hall_id):
        found[where] = (*found.get(where, ()), (minutes, attendance))
    return found


def sessions_held(question_id: int, hall_id: int | None = None) -> dict[int, int]:
    """Hall id → live sessions that count for the charge; of one hall alone if it is named."""
    over = sessions_over(question_id, hall_id)
    counted = {where: sum(was_held(*each) for each in sessions) for where, sessions in over.items()}
    return {where: count for where, count in counted.items() if count}


def sessions_due(question: Question) -> int:
    """How many live sessions the charge asks of each local."""
    stages = question.process.get("stages", [])
    return next((int(each.get("min_sessions", 1)) for each in stages if each.get("kind") == "debate"), 1)


def board(question: Question) -> list[BoardRow]:
    """Every local under the charge, by number."""
    query = (
        db.select(Hall, Local.number, Local.name, Exemption.reason)
        .join(Local, Local.id == Hall.local_id)
        .outerjoin(Exemption, and_(Exemption.local_id == Hall.local_id, Exemption.question_id == Hall.question_id))
        .where(Hall.question_id == question.id)
    )
    over = sessions_over(question.id)
    rows = [_board_row(each.Hall, each.number, each.name, each.reason, over) for each in db.session.execute(query)]
    return sorted(rows, key=lambda row: counting_order(row.number))


def _board_row(
    hall: Hall, number: str, name: str, exemption: str | None, over: dict[int, tuple[tuple[int, int], ...]]
) -> BoardRow:
    sessions = over.get(hall.id, ())
    state = "part" if hall.opened_at else "no"
    if exemption is not None:
        state = "free"
    elif hall.honoured_at:
        state = "yes"
    assert hall.local_id is not None
    return BoardRow(
        hall.id, hall.local_id, number, name, state, hall.opened_at, hall.opened_as, hall.honoured_at,
        sum(was_held(*each) for each in sessions), hall.post_count, exemption, hall.charged_at, sessions,
    )  # fmt: skip


def locals_under_charge(question: Question) -> dict[str, Any]:
    """For the guards of the debate's close: what every local has done, and how many town halls were held. Nothing
    before the charge."""
    somebody = db.select(Member.id).where(Member.local_id == Local.id, Member.left_at.is_(None)).exists()
    peopled = set(db.session.scalars(db.select(Local.id).where(somebody)))
    facts = tuple(
        LocalFacts(
            row.local_id,
            row.name or row.number,
            Opener(row.opened_as) if row.opened_as else None,
            row.held,
            row.exemption,
            too_late=_too_late(question, row.charged_at),
            sessions=row.sessions,
            empty=row.local_id not in peopled,
        )
        for row in board(question)
    )
    return {"locals": facts, "town_halls": _town_halls(question)} if facts else {}


def _town_halls(question: Question) -> int:
    """How many live sessions of the national hall count, where the process asks for some."""
    debate = process_of(question).debate
    national = hall_of(question.id, None) if debate and debate.town_halls else None
    return sessions_held(question.id, national.id).get(national.id, 0) if national else 0


def _too_late(question: Question, charged_at: datetime | None) -> bool:
    closes_at = question.debate_closes_at
    return charged_at is not None and closes_at is not None and closes_at - charged_at < HOST_HAS


def without_a_hall() -> list[tuple[Question, list[int]]]:
    """For every question charged or in debate: the locals that have no hall, since they came after the charge."""
    running = db.select(Question).where(Question.state.in_(("charged", "debating"))).order_by(Question.id)
    found = []
    for question in db.session.scalars(running):
        there = db.select(Hall.local_id).where(Hall.question_id == question.id, Hall.local_id.is_not(None))
        missing = list(db.session.scalars(db.select(Local.id).where(Local.id.not_in(there)).order_by(Local.id)))
        if missing:
            found.append((question, missing))
    return found


def empty_late_halls() -> list[Hall]:
    """Halls that came after the charge, were never opened, and whose local has no member, past or present."""
    members = db.select(Member.id).where(Member.local_id == Hall.local_id).exists()
    query = db.select(Hall).where(Hall.charged_at.is_not(None), Hall.opened_at.is_(None), ~members)
    return list(db.session.scalars(query.order_by(Hall.id)))


def zone_of(view: HallView) -> str:
    """The time zone in which a hall keeps its dates; the union's for the national hall."""
    return view.local.timezone if view.local else zone_name()


def to_open(actor: Actor, now: datetime) -> list[HallView]:
    """Halls this person should open now: a host's own, and for tellers the national one and those left shut a week."""
    query = (
        db.select(Hall, Question, Local)
        .join(Question, Question.id == Hall.question_id)
        .outerjoin(Local, Local.id == Hall.local_id)
        .where(Hall.opened_at.is_(None), Question.state.in_(("charged", "debating")))
    )
    told = [question_id for role, question_id in actor.appointments if role == "teller"]
    late = Hall.local_id.is_(None) | (func.coalesce(Hall.charged_at, Question.charged_at) <= now - HOST_HAS)
    mine = and_(Question.id.in_(told), late)
    if actor.office == "host":
        mine = or_(mine, Hall.local_id == actor.local_id)
    rows = db.session.execute(query.where(mine).order_by(Hall.id).limit(MOST_ON_A_DESK))
    return [HallView(each.Hall, each.Question, each.Local) for each in rows]
