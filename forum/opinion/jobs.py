"""The job that keeps opinion maps current: each minute it looks whether sums have moved, and adds up what has."""

from datetime import datetime
from time import monotonic

from forum.kernel import clock, slots
from forum.kernel.database import transaction
from forum.kernel.jobs import enqueue, job
from forum.kernel.settings import Settings
from forum.opinion import operations, queries
from forum.questions.models import Question
from forum.questions.queries import question_by_id
from forum.questions.rules import QuestionState


@job(every=1)
def add_up_readings() -> None:
    """Add up the questions whose readings have moved: each once, however many arrived. Whatever takes long is done in
    no transaction; a run that is cut short, or done twice, does no harm."""
    with transaction(write=False):
        waiting = queries.to_add_up(clock.now())
    for question_id in waiting:
        add_up_question(question_id)


@job
def add_up_question(question_id: int) -> None:
    """Add one question up, whether or not it has moved."""
    started = monotonic()
    with transaction(write=False):
        work = operations.prepare(question_by_id(question_id))
    found = operations.work_out(work)
    took = int(1000 * (monotonic() - started))
    with transaction(write=True):
        operations.store(question_id, work, found, took_ms=took, now=clock.now())


def question_moved(question: Question, _move: object, _now: datetime) -> None:
    """At the close the map is drawn for the last time before anything is frozen or forgotten."""
    if question.state == QuestionState.CLOSED:
        enqueue(add_up_question, question_id=question.id)


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """The close of a debate."""
    slots.fill("question.moved", question_moved)
