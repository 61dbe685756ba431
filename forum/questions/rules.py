"""The question machine, and who may ask for what: drafted → charged → debating → closed, or withdrawn.

`obstacles_to` returns everything that is missing at once, each with its remedy. Facts are values gathered by
the caller; facts about the vote come from above and are handed down. Guards are in `guards`, states in
`states`.
"""

from datetime import datetime
from typing import Protocol

from forum.kernel.errors import N_, Obstacle
from forum.questions import guards
from forum.questions.facts import HallFacts, QuestionFacts
from forum.questions.floor import Opener
from forum.questions.guards import obstacles_to_open_hall, proof_of_floor
from forum.questions.states import MOVES, QuestionMove, QuestionState, WithdrawalGround, next_state
from forum.roll.rules import SPEAKING

__all__ = [
    "MOVES",
    "SPEAKING",
    "HallFacts",
    "Opener",
    "QuestionFacts",
    "QuestionMove",
    "QuestionState",
    "WithdrawalGround",
    "letter_at",
    "next_state",
    "obstacles_to",
    "obstacles_to_open_hall",
    "proof_of_floor",
]

REPLY_MEMBERS = 10
REPLY_LOCALS = 2
S, M = QuestionState, QuestionMove


def letter_at(position: int) -> str:
    """A for the first option, B for the second, and so on."""
    return chr(ord("A") + position)


def obstacles_to(move: QuestionMove, facts: QuestionFacts, now: datetime) -> list[Obstacle]:
    """Everything that keeps this move from happening now; empty when it may happen."""
    if next_state(facts.state, move) is None:
        return [_wrong_state(facts.state, move)]
    match move:
        case M.CHARGE:
            return guards.to_charge(facts)
        case M.PUBLISH:
            return guards.to_publish(facts)
        case M.BEGIN:
            return guards.to_begin(facts, now)
        case M.CLOSE:
            return guards.to_close(facts, now)
        case M.CLOSE_ANYWAY:
            return guards.to_override(facts, now)
        case M.EXTEND:
            return guards.to_extend(facts, now)
        case M.WITHDRAW:
            return guards.to_withdraw(facts)


def _wrong_state(state: QuestionState, move: QuestionMove) -> Obstacle:
    return Obstacle(
        "wrong_state",
        N_("This step is not possible at this stage of the question."),
        N_("Look at the stages above for what comes next."),
        {"state": state.value, "move": move.value},
    )


class Person(Protocol):
    """The part of an acting member that these rules look at; appointments are (role, question id)."""

    @property
    def member_id(self) -> int: ...
    @property
    def local_id(self) -> int: ...
    @property
    def standing(self) -> str: ...
    @property
    def office(self) -> str: ...
    @property
    def appointments(self) -> frozenset[tuple[str, int]]: ...


def holds(person: Person, role: str, question_id: int) -> bool:
    """Whether this person is a teller, trustee or observer of this question."""
    return (role, question_id) in person.appointments


def may_draft(person: Person) -> bool:
    return person.office == "officer"


def may_second_option(person: Person, question_id: int, state: QuestionState) -> bool:
    """Members in good standing and retired ones, from the charge to the close; no teller or observer of
    it.
    """
    impartial = holds(person, "teller", question_id) or holds(person, "observer", question_id)
    return person.standing in SPEAKING and not impartial and state in (S.CHARGED, S.DEBATING)


def may_state(person: Person) -> bool:
    """The leadership's marked statements come from officers."""
    return person.office == "officer"


def reply_signatures_needed(roll_count: int) -> int:
    """How many members a minority's reply needs: ten, or 1 % of the roll (rounded up) where that is less.

    Two at least, since they must come from two locals.
    """
    return max(REPLY_LOCALS, min(REPLY_MEMBERS, -(-roll_count // 100)))


def reply_has_standing(signer_locals: list[int], roll_count: int) -> bool:
    """Enough signers, from at least two locals. One entry per signer: the signer's local."""
    enough = len(signer_locals) >= reply_signatures_needed(roll_count)
    return enough and len(set(signer_locals)) >= REPLY_LOCALS
