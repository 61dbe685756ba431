"""The moves of a question: one function writes the state, its history and the audit log, and tells later
slices.

What the clock does is here too; acts of bodies that lead to a move are in `act_operations`.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from forum.bodies import queries as bodies
from forum.kernel import audit, mail, slots
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Obstructed
from forum.questions import models, queries, rules
from forum.questions.facts import QuestionFacts
from forum.questions.facts_queries import gather_facts
from forum.questions.floor import FloorProof
from forum.questions.guards import proof_of_floor
from forum.questions.models import Appointment, Question
from forum.questions.states import QuestionMove, QuestionState, next_state
from forum.roll.models import Member


class Act(audit.Act):
    """Acts of power on a question."""

    CHARGE_LOCALS = "charge_locals"
    PUBLISH_PROCESS = "publish_process"
    BEGIN_DEBATE = "begin_debate"
    CLOSE_DEBATE = "close_debate"
    CLOSE_DEBATE_ANYWAY = "close_debate_anyway"
    EXTEND_DEBATE = "extend_debate"
    WITHDRAW_QUESTION = "withdraw_question"
    END_APPOINTMENT = "end_appointment"
    END_OFFICE = "end_office"
    GIVE_OFFICE_BACK = "give_office_back"
    RESTORE_APPOINTMENT = "restore_appointment"


VERBS = {
    QuestionMove.CHARGE: (Act.CHARGE_LOCALS, "officer"),
    QuestionMove.PUBLISH: (Act.PUBLISH_PROCESS, "officer"),
    QuestionMove.BEGIN: (Act.BEGIN_DEBATE, "clock"),
    QuestionMove.CLOSE: (Act.CLOSE_DEBATE, "clock"),
    QuestionMove.CLOSE_ANYWAY: (Act.CLOSE_DEBATE_ANYWAY, "teller"),
    QuestionMove.EXTEND: (Act.EXTEND_DEBATE, "teller"),
    QuestionMove.WITHDRAW: (Act.WITHDRAW_QUESTION, "teller"),
}


def move_question(
    question: Question, move: QuestionMove, facts: QuestionFacts, now: datetime, reason: str = ""
) -> Question:
    """Make a move whose guards all hold; raises `Obstructed` with everything missing otherwise."""
    obstacles = rules.obstacles_to(move, facts, now)
    if obstacles:
        raise Obstructed(obstacles)
    before = QuestionState(question.state)
    after = next_state(before, move)
    if after is None:
        raise RuntimeError("the facts speak of another state than the question's own")
    question.state = str(after)
    question.version += 1
    _stamp(question, move, facts, now, reason)
    db.session.add(
        models.QuestionMove(question_id=question.id, move=str(move), state=str(after), at=now, reason=reason)
    )
    db.session.flush()
    verb, office = VERBS[move]
    office = "officer" if before is QuestionState.DRAFTED else office
    audit.record(
        None, verb, f"question:{question.id}", now=now, office=office,
        number=question.number, before=str(before), after=str(after), reason=reason,
    )  # fmt: skip
    slots.gather("question.moved", question, move, now)
    return question


def _stamp(question: Question, move: QuestionMove, facts: QuestionFacts, now: datetime, reason: str) -> None:
    """Write the times and texts that a move leaves on the question."""
    if move is QuestionMove.CHARGE:
        question.charged_at = now
    elif move is QuestionMove.EXTEND:
        question.debate_extended_at = now
    elif move is QuestionMove.WITHDRAW:
        question.withdrawn_reason = reason
        question.closed_at = question.closed_at or now
    elif move in (QuestionMove.CLOSE, QuestionMove.CLOSE_ANYWAY, QuestionMove.PUBLISH):
        question.closed_at = now
        question.close_lot = audit.sha256(question.public_id + audit.head_hash())
        proof = proof_of_floor(facts, now)
        question.floor_proof = as_stored(proof) if proof else None


def as_stored(proof: FloorProof) -> dict[str, Any]:
    """The floor's proof as it is kept with the question; `queries` and pages read it back from there."""
    return {
        "days_held": proof.days_held,
        "days_required": proof.days_required,
        "share": None if proof.share is None else str(proof.share),
        "share_required": str(proof.share_required),
        "met": proof.met,
        "town_halls_held": proof.town_halls_held,
        "town_halls_required": proof.town_halls_required,
        "locals": [
            {
                "local_id": row.local.local_id, "name": row.local.name, "honoured": row.honoured, "reason": row.reason,
                "opened_by": str(row.local.opened_by or ""), "sessions_held": row.local.sessions_held,
                "exemption": row.local.exemption, "sessions": [list(each) for each in row.local.sessions],
                "empty": row.local.empty,
            }
            for row in proof.locals
        ],
    }  # fmt: skip


