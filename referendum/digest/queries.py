"""Reads for the digest: the public record of a debate out of the arguments' rows, and a frozen digest back again."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func

from forum.arguments.list_queries import in_view
from forum.arguments.models import Argument, ArgumentRevision, Statement
from forum.kernel.audit import AuditEntry, sha256
from forum.kernel.database import db
from forum.kernel.errors import Missing
from forum.moderation.models import Hiding
from forum.questions.models import Question
from referendum.digest.models import Digest, DigestLine, DigestOutcome

APPEALS_HAVE = timedelta(days=2)
ANSWERS_SHOWN = 2
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


def line_count(question_id: int) -> int:
    """How many arguments the digest has."""
    query = db.select(func.count()).select_from(DigestLine).where(DigestLine.question_id == question_id)
    return db.session.scalar(query) or 0


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


def hidden_at_the_close(question: Question, now: datetime) -> dict[int, int]:
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


def ids_by_number(question_id: int) -> dict[int, int]:
    """The ids of a question's seconded arguments, by the numbers that members call them."""
    query = db.select(Argument.number, Argument.id).where(
        Argument.question_id == question_id, Argument.seconded_at.is_not(None)
    )
    return dict(db.session.execute(query).all())


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
    """The first seconded arguments that answer these, a few each, by what they answer."""
    place = func.row_number().over(partition_by=Argument.answers_id, order_by=Argument.number)
    ranked = (
        db.select(Argument.id, place.label("place"))
        .where(
            Argument.answers_id.in_(argument_ids), Argument.seconded_at.is_not(None), *in_view(),
        )
        .subquery()
    )  # fmt: skip
    query = db.select(Argument).join(ranked, ranked.c.id == Argument.id).where(ranked.c.place <= ANSWERS_SHOWN)
    found: dict[int, list[Argument]] = {}
    for each in db.session.scalars(query.order_by(Argument.number)):
        found.setdefault(each.answers_id or 0, []).append(each)
    return found


def outcomes_of(question_id: int, *, numbers: list[int]) -> list[DigestOutcome]:
    """What the rule decided on these arguments, by number."""
    query = db.select(DigestOutcome).where(DigestOutcome.question_id == question_id, DigestOutcome.number.in_(numbers))
    return list(db.session.scalars(query.order_by(DigestOutcome.number)))


def left_out(question_id: int, after: int, limit: int) -> list[DigestOutcome]:
    """What the rule did not take, by number, from the first number after this one."""
    query = db.select(DigestOutcome).where(
        DigestOutcome.question_id == question_id, DigestOutcome.taken.is_(False), DigestOutcome.number > after
    )
    return list(db.session.scalars(query.order_by(DigestOutcome.number).limit(limit)))


def left_out_before(question_id: int, number: int, limit: int) -> int | None:
    """The number after which the page before this one begins; None on the first page."""
    query = db.select(DigestOutcome.number).where(
        DigestOutcome.question_id == question_id, DigestOutcome.taken.is_(False), DigestOutcome.number <= number
    )
    before = list(db.session.scalars(query.order_by(DigestOutcome.number.desc()).limit(limit)))
    return before[-1] - 1 if before else None


def outcome_of(argument_id: int) -> DigestOutcome | None:
    """What the rule decided on one argument; None before the freeze."""
    found: DigestOutcome | None = db.session.scalar(
        db.select(DigestOutcome).where(DigestOutcome.argument_id == argument_id)
    )
    return found


def place_in_guide(argument_id: int) -> tuple[int, int] | None:
    """Where an argument stands among those of the guide under the same option, and how many these are."""
    own = db.session.scalar(db.select(DigestLine).where(DigestLine.argument_id == argument_id))
    if own is None:
        return None
    beside = db.select(DigestLine.position).where(
        DigestLine.question_id == own.question_id, DigestLine.option_id == own.option_id
    )
    positions = sorted(db.session.scalars(beside))
    return positions.index(own.position) + 1, len(positions)


def arguments_by_number(question_id: int, numbers: list[int]) -> dict[int, Argument]:
    """Arguments by the numbers that members call them."""
    query = db.select(Argument).where(Argument.question_id == question_id, Argument.number.in_(numbers))
    return {each.number: each for each in db.session.scalars(query)}
