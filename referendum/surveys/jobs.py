"""The clock of surveys: it draws what is set up, and closes what is due."""

from datetime import datetime

from forum.kernel import clock, jobs
from forum.kernel.database import transaction
from referendum.surveys import draw_operations, notices, operations, queries


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
    """The frame first, then the sample: each is worked out before its write, so that nobody who writes waits for it. A
    draw that was cut off goes on with the frame that was frozen."""
    with transaction(write=False):
        survey = queries.survey_by_id(survey_id)
        new = None if survey.frame_hash else draw_operations.frame_now(survey)
    if new:
        with transaction(write=True):
            draw_operations.freeze(new, survey_id, now)
    with transaction(write=False):
        sample = draw_operations.sample_of(queries.survey_by_id(survey_id))
    with transaction(write=True):
        draw_operations.ask(sample, survey_id, now)
