"""Points of order: a member raises one, above the stack; the host takes it, which stops the clock, or dismisses it."""

from datetime import datetime, timedelta

from forum.halls.rules import why_not_write
from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Missing, Refused, Stale, refuse_unless
from forum.sittings import floor_queries, point_queries, queries
from forum.sittings.host_operations import HostAct, run_floor
from forum.sittings.models import PointOfOrder
from forum.sittings.operations import NOT_OPEN, announce_floor
from forum.sittings.point_rules import POINT_SECONDS, PointMove, PointState, next_state
from forum.sittings.queries import Room


def raise_point(actor: Actor, sitting_id: int, *, now: datetime) -> PointOfOrder:
    """Raise a point of order. Who has raised one already keeps it."""
    room = queries.room(sitting_id, lock=True)
    refuse_unless(room.is_open, NOT_OPEN)
    if reason := why_not_write(actor, room.place):
        raise Refused(reason)
    point = point_queries.own_point(sitting_id, actor.member_id)
    if point is None:
        point = PointOfOrder(sitting_id=sitting_id, member_id=actor.member_id, state="raised", raised_at=now)
        db.session.add(point)
        announce_floor(room, now)
    return point


def withdraw_point(actor: Actor, sitting_id: int, *, now: datetime) -> None:
    """Take one's own point back before it was taken. Doing so twice is no error."""
    room = queries.room(sitting_id, lock=True)
    point = point_queries.own_point(sitting_id, actor.member_id)
    if point is not None and point.state == PointState.RAISED:
        _move(point, PointMove.WITHDRAW)
        announce_floor(room, now)


def take_point(actor: Actor, sitting_id: int, point_id: int, *, seen: int | None = None, now: datetime) -> PointOfOrder:
    """Hear a point of order now: its clock runs, that of the turn under way stands."""
    room = run_floor(actor, sitting_id, seen)
    refuse_unless(point_queries.taken(sitting_id) is None, N_("Another point of order is being heard. End it first."))
    point = _point(room, point_id)
    _move(point, PointMove.TAKE)
    point.taken_at, point.ends_at = now, now + timedelta(seconds=POINT_SECONDS)
    turn = floor_queries.speaking(sitting_id)
    if turn is not None and turn.paused_at is None:
        turn.paused_at, point.halts_turn = now, True
    audit.record(actor, HostAct.TAKE_POINT, f"sitting:{sitting_id}", now=now, point=point.id)
    announce_floor(room, now)
    return point


def dismiss_point(
    actor: Actor, sitting_id: int, point_id: int, *, seen: int | None = None, now: datetime
) -> PointOfOrder:
    """Decline to hear a point of order; the minutes say so."""
    room = run_floor(actor, sitting_id, seen)
    point = _point(room, point_id)
    _move(point, PointMove.DISMISS)
    point.ended_at = now
    audit.record(actor, HostAct.DISMISS_POINT, f"sitting:{sitting_id}", now=now, point=point.id)
    announce_floor(room, now)
    return point


def end_point(actor: Actor, sitting_id: int, *, seen: int | None = None, now: datetime) -> None:
    """The point was heard: the turn that stood goes on with what was left of it."""
    room = run_floor(actor, sitting_id, seen)
    refuse_unless(point_queries.taken(sitting_id), N_("No point of order is being heard."))
    finish_point(room, now)
    audit.record(actor, HostAct.END_POINT, f"sitting:{sitting_id}", now=now)
    announce_floor(room, now)


def finish_point(room: Room, now: datetime) -> None:
    """End the point that is being heard, if one is, and let the turn go on that it stopped."""
    point = point_queries.taken(room.sitting.id)
    if point is None:
        return
    _move(point, PointMove.END)
    point.ended_at = now
    turn = floor_queries.speaking(room.sitting.id)
    if point.halts_turn and turn is not None:
        turn.go_on(now)
    db.session.flush()


def clear_points(room: Room, now: datetime) -> None:
    """At the close: what is being heard is over, what was only raised is not heard any more."""
    finish_point(room, now)
    for point in point_queries.raised(room.sitting.id):
        _move(point, PointMove.WITHDRAW)


def _move(point: PointOfOrder, move: PointMove) -> None:
    state = next_state(point.state, move)
    if state is None:
        raise Stale(N_("This point of order was settled meanwhile. Look at the floor again."))
    point.state = state


def _point(room: Room, point_id: int) -> PointOfOrder:
    point = db.session.get(PointOfOrder, point_id)
    if point is None or point.sitting_id != room.sitting.id:
        raise Missing
    return point
