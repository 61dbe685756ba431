"""Moving the demo's clock: every signed-in browser moves with it, then everything that has fallen due happens."""

from datetime import datetime

from forum.kernel import clock
from forum.kernel.database import db, on_commit
from forum.signin.models import Device


def move_clock(to: datetime, *, now: datetime) -> None:
    """Let the clock read `to`, and age no device by it: who was signed in stays so, who was fresh stays fresh."""
    shift = to - now
    for device in db.session.scalars(db.select(Device).where(Device.revoked_at.is_(None))):
        device.seen_at += shift
        device.fresh_at += shift
        device.created_at += shift
    on_commit(lambda: clock.move_to(to))
