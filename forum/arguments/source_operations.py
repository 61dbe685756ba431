"""Members ask an argument for its sources; its mover answers by new words, and says which answers to it are good."""

from datetime import datetime

from forum.arguments import queries, rules
from forum.arguments.models import Argument, SourceAsk
from forum.bodies.queries import recipients
from forum.kernel import mail
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Missing, Refused
from forum.questions.models import Question


def ask_for_sources(actor: Actor, argument_id: int, *, now: datetime) -> SourceAsk:
    """Ask the mover for sources, once a member. The mover is told of the first ask that waits, not of each."""
    argument, question = _locked(argument_id)
    asked = queries.has_asked(actor.member_id, argument_id)
    facts = queries.facts_of(argument, question)
    if reason := rules.why_not_ask(actor, actor.member_id, facts, asked=asked):
        raise Refused(reason)
    first = not _is_waiting(argument_id)
    ask = SourceAsk(argument_id=argument_id, member_id=actor.member_id, at=now)
    db.session.add(ask)
    db.session.flush()
    for address, language in recipients(frozenset({argument.mover_id})) if first else ():
        mail.send("sources_asked", address, language=language, now=now, argument=argument)
    return ask


def answer_asks(argument: Argument, before: str, sources: str, now: datetime) -> None:
    """New words that give other sources answer everybody who asked for some."""
    if sources and sources != before:
        waiting = db.update(SourceAsk).where(SourceAsk.argument_id == argument.id, SourceAsk.answered_at.is_(None))
        db.session.execute(waiting.values(answered_at=now, answered_revision=argument.revision))


def mark_answer(actor: Actor, answer_id: int, well: bool, *, now: datetime) -> Argument:
    """The mover of an argument says that another answers it well, or takes that back. Everybody can see it."""
    answer, question = _locked(answer_id)
    if answer.answers_id is None:
        raise Refused(N_("It answers no other argument."))
    target = queries.argument(answer.answers_id)
    facts = queries.facts_of(target, question)
    if reason := rules.why_not_mark(actor, actor.member_id, facts, queries.facts_of(answer, question)):
        raise Refused(reason)
    answer.answers_well_at = (answer.answers_well_at or now) if well else None
    db.session.flush()
    return target


def _is_waiting(argument_id: int) -> bool:
    query = db.select(SourceAsk.id).where(SourceAsk.argument_id == argument_id, SourceAsk.answered_at.is_(None))
    return db.session.scalar(query.limit(1)) is not None


def _locked(argument_id: int) -> tuple[Argument, Question]:
    argument = db.session.get(Argument, argument_id, with_for_update=True)
    if argument is None:
        raise Missing
    return argument, db.session.get_one(Question, argument.question_id)
