"""Mail to hosts: the charge has reached their local. A union has thousands, so the charge's own request writes none."""

from datetime import datetime
from typing import Any

from forum.halls.models import Hall
from forum.kernel import mail, mailings
from forum.kernel.database import db
from forum.kernel.mailings import Mailing
from forum.questions.models import Question
from forum.roll.models import Local, Member
from forum.signin.models import Account

CHARGED = "hall_charged"
CHARGED_LATE = "hall_charged_late"


def tell_hosts(question: Question, now: datetime) -> None:
    """Let the host of every local know that the question's hall waits for them."""
    mailings.start(CHARGED, question.id, now)


def tell_late_hosts(hall: Hall, now: datetime) -> None:
    """Let the host of one local know, which was founded after the charge."""
    mailings.start(CHARGED_LATE, hall.id, now)


@mailings.kind(CHARGED)
def mail_hosts(mailing: Mailing, most: int) -> int | None:
    """The next hosts of all locals."""
    return _write(mailing, most, Hall.question_id == mailing.subject_id)


@mailings.kind(CHARGED_LATE)
def mail_late_hosts(mailing: Mailing, most: int) -> int | None:
    """The next hosts of one local."""
    return _write(mailing, most, Hall.id == mailing.subject_id)


def _write(mailing: Mailing, most: int, which: Any) -> int | None:
    query = (
        db.select(Member.id, Member.email, Member.name, Account.language, Local.number, Hall.id, Question)
        .join(Local, Local.id == Member.local_id)
        .join(Hall, Hall.local_id == Member.local_id)
        .join(Question, Question.id == Hall.question_id)
        .outerjoin(Account, Account.member_id == Member.id)
        .where(which, Member.id > mailing.after, Member.office == "host", Member.left_at.is_(None))
    )
    hosts = db.session.execute(query.order_by(Member.id).limit(most)).all()
    for _, address, name, language, local, hall_id, question in hosts:
        mail.send(
            "hall_charged", address, language=language or "", now=mailing.at, person=name, local=local,
            question=question, hall_id=hall_id,
        )  # fmt: skip
    return int(hosts[-1][0]) if hosts else None
