"""Mail to a hall's members about a session: one text a language, portion by portion, not in the host's request."""

from datetime import datetime
from typing import Any

from forum.halls.models import Hall
from forum.kernel import clock, mail, mailings
from forum.kernel.database import db
from forum.kernel.mail import Reader
from forum.kernel.mailings import Mailing
from forum.kernel.wishes import MailKind
from forum.questions.rules import SPEAKING
from forum.roll.models import Member
from forum.signin.models import Account
from forum.sittings import queries
from forum.sittings.models import Sitting

SCHEDULED = "sitting_scheduled"
MOVED = "sitting_moved"
CANCELLED = "sitting_cancelled"
STILL_SO = {SCHEDULED: "scheduled", MOVED: "scheduled", CANCELLED: "cancelled"}


def tell_of(sitting: Sitting, now: datetime) -> None:
    """Let the members of the hall's local know of a session, after this transaction."""
    mailings.start(SCHEDULED, sitting.id, now)


def tell_of_new_time(sitting: Sitting, now: datetime) -> None:
    """Let them know that it is held at another time or place."""
    mailings.start(MOVED, sitting.id, now)


def tell_of_cancelling(sitting: Sitting, now: datetime) -> None:
    """Let them know that it is not held."""
    mailings.start(CANCELLED, sitting.id, now)


@mailings.kind(CANCELLED)
@mailings.kind(MOVED)
@mailings.kind(SCHEDULED)
def mail_members(mailing: Mailing, most: int) -> int | None:
    """Write to the next members; nobody is told what is no longer so."""
    room = queries.room(mailing.subject_id)
    people = db.session.execute(_next_members(room.hall, mailing.after, most)).all()
    if room.sitting.state != STILL_SO[mailing.kind] or not people:
        return None
    readers = [Reader(member_id, address, language or "") for member_id, address, language in people]
    zone = queries.zone_of(room)
    mail.send_wanted(mailing.kind, readers, MailKind.SESSIONS, now=clock.now(), room=room, zone=zone)
    return int(people[-1][0])


def _next_members(hall: Hall, after: int, most: int) -> Any:
    query = db.select(Member.id, Member.email, Account.language).outerjoin(Account, Account.member_id == Member.id)
    query = query.where(Member.id > after, Member.email != "", Member.left_at.is_(None))
    query = query.where(Member.standing.in_(SPEAKING))
    if hall.local_id is not None:
        query = query.where(Member.local_id == hall.local_id)
    return query.order_by(Member.id).limit(most)
