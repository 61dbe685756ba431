"""People in the hall without a phone: the host writes them down, by member number or by name, on the stack and among
those who came.
"""

import re
from datetime import datetime

from forum.halls.rules import why_not_write
from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Invalid, Problem, Refused
from forum.questions import queries as question_queries
from forum.roll import queries as roll_queries
from forum.roll.models import Member
from forum.sittings import floor_queries, queries
from forum.sittings.forms import Request
from forum.sittings.host_operations import HostAct
from forum.sittings.models import Attendance, PresentGuest, Turn
from forum.sittings.operations import Act, announce_floor, run_room
from forum.sittings.queries import Room

NOBODY_OF_THAT_NUMBER = N_("Nobody in this local has this number. Check it, or write the name.")
IS_A_NUMBER = re.compile(r"[\W\d_]*\d[\W\d_]*")


def add_speaker(actor: Actor, sitting_id: int, request: Request, *, now: datetime) -> Turn:
    """Put somebody without a phone on the stack, and count them among those who came."""
    room = run_room(actor, sitting_id, must_be_open=True)
    member = _member(room, request.guest)
    turn = _turn_of(room, member, request, now)
    _count(room, member, request.guest)
    audit.record(actor, Act.ADD_SPEAKER, f"sitting:{sitting_id}", now=now, turn=turn.id)
    announce_floor(room, now)
    return turn


def count_person(actor: Actor, sitting_id: int, who: str, *, now: datetime) -> int:
    """Count somebody who came without a phone. Counting a person twice is no error. Gives how many have come."""
    room = run_room(actor, sitting_id, must_be_open=True)
    if _count(room, _member(room, who), who):
        audit.record(actor, HostAct.COUNT_PERSON, f"sitting:{sitting_id}", now=now)
        announce_floor(room, now)
    return queries.attendance(room.sitting)


def _turn_of(room: Room, member: Member | None, request: Request, now: datetime) -> Turn:
    turn = floor_queries.waiting_turn(room.sitting.id, member.id) if member else None
    if turn is None:
        name = "" if member else request.guest
        turn = Turn(
            sitting_id=room.sitting.id, member_id=member.id if member else None, guest=name, state="waiting",
            asked_at=now,
        )  # fmt: skip
        db.session.add(turn)
    if member and (reason := why_not_write(_as_person(member), room.place)):
        raise Refused(reason)
    turn.option_id, turn.remote = request.option_id, request.remote
    db.session.flush()
    return turn


def _count(room: Room, member: Member | None, name: str) -> bool:
    """Whether this person had not been counted yet."""
    key: tuple[int, int | str] = (room.sitting.id, member.id if member else name)
    model = Attendance if member else PresentGuest
    if db.session.get(model, key) is not None:
        return False
    who = {"member_id": key[1]} if member else {"name": key[1]}
    db.session.add(model(sitting_id=room.sitting.id, **who))
    db.session.flush()
    return True


def _member(room: Room, typed: str) -> Member | None:
    """The member of this hall's local who bears the typed number; None for a name."""
    found = roll_queries.by_number(typed)
    if found is not None and room.hall.local_id in (None, found.local_id):
        return found
    if IS_A_NUMBER.fullmatch(typed):
        raise Invalid([Problem("guest", NOBODY_OF_THAT_NUMBER)])
    return None


def _as_person(member: Member) -> Actor:
    held = frozenset(question_queries.appointments_of(member.id))
    return Actor(
        member_id=member.id, local_id=member.local_id, standing=member.standing, office=member.office, appointments=held
    )
