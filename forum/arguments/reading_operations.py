"""A member's agree, disagree or pass. The counts of an argument change in the same transaction, under its lock."""

from datetime import datetime

from sqlalchemy import ColumnElement, exists

from forum.arguments import queries, rules
from forum.arguments.models import Argument, Reading
from forum.arguments.rules import Answer
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Missing, Refused
from forum.questions.models import Question


def read_argument(actor: Actor, argument_id: int, answer: Answer, *, now: datetime) -> Reading:
    """Note what a member makes of an argument; the latest counts, earlier ones are written over."""
    argument = _open_to_readings(actor, argument_id)
    before = queries.own_reading(actor.member_id, argument_id)
    count_reading(argument, before.value if before else None, answer)
    query = db.select(Reading).where(Reading.argument_id == argument_id, Reading.member_id == actor.member_id)
    reading: Reading | None = db.session.scalar(query)
    old, new = reading.local_id if reading else None, actor.local_id
    if old != new and not _has_readers(argument_id, new):
        argument.local_count += 1
    if reading is None:
        reading = Reading(argument_id=argument_id, member_id=actor.member_id)
        db.session.add(reading)
    reading.local_id, reading.value = new, int(answer)
    reading.revision, reading.at = argument.revision, now
    db.session.flush()
    if old is not None and old != new and not _has_readers(argument_id, old):
        argument.local_count -= 1
    return reading


def take_back(actor: Actor, argument_id: int) -> bool:
    """Take one's reading of an argument back, with those one gave on arguments merged into it, as if one had never
    read it. Whether there was any."""
    argument = _open_to_readings(actor, argument_id)
    counting = queries.own_reading(actor.member_id, argument_id)
    if counting is None:
        return False
    _add(argument, counting.value, -1)
    given = db.select(Reading, Argument).join(Argument, Argument.id == Reading.argument_id)
    for reading, on in db.session.execute(given.where(Reading.member_id == actor.member_id, _of(argument_id))).all():
        db.session.delete(reading)
        db.session.flush()
        if on.id != argument.id:  # what was given there before the merge still stands in that argument's own sums
            _add(on, reading.value, -1)
        for touched in {on, argument}:
            if not _has_readers(touched.id, reading.local_id):
                touched.local_count -= 1
    db.session.flush()
    return True


def count_reading(argument: Argument, before: int | None, after: int) -> None:
    """Move one reader from one count to another; `before` is None for a first reading."""
    if before is not None:
        _add(argument, before, -1)
    _add(argument, after, 1)


def _open_to_readings(actor: Actor, argument_id: int) -> Argument:
    argument = db.session.get(Argument, argument_id, with_for_update=True)
    if argument is None:
        raise Missing
    facts = queries.facts_of(argument, db.session.get_one(Question, argument.question_id))
    if reason := rules.why_not_read(actor, facts):
        raise Refused(reason)
    return argument


def _of(argument_id: int) -> ColumnElement[bool]:
    return (Argument.id == argument_id) | (Argument.merged_into_id == argument_id)


def _has_readers(argument_id: int, local_id: int) -> bool:
    """Whether anybody of that local has read the argument, or one merged into it."""
    read = exists().where(Reading.argument_id == Argument.id, Reading.local_id == local_id)
    return db.session.scalar(db.select(Argument.id).where(_of(argument_id), read).limit(1)) is not None


def _add(argument: Argument, value: int, one: int) -> None:
    if value == Answer.AGREE:
        argument.agree_count += one
    elif value == Answer.DISAGREE:
        argument.disagree_count += one
    else:
        argument.pass_count += one
