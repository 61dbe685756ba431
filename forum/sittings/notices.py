"""Mail to a hall's members about a session, sent in slices so that a large union does not hold up anybody."""

from typing import Any

from flask_babel import force_locale, gettext

from forum.halls.models import Hall
from forum.kernel import clock, jobs, mail
from forum.kernel.database import db, transaction
from forum.questions.rules import SPEAKING
from forum.roll.models import Member
from forum.signin.models import Account
from forum.sittings import queries
from forum.sittings.models import Sitting

MAILS_A_SLICE = 100


def tell_of(sitting: Sitting) -> None:
    """Let the members of the hall's local know of a session, after this transaction."""
    jobs.enqueue(mail_members, sitting_id=sitting.id, after=0)


@jobs.job
def mail_members(sitting_id: int, after: int) -> None:
    """Write to the next slice of members, then queue the one after it: each slice is one commit."""
    with transaction(write=True):
        room = queries.room(sitting_id)
        if room.sitting.state != "scheduled":
            return
        people = db.session.execute(_next_members(room.hall, after)).all()
        for member_id, address, language in people:
            with force_locale(language or "en"):
                hall = gettext("Local %(number)s", number=room.local.number) if room.local else gettext("National hall")
            mail.send(
                "sitting_scheduled", address, language=language or "", now=clock.now(), room=room, hall=hall,
                zone=room.timezone,
            )  # fmt: skip
            after = member_id
        if len(people) == MAILS_A_SLICE:
            jobs.enqueue(mail_members, sitting_id=sitting_id, after=after)


def _next_members(hall: Hall, after: int) -> Any:
    query = db.select(Member.id, Member.email, Account.language).outerjoin(Account, Account.member_id == Member.id)
    query = query.where(Member.id > after, Member.email != "", Member.left_at.is_(None))
    query = query.where(Member.standing.in_(SPEAKING))
    if hall.local_id is not None:
        query = query.where(Member.local_id == hall.local_id)
    return query.order_by(Member.id).limit(MAILS_A_SLICE)
