"""The states of a question, its moves, and the one table that joins them."""

from enum import StrEnum


class QuestionState(StrEnum):
    DRAFTED = "drafted"
    CHARGED = "charged"
    DEBATING = "debating"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class QuestionMove(StrEnum):
    """PUBLISH is the way of a process without a debate; CLOSE_ANYWAY and EXTEND are the tellers' on the last
    day.
    """

    CHARGE = "charge"
    PUBLISH = "publish"
    BEGIN = "begin"
    CLOSE = "close"
    CLOSE_ANYWAY = "close_anyway"
    EXTEND = "extend"
    WITHDRAW = "withdraw"


class WithdrawalGround(StrEnum):
    """Why the tellers may withdraw a charged question; before the charge the council needs only a public
    reason.
    """

    IMPOSSIBLE = "impossible"
    ASKED = "asked"


S, M = QuestionState, QuestionMove
MOVES: dict[tuple[QuestionState, QuestionMove], QuestionState] = {
    (S.DRAFTED, M.CHARGE): S.CHARGED,
    (S.DRAFTED, M.PUBLISH): S.CLOSED,
    (S.DRAFTED, M.WITHDRAW): S.WITHDRAWN,
    (S.CHARGED, M.BEGIN): S.DEBATING,
    (S.CHARGED, M.WITHDRAW): S.WITHDRAWN,
    (S.DEBATING, M.CLOSE): S.CLOSED,
    (S.DEBATING, M.CLOSE_ANYWAY): S.CLOSED,
    (S.DEBATING, M.EXTEND): S.DEBATING,
    (S.DEBATING, M.WITHDRAW): S.WITHDRAWN,
    (S.CLOSED, M.WITHDRAW): S.WITHDRAWN,
}


def next_state(state: QuestionState, move: QuestionMove) -> QuestionState | None:
    """Where a move leads, or None when it does not exist from here."""
    return MOVES.get((state, move))
