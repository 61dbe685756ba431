"""The notice that statements close with the debate, at least seven days before, to all who may make or sign one."""

from datetime import datetime
from zoneinfo import ZoneInfo

from forum.kernel import clock, mail, mailings
from forum.kernel.database import db
from forum.kernel.mail import Reader
from forum.kernel.mailings import Mailing
from forum.kernel.wishes import MailKind
from forum.outlets.rules import LEAST_NOTICE, is_told_now
from forum.questions.models import Question
from forum.questions.rules import SPEAKING
from forum.roll.models import Member
from forum.signin.models import Account

CLOSING, CLOSING_LATER = "statements_close", "statements_close_later"


def start_due(zone: ZoneInfo, *, now: datetime) -> None:
    """Begin the notice for every debate that closes within eight days, once; once more where it was extended."""
    running = db.select(Question).where(Question.state.in_(("charged", "debating")), Question.debate_closes_at > now)
    for question in db.session.scalars(running.order_by(Question.id)):
        kind = CLOSING_LATER if question.debate_extended_at else CLOSING
        if question.debate_closes_at:
            start_once(kind, question.id, question.debate_closes_at, zone, now=now)


def start_once(kind: str, subject_id: int, closes_at: datetime, zone: ZoneInfo, *, now: datetime) -> None:
    """Begin the notice that something closes when its hour has come, unless it has begun."""
    told = db.select(Mailing.id).where(Mailing.kind == kind, Mailing.subject_id == subject_id)
    if is_told_now(closes_at, zone, now) and db.session.scalar(told) is None:
        mailings.start(kind, subject_id, now)


@mailings.kind(CLOSING)
@mailings.kind(CLOSING_LATER)
def write(mailing: Mailing, most: int) -> int | None:
    """The next members; nobody once the debate is over."""
    question = db.session.get_one(Question, mailing.subject_id)
    now = clock.now()
    closes_at = question.debate_closes_at
    if question.state not in ("charged", "debating") or closes_at is None or closes_at <= now:
        return None
    query = db.select(Member.id, Member.email, Account.language).outerjoin(Account, Account.member_id == Member.id)
    query = query.where(Member.id > mailing.after, Member.email != "", Member.left_at.is_(None))
    people = db.session.execute(query.where(Member.standing.in_(SPEAKING)).order_by(Member.id).limit(most)).all()
    readers = [Reader(member_id, address, language or "") for member_id, address, language in people]
    short = closes_at - mailing.at < LEAST_NOTICE
    facts = {"question": question, "closes_at": closes_at, "short": short}
    mail.send_wanted("statements_close", readers, MailKind.VOTE, now=now, **facts)
    return readers[-1].member_id if readers else None
