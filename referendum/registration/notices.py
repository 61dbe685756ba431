"""Mails to members where they must register to vote: when it opens, and a week before it closes to who has not.

Nobody learns from them who has registered: each goes to one reader alone.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from forum.kernel import clock, mail, mailings
from forum.kernel.database import db
from forum.kernel.mail import Reader
from forum.kernel.mailings import Mailing
from forum.kernel.wishes import MailKind
from forum.outlets.closing_notices import start_once
from forum.questions.models import Question
from forum.questions.states import QuestionMove
from forum.roll.models import Member
from forum.signin.models import Account
from referendum.registration.models import Registration
from referendum.registration.queries import has_registration
from referendum.registration.rules import OPEN_IN, is_open

OPENS, CLOSES = "registration_opens", "registration_closes"
OPENING = (QuestionMove.CHARGE, QuestionMove.PUBLISH)


def question_moved(question: Question, move: Any, now: datetime) -> None:
    """The question leaves the drawer: registration opens."""
    if move in OPENING and has_registration(question) and is_open(question.state, question.registration_closes_at, now):
        mailings.start(OPENS, question.id, now)


def start_due(zone: ZoneInfo, *, now: datetime) -> None:
    """Begin the reminder for every registration that closes within eight days, once each."""
    running = db.select(Question).where(Question.state.in_(OPEN_IN), Question.registration_closes_at > now)
    for question in db.session.scalars(running.order_by(Question.id)):
        closes_at = question.registration_closes_at
        if closes_at is not None and has_registration(question):
            start_once(CLOSES, question.id, closes_at, zone, now=now)


@mailings.kind(OPENS)
@mailings.kind(CLOSES)
def write(mailing: Mailing, most: int) -> int | None:
    """The next members who have not registered; nobody once it is over."""
    question, now = db.session.get_one(Question, mailing.subject_id), clock.now()
    if not is_open(question.state, question.registration_closes_at, now):
        return None
    done = db.select(Registration.member_id).where(
        Registration.question_id == question.id, Registration.member_id == Member.id
    )
    query = db.select(Member.id, Member.email, Account.language).outerjoin(Account, Account.member_id == Member.id)
    query = query.where(Member.id > mailing.after, Member.email != "", Member.left_at.is_(None), ~done.exists())
    people = db.session.execute(query.order_by(Member.id).limit(most)).all()
    readers = [Reader(member_id, address, language or "") for member_id, address, language in people]
    mail.send_wanted(mailing.kind, readers, MailKind.VOTE, now=now, question=question)
    return readers[-1].member_id if readers else None
