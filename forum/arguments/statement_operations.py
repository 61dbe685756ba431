"""The leadership's marked statements, one for each option, and the replies of minorities that sign for them."""

from datetime import datetime

from forum.arguments import statement_rules as rules
from forum.arguments.forms import NewStatement
from forum.arguments.models import Statement, StatementSignature
from forum.kernel import audit, slots, text
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Invalid, Missing, Problem, Refused
from forum.questions.models import Option, Question
from forum.questions.rules import QuestionState, reply_has_standing
from forum.roll.queries import roll_size


class Act(audit.Act):
    """Acts of power with statements."""

    PUBLISH_STATEMENT = "publish_statement"


def publish_statement(actor: Actor, question_id: int, new: NewStatement, *, now: datetime) -> Statement:
    """An officer publishes the leadership's statement on one option. There is one for each, and it stays as it is."""
    question = _locked(question_id)
    if reason := rules.why_not_state(actor, QuestionState(question.state)):
        raise Refused(reason)
    option = db.session.get(Option, new.option_id or 0)
    if option is None or option.question_id != question_id:
        raise Invalid([Problem("option", N_("Please choose one of those offered."))])
    query = db.select(Statement.id).where(Statement.option_id == option.id, Statement.kind == "leadership")
    if db.session.scalar(query) is not None:
        raise Refused(N_("The leadership has made its statement on this option."))
    statement = _add(actor, question_id, "leadership", new, now, option_id=option.id)
    statement.stands_at, statement.facts = now, {"side": new.side.value}
    db.session.flush()
    audit.record(actor, Act.PUBLISH_STATEMENT, f"statement:{statement.id}", now=now, option=option.letter)
    slots.gather("statement.stands", statement, now)
    return statement


def publish_reply(actor: Actor, question_id: int, new: NewStatement, *, now: datetime) -> Statement:
    """A member writes a reply, and signs it. It stands once enough members of at least two locals have signed."""
    question = _locked(question_id)
    if reason := rules.why_not_sign(actor, question_id, QuestionState(question.state)):
        raise Refused(reason)
    answered = db.session.get(Statement, new.answers_id or 0)
    if answered is None or answered.question_id != question_id or answered.kind != "leadership":
        raise Invalid([Problem("answers", N_("Please choose the statement you reply to."))])
    own = db.select(Statement.id).where(Statement.author_id == actor.member_id, Statement.answers_id == answered.id)
    if db.session.scalar(own) is not None:
        raise Refused(N_("You have written a reply to this statement already."))
    reply = _add(actor, question_id, "reply", new, now, option_id=answered.option_id, answers_id=answered.id)
    db.session.flush()
    _sign(actor, reply, now)
    return reply


def sign_reply(actor: Actor, statement_id: int, *, now: datetime) -> Statement:
    """Sign a minority's reply. Signatures are not taken back: others signed because of them."""
    reply = db.session.get(Statement, statement_id, with_for_update=True)
    if reply is None or reply.kind != "reply":
        raise Missing
    question = db.session.get_one(Question, reply.question_id)
    if reason := rules.why_not_sign(actor, question.id, QuestionState(question.state)):
        raise Refused(reason)
    query = db.select(StatementSignature.id).where(StatementSignature.statement_id == reply.id)
    if db.session.scalar(query.where(StatementSignature.member_id == actor.member_id)) is not None:
        raise Refused(N_("You have signed this already."))
    _sign(actor, reply, now)
    return reply


def _sign(actor: Actor, reply: Statement, now: datetime) -> None:
    signature = StatementSignature(statement_id=reply.id, member_id=actor.member_id, local_id=actor.local_id, at=now)
    db.session.add(signature)
    db.session.flush()
    query = db.select(StatementSignature.local_id).where(StatementSignature.statement_id == reply.id)
    if reply.stands_at is None and reply_has_standing(list(db.session.scalars(query)), roll_size()):
        reply.stands_at = now
        db.session.flush()
        slots.gather("statement.stands", reply, now)


def _add(
    actor: Actor, question_id: int, kind: str, new: NewStatement, now: datetime, *,
    option_id: int | None, answers_id: int | None = None,
) -> Statement:  # fmt: skip
    statement = Statement(
        question_id=question_id, kind=kind, option_id=option_id, answers_id=answers_id, title=new.title,
        source=new.source, html=text.render(new.source), author_id=actor.member_id, at=now,
    )  # fmt: skip
    db.session.add(statement)
    return statement


def _locked(question_id: int) -> Question:
    question = db.session.get(Question, question_id, with_for_update=True)
    if question is None:
        raise Missing
    return question
