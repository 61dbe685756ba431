"""A member's agree, disagree or pass. The counts of an argument change in the same transaction, under its lock."""

from datetime import datetime

from forum.arguments import queries, rules
from forum.arguments.models import Argument, Reading
from forum.arguments.rules import Answer
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Missing, Refused
from forum.questions.models import Question


def read_argument(actor: Actor, argument_id: int, answer: Answer, *, now: datetime) -> Reading:
    """Note what a member makes of an argument; the latest counts, earlier ones are written over."""
    argument = db.session.get(Argument, argument_id, with_for_update=True)
    if argument is None:
        raise Missing
    facts = queries.facts_of(argument, db.session.get_one(Question, argument.question_id))
    if reason := rules.why_not_read(actor, facts):
        raise Refused(reason)
    before = queries.own_reading(actor.member_id, argument_id)
    count_reading(argument, before.value if before else None, answer)
    query = db.select(Reading).where(Reading.argument_id == argument_id, Reading.member_id == actor.member_id)
    reading: Reading | None = db.session.scalar(query)
    if reading is None:
        reading = Reading(argument_id=argument_id, member_id=actor.member_id)
        db.session.add(reading)
    reading.local_id, reading.value = actor.local_id, int(answer)
    reading.revision, reading.at = argument.revision, now
    db.session.flush()
    return reading


def count_reading(argument: Argument, before: int | None, after: int) -> None:
    """Move one reader from one count to another; `before` is None for a first reading."""
    if before is not None:
        _add(argument, before, -1)
    _add(argument, after, 1)


def _add(argument: Argument, value: int, one: int) -> None:
    if value == Answer.AGREE:
        argument.agree_count += one
    elif value == Answer.DISAGREE:
        argument.disagree_count += one
    else:
        argument.pass_count += one
