"""Who says where they stand as the debate begins, and from how many answers there are totals."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from forum.halls.rules import why_not_take_part
from forum.kernel.errors import N_
from forum.questions.rules import Person, QuestionState

FEWEST_COUNTED = 30


class Answer(StrEnum):
    """`UNSAID`: asked, did not want to say, and is not asked again."""

    OPTION = "option"
    UNDECIDED = "undecided"
    UNSAID = "unsaid"


@dataclass(frozen=True)
class Given:
    """What a member answered; `option_id` with `OPTION` alone."""

    answer: Answer
    option_id: int | None = None


@dataclass(frozen=True)
class Totals:
    """How many leaned to each option, by its id, and how many had not decided; nothing where there are not `enough`."""

    enough: bool
    counts: dict[int, int]
    undecided: int

    @property
    def answered(self) -> int:
        return sum(self.counts.values()) + self.undecided


def why_not_answer(person: Person, question_id: int, state: QuestionState, *, asked: bool) -> str:
    """What keeps a person from giving an entry reading, or changing it; empty if nothing does."""
    if not asked:
        return N_("This question does not ask where members stand before the debate.")
    return why_not_take_part(person, question_id, state)


def totals_of(options: Mapping[int, int], undecided: int) -> Totals:
    """Answers counted; below the floor not even their number is kept. Whoever did not say is not counted."""
    totals = Totals(True, dict(options), undecided)
    return totals if totals.answered >= FEWEST_COUNTED else Totals(False, {}, 0)
