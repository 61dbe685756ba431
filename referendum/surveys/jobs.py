"""The clock of surveys: it draws what is set up, and closes what is due."""

from datetime import datetime

from forum.kernel import clock, jobs
from forum.kernel.database import transaction
from referendum.surveys import notices, operations, queries


@jobs.job(every=1)
def tend_surveys() -> None:
    """Each survey in a write of its own."""
    now = clock.now()
    with transaction(write=True):
        notices.start_due(now)
    with transaction(write=False):
        running = [each.id for each in queries.surveys_in("open")]
        waiting = [each.id for each in queries.surveys_in("drawing")]
    jobs.each_apart(running, _close, now)
    jobs.each_apart(waiting, _draw, now)


def _close(survey_id: int, now: datetime) -> None:
    with transaction(write=True):
        operations.close_if_due(survey_id, now)


def _draw(survey_id: int, now: datetime) -> None:
    """The whole roll is read before the write, so that nobody who writes waits for it."""
    with transaction(write=False):
        sample = operations.sample_of(queries.survey_by_id(survey_id))
    with transaction(write=True):
        operations.ask(sample, survey_id, now)
