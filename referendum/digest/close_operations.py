"""Keeps what a debate left at its close, once: the record with its opinion groups, and the matrix for observers."""

from dataclasses import dataclass, replace
from datetime import datetime

from forum.kernel.database import db
from forum.opinion.groups import groups_at_close
from forum.opinion.rules import Counts
from forum.questions.models import Question
from referendum.digest import close_queries
from referendum.digest.close_queries import Close
from referendum.digest.matrix import counts_by_group, hash_of, parts_of, sizes
from referendum.digest.models import DebateRecord, MatrixPart
from referendum.digest.queries import digest_of
from referendum.digest.record import PublicRecord, record_bytes


@dataclass(frozen=True)
class Grouped:
    """A close with its opinion groups: the whole record, and the observers' file in parts."""

    record: PublicRecord
    parts: tuple[str, ...]


def find_groups(close: Close) -> Grouped:
    """Compute the opinion groups, for good, and count every argument by them. Long for a big union; no database."""
    group_of = groups_at_close(close.rows, arguments=len(close.numbers))
    parts = tuple(parts_of(close.rows, close.numbers))
    counts = counts_by_group(close.rows, group_of)
    arguments = tuple(
        replace(each, groups={group: of.get(each.number, Counts()) for group, of in counts.items()})
        for each in close.record.arguments
    )
    record = replace(close.record, arguments=arguments, groups=sizes(group_of), matrix=hash_of(parts))
    return Grouped(record, parts)


def keep(question: Question, grouped: Grouped, now: datetime) -> None:
    """Write record and matrix, unless another run of the job was first: reader numbers are drawn once."""
    if close_queries.debate_record(question.id) is not None or digest_of(question.id) is not None:
        return
    text = record_bytes(grouped.record).decode()
    db.session.add(DebateRecord(question_id=question.id, record=text, taken_at=now))
    db.session.add_all(
        MatrixPart(question_id=question.id, part=place, lines=lines) for place, lines in enumerate(grouped.parts)
    )
    db.session.flush()


def forget_matrix(question_id: int) -> None:
    """From certification on nobody can check readings against groups, and nobody can find a reader's line."""
    db.session.execute(db.delete(MatrixPart).where(MatrixPart.question_id == question_id))
