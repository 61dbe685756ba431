"""The floor: asking to speak, stepping back, and the host's next, one more minute, pause and end."""

from datetime import datetime, timedelta

from forum.halls.rules import why_not_write
from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Missing, Refused, refuse_unless
from forum.questions import queries as question_queries
from forum.sittings import floor_queries, guest_operations, point_operations, point_queries, queries
from forum.sittings.forms import Call, Request
from forum.sittings.host_operations import run_floor
from forum.sittings.models import Turn
from forum.sittings.operations import NOT_OPEN, Act, announce_floor
from forum.sittings.queries import Room
from forum.sittings.rules import EXTENSION_SECONDS, may_run

NOBODY = N_("Nobody has the floor.")


def ask_to_speak(actor: Actor, sitting_id: int, request: Request, *, now: datetime) -> Turn:
    """Join the stack; asking again changes the option or place and keeps the order of asking."""
    room = queries.room(sitting_id, lock=True)
    refuse_unless(room.is_open, NOT_OPEN)
    _check_option(room, request)
    if request.guest:
        refuse_unless(may_run(actor, room.place), N_("Only the host writes somebody else down."))
        return guest_operations.add_speaker(actor, sitting_id, request, now=now)
    if reason := why_not_write(actor, room.place):
        raise Refused(reason)
    turn = floor_queries.waiting_turn(sitting_id, actor.member_id)
    if turn is None:
        current = floor_queries.speaking(sitting_id)
        refuse_unless(current is None or current.member_id != actor.member_id, N_("You have the floor now."))
        turn = Turn(sitting_id=sitting_id, member_id=actor.member_id, guest="", state="waiting", asked_at=now)
        db.session.add(turn)
    turn.option_id, turn.remote = request.option_id, request.remote
    announce_floor(room, now)
    return turn


def _check_option(room: Room, request: Request) -> None:
    if request.option_id is not None and request.option_id not in {
        each.id for each in question_queries.options(room.question.id)
    }:
        raise Missing(N_("There is no such option in this question."))


def withdraw_request(actor: Actor, sitting_id: int, turn_id: int | None, *, now: datetime) -> None:
    """Leave the stack: one's own place, or for the host any. Stepping back twice is no error."""
    room = queries.room(sitting_id, lock=True)
    if turn_id is None:
        turn = floor_queries.waiting_turn(sitting_id, actor.member_id)
    else:
        turn = _turn(room, turn_id)
        runs = may_run(actor, room.place)
        reason = N_("Only the host takes somebody else off the list of speakers.")
        refuse_unless(turn.member_id == actor.member_id or runs, reason)
        if turn.member_id != actor.member_id:
            audit.record(actor, Act.TAKE_OFF_STACK, f"sitting:{sitting_id}", now=now, turn=turn.id)
    if turn is not None and turn.state == "waiting":
        turn.state = "withdrawn"
        announce_floor(room, now)


def call_next(actor: Actor, sitting_id: int, call: Call, *, now: datetime) -> Turn | None:
    """End the turn under way and give the floor to the next by the rule, or to the one the host picks
    (logged as an override).

    None when nobody waits: the floor is empty then.
    """
    room = run_floor(actor, sitting_id, call.seen)
    current = floor_queries.speaking(sitting_id)
    if current is not None:
        _end(current, now)
    point_operations.finish_point(room, now)
    by_rule = floor_queries.next_turn(room)
    chosen = by_rule if call.turn_id is None else _turn(room, call.turn_id)
    if chosen is not None:
        refuse_unless(chosen.state == "waiting", N_("This person is no longer on the list of speakers."))
        chosen.state, chosen.started_at = "speaking", now
        chosen.ends_at = now + timedelta(seconds=room.sitting.turn_seconds)
        chosen.out_of_order = chosen is not by_rule
        chosen.override_reason = call.reason if chosen.out_of_order else ""
        act = Act.OVERRIDE_STACK if chosen.out_of_order else Act.GIVE_FLOOR
        audit.record(actor, act, f"sitting:{sitting_id}", now=now, turn=chosen.id, reason=chosen.override_reason)
    announce_floor(room, now)
    return chosen


def extend_turn(actor: Actor, sitting_id: int, *, seen: int | None = None, now: datetime) -> Turn:
    """One more minute: from the end of the clock, or from now if it has run out."""
    room, turn = _running(actor, sitting_id, seen)
    assert turn.ends_at is not None
    turn.ends_at = max(turn.ends_at, turn.paused_at or now) + timedelta(seconds=EXTENSION_SECONDS)
    audit.record(actor, Act.EXTEND_TURN, f"sitting:{sitting_id}", now=now, turn=turn.id)
    announce_floor(room, now)
    return turn


def pause_turn(actor: Actor, sitting_id: int, *, seen: int | None = None, now: datetime) -> Turn:
    """Stop the clock, or let it go on with what was left."""
    room, turn = _running(actor, sitting_id, seen)
    refuse_unless(point_queries.taken(sitting_id) is None, N_("The clock stands for a point of order. End it first."))
    if turn.paused_at is None:
        turn.paused_at = now
    else:
        turn.go_on(now)
    audit.record(
        actor,
        Act.PAUSE_TURN,
        f"sitting:{sitting_id}",
        now=now,
        turn=turn.id,
        paused=turn.paused_at is not None,
    )
    announce_floor(room, now)
    return turn


def end_turn(actor: Actor, sitting_id: int, *, seen: int | None = None, now: datetime) -> None:
    """Take the floor back without giving it on."""
    room, turn = _running(actor, sitting_id, seen)
    _end(turn, now)
    audit.record(actor, Act.END_TURN, f"sitting:{sitting_id}", now=now, turn=turn.id)
    announce_floor(room, now)


def clear_floor(room: Room, now: datetime) -> None:
    """At the close: the turn under way is over, and whoever waits will not be called."""
    point_operations.clear_points(room, now)
    for turn in db.session.scalars(db.select(Turn).where(Turn.sitting_id == room.sitting.id)):
        if turn.state == "speaking":
            _end(turn, now)
        elif turn.state == "waiting":
            turn.state = "withdrawn"
    db.session.flush()


def _running(actor: Actor, sitting_id: int, seen: int | None) -> tuple[Room, Turn]:
    room = run_floor(actor, sitting_id, seen)
    turn = floor_queries.speaking(sitting_id)
    if turn is None:
        raise Refused(NOBODY)
    return room, turn


def _end(turn: Turn, now: datetime) -> None:
    turn.go_on(now)
    turn.state, turn.ended_at = "done", now
    db.session.flush()


def _turn(room: Room, turn_id: int) -> Turn:
    turn = db.session.get(Turn, turn_id)
    if turn is None or turn.sitting_id != room.sitting.id:
        raise Missing
    return turn
