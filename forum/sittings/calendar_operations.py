"""A session on the calendar gets another time: its members are told, as they were of the first."""

from datetime import datetime

from forum.kernel import audit
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, refuse_unless
from forum.sittings import notices, rules
from forum.sittings.models import Sitting
from forum.sittings.operations import Act, announce_floor, check_time, run_room


def reschedule_sitting(actor: Actor, sitting_id: int, starts_at: datetime, place: str, *, now: datetime) -> Sitting:
    """Move a session that has not begun to another time, or another place, and tell the hall's members."""
    room = run_room(actor, sitting_id)
    sitting = room.sitting
    refuse_unless(
        sitting.state == rules.SittingState.SCHEDULED, N_("Only a session that is still to come gets another time.")
    )
    check_time(room.question, starts_at, now)
    before, sitting.starts_at, sitting.place = sitting.starts_at, starts_at, place
    audit.record(
        actor, Act.RESCHEDULE_SITTING, f"sitting:{sitting_id}", now=now, hall=room.hall.id,
        before=before.isoformat(), starts_at=starts_at.isoformat(),
    )  # fmt: skip
    announce_floor(room, now)
    notices.tell_of_new_time(sitting, now)
    return sitting
