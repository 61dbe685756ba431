"""What the debate leaves to count with: per argument its side, its end, and its readings by local, added up in SQL."""

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import case, func
from sqlalchemy.orm import aliased

from forum.arguments.models import Argument
from forum.arguments.queries import effective_readings
from forum.kernel.database import db
from forum.questions.models import Option, Question


@dataclass(frozen=True)
class RecordRow:
    """One argument for the public record. `by_local`: local id → (agree, disagree, pass), no person in it.

    A merged argument has no readings of its own left: they count where it went. `merged_into` is a number.
    """

    argument_id: int
    number: int
    option_position: int
    side: str
    claim: str
    seconded: bool
    withdrawn: bool
    hidden: bool
    merged_into: int | None
    by_local: dict[int, tuple[int, int, int]] = field(default_factory=dict)


def public_record_rows(question: Question) -> list[RecordRow]:
    """Every argument of a question by number."""
    counts = _counts_by_local(question.id)
    target = aliased(Argument)
    query = (
        db.select(Argument, Option, target.number)
        .join(Option, Option.id == Argument.option_id)
        .outerjoin(target, target.id == Argument.merged_into_id)
        .where(Argument.question_id == question.id)
        .order_by(Argument.number)
    )
    return [
        RecordRow(
            argument.id, argument.number, option.position, argument.side, argument.claim,
            seconded=argument.seconded_at is not None, withdrawn=argument.withdrawn_at is not None,
            hidden=argument.hidden_at is not None, merged_into=into, by_local=counts.get(argument.id, {}),
        )
        for argument, option, into in db.session.execute(query)
    ]  # fmt: skip


def _counts_by_local(question_id: int) -> dict[int, dict[int, tuple[int, int, int]]]:
    readings = effective_readings(question_id).subquery()
    sums = [func.sum(case((readings.c.value == value, 1), else_=0)) for value in (1, -1, 0)]
    query = db.select(readings.c.argument_id, readings.c.local_id, *sums)
    found: dict[int, dict[int, tuple[int, int, int]]] = defaultdict(dict)
    for argument_id, local_id, agree, disagree, passed in db.session.execute(
        query.group_by(readings.c.argument_id, readings.c.local_id)
    ):
        found[argument_id][local_id] = (int(agree), int(disagree), int(passed))
    return dict(found)
