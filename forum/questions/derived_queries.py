"""What is derived from a question and shown in many places: ribbon, process label, and the floor as it
stands.

Later slices add what they know of vote and mandate: "question.ribbon" and "question.label" are functions of the
question that return fields of `RibbonFacts` and `LabelFacts`.
"""

from datetime import datetime
from operator import itemgetter
from typing import Any

from forum.kernel import slots
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.questions import queries
from forum.questions.facts_queries import standing_of_locals
from forum.questions.floor import FloorProof, floor_proof
from forum.questions.label import (
    NOT_DOCUMENTED,
    NOT_YET,
    LabelFacts,
    LabelRow,
    debate_facts,
    label_rows,
    planned_facts,
)
from forum.questions.models import Question
from forum.questions.phrase import Phrase
from forum.questions.ribbon import RibbonFacts, RibbonStage, StageState, ribbon
from forum.questions.standing import standing
from forum.questions.states import QuestionState
from forum.questions.timetable import LATER
from forum.questions.upcoming import upcoming
from forum.roll.queries import roll_size


def stages_of(found: Question, now: datetime) -> list[RibbonStage]:
    """The stage ribbon of a question."""
    return ribbon(_facts_of(found), now)


def _facts_of(found: Question) -> RibbonFacts:
    values: dict[str, Any] = {
        "state": QuestionState(found.state),
        "process": queries.process_of(found),
        "timetable": queries.timetable_of(found),
        "drafted_at": found.created_at,
        "charged_at": found.charged_at,
        "closed_at": found.closed_at,
    }
    for more in slots.gather("question.ribbon", found):
        values.update(more)
    return RibbonFacts(**values)


def standing_of(found: Question, now: datetime) -> Phrase | None:
    """How its vote or mandate stands, in a sentence; None while its own state says it all."""
    return standing(stages_of(found, now)) if found.state == QuestionState.CLOSED else None


def is_over(stages: list[RibbonStage]) -> bool:
    """Whether nothing about the question runs any more."""
    return all(stage.state is not StageState.NOW for stage in stages)


def runs(found: Question, now: datetime) -> bool:
    """Whether a question is not over: something runs of it, or is to come. One without a vote is over once closed."""
    return not is_over(stages_of(found, now))


def holders(now: datetime) -> list[int]:
    """Ids of the tellers, trustees and observers of every question that is not over; an unpublished one's too."""
    query = db.select(Question).where(Question.appointments.any(), Question.state != QuestionState.WITHDRAWN)
    running = [each for each in db.session.scalars(query) if runs(each, now)]
    return sorted({named.member_id for each in running for named in each.appointments})


def serves(actor: Actor, now: datetime) -> bool:
    """Whether this person is a teller of a question that is not over."""
    told = [question_id for role, question_id in actor.appointments if role == "teller"]
    return any(runs(each, now) for each in db.session.scalars(db.select(Question).where(Question.id.in_(told))))


def floor_now(found: Question, now: datetime) -> FloorProof | None:
    """The debate's floor as it stands, or stood at the close; None without a debate or before the charge."""
    stage = queries.process_of(found).debate
    if stage is None or found.charged_at is None:
        return None
    end = found.closed_at or now
    return floor_proof(stage, standing_of_locals(found), queries.began_at(found), end)


def label_of(found: Question, now: datetime) -> list[LabelRow]:
    """The process label: what the process promises, overtaken by what has happened."""
    values = planned_facts(queries.process_of(found))
    if found.floor_proof is not None:
        values.update(stored_debate_facts(found.floor_proof))
    elif (proof := floor_now(found, now)) is not None:
        values.update({**debate_facts(proof), "debate_days": values["debate_days"]})
    values["roll_count"] = roll_size()
    trustees, officers = queries.appointments(found.id, "trustee"), queries.officers_named(found.id, "trustee")
    if trustees or officers:
        values.update(trustees_count=len(trustees), trustees_barred=len(officers))
    if values["bound"]:
        values["bound_since"] = found.pledged_at
    for more in slots.gather("question.label", found):
        values.update(more)
    unknown = NOT_DOCUMENTED if found.state == QuestionState.WITHDRAWN else NOT_YET
    return label_rows(LabelFacts(**values), unknown)  # type: ignore[arg-type]


def stored_debate_facts(proof: dict[str, Any]) -> dict[str, object]:
    """What the stored proof of the floor adds to the label."""
    rows = [row for row in proof["locals"] if not row.get("empty")]
    return {
        "debate_days": proof["days_held"],
        "town_halls_held": proof.get("town_halls_held", 0),
        "locals_count": len(rows),
        "locals_honoured": sum(row["honoured"] for row in rows),
        "locals_wanting": tuple(row["name"] for row in rows if not row["honoured"] and row["exemption"] is None),
        "locals_exempt": tuple(row["name"] for row in rows if row["exemption"] is not None),
    }


def what_is_next(found: Question, now: datetime) -> Phrase | None:
    """What comes next for it, by the dates as they hold now."""
    return upcoming(_facts_of(found), now)


def dates_of(found: Question) -> list[tuple[str, datetime]]:
    """Its dates as they hold now, (name, moment) as they come: the published ones, overtaken by what its vote's call,
    extension and count made of them, and those that nobody could publish before (`LATER`).

    A later slice tells them by the slot question.dates: a function of the question that returns moments by name.
    """
    dates = dict(queries.timetable_of(found).in_order())
    for more in slots.gather("question.dates", found):
        dates.update({name: at for name, at in more.items() if at is not None and name in (*dates, *LATER)})
    return sorted(dates.items(), key=itemgetter(1))
