"""Reads what a debate left at its close: the public record, and every reader's readings under a random number."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func

from forum.arguments.queries import effective_readings
from forum.arguments.record_queries import RecordRow, public_record_rows
from forum.kernel.database import db
from forum.kernel.errors import Missing
from forum.opinion.rules import Counts
from forum.questions.models import Question
from forum.questions.queries import options, process_of
from forum.questions.states import QuestionState
from forum.roll.models import Local, Member
from referendum.digest import queries
from referendum.digest.matrix import Row
from referendum.digest.models import DebateRecord, Digest
from referendum.digest.record import PublicRecord, RecordedArgument, from_json, record_argument

AT_ONCE = 10_000
Tell = Callable[[int], None]


@dataclass(frozen=True)
class Close:
    """A debate at its close, before opinion groups are known: `rows` by reader number, `numbers` the arguments that
    the digest rule takes in."""

    record: PublicRecord
    rows: tuple[Row, ...]
    numbers: tuple[int, ...]


def debate_record(question_id: int) -> DebateRecord | None:
    """What was added up at the close; None before that, and again once the digest is frozen from it."""
    return db.session.get(DebateRecord, question_id)


def unrecorded() -> list[int]:
    """Questions whose debate has closed and whose readings are not added up yet."""
    query = (
        db.select(Question)
        .outerjoin(Digest, Digest.question_id == Question.id)
        .outerjoin(DebateRecord, DebateRecord.question_id == Question.id)
        .where(
            Question.state == QuestionState.CLOSED, Digest.question_id.is_(None), DebateRecord.question_id.is_(None)
        )
        .order_by(Question.id)
    )
    return [each.id for each in db.session.scalars(query) if each.closed_at and process_of(each).debate is not None]


def read_close(question: Question, tell: Tell = lambda _: None) -> Close:
    """Everything the digest rule looks at, added up; no part of it names a person. `tell` hears of readings done."""
    if question.closed_at is None:
        raise Missing
    hidden = queries.hidden_at_the_close(question, question.closed_at)
    rows = [row for row in public_record_rows(question) if row.seconded]
    standing = {
        row.argument_id: row.number
        for row in rows
        if row.merged_into is None and not row.withdrawn and row.argument_id not in hidden
    }
    readers = _readers(question.id, standing, tell)
    numbers, members = _locals()
    debate = process_of(question).debate
    record = PublicRecord(
        question=question.public_id,
        audit_head=queries.audit_head_at_close(question),
        digest_size=debate.digest_size if debate else 0,
        locals_count=len(numbers),
        readers=len(readers),
        options=tuple(each.position for each in options(question.id)),
        arguments=tuple(_recorded(row, numbers, members) for row in rows),
    )
    return Close(record, tuple(readers), tuple(sorted(standing.values())))


def progress_key(question_id: int, what: str) -> str:
    """Under which the job says how many readings it has added up ("done"), and how many there are ("of")."""
    return f"debate_record:{question_id}:{what}"


def readings_count(question_id: int) -> int:
    """How many readings there are to add up."""
    readings = effective_readings(question_id).subquery()
    return db.session.scalar(db.select(func.count()).select_from(readings)) or 0


def _readers(question_id: int, standing: dict[int, int], tell: Tell) -> list[Row]:
    """Every reader's readings of these arguments (id → number), each reader under a number drawn at random."""
    readings = effective_readings(question_id).subquery()
    query = db.select(readings.c.member_id, readings.c.argument_id, readings.c.value)
    found: dict[int, dict[int, int]] = {}
    rows = db.session.execute(query.execution_options(yield_per=AT_ONCE))
    for done, (member, argument, value) in enumerate(rows, 1):
        if argument in standing:
            found.setdefault(member, {})[standing[argument]] = value
        if done % AT_ONCE == 0:
            tell(done)
    return sorted((secrets.token_hex(8), of) for of in found.values())


def _recorded(row: RecordRow, numbers: dict[int, str], members: dict[str, int]) -> RecordedArgument:
    return record_argument(
        number=row.number,
        option=row.option_position,
        side=row.side,
        claim=row.claim,
        by_local={numbers[local]: Counts(*counts) for local, counts in row.by_local.items() if local in numbers},
        members=members,
        merged_into=row.merged_into,
        withdrawn=row.withdrawn,
    )


def _locals() -> tuple[dict[int, str], dict[str, int]]:
    """Every local's number by id, and how many members each has."""
    counts = func.count(Member.id).filter(Member.left_at.is_(None))
    query = (
        db.select(Local.id, Local.number, counts)
        .outerjoin(Member, Member.local_id == Local.id)
        .group_by(Local.id, Local.number)
    )
    rows = db.session.execute(query.order_by(Local.id)).all()
    return {id_: number for id_, number, _ in rows}, {number: count for _, number, count in rows}


def record_now(question: Question, kept: DebateRecord, now: datetime) -> PublicRecord:
    """The record of the close after the tellers' rulings: what they upheld keeps its number and loses its claim."""
    record = from_json(json.loads(kept.record))
    hidden = queries.hidden_at_the_close(question, now)
    ruled = {number: hidden[id_] for number, id_ in queries.ids_by_number(question.id).items() if id_ in hidden}
    return replace(
        record,
        arguments=tuple(
            replace(each, claim="", hidden_by=ruled[each.number]) if each.number in ruled else each
            for each in record.arguments
        ),
    )
