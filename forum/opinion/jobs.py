"""The job that keeps opinion maps current: each minute it looks whether sums have moved, and adds up what has."""

from time import monotonic

from forum.kernel import clock
from forum.kernel.database import transaction
from forum.kernel.jobs import job
from forum.opinion import operations, queries
from forum.questions.queries import question_by_id


@job(every=1)
def add_up_readings() -> None:
    """Add up the questions whose readings have moved: each once, however many arrived. Whatever takes long is done in
    no transaction; a run that is cut short, or done twice, does no harm."""
    with transaction(write=False):
        waiting = queries.to_add_up(clock.now())
    for question_id in waiting:
        _add_up(question_id)


def _add_up(question_id: int) -> None:
    started = monotonic()
    with transaction(write=False):
        work = operations.prepare(question_by_id(question_id))
    found = operations.work_out(work)
    took = int(1000 * (monotonic() - started))
    with transaction(write=True):
        operations.store(question_id, work, found, took_ms=took, now=clock.now())
