"""The deletion of what nobody needs any more, as the page of what is kept says (`kinds`).

Words that were written for the record stay with it. What only helped somebody to find their way through a debate goes a
year after it closed; how a member who has left could be reached and signed in goes a year after they left.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement

from forum.arguments.models import BoardLook
from forum.halls.models import Hall, ReadMark
from forum.halls.own_models import Following, Muting
from forum.kernel import audit
from forum.kernel.database import Base, db
from forum.outlets.models import FeedKey, MailChoice
from forum.questions.models import Question
from forum.roll.models import Member
from forum.signin.models import Account, Device, Passkey, RecoveryCode
from forum.sittings.models import Attendance, Sitting

YEAR = timedelta(days=365)


class Act(audit.Act):
    """What the clock deletes of persons, in numbers."""

    FORGET_MEMBERS = "forget_members"


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