def begin_due(now: datetime) -> list[Question]:
    """The clock's move: every charged question whose debate has come begins. Returns those that did."""
    query = db.select(Question).where(Question.state == QuestionState.CHARGED, Question.debate_opens_at <= now)
    due = list(db.session.scalars(query.order_by(Question.id)))
    return [move_question(each, QuestionMove.BEGIN, gather_facts(each), now) for each in due]


def close_debate(question: Question, now: datetime, facts: QuestionFacts | None = None) -> Question:
    """The clock's close. `facts` where the caller has gathered more than the slots know."""
    return move_question(question, QuestionMove.CLOSE, facts or gather_facts(question), now)


def close_due(now: datetime) -> tuple[list[Question], list[Question]]:
    """Close every debate whose last moment has passed and whose floor is met. Returns the closed and the
    kept.
    """
    query = db.select(Question).where(Question.state == QuestionState.DEBATING, Question.debate_closes_at <= now)
    closed, kept = [], []
    for each in db.session.scalars(query.order_by(Question.id)):
        facts = gather_facts(each)
        if rules.obstacles_to(QuestionMove.CLOSE, facts, now):
            kept.append(each)
        else:
            closed.append(move_question(each, QuestionMove.CLOSE, facts, now))
    return closed, kept


def begin_without_debate(question: Question, facts: QuestionFacts, now: datetime) -> None:
    """A question that the locals are not charged with leaves the drawer; who was named for it is told."""
    move_question(question, QuestionMove.PUBLISH, facts, now)
    tell_named(question, [(each.role, each.member_id) for each, _ in queries.named_people(question.id)], now)


def tell_named(question: Question, named: Iterable[tuple[str, int]], now: datetime) -> None:
    """Tell members by mail that they are teller, trustee or observer; `named` are (role, member id)."""
    for role, member_id in named:
        for address, language in bodies.recipients(frozenset({member_id})):
            mail.send(
                "named_for_question", address, language=language, now=now, role=role, number=question.number,
                title=question.title,
            )  # fmt: skip


def _end(question: Question, member_id: int, role: str) -> None:
    held = db.session.scalars(
        db.select(Appointment).where(
            Appointment.question_id == question.id, Appointment.member_id == member_id, Appointment.role == role
        )
    ).one()
    db.session.delete(held)
    db.session.flush()


def end_office(question: Question, member: Member, role: str, reason: str, now: datetime) -> None:
    """A body's act has ended somebody's office, for a public reason. Whether that may be, the caller has looked at."""
    _end(question, member.id, role)
    audit.record(
        None, Act.END_OFFICE, f"question:{question.id}", now=now, office="teller", role=role, named=member.public_id,
        reason=reason,
    )  # fmt: skip


def give_office_back(actor: Actor, question: Question, role: str, reason: str, now: datetime) -> None:
    """A teller, trustee or observer gives the office back, for a public reason. Whether that may be, the caller has
    looked at: it depends on what the office has still to do."""
    _end(question, actor.member_id, role)
    audit.record(
        actor, Act.GIVE_OFFICE_BACK, f"question:{question.id}", now=now, office=role, role=role, reason=reason,
    )  # fmt: skip


def note_officers(made: Iterable[int], ended: Iterable[int], now: datetime) -> None:
    """The roll made these members officers, and those officers no more: log what it does to their appointments."""
    for verb, member_ids in ((Act.END_APPOINTMENT, made), (Act.RESTORE_APPOINTMENT, ended)):
        for named, member in queries.named_of(member_ids):
            audit.record(
                None, verb, f"question:{named.question_id}", now=now, office="roll", role=named.role,
                named=member.public_id,
            )  # fmt: skip
