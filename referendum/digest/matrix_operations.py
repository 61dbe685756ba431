"""An observer takes the matrix along. It is an act, and stands in the audit log."""

from datetime import datetime

from forum.kernel import audit
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Missing, refuse_unless
from forum.questions.models import Question
from referendum.digest.matrix_queries import part_count


class Act(audit.Act):
    """What observers do with the matrix."""

    TAKE_MATRIX = "take_matrix"


NOT_YOURS = N_("Only the observers of this question may see this.")


def refuse_unless_observer(actor: Actor, question: Question) -> None:
    """Observers of another question have no more business here than anybody else."""
    refuse_unless(actor.holds("observer", question.id), NOT_YOURS)


def take_matrix(actor: Actor, question: Question, *, now: datetime) -> int:
    """Note that this observer takes the matrix: in how many parts it lies. Raises `Missing` when there is none."""
    refuse_unless_observer(actor, question)
    parts = part_count(question.id)
    if not parts:
        raise Missing
    audit.record(actor, Act.TAKE_MATRIX, f"question:{question.id}", now=now)
    return parts
