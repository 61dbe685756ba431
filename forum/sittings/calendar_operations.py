"""A session on the calendar gets another time, place, video call or agenda: its members are told, as they were of the
first.
"""

from datetime import datetime

from forum.kernel import audit, text
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, refuse_unless
from forum.sittings import notices, rules
from forum.sittings.forms import Change
from forum.sittings.models import Sitting
from forum.sittings.operations import Act, announce_floor, check_time, run_room


def reschedule_sitting(actor: Actor, sitting_id: int, change: Change, *, now: datetime) -> Sitting:
    """Change a session that has not begun. Its members get a mail unless nothing but the agenda is new."""
    room = run_room(actor, sitting_id)
    sitting = room.sitting
    refuse_unless(
        sitting.state == rules.SittingState.SCHEDULED, N_("Only a session that is still to come gets another time.")
    )
    before, told = sitting.starts_at, _where_and_when(sitting)
    if change.starts_at != before.replace(second=0, microsecond=0):  # a form knows no seconds
        check_time(room.question, change.starts_at, now)
        sitting.starts_at = change.starts_at
    sitting.place = change.place
    if change.video_url is not None:
        sitting.video_url = change.video_url
    if change.agenda is not None:
        sitting.agenda_source, sitting.agenda_html = change.agenda, text.render(change.agenda)
    audit.record(
        actor, Act.RESCHEDULE_SITTING, f"sitting:{sitting_id}", now=now, hall=room.hall.id,
        before=before.isoformat(), starts_at=sitting.starts_at.isoformat(), told=_where_and_when(sitting) != told,
    )  # fmt: skip
    announce_floor(room, now)
    if _where_and_when(sitting) != told:
        notices.tell_of_new_time(sitting, now)
    return sitting


def _where_and_when(sitting: Sitting) -> tuple[datetime, str, str]:
    return sitting.starts_at, sitting.place, sitting.video_url
