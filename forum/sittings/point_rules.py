"""A point of order: raised by a member, above the stack; the host takes it, with a short clock of its own, or dismisses
it.

raised → taken → done; raised → dismissed by the host, or withdrawn by whoever raised it. One is taken at a time.
"""

from enum import StrEnum

POINT_SECONDS = 60


class PointState(StrEnum):
    RAISED = "raised"
    TAKEN = "taken"
    DONE = "done"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"


class PointMove(StrEnum):
    TAKE = "take"
    DISMISS = "dismiss"
    WITHDRAW = "withdraw"
    END = "end"


P, M = PointState, PointMove
MOVES: dict[tuple[PointState, PointMove], PointState] = {
    (P.RAISED, M.TAKE): P.TAKEN,
    (P.RAISED, M.DISMISS): P.DISMISSED,
    (P.RAISED, M.WITHDRAW): P.WITHDRAWN,
    (P.TAKEN, M.END): P.DONE,
}


def next_state(state: str, move: PointMove) -> PointState | None:
    """Where a move leads, or None when it does not exist from here."""
    return MOVES.get((PointState(state), move))
