"""Reads for the digest: the public record of a debate out of the arguments' rows, and a frozen digest back again."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func

from forum.arguments.models import Argument, ArgumentRevision, Statement
from forum.arguments.record_queries import RecordRow, public_record_rows, reader_count
from forum.kernel.audit import AuditEntry, sha256
from forum.kernel.database import db
from forum.kernel.errors import Missing
from forum.moderation.models import Hiding
from forum.opinion.rules import Counts
from forum.questions.models import Question
from forum.questions.queries import options, process_of
from forum.roll.models import Local, Member
from referendum.digest.models import Digest, DigestLine
from referendum.digest.record import PublicRecord, RecordedArgument, record_argument

APPEALS_HAVE = timedelta(days=2)
CLOSING_ACTS = ("close_debate", "close_debate_anyway", "publish_process")


@dataclass(frozen=True)
class Frozen:
    """One argument of the digest as frozen."""

    line: DigestLine
    argument: Argument
    revision: ArgumentRevision


def digest_of(question_id: int) -> Digest | None:
    """The frozen digest of a question, or None before it is frozen."""
    return db.session.get(Digest, question_id)


def document_of(digest: Digest) -> dict[str, Any]:
    """The guide as it was frozen."""
    document: dict[str, Any] = json.loads(digest.document)
    return document


def frozen_lines(question_id: int) -> list[Frozen]:
    """The digest's arguments in its order, each with the revision that was frozen."""
    query = (
        db.select(DigestLine, Argument, ArgumentRevision)
        .join(Argument, Argument.id == DigestLine.argument_id)
        .join(ArgumentRevision, ArgumentRevision.id == DigestLine.revision_id)
        .where(DigestLine.question_id == question_id)
        .order_by(DigestLine.position)
    )
    return [Frozen(line, argument, revision) for line, argument, revision in db.session.execute(query)]


def audit_head_at_close(question: Question) -> str:
    """The head of the audit log just before the entry of the close; the lot is drawn from it. Raises `Missing`."""
    query = (
        db.select(AuditEntry.parent)
        .where(AuditEntry.subject == f"question:{question.id}", AuditEntry.act.in_(CLOSING_ACTS))
        .order_by(AuditEntry.height)
    )
    parents: list[str] = list(db.session.scalars(query))
    for parent in parents:
        if sha256(question.public_id + parent) == question.close_lot:
            return parent
    raise Missing


def public_record(question: Question, now: datetime) -> PublicRecord:
    """Everything the digest rule looks at, added up in SQL; no row of it names a person."""
    numbers, members = _locals()
    hidden = _hidden_at_the_close(question, now)
    rows = [row for row in public_record_rows(question) if row.seconded]
    debate = process_of(question).debate
    return PublicRecord(
        question=question.public_id,
        audit_head=audit_head_at_close(question),
        digest_size=debate.digest_size if debate else 0,
        locals_count=len(numbers),
        readers=reader_count(question.id),
        options=tuple(each.position for each in options(question.id)),
        arguments=tuple(_recorded(row, numbers, members, hidden) for row in rows),
    )


def _recorded(
    row: RecordRow, numbers: dict[int, str], members: dict[str, int], hidden: dict[int, int]
) -> RecordedArgument:
    return record_argument(
        number=row.number,
        option=row.option_position,
        side=row.side,
        claim=row.claim,
        by_local={numbers[local]: Counts(*counts) for local, counts in row.by_local.items() if local in numbers},
        members=members,
        merged_into=row.merged_into,
        hidden_by=hidden.get(row.argument_id),
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


def _hidden_at_the_close(question: Question, now: datetime) -> dict[int, int]:
    """Arguments that the close found hidden, with the number of the ruling. One whose appeal waits for the tellers
    stays in, and one whose author still has time to appeal; what is hidden after the close is hidden on its page, and
    changes nothing here."""
    query = (
        db.select(Hiding)
        .join(Argument, Argument.id == Hiding.subject_id)
        .where(Hiding.kind == "argument", Argument.hidden_at.is_not(None), *_before_the_close(question))
        .order_by(Hiding.id)
    )
    return {
        each.subject_id: each.id
        for each in db.session.scalars(query)
        if each.ruling == "upheld" or (not each.ruling and each.appealed_at is None and each.at <= now - APPEALS_HAVE)
    }


def _before_the_close(question: Question) -> tuple[ColumnElement[bool], ...]:
    if question.closed_at is None:
        raise Missing
    taken_back = Hiding.lifted_at.is_not(None)
    return Hiding.question_id == question.id, Hiding.at <= question.closed_at, ~taken_back


def pending_appeals(question: Question) -> int:
    """How many arguments that were hidden at the close have an appeal on which the tellers have not ruled."""
    return _count_hidings(question, Hiding.appealed_at.is_not(None))


def appeals_to_come(question: Question, now: datetime) -> int:
    """How many arguments were hidden so shortly before the close that their authors still have time to appeal."""
    return _count_hidings(question, Hiding.appealed_at.is_(None), Hiding.at > now - APPEALS_HAVE)


def _count_hidings(question: Question, *which: ColumnElement[bool]) -> int:
    query = db.select(func.count()).select_from(Hiding).where(
        Hiding.kind == "argument", Hiding.ruling == "", *which, *_before_the_close(question)
    )  # fmt: skip
    return db.session.scalar(query) or 0


def standing_statements(question_id: int) -> list[Statement]:
    """Statements of the leadership, and the replies that enough members signed."""
    query = db.select(Statement).where(Statement.question_id == question_id, Statement.stands_at.is_not(None))
    return list(db.session.scalars(query.order_by(Statement.id)))


def newest_revisions(argument_ids: list[int]) -> dict[int, ArgumentRevision]:
    """The wording that stands of each argument."""
    query = (
        db.select(ArgumentRevision)
        .where(ArgumentRevision.argument_id.in_(argument_ids))
        .order_by(ArgumentRevision.argument_id, ArgumentRevision.number)
    )
    return {each.argument_id: each for each in db.session.scalars(query)}


def answers_to(argument_ids: list[int]) -> dict[int, list[Argument]]:
    """Seconded arguments that answer these, by what they answer."""
    query = (
        db.select(Argument)
        .where(
            Argument.answers_id.in_(argument_ids), Argument.seconded_at.is_not(None), Argument.hidden_at.is_(None),
            Argument.withdrawn_at.is_(None), Argument.merged_into_id.is_(None),
        )
        .order_by(Argument.number)
    )  # fmt: skip
    found: dict[int, list[Argument]] = {}
    for each in db.session.scalars(query):
        found.setdefault(each.answers_id or 0, []).append(each)
    return found
