"""Spokespersons answer an offer: they say the same in their own words to the same members, or decline."""

from datetime import datetime

from forum.arguments.models import Statement
from forum.kernel import audit, text
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Refused
from forum.questions import queries as questions
from forum.questions.models import Option
from forum.questions.rules import QuestionState
from forum.reach import operations, queries, rules
from forum.reach.forms import Words
from forum.reach.models import LedgerEntry, Offer
from forum.reach.operations import SPOKESPERSON
from forum.reach.rules import Audience, Kind


class Act(audit.Act):
    """How offers end."""

    ANSWER_OFFER = "answer_offer"


def take_offer(actor: Actor, offer_id: int, words: Words, *, now: datetime) -> Offer:
    """Say the same: a mail to the same audience, a pin in the same hall or a banner for as many days, a text in the
    bulletin; nobody edits it. Of the floor it is noted that they want it, for whoever runs sessions."""
    offer = _answered(actor, offer_id, rules.Standing.TAKEN, now)
    if offer.kind == Kind.FLOOR:
        return offer
    answered = db.session.get_one(LedgerEntry, offer.entry_id)
    entry = LedgerEntry(
        question_id=offer.question_id, option_id=offer.option_id, kind=offer.kind, at=now, audience=answered.audience,
        council_id=answered.council_id, local_id=answered.local_id, hall_id=answered.hall_id, amount=answered.amount,
        office=SPOKESPERSON, by_id=actor.member_id,
    )  # fmt: skip
    if offer.kind == Kind.BULLETIN:
        statement = _statement(actor, offer, answered, words, now)
        entry.statement_id, entry.title = statement.id, statement.title
        entry.size = queries.size_of(Audience.ALL, None, None)
        operations.enter(entry)
    else:
        operations.say(entry, words, now)
    offer.answer_id = entry.id
    db.session.flush()
    operations.offer_where_behind(questions.question_by_id(offer.question_id), entry, now)
    return offer


def decline_offer(actor: Actor, offer_id: int, *, now: datetime) -> Offer:
    """Leave it. The imbalance counts as answered."""
    return _answered(actor, offer_id, rules.Standing.DECLINED, now)


def _answered(actor: Actor, offer_id: int, answer: rules.Standing, now: datetime) -> Offer:
    question = operations.lock(queries.offer(offer_id).question_id)
    offer = queries.offer(offer_id, lock=True)
    speakers = questions.spokespersons(question).get(offer.option_id, ())
    state = QuestionState(question.state)
    if reason := rules.why_not_answer(queries.facts_of(offer), speakers, actor, state, now):
        raise Refused(reason)
    offer.answer, offer.answered_at, offer.answered_by_id = answer, now, actor.member_id
    db.session.flush()
    audit.record(
        actor, Act.ANSWER_OFFER, f"question:{question.id}", now=now, office=SPOKESPERSON, kind=offer.kind,
        option=db.session.get_one(Option, offer.option_id).letter, answer=str(answer), offer=offer.id,
    )  # fmt: skip
    return offer


def _statement(actor: Actor, offer: Offer, answered: LedgerEntry, words: Words, now: datetime) -> Statement:
    """A reply that stands at once beside the leadership's statement, and is printed with it."""
    option = db.session.get_one(Option, offer.option_id)
    told = db.session.get_one(Statement, answered.statement_id)
    if told.answers_id is not None:  # a reply: beside the leadership's, which it answers
        told = db.session.get_one(Statement, told.answers_id)
    statement = Statement(
        question_id=offer.question_id, kind="reply", option_id=told.option_id, answers_id=told.id, title=words.title,
        source=words.source, html=text.render(words.source), author_id=actor.member_id, at=now, stands_at=now,
        facts={"spokesperson": option.letter},
    )  # fmt: skip
    db.session.add(statement)
    db.session.flush()
    return statement


def room_for(offer: Offer) -> int:
    """How many characters may be said: as many as were said for the other option."""
    if offer.entry_id is None:
        return 0
    entry = db.session.get_one(LedgerEntry, offer.entry_id)
    if entry.statement_id is not None and offer.kind == Kind.BULLETIN:
        return len(db.session.get_one(Statement, entry.statement_id).source)
    return len(entry.source)
