"""What a session leaves on the record besides its lines: decisions, and arguments tied to spoken turns."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from forum.arguments.models import Argument
from forum.halls.models import Hall
from forum.kernel.database import db
from forum.roll.models import Local
from forum.sittings.models import Decision, Sitting, Turn, TurnArgument

MOST_SPOKEN = 12


@dataclass(frozen=True)
class Spoken:
    """A session in which an argument was spoken from the floor: where, and when its first turn began. `local_id` and
    `local` are empty in the national hall."""

    sitting_id: int
    local_id: int | None
    local: str
    at: datetime


def decisions(sitting_id: int) -> list[Decision]:
    """What was decided, in order."""
    return list(db.session.scalars(db.select(Decision).where(Decision.sitting_id == sitting_id).order_by(Decision.id)))


def arguments_of(turn_ids: Iterable[int]) -> dict[int, list[Argument]]:
    """Turn id → the arguments that were spoken in it, in the order of their numbers."""
    ids = list(turn_ids)
    query = db.select(TurnArgument.turn_id, Argument).join(Argument, Argument.id == TurnArgument.argument_id)
    query = query.where(TurnArgument.turn_id.in_(ids)).order_by(Argument.number)
    spoken: dict[int, list[Argument]] = {}
    for turn_id, argument in db.session.execute(query) if ids else ():
        spoken.setdefault(turn_id, []).append(argument)
    return spoken


def spoken_in(argument_id: int) -> list[Spoken]:
    """The first sessions in which an argument was spoken, each once, as they came."""
    began = db.func.min(Turn.started_at)
    query = (
        db.select(Sitting.id, Hall.local_id, Local.number, began)
        .select_from(TurnArgument)
        .join(Turn, Turn.id == TurnArgument.turn_id)
        .join(Sitting, Sitting.id == Turn.sitting_id)
        .join(Hall, Hall.id == Sitting.hall_id)
        .outerjoin(Local, Local.id == Hall.local_id)
        .where(TurnArgument.argument_id == argument_id)
        .group_by(Sitting.id, Hall.local_id, Local.number)
        .order_by(began)
        .limit(MOST_SPOKEN)
    )
    return [Spoken(sitting, local_id, local or "", at) for sitting, local_id, local, at in db.session.execute(query)]
