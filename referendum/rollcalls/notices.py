"""The mail to those who have a seat: the vote by name is open."""

from forum.kernel import clock, mail, mailings
from forum.kernel.database import db
from forum.kernel.mail import Reader
from forum.kernel.mailings import Mailing
from forum.kernel.wishes import MailKind
from forum.questions.queries import question_by_id
from forum.roll.models import Member
from forum.signin.models import Account
from referendum.rollcalls.models import RollCall, Seat
from referendum.rollcalls.queries import body_of
from referendum.rollcalls.rules import is_open

OPENS = "roll_call_opens"


@mailings.kind(OPENS)
def write(mailing: Mailing, most: int) -> int | None:
    """The next seats; nobody once the vote is closed."""
    roll_call, now = db.session.get_one(RollCall, mailing.subject_id), clock.now()
    if not is_open(roll_call.state, roll_call.closes_at, now):
        return None
    query = db.select(Member.id, Member.email, Account.language).join(Seat, Seat.member_id == Member.id)
    query = query.outerjoin(Account, Account.member_id == Member.id)
    query = query.where(
        Seat.roll_call_id == roll_call.id, Member.id > mailing.after, Member.email != "", Member.left_at.is_(None)
    )
    people = db.session.execute(query.order_by(Member.id).limit(most)).all()
    readers = [Reader(member_id, address, language or "") for member_id, address, language in people]
    facts = {"roll_call": roll_call, "body": body_of(roll_call), "question": question_by_id(roll_call.question_id)}
    mail.send_wanted(OPENS, readers, MailKind.VOTE, now=now, **facts)
    return readers[-1].member_id if readers else None
