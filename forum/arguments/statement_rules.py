"""Who may make a statement for the leadership, and who may write and sign the reply of a minority."""

from forum.halls.rules import why_not_take_part
from forum.kernel.errors import N_
from forum.questions.rules import Person, QuestionState, may_state


def why_not_state(person: Person, state: QuestionState) -> str:
    """Officers make the leadership's statements, between the charge and the close; empty if nothing is against it."""
    if not may_state(person):
        return N_("Statements of the leadership come from officers.")
    if state not in (QuestionState.CHARGED, QuestionState.DEBATING):
        return N_("Statements are made between the charge and the close of the debate.")
    return ""


def why_not_sign(person: Person, question_id: int, state: QuestionState) -> str:
    """Any member who takes part in the debate may write or sign a reply."""
    return why_not_take_part(person, question_id, state)


def may_sign(person: Person, question_id: int, state: QuestionState) -> bool:
    return not why_not_sign(person, question_id, state)
