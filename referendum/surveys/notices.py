"""Mails to those who were drawn: the invitation, and one reminder to who has not answered."""

from datetime import datetime, timedelta

from forum.kernel import clock, mail, mailings
from forum.kernel.database import db
from forum.kernel.mail import Reader
from forum.kernel.mailings import Mailing
from forum.kernel.wishes import MailKind
from forum.questions.queries import question_by_id
from forum.questions.states import QuestionState
from forum.roll.models import Member
from forum.signin.models import Account
from referendum.surveys.models import Survey, SurveySeat
from referendum.surveys.queries import items_of, surveys_in
from referendum.surveys.rules import is_open

INVITES, REMINDS = "survey_invites", "survey_reminds"


def start_due(now: datetime) -> None:
    """Begin the reminder once more than half of a survey's days are over."""
    for survey in surveys_in("open"):
        told = db.select(Mailing.id).where(Mailing.kind == REMINDS, Mailing.subject_id == survey.id)
        half = survey.opened_at is not None and now >= survey.opened_at + timedelta(days=survey.days) / 2
        if half and db.session.scalar(told) is None:
            mailings.start(REMINDS, survey.id, now)


@mailings.kind(INVITES)
@mailings.kind(REMINDS)
def write(mailing: Mailing, most: int) -> int | None:
    """The next who were drawn and have not answered; nobody once it is closed."""
    survey, now = db.session.get_one(Survey, mailing.subject_id), clock.now()
    question = question_by_id(survey.question_id)
    if question.state == QuestionState.WITHDRAWN or not is_open(survey.state, survey.closes_at, now):
        return None
    query = db.select(Member.id, Member.email, Account.language).join(SurveySeat, SurveySeat.member_id == Member.id)
    query = query.outerjoin(Account, Account.member_id == Member.id).where(
        SurveySeat.survey_id == survey.id, ~SurveySeat.answered, Member.id > mailing.after, Member.email != "",
        Member.left_at.is_(None),
    )
    people = db.session.execute(query.order_by(Member.id).limit(most)).all()
    readers = [Reader(member_id, address, language or "") for member_id, address, language in people]
    facts = {"survey": survey, "question": question, "count": len(items_of(survey))}
    mail.send_wanted(mailing.kind, readers, MailKind.SURVEY, now=now, **facts)
    return readers[-1].member_id if readers else None
