"""What is kept, for how long, and the deletion of what nobody needs any more. The page of it lists exactly `KEPT`.

Words that were written for the record stay with it. What only helped somebody to find their way through a debate goes a
year after it closed; how a member who has left could be reached and signed in goes a year after they left.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement

from forum.arguments.models import BoardLook
from forum.halls.models import Hall, ReadMark
from forum.halls.own_models import Following, Muting
from forum.kernel import audit
from forum.kernel.database import Base, db
from forum.kernel.errors import N_
from forum.outlets.models import FeedKey, MailChoice
from forum.questions.models import Question
from forum.roll.models import Member
from forum.signin.models import Account, Device, Passkey, RecoveryCode
from forum.sittings.models import Attendance, Sitting

YEAR = timedelta(days=365)


class Act(audit.Act):
    """What the clock deletes of persons, in numbers."""

    FORGET_MEMBERS = "forget_members"


@dataclass(frozen=True)
class Kept:
    """One kind of data, and until when it is kept, in words."""

    what: str
    until: str


KEPT = (
    Kept(N_("Your entry on the roll"), N_("as long as you are a member; your e-mail address a year longer")),
    Kept(N_("What you sign in with"), N_("as long as you are a member and a year longer; each device for four weeks")),
    Kept(N_("Codes that were mailed to you"), N_("a day after they end")),
    Kept(N_("Posts, arguments, statements, chat, turns"), N_("with the record of the question, for good")),
    Kept(N_("Drafts"), N_("14 days after the debate closes")),
    Kept(N_("How you read arguments"), N_("by name until the vote is certified, then as totals only")),
    Kept(N_("How you leaned at the beginning"), N_("by name until the debate closes, then as totals only")),
    Kept(N_("What you answered in a straw poll"), N_("until it is closed, then as totals only")),
    Kept(N_("Which sessions you came to, what you have read and follow"), N_("a year after the debate closes")),
    Kept(N_("How you voted"), N_("never: it leaves your device encrypted, and is only ever added up")),
    Kept(N_("Whether a voting code was sent to you"), N_("with the record of the vote")),
    Kept(N_("Mails that wait or could not be delivered"), N_("until they are sent; a failure as long as it lasts")),
    Kept(N_("Acts of officers, hosts and tellers"), N_("in the audit log, for good")),
    Kept(N_("Lines of an imported roll"), N_("as long as the import can be undone")),
)  # fmt: skip


def forget_paths(now: datetime, most: int) -> int:
    """Delete marks of reading, of following and of coming, of questions over for a year; how many."""
    over = db.select(Question.id).where(Question.closed_at < now - YEAR)
    halls = db.select(Hall.id).where(Hall.question_id.in_(over))
    sittings = db.select(Sitting.id).where(Sitting.hall_id.in_(halls))
    return sum(
        _delete(model, where, most)
        for model, where in (
            (ReadMark, ReadMark.hall_id.in_(halls)),
            (Following, Following.hall_id.in_(halls)),
            (BoardLook, BoardLook.question_id.in_(over)),
            (Attendance, Attendance.sitting_id.in_(sittings)),
        )
    )


def _delete(model: type[Base], where: ColumnElement[bool], most: int) -> int:
    key = list(model.__table__.primary_key)
    found = db.session.execute(db.select(*key).where(where).order_by(*key).limit(most)).all()
    if found:
        db.session.execute(db.delete(model).where(db.tuple_(*key).in_([tuple(row) for row in found])))
    return len(found)


def forget_members(now: datetime, most: int) -> int:
    """Take from members who left a year ago how they could be reached and signed in; how many. The log has their number
    alone. Whoever comes back is on the roll again by the next import."""
    account = db.select(Account.member_id).where(Account.member_id == Member.id).exists()
    query = db.select(Member.id).where(Member.left_at < now - YEAR, (Member.email != "") | account)
    gone = list(db.session.scalars(query.order_by(Member.id).limit(most)))
    if gone:
        for model in (RecoveryCode, Passkey, Device, FeedKey, MailChoice, Account):
            db.session.execute(db.delete(model).where(model.member_id.in_(gone)))
        db.session.execute(db.delete(Muting).where(Muting.member_id.in_(gone)))
        db.session.execute(db.update(Member).where(Member.id.in_(gone)).values(email=""))
        audit.record(None, Act.FORGET_MEMBERS, "roll:1", now=now, members=len(gone))
    return len(gone)
