"""Reads of invitations: who is invited to a hall, and to which halls an officer is."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam

from forum.halls.invitation_models import Invitation
from forum.halls.models import Hall
from forum.kernel.database import db
from forum.kernel.errors import Missing
from forum.roll.models import Member


@dataclass(frozen=True)
class Invited:
    """An officer invited to a hall."""

    invitation_id: int
    name: str
    at: datetime


_INVITED = (
    db.select(Invitation.id, Member.name, Invitation.at)
    .join(Member, Member.id == Invitation.member_id)
    .where(Invitation.hall_id == bindparam("hall_id"), Invitation.withdrawn_at.is_(None))
    .where(Member.office == "officer", Member.left_at.is_(None))
    .order_by(Invitation.id)
)


def invited_to(hall_id: int) -> list[Invited]:
    """Officers whose invitation to this hall holds, in the order in which they were invited."""
    return [Invited(*row) for row in db.session.execute(_INVITED, {"hall_id": hall_id})]


def standing_invitation(hall_id: int, member_id: int) -> Invitation | None:
    """The invitation of this member to this hall, if it holds."""
    query = db.select(Invitation).where(
        Invitation.hall_id == hall_id, Invitation.member_id == member_id, Invitation.withdrawn_at.is_(None)
    )
    return db.session.scalars(query).first()


def invitation(hall_id: int, invitation_id: int) -> Invitation:
    """One invitation to this hall. Raises `Missing`."""
    found = db.session.get(Invitation, invitation_id, with_for_update=True)
    if found is None or found.hall_id != hall_id:
        raise Missing
    return found


def halls_open_to(member_id: int, question_id: int) -> list[Hall]:
    """Halls of a question to which this member is invited, by the order of their locals."""
    query = (
        db.select(Hall)
        .join(Invitation, Invitation.hall_id == Hall.id)
        .where(Invitation.member_id == member_id, Invitation.withdrawn_at.is_(None), Hall.question_id == question_id)
        .order_by(Hall.local_id)
    )
    return list(db.session.scalars(query))
