"""What the host notes while a session runs: decisions; and by host or speaker, which argument a turn has spoken."""

from datetime import datetime

from forum.arguments import queries as argument_queries
from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Missing, refuse_unless
from forum.sittings import queries, rules
from forum.sittings.host_operations import HostAct, run_floor
from forum.sittings.models import Decision, Turn, TurnArgument
from forum.sittings.operations import announce_floor


def note_decision(actor: Actor, sitting_id: int, text: str, *, seen: int | None = None, now: datetime) -> Decision:
    """Note what the room has decided; the draft of the minutes carries it."""
    room = run_floor(actor, sitting_id, seen)
    decision = Decision(sitting_id=sitting_id, text=text, at=now)
    db.session.add(decision)
    db.session.flush()
    audit.record(actor, HostAct.NOTE_DECISION, f"sitting:{sitting_id}", now=now, decision=decision.id)
    announce_floor(room, now)
    return decision


def tie_argument(actor: Actor, sitting_id: int, turn_id: int, number: int, *, now: datetime) -> TurnArgument:
    """Tie a spoken turn to A-<number>: by its speaker or the host, until the minutes are signed. Tying it twice is no
    error.
    """
    room = queries.room(sitting_id, lock=True)
    turn = db.session.get(Turn, turn_id)
    if turn is None or turn.sitting_id != sitting_id:
        raise Missing
    mine = turn.member_id is not None and turn.member_id == actor.member_id
    ties = mine or rules.may_run(actor, room.place)
    refuse_unless(ties, N_("A turn is tied to an argument by its speaker or the host."))
    refuse_unless(turn.state in ("speaking", "done"), N_("Nobody has spoken in this turn yet."))
    refuse_unless(room.sitting.minutes_signed_at is None, N_("The minutes are signed and can no longer change."))
    argument = argument_queries.argument_by_number(room.question.id, number)
    if argument is None or argument.hidden_at is not None:
        raise Missing(N_("There is no such argument in this question."))
    tie = db.session.get(TurnArgument, (turn_id, argument.id))
    if tie is None:
        tie = TurnArgument(turn_id=turn_id, argument_id=argument.id)
        db.session.add(tie)
        db.session.flush()
        audit.record(
            actor, HostAct.TIE_ARGUMENT, f"sitting:{sitting_id}", now=now, turn=turn_id, argument=argument.number
        )
        announce_floor(room, now)
    return tie
