"""The demo's survey is really drawn, some have answered, and whoever was drawn and has not can still do so."""

from datetime import UTC, datetime, timedelta

from flask import Flask

from forum.kernel import clock
from forum.kernel.database import db, transaction
from referendum.rehearsal import asking
from referendum.rehearsal.instance import Instance
from referendum.rehearsal.reading_union import texts
from referendum.rehearsal.stage import Stage
from referendum.surveys.models import Survey, SurveySeat
from referendum.surveys.operations import close_if_due
from referendum.surveys.queries import answered_count


def test_the_survey_runs_its_second_day_and_is_told_on_its_last(demo: tuple[Flask, Instance]) -> None:
    app, instance = demo
    now = datetime.now(UTC)
    with app.test_request_context():
        made = asking.tell_asked(Stage(app, instance.clock), now)
        with transaction(write=True):
            survey = db.session.scalars(db.select(Survey).where(Survey.question_id == made.question_id)).one()
            assert (survey.state, survey.closes_at) == ("open", survey.opened_at + timedelta(days=7))
            assert db.session.query(SurveySeat).filter_by(survey_id=survey.id).count() == 160
            assert answered_count(survey) == sum(texts("asked")["answers"].values()) == 74
            close_if_due(survey.id, clock.now() + timedelta(days=7))
            assert (survey.told["asked"], survey.told["answered"]) == (160, 74)
