"""What becomes of a question put to a session beforehand:

the host answers it in writing, or lets it wait for the session and takes it up there; what neither happened to when
the session closes is left open.
"""

from enum import StrEnum

from forum.kernel.errors import N_
from forum.sittings.rules import SittingState

LONGEST_ENQUIRY = 500
LONGEST_ANSWER = 2000
MOST_OF_ONE = 10


class EnquiryState(StrEnum):
    OPEN = "open"
    DEFERRED = "deferred"
    ANSWERED = "answered"
    TAKEN_UP = "taken_up"


class EnquiryMove(StrEnum):
    ANSWER = "answer"
    DEFER = "defer"
    TAKE_UP = "take_up"


S, M = EnquiryState, EnquiryMove
MOVES: dict[tuple[EnquiryState, EnquiryMove], EnquiryState] = {
    (S.OPEN, M.ANSWER): S.ANSWERED,
    (S.DEFERRED, M.ANSWER): S.ANSWERED,
    (S.OPEN, M.DEFER): S.DEFERRED,
    (S.OPEN, M.TAKE_UP): S.TAKEN_UP,
    (S.DEFERRED, M.TAKE_UP): S.TAKEN_UP,
}


def next_state(state: str, move: EnquiryMove) -> EnquiryState | None:
    """Where a move leads, or None when it does not exist from here."""
    return MOVES.get((EnquiryState(state), move))


def why_not_ask(sitting_state: str, asked: int) -> str:
    """What the session itself has against one more question of a member who has `asked` some; empty if nothing."""
    if sitting_state not in (SittingState.SCHEDULED, SittingState.OPEN):
        return N_("The session is over. What was asked stands here to read.")
    return N_("You have asked 10 questions of this session. Leave room for others.") if asked >= MOST_OF_ONE else ""


def why_not_settle(sitting_state: str, move: EnquiryMove) -> str:
    """In which state of the session the host may do this; empty if in this one."""
    if sitting_state not in (SittingState.SCHEDULED, SittingState.OPEN):
        return N_("The session is over. What was asked stands here to read.")
    if move is EnquiryMove.TAKE_UP and sitting_state != SittingState.OPEN:
        return N_("It is taken up once the session is open.")
    return ""
