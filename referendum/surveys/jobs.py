"""The clock of surveys: it draws what is set up, and closes what is due."""

from forum.kernel import clock, jobs
from forum.kernel.database import transaction
from referendum.surveys import notices, operations, queries


@jobs.job(every=1)
def tend_surveys() -> None:
    """Each survey in a write of its own: a draw reads the whole roll."""
    with transaction(write=False):
        waiting = [each.id for each in queries.surveys_in("drawing")]
    for survey_id in waiting:
        with transaction(write=True):
            operations.draw_now(queries.survey_by_id(survey_id), clock.now())
    with transaction(write=True):
        operations.close_due(clock.now())
        notices.start_due(clock.now())
