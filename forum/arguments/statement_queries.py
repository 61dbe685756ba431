"""Statements of the leadership with the replies to them, as their page shows them."""

from dataclasses import dataclass, field

from sqlalchemy import func

from forum.arguments import statement_rules
from forum.arguments.models import Statement, StatementSignature
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.questions.models import Option, Question
from forum.questions.rules import QuestionState, reply_signatures_needed
from forum.roll.models import Member
from forum.roll.queries import roll_size


@dataclass(frozen=True)
class ReplyView:
    """A reply with its signatures. Only one that stands is shown to visitors."""

    statement: Statement
    author: str
    signed: int
    locals: int
    may_sign: bool


@dataclass(frozen=True)
class StatementView:
    """One option with what the leadership says of it, if it has, and the replies."""

    option: Option
    statement: Statement | None = None
    author: str = ""
    replies: list[ReplyView] = field(default_factory=list)
    may_reply: bool = False


def statements(actor: Actor, question: Question) -> list[StatementView]:
    """Every option's statement and replies, in the order of the options."""
    query = db.select(Statement, Member.name).join(Member, Member.id == Statement.author_id)
    rows = db.session.execute(query.where(Statement.question_id == question.id).order_by(Statement.id)).all()
    counts = _signature_counts([each.id for each, _ in rows])
    signed = _signed_by(actor.member_id, [each.id for each, _ in rows])
    signs = actor.is_member and statement_rules.may_sign(actor, question.id, QuestionState(question.state))
    views = []
    for option in question.options:
        found = next(((s, name) for s, name in rows if s.kind == "leadership" and s.option_id == option.id), None)
        if found is None:
            views.append(StatementView(option))
            continue
        replies = [
            ReplyView(
                reply, name if actor.is_member else "", *counts.get(reply.id, (0, 0)), signs and reply.id not in signed
            )
            for reply, name in rows
            if reply.answers_id == found[0].id and (reply.stands_at is not None or actor.is_member)
        ]
        wrote = any(reply.author_id == actor.member_id for reply, _ in rows if reply.answers_id == found[0].id)
        author = found[1] if actor.is_member else ""
        views.append(StatementView(option, found[0], author, replies, signs and not wrote))
    return views


def _signature_counts(ids: list[int]) -> dict[int, tuple[int, int]]:
    sign = StatementSignature
    query = db.select(sign.statement_id, func.count(), func.count(sign.local_id.distinct()))
    rows = db.session.execute(query.where(sign.statement_id.in_(ids)).group_by(sign.statement_id))
    return {statement: (count, locals_) for statement, count, locals_ in rows}


def _signed_by(member_id: int, ids: list[int]) -> set[int]:
    query = db.select(StatementSignature.statement_id).where(StatementSignature.member_id == member_id)
    return set(db.session.scalars(query.where(StatementSignature.statement_id.in_(ids)))) if member_id else set()


def signatures_needed() -> int:
    """How many must sign a reply, by the roll of today."""
    return reply_signatures_needed(roll_size())
