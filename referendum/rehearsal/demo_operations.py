"""Moving the demo's clock: every signed-in browser moves with it, then everything that has fallen due happens."""

from datetime import datetime

from sqlalchemy import update

from forum.kernel import clock
from forum.kernel.database import db, on_commit
from forum.signin.models import Device


def move_clock(to: datetime, *, now: datetime) -> None:
    """Let the clock read `to`, and age no device by it: who was signed in stays so, who was fresh stays fresh."""
    for device in db.session.scalars(db.select(Device).where(Device.revoked_at.is_(None))):
        shift = to - now
        seen = {"seen_at": device.seen_at + shift, "fresh_at": device.fresh_at + shift}
        moved = {**seen, "created_at": device.created_at + shift}
        db.session.execute(update(Device).where(Device.id == device.id).values(moved))
    on_commit(lambda: clock.move_to(to))
