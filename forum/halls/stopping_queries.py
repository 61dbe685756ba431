"""Who may put words down in a hall now: who may write there, and is not stopped from it."""

from datetime import datetime

from sqlalchemy import bindparam, select

from forum.halls.rules import Place, why_not_write, why_stopped
from forum.halls.stopping_models import Stopping
from forum.kernel.database import db
from forum.questions.rules import Person


def why_not_post(person: Person, place: Place, hall_id: int, now: datetime) -> str:
    """What keeps a person from posting, chatting or moving an argument in this hall now; empty if nothing does."""
    return why_not_write(person, place) or why_stopped(stopped_until(hall_id, person.member_id), now)


_stopping = Stopping.__table__.c
_UNTIL = select(_stopping.until).where(
    _stopping.hall_id == bindparam("hall_id"), _stopping.member_id == bindparam("member_id")
)


def stopped_until(hall_id: int, member_id: int) -> datetime | None:
    """Until when a member was last stopped from writing there, past or to come; None if never."""
    until: datetime | None = db.session.execute(_UNTIL, {"hall_id": hall_id, "member_id": member_id}).scalar()
    return until
