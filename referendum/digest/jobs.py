"""After the close: readings are added up and opinion groups found, outside every write; then the digest may freeze."""

from datetime import datetime
from typing import Any

from forum.kernel import clock, jobs, slots
from forum.kernel.database import db, transaction
from forum.kernel.settings import Settings
from forum.questions.models import Question
from forum.questions.queries import process_of, question_by_id
from forum.questions.states import QuestionState
from referendum.digest import close_operations, close_queries


@jobs.job
def record_debate(question_id: int) -> None:
    """Add up a closed debate. What a crash cut off begins anew; a second run changes nothing."""
    with transaction(write=False):
        if question_id not in close_queries.unrecorded():
            return
        done, of = (close_queries.progress_key(question_id, what) for what in ("done", "of"))
        jobs.note_progress(of, close_queries.readings_count(question_id))
        close = close_queries.read_close(question_by_id(question_id), lambda count: jobs.note_progress(done, count))
        db.session.expunge_all()
    grouped = close_operations.find_groups(close)
    with transaction(write=True):
        close_operations.keep(question_by_id(question_id), grouped, clock.now())
    with transaction(write=True):
        slots.gather("debate.recorded", question_by_id(question_id), clock.now())


@jobs.job(every=5)
def tend_records() -> None:
    """Debates whose adding up was cut off."""
    with transaction(write=False):
        waiting = close_queries.unrecorded()
    for question_id in waiting:
        record_debate(question_id)


def question_moved(question: Question, _move: Any, _now: datetime) -> None:
    """Once a debate has closed its readings are added up; with a question that is withdrawn they are forgotten."""
    if question.state == QuestionState.WITHDRAWN:
        close_operations.forget_matrix(question.id)
    if question.state == QuestionState.CLOSED and process_of(question).debate is not None:
        jobs.enqueue(record_debate, question_id=question.id)


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    slots.fill("question.moved", question_moved)
