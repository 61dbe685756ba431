"""A member is stopped from writing in a hall, and let write again. Who may do so, and why, is moderation's to check."""

from datetime import datetime

from forum.halls.stopping_models import Stopping
from forum.kernel.database import db


def stop(hall_id: int, member_id: int, until: datetime) -> None:
    """Nothing of this member's is taken into the hall before that instant."""
    kept = db.session.get(Stopping, (hall_id, member_id), with_for_update=True)
    if kept is None:
        db.session.add(Stopping(hall_id=hall_id, member_id=member_id, until=until))
    else:
        kept.until = until
    db.session.flush()


def let_write(hall_id: int, member_id: int) -> None:
    """The member writes again."""
    kept = db.session.get(Stopping, (hall_id, member_id), with_for_update=True)
    if kept is not None:
        db.session.delete(kept)
        db.session.flush()
