"""The machine of a sitting:

scheduled → open → closed, or cancelled before it opened. Who may speak in a room is `halls.rules` (the
same members who may post there); who runs it is `keeps_order` there: the host, or the tellers.
"""

import math
from datetime import datetime, timedelta
from enum import StrEnum

from forum.halls.rules import Place, keeps_order, why_not_write
from forum.kernel.errors import N_
from forum.questions.rules import Person

SHORTEST_TURN = 30
LONGEST_TURN = 1800
USUAL_TURN = 180
EXTENSION_SECONDS = 60
FEWEST_CHOICES = 2
MOST_CHOICES = 5
LINES_A_CALL = 200
LONGEST_LINE = 2000
SLOW_MODES = (0, 10, 30, 60, 120)
LONGEST_SITTING = timedelta(hours=12)
OPENS_EARLY = timedelta(minutes=30)
OPENS_LATE = LONGEST_SITTING


class SittingState(StrEnum):
    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class SittingMove(StrEnum):
    OPEN = "open"
    CLOSE = "close"
    CANCEL = "cancel"


S, M = SittingState, SittingMove
MOVES: dict[tuple[SittingState, SittingMove], SittingState] = {
    (S.SCHEDULED, M.OPEN): S.OPEN,
    (S.OPEN, M.CLOSE): S.CLOSED,
    (S.SCHEDULED, M.CANCEL): S.CANCELLED,
}


def next_state(state: str, move: SittingMove) -> SittingState | None:
    """Where a move leads, or None when it does not exist from here."""
    return MOVES.get((SittingState(state), move))


def is_left_open(state: str, opened_at: datetime | None, now: datetime) -> bool:
    """Whether nobody has closed a session: no meeting of a local lasts twelve hours, so the clock ends it then."""
    return state == S.OPEN and opened_at is not None and now >= opened_at + LONGEST_SITTING


def was_missed(state: str, starts_at: datetime, now: datetime) -> bool:
    """Whether nobody opened a session while members could still be waiting for it."""
    return state == S.SCHEDULED and now >= starts_at + OPENS_LATE


def may_run(person: Person, place: Place) -> bool:
    """A local's sessions are run by its host, the national hall's by the question's tellers."""
    return keeps_order(person, place.question_id, place.local_id)


def may_write_minutes(person: Person, place: Place, state: str, signed_at: datetime | None) -> bool:
    """The one who ran the session words its minutes, from the close until they are signed."""
    return may_run(person, place) and state == S.CLOSED and signed_at is None


def may_come(person: Person, place: Place) -> bool:
    """Whose presence counts as attendance:

    members in their own local's hall, everybody in the national one.
    """
    return place.local_id is None or place.local_id == person.local_id


def why_not_answer(person: Person, place: Place) -> str:
    """Those who may write there answer a straw poll, but no officer who is there by invitation: it is the local's."""
    reason = why_not_write(person, place)
    if not reason and not may_come(person, place):
        return N_("A straw poll asks the members of this local. You are its guest.")
    return reason


def seconds_to_wait(slow_seconds: int, last_at: datetime | None, now: datetime) -> int:
    """How long a member still waits before the next line in slow mode."""
    if not slow_seconds or last_at is None:
        return 0
    return max(0, math.ceil(slow_seconds - (now - last_at).total_seconds()))


def total_of(choices: int, answers: list[int]) -> list[int]:
    """How many chose each of `choices` answers."""
    return [answers.count(each) for each in range(choices)]
