"""Halls are created by the charge, opened by their hosts, and honour the charge once their sessions were held."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert

from forum.halls import notices, queries, rules
from forum.halls.forms import Opening
from forum.halls.models import Hall
from forum.kernel import audit, slots, text
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Missing, Obstructed, Refused
from forum.questions.models import Question
from forum.questions.rules import HallFacts, QuestionState, obstacles_to_open_hall
from forum.questions.timetable import Timetable
from forum.roll.models import Local


class Act(audit.Act):
    """Acts of power in halls."""

    OPEN_HALL = "open_hall"
    CHARGE_LATE_LOCAL = "charge_late_local"
    WITHDRAW_LATE_CHARGE = "withdraw_late_charge"
    HONOUR_CHARGE = "honour_charge"


def create_halls(question: Question, now: datetime) -> None:
    """One hall for each local and the national one, and a mail to every host. Does nothing if they exist."""
    if queries.national_hall(question.id) is not None:
        return
    places: list[int | None] = [None, *db.session.scalars(db.select(Local.id).order_by(Local.id))]
    _add(question, places, None)
    notices.tell_hosts(question, now)


def create_late_halls(now: datetime) -> int:
    """Halls for locals founded while a question is charged or debated: the charge reaches them now. Says how many.

    Each is charged from this day: its host has the same seven days, and is told like the others.
    """
    count = 0
    for question, local_ids in queries.without_a_hall():
        _add(question, local_ids, now)
        for local_id in local_ids:
            hall = queries.hall_of(question.id, local_id)
            assert hall is not None
            subject = f"hall:{hall.id}"
            audit.record(None, Act.CHARGE_LATE_LOCAL, subject, now=now, office="clock", question=question.number)
            notices.tell_late_hosts(hall, now)
        count += len(local_ids)
    return count


def remove_empty_late_halls(now: datetime) -> int:
    """Take the charge back from late locals that turn out to be none: no member, and a hall nobody opened."""
    empty = queries.empty_late_halls()
    for hall in empty:
        audit.record(None, Act.WITHDRAW_LATE_CHARGE, f"hall:{hall.id}", now=now, office="clock", local=hall.local_id)
        db.session.delete(hall)
    db.session.flush()
    return len(empty)


def _add(question: Question, places: Iterable[int | None], charged_at: datetime | None) -> None:
    blank = {"agenda_source": "", "agenda_html": "", "opened_as": "", "post_count": 0, "message_count": 0}
    rows = [{"question_id": question.id, "local_id": each, "charged_at": charged_at, **blank} for each in places]
    db.session.execute(insert(Hall), rows)


def open_hall(actor: Actor, hall_id: int, opening: Opening, *, now: datetime) -> Hall:
    """Open a hall with its agenda and first session: its host, or one teller in the host's stead after seven days."""
    hall = _locked(hall_id)
    question = db.session.get_one(Question, hall.question_id)
    by = rules.may_open(actor, question.id, hall.local_id)
    if by is None:
        raise Refused(N_("A hall is opened by its local’s host, or by a teller in the host’s stead."))
    facts = HallFacts(
        state=QuestionState(question.state), charged_at=hall.charged_at or question.charged_at, by=by,
        already_open=hall.opened_at is not None, agenda=opening.agenda, first_session_at=opening.first_session_at,
        timetable=Timetable(debate_closes_at=question.debate_closes_at),
    )  # fmt: skip
    if missing := obstacles_to_open_hall(facts, now):
        raise Obstructed(missing)
    hall.agenda_source, hall.agenda_html = opening.agenda, text.render(opening.agenda)
    hall.opened_at, hall.opened_as, hall.opened_by_id = now, by.value, actor.member_id
    audit.record(actor, Act.OPEN_HALL, f"hall:{hall.id}", now=now, opened_as=by.value, question=question.number)
    slots.gather("hall.opened", actor, hall, opening.first_session_at, now)
    db.session.flush()
    return hall


def honour(hall: Hall, now: datetime) -> bool:
    """Note that a local has honoured the charge, if it has; called whenever a session closes. Says whether it has.

    The floor is proved as it stood when the debate closed: a session that was still open then adds nothing to it.
    """
    question = db.session.get_one(Question, hall.question_id)
    if question.closed_at is not None:
        return hall.honoured_at is not None
    held = queries.sessions_held(question.id, hall.id).get(hall.id, 0)
    if hall.local_id is None or not rules.charge_honoured(hall.opened_as, held, queries.sessions_due(question)):
        return False
    if hall.honoured_at is None:
        hall.honoured_at = now
        audit.record(None, Act.HONOUR_CHARGE, f"hall:{hall.id}", now=now, held=held, question=question.number)
    return True


def _locked(hall_id: int) -> Hall:
    hall = db.session.get(Hall, hall_id, with_for_update=True)
    if hall is None:
        raise Missing
    return hall
