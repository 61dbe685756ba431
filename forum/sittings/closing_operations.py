"""The end of a sitting: the close, which honours the charge, and the minutes, signed once and then frozen."""

from datetime import datetime

from sqlalchemy import delete

from forum.halls import operations as hall_operations
from forum.halls.models import Hall
from forum.kernel import audit, live, slots, text
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Stale, refuse_unless
from forum.sittings import floor_operations, poll_operations, poll_queries, queries, rules
from forum.sittings.forms import Minutes
from forum.sittings.host_operations import check_seen
from forum.sittings.models import Attendance, PresentGuest, Sitting
from forum.sittings.operations import Act, announce_floor, move_sitting, run_room
from forum.sittings.queries import Room


def close_sitting(actor: Actor, sitting_id: int, *, seen: int | None = None, now: datetime) -> Sitting:
    """End a session:

    polls and floor are closed, who attended is forgotten and the number kept, the charge honoured.
    """
    room = run_room(actor, sitting_id)
    check_seen(room, seen)
    return _close(room, actor, now)


def close_left_open(sitting_id: int, *, now: datetime) -> bool:
    """The clock's close of a session that its host has left open, with all the effects of the host's. Says whether it
    closed it.
    """
    room = queries.room(sitting_id, lock=True)
    if not rules.is_left_open(room.sitting.state, room.sitting.opened_at, now):
        return False
    _close(room, None, now)
    return True


def _close(room: Room, actor: Actor | None, now: datetime) -> Sitting:
    sitting_id = room.sitting.id
    db.session.get(Hall, room.hall.id, with_for_update=True)  # lines under way are written before the close, or refused
    present = queries.attendance(room.sitting)
    move_sitting(room.sitting, rules.SittingMove.CLOSE)
    room.sitting.closed_at, room.sitting.attendance_count = now, present
    if (poll := poll_queries.open_poll(sitting_id)) is not None:
        poll_operations.end_poll(poll, now)
        live.announce("poll", poll_queries.shown(poll), room=room.name)
    floor_operations.clear_floor(room, now)
    for came in (Attendance, PresentGuest):
        db.session.execute(delete(came).where(came.sitting_id == sitting_id))
    office = None if actor else "clock"
    audit.record(actor, Act.CLOSE_SITTING, f"sitting:{sitting_id}", now=now, office=office, attendance=present)
    announce_floor(room, now)
    hall_operations.honour(room.hall, now)
    slots.gather("sitting.closed", room, now)
    return room.sitting


def save_minutes(actor: Actor, sitting_id: int, minutes: Minutes) -> Sitting:
    """Keep the host's wording before it is signed."""
    room = run_room(actor, sitting_id)
    _write(room.sitting, minutes)
    db.session.flush()
    return room.sitting


def sign_minutes(actor: Actor, sitting_id: int, minutes: Minutes, *, now: datetime) -> Sitting:
    """Sign exactly this wording. Nobody changes it afterwards; its hash stands in the audit log."""
    room = run_room(actor, sitting_id)
    sitting = room.sitting
    _write(sitting, minutes)
    sitting.minutes_hash = minutes_hash(sitting)
    sitting.minutes_signed_at, sitting.minutes_signed_by_id = now, actor.member_id
    audit.record(actor, Act.SIGN_MINUTES, f"sitting:{sitting_id}", now=now, hash=sitting.minutes_hash)
    db.session.flush()
    return sitting


def minutes_hash(sitting: Sitting) -> str:
    """SHA-256 of the canonical JSON of the sitting's number and the minutes' wording."""
    return audit.sha256(audit.canonical({"sitting": sitting.id, "minutes": sitting.minutes_source}))


def _write(sitting: Sitting, minutes: Minutes) -> None:
    refuse_unless(sitting.state == "closed", N_("Close the session first; the minutes follow."))
    refuse_unless(sitting.minutes_signed_at is None, N_("The minutes are signed and can no longer change."))
    if minutes.version != sitting.version:
        raise Stale
    sitting.minutes_source, sitting.minutes_html = minutes.source, text.render(minutes.source)
    sitting.version += 1
