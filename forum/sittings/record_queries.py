"""What a session leaves on the record besides its lines: decisions, and arguments tied to spoken turns."""

from collections.abc import Iterable

from forum.arguments.models import Argument
from forum.kernel.database import db
from forum.sittings.models import Decision, TurnArgument


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
